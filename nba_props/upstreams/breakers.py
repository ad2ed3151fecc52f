"""Circuit breakers: whether a route to a host may be taken. Their state is not kept, it follows from the tries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

import polars as pl

from nba_props.archive.index import PastTry
from nba_props.contracts.operations import BREAKER_STATES
from nba_props.settings import Settings
from nba_props.upstreams.verdicts import BLOCKED, MALFORMED, RETRY_LATER

CLOSED, OPEN, HALF_OPEN = BREAKER_STATES

FAILED = (RETRY_LATER, BLOCKED, MALFORMED)
"""Outcomes that speak against a route; any other shows that it works, whatever the host made of the request."""

MOST_DOUBLINGS = 20
"""After so many the rest grows no more, whatever its limit."""


@dataclass(frozen=True)
class Limits:
    """When a breaker opens and how long it stays open.

    Attributes:
        failures: failed tries in a row after which it opens.
        cool_down: its first rest; each further failure doubles it.
        longest_cool_down: the longest rest.
    """

    failures: int
    cool_down: timedelta
    longest_cool_down: timedelta

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """The limits of the settings."""
        return cls(
            failures=settings.breaker_failures,
            cool_down=timedelta(seconds=settings.breaker_cool_down_seconds),
            longest_cool_down=timedelta(seconds=settings.breaker_longest_cool_down_seconds),
        )

    @property
    def longest_seconds(self) -> float:
        """The longest rest in seconds; never less than the first."""
        return max(self.longest_cool_down, self.cool_down).total_seconds()

    @property
    def tries_needed(self) -> int:
        """The number of last tries that determine the state."""
        return self.failures + MOST_DOUBLINGS

    def rest_after(self, failures: int) -> timedelta:
        """The rest after so many failures in a row, zero if they are too few."""
        if failures < self.failures:
            return timedelta(0)
        doubled = min(failures - self.failures, MOST_DOUBLINGS)
        return timedelta(seconds=min(self.cool_down.total_seconds() * 2.0**doubled, self.longest_seconds))


@dataclass(frozen=True)
class Breaker:
    """The breaker of a route and host at a moment.

    Attributes:
        state: closed (may be taken), open (rests), half open (may be tried once, to see).
        probe_at: of an open or half-open one, when it may be tried again.
    """

    state: str
    probe_at: datetime | None = None


def breaker_of(tries: Sequence[PastTry], now: datetime, limits: Limits) -> Breaker:
    """The breaker that tries of one route and host, newest first, leave at a moment.

    It opens after ``limits.failures`` failures in a row. Once its rest is over it is half open: one success closes it,
    one more failure opens it for twice as long.
    """
    failures = sum(1 for _ in takewhile(lambda past: past.outcome in FAILED, tries))
    if failures < limits.failures:
        return Breaker(CLOSED)
    probe_at = tries[0].ended_at + limits.rest_after(failures)
    return Breaker(OPEN if now < probe_at else HALF_OPEN, probe_at)


def state_expression(failures: pl.Expr, last_ended_at: pl.Expr, now: pl.Expr, limits: Limits) -> pl.Expr:
    """``breaker_of`` over columns: failures in a row so far, when the last one ended, and the moment."""
    doubled = (failures.cast(pl.Int64) - limits.failures).clip(0, MOST_DOUBLINGS)
    rest = pl.min_horizontal(2.0**doubled * limits.cool_down.total_seconds(), pl.lit(limits.longest_seconds))
    probe_at = last_ended_at + (rest * 1_000_000).round().cast(pl.Int64).cast(pl.Duration("us"))
    return (
        pl.when(failures < limits.failures)
        .then(pl.lit(CLOSED))
        .when(now < probe_at)
        .then(pl.lit(OPEN))
        .otherwise(pl.lit(HALF_OPEN))
    )

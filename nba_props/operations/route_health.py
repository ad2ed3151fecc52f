"""operations.route_health: how each route to each host fares by the hour, from the recorded tries."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from nba_props.contracts.operations import ROUTE_HEALTH
from nba_props.game_calendar import DateRange, game_date_expression
from nba_props.settings import Settings
from nba_props.upstreams.breakers import FAILED, Limits, state_expression
from nba_props.upstreams.verdicts import BLOCKED, OK

WAY = ("host", "route")
DAYS_BEFORE = 7
"""Tries of so many days before count for the state of a breaker."""


def build(dates: DateRange, *, collection_attempts: pl.LazyFrame, settings: Settings) -> pl.DataFrame:
    """One row an hour in which a route to a host was tried, with the breaker as the hour ended.

    Args:
        dates: New York dates of the hours.
        collection_attempts: operations.collection_attempts of the dates and ``DAYS_BEFORE`` days before them.
        settings: limits of the breakers.
    """
    counted = _with_failures_in_a_row(collection_attempts)
    is_answered = pl.col("outcome") == OK
    latency = pl.col("latency_seconds").filter(is_answered)
    hours = (
        counted.filter(dates.is_in("collected_on"))
        .group_by("collected_on", *WAY, "hour", maintain_order=True)
        .agg(
            pl.col("source").unique().sort().str.join(",").alias("sources"),
            pl.len().alias("tries"),
            is_answered.sum().alias("ok"),
            (pl.col("outcome") == BLOCKED).sum().alias("blocked"),
            pl.col("outcome").is_in([each for each in FAILED if each != BLOCKED]).sum().alias("failed"),
            latency.quantile(0.5, "linear").alias("latency_p50_seconds"),
            latency.quantile(0.9, "linear").alias("latency_p90_seconds"),
            pl.col("failures", "ended_at").last(),
        )
    )
    end = pl.col("hour") + timedelta(hours=1)
    state = state_expression(pl.col("failures"), pl.col("ended_at"), end, Limits.of(settings))
    return ROUTE_HEALTH.conform(hours.with_columns(breaker_state=state))


def _with_failures_in_a_row(collection_attempts: pl.LazyFrame) -> pl.LazyFrame:
    """Tries, oldest first, with their hour, their end, and how many in a row had failed on their way after them."""
    has_failed = pl.col("outcome").is_in(FAILED)
    return (
        collection_attempts.sort(*WAY, "asked_at", "attempt_id", "sequence")
        .with_columns(
            collected_on=game_date_expression(pl.col("asked_at")),
            hour=pl.col("asked_at").dt.truncate("1h"),
            ended_at=pl.col("asked_at")
            + (pl.col("latency_seconds") * 1_000_000).round().cast(pl.Int64).cast(pl.Duration("us")),
            streak=(~has_failed).cum_sum(),
        )
        .with_columns(failures=has_failed.cum_sum().over(*WAY, "streak"))
    )

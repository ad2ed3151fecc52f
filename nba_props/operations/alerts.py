"""operations.alerts: one alert for each thing that is wrong, opened once and closed when it heals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from nba_props.contracts.operations import ALERTS
from nba_props.game_calendar import game_date_of


@dataclass(frozen=True)
class Problem:
    """Something that is wrong now.

    Attributes:
        alert_id: what it is about; the same problem has the same id.
        severity: ``warning`` or ``error``.
        subject: table, run or source.
        message: what is wrong and what to do.
    """

    alert_id: str
    severity: str
    subject: str
    message: str


@dataclass(frozen=True)
class Changes:
    """What a look at the problems changed.

    Attributes:
        rows: all alert rows of the days touched, to be stored.
        opened: problems told for the first time.
        closed: ids of alerts that healed.
    """

    rows: pl.DataFrame
    opened: tuple[Problem, ...]
    closed: tuple[str, ...]


def update(stored: pl.DataFrame, problems: Iterable[Problem], scope: str, now: datetime) -> Changes:
    """Open what is new, close what is gone, leave what stands.

    ``stored`` holds all alert rows; only open alerts whose id begins with ``scope`` are looked at, so that different
    watchers do not close each other's.
    """
    current = {problem.alert_id: problem for problem in problems}
    is_open = pl.col("closed_at").is_null() & pl.col("alert_id").str.starts_with(scope)
    standing = set(stored.filter(is_open)["alert_id"])
    closed = tuple(sorted(standing - current.keys()))
    opened = tuple(current[alert_id] for alert_id in sorted(current.keys() - standing))
    healed = stored.with_columns(
        pl.when(is_open & pl.col("alert_id").is_in(closed)).then(pl.lit(now)).otherwise("closed_at").alias("closed_at")
    )
    new = pl.DataFrame(
        [
            {
                "opened_on": game_date_of(now),
                "alert_id": problem.alert_id,
                "opened_at": now,
                "closed_at": None,
                "severity": problem.severity,
                "subject": problem.subject,
                "message": problem.message,
            }
            for problem in opened
        ],
        schema=ALERTS.schema,
    )
    return Changes(ALERTS.conform(pl.concat([healed, new])), opened, closed)

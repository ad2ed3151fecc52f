"""operations.expected_outputs: what each table should have for a date and what it has.

The one truth for expectations: health, alerts and the sweep of old holes all read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl

from nba_props.contracts.operations import EXPECTED_OUTPUTS
from nba_props.contracts.registry import TABLES
from nba_props.contracts.table import Table
from nba_props.game_calendar import DateRange
from nba_props.operations.coverage import (
    BOXES_OF_PLAYERS,
    OWED_SINCE_ASKED,
    OWES,
    Owes,
    expected_games,
    stored_games,
    telling_columns,
)

JUDGED = tuple(
    table
    for table in TABLES.values()
    if table.partition == "game_date" and table.full_name != EXPECTED_OUTPUTS.full_name
)
"""Tables that are judged date by date."""

LINES_DUE_BEFORE_TIP_OFF = timedelta(hours=1)
BOX_SCORES_DUE_AFTER_TIP_OFF = timedelta(hours=6)


@dataclass(frozen=True)
class Stored:
    """What is stored of a table.

    Attributes:
        rows: its rows of the dates.
        days: the dates that have a partition, be it empty.
        owed_from: of a table in ``coverage.OWED_SINCE_ASKED`` the first game date that its source was asked about, None
            if it never was; nothing before is owed.
    """

    rows: pl.LazyFrame
    days: frozenset[date]
    owed_from: date | None = None


def build(
    dates: DateRange, *, stored: Mapping[str, Stored], games: pl.LazyFrame, now: datetime, floor: float
) -> pl.DataFrame:
    """One row a date and table of ``stored``.

    complete: at least ``floor`` of the expected games have rows, of box scores those of both teams; partial: some, but
    fewer, or some players of them; missing: none, or no partition at all; empty as scheduled: the date owes nothing;
    pending: not complete and not due yet. ``games`` holds conformed.games of the dates and of the calendar before them.
    """
    judged = [
        _judged(dates, table, stored[table.full_name], games, now, floor)
        for table in JUDGED
        if table.full_name in stored
    ]
    return pl.concat(judged).sort("game_date", "table")


def _judged(
    dates: DateRange, table: Table, stored: Stored, games: pl.LazyFrame, now: datetime, floor: float
) -> pl.DataFrame:
    days = pl.LazyFrame({"game_date": list(dates)}, schema={"game_date": pl.Date})
    partitions = pl.LazyFrame({"game_date": sorted(stored.days)}, schema={"game_date": pl.Date}).with_columns(
        is_stored=True
    )
    rows = stored.rows.select(telling_columns(table)).collect().lazy()  # read once
    is_owed = _is_owed(table, stored.owed_from)
    expected = expected_games(games, OWES[table.full_name]).filter(dates.is_in(), is_owed)
    counted = (
        days.join(partitions, on="game_date", how="left")
        .join(_counts(rows, "stored_rows"), on="game_date", how="left")
        .join(_counts(expected, "expected_games"), on="game_date", how="left")
        .join(_found(table, rows, expected, games.filter(dates.is_in())), on="game_date", how="left")
        .join(_due(table, games.filter(dates.is_in())), on="game_date", how="left")
        .with_columns(
            pl.col("is_stored").fill_null(False),
            pl.col("stored_rows", "expected_games", "stored_games").fill_null(0),
            table=pl.lit(table.full_name),
            is_owed=pl.lit(table.full_name not in OWED_SINCE_ASKED),
            is_of_players=pl.lit(table.full_name in BOXES_OF_PLAYERS),
        )
    )
    return counted.with_columns(_outcome(now, floor).alias("outcome")).select(EXPECTED_OUTPUTS.schema.names()).collect()


def _counts(frame: pl.LazyFrame, name: str) -> pl.LazyFrame:
    return frame.group_by("game_date").agg(pl.len().cast(pl.Int64).alias(name))


def _found(table: Table, rows: pl.LazyFrame, expected: pl.LazyFrame, games: pl.LazyFrame) -> pl.LazyFrame:
    if OWES[table.full_name] is Owes.NOTHING:
        return pl.LazyFrame(schema={"game_date": pl.Date, "stored_games": pl.Int64})
    there = stored_games(table, rows, games)
    return _counts(expected.join(there, on=["game_date", "game_id"], how="semi"), "stored_games")


def _is_owed(table: Table, owed_from: date | None) -> pl.Expr:
    if table.full_name not in OWED_SINCE_ASKED:
        return pl.lit(True)
    return pl.lit(False) if owed_from is None else pl.col("game_date") >= owed_from


def _due(table: Table, games: pl.LazyFrame) -> pl.LazyFrame:
    """When a table is due; what second sources tell of a game may come after it."""
    owes = OWES[table.full_name]
    if table.full_name in OWED_SINCE_ASKED and owes is not Owes.LINED:
        owes = Owes.PLAYED
    due = {
        Owes.PLAYED: pl.col("tip_off_at").max() + BOX_SCORES_DUE_AFTER_TIP_OFF,
        Owes.LINED: pl.col("tip_off_at").max() - LINES_DUE_BEFORE_TIP_OFF,
    }.get(owes, pl.col("tip_off_at").min() - LINES_DUE_BEFORE_TIP_OFF)
    return games.group_by("game_date").agg(due.alias("expected_by"))


def _outcome(now: datetime, floor: float) -> pl.Expr:
    owes_games = pl.col("expected_games") > 0
    is_absent = ~pl.col("is_stored") & pl.col("is_owed")
    is_due = pl.col("expected_by").is_null() | (pl.col("expected_by") <= now)
    has_enough = pl.col("stored_games") >= pl.col("expected_games") * floor
    has_some = (pl.col("stored_games") > 0) | (pl.col("is_of_players") & (pl.col("stored_rows") > 0))
    return (
        pl.when(owes_games & has_enough)
        .then(pl.lit("complete"))
        .when((owes_games | is_absent) & ~is_due)
        .then(pl.lit("pending"))
        .when(owes_games & has_some)
        .then(pl.lit("partial"))
        .when(owes_games | is_absent)
        .then(pl.lit("missing"))
        .when((pl.col("stored_rows") > 0) | (pl.col("is_stored") & pl.col("expected_by").is_not_null()))
        .then(pl.lit("complete"))
        .otherwise(pl.lit("empty as scheduled"))
    )

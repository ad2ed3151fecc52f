"""conformed.game_lines: what the books together say of a game before it starts."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl

from nba_props.as_of import game_as_of
from nba_props.conformed.inputs import tricode
from nba_props.contracts.conformed import GAME_LINES
from nba_props.game_calendar import DateRange
from nba_props.prices import no_vig_over

SOURCE = "odds_api"
"""The upstream that tells game lines."""

_BOOK = ["game_date", "game_id", "bookmaker"]


def build(
    dates: DateRange,
    *,
    odds_game_lines: pl.LazyFrame,
    event_games: pl.LazyFrame,
    games: pl.LazyFrame,
    now: datetime,
    lead: timedelta,
) -> pl.DataFrame:
    """Medians over the books of spread, total and win probability, for each kind of line.

    Kinds are judged book by book, as for prop lines. The implied total of a team is half of (total less its spread).
    """
    books = _books(dates, odds_game_lines, event_games, games)
    in_time = pl.col("snapshot_at") <= game_as_of(now=now, lead=lead)
    kinds = [
        books.group_by(_BOOK).first().with_columns(kind=pl.lit("opening")),
        books.filter(in_time).group_by(_BOOK).last().with_columns(kind=pl.lit("current")),
        books.filter(pl.col("status") == "final").group_by(_BOOK).last().with_columns(kind=pl.lit("closing")),
    ]
    half = (pl.col("total") - pl.col("home_spread")) / 2
    return (
        pl.concat(kinds)
        .group_by("game_date", "game_id", "kind")
        .agg(
            pl.col("home_spread", "total", "home_win_probability").median(),
            pl.len().cast(pl.Int64).alias("books"),
            pl.col("snapshot_at").max(),
        )
        .with_columns(half.alias("home_implied_total"), (pl.col("total") - half).alias("away_implied_total"))
        .select(GAME_LINES.schema.names())
        .collect()
    )


def _books(
    dates: DateRange, odds_game_lines: pl.LazyFrame, event_games: pl.LazyFrame, games: pl.LazyFrame
) -> pl.LazyFrame:
    """One row a game, book and pre-game snapshot, in the order of the snapshots."""
    teams = games.filter(dates.is_in()).select(
        "game_id", "tip_off_at", "status", pl.col("home_team").alias("game_home_team")
    )
    known = event_games.filter(dates.is_in(), pl.col("source") == SOURCE).select("event_id", "game_date", "game_id")
    is_turned = tricode("home_team_name") != pl.col("game_home_team")
    outcome = (
        pl.when(is_turned & (pl.col("outcome") == "home"))
        .then(pl.lit("away"))
        .when(is_turned & (pl.col("outcome") == "away"))
        .then(pl.lit("home"))
        .otherwise("outcome")
    )
    rows = (
        odds_game_lines.filter(dates.is_in())
        .join(known, on=["event_id", "game_date"])
        .join(teams, on="game_id")
        .filter(pl.col("snapshot_at") < pl.col("tip_off_at"))
        .with_columns(outcome.alias("outcome"))
    )
    return (
        rows.group_by(*_BOOK, "snapshot_at", "tip_off_at", "status")
        .agg(
            _value("point", "spreads", "home").alias("home_spread"),
            _value("point", "totals", "over").alias("total"),
            no_vig_over(_value("price", "h2h", "home"), _value("price", "h2h", "away")).alias("home_win_probability"),
        )
        .sort(*_BOOK, "snapshot_at")
    )


def _value(column: str, market: str, outcome: str) -> pl.Expr:
    wanted = (pl.col("market") == market) & (pl.col("outcome") == outcome)
    return pl.col(column).filter(wanted).sort_by(pl.col("fetched_at").filter(wanted)).last()

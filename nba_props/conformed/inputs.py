"""How conformed tables read their inputs: sources that may be absent, and games found by date and pair of teams."""

from __future__ import annotations

import polars as pl

from nba_props.contracts.table import Table
from nba_props.game_calendar import DateRange
from nba_props.teams import TRICODE_BY_NAME


def optional(frame: pl.LazyFrame | None, table: Table) -> pl.LazyFrame:
    """The rows of a source, none where it is not given."""
    return table.empty().lazy() if frame is None else frame


def read_once(frame: pl.LazyFrame) -> pl.LazyFrame:
    """The rows, read here and now: for a plan with several branches, each of which would read every file again."""
    return frame.collect().lazy()


def tricode(column: str) -> pl.Expr:
    """The tricode of a team's full name; null for an unknown one."""
    return pl.col(column).replace_strict(TRICODE_BY_NAME, default=None, return_dtype=pl.String)


def pair() -> pl.Expr:
    """Both teams in one text, whoever is at home: sources disagree on that at neutral sites; null if one is unknown."""
    teams = (pl.min_horizontal("home_team", "away_team"), pl.max_horizontal("home_team", "away_team"))
    is_known = pl.col("home_team").is_not_null() & pl.col("away_team").is_not_null()
    return pl.when(is_known).then(pl.concat_str(teams, separator="-")).alias("pair")


def games_by_pair(games: pl.LazyFrame, dates: DateRange) -> pl.LazyFrame:
    """Every date and pair of teams of the games of the dates, with how many games it has (``games``) and the first."""
    return (
        games.filter(dates.is_in())
        .with_columns(pair())
        .group_by("game_date", "pair")
        .agg(pl.len().alias("games"), pl.col("game_id").min())
    )


def with_game_id(rows: pl.LazyFrame, games: pl.LazyFrame, dates: DateRange) -> pl.LazyFrame:
    """Rows of the dates with the ``game_id`` of the one game of their date and teams; rows without are dropped."""
    known = games_by_pair(games, dates).filter(pl.col("games") == 1).drop("games")
    return rows.filter(dates.is_in()).with_columns(pair()).join(known, on=["game_date", "pair"]).drop("pair")

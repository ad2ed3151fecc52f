"""Which player a spelling in a box score, roster or injury list means, for conformed.source_players and
conformed.unresolved_players.

A spelling is judged once a source, date and team, however many tables of the source have it.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from nba_props.conformed import name_resolution
from nba_props.conformed.inputs import optional
from nba_props.contracts.raw.balldontlie import BDL_ACTIVE_PLAYERS, BDL_INJURIES, BDL_PLAYER_BOXSCORES
from nba_props.contracts.raw.basketball_reference import BR_ROSTERS
from nba_props.contracts.raw.espn import ESPN_BOXSCORES, ESPN_INJURIES, ESPN_ROSTERS
from nba_props.contracts.raw.nba_gamebook import NBAC_GAMEBOOK
from nba_props.contracts.raw.nba_injury_report import NBAC_INJURY_REPORT
from nba_props.contracts.table import Table
from nba_props.game_calendar import DateRange

_SPELLING = ["source", "game_date", "team", "source_name"]

GAMEBOOK, INJURY_REPORT = "nba_gamebook", "nba_injury_report"
BALLDONTLIE, ESPN, BASKETBALL_REFERENCE = "balldontlie", "espn", "basketball_reference"

NAMING_TABLES: tuple[tuple[str, Table], ...] = (
    (GAMEBOOK, NBAC_GAMEBOOK),
    (INJURY_REPORT, NBAC_INJURY_REPORT),
    (BALLDONTLIE, BDL_PLAYER_BOXSCORES),
    (BALLDONTLIE, BDL_ACTIVE_PLAYERS),
    (BALLDONTLIE, BDL_INJURIES),
    (ESPN, ESPN_BOXSCORES),
    (ESPN, ESPN_ROSTERS),
    (ESPN, ESPN_INJURIES),
    (BASKETBALL_REFERENCE, BR_ROSTERS),
)
"""The raw tables that name players without the NBA's ids, and whose spelling they have."""


def judged(dates: DateRange, *, players: pl.LazyFrame, **names: pl.LazyFrame | None) -> pl.LazyFrame:
    """Every source, date, team and spelling with what ``name_resolution`` makes of it.

    Args:
        dates: the dates.
        players: ``conformed.players`` of the dates and the ``name_resolution.KNOWN_FOR_DAYS`` before them.
        names: raw tables that name players, each under its name; those that are not given have no rows.

    Raises:
        TypeError: an input is not one of the tables that name players.
    """
    unknown = set(names) - {table.name for _, table in NAMING_TABLES}
    if unknown:
        raise TypeError(f"no tables that name players: {', '.join(sorted(unknown))}")
    return name_resolution.judged(_spellings(dates, names), players, _SPELLING)


def _spellings(dates: DateRange, names: Mapping[str, pl.LazyFrame | None]) -> pl.LazyFrame:
    """Every source, date, team and spelling: how many raw rows have it, and the team he may play for.

    The gamebook writes the last names of inactive players alone.
    """
    told = [
        optional(names.get(table.name), table)
        .filter(dates.is_in(), pl.col("player_name") != "")
        .select(pl.lit(source).alias("source"), "game_date", "team", pl.col("player_name").alias("source_name"))
        for source, table in NAMING_TABLES
    ]
    return (
        pl.concat(told)
        .group_by(_SPELLING)
        .agg(pl.len().cast(pl.Int64).alias("lines"))
        .with_columns(pl.concat_list("team").alias("teams"), (pl.col("source") == GAMEBOOK).alias("may_be_last_name"))
    )

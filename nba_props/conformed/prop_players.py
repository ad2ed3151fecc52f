"""Which player a bookmaker's spelling means, for conformed.prop_players and conformed.unresolved_players."""

from __future__ import annotations

import polars as pl

from nba_props.conformed import name_resolution
from nba_props.conformed.inputs import optional
from nba_props.contracts.raw.bettingpros import BETTINGPROS_PLAYER_PROPS
from nba_props.contracts.raw.draftkings import DRAFTKINGS_PLAYER_PROPS
from nba_props.contracts.raw.odds_api import ODDS_PLAYER_PROPS
from nba_props.game_calendar import DateRange

_EVENT = ["source", "event_id", "game_date"]
_SPELLING = [*_EVENT, "source_name"]


def judged(
    dates: DateRange,
    *,
    event_games: pl.LazyFrame,
    games: pl.LazyFrame,
    players: pl.LazyFrame,
    odds_player_props: pl.LazyFrame | None = None,
    draftkings_player_props: pl.LazyFrame | None = None,
    bettingpros_player_props: pl.LazyFrame | None = None,
) -> pl.LazyFrame:
    """Every source, event of a known game and spelling with what ``name_resolution`` makes of it.

    ``players`` holds the dates and the ``name_resolution.KNOWN_FOR_DAYS`` before them.
    """
    props = _props(odds_player_props, bettingpros_player_props, draftkings_player_props)
    return name_resolution.judged(_spellings(dates, props, event_games, games), players, _SPELLING)


def _props(
    odds_api: pl.LazyFrame | None, bettingpros: pl.LazyFrame | None, draftkings: pl.LazyFrame | None
) -> pl.LazyFrame:
    """Every prop row of the line sources, by the names that they know things by."""
    told = {
        "odds_api": optional(odds_api, ODDS_PLAYER_PROPS),
        "bettingpros": optional(bettingpros, BETTINGPROS_PLAYER_PROPS),
        "draftkings": optional(draftkings, DRAFTKINGS_PLAYER_PROPS),
    }
    return pl.concat(
        frame.select(
            pl.lit(source).alias("source"), "event_id", "game_date", pl.col("player_name").alias("source_name")
        )
        for source, frame in told.items()
    )


def _spellings(dates: DateRange, props: pl.LazyFrame, event_games: pl.LazyFrame, games: pl.LazyFrame) -> pl.LazyFrame:
    """Every spelling of an event of a known game: how many raw rows have it, and the teams he may play for."""
    teams = games.filter(dates.is_in()).select("game_id", pl.concat_list("home_team", "away_team").alias("teams"))
    known = event_games.filter(dates.is_in()).select(*_EVENT, "game_id")
    return (
        props.filter(dates.is_in())
        .group_by(_SPELLING)
        .agg(pl.len().cast(pl.Int64).alias("lines"))
        .join(known, on=_EVENT)
        .join(teams, on="game_id")
        .with_columns(may_be_last_name=pl.lit(False))
    )

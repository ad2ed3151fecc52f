"""Every analytics and precompute table on the way to the feature store, made one after another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl

from nba_props.analytics import (
    player_game_summary,
    player_market_results,
    team_defense_game_summary,
    upcoming_player_game_context,
    upcoming_team_game_context,
)
from nba_props.game_calendar import DateRange
from nba_props.precompute import (
    feature_store,
    player_composite_factors,
    player_daily_cache,
    player_opponent_history,
    player_shot_zone_analysis,
    role_priors,
    team_daily_cache,
    team_defense_zone_analysis,
)
from nba_props_tests.precompute.league import LEAD, League

ALWAYS = DateRange(date(2000, 1, 1), date(2100, 1, 1))
LONG_AFTER = datetime(2100, 1, 1, tzinfo=UTC)


def made(
    league: League, dates: DateRange, *, now: datetime = LONG_AFTER, lead: timedelta = LEAD
) -> dict[str, pl.DataFrame]:
    """The tables of a league, each made from all that the league has."""
    return made_of(league.frames(), dates, now=now, lead=lead)


def made_of(
    conformed: Mapping[str, pl.LazyFrame],
    dates: DateRange,
    *,
    now: datetime = LONG_AFTER,
    lead: timedelta = LEAD,
) -> dict[str, pl.DataFrame]:
    """The tables of conformed frames by their names."""
    games, boxscores = conformed["games"], conformed["player_boxscores"]
    teams = conformed["team_boxscores"]
    told: dict[str, Any] = {"now": now, "lead": lead}
    names = ("games", "game_lines", "injuries", "players", "player_boxscores")
    about: dict[str, Any] = {name: conformed[name] for name in names}
    tables: dict[str, pl.DataFrame] = {}
    tables["upcoming_team_game_context"] = upcoming_team_game_context.build(dates, **about, **told)
    tables["upcoming_player_game_context"] = upcoming_player_game_context.build(
        dates, **about, prop_consensus=conformed["prop_consensus"], **told
    )
    tables["player_daily_cache"] = player_daily_cache.build(dates, games=games, player_boxscores=boxscores)
    tables["role_priors"] = role_priors.build(dates, games=games, player_boxscores=boxscores)
    tables["team_daily_cache"] = team_daily_cache.build(dates, games=games, team_boxscores=teams)
    tables |= _zones(conformed, dates)
    contexts = {"upcoming_player_game_context": tables["upcoming_player_game_context"].lazy()}
    tables["player_opponent_history"] = player_opponent_history.build(dates, **contexts, player_boxscores=boxscores)
    contexts["upcoming_team_game_context"] = tables["upcoming_team_game_context"].lazy()
    zones = {
        name: tables[name].lazy()
        for name in ("player_shot_zone_analysis", "team_defense_zone_analysis", "team_daily_cache")
    }
    tables["player_composite_factors"] = player_composite_factors.build(dates, **contexts, **zones)
    tables["feature_store"] = rebuilt(tables, dates)
    return tables


def _zones(conformed: Mapping[str, pl.LazyFrame], dates: DateRange) -> dict[str, pl.DataFrame]:
    results = player_market_results.build(
        ALWAYS, player_boxscores=conformed["player_boxscores"], prop_consensus=conformed["prop_consensus"]
    )
    summary = player_game_summary.build(
        ALWAYS,
        player_market_results=results.lazy(),
        **{name: conformed[name] for name in ("games", "player_boxscores", "did_not_play", "shots")},
    )
    defence = team_defense_game_summary.build(
        ALWAYS, team_boxscores=conformed["team_boxscores"], shots=conformed["shots"]
    )
    games = conformed["games"]
    return {
        "player_shot_zone_analysis": player_shot_zone_analysis.build(
            dates, games=games, player_game_summary=summary.lazy()
        ),
        "team_defense_zone_analysis": team_defense_zone_analysis.build(
            dates, games=games, team_defense_game_summary=defence.lazy()
        ),
    }


JOINED = (
    "upcoming_player_game_context",
    "upcoming_team_game_context",
    "player_daily_cache",
    "team_daily_cache",
    "player_shot_zone_analysis",
    "team_defense_zone_analysis",
    "player_composite_factors",
    "player_opponent_history",
    "role_priors",
)


def rebuilt(tables: Mapping[str, pl.DataFrame], dates: DateRange) -> pl.DataFrame:
    """The feature store of the tables that it joins."""
    return feature_store.build(dates, **{name: tables[name].lazy() for name in JOINED})

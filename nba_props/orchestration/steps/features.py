"""Steps of analytics and precompute: what happened, and what could be known before a game."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from nba_props.analytics import (
    player_game_summary,
    player_market_results,
    team_defense_game_summary,
    team_offense_game_summary,
    upcoming_player_game_context,
    upcoming_team_game_context,
)
from nba_props.contracts import analytics, conformed, precompute
from nba_props.contracts.table import Table
from nba_props.game_calendar import DateRange
from nba_props.orchestration.step import Build, Frames, Made, Read, Step, Surroundings
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

FORM_DAYS = 365
"""How far back form, rosters and roles look, in days."""

PRIOR_DAYS = 730
"""A game of a year ago has the role of the year before it."""

SCHEDULE_DAYS = 30
"""How far back rest and travel look, in days."""

GAMES = Read(conformed.GAMES)
PLAYED = Read(conformed.PLAYER_BOXSCORES, FORM_DAYS, includes_date=False)


def _made_by(table: Table, build: Callable[..., pl.DataFrame]) -> Build:
    """A step's function of a table function that takes nothing but its inputs."""

    def bound(dates: DateRange, read: Frames, around: Surroundings) -> Made:
        return {table.full_name: build(dates, **read)}

    return bound


def _as_of(table: Table, build: Callable[..., pl.DataFrame]) -> Build:
    """A step's function of a table function whose rows stand as of a moment."""

    def bound(dates: DateRange, read: Frames, around: Surroundings) -> Made:
        told: dict[str, Any] = {"now": around.now, "lead": around.lead}
        return {table.full_name: build(dates, **read, **told)}

    return bound


ANALYTICS = (
    Step(
        "player_market_results",
        (analytics.PLAYER_MARKET_RESULTS,),
        _made_by(analytics.PLAYER_MARKET_RESULTS, player_market_results.build),
        reads={
            "player_boxscores": Read(conformed.PLAYER_BOXSCORES),
            "prop_consensus": Read(conformed.PROP_CONSENSUS),
        },
    ),
    Step(
        "player_game_summary",
        (analytics.PLAYER_GAME_SUMMARY,),
        _made_by(analytics.PLAYER_GAME_SUMMARY, player_game_summary.build),
        reads={
            "player_boxscores": Read(conformed.PLAYER_BOXSCORES),
            "did_not_play": Read(conformed.DID_NOT_PLAY),
            "games": GAMES,
            "shots": Read(conformed.SHOTS),
            "player_market_results": Read(analytics.PLAYER_MARKET_RESULTS),
        },
    ),
    Step(
        "team_offense_game_summary",
        (analytics.TEAM_OFFENSE_GAME_SUMMARY,),
        _made_by(analytics.TEAM_OFFENSE_GAME_SUMMARY, team_offense_game_summary.build),
        reads={"team_boxscores": Read(conformed.TEAM_BOXSCORES), "shots": Read(conformed.SHOTS)},
    ),
    Step(
        "team_defense_game_summary",
        (analytics.TEAM_DEFENSE_GAME_SUMMARY,),
        _made_by(analytics.TEAM_DEFENSE_GAME_SUMMARY, team_defense_game_summary.build),
        reads={"team_boxscores": Read(conformed.TEAM_BOXSCORES), "shots": Read(conformed.SHOTS)},
    ),
    Step(
        "upcoming_team_game_context",
        (analytics.UPCOMING_TEAM_GAME_CONTEXT,),
        _as_of(analytics.UPCOMING_TEAM_GAME_CONTEXT, upcoming_team_game_context.build),
        reads={
            "games": Read(conformed.GAMES, SCHEDULE_DAYS),
            "game_lines": Read(conformed.GAME_LINES),
            "injuries": Read(conformed.INJURIES),
            "players": Read(conformed.PLAYERS, FORM_DAYS, includes_date=False),
            "player_boxscores": PLAYED,
        },
    ),
    Step(
        "upcoming_player_game_context",
        (analytics.UPCOMING_PLAYER_GAME_CONTEXT,),
        _as_of(analytics.UPCOMING_PLAYER_GAME_CONTEXT, upcoming_player_game_context.build),
        reads={
            "games": Read(conformed.GAMES, SCHEDULE_DAYS),
            "game_lines": Read(conformed.GAME_LINES),
            "prop_consensus": Read(conformed.PROP_CONSENSUS),
            "injuries": Read(conformed.INJURIES),
            "players": Read(conformed.PLAYERS, FORM_DAYS, includes_date=False),
            "player_boxscores": PLAYED,
        },
    ),
)

PRECOMPUTE = (
    Step(
        "player_daily_cache",
        (precompute.PLAYER_DAILY_CACHE,),
        _made_by(precompute.PLAYER_DAILY_CACHE, player_daily_cache.build),
        reads={"games": GAMES, "player_boxscores": PLAYED},
    ),
    Step(
        "role_priors",
        (precompute.ROLE_PRIORS,),
        _made_by(precompute.ROLE_PRIORS, role_priors.build),
        reads={"games": GAMES, "player_boxscores": Read(conformed.PLAYER_BOXSCORES, PRIOR_DAYS, includes_date=False)},
    ),
    Step(
        "team_daily_cache",
        (precompute.TEAM_DAILY_CACHE,),
        _made_by(precompute.TEAM_DAILY_CACHE, team_daily_cache.build),
        reads={"games": GAMES, "team_boxscores": Read(conformed.TEAM_BOXSCORES, FORM_DAYS, includes_date=False)},
    ),
    Step(
        "player_shot_zone_analysis",
        (precompute.PLAYER_SHOT_ZONE_ANALYSIS,),
        _made_by(precompute.PLAYER_SHOT_ZONE_ANALYSIS, player_shot_zone_analysis.build),
        reads={
            "games": GAMES,
            "player_game_summary": Read(analytics.PLAYER_GAME_SUMMARY, FORM_DAYS, includes_date=False),
        },
    ),
    Step(
        "team_defense_zone_analysis",
        (precompute.TEAM_DEFENSE_ZONE_ANALYSIS,),
        _made_by(precompute.TEAM_DEFENSE_ZONE_ANALYSIS, team_defense_zone_analysis.build),
        reads={
            "games": GAMES,
            "team_defense_game_summary": Read(analytics.TEAM_DEFENSE_GAME_SUMMARY, FORM_DAYS, includes_date=False),
        },
    ),
    Step(
        "player_opponent_history",
        (precompute.PLAYER_OPPONENT_HISTORY,),
        _made_by(precompute.PLAYER_OPPONENT_HISTORY, player_opponent_history.build),
        reads={
            "upcoming_player_game_context": Read(analytics.UPCOMING_PLAYER_GAME_CONTEXT),
            "player_boxscores": PLAYED,
        },
    ),
    Step(
        "player_composite_factors",
        (precompute.PLAYER_COMPOSITE_FACTORS,),
        _made_by(precompute.PLAYER_COMPOSITE_FACTORS, player_composite_factors.build),
        reads={
            "upcoming_player_game_context": Read(analytics.UPCOMING_PLAYER_GAME_CONTEXT),
            "upcoming_team_game_context": Read(analytics.UPCOMING_TEAM_GAME_CONTEXT),
            "player_shot_zone_analysis": Read(precompute.PLAYER_SHOT_ZONE_ANALYSIS),
            "team_defense_zone_analysis": Read(precompute.TEAM_DEFENSE_ZONE_ANALYSIS),
            "team_daily_cache": Read(precompute.TEAM_DAILY_CACHE),
        },
    ),
    Step(
        "feature_store",
        (precompute.FEATURE_STORE,),
        _made_by(precompute.FEATURE_STORE, feature_store.build),
        reads={
            "upcoming_player_game_context": Read(analytics.UPCOMING_PLAYER_GAME_CONTEXT),
            "upcoming_team_game_context": Read(analytics.UPCOMING_TEAM_GAME_CONTEXT),
            "player_daily_cache": Read(precompute.PLAYER_DAILY_CACHE),
            "team_daily_cache": Read(precompute.TEAM_DAILY_CACHE),
            "player_shot_zone_analysis": Read(precompute.PLAYER_SHOT_ZONE_ANALYSIS),
            "team_defense_zone_analysis": Read(precompute.TEAM_DEFENSE_ZONE_ANALYSIS),
            "player_composite_factors": Read(precompute.PLAYER_COMPOSITE_FACTORS),
            "player_opponent_history": Read(precompute.PLAYER_OPPONENT_HISTORY),
            "role_priors": Read(precompute.ROLE_PRIORS),
        },
    ),
)

STEPS = (*ANALYTICS, *PRECOMPUTE)

"""Steps of analytics and precompute: what happened, and what could be known before a game."""

from __future__ import annotations

from nba_props.analytics import player_game_summary, player_market_results
from nba_props.contracts import analytics, conformed, precompute
from nba_props.orchestration.step import Read, Step
from nba_props.precompute import feature_store, player_daily_cache, team_daily_cache

FORM_DAYS = 365
"""How far back rolling form looks, in days."""

ANALYTICS = (
    Step(
        "player_game_summary",
        (analytics.PLAYER_GAME_SUMMARY,),
        lambda dates, read, around: {analytics.PLAYER_GAME_SUMMARY.full_name: player_game_summary.build(dates, **read)},
        reads={"player_boxscores": Read(conformed.PLAYER_BOXSCORES)},
    ),
    Step(
        "player_market_results",
        (analytics.PLAYER_MARKET_RESULTS,),
        lambda dates, read, around: {
            analytics.PLAYER_MARKET_RESULTS.full_name: player_market_results.build(dates, **read)
        },
        reads={
            "player_boxscores": Read(conformed.PLAYER_BOXSCORES),
            "prop_consensus": Read(conformed.PROP_CONSENSUS),
        },
    ),
)

PRECOMPUTE = (
    Step(
        "player_daily_cache",
        (precompute.PLAYER_DAILY_CACHE,),
        lambda dates, read, around: {precompute.PLAYER_DAILY_CACHE.full_name: player_daily_cache.build(dates, **read)},
        reads={
            "games": Read(conformed.GAMES),
            "player_boxscores": Read(conformed.PLAYER_BOXSCORES, FORM_DAYS, includes_date=False),
            "player_game_summary": Read(analytics.PLAYER_GAME_SUMMARY, FORM_DAYS, includes_date=False),
        },
    ),
    Step(
        "team_daily_cache",
        (precompute.TEAM_DAILY_CACHE,),
        lambda dates, read, around: {precompute.TEAM_DAILY_CACHE.full_name: team_daily_cache.build(dates, **read)},
        reads={
            "games": Read(conformed.GAMES),
            "player_boxscores": Read(conformed.PLAYER_BOXSCORES, FORM_DAYS, includes_date=False),
        },
    ),
    Step(
        "feature_store",
        (precompute.FEATURE_STORE,),
        lambda dates, read, around: {
            precompute.FEATURE_STORE.full_name: feature_store.build(dates, **read, lead=around.lead)
        },
        reads={
            "games": Read(conformed.GAMES),
            "player_daily_cache": Read(precompute.PLAYER_DAILY_CACHE),
            "team_daily_cache": Read(precompute.TEAM_DAILY_CACHE),
            "prop_consensus": Read(conformed.PROP_CONSENSUS),
            "game_lines": Read(conformed.GAME_LINES),
        },
    ),
)

STEPS = (*ANALYTICS, *PRECOMPUTE)

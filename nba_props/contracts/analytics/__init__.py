"""Analytics tables: what happened, and what could be known of a game before it."""

from __future__ import annotations

from nba_props.contracts.analytics import summaries, upcoming
from nba_props.contracts.analytics.summaries import (
    PLAYER_GAME_SUMMARY,
    PLAYER_MARKET_RESULTS,
    TEAM_DEFENSE_GAME_SUMMARY,
    TEAM_OFFENSE_GAME_SUMMARY,
)
from nba_props.contracts.analytics.upcoming import UPCOMING_PLAYER_GAME_CONTEXT, UPCOMING_TEAM_GAME_CONTEXT

TABLES = (*summaries.TABLES, *upcoming.TABLES)

__all__ = [
    "PLAYER_GAME_SUMMARY",
    "PLAYER_MARKET_RESULTS",
    "TABLES",
    "TEAM_DEFENSE_GAME_SUMMARY",
    "TEAM_OFFENSE_GAME_SUMMARY",
    "UPCOMING_PLAYER_GAME_CONTEXT",
    "UPCOMING_TEAM_GAME_CONTEXT",
]

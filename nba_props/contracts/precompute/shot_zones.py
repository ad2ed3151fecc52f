"""Precompute tables of shooting by zone: where a player shoots, what a defence allows."""

from __future__ import annotations

from typing import Any

import polars as pl

from nba_props.contracts import columns as c
from nba_props.contracts.conformed.shots import SHOT_ZONES
from nba_props.contracts.table import Table, declared

PLAYER_ZONE_WINDOWS = (10, 20)
"""Games that the player played and whose shots are known."""

DEFENSE_ZONE_GAMES = 15

Columns = dict[str, tuple[Any, Any]]


def _known(description: str, **checks: Any) -> tuple[Any, Any]:
    return float, c.number(description, nullable=True, ge=0, **checks)


def _player_columns(games: int) -> Columns:
    window = f"his last {games} games within 365 days whose shots are known"
    zones = {
        f"{zone}_{name}_last_{games}": _known(f"{words.format(zone=zone.replace('_', ' '))} {window}.", **checks)
        for zone in SHOT_ZONES
        for name, words, checks in (
            ("attempts_per_game", "Shots a game from the zone {zone} over", {}),
            ("share", "Share of his shots from the five zones that came from {zone} over", {"le": 1}),
            ("percentage", "Share made of his shots from the zone {zone} over", {"le": 1}),
        )
    }
    return {
        f"games_with_shots_last_{games}": (int, c.number(f"Games in {window}.", ge=0, le=games)),
        **zones,
        f"assisted_share_last_{games}": _known(
            f"Share of his makes from the five zones that were assisted, where assists are told, over {window}.", le=1
        ),
    }


PlayerShotZoneAnalysis = declared(
    "PlayerShotZoneAnalysis",
    """Where a player shoots and how well, from games known on the date's morning: one row a player of the daily cache
    and date. Shares and percentages are null without a shot.""",
    {
        "player_id": (int, c.player_id()),
        "game_date": (pl.Date, c.game_date()),
        **{name: column for games in PLAYER_ZONE_WINDOWS for name, column in _player_columns(games).items()},
    },
)

_DEFENSE = f"over its last {DEFENSE_ZONE_GAMES} games of the season whose shots are known"

TeamDefenseZoneAnalysis = declared(
    "TeamDefenseZoneAnalysis",
    """What a defence allows by zone, from games of the season known on the date's morning: one row a team that plays
    and date. Ratios are to the league's mean per team and game of the season to date.""",
    {
        "team": (str, c.team("Tricode of the defending team.")),
        "game_date": (pl.Date, c.game_date()),
        "games_with_shots": (int, c.number(f"Games {_DEFENSE}.", ge=0, le=DEFENSE_ZONE_GAMES)),
        **{
            f"{zone}_{name}": _known(f"{words.format(zone=zone.replace('_', ' '))} {_DEFENSE}.", **checks)
            for zone in SHOT_ZONES
            for name, words, checks in (
                ("attempts_allowed_per_game", "Shots a game that it allowed from the zone {zone}", {}),
                ("percentage_allowed", "Share made of the opponents' shots from the zone {zone}", {"le": 1}),
                ("attempts_allowed_ratio", "Those shots a game from {zone} as a ratio to the league's", {}),
                ("percentage_allowed_ratio", "That share made from {zone} as a ratio to the league's", {}),
            )
        },
    },
)

PLAYER_SHOT_ZONE_ANALYSIS = Table(
    "precompute", "player_shot_zone_analysis", PlayerShotZoneAnalysis, ("game_date", "player_id")
)
TEAM_DEFENSE_ZONE_ANALYSIS = Table(
    "precompute", "team_defense_zone_analysis", TeamDefenseZoneAnalysis, ("game_date", "team")
)

TABLES = (PLAYER_SHOT_ZONE_ANALYSIS, TEAM_DEFENSE_ZONE_ANALYSIS)

"""Conformed tables: one truth from many sources, identities resolved, provenance in every row."""

from __future__ import annotations

from nba_props.contracts.conformed import box_scores, games, injuries, lines, players, shots
from nba_props.contracts.conformed.box_scores import (
    BOXSCORE_DISCREPANCIES,
    DID_NOT_PLAY,
    NOT_PLAYING_KINDS,
    PLAYER_BOXSCORES,
    TEAM_BOXSCORES,
)
from nba_props.contracts.conformed.games import (
    EVENT_GAMES,
    GAME_STATUSES,
    GAMES,
    TIP_OFF_SOURCES,
    UNRESOLVED_EVENT_REASONS,
    UNRESOLVED_EVENTS,
)
from nba_props.contracts.conformed.injuries import INJURIES, INJURY_STATUSES
from nba_props.contracts.conformed.lines import (
    GAME_LINES,
    PROP_CONSENSUS,
    PROP_LINE_ALTERNATES,
    PROP_LINE_MOVES,
    PROP_LINES,
)
from nba_props.contracts.conformed.players import (
    NAME_RULES,
    PLAYER_TEAMS,
    PLAYERS,
    PROP_PLAYERS,
    SOURCE_PLAYERS,
    UNRESOLVED_PLAYERS,
)
from nba_props.contracts.conformed.provenance import LINE_SOURCES
from nba_props.contracts.conformed.shots import SHOT_ZONES, SHOTS

TABLES = (
    *games.TABLES,
    *players.TABLES,
    *box_scores.TABLES,
    *shots.TABLES,
    *injuries.TABLES,
    *lines.TABLES,
)

__all__ = [
    "BOXSCORE_DISCREPANCIES",
    "DID_NOT_PLAY",
    "EVENT_GAMES",
    "GAMES",
    "GAME_LINES",
    "GAME_STATUSES",
    "INJURIES",
    "INJURY_STATUSES",
    "LINE_SOURCES",
    "NAME_RULES",
    "NOT_PLAYING_KINDS",
    "PLAYERS",
    "PLAYER_BOXSCORES",
    "PLAYER_TEAMS",
    "PROP_CONSENSUS",
    "PROP_LINES",
    "PROP_LINE_ALTERNATES",
    "PROP_LINE_MOVES",
    "PROP_PLAYERS",
    "SHOTS",
    "SHOT_ZONES",
    "SOURCE_PLAYERS",
    "TABLES",
    "TEAM_BOXSCORES",
    "TIP_OFF_SOURCES",
    "UNRESOLVED_EVENTS",
    "UNRESOLVED_EVENT_REASONS",
    "UNRESOLVED_PLAYERS",
]

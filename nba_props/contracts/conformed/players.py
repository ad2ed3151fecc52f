"""Conformed tables of who is who: players, their teams, and every spelling of their names."""

from __future__ import annotations

from typing import Any

import polars as pl

from nba_props.contracts import columns as c
from nba_props.contracts.conformed.provenance import line_source, source_table
from nba_props.contracts.table import Contract, Table

NAME_RULES = ("alias", "roster", "roster_nickname", "roster_initial", "roster_last_name", "league", "league_nickname")
"""How a spelling may be resolved, strictest first."""


def _matched_by() -> Any:
    return c.text(
        "How it was resolved: alias table; exact name, nickname, initial or last name among the players of the teams"
        " concerned; exact name or nickname anywhere.",
        isin=NAME_RULES,
    )


class Players(Contract):
    """Who is who: one row a player seen on the date in a box score, list, roster or transaction, with his team."""

    player_id: int = c.player_id()
    game_date: pl.Date = c.game_date()
    player_name: str = c.text("Name as the NBA spells it.")
    name_key: str = c.text("Name without accents, case, punctuation and generational suffix.")
    team: str = c.team("Tricode of the team that he played for, else of the one that lists him.")
    source: str = source_table()


class PlayerTeams(Contract):
    """Who plays where since when: one row a player and date on which he is first seen with another team than before."""

    player_id: int = c.player_id()
    game_date: pl.Date = c.game_date()
    player_name: str = c.text("Name as the NBA spells it.")
    team: str = c.team("Tricode of the team from this date on.")
    team_before: str = c.team("Tricode of the team before; null where none is known.", nullable=True)
    source: str = source_table()


class PropPlayers(Contract):
    """Which player a bookmaker's spelling means: one row a spelling and event that resolves to exactly one player."""

    source: str = line_source()
    event_id: str = c.text("The source's event id.")
    game_date: pl.Date = c.game_date()
    source_name: str = c.text("Player as the bookmaker spells him.")
    player_id: int = c.player_id()
    matched_by: str = _matched_by()


class SourcePlayers(Contract):
    """Which player a spelling in a box score, roster or injury list means: one row a source, team, date and spelling
    that resolves to exactly one player."""

    source: str = c.text("Upstream whose spelling it is.")
    game_date: pl.Date = c.game_date()
    team: str = c.team("Tricode of the team that the source has him with; null if none.", nullable=True)
    source_name: str = c.text("Player as the source spells him.")
    player_id: int = c.player_id()
    matched_by: str = _matched_by()


class UnresolvedPlayers(Contract):
    """Spellings that no rule could place: one row a source, spelling and event or team, with ranked candidates."""

    source: str = c.text("Upstream whose spelling it is.")
    event_id: str = c.text("The source's event id, of sources of lines; null of the others.", nullable=True)
    team: str = c.team("Tricode of the team that the source has him with; null if it tells none.", nullable=True)
    game_date: pl.Date = c.game_date()
    source_name: str = c.text("Player as the source spells him.")
    reason: str = c.text("Why it was not resolved.", isin=("unknown", "ambiguous"))
    candidates: str = c.text("Likely players, best first, for a person to decide.")
    lines: int = c.number("Raw rows that wait for it.", ge=1)


PLAYERS = Table("conformed", "players", Players, ("game_date", "player_id"))
PLAYER_TEAMS = Table("conformed", "player_teams", PlayerTeams, ("game_date", "player_id"))
PROP_PLAYERS = Table("conformed", "prop_players", PropPlayers, ("game_date", "source", "event_id", "source_name"))
SOURCE_PLAYERS = Table("conformed", "source_players", SourcePlayers, ("game_date", "source", "team", "source_name"))
UNRESOLVED_PLAYERS = Table(
    "conformed", "unresolved_players", UnresolvedPlayers, ("game_date", "source", "event_id", "team", "source_name")
)

TABLES = (PLAYERS, PLAYER_TEAMS, PROP_PLAYERS, SOURCE_PLAYERS, UNRESOLVED_PLAYERS)

"""Conformed box scores: of players and teams, who did not play, and where sources disagree."""

from __future__ import annotations

import polars as pl

from nba_props.contracts import columns as c
from nba_props.contracts.conformed.provenance import endpoint, knowable_at, source_table
from nba_props.contracts.table import Contract, Table
from nba_props.game_calendar import COUNTED_GAME_TYPES

BOX_COUNTS = (
    "points",
    "rebounds",
    "offensive_rebounds",
    "defensive_rebounds",
    "assists",
    "steals",
    "blocks",
    "turnovers",
    "fouls",
    "field_goals_made",
    "field_goals_attempted",
    "threes",
    "threes_attempted",
    "free_throws_made",
    "free_throws_attempted",
)
"""Counts of a box score."""

NOT_PLAYING_KINDS = ("DNP", "DND", "NWT", "inactive", "suspended")


class PlayerBoxscores(Contract):
    """Player box scores: one row a player who played, with opponent, site and the source of the row."""

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    season: str = c.season()
    game_type: str = c.text("Kind of game.", isin=COUNTED_GAME_TYPES)
    player_id: int = c.player_id()
    player_name: str = c.text("Name as the NBA spells it.")
    team: str = c.team()
    opponent: str = c.team("Tricode of the opponent.")
    is_home: bool = c.flag("Whether his team is the home team.")
    minutes: float = c.number("Minutes played.", ge=0, le=100)
    points: int = c.number("Points.", ge=0)
    rebounds: int = c.number("Rebounds.", ge=0)
    offensive_rebounds: int = c.number("Offensive rebounds.", ge=0)
    defensive_rebounds: int = c.number("Defensive rebounds.", ge=0)
    assists: int = c.number("Assists.", ge=0)
    steals: int = c.number("Steals.", ge=0)
    blocks: int = c.number("Blocks.", ge=0)
    turnovers: int = c.number("Turnovers.", ge=0)
    fouls: int = c.number("Personal fouls.", ge=0)
    field_goals_made: int = c.number("Field goals made.", ge=0)
    field_goals_attempted: int = c.number("Field goals attempted.", ge=0)
    threes: int = c.number("Three-pointers made.", ge=0)
    threes_attempted: int = c.number("Three-pointers attempted.", ge=0)
    free_throws_made: int = c.number("Free throws made.", ge=0)
    free_throws_attempted: int = c.number("Free throws attempted.", ge=0)
    plus_minus: int = c.number("Points of his team less the opponent's while he played.", nullable=True)
    is_starter: bool = c.flag("Whether he started; null where the source does not say.", nullable=True)
    knowable_at: c.Moment = knowable_at()
    source: str = source_table()
    endpoint: str = endpoint()


class DidNotPlay(Contract):
    """Who did not play: one row a player whom a box score names but who did not play, with the reason."""

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    player_id: int = c.player_id()
    player_name: str = c.text("Name as the source spells it.")
    team: str = c.team()
    kind: str = c.text(
        "DNP did not play, DND did not dress, NWT not with team, inactive, suspended; null where none is told.",
        nullable=True,
        isin=NOT_PLAYING_KINDS,
    )
    reason: str = c.text("Why, as the source words it.", nullable=True)
    knowable_at: c.Moment = knowable_at()
    source: str = source_table()
    endpoint: str = endpoint()


class BoxscoreDiscrepancies(Contract):
    """Where box scores disagree: one row a player, game, statistic and pair of sources, both values told."""

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    player_id: int = c.player_id()
    statistic: str = c.text("Column of the box score; did_not_play is 1 for who did not.")
    source: str = c.text("Raw table and endpoint of the source that comes first.")
    other_source: str = c.text("Raw table and endpoint of the other source.")
    value: float = c.number("What the first source says.")
    other_value: float = c.number("What the other source says.")


class TeamBoxscores(Contract):
    """Team box scores: one row a team and game, as the league tells it or as the sum of its players."""

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    season: str = c.season()
    game_type: str = c.text("Kind of game.", isin=COUNTED_GAME_TYPES)
    team: str = c.team("Tricode of the team.")
    opponent: str = c.team("Tricode of the opponent.")
    is_home: bool = c.flag("Whether it was the home team.")
    minutes: float = c.number("Minutes of its players together.", ge=0, le=1000)
    points: int = c.number("Points.", ge=0)
    rebounds: int = c.number("Rebounds of its players.", ge=0)
    offensive_rebounds: int = c.number("Offensive rebounds of its players.", ge=0)
    defensive_rebounds: int = c.number("Defensive rebounds of its players.", ge=0)
    assists: int = c.number("Assists.", ge=0)
    steals: int = c.number("Steals.", ge=0)
    blocks: int = c.number("Blocks.", ge=0)
    turnovers: int = c.number("Turnovers of its players.", ge=0)
    fouls: int = c.number("Personal fouls of its players.", ge=0)
    field_goals_made: int = c.number("Field goals made.", ge=0)
    field_goals_attempted: int = c.number("Field goals attempted.", ge=0)
    threes: int = c.number("Three-pointers made.", ge=0)
    threes_attempted: int = c.number("Three-pointers attempted.", ge=0)
    free_throws_made: int = c.number("Free throws made.", ge=0)
    free_throws_attempted: int = c.number("Free throws attempted.", ge=0)
    is_sum_of_players: bool = c.flag(
        "Whether every count is the sum of the players' rows; null where there are none.", nullable=True
    )
    knowable_at: c.Moment = knowable_at()
    source: str = c.text("Table that the row came from; conformed.player_boxscores if it was rebuilt from players.")
    endpoint: str = endpoint()


_PLAYER_KEY = ("game_date", "game_id", "player_id")
PLAYER_BOXSCORES = Table("conformed", "player_boxscores", PlayerBoxscores, _PLAYER_KEY)
DID_NOT_PLAY = Table("conformed", "did_not_play", DidNotPlay, _PLAYER_KEY)
BOXSCORE_DISCREPANCIES = Table(
    "conformed", "boxscore_discrepancies", BoxscoreDiscrepancies, (*_PLAYER_KEY, "statistic", "source", "other_source")
)
TEAM_BOXSCORES = Table("conformed", "team_boxscores", TeamBoxscores, ("game_date", "game_id", "team"))

TABLES = (PLAYER_BOXSCORES, DID_NOT_PLAY, BOXSCORE_DISCREPANCIES, TEAM_BOXSCORES)

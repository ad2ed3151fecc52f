"""Raw tables of the NBA's gamebook."""

from __future__ import annotations

import polars as pl

from nba_props.contracts import columns as c
from nba_props.contracts.raw.quarantine import quarantine_table
from nba_props.contracts.table import Contract, Table

NOT_PLAYING_KINDS = ("DNP", "DND", "NWT", "inactive")


class NbacGamebook(Contract):
    """The official scorer's box score: one row a player of the game, those who did not play included."""

    game_date: pl.Date = c.game_date()
    home_team: str = c.team("Tricode of the home team.")
    away_team: str = c.team("Tricode of the visiting team.")
    team: str = c.team()
    player_name: str = c.text(
        "Player as the gamebook spells him; of inactive players it gives the last name alone.",
        str_length={"min_value": 1},
    )
    jersey_number: str = c.text("Number on his shirt; null for inactive players.", nullable=True)
    position: str = c.text(
        "F, C or G, or two of them, for who started, else null.", nullable=True, str_matches=r"^[FCG](-[FCG])?$"
    )
    is_starter: bool = c.flag("Whether he started.", nullable=True)
    did_not_play: bool = c.flag("Whether he did not play; he then has no statistics.")
    not_playing_kind: str = c.text(
        "Of who did not play: did not play, did not dress, not with team, or inactive.",
        nullable=True,
        isin=NOT_PLAYING_KINDS,
    )
    not_playing_reason: str = c.text("Why he did not play, if told.", nullable=True)
    minutes: float = c.number("Minutes played, with seconds as a fraction.", nullable=True, ge=0, le=100)
    field_goals_made: int = c.number("Field goals made.", nullable=True, ge=0)
    field_goals_attempted: int = c.number("Field goals attempted.", nullable=True, ge=0)
    threes: int = c.number("Three-pointers made.", nullable=True, ge=0)
    threes_attempted: int = c.number("Three-pointers attempted.", nullable=True, ge=0)
    free_throws_made: int = c.number("Free throws made.", nullable=True, ge=0)
    free_throws_attempted: int = c.number("Free throws attempted.", nullable=True, ge=0)
    offensive_rebounds: int = c.number("Offensive rebounds.", nullable=True, ge=0)
    defensive_rebounds: int = c.number("Defensive rebounds.", nullable=True, ge=0)
    rebounds: int = c.number("Rebounds.", nullable=True, ge=0)
    assists: int = c.number("Assists.", nullable=True, ge=0)
    fouls: int = c.number("Personal fouls.", nullable=True, ge=0)
    steals: int = c.number("Steals.", nullable=True, ge=0)
    turnovers: int = c.number("Turnovers.", nullable=True, ge=0)
    blocks: int = c.number("Blocks.", nullable=True, ge=0)
    plus_minus: int = c.number("Points of his team less the opponent's while he played.", nullable=True)
    points: int = c.number("Points.", nullable=True, ge=0)
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


class NbacGamebookOfficials(Contract):
    """The officials of a game, as its gamebook names them: one row an official."""

    game_date: pl.Date = c.game_date()
    home_team: str = c.team("Tricode of the home team.")
    away_team: str = c.team("Tricode of the visiting team.")
    official_name: str = c.text("Official as the gamebook spells the name.", str_length={"min_value": 1})
    official_number: str = c.text("Number on the shirt, if told.", nullable=True)
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


NBAC_GAMEBOOK = Table(
    "raw", "nbac_gamebook", NbacGamebook, ("game_date", "home_team", "away_team", "team", "player_name")
)
NBAC_GAMEBOOK_OFFICIALS = Table(
    "raw", "nbac_gamebook_officials", NbacGamebookOfficials, ("game_date", "home_team", "away_team", "official_name")
)
NBAC_GAMEBOOK_QUARANTINE = quarantine_table("nbac_gamebook")

TABLES = (NBAC_GAMEBOOK, NBAC_GAMEBOOK_OFFICIALS, NBAC_GAMEBOOK_QUARANTINE)

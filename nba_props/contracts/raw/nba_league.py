"""Raw tables of the NBA's player list, player movement and referee assignments."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from nba_props.contracts import columns as c
from nba_props.contracts.raw.quarantine import quarantine_table
from nba_props.contracts.table import Contract, Table

PLAYER_LIST_ENDPOINTS = ("player_list", "common_all_players", "team_roster_page")
OFFICIAL_ROLES = ("crew_chief", "referee", "umpire", "alternate", "replay_center")


class NbacPlayerList(Contract):
    """The NBA's player lists: one row a player, endpoint and day, as told by the day's newest answer.

    What an endpoint does not tell is null.
    """

    game_date: pl.Date = pa.Field(
        description="Calendar date in New York on which the list was fetched, the snapshot's date; the partition."
    )
    endpoint: str = c.text("Endpoint that told it.", isin=PLAYER_LIST_ENDPOINTS)
    player_id: int = c.player_id()
    player_name: str = c.text("First name, then last name with its suffix.", str_length={"min_value": 1})
    player_slug: str = c.text("Name as in the league's addresses.", nullable=True)
    team: str = c.team("Tricode of his team; null if he is on none.", nullable=True)
    is_on_roster: bool = c.flag("Whether the league counts him as on a roster.")
    jersey_number: str = c.text("Jersey number, as text because of '00'.", nullable=True)
    position: str = c.text("G, F or C, or two of them with the main one first.", nullable=True)
    height: str = c.text("Feet and inches, such as 6-8.", nullable=True)
    weight_pounds: int = c.number("Weight, pounds.", nullable=True, gt=0, le=1000)
    college: str = c.text("College, or the team or school before the NBA.", nullable=True)
    country: str = c.text("Country.", nullable=True)
    draft_year: int = c.number("Year drafted, null if he was not.", nullable=True, ge=1946, le=2100)
    draft_round: int = c.number("Draft round.", nullable=True, ge=0, le=100)
    draft_number: int = c.number("Place in the whole draft.", nullable=True, ge=0, le=1000)
    from_year: int = c.number("Year in which his first season began.", nullable=True, ge=1946, le=2100)
    to_year: int = c.number("Year in which his latest season began.", nullable=True, ge=1946, le=2100)
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


class NbacPlayerMovement(Contract):
    """The NBA's transactions: one row a player or draft consideration that moved, under the transaction's date."""

    game_date: pl.Date = pa.Field(description="Date that the league gives the transaction; the partition.")
    transaction_group: str = c.text(
        "The league's number of the transaction; all parts of a trade share one.", str_length={"min_value": 1}
    )
    transaction_type: str = c.text(
        "Signing, Waive, Trade, ContractConverted, AwardOnWaivers or what else the league writes.",
        str_length={"min_value": 1},
    )
    team: str = c.team("Tricode of the team that acted; of a trade the one that received.")
    from_team: str = c.team("Of a trade the team that gave; else null.", nullable=True)
    player_id: int = c.number("The NBA's player id; null for a draft consideration.", nullable=True, gt=0)
    player_slug: str = c.text("Player as in the league's addresses.", nullable=True)
    description: str = c.text("The transaction in the league's words.", str_length={"min_value": 1})
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


class NbacRefereeAssignments(Contract):
    """The NBA's referee assignments: one row an official and game, and one an official in the replay center."""

    game_date: pl.Date = c.game_date()
    game_id: str = c.game_id(nullable=True)
    role: str = c.text("What he does there.", isin=OFFICIAL_ROLES)
    role_number: int = c.number("1 to 4 in the order listed for a game; place in the list of the replay center.", ge=1)
    season: str = c.season()
    home_team: str = c.team("Tricode of the home team; null for the replay center.", nullable=True)
    away_team: str = c.team("Tricode of the visiting team; null for the replay center.", nullable=True)
    official_id: int = c.number("The NBA's id of the official.", nullable=True, gt=0)
    official_name: str = c.text("Name as the NBA spells it.", str_length={"min_value": 1})
    jersey_number: str = c.text("Jersey number, as text.", nullable=True)
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


NBAC_PLAYER_LIST = Table("raw", "nbac_player_list", NbacPlayerList, ("game_date", "endpoint", "player_id"))
NBAC_PLAYER_MOVEMENT = Table(
    "raw",
    "nbac_player_movement",
    NbacPlayerMovement,
    ("game_date", "transaction_group", "team", "player_id", "from_team"),
)
NBAC_REFEREE_ASSIGNMENTS = Table(
    "raw", "nbac_referee_assignments", NbacRefereeAssignments, ("game_date", "game_id", "role", "role_number")
)
NBAC_LEAGUE_QUARANTINE = quarantine_table("nbac_league")

TABLES = (NBAC_PLAYER_LIST, NBAC_PLAYER_MOVEMENT, NBAC_REFEREE_ASSIGNMENTS, NBAC_LEAGUE_QUARANTINE)

"""Raw tables of Basketball Reference."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from nba_props.contracts import columns as c
from nba_props.contracts.raw.quarantine import quarantine_table
from nba_props.contracts.table import Contract, Table


class BrRosters(Contract):
    """Basketball Reference's rosters: one row a team, season, player and day, as told by the day's newest page."""

    game_date: pl.Date = pa.Field(
        description="Calendar date in New York on which the page was fetched, the snapshot's date; the partition."
    )
    season: str = c.season()
    team: str = c.team("Tricode of the team.")
    source_player_id: str = c.text(
        "Basketball Reference's id of the player, such as davisan02.", str_length={"min_value": 1}
    )
    player_name: str = c.text("Name as the source spells it, accents included.", str_length={"min_value": 1})
    is_two_way: bool = c.flag("Whether the source marks him as on a two-way contract.")
    jersey_number: str = c.text("Jersey number or numbers, as text because of '00'.", nullable=True)
    position: str = c.text("PG, SG, SF, PF or C, or a mix such as F-C.", nullable=True)
    height: str = c.text("Feet and inches, such as 6-8.", nullable=True)
    weight_pounds: int = c.number("Weight, pounds.", nullable=True, gt=0, le=1000)
    birth_date: pl.Date = pa.Field(description="Date of birth.", nullable=True)
    birth_country: str = c.text("Country of birth, two letters in lower case.", nullable=True)
    years_of_experience: int = c.number("Seasons played before this one; 0 for a rookie.", nullable=True, ge=0, le=40)
    college: str = c.text("Colleges, separated by commas.", nullable=True)
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


BR_ROSTERS = Table("raw", "br_rosters", BrRosters, ("game_date", "season", "team", "source_player_id"))
BR_QUARANTINE = quarantine_table("br")

TABLES = (BR_ROSTERS, BR_QUARANTINE)

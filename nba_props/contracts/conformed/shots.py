"""Conformed shots: every field goal tried, from the best play by play or shot chart that there is of a game."""

from __future__ import annotations

import polars as pl

from nba_props.contracts import columns as c
from nba_props.contracts.conformed.provenance import endpoint, knowable_at, source_table
from nba_props.contracts.table import Contract, Table

SHOT_ZONES = ("restricted_area", "paint", "mid_range", "corner_three", "above_the_break_three")
"""Parts of the floor by which shooting is told; heaves from the backcourt belong to none of them."""

BACKCOURT = "backcourt"


class Shots(Contract):
    """Field goals tried: one row a shot, of one source a game."""

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    shot_number: int = c.number("Number of the shot in its game, from 1 in order of play as the source tells it.", ge=1)
    player_id: int = c.player_id()
    team: str = c.team()
    opponent: str = c.team("Tricode of the opponent.")
    shot_zone: str = c.text(
        "Part of the floor, in the source's own words, else by the place that it tells; paint is the paint outside the"
        " restricted area; null where the source tells neither.",
        nullable=True,
        isin=(*SHOT_ZONES, BACKCOURT),
    )
    shot_value: int = c.number("What the shot is worth: 2 or 3.", ge=2, le=3)
    is_made: bool = c.flag("Whether it went in.")
    is_assisted: bool = c.flag("Whether it was assisted; false for a miss, null where not told.", nullable=True)
    knowable_at: c.Moment = knowable_at()
    source: str = source_table()
    endpoint: str = endpoint()


SHOTS = Table("conformed", "shots", Shots, ("game_date", "game_id", "shot_number"))

TABLES = (SHOTS,)

"""Conformed injuries: what was told of a player before a game."""

from __future__ import annotations

import polars as pl

from nba_props.contracts import columns as c
from nba_props.contracts.conformed.provenance import source_table
from nba_props.contracts.table import Contract, Table

_TOLD = ("available", "probable", "questionable", "doubtful", "out", "day_to_day", "suspended")
INJURY_STATUSES = (*_TOLD, "not_listed", "unknown")


class Injuries(Contract):
    """What was told of a player's availability for a game: one row a source and change of status before the tip-off."""

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    player_id: int = c.player_id()
    team: str = c.team()
    source: str = source_table()
    report_at: c.Moment = c.moment("When the source told it, from which it counts as known.")
    status: str = c.text("not_listed: told before and no longer; unknown: words not known here.", isin=INJURY_STATUSES)
    status_text: str = c.text("Status as the source words it.", nullable=True)
    reason: str = c.text("Reason or description, as the source words it.", nullable=True)
    first_seen_at: c.Moment = c.moment("When this source first told this status of him for this game.")


_PLAYER_KEY = ("game_date", "game_id", "player_id")
INJURIES = Table("conformed", "injuries", Injuries, (*_PLAYER_KEY, "source", "report_at"))

TABLES = (INJURIES,)

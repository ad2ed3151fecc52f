"""Raw tables of DraftKings."""

from __future__ import annotations

import polars as pl

from nba_props.contracts import columns as c
from nba_props.contracts.raw.quarantine import quarantine_table
from nba_props.contracts.table import Contract, Table


class DraftkingsPlayerProps(Contract):
    """DraftKings' player props: one row an event, answer, market, player and line, alternates too."""

    event_id: str = c.text("DraftKings' event id.", str_length={"min_value": 1})
    game_date: pl.Date = c.game_date()
    snapshot_at: c.Moment = c.moment("When the answer was fetched: it has no stamp of its own.")
    commence_at: c.Moment = c.moment("Scheduled start, as the source has it.")
    home_team: str = c.team("Tricode of the home team.")
    away_team: str = c.team("Tricode of the visiting team.")
    bookmaker: str = c.bookmaker()
    market: str = c.market()
    is_alternate_market: bool = c.flag("Whether the source marks another line of the player as its main one.")
    player_name: str = c.text("Player as the source spells him.", str_length={"min_value": 1})
    source_player_id: str = c.text("DraftKings' player id, if told.", nullable=True)
    line: float = c.line()
    over_price: float = c.price("Over.", nullable=True)
    under_price: float = c.price("Under.", nullable=True)
    is_active: bool = c.flag("Whether the line could be bet on: the source did not call its market suspended.")
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


DRAFTKINGS_PLAYER_PROPS = Table(
    "raw",
    "draftkings_player_props",
    DraftkingsPlayerProps,
    ("game_date", "event_id", "market", "player_name", "line", "snapshot_at"),
)
DRAFTKINGS_QUARANTINE = quarantine_table("draftkings")

TABLES = (DRAFTKINGS_PLAYER_PROPS, DRAFTKINGS_QUARANTINE)

"""Raw tables of BettingPros."""

from __future__ import annotations

import polars as pl

from nba_props.contracts import columns as c
from nba_props.contracts.raw.quarantine import quarantine_table
from nba_props.contracts.table import Contract, Table

_AS_FETCHED = "When the answer was fetched: it has no stamp of its own. See updated_at for when the book set the line."


class BettingprosEvents(Contract):
    """BettingPros' events: one row a game, as last fetched."""

    event_id: str = c.text("BettingPros' event id.", str_length={"min_value": 1})
    game_date: pl.Date = c.game_date()
    commence_at: c.Moment = c.moment("Scheduled start.")
    home_team: str = c.team("Tricode of the home team.")
    away_team: str = c.team("Tricode of the visiting team.")
    status: str = c.text("Status as the source words it, such as scheduled or closed.", nullable=True)
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


class BettingprosPlayerProps(Contract):
    """BettingPros' offers: one row a player, market, book, line and answer, with the line the market opened at.

    An answer about a game that has begun tells the last line of each book: its closing line.
    """

    event_id: str = c.text("BettingPros' event id.", str_length={"min_value": 1})
    game_date: pl.Date = c.game_date()
    snapshot_at: c.Moment = c.moment(_AS_FETCHED)
    bookmaker: str = c.text(
        "Book, by its key at The Odds API where it has one there, else bettingpros_ and its id; consensus is"
        " BettingPros' own blend of the others, at which nobody can bet.",
        str_length={"min_value": 1},
    )
    market: str = c.market()
    player_name: str = c.text("Player as the source spells him.", str_length={"min_value": 1})
    source_player_id: str = c.text("BettingPros' player id, if told.", nullable=True)
    line: float = c.line()
    over_price: float = c.price("Over.", nullable=True)
    under_price: float = c.price("Under.", nullable=True)
    is_main: bool = c.flag("Whether the source calls it the book's main line; null if it does not say.", nullable=True)
    is_active: bool = c.flag("Whether the line is on the book's board, as far as the source says.")
    updated_at: c.Moment = c.moment("When the book last changed the line, if told.", nullable=True)
    opening_line: float = c.line("Line at which the market opened at its first book, if told.", nullable=True)
    opening_over_price: float = c.price("Over at the opening line.", nullable=True)
    opening_under_price: float = c.price("Under at the opening line.", nullable=True)
    opening_bookmaker: str = c.text("The first book, spelt as bookmaker.", nullable=True)
    opening_at: c.Moment = c.moment("When the market opened, if told.", nullable=True)
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


BETTINGPROS_EVENTS = Table("raw", "bettingpros_events", BettingprosEvents, ("game_date", "event_id"))
BETTINGPROS_PLAYER_PROPS = Table(
    "raw",
    "bettingpros_player_props",
    BettingprosPlayerProps,
    ("game_date", "event_id", "market", "player_name", "bookmaker", "line", "snapshot_at"),
)
BETTINGPROS_QUARANTINE = quarantine_table("bettingpros")

TABLES = (BETTINGPROS_EVENTS, BETTINGPROS_PLAYER_PROPS, BETTINGPROS_QUARANTINE)

"""Raw tables of The Odds API."""

from __future__ import annotations

import polars as pl

from nba_props.contracts import columns as c
from nba_props.contracts.raw.quarantine import quarantine_table
from nba_props.contracts.table import Contract, Table
from nba_props.markets import GAME_LINE_MARKETS


class OddsEvents(Contract):
    """The Odds API's events: one row an event and snapshot."""

    event_id: str = c.text("The Odds API's event id.", str_length={"min_value": 1})
    game_date: pl.Date = c.game_date()
    snapshot_at: c.Moment = c.moment("The time that the answer describes.")
    commence_at: c.Moment = c.moment("Scheduled or expected start, as the source has it.")
    home_team_name: str = c.text("Home team as the source spells it.")
    away_team_name: str = c.text("Visiting team as the source spells it.")
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


class OddsPlayerProps(Contract):
    """The Odds API's player props: one row an event, snapshot, bookmaker, market, player and line, alternates too."""

    event_id: str = c.text("The Odds API's event id.", str_length={"min_value": 1})
    game_date: pl.Date = c.game_date()
    snapshot_at: c.Moment = c.moment("The time that the answer describes.")
    commence_at: c.Moment = c.moment("Scheduled or expected start, as the source has it.")
    home_team_name: str = c.text("Home team as the source spells it.")
    away_team_name: str = c.text("Visiting team as the source spells it.")
    bookmaker: str = c.bookmaker()
    market: str = c.market()
    is_alternate_market: bool = c.flag("Whether the source listed the line under its key for alternates.")
    player_name: str = c.text("Player as the bookmaker spells him.", str_length={"min_value": 1})
    line: float = c.line()
    over_price: float = c.price("Over.", nullable=True)
    under_price: float = c.price("Under.", nullable=True)
    last_update: c.Moment = c.moment("When the bookmaker last changed the market, if the source says.", nullable=True)
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


class OddsGameLines(Contract):
    """The Odds API's game lines: one row an event, snapshot, bookmaker, market and outcome."""

    event_id: str = c.text("The Odds API's event id.", str_length={"min_value": 1})
    game_date: pl.Date = c.game_date()
    snapshot_at: c.Moment = c.moment("The time that the answer describes.")
    commence_at: c.Moment = c.moment("Scheduled or expected start, as the source has it.")
    home_team_name: str = c.text("Home team as the source spells it.")
    away_team_name: str = c.text("Visiting team as the source spells it.")
    bookmaker: str = c.bookmaker()
    market: str = c.text("h2h, spreads or totals.", isin=GAME_LINE_MARKETS)
    outcome: str = c.text("home, away, over or under.", isin=("home", "away", "over", "under"))
    point: float = c.number("Spread or total; null for h2h.", nullable=True, ge=-100, le=400)
    price_as_sent: float = c.number("Price as the source sent it, whatever it means.", nullable=True)
    price: float = c.price("Null where what was sent is no valid price.", nullable=True)
    last_update: c.Moment = c.moment("When the bookmaker last changed the market, if the source says.", nullable=True)
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


ODDS_EVENTS = Table("raw", "odds_events", OddsEvents, ("game_date", "event_id", "snapshot_at"))
ODDS_PLAYER_PROPS = Table(
    "raw",
    "odds_player_props",
    OddsPlayerProps,
    ("game_date", "event_id", "market", "player_name", "bookmaker", "is_alternate_market", "line", "snapshot_at"),
)
ODDS_GAME_LINES = Table(
    "raw",
    "odds_game_lines",
    OddsGameLines,
    ("game_date", "event_id", "snapshot_at", "bookmaker", "market", "outcome", "point"),
)
ODDS_QUARANTINE = quarantine_table("odds")

TABLES = (ODDS_EVENTS, ODDS_PLAYER_PROPS, ODDS_GAME_LINES, ODDS_QUARANTINE)

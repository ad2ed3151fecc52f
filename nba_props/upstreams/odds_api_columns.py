"""Odds as columns: the outcomes of many snapshots side by side, each with its market and event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from typing import Any

import polars as pl

from nba_props.archive.payload import Payload
from nba_props.contracts.raw import ODDS_GAME_LINES, ODDS_PLAYER_PROPS
from nba_props.game_calendar import game_date_of
from nba_props.markets import ALTERNATE_SUFFIX, GAME_LINE_MARKETS, MARKETS
from nba_props.prices import decimal_from_american
from nba_props.upstreams.bodies import moment_of
from nba_props.upstreams.endpoint import Reject
from nba_props.upstreams.odds_api_bodies import Bookmaker, EventOdds, OfferedMarket, Outcome, Snapshot, as_sent

HIGHEST_PRICE = 1001
"""Decimal; what a source lists above is no offer."""

MOMENT = pl.Datetime("us", "UTC")
_EVENT_COLUMNS: dict[str, Any] = {
    "event_id": pl.String,
    "game_date": pl.Date,
    "snapshot_at": MOMENT,
    "commence_at": MOMENT,
    "home_team_name": pl.String,
    "away_team_name": pl.String,
    "payload_id": pl.String,
    "fetched_at": MOMENT,
    "is_american": pl.Boolean,
}
_OFFER_COLUMNS: dict[str, Any] = {
    "event": pl.Int32,
    "offer_key": pl.Int32,
    "bookmaker": pl.String,
    "market": pl.String,
    "is_alternate_market": pl.Boolean,
    "last_update": MOMENT,
    "offer_fault": pl.String,
}
EVENT_SCHEMA = pl.Schema(_EVENT_COLUMNS)
OFFER_SCHEMA = pl.Schema(_OFFER_COLUMNS)

CARRIED_PROPS = {market.odds_api_key: (market.name, False) for market in MARKETS.values()} | {
    market.odds_api_key + ALTERNATE_SUFFIX: (market.name, True) for market in MARKETS.values()
}
CARRIED_GAME_LINES = {name: (name, False) for name in GAME_LINE_MARKETS}

OddsSnapshots = Sequence[tuple[Payload, Snapshot[EventOdds]]]
_Offer = tuple[int, str, OfferedMarket, datetime | None, str | None]


class Offers:
    """The offers of many snapshots in the carried markets, and their outcomes as columns.

    An offer is one market of one bookmaker in one snapshot. ``outcomes`` holds, in the payloads' order: row
    (its number), offer (number of its row in ``offers``), offer_key (the same for offers that are one, sent
    in parts), name, player_name, point, price (decimal, null where what was sent is no valid price),
    price_as_sent, offer_fault.
    """

    def __init__(self, table: str, carried: dict[str, tuple[str, bool]], snapshots: OddsSnapshots) -> None:
        self.table = table
        self._snapshots = snapshots
        self._carried = carried
        self._offers: list[_Offer] = [
            (number, bookmaker.key, market, *_update_of(bookmaker, market))
            for number, (_, snapshot) in enumerate(snapshots)
            for bookmaker in snapshot.data.bookmakers
            for market in bookmaker.markets
            if market.key in carried and market.outcomes
        ]
        self._sent: list[Outcome] = list(chain.from_iterable(offer[2].outcomes for offer in self._offers))
        self.events = _event_frame(snapshots)
        self.offers = self._offer_frame()
        self.outcomes = self._outcome_frame()

    def _offer_frame(self) -> pl.DataFrame:
        keys: dict[tuple[int, str, str], int] = {}
        rows = [
            (
                event,
                keys.setdefault((event, bookmaker, market.key), len(keys)),
                bookmaker,
                *self._carried[market.key],
                last_update,
                fault,
            )
            for event, bookmaker, market, last_update, fault in self._offers
        ]
        return pl.DataFrame(rows, schema=OFFER_SCHEMA, orient="row")

    def _outcome_frame(self) -> pl.DataFrame:
        sent = self._sent
        counts = pl.Series([len(offer[2].outcomes) for offer in self._offers], dtype=pl.UInt32)
        numbers = pl.int_range(len(self._offers), dtype=pl.Int32, eager=True)
        offer = numbers.repeat_by(counts).explode()
        is_american = self.events["is_american"].gather(self.offers["event"])
        frame = pl.DataFrame(
            {
                "offer": offer,
                "offer_key": self.offers["offer_key"].gather(offer),
                "is_american": is_american.gather(offer),
                "offer_fault": self.offers["offer_fault"].gather(offer),
                "name": pl.Series([outcome.name for outcome in sent], dtype=pl.String),
                "player_name": pl.Series([outcome.description for outcome in sent], dtype=pl.String),
                "point": pl.Series([outcome.point for outcome in sent], dtype=pl.Float64),
                "price_as_sent": pl.Series([outcome.price for outcome in sent], dtype=pl.Float64),
            }
        )
        return frame.with_columns(price=valid_price("price_as_sent", "is_american")).with_row_index("row")

    def reject(self, row: int, reason: str) -> Reject:
        """The reject of an outcome, by its row number."""
        event, bookmaker, market, *_ = self._offers[self.outcomes["offer"][row]]
        payload, snapshot = self._snapshots[event]
        day = event_date(snapshot.data.commence_time)
        return Reject(payload, self.table, as_sent(bookmaker, market.key, self._sent[row]), reason, day)

    def placed(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows with the columns of their offer and event."""
        offers = self.offers.drop("offer_key", "offer_fault")[rows["offer"]]
        events = self.events.drop("is_american")[offers["event"]]
        return pl.concat([rows, offers, events], how="horizontal")


def valid_price(price: str, is_american: str) -> pl.Expr:
    """Decimal price of what was sent; null where it is no valid price."""
    decimal = pl.when(pl.col(is_american)).then(decimal_from_american(pl.col(price))).otherwise(pl.col(price))
    return pl.when((decimal > 1) & (decimal <= HIGHEST_PRICE)).then(decimal)


def uncarried(snapshots: OddsSnapshots) -> list[Reject]:
    """Rejects for the outcomes of markets that no table carries."""
    carried = CARRIED_PROPS.keys() | CARRIED_GAME_LINES.keys()
    return [
        Reject(
            payload,
            table_of(market.key),
            as_sent(bookmaker.key, market.key, outcome),
            f"market not carried: {market.key}",
            event_date(snapshot.data.commence_time),
        )
        for payload, snapshot in snapshots
        for bookmaker in snapshot.data.bookmakers
        for market in bookmaker.markets
        if market.key not in carried
        for outcome in market.outcomes
    ]


def table_of(market_key: str) -> str:
    """The table that a market's outcomes are meant for."""
    table = ODDS_PLAYER_PROPS if market_key.startswith("player_") else ODDS_GAME_LINES
    return table.full_name


def event_date(commence_time: str | None) -> Any:
    """The game date of an event; None if its time cannot be told."""
    moment = moment_of(commence_time)
    return game_date_of(moment) if moment else None


def _update_of(bookmaker: Bookmaker, market: OfferedMarket) -> tuple[datetime | None, str | None]:
    """When a bookmaker last changed a market, and what is wrong with all that it offers in it."""
    told = market.last_update or bookmaker.last_update
    moment = moment_of(told)
    if not bookmaker.key.strip():
        return moment, "empty bookmaker key"
    return moment, "last_update is naive or no time" if told and moment is None else None


def _event_frame(snapshots: OddsSnapshots) -> pl.DataFrame:
    rows = [
        (
            snapshot.data.id,
            event_date(snapshot.data.commence_time),
            snapshot.at,
            moment_of(snapshot.data.commence_time),
            snapshot.data.home_team,
            snapshot.data.away_team,
            payload.payload_id,
            payload.fetched_at,
            snapshot.is_american,
        )
        for payload, snapshot in snapshots
    ]
    return pl.DataFrame(rows, schema=EVENT_SCHEMA, orient="row")

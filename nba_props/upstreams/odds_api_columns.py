"""Odds as columns: the outcomes of many snapshots side by side, each with its market and event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from nba_props.archive.payload import Payload
from nba_props.contracts.raw import ODDS_GAME_LINES, ODDS_PLAYER_PROPS
from nba_props.game_calendar import game_date_of
from nba_props.prices import decimal_from_american
from nba_props.upstreams.bodies import moment_of
from nba_props.upstreams.endpoint import Reject
from nba_props.upstreams.odds_api_bodies import (
    CARRIED_GAME_LINES,
    CARRIED_PROPS,
    NO_OUTCOMES,
    Offered,
    Outcome,
    Snapshot,
    as_sent,
)
from nba_props.upstreams.over_under import HIGHEST_PRICE

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
    "market_key": pl.String,
    "market": pl.String,
    "is_alternate_market": pl.Boolean,
    "outcomes": pl.UInt32,
    "update": pl.UInt32,
}
EVENT_SCHEMA = pl.Schema(_EVENT_COLUMNS)
OFFER_SCHEMA = pl.Schema(_OFFER_COLUMNS)

OddsSnapshots = Sequence[tuple[Payload, Snapshot[Offered]]]


class Offers:
    """The offers of many snapshots that a table carries, and their outcomes as columns.

    An offer is one market of one bookmaker in one snapshot. ``outcomes`` holds, in the payloads' order: row
    (its number), offer (number of its row in ``offers``), offer_key (the same for offers that are one, sent
    in parts), name, player_name, point, price (decimal, null where what was sent is no valid price),
    price_as_sent, offer_fault.
    """

    def __init__(self, table: str, snapshots: OddsSnapshots) -> None:
        self.table = table
        self._snapshots = snapshots
        is_props = table == ODDS_PLAYER_PROPS.full_name
        self._carried = CARRIED_PROPS if is_props else CARRIED_GAME_LINES
        self._sent = [snapshot.data.props if is_props else snapshot.data.lines for _, snapshot in snapshots]
        self.events = _event_frame(snapshots)
        self.offers = self._offer_frame()
        self.outcomes = self._outcome_frame()

    def _offer_frame(self) -> pl.DataFrame:
        columns: dict[str, list[Any]] = {name: [] for name in OFFER_SCHEMA}
        events, offer_keys, bookmakers, market_keys, markets, alternates, counts, updates = columns.values()
        keys: dict[tuple[int, str, str], int] = {}
        told: dict[str | None, int] = {}
        for event, sent in enumerate(self._sent):
            for bookmaker, market_key, last_update, count in sent.offers:
                market, is_alternate = self._carried[market_key]
                events.append(event)
                offer_keys.append(keys.setdefault((event, bookmaker, market_key), len(keys)))
                bookmakers.append(bookmaker)
                market_keys.append(market_key)
                markets.append(market)
                alternates.append(is_alternate)
                counts.append(count)
                updates.append(told.setdefault(last_update, len(told)))
        frame = pl.DataFrame([pl.Series(name, columns[name], dtype) for name, dtype in OFFER_SCHEMA.items()])
        moments = _update_frame(list(told))[frame["update"]]
        return pl.concat([frame.drop("update"), moments], how="horizontal").with_columns(
            offer_fault=pl.when(pl.col("bookmaker").str.strip_chars() == "")
            .then(pl.lit("empty bookmaker key"))
            .otherwise("offer_fault")
        )

    def _outcome_frame(self) -> pl.DataFrame:
        sent = self._sent or [NO_OUTCOMES]
        numbers = pl.int_range(self.offers.height, dtype=pl.Int32, eager=True)
        offer = numbers.repeat_by(self.offers["outcomes"]).explode()
        is_american = self.events["is_american"].gather(self.offers["event"])
        frame = pl.DataFrame(
            {
                "offer": offer,
                "offer_key": self.offers["offer_key"].gather(offer),
                "is_american": is_american.gather(offer),
                "offer_fault": self.offers["offer_fault"].gather(offer),
                "name": pl.concat([outcomes.names for outcomes in sent], rechunk=True),
                "player_name": pl.concat([outcomes.players for outcomes in sent], rechunk=True),
                "point": pl.concat([outcomes.points for outcomes in sent], rechunk=True),
                "price_as_sent": pl.concat([outcomes.prices for outcomes in sent], rechunk=True),
            }
        )
        return frame.with_columns(price=valid_price("price_as_sent", "is_american")).with_row_index("row")

    def reject(self, row: int, reason: str) -> Reject:
        """The reject of an outcome, by its row number."""
        sent = self.outcomes.row(row, named=True)
        offer = self.offers.row(sent["offer"], named=True)
        payload, snapshot = self._snapshots[offer["event"]]
        outcome = Outcome(sent["name"], sent["price_as_sent"], sent["player_name"], sent["point"])
        content = as_sent(offer["bookmaker"], offer["market_key"], outcome)
        return Reject(payload, self.table, content, reason, event_date(snapshot.data.commence_time))

    def placed(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows with the columns of their offer and event."""
        offers = self.offers.drop("offer_key", "market_key", "outcomes", "offer_fault")[rows["offer"]]
        events = self.events.drop("is_american")[offers["event"]]
        return pl.concat([rows, offers, events], how="horizontal")


def valid_price(price: str, is_american: str) -> pl.Expr:
    """Decimal price of what was sent; null where it is no valid price."""
    decimal = pl.when(pl.col(is_american)).then(decimal_from_american(pl.col(price))).otherwise(pl.col(price))
    return pl.when((decimal > 1) & (decimal <= HIGHEST_PRICE)).then(decimal)


def uncarried(snapshots: OddsSnapshots) -> list[Reject]:
    """Rejects for the outcomes of markets that no table carries."""
    return [
        Reject(
            payload,
            table_of(market_key),
            as_sent(bookmaker, market_key, outcome),
            f"market not carried: {market_key}",
            event_date(snapshot.data.commence_time),
        )
        for payload, snapshot in snapshots
        for bookmaker, market_key, outcome in snapshot.data.uncarried
    ]


def table_of(market_key: str) -> str:
    """The table that a market's outcomes are meant for."""
    table = ODDS_PLAYER_PROPS if market_key.startswith("player_") else ODDS_GAME_LINES
    return table.full_name


def event_date(commence_time: str | None) -> Any:
    """The game date of an event; None if its time cannot be told."""
    moment = moment_of(commence_time)
    return game_date_of(moment) if moment else None


def _update_frame(told: Sequence[str | None]) -> pl.DataFrame:
    """When something was last changed, and what is wrong with what was told."""
    moments = [moment_of(text) for text in told]
    faults = [
        "last_update is naive or no time" if text and moment is None else None
        for text, moment in zip(told, moments, strict=True)
    ]
    return pl.DataFrame(
        {"last_update": moments, "offer_fault": faults}, schema={"last_update": MOMENT, "offer_fault": pl.String}
    )


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

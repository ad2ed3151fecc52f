"""The Odds API's bodies: live answers and historical envelopes, as typed structures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from typing import Any, Generic, TypeVar

import msgspec
import polars as pl
from msgspec import Raw, Struct

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.markets import ALTERNATE_SUFFIX, GAME_LINE_MARKETS, MARKETS
from nba_props.upstreams.bodies import decode, fitting_rows, moment_of, path_of, query_of

T = TypeVar("T")

CARRIED_PROPS = {market.odds_api_key: (market.name, False) for market in MARKETS.values()} | {
    market.odds_api_key + ALTERNATE_SUFFIX: (market.name, True) for market in MARKETS.values()
}
"""Player-prop markets by their key: our name, and whether the key is that of alternate lines."""

CARRIED_GAME_LINES = {name: (name, False) for name in GAME_LINE_MARKETS}


class Event(Struct, gc=False):
    """A game as the source lists it."""

    id: str
    home_team: str | None
    away_team: str | None
    commence_time: str | None = None


class Outcome(Struct, gc=False):
    """One side of a bet."""

    name: str
    price: float | None
    description: str | None = None
    point: float | None = None


class OfferedMarket(Struct, gc=False):
    """One market of a bookmaker."""

    key: str
    outcomes: list[Outcome]
    last_update: str | None = None


class Bookmaker(Struct, gc=False):
    """One bookmaker's markets."""

    key: str
    markets: list[OfferedMarket]
    last_update: str | None = None


class EventOdds(Struct, gc=False):
    """An event's odds."""

    id: str
    home_team: str
    away_team: str
    bookmakers: list[Bookmaker]
    commence_time: str | None = None


class Outcomes(Struct, gc=False):
    """Outcomes of many offers as columns, in the order sent.

    Attributes:
        offers: bookmaker, market key, when it was last changed, how many of the outcomes are its (at least one).
        names, players, points, prices: one entry an outcome, as sent.
    """

    offers: list[tuple[str, str, str | None, int]]
    names: pl.Series
    players: pl.Series
    points: pl.Series
    prices: pl.Series


class Offered(Struct, gc=False):
    """An event and what bookmakers offer for it: player props, game lines, and the outcomes that no table carries.

    Attributes:
        uncarried: bookmaker, market key and outcome.
    """

    id: str
    home_team: str
    away_team: str
    commence_time: str | None
    props: Outcomes
    lines: Outcomes
    uncarried: list[tuple[str, str, Outcome]]


class RawMarket(Struct):
    """One market, its outcomes not yet read."""

    key: str
    outcomes: list[Raw]
    last_update: str | None = None


class RawBookmaker(Struct):
    """One bookmaker's markets, their outcomes not yet read."""

    key: str
    markets: list[RawMarket]
    last_update: str | None = None


class RawEventOdds(Struct):
    """An event's odds, their outcomes not yet read."""

    id: str
    home_team: str
    away_team: str
    bookmakers: list[RawBookmaker]
    commence_time: str | None = None


class Envelope(Struct, Generic[T]):
    """The historical endpoints' wrapping."""

    timestamp: str
    data: T


class Misfit(Struct):
    """An outcome that is none, with the market it was in."""

    market: str
    row: bytes
    reason: str


class Snapshot(Struct, Generic[T]):
    """A decoded answer and the time that it describes."""

    at: datetime
    is_american: bool
    data: T
    misfits: list[Misfit]


LIVE_EVENTS = msgspec.json.Decoder(list[Raw])
PAST_EVENTS = msgspec.json.Decoder(Envelope[list[Raw]])
LIVE_ODDS = msgspec.json.Decoder(EventOdds)
PAST_ODDS = msgspec.json.Decoder(Envelope[EventOdds])
LIVE_RAW_ODDS = msgspec.json.Decoder(RawEventOdds)
PAST_RAW_ODDS = msgspec.json.Decoder(Envelope[RawEventOdds])
LIVE_EVENT = msgspec.json.Decoder(Event)
PAST_EVENT = msgspec.json.Decoder(Envelope[Event])
OUTCOME = msgspec.json.Decoder(Outcome)
NO_OUTCOMES = Outcomes(
    [],
    pl.Series(dtype=pl.String),
    pl.Series(dtype=pl.String),
    pl.Series(dtype=pl.Float64),
    pl.Series(dtype=pl.Float64),
)


def decode_events(payload: Payload) -> Snapshot[list[Event]]:
    """The events of a live or historical answer.

    Raises:
        MalformedPayload: the body is no list of events.
    """
    at, raw_events = _unwrapped(payload, LIVE_EVENTS, PAST_EVENTS)
    events, misfits = fitting_rows(raw_events, LIVE_EVENT)
    if events and all(event.commence_time is None for event in events):
        raise MalformedPayload("not one event has a commence_time")
    return Snapshot(at, False, events, [Misfit("", row, reason) for row, reason in misfits])


def decode_event_odds(payload: Payload) -> Snapshot[Offered]:
    """The odds of one event, live or historical, its outcomes as columns.

    The columns are made here, while the outcomes of the one body are still in the processor's cache: made for a whole
    batch afterwards they take twice as long.

    Raises:
        MalformedPayload: the body is no event's odds, or they cannot be placed in time.
    """
    is_american = query_of(payload.url).get("oddsFormat") == "american"
    misfits: list[Misfit] = []
    try:
        at, odds = _unwrapped(payload, LIVE_ODDS, PAST_ODDS)
    except MalformedPayload:
        at, raw_odds = _unwrapped(payload, LIVE_RAW_ODDS, PAST_RAW_ODDS)
        odds = _outcome_by_outcome(raw_odds, misfits)
    if not odds.id.strip():
        raise MalformedPayload("the event's id is empty")
    if moment_of(odds.commence_time) is None:
        raise MalformedPayload(f"the event's commence_time is absent or naive: {odds.commence_time!r}")
    return Snapshot(at, is_american, _offered(odds), misfits)


def decode_event_of_odds(payload: Payload) -> Event:
    """Only the event of an answer with odds; much cheaper than its odds.

    Raises:
        MalformedPayload: the body is no event's odds.
    """
    return _unwrapped(payload, LIVE_EVENT, PAST_EVENT)[1]


def _unwrapped(
    payload: Payload, live: msgspec.json.Decoder[T], past: msgspec.json.Decoder[Envelope[T]]
) -> tuple[datetime, T]:
    """The time that an answer describes, and what it says: of a live one the time of fetching."""
    if "/historical/" not in path_of(payload.url):
        return payload.fetched_at, decode(payload, live)
    envelope = decode(payload, past)
    at = moment_of(envelope.timestamp)
    if at is None:
        raise MalformedPayload(f"the envelope's timestamp is absent or naive: {envelope.timestamp[:40]!r}")
    return at, envelope.data


def _offered(odds: EventOdds) -> Offered:
    props: list[tuple[Bookmaker, OfferedMarket]] = []
    lines: list[tuple[Bookmaker, OfferedMarket]] = []
    uncarried: list[tuple[str, str, Outcome]] = []
    for bookmaker in odds.bookmakers:
        for market in bookmaker.markets:
            if market.key in CARRIED_PROPS:
                props.append((bookmaker, market))
            elif market.key in CARRIED_GAME_LINES:
                lines.append((bookmaker, market))
            else:
                uncarried.extend((bookmaker.key, market.key, outcome) for outcome in market.outcomes)
    return Offered(
        odds.id, odds.home_team, odds.away_team, odds.commence_time, _columns(props), _columns(lines), uncarried
    )


def _columns(offers: Sequence[tuple[Bookmaker, OfferedMarket]]) -> Outcomes:
    if not offers:
        return NO_OUTCOMES
    sent = list(chain.from_iterable(market.outcomes for _, market in offers))
    return Outcomes(
        [
            (bookmaker.key, market.key, market.last_update or bookmaker.last_update, len(market.outcomes))
            for bookmaker, market in offers
            if market.outcomes
        ],
        pl.Series([outcome.name for outcome in sent], dtype=pl.String),
        pl.Series([outcome.description for outcome in sent], dtype=pl.String),
        pl.Series([outcome.point for outcome in sent], dtype=pl.Float64),
        pl.Series([outcome.price for outcome in sent], dtype=pl.Float64),
    )


def _outcome_by_outcome(odds: RawEventOdds, misfits: list[Misfit]) -> EventOdds:
    """The odds without the outcomes that are none, which are listed.

    Raises:
        MalformedPayload: there are outcomes and not one is readable.
    """
    readable = 0
    bookmakers = []
    for bookmaker in odds.bookmakers:
        markets = []
        for market in bookmaker.markets:
            outcomes, unreadable = _fitting_outcomes(market)
            readable += len(outcomes)
            misfits.extend(
                Misfit(market.key, as_sent(bookmaker.key, market.key, msgspec.Raw(row)), reason)
                for row, reason in unreadable
            )
            markets.append(OfferedMarket(market.key, outcomes, market.last_update))
        bookmakers.append(Bookmaker(bookmaker.key, markets, bookmaker.last_update))
    if misfits and not readable:
        raise MalformedPayload(f"none of {len(misfits)} outcomes is readable: {misfits[0].reason}")
    return EventOdds(odds.id, odds.home_team, odds.away_team, bookmakers, odds.commence_time)


def _fitting_outcomes(market: RawMarket) -> tuple[list[Outcome], list[tuple[bytes, str]]]:
    try:
        return fitting_rows(market.outcomes, OUTCOME)
    except MalformedPayload as error:
        return [], [(bytes(row), str(error)) for row in market.outcomes]


def as_sent(bookmaker: str, market: str, outcome: Any) -> bytes:
    """An outcome with where it stood, as JSON."""
    return msgspec.json.encode({"bookmaker": bookmaker, "market": market, "outcome": outcome})

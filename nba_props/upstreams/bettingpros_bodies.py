"""BettingPros' bodies as typed structures.

Events are laid out as in a recorded body. No recorded body of offers was had: their layout is that of the season
recordings, which were rebuilt after a client that reads the endpoint, and, for what those leave empty (opening lines,
update times, main and taken-off lines), what several public clients of the endpoint read.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Raw, Struct

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.upstreams.bodies import decode, fitting_rows

NOTHING = Raw(b"null")


class Event(Struct):
    """A game."""

    id: int | str
    home: str | None
    visitor: str | None
    scheduled: str | None
    status: str | None = None


class Events(Struct):
    """Decoded events, and the entries that are none."""

    events: list[Event]
    misfits: list[tuple[bytes, str]]


class Line(Struct, gc=False):
    """A book's line on one side; ``cost`` is its American price."""

    line: float | None
    cost: float | None
    active: bool | None = None
    is_off: bool | None = None
    main: bool | None = None
    updated: str | None = None


class Book(Struct, gc=False):
    """A book's lines on one side."""

    id: int | None
    lines: list[Line]


class Selection(Struct, gc=False):
    """One side; ``opening_line`` is an object, or an empty list where none is told."""

    selection: str | None
    books: list[Book]
    opening_line: Raw = NOTHING
    active: bool | None = None


class OpeningLine(Struct, gc=False):
    """The line at which a side opened."""

    line: float | None = None
    cost: float | None = None
    created: str | None = None
    book_id: int | None = None


class Participant(Struct, gc=False):
    """Whom an offer is about."""

    name: str | None
    id: int | str | None = None


class Offer(Struct, gc=False):
    """What books offer on one player in one market."""

    event_id: int | str
    market_id: int
    participants: list[Participant]
    selections: list[Selection]
    player_id: int | str | None = None
    active: bool | None = None


class Offers(Struct):
    """Decoded offers, and the offers and lines that are none."""

    offers: list[Offer]
    misfits: list[tuple[bytes, str]]


class RawBook(Struct):
    """A book's lines on one side, not yet read."""

    id: int | None
    lines: list[Raw]


class RawSelection(Struct):
    """One side, its lines not yet read."""

    selection: str | None
    books: list[RawBook]
    opening_line: Raw = NOTHING
    active: bool | None = None


class RawOffer(Struct):
    """An offer, its lines not yet read."""

    event_id: int | str
    market_id: int
    participants: list[Participant]
    selections: list[RawSelection]
    player_id: int | str | None = None
    active: bool | None = None


class EventsBody(Struct):
    """An answer with events."""

    events: list[Raw]


class OffersBody(Struct):
    """An answer with offers."""

    offers: list[Offer]


class RawOffersBody(Struct):
    """An answer with offers, not yet read."""

    offers: list[Raw]


class Pagination(Struct):
    """Which page an answer is."""

    page: int
    total_pages: int


class PagedBody(Struct, rename={"pagination": "_pagination"}):
    """Only the paging of an answer with offers."""

    offers: list[Raw]
    pagination: Pagination


EVENTS = msgspec.json.Decoder(EventsBody)
EVENT = msgspec.json.Decoder(Event)
OFFERS = msgspec.json.Decoder(OffersBody)
RAW_OFFERS = msgspec.json.Decoder(RawOffersBody)
RAW_OFFER = msgspec.json.Decoder(RawOffer)
LINE = msgspec.json.Decoder(Line)
OPENING_LINE = msgspec.json.Decoder(OpeningLine)
PAGED = msgspec.json.Decoder(PagedBody)


def decode_events(payload: Payload) -> Events:
    """The events of a date.

    Raises:
        MalformedPayload: the body is no list of events, or not one is readable.
    """
    return Events(*fitting_rows(decode(payload, EVENTS).events, EVENT))


def decode_offers(payload: Payload) -> Offers:
    """The offers of a page.

    Raises:
        MalformedPayload: the body is no page of offers, or there are lines and not one is readable.
    """
    try:
        return Offers(decode(payload, OFFERS).offers, [])
    except MalformedPayload:
        raw_offers, misfits = fitting_rows(decode(payload, RAW_OFFERS).offers, RAW_OFFER)
        return _line_by_line(raw_offers, misfits)


def opening_line_of(selection: Selection) -> OpeningLine:
    """The opening line that a side tells; of nothing but nulls where it tells none or none that is readable."""
    try:
        return OPENING_LINE.decode(selection.opening_line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return OpeningLine()


def pages(payload: Payload) -> Pagination | None:
    """Which page an answer is; None if it has no offers or cannot be read."""
    try:
        body = decode(payload, PAGED)
    except MalformedPayload:
        return None
    return body.pagination if body.offers else None


def _line_by_line(raw_offers: list[RawOffer], misfits: list[tuple[bytes, str]]) -> Offers:
    readable = 0
    offers = []
    for offer in raw_offers:
        selections = []
        for selection in offer.selections:
            books = []
            for book in selection.books:
                lines, unreadable = _fitting_lines(book.lines)
                readable += len(lines)
                misfits.extend((quote_as_sent(offer, selection, book, Raw(row)), reason) for row, reason in unreadable)
                books.append(Book(book.id, lines))
            selections.append(Selection(selection.selection, books, selection.opening_line, selection.active))
        offers.append(
            Offer(offer.event_id, offer.market_id, offer.participants, selections, offer.player_id, offer.active)
        )
    if misfits and not readable:
        raise MalformedPayload(f"none of {len(misfits)} rows is readable: {misfits[0][1]}")
    return Offers(offers, misfits)


def _fitting_lines(raw_lines: list[Raw]) -> tuple[list[Line], list[tuple[bytes, str]]]:
    try:
        return fitting_rows(raw_lines, LINE)
    except MalformedPayload as error:
        return [], [(bytes(row), str(error)) for row in raw_lines]


def quote_as_sent(offer: Offer | RawOffer, selection: Any, book: Any, line: Any) -> bytes:
    """A line with where it stood, as JSON."""
    return msgspec.json.encode(
        {
            "event_id": offer.event_id,
            "market_id": offer.market_id,
            "participants": offer.participants,
            "selection": selection.selection,
            "book": book.id,
            "line": line,
        }
    )

"""DraftKings' bodies as typed structures.

No genuine body was had. The layout is what public clients of the same endpoint read and what their type declarations
and test bodies, made after captured answers, show: flat lists of events, markets and selections that name each other
by id; American prices as text with a typographic minus (U+2212); the line in ``points``; the side in ``outcomeType``;
the player among ``participants``; ``MainPointLine`` among the tags of a main line.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec
from msgspec import Raw, Struct

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.upstreams.bodies import decode, fitting_rows

T = TypeVar("T")

MAIN_LINE = "MainPointLine"
HOME, AWAY = "Home", "Away"


class Team(Struct, gc=False):
    """A team of an event, by a short city and its nickname, such as ``NY Knicks``."""

    name: str | None
    venueRole: str | None = None


class Event(Struct, gc=False):
    """A game."""

    id: int | str
    startEventDate: str | None
    participants: list[Team]

    def team(self, role: str) -> str | None:
        """The name of the home or the visiting team."""
        return next((team.name for team in self.participants if team.venueRole == role), None)


class Market(Struct, gc=False):
    """One player's statistic, with selections at one or more lines."""

    id: int | str
    eventId: int | str
    subcategoryId: int | str | None = None
    isSuspended: bool | None = None


class DisplayOdds(Struct, gc=False):
    """A price as it is shown."""

    american: str | None


class Participant(Struct, gc=False):
    """Whom a selection is about."""

    name: str | None
    id: int | str | None = None
    type: str | None = None


class Selection(Struct, gc=False):
    """One side at one line."""

    marketId: int | str
    displayOdds: DisplayOdds
    participants: list[Participant]
    points: float | None = None
    outcomeType: str | None = None
    label: str | None = None
    tags: list[str] | None = None
    main: bool | None = None
    isSuspended: bool | None = None

    @property
    def players(self) -> list[Participant]:
        """The participants but for teams."""
        return [each for each in self.participants if each.type in (None, "Player")]

    @property
    def is_main(self) -> bool:
        """Whether the source marks the line as the player's main one."""
        return self.main is True or MAIN_LINE in (self.tags or ())


class Answer(Struct):
    """A decoded answer, and its entries that are none."""

    events: list[Event]
    markets: list[Market]
    selections: list[Selection]
    misfits: list[tuple[bytes, str]]


class Body(Struct):
    """An answer."""

    events: list[Event]
    markets: list[Market]
    selections: list[Selection]


class RawBody(Struct):
    """An answer, its entries not yet read."""

    events: list[Raw]
    markets: list[Raw]
    selections: list[Raw]


class Start(Struct, gc=False):
    """Only the time of an event."""

    startEventDate: str | None = None


class StartsBody(Struct):
    """Only the times of an answer's events."""

    events: list[Start]


BODY = msgspec.json.Decoder(Body)
RAW_BODY = msgspec.json.Decoder(RawBody)
STARTS = msgspec.json.Decoder(StartsBody)
EVENT = msgspec.json.Decoder(Event)
MARKET = msgspec.json.Decoder(Market)
SELECTION = msgspec.json.Decoder(Selection)


def decode_answer(payload: Payload) -> Answer:
    """The events, markets and selections of a subcategory.

    Raises:
        MalformedPayload: the body is no such answer, or there are selections and not one is readable.
    """
    try:
        body = decode(payload, BODY)
    except MalformedPayload:
        return _entry_by_entry(decode(payload, RAW_BODY))
    return Answer(body.events, body.markets, body.selections, [])


def decode_starts(payload: Payload) -> list[str | None]:
    """The times of an answer's events; much cheaper than all of it.

    Raises:
        MalformedPayload: the body is no such answer.
    """
    return [event.startEventDate for event in decode(payload, STARTS).events]


def _entry_by_entry(body: RawBody) -> Answer:
    misfits: list[tuple[bytes, str]] = []
    selections = _fitting(body.selections, SELECTION, misfits)
    if body.selections and not selections:
        raise MalformedPayload(f"none of {len(misfits)} selections is readable: {misfits[0][1]}")
    events, markets = _fitting(body.events, EVENT, misfits), _fitting(body.markets, MARKET, misfits)
    return Answer(events, markets, selections, misfits)


def _fitting(entries: list[Raw], decoder: msgspec.json.Decoder[T], misfits: list[tuple[bytes, str]]) -> list[T]:
    try:
        rows, unreadable = fitting_rows(entries, decoder)
    except MalformedPayload as error:
        rows, unreadable = [], [(bytes(entry), str(error)) for entry in entries]
    misfits.extend(unreadable)
    return rows

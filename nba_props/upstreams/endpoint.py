"""What an endpoint is: how its payloads are recognised, read, and indexed by game date.

Reading is done for many payloads at once. A payload that cannot be read does not touch the others, and a row
that cannot be stored does not touch the rest of its payload: it becomes a reject with a reason.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

import msgspec
import polars as pl

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.contracts.raw.quarantine import quarantine_table
from nba_props.contracts.registry import table_named
from nba_props.game_calendar import DateRange, game_date_of
from nba_props.settings import Settings
from nba_props.upstreams.asking import FileDrop, Rule, Subject
from nba_props.upstreams.bodies import date_in_url, moment_of, path_of, query_of
from nba_props.upstreams.requests import Request

BATCH_BYTES = 48 * 2**20
"""Bodies that are decoded at once, bytes; bounds the memory of reading, about ten times as much."""

LONGEST_ASKED_DAYS = 400
"""A URL that asks for more dates than a season has is taken to tell none."""

REJECT_SCHEMA = quarantine_table("any").schema

RequestOf = Callable[[Settings, Subject], Request]
NextRequest = Callable[[Request, Payload], Request | None]

READING_ERRORS = (
    ArithmeticError,
    LookupError,
    TypeError,
    ValueError,
    pl.exceptions.PolarsError,
    pl.exceptions.PanicException,
)


@dataclass(frozen=True)
class Coverage:
    """What a payload speaks of.

    Attributes:
        game_dates: sorted; those of its rows and those it was asked about.
        season: set when the payload is a snapshot of the whole season, so that the newest one alone holds.
    """

    game_dates: tuple[date, ...]
    season: str | None = None


@dataclass(frozen=True)
class Reject:
    """A payload row that cannot be stored.

    Attributes:
        payload: where it came from.
        table: full name of the table that it was meant for.
        row: the row as JSON.
        reason: what is wrong with it.
        game_date: its date, if it has one.
    """

    payload: Payload
    table: str
    row: bytes | str
    reason: str
    game_date: date | None = None


@dataclass(frozen=True)
class Built:
    """What a batch of decoded bodies holds: rows by full table name, and rejects."""

    frames: dict[str, pl.DataFrame]
    rejects: list[Reject]


@dataclass(frozen=True)
class Parsed:
    """What payloads hold.

    Attributes:
        frames: full table name to rows with the contract's columns and types. Rows of different payloads may
            share a key; which one holds is for the raw table to say.
        rejects: rows that cannot be stored, with the columns of ``contracts.raw.Quarantine``.
        malformed: payloads that cannot be read, with the reason.
        readable: how many payloads were read.
    """

    frames: dict[str, pl.DataFrame]
    rejects: pl.DataFrame
    malformed: tuple[tuple[Payload, str], ...] = ()
    readable: int = 0


class Readings(Protocol):
    """Where outcomes of decoding are kept."""

    def kept(self, key: str) -> bytes | None:
        """What was kept under a key."""

    def keep(self, key: str, outcome: bytes) -> None:
        """Keep an outcome."""


@dataclass(frozen=True)
class Endpoint:
    """One endpoint of an upstream.

    Attributes:
        source: the upstream.
        name: the endpoint's name, unique in its source.
        path: pattern that the end of a URL's path matches, whatever the host and base path.
        query: parameters that a URL must have with these values.
        tables: full names of the raw tables it feeds.
        parser_version: raised whenever the parser would read an archived payload differently.
        decode: payload to typed body; raises MalformedPayload.
        build: decoded bodies to rows and rejects.
        speaks_of: dates that a readable payload speaks of, none if it holds no rows; raises MalformedPayload.
        rule: when it is asked, or the folder that its files are laid into.
        request: the request for a subject of its rule; None for a file drop.
        next_request: the request for the following page that an answer tells of, None if it was the last.
        whole_by: columns of which a payload tells all rows there are, so that a later one leaves nothing of an earlier
            one's: such as the game, where actions may be struck out.
        kept: the type of the decoded body where decoding is so dear (PDFs) that its outcome is kept; as msgpack.
    """

    source: str
    name: str
    path: str
    tables: tuple[str, ...]
    parser_version: int
    decode: Callable[[Payload], Any]
    build: Callable[[Sequence[tuple[Payload, Any]]], Built]
    speaks_of: Callable[[Payload], Coverage]
    rule: Rule | FileDrop
    request: RequestOf | None
    next_request: NextRequest | None = None
    whole_by: tuple[str, ...] = ()
    kept: type | None = None
    query: tuple[tuple[str, str], ...] = ()

    def recognises(self, url: str) -> bool:
        """Whether a URL is a request to this endpoint."""
        if not re.search(rf"(?:{self.path})$", path_of(url)):
            return False
        given = query_of(url)
        return all(given.get(name) == value for name, value in self.query)

    def parse(self, payload: Payload) -> Parsed:
        """Rows and rejects of one payload.

        Raises:
            MalformedPayload: it cannot be read.
        """
        parsed = self.parse_many([payload])
        for _, reason in parsed.malformed:
            raise MalformedPayload(reason)
        return parsed

    def parse_many(self, payloads: Sequence[Payload], readings: Readings | None = None) -> Parsed:
        """Rows and rejects of many payloads; those that cannot be read are listed, never raised.

        With ``readings`` a body that is dear to decode is decoded once for ever.
        """
        malformed: list[tuple[Payload, str]] = []
        built: list[Built] = []
        read = 0
        for batch in _batches(payloads):
            readable: list[tuple[Payload, Any]] = []
            for payload in batch:
                try:
                    readable.append((payload, self._decoded(payload, readings)))
                except MalformedPayload as error:
                    malformed.append((payload, str(error)))
            parts = list(self._build(readable, malformed))
            read += sum(count for count, _ in parts)
            built.extend(part for _, part in parts)
        frames = {
            table: pl.concat(
                [table_named(table).empty(), *(part.frames[table] for part in built if table in part.frames)]
            )
            for table in self.tables
        }
        rejects = [reject for part in built for reject in part.rejects]
        return Parsed(frames, self._reject_frame(rejects), tuple(malformed), read)

    def _decoded(self, payload: Payload, readings: Readings | None) -> Any:
        """The decoded body, or what was kept of decoding the same bytes before.

        Raises:
            MalformedPayload: it cannot be read.
        """
        if self.kept is None or readings is None:
            return self.decode(payload)
        key = f"{self.source}.{self.name}.{self.parser_version}/{_fingerprint(payload)}"
        outcome = readings.kept(key)
        if outcome is None:
            try:
                outcome = msgspec.msgpack.encode((self.decode(payload), None))
            except MalformedPayload as error:
                outcome = msgspec.msgpack.encode((None, str(error)))
            readings.keep(key, outcome)
        kept = self.kept
        body, refusal = msgspec.msgpack.decode(outcome, type=tuple[kept | None, str | None])  # type: ignore[valid-type]  # a type of run time
        if refusal is not None:
            raise MalformedPayload(refusal)
        return body

    def _build(
        self, readable: Sequence[tuple[Payload, Any]], malformed: list[tuple[Payload, str]]
    ) -> Iterator[tuple[int, Built]]:
        """The batch at once with its number of payloads; if that fails one by one, so that only the culprit is lost."""
        if not readable:
            return
        try:
            yield len(readable), self.build(readable)
        except READING_ERRORS as error:
            if len(readable) == 1:
                reason = f"the parser failed, {type(error).__name__}: {error}"[:500]
                malformed.append((readable[0][0], reason))
                return
            for single in readable:
                yield from self._build([single], malformed)

    def covers(self, payload: Payload) -> Coverage:
        """What a payload speaks of; if it tells no date, what it was asked for, else its date of fetching."""
        try:
            told = self.speaks_of(payload)
        except MalformedPayload:
            told = Coverage(())
        if told.game_dates:
            return told
        return replace(
            told, game_dates=dates_asked(payload.url) or (payload.asked_for or game_date_of(payload.fetched_at),)
        )

    def quarantine(self, payload: Payload, reason: str) -> pl.DataFrame:
        """A whole payload as quarantine rows, one for each date it speaks of and table it was meant for."""
        rejects = [
            Reject(payload, table, "", reason, day) for table in self.tables for day in self.covers(payload).game_dates
        ]
        return self._reject_frame(rejects)

    def _reject_frame(self, rejects: Sequence[Reject]) -> pl.DataFrame:
        fallback: dict[str, date] = {}
        for reject in rejects:
            if reject.game_date is None and reject.payload.payload_id not in fallback:
                fallback[reject.payload.payload_id] = self.covers(reject.payload).game_dates[0]
        columns = {
            "game_date": [reject.game_date or fallback[reject.payload.payload_id] for reject in rejects],
            "source": [self.source] * len(rejects),
            "table": [reject.table for reject in rejects],
            "payload_id": [reject.payload.payload_id for reject in rejects],
            "row": [_text(reject.row) for reject in rejects],
            "reason": [reject.reason for reject in rejects],
            "parser_version": [self.parser_version] * len(rejects),
            "fetched_at": [reject.payload.fetched_at for reject in rejects],
        }
        return pl.DataFrame(columns, schema=REJECT_SCHEMA).unique(maintain_order=True)


def dates_asked(url: str) -> tuple[date, ...]:
    """Game dates that a URL asks for: DateFrom to DateTo, or the New York date of a moment in ``date``."""
    query = query_of(url)
    first, last = (date_in_url(query.get(name, "")) for name in ("DateFrom", "DateTo"))
    if first and last and first <= last and (last - first).days < LONGEST_ASKED_DAYS:
        return tuple(DateRange(first, last))
    moment = moment_of(query.get("date"))
    if moment:
        return (game_date_of(moment),)
    day = date_in_url(query.get("date", ""))
    return (day,) if day else ()


def _batches(payloads: Sequence[Payload]) -> Iterator[list[Payload]]:
    batch: list[Payload] = []
    size = 0
    for payload in payloads:
        if batch and size + len(payload.body) > BATCH_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(payload)
        size += len(payload.body)
    if batch:
        yield batch


def _fingerprint(payload: Payload) -> str:
    """The same for the same URL, status and bytes: all that decoding may look at beside the times."""
    told = f"{payload.url}\n{payload.status}\n".encode() + payload.body
    return hashlib.sha1(told, usedforsecurity=False).hexdigest()


def _text(row: bytes | str) -> str:
    return row if isinstance(row, str) else row.decode("utf-8", errors="replace")

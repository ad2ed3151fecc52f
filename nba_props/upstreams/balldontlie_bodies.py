"""balldontlie's bodies: the envelope that all of them share, the teams, games and players in them, and how rows of any
of them become rows of a table.

What the rows of one endpoint mean belongs to that endpoint's own module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Generic, TypeVar

import msgspec
import polars as pl
from msgspec import Meta, Raw, Struct

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.contracts.table import Table
from nba_props.game_calendar import game_date_of
from nba_props.upstreams.bodies import date_in_url, decode, fitting_rows, query_of
from nba_props.upstreams.endpoint import Built, Coverage, Reject
from nba_props.upstreams.sifting import CONTRADICTED, Fault, absent_text, latest_of_key, sift

T = TypeVar("T")

TRICODE_BY_TEAM_ID = {
    1: "ATL",
    2: "BOS",
    3: "BKN",
    4: "CHA",
    5: "CHI",
    6: "CLE",
    7: "DAL",
    8: "DEN",
    9: "DET",
    10: "GSW",
    11: "HOU",
    12: "IND",
    13: "LAC",
    14: "LAL",
    15: "MEM",
    16: "MIA",
    17: "MIL",
    18: "MIN",
    19: "NOP",
    20: "NYK",
    21: "OKC",
    22: "ORL",
    23: "PHI",
    24: "PHX",
    25: "POR",
    26: "SAC",
    27: "SAS",
    28: "TOR",
    29: "UTA",
    30: "WAS",
}
"""The source's teams of today. Abbreviations alone do not tell a team: its Washington Capitols of 1946 are WAS, too."""

Id = Annotated[int, Meta(ge=1, le=2**53)]
Count = Annotated[int, Meta(ge=0, le=999)]
Year = Annotated[int, Meta(ge=1946, le=2100)]

FINAL, IN_PROGRESS, SCHEDULED = 3, 2, 1


class Team(Struct, gc=False):
    """A team as the source lists it."""

    id: Id
    abbreviation: str | None = None


class Player(Struct, gc=False):
    """Who a player is to the source; ``team_id`` where his team is not told beside him."""

    id: Id
    first_name: str | None
    last_name: str | None
    team_id: Id | None = None


class _Body(Struct):
    data: Raw


class _Meta(Struct):
    next_cursor: int | str | None = None


class _PagedBody(Struct):
    meta: _Meta | None = None


_BODY = msgspec.json.Decoder(_Body)
_PAGED_BODY = msgspec.json.Decoder(_PagedBody)
_RAW_ROWS = msgspec.json.Decoder(list[Raw])


@dataclass(frozen=True)
class Page(Generic[T]):
    """The rows of one answer, and those that do not fit their type with what is wrong."""

    rows: Sequence[T]
    misfits: Sequence[tuple[bytes, str]] = ()


class Reader(Generic[T]):
    """Reads answers whose ``data`` is a list of rows of one type, or one such row."""

    def __init__(self, row_type: type[T]) -> None:
        self._row = msgspec.json.Decoder(row_type)
        self._rows: msgspec.json.Decoder[list[T]] = msgspec.json.Decoder(list[row_type])  # type: ignore[valid-type]  # a type of run time

    def read(self, payload: Payload) -> Page[T]:
        """The rows of an answer.

        Raises:
            MalformedPayload: the body is no such answer, or it has rows and not one fits.
        """
        data = decode(payload, _BODY).data
        if bytes(data).startswith(b"{"):
            return Page(*fitting_rows([data], self._row))
        try:
            return Page(self._rows.decode(data))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return Page(*fitting_rows(raw_rows(data), self._row))


def raw_rows(data: Raw) -> list[Raw]:
    """The entries of a list, not yet read.

    Raises:
        MalformedPayload: it is no list.
    """
    try:
        return _RAW_ROWS.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedPayload(f"data is no list of rows: {error}") from None


def next_cursor(payload: Payload) -> str | None:
    """The cursor of the following page; None if there is none or the answer is not readable."""
    try:
        meta = decode(payload, _PAGED_BODY).meta
    except MalformedPayload:
        return None
    return str(meta.next_cursor) if meta is not None and meta.next_cursor is not None else None


def dated_coverage(payload: Payload, told: Callable[[Payload], Iterable[date | None]]) -> Coverage:
    """The dates that an answer's rows tell and the one it was asked about, which an empty or damaged one has, too."""
    try:
        dates = {day for day in told(payload) if day is not None}
    except MalformedPayload:
        dates = set()
    asked = _date_in_query(payload)
    return Coverage(tuple(sorted(dates | ({asked} if asked else set()))))


def _date_in_query(payload: Payload) -> date | None:
    query = query_of(payload.url)
    return date_in_url(query.get("dates[]") or query.get("date") or "")


def snapshot_coverage(payload: Payload) -> Coverage:
    """The day on which a list was fetched: a list tells no other."""
    return Coverage((game_date_of(payload.fetched_at),))


@dataclass(frozen=True)
class Layout(Generic[T]):
    """How rows of one kind become rows of a table.

    Attributes:
        table: the table.
        told: column, its value in a row as sent, and its type; columns that no table has are for ``derived`` to use.
        derived: columns made of those and of ``payload_id``, ``fetched_at``, ``fetched_on`` (the New York date) and
            ``asked_about`` (the date that was asked about, without one ``fetched_on``), in groups of which each may use
            the ones before.
        faults: why a row cannot be stored.
        as_sent: what of a row is shown in quarantine.
    """

    table: Table
    told: Mapping[str, tuple[Callable[[T], Any], pl.DataType | type[pl.DataType]]]
    derived: Sequence[Mapping[str, pl.Expr]]
    faults: Sequence[Fault]
    as_sent: Callable[[T], Any] = lambda row: row

    def build(self, pages: Sequence[tuple[Payload, Page[T]]]) -> Built:
        """Rows and rejects of many answers."""
        rows = [row for _, page in pages for row in page.rows]
        frame = self._frame(rows).with_columns(_provenance(pages)).with_row_index("row_number")
        for group in self.derived:
            frame = frame.with_columns(**group)
        good, bad = sift(frame, self.faults)
        good, contradicted = latest_of_key(good, ("owner", *self.table.key), beside=("row_number",))
        bad = pl.concat([bad, contradicted.with_columns(reason=pl.lit(CONTRADICTED))])
        name = self.table.full_name
        rejects = [
            Reject(pages[owner][0], name, msgspec.json.encode(self.as_sent(rows[number])), reason, day)
            for number, owner, reason, day in bad.select("row_number", "owner", "reason", "game_date").iter_rows()
        ]
        misfits = [Reject(payload, name, row, reason) for payload, page in pages for row, reason in page.misfits]
        stored = good.select(pl.col(column).cast(dtype) for column, dtype in self.table.schema.items())
        return Built({name: stored}, rejects + misfits)

    def _frame(self, rows: Sequence[T]) -> pl.DataFrame:
        return pl.DataFrame(
            [pl.Series(name, [value(row) for row in rows], dtype) for name, (value, dtype) in self.told.items()]
        )


def _provenance(pages: Sequence[tuple[Payload, Page[Any]]]) -> list[pl.Series]:
    """Which payload each row is of: its place among the pages, its id and its times."""
    owners = pl.Series("owner", [owner for owner, (_, page) in enumerate(pages) for _ in page.rows], pl.Int64)
    payloads = [payload for payload, _ in pages]
    fetched_on = [game_date_of(payload.fetched_at) for payload in payloads]
    asked_about = [
        _date_in_query(payload) or payload.asked_for or day for payload, day in zip(payloads, fetched_on, strict=True)
    ]
    of_payloads = [
        pl.Series("payload_id", [payload.payload_id for payload in payloads], pl.String),
        pl.Series("fetched_at", [payload.fetched_at for payload in payloads], pl.Datetime("us", "UTC")),
        pl.Series("fetched_on", fetched_on, pl.Date),
        pl.Series("asked_about", asked_about, pl.Date),
    ]
    return [owners, *(told.gather(owners) for told in of_payloads)]


def tricode(team_id: str) -> pl.Expr:
    """The tricode of a column of the source's team ids; null for any other team."""
    return pl.col(team_id).replace_strict(TRICODE_BY_TEAM_ID, default=None, return_dtype=pl.String)


def unknown_team(team: str, team_id: str, abbreviation: str | None = None) -> Fault:
    """A team that is none of today's, or whose abbreviation tells another one than its id."""
    told = pl.col(abbreviation) if abbreviation else pl.lit(None, pl.String)
    number = pl.col(team_id).cast(pl.String).fill_null("no team")
    return (
        pl.col(team).is_null() | (told != pl.col(team)).fill_null(False),
        pl.format("unknown team: {} {}", number, told.fill_null("")).str.strip_chars_end(),
    )


def unknown_if_told() -> Fault:
    """An unknown team in ``team_id``; none at all is no fault."""
    condition, reason = unknown_team("team", "team_id", "abbreviation")
    return (pl.col("team_id").is_not_null() & condition, reason)


def season_name(year: str) -> pl.Expr:
    """The season's name of a column with the year in which it begins."""
    start = pl.col(year)
    return pl.format("{}-{}", start, ((start + 1) % 100).cast(pl.String).str.zfill(2))


def full_name() -> pl.Expr:
    """First and last name as one, blanks between words single."""
    names = (pl.col(name).fill_null("") for name in ("first_name", "last_name"))
    return pl.concat_str(names, separator=" ").str.replace_all(r"\s+", " ").str.strip_chars()


NO_NAME: Fault = (absent_text("player_name"), "the player has no name")


def text_or_null(column: str) -> pl.Expr:
    """A text without blanks at its ends; null if nothing is left."""
    stripped = pl.col(column).str.strip_chars()
    return pl.when(stripped != "").then(stripped)

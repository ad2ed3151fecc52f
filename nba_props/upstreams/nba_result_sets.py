"""Result sets of stats.nba.com: tables of rows whose columns are found by the names in their headers.

``Wanted`` says what is read of one: header to column and type. A header that is wanted and not there makes the payload
malformed; one that is not wanted is passed over; a row that does not fit is set aside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec
import polars as pl
from msgspec import Raw, Struct

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.upstreams.bodies import decode, fitting_rows
from nba_props.upstreams.nba_rows import DTYPES, PAYLOAD, PLACE, Label

Wanted = Mapping[str, tuple[str, Any]]


class ResultSet(Struct):
    """One table of an answer."""

    name: str
    headers: tuple[str, ...]
    rowSet: list[Raw]


class Body(Struct):
    """An answer in tables."""

    resultSets: list[ResultSet]


@dataclass(frozen=True)
class Rows:
    """A result set's rows with all their fields, in the order of its headers, and those that do not fit."""

    headers: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    misfits: list[tuple[bytes, str]]


BODY = msgspec.json.Decoder(Body)


def decode_result_sets(payload: Payload) -> list[ResultSet]:
    """The result sets of an answer.

    Raises:
        MalformedPayload: the body is no answer in tables.
    """
    return decode(payload, BODY).resultSets


def rows_of(results: Sequence[ResultSet], name: str, wanted: Wanted) -> Rows:
    """The rows of the result set of that name.

    Raises:
        MalformedPayload: there is none, a wanted header is absent or any given twice, or there are rows and none fits.
    """
    result = next((result for result in results if result.name == name), None)
    if result is None:
        raise MalformedPayload(f"no result set {name} but {[each.name[:40] for each in results][:8]}")
    absent = [header for header in wanted if header not in result.headers]
    if absent:
        raise MalformedPayload(f"headers are absent or renamed: {', '.join(absent)}")
    if len(set(result.headers)) < len(result.headers):
        raise MalformedPayload("a header is given twice")
    kinds = tuple(wanted[header][1] if header in wanted else Any for header in result.headers)
    rows, misfits = fitting_rows(result.rowSet, _row_decoder(kinds))
    return Rows(result.headers, rows, misfits)


def frame_of(many: Sequence[Rows], wanted: Wanted) -> pl.DataFrame:
    """The rows of many payloads in wanted columns, with ``payload`` (place of the payload) and ``place``."""
    frames = [_frame(number, one, wanted) for number, one in enumerate(many)]
    # In one piece: polars 2.1 panics when it formats a text column that has an empty chunk.
    return pl.concat(frames, rechunk=True).with_row_index(PLACE)


def sent_rows(many: Sequence[Rows]) -> list[tuple[tuple[str, ...], tuple[Any, ...]]]:
    """Headers and fields of each row, by the ``place`` that ``frame_of`` gives it."""
    return [(one.headers, row) for one in many for row in one.rows]


def as_sent(headers: Sequence[str], row: Sequence[Any]) -> bytes:
    """A row as a JSON object."""
    return msgspec.json.encode(dict(zip(headers, row, strict=True)))


@lru_cache(maxsize=64)
def _row_decoder(kinds: tuple[Any, ...]) -> msgspec.json.Decoder[tuple[Any, ...]]:
    return msgspec.json.Decoder(tuple[kinds])  # type: ignore[valid-type]  # a type of run time


def _frame(number: int, one: Rows, wanted: Wanted) -> pl.DataFrame:
    columns = list(zip(*one.rows, strict=True)) or [()] * len(one.headers)
    place = {header: index for index, header in enumerate(one.headers)}
    series = [
        pl.Series(name, _values(columns[place[header]], kind), DTYPES[kind]) for header, (name, kind) in wanted.items()
    ]
    return pl.DataFrame(series).with_columns(pl.lit(number, pl.Int64).alias(PAYLOAD))


def _values(values: Sequence[Any], kind: Any) -> Sequence[Any]:
    return [str(value) for value in values] if kind == Label else values

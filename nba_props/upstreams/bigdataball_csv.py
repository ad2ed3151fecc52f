"""BigDataBall's CSV files as text columns: header names, rows of the right number of fields, and the others.

A row is a line of the file (a quoted field may hold line ends); blank lines are none.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import BytesIO

import polars as pl

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.upstreams.bodies import readable_body

FAULT = "fault_of_line"
"""Column of what is wrong with a line as such; null if nothing is."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_END, _END_BYTES = "\x1e", b"\x1e"
"""Put after the last field of each line: it lies under ``_END_NAME`` exactly where the number of fields is right."""
_END_NAME = "end_of_line"
_NO_CHARACTER = "\ufffd"
"""What bytes that are no UTF-8 are read as."""
_LONGEST_HEADER = 64 * 1024


def read_csv(payload: Payload, names: Sequence[str]) -> pl.DataFrame:
    """The columns ``names`` as text, wherever they stand in the file, and ``FAULT``; empty fields are null.

    Raises:
        MalformedPayload: an error status, an empty body, no CSV, or a column absent or given twice.
    """
    body = readable_body(payload).removeprefix(_BYTE_ORDER_MARK)
    first, _, rest = body.partition(b"\n")
    header = _header(first)
    absent = [name for name in names if name not in header]
    if absent:
        raise MalformedPayload(f"columns are absent or renamed: {', '.join(absent)}")
    if len(set(header)) < len(header):
        raise MalformedPayload("a column is given twice")
    if _END_BYTES in rest:
        raise MalformedPayload("the body is no text: it holds a record separator")
    try:
        frame = _fields(rest, len(header), '"')
    except pl.exceptions.PolarsError:
        # A stray quotation mark: without quoting only the lines that hold one are lost.
        frame = _fields(rest, len(header), None)
    return _named(frame, header, names)


def _header(line: bytes) -> list[str]:
    if line.lstrip().startswith(b"<"):
        raise MalformedPayload("HTML or XML came instead of CSV")
    try:
        text = line[:_LONGEST_HEADER].decode().strip()
        return [name.strip() for name in next(csv.reader([text]), [])]
    except (UnicodeDecodeError, csv.Error) as error:
        raise MalformedPayload(f"the header is no CSV: {error}") from None


def _fields(lines: bytes, width: int, quote: str | None) -> pl.DataFrame:
    """All fields as text, columns numbered; whether a line has the right number of them."""
    names = [f"field_{number}" for number in range(width)] + [_END_NAME]
    ends = lines.replace(b"\r\n", b"\n").rstrip(b"\n") + b"\n"
    marked = ends.replace(b"\n", b"," + _END_BYTES + b"\n")
    frame = pl.read_csv(
        BytesIO(",".join(names).encode() + b"\n" + marked),
        schema=dict.fromkeys(names, pl.String()),
        quote_char=quote,
        empty_string_is_null=False,
        extra_columns="ignore",
        encoding="utf8-lossy",
    )
    fields = [pl.col(name) for name in names[:-1]]
    # What can be in no field need not be looked for in each.
    has_quotes, is_text = b'"' in lines, _is_text(lines)
    texts = [field.str.replace_all(f",{_END}\n", "\n", literal=True) for field in fields] if has_quotes else fields
    faults = [((pl.col(_END_NAME) != _END).fill_null(True), f"the line has not {width} fields")]
    if has_quotes and quote is None:
        faults.insert(0, (_any_holds(fields, '"'), "a quotation mark is not closed"))
    if not is_text:
        faults.append((_any_holds(fields, _NO_CHARACTER), "the line is not UTF-8"))
    fault = pl.coalesce(pl.when(condition).then(pl.lit(reason)) for condition, reason in faults)
    is_blank = (pl.col(names[0]) == "") & (pl.col(names[1]) == _END)
    return frame.filter(~is_blank.fill_null(False)).select(*texts, fault.alias(FAULT))


def _is_text(lines: bytes) -> bool:
    try:
        return _NO_CHARACTER not in lines.decode()
    except UnicodeDecodeError:
        return False


def _any_holds(fields: Sequence[pl.Expr], text: str) -> pl.Expr:
    return pl.any_horizontal(field.str.contains(text, literal=True).fill_null(False) for field in fields)


def _named(frame: pl.DataFrame, header: Sequence[str], names: Sequence[str]) -> pl.DataFrame:
    chosen = [pl.col(f"field_{header.index(name)}").str.strip_chars().alias(name) for name in names]
    emptied = frame.select(*chosen, FAULT)
    return emptied.with_columns(pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in names)

"""Reading bodies: JSON into typed structures, single rows that do not fit set aside, times and URLs.

What an individual field means belongs to the endpoint's own module.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

import msgspec

from nba_props.archive.payload import MalformedPayload, Payload

T = TypeVar("T")

GZIP_MAGIC = b"\x1f\x8b"
LEAGUE_YEARS = range(1946, 2101)
"""Years that a time can be of; others are marks for an unknown time."""


def decode(payload: Payload, decoder: msgspec.json.Decoder[T]) -> T:
    """The body as the decoder's type.

    Raises:
        MalformedPayload: an error status, an empty body, no JSON, or JSON of another shape.
    """
    body = readable_body(payload)
    try:
        return decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedPayload(f"{_what_it_looks_like(body)}: {_message(error)}") from None


def readable_body(payload: Payload) -> bytes:
    """The body of a successful answer.

    Raises:
        MalformedPayload: an error status or an empty body.
    """
    if not 200 <= payload.status < 300:
        raise MalformedPayload(f"the answer has HTTP status {payload.status}")
    if not payload.body:
        raise MalformedPayload("the body is empty")
    return payload.body


def _what_it_looks_like(body: bytes) -> str:
    """A guess that tells a reader of quarantine what came instead."""
    start = body[:64].lstrip()
    if start.startswith(GZIP_MAGIC):
        return "the body is still compressed, perhaps truncated"
    if start.startswith(b"<"):
        return "HTML or XML came instead of JSON"
    return "the body is not the JSON that is expected"


def _message(error: Exception) -> str:
    return str(error)[:300] or type(error).__name__


def fitting_rows(
    raw_rows: Sequence[msgspec.Raw], decoder: msgspec.json.Decoder[T]
) -> tuple[list[T], list[tuple[bytes, str]]]:
    """Rows that fit their type, and the others as sent with what is wrong.

    Raises:
        MalformedPayload: there are rows and not one fits, so the format has changed.
    """
    rows: list[T] = []
    misfits: list[tuple[bytes, str]] = []
    for raw in raw_rows:
        try:
            rows.append(decoder.decode(raw))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            misfits.append((bytes(raw), _message(error)))
    if misfits and not rows:
        raise MalformedPayload(f"none of {len(misfits)} rows has the expected format: {misfits[0][1]}")
    return rows, misfits


@lru_cache(maxsize=65536)
def moment_of(text: str | None) -> datetime | None:
    """The UTC moment of an ISO time with an offset; None for an absent, naive or impossible one."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo and moment.year in LEAGUE_YEARS else None


@lru_cache(maxsize=65536)
def date_of(text: str | None) -> date | None:
    """The date of an ISO date or of an ISO time's date part; None for another text."""
    try:
        day = date.fromisoformat((text or "")[:10])
    except ValueError:
        return None
    return day if day.year in LEAGUE_YEARS else None


@lru_cache(maxsize=65536)
def date_in_url(text: str) -> date | None:
    """The date of a URL's date parameter, MM/DD/YYYY or YYYY-MM-DD; None for another text."""
    try:
        if text[2:3] == "/":
            month, day, year = (int(part) for part in text.split("/"))
            return date(year, month, day) if year in LEAGUE_YEARS else None
        return date_of(text) if len(text) == 10 else None
    except ValueError:
        return None


def query_of(url: str) -> dict[str, str]:
    """The parameters of a URL; of one given twice the first."""
    try:
        parameters = parse_qs(urlsplit(url).query, keep_blank_values=True)
    except ValueError:
        return {}
    return {name: values[0] for name, values in parameters.items()}


def path_of(url: str) -> str:
    """The path of a URL; empty if the text is no URL."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""

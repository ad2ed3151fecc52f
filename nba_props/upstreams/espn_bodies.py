"""What ESPN's bodies have in common: rows kept as sent, JSON inside of pages, and the way from rows to a raw table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar

import msgspec
import polars as pl

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.contracts.table import Table
from nba_props.upstreams.bodies import decode, readable_body
from nba_props.upstreams.endpoint import Built, Coverage, Reject
from nba_props.upstreams.sifting import CONTRADICTED, Fault, latest_of_key, sift

T = TypeVar("T")

PAYLOAD_NUMBER, ROW_NUMBER = "payload_number", "row_number"
"""Beside the table's columns: number of the row's payload in its batch, number of the row in its batch."""

_PAGE_DATA = b"window['__espnfitt__']="
_SCRIPT_END = b"</script>"


@dataclass
class Rows(Generic[T]):
    """Rows of a body.

    Attributes:
        read: each row, typed, with what was sent.
        misfits: rows that are none, as sent, with what is wrong.
    """

    read: list[tuple[T, bytes]] = field(default_factory=list)
    misfits: list[tuple[bytes, str]] = field(default_factory=list)

    def add(self, sent: Sequence[msgspec.Raw], decoder: msgspec.json.Decoder[Any], make: Callable[[Any], T]) -> None:
        """Read rows that were sent; ``make`` finishes a typed row."""
        for raw in sent:
            try:
                row = decoder.decode(raw)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
                self.misfits.append((bytes(raw), str(error)[:300] or type(error).__name__))
            else:
                self.read.append((make(row), bytes(raw)))

    def require(self) -> None:
        """Nothing, if any row could be read or there was none.

        Raises:
            MalformedPayload: there are rows and not one fits, so the format has changed.
        """
        if self.misfits and not self.read:
            reason = self.misfits[0][1]
            raise MalformedPayload(f"none of {len(self.misfits)} rows has the expected format: {reason}")


def decode_page(payload: Payload, decoder: msgspec.json.Decoder[T]) -> T:
    """The data that a page of www.espn.com is drawn from, which stand in a script of it.

    Raises:
        MalformedPayload: an error status, a page without data, or data of another shape.
    """
    body = readable_body(payload)
    start = body.find(_PAGE_DATA)
    if start < 0:
        raise MalformedPayload("the page holds no data: __espnfitt__ is absent")
    start += len(_PAGE_DATA)
    end = body.find(_SCRIPT_END, start)
    if end < 0:
        raise MalformedPayload("the page is cut off inside its data")
    data = body[start:end].rstrip().removesuffix(b";")
    inside = Payload(payload.payload_id, payload.url, payload.fetched_at, payload.status, data)
    return decode(inside, decoder)


def coverage(payload: Payload, tell: Callable[[Payload], set[date]], in_url: date | None = None) -> Coverage:
    """The dates of a body's rows and the one in its URL; if there are none, the one that it was asked for.

    Raises:
        MalformedPayload: the body cannot be read, and it is not known what was asked.
    """
    asked = in_url or payload.asked_for
    try:
        told = tell(payload)
    except MalformedPayload:
        if asked is None:
            raise
        told = set()
    if asked is not None and (in_url is not None or not told):
        told = told | {asked}
    return Coverage(tuple(sorted(told)))


def build_table(
    table: Table,
    payloads: Sequence[Payload],
    frame: pl.DataFrame,
    sent: Sequence[bytes],
    faults: Sequence[Fault],
) -> Built:
    """Rows of a table and rejects.

    Args:
        table: the table that is fed.
        payloads: where rows came from.
        frame: the table's columns but for the payload's, and ``PAYLOAD_NUMBER`` and ``ROW_NUMBER``.
        sent: what was sent, by ``ROW_NUMBER``.
        faults: what makes a row one that cannot be stored.
    """
    good, bad = sift(frame, faults)
    good, contradicted = latest_of_key(good, (PAYLOAD_NUMBER, *table.key), beside=(ROW_NUMBER,))
    bad = pl.concat([bad, contradicted.with_columns(reason=pl.lit(CONTRADICTED))])
    rejects = [
        Reject(payloads[owner], table.full_name, sent[position], reason, day)
        for position, owner, reason, day in bad.select(ROW_NUMBER, PAYLOAD_NUMBER, "reason", "game_date").iter_rows()
    ]
    ids = pl.Series([payload.payload_id for payload in payloads], dtype=pl.String)
    times = pl.Series([payload.fetched_at for payload in payloads], dtype=table.schema["fetched_at"])
    stored = good.with_columns(
        payload_id=ids.gather(good[PAYLOAD_NUMBER]), fetched_at=times.gather(good[PAYLOAD_NUMBER])
    )
    return Built(
        {table.full_name: stored.select(pl.col(name).cast(kind) for name, kind in table.schema.items())}, rejects
    )


def misfit_rejects(table: Table, payload: Payload, rows: Rows[Any]) -> list[Reject]:
    """Rows of a payload that are none."""
    return [Reject(payload, table.full_name, sent, reason) for sent, reason in rows.misfits]

"""Kept readings: what is dear to decode is decoded once, refusals included, and what is kept is what decoding gives."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import polars as pl

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.archive.readings import Readings
from nba_props.upstreams import odds_api
from nba_props.upstreams.endpoint import Built


class Page(msgspec.Struct):
    """A decoded page."""

    words: list[str]


decoded: list[str] = []


def decode(payload: Payload) -> Page:
    decoded.append(payload.payload_id)
    if not payload.body:
        raise MalformedPayload("nothing on the page")
    return Page(payload.body.decode().split())


def build(pages: object) -> Built:
    assert isinstance(pages, list)
    table = odds_api.EVENTS.tables[0]
    words = [word for _, page in pages for word in page.words]
    return Built({table: pl.DataFrame({"word": words})}, [])


ENDPOINT = replace(odds_api.EVENTS, decode=decode, build=build, kept=Page)


def payload(body: bytes, day: int = 1) -> Payload:
    return Payload(
        f"{day:040d}", "https://x/v4/sports/basketball_nba/events", datetime(2025, 1, day, tzinfo=UTC), 200, body
    )


def test_the_same_bytes_are_decoded_once_and_give_the_same(tmp_path: Path) -> None:
    readings = Readings(tmp_path)
    decoded.clear()
    first = ENDPOINT._decoded(payload(b"a b"), readings)
    again = ENDPOINT._decoded(payload(b"a b", day=2), Readings(tmp_path))
    assert (first.words, again.words, len(decoded)) == (["a", "b"], ["a", "b"], 1)


def test_a_refusal_is_kept_and_told_again(tmp_path: Path) -> None:
    readings = Readings(tmp_path)
    decoded.clear()
    reasons = [ENDPOINT.parse_many([payload(b"")], readings).malformed[0][1] for _ in range(2)]
    assert reasons == ["nothing on the page"] * 2
    assert len(decoded) == 1


def test_other_bytes_another_url_and_another_parser_are_decoded_anew(tmp_path: Path) -> None:
    readings = Readings(tmp_path)
    decoded.clear()
    ENDPOINT._decoded(payload(b"a"), readings)
    ENDPOINT._decoded(payload(b"b"), readings)
    ENDPOINT._decoded(replace(payload(b"a"), url="https://x/other"), readings)
    replace(ENDPOINT, parser_version=2)._decoded(payload(b"a"), readings)
    assert len(decoded) == 4

"""Small bodies of balldontlie, read by its endpoints as they are in tests."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from nba_props.archive.payload import Payload
from nba_props.game_calendar import DateRange
from nba_props.upstreams.balldontlie import UPSTREAM
from nba_props.upstreams.endpoint import Endpoint, Parsed
from nba_props.upstreams.raw_tables import build
from nba_props_tests.upstreams.examples_balldontlie import URLS, body, player
from nba_props_tests.upstreams.exchanges import assert_keeps_contracts, payload

DAY, FETCHED_ON = date(2025, 1, 4), date(2025, 1, 5)
OTHER = player(id=416, first_name="Karl-Anthony", last_name="Towns")


def endpoint(name: str) -> Endpoint:
    return next(one for one in UPSTREAM.endpoints if one.name == name)


def parse(name: str, content: Any, url: str | None = None) -> Parsed:
    parsed = endpoint(name).parse(payload(url or URLS[name], content))
    assert_keeps_contracts(parsed)
    return parsed


def rows(parsed: Parsed) -> list[dict[str, Any]]:
    (frame,) = parsed.frames.values()
    return list(frame.iter_rows(named=True))


def reasons(parsed: Parsed) -> list[str]:
    return parsed.rejects["reason"].to_list()


def row(name: str, sent: dict[str, Any], url: str | None = None) -> dict[str, Any]:
    parsed = parse(name, body(sent), url)
    assert parsed.rejects.is_empty(), reasons(parsed)
    (one,) = rows(parsed)
    return one


def stored(*payloads: Payload) -> dict[str, pl.DataFrame]:
    """The raw tables of payloads, whatever endpoint reads each."""
    of_endpoints = {
        one: [each for each in payloads if one.recognises(each.url)]
        for one in UPSTREAM.endpoints
        if any(one.recognises(each.url) for each in payloads)
    }
    return build(DateRange(DAY, FETCHED_ON), of_endpoints, UPSTREAM.quarantine)

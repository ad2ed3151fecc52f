"""Reading bodies of ESPN in tests: what comes out keeps its contract."""

from __future__ import annotations

from datetime import date
from typing import Any

from nba_props.contracts.raw.quarantine import quarantine_table
from nba_props.contracts.registry import table_named
from nba_props.upstreams.endpoint import Endpoint, Parsed
from nba_props.upstreams.espn import UPSTREAM
from nba_props_tests.upstreams.examples_espn import (
    BOX_SCORE_PAGE_URL,
    INJURIES_URL,
    ROSTER_PAGE_URL,
    ROSTER_URL,
    SCOREBOARD_URL,
    SUMMARY_URL,
    summary,
    team_lines,
)
from nba_props_tests.upstreams.exchanges import assert_keeps_contract, payload

DAY = date(2025, 1, 4)
URLS = {
    "scoreboard": SCOREBOARD_URL,
    "box_scores": SUMMARY_URL,
    "box_score_pages": BOX_SCORE_PAGE_URL,
    "rosters": ROSTER_URL,
    "roster_pages": ROSTER_PAGE_URL,
    "injuries": INJURIES_URL,
}


def endpoint(name: str) -> Endpoint:
    return next(each for each in UPSTREAM.endpoints if each.name == name)


def parse(name: str, body: Any, **told: Any) -> Parsed:
    parsed = endpoint(name).parse(payload(URLS[name], body, **told))
    for table, frame in parsed.frames.items():
        assert frame.schema == table_named(table).schema
        assert_keeps_contract(table_named(table), frame)
    assert_keeps_contract(quarantine_table("any"), parsed.rejects)
    return parsed


def rows(parsed: Parsed) -> list[dict[str, Any]]:
    (frame,) = parsed.frames.values()
    return list(frame.iter_rows(named=True))


def row(name: str, body: Any) -> dict[str, Any]:
    parsed = parse(name, body)
    assert parsed.rejects.is_empty(), parsed.rejects["reason"]
    (one,) = rows(parsed)
    return one


def of_lines(*lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return summary(team_lines("NY", *lines, **changes))

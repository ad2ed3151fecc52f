"""ESPN: requests, codes, games and their states, and what holds of every endpoint."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from nba_props.archive.payload import MalformedPayload
from nba_props.contracts.raw.quarantine import quarantine_table
from nba_props.contracts.registry import table_named
from nba_props.settings import Settings
from nba_props.teams import TRICODES
from nba_props.upstreams.asking import Per, Rule, Subject
from nba_props.upstreams.endpoint import Endpoint
from nba_props.upstreams.espn import UPSTREAM
from nba_props.upstreams.espn_teams import CODE_BY_TRICODE, TRICODE_BY_TEAM_ID
from nba_props_tests.upstreams.espn_reading import DAY, URLS, endpoint, of_lines, parse, row, rows
from nba_props_tests.upstreams.examples_espn import (
    INJURIES_URL,
    SCOREBOARD_URL,
    SITE,
    SUMMARY_URL,
    competitor,
    event,
    examples,
    injuries,
    line,
    member,
    report,
    roster,
    scoreboard,
)
from nba_props_tests.upstreams.exchanges import assert_keeps_contract, payload
from nba_props_tests.upstreams.mutations import mutants


def test_the_examples_are_read_without_rejects() -> None:
    made = examples()
    assert set(made) == set(URLS) == {each.name for each in UPSTREAM.endpoints}
    for name, example in made.items():
        recognising = [each.name for each in UPSTREAM.endpoints if each.recognises(example.url)]
        assert recognising == [name]
        parsed = endpoint(name).parse(example)
        assert parsed.rejects.is_empty(), parsed.rejects["reason"]
        assert len(rows(parsed)) >= 2


def test_requests_ask_the_site_api_under_its_own_ids() -> None:
    subject = Subject(DAY, DAY, listed_ids=("401700001",), team="GSW")
    asked = {
        each.name: each.request(Settings(), subject).url for each in UPSTREAM.endpoints if each.request is not None
    }
    assert asked == {
        "scoreboard": SCOREBOARD_URL,
        "box_scores": SUMMARY_URL,
        "rosters": f"{SITE}/teams/9?enable=roster",
        "injuries": INJURIES_URL,
    }
    assert all(each.request is not None for each in UPSTREAM.endpoints if not _is_never_asked(each))


def _is_never_asked(each: Endpoint) -> bool:
    return isinstance(each.rule, Rule) and each.rule.per is Per.NEVER


def test_every_team_has_one_code_and_one_id() -> None:
    assert sorted(CODE_BY_TRICODE) == sorted(TRICODE_BY_TEAM_ID.values()) == sorted(TRICODES)
    assert set(TRICODE_BY_TEAM_ID) == {str(number) for number in range(1, 31)}


def test_a_final_game_is_stored_with_its_score_under_the_date_in_new_york() -> None:
    made = row("scoreboard", scoreboard(event()))
    assert (made["game_date"], made["event_id"], made["season"]) == (DAY, "401700001", "2024-25")
    assert (made["home_team"], made["away_team"]) == ("CHI", "NYK")
    assert (made["home_score"], made["away_score"], made["is_final"], made["status"]) == (139, 126, True, "post")
    assert made["tip_off_at"] == datetime(2025, 1, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "score", "is_final", "is_postponed"),
    [
        ("pre", None, False, False),
        ("in", 139, False, False),
        ("post", 139, True, False),
        ("postponed", None, False, True),
    ],
)
def test_only_a_game_that_runs_or_is_final_has_a_score(
    status: str, score: int | None, is_final: bool, is_postponed: bool
) -> None:
    made = row("scoreboard", scoreboard(event(stage=status)))
    assert (made["home_score"], made["is_final"], made["is_postponed"]) == (score, is_final, is_postponed)


def test_a_game_without_a_time_has_a_date_and_no_tip_off() -> None:
    made = row("scoreboard", scoreboard(event(stage="pre", date="2025-01-04T05:00Z", competition={"timeValid": False})))
    assert (made["game_date"], made["tip_off_at"]) == (DAY, None)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"home": "EAST"}, "unknown home team: EAST"),
        ({"away": ""}, "unknown away team"),
        ({"id": " "}, "empty event id"),
        ({"date": "2025-01-05T01:00"}, "date is absent or naive"),
        ({"date": None}, "str"),
        ({"competitions": []}, "unknown home team"),
        ({"competition": {"competitors": [competitor("home", "CHI", "x"), competitor("away", "NY", "1")]}}, "bad home"),
        ({"status": {"period": -1, "type": {"name": "S", "state": "in", "completed": False}}}, ">= 0"),
        ({"status": {"period": 1, "type": {"name": "S", "state": "odd", "completed": False}}}, "unknown state"),
        ({"status": {"period": 1, "type": {"name": "S", "completed": False}}}, "state"),
    ],
)
def test_a_bad_event_is_refused_and_the_others_survive(changes: dict[str, Any], expected: str) -> None:
    parsed = parse("scoreboard", scoreboard(event(**changes), event(id="2")))
    assert [made["event_id"] for made in rows(parsed)] == ["2"]
    (refused,) = parsed.rejects.iter_rows(named=True)
    assert expected in refused["reason"]
    assert '"competitions"' in refused["row"]


def test_an_empty_scoreboard_speaks_of_the_date_that_was_asked_and_so_does_a_broken_one() -> None:
    board = endpoint("scoreboard")
    empty = payload(SCOREBOARD_URL, scoreboard())
    assert board.parse(empty).frames["raw.espn_scoreboard"].is_empty()
    assert board.covers(empty).game_dates == (DAY,)
    assert board.covers(payload(SCOREBOARD_URL, b"<html>", 403)).game_dates == (DAY,)
    moved = payload(SCOREBOARD_URL, scoreboard(event(date="2025-01-09T01:00Z")))
    assert board.covers(moved).game_dates == (DAY, date(2025, 1, 8))


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("scoreboard", scoreboard(event(), event())),
        ("box_scores", of_lines(line(), line())),
        ("rosters", roster(member(), member())),
        ("injuries", injuries(report(), report())),
    ],
)
def test_a_repeated_row_is_stored_once(name: str, body: dict[str, Any]) -> None:
    row(name, body)


@pytest.mark.parametrize("name", URLS)
@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"null", b"<html></html>", b"\x1f\x8b\x08", b'{"events": 3}'])
def test_another_body_is_malformed(name: str, body: bytes) -> None:
    with pytest.raises(MalformedPayload):
        parse(name, body)


@pytest.mark.parametrize("name", URLS)
def test_mutated_bodies_are_read_within_their_contract_or_refused(name: str) -> None:
    sent = list(mutants(examples()[name], seed=20250104, count=400))
    parsed = endpoint(name).parse_many(sent)
    assert len(parsed.malformed) < len(sent)
    assert not [reason for _, reason in parsed.malformed if reason.startswith("the parser failed")]
    for table, frame in parsed.frames.items():
        of_payload = replace(table_named(table), key=(*table_named(table).key, "payload_id"))
        assert_keeps_contract(of_payload, frame)
    assert_keeps_contract(quarantine_table("any"), parsed.rejects)
    assert all(endpoint(name).covers(each).game_dates for each in sent[:50])

"""Rosters and injuries of ESPN: two kinds of roster that agree, reports by the time that they tell."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from nba_props.archive.payload import MalformedPayload
from nba_props.contracts.registry import table_named
from nba_props.game_calendar import DateRange
from nba_props.upstreams import raw_tables
from nba_props.upstreams.espn import UPSTREAM
from nba_props_tests.upstreams.espn_reading import endpoint, parse, row, rows
from nba_props_tests.upstreams.examples_espn import (
    INJURIES_URL,
    ROSTER_URL,
    injuries,
    member,
    page_member,
    report,
    roster,
    roster_page,
)
from nba_props_tests.upstreams.exchanges import FETCHED_AT, payload


def test_both_rosters_say_the_same() -> None:
    made = row("rosters", roster(member(injuries=[report(status="Out")])))
    assert (made["game_date"], made["team"], made["player_name"]) == (date(2025, 1, 5), "NYK", "Jalen Brunson")
    assert (made["height_inches"], made["weight_pounds"], made["jersey"]) == (74.0, 190.0, "11")
    assert (made["birth_date"], made["experience_years"]) == (date(1996, 8, 31), 6)
    assert (made["status"], made["injury_status"], made["position"]) == ("active", "Out", "PG")
    told = row("roster_pages", roster_page(page_member()))
    apart = ("status", "injury_status", "payload_id")
    assert {k: v for k, v in told.items() if k not in apart} == {k: v for k, v in made.items() if k not in apart}


def test_what_a_roster_does_not_tell_is_null() -> None:
    unknown: dict[str, Any] = dict.fromkeys(
        ("height", "weight", "dateOfBirth", "jersey", "position", "experience", "status")
    )
    made = row("rosters", roster(member(**unknown)))
    names = ("height_inches", "weight_pounds", "birth_date", "jersey", "position", "experience_years", "status")
    assert {made[name] for name in names} == {None}
    told = row("roster_pages", roster_page(page_member(height="--", weight="--", birthDate="--", experience="R")))
    assert {told[name] for name in ("height_inches", "weight_pounds", "birth_date", "experience_years")} == {None}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"id": ""}, "empty player id"),
        ({"displayName": " "}, "empty player name"),
        ({"height": -3.0}, "impossible height"),
        ({"weight": 9999.0}, "impossible weight"),
        ({"experience": {"years": -1}}, ">= 0"),
        ({"height": "tall"}, "float"),
        ({"displayName": None}, "str"),
    ],
)
def test_a_bad_member_is_refused_and_the_others_survive(changes: dict[str, Any], expected: str) -> None:
    parsed = parse("rosters", roster(member(**changes), member("2", "Other Guard")))
    assert [made["source_player_id"] for made in rows(parsed)] == ["2"]
    assert expected in parsed.rejects["reason"][0]


def test_a_team_asked_without_its_players_is_no_roster() -> None:
    assert not endpoint("rosters").recognises(ROSTER_URL.partition("?")[0])
    with pytest.raises(MalformedPayload, match="athletes"):
        parse("rosters", {"team": {"id": "18", "abbreviation": "NY"}})


def test_an_injury_is_stored_with_its_player_and_team() -> None:
    made = row("injuries", injuries(report()))
    assert (made["game_date"], made["team"], made["source_player_id"]) == (date(2025, 1, 5), "NYK", "3934672")
    assert (made["status"], made["status_name"]) == ("Day-To-Day", "INJURY_STATUS_DAYTODAY")
    assert (made["injury"], made["injury_side"], made["expected_return_date"]) == ("Calf", "Right", date(2025, 1, 6))
    assert made["reported_at"] == datetime(2025, 1, 4, 18, 14, tzinfo=UTC)
    own = row("injuries", injuries(report(athlete={"id": "77", "displayName": "Own Id"})))
    assert own["source_player_id"] == "77"


def test_a_team_without_an_id_is_known_by_its_name() -> None:
    made = row("injuries", injuries(report(), id=None, displayName="LA Clippers"))
    assert made["team"] == "LAC"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"athlete": {"displayName": "No Id", "links": []}}, "no player id"),
        ({"athlete": {"displayName": " ", "id": "1"}}, "empty player name"),
        ({"status": ""}, "empty status"),
        ({"date": "yesterday"}, "date of the report"),
        ({"status": None}, "str"),
    ],
)
def test_a_bad_report_is_refused_and_the_others_survive(changes: dict[str, Any], expected: str) -> None:
    parsed = parse("injuries", injuries(report(**changes), report("2", "Other Guard")))
    assert [made["source_player_id"] for made in rows(parsed)] == ["2"]
    assert expected in parsed.rejects["reason"][0]


def test_reports_of_an_unknown_team_are_refused() -> None:
    parsed = parse("injuries", injuries(report(), id="99", displayName="Team World"))
    assert parsed.rejects["reason"].to_list() == ["unknown team: Team World"]


def test_nobody_hurt_is_an_answer() -> None:
    parsed = parse("injuries", {"injuries": []})
    assert rows(parsed) == [] and parsed.rejects.is_empty()
    with pytest.raises(MalformedPayload):
        parse("injuries", {"injured": []})


def test_a_list_read_again_changes_nothing_and_a_newer_report_stands_beside_the_first() -> None:
    lists = endpoint("injuries")
    told = [
        (injuries(report()), 0),
        (injuries(report()), 15),
        (injuries(report(status="Out", date="2025-01-05T22:59Z")), 30),
    ]
    payloads = [
        payload(INJURIES_URL, body, fetched_at=FETCHED_AT + timedelta(minutes=minutes)) for body, minutes in told
    ]
    table = table_named("raw.espn_injuries")
    tables = [
        raw_tables.build(DateRange.of(date(2025, 1, 5)), {lists: payloads[:count]}, UPSTREAM.quarantine)[
            table.full_name
        ]
        for count in (1, 2, 3)
    ]
    assert raw_tables.changed_dates(table, tables[1], tables[0]) == []
    assert tables[2].sort("reported_at")["status"].to_list() == ["Day-To-Day", "Out"]

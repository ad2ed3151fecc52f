"""Dunks: clocks and dates as the league writes them, nobody as null, what is refused."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nba_props.archive.payload import MalformedPayload
from nba_props.game_calendar import DateRange
from nba_props.upstreams import nba_archived, nba_com, raw_tables
from nba_props.upstreams.endpoint import Parsed
from nba_props.upstreams.nba_dunks import day_of
from nba_props_tests.upstreams.bodies_nba_archived import DUNKS_URL, dunk, dunks
from nba_props_tests.upstreams.exchanges import FETCHED_AT, assert_keeps_contracts, payload

NAME = "raw.nbac_dunks"


def parsed(*rows: dict[str, Any]) -> Parsed:
    result = nba_archived.DUNKS.parse(payload(DUNKS_URL, dunks(*rows)))
    assert_keeps_contracts(result)
    return result


def test_a_dunk_has_its_games_date_and_nobody_who_passed_or_missed() -> None:
    row = parsed(dunk()).frames[NAME].row(0, named=True)
    assert (row["game_date"], row["season"], row["clock_seconds"]) == (date(2025, 1, 4), "2024-25", 666)
    nobody = ("passer_id", "passer_name", "pass_length", "pass_release_point", "shooter_id", "shot_length")
    assert [row[name] for name in nobody] == [None] * 6
    assert (row["catching_hand"], row["dunking_hand"], row["catch_distance"]) == (None, "right", 0)


def test_who_passed_is_kept_with_the_pass() -> None:
    oop = dunk(passerId=7, passerName="Jalen Brunson", passLength=12.5, passReleasePoint="1.0,2.0,3.0", alleyOop=True)
    row = parsed(oop).frames[NAME].row(0, named=True)
    names = ("passer_id", "passer_name", "pass_length", "pass_release_point", "is_alley_oop")
    assert [row[name] for name in names] == [7, "Jalen Brunson", 12.5, "1.0,2.0,3.0", True]


@pytest.mark.parametrize(
    ("clock", "seconds"), [("12:00", 720), ("0:59", 59), ("19.3", 19.3), ("0.3", 0.3), ("1:07", 67), ("", None)]
)
def test_a_clock_of_the_last_minute_has_tenths_and_no_minutes(clock: str, seconds: float | None) -> None:
    told = parsed(dunk(gameClockTime=clock)).frames[NAME]["clock_seconds"].to_list()
    assert told == ([] if seconds is None else [pytest.approx(seconds)])


@given(st.dates(date(1946, 1, 1), date(2100, 12, 31)))
def test_a_date_is_read_with_and_without_leading_zeros(day: date) -> None:
    assert day_of(f"{day.month}/{day.day}/{day.year} 12:00:00 AM") == day
    assert day_of(f"{day:%m/%d}/{day.year}") == day


@pytest.mark.parametrize("text", [None, "", "2025-01-04", "13/1/2025", "1/4/0001 12:00:00 AM", "1/4", "1/4/2025/6"])
def test_another_text_is_no_date(text: str | None) -> None:
    assert day_of(text) is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"gameDate": "soon"}, "gameDate is no date: 'soon'"),
        ({"gameClockTime": "late"}, "the clock is no time: 'late'"),
        ({"gameClockTime": "13:00"}, "impossible clock_seconds: '780.0'"),
        ({"period": 0}, "impossible period: '0'"),
        ({"dunkScore": -1.0}, "impossible dunk_score: '-1.0'"),
        ({"dunkScore": None}, "float"),
        ({"maxBallHeight": 1e9}, "impossible max_ball_height"),
        ({"dunkingHand": "foot"}, "impossible dunking_hand: 'foot'"),
        ({"passerId": -5}, "impossible passer_id: '-5'"),
        ({"reverseDunk": "no"}, "bool"),
        ({"playerName": ""}, "empty player name"),
        ({"teamId": 1}, "unknown team: 1 NYK"),
        ({"teamAbbreviation": "CHI"}, "is NYK, not CHI"),
        ({"gameId": "1022500165"}, "another league"),
    ],
)
def test_what_cannot_be_stored_is_refused_and_the_others_survive(changes: dict[str, Any], expected: str) -> None:
    result = parsed(dunk(eventNum=20, **changes), dunk())
    assert result.frames[NAME]["event_number"].to_list() == [13]
    (reason,) = result.rejects["reason"]
    assert expected in reason


def test_two_dunks_of_one_number_are_told_apart_by_the_clock_and_the_same_dunk_twice_is_one() -> None:
    result = parsed(dunk(), dunk(gameClockTime="11:40"), dunk())
    assert result.frames[NAME].height == 2
    assert result.rejects.is_empty()


def test_a_renamed_field_makes_the_body_malformed_and_an_added_one_does_not() -> None:
    assert parsed(dunk(beauty=1.0)).frames[NAME].height == 1
    renamed = dunk()
    renamed["score"] = renamed.pop("dunkScore")
    with pytest.raises(MalformedPayload, match="dunkScore"):
        parsed(renamed)
    with pytest.raises(MalformedPayload):
        nba_archived.DUNKS.parse(payload(DUNKS_URL, {"params": {}}))


def test_no_dunks_are_no_rows_and_dates_are_those_of_the_dunks() -> None:
    empty = parsed()
    assert (empty.frames[NAME].height, empty.rejects.height) == (0, 0)
    sent = payload(DUNKS_URL, dunks(dunk(), dunk(gameDate="12/31/2024 12:00:00 AM"), dunk(gameDate=None)))
    assert nba_archived.DUNKS.covers(sent).game_dates == (date(2024, 12, 31), date(2025, 1, 4))
    assert nba_archived.DUNKS.covers(payload(DUNKS_URL, dunks())).game_dates == (date(2025, 1, 5),)


def test_the_newest_score_of_a_dunk_holds() -> None:
    bodies = [
        payload(DUNKS_URL, dunks(dunk(dunkScore=score)), fetched_at=at)
        for score, at in ((70.5, FETCHED_AT + timedelta(days=1)), (61.5, FETCHED_AT))
    ]
    day = DateRange.of(date(2025, 1, 4))
    made = raw_tables.build(day, {nba_archived.DUNKS: bodies}, nba_com.UPSTREAM.quarantine)[NAME]
    assert made["dunk_score"].to_list() == [70.5]

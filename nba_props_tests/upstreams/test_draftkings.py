"""DraftKings: entries that name each other by id, prices as text, main and alternate lines, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from nba_props.archive.payload import MalformedPayload
from nba_props.contracts.raw.draftkings import DRAFTKINGS_PLAYER_PROPS
from nba_props.markets import MARKET_NAMES
from nba_props.settings import Settings
from nba_props.teams import TEAMS
from nba_props.upstreams.asking import Past, Rule, Subject
from nba_props.upstreams.draftkings import PROPS, UPSTREAM
from nba_props.upstreams.draftkings_props import team_of
from nba_props.upstreams.draftkings_requests import SUBCATEGORIES
from nba_props.upstreams.endpoint import Parsed
from nba_props_tests.upstreams.examples_draftkings import (
    ASSISTS_URL,
    POINTS_URL,
    answer,
    event,
    examples,
    market,
    over_under,
    selection,
)
from nba_props_tests.upstreams.exchanges import FETCHED_AT, assert_keeps_contract, payload

DAY = date(2025, 1, 5)
MINUS = "\u2212"
GOOD = over_under(26.5, f"{MINUS}110", "+100")


def parse(body: Any, url: str = POINTS_URL) -> tuple[pl.DataFrame, Parsed]:
    assert PROPS.recognises(url)
    result = PROPS.parse(payload(url, body))
    frame = result.frames[DRAFTKINGS_PLAYER_PROPS.full_name]
    assert_keeps_contract(DRAFTKINGS_PLAYER_PROPS, frame)
    return frame, result


def test_over_and_under_become_a_row_with_its_game_and_decimal_prices() -> None:
    frame, result = parse(answer(*GOOD))
    assert result.rejects.is_empty()
    made = frame.row(0, named=True)
    assert (made["event_id"], made["game_date"], made["snapshot_at"]) == ("31800001", DAY, FETCHED_AT)
    assert made["commence_at"] == datetime(2025, 1, 6, 0, 40, tzinfo=UTC)
    assert (made["home_team"], made["away_team"]) == ("CHI", "NYK")
    assert (made["bookmaker"], made["market"], made["line"]) == ("draftkings", "points", 26.5)
    assert (made["player_name"], made["source_player_id"]) == ("Jalen Brunson", "77")
    assert (made["over_price"], made["under_price"]) == pytest.approx((1 + 100 / 110, 2.0))
    assert (made["is_alternate_market"], made["is_active"]) == (False, True)


def test_the_example_is_two_games_with_every_selection_in_a_row() -> None:
    (example,) = examples().values()
    frame, result = parse(json.loads(example.body))
    assert result.rejects.is_empty()
    assert frame.select("event_id", "game_date", "home_team", "line", "is_alternate_market").rows() == [
        ("31800001", DAY, "CHI", 26.5, False),
        ("31800001", DAY, "CHI", 29.5, True),
        ("31800002", date(2025, 1, 6), "ATL", 9.5, False),
    ]
    sides = frame["over_price"].count() + frame["under_price"].count()
    assert sides == len(json.loads(example.body)["selections"])


@pytest.mark.parametrize(
    ("american", "expected"),
    [(f"{MINUS}110", 1 + 100 / 110), ("-110", 1 + 100 / 110), ("+255", 3.55), ("120", 2.2), ("EVEN", 2.0)],
)
def test_prices_are_read_whichever_sign_they_are_written_with(american: str, expected: float) -> None:
    frame, _ = parse(answer(selection("Over", 26.5, american)))
    assert frame["over_price"].to_list() == pytest.approx([expected])
    assert frame["under_price"].to_list() == [None]


@pytest.mark.parametrize("american", ["", "evens?", f"{MINUS}99", "nan", "inf", "+100001", None])
def test_a_price_that_is_none_refuses_the_row_with_both_sides(american: Any) -> None:
    frame, result = parse(answer(*over_under(26.5, american, "+100"), *over_under(4.5, "+100", "+100", player="B")))
    assert frame["player_name"].to_list() == ["B"]
    assert result.rejects.height == 2
    assert all("price" in reason for reason in result.rejects["reason"])


def test_without_a_mark_of_the_main_line_none_is_an_alternate() -> None:
    lines = [*over_under(26.5, "+100", "+100", tags=None), *over_under(29.5, "+100", "+100", tags=[])]
    assert parse(answer(*lines))[0]["is_alternate_market"].to_list() == [False, False]
    marked = [*over_under(26.5, "+100", "+100", tags=None, main=True), *over_under(29.5, "+100", "+100", tags=[])]
    assert parse(answer(*marked))[0]["is_alternate_market"].to_list() == [False, True]


@pytest.mark.parametrize(("of_market", "of_side"), [({"isSuspended": True}, {}), ({}, {"isSuspended": True})])
def test_a_suspended_line_is_stored_as_such(of_market: dict[str, Any], of_side: dict[str, Any]) -> None:
    sides = [selection("Over", 26.5, "+100", **of_side), selection("Under", 26.5, "+100")]
    assert parse(answer(*sides, markets=[market(**of_market)]))[0]["is_active"].to_list() == [False]


def test_a_market_is_what_it_says_it_is_and_else_what_was_asked_for() -> None:
    rebounds = answer(*GOOD, markets=[market(subcategoryId=12492)])
    assert parse(rebounds)[0]["market"].to_list() == ["rebounds"]
    silent = answer(*GOOD, markets=[{"id": "m1", "eventId": "31800001"}])
    assert parse(silent, ASSISTS_URL)[0]["market"].to_list() == ["assists"]


def test_ids_may_be_numbers_or_text() -> None:
    body = answer(*over_under(26.5, "+100", "+100", market_id=7), events=[event(31800001)], markets=[market("7")])
    assert parse(body)[0]["event_id"].to_list() == ["31800001"]


@pytest.mark.parametrize("team", TEAMS, ids=lambda team: team.tricode)
def test_a_team_is_known_by_its_nickname_whatever_stands_before_it(team: Any) -> None:
    assert [team_of(f"{prefix}{team.name}") for prefix in ("", "XX ", f"{team.city} ")] == [team.tricode] * 3
    assert team_of(f"XX{team.name}") is None
    assert team_of(team.city) is None


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (answer(*GOOD, markets=[]), "its market is not in the answer"),
        (answer(*GOOD, events=[]), "its event is not in the answer"),
        (answer(*GOOD, markets=[market(subcategoryId="16551")]), "market not carried: 16551"),
        (answer(*GOOD, events=[event(home="EAST All-Stars")]), "unknown team: EAST All-Stars"),
        (answer(*GOOD, events=[event(startEventDate="2025-01-06T00:40:00")]), "startEventDate is no time"),
        (answer(*over_under(26.5, "+100", "+100", participants=[])), "a selection on 0 players"),
        (answer(*over_under(26.5, "+100", "+100", player=" ")), "empty player name"),
        (answer(*over_under(None, "+100", "+100")), "no line"),
        (answer(*over_under(0, "+100", "+100")), "impossible line"),
        (answer(*over_under(26.5, "+100", "+100", outcomeType="Yes")), "neither over nor under: Yes"),
        (answer(*(selection(f"{n}+", None, "+100", outcomeType=None) for n in (25, 30))), "neither over nor under"),
    ],
)
def test_a_selection_that_cannot_be_placed_is_refused(body: dict[str, Any], expected: str) -> None:
    frame, result = parse(body)
    assert frame.is_empty()
    assert result.rejects.height == 2
    assert all(expected in reason for reason in result.rejects["reason"])
    assert json.loads(result.rejects["row"][0])["marketId"] == "m1"


def test_a_selection_told_twice_is_one_and_a_contradicted_one_is_refused() -> None:
    frame, result = parse(answer(*GOOD, *GOOD))
    assert (frame.height, result.rejects.height) == (1, 0)
    frame, result = parse(answer(*GOOD, selection("Over", 26.5, "+105")))
    assert frame["over_price"].to_list() == pytest.approx([2.05])
    assert result.rejects.height == 1
    assert "110" in result.rejects["row"][0]


def test_an_unreadable_entry_costs_nothing_but_what_belongs_to_it() -> None:
    events = [event(), {"id": "31800002", "start": "2025-01-06T00:40:00Z"}]
    sides = [*GOOD, *over_under(9.5, "+100", "+100", market_id="m2", player="B"), {"marketId": "m1"}]
    frame, result = parse(answer(*sides, events=events, markets=[market(), market("m2", "31800002")]))
    assert frame["player_name"].to_list() == ["Jalen Brunson"]
    reasons = sorted(result.rejects["reason"])
    assert len(reasons) == 4
    assert reasons[2:] == ["its event is not in the answer"] * 2
    assert all("missing required field" in reason for reason in reasons[:2])


@pytest.mark.parametrize(
    "body",
    [
        {"message": "Access Denied"},
        {"events": [], "markets": []},
        answer({"marketId": "m1", "odds": "+100"}),
        b"<html>Access Denied</html>",
    ],
)
def test_a_body_of_another_shape_is_malformed(body: Any) -> None:
    with pytest.raises(MalformedPayload):
        PROPS.parse(payload(POINTS_URL, body))


def test_an_answer_speaks_of_all_its_games_and_of_the_date_that_was_asked_for() -> None:
    late = event("31800002", startEventDate="2025-01-07T00:30:00.0000000Z")
    sent = payload(POINTS_URL, answer(events=[event(), late]))
    assert PROPS.covers(sent).game_dates == (DAY, date(2025, 1, 6))
    empty = replace(payload(POINTS_URL, answer(events=[], markets=[])), asked_for=date(2025, 1, 4))
    assert PROPS.covers(empty).game_dates == (date(2025, 1, 4),)
    assert parse(answer(events=[], markets=[]))[0].is_empty()


def test_every_market_is_asked_for_by_its_subcategory_and_the_past_is_not() -> None:
    assert isinstance(PROPS.rule, Rule)
    assert PROPS.rule.variants == tuple(SUBCATEGORIES)
    assert set(SUBCATEGORIES) == set(MARKET_NAMES)
    assert PROPS.rule.past is Past.NOTHING
    assert PROPS.request is not None
    requests = [PROPS.request(Settings(), Subject(DAY, DAY, variant=name)) for name in PROPS.rule.variants]
    assert requests[0].url == POINTS_URL
    assert len({request.url for request in requests}) == len(MARKET_NAMES)
    assert all(PROPS.recognises(request.url) and request.game_date == DAY for request in requests)
    assert set(examples()) == {endpoint.name for endpoint in UPSTREAM.endpoints}

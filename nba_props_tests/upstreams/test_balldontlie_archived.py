"""balldontlie's bodies that are only archived: players and teams of all times, game lines; how lists are dated."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from nba_props.archive.payload import MalformedPayload
from nba_props.contracts.raw.balldontlie import BDL_ACTIVE_PLAYERS, BDL_PLAYERS
from nba_props.upstreams.asking import Per, Rule
from nba_props.upstreams.balldontlie import ASKED, ONLY_ARCHIVED
from nba_props_tests.upstreams.balldontlie_parsing import (
    DAY,
    FETCHED_ON,
    OTHER,
    endpoint,
    parse,
    reasons,
    row,
    rows,
    stored,
)
from nba_props_tests.upstreams.examples_balldontlie import (
    BASE,
    CHI,
    NYK,
    ODDS_URL,
    URLS,
    body,
    examples,
    odds_line,
    old_team,
    player,
    spread_line,
    team,
    total_line,
)
from nba_props_tests.upstreams.exchanges import FETCHED_AT, payload


def test_none_of_them_is_asked() -> None:
    assert {one.name for one in ONLY_ARCHIVED} == {
        "players", "teams", "advanced_stats", "season_averages", "leaders", "odds",
    }  # fmt: skip
    for one in ONLY_ARCHIVED:
        assert isinstance(one.rule, Rule)
        assert one.rule.per is Per.NEVER
        assert one.request is None
    assert all(one.request is not None for one in ASKED)


# Players


def test_a_player_of_all_times_has_the_facts_of_an_active_one() -> None:
    assert list(BDL_PLAYERS.schema.items()) == list(BDL_ACTIVE_PLAYERS.schema.items())
    sent = player(team=team(NYK))
    facts = [
        {name: value for name, value in row(kind, sent).items() if name != "payload_id"}
        for kind in ("players", "active_players")
    ]
    assert facts[0] == facts[1]
    assert (facts[0]["player_name"], facts[0]["team"], facts[0]["game_date"]) == ("Jalen Brunson", "NYK", FETCHED_ON)


def test_one_player_asked_for_by_his_id_is_a_player_like_any_other() -> None:
    single = parse("players", {"data": player(team=None)}, f"{BASE}/players/115")
    assert [(made["source_player_id"], made["team"]) for made in rows(single)] == [("115", None)]


def test_a_player_of_an_old_team_is_refused_and_the_others_are_stored() -> None:
    parsed = parse("players", body(player(team=old_team()), OTHER | {"team": team(NYK)}, player(id=0, team=None)))
    assert [made["source_player_id"] for made in rows(parsed)] == ["416"]
    assert reasons(parsed)[0] == "unknown team: 45 BAL"
    assert ">= 1" in reasons(parsed)[1]


def test_the_newest_answer_about_a_player_holds_whichever_list_told_it() -> None:
    listed = payload(URLS["players"], body(player(team=team(CHI)), OTHER | {"team": team(NYK)}))
    later = FETCHED_AT + timedelta(minutes=5)
    single = payload(f"{BASE}/players/115", {"data": player(team=team(NYK))}, fetched_at=later)
    made = stored(single, listed)["raw.bdl_players"]
    assert dict(made.select("source_player_id", "team").iter_rows()) == {"115": "NYK", "416": "NYK"}


# Teams


def test_teams_of_the_past_are_rows_without_tricode_and_those_of_today_have_one() -> None:
    parsed = parse("teams", {"data": [team(30), team(42, abbreviation="WAS", conference="  ", division="")]})
    assert [(made["source_team_id"], made["team"], made["abbreviation"]) for made in rows(parsed)] == [
        ("30", "WAS", "WAS"),
        ("42", None, "WAS"),
    ]
    assert [(made["conference"], made["division"]) for made in rows(parsed)] == [("East", "Atlantic"), (None, None)]


def test_one_team_asked_for_by_its_id_is_a_team_like_any_other() -> None:
    (made,) = rows(parse("teams", {"data": team(2)}, f"{BASE}/teams/2"))
    assert (made["team"], made["team_name"], made["nickname"], made["city"]) == ("BOS", "City Name", "Name", "City")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"id": 31, "abbreviation": "SEA"}, "unknown team: 31 SEA"),
        ({"abbreviation": "CLE"}, "unknown team: 20 CLE"),
        ({"conference": "North"}, "unknown conference: North"),
        ({"full_name": " "}, "the team has no name"),
        ({"id": "20"}, "int"),
        ({"city": 7}, "str"),
    ],
)
def test_a_team_that_cannot_be_is_refused_and_the_others_survive(changes: dict[str, Any], expected: str) -> None:
    parsed = parse("teams", {"data": [team(NYK) | changes, team(CHI)]})
    assert [made["team"] for made in rows(parsed)] == ["CHI"]
    (reason,) = reasons(parsed)
    assert expected in reason


# Game lines


def test_a_line_of_each_market_has_the_prices_that_it_tells() -> None:
    lines = {made["market"]: made for made in rows(parse("odds", {"data": [odds_line(), spread_line(), total_line()]}))}
    names = ("home_price", "away_price", "over_price", "under_price", "away_spread", "total")
    assert {market: tuple(made[name] for name in names) for market, made in lines.items()} == {
        "h2h": (1.5, 2.7, None, None, None, None),
        "spreads": (1.909, 1.909, None, None, 4.5, None),
        "totals": (None, None, 1.87, pytest.approx(1 + 100 / 105), None, 226.5),
    }
    made = lines["h2h"]
    assert (made["event_id"], made["vendor"], made["is_live"]) == ("15907925", "Some Book", False)
    assert (made["game_date"], made["snapshot_at"]) == (DAY, FETCHED_AT)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"odds_decimal_home": None}, (1.5, 2.7)),
        ({"odds_decimal_home": "", "odds_american_home": " +150 "}, (2.5, 2.7)),
        ({"odds_decimal_home": 1.4, "odds_american_home": None}, (1.4, 2.7)),
        ({"odds_decimal_home": None, "odds_american_home": None}, (None, 2.7)),
    ],
)
def test_an_american_price_stands_in_for_a_decimal_one(
    changes: dict[str, Any], expected: tuple[float | None, float | None]
) -> None:
    made = row("odds", odds_line(**changes))
    assert (made["home_price"], made["away_price"]) == expected


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        (odds_line(type="3way"), "unknown type: 3way"),
        (odds_line(vendor=" "), "no vendor"),
        (odds_line(odds_decimal_home="evens"), "odds_decimal_home is no number: evens"),
        (odds_line(odds_american_visitor="x" * 300), "odds_american_visitor is no number"),
        (odds_line(odds_decimal_home="1.0"), "impossible price of home: 1.0"),
        (odds_line(odds_decimal_visitor=5000), "impossible price of visitor: 5000.0"),
        (odds_line(odds_decimal_home=None, odds_american_home="50"), "no American price of home: 50.0"),
        (spread_line(away_spread="-120"), "impossible spread: -120.0"),
        (total_line(over_under=0), "impossible total: 0.0"),
        (total_line(over_under=1e308), "over_under is no number"),
        ({"type": "2way", "vendor": "A", "live": True, "game_id": 1}, "neither a price nor a line"),
        (odds_line(live="yes"), "bool"),
        (odds_line(game_id=None), "int"),
        (odds_line(over_under=True), "bool"),
    ],
)
def test_a_line_that_cannot_be_is_refused_and_the_others_survive(bad: dict[str, Any], expected: str) -> None:
    parsed = parse("odds", {"data": [bad, odds_line(vendor="Other")]})
    assert [made["vendor"] for made in rows(parsed)] == ["Other"]
    (reason,) = reasons(parsed)
    assert expected in reason


@pytest.mark.parametrize("name", ["type", "vendor", "live", "game_id"])
def test_a_renamed_field_that_a_line_needs_is_a_changed_format(name: str) -> None:
    renamed = {("renamed" if key == name else key): value for key, value in odds_line().items()}
    with pytest.raises(MalformedPayload, match="none of 1"):
        parse("odds", {"data": [renamed]})


def test_lines_are_dated_by_what_was_asked_about_else_by_this_platform_else_by_their_fetching() -> None:
    late = datetime(2025, 1, 5, 4, 30, tzinfo=UTC)
    plain = payload(f"{BASE}/odds?game_id=15907925", {"data": [odds_line()]}, fetched_at=late)
    dated = payload(ODDS_URL.replace("01-04", "01-06"), {"data": [odds_line()]}, fetched_at=late)
    for each, expected in [
        (plain, DAY),
        (replace(plain, asked_for=date(2025, 1, 9)), date(2025, 1, 9)),
        (replace(dated, asked_for=date(2025, 1, 9)), date(2025, 1, 6)),
    ]:
        assert [made["game_date"] for made in rows(endpoint("odds").parse(each))] == [expected]
        assert endpoint("odds").covers(each).game_dates == (expected,)


def test_lines_of_a_day_have_a_history_and_live_ones_stand_beside_the_others() -> None:
    later = FETCHED_AT + timedelta(minutes=5)
    first = payload(ODDS_URL, {"data": [odds_line(), odds_line(live=True), odds_line()]})
    again = replace(first, payload_id="0" * 40)
    moved = payload(ODDS_URL, {"data": [odds_line(odds_decimal_home="1.600")]}, fetched_at=later)
    made = stored(moved, first, again)["raw.bdl_odds"]
    assert made.select("snapshot_at", "is_live", "home_price").rows() == [
        (FETCHED_AT, False, 1.5),
        (FETCHED_AT, True, 1.5),
        (later, False, 1.6),
    ]


LATE = datetime(2025, 1, 5, 4, 30, tzinfo=UTC)


@pytest.mark.parametrize("name", ["players", "teams", "season_averages", "leaders"])
def test_a_list_is_dated_by_its_fetching_in_new_york(name: str) -> None:
    fetched = replace(examples()[name], fetched_at=LATE, asked_for=date(2025, 1, 3))
    assert {made["game_date"] for made in rows(endpoint(name).parse(fetched))} == {DAY}
    assert endpoint(name).covers(fetched).game_dates == (DAY,)
    assert endpoint(name).covers(replace(fetched, body=b"<html>")).game_dates == (DAY,)

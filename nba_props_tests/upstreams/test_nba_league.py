"""Player lists, transactions and referee assignments: what is told, what is refused, which dates a body belongs to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.settings import Settings
from nba_props.upstreams.asking import Past, Per, Rule, Subject
from nba_props.upstreams.nba_league import UPSTREAM
from nba_props_tests.upstreams.examples_nba_league import (
    ALL_PLAYERS_URL,
    MOVEMENT_URL,
    OFFICIALS_URL,
    PLAYER_LIST_URL,
    ROSTER_URL,
    all_players,
    any_player,
    examples,
    game_officials,
    index_player,
    movement,
    movements,
    officials,
    player_list,
    roster_page,
    roster_player,
)
from nba_props_tests.upstreams.examples_nba_live import GAME_ID, RANDLE, endpoint_named, read
from nba_props_tests.upstreams.exchanges import payload

PLAYERS, MOVEMENT, OFFICIALS = "raw.nbac_player_list", "raw.nbac_player_movement", "raw.nbac_referee_assignments"
DAY = date(2025, 1, 5)
"""The New York date of ``exchanges.FETCHED_AT``."""


def frame_of(name: str, table: str, sent: Payload) -> pl.DataFrame:
    parsed = read(UPSTREAM, name, sent)
    assert parsed.rejects.is_empty(), parsed.rejects["reason"]
    return parsed.frames[table]


def covered(name: str, sent: Payload) -> tuple[date, ...]:
    return endpoint_named(UPSTREAM, name).covers(sent).game_dates


def listed(**changes: Any) -> dict[str, Any]:
    sent = payload(PLAYER_LIST_URL, player_list(index_player(**changes)))
    return frame_of("player_list", PLAYERS, sent).row(0, named=True)


def moved(**changes: Any) -> dict[str, Any]:
    sent = payload(MOVEMENT_URL, movements(movement(**changes)))
    return frame_of("player_movement", MOVEMENT, sent).row(0, named=True)


@pytest.mark.parametrize("name", examples())
def test_an_example_is_read_whole_and_belongs_to_one_endpoint(name: str) -> None:
    sent = examples()[name]
    assert [endpoint.name for endpoint in UPSTREAM.endpoints if endpoint.recognises(sent.url)] == [name]
    parsed = read(UPSTREAM, name, sent)
    assert parsed.rejects.is_empty()
    assert all(set(frame["game_date"]) <= set(covered(name, sent)) for frame in parsed.frames.values())
    assert len(sent.body) < 30_000


def test_a_listed_player_is_stored_under_the_day_of_fetching() -> None:
    made = listed()
    assert (made["player_id"], made["player_name"], made["team"]) == (RANDLE, "Julius Randle", "MIN")
    assert (made["jersey_number"], made["weight_pounds"], made["draft_year"], made["from_year"]) == (
        "30", 250, 2014, 2014,
    )  # fmt: skip
    assert (made["game_date"], made["is_on_roster"]) == (DAY, True)
    late = payload(PLAYER_LIST_URL, player_list(), fetched_at=datetime(2025, 1, 6, 4, 59, tzinfo=UTC))
    assert covered("player_list", late) == (DAY,)


def test_a_player_of_one_name_on_no_team_is_listed_all_the_same() -> None:
    made = listed(PLAYER_FIRST_NAME=" ", PLAYER_LAST_NAME="Nenê", TEAM_ID=0, ROSTER_STATUS=None, WEIGHT="")
    assert (made["player_name"], made["team"], made["is_on_roster"], made["weight_pounds"]) == (
        "Nenê", None, False, None,
    )  # fmt: skip


@pytest.mark.parametrize("changes", [{"WEIGHT": "heavy"}, {"WEIGHT": "-3"}, {"FROM_YEAR": "20"}, {"DRAFT_YEAR": 1}])
def test_a_number_beside_the_point_that_cannot_be_is_null(changes: dict[str, Any]) -> None:
    made = listed(**changes)
    assert None in (made["weight_pounds"], made["from_year"], made["draft_year"])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"PERSON_ID": 0}, "bad player id"),
        ({"PLAYER_FIRST_NAME": None, "PLAYER_LAST_NAME": " "}, "empty player name"),
        ({"TEAM_ID": 12345}, "unknown team: 12345"),
        ({"PERSON_ID": "7"}, "int"),
    ],
)
def test_an_impossible_player_is_refused_and_the_others_survive(changes: dict[str, Any], expected: str) -> None:
    body = player_list(index_player(**changes), index_player(PERSON_ID=2))
    parsed = read(UPSTREAM, "player_list", payload(PLAYER_LIST_URL, body))
    assert parsed.frames[PLAYERS]["player_id"].to_list() == [2]
    assert expected in parsed.rejects["reason"].item()
    assert parsed.rejects["game_date"].item() == DAY


def test_an_empty_list_is_valid_and_a_renamed_header_malformed() -> None:
    empty = payload(PLAYER_LIST_URL, player_list())
    assert frame_of("player_list", PLAYERS, empty).is_empty()
    renamed = {("PLAYER" if name == "PERSON_ID" else name): value for name, value in index_player().items()}
    with pytest.raises(MalformedPayload, match="PERSON_ID"):
        endpoint_named(UPSTREAM, "player_list").parse(payload(PLAYER_LIST_URL, player_list(renamed)))


def test_the_older_lists_tell_less_and_are_kept_beside() -> None:
    sent = payload(ALL_PLAYERS_URL, all_players(any_player(), any_player(PERSON_ID=2, ROSTERSTATUS=0, TEAM_ID=0)))
    frame = frame_of("common_all_players", PLAYERS, sent)
    assert frame.select("player_name", "team", "is_on_roster", "height").rows() == [
        ("Julius Randle", "MIN", True, None),
        ("Julius Randle", None, False, None),
    ]
    page = frame_of("team_roster_page", PLAYERS, payload(ROSTER_URL, roster_page(roster_player(NUM=None))))
    assert page.select("player_name", "team", "jersey_number", "college", "from_year").row(0) == (
        "Julius Randle", "MIN", None, "Kentucky", None,
    )  # fmt: skip
    assert set(frame["endpoint"]) | set(page["endpoint"]) == {"common_all_players", "team_roster_page"}


@pytest.mark.parametrize(
    "page",
    [
        b"<html>Access Denied</html>",
        b'<script id="__NEXT_DATA__" type="application/json">{"props": {',
        b'<script id="__NEXT_DATA__" type="application/json">{"props": {}}</script>',
        b'id="__NEXT_DATA__"',
    ],
)
def test_a_page_without_its_data_is_malformed(page: bytes) -> None:
    with pytest.raises(MalformedPayload):
        endpoint_named(UPSTREAM, "team_roster_page").parse(payload(ROSTER_URL, page))


def test_a_trade_tells_who_gave_and_who_received() -> None:
    made = moved()
    assert (made["team"], made["from_team"], made["player_id"]) == ("MIN", "LAC", RANDLE)
    assert (made["transaction_type"], made["transaction_group"]) == ("Trade", "Trade 2024009")
    assert made["game_date"] == date(2025, 1, 4)
    signed = moved(Transaction_Type="Signing", Additional_Sort=0.0)
    assert signed["from_team"] is None
    assert moved(PLAYER_ID=0.0, PLAYER_SLUG="")["player_id"] is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"TRANSACTION_DATE": "yesterday"}, "no date"),
        ({"TRANSACTION_DATE": "0001-01-01T00:00:00"}, "another age"),
        ({"TEAM_ID": 1.0}, "unknown team"),
        ({"Additional_Sort": 7.0}, "unknown team"),
        ({"PLAYER_ID": 1.5}, "no whole number"),
        ({"PLAYER_ID": -1.0}, ">= 0"),
        ({"GroupSort": " "}, "no number of the transaction"),
        ({"TRANSACTION_DESCRIPTION": None}, "no description"),
    ],
)
def test_an_impossible_transaction_is_refused_and_the_others_survive(changes: dict[str, Any], expected: str) -> None:
    body = movements(movement(**changes), movement(GroupSort="Trade 2"))
    parsed = read(UPSTREAM, "player_movement", payload(MOVEMENT_URL, body))
    assert parsed.frames[MOVEMENT]["transaction_group"].to_list() == ["Trade 2"]
    assert expected in parsed.rejects["reason"].item()


def test_transactions_of_all_times_are_read_but_only_the_last_thirty_days_are_spoken_of() -> None:
    days = [DAY - timedelta(days=ago) for ago in (0, 1, 30, 31, 3000)] + [DAY + timedelta(days=1)]
    parts = [movement(TRANSACTION_DATE=f"{day}T00:00:00") for day in days]
    sent = payload(MOVEMENT_URL, movements(*parts))
    assert frame_of("player_movement", MOVEMENT, sent).height == len(days)
    assert covered("player_movement", sent) == (days[2], days[1], days[0])
    assert covered("player_movement", payload(MOVEMENT_URL, movements())) == (DAY,)


def test_a_trade_of_two_players_is_two_rows_and_one_told_twice_is_one() -> None:
    other = movement(PLAYER_ID=5.0)
    frame = frame_of("player_movement", MOVEMENT, payload(MOVEMENT_URL, movements(movement(), movement(), other)))
    assert sorted(frame["player_id"]) == [5, RANDLE]


def test_officials_have_the_roles_of_their_places() -> None:
    fourth = {"official4": "Alternate One", "official4_code": 4, "official4_JNum": "4"}
    body = officials([game_officials(**fourth)], ["Brett Nansel"])
    frame = frame_of("referee_assignments", OFFICIALS, payload(OFFICIALS_URL, body))
    assert frame.select("game_id", "role", "role_number", "official_name").rows() == [
        (GAME_ID, "crew_chief", 1, "John Goble"),
        (GAME_ID, "referee", 2, "Ray Acosta"),
        (GAME_ID, "umpire", 3, "Robert Hussey"),
        (GAME_ID, "alternate", 4, "Alternate One"),
        (None, "replay_center", 1, "Brett Nansel"),
    ]
    assert frame["season"].unique().to_list() == ["2024-25"]


def test_a_game_without_officials_has_no_rows_and_an_empty_answer_speaks_of_the_date_asked_for() -> None:
    unnamed = {f"official{number}": None for number in (1, 2, 3)}
    sent = payload(OFFICIALS_URL, officials([game_officials(**unnamed)], []))
    assert frame_of("referee_assignments", OFFICIALS, sent).is_empty()
    assert covered("referee_assignments", payload(OFFICIALS_URL, officials([], []))) == (date(2025, 1, 6),)


@pytest.mark.parametrize(
    ("changes", "expected", "rejected"),
    [
        ({"game_id": "2022400077"}, "bad game id", 3),
        ({"home_team_id": 1612709910}, "unknown team", 3),
        ({"game_date": "2025/01/06"}, "no date", 3),
        ({"official2": "  "}, "empty name", 1),
        ({"official2_code": -1}, "bad official id", 1),
        ({"official2_code": "54"}, "int", 1),
    ],
)
def test_what_is_wrong_with_a_game_or_an_official_costs_no_other(
    changes: dict[str, Any], expected: str, rejected: int
) -> None:
    body = officials([game_officials(**changes), game_officials(game_id="0022400501")], ["Brett Nansel"])
    parsed = read(UPSTREAM, "referee_assignments", payload(OFFICIALS_URL, body))
    assert parsed.frames[OFFICIALS].filter(pl.col("game_id") == "0022400501").height == 3
    assert "replay_center" in parsed.frames[OFFICIALS]["role"]
    reasons = parsed.rejects["reason"].to_list()
    assert len(reasons) == rejected
    assert all(expected in reason for reason in reasons)


def test_a_replay_center_told_otherwise_costs_no_game() -> None:
    body = officials([game_officials()], ["Brett Nansel", "Jenna Schroeder"])
    for one in body["nba"]["Table1"]["rows"]:
        one["name"] = one.pop("replaycenter_official")
    parsed = read(UPSTREAM, "referee_assignments", payload(OFFICIALS_URL, body))
    assert parsed.frames[OFFICIALS].height == 3
    assert parsed.rejects.height == 2


def test_a_refused_official_is_shown_alike_whatever_is_read_beside_him() -> None:
    bad = payload(OFFICIALS_URL, officials([game_officials(official2_code=-1)], []))
    other = payload(OFFICIALS_URL, officials([game_officials()], ["Brett Nansel"]))
    alone = read(UPSTREAM, "referee_assignments", bad).rejects
    endpoint = endpoint_named(UPSTREAM, "referee_assignments")
    assert endpoint.parse_many([other, bad]).rejects.equals(alone)
    assert "Ray Acosta" in alone["row"].item()


SUBJECT = Subject(date(2025, 1, 6), date(2025, 1, 7))


def test_requests_ask_for_the_present_and_for_the_date() -> None:
    asked = {
        endpoint.name: endpoint.request(Settings(), SUBJECT).url for endpoint in UPSTREAM.endpoints if endpoint.request
    }
    assert asked == {
        "player_list": PLAYER_LIST_URL,
        "player_movement": MOVEMENT_URL,
        "referee_assignments": OFFICIALS_URL.replace("?&", "?"),
    }
    assert all(endpoint_named(UPSTREAM, name).recognises(url) for name, url in asked.items())


def test_lists_are_asked_daily_and_officials_from_nine_hours_before_the_first_tip_off() -> None:
    rules = {endpoint.name: endpoint.rule for endpoint in UPSTREAM.endpoints}
    for name in ("player_list", "player_movement"):
        rule = rules[name]
        assert isinstance(rule, Rule)
        assert (rule.per, rule.past, rule.every) == (Per.DAY, Past.NOTHING, "daily_interval_minutes")
    rule = rules["referee_assignments"]
    assert isinstance(rule, Rule)
    assert (rule.per, rule.opens, rule.closes, rule.past) == (
        Per.DATE, timedelta(hours=-9), timedelta(0), Past.SAME,
    )  # fmt: skip

"""Player box scores: headers by name, impossible lines refused, empty answers that still speak of their dates."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from nba_props.archive.payload import MalformedPayload
from nba_props.upstreams.registry import endpoint_of
from nba_props_tests.upstreams.exchanges import (
    GAME_LOG_URL,
    assert_keeps_contracts,
    box_line,
    game_log,
    parse,
    payload,
)

NAME = "raw.nbac_player_boxscore"


def row(**changes: Any) -> dict[str, Any]:
    parsed = parse(GAME_LOG_URL, game_log(box_line(**changes)))
    assert_keeps_contracts(parsed)
    assert parsed.rejects.is_empty(), parsed.rejects["reason"]
    return parsed.frames[NAME].row(0, named=True)


def test_a_line_is_stored_under_its_names() -> None:
    made = row()
    assert (made["player_name"], made["points"], made["threes"], made["won"]) == ("Jalen Brunson", 33, 3, False)
    assert (made["season"], made["game_date"], made["minutes"]) == ("2024-25", date(2025, 1, 4), 35.0)


def test_a_line_of_the_log_is_of_one_who_played_and_tells_nothing_of_starters() -> None:
    made = row()
    assert (made["endpoint"], made["did_not_play"]) == ("player_box_scores", False)
    untold = ("is_starter", "position", "not_playing_reason", "game_status")
    assert [made[name] for name in untold] == [None] * len(untold)


def test_a_player_of_no_minutes_and_no_shots_is_a_line_like_any_other() -> None:
    zero = dict.fromkeys(("MIN", "FGM", "FGA", "FG3M", "FG3A", "FTM", "FTA", "PTS"), 0)
    made = row(**zero, FG_PCT=None, FG3_PCT=None, FT_PCT=None, WL=None, VIDEO_AVAILABLE=None)
    assert (made["minutes"], made["field_goal_share"], made["won"], made["video_available"]) == (0.0, None, None, None)


def test_columns_are_found_by_name_wherever_they_stand() -> None:
    turned = dict(reversed(box_line().items())) | {"NEW_COLUMN": {"any": "thing"}}
    parsed = parse(GAME_LOG_URL, game_log(turned))
    assert parsed.frames[NAME].row(0, named=True)["points"] == 33
    both = endpoint_of(GAME_LOG_URL)
    assert both is not None
    many = both.parse_many([payload(GAME_LOG_URL, game_log(turned)), payload(GAME_LOG_URL, game_log(box_line()))])
    assert many.frames[NAME]["rebounds"].to_list() == [3, 3]


@pytest.mark.parametrize("header", ["PTS", "MIN", "GAME_ID", "FG3M"])
def test_a_renamed_header_makes_the_payload_malformed_and_is_named(header: str) -> None:
    renamed = {("X_" + name if name == header else name): value for name, value in box_line().items()}
    with pytest.raises(MalformedPayload, match=header):
        parse(GAME_LOG_URL, game_log(renamed))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"PTS": -4}, "negative points"),
        ({"REB": -1}, "negative rebounds"),
        ({"FGM": 23, "FGA": 22}, "impossible"),
        ({"FG3M": 12, "FG3A": 12}, "impossible"),
        ({"MIN": 400}, "impossible minutes"),
        ({"MIN": None}, "no minutes"),
        ({"FG_PCT": 50.0}, "field_goal_share"),
        ({"GAME_ID": "22400474"}, "bad game id"),
        ({"GAME_ID": "1022400474"}, "another league than the NBA"),
        ({"GAME_ID": "0092400474"}, "unknown kind of game"),
        ({"AST": 2**70}, "int"),
        ({"GAME_ID": 22400474}, "str"),
        ({"PLAYER_ID": 0}, "bad player id"),
        ({"PLAYER_NAME": "  "}, "empty player name"),
        ({"PLAYER_NAME": None}, "empty player name"),
        ({"TEAM_ABBREVIATION": "XXX"}, "unknown team: XXX"),
        ({"TEAM_ABBREVIATION": None}, "unknown team"),
        ({"GAME_DATE": "01/04/2025"}, "no date"),
        ({"SEASON_ID": "2024-25"}, "bad season id"),
        ({"PTS": "33"}, "int"),
        ({"PTS": None}, "int"),
    ],
)
def test_an_impossible_line_is_refused_and_the_others_survive(changes: dict[str, Any], expected: str) -> None:
    parsed = parse(GAME_LOG_URL, game_log(box_line(**changes), box_line(PLAYER_ID=2, PLAYER_NAME="Other")))
    assert_keeps_contracts(parsed)
    assert parsed.frames[NAME]["player_id"].to_list() == [2]
    assert parsed.rejects.height == 1
    refused = parsed.rejects.row(0, named=True)
    assert expected in refused["reason"]
    assert refused["game_date"] == date(2025, 1, 4)
    assert "MATCHUP" in refused["row"] or "NYK @ CHI" in refused["row"]


def test_a_row_of_another_length_is_refused() -> None:
    body = game_log(box_line(), box_line(PLAYER_ID=2))
    body["resultSets"][0]["rowSet"][0].pop()
    parsed = parse(GAME_LOG_URL, body)
    assert (parsed.frames[NAME]["player_id"].to_list(), parsed.rejects.height) == ([2], 1)


def test_a_column_that_changed_its_type_makes_the_payload_malformed() -> None:
    with pytest.raises(MalformedPayload, match="none of 2 rows"):
        parse(GAME_LOG_URL, game_log(box_line(PTS="33"), box_line(PTS="12", PLAYER_ID=2)))


def test_a_repeated_line_is_stored_once_and_a_contradicted_one_is_refused() -> None:
    parsed = parse(GAME_LOG_URL, game_log(box_line(), box_line(), box_line(AST=10)))
    assert parsed.frames[NAME]["assists"].to_list() == [10]
    assert parsed.rejects.height == 1


def test_an_empty_answer_is_valid_and_speaks_of_the_dates_that_were_asked() -> None:
    endpoint = endpoint_of(GAME_LOG_URL)
    assert endpoint is not None
    empty = payload(GAME_LOG_URL, game_log())
    assert endpoint.parse(empty).frames[NAME].is_empty()
    assert endpoint.covers(empty).game_dates == (date(2025, 1, 4),)
    dashed = GAME_LOG_URL.replace("01/04/2025", "2025-01-04").replace("DateTo=2025-01-04", "DateTo=2025-01-06")
    three = tuple(date(2025, 1, day) for day in (4, 5, 6))
    assert endpoint.covers(payload(dashed, b"<html>", 403)).game_dates == three
    season = GAME_LOG_URL.replace("01/04/2025", "")
    assert endpoint.covers(payload(season, game_log(box_line()))).game_dates == (date(2025, 1, 4),)


def test_team_logs_are_not_player_logs() -> None:
    teams = endpoint_of(GAME_LOG_URL.replace("PlayerOrTeam=P", "PlayerOrTeam=T"))
    assert teams is not None
    assert teams.name == "team_box_scores"
    assert endpoint_of(GAME_LOG_URL.replace("&PlayerOrTeam=P", "")) is None


@pytest.mark.parametrize("status", [301, 403, 404, 429, 500, 503])
def test_an_error_status_makes_even_a_good_body_malformed(status: int) -> None:
    with pytest.raises(MalformedPayload, match=str(status)):
        parse(GAME_LOG_URL, game_log(box_line()), status=status)

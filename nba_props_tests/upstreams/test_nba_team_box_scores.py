"""Team box scores of the game log: the other team, the home side, and neutral ground."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from nba_props.archive.payload import MalformedPayload
from nba_props.settings import Settings
from nba_props.upstreams import nba_com
from nba_props.upstreams.asking import Subject
from nba_props.upstreams.endpoint import Parsed
from nba_props_tests.upstreams.examples_nba_com import CHI, TEAM_LOG_URL, team_line
from nba_props_tests.upstreams.exchanges import assert_keeps_contracts, box_line, game_log, payload

NAME = "raw.nbac_team_boxscore"
HOME = {"TEAM_ID": CHI[0], "TEAM_ABBREVIATION": "CHI", "MATCHUP": "CHI vs. NYK", "WL": "W"}


def parsed(*lines: dict[str, Any]) -> Parsed:
    result = nba_com.TEAM_BOX_SCORES.parse(payload(TEAM_LOG_URL, game_log(*lines)))
    assert_keeps_contracts(result)
    return result


def test_a_line_is_stored_under_our_names() -> None:
    frame = parsed(team_line(), team_line(**HOME)).frames[NAME].sort("team")
    assert frame.select("team", "opponent", "is_home", "won").rows() == [
        ("CHI", "NYK", True, True),
        ("NYK", "CHI", False, False),
    ]
    assert frame.select("game_date", "season", "minutes", "points", "plus_minus", "endpoint").row(1) == (
        date(2025, 1, 4),
        "2024-25",
        240.0,
        33,
        -8,
        "team_box_scores",
    )
    assert frame.select("game_status", "team_rebounds").null_count().row(0) == (2, 2)


def test_on_neutral_ground_both_teams_are_told_as_away_and_neither_is_known_to_be() -> None:
    frame = parsed(team_line(), team_line(**HOME | {"MATCHUP": "CHI @ NYK"})).frames[NAME]
    assert frame["is_home"].to_list() == [None, None]
    assert sorted(frame["opponent"]) == ["CHI", "NYK"]


def test_a_matchup_that_tells_no_opponent_leaves_him_open() -> None:
    frame = parsed(team_line(MATCHUP="NYK"), team_line(**HOME | {"MATCHUP": "CHI vs. XXX"})).frames[NAME].sort("team")
    assert frame.select("opponent", "is_home").rows() == [(None, True), (None, None)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"PTS": -4}, "negative points"),
        ({"MIN": 700}, "impossible minutes"),
        ({"MIN": None}, "no minutes"),
        ({"TEAM_ABBREVIATION": "XXX"}, "unknown team: XXX"),
        ({"GAME_ID": "1022400474"}, "another league"),
        ({"GAME_DATE": "soon"}, "no date"),
        ({"PTS": None}, "int"),
    ],
)
def test_an_impossible_line_is_refused_and_the_others_survive(changes: dict[str, Any], expected: str) -> None:
    result = parsed(team_line(**changes), team_line(**HOME))
    assert result.frames[NAME]["team"].to_list() == ["CHI"]
    assert expected in result.rejects["reason"].item()


@pytest.mark.parametrize("header", ["PTS", "TEAM_ABBREVIATION", "MATCHUP"])
def test_a_renamed_header_makes_the_payload_malformed(header: str) -> None:
    renamed = {("X_" + name if name == header else name): value for name, value in team_line().items()}
    with pytest.raises(MalformedPayload, match=header):
        parsed(renamed)


def test_a_log_of_players_is_no_log_of_teams() -> None:
    with pytest.raises(MalformedPayload, match="log of players"):
        parsed(box_line())


def test_a_log_of_teams_is_no_log_of_players() -> None:
    with pytest.raises(MalformedPayload, match="PLAYER_ID"):
        nba_com.PLAYER_BOX_SCORES.parse(payload(TEAM_LOG_URL, game_log(team_line())))


def test_a_log_without_dates_in_its_url_covers_those_of_its_rows() -> None:
    whole = TEAM_LOG_URL.replace("01/04/2025", "")
    sent = payload(whole, game_log(team_line(), team_line(GAME_DATE="2024-12-25", GAME_ID="0022400400")))
    assert nba_com.TEAM_BOX_SCORES.recognises(whole)
    assert nba_com.TEAM_BOX_SCORES.covers(sent).game_dates == (date(2024, 12, 25), date(2025, 1, 4))
    empty = payload(TEAM_LOG_URL, game_log())
    assert nba_com.TEAM_BOX_SCORES.covers(empty).game_dates == (date(2025, 1, 4),)


def test_the_request_is_that_of_the_players_but_for_teams() -> None:
    subject = Subject(date(2025, 1, 4), date(2025, 1, 5), season_type="regular_season")
    assert nba_com.TEAM_BOX_SCORES.request is not None
    request = nba_com.TEAM_BOX_SCORES.request(Settings(), subject)
    assert request.url == TEAM_LOG_URL
    assert request.endpoint == "team_box_scores"
    assert not nba_com.PLAYER_BOX_SCORES.recognises(request.url)


def test_totals_do_not_depend_on_the_order_of_rows() -> None:
    lines = [team_line(), team_line(**HOME)]
    straight, turned = (parsed(*some).frames[NAME].drop("payload_id").sort("team") for some in (lines, lines[::-1]))
    assert straight.equals(turned)
    assert straight.filter(pl.col("is_home"))["team"].to_list() == ["CHI"]

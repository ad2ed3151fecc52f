"""Box scores of one game: v3 and the live form, who did not play, what is not told, bodies of before the game."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.settings import Settings
from nba_props.teams import TEAMS
from nba_props.upstreams import nba_com
from nba_props.upstreams.asking import Subject
from nba_props.upstreams.endpoint import Parsed
from nba_props.upstreams.nba_box_lines import minutes_of, part_of_game
from nba_props_tests.upstreams.examples_nba_com import (
    CHI,
    DNP,
    LIVE_URL,
    V3_URL,
    benched_v3,
    box_score_v3,
    idle,
    inactive,
    live_box_score,
    live_player,
    player_v3,
    statistics,
)
from nba_props_tests.upstreams.exchanges import assert_keeps_contracts, payload

WITHOUT_ASSISTS = {name: value for name, value in statistics().items() if name != "assists"}
PLAYERS, TEAM_TOTALS = "raw.nbac_player_boxscore", "raw.nbac_team_boxscore"


def parsed(sent: Payload) -> Parsed:
    endpoint = nba_com.LIVE_BOX_SCORE if "liveData" in sent.url else nba_com.BOX_SCORE_V3
    result = endpoint.parse(sent)
    assert_keeps_contracts(result)
    return result


def v3(*players: dict[str, Any], **changes: Any) -> Parsed:
    return parsed(payload(V3_URL, box_score_v3(*players, **changes)))


def live(*players: dict[str, Any], **changes: Any) -> Parsed:
    return parsed(payload(LIVE_URL, live_box_score(*players, **changes)))


def line(result: Parsed, player_id: int) -> dict[str, Any]:
    return result.frames[PLAYERS].row(by_predicate=pl.col("player_id") == player_id, named=True)


def test_a_line_of_v3_is_stored_under_our_names() -> None:
    made = line(v3(player_v3()), 1628973)
    assert (made["player_name"], made["team"], made["endpoint"]) == ("Jalen Brunson", "NYK", "box_score_v3")
    assert (made["season"], made["minutes"], made["points"], made["threes"]) == ("2024-25", 35.5, 33, 3)
    assert (made["rebounds"], made["fouls"], made["plus_minus"]) == (3, 2, -8)
    assert (made["is_starter"], made["position"], made["did_not_play"]) == (True, "G", False)
    untold = ("game_status", "matchup", "won", "fantasy_points", "video_available", "not_playing_reason")
    assert [made[name] for name in untold] == [None] * len(untold)


def test_who_did_not_play_keeps_the_reason_and_has_no_numbers() -> None:
    benched = line(v3(player_v3(), benched_v3()), 1630574)
    out = line(live(live_player(), inactive()), 1626157)
    coach = line(live(live_player(), inactive(notPlayingReason="INACTIVE_COACH", notPlayingDescription=None)), 1626157)
    assert (benched["did_not_play"], benched["not_playing_reason"]) == (True, DNP)
    assert out["not_playing_reason"] == "INACTIVE_INJURY: Right Knee; Soreness"
    assert coach["not_playing_reason"] == "INACTIVE_COACH"
    for made in (benched, out):
        assert (made["is_starter"], made["position"]) == (False, None)
        numbers = ("minutes", "points", "rebounds", "field_goal_share", "plus_minus")
        assert [made[name] for name in numbers] == [None] * len(numbers)


def test_a_player_of_no_time_and_no_shots_played_all_the_same() -> None:
    for made in (
        line(v3(player_v3(statistics=idle("0:00"))), 1628973),
        line(live(live_player(statistics=idle("PT00M00.00S"))), 1628973),
    ):
        assert (made["did_not_play"], made["minutes"], made["points"]) == (False, 0.0, 0)
        assert (made["field_goal_share"], made["threes_share"]) == (None, None)


def test_the_live_form_tells_date_status_and_starters() -> None:
    running = live(live_player(), live_player(2, "Other One", starter="0", position=None), gameStatus=2)
    frame = running.frames[PLAYERS]
    assert frame["game_date"].unique().to_list() == [date(2025, 1, 4)]
    assert frame["game_status"].unique().to_list() == [2]
    assert (line(running, 1628973)["is_starter"], line(running, 1628973)["position"]) == (True, "PG")
    assert (line(running, 2)["is_starter"], line(running, 2)["minutes"]) == (False, 35.5)


def test_totals_name_both_teams_and_invent_nothing() -> None:
    told = v3(player_v3()).frames[TEAM_TOTALS].sort("team")
    assert told.select("team", "opponent", "is_home").rows() == [("CHI", "NYK", True), ("NYK", "CHI", False)]
    assert told.select("minutes", "points", "rebounds", "plus_minus").row(0) == (240.0, 33, 3, -8)
    assert told.select("won", "game_status", "team_rebounds", "bench_points").null_count().row(0) == (2, 2, 2, 2)
    shown = live(live_player()).frames[TEAM_TOTALS].sort("team")
    assert shown.select("rebounds", "team_rebounds", "team_turnovers", "plus_minus").row(0) == (3, 9, 1, None)
    assert shown.select("points_in_the_paint", "fast_break_points", "second_chance_points").row(0) == (20, 5, 4)


@pytest.mark.parametrize(
    "box",
    [
        box_score_v3(home=[]),
        box_score_v3(home=[], homeTeam=None, awayTeam=None),
        {"meta": {}, "boxScoreTraditional": None},
    ],
)
def test_before_the_game_there_are_no_rows(box: dict[str, Any]) -> None:
    result = parsed(payload(V3_URL, box))
    assert [frame.height for frame in result.frames.values()] == [0, 0]
    assert result.rejects.is_empty()


def test_a_body_without_date_is_of_the_date_that_was_asked_for() -> None:
    sent = replace(payload(V3_URL, box_score_v3(player_v3())), asked_for=date(2025, 1, 4))
    assert parsed(sent).frames[PLAYERS]["game_date"].unique().to_list() == [date(2025, 1, 4)]
    assert nba_com.BOX_SCORE_V3.covers(sent).game_dates == (date(2025, 1, 4),)
    assert nba_com.BOX_SCORE_V3.covers(replace(sent, body=b"<html>")).game_dates == (date(2025, 1, 4),)


def test_a_body_without_date_that_nobody_asked_for_is_of_the_evening_on_which_it_was_fetched() -> None:
    late = payload(V3_URL, box_score_v3(player_v3()), fetched_at=datetime(2025, 1, 5, 4, 30, tzinfo=UTC))
    assert parsed(late).frames[PLAYERS]["game_date"].unique().to_list() == [date(2025, 1, 4)]


def test_a_body_fetched_in_another_season_is_refused_rather_than_dated_wrongly() -> None:
    """A box score was kept years after its game; the day of fetching is no date of that game."""
    kept = payload(V3_URL, box_score_v3(player_v3()), fetched_at=datetime(2025, 8, 27, 12, tzinfo=UTC))
    result = parsed(kept)
    assert result.frames[PLAYERS].is_empty()
    assert result.rejects.height == 4
    assert all("2025-08-27" in reason and "2024-25" in reason for reason in result.rejects["reason"])
    assert parsed(replace(kept, asked_for=date(2025, 1, 4))).rejects.is_empty()


def test_the_live_form_covers_the_date_that_it_tells_and_a_broken_one_that_of_asking() -> None:
    sent = replace(payload(LIVE_URL, live_box_score(live_player())), asked_for=date(2025, 1, 3))
    assert nba_com.LIVE_BOX_SCORE.covers(sent).game_dates == (date(2025, 1, 4),)
    assert nba_com.LIVE_BOX_SCORE.covers(replace(sent, body=b"{")).game_dates == (date(2025, 1, 3),)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"statistics": statistics(points=-4)}, "negative points"),
        ({"statistics": statistics(points=None)}, "no points"),
        ({"statistics": statistics(points="33")}, "points"),
        ({"statistics": statistics(fieldGoalsMade=23)}, "impossible"),
        ({"statistics": statistics(threePointersMade=12, threePointersAttempted=12)}, "impossible"),
        ({"statistics": statistics(fieldGoalsPercentage=50.0)}, "field_goal_share"),
        ({"statistics": statistics(minutes="101:00")}, "impossible minutes: 101"),
        ({"statistics": statistics(minutes="half")}, "impossible minutes: 'half'"),
        ({"statistics": statistics(minutes="")}, "did not play, but has statistics"),
        ({"statistics": statistics(minutes=None)}, "did not play, but has statistics"),
        ({"statistics": statistics(plusMinusPoints=1.5)}, "impossible plus_minus"),
        (
            {"statistics": WITHOUT_ASSISTS},
            "missing required field",
        ),
        ({"personId": 0}, "bad player id"),
        ({"personId": "1"}, "int"),
        ({"personId": 2**70}, "int"),
        ({"firstName": " ", "familyName": None}, "empty player name"),
    ],
)
def test_an_impossible_line_is_refused_and_the_others_survive(changes: dict[str, Any], expected: str) -> None:
    result = v3(player_v3(**changes), benched_v3())
    assert result.frames[PLAYERS].height == 2
    assert result.frames[TEAM_TOTALS].height == 2
    assert result.rejects.height == 1
    refused = result.rejects.row(0, named=True)
    assert expected in refused["reason"]
    assert "Brunson" in refused["row"] or "1.5" in refused["row"] or "personId" in refused["row"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"played": "0"}, "did not play, but has statistics"),
        ({"played": True}, "played"),
        ({"starter": "yes"}, "starter"),
        ({"name": ""}, "empty player name"),
    ],
)
def test_an_impossible_live_line_is_refused(changes: dict[str, Any], expected: str) -> None:
    result = live(live_player(**changes), inactive())
    assert (result.frames[PLAYERS].height, result.rejects.height) == (2, 1)
    assert expected in result.rejects["reason"][0]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"gameId": "1022500165"}, "another league than the NBA: 1022500165"),
        ({"gameId": "22400474"}, "bad game id"),
        ({"gameId": "0092400474"}, "unknown kind of game"),
    ],
)
def test_a_game_that_is_none_of_ours_is_refused_row_by_row(changes: dict[str, Any], expected: str) -> None:
    for result in (v3(player_v3(), benched_v3(), **changes), live(live_player(), inactive(), **changes)):
        assert [frame.height for frame in result.frames.values()] == [0, 0]
        assert result.rejects.height == 3 + 2
        assert all(expected in reason for reason in result.rejects["reason"])


def test_an_unknown_status_is_refused() -> None:
    assert set(live(live_player(), gameStatus=4).rejects["reason"]) == {"unknown game status: 4"}


def test_a_team_whose_id_and_code_disagree_or_that_is_unknown_is_refused() -> None:
    for home, expected in (
        ({"teamId": CHI[0], "teamTricode": "BOS"}, f"team {CHI[0]} is CHI, not BOS"),
        ({"teamId": 12315, "teamTricode": "RMD"}, "unknown team: 12315 RMD"),
        ({"teamId": None, "teamTricode": None}, "unknown team: no id no tricode"),
        ({"teamTricode": None}, f"team {CHI[0]} is CHI, not no tricode"),
    ):
        body = box_score_v3(player_v3())
        body["boxScoreTraditional"]["homeTeam"] |= home
        result = parsed(payload(V3_URL, body))
        assert result.frames[PLAYERS]["team"].to_list() == ["NYK"]
        assert set(result.rejects["reason"]) == {expected}
        assert result.rejects.height == 2


def test_a_player_listed_twice_is_stored_once_and_a_contradiction_is_refused() -> None:
    other = statistics(assists=10)
    result = v3(player_v3(), player_v3(), player_v3(statistics=other))
    assert line(result, 1628973)["assists"] == 10
    assert result.rejects.height == 1


@pytest.mark.parametrize("url", [V3_URL, LIVE_URL])
@pytest.mark.parametrize("renamed", ["players", "personId", "points", "statistics", "gameId", "teamTricode"])
def test_a_renamed_field_makes_the_body_malformed(url: str, renamed: str) -> None:
    body = live_box_score(live_player()) if url == LIVE_URL else box_score_v3(player_v3())
    text = json.dumps(body).replace(f'"{renamed}"', f'"new_{renamed}"')
    with pytest.raises(MalformedPayload, match=renamed):
        parsed(payload(url, text.encode()))


def test_impossible_totals_are_refused_and_cost_no_player() -> None:
    body = live_box_score(live_player())
    body["game"]["awayTeam"]["statistics"]["benchPoints"] = -1
    body["game"]["homeTeam"]["statistics"]["points"] = None
    result = parsed(payload(LIVE_URL, body))
    assert [frame.height for frame in result.frames.values()] == [2, 0]
    assert sorted(result.rejects["reason"]) == ["negative bench_points: -1", "no points"]


def test_a_game_without_a_time_is_malformed() -> None:
    with pytest.raises(MalformedPayload, match="gameTimeUTC"):
        live(live_player(), gameTimeUTC="soon")


def test_a_box_score_of_a_part_of_the_game_is_none_of_the_game() -> None:
    url = f"{V3_URL}&RangeType=1&StartPeriod=4&EndPeriod=4"
    result = parsed(payload(url, box_score_v3(player_v3())))
    assert result.frames[PLAYERS].is_empty()
    assert set(result.rejects["reason"]) == {"the box score is of a part of the game: StartPeriod 4 to EndPeriod 4"}


@pytest.mark.parametrize(
    ("asked", "is_whole"),
    [
        ("", True),
        ("&RangeType=0&StartRange=5&EndRange=9", True),
        ("&RangeType=2&StartRange=0&EndRange=55800", True),
        ("&RangeType=2&StartRange=0&EndRange=28800", False),
        ("&RangeType=2&StartRange=28800&EndRange=55800", False),
        ("&RangeType=1&StartPeriod=0&EndPeriod=10", True),
        ("&RangeType=1&StartPeriod=1&EndPeriod=2", False),
    ],
)
def test_the_range_that_was_asked_for_tells_whether_it_is_the_whole_game(asked: str, is_whole: bool) -> None:
    assert (part_of_game(V3_URL + asked) is None) is is_whole


@given(st.integers(0, 99), st.integers(0, 59))
def test_minutes_are_read_in_every_form(minutes: int, seconds: int) -> None:
    texts = [
        f"{minutes}:{seconds:02d}",
        f"{minutes}.000000:{seconds:02d}",
        f"PT{minutes:02d}M{seconds:02d}.00S",
        f"PT{minutes}M{seconds}S",
    ]
    read = pl.Series("text", texts).to_frame().select(read=minutes_of(pl.col("text")))["read"]
    assert len(set(read.to_list())) == 1
    assert read[0] == pytest.approx(minutes + seconds / 60, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("text", ["", "DNP", "12", "12:60", "-1:00", "1:2:3", "PT", "PT1H", "12:5", "twelve:00"])
def test_other_texts_are_no_minutes(text: str) -> None:
    assert pl.Series("text", [text]).to_frame().select(minutes_of(pl.col("text"))).item() is None


def test_requests_are_those_of_the_upstream_and_their_own_endpoints_recognise_them() -> None:
    subject = Subject(date(2025, 1, 4), date(2025, 1, 5), game_id="0022400474", home_team="CHI", away_team="NYK")
    settings = Settings()
    for endpoint, expected in ((nba_com.BOX_SCORE_V3, V3_URL), (nba_com.LIVE_BOX_SCORE, LIVE_URL)):
        assert endpoint.request is not None
        request = endpoint.request(settings, subject)
        assert request.url == expected
        assert endpoint.recognises(request.url)
        assert (request.endpoint, request.game_date) == (endpoint.name, date(2025, 1, 4))
        with pytest.raises(ValueError, match="game id"):
            endpoint.request(settings, replace(subject, game_id=None))
        with pytest.raises(ValueError, match="game id"):
            endpoint.request(settings, replace(subject, game_id="../secrets"))


def test_every_team_is_read() -> None:
    for team in TEAMS:
        body = box_score_v3(player_v3())
        body["boxScoreTraditional"]["awayTeam"] |= {"teamId": team.team_id, "teamTricode": team.tricode}
        frame = parsed(payload(V3_URL, body)).frames[PLAYERS]
        assert frame.filter(pl.col("player_id") == 1628973)["team"].to_list() == [team.tricode]

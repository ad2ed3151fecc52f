"""Game details of data.nba.com: another form of one game's box score."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from nba_props.archive.payload import MalformedPayload
from nba_props.conformed import box_score_tables
from nba_props.contracts.raw import NBAC_PLAYER_BOXSCORE, NBAC_TEAM_BOXSCORE
from nba_props.game_calendar import DateRange
from nba_props.upstreams import nba_archived, nba_com, raw_tables
from nba_props.upstreams.endpoint import Parsed
from nba_props_tests.conformed.rows import DATES, DAY, GAME_ID, box_scores, frame, game, games, whole_box
from nba_props_tests.upstreams.bodies_nba_archived import DETAIL_URL, DNP, detail, detail_benched, detail_player
from nba_props_tests.upstreams.bodies_nba_game_summaries import CHI
from nba_props_tests.upstreams.exchanges import FETCHED_AT, assert_keeps_contracts, payload

PLAYERS, TEAMS = NBAC_PLAYER_BOXSCORE.full_name, NBAC_TEAM_BOXSCORE.full_name


def parsed(body: Any) -> Parsed:
    result = nba_archived.GAME_DETAILS.parse(payload(DETAIL_URL, body))
    assert_keeps_contracts(result)
    return result


def test_who_played_and_who_did_not_are_stored_under_the_games_own_date() -> None:
    frame = parsed(detail(detail_player(), detail_benched(), home=[])).frames[PLAYERS].sort("did_not_play")
    played, benched = frame.rows(named=True)
    assert (played["game_date"], played["season"], played["game_status"]) == (date(2025, 1, 4), "2024-25", 3)
    assert (played["minutes"], played["points"], played["plus_minus"], played["threes"]) == (35.5, 33, -8, 3)
    assert (played["is_starter"], played["position"], played["endpoint"]) == (True, "G", "game_detail")
    assert (benched["not_playing_reason"], benched["is_starter"], benched["minutes"]) == (DNP, False, None)
    assert (benched["points"], benched["plus_minus"]) == (None, None)


def test_who_has_no_time_yet_did_not_play_and_who_has_a_foul_without_time_did() -> None:
    waiting, fouled = detail_benched(1, memo=""), detail_benched(2, memo="", pf=1)
    frame = parsed(detail(waiting, fouled, st=2, home=[])).frames[PLAYERS].sort("player_id")
    assert frame.select("did_not_play", "not_playing_reason", "minutes").rows() == [
        (True, None, None),
        (False, None, 0.0),
    ]


def test_a_teams_points_are_its_sides_and_its_minutes_its_players_together() -> None:
    frame = parsed(detail(detail_player(), detail_player(2, min=10, sec=15))).frames[TEAMS].sort("team")
    names = ("team", "opponent", "is_home", "points", "minutes", "points_off_turnovers", "team_rebounds", "plus_minus")
    assert frame.select(names).rows() == [
        ("CHI", "NYK", True, 33, 35.5, 7, 9, None),
        ("NYK", "CHI", False, 33, 45.75, 7, 9, None),
    ]


def test_a_player_that_does_not_fit_leaves_his_teams_minutes_unknown_and_its_line_stored() -> None:
    result = parsed(detail(detail_player(), detail_player(2, pts="9")))
    assert result.rejects["table"].to_list() == [PLAYERS]
    assert dict(result.frames[TEAMS].select("team", "minutes").iter_rows()) == {"CHI": 35.5, "NYK": None}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"memo": DNP, "min": 0, "sec": 0}, "did not play, but has statistics"),
        ({"sec": 75}, "impossible minutes: '35:75'"),
        ({"min": 500}, "impossible minutes: 500.5"),
        ({"fgm": 23}, "23 field_goals_made but 22"),
        ({"pts": -2}, "negative points: -2"),
        ({"pts": None}, "int"),
        ({"pid": 0}, "bad player id: 0"),
        ({"fn": None, "ln": " "}, "empty player name"),
    ],
)
def test_an_impossible_line_is_refused_and_the_others_survive(changes: dict[str, Any], expected: str) -> None:
    result = parsed(detail(detail_player(7, **changes), detail_player(), home=[]))
    assert result.frames[PLAYERS]["player_id"].to_list() == [1628973]
    (reason,) = result.rejects["reason"]
    assert expected in reason


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"gid": "1022400474"}, "a game of another league than the NBA: 1022400474"),
        ({"gdte": "soon"}, "gdte is no date: 'soon'"),
        ({"st": 7}, "unknown game status: 7"),
    ],
)
def test_lines_of_a_game_that_is_none_are_refused(changes: dict[str, Any], expected: str) -> None:
    result = parsed(detail(detail_player(), **changes))
    assert [frame.height for frame in result.frames.values()] == [0, 0]
    assert (result.rejects.height, set(result.rejects["reason"])) == (4, {expected})


def test_a_team_whose_id_is_another_ones_is_refused() -> None:
    body = detail(detail_player())
    body["g"]["vls"]["tid"] = CHI[0]
    result = parsed(body)
    assert (result.frames[PLAYERS].height, result.frames[TEAMS].height) == (1, 1)
    assert set(result.rejects["reason"]) == {f"team {CHI[0]} is CHI, not NYK"}


def test_a_renamed_field_makes_the_body_malformed_and_an_added_one_does_not() -> None:
    assert parsed(detail(detail_player(dunks=1), home=[])).frames[PLAYERS].height == 1
    renamed = detail_player()
    renamed["points"] = renamed.pop("pts")
    without = detail(detail_player())
    del without["g"]["hls"]
    for body, expected in ((detail(renamed, home=[]), "pts"), (without, "hls"), ({"game": {}}, "g")):
        with pytest.raises(MalformedPayload, match=expected):
            parsed(body)


def test_before_the_game_there_are_no_rows() -> None:
    body = detail(home=[], st=1)
    for side in ("hls", "vls"):
        del body["g"][side]["pstsg"], body["g"][side]["tstsg"]
    for empty in (body, detail(home=[], st=1)):
        result = parsed(empty)
        assert [frame.height for frame in result.frames.values()] == [0, 0]
        assert result.rejects.is_empty()
        assert nba_archived.GAME_DETAILS.covers(payload(DETAIL_URL, empty)).game_dates == (date(2025, 1, 4),)


def test_the_newest_detail_of_a_game_holds() -> None:
    bodies = [
        payload(DETAIL_URL, detail(detail_player(pts=points), home=[]), fetched_at=at)
        for points, at in ((35, FETCHED_AT + timedelta(hours=1)), (33, FETCHED_AT))
    ]
    day = DateRange.of(date(2025, 1, 4))
    made = raw_tables.build(day, {nba_archived.GAME_DETAILS: bodies}, nba_com.UPSTREAM.quarantine)
    assert made[PLAYERS].select("player_id", "points", "endpoint").rows() == [(1628973, 35, "game_detail")]


@pytest.mark.parametrize(("status", "is_told"), [(3, True), (2, False)])
def test_conformed_box_scores_take_it_once_the_game_is_final(status: int, is_told: bool) -> None:
    lines = whole_box("game_detail", game_status=status)
    totals = [
        {name: line.get(name) for name in NBAC_TEAM_BOXSCORE.schema}
        | {"team": team, "points": points, "minutes": 240.0}
        for line, team, points in ((lines[0], "CHI", 105), (lines[-1], "NYK", 100))
    ]
    told = box_score_tables.build_all(
        DATES,
        games=games(game(status="final")),
        nbac_player_boxscore=box_scores(*lines),
        nbac_team_boxscore=frame(NBAC_TEAM_BOXSCORE, totals),
        delay=timedelta(hours=6),
    )
    players, teams = told["conformed.player_boxscores"], told["conformed.team_boxscores"]
    assert players.height == (10 if is_told else 0)
    assert teams.filter(pl.col("source") == TEAMS).height == (2 if is_told else 0)
    assert set(players["endpoint"]) == ({"game_detail"} if is_told else set())
    assert players.filter(pl.col("game_date") != DAY, pl.col("game_id") != GAME_ID).is_empty()

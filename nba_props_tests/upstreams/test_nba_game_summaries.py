"""Summaries of games: how the sets go together, and that what is wrong in one costs nothing in the others."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from nba_props.archive.payload import MalformedPayload
from nba_props.game_calendar import DateRange
from nba_props.upstreams import nba_archived, nba_com, raw_tables
from nba_props.upstreams.endpoint import Parsed
from nba_props_tests.upstreams.bodies_nba_game_summaries import (
    CHI,
    NYK,
    SUMMARY_URL,
    inactive_player,
    line_score,
    official,
    other_stats,
    summary,
)
from nba_props_tests.upstreams.exchanges import FETCHED_AT, assert_keeps_contracts, payload

GAMES, TEAMS = "raw.nbac_game_summaries", "raw.nbac_team_summaries"
OFFICIALS, INACTIVE = "raw.nbac_game_officials", "raw.nbac_inactive_players"


def parsed(body: Any) -> Parsed:
    result = nba_archived.GAME_SUMMARIES.parse(payload(SUMMARY_URL, body))
    assert_keeps_contracts(result)
    return result


def heights(result: Parsed) -> tuple[int, ...]:
    return tuple(frame.height for frame in result.frames.values())


def test_the_game_has_attendance_duration_and_what_both_teams_tell_of_the_lead() -> None:
    row = parsed(summary()).frames[GAMES].row(0, named=True)
    assert (row["game_date"], row["season"], row["game_status"]) == (date(2025, 1, 4), "2024-25", 3)
    assert (row["home_team"], row["away_team"], row["broadcaster"]) == ("CHI", "NYK", "ESPN")
    assert (row["attendance"], row["duration_minutes"]) == (20500, 141)
    assert (row["lead_changes"], row["times_tied"]) == (5, 8)
    contradictory = summary([other_stats(CHI), other_stats(NYK, LEAD_CHANGES=6)])
    assert parsed(contradictory).frames[GAMES].select("lead_changes", "times_tied").row(0) == (None, 8)


def test_a_teams_line_score_and_other_statistics_are_one_row() -> None:
    frame = parsed(summary([other_stats(NYK, PTS_OFF_TO=3), other_stats(CHI)])).frames[TEAMS].sort("team")
    names = ("team", "opponent", "is_home", "points", "points_quarter_4", "opponent_points_off_turnovers", "wins")
    assert frame.select(names).rows() == [("CHI", "NYK", True, 100, 25, 16, 16), ("NYK", "CHI", False, 100, 25, 3, 16)]


def test_a_team_in_one_of_the_sets_only_has_nulls_for_the_other() -> None:
    frame = parsed(summary([other_stats(CHI)], [line_score(NYK)])).frames[TEAMS].sort("team")
    assert frame.select("team", "points", "largest_lead", "wins").rows() == [
        ("CHI", None, 11, None),
        ("NYK", 100, None, 16),
    ]


def test_before_the_game_what_is_not_known_is_null() -> None:
    nothing = dict.fromkeys([name for name in line_score() if name.startswith("PTS")])
    lines = [line_score(team, **nothing, TEAM_WINS_LOSSES=record) for team, record in ((CHI, "-"), (NYK, None))]
    unplayed: dict[str, Any] = {"GAME_STATUS_ID": 1, "INFO_ATTENDANCE": None, "INFO_GAME_TIME": ""}
    result = parsed(summary([], lines, [], [], **unplayed))
    assert heights(result) == (1, 2, 0, 0)
    game = result.frames[GAMES].row(0, named=True)
    assert [game[name] for name in ("attendance", "duration_minutes", "lead_changes")] == [None] * 3
    assert result.frames[TEAMS].select("points", "points_quarter_1", "wins").null_count().row(0) == (2, 2, 2)
    assert result.rejects.is_empty()


def test_people_have_names_and_numbers_without_space_around_them() -> None:
    frames = parsed(summary()).frames
    assert frames[OFFICIALS].select("official_id", "official_name", "jersey_number").row(0) == (2529, "Tony Brown", "6")
    assert frames[INACTIVE].select("player_name", "team", "jersey_number").row(0) == ("Karl-Anthony Towns", "NYK", "32")


@pytest.mark.parametrize(
    ("body", "left", "expected"),
    [
        (summary(INFO_GAME_TIME="long"), (0, 2, 1, 1), "GAME_TIME is no time: 'long'"),
        (summary(INFO_ATTENDANCE=-1), (0, 2, 1, 1), "impossible attendance: '-1'"),
        (summary(line=[line_score(CHI, PTS=-1), line_score(NYK)]), (1, 1, 1, 1), "impossible points: '-1'"),
        (summary(line=[line_score(CHI, TEAM_WINS_LOSSES="many"), line_score(NYK)]), (1, 1, 1, 1), "no record: 'many'"),
        (summary(line=[line_score((5, "CHI"))], other=[]), (1, 0, 1, 1), "unknown team: 5"),
        (summary(line=[line_score((CHI[0], "BOS"))], other=[]), (1, 0, 1, 1), "is CHI, not BOS"),
        (summary(line=[line_score((1610612738, "BOS"))], other=[]), (1, 0, 1, 1), "BOS does not play in game"),
        (summary(other=[other_stats(CHI, PTS_FB="9"), other_stats(NYK)]), (1, 2, 1, 1), "int"),
        (summary(officials=[official(), official(OFFICIAL_ID=0)]), (1, 2, 1, 1), "impossible official_id: '0'"),
        (summary(officials=[official(), official(FIRST_NAME=None, LAST_NAME="")]), (1, 2, 1, 1), "official_name: ''"),
        (summary(inactive=[inactive_player(), inactive_player(PLAYER_ID=-1)]), (1, 2, 1, 1), "player_id: '-1'"),
        (summary(inactive=[inactive_player(TEAM_ID=5)]), (1, 2, 1, 0), "unknown team: 5 NYK"),
    ],
)  # fmt: skip
def test_what_cannot_be_stored_is_refused_and_the_others_survive(
    body: dict[str, Any], left: tuple[int, ...], expected: str
) -> None:
    result = parsed(body)
    assert heights(result) == left
    (reason,) = result.rejects["reason"]
    assert expected in reason


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"GAME_ID": "1022500165"}, "a game of another league than the NBA: 1022500165"),
        ({"GAME_DATE_EST": "soon"}, "GAME_DATE_EST is no date: 'soon'"),
        ({"GAME_STATUS_ID": 9}, "impossible game_status: '9'"),
        ({"HOME_TEAM_ID": 0}, "unknown team: 0"),
    ],
)
def test_rows_of_a_game_that_is_none_are_refused(changes: dict[str, Any], expected: str) -> None:
    result = parsed(summary(**changes))
    assert result.frames[GAMES].is_empty()
    assert expected in result.rejects.filter(table=GAMES)["reason"].item()
    stored = sum(heights(result))
    assert stored + result.rejects.height == 5


def test_a_refused_team_is_told_with_both_of_its_rows() -> None:
    result = parsed(summary(line=[line_score(CHI, PTS=-1), line_score(NYK)]))
    told = json.loads(result.rejects["row"].item())
    assert (told["LineScore"]["PTS"], told["OtherStats"]["PTS_PAINT"]) == (-1, 50)


def test_a_summary_without_game_has_rejects_and_an_empty_one_nothing() -> None:
    body = summary()
    body["resultSets"][0]["rowSet"] = []
    result = parsed(body)
    assert heights(result) == (0, 0, 0, 0)
    assert set(result.rejects["reason"]) == {"the summary tells no game"}
    assert result.rejects.height == 4
    for each in body["resultSets"]:
        each["rowSet"] = []
    assert parsed(body).rejects.is_empty()
    assert nba_archived.GAME_SUMMARIES.covers(payload(SUMMARY_URL, body)).game_dates == (date(2025, 1, 5),)


def test_a_renamed_header_an_absent_set_or_two_games_make_the_body_malformed() -> None:
    bodies = [summary() for _ in range(3)]
    bodies[0]["resultSets"][5]["headers"][-1] = "POINTS"
    del bodies[1]["resultSets"][3]
    bodies[2]["resultSets"][0]["rowSet"] *= 2
    for body, expected in zip(bodies, ("PTS", "InactivePlayers", "several games"), strict=True):
        with pytest.raises(MalformedPayload, match=expected):
            parsed(body)


def test_an_added_header_and_repeated_sets_that_are_not_read_change_nothing() -> None:
    body = summary(officials=[official(HEIGHT=6)])
    body["resultSets"] = [each for each in body["resultSets"] if each["name"] not in ("LastMeeting", "AvailableVideo")]
    assert heights(parsed(body)) == (1, 2, 1, 1)


def test_the_game_tells_the_date_and_the_newest_summary_of_it_holds() -> None:
    bodies = [
        payload(SUMMARY_URL, summary(INFO_ATTENDANCE=crowd), fetched_at=at)
        for crowd, at in ((20501, FETCHED_AT + timedelta(days=300)), (20500, FETCHED_AT))
    ]
    assert nba_archived.GAME_SUMMARIES.covers(bodies[0]).game_dates == (date(2025, 1, 4),)
    day = DateRange.of(date(2025, 1, 4))
    made = raw_tables.build(day, {nba_archived.GAME_SUMMARIES: bodies}, nba_com.UPSTREAM.quarantine)
    assert made[GAMES]["attendance"].to_list() == [20501]
    assert (made[TEAMS].height, made[OFFICIALS].height) == (2, 1)


def test_many_summaries_are_read_at_once_without_mixing_their_games() -> None:
    other = summary(GAME_ID="0022400475", HOME_TEAM_ID=NYK[0], VISITOR_TEAM_ID=CHI[0])
    result = nba_archived.GAME_SUMMARIES.parse_many([payload(SUMMARY_URL, body) for body in (summary(), other)])
    told = result.frames[TEAMS].select("game_id", "team", "is_home").sort("game_id", "team").rows()
    assert told == [
        ("0022400474", "CHI", True),
        ("0022400474", "NYK", False),
        ("0022400475", "CHI", False),
        ("0022400475", "NYK", True),
    ]

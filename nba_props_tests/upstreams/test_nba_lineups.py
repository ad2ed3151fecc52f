"""Lineups: groups and the team as a whole, totals of a whole season only, what is refused."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from nba_props.archive.payload import MalformedPayload
from nba_props.game_calendar import DateRange
from nba_props.upstreams import nba_archived, nba_com, raw_tables
from nba_props.upstreams.endpoint import Parsed
from nba_props_tests.upstreams.bodies_nba_archived import LINEUPS_URL, group, lineups, whole_team
from nba_props_tests.upstreams.bodies_nba_game_summaries import NYK
from nba_props_tests.upstreams.exchanges import FETCHED_AT, assert_keeps_contracts, payload

NAME = "raw.nbac_lineups"


def parsed(body: Any) -> Parsed:
    result = nba_archived.LINEUPS.parse(payload(LINEUPS_URL, body))
    assert_keeps_contracts(result)
    return result


def test_groups_and_the_team_as_a_whole_are_rows_of_the_team_asked_about() -> None:
    rows = parsed(lineups([group(), group(GROUP_SET="2 Man", GROUP_ID=12)])).frames[NAME].sort("group_size")
    assert rows.select("group_size", "group_id").rows() == [(0, "Overall"), (2, "12"), (5, "-1-2-3-4-5-")]
    assert set(rows["team"]) == {"CHI"}
    row = rows.row(2, named=True)
    assert (row["season"], row["season_type"], row["game_date"]) == ("2024-25", "regular_season", date(2025, 1, 5))
    assert (row["minutes"], row["points"], row["turnovers"], row["fouls_drawn"]) == (150.5, 150, 15, 22)


def test_a_share_of_nothing_is_null() -> None:
    row = parsed(lineups([group(FTM=0, FTA=0, FT_PCT=0.0, GP=0, W=0, L=0, W_PCT=0.0)], [])).frames[NAME]
    assert row.select("free_throw_share", "win_share").row(0) == (None, None)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"PerMode": "PerGame"}, "not the totals of a whole season: PerMode PerGame"),
        ({"LastNGames": 5, "Month": 2}, "LastNGames 5, Month 2"),
        ({"DateFrom": "01/01/2025"}, "DateFrom 01/01/2025"),
        ({"LeagueID": "10"}, "another league than the NBA: 10"),
        ({"SeasonType": "Summer"}, "unknown season type: Summer"),
        ({"TeamID": 7}, "unknown team: 7"),
        ({"Season": "2024"}, "impossible season: '2024'"),
    ],
)
def test_what_was_asked_otherwise_is_refused(asked: dict[str, Any], expected: str) -> None:
    result = parsed(lineups([group()], [], **asked))
    assert result.frames[NAME].is_empty()
    (reason,) = result.rejects["reason"]
    assert expected in reason


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"PTS": -1}, "impossible points: '-1'"),
        ({"PTS": "150"}, "int"),
        ({"PTS": None}, "int"),
        ({"FGM": 121}, "121 field_goals_made but 120"),
        ({"W": 9}, "10 games, but 12 won or lost"),
        ({"PLUS_MINUS": 1.5}, "impossible plus_minus: 1.5"),
        ({"GROUP_SET": "6 Man"}, "unknown set of groups: 6 Man"),
        ({"GROUP_ID": None}, "got `null`"),
        ({"FG_PCT": 45.8}, "impossible field_goal_share: '45.8'"),
        ({"MIN": -0.5}, "impossible minutes: '-0.5'"),
    ],
)
def test_a_group_that_cannot_be_stored_is_refused_and_the_others_survive(
    changes: dict[str, Any], expected: str
) -> None:
    result = parsed(lineups([group(**{"GROUP_ID": "bad"} | changes), group()]))
    assert sorted(result.frames[NAME]["group_id"]) == ["-1-2-3-4-5-", "Overall"]
    (reason,) = result.rejects["reason"]
    assert expected in reason


def test_a_whole_that_is_another_teams_is_refused() -> None:
    result = parsed(lineups([group()], [whole_team(TEAM_ID=NYK[0])]))
    assert result.frames[NAME].height == 1
    assert result.rejects["reason"].to_list() == [f"asked about team 1610612741, told of {NYK[0]}"]


def test_a_renamed_header_or_an_absent_set_makes_the_body_malformed_and_an_added_header_does_not() -> None:
    assert parsed(lineups([group(NEW_RANK=1)])).frames[NAME].height == 2
    renamed = group()
    renamed["POINTS"] = renamed.pop("PTS")
    without = lineups([group()])
    del without["resultSets"][1]
    unasked = lineups([group()])
    del unasked["parameters"]["TeamID"]
    for body, expected in ((lineups([renamed]), "PTS"), (without, "Overall"), (unasked, "TeamID")):
        with pytest.raises(MalformedPayload, match=expected):
            parsed(body)


def test_an_answer_without_groups_has_no_rows() -> None:
    result = parsed(lineups([], []))
    assert (result.frames[NAME].height, result.rejects.height) == (0, 0)


def test_the_newest_of_a_day_holds() -> None:
    bodies = [
        payload(LINEUPS_URL, lineups([group(GP=games)], []), fetched_at=at)
        for games, at in ((12, FETCHED_AT + timedelta(minutes=3)), (11, FETCHED_AT))
    ]
    day = DateRange.of(date(2025, 1, 5))
    made = raw_tables.build(day, {nba_archived.LINEUPS: bodies}, nba_com.UPSTREAM.quarantine)[NAME]
    assert made["games"].to_list() == [12]

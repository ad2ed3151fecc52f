"""Matchups: who is on offense, what is refused, and how a body without date is dated."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from nba_props.archive.payload import MalformedPayload
from nba_props.game_calendar import DateRange
from nba_props.upstreams import nba_archived, nba_com, raw_tables
from nba_props.upstreams.endpoint import Parsed
from nba_props_tests.upstreams.bodies_nba_archived import MATCHUPS_URL, defender, guarded, matchups
from nba_props_tests.upstreams.bodies_nba_game_summaries import CHI
from nba_props_tests.upstreams.exchanges import FETCHED_AT, assert_keeps_contracts, payload

NAME = "raw.nbac_matchups"


def parsed(body: Any) -> Parsed:
    result = nba_archived.MATCHUPS.parse(payload(MATCHUPS_URL, body))
    assert_keeps_contracts(result)
    return result


def test_the_player_of_the_list_is_on_offense_and_those_in_it_guard_him() -> None:
    row = parsed(matchups(guarded(defender()))).frames[NAME].row(0, named=True)
    assert (row["player_id"], row["player_name"], row["team"]) == (1628973, "Jalen Brunson", "NYK")
    assert (row["defender_id"], row["defender_name"], row["opponent"]) == (1630245, "Ayo Dosunmu", "CHI")
    assert row["minutes"] == pytest.approx(1.495)
    assert (row["points"], row["potential_assists"], row["switches"], row["possessions"]) == (5, 2, 1, 6.2)
    assert (row["season"], row["game_date"]) == ("2024-25", date(2025, 1, 5))


def test_a_share_of_no_shots_is_null() -> None:
    none = dict.fromkeys(("matchupThreePointersMade", "matchupThreePointersAttempted"), 0)
    row = parsed(matchups(guarded(defender(told=none)))).frames[NAME].row(0, named=True)
    assert (row["threes_share"], row["field_goal_share"], row["help_field_goal_share"]) == (None, 0.5, None)


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        (defender(2, {"playerPoints": -1}), "impossible points: '-1'"),
        (defender(2, {"matchupFieldGoalsMade": 5}), "5 field_goals_made but 4"),
        (defender(2, {"matchupFieldGoalsPercentage": 1.5}), "impossible field_goal_share: '1.5'"),
        (defender(2, {"matchupMinutes": "much"}), "impossible minutes: 'much'"),
        (defender(2, {"matchupMinutes": "2:30"}), "the clock tells 2:30 and beside it are 89.7 seconds"),
        (defender(2, {"matchupMinutesSort": 60_000.0, "matchupMinutes": "999:59"}), "impossible minutes: '1000.0'"),
        (defender(2, {"playerPoints": "5"}), "int"),
        (defender(0), "impossible defender_id: '0'"),
        (defender(2, firstName=None, familyName=" "), "impossible defender_name: ''"),
        (defender(2) | {"statistics": None}, "object"),
    ],
)
def test_what_cannot_be_stored_is_refused_and_the_others_survive(bad: dict[str, Any], expected: str) -> None:
    result = parsed(matchups(guarded(bad, defender())))
    assert result.frames[NAME]["defender_id"].to_list() == [1630245]
    (reason,) = result.rejects["reason"]
    assert expected in reason


def test_a_player_that_does_not_fit_costs_no_other_one() -> None:
    result = parsed(matchups(guarded(defender(), personId="x"), guarded(defender(), personId=3)))
    assert result.frames[NAME]["player_id"].to_list() == [3]
    assert result.rejects.height == 1


def test_a_renamed_statistic_makes_the_body_malformed_and_an_added_one_does_not() -> None:
    body = matchups(guarded(defender(told={"matchupPasses": 3})))
    assert parsed(body).frames[NAME].height == 1
    statistics = body["boxScoreMatchups"]["awayTeam"]["players"][0]["matchups"][0]["statistics"]
    statistics["pointsOfPlayer"] = statistics.pop("playerPoints")
    with pytest.raises(MalformedPayload, match="playerPoints"):
        parsed(body)


@pytest.mark.parametrize("body", [{}, [], {"boxScoreMatchups": {}}, {"boxScoreUsage": {"gameId": "1"}}])
def test_a_body_of_another_shape_is_malformed(body: Any) -> None:
    with pytest.raises(MalformedPayload):
        parsed(body)


@pytest.mark.parametrize(
    "body",
    [{"boxScoreMatchups": None}, matchups(), matchups(homeTeam=None, awayTeam=None), matchups(guarded(matchups=None))],
)
def test_before_the_game_there_are_no_rows(body: Any) -> None:
    result = parsed(body)
    assert (result.frames[NAME].height, result.rejects.height) == (0, 0)


def test_other_leagues_and_contradictory_teams_are_refused() -> None:
    other = parsed(matchups(guarded(defender()), gameId="1022500165"))
    assert other.rejects["reason"].to_list() == ["a game of another league than the NBA: 1022500165"]
    body = matchups(guarded(defender()))
    body["boxScoreMatchups"]["awayTeam"]["teamId"] = CHI[0]
    assert parsed(body).rejects["reason"].to_list() == [f"team {CHI[0]} is CHI, not NYK"]


def test_an_opponent_that_is_none_of_the_leagues_is_null() -> None:
    body = matchups(guarded(defender()))
    body["boxScoreMatchups"]["homeTeam"]["teamTricode"] = "RMD"
    assert parsed(body).frames[NAME]["opponent"].to_list() == [None]


def test_it_is_dated_by_what_was_asked_else_by_the_fetching_if_that_is_in_the_games_season() -> None:
    late = payload(MATCHUPS_URL, matchups(guarded(defender())), fetched_at=datetime(2025, 8, 27, 12, tzinfo=UTC))
    (reason,) = nba_archived.MATCHUPS.parse(late).rejects["reason"]
    assert reason.startswith("the body tells no date")
    asked = nba_archived.MATCHUPS.parse(replace(late, asked_for=date(2025, 1, 4)))
    assert asked.frames[NAME]["game_date"].to_list() == [date(2025, 1, 4)]


def test_the_newest_of_two_bodies_of_a_game_holds() -> None:
    bodies = [
        payload(MATCHUPS_URL, matchups(guarded(defender(told={"playerPoints": points}))), fetched_at=at)
        for points, at in ((7, FETCHED_AT + timedelta(minutes=5)), (5, FETCHED_AT))
    ]
    day = DateRange.of(date(2025, 1, 5))
    made = raw_tables.build(day, {nba_archived.MATCHUPS: bodies}, nba_com.UPSTREAM.quarantine)[NAME]
    assert made.select("defender_id", "points").rows() == [(1630245, 7)]


def test_many_games_are_read_at_once() -> None:
    bodies = [matchups(guarded(defender())), matchups(guarded(defender()), gameId="0022400475")]
    result = nba_archived.MATCHUPS.parse_many([payload(MATCHUPS_URL, body) for body in bodies])
    assert sorted(result.frames[NAME]["game_id"]) == ["0022400474", "0022400475"]
    assert result.frames[NAME].filter(pl.col("payload_id").is_duplicated()).is_empty()

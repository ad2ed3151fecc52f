"""Box scores of other measures: one long table of whatever statistics they tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from nba_props.archive.payload import MalformedPayload
from nba_props.contracts.raw.nba_com import MEASURES
from nba_props.upstreams import nba_com
from nba_props.upstreams.asking import Per, Rule
from nba_props.upstreams.endpoint import Parsed
from nba_props.upstreams.nba_box_measures import MEASURE_OF_BODY
from nba_props_tests.upstreams.examples_nba_com import CHI, USAGE_URL, measured, user
from nba_props_tests.upstreams.exchanges import assert_keeps_contracts, payload

NAME = "raw.nbac_player_measures"


def parsed(body: dict[str, Any], url: str = USAGE_URL) -> Parsed:
    result = nba_com.PLAYER_MEASURES.parse(payload(url, body))
    assert_keeps_contracts(result)
    return result


def values(result: Parsed, player_id: int = 1628973) -> dict[str, Any]:
    told = result.frames[NAME].filter(pl.col("player_id") == player_id)
    return dict(told.select("statistic", "value").iter_rows())


def test_every_statistic_is_a_row_and_times_are_minutes() -> None:
    result = parsed(measured(user(), home=[]))
    assert values(result) == {"minutes": 35.5, "usagePercentage": 0.31, "percentagePoints": 0.4}
    row = result.frames[NAME].row(0, named=True)
    assert (row["measure"], row["team"], row["season"], row["game_id"]) == ("usage", "NYK", "2024-25", "0022400474")


def test_statistics_that_are_new_are_rows_like_any_other() -> None:
    assert values(parsed(measured(user(told={"brandNew": 7}), home=[])))["brandNew"] == 7


@pytest.mark.parametrize("idle", ["minutes", "matchupMinutes"])
def test_who_did_not_play_has_no_values(idle: str) -> None:
    told = values(parsed(measured(user(told={idle: ""}), user(2), home=[])))
    assert set(told.values()) == {None}
    assert "usagePercentage" in told


@pytest.mark.parametrize("body", MEASURE_OF_BODY)
def test_the_body_tells_its_measure(body: str) -> None:
    result = parsed(measured(user(), home=[], body=body))
    assert result.frames[NAME]["measure"].unique().to_list() == [MEASURE_OF_BODY[body]]
    assert set(MEASURE_OF_BODY.values()) == set(MEASURES)


@pytest.mark.parametrize(
    ("player", "expected"),
    [
        (user(told={"usagePercentage": "much"}), "neither a number nor minutes: much"),
        (user(0), "bad player id: 0"),
        (user() | {"personId": "1"}, "int"),
        (user() | {"statistics": None}, "object"),
    ],
)
def test_what_cannot_be_stored_is_refused_and_the_others_survive(player: dict[str, Any], expected: str) -> None:
    result = parsed(measured(player, user(2), home=[]))
    assert len(values(result, 2)) == 3
    assert all(expected in reason for reason in result.rejects["reason"])
    assert result.rejects.height in (1, 3)


def test_other_leagues_and_contradictory_teams_are_refused() -> None:
    other = parsed(measured(user(), home=[], gameId="1022500165"))
    assert other.frames[NAME].is_empty()
    assert set(other.rejects["reason"]) == {"a game of another league than the NBA: 1022500165"}
    body = measured(user(), home=[])
    body["boxScoreUsage"]["awayTeam"]["teamId"] = CHI[0]
    assert set(parsed(body).rejects["reason"]) == {f"team {CHI[0]} is CHI, not NYK"}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"meta": {}, "boxScoreMatchups": {}},
        {"boxScoreUsage": {}, "boxScoreMisc": {}},
        {"boxScoreUsage": []},
        measured(user() | {"statistics": None}, home=[]),
    ],
)
def test_a_body_of_another_shape_is_malformed(body: Any) -> None:
    with pytest.raises(MalformedPayload):
        parsed(body)


def test_before_the_game_there_are_no_rows() -> None:
    for body in (measured(home=[]), {"boxScoreUsage": None}, measured(homeTeam=None, awayTeam=None)):
        result = parsed(body)
        assert result.frames[NAME].is_empty()
        assert result.rejects.is_empty()


def test_it_is_read_from_the_archive_only_and_dated_like_every_body_without_date() -> None:
    rule = nba_com.PLAYER_MEASURES.rule
    assert isinstance(rule, Rule)
    assert rule.per is Per.NEVER
    kept = payload(USAGE_URL, measured(user(), home=[]), fetched_at=datetime(2025, 8, 27, 12, tzinfo=UTC))
    assert nba_com.PLAYER_MEASURES.parse(kept).frames[NAME].is_empty()
    asked = nba_com.PLAYER_MEASURES.parse(replace(kept, asked_for=date(2025, 1, 4)))
    assert asked.frames[NAME]["game_date"].unique().to_list() == [date(2025, 1, 4)]


@pytest.mark.parametrize(
    ("name", "is_read"),
    [
        ("boxscoreadvancedv3", True),
        ("boxscorefourfactorsv3", True),
        ("boxscoremiscv3", True),
        ("boxscorescoringv3", True),
        ("boxscoreusagev3", True),
        ("boxscoreplayertrackv3", True),
        ("boxscoredefensivev2", True),
        ("boxscorehustlev2", True),
        ("boxscorematchupsv3", False),
        ("boxscoretraditionalv3", False),
        ("boxscoresummaryv2", False),
    ],
)
def test_only_boxes_of_players_alone_are_recognised(name: str, is_read: bool) -> None:
    assert nba_com.PLAYER_MEASURES.recognises(USAGE_URL.replace("boxscoreusagev3", name)) is is_read

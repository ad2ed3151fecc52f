"""Box scores in the older form of the stats API: read from the archive, never asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from nba_props.archive.payload import MalformedPayload
from nba_props.upstreams import nba_com
from nba_props.upstreams.asking import Per, Rule
from nba_props.upstreams.endpoint import Parsed
from nba_props_tests.upstreams.examples_nba_com import (
    CHI,
    DNP,
    V2_URL,
    box_score_v2,
    v2_benched,
    v2_player,
    v2_team,
)
from nba_props_tests.upstreams.exchanges import assert_keeps_contracts, payload

PLAYERS, TEAMS = "raw.nbac_player_boxscore", "raw.nbac_team_boxscore"


def parsed(body: Any, url: str = V2_URL) -> Parsed:
    result = nba_com.BOX_SCORE_V2.parse(payload(url, body))
    assert_keeps_contracts(result)
    return result


def test_who_played_and_who_did_not_are_stored() -> None:
    frame = parsed(box_score_v2([v2_player(), v2_benched()])).frames[PLAYERS]
    played, benched = frame.sort("did_not_play").rows(named=True)
    assert (played["minutes"], played["points"], played["turnovers"], played["plus_minus"]) == (35.5, 33, 2, -8)
    assert (played["is_starter"], played["position"], played["season"]) == (True, "G", "2024-25")
    assert (benched["not_playing_reason"], benched["is_starter"], benched["position"]) == (DNP, False, None)
    assert (benched["minutes"], benched["points"], benched["threes_share"]) == (None, None, None)


def test_teams_know_each_other_but_not_who_is_at_home() -> None:
    frame = parsed(box_score_v2([v2_player()])).frames[TEAMS].sort("team")
    assert frame.select("team", "opponent", "is_home", "minutes").rows() == [
        ("CHI", "NYK", None, 240.0),
        ("NYK", "CHI", None, 240.0),
    ]
    alone = parsed(box_score_v2([v2_player()], [v2_team()])).frames[TEAMS]
    assert alone["opponent"].to_list() == [None]
    third = v2_team(TEAM_ID=1610612738, TEAM_ABBREVIATION="BOS")
    three = parsed(box_score_v2([v2_player()], [v2_team(), v2_team(TEAM_ID=CHI[0], TEAM_ABBREVIATION="CHI"), third]))
    assert three.frames[TEAMS]["opponent"].to_list() == [None, None, None]


def test_older_bodies_have_fewer_columns_whole_numbers_and_long_minutes() -> None:
    older = v2_player(MIN="35.000000:30", FT_PCT=1, PLUS_MINUS=-8)
    del older["NICKNAME"]
    made = parsed(box_score_v2([older])).frames[PLAYERS].row(0, named=True)
    assert (made["minutes"], made["free_throw_share"], made["plus_minus"]) == (35.5, 1.0, -8)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"MIN": None}, "did not play, but has statistics"),
        ({"PTS": None}, "no points"),
        ({"TEAM_ABBREVIATION": "BOS"}, "is NYK, not BOS"),
        ({"TEAM_ID": 5}, "unknown team: 5"),
        ({"GAME_ID": "1022400474"}, "another league"),
        ({"PTS": "33"}, "int"),
    ],
)
def test_an_impossible_line_is_refused_and_the_others_survive(changes: dict[str, Any], expected: str) -> None:
    result = parsed(box_score_v2([v2_player(**changes), v2_benched()]))
    assert (result.frames[PLAYERS].height, result.frames[TEAMS].height) == (1, 2)
    assert expected in result.rejects["reason"].item()


def test_a_part_of_a_game_is_refused_with_the_range() -> None:
    url = V2_URL.replace("RangeType=0", "RangeType=2").replace("StartRange=0", "StartRange=28800")
    result = parsed(box_score_v2([v2_player()]), url)
    assert [frame.height for frame in result.frames.values()] == [0, 0]
    assert result.rejects.height == 3
    assert all("StartRange 28800" in reason for reason in result.rejects["reason"])


def test_a_result_set_that_is_absent_makes_the_body_malformed() -> None:
    body = box_score_v2([v2_player()])
    body["resultSets"] = body["resultSets"][:1]
    with pytest.raises(MalformedPayload, match="TeamStats"):
        parsed(body)


def test_it_is_never_asked_for_and_dated_by_what_was_asked_or_fetched() -> None:
    rule = nba_com.BOX_SCORE_V2.rule
    assert isinstance(rule, Rule)
    assert rule.per is Per.NEVER
    kept = payload(V2_URL, box_score_v2([v2_player()]), fetched_at=datetime(2025, 8, 27, 12, tzinfo=UTC))
    assert nba_com.BOX_SCORE_V2.parse(kept).frames[PLAYERS].is_empty()
    asked = nba_com.BOX_SCORE_V2.parse(replace(kept, asked_for=date(2025, 1, 4)))
    assert asked.frames[PLAYERS]["game_date"].to_list() == [date(2025, 1, 4)]


def test_many_games_are_read_at_once() -> None:
    other = {"GAME_ID": "0022400475"}
    teams = [v2_team(**other), v2_team(TEAM_ID=CHI[0], TEAM_ABBREVIATION="CHI", **other)]
    bodies = [box_score_v2([v2_player()]), box_score_v2([v2_player(**other)], teams)]
    result = nba_com.BOX_SCORE_V2.parse_many([payload(V2_URL, body) for body in bodies])
    assert result.frames[PLAYERS].select("game_id", "payload_id").n_unique() == 2
    assert result.frames[TEAMS].filter(pl.col("opponent").is_null()).is_empty()

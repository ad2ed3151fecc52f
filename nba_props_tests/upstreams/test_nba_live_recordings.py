"""Every genuine scoreboard, play by play and shot chart is read to the last row.

Figures are counted with plain JSON, and held against the box scores of the same games.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from typing import Any

import polars as pl
import pytest

from nba_props.archive.payload import Payload
from nba_props.upstreams.nba_live import UPSTREAM
from nba_props_tests.upstreams.examples_nba_live import genuine, read
from nba_props_tests.upstreams.exchanges import recordings

SCOREBOARD, PLAY_BY_PLAY, SHOTS = "raw.nbac_scoreboard", "raw.nbac_play_by_play", "raw.nbac_shots"
BODIES = {
    "scoreboard": 1,
    "scoreboard_v2": 1,
    "play_by_play": 2,
    "play_by_play_v3": 1,
    "play_by_play_v2": 3,
    "data_play_by_play": 1,
    "shot_chart": 6,
}


def rows_of(sent: Payload, name: str) -> list[dict[str, Any]]:
    """A result set's rows by plain JSON."""
    result = next(each for each in json.loads(sent.body)["resultSets"] if each["name"] == name)
    return [dict(zip(result["headers"], row, strict=True)) for row in result["rowSet"]]


def recorded_body(part: str) -> Any:
    """A recorded body that this source does not read."""
    iterator = pytest.importorskip("warcio.archiveiterator").ArchiveIterator
    with (recordings() / "samples" / "nba_com-pbpstats.warc.gz").open("rb") as stream:
        for record in iterator(stream):
            if part in (record.rec_headers.get_header("WARC-Target-URI") or ""):
                return json.loads(record.content_stream().read())
    raise LookupError(part)


def actions_of(name: str, sent: Payload) -> pl.DataFrame:
    parsed = read(UPSTREAM, name, sent)
    assert parsed.rejects.is_empty()
    return parsed.frames[PLAY_BY_PLAY]


def points_of(frame: pl.DataFrame) -> dict[int, int]:
    totals = frame.filter(pl.col("points") > 0).group_by("player_id").agg(pl.col("points").sum())
    return dict(totals.iter_rows())


def counted(frame: pl.DataFrame, column: str) -> dict[int, int]:
    return dict(Counter(frame[column].drop_nulls().to_list()))


def test_the_samples_hold_a_body_of_every_endpoint() -> None:
    assert {name: len(genuine(UPSTREAM, name)) for name in BODIES} == BODIES
    assert set(BODIES) == {endpoint.name for endpoint in UPSTREAM.endpoints}


def test_a_board_is_stored_game_for_game() -> None:
    (sent,) = genuine(UPSTREAM, "scoreboard")
    games = json.loads(sent.body)["scoreboard"]["games"]
    parsed = read(UPSTREAM, "scoreboard", sent)
    assert parsed.rejects.is_empty()
    frame = parsed.frames[SCOREBOARD]
    columns = ("game_id", "game_status", "period", "home_team", "home_score", "away_team", "away_score")
    assert frame.select(columns).rows() == [
        (
            game["gameId"], game["gameStatus"], game["period"], game["homeTeam"]["teamTricode"],
            game["homeTeam"]["score"], game["awayTeam"]["teamTricode"], game["awayTeam"]["score"],
        )
        for game in games
    ]  # fmt: skip
    assert frame["tip_off_at"].dt.strftime("%Y-%m-%dT%H:%M:%SZ").to_list() == [game["gameTimeUTC"] for game in games]
    assert frame["game_date"].unique().to_list() == [date(2025, 11, 5)]
    assert frame.height == 11


def test_a_board_of_the_v2_endpoint_has_its_scores_from_the_line_score() -> None:
    (sent,) = genuine(UPSTREAM, "scoreboard_v2")
    lines = {(line["GAME_ID"], line["TEAM_ABBREVIATION"]): line["PTS"] for line in rows_of(sent, "LineScore")}
    parsed = read(UPSTREAM, "scoreboard_v2", sent)
    assert parsed.rejects.is_empty()
    frame = parsed.frames[SCOREBOARD]
    assert frame["game_id"].to_list() == [header["GAME_ID"] for header in rows_of(sent, "GameHeader")]
    for game_id, home, away, home_score, away_score in frame.select(
        "game_id", "home_team", "away_team", "home_score", "away_score"
    ).iter_rows():
        assert (home_score, away_score) == (lines[game_id, home], lines[game_id, away])
    assert frame["tip_off_at"].null_count() == 11
    assert frame.filter(pl.col("period") == 5)["game_id"].to_list() == ["0022300562"]


@pytest.mark.parametrize("number", [0, 1])
def test_a_live_play_by_play_is_stored_action_for_action(number: int) -> None:
    sent = genuine(UPSTREAM, "play_by_play")[number]
    actions = json.loads(sent.body)["game"]["actions"]
    frame = actions_of("play_by_play", sent)
    assert frame["action_number"].to_list() == [action["actionNumber"] for action in actions]
    worth = {"2pt": 2, "3pt": 3, "freethrow": 1}
    scored: Counter[int] = Counter()
    for action in actions:
        if action.get("shotResult") == "Made":
            scored[action["personId"]] += worth[action["actionType"]]
    assert points_of(frame) == scored
    last = actions[-1]
    assert frame.select("score_home", "score_away").row(-1) == (int(last["scoreHome"]), int(last["scoreAway"]))
    assert frame["points"].sum() == int(last["scoreHome"]) + int(last["scoreAway"])
    areas = Counter(action.get("area") for action in actions if action["isFieldGoal"])
    shots = frame.filter("is_field_goal")
    assert shots.height == sum(areas.values())
    assert shots["shot_zone"].null_count() == areas.get(None, 0)
    corners = areas["Left Corner 3"] + areas["Right Corner 3"]
    assert shots.filter(pl.col("shot_zone") == "corner_three").height == corners
    assert shots["shot_distance"].null_count() == shots["x"].null_count() == 0
    feet = (pl.col("x") ** 2 + pl.col("y") ** 2).sqrt() / 10
    assert shots.filter((feet - pl.col("shot_distance")).abs() > 0.2).is_empty()


def test_a_live_play_by_play_adds_up_to_the_live_box_score_of_its_game() -> None:
    sent = next(each for each in genuine(UPSTREAM, "play_by_play") if "0022000001" in each.url)
    frame = actions_of("play_by_play", sent)
    box = recorded_body("boxscore_0022000001.json")["game"]
    players = [player for side in ("homeTeam", "awayTeam") for player in box[side]["players"]]

    def told(statistic: str) -> dict[int, int]:
        return {
            player["personId"]: player["statistics"][statistic] for player in players if player["statistics"][statistic]
        }

    assert frame["game_date"].unique().to_list() == [date(2020, 12, 22)]
    assert points_of(frame) == told("points")
    assert counted(frame, "assist_player_id") == told("assists")
    for kind, statistic in (("steal", "steals"), ("block", "blocks"), ("rebound", "reboundsTotal")):
        assert counted(frame.filter(pl.col("action_type") == kind), "player_id") == told(statistic)
    tries = frame.filter(pl.col("action_type") == "3pt")
    assert counted(tries, "player_id") == told("threePointersAttempted")


def test_the_v3_endpoint_tells_free_throws_and_assists_in_words() -> None:
    (sent,) = genuine(UPSTREAM, "play_by_play_v3")
    actions = json.loads(sent.body)["game"]["actions"]
    frame = actions_of("play_by_play_v3", sent)
    assert frame.height == len(actions) == 475
    by_team = dict(frame.drop_nulls("team").group_by("team").agg(pl.col("points").sum()).iter_rows())
    assert by_team == {"BOS": int(actions[-1]["scoreHome"]), "ATL": int(actions[-1]["scoreAway"])}
    assert frame["is_assisted"].sum() == sum("AST)" in action["description"] for action in actions)
    nameless = [action["description"] for action in actions if not action["actionType"]]
    assert frame.filter(pl.col("action_type") == "steal").height == sum("STEAL" in text for text in nameless)
    assert frame.filter(pl.col("action_type") == "block").height == sum("BLOCK" in text for text in nameless)
    team_ids = [action for action in actions if action["personId"] > 1_610_000_000]
    assert frame.filter(pl.col("team").is_not_null() & pl.col("player_id").is_null()).height == len(team_ids)


@pytest.mark.parametrize("game_id", ["0021600270", "0022100732"])
def test_the_older_endpoints_add_up_to_the_box_score_of_their_game(game_id: str) -> None:
    box = next(
        table
        for table in recorded_body(f"boxscoretraditionalv2?GameID={game_id}")["resultSets"]
        if table["name"] == "PlayerStats"
    )
    lines = [dict(zip(box["headers"], row, strict=True)) for row in box["rowSet"]]
    points = {line["PLAYER_ID"]: int(line["PTS"]) for line in lines if line["PTS"]}
    assists = {line["PLAYER_ID"]: int(line["AST"]) for line in lines if line["AST"]}
    for name in ("play_by_play_v2", "data_play_by_play"):
        for sent in genuine(UPSTREAM, name):
            if game_id in sent.url:
                frame = actions_of(name, sent)
                assert points_of(frame) == points
                assert counted(frame, "assist_player_id") == assists


def test_every_event_of_the_older_endpoints_is_stored() -> None:
    for sent in genuine(UPSTREAM, "play_by_play_v2"):
        frame, events = actions_of("play_by_play_v2", sent), rows_of(sent, "PlayByPlay")
        assert sorted(frame["action_number"]) == sorted(event["EVENTNUM"] for event in events)
        scored = [event["SCORE"] for event in events if event["SCORE"]]
        away, home = scored[-1].split(" - ")
        assert frame.select(pl.col("score_home", "score_away").drop_nulls().last()).row(0) == (int(home), int(away))
    (sent,) = genuine(UPSTREAM, "data_play_by_play")
    game = json.loads(sent.body)["g"]
    frame = actions_of("data_play_by_play", sent)
    assert frame["action_number"].to_list() == [event["evt"] for period in game["pd"] for event in period["pla"]]
    assert frame["game_date"].unique().to_list() == [date(2016, 11, 30)]
    assert frame["elapsed_seconds"].max() == 48 * 60 + 5 * 60


def test_shot_charts_and_play_by_play_tell_the_same_shots() -> None:
    charts = genuine(UPSTREAM, "shot_chart")
    sent = sum(len(rows_of(each, "Shot_Chart_Detail")) for each in charts)
    parsed = read(UPSTREAM, "shot_chart", *charts)
    shots = parsed.frames[SHOTS]
    assert parsed.rejects.is_empty()
    assert shots.height == sent
    assert shots["shot_zone"].null_count() == 0
    same = ["game_id", "player_id", "period", "clock_seconds", "shot_value", "shot_made"]
    plays = [actions_of("play_by_play_v2", each) for each in genuine(UPSTREAM, "play_by_play_v2")]
    tried = pl.concat(plays).filter("is_field_goal").with_columns(event_number="action_number")
    assert tried.select("event_number", *same).sort(pl.all()).equals(shots.select("event_number", *same).sort(pl.all()))
    (data,) = genuine(UPSTREAM, "data_play_by_play")
    placed = (
        actions_of("data_play_by_play", data).filter("is_field_goal").select("action_number", "x", "y", "shot_value")
    )
    of_game = shots.filter(pl.col("game_id") == "0021600270").select(
        pl.col("event_number").alias("action_number"), "x", "y", "shot_value"
    )
    assert placed.sort("action_number").equals(of_game.sort("action_number"))

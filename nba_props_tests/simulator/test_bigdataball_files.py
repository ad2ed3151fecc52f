"""Play-by-play files of simulated games: laid out as the genuine file, and adding up to the box score."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import polars as pl
import pytest

from nba_props.simulator.bigdataball_files import HEADER, file_bytes, file_name
from nba_props.simulator.bigdataball_rotation import rotation
from nba_props.simulator.game_log import box_score_numbers
from nba_props.simulator.names import without_accents
from nba_props.simulator.season import Season
from nba_props.teams import TEAMS
from nba_props.upstreams.bigdataball import DROP, ENDPOINT
from nba_props_tests.simulator.leagues import shared_league
from nba_props_tests.upstreams.exchanges import payload, recordings

TABLE = "raw.bigdataball_play_by_play"
SIDES = (("home", 0), ("away", 1))


def season() -> Season:
    return shared_league().current


@cache
def some_games() -> tuple[int, ...]:
    """Ordinary ones, and one of two overtimes."""
    return (0, 300, 321, int(np.argmax(season().box_scores.overtimes)))


@cache
def events(game: int) -> pl.DataFrame:
    parsed = ENDPOINT.parse(payload(DROP.url + "game.csv", file_bytes(season(), game)))
    assert parsed.rejects.is_empty(), parsed.rejects["reason"]
    return parsed.frames[TABLE]


def box_score(game: int) -> dict[str, dict[str, int]]:
    """Statistics of who played, by name and the game log's columns."""
    one = season()
    side, slot = np.nonzero(one.box_scores.plays[game])
    numbers = box_score_numbers(one.box_scores.counts[game, side, slot])
    names = [without_accents(one.pool.name[player]) for player in one.setting.players[game, side, slot]]
    return {name: {key: int(values[row]) for key, values in numbers.items()} for row, name in enumerate(names)}


def counted(frame: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """The same counted from events."""
    shots = frame.filter(event_type="shot")
    threes = shots.filter(pl.col("event_subtype").str.starts_with("3pt"))
    throws = frame.filter(event_type="free throw")
    made = pl.col("result") == "made"
    parts = {
        "PTS": frame.with_columns(pl.col("points").fill_null(0)).group_by("player_name").agg(pl.col("points").sum()),
        "FGA": shots.group_by("player_name").len(),
        "FGM": shots.filter(made).group_by("player_name").len(),
        "FG3A": threes.group_by("player_name").len(),
        "FG3M": threes.filter(made).group_by("player_name").len(),
        "FTA": throws.group_by("player_name").len(),
        "FTM": throws.filter(made).group_by("player_name").len(),
        "OREB": frame.filter(event_subtype="rebound offensive").group_by("player_name").len(),
        "DREB": frame.filter(event_subtype="rebound defensive").group_by("player_name").len(),
        "TOV": frame.filter(event_type="turnover").group_by("player_name").len(),
        "PF": frame.filter(event_type="foul").group_by("player_name").len(),
        "AST": frame.group_by("assist_player_name").len(),
        "STL": frame.group_by("steal_player_name").len(),
        "BLK": frame.group_by("block_player_name").len(),
    }
    return {key: dict(part.rows()) for key, part in parts.items()}


@pytest.mark.parametrize("number", range(4))
def test_events_add_up_to_the_box_score(number: int) -> None:
    game = some_games()[number]
    found, expected = counted(events(game)), box_score(game)
    for key, by_player in found.items():
        for name, numbers in expected.items():
            assert by_player.get(name, 0) == numbers[key], (name, key)


@pytest.mark.parametrize("number", range(4))
def test_the_score_runs_to_the_final_one_and_belongs_to_the_shots(number: int) -> None:
    game = some_games()[number]
    frame = events(game)
    home, away = season().box_scores.score[game].tolist()
    assert frame.select(pl.col("home_score", "away_score").last()).row(0) == (home, away)
    codes = dict(zip(season().teams[game].tolist(), ("home", "away"), strict=True))
    for index, side in codes.items():
        points = pl.when(pl.col("team") == TEAMS[index].tricode).then(pl.col("points").fill_null(0)).otherwise(0)
        assert frame.select((points.cum_sum() == pl.col(f"{side}_score")).all()).item()


@pytest.mark.parametrize("number", range(4))
def test_everybody_acts_while_he_is_on_the_floor(number: int) -> None:
    frame = events(some_games()[number])
    floor = pl.concat_list(pl.col(r"^(home|away)_player_\d$"))
    acting = frame.filter(pl.col("event_type") != "substitution")
    for name in ("player_name", "assist_player_name", "block_player_name", "steal_player_name", "opponent_name"):
        present = acting.filter(pl.col(name).is_not_null()).select(floor.list.contains(pl.col(name)))
        assert present.height > 0 and present.to_series().all(), name
    changes = frame.filter(event_type="substitution")
    assert changes.select(floor.list.contains(pl.col("entered_player_name"))).to_series().all()
    assert not changes.select(floor.list.contains(pl.col("left_player_name"))).to_series().any()


@pytest.mark.parametrize("number", range(4))
def test_minutes_on_the_floor_are_those_of_the_box_score(number: int) -> None:
    game, box = some_games()[number], season().box_scores
    for _, side in SIDES:
        seconds = rotation(season(), game, side).on_floor.sum(axis=1)
        assert np.abs(seconds - 60 * box.minutes[game, side]).max() <= 60
        assert (seconds[box.plays[game, side]] > 0).all()
        assert seconds.sum() == 5 * 60 * (48 + 5 * box.overtimes[game])


def test_somebody_whose_minutes_round_to_none_is_on_the_floor_for_a_moment() -> None:
    one, game = season(), 300
    minutes = one.box_scores.minutes.copy()
    slots = np.flatnonzero(one.box_scores.plays[game, 0])
    minutes[game, 0, slots[0]] += minutes[game, 0, slots[-1]]
    minutes[game, 0, slots[-1]] = 0
    made = rotation(replace(one, box_scores=replace(one.box_scores, minutes=minutes)), game, 0)
    assert 20 <= made.on_floor[slots[-1]].sum() <= 40
    assert all(len(set(lineup)) == 5 for lineup in made.lineups.tolist())


def test_clocks_and_numbers_run_through_every_period() -> None:
    game = some_games()[3]
    frame = events(game)
    assert frame["play_number"].to_list() == list(range(1, frame.height + 1))
    assert frame["period"].max() == 4 + season().box_scores.overtimes[game] > 4
    length = pl.when(pl.col("period") > 4).then(300).otherwise(720)
    assert frame.select((pl.col("elapsed_seconds") + pl.col("remaining_seconds") == length).all()).item()
    for (_,), period in frame.group_by("period", maintain_order=True):
        assert period["elapsed_seconds"].is_sorted()
        assert period["play_seconds"].sum() == period["elapsed_seconds"].max()
        assert period["event_type"].to_list()[:: period.height - 1] == ["start of period", "end of period"]


def test_shots_lie_on_the_court_as_far_away_as_they_say() -> None:
    shots = events(300).filter(event_type="shot")
    assert shots["converted_x"].is_between(0, 50).all() and shots["converted_y"].is_between(0, 94).all()
    distance = ((pl.col("original_x") ** 2 + pl.col("original_y") ** 2).sqrt() / 10).floor()
    assert shots.select((distance == pl.col("shot_distance_feet")).all()).item()
    is_three = pl.col("event_subtype").str.starts_with("3pt")
    assert shots.select((is_three == (pl.col("shot_distance_feet") >= 23)).all()).item()


def test_a_file_is_laid_out_as_the_genuine_one() -> None:
    iterator = pytest.importorskip("warcio.archiveiterator").ArchiveIterator
    with (recordings() / "samples" / "bigdataball.warc.gz").open("rb") as stream:
        (genuine,) = [each.content_stream().read() for each in iterator(stream) if each.rec_type == "response"]
    made = file_bytes(season(), 300)
    ours, theirs = (list(csv.reader(io.StringIO(body.decode(), newline=""))) for body in (made, genuine))
    assert ours[0] == theirs[0] == HEADER
    assert genuine.count(b"\r\n") == len(theirs) and made.count(b"\r\n") == len(ours)
    kinds = [{row[HEADER.index("event_type")] for row in rows[1:]} for rows in (ours, theirs)]
    assert kinds[0] <= kinds[1]


def test_a_file_is_the_same_each_time_and_named_after_its_game() -> None:
    one = season()
    home, away = (TEAMS[index].tricode for index in one.teams[300].tolist())
    assert file_name(one, 300) == f"[{one.dates[300]}]-{one.game_ids[300]}-{away}@{home}.csv"
    assert file_bytes(one, 300) == file_bytes(one, 300) != file_bytes(one, 301)
    frame = events(300)
    assert frame.select("game_id", "game_date").unique().rows() == [(one.game_ids[300], one.dates[300])]

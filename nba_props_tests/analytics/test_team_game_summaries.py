"""Both sides of a game: every column once more, and the rules one by one."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_props.analytics import team_defense_game_summary, team_offense_game_summary
from nba_props.analytics.team_games import overtimes
from nba_props.contracts.analytics import TEAM_DEFENSE_GAME_SUMMARY, TEAM_OFFENSE_GAME_SUMMARY
from nba_props.contracts.conformed import SHOTS
from nba_props.contracts.conformed.shots import SHOT_ZONES
from nba_props.contracts.table import Table
from nba_props.game_calendar import DateRange
from nba_props_tests.analytics.random_games import Games, random_games, shot, team_line
from nba_props_tests.analytics.recomputed_summaries import Recomputed, differences
from nba_props_tests.conformed import simulated_games
from nba_props_tests.conformed.real_seasons import season_tables
from nba_props_tests.precompute.league import RANDOM_LEAGUES, SEEDS, Row, days_from, game, same_bits
from nba_props_tests.upstreams.exchanges import recorded

DAY = date(2025, 1, 20)
GAME = game("0022400001", DAY, "BOS", "NYK")

Build = Callable[..., pl.DataFrame]
OFFENSE = (team_offense_game_summary.build, TEAM_OFFENSE_GAME_SUMMARY, Recomputed.offense)
DEFENSE = (team_defense_game_summary.build, TEAM_DEFENSE_GAME_SUMMARY, Recomputed.defense)
SIDES = pytest.mark.parametrize("side", [OFFENSE, DEFENSE], ids=["offense", "defense"])


def summaries(side: tuple[Any, Table, Any], told: Games, dates: DateRange | None = None) -> pl.DataFrame:
    build, table, _ = side
    frames = told.frames()
    made = build(dates or DateRange.of(DAY), team_boxscores=frames["team_boxscores"], shots=frames["shots"])
    return table.require(made)


def rows(side: tuple[Any, Table, Any], lines: list[Row], shots: list[Row] | None = None) -> dict[str, Row]:
    """The rows of a game by team."""
    made = summaries(side, Games(shots=shots or [], team_boxscores=lines))
    return {row["team"]: row for row in made.to_dicts()}


def assert_recomputed(side: tuple[Any, Table, Any], made: pl.DataFrame, told: Games) -> None:
    _, table, recompute = side
    expected = recompute(Recomputed(told))
    assert made.columns == table.schema.names()
    stored = {(row["game_date"], row["game_id"], row["team"]): row for row in made.to_dicts()}
    assert list(stored) == sorted(expected)
    for key, row in stored.items():
        assert differences(row, expected[key]) == []


@SIDES
@settings(RANDOM_LEAGUES, max_examples=8)
@given(seed=SEEDS)
def test_every_column_is_what_the_contract_says(side: tuple[Any, Table, Any], seed: int) -> None:
    days = days_from(date(2024, 10, 22), 10)
    told = random_games(seed, days=days)
    assert_recomputed(side, summaries(side, told, DateRange(days[0], days[-1])), told)


@SIDES
@settings(RANDOM_LEAGUES, max_examples=4)
@given(seed=SEEDS)
def test_a_range_is_its_dates_bit_for_bit(side: tuple[Any, Table, Any], seed: int) -> None:
    days = days_from(date(2024, 10, 22), 10)
    told = random_games(seed, days=days)
    whole = summaries(side, told, DateRange(days[0], days[-1]))
    for day in days[::3]:
        today = told.on(day)
        alone = summaries(side, today, DateRange.of(day))
        assert same_bits(alone, whole.filter(pl.col("game_date") == day))
        assert same_bits(summaries(side, told, DateRange.of(day)), alone)


@SIDES
@settings(RANDOM_LEAGUES, max_examples=4)
@given(seed=SEEDS)
def test_a_game_rests_on_nothing_but_its_own_facts(side: tuple[Any, Table, Any], seed: int) -> None:
    days = days_from(date(2024, 10, 22), 6)
    told = random_games(seed, days=days)
    game_id = random.Random(seed).choice(told.games)["game_id"]
    alone = told.where(lambda row: bool(row["game_id"] == game_id))
    dates = DateRange(days[0], days[-1])
    own = pl.col("game_id") == game_id
    assert same_bits(summaries(side, alone, dates), summaries(side, told, dates).filter(own))


@SIDES
def test_a_real_season_is_what_the_contract_says(side: tuple[Any, Table, Any]) -> None:
    """Team box scores of 2024-25, with play-offs and overtimes; no recording has its shots."""
    build, table, _ = side
    dates = DateRange(date(2024, 10, 22), date(2025, 6, 22))
    boxes = season_tables("2024-25")["team_boxscores"]
    made = table.require(build(dates, team_boxscores=boxes.lazy(), shots=SHOTS.empty().lazy()))
    assert made.height == boxes.height == 2 * 1314
    chosen = boxes.select("game_id").unique(maintain_order=True).sample(300, seed=5)["game_id"].implode()
    own = pl.col("game_id").is_in(chosen)
    assert_recomputed(side, made.filter(own), Games(team_boxscores=boxes.filter(own).to_dicts()))
    ended = endings("2024-25")
    assert {game_id: ended[game_id] for game_id in made["game_id"]} == dict(made.select("game_id", "overtimes").rows())
    assert made.select(pl.col("pace").mean().is_between(95, 103)).item()


def endings(season: str) -> dict[str, int]:
    """Overtimes of every game by the words with which the league's schedule ends it."""
    (sent,) = recorded(f"nba_com/scheduleLeagueV2-{season}.warc.gz")
    words = {"Final": 0, "Final/OT": 1, "Final/OT2": 2}
    days = json.loads(sent.body)["leagueSchedule"]["gameDates"]
    return {of["gameId"]: words[of["gameStatusText"]] for day in days for of in day["games"]}


@SIDES
def test_the_simulated_leagues_bodies_give_what_the_contract_says(side: tuple[Any, Table, Any]) -> None:
    tables = simulated_games.conformed()
    told = Games(**{name: tables[name].to_dicts() for name in ("shots", "team_boxscores")})
    made = summaries(side, told, simulated_games.DATES)
    assert_recomputed(side, made, told)
    assert made["has_shots"].all()
    assert made.height == 128


def test_possessions_ratings_and_pace_are_the_games() -> None:
    boston = {"points": 110, "field_goals_attempted": 90, "turnovers": 12, "offensive_rebounds": 10}
    knicks = {"points": 100, "field_goals_attempted": 84, "turnovers": 14, "free_throws_attempted": 25}
    lines = [
        team_line(GAME, "BOS", minutes=266.0, **boston),
        team_line(GAME, "NYK", minutes=265.0, defensive_rebounds=30, **knicks),
    ]
    offense, defense = rows(OFFENSE, lines), rows(DEFENSE, lines)
    possessions = ((90 + 12 - 10) + (84 + 14 + 0.44 * 25)) / 2
    for made in (*offense.values(), *defense.values()):
        assert (made["overtimes"], made["possessions"]) == (1, possessions)
        assert made["pace"] == pytest.approx(possessions * 48 / 53, rel=1e-15)
    assert offense["BOS"]["offensive_rating"] == pytest.approx(100 * 110 / possessions, rel=1e-15)
    assert defense["NYK"]["defensive_rating"] == offense["BOS"]["offensive_rating"]
    assert offense["BOS"]["offensive_rebound_rate"] == 10 / 40
    assert defense["NYK"]["defensive_rebound_rate"] == 30 / 40
    assert defense["NYK"]["points_allowed"] == 110


def test_what_a_team_allowed_is_what_its_opponent_did() -> None:
    told = random_games(3, days=days_from(date(2024, 10, 22), 12))
    dates = DateRange(date(2024, 10, 22), date(2024, 11, 3))
    offense, defense = summaries(OFFENSE, told, dates), summaries(DEFENSE, told, dates)
    same = ["points", "assists", "effective_field_goal", "true_shooting", "turnover_rate", "three_attempt_rate"]
    same += [f"{zone}_{name}" for zone in SHOT_ZONES for name in ("attempted", "made", "assisted")]
    turned = defense.select(
        "game_date",
        "game_id",
        pl.col("opponent").alias("team"),
        "has_shots",
        *(pl.col(f"{name}_allowed").alias(name) for name in same),
    )
    assert offense.height > 20
    assert offense.select(turned.columns).equals(turned.sort("game_date", "game_id", "team"))


def test_without_the_opponent_there_is_no_pace_and_no_defense() -> None:
    lines = [team_line(GAME, "BOS", points=100, field_goals_attempted=90, offensive_rebounds=9)]
    made = rows(OFFENSE, lines)["BOS"]
    names = ("possessions", "pace", "offensive_rating", "offensive_rebound_rate")
    assert {made[name] for name in names} == {None}
    assert (made["points"], made["overtimes"]) == (100, 0)
    allowed = rows(DEFENSE, lines)
    assert list(allowed) == ["NYK"]
    assert (allowed["NYK"]["points_allowed"], allowed["NYK"]["defensive_rebound_rate"]) == (100, None)
    assert not allowed["NYK"]["is_home"]


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(240.0, 0), (238.0, 0), (242.0, 0), (234.9, None), (245.1, None), (265.0, 1), (262.0, 1), (290.0, 2), (365.0, 5)],
)
def test_overtimes_are_told_by_the_minutes_of_whole_games_only(minutes: float, expected: int | None) -> None:
    assert pl.select(overtimes(pl.lit(minutes))).item() == expected


@given(st.floats(0, 1000, allow_nan=False), st.integers(2, 50))
def test_overtimes_do_not_depend_on_how_many_rows_are_asked_for(minutes: float, many: int) -> None:
    column = pl.DataFrame({"minutes": [minutes] * many})
    told = column.select(overtimes(pl.col("minutes")))
    assert told.unique().rows() == column.head(1).select(overtimes(pl.col("minutes"))).rows()


def test_of_a_box_score_that_is_cut_off_the_opponents_minutes_tell_the_overtimes() -> None:
    lines = [team_line(GAME, "BOS", minutes=120.0), team_line(GAME, "NYK", minutes=266.0)]
    assert {row["overtimes"] for row in rows(OFFENSE, lines).values()} == {1}


def test_sides_whose_minutes_contradict_each_other_tell_no_overtimes_and_no_pace() -> None:
    counts = {"field_goals_attempted": 90}
    lines = [team_line(GAME, "BOS", minutes=240.0, **counts), team_line(GAME, "NYK", minutes=265.0, **counts)]
    made = rows(OFFENSE, lines)["BOS"]
    assert (made["overtimes"], made["pace"], made["possessions"]) == (None, None, 90.0)


def test_an_incomplete_box_score_gives_no_possessions_rather_than_negative_ones() -> None:
    lines = [team_line(GAME, "BOS", offensive_rebounds=9), team_line(GAME, "NYK", field_goals_attempted=9)]
    made = rows(OFFENSE, lines)["NYK"]
    assert (made["possessions"], made["offensive_rating"], made["pace"]) == (None, None, None)


def test_shots_count_by_team_and_only_where_they_are_all_told() -> None:
    lines = [team_line(GAME, "BOS", field_goals_attempted=2), team_line(GAME, "NYK", field_goals_attempted=2)]
    shots = [
        shot(GAME, 1, 1, "BOS", shot_zone="paint"),
        shot(GAME, 2, 2, "BOS", shot_zone="paint", is_made=False, is_assisted=False),
        shot(GAME, 3, 3, "NYK"),
    ]
    offense, defense = rows(OFFENSE, lines, shots), rows(DEFENSE, lines, shots)
    names = ("has_shots", "paint_attempted", "paint_made", "paint_assisted", "mid_range_made")
    assert [offense["BOS"][name] for name in names] == [True, 2, 1, 1, 0]
    assert [offense["NYK"][name] for name in names] == [False, None, None, None, None]
    assert defense["NYK"]["paint_attempted_allowed"] == 2
    assert defense["BOS"]["paint_attempted_allowed"] is None


@SIDES
def test_only_the_dates_asked_for_are_made(side: tuple[Any, Table, Any]) -> None:
    other = game("0022400002", DAY - timedelta(days=1), "BOS", "NYK")
    told = Games(team_boxscores=[team_line(of, team) for of in (GAME, other) for team in ("BOS", "NYK")])
    assert summaries(side, told)["game_date"].to_list() == [DAY, DAY]


@SIDES
def test_no_input_gives_a_typed_frame_of_no_rows(side: tuple[Any, Table, Any]) -> None:
    made = summaries(side, Games())
    assert made.schema == side[1].schema
    assert made.is_empty()

"""Efficiency and usage of a game: every column against a slow recomputation, and the rules one by one."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings

from nba_props.analytics import player_game_summary
from nba_props.contracts.analytics import PLAYER_GAME_SUMMARY
from nba_props.contracts.conformed import PLAYER_BOXSCORES
from nba_props.game_calendar import DateRange
from nba_props_tests.precompute.league import (
    RANDOM_LEAGUES,
    SEEDS,
    Row,
    days_from,
    empty_inputs,
    frame,
    game,
    played,
    random_league,
    same_bits,
)
from nba_props_tests.precompute.recomputed import Recomputed, differences

DAY = date(2025, 1, 20)
GAME = game("0022400001", DAY, "BOS", "NYK")


def summaries(rows: list[Row], dates: DateRange | None = None) -> pl.DataFrame:
    """The table of box-score rows."""
    boxscores = frame(PLAYER_BOXSCORES, rows).lazy()
    return player_game_summary.build(dates or DateRange.of(DAY), player_boxscores=boxscores)


@settings(RANDOM_LEAGUES, max_examples=8)
@given(seed=SEEDS)
def test_every_column_is_what_the_contract_says(seed: int) -> None:
    days = days_from(date(2024, 10, 22), 15)
    league = random_league(seed, days=days)
    slow = Recomputed(league)
    made = summaries(league.boxscores, DateRange(days[0], days[-1]))
    assert made.columns == list(PLAYER_GAME_SUMMARY.schema)
    key = PLAYER_GAME_SUMMARY.key
    expected = sorted(map(slow.summary, league.boxscores), key=lambda row: tuple(row[name] for name in key))
    for row, wanted in zip(made.to_dicts(), expected, strict=True):
        assert differences(row, wanted) == []
    for day in days[::4]:
        assert same_bits(summaries(league.boxscores, DateRange.of(day)), made.filter(pl.col("game_date") == day))


def test_usage_is_the_share_of_the_teams_plays_while_on_the_floor() -> None:
    mates = [played(GAME, number, "BOS", minutes=48.0, field_goals_attempted=20) for number in range(2, 6)]
    star = played(GAME, 1, "BOS", minutes=48.0, field_goals_attempted=15, free_throws_attempted=10, turnovers=4)
    opponent = played(GAME, 9, "NYK", minutes=240.0 / 5, field_goals_attempted=999)
    made = summaries([star, *mates, opponent]).row(0, named=True)
    assert made["usage"] == pytest.approx((15 + 4.4 + 4) / (80 + 15 + 4.4 + 4), rel=1e-12)
    assert made["team_possessions"] == pytest.approx(103.4)


def test_percentages_follow_their_formulas() -> None:
    row = played(
        GAME,
        1,
        "BOS",
        minutes=40.0,
        points=30,
        field_goals_made=10,
        threes=4,
        field_goals_attempted=20,
        free_throws_attempted=8,
    )
    made = summaries([row]).row(0, named=True)
    assert made["true_shooting"] == pytest.approx(30 / (2 * (20 + 0.44 * 8)))
    assert made["effective_field_goal"] == pytest.approx(12 / 20)
    assert made["points_per_minute"] == 0.75


def test_what_has_no_divisor_is_null_and_satisfies_the_contract() -> None:
    idle = [played(GAME, 1, "BOS", minutes=0.0), played(GAME, 2, "NYK", minutes=12.0, offensive_rebounds=2)]
    made = PLAYER_GAME_SUMMARY.require(summaries(idle))
    names = ["true_shooting", "effective_field_goal", "usage", "team_possessions"]
    assert made.select(names).null_count().row(0) == (2, 2, 2, 2)
    assert made["points_per_minute"].to_list() == [None, 0.0]


def test_a_date_with_one_player_gives_the_bits_that_it_gives_among_others() -> None:
    """Polars divides by a literal in another way when the column has one row."""
    games = [game(f"00224000{n:02d}", DAY - timedelta(days=n), "BOS", "NYK") for n in range(40)]
    rows = [played(of, 1, "BOS", field_goals_attempted=n, free_throws_attempted=n) for n, of in enumerate(games)]
    whole = summaries(rows, DateRange(DAY - timedelta(days=40), DAY))
    for of in games:
        day = DateRange.of(of["game_date"])
        assert same_bits(summaries(rows, day), whole.filter(day.is_in()))


def test_only_the_dates_asked_for_are_made() -> None:
    other = game("0022400002", DAY - timedelta(days=1), "BOS", "NYK")
    assert summaries([played(GAME, 1, "BOS"), played(other, 1, "BOS")])["game_date"].to_list() == [DAY]


def test_no_input_gives_a_typed_frame_of_no_rows() -> None:
    made = player_game_summary.build(DateRange.of(DAY), player_boxscores=empty_inputs()["player_boxscores"])
    assert made.schema == PLAYER_GAME_SUMMARY.schema
    assert made.is_empty()

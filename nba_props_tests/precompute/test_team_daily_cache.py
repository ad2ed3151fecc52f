"""Team form: every column against a slow recomputation, and the rules one by one."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_props.contracts.precompute import TEAM_DAILY_CACHE
from nba_props.game_calendar import DateRange, season_start
from nba_props.precompute import team_daily_cache
from nba_props_tests.precompute.chain import made
from nba_props_tests.precompute.league import (
    RANDOM_LEAGUES,
    SEEDS,
    League,
    Row,
    days_from,
    empty_inputs,
    game,
    played,
    random_league,
    same_bits,
)
from nba_props_tests.precompute.recomputed import Recomputed, differences

DAY = date(2025, 1, 20)
TONIGHT = game("0022499999", DAY, "BOS", "NYK", status="scheduled")


def teams(league: League, day: date = DAY) -> dict[str, Row]:
    """The rows of a date by team."""
    rows = made(league, DateRange.of(day))["team_daily_cache"].to_dicts()
    return {row["team"]: row for row in rows}


@settings(RANDOM_LEAGUES, max_examples=8)
@given(seed=SEEDS, size=st.sampled_from([2, 4, 8]))
def test_every_column_is_what_the_contract_says(seed: int, size: int) -> None:
    days = days_from(date(2024, 4, 10), 5) + days_from(date(2024, 10, 22), 35)
    league = random_league(seed, days=days, teams=size, roster=2)
    slow = Recomputed(league)
    cache = made(league, DateRange(days[0], days[-1]))["team_daily_cache"]
    TEAM_DAILY_CACHE.require(cache)
    rows = {(row["game_date"], row["team"]): row for row in cache.to_dicts()}
    assert list(rows) == sorted((day, team) for day in days for team in slow.teams(day))
    for (day, team), row in rows.items():
        assert differences(row, slow.team_day(team, day)) == []


@settings(RANDOM_LEAGUES, max_examples=3)
@given(seed=SEEDS)
def test_a_range_is_its_dates_bit_for_bit_whatever_history_is_loaded(seed: int) -> None:
    days = days_from(date(2024, 4, 1), 8) + days_from(date(2024, 10, 22), 25)
    league = random_league(seed, days=days)
    inputs = league.frames()
    whole = made(league, DateRange(days[0], days[-1]))["team_daily_cache"]
    for day in days[::3]:
        alone = team_daily_cache.build(
            DateRange.of(day),
            games=inputs["games"].filter(pl.col("game_date") == day),
            team_boxscores=inputs["team_boxscores"].filter(
                pl.col("game_date").is_between(season_start(day), day, closed="left")
            ),
        )
        assert same_bits(alone, whole.filter(pl.col("game_date") == day))


def test_what_a_team_allowed_is_a_ratio_to_the_league() -> None:
    first = game("0022400001", DAY - timedelta(days=3), "BOS", "NYK")
    rows = [
        played(first, 1, "BOS", points=60),
        played(first, 2, "BOS", points=60),
        played(first, 3, "NYK", points=80),
    ]
    row = teams(League([first, TONIGHT], rows))
    assert (row["BOS"]["team_points_allowed"], row["NYK"]["team_points_allowed"]) == (0.8, 1.2)
    assert (row["BOS"]["points_scored"], row["BOS"]["days_rest"]) == (120.0, 2)
    assert row["BOS"]["team_blocks_allowed"] is None


def test_pace_is_per_48_minutes_and_an_overtime_lengthens_the_game() -> None:
    games = [game(f"002240000{n}", DAY - timedelta(days=n), "BOS", "NYK") for n in (2, 4)]
    rows = []
    for of, minutes, tries in ((games[0], 48.0, 96), (games[1], 53.0, 106)):
        rows += [
            played(of, 5 * side + number, team, minutes=minutes, field_goals_attempted=tries if number == 0 else 0)
            for side, team in enumerate(("BOS", "NYK"))
            for number in range(5)
        ]
    row = teams(League([*games, TONIGHT], rows))["BOS"]
    assert (row["pace"], row["league_pace"]) == (96.0, 96.0)


def test_ratings_are_points_per_hundred_possessions() -> None:
    of = game("0022400001", DAY - timedelta(days=2), "BOS", "NYK")
    rows = [
        played(of, 1, "BOS", points=110, field_goals_attempted=102),
        played(of, 2, "NYK", points=99, field_goals_attempted=98),
    ]
    row = teams(League([of, TONIGHT], rows))["BOS"]
    assert (row["offensive_rating"], row["defensive_rating"]) == (110.0, 99.0)


def test_a_game_whose_opponent_has_no_box_score_counts_for_scoring_only() -> None:
    games = [game(f"002240000{n}", DAY - timedelta(days=n), "BOS", "NYK") for n in (2, 4)]
    rows = [played(games[0], 1, "BOS", points=100), played(games[1], 1, "BOS", points=100)]
    row = teams(League([*games, TONIGHT], [*rows, played(games[1], 2, "NYK", points=100)]))["BOS"]
    assert (row["games_played_season"], row["points_scored"], row["team_points_allowed"]) == (2, 100.0, 1.0)


def test_only_the_last_fifteen_games_of_the_season_count() -> None:
    games = [game(f"00224000{n:02d}", DAY - timedelta(days=n), "BOS", "NYK") for n in range(1, 18)]
    spring = game("0022300001", date(2024, 4, 1), "BOS", "NYK")
    rows = [played(of, 1, "BOS", points=90 if n < 15 else 500) for n, of in enumerate(games)]
    row = teams(League([spring, *games, TONIGHT], [*rows, played(spring, 1, "BOS", points=1000)]))["BOS"]
    assert (row["points_scored"], row["games_played_season"]) == (90.0, 17)


def test_a_first_game_of_the_season_has_counts_of_zero_and_nothing_else() -> None:
    spring = game("0022300001", date(2024, 4, 1), "BOS", "NYK")
    row = teams(League([spring, TONIGHT], [played(spring, 1, "BOS", points=100)]))["BOS"]
    assert row.pop("games_played_season") == 0
    assert {name for name, value in row.items() if value is not None} == {"team", "game_date"}


def test_a_team_whose_game_is_postponed_has_no_row() -> None:
    assert teams(League([{**TONIGHT, "status": "postponed"}])) == {}


def test_an_incomplete_box_score_gives_no_pace_rather_than_a_negative_one() -> None:
    first = game("0022400001", DAY - timedelta(days=1), "BOS", "NYK")
    row = teams(League([first, TONIGHT], [played(first, 1, "BOS", offensive_rebounds=3)]))["BOS"]
    assert row["pace"] is None


def test_no_input_gives_a_typed_frame_of_no_rows() -> None:
    inputs = empty_inputs()
    cache = team_daily_cache.build(DateRange.of(DAY), games=inputs["games"], team_boxscores=inputs["team_boxscores"])
    assert cache.schema == TEAM_DAILY_CACHE.schema
    assert cache.is_empty()

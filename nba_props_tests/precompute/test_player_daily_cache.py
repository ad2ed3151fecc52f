"""Rolling form: every column against a slow recomputation, and the rules one by one."""

from __future__ import annotations

import random
from datetime import date, time, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_props.contracts.precompute import PLAYER_DAILY_CACHE
from nba_props.game_calendar import DateRange, eastern_moment
from nba_props.precompute import player_daily_cache
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
    random_line,
    same_bits,
)
from nba_props_tests.precompute.recomputed import Recomputed, differences

DAY = date(2025, 1, 20)


def form(league: League, day: date = DAY) -> dict[int, Row]:
    """The rows of a date by player."""
    rows = made(league, DateRange.of(day))["player_daily_cache"].to_dicts()
    return {row["player_id"]: row for row in rows}


def before(days: int, *, home: str = "BOS", away: str = "NYK", number: int = 0) -> Row:
    """A game so many days before the date."""
    return game(f"00224{days:03d}{number:02d}", DAY - timedelta(days=days), home, away)


TONIGHT = game("0022499999", DAY, "BOS", "NYK", status="scheduled")


@settings(RANDOM_LEAGUES, max_examples=5)
@given(seed=SEEDS, teams=st.sampled_from([2, 4, 6]))
def test_every_column_is_what_the_contract_says(seed: int, teams: int) -> None:
    days = days_from(date(2024, 3, 20), 25) + days_from(date(2024, 10, 22), 30) + days_from(date(2025, 3, 5), 12)
    league = random_league(seed, days=days, teams=teams, roster=3)
    slow = Recomputed(league)
    players = sorted(slow.player_rows)
    cache = made(league, DateRange(days[0], days[-1]))["player_daily_cache"]
    PLAYER_DAILY_CACHE.require(cache)
    rows = {(row["game_date"], row["player_id"]): row for row in cache.to_dicts()}
    for day in days[1:30:8] + days[30::9] + days[-2:]:
        for player in players:
            expected = slow.player_day(player, day)
            if expected is None:
                assert (day, player) not in rows
            else:
                assert differences(rows[day, player], expected) == []


@settings(RANDOM_LEAGUES, max_examples=3)
@given(seed=SEEDS)
def test_a_range_is_its_dates_bit_for_bit_whatever_history_is_loaded(seed: int) -> None:
    days = days_from(date(2023, 12, 1), 15) + days_from(date(2024, 11, 20), 30)
    league = random_league(seed, days=days)
    inputs = league.frames()
    whole = player_daily_cache.build(
        DateRange(days[0], days[-1]), games=inputs["games"], player_boxscores=inputs["player_boxscores"]
    )
    for day in days[10::4]:
        reach = pl.col("game_date").is_between(day - timedelta(days=365), day, closed="left")
        alone = player_daily_cache.build(
            DateRange.of(day),
            games=inputs["games"].filter(pl.col("game_date") == day),
            player_boxscores=inputs["player_boxscores"].filter(reach),
        )
        assert same_bits(alone, whole.filter(pl.col("game_date") == day))


def test_a_date_with_one_player_gives_the_bits_that_it_gives_among_others() -> None:
    """Polars divides by a literal in another way when the column has one row."""
    chance = random.Random(7)
    games = [game(f"00224{n:05d}", DAY - timedelta(days=60 - n), "BOS", "NYK") for n in range(60)]
    league = League(games, [random_line(chance, of, 1, "BOS") for of in games])
    tables = made(league, DateRange(games[0]["game_date"], DAY))
    for name in ("player_daily_cache", "team_daily_cache", "feature_store"):
        for of in games[1::6]:
            only = DateRange.of(of["game_date"])
            assert same_bits(made(league, only)[name], tables[name].filter(only.is_in()))


def test_means_are_over_games_played_and_missed_games_are_counted_beside_them() -> None:
    games = [before(days) for days in (12, 10, 8, 6, 4, 2)]
    rows = [played(of, 2, "NYK", points=9) for of in games]
    rows += [played(games[index], 1, "BOS", points=points) for index, points in ((0, 30), (3, 24), (4, 18))]
    rows += [played(games[index], 3, "BOS") for index in (1, 2)]
    row = form(League([*games, TONIGHT], rows))[1]
    assert row["points_mean_last_3"] == row["points_mean_season"] == 24.0
    assert row["points_sd_last_20"] == 6.0
    assert row["games_played_season"] == row["games_played_recently"] == 3
    # The last game has no row of his team, so it is none of his team's games.
    assert row["team_games_missed_last_10"] == 2
    assert row["last_game_date"] == DAY - timedelta(days=4)


def test_a_traded_player_stands_with_his_last_team_and_missed_none_of_its_games_while_he_played_elsewhere() -> None:
    old = [before(days, home="LAL", away="MIA", number=1) for days in (9, 7)]
    new = [before(days) for days in (9, 7, 5, 3)]
    rows = [played(of, 1, "LAL", points=10) for of in old] + [played(new[3], 1, "BOS", points=40)]
    rows += [played(of, 2, "BOS") for of in new]
    row = form(League([*old, *new, TONIGHT], rows))[1]
    assert (row["team"], row["points_mean_last_5"]) == ("BOS", 20.0)
    assert row["team_games_missed_last_10"] == 1


def test_a_player_has_a_row_wherever_he_last_played() -> None:
    old, new = before(9, home="LAL", away="MIA"), before(4)
    rows = [played(old, 1, "LAL"), played(new, 1, "NYK"), played(old, 2, "LAL")]
    assert {player: row["team"] for player, row in form(League([old, new, TONIGHT], rows)).items()} == {
        1: "NYK",
        2: "LAL",
    }


def test_a_box_score_counts_on_the_first_morning_on_which_it_is_known() -> None:
    first, late = before(3), before(1)
    rows = [played(first, 1, "BOS", points=10), played(late, 1, "BOS", points=30)]
    rows[1]["knowable_at"] = eastern_moment(DAY, time(6)) + timedelta(seconds=1)
    assert form(League([first, late, TONIGHT], rows))[1]["points_mean_last_5"] == 10.0
    rows[1]["knowable_at"] -= timedelta(seconds=1)
    assert form(League([first, late, TONIGHT], rows))[1]["points_mean_last_5"] == 20.0


def test_slopes_go_from_the_oldest_game_to_the_newest_and_rates_are_per_minute() -> None:
    games = [before(days) for days in (6, 4, 2)]
    rows = [played(of, 1, "BOS", minutes=20.0, points=10 * n) for n, of in enumerate(games)]
    row = form(League([*games, TONIGHT], rows))[1]
    assert (row["points_slope_last_10"], row["minutes_slope_last_10"]) == (10.0, 0.0)
    assert row["points_per_minute_season"] == 0.5
    fewer = form(League([*games[1:], TONIGHT], rows[1:]))[1]
    assert fewer["points_slope_last_10"] is None


@pytest.mark.parametrize(("days", "is_there"), [(180, True), (365, True), (366, False)])
def test_a_player_has_a_row_for_a_year_after_his_last_game(days: int, is_there: bool) -> None:
    last = before(days)
    assert (1 in form(League([last, TONIGHT], [played(last, 1, "BOS")]))) is is_there


def test_a_rookie_without_a_game_has_no_row_and_one_with_a_single_game_no_spread() -> None:
    assert form(League([TONIGHT], [])) == {}
    debut = before(2)
    row = form(League([debut, TONIGHT], [played(debut, 7, "NYK", points=11)]))[7]
    assert (row["points_mean_last_20"], row["points_sd_last_20"]) == (11.0, None)


def test_windows_in_games_cross_the_season_and_the_season_does_not() -> None:
    opening = date(2024, 10, 25)
    spring = [game(f"002230000{n}", date(2024, 4, 1) + timedelta(days=n), "BOS", "NYK") for n in range(4)]
    autumn = game("0022400001", date(2024, 10, 23), "BOS", "NYK")
    rows = [played(of, 1, "BOS", points=20) for of in spring] + [played(autumn, 1, "BOS", points=10)]
    row = form(League([*spring, autumn, game("0022400002", opening, "BOS", "NYK")], rows), opening)[1]
    assert (row["points_mean_last_5"], row["points_mean_season"]) == (18.0, 10.0)
    assert (row["games_played_recently"], row["games_played_season"]) == (5, 1)
    assert row["team_games_missed_last_10"] == 0


@pytest.mark.parametrize(("days", "points"), [(364, 15.0), (365, 20.0)])
def test_a_game_a_year_ago_is_out_of_every_window(days: int, points: float) -> None:
    games = [before(days), before(3)]
    rows = [played(games[0], 1, "BOS", points=10), played(games[1], 1, "BOS", points=20)]
    assert form(League([*games, TONIGHT], rows))[1]["points_mean_last_20"] == points


def test_two_games_of_one_date_count_in_the_order_of_their_ids() -> None:
    games = [before(3, number=number) for number in range(4)]
    rows = [played(of, 1, "BOS", points=10 * index) for index, of in enumerate(games)]
    for order in (rows, rows[::-1], rows[2:] + rows[:2]):
        assert form(League([*games, TONIGHT], order))[1]["points_mean_last_3"] == 20.0


def test_a_game_without_usage_is_left_out_of_its_mean_only() -> None:
    games = [before(4), before(2)]
    rows = [played(games[0], 1, "BOS", minutes=0.0), played(games[1], 1, "BOS", minutes=24.0, turnovers=1)]
    row = form(League([*games, TONIGHT], rows))[1]
    assert (row["usage_mean_last_3"], row["minutes_mean_last_3"]) == (0.2, 12.0)


def test_the_last_seven_days_end_the_day_before() -> None:
    games = [before(days) for days in (8, 7, 1)] + [TONIGHT]
    rows = [played(of, 1, "BOS", minutes=20.0 + index) for index, of in enumerate(games)]
    row = form(League(games, rows))[1]
    assert (row["games_last_7_days"], row["minutes_last_7_days"]) == (2, 43.0)


def test_a_postponed_game_brings_nobody() -> None:
    last = before(2)
    assert form(League([last, {**TONIGHT, "status": "postponed"}], [played(last, 1, "BOS")])) == {}


def test_no_input_gives_a_typed_frame_of_no_rows() -> None:
    inputs = empty_inputs()
    cache = player_daily_cache.build(
        DateRange.of(DAY), games=inputs["games"], player_boxscores=inputs["player_boxscores"]
    )
    assert cache.schema == PLAYER_DAILY_CACHE.schema
    assert cache.is_empty()


def test_a_career_of_long_games_does_not_overflow_the_spread() -> None:
    games = [before(days) for days in range(1, 45)]
    rows = [
        played(of, player, "BOS", minutes=100.0 if index % 2 else 60.0)
        for player in range(1, 200)
        for index, of in enumerate(games)
    ]
    row = form(League([*games, TONIGHT], rows))[199]
    assert row["minutes_sd_last_20"] == pytest.approx(20 * (20 / 19) ** 0.5, rel=1e-12)

"""Where a player shoots: every column once more, what was not known has no influence, and the rules one by one."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings

from nba_props.as_of import morning_of
from nba_props.contracts.analytics import PLAYER_GAME_SUMMARY
from nba_props.contracts.conformed import GAMES
from nba_props.contracts.precompute import PLAYER_SHOT_ZONE_ANALYSIS
from nba_props.game_calendar import DateRange, eastern_moment
from nba_props.precompute import player_shot_zone_analysis
from nba_props_tests.analytics.random_games import frame
from nba_props_tests.conformed import simulated_games
from nba_props_tests.precompute.league import RANDOM_LEAGUES, SEEDS, Row, game, same_bits
from nba_props_tests.precompute.recomputed_zones import ZONES, Recomputed, differences
from nba_props_tests.precompute.zone_tables import (
    AUTUMN,
    DAYS,
    PLANTS,
    Change,
    Tables,
    deleted,
    random_tables,
    real_tables,
    rows_by,
    scrambled,
    simulated_tables,
)

DAY = date(2025, 1, 20)
TONIGHT = game("0022499999", DAY, "BOS", "NYK", status="scheduled")
COUNTS = [f"{zone}_{name}" for zone in ZONES for name in ("attempted", "made", "assisted")]
UNTOLD: Row = dict.fromkeys(COUNTS)
EVENING, NIGHT = time(19), time(22, 30)


def build(tables: Tables, dates: DateRange) -> pl.DataFrame:
    made = player_shot_zone_analysis.build(
        dates, games=tables["games"].lazy(), player_game_summary=tables["player_game_summary"].lazy()
    )
    return PLAYER_SHOT_ZONE_ANALYSIS.require(made)


def summary(days_ago: int, player: int = 1, **changes: Any) -> Row:
    """A game of a player whose shots are known, over and known by the next morning; zones are named as counts."""
    day = DAY - timedelta(days=days_ago)
    told: Row = {"tip_off_at": eastern_moment(day, EVENING), "delay": timedelta(hours=6)} | changes
    zones = dict.fromkeys(COUNTS, 0)
    about = {
        "game_id": f"00224{days_ago:05d}",
        "game_date": day,
        "player_id": player,
        "did_not_play": False,
        "has_shots": True,
        "knowable_at": told.pop("tip_off_at") + told.pop("delay"),
    }
    return about | zones | told


def shooting(*summaries: Row, games: list[Row] | None = None) -> dict[int | str, Row]:
    """The rows of the date by player."""
    tables = {
        "games": frame(GAMES, [TONIGHT] if games is None else games),
        "player_game_summary": frame(PLAYER_GAME_SUMMARY, summaries),
    }
    return rows_by(build(tables, DateRange.of(DAY)), DAY, "player_id")


@settings(RANDOM_LEAGUES, max_examples=6)
@given(seed=SEEDS)
def test_every_column_is_what_the_contract_says(seed: int) -> None:
    tables = random_tables(seed)
    made = build(tables, DateRange(DAYS[0], DAYS[-1]))
    slow = Recomputed(tables["games"].to_dicts(), tables["player_game_summary"].to_dicts())
    for day in DAYS:
        stored, expected = rows_by(made, day, "player_id"), slow.players(day)
        assert list(stored) == list(expected)
        for player, row in stored.items():
            assert differences(row, expected[int(player)]) == []


def test_the_simulated_leagues_shots_give_what_the_contract_says() -> None:
    tables = simulated_tables()
    dates = simulated_games.DATES.widened(after=1)
    made = build(tables, dates)
    slow = Recomputed(tables["games"].to_dicts(), tables["player_game_summary"].to_dicts())
    checked = 0
    for day in dates:
        stored, expected = rows_by(made, day, "player_id"), slow.players(day)
        assert list(stored) == list(expected)
        for player, row in stored.items():
            assert differences(row, expected[int(player)]) == []
        checked += len(stored)
    assert checked > 1500
    assert made["games_with_shots_last_20"].max() == 5


def test_sampled_rows_of_a_real_season_are_what_the_contract_says_and_its_dates_are_the_same_alone() -> None:
    tables, dates = real_tables(), DateRange(date(2024, 10, 22), date(2025, 6, 22))
    assert tables["player_game_summary"]["has_shots"].all()
    made = build(tables, dates)
    slow = Recomputed(tables["games"].to_dicts(), tables["player_game_summary"].to_dicts())
    for row in made.sample(700, seed=3).to_dicts():
        expected = slow.player(row["player_id"], row["game_date"])
        assert expected is not None
        assert differences(row, expected) == []
    for day in (date(2024, 10, 23), date(2025, 2, 20), date(2025, 6, 22)):
        assert same_bits(build(tables, DateRange.of(day)), made.filter(pl.col("game_date") == day))


@settings(RANDOM_LEAGUES, max_examples=3)
@given(seed=SEEDS)
def test_a_range_is_its_dates_bit_for_bit_whatever_history_is_loaded(seed: int) -> None:
    tables = random_tables(seed)
    whole = build(tables, DateRange(DAYS[0], DAYS[-1]))
    for day in DAYS[::4]:
        alone = {
            "games": tables["games"].filter(pl.col("game_date") == day),
            "player_game_summary": tables["player_game_summary"].filter(
                pl.col("game_date").is_between(day - timedelta(days=365), day, closed="left")
            ),
        }
        assert same_bits(build(alone, DateRange.of(day)), whole.filter(pl.col("game_date") == day))


def leaks(change: Change, seed: int, dates: DateRange, today: date = AUTUMN[18]) -> bool:
    """Whether the change of what was not known on a date's morning changes a row of the date, in any bit."""
    tables = random_tables(seed)
    is_today = pl.col("game_date") == today
    is_known = pl.col("knowable_at") <= pl.select(morning_of(pl.lit(today))).item()
    changed = change(tables["player_game_summary"], is_known & (pl.col("game_date") < today), random.Random(seed))
    otherwise = tables | {"player_game_summary": changed}
    return not same_bits(build(tables, dates).filter(is_today), build(otherwise, dates).filter(is_today))


CHANGES = pytest.mark.parametrize("change", [deleted, scrambled])


@CHANGES
@settings(RANDOM_LEAGUES, max_examples=4)
@given(seed=SEEDS)
def test_what_was_not_known_in_the_morning_changes_nothing(change: Change, seed: int) -> None:
    assert not leaks(change, seed, DateRange.of(AUTUMN[18]))
    assert not leaks(change, seed, DateRange(DAYS[0], DAYS[-1]))


@CHANGES
@pytest.mark.parametrize("plant", PLANTS)
def test_a_planted_leak_is_caught(
    change: Change, plant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    assert any(leaks(change, 2, DateRange(DAYS[0], DAYS[-1]), today) for today in AUTUMN[10:20])


def test_attempts_shares_and_percentages_are_of_the_five_zones() -> None:
    row = shooting(
        summary(3, paint_attempted=6, paint_made=3, paint_assisted=1, corner_three_attempted=2),
        summary(1, paint_attempted=2, paint_made=2, paint_assisted=0, mid_range_attempted=2, mid_range_made=1),
    )[1]
    assert row["games_with_shots_last_10"] == 2
    names = ("attempts_per_game", "share", "percentage")
    assert [row[f"paint_{name}_last_10"] for name in names] == [4.0, 8 / 12, 5 / 8]
    assert [row[f"corner_three_{name}_last_10"] for name in names] == [1.0, 2 / 12, 0.0]
    assert [row[f"restricted_area_{name}_last_10"] for name in names] == [0.0, 0.0, None]
    assert row["assisted_share_last_10"] == 1 / 6


def test_shares_of_the_zones_add_up_to_one() -> None:
    made = build(random_tables(5), DateRange(DAYS[0], DAYS[-1]))
    shares = pl.sum_horizontal(f"{zone}_share_last_20" for zone in ZONES)
    shot = made.filter(pl.col("paint_share_last_20").is_not_null())
    assert shot.height > 100
    assert shot.select((shares - 1).abs().max()).item() < 1e-12


def test_windows_count_games_whose_shots_are_known_however_far_back_within_a_year() -> None:
    games = [summary(ago, paint_attempted=1) for ago in range(1, 12)]
    unknowns = [summary(ago, has_shots=False, **UNTOLD) for ago in range(12, 40)]
    old = [summary(ago, paint_attempted=11) for ago in range(350, 365)]
    row = shooting(*games, *unknowns, *old, summary(365, paint_attempted=999))[1]
    assert (row["games_with_shots_last_10"], row["games_with_shots_last_20"]) == (10, 20)
    assert row["paint_attempts_per_game_last_20"] == (11 + 9 * 11) / 20


def test_a_game_that_he_missed_counts_as_none() -> None:
    missed = summary(1, did_not_play=True, has_shots=False, **UNTOLD)
    assert shooting(missed, summary(2, paint_attempted=3))[1]["paint_attempts_per_game_last_10"] == 3.0
    assert shooting(missed) == {}


def test_assists_count_only_in_games_that_tell_them() -> None:
    untold: Row = {f"{zone}_assisted": None for zone in ZONES}
    told = summary(1, paint_attempted=4, paint_made=4, paint_assisted=1)
    row = shooting(told, summary(2, paint_attempted=9, paint_made=6, **untold))[1]
    assert (row["assisted_share_last_10"], row["paint_percentage_last_10"]) == (1 / 4, 10 / 13)
    assert shooting(summary(2, paint_attempted=9, paint_made=6, **untold))[1]["assisted_share_last_10"] is None


def test_every_player_with_a_known_game_within_a_year_has_a_row_on_a_date_with_games() -> None:
    players = [summary(1, 1), summary(100, 2), summary(365, 3), summary(366, 4)]
    assert list(shooting(*players)) == [1, 2, 3]
    assert shooting(*players)[3]["games_with_shots_last_20"] == 0
    assert shooting(*players, games=[]) == {}
    assert shooting(*players, games=[TONIGHT | {"status": "postponed"}]) == {}


@pytest.mark.parametrize(("tip_off", "hours", "is_known"), [(NIGHT, 7, True), (NIGHT, 8, False), (EVENING, 11, True)])
def test_a_late_game_counts_from_the_morning_on_which_it_is_known(tip_off: time, hours: int, is_known: bool) -> None:
    at: datetime = eastern_moment(DAY - timedelta(days=1), tip_off)
    late = summary(1, paint_attempted=7, tip_off_at=at, delay=timedelta(hours=hours))
    row = shooting(late, summary(2, paint_attempted=1))[1]
    assert row["games_with_shots_last_10"] == 1 + is_known
    assert row["paint_attempts_per_game_last_10"] == (4.0 if is_known else 1.0)


def test_a_game_of_the_date_never_counts_however_soon_it_is_told() -> None:
    today = summary(0, paint_attempted=9, tip_off_at=eastern_moment(DAY, time(1)), delay=timedelta(0))
    tomorrow = game("0022499998", DAY + timedelta(days=1), "BOS", "NYK")
    tables = {"games": frame(GAMES, [TONIGHT, tomorrow]), "player_game_summary": frame(PLAYER_GAME_SUMMARY, [today])}
    made = build(tables, DateRange(DAY, tomorrow["game_date"]))
    assert made["game_date"].to_list() == [tomorrow["game_date"]]


def test_a_game_that_is_told_on_another_day_than_its_own_hides_later_ones_rather_than_leaking() -> None:
    astray = summary(5, tip_off_at=eastern_moment(DAY, EVENING), paint_attempted=50)
    others = [summary(ago, paint_attempted=1) for ago in (4, 3, 2)]
    row = shooting(astray, summary(9, paint_attempted=2), *others)[1]
    assert (row["games_with_shots_last_10"], row["paint_attempts_per_game_last_10"]) == (1, 2.0)


def test_no_input_gives_a_typed_frame_of_no_rows() -> None:
    tables = {"games": GAMES.empty(), "player_game_summary": PLAYER_GAME_SUMMARY.empty()}
    made = build(tables, DateRange.of(DAY))
    assert made.schema == PLAYER_SHOT_ZONE_ANALYSIS.schema
    assert made.is_empty()

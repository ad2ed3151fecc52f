"""What a defence allows: every column once more, what was not known has no influence, and the rules one by one."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from datetime import date, time, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_props.as_of import morning_of
from nba_props.contracts.analytics import TEAM_DEFENSE_GAME_SUMMARY
from nba_props.contracts.conformed import GAMES
from nba_props.contracts.precompute import TEAM_DEFENSE_ZONE_ANALYSIS
from nba_props.game_calendar import DateRange, eastern_moment, season_start
from nba_props.precompute import team_defense_zone_analysis
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


def build(tables: Tables, dates: DateRange) -> pl.DataFrame:
    made = team_defense_zone_analysis.build(
        dates, games=tables["games"].lazy(), team_defense_game_summary=tables["team_defense_game_summary"].lazy()
    )
    return TEAM_DEFENSE_ZONE_ANALYSIS.require(made)


def summary(days_ago: int, team: str = "BOS", **changes: Any) -> Row:
    """What a team allowed in a game whose shots are known, over and known by the next morning."""
    day = DAY - timedelta(days=days_ago)
    told: Row = {"tip_off_at": eastern_moment(day, time(19)), "delay": timedelta(hours=6)} | changes
    zones = {f"{zone}_{name}_allowed": 0 for zone in ZONES for name in ("attempted", "made")}
    about = {
        "game_id": f"00224{days_ago:05d}",
        "game_date": day,
        "team": team,
        "has_shots": True,
        "knowable_at": told.pop("tip_off_at") + told.pop("delay"),
    }
    return about | zones | told


def allowed(attempted: int, made: int = 0, zone: str = "paint") -> Row:
    return {f"{zone}_attempted_allowed": attempted, f"{zone}_made_allowed": made}


def defenses(*summaries: Row, games: list[Row] | None = None) -> dict[int | str, Row]:
    """The rows of the date by team."""
    tables = {
        "games": frame(GAMES, [TONIGHT] if games is None else games),
        "team_defense_game_summary": frame(TEAM_DEFENSE_GAME_SUMMARY, summaries),
    }
    return rows_by(build(tables, DateRange.of(DAY)), DAY, "team")


def assert_recomputed(tables: Tables, made: pl.DataFrame, dates: Iterable[date]) -> int:
    """Compare every row; how many there are."""
    slow = Recomputed(tables["games"].to_dicts(), defenses=tables["team_defense_game_summary"].to_dicts())
    for day in dates:
        stored, expected = rows_by(made, day, "team"), slow.teams(day)
        assert list(stored) == list(expected)
        for team, row in stored.items():
            assert differences(row, expected[str(team)]) == []
    return made.height


@settings(RANDOM_LEAGUES, max_examples=6)
@given(seed=SEEDS, size=st.sampled_from([4, 8]))
def test_every_column_is_what_the_contract_says(seed: int, size: int) -> None:
    tables, dates = random_tables(seed, size), DateRange(DAYS[0], DAYS[-1])
    assert assert_recomputed(tables, build(tables, dates), dates) > 50


def test_the_simulated_leagues_shots_give_what_the_contract_says() -> None:
    tables, dates = simulated_tables(), simulated_games.DATES.widened(after=1)
    made = build(tables, dates)
    assert assert_recomputed(tables, made, dates) > 130
    assert made["games_with_shots"].max() == 5


def test_sampled_dates_of_a_real_season_are_what_the_contract_says_and_the_same_alone() -> None:
    tables, dates = real_tables(), DateRange(date(2024, 10, 22), date(2025, 6, 22))
    made = build(tables, dates)
    chosen = [*random.Random(3).sample(list(dates), 55), dates.first, dates.last]
    sampled = made.filter(pl.col("game_date").is_in(chosen))
    assert assert_recomputed(tables, sampled, chosen) == sampled.height >= 500
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
            "team_defense_game_summary": tables["team_defense_game_summary"].filter(
                pl.col("game_date").is_between(season_start(day), day, closed="left")
            ),
        }
        assert same_bits(build(alone, DateRange.of(day)), whole.filter(pl.col("game_date") == day))


def leaks(change: Change, seed: int, dates: DateRange, today: date = AUTUMN[18]) -> bool:
    """Whether the change of what was not known on a date's morning changes a row of the date, in any bit."""
    tables = random_tables(seed, 8)
    is_today = pl.col("game_date") == today
    is_known = pl.col("knowable_at") <= pl.select(morning_of(pl.lit(today))).item()
    summaries = tables["team_defense_game_summary"]
    changed = change(summaries, is_known & (pl.col("game_date") < today), random.Random(seed))
    otherwise = tables | {"team_defense_game_summary": changed}
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


def test_what_a_team_allowed_stands_beside_its_ratio_to_the_league() -> None:
    row = defenses(
        summary(3, "BOS", **allowed(30, 15)), summary(3, "NYK", **allowed(50, 20)), summary(1, "MIA", **allowed(40, 25))
    )["BOS"]
    names = ("attempts_allowed_per_game", "percentage_allowed", "attempts_allowed_ratio", "percentage_allowed_ratio")
    assert [row[f"paint_{name}"] for name in names] == [30.0, 0.5, 30 / 40, 0.5 / 0.5]
    assert [row[f"corner_three_{name}"] for name in names] == [0.0, None, None, None]
    assert row["games_with_shots"] == 1


def test_only_the_last_fifteen_games_whose_shots_are_known_count() -> None:
    unknown: Row = dict.fromkeys(f"{zone}_{name}_allowed" for zone in ZONES for name in ("attempted", "made"))
    games = [summary(ago, **allowed(20)) for ago in range(2, 17)]
    row = defenses(summary(1, has_shots=False, **unknown), *games, summary(17, **allowed(9999)))["BOS"]
    assert (row["games_with_shots"], row["paint_attempts_allowed_per_game"]) == (15, 20.0)
    assert row["paint_attempts_allowed_ratio"] < 1


def test_only_games_of_the_season_count_for_the_team_and_for_the_league() -> None:
    spring = (DAY - date(2024, 5, 20)).days
    old = [summary(spring, "BOS", **allowed(99)), summary(spring, "NYK", **allowed(1))]
    rows = defenses(*old, summary(1, "BOS", **allowed(30)))
    assert (rows["BOS"]["games_with_shots"], rows["BOS"]["paint_attempts_allowed_ratio"]) == (1, 1.0)
    told = rows["NYK"]
    assert told.pop("games_with_shots") == 0
    assert {name for name, value in told.items() if value is not None} == {"team", "game_date"}


def test_every_team_that_plays_has_a_row_and_no_other() -> None:
    assert list(defenses(summary(1, "MIA"))) == ["BOS", "NYK"]
    assert defenses(summary(1, "BOS"), games=[TONIGHT | {"status": "postponed"}]) == {}


def test_a_late_game_counts_from_the_morning_on_which_it_is_known() -> None:
    late = eastern_moment(DAY - timedelta(days=1), time(22, 30))
    for hours, games in ((7, 2), (8, 1)):
        told = summary(1, tip_off_at=late, delay=timedelta(hours=hours), **allowed(9))
        assert defenses(told, summary(2, **allowed(1)))["BOS"]["games_with_shots"] == games
    others = summary(1, "MIA", tip_off_at=late, delay=timedelta(hours=8), **allowed(99))
    assert defenses(others, summary(2, **allowed(1)))["BOS"]["paint_attempts_allowed_ratio"] == 1.0


def test_a_game_that_is_told_on_another_day_than_its_own_hides_later_ones_rather_than_leaking() -> None:
    day, evening = date(2024, 5, 20), eastern_moment(DAY, time(19))
    astray = summary((DAY - day).days, tip_off_at=evening, **allowed(50))
    tables = {
        "games": frame(GAMES, [game("0022399999", day, "BOS", "NYK"), TONIGHT]),
        "team_defense_game_summary": frame(TEAM_DEFENSE_GAME_SUMMARY, [astray, summary(2, **allowed(1))]),
    }
    told = rows_by(build(tables, DateRange(day, DAY)), DAY, "team")["BOS"]
    assert (told["games_with_shots"], told["paint_attempts_allowed_per_game"]) == (0, None)


def test_no_input_gives_a_typed_frame_of_no_rows() -> None:
    tables = {"games": GAMES.empty(), "team_defense_game_summary": TEAM_DEFENSE_GAME_SUMMARY.empty()}
    made = build(tables, DateRange.of(DAY))
    assert made.schema == TEAM_DEFENSE_ZONE_ANALYSIS.schema
    assert made.is_empty()

"""No feature of a date rests on what came on it or later; the same test catches leaks that were planted."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings

from nba_props.game_calendar import DateRange
from nba_props.precompute import feature_store, player_daily_cache, windows
from nba_props_tests.precompute.league import (
    COUNTS,
    LEAD,
    RANDOM_LEAGUES,
    SEEDS,
    League,
    Row,
    days_from,
    made,
    random_league,
    same_bits,
)

DAYS = days_from(date(2024, 10, 22), 24)
TODAY = DAYS[14]


def without_later(league: League, chance: random.Random) -> League:
    """The league as it stood on the morning of the date."""
    return League(
        league.games,
        [row for row in league.boxscores if row["game_date"] < TODAY],
        _known(league, league.prop_consensus),
        _known(league, league.game_lines),
    )


def with_another_future(league: League, chance: random.Random) -> League:
    """The league with other box scores on the date and after it, and with other lines after each moment."""
    later = [row for row in league.boxscores if row["game_date"] >= TODAY]
    scrambled = [
        {
            **row,
            **{name: chance.randint(0, 40) for name in COUNTS},
            "minutes": float(chance.randint(0, 48)),
            "player_id": row["player_id"] + chance.choice([0, 1000]),
        }
        for row in later
    ]
    past = [row for row in league.boxscores if row["game_date"] < TODAY]
    return League(
        league.games,
        past + scrambled,
        [_moved(row, league) for row in league.prop_consensus],
        [_moved(row, league) for row in league.game_lines],
    )


def _known(league: League, lines: list[Row]) -> list[Row]:
    moments = {row["game_id"]: row["tip_off_at"] - LEAD for row in league.games}
    return [row for row in lines if row["snapshot_at"] <= moments[row["game_id"]]]


def _moved(row: Row, league: League) -> Row:
    if _known(league, [row]):
        return row
    return {**row, **{name: row[name] + 7.5 for name in ("line", "home_implied_total") if name in row}}


def leaks(change: Callable[[League, random.Random], League], seed: int, dates: DateRange) -> bool:
    """Whether the change of what came later changes a feature of the date, in any bit."""
    league = random_league(seed, days=DAYS)
    today = pl.col("game_date") == TODAY
    now = made(league, dates)["feature_store"].filter(today)
    otherwise = made(change(league, random.Random(seed)), dates)["feature_store"].filter(today)
    return not same_bits(now, otherwise)


CHANGES = pytest.mark.parametrize("change", [without_later, with_another_future])
RANGES = pytest.mark.parametrize("dates", [DateRange.of(TODAY), DateRange(DAYS[0], DAYS[-1])], ids=str)


@CHANGES
@RANGES
@settings(RANDOM_LEAGUES, max_examples=4)
@given(seed=SEEDS)
def test_what_comes_later_changes_no_feature(
    change: Callable[[League, random.Random], League], dates: DateRange, seed: int
) -> None:
    assert not leaks(change, seed, dates)


def _player_rows_with_the_date(history: pl.DataFrame, team_dates: pl.DataFrame) -> pl.DataFrame:
    rows = _ROWS(history, team_dates)
    end = windows.Positions(history, pl.col("player_id")).through(rows, pl.col("player_id"), pl.col("game_date"))
    return rows.with_columns(end.alias("_end"))


def _line_of_any_time(facts: pl.LazyFrame, moments: pl.LazyFrame, **how: Any) -> pl.LazyFrame:
    return facts.join(moments, on=how["on"], how="semi")


_ROWS = player_daily_cache._rows
PLANTED = pytest.mark.parametrize(
    "plant",
    [
        [(player_daily_cache, "_rows", _player_rows_with_the_date)],
        [(windows.Positions, "before", windows.Positions.through)],
        [
            (feature_store, "facts_known", _line_of_any_time),
            (feature_store, "require_known", lambda rows, **_: rows),
        ],
    ],
    ids=["player form", "team form", "lines"],
)


@CHANGES
@PLANTED
def test_a_planted_leak_is_caught(
    change: Callable[[League, random.Random], League],
    plant: list[tuple[Any, str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for owner, name, leaky in plant:
        monkeypatch.setattr(owner, name, leaky)
    assert leaks(change, 4, DateRange(TODAY, TODAY + timedelta(days=3)))

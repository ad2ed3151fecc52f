"""No feature rests on what came later than its row's moment; the same test catches leaks that were planted."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_props.analytics import absences, upcoming_games, upcoming_player_game_context, upcoming_team_game_context
from nba_props.game_calendar import DateRange, eastern_moment
from nba_props.precompute import feature_store, player_daily_cache, player_history, team_daily_cache
from nba_props_tests.precompute.chain import made
from nba_props_tests.precompute.league import (
    COUNTS,
    LEAD,
    RANDOM_LEAGUES,
    SEEDS,
    League,
    Row,
    days_from,
    random_league,
    same_bits,
)

DAYS = days_from(date(2024, 10, 22), 24)

Change = Callable[[League, random.Random, date], League]


def morning(day: date) -> datetime:
    """When what is made once a date stands."""
    return eastern_moment(day, time(6))


def without_later(league: League, chance: random.Random, today: date) -> League:
    """The league as it stood on the morning of the date, and for each game at its moment."""
    return League(
        league.games,
        [row for row in league.boxscores if row["knowable_at"] <= morning(today)],
        [row for row in league.prop_consensus if is_known(row, "snapshot_at", league)],
        [row for row in league.game_lines if is_known(row, "snapshot_at", league)],
        [row for row in league.injuries if is_known(row, "report_at", league)],
        [row for row in league.shots if row["knowable_at"] <= morning(today)],
    )


def with_another_future(league: League, chance: random.Random, today: date) -> League:
    """The league with other box scores, starters, minutes and shots on the date and after it, and other lines and
    reports after each game's moment."""
    return League(
        league.games,
        [row if row["knowable_at"] <= morning(today) else scrambled(row, chance) for row in league.boxscores],
        [moved(row, league) for row in league.prop_consensus],
        [moved(row, league) for row in league.game_lines],
        [
            row if is_known(row, "report_at", league) else {**row, "status": chance.choice(["out", "available"])}
            for row in league.injuries
        ],
        [row for row in league.shots if row["knowable_at"] <= morning(today) or chance.random() < 0.5],
    )


def scrambled(row: Row, chance: random.Random) -> Row:
    """Another game of his, or of somebody nobody knows."""
    return {
        **row,
        **{name: chance.randint(0, 40) for name in COUNTS},
        "minutes": float(chance.randint(0, 48)),
        "is_starter": chance.choice([True, False]),
        "player_id": row["player_id"] + chance.choice([0, 1000]),
    }


def is_known(row: Row, told_at: str, league: League) -> bool:
    """Whether a line or report was told by the moment of its game."""
    moments: dict[str, datetime] = {of["game_id"]: of["tip_off_at"] - LEAD for of in league.games}
    known: bool = row[told_at] <= moments[row["game_id"]]
    return known


def moved(row: Row, league: League) -> Row:
    """A line that was told too late, elsewhere."""
    if is_known(row, "snapshot_at", league):
        return row
    return {**row, **{name: row[name] + 7.5 for name in ("line", "home_implied_total") if name in row}}


def leaks(change: Change, seed: int, span: int) -> list[str]:
    """Features of a random date with games that the change of what came later changes, in any bit.

    ``span`` tells how many dates before and after it are made together with it.
    """
    league, chance = random_league(seed, days=DAYS), random.Random(seed)
    today = chance.choice(sorted({of["game_date"] for of in league.games if of["status"] == "final"}))
    dates = DateRange(today - timedelta(days=span), today + timedelta(days=span))
    only = pl.col("game_date") == today
    here = made(league, dates)["feature_store"].filter(only)
    there = made(change(league, chance, today), dates)["feature_store"].filter(only)
    assert here.height > 0
    if here.select("game_id", "player_id").rows() != there.select("game_id", "player_id").rows():
        return ["rows"]
    return [name for name in here.columns if not same_bits(here.select(name), there.select(name))]


CHANGES = pytest.mark.parametrize("change", [without_later, with_another_future])


@CHANGES
@settings(RANDOM_LEAGUES, max_examples=8)
@given(seed=SEEDS, span=st.sampled_from([0, 3, 30]))
def test_what_comes_later_changes_no_feature(change: Change, seed: int, span: int) -> None:
    assert leaks(change, seed, span) == []


def _known_a_day_early(_: Any) -> pl.Expr:
    return pl.col("game_date")


def _at_any_time(facts: pl.LazyFrame, moments: pl.LazyFrame, **how: Any) -> pl.LazyFrame:
    return facts.join(moments, on=how["on"], how="semi")


def _unchecked(rows: pl.DataFrame, **_: Any) -> pl.DataFrame:
    return rows


_CHECKED = (upcoming_player_game_context, upcoming_team_game_context, feature_store)
PLANTED: dict[str, list[tuple[Any, str, Any]]] = {
    "player form": [(player_daily_cache, "player_history", None)],
    "team form": [(team_daily_cache, "known_on", _known_a_day_early)],
    "lines and reports": [
        (upcoming_games, "facts_known", _at_any_time),
        (absences, "facts_known", _at_any_time),
        *((module, "require_known", _unchecked) for module in _CHECKED),
    ],
}


@CHANGES
@pytest.mark.parametrize("plant", PLANTED)
def test_a_planted_leak_is_caught(change: Change, plant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = player_history.player_history

    def with_the_date(dates: DateRange, boxscores: pl.LazyFrame, reach: timedelta) -> pl.DataFrame:
        history = honest(DateRange(dates.first, dates.last + timedelta(days=1)), boxscores, reach)
        return history.with_columns(known_on=pl.col("game_date"))

    for owner, name, leaky in PLANTED[plant]:
        monkeypatch.setattr(owner, name, leaky or with_the_date)
    assert any(leaks(change, seed, 3) for seed in range(4))

"""No prediction rests on what came later than the moment it stands for; the same test catches lines that came later."""

from __future__ import annotations

import random
from collections.abc import Iterable

import polars as pl
import pytest
from hypothesis import given, settings

from nba_props.contracts.conformed import PROP_LINES
from nba_props.contracts.predictions import MODELS
from nba_props.game_calendar import DateRange
from nba_props.markets import PREDICTED_MARKETS
from nba_props.predictions import candidates as made
from nba_props.predictions.candidates import Candidates, candidates
from nba_props_tests.precompute import chain
from nba_props_tests.precompute.league import RANDOM_LEAGUES, SEEDS, League, Row, random_league, same_bits
from nba_props_tests.precompute.test_leaks import CHANGES, DAYS, Change
from nba_props_tests.predictions.rows import frame

BOOKMAKER = "fanduel"


def prop_lines(consensus: Iterable[Row]) -> pl.LazyFrame:
    """One book's lines: those of the consensus at even prices."""
    return frame(PROP_LINES, map(_of_book, consensus)).lazy()


def _of_book(row: Row) -> Row:
    shared = {name: value for name, value in row.items() if name in PROP_LINES.schema}
    return {**shared, "bookmaker": BOOKMAKER, "over_price": 1.9, "under_price": 1.9, "hold": 0.05, "event_id": "event"}


def predicted(league: League, today: DateRange) -> Candidates:
    """What every system says of the date's games, made long afterwards, as in a backfill."""
    return candidates(
        today,
        feature_store=chain.made(league, today)["feature_store"].lazy(),
        prop_consensus=league.frames()["prop_consensus"],
        prop_lines=prop_lines(league.prop_consensus),
        models=MODELS.empty().lazy(),
        now=chain.LONG_AFTER,
        least_edge=0.02,
    )


def leaks(change: Change, seed: int) -> list[str]:
    """Tables of a random date's predictions that the change of what came later changes, in any bit."""
    league, chance = random_league(seed, days=DAYS), random.Random(seed)
    today = chance.choice(sorted({of["game_date"] for of in league.games if of["status"] == "final"}))
    here = predicted(league, DateRange.of(today))
    there = predicted(change(league, chance, today), DateRange.of(today))
    assert here.predictions.height > 0
    return [name for name in ("predictions", "offers") if not same_bits(getattr(here, name), getattr(there, name))]


@CHANGES
@settings(RANDOM_LEAGUES, max_examples=8)
@given(seed=SEEDS)
def test_what_comes_later_changes_no_prediction(change: Change, seed: int) -> None:
    assert leaks(change, seed) == []


@CHANGES
def test_lines_that_came_later_are_caught(change: Change, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: the closing line is predicted against."""

    def closing(dates: DateRange, lines: pl.LazyFrame, features: pl.DataFrame) -> pl.DataFrame:
        wanted = dates.is_in() & (pl.col("kind") == "closing") & pl.col("market").is_in(PREDICTED_MARKETS)
        return lines.filter(wanted).collect()

    monkeypatch.setattr(made, "_known", closing)
    assert any(leaks(change, seed) for seed in range(5))

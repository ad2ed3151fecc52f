"""The record: against a slow count in plain Python, window by window, and bit for bit however it is asked."""

from __future__ import annotations

import math
import random
import statistics
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from nba_props.contracts.predictions import SYSTEM_CALIBRATION, SYSTEM_PERFORMANCE
from nba_props.game_calendar import DateRange, season_start
from nba_props.predictions import system_calibration, system_performance
from nba_props.predictions.backtest import backtest
from nba_props_tests.predictions.rows import DAY, Row, grade, grades

FIRST = date(2024, 7, 10)
"""Late enough in one season that a window reaches over into the next one's first days."""

Build = Callable[..., pl.DataFrame]


@pytest.fixture(scope="module")
def history() -> pl.DataFrame:
    rng = random.Random(11)
    rows = [_random_grade(rng, FIRST + timedelta(days=rng.randrange(60)), number) for number in range(900)]
    return grades(rows)


def _random_grade(rng: random.Random, day: date, number: int) -> Row:
    over, market = rng.random(), rng.uniform(0.3, 0.7)
    outcome = rng.choice(["OVER", "UNDER", "OVER", "UNDER", "PUSH", "VOID", "NO_LINE"])
    is_graded, is_played = outcome in ("OVER", "UNDER"), outcome != "VOID"
    has_line = outcome != "NO_LINE"
    happened = 1.0 if outcome == "OVER" else 0.0
    is_bet = is_graded and rng.random() < 0.5

    def loss(p: float) -> float | None:
        return -math.log(p if outcome == "OVER" else 1 - p) if is_graded else None

    return grade(
        prediction_id=str(number),
        game_date=day,
        player_id=number + 1,
        market=rng.choice(["points", "threes"]),
        system=rng.choice(["market", "moving_average_baseline"]),
        outcome=outcome,
        actual=20.0 if is_played else None,
        error=rng.gauss(0, 7) if is_played else None,
        line=20.5 if has_line else None,
        line_error=rng.gauss(0, 7) if is_played and has_line else None,
        over_probability=over if has_line else None,
        market_over_probability=market if has_line else None,
        log_loss=loss(over),
        market_log_loss=loss(market),
        brier=(over - happened) ** 2 if is_graded else None,
        market_brier=(market - happened) ** 2 if is_graded else None,
        hit=((over > 0.5) == (outcome == "OVER")) if is_graded else None,
        recommendation="OVER" if is_bet else "PASS",
        profit=rng.choice([0.91, -1.0, 0.0]) if is_bet else None,
        closing_line_value=rng.choice([0.5, -1.0, None]) if is_bet else None,
    )


DATES = DateRange(FIRST + timedelta(days=15), FIRST + timedelta(days=45))


@pytest.mark.parametrize("build", [system_performance.build, system_calibration.build])
def test_a_range_gives_what_its_dates_give_whatever_else_is_loaded(history: pl.DataFrame, build: Build) -> None:
    together = build(DATES, prediction_grades=history.lazy())
    shuffled = history.sample(fraction=1.0, shuffle=True, seed=4)
    parts = []
    for day in DATES:
        needed = pl.col("game_date").is_between(min(season_start(day), day - timedelta(days=29)), day)
        parts.append(build(DateRange.of(day), prediction_grades=shuffled.filter(needed).lazy()))
    assert together.equals(pl.concat(parts))
    assert together.height > 100


def test_a_frame_of_one_row_has_the_same_bits() -> None:
    """Six weeks after his only game a player's record is the season's alone: one row a date."""
    days = DateRange(DAY + timedelta(days=40), DAY + timedelta(days=44))
    for number in range(50):
        one = grades(
            [grade(profit=0.9 + number / 1000, log_loss=0.3 + number / 777, over_probability=0.6 + number / 777)]
        )
        for build in (system_performance.build, system_calibration.build):
            together = build(days, prediction_grades=one.lazy())
            single = [build(DateRange.of(day), prediction_grades=one.lazy()) for day in days]
            assert together.height == len(days)
            assert together.equals(pl.concat(single))


def _window(history: list[Row], day: date, window: str, **where: str) -> list[Row]:
    first = {
        "last_7_days": day - timedelta(days=6),
        "last_30_days": day - timedelta(days=29),
        "season": date(day.year if day.month >= 8 else day.year - 1, 8, 1),
    }[window]
    return [
        row
        for row in history
        if first <= row["game_date"] <= day and all(row[name] == value for name, value in where.items())
    ]


def _mean(rows: list[Row], column: str) -> float | None:
    values = [row[column] for row in rows if row[column] is not None]
    return statistics.fmean(values) if values else None


def _absolute(rows: list[Row], column: str) -> float | None:
    values = [abs(row[column]) for row in rows if row[column] is not None]
    return statistics.fmean(values) if values else None


def _expected(rows: list[Row]) -> dict[str, Any]:
    graded = [row for row in rows if row["outcome"] in ("OVER", "UNDER")]
    bets = [row for row in rows if row["profit"] is not None]
    differences = [row["log_loss"] - row["market_log_loss"] for row in graded]
    error = statistics.stdev(differences) / math.sqrt(len(differences)) if len(differences) > 1 else None
    return {
        "predictions": sum(row["actual"] is not None for row in rows),
        "graded": len(graded),
        "mae": _absolute(rows, "error"),
        "line_mae": _absolute(rows, "line_error"),
        "hit_rate": _mean(rows, "hit"),
        "log_loss": _mean(graded, "log_loss"),
        "market_log_loss": _mean(graded, "market_log_loss"),
        "log_loss_difference_error": error,
        "brier": _mean(graded, "brier"),
        "market_brier": _mean(graded, "market_brier"),
        "over_rate": statistics.fmean([row["outcome"] == "OVER" for row in graded]) if graded else None,
        "mean_over_probability": _mean(graded, "over_probability"),
        "bets": len(bets),
        "profit": sum(row["profit"] for row in bets),
        "closing_line_value": _mean(bets, "closing_line_value"),
    }


def test_the_record_is_that_of_a_slow_count(history: pl.DataFrame) -> None:
    made = system_performance.build(DATES, prediction_grades=history.lazy())
    SYSTEM_PERFORMANCE.require(made)
    seen = set()
    listed = history.to_dicts()
    for row in made.iter_rows(named=True):
        where = {"system": row["system"], "market": row["market"]}
        expected = _expected(_window(listed, row["game_date"], row["window"], **where))
        for column, value in expected.items():
            assert row[column] == (None if value is None else pytest.approx(value, abs=2e-8)), (row, column)
        seen.add((row["game_date"], row["window"], row["system"], row["market"]))
    for day in DATES:
        for window in ("last_7_days", "last_30_days", "season"):
            for system in ("market", "moving_average_baseline"):
                for market in ("points", "threes"):
                    rows = _window(listed, day, window, system=system, market=market)
                    has_any = any(row["actual"] is not None for row in rows)
                    assert has_any == ((day, window, system, market) in seen)


def test_bins_are_those_of_a_slow_count(history: pl.DataFrame) -> None:
    made = system_calibration.build(DATES, prediction_grades=history.lazy())
    SYSTEM_CALIBRATION.require(made)
    listed = history.to_dicts()
    for row in made.iter_rows(named=True):
        where = {"system": row["system"], "market": row["market"]}
        rows = [
            graded
            for graded in _window(listed, row["game_date"], row["window"], **where)
            if graded["outcome"] in ("OVER", "UNDER")
            and math.isclose(min(int(graded["over_probability"] * 10), 9) / 10, row["bin_from"])
        ]
        assert row["graded"] == len(rows) > 0
        assert row["mean_over_probability"] == pytest.approx(_mean(rows, "over_probability"), abs=2e-9)
        assert row["over_rate"] == pytest.approx(statistics.fmean([one["outcome"] == "OVER" for one in rows]))


@pytest.mark.parametrize(
    ("probability", "bin_from"),
    [(0.0, 0.0), (0.0999, 0.0), (0.1, 0.1), (0.3, 0.3), (0.7, 0.7), (0.95, 0.9), (1.0, 0.9)],
)
def test_a_bin_holds_its_lower_end_and_the_last_one_holds_certainty(probability: float, bin_from: float) -> None:
    rows = grades([grade(over_probability=probability)])
    made = system_calibration.build(DateRange.of(DAY), prediction_grades=rows.lazy())
    assert made["bin_from"].to_list() == [bin_from] * 3


def test_the_wilson_interval_is_the_textbooks() -> None:
    """8 of 10: 0.4902 to 0.9433 (Brown, Cai and DasGupta, 2001)."""
    rows = grades([grade(player_id=number + 1, prediction_id=str(number), hit=number < 8) for number in range(10)])
    row = system_performance.build(DateRange.of(DAY), prediction_grades=rows.lazy()).row(0, named=True)
    assert row["hit_rate"] == 0.8
    assert row["hit_rate_low"] == pytest.approx(0.4902, abs=5e-5)
    assert row["hit_rate_high"] == pytest.approx(0.9433, abs=5e-5)


def test_a_player_who_did_not_play_is_no_prediction_of_the_record() -> None:
    void = grade(outcome="VOID", actual=None, error=None, line_error=None, log_loss=None, market_log_loss=None)
    void |= {"brier": None, "market_brier": None, "hit": None, "profit": None}
    made = system_performance.build(DateRange.of(DAY), prediction_grades=grades([void]).lazy())
    assert made.is_empty()


def test_no_grades_make_empty_tables() -> None:
    nothing = grades([]).lazy()
    assert system_performance.build(DATES, prediction_grades=nothing).equals(SYSTEM_PERFORMANCE.empty())
    assert system_calibration.build(DATES, prediction_grades=nothing).equals(SYSTEM_CALIBRATION.empty())
    assert backtest(grades([])).is_empty()


def _calibration_gap(told: np.ndarray[Any, Any], happened: np.ndarray[Any, Any]) -> float:
    rows = grades(
        [
            grade(
                prediction_id=str(number), player_id=number + 1, over_probability=p, outcome="OVER" if over else "UNDER"
            )
            for number, (p, over) in enumerate(zip(told.tolist(), happened.tolist(), strict=True))
        ]
    )
    bins = system_calibration.build(DateRange.of(DAY), prediction_grades=rows.lazy())
    season = bins.filter(pl.col("window") == "season")
    gap = (pl.col("mean_over_probability") - pl.col("over_rate")).abs() * pl.col("graded")
    return float(season.select(gap.sum() / pl.col("graded").sum()).item())


def test_calibration_tells_the_truth_from_overconfidence() -> None:
    """Negative control: where the truth is known, true probabilities are calibrated and exaggerated ones are not."""
    rng = np.random.default_rng(2)
    truth = rng.uniform(0.2, 0.8, 6000)
    happened = rng.uniform(size=6000) < truth
    exaggerated = np.clip(0.5 + 1.6 * (truth - 0.5), 0.01, 0.99)
    assert _calibration_gap(truth, happened) < 0.02
    assert _calibration_gap(exaggerated, happened) > 0.05


def test_the_backtest_is_the_record_over_everything(history: pl.DataFrame) -> None:
    table = backtest(history)
    assert table.select("market", "system").rows() == [
        (market, system) for market in ("points", "threes") for system in ("market", "moving_average_baseline")
    ]
    for row in table.iter_rows(named=True):
        rows = [
            one
            for one in history.iter_rows(named=True)
            if (one["market"], one["system"]) == (row["market"], row["system"])
        ]
        for column, value in _expected(rows).items():
            assert row[column] == (None if value is None else pytest.approx(value, abs=2e-8)), column

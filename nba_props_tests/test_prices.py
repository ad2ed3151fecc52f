"""Prices: conversions there and back, the margin, fair prices, and values that do not depend on the frame's length."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nba_props.prices import (
    american_from_decimal,
    decimal_from_american,
    expected_value,
    fair_price,
    hold,
    no_vig_over,
)

AMERICAN = st.one_of(st.integers(-2000, -101), st.integers(100, 2000))
DECIMAL = st.floats(1.001, 1001)
PROBABILITY = st.floats(0, 1)
COLUMNS = pl.Schema({"over": pl.Float64, "under": pl.Float64, "win": pl.Float64, "push": pl.Float64})
FORMULAS: dict[str, Callable[[], pl.Expr]] = {
    "decimal_from_american": lambda: decimal_from_american(american_from_decimal(pl.col("over"))),
    "decimal_from_american of floats": lambda: decimal_from_american(-100 * pl.col("over")),
    "american_from_decimal": lambda: american_from_decimal(pl.col("over")),
    "hold": lambda: hold(pl.col("over"), pl.col("under")),
    "no_vig_over": lambda: no_vig_over(pl.col("over"), pl.col("under")),
    "fair_price": lambda: fair_price(pl.col("win"), pl.col("push")),
    "expected_value": lambda: expected_value(pl.col("over"), pl.col("win"), pl.col("push")),
}


def value(expression: pl.Expr) -> float | None:
    told: float | None = pl.select(expression.alias("value")).item()
    return told


def told(number: float) -> pl.Expr:
    return pl.lit(number, pl.Float64)


@given(AMERICAN)
def test_an_american_price_comes_back_from_decimal(price: int) -> None:
    assert value(american_from_decimal(decimal_from_american(pl.lit(price)))) == price


@pytest.mark.parametrize(
    ("american", "decimal"), [(-110, 1 + 10 / 11), (120, 2.2), (100, 2.0), (-100, 2.0), (-1000, 1.1), (5000, 51.0)]
)
def test_well_known_prices(american: int, decimal: float) -> None:
    assert value(decimal_from_american(pl.lit(american))) == pytest.approx(decimal, abs=1e-12)


def test_even_money_is_written_as_plus_one_hundred() -> None:
    assert value(american_from_decimal(told(2.0))) == 100


@given(st.floats(-100, 100, exclude_min=True, exclude_max=True))
def test_nothing_between_minus_and_plus_one_hundred_is_a_price(price: float) -> None:
    assert value(decimal_from_american(told(price))) is None


@given(st.floats(-1000, 1))
def test_a_return_of_no_more_than_the_stake_is_no_price(price: float) -> None:
    assert value(american_from_decimal(told(price))) is None


@settings(max_examples=40)
@given(DECIMAL, DECIMAL)
def test_probabilities_without_margin_sum_to_one(over: float, under: float) -> None:
    first, second = value(no_vig_over(told(over), told(under))), value(no_vig_over(told(under), told(over)))
    assert first is not None
    assert second is not None
    assert first + second == pytest.approx(1)
    margin = value(hold(told(over), told(under)))
    assert margin is not None
    assert first * (1 + margin) == pytest.approx(1 / over)


def test_a_missing_side_has_neither_hold_nor_probability() -> None:
    assert value(hold(told(1.9), pl.lit(None, pl.Float64))) is None
    assert value(no_vig_over(pl.lit(None, pl.Float64), told(1.9))) is None


@settings(max_examples=40)
@given(PROBABILITY, PROBABILITY)
def test_a_fair_price_has_no_expectation(win: float, push: float) -> None:
    assume(win > 1e-6 and win + push <= 1)
    price = value(fair_price(told(win), told(push)))
    assert price is not None
    assert price >= 1
    assert value(expected_value(told(price), told(win), told(push))) == pytest.approx(0, abs=1e-9)
    assert (value(expected_value(told(price + 0.1), told(win), told(push))) or 0) > 0


def test_what_cannot_win_has_no_fair_price() -> None:
    assert value(fair_price(told(0), told(0.1))) is None


@settings(max_examples=40)
@given(DECIMAL, PROBABILITY, PROBABILITY)
def test_expectation_is_the_mean_over_the_three_outcomes(price: float, win: float, push: float) -> None:
    assume(win + push <= 1)
    profit = win * (price - 1) + push * 0 + (1 - win - push) * -1
    assert value(expected_value(told(price), told(win), told(push))) == pytest.approx(profit, abs=1e-9)


@pytest.mark.parametrize("formula", FORMULAS)
@settings(max_examples=15)
@given(rows=st.lists(st.tuples(DECIMAL, DECIMAL, PROBABILITY, PROBABILITY), min_size=2, max_size=30))
def test_a_row_alone_has_the_same_bits_as_among_others(
    formula: str, rows: list[tuple[float, float, float, float]]
) -> None:
    """Polars multiplies a longer column by the reciprocal of a literal divisor, but divides a single row by it."""
    frame = pl.DataFrame(rows, schema=COLUMNS, orient="row")
    together = frame.select(FORMULAS[formula]().alias("value"))
    alone = [frame[row : row + 1].select(FORMULAS[formula]().alias("value")) for row in range(len(rows))]
    assert together.equals(pl.concat(alone))

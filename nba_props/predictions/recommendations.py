"""What to do about a prediction's best offer, and why, in words."""

from __future__ import annotations

import polars as pl

from nba_props.prices import american_from_decimal


def recommendation(least_edge: float) -> pl.Expr:
    """OVER or UNDER if the best offer's expected value reaches ``least_edge``, PASS if not, NO_LINE without a
    line."""
    return (
        pl.when(pl.col("line").is_null())
        .then(pl.lit("NO_LINE"))
        .when(pl.col("expected_value") >= least_edge)
        .then("offer_side")
        .otherwise(pl.lit("PASS"))
        .alias("recommendation")
    )


def reason(least_edge: float) -> pl.Expr:
    """Why; a value that falls short is rounded down, so that it never reads as if it had reached the least
    edge."""
    value = pl.col("expected_value")
    reached = pl.format(
        "expected value {}% at {} {}", _percent(value, "nearest"), "bookmaker", _american("offer_price")
    )
    short = pl.format(
        "best expected value {}% is under {}%", _percent(value, "down"), pl.lit(f"{100 * least_edge:.1f}")
    )
    return (
        pl.when(pl.col("line").is_null())
        .then(pl.lit("no line"))
        .when(value.is_null())
        .then(pl.lit("no offer"))
        .when(value >= least_edge)
        .then(reached)
        .otherwise(short)
        .alias("reason")
    )


def _percent(share: pl.Expr, rounding: str) -> pl.Expr:
    """A share as per cent with one decimal; put together from whole numbers, so that it never shows a float's
    tail."""
    tenths = share * 1000
    # A millionth more, so that two per cent less the dust of floating point stays two per cent.
    whole = ((tenths + 1e-6).floor() if rounding == "down" else tenths.round()).cast(pl.Int64)
    sign = pl.when(whole < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    return pl.format("{}{}.{}", sign, whole.abs() // 10, whole.abs() % 10)


def _american(price: str) -> pl.Expr:
    american = american_from_decimal(pl.col(price))
    return pl.format("{}{}", pl.when(american > 0).then(pl.lit("+")).otherwise(pl.lit("")), american)

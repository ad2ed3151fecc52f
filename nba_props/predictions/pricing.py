"""Prices every offered line under every forecast, and finds the best offer.

An offer is a book's current main line with both its prices. Probabilities come from the forecast's
distribution; the market system at its own consensus line uses the consensus probability itself.
"""

from __future__ import annotations

import polars as pl

from nba_props.predictions import market_consensus
from nba_props.predictions.distributions import over_given_no_push, over_push_under
from nba_props.predictions.forecasts import FORECAST_KEY
from nba_props.prices import expected_value, fair_price

_PROP = ["game_id", "player_id", "market"]


def with_consensus(forecasts: pl.DataFrame, consensus: pl.DataFrame) -> pl.DataFrame:
    """Forecasts with the consensus line, its snapshot, the market's and their own probability of over given
    no push, and the probability of a push; all null without a line."""
    lines = consensus.select(
        *_PROP,
        "line",
        pl.col("snapshot_at").alias("line_snapshot_at"),
        pl.col("over_probability").alias("market_over_probability"),
    )
    rows = forecasts.join(lines, on=_PROP, how="left", maintain_order="left")
    arguments = [rows[name].to_numpy() for name in ("line", "mean", "variance_ratio")]
    _, push, _ = over_push_under(*arguments)
    own = pl.Series("over_probability", over_given_no_push(*arguments), nan_to_null=True)
    has_line = pl.col("line").is_not_null()
    return rows.with_columns(
        pl.when(has_line & _is_market)
        .then("market_over_probability")
        .when(has_line)
        .then(own)
        .alias("over_probability"),
        pl.when(has_line).then(pl.Series("push_probability", push)).alias("push_probability"),
    )


def priced_offers(rows: pl.DataFrame, prop_lines: pl.DataFrame) -> pl.DataFrame:
    """Every book's offer under every forecast that has a consensus line.

    Args:
        rows: the result of ``with_consensus``.
        prop_lines: current lines known at the forecasts' time.

    Returns:
        The columns of ``predictions.prop_offers``, beside ``market_win``: the market's no-vig probability of
        over at the offered line, given no push. It is the consensus's where the book is on the consensus
        line, else the book's own.
    """
    offers = rows.filter(pl.col("line").is_not_null()).join(
        prop_lines.select(
            *_PROP,
            "bookmaker",
            pl.col("line").alias("offered_line"),
            "over_price",
            "under_price",
            pl.col("over_probability").alias("book_over_probability"),
            "snapshot_at",
        ),
        on=_PROP,
    )
    over, push, _ = over_push_under(*(offers[name].to_numpy() for name in ("offered_line", "mean", "variance_ratio")))
    at_consensus = pl.col("offered_line") == pl.col("line")
    return (
        offers.with_columns(pl.Series("over", over), pl.Series("push", push))
        .with_columns(
            over=pl.when(_is_market & at_consensus)
            .then(pl.col("market_over_probability") * (1 - pl.col("push")))
            .otherwise("over"),
            market_win=pl.when(at_consensus).then("market_over_probability").otherwise("book_over_probability"),
        )
        .with_columns(under=(1 - pl.col("over") - pl.col("push")).clip(0))
        .select(
            *FORECAST_KEY,
            "bookmaker",
            pl.col("offered_line").alias("line"),
            "over_price",
            "under_price",
            pl.col("over").alias("over_probability"),
            pl.col("push").alias("push_probability"),
            pl.col("under").alias("under_probability"),
            *(_fair_price(side) for side in ("over", "under")),
            *(_expected_value(side) for side in ("over", "under")),
            "snapshot_at",
            "market_win",
        )
        .sort(*FORECAST_KEY, "bookmaker")
    )


def best_offers(offers: pl.DataFrame) -> pl.DataFrame:
    """The offer of highest expected value of every forecast; among equals the first bookmaker by name, over
    before under.

    Its ``edge`` is the system's probability that the bet wins, given no push, less the market's at the same
    line.
    """
    sides = pl.concat([_side(offers, "over"), _side(offers, "under")])
    return (
        sides.sort(
            *FORECAST_KEY,
            "expected_value",
            "bookmaker",
            "offer_side",
            descending=[False] * 5 + [True, False, False],
        )
        .group_by(FORECAST_KEY, maintain_order=True)
        .first()
    )


_is_market = pl.col("system") == market_consensus.SYSTEM


def _fair_price(side: str) -> pl.Expr:
    # Rounding may leave a sure win a hair under its price of 1.
    price = fair_price(pl.col(side), pl.col("push"))
    return pl.when(price < 1).then(1.0).otherwise(price).alias(f"{side}_fair_price")


def _expected_value(side: str) -> pl.Expr:
    value = expected_value(pl.col(f"{side}_price"), pl.col(side), pl.col("push"))
    return value.alias(f"{side}_expected_value")


def _side(offers: pl.DataFrame, side: str) -> pl.DataFrame:
    over, under = pl.col("over_probability"), pl.col("under_probability")
    wins = over if side == "over" else under
    market_wins = pl.col("market_win") if side == "over" else 1 - pl.col("market_win")
    return offers.select(
        *FORECAST_KEY,
        "bookmaker",
        pl.col("line").alias("offer_line"),
        pl.lit(side.upper()).alias("offer_side"),
        pl.col(f"{side}_price").alias("offer_price"),
        pl.col(f"{side}_fair_price").alias("offer_fair_price"),
        pl.when(over + under > 0).then(wins / (over + under) - market_wins).alias("edge"),
        pl.col(f"{side}_expected_value").alias("expected_value"),
    )

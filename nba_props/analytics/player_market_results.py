"""Makes ``analytics.player_market_results``: what a player did in each market, against its closing line."""

from __future__ import annotations

import polars as pl

from nba_props.contracts.analytics import PLAYER_MARKET_RESULTS
from nba_props.game_calendar import DateRange
from nba_props.markets import MARKETS, PREDICTED_MARKETS

_PLAYED = ("game_id", "game_date", "player_id")
_MARKET = (*_PLAYED, "market")


def build(dates: DateRange, *, player_boxscores: pl.LazyFrame, prop_consensus: pl.LazyFrame) -> pl.DataFrame:
    """Settle every predicted market of the games of ``dates``: one row a player who played and market.

    Args:
        dates: the game dates to make.
        player_boxscores: ``conformed.player_boxscores`` of those dates at least.
        prop_consensus: ``conformed.prop_consensus`` of those dates at least; its closing lines are used.

    Returns:
        Rows of ``dates`` with the columns of the contract, ordered by its key.
    """
    settled = (
        player_boxscores.filter(dates.is_in())
        .select(*_PLAYED, *(MARKETS[market].actual() for market in PREDICTED_MARKETS))
        .unpivot(index=_PLAYED, on=PREDICTED_MARKETS, variable_name="market", value_name="actual")
    )
    closing = prop_consensus.filter(dates.is_in(), pl.col("kind") == "closing").select(
        *_MARKET,
        pl.col("line").alias("closing_line"),
        pl.col("over_probability").alias("closing_over_probability"),
    )
    results = settled.join(closing, on=_MARKET, how="left").with_columns(result=_result())
    return PLAYER_MARKET_RESULTS.conform(results)


def _result() -> pl.Expr:
    actual, line = pl.col("actual"), pl.col("closing_line")
    return (
        pl.when(actual > line)
        .then(pl.lit("OVER"))
        .when(actual < line)
        .then(pl.lit("UNDER"))
        .when(actual == line)
        .then(pl.lit("PUSH"))
    )

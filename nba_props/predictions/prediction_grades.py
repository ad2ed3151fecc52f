"""Makes ``predictions.prediction_grades``: how each standing prediction turned out, beside the market's
own."""

from __future__ import annotations

import polars as pl

from nba_props.contracts.predictions import PREDICTION_GRADES
from nba_props.game_calendar import DateRange
from nba_props.markets import MARKETS, PREDICTED_MARKETS

PROBABILITY_CLIP = 1e-6
"""Log loss takes probabilities as at least this and at most one less this, so that one certainty that fails
costs 13.8."""

_PROP = ["game_date", "game_id", "player_id", "market"]


def build(
    dates: DateRange,
    *,
    player_prop_predictions: pl.LazyFrame,
    player_boxscores: pl.LazyFrame,
    prop_consensus: pl.LazyFrame,
    games: pl.LazyFrame,
) -> pl.DataFrame:
    """Grades of the active predictions of final games: one row a prediction.

    A player without a box-score row did not play, and his predictions are void. A final game of which there
    is no box score at all is not graded yet.

    Args:
        dates: the game dates to grade.
        player_prop_predictions: ``predictions.player_prop_predictions`` of those dates.
        player_boxscores: ``conformed.player_boxscores`` of those dates.
        prop_consensus: ``conformed.prop_consensus`` of those dates; its closing lines are used.
        games: ``conformed.games`` of those dates.

    Returns:
        Rows of ``dates`` with the columns of the contract, ordered by its key.
    """
    played = player_boxscores.filter(dates.is_in())
    final = games.filter(dates.is_in(), pl.col("status") == "final").select("game_date", "game_id")
    closing = prop_consensus.filter(dates.is_in(), pl.col("kind") == "closing").select(
        *_PROP,
        pl.col("line").alias("closing_line"),
        pl.col("over_probability").alias("closing_over_probability"),
    )
    graded = (
        player_prop_predictions.filter(dates.is_in(), pl.col("is_active"))
        .join(final, on=["game_date", "game_id"], how="semi")
        .join(played, on=["game_date", "game_id"], how="semi")
        .join(_settled(played), on=_PROP, how="left")
        .join(closing, on=_PROP, how="left")
        .with_columns(outcome=_outcome("line"), _bet_outcome=_outcome("offer_line"))
        .with_columns(
            (pl.col("mean") - pl.col("actual")).alias("error"),
            (pl.col("line") - pl.col("actual")).alias("line_error"),
            _log_loss("over_probability").alias("log_loss"),
            _log_loss("market_over_probability").alias("market_log_loss"),
            _brier("over_probability").alias("brier"),
            _brier("market_over_probability").alias("market_brier"),
            _hit().alias("hit"),
            _profit().alias("profit"),
            _closing_line_value().alias("closing_line_value"),
        )
    )
    return PREDICTION_GRADES.conform(graded)


def _settled(played: pl.LazyFrame) -> pl.LazyFrame:
    index = ["game_date", "game_id", "player_id"]
    actual = [MARKETS[market].actual() for market in PREDICTED_MARKETS]
    return played.select(*index, *actual).unpivot(
        index=index, on=PREDICTED_MARKETS, variable_name="market", value_name="actual"
    )


def _outcome(line: str) -> pl.Expr:
    actual = pl.col("actual")
    return (
        pl.when(actual.is_null())
        .then(pl.lit("VOID"))
        .when(pl.col(line).is_null())
        .then(pl.lit("NO_LINE"))
        .when(actual > pl.col(line))
        .then(pl.lit("OVER"))
        .when(actual < pl.col(line))
        .then(pl.lit("UNDER"))
        .otherwise(pl.lit("PUSH"))
    )


def _log_loss(probability: str) -> pl.Expr:
    over = pl.col(probability).clip(PROBABILITY_CLIP, 1 - PROBABILITY_CLIP)
    happened = pl.when(pl.col("outcome") == "OVER").then(over).when(pl.col("outcome") == "UNDER").then(1 - over)
    return 0 - happened.log()


def _brier(probability: str) -> pl.Expr:
    missed = (
        pl.when(pl.col("outcome") == "OVER")
        .then(1 - pl.col(probability))
        .when(pl.col("outcome") == "UNDER")
        .then(pl.col(probability))
    )
    return missed * missed


def _hit() -> pl.Expr:
    over = pl.col("over_probability")
    is_settled = pl.col("outcome").is_in(["OVER", "UNDER"])
    return pl.when(is_settled & (over != 0.5)).then((over > 0.5) == (pl.col("outcome") == "OVER"))


def _profit() -> pl.Expr:
    """Against the line of the offer taken, which may be another than the prediction's."""
    outcome = pl.col("_bet_outcome")
    return (
        pl.when(~_is_bet() | outcome.is_in(["VOID", "NO_LINE"]))
        .then(None)
        .when(outcome == "PUSH")
        .then(0.0)
        .when(outcome == pl.col("recommendation"))
        .then(pl.col("offer_price") - 1)
        .otherwise(-1.0)
    )


def _closing_line_value() -> pl.Expr:
    gained = pl.col("closing_line") - pl.col("offer_line")
    return (
        pl.when(pl.col("recommendation") == "OVER")
        .then(gained)
        .when(pl.col("recommendation") == "UNDER")
        .then(0 - gained)
    )


def _is_bet() -> pl.Expr:
    return pl.col("recommendation").is_in(["OVER", "UNDER"])

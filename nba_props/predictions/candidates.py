"""What would be predicted at a moment, before it is known what was predicted earlier: predictions, offers,
exclusions."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from nba_props.contracts.predictions import PLAYER_PROP_PREDICTIONS, PREDICTION_EXCLUSIONS, PROP_OFFERS
from nba_props.game_calendar import DateRange
from nba_props.markets import PREDICTED_MARKETS
from nba_props.predictions import distributions
from nba_props.predictions.forecasts import FORECAST_KEY
from nba_props.predictions.pricing import best_offers, priced_offers, with_consensus
from nba_props.predictions.recommendations import reason, recommendation
from nba_props.predictions.systems import all_forecasts

IDENTITY = (
    "game_id",
    "player_id",
    "market",
    "system",
    "model_id",
    "distribution",
    "mean",
    "standard_deviation",
    "line",
    "over_probability",
    "push_probability",
    "market_over_probability",
    "bookmaker",
    "offer_line",
    "offer_side",
    "offer_price",
    "recommendation",
)
"""What makes a prediction the same one: what was predicted and recommended, not when, nor from which
snapshot."""


@dataclass(frozen=True)
class Candidates:
    """Rows of the three tables, each with its contract's columns: every prediction active and none
    backfilled, as merging with what was predicted before decides that."""

    predictions: pl.DataFrame
    offers: pl.DataFrame
    exclusions: pl.DataFrame


def candidates(
    dates: DateRange,
    *,
    feature_store: pl.LazyFrame,
    prop_consensus: pl.LazyFrame,
    prop_lines: pl.LazyFrame,
    models: pl.LazyFrame,
    now: datetime,
    least_edge: float,
) -> Candidates:
    """Everything that the systems say of the games of ``dates``.

    Args:
        dates: the game dates to predict.
        feature_store: ``precompute.feature_store`` of those dates. A prediction stands as of its row's time,
            or of ``now`` if that is earlier.
        prop_consensus: ``conformed.prop_consensus`` of those dates; current lines are used, if their snapshot
            is not later than the prediction's time.
        prop_lines: ``conformed.prop_lines`` of those dates, under the same rule.
        models: ``predictions.models``.
        now: the present, UTC.
        least_edge: least expected value of a recommended bet.

    Raises:
        ModelSawTheSeason: a model was trained on games of the season that it would predict.
    """
    stands = pl.min_horizontal("as_of", pl.lit(now, pl.Datetime("us", "UTC")))
    features = feature_store.filter(dates.is_in()).with_columns(as_of=stands).collect()
    consensus = _known(dates, prop_consensus, features)
    said = all_forecasts(features, consensus, models.collect())
    rows = with_consensus(said.forecasts, consensus)
    offers = priced_offers(rows, _known(dates, prop_lines, features))
    rows = rows.join(best_offers(offers), on=FORECAST_KEY, how="left", maintain_order="left")
    return Candidates(
        predictions=_predictions(rows, least_edge),
        offers=PROP_OFFERS.conform(offers),
        exclusions=PREDICTION_EXCLUSIONS.conform(said.exclusions),
    )


def _known(dates: DateRange, lines: pl.LazyFrame, features: pl.DataFrame) -> pl.DataFrame:
    """Current lines of predicted markets that were known at their player's and game's time."""
    moments = features.lazy().select("game_id", "player_id", "as_of")
    return (
        lines.filter(dates.is_in(), pl.col("kind") == "current", pl.col("market").is_in(PREDICTED_MARKETS))
        .join(moments, on=["game_id", "player_id"])
        .filter(pl.col("snapshot_at") <= pl.col("as_of"))
        .drop("as_of")
        .collect()
    )


def _predictions(rows: pl.DataFrame, least_edge: float) -> pl.DataFrame:
    mean, ratio = rows["mean"].to_numpy(), rows["variance_ratio"].to_numpy()
    described = rows.with_columns(
        pl.Series("distribution", distributions.family(ratio), dtype=pl.String),
        pl.Series("standard_deviation", distributions.standard_deviation(mean, ratio)),
        *(pl.Series(name, values) for name, values in distributions.quantiles(mean, ratio).items()),
        recommendation(least_edge),
        reason(least_edge),
        is_backfilled=pl.lit(False),
        is_active=pl.lit(True),
        superseded_by=pl.lit(None, pl.String),
    )
    return PLAYER_PROP_PREDICTIONS.conform(described.with_columns(prediction_ids(described)))


def prediction_ids(predictions: pl.DataFrame) -> pl.Series:
    """``prediction_id``: hash of the columns of ``IDENTITY``, as Python writes them."""
    rows = predictions.select(IDENTITY).rows()
    ids = [hashlib.blake2b(repr(row).encode(), digest_size=16).hexdigest() for row in rows]
    return pl.Series("prediction_id", ids, dtype=pl.String)

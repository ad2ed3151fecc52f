"""The system ``market``: the no-vig consensus itself, the baseline that the others have to beat."""

from __future__ import annotations

import polars as pl

from nba_props.contracts.predictions import PREDICTION_EXCLUSIONS
from nba_props.predictions.distributions import mean_from_over_probability
from nba_props.predictions.forecasts import VARIANCE_RATIOS, Forecasts, as_forecasts

SYSTEM = "market"


def forecasts(features: pl.DataFrame, consensus: pl.DataFrame, models: pl.DataFrame) -> Forecasts:
    """A forecast where there is a consensus line, and no row at all where there is none.

    The mean is the one at which over has the consensus probability at the consensus line, under the market's
    variance ratio; it serves to price other lines. At the consensus line itself the consensus probability is
    used as it is.

    Args:
        features: rows of ``precompute.feature_store``.
        consensus: the current consensus lines known at the rows' time.
        models: not used.
    """
    ratio = pl.col("market").replace_strict(VARIANCE_RATIOS, return_dtype=pl.Float64)
    lines = features.select("game_id", "game_date", "player_id", "as_of").join(
        consensus.select("game_id", "player_id", "market", "line", "over_probability"),
        on=["game_id", "player_id"],
    )
    priced = lines.with_columns(
        ratio.alias("variance_ratio"),
        pl.lit(SYSTEM).alias("system"),
        pl.lit(None, pl.String).alias("model_id"),
    )
    mean = mean_from_over_probability(
        priced["line"].to_numpy(), priced["over_probability"].to_numpy(), priced["variance_ratio"].to_numpy()
    )
    return Forecasts(as_forecasts(priced.with_columns(mean=pl.Series(mean))), PREDICTION_EXCLUSIONS.empty())

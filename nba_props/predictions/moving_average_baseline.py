"""The system ``moving_average_baseline``: a weighted mean of a player's own recent form."""

from __future__ import annotations

import polars as pl

from nba_props.markets import PREDICTED_MARKETS
from nba_props.predictions.forecasts import (
    VARIANCE_RATIOS,
    Forecasts,
    as_forecasts,
    form_exclusions,
)

SYSTEM = "moving_average_baseline"

WEIGHTS = {"last_5": 0.15, "last_10": 0.15, "last_20": 0.35, "season": 0.35}
"""Weights of the windows' means, near the least-squares weights of all markets in leaguegamelog 2024-25. A
window without a game (the season's, before his first) is left out and the others' weights scaled to sum to
one."""

PRIOR_GAMES = 40
"""How many games the market's variance ratio counts for beside his own; about the best log score in
2024-25."""


def forecasts(features: pl.DataFrame, consensus: pl.DataFrame, models: pl.DataFrame) -> Forecasts:
    """A forecast for every player with a team and five games, whether he has a line or not.

    The variance ratio is ``(n * own + PRIOR_GAMES * market) / (n + PRIOR_GAMES)``: ``n`` his games in the
    window of 20, ``own`` his variance over his mean there (the market's ratio if the mean is 0).

    Args:
        features: rows of ``precompute.feature_store``.
        consensus: not used.
        models: not used.
    """
    known, excluded = form_exclusions(features, SYSTEM)
    parts = [
        known.select(
            "game_id",
            "game_date",
            "player_id",
            "as_of",
            pl.lit(market).alias("market"),
            pl.lit(SYSTEM).alias("system"),
            pl.lit(None, pl.String).alias("model_id"),
            weighted_mean(market).alias("mean"),
            shrunk_ratio(market).alias("variance_ratio"),
        )
        for market in PREDICTED_MARKETS
    ]
    return Forecasts(as_forecasts(pl.concat(parts)), excluded)


def weighted_mean(market: str) -> pl.Expr:
    """The weighted mean of the windows that have a value."""
    total = weights = pl.lit(0.0)
    for window, weight in WEIGHTS.items():
        mean = pl.col(f"{market}_mean_{window}")
        total = total + weight * mean.fill_null(0.0)
        weights = weights + weight * mean.is_not_null().cast(pl.Float64)
    return total / weights


def shrunk_ratio(market: str) -> pl.Expr:
    """His own variance ratio shrunk to the market's."""
    games, prior = pl.col("games_played_recently"), VARIANCE_RATIOS[market]
    mean, spread = pl.col(f"{market}_mean_last_20"), pl.col(f"{market}_sd_last_20")
    own = pl.when(mean > 0).then(spread * spread / mean).fill_null(prior)
    return (games * own + PRIOR_GAMES * prior) / (games + PRIOR_GAMES)

"""The system ``gradient_boosting``: LightGBM models of the registry, one a market and season."""

from __future__ import annotations

from typing import Any

import polars as pl

from nba_props.game_calendar import season_expression
from nba_props.markets import PREDICTED_MARKETS
from nba_props.predictions.forecasts import (
    NO_MODEL,
    OTHER_FEATURES,
    Forecasts,
    as_forecasts,
    exclusions,
    form_exclusions,
)
from nba_props.predictions.models import SYSTEM, FeaturesMismatch, predict


def forecasts(features: pl.DataFrame, consensus: pl.DataFrame, models: pl.DataFrame) -> Forecasts:
    """A forecast for every player with a team and five games, from the model of the game's own season.

    Args:
        features: rows of ``precompute.feature_store``; they may be of several seasons.
        consensus: not used.
        models: rows of ``predictions.models``.

    Raises:
        ModelSawTheSeason: a model was trained on games of the season that it would predict.
    """
    known, excluded = form_exclusions(features, SYSTEM)
    parts = [Forecasts(as_forecasts_of_none(), excluded)]
    own = models.filter(pl.col("system") == SYSTEM)
    for (season,), rows in known.group_by(season_expression(pl.col("game_date")), maintain_order=True):
        for market in PREDICTED_MARKETS:
            model = own.filter(pl.col("season") == season, pl.col("market") == market)
            parts.append(_market_forecasts(rows, market, model.to_dicts()))
    return Forecasts.together(parts)


def as_forecasts_of_none() -> pl.DataFrame:
    """The typed frame of no forecasts."""
    return Forecasts.together([]).forecasts


def _market_forecasts(rows: pl.DataFrame, market: str, models: list[dict[str, Any]]) -> Forecasts:
    if not models:
        return _excluded(rows, market, NO_MODEL)
    model = models[0]
    try:
        mean = predict(model, rows)
    except FeaturesMismatch:
        return _excluded(rows, market, OTHER_FEATURES)
    made = rows.select(
        "game_id",
        "game_date",
        "player_id",
        "as_of",
        pl.lit(market).alias("market"),
        pl.lit(SYSTEM).alias("system"),
        pl.lit(model["model_id"]).alias("model_id"),
        pl.Series("mean", mean),
        pl.lit(model["dispersion"]).alias("variance_ratio"),
    )
    return Forecasts(as_forecasts(made), Forecasts.together([]).exclusions)


def _excluded(rows: pl.DataFrame, market: str, reason: str) -> Forecasts:
    excluded = exclusions(rows.with_columns(reason=pl.lit(reason)), SYSTEM, [market])
    return Forecasts(as_forecasts_of_none(), excluded)

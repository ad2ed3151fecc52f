"""The prediction systems by name. A system that is not listed here does not predict."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from nba_props.predictions import gradient_boosting, market_consensus, models, moving_average_baseline
from nba_props.predictions.forecasts import Forecasts

System = Callable[[pl.DataFrame, pl.DataFrame, pl.DataFrame], Forecasts]
"""From features, current consensus lines and models to forecasts and exclusions."""

SYSTEMS: dict[str, System] = {
    market_consensus.SYSTEM: market_consensus.forecasts,
    moving_average_baseline.SYSTEM: moving_average_baseline.forecasts,
    models.SYSTEM: gradient_boosting.forecasts,
}


def all_forecasts(features: pl.DataFrame, consensus: pl.DataFrame, trained: pl.DataFrame) -> Forecasts:
    """What every system says, ordered by game date, game, player, market and system."""
    return Forecasts.together(system(features, consensus, trained) for system in SYSTEMS.values())

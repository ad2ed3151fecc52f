"""What every system hands over: a mean and a variance ratio a player, game and market, or the reason why
not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from nba_props.contracts.predictions import PREDICTION_EXCLUSIONS
from nba_props.markets import PREDICTED_MARKETS

FORECAST_KEY = ("game_date", "game_id", "player_id", "market", "system")

_COLUMNS: dict[str, Any] = {
    "game_id": pl.String,
    "game_date": pl.Date,
    "player_id": pl.Int64,
    "market": pl.String,
    "system": pl.String,
    "model_id": pl.String,
    "as_of": pl.Datetime("us", "UTC"),
    "mean": pl.Float64,
    "variance_ratio": pl.Float64,
}
FORECAST_SCHEMA = pl.Schema(_COLUMNS)

LEAST_GAMES = 5
"""A player with fewer games in the trailing window of 20 is not predicted from his form."""

TEAM_NOT_KNOWN = "team not known"
FEWER_GAMES = f"fewer than {LEAST_GAMES} games in the window"
NO_MODEL = "no model for the season"
OTHER_FEATURES = "features hash differs from the model's"
UNRESOLVED = "unresolved name: "

VARIANCE_RATIOS = {
    "points": 3.2,
    "rebounds": 1.4,
    "assists": 1.3,
    "threes": 1.2,
    "points_rebounds_assists": 3.2,
    "steals": 1.1,
    "blocks": 1.12,
}
"""Variance over mean, by market, given a player's form.

Mean squared distance of the outcome from a running mean (half last 20 games, half season), over the mean of
that running mean; leaguegamelog 2024-25, the 16,586 player-games with 20 games before them at 20 or more
minutes each: 3.21, 1.40, 1.30, 1.21, 3.20, 1.10, 1.12 (2023-24: 3.14, 1.38, 1.31, 1.22, 3.20, 1.11, 1.15).
"""


@dataclass(frozen=True)
class Forecasts:
    """A system's answer: forecasts by ``FORECAST_SCHEMA``, exclusions by their contract. No player, game and
    market is in both."""

    forecasts: pl.DataFrame
    exclusions: pl.DataFrame

    @classmethod
    def together(cls, parts: Iterable[Forecasts]) -> Forecasts:
        """All the parts as one, in a fixed order."""
        listed = list(parts)
        return cls(
            pl.concat([FORECAST_SCHEMA.to_frame(), *(part.forecasts for part in listed)]).sort(FORECAST_KEY),
            PREDICTION_EXCLUSIONS.conform(
                pl.concat([PREDICTION_EXCLUSIONS.empty(), *(part.exclusions for part in listed)])
            ),
        )


def as_forecasts(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns of ``FORECAST_SCHEMA`` in order and type."""
    return frame.select(pl.col(name).cast(dtype) for name, dtype in FORECAST_SCHEMA.items())


def form_exclusions(features: pl.DataFrame, system: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of the feature store with enough form, and exclusions of the others from every market."""
    reason = (
        pl.when(pl.col("team").is_null())
        .then(pl.lit(TEAM_NOT_KNOWN))
        .when(pl.col("games_played_recently").fill_null(0) < LEAST_GAMES)
        .then(pl.lit(FEWER_GAMES))
    )
    judged = features.with_columns(reason=reason)
    known = judged.filter(pl.col("reason").is_null()).drop("reason")
    return known, exclusions(judged.filter(pl.col("reason").is_not_null()), system, PREDICTED_MARKETS)


def exclusions(rows: pl.DataFrame, system: str, markets: Sequence[str]) -> pl.DataFrame:
    """Exclusions of players from markets; ``rows`` has game_id, game_date, player_id and reason."""
    listed = rows.select(
        "game_id",
        "game_date",
        "player_id",
        pl.lit(None, pl.String).alias("source_name"),
        pl.lit(system).alias("system"),
        "reason",
    ).join(pl.DataFrame({"market": list(markets)}, schema={"market": pl.String}), how="cross")
    return listed.select(pl.col(name).cast(dtype) for name, dtype in PREDICTION_EXCLUSIONS.schema.items())

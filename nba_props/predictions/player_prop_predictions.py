"""Makes ``predictions.player_prop_predictions``: what every system predicts, and what stands of what it
predicted."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from nba_props.game_calendar import DateRange
from nba_props.predictions.candidates import candidates
from nba_props.predictions.merging import merge


def build(
    dates: DateRange,
    *,
    feature_store: pl.LazyFrame,
    games: pl.LazyFrame,
    prop_consensus: pl.LazyFrame,
    prop_lines: pl.LazyFrame,
    models: pl.LazyFrame,
    previous: pl.LazyFrame,
    now: datetime,
    least_edge: float,
) -> pl.DataFrame:
    """Predictions of the games of ``dates``, merged with those stored.

    Args:
        dates: the game dates to predict.
        feature_store: ``precompute.feature_store`` of those dates.
        games: ``conformed.games`` of those dates.
        prop_consensus: ``conformed.prop_consensus`` of those dates.
        prop_lines: ``conformed.prop_lines`` of those dates.
        models: ``predictions.models``.
        previous: this table as stored, of those dates.
        now: the present, UTC.
        least_edge: least expected value of a recommended bet.

    Returns:
        Rows of ``dates`` with the columns of the contract, ordered by its key.

    Raises:
        ModelSawTheSeason: a model was trained on games of the season that it would predict.
    """
    made = candidates(
        dates,
        feature_store=feature_store,
        prop_consensus=prop_consensus,
        prop_lines=prop_lines,
        models=models,
        now=now,
        least_edge=least_edge,
    )
    return merge(made.predictions, previous.filter(dates.is_in()).collect(), games.filter(dates.is_in()).collect(), now)

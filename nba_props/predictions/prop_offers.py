"""Makes ``predictions.prop_offers``: what the systems think of every offered line."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from nba_props.contracts.predictions import PROP_OFFERS
from nba_props.game_calendar import DateRange
from nba_props.predictions.candidates import candidates
from nba_props.predictions.forecasts import FORECAST_KEY
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
    previous_offers: pl.LazyFrame,
    now: datetime,
    least_edge: float,
) -> pl.DataFrame:
    """Offers of the games of ``dates``, of active predictions.

    Args:
        dates: the game dates.
        feature_store: ``precompute.feature_store`` of those dates.
        games: ``conformed.games`` of those dates.
        prop_consensus: ``conformed.prop_consensus`` of those dates.
        prop_lines: ``conformed.prop_lines`` of those dates.
        models: ``predictions.models``.
        previous: ``predictions.player_prop_predictions`` as stored, of those dates.
        previous_offers: this table as stored, of those dates; kept for games whose predictions are frozen.
        now: the present, UTC.
        least_edge: least expected value of a recommended bet.

    Returns:
        Rows of ``dates`` with the columns of the contract, ordered by its key.
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
    stored, slate = previous.filter(dates.is_in()).collect(), games.filter(dates.is_in()).collect()
    predictions = merge(made.predictions, stored, slate, now)
    return standing(made.offers, predictions, previous_offers.filter(dates.is_in()).collect(), slate, now)


def standing(
    new: pl.DataFrame, predictions: pl.DataFrame, previous: pl.DataFrame, games: pl.DataFrame, now: datetime
) -> pl.DataFrame:
    """Offers of the predictions that are active after merging.

    A game that has tipped off with live predictions keeps the offers that they were made against; every other
    game has the new ones.

    Args:
        new: candidate offers.
        predictions: the merged predictions.
        previous: offers as stored.
        games: ``conformed.games``.
        now: the present, UTC.
    """
    active = predictions.filter("is_active")
    started = games.filter(pl.col("tip_off_at") <= now)
    frozen = active.filter(~pl.col("is_backfilled")).join(started, on=["game_date", "game_id"], how="semi")
    kept = previous.join(frozen, on=FORECAST_KEY, how="semi")
    fresh = new.join(frozen, on=["game_date", "game_id"], how="anti").join(active, on=FORECAST_KEY, how="semi")
    return PROP_OFFERS.conform(pl.concat([kept, fresh]))

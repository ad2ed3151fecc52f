"""Makes the three tables of a prediction round in one pass: predictions, offers and exclusions."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from nba_props.contracts.predictions import PLAYER_PROP_PREDICTIONS, PREDICTION_EXCLUSIONS, PROP_OFFERS
from nba_props.game_calendar import DateRange
from nba_props.predictions import prediction_exclusions, prop_offers
from nba_props.predictions.candidates import candidates
from nba_props.predictions.merging import merge


def build_all(
    dates: DateRange,
    *,
    feature_store: pl.LazyFrame,
    games: pl.LazyFrame,
    prop_consensus: pl.LazyFrame,
    prop_lines: pl.LazyFrame,
    models: pl.LazyFrame,
    unresolved_players: pl.LazyFrame,
    previous: pl.LazyFrame,
    previous_offers: pl.LazyFrame,
    now: datetime,
    least_edge: float,
    odds_player_props: pl.LazyFrame | None = None,
) -> dict[str, pl.DataFrame]:
    """The rows of ``dates`` of the three tables, by full table name.

    Arguments are those of the tables' own ``build`` functions; each result is what that function gives.

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
    slate = games.filter(dates.is_in()).collect()
    predictions = merge(made.predictions, previous.filter(dates.is_in()).collect(), slate, now)
    stored_offers = previous_offers.filter(dates.is_in()).collect()
    unresolved = prediction_exclusions.unresolved_names(dates, unresolved_players, odds_player_props)
    return {
        PLAYER_PROP_PREDICTIONS.full_name: predictions,
        PROP_OFFERS.full_name: prop_offers.standing(made.offers, predictions, stored_offers, slate, now),
        PREDICTION_EXCLUSIONS.full_name: prediction_exclusions.standing(made.exclusions, unresolved, predictions),
    }

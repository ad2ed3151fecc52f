"""predictions.models: a model for every season that has features, trained on the seasons before it."""

from __future__ import annotations

import polars as pl

from nba_props.contracts.predictions import MODELS
from nba_props.predictions.models import LIBRARY_VERSIONS, rows_before, train, training_hash, training_rows


def build(
    *, feature_store: pl.LazyFrame, player_boxscores: pl.LazyFrame, previous: pl.LazyFrame, minimum_rows: int
) -> pl.DataFrame:
    """The registry for all seasons that have features and enough games before them.

    A season whose training rows and libraries are those of the previous registry keeps its models; a changed row or
    library trains anew.
    """
    seasons = feature_store.select(pl.col("season").unique().sort()).collect()["season"].to_list()
    rows = training_rows(feature_store, player_boxscores)
    known = previous.collect()
    models = [_of_season(season, rows, known, minimum_rows) for season in seasons]
    return MODELS.conform(pl.concat([MODELS.empty(), *models]))


def _of_season(season: str, rows: pl.DataFrame, known: pl.DataFrame, minimum_rows: int) -> pl.DataFrame:
    same = known.filter(
        pl.col("season") == season,
        pl.col("training_hash") == training_hash(rows_before(season, rows)),
        pl.col("library_versions") == LIBRARY_VERSIONS,
    )
    return train(season, rows, minimum_rows=minimum_rows) if same.is_empty() else same

"""Makes ``predictions.system_calibration``: how often overs came in, by tenth of their predicted
probability."""

from __future__ import annotations

import polars as pl

from nba_props.contracts.predictions import SYSTEM_CALIBRATION
from nba_props.game_calendar import DateRange
from nba_props.predictions import record

BINS = 10

_BY = ("system", "market", "bin")


def build(dates: DateRange, *, prediction_grades: pl.LazyFrame) -> pl.DataFrame:
    """Calibration as of the end of each date: one row a system, market, window and bin that has graded
    predictions.

    A bin holds probabilities from its lower end up to but without the next one's; the last one holds 1 as
    well.

    Args:
        dates: the dates to make.
        prediction_grades: ``predictions.prediction_grades`` from the start of the first date's season, or 29
            days before the first date if that is earlier, up to the last date.

    Returns:
        Rows of ``dates`` with the columns of the contract, ordered by its key.
    """
    tenth = (pl.col("over_probability") * BINS).floor().cast(pl.Int64).clip(0, BINS - 1)
    daily = (
        prediction_grades.filter(pl.col("log_loss").is_not_null())
        .with_columns(tenth.alias("bin"))
        .group_by("game_date", *_BY)
        .agg(
            pl.len().cast(pl.Int64).alias("graded"),
            record.whole(pl.col("over_probability")).sum().alias("over_probabilities"),
            (pl.col("outcome") == "OVER").sum().cast(pl.Int64).alias("overs"),
        )
        .collect()
    )
    bins = record.over_windows(daily, dates, _BY).select(
        "game_date",
        "system",
        "market",
        "window",
        record.divided_by(pl.col("bin"), BINS).alias("bin_from"),
        "graded",
        record.mean("over_probabilities", "graded").alias("mean_over_probability"),
        (pl.col("overs") / pl.col("graded")).alias("over_rate"),
    )
    return SYSTEM_CALIBRATION.conform(bins)

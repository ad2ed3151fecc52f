"""Makes ``predictions.system_performance``: the record of every system over trailing windows and the
season."""

from __future__ import annotations

import polars as pl

from nba_props.contracts.predictions import SYSTEM_PERFORMANCE
from nba_props.game_calendar import DateRange
from nba_props.predictions import record

_BY = ("system", "market")


def build(dates: DateRange, *, prediction_grades: pl.LazyFrame) -> pl.DataFrame:
    """The record as of the end of each date: one row a system, market and window that has predictions.

    Args:
        dates: the dates to make.
        prediction_grades: ``predictions.prediction_grades`` from the start of the first date's season, or 29
            days before the first date if that is earlier, up to the last date.

    Returns:
        Rows of ``dates`` with the columns of the contract, ordered by its key.
    """
    daily = prediction_grades.group_by("game_date", *_BY).agg(record.sums()).collect()
    totals = record.over_windows(daily, dates, _BY).filter(pl.col("predictions") > 0)
    return SYSTEM_PERFORMANCE.conform(totals.select("game_date", *_BY, "window", *record.rates()))

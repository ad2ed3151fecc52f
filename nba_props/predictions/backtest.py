"""The record over any span of grades, for a table on the command line."""

from __future__ import annotations

import polars as pl

from nba_props.predictions import record

_BY = ("market", "system")


def backtest(grades: pl.DataFrame) -> pl.DataFrame:
    """How the systems did, beside the market's own on identical rows.

    Args:
        grades: rows of ``predictions.prediction_grades``.

    Returns:
        One row a market and system that has predictions of players who played, ordered by them, with the
        measures of ``predictions.system_performance``.
    """
    totals = grades.group_by(_BY).agg(record.sums()).filter(pl.col("predictions") > 0)
    return totals.select(*_BY, *record.rates()).sort(_BY)

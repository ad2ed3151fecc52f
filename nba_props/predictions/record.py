"""The arithmetic of the record: exact sums of grades, and the rates that are read from them.

Terms are summed as whole billionths, so a sum is exact and does not depend on the order of its rows or on how
they were grouped on the way: a window's value is the same whatever else was loaded.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import polars as pl

from nba_props.contracts.predictions import WINDOWS
from nba_props.game_calendar import DateRange, season_start

UNITS = 1_000_000_000

WILSON_Z = 1.959963984540054
"""Two-sided 95% point of the normal distribution."""

WINDOW_DAYS = {"last_7_days": 7, "last_30_days": 30}


def windows(dates: DateRange) -> pl.DataFrame:
    """Every date of the range with each of its windows: columns ``as_at``, ``window`` and ``first``, the
    window's first date; each ends with its date."""
    rows = [{"as_at": day, "window": window, "first": _first_date(window, day)} for day in dates for window in WINDOWS]
    return pl.DataFrame(rows, schema={"as_at": pl.Date, "window": pl.String, "first": pl.Date})


def over_windows(daily: pl.DataFrame, dates: DateRange, by: Iterable[str]) -> pl.DataFrame:
    """Sums of daily sums over every window of every date: the columns of ``by``, ``game_date`` the window's
    date, ``window``, and the sums."""
    keys = ["game_date", "window", *by]
    spans = (
        windows(dates).with_columns(pl.date_ranges("first", "as_at").alias("day")).explode("day", empty_as_null=False)
    )
    joined = daily.join(spans.drop("first"), left_on="game_date", right_on="day", how="inner")
    summed = [name for name in daily.columns if name not in keys]
    return joined.drop("game_date").rename({"as_at": "game_date"}).group_by(keys).agg(pl.col(summed).sum()).sort(keys)


def sums() -> list[pl.Expr]:
    """What of the grades is summed, as whole numbers."""
    is_played, is_graded = pl.col("actual").is_not_null(), pl.col("log_loss").is_not_null()
    difference = pl.col("log_loss") - pl.col("market_log_loss")
    is_bet = pl.col("profit").is_not_null()
    value = pl.when(is_bet).then("closing_line_value")
    return [
        _count(is_played).alias("predictions"),
        _count(is_graded).alias("graded"),
        _total(pl.col("error").abs()).alias("absolute_errors"),
        _count(pl.col("line_error").is_not_null()).alias("lines"),
        _total(pl.col("line_error").abs()).alias("absolute_line_errors"),
        _count(pl.col("hit").is_not_null()).alias("likelier_sides"),
        _count(pl.col("hit").fill_null(False)).alias("hits"),
        _total(pl.col("log_loss")).alias("log_losses"),
        _count(pl.col("market_log_loss").is_not_null()).alias("market_graded"),
        _total(pl.col("market_log_loss")).alias("market_log_losses"),
        _count(difference.is_not_null()).alias("differences_counted"),
        _total(difference).alias("differences"),
        _total(difference * difference).alias("squared_differences"),
        _total(pl.col("brier")).alias("briers"),
        _total(pl.col("market_brier")).alias("market_briers"),
        _count(is_graded & (pl.col("outcome") == "OVER")).alias("overs"),
        _total(pl.when(is_graded).then("over_probability")).alias("over_probabilities"),
        _count(is_bet).alias("bets"),
        _total(pl.col("profit")).alias("profits"),
        _count(value.is_not_null()).alias("closing_line_values_counted"),
        _total(value).alias("closing_line_values"),
    ]


def rates() -> list[pl.Expr]:
    """The record's columns from the sums."""
    share, low, high = wilson_interval(pl.col("hits"), pl.col("likelier_sides"))
    return [
        pl.col("predictions"),
        pl.col("graded"),
        mean("absolute_errors", "predictions").alias("mae"),
        mean("absolute_line_errors", "lines").alias("line_mae"),
        share.alias("hit_rate"),
        low.alias("hit_rate_low"),
        high.alias("hit_rate_high"),
        mean("log_losses", "graded").alias("log_loss"),
        mean("market_log_losses", "market_graded").alias("market_log_loss"),
        _standard_error().alias("log_loss_difference_error"),
        mean("briers", "graded").alias("brier"),
        mean("market_briers", "market_graded").alias("market_brier"),
        _ratio(pl.col("overs"), pl.col("graded")).alias("over_rate"),
        mean("over_probabilities", "graded").alias("mean_over_probability"),
        pl.col("bets"),
        in_units("profits").alias("profit"),
        mean("closing_line_values", "closing_line_values_counted").alias("closing_line_value"),
    ]


def wilson_interval(successes: pl.Expr, trials: pl.Expr) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Share of successes and its 95% score interval (Wilson, 1927); null without a trial."""
    z2 = WILSON_Z * WILSON_Z
    share = _ratio(successes, trials)
    centre = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half = WILSON_Z * (share * (1 - share) / trials + z2 / (4 * trials * trials)).sqrt() / (1 + z2 / trials)
    return share, (centre - half).clip(0, 1), (centre + half).clip(0, 1)


def mean(total: str, count: str) -> pl.Expr:
    """Mean of a summed column, null where nothing was counted."""
    return _ratio(pl.col(total), pl.col(count) * UNITS)


def in_units(total: str) -> pl.Expr:
    """A summed column in its own unit."""
    return divided_by(pl.col(total), UNITS)


def divided_by(value: pl.Expr, divisor: int) -> pl.Expr:
    """A column divided by a constant, correctly rounded.

    polars multiplies by the reciprocal where the divisor is a constant, but divides in a frame of one row, so that the
    same row would have another last bit there than in a longer frame. Hence a divisor that is a column.
    """
    return value / (value * 0 + divisor)


def whole(value: pl.Expr) -> pl.Expr:
    """A value as whole billionths."""
    return (value * UNITS).round().cast(pl.Int64)


def _standard_error() -> pl.Expr:
    """Standard error of the mean difference: sample standard deviation over the root of the count."""
    count = pl.col("differences_counted")
    total, squares = in_units("differences"), in_units("squared_differences")
    variance = ((squares - total * total / count) / (count - 1)).clip(0)
    return pl.when(count > 1).then((variance / count).sqrt())


def _first_date(window: str, day: date) -> date:
    days = WINDOW_DAYS.get(window)
    return season_start(day) if days is None else day - timedelta(days=days - 1)


def _ratio(part: pl.Expr, count: pl.Expr) -> pl.Expr:
    return pl.when(count > 0).then(part / count)


def _count(condition: pl.Expr) -> pl.Expr:
    return condition.sum().cast(pl.Int64)


def _total(value: pl.Expr) -> pl.Expr:
    return whole(value).sum()

"""Makes ``analytics.player_game_summary``: the efficiency and usage of every player who played."""

from __future__ import annotations

import polars as pl

from nba_props.contracts.analytics import PLAYER_GAME_SUMMARY
from nba_props.game_calendar import DateRange

FREE_THROW_PLAY_PERCENT = 44
"""Plays that a hundred free throws end: the usual estimate of 0.44 (Kubatko et al., 2007, JQAS 3(3))."""

PLAYERS_ON_THE_FLOOR = 5

_MINUTE_UNITS = 1_000_000_000
"""Team minutes are added in whole billionths, since the sum of floats depends on the order of the rows."""


def build(dates: DateRange, *, player_boxscores: pl.LazyFrame) -> pl.DataFrame:
    """Summarise the games of ``dates``: one row a player who played.

    Team totals are the sums of the box-score rows of the same game and team. Every quotient is null where its
    divisor is zero.

    Args:
        dates: the game dates to make.
        player_boxscores: ``conformed.player_boxscores`` of those dates at least.

    Returns:
        Rows of ``dates`` with the columns of the contract, ordered by its key.
    """
    rows = player_boxscores.filter(dates.is_in()).with_columns(
        _minute_units=(pl.col("minutes") * _MINUTE_UNITS).round().cast(pl.Int64), _plays=_plays_percent()
    )
    team = ("game_date", "game_id", "team")
    summary = rows.with_columns(
        _team_minute_units=pl.col("_minute_units").sum().over(team),
        _team_plays=pl.col("_plays").sum().over(team),
        _team_possessions=_possessions_percent().sum().over(team),
    ).with_columns(
        true_shooting=_quotient(100 * pl.col("points"), 2 * _shots_percent()),
        effective_field_goal=_quotient(
            2 * pl.col("field_goals_made") + pl.col("threes"), 2 * pl.col("field_goals_attempted")
        ),
        usage=_quotient(
            pl.col("_plays") * pl.col("_team_minute_units"),
            pl.col("minutes") * (_MINUTE_UNITS * PLAYERS_ON_THE_FLOOR * pl.col("_team_plays")),
        ),
        points_per_minute=_quotient(pl.col("points"), pl.col("minutes")),
        team_possessions=_hundredths(pl.when(pl.col("_team_possessions") > 0).then("_team_possessions")),
    )
    return PLAYER_GAME_SUMMARY.conform(summary)


def _possessions_percent() -> pl.Expr:
    """Possessions in whole hundredths: FGA - offensive rebounds + turnovers + 0.44 FTA."""
    return _plays_percent() - 100 * pl.col("offensive_rebounds")


def _shots_percent() -> pl.Expr:
    return 100 * pl.col("field_goals_attempted") + FREE_THROW_PLAY_PERCENT * pl.col("free_throws_attempted")


def _plays_percent() -> pl.Expr:
    return _shots_percent() + 100 * pl.col("turnovers")


def _hundredths(number: pl.Expr) -> pl.Expr:
    # By a literal polars divides a column of one row and multiplies longer ones with the reciprocal, so the
    # last bit would depend on how many rows were asked for. By a column it always divides.
    return number / (number * 0 + 100)


def _quotient(numerator: pl.Expr, divisor: pl.Expr) -> pl.Expr:
    return pl.when(divisor != 0).then(numerator / divisor)

"""Makes ``analytics.team_offense_game_summary``: what every team did with the ball."""

from __future__ import annotations

import polars as pl

from nba_props.analytics import shot_counts, team_games
from nba_props.box_formulas import quotient
from nba_props.contracts.analytics import TEAM_OFFENSE_GAME_SUMMARY
from nba_props.game_calendar import DateRange


def build(dates: DateRange, *, team_boxscores: pl.LazyFrame, shots: pl.LazyFrame) -> pl.DataFrame:
    """Summarise the games of ``dates``: one row a team that has a box score.

    Possessions, pace, rating and rebound rate need both teams and are null without the opponent.

    Args:
        dates: the game dates to make.
        team_boxscores: ``conformed.team_boxscores`` of those dates at least.
        shots: ``conformed.shots`` of those dates at least.

    Returns:
        Rows of ``dates`` with the columns of the contract, ordered by its key.
    """
    has_shots = shot_counts.are_known(pl.col("field_goals_attempted"))
    rebounds = pl.col("offensive_rebounds")
    summary = team_games.sides(dates, team_boxscores, shots).with_columns(
        team_games.per_100_possessions(pl.col("points")).alias("offensive_rating"),
        *team_games.ratios(),
        quotient(rebounds, rebounds + pl.col("defensive_rebounds_opponent")).alias("offensive_rebound_rate"),
        has_shots.alias("has_shots"),
        *shot_counts.zones(has_shots),
    )
    return TEAM_OFFENSE_GAME_SUMMARY.conform(summary)

"""Makes ``analytics.team_defense_game_summary``: what every team allowed, which is what its opponent did."""

from __future__ import annotations

import polars as pl

from nba_props.analytics import shot_counts, team_games
from nba_props.box_formulas import quotient
from nba_props.contracts.analytics import TEAM_DEFENSE_GAME_SUMMARY
from nba_props.game_calendar import DateRange

ALLOWED = ("points", "rebounds", "assists", "threes", "steals", "blocks", "turnovers")


def build(dates: DateRange, *, team_boxscores: pl.LazyFrame, shots: pl.LazyFrame) -> pl.DataFrame:
    """Summarise the games of ``dates``: one row a team whose opponent has a box score.

    Possessions, pace, rating and rebound rate need both teams and are null without the team's own.

    Args:
        dates: the game dates to make.
        team_boxscores: ``conformed.team_boxscores`` of those dates at least.
        shots: ``conformed.shots`` of those dates at least.

    Returns:
        Rows of ``dates`` with the columns of the contract, ordered by its key.
    """
    # Each row is the opponent's until the last step, which only turns the sides around.
    has_shots = shot_counts.are_known(pl.col("field_goals_attempted"))
    rebounds = pl.col("defensive_rebounds_opponent")
    summary = team_games.sides(dates, team_boxscores, shots).with_columns(
        *(pl.col(statistic).alias(f"{statistic}_allowed") for statistic in ALLOWED),
        team_games.per_100_possessions(pl.col("points")).alias("defensive_rating"),
        *team_games.ratios("_allowed"),
        quotient(rebounds, rebounds + pl.col("offensive_rebounds")).alias("defensive_rebound_rate"),
        has_shots.alias("has_shots"),
        *shot_counts.zones(has_shots, "_allowed"),
        pl.col("opponent").alias("team"),
        pl.col("team").alias("opponent"),
        (~pl.col("is_home")).alias("is_home"),
    )
    return TEAM_DEFENSE_GAME_SUMMARY.conform(summary)

"""Makes ``precompute.player_opponent_history``: what a player did against the opponent of a game to come."""

from __future__ import annotations

import polars as pl

from nba_props.contracts.precompute.player_form import PLAYER_OPPONENT_HISTORY, SPREAD_STATISTICS
from nba_props.game_calendar import DateRange
from nba_props.precompute.player_history import UNITS, player_history
from nba_props.teams import TEAMS
from nba_props.windows import WINDOW_REACH, Positions, WindowSums, not_after, team_code

_DAY = pl.col("game_date")
_PAIR = pl.col("player_id") * len(TEAMS) + team_code(pl.col("opponent"))
"""A player and an opponent as one whole number."""


def build(
    dates: DateRange, *, upcoming_player_game_context: pl.LazyFrame, player_boxscores: pl.LazyFrame
) -> pl.DataFrame:
    """Means of the games against the opponent within 365 days: one row a player and game whose opponent is known.

    Args:
        dates: the game dates to make.
        upcoming_player_game_context: ``analytics.upcoming_player_game_context`` of those dates.
        player_boxscores: ``conformed.player_boxscores`` from 365 days before the first date up to the day before the
            last. A game counts on a date on whose morning it was known.

    Returns:
        Rows of ``dates`` with the columns of the contract, ordered by its key.
    """
    rows = (
        upcoming_player_game_context.filter(dates.is_in(), pl.col("opponent").is_not_null())
        .select("player_id", "game_id", "game_date", "opponent")
        .sort(PLAYER_OPPONENT_HISTORY.key)
        .collect()
    )
    history = player_history(dates, player_boxscores, WINDOW_REACH).sort(_PAIR, _DAY, "known_on", "game_id")
    end = Positions(history, _PAIR, "known_on").through(rows, _PAIR, _DAY)
    start = not_after(Positions(history, _PAIR).through(rows, _PAIR, _DAY - WINDOW_REACH), end)
    games = pl.repeat(1, pl.len(), dtype=pl.Int64).alias("_games")
    sums = WindowSums(history.select(games, *SPREAD_STATISTICS)).between(start, end)
    means = sums.select(pl.col("_games").alias("games_against_opponent"), *map(_mean, SPREAD_STATISTICS))
    return PLAYER_OPPONENT_HISTORY.conform(pl.concat([rows, means], how="horizontal"))


def _mean(statistic: str) -> pl.Expr:
    games = pl.col("_games")
    value = pl.when(games > 0).then(pl.col(statistic) / (games * UNITS.get(statistic, 1)))
    return value.alias(f"{statistic}_mean_against_opponent")

"""Makes ``precompute.role_priors``: what the league's players of a role do in a game.

They stand beside a player's own form, never in its place: a newcomer's form is null, and his prior is what players did
in games before which none of theirs was known.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from nba_props.contracts.analytics.upcoming import ROLES
from nba_props.contracts.precompute.player_form import ROLE_PRIORS, SPREAD_STATISTICS
from nba_props.game_calendar import DateRange
from nba_props.precompute.player_daily_cache import game_dates
from nba_props.precompute.player_history import UNITS, player_history
from nba_props.roles import ROLE_GAMES, role_of
from nba_props.windows import WINDOW_REACH, Positions, WindowSums, last_games, not_after

HISTORY_REACH = timedelta(days=730)
"""A game of 365 days ago has the role of the 365 days before it."""

_PLAYER, _DAY = pl.col("player_id"), pl.col("game_date")
_ROLE = pl.col("role").cast(pl.Enum(ROLES)).to_physical()


def build(dates: DateRange, *, games: pl.LazyFrame, player_boxscores: pl.LazyFrame) -> pl.DataFrame:
    """League means by role as of the morning of each date: one row a date with a game and role.

    Args:
        dates: the game dates to make.
        games: ``conformed.games`` of those dates; on a date without a game that is not postponed there is no row.
        player_boxscores: ``conformed.player_boxscores`` from 730 days before the first date up to the day before the
            last.

    Returns:
        Rows of ``dates`` with the columns of the contract, ordered by its key; a mean over no game is null.
    """
    history = player_history(dates, player_boxscores, HISTORY_REACH)
    played = history.with_columns(role=_role_before(history)).sort(_ROLE, _DAY, "known_on", "player_id", "game_id")
    rows = (
        game_dates(dates, games)
        .alias("game_date")
        .to_frame()
        .join(pl.DataFrame({"role": ROLES}), how="cross")
        .sort("game_date", "role")
    )
    end = Positions(played, _ROLE, "known_on").through(rows, _ROLE, _DAY)
    start = not_after(Positions(played, _ROLE).through(rows, _ROLE, _DAY - WINDOW_REACH), end)
    player_games = pl.repeat(1, pl.len(), dtype=pl.Int64).alias("player_games")
    sums = WindowSums(played.select(player_games, *SPREAD_STATISTICS)).between(start, end)
    means = sums.select("player_games", *map(_mean, SPREAD_STATISTICS))
    return ROLE_PRIORS.conform(pl.concat([rows, means], how="horizontal"))


def _role_before(history: pl.DataFrame) -> pl.Series:
    """The role that each player had before each of his games."""
    end = Positions(history, _PLAYER).before(history, _PLAYER, _DAY)
    start = last_games(end, ROLE_GAMES, Positions(history, _PLAYER).through(history, _PLAYER, _DAY - WINDOW_REACH))
    sums = WindowSums(history.select("minutes")).between(start, end)
    minutes, games = sums["minutes"], end - start
    return pl.select(role=role_of(pl.lit(minutes), pl.lit(games * UNITS["minutes"]))).to_series()


def _mean(statistic: str) -> pl.Expr:
    games = pl.col("player_games")
    value = pl.when(games > 0).then(pl.col(statistic) / (games * UNITS.get(statistic, 1)))
    return value.alias(f"{statistic}_prior")

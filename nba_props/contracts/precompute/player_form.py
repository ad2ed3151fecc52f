"""Precompute tables of a player's form: what his games before a date say."""

from __future__ import annotations

from typing import Any

import polars as pl

from nba_props.contracts import columns as c
from nba_props.contracts.analytics.upcoming import ROLES
from nba_props.contracts.table import Table, declared
from nba_props.markets import PREDICTED_MARKETS

FORM_STATISTICS = (
    "minutes",
    *PREDICTED_MARKETS,
    "turnovers",
    "field_goals_attempted",
    "threes_attempted",
    "free_throws_attempted",
    "usage",
)
"""Statistics whose rolling means are kept."""

FORM_WINDOWS = {"last_3": 3, "last_5": 5, "last_10": 10, "last_20": 20, "season": None}
"""Windows in games that the player played; None is the season to date."""

SPREAD_STATISTICS = ("minutes", *PREDICTED_MARKETS)
"""Statistics whose standard deviations and slopes are kept."""

SPREAD_WINDOWS = ("last_10", "last_20")
SLOPE_WINDOW = "last_10"
RATE_WINDOWS = ("last_10", "season")

Columns = dict[str, tuple[Any, Any]]


def unit_of(statistic: str) -> str:
    """Unit of a statistic's mean."""
    if statistic == "minutes":
        return "minutes per game"
    return "share of team plays" if statistic == "usage" else f"{statistic.replace('_', ' ')} per game"


def window_words(window: str) -> str:
    """A window in words."""
    games = FORM_WINDOWS[window]
    return "the season's games before the date" if games is None else f"the last {games} games that he played"


def _mean_columns() -> Columns:
    return {
        f"{statistic}_mean_{window}": (
            float,
            c.number(
                f"Mean {statistic.replace('_', ' ')} ({unit_of(statistic)}) over {window_words(window)}.",
                nullable=True,
                ge=0,
            ),
        )
        for statistic in FORM_STATISTICS
        for window in FORM_WINDOWS
    }


def _spread_columns() -> Columns:
    return {
        f"{statistic}_sd_{window}": (
            float,
            c.number(
                f"Sample standard deviation of {statistic.replace('_', ' ')} over {window_words(window)}.",
                nullable=True,
                ge=0,
            ),
        )
        for statistic in SPREAD_STATISTICS
        for window in SPREAD_WINDOWS
    }


def _slope_columns() -> Columns:
    return {
        f"{statistic}_slope_{SLOPE_WINDOW}": (
            float,
            c.number(
                f"Least-squares slope of {statistic.replace('_', ' ')} per game over {window_words(SLOPE_WINDOW)},"
                " oldest to newest; null with fewer than three.",
                nullable=True,
            ),
        )
        for statistic in SPREAD_STATISTICS
    }


def _rate_columns() -> Columns:
    return {
        f"{market}_per_minute_{window}": (
            float,
            c.number(
                f"{market.replace('_', ' ').capitalize()} per minute: sum over sum, {window_words(window)}; null"
                " without minutes.",
                nullable=True,
                ge=0,
            ),
        )
        for market in PREDICTED_MARKETS
        for window in RATE_WINDOWS
    }


PlayerDailyCache = declared(
    "PlayerDailyCache",
    """Rolling form of every player whose team plays on the date, from games known on its morning: one row a player and
    date. Windows count games that he played; games that he missed are counted beside them, never as zeros.""",
    {
        "player_id": (int, c.player_id()),
        "game_date": (pl.Date, c.game_date()),
        "team": (str, c.team("Team of his last game before the date.")),
        "last_game_date": (pl.Date, c.text("Date of his last game before this date.")),
        "games_played_season": (int, c.number("Games that he played this season before the date.", ge=0)),
        "games_played_recently": (
            int,
            c.number("Games that he played in the trailing window, at most 20.", ge=0, le=20),
        ),
        "team_games_missed_last_10": (
            int,
            c.number("Of his team's last 10 games this season, those that he missed.", nullable=True, ge=0, le=10),
        ),
        "games_last_7_days": (int, c.number("Games that he played in the seven days before the date.", ge=0, le=7)),
        "minutes_last_7_days": (float, c.number("Minutes that he played in the seven days before the date.", ge=0)),
        **_mean_columns(),
        **_spread_columns(),
        **_slope_columns(),
        **_rate_columns(),
    },
)

PlayerOpponentHistory = declared(
    "PlayerOpponentHistory",
    """What a player did against a game's opponent within 365 days before it, for whichever team: one row a player and
    game of the upcoming context whose opponent is known.""",
    {
        "player_id": (int, c.player_id()),
        "game_id": (str, c.game_id()),
        "game_date": (pl.Date, c.game_date()),
        "opponent": (str, c.team("Tricode of the opponent.")),
        "games_against_opponent": (int, c.number("Games that he played against it.", ge=0)),
        **{
            f"{statistic}_mean_against_opponent": (
                float,
                c.number(
                    f"Mean {statistic.replace('_', ' ')} ({unit_of(statistic)}) in them; null without one.",
                    nullable=True,
                    ge=0,
                ),
            )
            for statistic in SPREAD_STATISTICS
        },
    },
)

RolePriors = declared(
    "RolePriors",
    """What the league's players of a role do in a game: one row a date and role, means over player-games known on the
    date's morning and played within 365 days, each by the role that he had before that game.""",
    {
        "game_date": (pl.Date, c.game_date()),
        "role": (str, c.text("Role by the mean minutes of the last ten games before a game.", isin=ROLES)),
        "player_games": (int, c.number("Player-games of the role.", ge=0)),
        **{
            f"{statistic}_prior": (
                float,
                c.number(
                    f"Mean {statistic.replace('_', ' ')} ({unit_of(statistic)}) of them; null without one.",
                    nullable=True,
                    ge=0,
                ),
            )
            for statistic in SPREAD_STATISTICS
        },
    },
)

PLAYER_DAILY_CACHE = Table("precompute", "player_daily_cache", PlayerDailyCache, ("game_date", "player_id"))
PLAYER_OPPONENT_HISTORY = Table(
    "precompute", "player_opponent_history", PlayerOpponentHistory, ("game_date", "game_id", "player_id")
)
ROLE_PRIORS = Table("precompute", "role_priors", RolePriors, ("game_date", "role"))

TABLES = (PLAYER_DAILY_CACHE, PLAYER_OPPONENT_HISTORY, ROLE_PRIORS)

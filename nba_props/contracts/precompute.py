"""Precompute tables: rolling form and the feature store.

Families of columns (a statistic over several windows) are declared by loops over their parts; each still has its own
description, unit and range.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from nba_props.contracts import columns as c
from nba_props.contracts.table import Contract, Table
from nba_props.markets import PREDICTED_MARKETS

FEATURE_VERSION = 1

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
"""Statistics whose standard deviation over the last 20 games is kept."""

ALLOWED_STATISTICS = ("points", "rebounds", "assists", "threes", "steals", "blocks")
"""What a defence allows, as a ratio to the league."""

TEAM_WINDOW_GAMES = 15

QUALITIES = ("complete", "partial", "defaulted")


def _declared(name: str, doc: str, columns: Mapping[str, tuple[Any, Any]]) -> type[Contract]:
    namespace: dict[str, Any] = {"__doc__": doc, "__module__": __name__, "__qualname__": name}
    namespace["__annotations__"] = {column: dtype for column, (dtype, _) in columns.items()}
    namespace.update({column: field for column, (_, field) in columns.items()})
    return type(name, (Contract,), namespace)


def _unit(statistic: str) -> str:
    return "share of team plays" if statistic == "usage" else "per game"


def _window_words(window: str) -> str:
    games = FORM_WINDOWS[window]
    return "the season's games before the date" if games is None else f"the last {games} games that he played"


def _form_columns() -> dict[str, tuple[Any, Any]]:
    means = {
        f"{statistic}_mean_{window}": (
            float,
            c.number(
                f"Mean {statistic.replace('_', ' ')} ({_unit(statistic)}) over {_window_words(window)}.",
                nullable=True,
                ge=0,
            ),
        )
        for statistic in FORM_STATISTICS
        for window in FORM_WINDOWS
    }
    spreads = {
        f"{statistic}_sd_last_20": (
            float,
            c.number(
                f"Standard deviation of {statistic.replace('_', ' ')} over the last 20 games that he played.",
                nullable=True,
                ge=0,
            ),
        )
        for statistic in SPREAD_STATISTICS
    }
    return {**means, **spreads}


_PLAYER_DAY = {
    "player_id": (int, c.player_id()),
    "game_date": (pl.Date, c.game_date()),
    "team": (str, c.team("Team of his last game before the date.")),
    "last_game_date": (pl.Date, c.text("Date of his last game before this date.")),
    "games_played_season": (int, c.number("Games that he played this season before the date.", ge=0)),
    "games_played_recently": (int, c.number("Games that he played in the trailing window, at most 20.", ge=0, le=20)),
    "team_games_missed_last_10": (
        int,
        c.number("Of his team's last 10 games this season, those that he missed.", nullable=True, ge=0, le=10),
    ),
    "games_last_7_days": (int, c.number("Games that he played in the seven days before the date.", ge=0, le=7)),
    "minutes_last_7_days": (float, c.number("Minutes that he played in the seven days before the date.", ge=0)),
}

PlayerDailyCache = _declared(
    "PlayerDailyCache",
    """Rolling form of every player whose team plays on the date, from games before it: one row a player and date.
    Windows count games that he played; games that he missed are counted beside them, never as zeros.""",
    {**_PLAYER_DAY, **_form_columns()},
)


def _allowed_columns(prefix: str, whose: str) -> dict[str, tuple[Any, Any]]:
    return {
        f"{prefix}_{statistic}_allowed": (
            float,
            c.number(
                f"{statistic.capitalize()} that {whose} allowed per game over its last {TEAM_WINDOW_GAMES} games of"
                " the season, as a ratio to the league's mean to date.",
                nullable=True,
                ge=0,
            ),
        )
        for statistic in ALLOWED_STATISTICS
    }


TeamDailyCache = _declared(
    "TeamDailyCache",
    """Form of every team that plays on the date, from games of the season before it: one row a team and date.""",
    {
        "team": (str, c.team("Tricode of the team.")),
        "game_date": (pl.Date, c.game_date()),
        "games_played_season": (int, c.number("Games played this season before the date.", ge=0)),
        "pace": (
            float,
            c.number(f"Possessions per game over the last {TEAM_WINDOW_GAMES} games.", nullable=True, gt=0),
        ),
        "points_scored": (
            float,
            c.number(f"Points per game over the last {TEAM_WINDOW_GAMES} games.", nullable=True, ge=0),
        ),
        "days_rest": (int, c.number("Days since its last game this season, less one.", nullable=True, ge=0)),
        **_allowed_columns("team", "the team"),
    },
)

MARKET_FEATURES = {
    **{
        f"{market}_line": (
            float,
            c.line(f"Consensus {market.replace('_', ' ')} line as of the prediction.", nullable=True),
        )
        for market in PREDICTED_MARKETS
    },
    **{
        f"{market}_over_probability": (
            float,
            c.probability(f"Consensus no-vig probability of over that {market.replace('_', ' ')} line.", nullable=True),
        )
        for market in PREDICTED_MARKETS
    },
    "team_implied_total": (float, c.number("Points that the game lines imply for his team.", nullable=True)),
    "opponent_implied_total": (float, c.number("Points that the game lines imply for the opponent.", nullable=True)),
    "team_spread": (float, c.number("His team's points handicap; negative if favoured.", nullable=True)),
}

FEATURES: dict[str, dict[str, tuple[Any, Any]]] = {
    "form": _form_columns(),
    "role": {
        "games_played_season": (
            int,
            c.number("Games that he played this season before the date.", nullable=True, ge=0),
        ),
        "games_played_recently": (
            int,
            c.number("Games that he played in the trailing window, at most 20.", nullable=True, ge=0, le=20),
        ),
        "team_games_missed_last_10": _PLAYER_DAY["team_games_missed_last_10"],
        "points_per_minute_season": (
            float,
            c.number("Season points per season minute before the date.", nullable=True, ge=0),
        ),
    },
    "trajectory": {
        "minutes_trend": (
            float,
            c.number("Mean minutes of the last 5 games less those of the last 20.", nullable=True),
        ),
        "points_trend": (float, c.number("Mean points of the last 5 games less those of the last 20.", nullable=True)),
        "usage_trend": (float, c.number("Mean usage of the last 5 games less that of the last 20.", nullable=True)),
    },
    "schedule": {
        "is_home": (bool, c.flag("Whether his team is the home team.", nullable=True)),
        "days_rest": (int, c.number("Days since his last game, less one; null beyond 30.", nullable=True, ge=0)),
        "is_back_to_back": (bool, c.flag("Whether his team played the day before.", nullable=True)),
        "opponent_is_back_to_back": (bool, c.flag("Whether the opponent played the day before.", nullable=True)),
        "games_last_7_days": (int, c.number("Games that he played in the seven days before.", nullable=True, ge=0)),
        "minutes_last_7_days": (float, c.number("Minutes of the seven days before.", nullable=True, ge=0)),
    },
    "matchup": {
        **_allowed_columns("opponent", "the opponent"),
        "opponent_pace": (float, c.number("The opponent's possessions per game.", nullable=True, gt=0)),
        "team_pace": (float, c.number("His team's possessions per game.", nullable=True, gt=0)),
    },
    "market": MARKET_FEATURES,
}
"""Features by group. The market group can be left out whole: nothing else is computed from a line."""

_QUALITY_WORDS = "complete: every input was there; partial: some; defaulted: none, so the group is null."

FeatureStore = _declared(
    "FeatureStore",
    """The feature vector of a player before a game: one row a player, game and as-of, from facts knowable by then.
    What is unknown is null, never made up; a quality column for each group says how much was known.""",
    {
        "player_id": (int, c.player_id()),
        "game_id": (str, c.game_id()),
        "game_date": (pl.Date, c.game_date()),
        "season": (str, c.season()),
        "as_of": (c.Moment, c.moment("The time that the features stand for; nothing later was used.")),
        "feature_version": (int, c.number("Version of the feature definitions.", ge=1)),
        "team": (str, c.team("His team, if known before the game.", nullable=True)),
        "opponent": (str, c.team("The opponent, if his team is known.", nullable=True)),
        **{name: column for group in FEATURES.values() for name, column in group.items()},
        **{
            f"{group}_quality": (str, c.text(f"Quality of the {group} features. {_QUALITY_WORDS}", isin=QUALITIES))
            for group in FEATURES
        },
    },
)

PLAYER_DAILY_CACHE = Table("precompute", "player_daily_cache", PlayerDailyCache, ("game_date", "player_id"))
TEAM_DAILY_CACHE = Table("precompute", "team_daily_cache", TeamDailyCache, ("game_date", "team"))
FEATURE_STORE = Table("precompute", "feature_store", FeatureStore, ("game_date", "game_id", "player_id"))

TABLES = (PLAYER_DAILY_CACHE, TEAM_DAILY_CACHE, FEATURE_STORE)

"""Small typed frames for tests of predictions: one game's features, lines, box scores, stored predictions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from nba_props.contracts.conformed import GAMES, PLAYER_BOXSCORES, PROP_CONSENSUS, PROP_LINES, UNRESOLVED_PLAYERS
from nba_props.contracts.precompute import FEATURE_STORE, FEATURE_VERSION, FEATURES
from nba_props.contracts.predictions import MODELS, PLAYER_PROP_PREDICTIONS, PREDICTION_GRADES, PROP_OFFERS
from nba_props.contracts.table import Table
from nba_props.game_calendar import DateRange, season_of
from nba_props.markets import MARKETS, PREDICTED_MARKETS

Row = dict[str, Any]

DAY = date(2025, 1, 15)
DATES = DateRange.of(DAY)
GAME = "0022400001"
TIP_OFF = datetime(2025, 1, 16, 0, 0, tzinfo=UTC)
AS_OF = TIP_OFF - timedelta(minutes=30)
MORNING = datetime(2025, 1, 15, 14, 0, tzinfo=UTC)
AFTER = TIP_OFF + timedelta(hours=5)
PLAYER = 101


def frame(table: Table, rows: Iterable[Row]) -> pl.DataFrame:
    """Rows of a table; columns that a row does not name are null."""
    names = table.schema.names()
    filled = [{name: row.get(name) for name in names} for row in rows]
    return table.conform(pl.DataFrame(filled, schema=table.schema))


def lazy(table: Table, rows: Iterable[Row]) -> pl.LazyFrame:
    return frame(table, rows).lazy()


def game(**given: Any) -> Row:
    return {
        "game_id": GAME,
        "game_date": DAY,
        "season": season_of(given.get("game_date", DAY)),
        "game_type": "regular_season",
        "status": "scheduled",
        "tip_off_at": TIP_OFF,
        "tip_off_source": "schedule",
        "home_team": "BOS",
        "away_team": "NYK",
        **given,
    }


def features(**given: Any) -> Row:
    """A player who averages 20 points, 6 rebounds and so on in every window."""
    form: Row = {}
    for statistic, value in _AVERAGES.items():
        for window in ("last_3", "last_5", "last_10", "last_20", "season"):
            form[f"{statistic}_mean_{window}"] = value
        form[f"{statistic}_sd_last_20"] = (1.5 * value) ** 0.5
    return {
        "player_id": PLAYER,
        "game_id": GAME,
        "game_date": DAY,
        "season": season_of(given.get("game_date", DAY)),
        "as_of": AS_OF,
        "feature_version": FEATURE_VERSION,
        "team": "BOS",
        "opponent": "NYK",
        "games_played_season": 30,
        "games_played_recently": 20,
        **{f"{group}_quality": "partial" for group in FEATURES},
        **form,
        **given,
    }


_AVERAGES = {
    "minutes": 32.0,
    "points": 20.0,
    "rebounds": 6.0,
    "assists": 4.0,
    "threes": 2.0,
    "points_rebounds_assists": 30.0,
    "steals": 1.0,
    "blocks": 0.6,
}


def consensus(**given: Any) -> Row:
    return {
        "game_id": GAME,
        "game_date": DAY,
        "player_id": PLAYER,
        "market": "points",
        "kind": "current",
        "line": 20.5,
        "over_probability": 0.48,
        "books": 2,
        "books_on_line": 1,
        "snapshot_at": AS_OF - timedelta(minutes=10),
        "minutes_before_tip_off": 40.0,
        **given,
    }


def prop_line(**given: Any) -> Row:
    return {
        "game_id": GAME,
        "game_date": DAY,
        "player_id": PLAYER,
        "market": "points",
        "bookmaker": "fanduel",
        "kind": "current",
        "line": 20.5,
        "over_price": 1.9,
        "under_price": 1.9,
        "over_probability": 0.5,
        "hold": 0.05,
        "snapshot_at": AS_OF - timedelta(minutes=10),
        "minutes_before_tip_off": 40.0,
        "event_id": "event",
        **given,
    }


def box_score(**given: Any) -> Row:
    zeros = {name: 0 for name, dtype in PLAYER_BOXSCORES.schema.items() if dtype == pl.Int64}
    return {
        **zeros,
        "game_id": GAME,
        "game_date": DAY,
        "season": season_of(given.get("game_date", DAY)),
        "game_type": "regular_season",
        "player_id": PLAYER,
        "player_name": "A Player",
        "team": "BOS",
        "opponent": "NYK",
        "is_home": True,
        "minutes": 30.0,
        "knowable_at": AFTER,
        "source": "nbac_player_boxscore",
        **given,
    }


def prediction(**given: Any) -> Row:
    """A stored prediction of points with a bet on over 20.5."""
    return {
        "prediction_id": "first",
        "game_id": GAME,
        "game_date": DAY,
        "player_id": PLAYER,
        "market": "points",
        "system": "moving_average_baseline",
        "as_of": MORNING,
        "is_backfilled": False,
        "distribution": "negative_binomial",
        "mean": 22.0,
        "standard_deviation": 8.0,
        **dict.fromkeys(("q05", "q10", "q25", "q50", "q75", "q90", "q95"), 20.0),
        "line": 20.5,
        "line_snapshot_at": MORNING,
        "over_probability": 0.6,
        "push_probability": 0.0,
        "market_over_probability": 0.5,
        "bookmaker": "fanduel",
        "offer_line": 20.5,
        "offer_side": "OVER",
        "offer_price": 1.9,
        "offer_fair_price": 1.7,
        "edge": 0.1,
        "expected_value": 0.14,
        "recommendation": "OVER",
        "reason": "expected value 14.0% at fanduel -111",
        "is_active": True,
        "superseded_by": None,
        **given,
    }


def inputs(**given: pl.LazyFrame) -> dict[str, Any]:
    """Arguments of ``build_all`` for one player with one line at one book, in the morning."""
    return {
        "feature_store": lazy(FEATURE_STORE, [features()]),
        "games": lazy(GAMES, [game()]),
        "prop_consensus": lazy(PROP_CONSENSUS, [consensus(snapshot_at=MORNING)]),
        "prop_lines": lazy(PROP_LINES, [prop_line(snapshot_at=MORNING)]),
        "models": lazy(MODELS, []),
        "unresolved_players": lazy(UNRESOLVED_PLAYERS, []),
        "previous": lazy(PLAYER_PROP_PREDICTIONS, []),
        "previous_offers": lazy(PROP_OFFERS, []),
        "now": MORNING,
        "least_edge": 0.03,
        **given,
    }


def history(first: date, days: int, players: int, seed: int = 3) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Features and box scores in which what a player does varies about his means: a row a player and day."""
    random = np.random.default_rng(seed)
    stored, played = [], []
    for offset in range(days):
        day = first + timedelta(days=offset)
        for number in range(players):
            level = 0.4 + 1.2 * number / players
            key = {"player_id": 100 + number, "game_id": f"002{offset:07d}", "game_date": day}
            means = {name: value * level for name, value in _AVERAGES.items()}
            form = {
                f"{name}_mean_{window}": max(value + random.normal(0, 0.1 * value), 0.0)
                for name, value in means.items()
                for window in ("last_3", "last_5", "last_10", "last_20", "season")
            }
            stored.append(features(**key, **form))
            counts = {name: int(random.poisson(means[name])) for name in PREDICTED_MARKETS if name in _SINGLE}
            played.append(box_score(**key, **counts))
    return frame(FEATURE_STORE, stored), frame(PLAYER_BOXSCORES, played)


_SINGLE = [name for name in PREDICTED_MARKETS if MARKETS[name].statistics == (name,)]


def grade(**given: Any) -> Row:
    """A graded prediction of points that gave over 60% and saw it happen."""
    return {
        "prediction_id": "graded",
        "game_id": GAME,
        "game_date": DAY,
        "player_id": PLAYER,
        "market": "points",
        "system": "moving_average_baseline",
        "outcome": "OVER",
        "actual": 25.0,
        "error": -3.0,
        "line": 20.5,
        "line_error": -4.5,
        "over_probability": 0.6,
        "market_over_probability": 0.5,
        "log_loss": 0.5108256237659907,
        "market_log_loss": 0.6931471805599453,
        "brier": 0.16,
        "market_brier": 0.25,
        "hit": True,
        "recommendation": "OVER",
        "profit": 0.9,
        "closing_line": 21.5,
        "closing_over_probability": 0.5,
        "closing_line_value": 1.0,
        **given,
    }


def grades(rows: Iterable[Row]) -> pl.DataFrame:
    return frame(PREDICTION_GRADES, rows)

"""Rows of the feature store once more, from the stored rows that they join, in plain Python."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from nba_props.contracts.conformed import SHOT_ZONES
from nba_props.contracts.precompute import FEATURES
from nba_props_tests.precompute.league import Row
from nba_props_tests.precompute.recomputed import ALLOWED, PREDICTED

SEVERITY = {
    "available": 0.0,
    "not_listed": 0.0,
    "probable": 0.25,
    "questionable": 0.5,
    "day_to_day": 0.5,
    "doubtful": 0.75,
    "out": 1.0,
    "suspended": 1.0,
}
STATISTICS = ("minutes", *PREDICTED)
ZONE_NAMES = ("attempts_allowed_ratio", "percentage_allowed_ratio")

Rows = dict[tuple[Any, ...], Row]


class Stored:
    """The tables that the feature store joins, by key."""

    def __init__(self, tables: Mapping[str, pl.DataFrame]) -> None:
        def by(name: str, *key: str) -> Rows:
            return {tuple(row[column] for column in key): row for row in tables[name].to_dicts()}

        self.players = by("upcoming_player_game_context", "game_date", "game_id", "player_id")
        self.teams = by("upcoming_team_game_context", "game_date", "game_id", "team")
        self.form = by("player_daily_cache", "game_date", "player_id")
        self.team_form = by("team_daily_cache", "game_date", "team")
        self.shooting = by("player_shot_zone_analysis", "game_date", "player_id")
        self.defence = by("team_defense_zone_analysis", "game_date", "team")
        self.factors = by("player_composite_factors", "game_date", "game_id", "player_id")
        self.history = by("player_opponent_history", "game_date", "game_id", "player_id")
        self.priors = by("role_priors", "game_date", "role")

    def feature_row(self, key: tuple[Any, ...]) -> Row:
        """The row of a game date, game and player."""
        of = self.players[key]
        day, game_id, player = key
        stands = of["as_of"] >= datetime.combine(day, time(6), ZoneInfo("America/New_York"))
        at_morning = day if stands else None
        own = self.teams.get((day, game_id, of["team"]), {})
        other = self.teams.get((day, game_id, of["opponent"]), {})
        factors = self.factors.get(key, {})
        groups = {
            **_of_player(
                of,
                self.form.get((at_morning, player), {}),
                self.shooting.get((at_morning, player), {}),
                self.history.get((at_morning, game_id, player), {}),
                self.priors.get((at_morning, of["role"]), {}),
            ),
            **_of_teams(
                self.team_form.get((at_morning, of["team"]), {}),
                self.team_form.get((at_morning, of["opponent"]), {}),
                self.defence.get((at_morning, of["opponent"]), {}),
                factors,
            ),
            "schedule": _schedule(of, own, other, factors),
            "absences": _absences(of, other, factors),
            "market": _market(of),
        }
        same = ("player_id", "game_id", "game_date", "season", "as_of", "team", "opponent", "role")
        return {
            **{name: of[name] for name in same},
            "feature_version": 2,
            **{name: groups[group][name] for group in FEATURES for name in FEATURES[group]},
            **{f"{group}_quality": quality(groups[group]) for group in FEATURES},
        }


def quality(group: Row) -> str:
    """How much of a group is known."""
    unknown = [value is None for value in group.values()]
    return "defaulted" if all(unknown) else "partial" if any(unknown) else "complete"


def _of_player(of: Row, form: Row, shooting: Row, history: Row, prior: Row) -> dict[str, Row]:
    from_form = FEATURES["form"]
    played = ("games_played_season", "games_played_recently", "team_games_missed_last_10")
    told = ("is_newcomer", "changed_team", "starts_share_last_10", "minutes_last_3_games")
    against = ("games_against_opponent", *(f"{name}_mean_against_opponent" for name in STATISTICS))
    zones = [f"{zone}_{name}_last_20" for zone in SHOT_ZONES for name in ("share", "percentage")]
    return {
        "form": {name: form.get(name) for name in from_form},
        "role": {**{name: of[name] for name in told}, **{name: form.get(name) for name in played}},
        "trajectory": {
            **{f"{name}_trend": _less(form, f"{name}_mean_last_5", f"{name}_mean_last_20") for name in TRENDS},
            **{f"{name}_slope_last_10": form.get(f"{name}_slope_last_10") for name in STATISTICS},
        },
        "shooting": {name: shooting.get(name) for name in (*zones, "assisted_share_last_20")},
        "opponent_history": {name: history.get(name) for name in against},
        "prior": {f"{name}_prior": prior.get(f"{name}_prior") for name in STATISTICS},
    }


TRENDS = ("minutes", "points", "usage")


def _less(row: Row, left: str, right: str) -> float | None:
    if row.get(left) is None or row.get(right) is None:
        return None
    return float(row[left] - row[right])


def _of_teams(own: Row, other: Row, defence: Row, factors: Row) -> dict[str, Row]:
    return {
        "matchup": {
            **{f"opponent_{name}_allowed": other.get(f"team_{name}_allowed") for name in ALLOWED},
            "opponent_pace": other.get("pace"),
            "opponent_defensive_rating": other.get("defensive_rating"),
            **{f"opponent_{zone}_{name}": defence.get(f"{zone}_{name}") for zone in SHOT_ZONES for name in ZONE_NAMES},
            "zone_mismatch_adjustment": factors.get("zone_mismatch_adjustment"),
        },
        "team_context": {
            "team_pace": own.get("pace"),
            "team_offensive_rating": own.get("offensive_rating"),
            "team_defensive_rating": own.get("defensive_rating"),
            "team_points_scored": own.get("points_scored"),
            "team_games_played_season": own.get("games_played_season"),
            "league_pace": own.get("league_pace"),
            "pace_adjustment": factors.get("pace_adjustment"),
        },
    }


def _schedule(of: Row, own: Row, other: Row, factors: Row) -> Row:
    rest = of["days_rest"]
    return {
        "is_home": of["is_home"],
        "is_playoffs": of["game_type"] in ("playoffs", "play_in"),
        "days_rest": rest if rest is not None and rest <= 30 else None,
        "team_days_rest": of["team_days_rest"],
        "opponent_days_rest": own.get("opponent_days_rest"),
        "is_back_to_back": own.get("is_back_to_back"),
        "opponent_is_back_to_back": other.get("is_back_to_back"),
        "team_games_last_4_days": own.get("games_last_4_days"),
        "team_games_last_7_days": own.get("games_last_7_days"),
        "travel_km": own.get("travel_km"),
        "travel_km_last_7_days": own.get("travel_km_last_7_days"),
        "time_zones_crossed": own.get("time_zones_crossed"),
        "games_last_7_days": of["games_last_7_days"],
        "minutes_last_7_days": of["minutes_last_7_days"],
        "fatigue_score": factors.get("fatigue_score"),
    }


def _absences(of: Row, other: Row, factors: Row) -> Row:
    status = of["injury_status"]
    unlisted = 0.0 if of["injuries_known"] and status is None else None
    return {
        "injury_severity": SEVERITY.get(status, unlisted),
        "teammates_out": of["players_out"],
        "minutes_out": of["minutes_out"],
        "usage_out": of["usage_out"],
        "opponent_players_out": other.get("players_out"),
        "opponent_minutes_out": other.get("minutes_out"),
        "usage_shift_adjustment": factors.get("usage_shift_adjustment"),
    }


def _market(of: Row) -> Row:
    sides = ("team_implied_total", "opponent_implied_total", "team_spread")
    return {
        **{f"{market}_{name}": of[f"{market}_{name}"] for market in PREDICTED for name in ("line", "over_probability")},
        **{name: of[name] for name in sides},
        "game_total": of["total"],
    }

"""The summaries of games once more, slowly and in plain Python with fractions, from the words of the contracts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from nba_props_tests.analytics.random_games import PARTS, Games
from nba_props_tests.precompute.league import COUNTS, Row

ZONES = ("restricted_area", "paint", "mid_range", "corner_three", "above_the_break_three")
FREE_THROW_PLAY = Fraction(44, 100)

Key = tuple[date, str, Any]


class Recomputed:
    """The summaries of games, one row at a time."""

    def __init__(self, told: Games) -> None:
        self.games = {(row["game_date"], row["game_id"]): row for row in told.games}
        self.boxes: dict[tuple[date, str], list[Row]] = {}
        self.shots: dict[tuple[date, str], list[Row]] = {}
        for rows, by_game in ((told.player_boxscores, self.boxes), (told.shots, self.shots)):
            for row in rows:
                by_game.setdefault((row["game_date"], row["game_id"]), []).append(row)
        self.absences = told.did_not_play
        self.results = {(*_game(row), row["player_id"], row["market"]): row for row in told.player_market_results}
        self.teams = {(*_game(row), row["team"]): row for row in told.team_boxscores}

    def players(self) -> dict[Key, Row]:
        """Every row of ``player_game_summary`` by its key."""
        rows = {(*game, row["player_id"]): self._played(row) for game, box in self.boxes.items() for row in box}
        for row in self.absences:
            key = (*_game(row), row["player_id"])
            if key not in rows and _game(row) in self.games:
                rows[key] = self._absent(row)
        return rows

    def offense(self) -> dict[Key, Row]:
        """Every row of ``team_offense_game_summary`` by its key."""
        return {key: self._offense(row) for key, row in self.teams.items()}

    def defense(self) -> dict[Key, Row]:
        """Every row of ``team_defense_game_summary`` by its key."""
        return {(*key[:2], row["opponent"]): self._defense(row) for key, row in self.teams.items()}

    def _played(self, row: Row) -> Row:
        mates = [one for one in self.boxes[_game(row)] if one["team"] == row["team"]]
        possessions = sum((_possessions(one) for one in mates), Fraction(0))
        team_minutes = sum((Fraction(one["minutes"]) for one in mates), Fraction(0))
        team_plays = sum((_plays(one) for one in mates), Fraction(0))
        minutes = Fraction(row["minutes"])
        return {
            **{name: row.get(name) for name in _ABOUT},
            "did_not_play": False,
            "not_playing_kind": None,
            "not_playing_reason": None,
            **{name: row.get(name) for name in ("is_starter", "minutes", *COUNTS, "plus_minus")},
            "true_shooting": _true_shooting(row),
            "effective_field_goal": _effective(row),
            "usage": ratio(_plays(row) * team_minutes, 5 * minutes * team_plays),
            "points_per_minute": ratio(row["points"], minutes),
            "team_possessions": possessions if possessions > 0 else None,
            **self._own_zones(row, mates),
            **{
                f"{market}_{name}": self.results.get((*_game(row), row["player_id"], market), {}).get(name)
                for market in PARTS
                for name in ("closing_line", "closing_over_probability", "result")
            },
            "knowable_at": row["knowable_at"],
        }

    def _own_zones(self, row: Row, mates: Sequence[Row]) -> Row:
        of_team = [one for one in self.shots.get(_game(row), []) if one["team"] == row["team"]]
        own = [one for one in of_team if one["player_id"] == row["player_id"]]
        tried = sum(one["field_goals_attempted"] for one in mates)
        known = _are_all(of_team, tried) and len(own) == row["field_goals_attempted"]
        return _zones(own, known)

    def _absent(self, row: Row) -> Row:
        of = self.games[_game(row)]
        is_home = row["team"] == of["home_team"]
        nothing = dict.fromkeys((*_STATISTICS, *(name for zone in ZONES for name in _names(zone)), *_MARKETS))
        return {
            **nothing,
            "game_id": row["game_id"],
            "game_date": row["game_date"],
            "season": of["season"],
            "game_type": of["game_type"],
            "player_id": row["player_id"],
            "player_name": row["player_name"],
            "team": row["team"],
            "opponent": of["away_team"] if is_home else of["home_team"],
            "is_home": is_home,
            "did_not_play": True,
            "not_playing_kind": row["kind"],
            "not_playing_reason": row["reason"],
            "has_shots": False,
            "knowable_at": row["knowable_at"],
        }

    def _sides(self, row: Row) -> tuple[Row | None, Row]:
        """The opponent's box score, and what both sides of a game share."""
        opponent = self.teams.get((*_game(row), row["opponent"]))
        told = {
            overtimes for side in (row, opponent) if side and (overtimes := _overtimes(side["minutes"])) is not None
        }
        overtimes = told.pop() if len(told) == 1 else None
        possessions = (_possessions(row) + _possessions(opponent)) / 2 if opponent else None
        if possessions is not None and possessions <= 0:
            possessions = None
        pace = None if possessions is None or overtimes is None else possessions * 48 / (48 + 5 * overtimes)
        return opponent, {"overtimes": overtimes, "possessions": possessions, "pace": pace}

    def _offense(self, row: Row) -> Row:
        opponent, shared = self._sides(row)
        own = row["offensive_rebounds"]
        of_team = [one for one in self.shots.get(_game(row), []) if one["team"] == row["team"]]
        return {
            **{name: row[name] for name in _ABOUT_GAME},
            **{name: row[name] for name in ("team", "opponent", "is_home")},
            **shared,
            "points": row["points"],
            "assists": row["assists"],
            "offensive_rating": ratio(100 * row["points"], shared["possessions"]),
            **_ratios(row),
            "offensive_rebound_rate": ratio(own, own + opponent["defensive_rebounds"]) if opponent else None,
            **_zones(of_team, _are_all(of_team, row["field_goals_attempted"])),
            "knowable_at": row["knowable_at"],
        }

    def _defense(self, row: Row) -> Row:
        """``row`` is what the defence allowed: the opponent's box score."""
        own, shared = self._sides(row)
        faced = [one for one in self.shots.get(_game(row), []) if one["team"] == row["team"]]
        zones = _zones(faced, _are_all(faced, row["field_goals_attempted"]))
        has_shots = zones.pop("has_shots")
        statistics = ("points", "rebounds", "assists", "threes", "steals", "blocks", "turnovers")
        boards = own["defensive_rebounds"] if own else None
        return {
            **{name: row[name] for name in _ABOUT_GAME},
            "team": row["opponent"],
            "opponent": row["team"],
            "is_home": not row["is_home"],
            **shared,
            **{f"{name}_allowed": row[name] for name in statistics},
            "defensive_rating": ratio(100 * row["points"], shared["possessions"]),
            **{f"{name}_allowed": value for name, value in _ratios(row).items()},
            "defensive_rebound_rate": None if boards is None else ratio(boards, boards + row["offensive_rebounds"]),
            "has_shots": has_shots,
            **{f"{name}_allowed": value for name, value in zones.items()},
            "knowable_at": row["knowable_at"],
        }


_ABOUT_GAME = ("game_id", "game_date", "season", "game_type")
_ABOUT = (*_ABOUT_GAME, "player_id", "player_name", "team", "opponent", "is_home")
_STATISTICS = (
    "is_starter",
    "minutes",
    *COUNTS,
    "plus_minus",
    "true_shooting",
    "effective_field_goal",
    "usage",
    "points_per_minute",
    "team_possessions",
)
_MARKETS = [f"{market}_{name}" for market in PARTS for name in ("closing_line", "closing_over_probability", "result")]


def ratio(numerator: Any, divisor: Any) -> Fraction | None:
    """A quotient, None where there is nothing to divide by."""
    return Fraction(numerator) / Fraction(divisor) if divisor else None


def _game(row: Row) -> tuple[date, str]:
    return row["game_date"], row["game_id"]


def _plays(row: Row) -> Fraction:
    return Fraction(row["field_goals_attempted"] + FREE_THROW_PLAY * row["free_throws_attempted"] + row["turnovers"])


def _possessions(row: Row) -> Fraction:
    return _plays(row) - Fraction(row["offensive_rebounds"])


def _effective(row: Row) -> Fraction | None:
    return ratio(row["field_goals_made"] + Fraction(row["threes"], 2), row["field_goals_attempted"])


def _true_shooting(row: Row) -> Fraction | None:
    return ratio(row["points"], 2 * (row["field_goals_attempted"] + FREE_THROW_PLAY * row["free_throws_attempted"]))


def _ratios(row: Row) -> Row:
    return {
        "effective_field_goal": _effective(row),
        "true_shooting": _true_shooting(row),
        "turnover_rate": ratio(row["turnovers"], _plays(row)),
        "free_throw_rate": ratio(row["free_throws_attempted"], row["field_goals_attempted"]),
        "three_attempt_rate": ratio(row["threes_attempted"], row["field_goals_attempted"]),
    }


def _overtimes(minutes: float) -> int | None:
    """How many periods of 25 minutes beyond 240, five minutes more or less allowed."""
    return next((number for number in range(11) if abs(minutes - 240 - 25 * number) <= 5), None)


def _are_all(shots: Sequence[Row], tried: int) -> bool:
    return bool(shots) and len(shots) == tried and all(one["shot_zone"] for one in shots)


def _names(zone: str) -> list[str]:
    return [f"{zone}_{name}" for name in ("attempted", "made", "assisted")]


def _zones(shots: Sequence[Row], known: bool) -> Row:
    """has_shots and the columns by zone."""
    told: Row = {"has_shots": known}
    assists_told = all(one["is_assisted"] is not None for one in shots if one["is_made"])
    for zone in ZONES:
        there = [one for one in shots if one["shot_zone"] == zone]
        counts = (len(there), sum(one["is_made"] for one in there), sum(bool(one["is_assisted"]) for one in there))
        told |= dict(zip(_names(zone), counts if known else (None, None, None), strict=True))
        if not assists_told:
            told[f"{zone}_assisted"] = None
    return told


def differences(made: Row, expected: Row) -> list[str]:
    """Where a stored row differs: quotients of counts are exact, usage to a billionth."""
    assert set(made) == set(expected), set(made) ^ set(expected)
    return [f"{name}: {made[name]!r} is not {expected[name]!r}" for name in made if not _same(name, made, expected)]


def _same(name: str, made: Row, expected: Row) -> bool:
    value, wanted = made[name], expected[name]
    if isinstance(value, float) and wanted is not None:
        return math.isclose(value, wanted, abs_tol=1e-9) if name == "usage" else value == float(wanted)
    return type(value) is type(wanted) and bool(value == wanted)

"""The same tables once more, slowly and in plain Python with fractions, from the words of the contracts."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from nba_props.game_calendar import season_start
from nba_props_tests.precompute.league import League, Row

PREDICTED = {
    "points": ("points",),
    "rebounds": ("rebounds",),
    "assists": ("assists",),
    "threes": ("threes",),
    "points_rebounds_assists": ("points", "rebounds", "assists"),
    "steals": ("steals",),
    "blocks": ("blocks",),
}
FREE_THROW_PLAY = Fraction(44, 100)
ALLOWED = ("points", "rebounds", "assists", "threes", "steals", "blocks")
PLAIN = ("turnovers", "field_goals_attempted", "threes_attempted", "free_throws_attempted")
WINDOWS = {"last_3": 3, "last_5": 5, "last_10": 10, "last_20": 20}

Number = Fraction | None


def mean(values: Sequence[Fraction | int]) -> Number:
    """The mean, or None of nothing."""
    return Fraction(sum(values)) / len(values) if values else None


def spread(values: Sequence[Fraction]) -> float | None:
    """The sample standard deviation, or None of fewer than two."""
    if len(values) < 2:
        return None
    centre = Fraction(sum(values)) / len(values)
    return math.sqrt(sum((value - centre) ** 2 for value in values) / (len(values) - 1))


def slope(values: Sequence[Fraction]) -> Number:
    """The least-squares slope over 0, 1, 2 and so on, or None of fewer than three."""
    if len(values) < 3:
        return None
    middle, centre = Fraction(len(values) - 1, 2), Fraction(sum(values)) / len(values)
    products = sum(((index - middle) * (value - centre) for index, value in enumerate(values)), Fraction(0))
    return products / sum((index - middle) ** 2 for index in range(len(values)))


def rate(values: Sequence[Fraction], minutes: Sequence[Fraction]) -> Number:
    """Sum over sum, or None without minutes."""
    return sum(values, Fraction(0)) / sum(minutes) if sum(minutes) else None


@cache
def six_in_the_morning(day: date) -> datetime:
    """When a date's form stands, in New York."""
    return datetime.combine(day, time(6), ZoneInfo("America/New_York"))


def is_known(row: Row, day: date) -> bool:
    """Whether a box-score row counts as known on the morning of a date."""
    known: bool = row["knowable_at"] <= six_in_the_morning(day)
    return known and row["game_date"] < day


def plays(row: Row) -> Fraction:
    """Plays that ended with a shot, free throws or a turnover."""
    shots, free_throws, turnovers = (
        Fraction(row[name]) for name in ("field_goals_attempted", "free_throws_attempted", "turnovers")
    )
    return shots + FREE_THROW_PLAY * free_throws + turnovers


def possessions(rows: Sequence[Row]) -> Fraction:
    """Possessions of the rows together."""
    return sum((plays(row) - row["offensive_rebounds"] for row in rows), Fraction(0))


def exact_minutes(row: Row) -> Fraction:
    """Minutes as the fraction of an hour's seconds that the float stands for."""
    return Fraction(row["minutes"]).limit_denominator(60)


def stored_minutes(row: Row) -> Fraction:
    """Minutes in the millionths in which rolling form adds them."""
    return Fraction(round(row["minutes"] * 10**6), 10**6)


class Recomputed:
    """A league's tables, one row at a time."""

    def __init__(self, league: League) -> None:
        self.league = league
        self.usages: dict[tuple[str, int], Number] = {}
        self.lines: dict[tuple[str, int], Row] = {}
        self.statistics: dict[str, Callable[[Row], Any]] = {
            "minutes": stored_minutes,
            **{name: _sum_of(parts) for name, parts in PREDICTED.items()},
            **{name: _sum_of((name,)) for name in PLAIN},
            "usage": self.usage,
        }
        self.team_days: dict[tuple[str, date], Row] = {}
        self.team_rows: dict[tuple[date, str, str], list[Row]] = {}
        self.player_rows: dict[int, list[Row]] = {}
        for row in sorted(league.boxscores, key=lambda row: (row["game_date"], row["game_id"])):
            self.team_rows.setdefault((row["game_date"], row["game_id"], row["team"]), []).append(row)
            self.player_rows.setdefault(row["player_id"], []).append(row)
        self.team_games: dict[str, list[tuple[date, str]]] = {}
        self.sides: dict[tuple[date, str], list[str]] = {}
        for day, game_id, team in sorted(self.team_rows):
            self.team_games.setdefault(team, []).append((day, game_id))
            self.sides.setdefault((day, game_id), []).append(team)
        self.paced: dict[tuple[tuple[date, str], str], list[tuple[Fraction, int, int, int]]] = {}
        self.counts: dict[tuple[date, str, str], dict[str, int]] = {}
        self.leagues: dict[date, tuple[dict[str, int], int, Number]] = {}
        self.roles: dict[tuple[str, date], list[Row]] = {}
        self.totals: dict[tuple[str, date], tuple[list[Row], Row]] = {}

    def usage(self, row: Row) -> Number:
        """Share of the team's plays."""
        key = (row["game_id"], row["player_id"])
        if key not in self.usages:
            self.usages[key] = self._usage(row)
        return self.usages[key]

    def _usage(self, row: Row) -> Number:
        team = self.team_rows[row["game_date"], row["game_id"], row["team"]]
        team_minutes = sum((exact_minutes(mate) for mate in team), Fraction(0))
        divisor = exact_minutes(row) * sum((plays(mate) for mate in team), Fraction(0))
        return plays(row) * (team_minutes / 5) / divisor if divisor else None

    def summary(self, row: Row) -> Row:
        """A row of ``player_game_summary``."""
        team = self.team_rows[row["game_date"], row["game_id"], row["team"]]
        shots = 2 * (row["field_goals_attempted"] + FREE_THROW_PLAY * row["free_throws_attempted"])
        tries, minutes = row["field_goals_attempted"], exact_minutes(row)
        same = ("game_id", "game_date", "season", "player_id", "player_name", "team", "opponent", "is_home")
        return {
            **{name: row[name] for name in same},
            "minutes": row["minutes"],
            "true_shooting": row["points"] / shots if shots else None,
            "effective_field_goal": (row["field_goals_made"] + Fraction(row["threes"], 2)) / tries if tries else None,
            "usage": self.usage(row),
            "points_per_minute": row["points"] / minutes if minutes else None,
            "team_possessions": possessions(team) if possessions(team) > 0 else None,
        }

    def playing(self, day: date) -> list[Row]:
        """Games of the date that are played."""
        return [row for row in self.league.games if row["game_date"] == day and row["status"] != "postponed"]

    def teams(self, day: date) -> set[str]:
        """Teams that play on the date."""
        return {team for row in self.playing(day) for team in (row["home_team"], row["away_team"])}

    def player_day(self, player: int, day: date) -> Row | None:
        """A row of ``player_daily_cache``; None if he has none."""
        past = [row for row in self.player_rows.get(player, []) if is_known(row, day)]
        if not past or past[-1]["game_date"] < day - timedelta(days=365) or not self.playing(day):
            return None
        reached = [row for row in past if row["game_date"] > day - timedelta(days=365)]
        season = [row for row in past if row["game_date"] >= season_start(day)]
        week = [row for row in past if row["game_date"] >= day - timedelta(days=7)]
        windows = {**{name: reached[-games:] for name, games in WINDOWS.items()}, "season": season}
        team = past[-1]["team"]
        return {
            "player_id": player,
            "game_date": day,
            "team": team,
            "last_game_date": past[-1]["game_date"],
            "games_played_season": len(season),
            "games_played_recently": len(reached[-20:]),
            "team_games_missed_last_10": self._missed(past, team, day),
            "games_last_7_days": len(week),
            "minutes_last_7_days": sum((stored_minutes(row) for row in week), Fraction(0)),
            **{
                f"{name}_mean_{window}": mean([value for row in rows if (value := self.told(row)[name]) is not None])
                for name in self.statistics
                for window, rows in windows.items()
            },
            **{
                f"{name}_sd_last_{games}": spread(self._values(name, reached[-games:]))
                for name in ("minutes", *PREDICTED)
                for games in (10, 20)
            },
            **{f"{name}_slope_last_10": slope(self._values(name, reached[-10:])) for name in ("minutes", *PREDICTED)},
            **{
                f"{name}_per_minute_{window}": rate(self._values(name, rows), self._values("minutes", rows))
                for name in PREDICTED
                for window, rows in (("last_10", reached[-10:]), ("season", season))
            },
        }

    def told(self, row: Row) -> Row:
        """Every statistic of a box-score row."""
        key = (row["game_id"], row["player_id"])
        if key not in self.lines:
            self.lines[key] = {name: of(row) for name, of in self.statistics.items()}
        return self.lines[key]

    def _values(self, name: str, rows: list[Row]) -> list[Any]:
        return [self.told(row)[name] or 0 for row in rows]

    def against(self, player: int, opponent: str, day: date) -> Row:
        """What a row of ``player_opponent_history`` says of the games."""
        rows = [
            row
            for row in self.player_rows.get(player, [])
            if is_known(row, day) and row["opponent"] == opponent and row["game_date"] > day - timedelta(days=365)
        ]
        return {
            "games_against_opponent": len(rows),
            **{f"{name}_mean_against_opponent": mean(self._values(name, rows)) for name in ("minutes", *PREDICTED)},
        }

    def prior(self, role: str, day: date) -> Row:
        """A row of ``role_priors``."""
        counted = [
            totals
            for (of, on), (rows, totals) in self._totals_by_role().items()
            if of == role and day - timedelta(days=365) < on < day and all(is_known(row, day) for row in rows[:1])
        ]
        games = sum(totals["games"] for totals in counted)
        return {
            "game_date": day,
            "role": role,
            "player_games": games,
            **{
                f"{name}_prior": Fraction(sum(totals[name] for totals in counted)) / games if games else None
                for name in ("minutes", *PREDICTED)
            },
        }

    def _totals_by_role(self) -> dict[tuple[str, date], tuple[list[Row], Row]]:
        """The rows of each role and date, and their sums; rows of one date are known on the same morning."""
        if not self.totals:
            for key, rows in self._rows_by_role().items():
                sums = {name: sum(self._values(name, rows), Fraction(0)) for name in ("minutes", *PREDICTED)}
                self.totals[key] = (rows, {"games": len(rows), **sums})
        return self.totals

    def _rows_by_role(self) -> dict[tuple[str, date], list[Row]]:
        if not self.roles:
            for of in self.player_rows.values():
                for number, row in enumerate(of):
                    role = self._role_before(of[:number], row["game_date"])
                    self.roles.setdefault((role, row["game_date"]), []).append(row)
        return self.roles

    def _role_before(self, earlier: list[Row], day: date) -> str:
        recent = [row for row in earlier if day - timedelta(days=365) < row["game_date"] < day][-10:]
        minutes = mean([stored_minutes(row) for row in recent])
        if minutes is None:
            return "newcomer"
        return "starter" if minutes >= 28 else "rotation" if minutes >= 15 else "bench"

    def _missed(self, past: list[Row], team: str, day: date) -> int | None:
        games = self._season_games(team, day)[-10:]
        there = {row["game_date"] for row in past}
        return sum(played_on not in there for played_on, _ in games) if games else None

    def _season_games(self, team: str, day: date) -> list[tuple[date, str]]:
        return [of for of in self.team_games.get(team, []) if season_start(day) <= of[0] < day]

    def team_day(self, team: str, day: date) -> Row:
        """A row of ``team_daily_cache``."""
        if (team, day) not in self.team_days:
            self.team_days[team, day] = self._team_day(team, day)
        return self.team_days[team, day]

    def _team_day(self, team: str, day: date) -> Row:
        games = self._season_games(team, day)
        last = games[-15:]
        own = [self.team_rows[(*of, team)] for of in last]
        faced = [rows for of in last if (rows := self._opponents(of, team))]
        paced = [side for of in last for side in self._paced(of, team)]
        possessions_ = sum((side[0] for side in paced), Fraction(0))
        usual, everyone, league_pace = self._league(day)
        return {
            "team": team,
            "game_date": day,
            "games_played_season": len(games),
            "pace": _pace(paced),
            "points_scored": mean([_total(rows, "points") for rows in own]),
            "offensive_rating": 100 * sum(side[2] for side in paced) / possessions_ if possessions_ else None,
            "defensive_rating": 100 * sum(side[3] for side in paced) / possessions_ if possessions_ else None,
            "days_rest": (day - games[-1][0]).days - 1 if games else None,
            **{f"team_{name}_allowed": self._allowed(faced, name, usual, everyone) for name in ALLOWED},
            "league_pace": league_pace,
        }

    def _league(self, day: date) -> tuple[dict[str, int], int, Number]:
        """Totals of the season before a date, over so many team games, and its pace."""
        if day not in self.leagues:
            keys = [key for key in self.team_rows if season_start(day) <= key[0] < day]
            totals = {name: sum(self._counts(key)[name] for key in keys) for name in ALLOWED}
            pace = _pace([side for key in keys for side in self._paced(key[:2], key[2])])
            self.leagues[day] = (totals, len(keys), pace)
        return self.leagues[day]

    def _counts(self, key: tuple[date, str, str]) -> dict[str, int]:
        if key not in self.counts:
            self.counts[key] = {name: _total(self.team_rows[key], name) for name in ALLOWED}
        return self.counts[key]

    def _paced(self, of: tuple[date, str], team: str) -> list[tuple[Fraction, int, int, int]]:
        """Possessions of a side, the game's minutes, points for and against; nothing without both sides."""
        if (of, team) not in self.paced:
            self.paced[of, team] = self._paced_once(of, team)
        return self.paced[of, team]

    def _paced_once(self, of: tuple[date, str], team: str) -> list[tuple[Fraction, int, int, int]]:
        own, other = self.team_rows[(*of, team)], self._opponents(of, team)
        both = (possessions(own) + possessions(other)) / 2
        if not other or both <= 0:
            return []
        minutes = sum((exact_minutes(row) for row in own), Fraction(0))
        overtimes = min(max(round((minutes - 240) / 25), 0), 10)
        return [(both, 48 + 5 * overtimes, _total(own, "points"), _total(other, "points"))]

    def _opponents(self, of: tuple[date, str], team: str) -> list[Row]:
        return [row for other in self.sides[of] if other != team for row in self.team_rows[(*of, other)]]

    def _allowed(self, faced: list[list[Row]], name: str, totals: dict[str, int], everyone: int) -> Number:
        allowed = mean([_total(rows, name) for rows in faced])
        return allowed * everyone / totals[name] if allowed is not None and totals[name] else None


def _pace(sides: Sequence[tuple[Fraction, int, int, int]]) -> Number:
    minutes = sum(side[1] for side in sides)
    return sum((side[0] for side in sides), Fraction(0)) * 48 / minutes if minutes else None


def _sum_of(parts: tuple[str, ...]) -> Callable[[Row], int]:
    return lambda row: sum(row[part] for part in parts)


def _total(rows: Sequence[Row], name: str) -> int:
    return sum(int(row[name]) for row in rows)


def differences(made: Row, expected: Row) -> list[str]:
    """Where a stored row differs; floats may by their rounding (usage is stored in billionths)."""
    assert list(made) == list(expected) or set(made) == set(expected), set(made) ^ set(expected)
    return [
        f"{name}: {made[name]!r} is not {expected[name]!r}"
        for name in made
        if not _same(made[name], expected[name], 1e-9 if "usage" in name else 1e-12)
    ]


def _same(value: Any, expected: Any, tolerance: float) -> bool:
    if isinstance(value, float) and expected is not None:
        return math.isclose(value, expected, rel_tol=1e-12, abs_tol=tolerance)
    return type(value) is type(expected) and bool(value == expected)

"""The same tables once more, slowly and in plain Python with fractions, from the words of the contracts."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from nba_props.game_calendar import season_start
from nba_props_tests.precompute.league import LEAD, League, Row

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
        self.team_days: dict[tuple[str, date], Row] = {}
        self.team_rows: dict[tuple[date, str, str], list[Row]] = {}
        self.player_rows: dict[int, list[Row]] = {}
        for row in sorted(league.boxscores, key=lambda row: (row["game_date"], row["game_id"])):
            self.team_rows.setdefault((row["game_date"], row["game_id"], row["team"]), []).append(row)
            self.player_rows.setdefault(row["player_id"], []).append(row)
        self.team_games: dict[str, list[tuple[date, str]]] = {}
        for day, game_id, team in sorted(self.team_rows):
            self.team_games.setdefault(team, []).append((day, game_id))

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
        past = [row for row in self.player_rows.get(player, []) if row["game_date"] < day]
        if not past or past[-1]["game_date"] < day - timedelta(days=365) or past[-1]["team"] not in self.teams(day):
            return None
        last_team_game = max(played for played, _ in self.team_games[past[-1]["team"]] if played < day)
        if past[-1]["game_date"] < last_team_game - timedelta(days=45):
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
                f"{name}_mean_{window}": mean([value for row in rows if (value := of(row)) is not None])
                for name, of in self.statistics().items()
                for window, rows in windows.items()
            },
            **{
                f"{name}_sd_last_20": spread([Fraction(self.statistics()[name](row) or 0) for row in reached[-20:]])
                for name in ("minutes", *PREDICTED)
            },
        }

    def statistics(self) -> dict[str, Callable[[Row], Any]]:
        """How each statistic of the form is read from a box-score row."""
        plain = ("turnovers", "field_goals_attempted", "threes_attempted", "free_throws_attempted")
        return {
            "minutes": stored_minutes,
            **{name: _sum_of(parts) for name, parts in PREDICTED.items()},
            **{name: _sum_of((name,)) for name in plain},
            "usage": self.usage,
        }

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
        league = [rows for key, rows in self.team_rows.items() if season_start(day) <= key[0] < day]
        pace = mean([possessions(rows) for rows in own])
        return {
            "team": team,
            "game_date": day,
            "games_played_season": len(games),
            "pace": pace if pace and pace > 0 else None,
            "points_scored": mean([_total(rows, "points") for rows in own]),
            "days_rest": (day - games[-1][0]).days - 1 if games else None,
            **{f"team_{name}_allowed": self._allowed(faced, league, name) for name in ALLOWED},
        }

    def _opponents(self, of: tuple[date, str], team: str) -> list[Row]:
        others = [key[2] for key in self.team_rows if key[:2] == of and key[2] != team]
        return [row for other in others for row in self.team_rows[(*of, other)]]

    def _allowed(self, faced: list[list[Row]], league: list[list[Row]], name: str) -> Number:
        allowed = mean([_total(rows, name) for rows in faced])
        usual = mean([_total(rows, name) for rows in league])
        return allowed / usual if allowed is not None and usual else None

    def features(self, day: date) -> list[Row]:
        """The rows of ``feature_store``, in the order of the key."""
        rows: dict[tuple[str, int], Row] = {}
        for of in self.playing(day):
            lines = self._lines(of)
            for player in self.player_rows:
                cached = self.player_day(player, day)
                if cached and cached["team"] in (of["home_team"], of["away_team"]):
                    rows[of["game_id"], player] = self._feature_row(of, player, cached, lines.get(player, {}))
            for player in lines:
                rows.setdefault((of["game_id"], player), self._feature_row(of, player, None, lines[player]))
        return [rows[key] for key in sorted(rows)]

    def _lines(self, of: Row) -> dict[int, dict[str, Row]]:
        known: dict[int, dict[str, Row]] = {}
        for row in self.league.prop_consensus:
            if self._is_known(row, of) and row["market"] in PREDICTED:
                known.setdefault(row["player_id"], {})[row["market"]] = row
        return known

    def _is_known(self, row: Row, of: Row) -> bool:
        return (row["game_id"], row["game_date"], row["kind"]) == (
            of["game_id"],
            of["game_date"],
            "current",
        ) and row["snapshot_at"] <= of["tip_off_at"] - LEAD

    def _feature_row(self, of: Row, player: int, cached: Row | None, lines: dict[str, Row]) -> Row:
        groups = {
            "form": self._form(cached),
            "role": self._role(cached),
            "trajectory": self._trajectory(cached),
            "schedule": self._schedule(of, cached),
            "matchup": self._matchup(of, cached),
            "market": self._market(of, cached, lines),
        }
        team = cached["team"] if cached else None
        return {
            "player_id": player,
            "game_id": of["game_id"],
            "game_date": of["game_date"],
            "season": of["season"],
            "as_of": of["tip_off_at"] - LEAD,
            "feature_version": 1,
            "team": team,
            "opponent": _other(of, team) if team else None,
            **{name: value for group in groups.values() for name, value in group.items()},
            **{f"{name}_quality": _quality(group) for name, group in groups.items()},
        }

    def _form(self, cached: Row | None) -> Row:
        names = [
            *(f"{name}_mean_{window}" for name in self.statistics() for window in (*WINDOWS, "season")),
            *(f"{name}_sd_last_20" for name in ("minutes", *PREDICTED)),
        ]
        return {name: cached[name] if cached else None for name in names}

    def _role(self, cached: Row | None) -> Row:
        of = cached or {}
        minutes, points = of.get("minutes_mean_season"), of.get("points_mean_season")
        return {
            "games_played_season": of.get("games_played_season"),
            "games_played_recently": of.get("games_played_recently"),
            "team_games_missed_last_10": of.get("team_games_missed_last_10"),
            "points_per_minute_season": points / minutes if minutes else None,
        }

    def _trajectory(self, cached: Row | None) -> Row:
        trends: Row = {}
        for name in ("minutes", "points", "usage"):
            short, long = ((cached or {}).get(f"{name}_mean_{window}") for window in ("last_5", "last_20"))
            trends[f"{name}_trend"] = None if short is None or long is None else short - long
        return trends

    def _schedule(self, of: Row, cached: Row | None) -> Row:
        names = ("is_home", "days_rest", "is_back_to_back", "opponent_is_back_to_back")
        if cached is None:
            return dict.fromkeys((*names, "games_last_7_days", "minutes_last_7_days"))
        team, day = cached["team"], of["game_date"]
        rest = (day - cached["last_game_date"]).days - 1
        return {
            "is_home": team == of["home_team"],
            "days_rest": rest if rest <= 30 else None,
            "is_back_to_back": _played_yesterday(self.team_day(team, day)),
            "opponent_is_back_to_back": _played_yesterday(self.team_day(_other(of, team), day)),
            "games_last_7_days": cached["games_last_7_days"],
            "minutes_last_7_days": cached["minutes_last_7_days"],
        }

    def _matchup(self, of: Row, cached: Row | None) -> Row:
        own = self.team_day(cached["team"], of["game_date"]) if cached else {}
        other = self.team_day(_other(of, cached["team"]), of["game_date"]) if cached else {}
        return {
            **{f"opponent_{name}_allowed": other.get(f"team_{name}_allowed") for name in ALLOWED},
            "opponent_pace": other.get("pace"),
            "team_pace": own.get("pace"),
        }

    def _market(self, of: Row, cached: Row | None, lines: dict[str, Row]) -> Row:
        game_lines = [row for row in self.league.game_lines if self._is_known(row, of)]
        line = game_lines[0] if game_lines and cached else {}
        home = cached is not None and cached["team"] == of["home_team"]
        sides = ("home_implied_total", "away_implied_total")
        own, other = sides if home else reversed(sides)
        spread_ = line.get("home_spread")
        return {
            **{f"{market}_line": lines.get(market, {}).get("line") for market in PREDICTED},
            **{f"{market}_over_probability": lines.get(market, {}).get("over_probability") for market in PREDICTED},
            "team_implied_total": line.get(own),
            "opponent_implied_total": line.get(other),
            "team_spread": spread_ if home or spread_ is None else 0 - spread_,
        }


def _sum_of(parts: tuple[str, ...]) -> Callable[[Row], Fraction]:
    return lambda row: Fraction(sum(row[part] for part in parts))


def _total(rows: Sequence[Row], name: str) -> int:
    return sum(int(row[name]) for row in rows)


def _other(of: Row, team: str) -> str:
    return str(of["away_team"] if team == of["home_team"] else of["home_team"])


def _played_yesterday(team_day: Row) -> bool | None:
    rest = team_day["days_rest"]
    return None if rest is None else rest == 0


def _quality(group: Row) -> str:
    unknown = [value is None for value in group.values()]
    return "defaulted" if all(unknown) else "partial" if any(unknown) else "complete"


def differences(made: Row, expected: Row) -> list[str]:
    """Where a stored row differs; floats may by their rounding (usage is stored in billionths)."""
    assert list(made) == list(expected) or set(made) == set(expected), set(made) ^ set(expected)
    return [
        f"{name}: {made[name]!r} is not {expected[name]!r}"
        for name in made
        if not _same(made[name], expected[name], 2e-9 if "usage" in name else 1e-12)
    ]


def _same(value: Any, expected: Any, tolerance: float) -> bool:
    if isinstance(value, float) and expected is not None:
        return math.isclose(value, expected, rel_tol=1e-12, abs_tol=tolerance)
    return type(value) is type(expected) and bool(value == expected)

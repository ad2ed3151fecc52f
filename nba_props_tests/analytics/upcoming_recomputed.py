"""The upcoming contexts once more, one row at a time in plain Python, from the words of their contracts."""

from __future__ import annotations

import bisect
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from nba_props.arenas import FORMER_ARENAS, HOME_ARENAS, NEUTRAL_GAMES, Arena
from nba_props_tests.analytics.upcoming_league import BALLDONTLIE, ESPN, NEW_YORK, REPORT, UpcomingLeague
from nba_props_tests.precompute.league import Row
from nba_props_tests.precompute.recomputed import PREDICTED, plays

YEAR, MONTH, WEEK, DAY = timedelta(days=365), timedelta(days=30), timedelta(days=7), timedelta(days=1)
EARTH_RADIUS = 6371.0088
ORDER = {REPORT: 0, ESPN: 1, BALLDONTLIE: 2}
GAME = ("game_id", "game_date", "season", "game_type", "tip_off_at")

Key = tuple[date, str]


def key_of(row: Row) -> Key:
    """Date and id of a row's game."""
    return row["game_date"], row["game_id"]


def arena_of(of: Row) -> Arena:
    """Where a game is played."""
    for day, teams, arena in NEUTRAL_GAMES:
        if of["game_date"] == day and of["home_team"] in teams:
            return arena
    since, former = FORMER_ARENAS.get(of["home_team"], ("", None))
    return former if former and of["season"] < since else HOME_ARENAS[of["home_team"]]


def distance_km(one: Arena, other: Arena) -> Fraction:
    """By the angle between two vectors, to the metre."""
    a, b = (_on_sphere(arena) for arena in (one, other))
    cross = (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])
    angle = math.atan2(math.hypot(*cross), sum(x * y for x, y in zip(a, b, strict=True)))
    return Fraction(round(1000 * EARTH_RADIUS * angle), 1000)


def _on_sphere(arena: Arena) -> tuple[float, float, float]:
    north, east = math.radians(arena.latitude), math.radians(arena.longitude)
    return math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north)


def clock(arena: Arena, moment: datetime) -> Fraction:
    """Hours by which an arena's clock is ahead of UTC."""
    offset = moment.astimezone(ZoneInfo(arena.time_zone)).utcoffset()
    assert offset is not None
    return Fraction(round(offset.total_seconds()), 3600)


def mean(values: Sequence[Fraction | int]) -> Fraction | None:
    """The mean, or None of nothing."""
    return Fraction(sum(values)) / len(values) if values else None


class SlowContexts:
    """A league's upcoming contexts, one row at a time."""

    def __init__(self, league: UpcomingLeague, *, now: datetime, lead: timedelta) -> None:
        self.now, self.lead = now, lead
        self.games = {key_of(of): of for of in league.games if of["status"] != "postponed"}
        self.team_games: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for of in sorted(self.games.values(), key=lambda of: (of["game_date"], of["tip_off_at"], of["game_id"])):
            for side in ("home_team", "away_team"):
                self.team_games[of["season"], of[side]].append(of)
        self.team_rows: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
        self.player_rows: dict[int, list[Row]] = defaultdict(list)
        self.team_played: dict[str, set[tuple[date, datetime]]] = defaultdict(set)
        for row in sorted(league.boxscores, key=key_of):
            self.team_rows[(*key_of(row), row["team"])].append(row)
            self.player_rows[row["player_id"]].append(row)
            self.team_played[row["team"]].add((row["game_date"], row["knowable_at"]))
        self.seen: dict[int, list[tuple[date, str]]] = defaultdict(list)
        for row in sorted(league.players, key=lambda row: row["game_date"]):
            self.seen[row["player_id"]].append((row["game_date"], row["team"]))
        self.injuries = _by_game(league.injuries)
        self.props, self.lines = _by_game(league.prop_consensus), _by_game(league.game_lines)
        self.newest: dict[Key, dict[int, Row]] = {}
        self.forms: dict[tuple[int, date], Row] = {}
        self.usages: dict[tuple[Key, int], Fraction | None] = {}

    def as_of(self, of: Row) -> datetime:
        """The moment for which the rows of a game stand."""
        tip_off_at: datetime = of["tip_off_at"]
        if tip_off_at <= self.now:
            return tip_off_at - self.lead
        return min(max(self.now, morning(of["game_date"])), tip_off_at)

    def team_row(self, of: Row, team: str) -> Row:
        """A row of the table of teams."""
        opponent = other(of, team)
        return {
            **self._game(of, team),
            **self._schedule(of, team),
            "opponent_days_rest": self._schedule(of, opponent)["days_rest"],
            **self._absences(of, team, None),
            **self._game_lines(of, team),
            "win_probability": self._win_probability(of, team),
            "lines_at": self._game_lines_at(of),
            "injuries_at": max((row["report_at"] for row in self._told_of(of, team)), default=None),
        }

    def _game(self, of: Row, team: str | None) -> Row:
        opponent, home = (other(of, team), team == of["home_team"]) if team else (None, None)
        told = {"team": team, "opponent": opponent, "is_home": home}
        return {**{name: of[name] for name in GAME}, "as_of": self.as_of(of), **told}

    def _schedule(self, of: Row, team: str) -> Row:
        games, day = self.team_games[of["season"], team], of["game_date"]
        place = games.index(of)

        def played(days: int) -> int:
            return sum(day - timedelta(days=days) <= each["game_date"] < day for each in games)

        last = games[place - 1] if place and games[place - 1]["game_date"] >= day - MONTH else None
        tip_off = of["tip_off_at"]
        return {
            "days_rest": max((day - last["game_date"]).days - 1, 0) if last else None,
            "is_back_to_back": played(1) > 0,
            "games_last_4_days": played(4),
            "games_last_7_days": played(7),
            "travel_km": distance_km(arena_of(last), arena_of(of)) if last else None,
            "travel_km_last_7_days": self._journeys(games[: place + 1], day),
            "time_zones_crossed": clock(arena_of(of), tip_off) - clock(arena_of(last), tip_off) if last else None,
        }

    def _journeys(self, games: list[Row], day: date) -> Fraction:
        return sum(
            (
                distance_km(arena_of(start), arena_of(end))
                for start, end in pairwise(games)
                if end["game_date"] >= day - WEEK and start["game_date"] >= day - MONTH
            ),
            Fraction(0),
        )

    def _told(self, of: Row) -> list[Row]:
        return [row for row in self.injuries[key_of(of)] if row["report_at"] <= self.as_of(of)]

    def _newest(self, of: Row) -> dict[int, Row]:
        if key_of(of) not in self.newest:
            told = sorted(self._told(of), key=lambda row: (row["report_at"], -ORDER[row["source"]]))
            self.newest[key_of(of)] = {row["player_id"]: row for row in told}
        return self.newest[key_of(of)]

    def _told_of(self, of: Row, team: str | None) -> list[Row]:
        told = self._newest(of).items()
        return [row for player, row in told if team is not None and self.team_of(player, of) == team]

    def _absences(self, of: Row, team: str | None, but: int | None) -> Row:
        if not self._told_of(of, team):
            unknown = dict.fromkeys(("players_out", "minutes_out", "usage_out"))
            return {"injuries_known": False, **unknown}
        minutes, usage, players = Fraction(0), Fraction(0), 0
        for player, row in self._newest(of).items():
            if row["status"] in ("out", "suspended") and player != but and self.team_of(player, of) == team:
                form = self._form(player, of["game_date"])
                if form["minutes_mean_last_10"] is not None:
                    players += 1
                    minutes += form["minutes_mean_last_10"]
                    usage += (form["usage_mean_last_10"] or 0) * form["minutes_mean_last_10"] / 48
        return {"injuries_known": True, "players_out": players, "minutes_out": minutes, "usage_out": usage}

    def _game_line(self, of: Row) -> Row:
        known = [row for row in self.lines[key_of(of)] if row["kind"] == "current"]
        return next((row for row in known if row["snapshot_at"] <= self.as_of(of)), {})

    def _game_lines_at(self, of: Row) -> datetime | None:
        return self._game_line(of).get("snapshot_at")

    def _game_lines(self, of: Row, team: str | None) -> Row:
        line, home = self._game_line(of), team == of["home_team"]
        spread, names = line.get("home_spread"), ("home_implied_total", "away_implied_total")
        own, others = names if home else reversed(names)
        return {
            "team_spread": None if spread is None or team is None else spread if home else -spread,
            "total": line.get("total"),
            "team_implied_total": line.get(own) if team else None,
            "opponent_implied_total": line.get(others) if team else None,
        }

    def _win_probability(self, of: Row, team: str) -> float | None:
        at_home = self._game_line(of).get("home_win_probability")
        return at_home if at_home is None or team == of["home_team"] else 1 - at_home

    def team_of(self, player: int, of: Row) -> str | None:
        """His team for a game."""
        before = self._seen_before(player, of["game_date"])
        sides = (of["home_team"], of["away_team"])
        if before and before[1] in sides:
            return before[1]
        told = self._newest(of).get(player, {}).get("team")
        return told if told in sides else None

    def _seen_before(self, player: int, day: date) -> tuple[date, str] | None:
        rows = self.seen[player]
        place = bisect.bisect_left(rows, (day, ""))
        return rows[place - 1] if place and rows[place - 1][0] > day - YEAR else None

    def _known(self, player: int, day: date) -> list[Row]:
        return [
            row
            for row in self.player_rows[player]
            if day - YEAR < row["game_date"] < day and row["knowable_at"] <= morning(day)
        ]

    def usage(self, row: Row) -> Fraction | None:
        """Share of his team's plays that he ended while on the floor."""
        key = (key_of(row), row["player_id"])
        if key not in self.usages:
            self.usages[key] = self._usage(row)
        return self.usages[key]

    def _usage(self, row: Row) -> Fraction | None:
        team = self.team_rows[(*key_of(row), row["team"])]
        minutes = sum((Fraction(mate["minutes"]) for mate in team), Fraction(0))
        divisor = 5 * Fraction(row["minutes"]) * sum((plays(mate) for mate in team), Fraction(0))
        return plays(row) * minutes / divisor if divisor else None

    def _form(self, player: int, day: date) -> Row:
        if (player, day) not in self.forms:
            self.forms[player, day] = self._form_of(self._known(player, day))
        return self.forms[player, day]

    def _form_of(self, games: list[Row]) -> Row:
        last = games[-10:]
        minutes = [stored_minutes(row) for row in last]
        usages = [usage for row in last if (usage := self.usage(row)) is not None]
        starts = [int(row["is_starter"]) for row in last if row.get("is_starter") is not None]
        return {
            "minutes_mean_last_10": mean(minutes),
            "usage_mean_last_10": mean(usages),
            "starts_share_last_10": mean(starts),
        }

    def player_row(self, of: Row, player: int) -> Row:
        """A row of the table of players."""
        day, team = of["game_date"], self.team_of(player, of)
        games, form = self._known(player, day), self._form(player, day)
        week = [row for row in games if row["game_date"] >= day - WEEK]
        told = self._newest(of).get(player, {})
        return {
            "player_id": player,
            **self._game(of, team),
            "last_game_date": games[-1]["game_date"] if games else None,
            "days_rest": (day - games[-1]["game_date"]).days - 1 if games else None,
            "is_newcomer": not games,
            "changed_team": games[-1]["team"] != team if games and team else None,
            "role": role(form["minutes_mean_last_10"]),
            **form,
            "games_last_7_days": len(week),
            "minutes_last_7_days": sum((stored_minutes(row) for row in week), Fraction(0)),
            "minutes_last_3_games": sum(map(stored_minutes, games[-3:]), Fraction(0)) if games else None,
            "team_days_rest": self._schedule(of, team)["days_rest"] if team else None,
            "injury_status": told.get("status"),
            "injury_reason": told.get("reason"),
            "injury_report_at": told.get("report_at"),
            **self._absences(of, team, player),
            **self._prop_lines(of, player),
            **self._game_lines(of, team),
            "game_lines_at": self._game_lines_at(of),
        }

    def _props(self, of: Row, player: int | None = None) -> list[Row]:
        return [
            row
            for row in self.props[key_of(of)]
            if row["kind"] == "current"
            and row["market"] in PREDICTED
            and row["snapshot_at"] <= self.as_of(of)
            and player in (None, row["player_id"])
        ]

    def _prop_lines(self, of: Row, player: int) -> Row:
        lines = {row["market"]: row for row in self._props(of, player)}
        columns = {
            f"{market}_{name}": lines.get(market, {}).get(name)
            for market in PREDICTED
            for name in ("line", "over_probability")
        }
        return {**columns, "props_at": max((row["snapshot_at"] for row in lines.values()), default=None)}

    def players_of(self, of: Row) -> set[int]:
        """Who has a row for a game."""
        told = {row["player_id"] for row in self._props(of)} | set(self._newest(of))
        return told | {player for player in self.seen if self._is_expected(player, of)}

    def _is_expected(self, player: int, of: Row) -> bool:
        before = self._seen_before(player, of["game_date"])
        if before is None or before[1] not in (of["home_team"], of["away_team"]):
            return False
        day = of["game_date"]
        games = [on for on, at in self.team_played[before[1]] if day - YEAR < on < day and at <= morning(day)]
        return not games or max(games) - before[0] <= timedelta(days=45)


def _by_game(rows: Iterable[Row]) -> dict[Key, list[Row]]:
    kept: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        kept[key_of(row)].append(row)
    return kept


def morning(day: date) -> datetime:
    """Six in the morning in New York."""
    return datetime.combine(day, time(6), tzinfo=NEW_YORK).astimezone(UTC)


def other(of: Row, team: str) -> str:
    """The opponent."""
    return str(of["away_team"] if team == of["home_team"] else of["home_team"])


def stored_minutes(row: Row) -> Fraction:
    """Minutes in the millionths in which they are added."""
    return Fraction(round(row["minutes"] * 10**6), 10**6)


def role(minutes: Fraction | None) -> str:
    """The role of mean minutes."""
    if minutes is None:
        return "newcomer"
    return "starter" if minutes >= 28 else "rotation" if minutes >= 15 else "bench"


def differences(made: Row, expected: Row) -> list[str]:
    """Where a stored row differs; floats may by 1e-9."""
    assert set(made) == set(expected), set(made) ^ set(expected)
    return [
        f"{name}: {made[name]!r} is not {expected[name]!r}" for name in made if not _same(made[name], expected[name])
    ]


def _same(value: Any, expected: Any) -> bool:
    if isinstance(value, float) and expected is not None:
        return math.isclose(value, expected, rel_tol=1e-9, abs_tol=1e-9)
    return type(value) is type(expected) and bool(value == expected)

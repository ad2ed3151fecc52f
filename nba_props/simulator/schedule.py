"""A season's fixtures: who meets whom, on which date, at what time; the NBA's 82 games a team.

Opponents follow the league's formula (4 games within the division, 4 or 3 within the conference, 2 across),
41 at home. No team plays twice on a date or on three dates running. There are no games on Thanksgiving, on
24 December and in the six days of the All-Star break.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import numpy.typing as npt

from nba_props.game_calendar import EASTERN
from nba_props.simulator.venues import TEAM_COUNT, VENUES

Ints = npt.NDArray[np.int64]

_WEEKDAY_GAMES = np.array([8.3, 6.6, 9.8, 5.2, 9.4, 8.2, 7.4])
_BACK_TO_BACK_COST = 0.42
_SPREAD_COST = 0.05
_ATTEMPTS = 20

_EVENING = {
    "America/New_York": ((19, 0), (19, 0), (19, 30), (19, 30), (20, 0)),
    "America/Chicago": ((20, 0), (20, 0), (20, 0), (19, 30), (20, 30), (21, 30)),
    "America/Denver": ((21, 0), (21, 0), (21, 30), (22, 0)),
    "America/Phoenix": ((21, 0), (21, 0), (22, 0)),
    "America/Los_Angeles": ((22, 0), (22, 0), (22, 30), (22, 30)),
}
_DAYTIME = ((12, 0), (13, 0), (15, 0), (15, 30), (17, 0), (18, 0))
_WESTERN_DAYTIME = ((15, 30), (16, 0), (18, 0), (20, 30), (21, 0))
_CHRISTMAS = ((12, 0), (14, 30), (17, 0), (20, 0), (22, 30))
_DAYTIME_SHARE = {5: 0.22, 6: 0.5}


@dataclass(frozen=True)
class Fixtures:
    """The games of a season in order of tip-off; arrays have one entry a game.

    Attributes:
        start_year: the year in which the season begins.
        home, away: indices into ``TEAMS``.
        day: days since ``first_date``.
        tipoff: scheduled tip-off, epoch seconds UTC.
        first_date: opening night, a game date.
        rest_days: shape (games, 2), days since the team's last game, home first; 9 at most.
    """

    start_year: int
    home: Ints
    away: Ints
    day: Ints
    tipoff: Ints
    first_date: date
    rest_days: Ints

    @property
    def game_ids(self) -> list[str]:
        """The NBA's ten-character ids, numbered in order of tip-off."""
        return [f"002{self.start_year % 100:02d}{number:05d}" for number in range(1, len(self.home) + 1)]

    @property
    def dates(self) -> list[date]:
        """The game date of each game."""
        return [self.first_date + timedelta(days=int(day)) for day in self.day]


def season_dates(start_year: int) -> tuple[date, date]:
    """Opening night (first Tuesday from 20 October) and the last day, a Sunday in April 173 days later."""
    opening = date(start_year, 10, 20)
    opening += timedelta(days=(1 - opening.weekday()) % 7)
    return opening, opening + timedelta(days=173)


def idle_dates(start_year: int) -> set[date]:
    """Dates without games: Thanksgiving, 24 December, the All-Star break (Friday to Wednesday)."""
    november, february = date(start_year, 11, 1), date(start_year + 1, 2, 1)
    thanksgiving = november + timedelta(days=(3 - november.weekday()) % 7 + 21)
    all_star = february + timedelta(days=(6 - february.weekday()) % 7 + 14)
    return {thanksgiving, date(start_year, 12, 24)} | {all_star + timedelta(days=n) for n in range(-2, 4)}


def build_fixtures(start_year: int, rng: np.random.Generator) -> Fixtures:
    """Draw the fixtures of one season."""
    first, last = season_dates(start_year)
    dates = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    home, away = _matchups(rng)
    for _ in range(_ATTEMPTS):
        day = _assign_days(home, away, dates, idle_dates(start_year), rng)
        if day is not None:
            return _in_order(start_year, home, away, day, dates, rng)
    raise RuntimeError(f"no fixture list of {start_year} was found in {_ATTEMPTS} attempts")


def _matchups(rng: np.random.Generator) -> tuple[Ints, Ints]:
    games: list[tuple[int, int]] = []
    divisions: dict[str, list[int]] = {}
    for index in rng.permutation(TEAM_COUNT).tolist():
        divisions.setdefault(VENUES[index].division, []).append(index)
    names = sorted(divisions)
    for position, name in enumerate(names):
        for other in names[position:]:
            games += _division_games(divisions[name], divisions[other], name == other)
    order = rng.permutation(len(games))
    table = np.array(games, dtype=np.int64)[order]
    return table[:, 0], table[:, 1]


def _division_games(ours: list[int], theirs: list[int], same: bool) -> list[tuple[int, int]]:
    games: list[tuple[int, int]] = []
    conference = VENUES[ours[0]].conference == VENUES[theirs[0]].conference
    for i, one in enumerate(ours):
        for j, two in enumerate(theirs):
            if same and j <= i:
                continue
            shift = (j - i) % 5
            at_one = at_two = 2 if conference else 1
            if conference and not same:
                at_two -= shift == 0
                at_one -= shift == 1
            games += [(one, two)] * at_one + [(two, one)] * at_two
    return games


def _daily_targets(dates: list[date], idle: set[date], games: int) -> npt.NDArray[np.float64]:
    targets = np.array([0.0 if day in idle else _WEEKDAY_GAMES[day.weekday()] for day in dates])
    fixed = {0: 2.0, 1: 12.0, len(dates) - 1: 15.0}
    fixed |= {index: 5.0 for index, day in enumerate(dates) if (day.month, day.day) == (12, 25)}
    free = np.ones(len(dates), dtype=bool)
    free[list(fixed)] = False
    targets[free] *= (games - sum(fixed.values())) / targets[free].sum()
    for index, target in fixed.items():
        targets[index] = target
    return targets


def _assign_days(home: Ints, away: Ints, dates: list[date], idle: set[date], rng: np.random.Generator) -> Ints | None:
    margin = 2
    targets = _daily_targets(dates, idle, len(home))
    capacity = np.where(targets > 0, np.minimum(np.round(targets) + 2, 15), 0)
    for index in np.flatnonzero(np.isin(targets, (2.0, 5.0))):
        capacity[index] = targets[index]
    busy = np.zeros((TEAM_COUNT, len(dates) + 2 * margin), dtype=bool)
    load = np.zeros(len(dates))
    days = np.zeros(len(home), dtype=np.int64)
    for game, pair in enumerate(zip(home.tolist(), away.tolist(), strict=True)):
        cost = load / np.maximum(targets, 0.1) + rng.random(len(dates)) * 0.15
        blocked = load >= capacity
        for team in pair:
            two_before, before, here, after, two_after = (busy[team, n : n + len(dates)] for n in range(2 * margin + 1))
            blocked |= here | (before & two_before) | (after & two_after) | (before & after)
            cost += _BACK_TO_BACK_COST * (before | after) + _SPREAD_COST * (two_before | two_after)
        cost[blocked] = np.inf
        day = int(np.argmin(cost))
        if not np.isfinite(cost[day]):
            return None
        days[game] = day
        load[day] += 1
        busy[list(pair), day + margin] = True
    return days


def _in_order(
    start_year: int, home: Ints, away: Ints, day: Ints, dates: list[date], rng: np.random.Generator
) -> Fixtures:
    tipoff = np.zeros(len(home), dtype=np.int64)
    for index in np.unique(day).tolist():
        games = np.flatnonzero(day == index)
        tipoff[games] = _tipoffs(dates[index], home[games], index == len(dates) - 1, rng)
    order = np.lexsort((home, tipoff))
    home, away, day, tipoff = home[order], away[order], day[order], tipoff[order]
    return Fixtures(start_year, home, away, day, tipoff, dates[0], _rest_days(home, away, day))


def _tipoffs(day: date, homes: Ints, is_last_day: bool, rng: np.random.Generator) -> list[int]:
    if (day.month, day.day) == (12, 25):
        order = np.argsort([VENUES[team].conference != "East" for team in homes], kind="stable")
        slots = dict(zip(order.tolist(), _CHRISTMAS, strict=False))
        return [_epoch(day, *slots[n]) for n in range(len(homes))]
    chosen = []
    for team in homes.tolist():
        western = VENUES[team].conference == "West"
        if is_last_day:
            chosen.append((15, 30) if western else (13, 0))
            continue
        daytime = rng.random() < _DAYTIME_SHARE.get(day.weekday(), 0.0)
        hours = _EVENING[VENUES[team].time_zone.key]
        if daytime:
            hours = _WESTERN_DAYTIME if western else _DAYTIME
        chosen.append(hours[rng.integers(len(hours))])
    return [_epoch(day, hour, minute) for hour, minute in chosen]


def _epoch(day: date, hour: int, minute: int) -> int:
    return int(datetime.combine(day, time(hour, minute), tzinfo=EASTERN).astimezone(UTC).timestamp())


def _rest_days(home: Ints, away: Ints, day: Ints) -> Ints:
    rest = np.full((len(home), 2), 9, dtype=np.int64)
    last = np.full(TEAM_COUNT, -99, dtype=np.int64)
    for game, pair in enumerate(zip(home.tolist(), away.tolist(), strict=True)):
        for side, team in enumerate(pair):
            rest[game, side] = min(9, day[game] - last[team])
            last[team] = day[game]
    return rest

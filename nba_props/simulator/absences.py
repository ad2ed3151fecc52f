"""Who is out, and when the public learned of it.

Injuries come in spells of days; regulars also rest on the second night of a back-to-back. The first missed
game of a spell is announced late, often after the lines have opened; the following ones are known days
ahead.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nba_props.simulator.players import Floats, Ints
from nba_props.simulator.rosters import ROSTER_SIZE, Rosters
from nba_props.simulator.schedule import Fixtures

Booleans = npt.NDArray[np.bool_]

KNOWN_LONG_AHEAD_HOURS = 72.0
_SPELLS_A_SEASON = 1.5
_SPELL_DAYS = ((0.55, 1, 5), (0.3, 5, 19), (0.15, 20, 61))
_REST_SHARE = 0.06
_EARLY_NEWS_SHARE = 0.3
_MOST_ABSENT = 4


@dataclass(frozen=True)
class Absences:
    """Arrays of shape (games, 2, slots), home first.

    Attributes:
        out: the player of that slot does not play.
        announced_hours: hours before the scheduled tip-off at which that was announced, 0 if not out.
    """

    out: Booleans
    announced_hours: Floats


def draw_absences(fixtures: Fixtures, rosters: Rosters, players: Ints, rng: np.random.Generator) -> Absences:
    """Draw a season's absences; ``players`` are the occupants, shape (games, 2, slots)."""
    days = int(fixtures.day.max()) + 1
    hurt = _hurt_days(len(rosters.minutes), days, rng)
    for trade in rosters.trades:
        hurt[list(trade.players), trade.day : trade.day + 2] = True
    out = hurt[players, fixtures.day[:, None, None]]
    tired = (fixtures.rest_days == 1)[:, :, None] & (rosters.minutes[players] > 29)
    out |= tired & (rng.random(out.shape) < _REST_SHARE)
    out &= np.cumsum(out, axis=2) <= _MOST_ABSENT
    return Absences(out, _announced(out, fixtures, rng))


def _hurt_days(players: int, days: int, rng: np.random.Generator) -> Booleans:
    hurt = np.zeros((players, days), dtype=bool)
    spells = rng.poisson(_SPELLS_A_SEASON, players)
    shares = [share for share, _, _ in _SPELL_DAYS]
    for player in np.repeat(np.arange(players), spells).tolist():
        _, low, high = _SPELL_DAYS[rng.choice(len(_SPELL_DAYS), p=shares)]
        start = int(rng.integers(0, days))
        hurt[player, start : start + int(rng.integers(low, high))] = True
    return hurt


def _announced(out: Booleans, fixtures: Fixtures, rng: np.random.Generator) -> Floats:
    late = np.where(
        rng.random(out.shape) < _EARLY_NEWS_SHARE,
        rng.uniform(16, 30, out.shape),
        rng.uniform(0.5, 10.5, out.shape),
    )
    was_out: dict[int, Booleans] = {}
    hours = np.zeros(out.shape)
    nobody = np.zeros(ROSTER_SIZE, dtype=bool)
    for game, pair in enumerate(zip(fixtures.home.tolist(), fixtures.away.tolist(), strict=True)):
        for side, team in enumerate(pair):
            today = out[game, side]
            news = np.where(was_out.get(team, nobody), KNOWN_LONG_AHEAD_HOURS, late[game, side])
            hours[game, side] = np.where(today, news, 0.0)
            was_out[team] = today
    return hours

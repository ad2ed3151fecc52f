"""Who is on the floor when: five a team at every second, each player for as long as his box score says.

Every period has the same rotation: the team's minutes are laid end to end over five lanes as long as the period, and
who reaches over the end of a lane goes on at the start of the next. He cannot meet himself, as nobody plays for longer
than the period.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nba_props.simulator.players import Floats, Ints
from nba_props.simulator.season import Season

LANES = 5
_SHORTEST_SECONDS = 30.0
_QUARTER_SECONDS, _OVERTIME_SECONDS = 12 * 60, 5 * 60


@dataclass(frozen=True)
class Rotation:
    """One team's game.

    Attributes:
        lineups: slot in each lane at each second of playing time, shape (seconds, lanes).
        on_floor: whether a slot is on the floor at a second, shape (slots, seconds).
    """

    lineups: Ints
    on_floor: npt.NDArray[np.bool_]


def period_seconds(season: Season, game: int) -> list[int]:
    """How long each period of a game is."""
    return [_QUARTER_SECONDS] * 4 + [_OVERTIME_SECONDS] * int(season.box_scores.overtimes[game])


def rotation(season: Season, game: int, side: int) -> Rotation:
    """A team's rotation in a game."""
    periods = period_seconds(season, game)
    order, seconds = _shares(season, game, side)
    lineups = np.concatenate([_period(order, seconds * length / sum(periods), length) for length in periods])
    slots = len(season.box_scores.minutes[game, side])
    on_floor = (lineups[None, :, :] == np.arange(slots)[:, None, None]).any(axis=2)
    return Rotation(lineups, on_floor)


def _shares(season: Season, game: int, side: int) -> tuple[Ints, Floats]:
    """Who plays, first a starter and then one from the bench in turn, and how many seconds.

    Somebody whose minutes round to none still needs a moment for what he did; the busiest lends it.
    """
    plays = season.box_scores.plays[game, side]
    slots = np.flatnonzero(plays)
    starters, bench = slots[:LANES].tolist(), slots[LANES:].tolist()
    order = [slot for pair in zip(starters, bench, strict=False) for slot in pair]
    order += [slot for slot in (*starters, *bench) if slot not in order]
    seconds: Floats = 60.0 * season.box_scores.minutes[game, side, order].astype(np.float64)
    lacking = np.maximum(_SHORTEST_SECONDS - seconds, 0.0)
    seconds += lacking
    seconds[np.argmax(seconds)] -= lacking.sum()
    return np.array(order, dtype=np.int64), seconds


def _period(order: Ints, seconds: Floats, length: int) -> Ints:
    """Slot by second and lane, shape (length, lanes)."""
    ends = np.cumsum(seconds)
    places = np.arange(LANES * length) + 0.5
    who = np.minimum(np.searchsorted(ends, places, side="right"), len(order) - 1)
    return np.asarray(order[who].reshape(LANES, length).T)

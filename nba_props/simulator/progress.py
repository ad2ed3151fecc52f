"""A game under way: the game clock, and what players have done so far, as a function of the moment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nba_props.simulator.players import Ints, market_weights
from nba_props.simulator.season import Season

_HALFTIME_SECONDS = 15 * 60
_STREAM = 901


@dataclass(frozen=True)
class GameClock:
    """Where a game stands: ``share`` of all its playing time is gone; ``text`` is what a schedule shows."""

    share: float
    text: str


def game_clock(season: Season, game: int, now: int) -> GameClock:
    """The clock of a game at an epoch second between its start and its end."""
    started, finished = int(season.started[game]), int(season.finished[game])
    periods = [12.0] * 4 + [5.0] * int(season.box_scores.overtimes[game])
    running = finished - started - _HALFTIME_SECONDS
    seconds_a_minute = running / sum(periods)
    half = 24 * seconds_a_minute
    elapsed = float(min(max(now - started, 0), finished - started))
    if half <= elapsed < half + _HALFTIME_SECONDS:
        return GameClock(24 / sum(periods), "Half")
    played = (elapsed if elapsed < half else elapsed - _HALFTIME_SECONDS) / seconds_a_minute
    return GameClock(min(played / sum(periods), 1.0), _clock_text(played, periods))


def counts_so_far(season: Season, game: int, share: float) -> Ints:
    """Events up to a share of the game, shape (2, slots, statistics); never falls as the share grows."""
    final = season.box_scores.counts[game]
    most = max(int(final.max()), 1)
    moments = season.generator(_STREAM, game).random((*final.shape, most))
    return np.asarray(((moments < share) & (np.arange(most) < final[..., None])).sum(axis=-1))


def score_so_far(season: Season, game: int, share: float) -> tuple[int, int]:
    """Points of the home and the away team up to a share of the game."""
    points = counts_so_far(season, game, share) @ market_weights("points").astype(np.int64)
    return int(points[0].sum()), int(points[1].sum())


def _clock_text(played: float, periods: list[float]) -> str:
    for number, length in enumerate(periods, start=1):
        if played < length or number == len(periods):
            left = max(round((length - played) * 60), 0)
            name = f"Q{number}" if number <= 4 else ("OT" if number == 5 else f"OT{number - 4}")
            return f"{name} {left // 60}:{left % 60:02d}"
        played -= length
    raise ValueError("a game has at least one period")

"""Time inside a game: what a share of its playing time is in periods, time left and real time, and the present's share.

The present's share is that of ``progress``, so that whatever is told by it agrees with scores told by the schedule.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from nba_props.simulator.progress import game_clock
from nba_props.simulator.season import FINAL, SCHEDULED, Season

REGULATION_PERIODS = 4
_REGULATION_MINUTES, _OVERTIME_MINUTES = 12.0, 5.0
_PERIODS_OF_A_HALF = 2
_HALFTIME_SECONDS = 15 * 60


@dataclass(frozen=True)
class GameTime:
    """The times of one game.

    Attributes:
        season, game: which one.
    """

    season: Season
    game: int

    @cached_property
    def minutes(self) -> list[float]:
        """Length of each period."""
        overtimes = int(self.season.box_scores.overtimes[self.game])
        return [_REGULATION_MINUTES] * REGULATION_PERIODS + [_OVERTIME_MINUTES] * overtimes

    @cached_property
    def boundaries(self) -> list[float]:
        """The share of the game that is gone at the end of each period."""
        return [gone / sum(self.minutes) for gone in accumulate(self.minutes)]

    def share_at(self, now: int) -> float:
        """The share of the game that is gone at an epoch second."""
        status = self.status_at(now)
        if status == SCHEDULED:
            return 0.0
        return 1.0 if status == FINAL else game_clock(self.season, self.game, now).share

    def status_at(self, now: int) -> int:
        """1 scheduled, 2 in play, 3 final at an epoch second."""
        return SCHEDULED + int(self.season.started[self.game] <= now) + int(self.season.finished[self.game] <= now)

    def period_at(self, share: float) -> tuple[int, float]:
        """Period, from 1, and minutes left in it when a share of the game is gone."""
        gone = share * sum(self.minutes)
        for number, length in enumerate(self.minutes, start=1):
            if gone < length or number == len(self.minutes):
                return number, max(length - gone, 0.0)
            gone -= length
        raise ValueError("a game has at least one period")

    def real_time(self, share: float, period: int) -> float:
        """The epoch second at which a share of the game is gone, in a period: the second half begins after a break."""
        started, finished = int(self.season.started[self.game]), int(self.season.finished[self.game])
        running = finished - started - _HALFTIME_SECONDS
        return started + share * running + (_HALFTIME_SECONDS if period > _PERIODS_OF_A_HALF else 0)

    def clock_text(self, now: int) -> str:
        """Where a game in play stands, as the league words it, such as ``Q3 5:23``."""
        return game_clock(self.season, self.game, now).text


def duration(minutes: float) -> str:
    """Minutes left as the NBA's endpoints write them: PT05M23.00S; fractions of a second count as a second."""
    tenths = round(minutes * 600)
    seconds = -(-tenths // 10)
    return f"PT{seconds // 60:02d}M{seconds % 60:02d}.00S"

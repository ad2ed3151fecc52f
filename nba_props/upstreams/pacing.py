"""Pacing: no host is asked more often than its interval allows, nor before the time it asked for.

How far the interval has widened follows from the recorded tries, so that a new process goes on where the last one
stopped. What a process adds are turns: its threads and clients get different moments.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from nba_props.archive.index import PastTry
from nba_props.game_calendar import Clock
from nba_props.settings import Settings
from nba_props.upstreams.verdicts import OK

COMPLAINTS = (429, 503)
"""Statuses by which a host says that it is asked too much."""

WIDENING = 2.0
NARROWING = 0.75
"""Factors of the interval after a complaint and after a good answer."""

TRIES_NEEDED = 40
"""The interval follows from so many last tries; in half as many good answers it narrows all the way."""

LONGEST_REST = timedelta(hours=6)
"""A host that asks for a longer rest is asked again after this one."""


@dataclass(frozen=True)
class Interval:
    """Bounds of the time between two requests to one host, seconds."""

    narrowest: float
    widest: float

    @classmethod
    def of(cls, settings: Settings) -> Interval:
        """The bounds of the settings."""
        return cls(settings.pacing_seconds, max(settings.widest_pacing_seconds, settings.pacing_seconds))

    def after(self, tries: Sequence[PastTry]) -> float:
        """The interval that a host's last tries, newest first, leave: wider by complaints, narrower by answers."""
        interval = self.narrowest
        for past in reversed(tries[:TRIES_NEEDED]):
            if past.status in COMPLAINTS:
                interval = min(interval * WIDENING, self.widest)
            elif past.outcome == OK:
                interval = max(interval * NARROWING, self.narrowest)
        return interval


def rests_until(tries: Sequence[PastTry]) -> datetime | None:
    """The moment until which a host asked not to be asked, as of its last tries; None if it did not."""
    rests = [
        past.ended_at + min(timedelta(seconds=past.retry_after_seconds), LONGEST_REST)
        for past in tries
        if past.retry_after_seconds is not None
    ]
    return max(rests, default=None)


class Turns:
    """The last turn that was given to each host, as monotonic seconds; shared by what takes turns together."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.last: dict[str, float] = {}


PROCESS_TURNS = Turns()
"""Those of this process on its own monotonic clock."""


class Pacing:
    """Waits for a host's turn.

    Args:
        interval: bounds of the time between two requests.
        clock: the present, against which recorded tries are seen.
        timer: monotonic seconds.
        sleep: waits for so many seconds.
        turns: shared with others; by default with all on the process's own monotonic clock.
    """

    def __init__(
        self,
        interval: Interval,
        clock: Clock,
        timer: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        turns: Turns | None = None,
    ) -> None:
        self._interval = interval
        self._clock = clock
        self._timer = timer
        self._sleep = sleep
        self._turns = turns or (PROCESS_TURNS if timer is time.monotonic else Turns())

    def wait(self, host: str, tries: Sequence[PastTry], at_most: float) -> float:
        """Wait until the host may be asked, and give 0; or give the seconds, if they are more than ``at_most``.

        ``tries`` are the host's last ones on all routes, newest first.
        """
        interval = self._interval.after(tries)
        with self._turns.lock:
            now = self._timer()
            turn = self._turns.last[host] + interval - now if host in self._turns.last else 0.0
            wait = max(turn, self._since_last(tries, interval), self._rest(tries))
            if wait > at_most:
                return wait
            self._turns.last[host] = now + wait
        if wait:
            self._sleep(wait)
        return 0.0

    def _since_last(self, tries: Sequence[PastTry], interval: float) -> float:
        """What is left of the interval since the last recorded try, which another process may have made."""
        if not tries:
            return 0.0
        passed = (self._clock() - tries[0].asked_at) / timedelta(seconds=1)
        return interval - min(max(passed, 0.0), interval)

    def _rest(self, tries: Sequence[PastTry]) -> float:
        until = rests_until(tries)
        return 0.0 if until is None else max((until - self._clock()) / timedelta(seconds=1), 0.0)

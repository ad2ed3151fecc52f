"""Pacing: no host is asked more often than its interval allows, nor before the time it asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

WIDEST_FACTOR = 8
"""A host that keeps complaining is asked at most this many times more rarely than usual."""


@dataclass
class _Host:
    factor: int = 1
    free_at: float = 0.0


class Pacing:
    """The next free moment of each host; threads that wait for one host get different moments.

    Args:
        interval: least time between two requests to one host, seconds.
        timer: monotonic seconds.
        sleep: waits for so many seconds.
    """

    def __init__(self, interval: float, timer: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._interval = interval
        self._timer = timer
        self._sleep = sleep
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()

    def wait(self, name: str, at_most: float) -> float:
        """Wait until the host may be asked, and give 0; or give the seconds, if more than ``at_most``."""
        with self._lock:
            host = self._host(name)
            now = self._timer()
            moment = max(now, host.free_at)
            if moment - now > at_most:
                return moment - now
            host.free_at = moment + self._interval * host.factor
        if moment > now:
            self._sleep(moment - now)
        return 0.0

    def throttled(self, name: str, seconds: float | None) -> None:
        """The host complained: ask it more rarely, and not before the seconds that it asked for."""
        with self._lock:
            host = self._host(name)
            host.factor = min(host.factor * 2, WIDEST_FACTOR)
            pause = self._interval * host.factor if seconds is None else seconds
            host.free_at = max(host.free_at, self._timer() + pause)

    def answered(self, name: str) -> None:
        """The host answered well: go back towards the usual interval."""
        with self._lock:
            host = self._host(name)
            host.factor = max(host.factor // 2, 1)

    def _host(self, name: str) -> _Host:
        return self._hosts.setdefault(name, _Host())

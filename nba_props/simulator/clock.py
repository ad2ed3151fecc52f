"""A clock that stands still until it is moved, for tests and replays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class ManualClock:
    """Callable that returns the same aware UTC datetime until it is moved.

    Raises:
        ValueError: a moment without a time zone was given.
    """

    def __init__(self, moment: datetime) -> None:
        self._moment = _aware(moment)

    def __call__(self) -> datetime:
        """The moment at which the clock stands."""
        return self._moment

    def move_to(self, moment: datetime) -> None:
        """Set the clock; going back is allowed."""
        self._moment = _aware(moment)

    def advance(self, step: timedelta) -> None:
        """Move the clock on by ``step``."""
        self._moment += step


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"a clock needs an aware datetime, not {moment!r}")
    return moment.astimezone(UTC)

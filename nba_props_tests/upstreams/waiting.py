"""Time for tests: it passes only by being waited for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2025, 1, 6, 4, 30, tzinfo=UTC)


class Time:
    """Notes what it is told to wait, and lets that time pass at once, for clock and timer alike."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.passed = 0.0

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self.waits.append(seconds)
        self.passed += seconds

    def timer(self) -> float:
        """Monotonic seconds."""
        return self.passed

    def clock(self) -> datetime:
        """The present."""
        return START + timedelta(seconds=self.passed)

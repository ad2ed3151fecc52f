"""Dates and times of the game: game dates, seasons, kinds of game.

A game date is the America/New_York calendar date of the tip-off. Times are aware UTC everywhere else; ``now`` comes
from a clock that is handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import polars as pl

LEAGUE_TIME_ZONE = "America/New_York"
EASTERN = ZoneInfo(LEAGUE_TIME_ZONE)

Clock = Callable[[], datetime]

GAME_TYPES = {
    "1": "preseason",
    "2": "regular_season",
    "3": "all_star",
    "4": "playoffs",
    "5": "play_in",
    "6": "cup_final",
}
COUNTED_GAME_TYPES = ("regular_season", "playoffs", "play_in", "cup_final")
"""Kinds of game that have box scores and props; preseason and all-star games are left out past raw."""

SEASON_FIRST_MONTH = 8


def shifted_clock(shift: timedelta) -> Clock:
    """The system's clock moved by ``shift``."""
    return lambda: datetime.now(UTC) + shift


def game_date_of(moment: datetime) -> date:
    """The game date on which an aware moment falls."""
    return moment.astimezone(EASTERN).date()


def game_date_expression(moment: pl.Expr) -> pl.Expr:
    """The game date of a UTC datetime column."""
    return moment.dt.convert_time_zone(LEAGUE_TIME_ZONE).dt.date()


def eastern_moment(day: date, at: time) -> datetime:
    """The UTC moment of a wall-clock time in New York."""
    return datetime.combine(day, at, tzinfo=EASTERN).astimezone(UTC)


def season_of(day: date) -> str:
    """The season's name, such as ``2025-26``; a season runs from August to July."""
    start = day.year if day.month >= SEASON_FIRST_MONTH else day.year - 1
    return f"{start}-{(start + 1) % 100:02d}"


def season_expression(day: pl.Expr) -> pl.Expr:
    """The season's name of a date column."""
    start = day.dt.year() - (day.dt.month() < SEASON_FIRST_MONTH).cast(pl.Int32)
    return pl.format("{}-{}", start, ((start + 1) % 100).cast(pl.String).str.zfill(2))


def season_start(day: date) -> date:
    """First possible date of the season that contains ``day``."""
    return date(int(season_of(day)[:4]), SEASON_FIRST_MONTH, 1)


def game_type_of(game_id: str) -> str | None:
    """The kind of game that an NBA game id tells by its third digit; None if the id is not one of the NBA's."""
    return GAME_TYPES.get(game_id[2:3]) if len(game_id) == 10 and game_id.startswith("00") else None


@dataclass(frozen=True, order=True)
class DateRange:
    """Game dates from ``first`` to ``last``, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a date range ends before it begins: {self.first} to {self.last}")

    @classmethod
    def of(cls, day: date) -> DateRange:
        """The range of one date."""
        return cls(day, day)

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=offset) for offset in range(len(self)))

    def __len__(self) -> int:
        return (self.last - self.first).days + 1

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}..{self.last}"

    def widened(self, before: int = 0, after: int = 0) -> DateRange:
        """The range with so many days more on either side."""
        return DateRange(self.first - timedelta(days=before), self.last + timedelta(days=after))

    def chunks(self, days: int) -> Iterator[DateRange]:
        """The range in pieces of at most ``days`` dates, in order."""
        start = self.first
        while start <= self.last:
            end = min(start + timedelta(days=days - 1), self.last)
            yield DateRange(start, end)
            start = end + timedelta(days=1)

    def is_in(self, column: str = "game_date") -> pl.Expr:
        """Whether a date column falls in the range."""
        return pl.col(column).is_between(self.first, self.last)


def spans(days: Sequence[date], gap_days: int = 1) -> Iterator[DateRange]:
    """Ascending dates as ranges; a new one begins where more than ``gap_days`` lie between two dates."""
    first = previous = None
    for day in days:
        if first is not None and previous is not None and (day - previous).days > gap_days:
            yield DateRange(first, previous)
            first = None
        first, previous = first or day, day
    if first is not None and previous is not None:
        yield DateRange(first, previous)

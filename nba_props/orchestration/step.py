"""What one step of the graph is: the tables it makes, the tables it reads, the pure function between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import polars as pl

from nba_props.archive.store import Archive
from nba_props.contracts.table import Table
from nba_props.game_calendar import DateRange
from nba_props.operations.coverage import NEVER_AWAITED
from nba_props.settings import Settings
from nba_props.warehouse.parquet import ParquetWarehouse

Frames = Mapping[str, pl.LazyFrame]
Made = Mapping[str, pl.DataFrame]


@dataclass(frozen=True)
class Read:
    """A table that a step reads: the same date, and so many dates before it.

    Attributes:
        table: the table.
        days_before: how far back it is read.
        includes_date: whether the date itself is read; history alone is strictly before it.
    """

    table: Table
    days_before: int = 0
    includes_date: bool = True

    @property
    def is_optional(self) -> bool:
        """Whether the step does without it where it is not there."""
        return self.table.full_name in NEVER_AWAITED

    @property
    def is_window(self) -> bool:
        """Whether other dates than the step's own are read."""
        return self.days_before > 0

    @property
    def is_same_date(self) -> bool:
        """Whether a date of the step is made of the table's same date and no other."""
        return self.table.partition is not None and self.includes_date and not self.is_window

    def dates(self, dates: DateRange) -> DateRange:
        """The dates to read for a range of the step's own dates."""
        return dates.widened(before=self.days_before)


@dataclass(frozen=True)
class Surroundings:
    """What a step may use beside its inputs: settings, the time, what is archived and stored."""

    settings: Settings
    now: datetime
    archive: Archive
    warehouse: ParquetWarehouse

    @property
    def box_score_delay(self) -> timedelta:
        """How long after tip-off a box score counts as known."""
        return timedelta(minutes=self.settings.box_score_delay_minutes)

    @property
    def lead(self) -> timedelta:
        """How long before tip-off features and predictions stand."""
        return timedelta(minutes=self.settings.prediction_lead_minutes)


Build = Callable[[DateRange, Frames, Surroundings], Made]
GamesOf = Callable[[DateRange, Made], pl.LazyFrame]


@dataclass(frozen=True)
class Guard:
    """A completeness floor: dates on which ``made`` covers too few of the games that it owes are held back.

    Attributes:
        made: the table of the step that is judged.
        games: the argument under which the step reads the games.
    """

    made: Table
    games: str


@dataclass(frozen=True)
class Step:
    """One step: it makes ``tables`` from ``reads``; ``build`` binds the table functions and nothing more.

    ``made_of`` names, by full name, the arguments that a table is made of where these are not all; what else is read
    then neither shows above it nor remakes it. ``games_of`` tells the games of the dates where the step itself is what
    brings them. ``tells_absence`` marks what is made although what it reads is not there, for it tells just that.
    ``is_record`` marks what follows from the archive's index alone, whose changes no table announces.
    """

    name: str
    tables: tuple[Table, ...]
    build: Build
    reads: Mapping[str, Read] = field(default_factory=dict)
    made_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pool: str | None = None
    kinds: frozenset[str] = frozenset({"polars"})
    guard: Guard | None = None
    games_of: GamesOf | None = None
    tells_absence: bool = False
    is_record: bool = False

    def reads_for(self, table: Table) -> tuple[Read, ...]:
        """What a table of the step is made of."""
        return tuple(self.reads[argument] for argument in self.made_of.get(table.full_name, self.reads))

    def awaited_by(self, table: Table) -> tuple[Table, ...]:
        """Tables of which the same date has to be there for a table of the step to be made."""
        if self.tells_absence or table.partition is None:
            return ()
        same_date = (read for read in self.reads_for(table) if read.is_same_date and not read.is_optional)
        return tuple(read.table for read in same_date)

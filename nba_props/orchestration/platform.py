"""The resource that steps and sensors share: settings, clock, archive, warehouse."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from nba_props.archive.store import Archive
from nba_props.game_calendar import Clock, shifted_clock
from nba_props.orchestration.step import Surroundings
from nba_props.settings import Settings
from nba_props.upstreams.classification import classify
from nba_props.warehouse.parquet import ParquetWarehouse


@dataclass(frozen=True)
class Platform:
    """Everything that lives below one ``NBA_PROPS_HOME``, and the clock.

    Attributes:
        settings: all settings.
        clock: gives the present as an aware UTC time.
    """

    settings: Settings
    clock: Clock

    @classmethod
    def of(cls, settings: Settings, clock: Clock | None = None) -> Platform:
        """The platform of some settings, on the system's clock (shifted as set) unless another is given."""
        return cls(settings, clock or shifted_clock(settings.clock_shift))

    @cached_property
    def archive(self) -> Archive:
        """The payload archive."""
        return Archive(self.settings.archive_path, classify)

    @cached_property
    def warehouse(self) -> ParquetWarehouse:
        """The tables."""
        return ParquetWarehouse(self.settings.warehouse_path)

    def surroundings(self) -> Surroundings:
        """What a step may use beside its inputs, as of now."""
        return Surroundings(self.settings, self.clock(), self.archive, self.warehouse)

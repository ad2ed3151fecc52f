"""What drills read, compare and have made: facts of tables, the last word of a check, a step's tables."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from nba_props.contracts.table import PROVENANCE_COLUMNS
from nba_props.game_calendar import DateRange
from nba_props.orchestration.assets import assets_of
from nba_props.orchestration.graph import STEPS
from nba_props.orchestration.partitions import daily_partitions
from nba_props.orchestration.platform import Platform
from nba_props.orchestration.runs import materialize_range
from nba_props.orchestration.step import Step
from nba_props_tests.drills.platform import Drill, World, settings_of


def drill_over(
    told: World, home: Path, first: date, *, tables: tuple[str, ...], sources: Collection[str], **changes: str
) -> Drill:
    """A platform in a home over a world, from a first date on; to be entered."""
    platform = Platform(settings_of(home, told, first, **changes), told.clock)
    return Drill(told, platform, tables, sources)


def facts(frame: pl.DataFrame) -> pl.DataFrame:
    """What a table says, whichever payload it came from and whenever that was fetched."""
    return frame.drop(PROVENANCE_COLUMNS, strict=False)


def same_facts(found: pl.DataFrame, expected: pl.DataFrame) -> bool:
    """Whether two tables say the same, value for value, in whatever order."""
    columns = facts(expected).columns
    return facts(found).select(columns).sort(columns).equals(facts(expected).sort(columns))


def last_check(drill: Drill, table: str, check: str, day: date) -> Any:
    """The newest evaluation of a check of one date, None if it was never made."""
    key = dg.AssetKey(table.split("."))
    records = drill.instance.event_log_storage.get_event_records(
        dg.EventRecordsFilter(dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    )
    found = [record.event_log_entry.dagster_event for record in records]
    told = [event.asset_check_evaluation_data for event in found if event is not None]
    of_date = [
        each for each in told if (each.asset_key, each.check_name, each.partition) == (key, check, day.isoformat())
    ]
    return of_date[0] if of_date else None


def make(drill: Drill, step: Step, dates: DateRange) -> None:
    """What a person does who has a step's tables made again; failures are kept with the drill's."""
    steps = [*(each for each in STEPS if each.name != step.name), step]
    made = assets_of(steps, daily_partitions(drill.platform.settings.first_date))
    for result in materialize_range(made, [step], dates, drill.platform, drill.instance):
        drill.failed_steps.extend(result.failures)

"""What drills read and compare: facts of tables, the last word of a check, a platform over a world in one go."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from nba_props.contracts.table import PROVENANCE_COLUMNS
from nba_props.orchestration.platform import Platform
from nba_props.simulator import League
from nba_props.simulator.faults import App, Fault
from nba_props_tests.drills.platform import Drill, settings_of, world


@contextmanager
def drilled(
    league: League,
    home: Path,
    start: datetime,
    first: date,
    *faults: Fault,
    tables: tuple[str, ...],
    sources: Collection[str],
    app: App | None = None,
    **changes: str,
) -> Iterator[Drill]:
    """A platform that begins with nothing at a moment, over a league with faults."""
    with world(league, start, *faults, app=app) as told:
        platform = Platform(settings_of(home, told, first, **changes), told.clock)
        with Drill(told, platform, tables, sources) as drill:
            yield drill


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
        each
        for each in told
        if (each.asset_key, each.check_name, each.partition) == (key, check, day.isoformat())
    ]
    return of_date[0] if of_date else None

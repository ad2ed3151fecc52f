"""What a batch of events adds to the tables of Dagster's event log, as rows: the same that the stock storage writes.

Every column is the one that ``SqlEventLogStorage`` gives it; only the number of statements differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy
from dagster import DagsterEvent, DagsterEventType, EventLogEntry
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable, SqlEventLogStorageTable
from sqlalchemy.engine import Connection

Row = dict[str, Any]

_EXECUTIONS = AssetCheckExecutionsTable.c
_UPDATED_ID = "updated_id"


@dataclass(frozen=True)
class Stored:
    """An event that lies in the index.

    Attributes:
        event: the event.
        row: its row of ``event_logs``.
        event_id: the id of that row.
    """

    event: EventLogEntry
    row: Row
    event_id: int

    @cached_property
    def told(self) -> DagsterEvent:
        """What the event tells."""
        return self.event.get_dagster_event()

    @cached_property
    def type(self) -> DagsterEventType:
        """What kind of event it is."""
        return self.told.event_type

    @property
    def is_evaluation_of_run(self) -> bool:
        """Whether it is the outcome of a check in a run; outcomes without a run are stored in another way."""
        return self.type is DagsterEventType.ASSET_CHECK_EVALUATION and bool(self.event.run_id)


def insert_events(connection: Connection, events: Sequence[tuple[EventLogEntry, Row]]) -> list[Stored]:
    """Insert events into the index, and tell their ids.

    SQLite has one writer at a time and numbers rows onwards from the greatest id, so that those of one statement follow
    each other.
    """
    connection.execute(SqlEventLogStorageTable.insert(), [row for _, row in events])
    last = connection.execute(sqlalchemy.select(sqlalchemy.func.max(SqlEventLogStorageTable.c.id))).scalar_one()
    first = last - len(events) + 1
    return [Stored(event, row, event_id) for event_id, (event, row) in enumerate(events, start=first)]


def newest_of_assets(events: Iterable[Stored]) -> list[Stored]:
    """The last event of each asset and type, in order: those before leave nothing in the row of the asset."""
    newest: dict[tuple[Any, DagsterEventType], Stored] = {}
    for each in events:
        key = (each.told.asset_key, each.type)
        newest.pop(key, None)
        newest[key] = each
    return list(newest.values())


def store_evaluations(connection: Connection, events: Iterable[Stored]) -> None:
    """Store the outcomes of checks in runs: over the row of a check that was planned or told before, else as a new one.

    Of several outcomes of one check, run and partition the last one stands.
    """
    rows = {_key(row): row for row in map(_evaluation_row, events)}
    if not rows:
        return
    known = _known(connection, rows.values())
    new = [row for key, row in rows.items() if key not in known]
    again = [{**row, _UPDATED_ID: known[key]} for key, row in rows.items() if key in known]
    if new:
        connection.execute(AssetCheckExecutionsTable.insert(), new)
    if again:
        changed: Row = {name: sqlalchemy.bindparam(name) for name in again[0] if name != _UPDATED_ID}
        same = _EXECUTIONS.id == sqlalchemy.bindparam(_UPDATED_ID)
        connection.execute(AssetCheckExecutionsTable.update().where(same).values(changed), again)


def _evaluation_row(each: Stored) -> Row:
    evaluation = each.told.asset_check_evaluation_data
    status = AssetCheckExecutionRecordStatus.SUCCEEDED if evaluation.passed else AssetCheckExecutionRecordStatus.FAILED
    target = evaluation.target_materialization_data
    return {
        "asset_key": evaluation.asset_key.to_string(),
        "check_name": evaluation.check_name,
        "run_id": each.event.run_id,
        "partition": evaluation.partition,
        "execution_status": status.value,
        "evaluation_event": each.row["event"],
        "evaluation_event_timestamp": each.row["timestamp"],
        "evaluation_event_storage_id": each.event_id,
        "materialization_event_storage_id": target.storage_id if target else None,
    }


def _key(row: Row) -> tuple[str, str, str, str | None]:
    return row["asset_key"], row["check_name"], row["run_id"], row["partition"]


def _known(connection: Connection, rows: Iterable[Row]) -> dict[tuple[str, str, str, str | None], int]:
    """Ids of the stored rows of the same runs and checks."""
    told = {name: sorted({row[name] for row in rows}) for name in ("asset_key", "check_name", "run_id")}
    columns = (_EXECUTIONS.asset_key, _EXECUTIONS.check_name, _EXECUTIONS.run_id, _EXECUTIONS.partition)
    stored = sqlalchemy.select(_EXECUTIONS.id, *columns).where(
        *(AssetCheckExecutionsTable.c[name].in_(values) for name, values in told.items())
    )
    return {tuple(key): row_id for row_id, *key in connection.execute(stored)}

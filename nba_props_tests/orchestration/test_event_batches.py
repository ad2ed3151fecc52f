"""A batch of events leaves the same rows in Dagster's event log as the stock storage does event by event."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster import AssetCheckEvaluation, AssetMaterialization, DagsterEvent, DagsterEventType, EventLogEntry
from dagster._core.definitions.asset_checks.asset_check_evaluation import AssetCheckEvaluationPlanned
from dagster._core.events import AssetObservationData, StepMaterializationData
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage

from nba_props.orchestration.event_log import KeptSqliteEventLogStorage

RUN, OTHER_RUN = "run-of-the-batch", "another-run"
GAMES, PLAYERS = dg.AssetKey(["conformed", "games"]), dg.AssetKey(["conformed", "players"])
DAYS = ("2025-01-05", "2025-01-06", "2025-01-07")
TABLES = ("event_logs", "asset_event_tags", "asset_keys", "asset_check_executions")
NOT_TOLD = "create_timestamp"


_seconds = count(1_736_000_000)


def logged(message: str, run_id: str, told: DagsterEvent | None) -> EventLogEntry:
    """What a step logs; each is a second later than the last."""
    made: Any = EventLogEntry
    entry: EventLogEntry = made(None, 10, message, run_id, next(_seconds) + 0.5, "games", "range", told)
    return entry


def entry(kind: DagsterEventType, data: Any = None, run_id: str = RUN) -> EventLogEntry:
    told = DagsterEvent(kind.value, "range", step_key="games", event_specific_data=data, message=kind.value)
    return logged(kind.value, run_id, told)


def materialized(key: dg.AssetKey, day: str, run_id: str = RUN) -> EventLogEntry:
    made = AssetMaterialization(
        key, partition=day, metadata={"rows": 7}, tags={"dagster/data_version": f"version of {day}"}
    )
    return entry(DagsterEventType.ASSET_MATERIALIZATION, StepMaterializationData(made), run_id)


def judged(key: dg.AssetKey, day: str | None, passed: bool = True, run_id: str = RUN) -> EventLogEntry:
    found = AssetCheckEvaluation(
        asset_key=key, check_name="contract", passed=passed, metadata={"rows": 7}, partition=day, blocking=True
    )
    return entry(DagsterEventType.ASSET_CHECK_EVALUATION, found, run_id)


def observed(key: dg.AssetKey) -> EventLogEntry:
    seen = dg.AssetObservation(key, tags={"dagster/data_version": "seen"})
    return entry(DagsterEventType.ASSET_OBSERVATION, AssetObservationData(seen))


def planned(key: dg.AssetKey) -> EventLogEntry:
    told = AssetCheckEvaluationPlanned(asset_key=key, check_name="contract")
    return entry(DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED, told)


def said() -> EventLogEntry:
    return logged("said by a step", RUN, None)


BEFORE = [materialized(GAMES, DAYS[0], OTHER_RUN), judged(GAMES, DAYS[0], run_id=OTHER_RUN), judged(PLAYERS, DAYS[0])]
BATCHES = {
    "a table over a range": [
        *(materialized(GAMES, day) for day in DAYS),
        *(judged(GAMES, day, passed=day != DAYS[1]) for day in DAYS),
    ],
    "two tables": [event(key, day) for key in (PLAYERS, GAMES) for day in DAYS for event in (materialized, judged)],
    "checks that were told before": [judged(PLAYERS, day, passed=False) for day in DAYS],
    "a check twice": [judged(GAMES, DAYS[0]), judged(GAMES, DAYS[1]), judged(GAMES, DAYS[0], passed=False)],
    "a planned check and its outcome": [planned(GAMES), judged(GAMES, DAYS[0]), judged(GAMES, None, passed=False)],
    "outcomes without a run": [judged(GAMES, day, run_id="") for day in DAYS],
    "observations after a materialization": [materialized(GAMES, DAYS[0]), observed(GAMES), observed(PLAYERS)],
    "several runs": [materialized(GAMES, DAYS[1], OTHER_RUN), materialized(GAMES, DAYS[1]), judged(GAMES, DAYS[1])],
    "what concerns no asset": [said(), entry(DagsterEventType.STEP_START), entry(DagsterEventType.RUN_SUCCESS)],
    "nothing": [],
}


def rows(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every shard, without the times at which it was written."""
    found = {}
    for path in sorted(folder.glob("*.db")):
        with sqlite3.connect(path) as connection:
            for table in TABLES:
                names = [name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})") if name != NOT_TOLD]
                told = connection.execute(f"SELECT {', '.join(names)} FROM {table} ORDER BY id").fetchall()
                found[f"{path.name} {table}"] = told
        connection.close()
    return found


def stored(storage: SqliteEventLogStorage, folder: Path, batch: Sequence[EventLogEntry]) -> dict[str, Any]:
    for event in BEFORE:
        storage.store_event(event)
    storage.store_event_batch(batch)
    storage.dispose()
    return rows(folder)


@pytest.mark.parametrize("name", BATCHES)
def test_a_batch_leaves_the_rows_of_the_stock_storage(name: str, tmp_path: Path) -> None:
    stock, kept = tmp_path / "stock", tmp_path / "kept"
    expected = stored(SqliteEventLogStorage(str(stock)), stock, BATCHES[name])
    found = stored(KeptSqliteEventLogStorage(str(kept)), kept, BATCHES[name])
    assert found.keys() == expected.keys()
    for place, told in expected.items():
        assert found[place] == told, place


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[KeptSqliteEventLogStorage]:
    opened = KeptSqliteEventLogStorage(str(tmp_path))
    yield opened
    opened.dispose()


def kinds(storage: KeptSqliteEventLogStorage) -> list[str]:
    return [each.get_dagster_event().event_type_value for each in storage.get_logs_for_run(RUN)]


def test_what_a_step_tells_of_its_way_is_stored_with_its_next_event_in_order(
    storage: KeptSqliteEventLogStorage,
) -> None:
    for kind in (DagsterEventType.STEP_START, DagsterEventType.LOADED_INPUT, DagsterEventType.HANDLED_OUTPUT):
        storage.store_event(entry(kind))
    assert kinds(storage) == ["STEP_START"]
    storage.store_event(materialized(GAMES, DAYS[0]))
    assert kinds(storage) == ["STEP_START", "LOADED_INPUT", "HANDLED_OUTPUT", "ASSET_MATERIALIZATION"]


def fail_after_telling(storage: KeptSqliteEventLogStorage) -> None:
    with storage.gathered():
        storage.store_event(materialized(GAMES, DAYS[1]))
        raise ValueError("inside")


def test_what_waits_comes_before_what_is_gathered_and_is_not_lost_with_it(storage: KeptSqliteEventLogStorage) -> None:
    storage.store_event(entry(DagsterEventType.LOADED_INPUT))
    with storage.gathered():
        storage.store_event(materialized(GAMES, DAYS[0]))
    assert kinds(storage) == ["LOADED_INPUT", "ASSET_MATERIALIZATION"]
    storage.store_event(entry(DagsterEventType.HANDLED_OUTPUT))
    with pytest.raises(ValueError, match="inside"):
        fail_after_telling(storage)
    storage.store_event(entry(DagsterEventType.STEP_START))
    assert kinds(storage)[2:] == ["HANDLED_OUTPUT", "STEP_START"]


def test_what_waits_is_stored_when_the_storage_is_closed(tmp_path: Path) -> None:
    first = KeptSqliteEventLogStorage(str(tmp_path))
    first.store_event(entry(DagsterEventType.LOADED_INPUT))
    first.dispose()
    second = KeptSqliteEventLogStorage(str(tmp_path))
    assert kinds(second) == ["LOADED_INPUT"]
    second.dispose()

"""Dagster's storage below a home: runs of dead processes are ended, the kept event log is the stock one's equal."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage

from nba_props.orchestration.event_log import KeptSqliteEventLogStorage
from nba_props.orchestration.instance import PROCESS_TAG, end_runs_of_dead_processes, event_log_path, open_instance
from nba_props.orchestration.run_logs import remove_old_logs
from nba_props.processes import is_alive, writer_is_dead
from nba_props_tests.orchestration.homes import settings_of


@dg.job
def nothing() -> None:
    """A job of no steps."""


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with open_instance(settings_of(tmp_path)) as opened:
        yield opened


def run_of(instance: dg.DagsterInstance, process: int) -> dg.DagsterRun:
    return instance.create_run_for_job(nothing, tags={PROCESS_TAG: str(process)}, status=dg.DagsterRunStatus.STARTED)


def dead_process() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        child.wait()
    return child.pid


def test_runs_of_dead_processes_fail_and_free_their_slots_and_living_ones_stand(
    instance: dg.DagsterInstance,
) -> None:
    dead, living = run_of(instance, dead_process()), run_of(instance, os.getpid())
    storage = instance.event_log_storage
    storage.set_concurrency_slots("one", 1)
    assert storage.claim_concurrency_slot("one", dead.run_id, "step").is_claimed
    assert end_runs_of_dead_processes(instance) == 1
    statuses = {run.run_id: run.status for run in instance.get_runs()}
    assert statuses == {dead.run_id: dg.DagsterRunStatus.FAILURE, living.run_id: dg.DagsterRunStatus.STARTED}
    assert storage.get_concurrency_info("one").claimed_slots == []
    assert storage.claim_concurrency_slot("one", living.run_id, "step").is_claimed
    assert end_runs_of_dead_processes(instance) == 0


def test_a_process_that_began_later_or_has_ended_only_has_the_number() -> None:
    now = time.time()
    assert is_alive(os.getpid(), now)
    assert not is_alive(os.getpid(), now - timedelta(days=1).total_seconds()), "another had the number then"
    assert not is_alive(dead_process(), now)
    with subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE) as ended:
        assert ended.stdout is not None
        assert ended.stdout.read() == b""
        os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
        assert not is_alive(ended.pid, now), "nobody has asked for its exit status yet"


def test_a_temporary_file_is_of_a_dead_writer_if_its_process_began_after_it(tmp_path: Path) -> None:
    files = {name: tmp_path / f"part.{name}.tmp" for name in (str(os.getpid()), str(dead_process()), "nobody")}
    for file in files.values():
        file.touch()
    assert [writer_is_dead(file) for file in files.values()] == [False, True, True]
    own = files[str(os.getpid())]
    os.utime(own, (0, 0))
    assert writer_is_dead(own)
    own.unlink()
    assert not writer_is_dead(own), "it is whole by now"


@dg.asset(automation_condition=dg.AutomationCondition.missing())
def counted() -> dg.MaterializeResult[None]:
    """An asset that a run makes."""
    return dg.MaterializeResult(metadata={"rows": 3})


def weighed(instance: dg.DagsterInstance) -> int:
    """Evaluations of automation that are kept."""
    assert instance.schedule_storage is not None
    return len(instance.schedule_storage.get_auto_materialize_asset_evaluations(counted.key, limit=10))


# Dagster's own tester uses a feature of its own that is in beta.
@pytest.mark.filterwarnings("ignore:Parameter `include_sources`")
def test_old_logs_go_and_what_was_materialized_stays(tmp_path: Path) -> None:
    settings, now = settings_of(tmp_path), datetime.now(UTC)
    with open_instance(settings) as instance:
        old, young = (dg.materialize([counted], instance=instance).run_id for _ in range(2))
        (evaluated,) = dg.evaluate_automation_conditions(dg.Definitions([counted]), instance).results
        assert instance.schedule_storage is not None
        instance.schedule_storage.add_auto_materialize_asset_evaluations(
            1, [evaluated.serializable_evaluation.with_run_ids(frozenset())]
        )
    month_ago = (now - timedelta(days=settings.run_log_days, hours=1)).timestamp()
    for log in (old, "index"):  # the index is as old after a summer
        os.utime(event_log_path(settings) / f"{log}.db", (month_ago, month_ago))
    with open_instance(settings) as instance:
        assert remove_old_logs(instance, settings, now) == 1
        assert weighed(instance) == 1
        assert list(instance.all_logs(old)) == []
        assert list(instance.all_logs(young)) != []
        records = instance.fetch_materializations(counted.key, limit=10).records
        assert {record.run_id for record in records} == {old, young}
        assert {run.run_id: run.status for run in instance.get_runs()} == dict.fromkeys(
            (old, young), dg.DagsterRunStatus.SUCCESS
        )
        assert remove_old_logs(instance, settings, now + timedelta(days=settings.automation_log_days, hours=1)) == 0
        assert weighed(instance) == 0


def kept(instance: dg.DagsterInstance) -> KeptSqliteEventLogStorage:
    storage = instance.event_log_storage
    assert isinstance(storage, KeptSqliteEventLogStorage)
    return storage


def told(instance: dg.DagsterInstance, partition: str) -> None:
    instance.report_runless_asset_event(dg.AssetMaterialization("table", partition=partition))


def partitions(instance: dg.DagsterInstance) -> set[str | None]:
    records = instance.fetch_materializations(dg.AssetKey("table"), limit=100).records
    return {record.partition_key for record in records}


def test_what_is_written_in_one_transaction_is_read_by_itself_and_by_the_stock_storage(
    instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    run = run_of(instance, os.getpid())
    told(instance, "before")
    with kept(instance).gathered():
        for partition in ("one", "two"):
            told(instance, partition)
        instance.report_engine_event("inside", run)
    assert partitions(instance) == {"before", "one", "two"}
    stock = SqliteEventLogStorage(str(tmp_path / "dagster" / "history" / "runs"))
    assert stock.get_materialized_partitions(dg.AssetKey("table")) == {"before", "one", "two"}
    assert [entry.message for entry in stock.get_logs_for_run(run.run_id)] == [
        entry.message for entry in instance.all_logs(run.run_id)
    ]
    assert "inside" in [entry.message for entry in stock.get_logs_for_run(run.run_id)]
    stock.dispose()


def fail_inside(instance: dg.DagsterInstance) -> None:
    with kept(instance).gathered():
        told(instance, "lost")
        raise ValueError("inside")


def test_an_error_inside_a_transaction_leaves_nothing_half_written_and_later_writes_work(
    instance: dg.DagsterInstance,
) -> None:
    told(instance, "before")
    with pytest.raises(ValueError, match="inside"):
        fail_inside(instance)
    assert partitions(instance) == {"before"}
    told(instance, "after")
    with kept(instance).gathered():
        told(instance, "held")
    assert partitions(instance) == {"before", "after", "held"}

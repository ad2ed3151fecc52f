"""S1: daemon, code server and run are killed at once, as by a power cut. The run is ended and its slot is free within
minutes, not when the longest run time is over.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import dagster as dg
import psutil
import pytest
from dagster._core.launcher import WorkerStatus
from dagster._core.storage.tags import GRPC_INFO_TAG
from dagster._grpc.client import DagsterGrpcClient

from nba_props.orchestration.instance import open_instance
from nba_props.orchestration.launcher import WatchedRunLauncher
from nba_props.processes import is_alive
from nba_props.settings import child_environment
from nba_props_tests.drills.daemons import monitor, slots_held
from nba_props_tests.drills.waiting import await_that
from nba_props_tests.orchestration import homes

POOL = "one_at_a_time"
LOCATION = f"""
import signal
import dagster as dg


@dg.op(pool="{POOL}")
def waits() -> None:
    signal.pause()


@dg.job
def waiting() -> None:
    waits()


definitions = dg.Definitions(jobs=[waiting], executor=dg.in_process_executor)
"""
DAEMON = """
import signal
import sys
from dagster._core.test_utils import create_run_for_test
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import PythonFileTarget
from nba_props.orchestration.instance import open_instance
from nba_props.settings import load_settings

target = PythonFileTarget(sys.argv[1], attribute=None, working_directory=None, location_name="here")
with open_instance(load_settings()) as instance, WorkspaceProcessContext(instance, target) as context:
    workspace = context.create_request_context()
    job = workspace.get_code_location("here").get_repository("__repository__").get_full_job("waiting")
    run = create_run_for_test(
        instance,
        job_name="waiting",
        remote_job_origin=job.get_remote_origin(),
        job_code_origin=job.get_python_origin(),
    )
    instance.launch_run(run.run_id, workspace)
    signal.pause()
"""


@dataclass
class Launched:
    """A run that waits inside its slot, in a code server of a daemon."""

    instance: dg.DagsterInstance
    daemon: subprocess.Popen[bytes]

    @property
    def run(self) -> dg.DagsterRun:
        (run,) = self.instance.get_runs()
        return run

    def kill(self) -> None:
        """All processes at once and without any warning; they need a moment to end."""
        processes = psutil.Process(self.daemon.pid).children(recursive=True)
        os.killpg(self.daemon.pid, signal.SIGKILL)
        self.daemon.wait()
        await_that(
            lambda: not any(is_alive(each.pid, each.create_time()) for each in processes),
            "a killed process does not end",
        )


@pytest.fixture
def launched(tmp_path: Path) -> Iterator[Launched]:
    settings = homes.settings_of(tmp_path)
    location = tmp_path / "location.py"
    location.write_text(LOCATION)
    with (
        open_instance(settings) as instance,
        subprocess.Popen(
            [sys.executable, "-c", DAEMON, str(location)],
            env=child_environment(settings),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as daemon,
    ):
        running = Launched(instance, daemon)
        try:
            await_that(lambda: slots_held(instance), "the run never began", daemon)
            yield running
        finally:
            if daemon.poll() is None:
                running.kill()


def it_is_ended_and_its_slot_is_free(launched: Launched) -> None:
    monitor(launched.instance)
    assert launched.run.status is dg.DagsterRunStatus.FAILURE, "the run of a dead server goes on"
    monitor(launched.instance, timedelta(minutes=2))
    assert slots_held(launched.instance) == {}


def test_a_run_is_left_alone_while_its_server_lives_and_ended_when_all_is_killed(
    launched: Launched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monitor(launched.instance, timedelta(minutes=5))
    assert launched.run.status is dg.DagsterRunStatus.STARTED
    assert slots_held(launched.instance) == {POOL: [launched.run.run_id]}

    launched.kill()
    with monkeypatch.context() as without:
        without.setattr(WatchedRunLauncher, "supports_check_run_worker_health", False)
        with pytest.raises(AssertionError, match="the run of a dead server goes on"):
            it_is_ended_and_its_slot_is_free(launched)
    it_is_ended_and_its_slot_is_free(launched)


def test_the_code_server_is_not_asked_and_what_cannot_be_told_goes_on(
    launched: Launched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It answers behind a lock that a run which is just ending may take with it; then it starts no run any more."""

    def asked(*_: object) -> NoReturn:
        raise AssertionError("the code server was asked")

    monkeypatch.setattr(DagsterGrpcClient, "_get_response", asked)
    health = launched.instance.run_launcher.check_run_worker_health
    run, begins = launched.run, dg.DagsterRun(job_name="waiting", tags=launched.run.tags)
    elsewhere = run.with_tags({**run.tags, GRPC_INFO_TAG: json.dumps({"host": "elsewhere", "port": 4000})})
    assert [health(each).status for each in (run, begins, elsewhere)] == [WorkerStatus.RUNNING] * 3
    launched.kill()
    lost, *others = (health(each).status for each in (run, begins, elsewhere))
    assert lost is WorkerStatus.FAILED
    assert others == [WorkerStatus.RUNNING] * 2

"""The run launcher: Dagster's own, which can also tell whether a run is still being executed.

Without that, runs that a power cut or a killed container ended would count as running until their longest run time is
over, hold their slots and keep their source from being asked. With it run monitoring ends them at its next look.

The code server is not asked: it answers behind a lock that a run which is just ending may take with it, and would start
no run any more.
"""

from __future__ import annotations

import json

import dagster as dg
from dagster._core.launcher import CheckRunHealthResult, DefaultRunLauncher, WorkerStatus
from dagster._core.storage.tags import GRPC_INFO_TAG

from nba_props.orchestration.instance import process_of
from nba_props.processes import is_alive

_THIS_MACHINE = frozenset({None, "localhost", "127.0.0.1", "::1"})


class WatchedRunLauncher(DefaultRunLauncher):
    """Launches runs in the code server, and looks for a run's process when it is to be checked."""

    @property
    def supports_check_run_worker_health(self) -> bool:
        """Yes."""
        return True

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """Whether the run is executed; where that cannot be told it is taken to be."""
        process = process_of(self._instance, run) if _is_here(run) else None
        if process is None or is_alive(*process):
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(WorkerStatus.FAILED, "the process that executed it is gone")


def _is_here(run: dg.DagsterRun) -> bool:
    """Whether the code server that executes a run is one of this machine."""
    return json.loads(run.tags.get(GRPC_INFO_TAG, "{}")).get("host") in _THIS_MACHINE

"""The run launcher: Dagster's own, which can also tell whether a run is still being executed.

Without that, runs that a power cut or a killed container ended would count as running until their longest run time is
over, hold their slots and keep their source from being asked. With it run monitoring ends them at its next look.
"""

from __future__ import annotations

import json

import dagster as dg
from dagster._core.errors import DagsterUserCodeUnreachableError
from dagster._core.launcher import CheckRunHealthResult, DefaultRunLauncher, WorkerStatus
from dagster._core.storage.tags import GRPC_INFO_TAG
from dagster._grpc.client import DagsterGrpcClient
from dagster._grpc.types import CanCancelExecutionRequest, CanCancelExecutionResult
from dagster._serdes import deserialize_value

from nba_props.orchestration.instance import PROCESS_TAG
from nba_props.processes import is_alive

ANSWER_SECONDS = 30

UNREACHABLE = "UNAVAILABLE"
"""The code that gRPC gives when nobody listens; a server that is late has another."""


class WatchedRunLauncher(DefaultRunLauncher):
    """Launches runs in the code server, and asks it, or looks for the process, when a run is to be checked."""

    @property
    def supports_check_run_worker_health(self) -> bool:
        """Yes."""
        return True

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """Whether the run is executed; where that cannot be told it is taken to be."""
        if GRPC_INFO_TAG in run.tags:
            return _asked_of_server(run)
        if PROCESS_TAG in run.tags and not is_alive(int(run.tags[PROCESS_TAG])):
            return CheckRunHealthResult(WorkerStatus.FAILED, "the process that executed it is gone")
        return CheckRunHealthResult(WorkerStatus.RUNNING)


def _asked_of_server(run: dg.DagsterRun) -> CheckRunHealthResult:
    """What the code server says that the run was started in; one that is busy is not taken for dead."""
    place = json.loads(run.tags[GRPC_INFO_TAG])
    client = DagsterGrpcClient(
        host=place.get("host"),
        port=place.get("port"),
        socket=place.get("socket"),
        use_ssl=bool(place.get("use_ssl", False)),
    )
    try:
        told = client.can_cancel_execution(CanCancelExecutionRequest(run_id=run.run_id), timeout=ANSWER_SECONDS)
    except DagsterUserCodeUnreachableError as error:
        if UNREACHABLE in str(error):
            return CheckRunHealthResult(WorkerStatus.FAILED, "the code server that executed it is gone")
        return CheckRunHealthResult(WorkerStatus.RUNNING, "the code server is too busy to answer")
    if deserialize_value(told, CanCancelExecutionResult).can_cancel:
        return CheckRunHealthResult(WorkerStatus.RUNNING)
    return CheckRunHealthResult(WorkerStatus.FAILED, "the code server does not execute it any more")

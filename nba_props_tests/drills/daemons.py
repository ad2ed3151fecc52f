"""What Dagster's monitoring daemon does, on an instance of a home as the product sets it up."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from unittest import mock

import dagster as dg
from dagster._daemon.monitoring import concurrency, run_monitoring

from nba_props.orchestration.platform import Platform
from nba_props_tests.drills.platform import Drill, World

_log = logging.getLogger("drill")


@contextmanager
def on_disk(
    told: World, platform: Platform, tables: tuple[str, ...], sources: tuple[str, ...], instance: dg.DagsterInstance
) -> Iterator[Drill]:
    """A drill on an instance with slots, which an ephemeral one does not have."""
    with Drill(told, platform, tables, sources) as drill:
        drill.instance = instance
        yield drill


def slots_held(instance: dg.DagsterInstance) -> dict[str, list[str]]:
    """The runs that hold the slots of each pool."""
    storage = instance.event_log_storage
    held = {pool.name: storage.get_concurrency_info(pool.name).claimed_slots for pool in storage.get_pool_limits()}
    return {pool: [slot.run_id for slot in slots] for pool, slots in held.items() if slots}


def monitor(instance: dg.DagsterInstance, later: timedelta = timedelta(0)) -> None:
    """Look at all runs, and free the slots of those that ended long enough ago, as if it were so much later."""
    context: Any = SimpleNamespace(instance=instance, create_request_context=lambda: None)
    now = datetime.now(UTC) + later
    with (
        mock.patch.object(run_monitoring, "get_current_timestamp", return_value=now.timestamp()),
        mock.patch.object(concurrency, "get_current_datetime", return_value=now),
    ):
        problems = [
            *run_monitoring.execute_run_monitoring_iteration(context, _log),
            *concurrency.execute_concurrency_slots_iteration(context, _log),
        ]
    assert [each for each in problems if each is not None] == []

"""What Dagster keeps of how things went, which nobody reads any more and which would fill the disk: half a megabyte for
each run, five for each tick at which automation had much to weigh.

What was materialized, what the checks said and when a run began and ended lies in the event log's index, and stays.
"""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta

import dagster as dg
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME

from nba_props.orchestration.instance import event_log_path
from nba_props.settings import Settings


def remove_old_logs(instance: dg.DagsterInstance, settings: Settings, now: datetime) -> int:
    """Remove what runs and automation logged longer ago than the settings say; gives of how many runs.

    ``now`` is the system's time, which Dagster's own records bear, however the clock is shifted.
    """
    storage = instance.schedule_storage
    if storage is not None:
        storage.purge_asset_evaluations((now - timedelta(days=settings.automation_log_days)).timestamp())
    return _remove_run_logs(settings, now - timedelta(days=settings.run_log_days))


def _remove_run_logs(settings: Settings, before: datetime) -> int:
    output = settings.dagster_path / "storage"
    old = [
        log
        for log in event_log_path(settings).glob("*.db")
        if log.stem != INDEX_SHARD_NAME and log.stat().st_mtime < before.timestamp()
    ]
    for log in old:
        shutil.rmtree(output / log.stem, ignore_errors=True)
        log.unlink(missing_ok=True)
    return len(old)

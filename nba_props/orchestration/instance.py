"""Dagster's own storage below ``NBA_PROPS_HOME``, and what a killed process left in it."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path

import dagster as dg
import yaml

from nba_props.orchestration.event_log import KeptSqliteEventLogStorage
from nba_props.processes import is_alive
from nba_props.settings import Settings

PROCESS_TAG = "nba_props/process"
"""On runs that a command executes itself: its process id, so that the next command can tell whether it died."""


def prepare_home(settings: Settings) -> None:
    """Make the home and Dagster's folder, with its configuration file."""
    settings.dagster_path.mkdir(parents=True, exist_ok=True)
    configuration = (files("nba_props.orchestration") / "dagster.yaml").read_text() + _event_log(settings)
    target = settings.dagster_path / "dagster.yaml"
    if not target.exists() or target.read_text() != configuration:
        target.write_text(configuration)
    # Not a setting of ours that is read: Dagster finds its instance by it, in this process and in its children.
    os.environ["DAGSTER_HOME"] = str(settings.dagster_path.absolute())


def event_log_path(settings: Settings) -> Path:
    """Folder of the event log: its index, and a file for what each run told."""
    return settings.dagster_path / "history" / "runs"


def _event_log(settings: Settings) -> str:
    storage = {
        "event_log_storage": {
            "module": KeptSqliteEventLogStorage.__module__,
            "class": KeptSqliteEventLogStorage.__name__,
            "config": {"base_dir": str(event_log_path(settings).absolute())},
        }
    }
    return f"\n{yaml.safe_dump(storage)}"


def open_instance(settings: Settings) -> dg.DagsterInstance:
    """The instance of the home; runs of dead commands are ended first and their slots freed."""
    prepare_home(settings)
    instance = dg.DagsterInstance.get()
    end_runs_of_dead_processes(instance)
    return instance


def end_runs_of_dead_processes(instance: dg.DagsterInstance) -> int:
    """Mark runs as failed whose process is gone, and free the pool slots they held; gives how many."""
    unfinished = instance.get_run_records(
        dg.RunsFilter(
            statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.NOT_STARTED]
        )
    )
    of_commands = [record.dagster_run for record in unfinished if PROCESS_TAG in record.dagster_run.tags]
    dead = [run for run in of_commands if (process := process_of(instance, run)) and not is_alive(*process)]
    for run in dead:
        instance.report_run_failed(run, "the process that executed this run is gone; run the command again")
        instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
    return len(dead)


def process_of(instance: dg.DagsterInstance, run: dg.DagsterRun) -> tuple[int, float] | None:
    """The id of the process that executes a run, and when it was told, in seconds since 1970; None before it is.

    A command's runs have it as a tag; those that a code server started tell it in their own log.
    """
    if PROCESS_TAG in run.tags:
        record = instance.get_run_record_by_id(run.run_id)
        return (int(run.tags[PROCESS_TAG]), record.create_timestamp.timestamp()) if record else None
    for entry in instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ENGINE_EVENT):
        told = entry.get_dagster_event().engine_event_data.metadata.get("pid")
        if told is not None:
            return int(str(told.value)), entry.timestamp
    return None

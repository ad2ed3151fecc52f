"""How a step tells Dagster what it made.

A run over one date publishes the way Dagster does by itself. A run over a range logs one materialization and one
evaluation of each check for every date, because a range run by itself stamps one data version on all of its dates and
one check result on none of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from typing import Any

import dagster as dg
import polars as pl

from nba_props.orchestration.checks import Verdict
from nba_props.orchestration.event_log import KeptSqliteEventLogStorage
from nba_props.orchestration.metadata import preview
from nba_props.warehouse.parquet import Day, Partition, PreparedTable

DATA_VERSION_TAG = "dagster/data_version"
RANGE_START_TAG = "dagster/asset_partition_range_start"
RANGE_END_TAG = "dagster/asset_partition_range_end"
SELF_REPORTED_TAG = "dagster/defer_asset_events"
"""On a run that covers a range: Dagster leaves the events of its assets to the steps, which log them date by date."""

Judged = Mapping[Day, Sequence[Verdict]]


def publish(context: dg.AssetExecutionContext, prepared: PreparedTable, judged: Judged) -> Iterator[Any]:
    """Hand the table to the IO manager and report its partitions and checks."""
    if RANGE_START_TAG in context.run.tags:
        yield from _publish_range(context, prepared, judged)
    else:
        yield from _publish_one(context, prepared, judged)


def _publish_one(context: dg.AssetExecutionContext, prepared: PreparedTable, judged: Judged) -> Iterator[Any]:
    key = dg.AssetKey(prepared.table.asset_key)
    for partition in prepared.partitions.values():
        yield dg.Output(
            prepared,
            output_name=prepared.table.name,
            metadata=_metadata(prepared, partition, prepared.frame),
            data_version=dg.DataVersion(partition.facts_hash),
        )
    for verdict in (verdict for verdicts in judged.values() for verdict in verdicts):
        if dg.AssetCheckKey(key, verdict.check) in context.selected_asset_check_keys:
            yield dg.AssetCheckResult(
                asset_key=key,
                check_name=verdict.check,
                passed=verdict.passed,
                severity=verdict.severity,
                metadata=dict(verdict.metadata),
                description=verdict.description,
            )


def _publish_range(context: dg.AssetExecutionContext, prepared: PreparedTable, judged: Judged) -> Iterator[Any]:
    key = dg.AssetKey(prepared.table.asset_key)
    # An output of no partition lets those follow that read earlier dates; a run whose events Dagster logs itself would
    # stamp it on all dates.
    if prepared.partitions or SELF_REPORTED_TAG in context.run.tags:
        yield dg.Output(prepared, output_name=prepared.table.name, data_version=dg.DataVersion(prepared.version))
    with _one_batch(context.instance):
        _log_events(context, key, prepared, judged)
    yield from _summaries(context, key, judged)


def _log_events(context: dg.AssetExecutionContext, key: dg.AssetKey, prepared: PreparedTable, judged: Judged) -> None:
    shown = _last_with_rows(prepared)
    for day, partition in prepared.partitions.items():
        frame = _rows_of(prepared, day) if day == shown else None
        context.log_event(
            dg.AssetMaterialization(
                key,
                partition=None if day is None else day.isoformat(),
                metadata=_metadata(prepared, partition, frame),
                tags={DATA_VERSION_TAG: partition.facts_hash},
            )
        )
    for day, verdicts in judged.items():
        for verdict in verdicts:
            context.log_event(_evaluation(key, day, verdict))


def _one_batch(instance: dg.DagsterInstance) -> AbstractContextManager[None]:
    storage = instance.event_log_storage
    return storage.gathered() if isinstance(storage, KeptSqliteEventLogStorage) else nullcontext()


def _summaries(context: dg.AssetExecutionContext, key: dg.AssetKey, judged: Judged) -> Iterator[dg.AssetCheckResult]:
    """One result over the whole range for each check that the run was asked for."""
    for check in sorted({verdict.check for verdicts in judged.values() for verdict in verdicts}):
        if dg.AssetCheckKey(key, check) in context.selected_asset_check_keys:
            failed = [
                day for day, verdicts in judged.items() if any(v.check == check and not v.passed for v in verdicts)
            ]
            yield dg.AssetCheckResult(
                asset_key=key,
                check_name=check,
                passed=not failed,
                severity=dg.AssetCheckSeverity.WARN,
                metadata={"dates": len(judged), "dates that fail": ", ".join(str(day) for day in failed[:50])},
            )


def _evaluation(key: dg.AssetKey, day: date | None, verdict: Verdict) -> dg.AssetCheckEvaluation:
    return dg.AssetCheckEvaluation(
        asset_key=key,
        check_name=verdict.check,
        passed=verdict.passed,
        metadata=dict(verdict.metadata),
        severity=verdict.severity,
        description=verdict.description,
        blocking=verdict.is_blocking,
        partition=None if day is None else day.isoformat(),
    )


def _metadata(prepared: PreparedTable, partition: Partition, frame: pl.DataFrame | None) -> dict[str, Any]:
    counted = {"dagster/partition_row_count": partition.rows}
    if prepared.table.partition is None:
        counted = {"dagster/row_count": partition.rows}
    return {**counted, **({} if frame is None or frame.is_empty() else {"preview": preview(frame)})}


def _last_with_rows(prepared: PreparedTable) -> Day:
    return next((day for day, partition in reversed(list(prepared.partitions.items())) if partition.rows), None)


def _rows_of(prepared: PreparedTable, day: Day) -> pl.DataFrame:
    column = prepared.table.partition
    return prepared.frame if column is None else prepared.frame.filter(pl.col(column) == day)

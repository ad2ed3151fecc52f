"""Materializing a range of dates in this process, for the command line: chunk by chunk, one Dagster run a chunk."""

import atexit
import gc
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import dagster as dg

from nba_props.game_calendar import DateRange
from nba_props.orchestration.instance import PROCESS_TAG
from nba_props.orchestration.io_managers import WarehouseIOManager
from nba_props.orchestration.platform import Platform
from nba_props.orchestration.publishing import RANGE_END_TAG, RANGE_START_TAG, SELF_REPORTED_TAG
from nba_props.orchestration.step import Step

StepDone = Callable[[str], None]


@dataclass(frozen=True)
class ChunkResult:
    """One run over a piece of the range."""

    dates: DateRange
    run_id: str
    succeeded: bool
    failures: tuple[str, ...]


def steps_up_to(steps: Sequence[Step], tables: Sequence[str]) -> list[Step]:
    """The steps that make the tables, and everything upstream of them; all steps without any table.

    Raises:
        KeyError: a table is made by no step.
    """
    if not tables:
        return list(steps)
    maker = {table.full_name: step for step in steps for table in step.tables}
    wanted: dict[str, Step] = {}
    pending = list(tables)
    while pending:
        name = pending.pop()
        step = maker[name]
        if step.name not in wanted:
            wanted[step.name] = step
            pending.extend(read.table.full_name for read in step.reads.values())
    return [step for step in steps if step.name in wanted]


def materialize_range(
    assets: Sequence[dg.AssetsDefinition],
    steps: Sequence[Step],
    dates: DateRange,
    platform: Platform,
    instance: dg.DagsterInstance,
    step_done: StepDone | None = None,
) -> Iterator[ChunkResult]:
    """Materialize all tables of the steps for the dates, oldest chunk first; yields each chunk as it ends.

    Checks are evaluated date by date inside the steps. A failed step keeps what depends on it from running; the next
    chunk is tried all the same.
    """
    job = _job(assets, steps, platform, step_done)
    _leave_imports_alone()
    for chunk in chunks_of(dates, platform):
        result = job.execute_in_process(
            instance=instance,
            raise_on_error=False,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            tags={
                RANGE_START_TAG: chunk.first.isoformat(),
                RANGE_END_TAG: chunk.last.isoformat(),
                SELF_REPORTED_TAG: "true",
                PROCESS_TAG: str(os.getpid()),
            },
        )
        failures = tuple(f"{event.step_key}: {_cause(event)}" for event in result.all_events if event.is_step_failure)
        yield ChunkResult(chunk, result.run_id, result.success, failures)


@cache
def _leave_imports_alone() -> None:
    """Let garbage collection pass over what is imported and defined, from now on: else that takes a sixth of a run."""
    gc.freeze()
    atexit.register(gc.unfreeze)


def _job(
    assets: Sequence[dg.AssetsDefinition], steps: Sequence[Step], platform: Platform, step_done: StepDone | None
) -> dg.JobDefinition:
    @dg.success_hook(name="step_done")
    def announce(context: dg.HookContext) -> None:
        if step_done is not None and context.op is not None:
            step_done(context.op.name)

    keys = [dg.AssetKey(table.asset_key) for step in steps for table in step.tables]
    job = dg.define_asset_job(
        "range",
        selection=dg.AssetSelection.assets(*keys).without_checks(),
        hooks={announce},
        description="All chosen tables for a range of game dates.",
    )
    definitions = dg.Definitions(
        assets=list(assets), jobs=[job], resources=resources(platform), executor=dg.in_process_executor
    )
    return definitions.resolve_job_def("range")


def resources(platform: Platform) -> dict[str, object]:
    """The resources that every step requires."""
    return {
        "platform": dg.ResourceDefinition.hardcoded_resource(platform),
        "warehouse": dg.IOManagerDefinition.hardcoded_io_manager(WarehouseIOManager(platform.warehouse)),
    }


def _cause(event: dg.DagsterEvent) -> str:
    error = event.step_failure_data.error
    while error is not None and error.cause is not None:
        error = error.cause
    return "" if error is None else error.message.strip().splitlines()[0]


def chunks_of(dates: DateRange, platform: Platform) -> list[DateRange]:
    """The range in the pieces that one run takes at once: not too many dates, nor more bodies than memory has room for.

    A single date is never parted, however much is archived of it.
    """
    sizes = platform.archive.index.body_bytes(dates)
    limit = platform.settings.backfill_chunk_megabytes * 1e6
    chunks: list[DateRange] = []
    held = 0.0
    for day in dates:
        size = sizes.get(day, 0.0)
        if chunks and len(chunks[-1]) < platform.settings.backfill_chunk_days and held + size <= limit:
            chunks[-1] = chunks[-1].widened(after=1)
            held += size
        else:
            chunks.append(DateRange.of(day))
            held = size
    return chunks

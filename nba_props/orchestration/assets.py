"""Steps become Dagster assets: one op a step, an output and its checks for each table it makes."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import dagster as dg
import polars as pl

from nba_props.contracts.conformed import GAMES
from nba_props.contracts.table import Table
from nba_props.game_calendar import DateRange, game_date_of
from nba_props.operations.coverage import OWES, PLAYED_WITHIN_DAYS, Coverage, Owes
from nba_props.orchestration.automation import (
    absence_condition,
    condition,
    failure_condition,
    models_condition,
    record_condition,
)
from nba_props.orchestration.checks import check_specs, coverage_by_date, has_completeness_check, verdicts
from nba_props.orchestration.metadata import definition_metadata
from nba_props.orchestration.partitions import range_of, window_mapping
from nba_props.orchestration.platform import Platform
from nba_props.orchestration.publishing import publish
from nba_props.orchestration.step import Frames, Read, Step, Surroundings
from nba_props.warehouse.parquet import prepare

OWNERS = ["team:nba-props"]
RETRIES = dg.RetryPolicy(max_retries=2, delay=5, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS)
FRESH_WITHIN = timedelta(hours=30)
FRESH_WARNING = timedelta(hours=26)
BACKFILL_DATES_PER_RUN = 30


def assets_of(steps: Sequence[Step], partitions: dg.DailyPartitionsDefinition) -> list[dg.AssetsDefinition]:
    """Every step as an assets definition."""
    return [_asset_of(step, partitions) for step in steps]


def _asset_of(step: Step, daily: dg.DailyPartitionsDefinition) -> dg.AssetsDefinition:
    partitions = daily if step.tables[0].partition is not None else None

    @dg.multi_asset(
        name=step.name,
        outs={table.name: _out(step, table, partitions) for table in step.tables},
        ins={argument: _in(read, partitions) for argument, read in step.reads.items()},
        internal_asset_deps={
            table.name: {dg.AssetKey(read.table.asset_key) for read in step.reads_for(table)} for table in step.tables
        },
        partitions_def=partitions,
        check_specs=[spec for table in step.tables for spec in check_specs(table, partitions)],
        can_subset=True,
        backfill_policy=dg.BackfillPolicy.multi_run(BACKFILL_DATES_PER_RUN) if partitions else None,
        retry_policy=RETRIES,
        pool=step.pool,
        required_resource_keys={"platform"},
    )
    def compute(context: dg.AssetExecutionContext, **inputs: pl.LazyFrame) -> Iterator[Any]:
        yield from _run(context, step, inputs)

    return compute


def _out(step: Step, table: Table, partitions: dg.PartitionsDefinition | None) -> dg.AssetOut:
    return dg.AssetOut(
        key=dg.AssetKey(table.asset_key),
        dagster_type=dg.Any,
        is_required=False,
        io_manager_key="warehouse",
        description=table.description,
        metadata=definition_metadata(table),
        group_name=table.layer,
        kinds=set(step.kinds),
        owners=OWNERS,
        code_version=str(table.version),
        freshness_policy=dg.FreshnessPolicy.time_window(fail_window=FRESH_WITHIN, warn_window=FRESH_WARNING),
        automation_condition=_automation(step, table, partitions),
    )


def _automation(
    step: Step, table: Table, partitions: dg.PartitionsDefinition | None
) -> dg.AutomationCondition[dg.AssetKey]:
    """What remakes a step; raw tables are first made by the sensor that watches the archive."""
    if step.is_record:
        return record_condition()
    if not step.reads:
        return failure_condition()
    if step.tells_absence:
        return absence_condition(step, table)
    return condition(step, table) if partitions else models_condition()


def _in(read: Read, partitions: dg.PartitionsDefinition | None) -> dg.AssetIn:
    mapping: dg.PartitionMapping | None = None
    if read.table.partition is not None:
        if partitions is None:
            mapping = dg.AllPartitionMapping()
        elif read.is_window or not read.includes_date:
            mapping = window_mapping(read.days_before, read.includes_date)
    return dg.AssetIn(
        key=dg.AssetKey(read.table.asset_key),
        dagster_type=dg.Any,
        input_manager_key="warehouse",
        partition_mapping=mapping,
    )


def _run(context: dg.AssetExecutionContext, step: Step, inputs: Frames) -> Iterator[Any]:
    platform: Platform = context.resources.platform
    surroundings = platform.surroundings()
    dates = DateRange.of(game_date_of(surroundings.now))
    if context.assets_def.partitions_def is not None:
        dates = range_of(list(context.partition_keys))
    made = step.build(dates, inputs, surroundings)
    guarded = _held_back(step, dates, inputs, made, surroundings)
    for table in step.tables:
        if dg.AssetKey(table.asset_key) in context.selected_asset_keys:
            held_back = guarded | _waiting(step, table, dates, surroundings)
            prepared = prepare(
                table, _without(made[table.full_name], held_back), [d for d in dates if d not in held_back]
            )
            coverages = _coverages(step, table, prepared.frame, dates, made, surroundings)
            judged = verdicts(prepared, coverages, surroundings.settings.coverage_floor)
            yield from publish(context, prepared, judged)


def _without(frame: pl.DataFrame, held_back: set[date]) -> pl.DataFrame:
    return frame.filter(~pl.col("game_date").is_in(sorted(held_back))) if held_back else frame


def _waiting(step: Step, table: Table, dates: DateRange, surroundings: Surroundings) -> set[date]:
    """Dates of which something that a table of the step is made of is not there: held back itself, or not made yet.

    So a range leaves out the same partitions as its dates one by one, where what follows them is skipped.
    """
    stored = surroundings.warehouse.days
    return {day for awaited in step.awaited_by(table) for day in set(dates).difference(stored(awaited, dates))}


def _held_back(
    step: Step, dates: DateRange, inputs: Frames, made: Mapping[str, pl.DataFrame], surroundings: Surroundings
) -> set[date]:
    """Dates on which the guarded table covers too few of the games that it owes."""
    if step.guard is None:
        return set()
    table = step.guard.made
    coverages = coverage_by_date(table, made[table.full_name].lazy(), inputs[step.guard.games], dates)
    floor = surroundings.settings.coverage_floor
    return {day for day, coverage in coverages.items() if coverage.share < floor}


def _coverages(
    step: Step,
    table: Table,
    frame: pl.DataFrame,
    dates: DateRange,
    made: Mapping[str, pl.DataFrame],
    surroundings: Surroundings,
) -> dict[date, Coverage]:
    """Coverage of the dates; games that the step itself tells of are used before those that are stored."""
    if not has_completeness_check(table):
        return {}
    games = step.games_of(dates, made) if step.games_of else _games(table, dates, surroundings)
    return coverage_by_date(table, frame.lazy(), games, dates)


def _games(table: Table, dates: DateRange, surroundings: Surroundings) -> pl.LazyFrame:
    is_forecast = OWES[table.full_name] is Owes.FORECAST
    return surroundings.warehouse.scan(GAMES, dates.widened(before=PLAYED_WITHIN_DAYS) if is_forecast else dates)

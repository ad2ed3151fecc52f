"""Sensors that tell of failed runs and stale tables: one alert each, in operations.alerts and the log."""

import logging
from collections.abc import Collection, Iterable
from datetime import timedelta

import dagster as dg
import polars as pl
from dagster._core.definitions.freshness import FreshnessState

from nba_props.contracts.conformed import GAMES
from nba_props.contracts.operations import ALERTS
from nba_props.contracts.registry import TABLES
from nba_props.game_calendar import DateRange, game_date_of
from nba_props.operations.alerts import Changes, Problem, update
from nba_props.operations.coverage import OWED_SINCE_ASKED
from nba_props.operations.source_problems import (
    GAME_SCOPE,
    QUOTA_SCOPE,
    SOURCE_SCOPE,
    STUCK_FOR,
    degraded_sources,
    short_quotas,
    stuck_games,
)
from nba_props.orchestration.collecting import CollectionFailed
from nba_props.orchestration.graph import RAW_STEPS, STEPS
from nba_props.orchestration.platform import Platform
from nba_props.warehouse.parquet import prepare

RUN_SCOPE = "run:"
FRESHNESS_SCOPE = "freshness:"

CATCHING_UP = timedelta(hours=1)
"""So long after a source answers again its tables may be on their way."""


def tell(platform: Platform, problems: Iterable[Problem], scope: str, log: logging.Logger) -> Changes:
    """Bring operations.alerts up to date with the problems of a scope, and log what changed."""
    stored = platform.warehouse.scan(ALERTS).collect()
    changes = update(stored, problems, scope, platform.clock())
    if changes.opened or changes.closed:
        days = changes.rows["opened_on"].unique().to_list()
        platform.warehouse.publish(prepare(ALERTS, changes.rows, days))
    for problem in changes.opened:
        log.error(f"alert opened: {problem.subject}: {problem.message}")
    for alert_id in changes.closed:
        log.info(f"alert closed: {alert_id}")
    return changes


def run_alerts(platform: Platform) -> list[dg.SensorDefinition]:
    """Tell of every job whose run failed and will not be retried; a later run that succeeds closes the alert.

    A collection run that only says that some requests brought nothing is not told: the alert about its source is.
    """

    @dg.run_failure_sensor(name="run_failure_alerts", default_status=dg.DefaultSensorStatus.RUNNING)
    def run_failure_alerts(context: dg.RunFailureSensorContext) -> None:
        run = context.dagster_run
        if run.tags.get("dagster/will_retry") != "true" and not _is_told_of_its_source(context):
            message = f"run {run.run_id} failed: {context.failure_event.message}; open it in the UI and run it again"
            problem = Problem(_run_alert(run), "error", run.job_name, message)
            others = [known for known in _standing(platform, RUN_SCOPE) if known.alert_id != problem.alert_id]
            tell(platform, [*others, problem], RUN_SCOPE, context.log)

    @dg.run_status_sensor(
        run_status=dg.DagsterRunStatus.SUCCESS,
        name="run_success_closes_alerts",
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def run_success_closes_alerts(context: dg.RunStatusSensorContext) -> None:
        standing = _standing(platform, RUN_SCOPE)
        left = [known for known in standing if known.alert_id != _run_alert(context.dagster_run)]
        if len(left) < len(standing):
            tell(platform, left, RUN_SCOPE, context.log)

    return [run_failure_alerts, run_success_closes_alerts]


def _is_told_of_its_source(context: dg.RunFailureSensorContext) -> bool:
    failures = [event.step_failure_data.error for event in context.get_step_failure_events()]
    causes = [failure.cause or failure for failure in failures if failure is not None]
    return bool(causes) and all(cause.cls_name == CollectionFailed.__name__ for cause in causes)


def _run_alert(run: dg.DagsterRun) -> str:
    """Runs of assets all have one job name, so that the dates and assets tell them apart."""
    assets = ",".join(sorted(key.to_user_string() for key in run.asset_selection or ()))
    return f"{RUN_SCOPE}{run.job_name}:{run.tags.get('dagster/partition', '')}:{assets}"


def _standing(platform: Platform, scope: str) -> list[Problem]:
    """The open alerts of a scope."""
    stored = platform.warehouse.scan(ALERTS).filter(pl.col("closed_at").is_null()).collect()
    return [
        Problem(row["alert_id"], row["severity"], row["subject"], row["message"])
        for row in stored.iter_rows(named=True)
        if row["alert_id"].startswith(scope)
    ]


def source_alerts(platform: Platform) -> dg.SensorDefinition:
    """Tells of sources that bring nothing, quotas that run out and games that never end."""

    @dg.sensor(
        name="source_alerts",
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Degraded sources, short quotas and stuck games: one alert each, closed when it heals.",
    )
    def watch(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        changes = tell_of_sources(platform, context.log)
        opened, closed = (sum(len(each) for each in kind) for kind in zip(*changes, strict=True))
        return dg.SkipReason(f"{opened} alerts opened, {closed} closed")

    return watch


def tell_of_sources(platform: Platform, log: logging.Logger) -> list[tuple[tuple[Problem, ...], tuple[str, ...]]]:
    """Bring the alerts about collection up to date; gives what was opened and closed, by scope."""
    now, index = platform.clock(), platform.archive.index
    today = DateRange.of(game_date_of(now))
    attempts = index.attempts_frame(today.widened(before=1))
    games = platform.warehouse.scan(GAMES, today.widened(before=STUCK_FOR.days + 1)).collect()
    warning = platform.settings.quota_warning_share
    problems = {
        SOURCE_SCOPE: degraded_sources(attempts, now, _standing(platform, SOURCE_SCOPE)),
        QUOTA_SCOPE: short_quotas(index.newest_quotas(), warning),
        GAME_SCOPE: stuck_games(games, now),
    }
    changes = [tell(platform, found, scope, log) for scope, found in problems.items()]
    return [(change.opened, change.closed) for change in changes]


def freshness_alerts(platform: Platform) -> dg.SensorDefinition:
    """Tells of every table whose freshness policy fails, and closes the alert when it is fresh again.

    Raw tables of sources that others stand in for are made when these tell something, which on dates without games they
    do not: of them the alert about their source tells. Of what is stale only because something before it is, that alone
    is told.
    """
    silent = OWED_SINCE_ASKED | {ALERTS.full_name}
    keys = [dg.AssetKey(table.asset_key) for name, table in TABLES.items() if name not in silent]

    @dg.sensor(
        name="freshness_alerts",
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Tables that have not been made for longer than their freshness policy allows.",
    )
    def freshness_alerts(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        records = context.instance.get_freshness_state_records(keys)
        failing = [key for key, record in records.items() if record.freshness_state is FreshnessState.FAIL]
        problems = [
            Problem(
                f"{FRESHNESS_SCOPE}{name}",
                "warning",
                name,
                "not made for longer than its freshness policy allows; `nba-props health` tells what is missing",
            )
            for name in unexplained({".".join(key.path) for key in failing}, _dark_sources(platform))
        ]
        changes = tell(platform, problems, FRESHNESS_SCOPE, context.log)
        return dg.SkipReason(f"{len(problems)} stale, {len(changes.opened)} newly, {len(changes.closed)} healed")

    return freshness_alerts


def unexplained(stale: Collection[str], dark_sources: Collection[str]) -> list[str]:
    """Of stale tables those of which neither a stale table that they wait for nor a dark source is the reason."""
    explained = {table.full_name for step in RAW_STEPS if step.name in dark_sources for table in step.tables}
    for step in STEPS:
        for table in step.tables:
            awaited = {read.table.full_name for read in step.reads_for(table) if not read.is_optional}
            if (awaited - {table.full_name}) & set(stale):
                explained.add(table.full_name)
    return sorted(set(stale) - explained)


def _dark_sources(platform: Platform) -> set[str]:
    """Sources that bring nothing, as is told already, or did not until a moment ago."""
    is_dark = pl.col("closed_at").is_null() | (pl.col("closed_at") > platform.clock() - CATCHING_UP)
    is_of_source = pl.col("alert_id").str.starts_with(SOURCE_SCOPE)
    return set(platform.warehouse.scan(ALERTS).filter(is_of_source, is_dark).collect()["subject"])

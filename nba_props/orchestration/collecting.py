"""The collection sensor over the pure planner, the jobs that it starts, and the sensor that brings what was archived
into the raw tables."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

import dagster as dg
import polars as pl

from nba_props.collection import Upstreams, requests_of
from nba_props.contracts import conformed, raw
from nba_props.contracts.table import Table
from nba_props.game_calendar import DateRange, game_date_of, spans
from nba_props.operations.planner import Due, plan
from nba_props.orchestration.graph import RAW_STEPS, expected_outputs_of
from nba_props.orchestration.platform import Platform
from nba_props.orchestration.publishing import RANGE_END_TAG, RANGE_START_TAG, SELF_REPORTED_TAG
from nba_props.orchestration.step import Step
from nba_props.upstreams import raw_tables
from nba_props.upstreams.registry import ENDPOINTS

SOURCE_TAG = "nba_props/source"
PLANNED_DAYS = (3, 2)
"""Days before and after today whose games the planner looks at for what is routine."""

_UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]


AssetJob = Any
"""What ``define_asset_job`` gives; Dagster does not export its type."""


class CollectionFailed(RuntimeError):
    """Some requests of an attempt brought nothing; the message lists them. What came is archived."""


def collection_jobs(sources: Sequence[str]) -> list[dg.JobDefinition]:
    """One job a source: it makes the requests that its configuration lists and archives the answers."""
    return [_collection_job(source) for source in sources]


def _collection_job(source: str) -> dg.JobDefinition:
    @dg.op(
        name=f"ask_{source}",
        pool=source,
        config_schema={"due": dg.Field(str, description="The planned items, as JSON.")},
        required_resource_keys={"platform"},
        description=f"Ask {source} for what is due, archive every answer, record every try.",
    )
    def collect(context: dg.OpExecutionContext) -> None:
        platform: Platform = context.resources.platform
        due = [_due(item) for item in json.loads(context.op_config["due"])]
        upstreams = Upstreams(platform.settings, platform.archive, platform.clock)
        attempt = upstreams.collect(requests_of(item, platform.settings) for item in due)
        context.log.info(f"{source}: {attempt.answered} of {attempt.asked} requests answered")
        if not attempt.is_complete:
            raise CollectionFailed(f"{source}: {'; '.join(attempt.failures[:10])}")

    @dg.job(name=f"collect_{source}", description=f"Collect what is due from {source}.")
    def collection() -> None:
        collect()

    return collection


def collection_sensor(platform: Platform, jobs: Sequence[dg.JobDefinition]) -> dg.SensorDefinition:
    """Asks the planner every minute and turns what is due into runs, one a source."""

    @dg.sensor(
        name="collection",
        jobs=list(jobs),
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="What is due now, from each game's own tip-off, the tries so far and the holes.",
    )
    def collection(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        due_by_source: dict[str, list[Due]] = defaultdict(list)
        for item in due_now(platform):
            due_by_source[item.source].append(item)
        for source, due in due_by_source.items():
            if not _is_collecting(context.instance, source):
                yield _collection_run(source, due)
        if not due_by_source:
            yield dg.SkipReason("nothing is due")

    return collection


def due_now(platform: Platform) -> list[Due]:
    """The plan from what is stored."""
    now = platform.clock()
    today = game_date_of(now)
    calendar = DateRange(platform.settings.first_date, max(today, platform.settings.first_date))
    near = DateRange.of(today).widened(*PLANNED_DAYS)
    around = platform.surroundings()
    first = min(platform.archive.index.game_dates(), default=today)
    judged = expected_outputs_of(DateRange(max(min(first, today), calendar.first), today), around)
    stored = judged.filter(pl.col("table").is_in([table.full_name for step in RAW_STEPS for table in step.tables]))
    holes = DateRange(min([*stored["game_date"], near.first]), near.last)
    warehouse = platform.warehouse
    box = warehouse.scan(raw.NBAC_PLAYER_BOXSCORE, holes, ["game_id"]).unique().collect()
    return plan(
        platform.settings,
        now,
        games=warehouse.scan(conformed.GAMES, holes).collect(),
        odds_events=warehouse.scan(raw.ODDS_EVENTS, holes).collect(),
        collection_attempts=platform.archive.index.attempts_frame(DateRange(date(1, 1, 1), date(9999, 1, 1))),
        box_score_games=set(box["game_id"]),
        expected_outputs=stored,
    )


def _is_collecting(instance: dg.DagsterInstance, source: str) -> bool:
    running = dg.RunsFilter(tags={SOURCE_TAG: source}, statuses=_UNFINISHED)
    return bool(instance.get_run_ids(running, limit=1))


def _collection_run(source: str, due: Sequence[Due]) -> dg.RunRequest:
    items = json.dumps([asdict(item) for item in due], default=_told)
    return dg.RunRequest(
        job_name=f"collect_{source}",
        run_config={"ops": {f"ask_{source}": {"config": {"due": items}}}},
        tags={SOURCE_TAG: source},
    )


def _told(value: Any) -> str:
    return str(value.isoformat())


def _due(item: dict[str, Any]) -> Due:
    at = item["at"]
    return Due(
        **{
            **item,
            "game_date": date.fromisoformat(item["game_date"]),
            "at": None if at is None else datetime.fromisoformat(at),
        }
    )


def archive_sensor(platform: Platform, step_jobs: Sequence[AssetJob]) -> dg.SensorDefinition:
    """Brings newly archived payloads into the raw tables: a run over the dates that they change."""

    @dg.sensor(
        name="archive",
        jobs=list(step_jobs),
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Raw partitions that newly archived payloads change.",
    )
    def archive(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        last = platform.archive.index.last_arrival()
        touched = _touched(platform, int(context.cursor or 0))
        if not context.cursor:
            touched = [(step, _not_stored(platform, step, days)) for step, days in touched]
        for step, days in touched:
            for span in spans(days):
                yield _raw_run(step, span)
        if not touched:
            yield dg.SkipReason("nothing new in the archive")
        context.update_cursor(str(last))

    return archive


def raw_jobs() -> list[AssetJob]:
    """One job an upstream: its raw tables, and what the archive tells of itself."""
    return [
        dg.define_asset_job(
            f"raw_{step.name}",
            selection=dg.AssetSelection.assets(
                *(dg.AssetKey(table.asset_key) for table in step.tables)
            ).without_checks(),
            description=f"Raw tables of {step.name} from the archive.",
        )
        for step in RAW_STEPS
    ]


def _raw_run(step: Step, span: DateRange) -> dg.RunRequest:
    return dg.RunRequest(
        job_name=f"raw_{step.name}",
        tags={
            RANGE_START_TAG: span.first.isoformat(),
            RANGE_END_TAG: span.last.isoformat(),
            SELF_REPORTED_TAG: "true",
        },
    )


def _touched(platform: Platform, since: int) -> list[tuple[Step, list[date]]]:
    """For each raw step the dates in the calendar that payloads archived after an arrival change."""
    calendar = DateRange(platform.settings.first_date, game_date_of(platform.clock()) + timedelta(days=1))
    days: dict[str, set[date]] = defaultdict(set)
    seasons: dict[tuple[str, str], list[date]] = defaultdict(list)
    for source, endpoint, season, day in platform.archive.index.dates_touched_since(since):
        if day in calendar:
            if season is None:
                days[source].add(day)
            else:
                seasons[source, endpoint].append(day)
    for (source, endpoint), covered in seasons.items():
        days[source].update(_changed_by_snapshot(platform, source, endpoint, covered))
    return [(step, sorted(days[step.name])) for step in RAW_STEPS if days[step.name]]


def _not_stored(platform: Platform, step: Step, days: Sequence[date]) -> list[date]:
    stored = set(platform.warehouse.days(step.tables[0]))
    return [day for day in days if day not in stored]


def _changed_by_snapshot(platform: Platform, source: str, endpoint: str, covered: Sequence[date]) -> list[date]:
    dates = DateRange(min(covered), max(covered))
    known = next(known for known in ENDPOINTS if (known.source, known.name) == (source, endpoint))
    payloads = list(platform.archive.payloads(source, endpoint, dates))
    made = raw_tables.build(dates, {known: payloads}, raw.NBAC_QUARANTINE)
    changed: set[date] = set()
    for name in known.tables:
        table = _table(name)
        changed.update(raw_tables.changed_dates(table, made[name], platform.warehouse.scan(table, dates).collect()))
    return sorted(changed)


def _table(name: str) -> Table:
    return next(table for table in raw.TABLES if table.full_name == name)

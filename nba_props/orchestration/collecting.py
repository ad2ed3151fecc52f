"""The collection sensor over the pure planner, the jobs that it starts, and the sensor that brings what was archived
into the raw tables."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from hashlib import sha1
from typing import Any

import dagster as dg
import msgspec

from nba_props.collection import Upstreams, requests_of
from nba_props.contracts.registry import table_named
from nba_props.game_calendar import DateRange, game_date_of, season_of, spans
from nba_props.operations.planner import Due, plan
from nba_props.orchestration.graph import RAW_STEPS
from nba_props.orchestration.planning import known_now
from nba_props.orchestration.platform import Platform
from nba_props.orchestration.publishing import RANGE_END_TAG, RANGE_START_TAG, SELF_REPORTED_TAG
from nba_props.orchestration.step import Step
from nba_props.upstreams import raw_tables
from nba_props.upstreams.asking import FileDrop
from nba_props.upstreams.collector import rests_until
from nba_props.upstreams.file_drops import exchanges, whole_files
from nba_props.upstreams.registry import ENDPOINTS, UPSTREAMS

SOURCE_TAG = "nba_props/source"
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
        due = msgspec.json.decode(context.op_config["due"], type=list[Due])
        upstreams = Upstreams(platform.settings, platform.archive, platform.clock)
        attempt = upstreams.collect(requests_of(item, platform.settings) for item in due)
        context.log.info(
            f"{source}: {attempt.asked} requests sent, {attempt.answered} answered, {attempt.absent} for what is not"
            f" there yet, {attempt.not_sent} left for later"
        )
        if len(attempt.failures) > attempt.not_sent:
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
                yield _collection_run(source, due[: platform.settings.requests_per_run])
        if not due_by_source:
            yield dg.SkipReason("nothing is due")

    return collection


def due_now(platform: Platform) -> list[Due]:
    """The plan from what is stored, without what no route would be taken for now."""
    settings, index, now = platform.settings, platform.archive.index, platform.clock()
    rests: dict[tuple[str, str], bool] = {}

    def can_be_sent(due: Due) -> bool:
        request = requests_of(due, settings)
        way = (request.source, request.host)
        if way not in rests:
            rests[way] = rests_until(index, settings, request, now) is not None
        return not rests[way]

    return [due for due in plan(settings, now, ENDPOINTS, known_now(platform)) if can_be_sent(due)]


def _is_collecting(instance: dg.DagsterInstance, source: str) -> bool:
    running = dg.RunsFilter(tags={SOURCE_TAG: source}, statuses=_UNFINISHED)
    return bool(instance.get_run_ids(running, limit=1))


def _collection_run(source: str, due: Sequence[Due]) -> dg.RunRequest:
    items = msgspec.json.encode(due).decode()
    return dg.RunRequest(
        job_name=f"collect_{source}",
        run_config={"ops": {f"ask_{source}": {"config": {"due": items}}}},
        tags={SOURCE_TAG: source},
    )


def file_drop_sensor(platform: Platform) -> dg.SensorDefinition:
    """Archives files that somebody lays into a watched folder; the archive knows what it has already."""
    drops = [endpoint.rule for endpoint in ENDPOINTS if isinstance(endpoint.rule, FileDrop)]

    @dg.sensor(
        name="file_drops",
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Files in watched folders, such as BigDataBall's, into the archive.",
    )
    def file_drops(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        settings, now = platform.settings, platform.clock()
        folders = [(folder, rule) for rule in drops if (folder := getattr(settings, rule.folder)) is not None]
        files = [
            file
            for folder, rule in folders
            for file in whole_files(folder, rule, now, clock_shift=settings.clock_shift)
        ]
        listing = sha1(repr(files).encode(), usedforsecurity=False).hexdigest()
        if listing != context.cursor:
            platform.archive.store(f"dropped/{game_date_of(now):%Y/%m/%d}/{now:%H%M%S}", exchanges(files))
            context.update_cursor(listing)
        return dg.SkipReason(f"{len(files)} files in watched folders")

    return file_drops


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
    snapshots: dict[tuple[str, str, str], list[date]] = defaultdict(list)
    for source, endpoint, season, day in platform.archive.index.dates_touched_since(since):
        if season is not None:
            snapshots[source, endpoint, season].append(day)
        elif day in calendar:
            days[source].add(day)
    for (source, endpoint, season), told in snapshots.items():
        covered = [day for day in told if day in calendar]
        if covered:
            days[source].update(_changed_by_snapshot(platform, source, endpoint, covered))
        off_days = [day for day in calendar if season_of(day) == season and day not in told]
        for step in _required_steps():
            days[step.name].update(_not_stored(platform, step, off_days))
    return [(step, sorted(days[step.name])) for step in RAW_STEPS if days[step.name]]


def _required_steps() -> list[Step]:
    """Steps of upstreams whose tables are owed for every date, and there without rows where no game is scheduled."""
    required = {upstream.source for upstream in UPSTREAMS if upstream.is_required}
    return [step for step in RAW_STEPS if step.name in required]


def _not_stored(platform: Platform, step: Step, days: Sequence[date]) -> list[date]:
    stored = set(platform.warehouse.days(step.tables[0]))
    return [day for day in days if day not in stored]


def _changed_by_snapshot(platform: Platform, source: str, endpoint: str, covered: Sequence[date]) -> list[date]:
    dates = DateRange(min(covered), max(covered))
    upstream = next(known for known in UPSTREAMS if known.source == source)
    known = next(known for known in upstream.endpoints if known.name == endpoint)
    payloads = list(platform.archive.payloads(source, endpoint, dates))
    made = raw_tables.build(dates, {known: payloads}, upstream.quarantine)
    changed: set[date] = set()
    for table in map(table_named, known.tables):
        stored = platform.warehouse.scan(table, dates).collect()
        changed.update(raw_tables.changed_dates(table, made[table.full_name], stored))
    return sorted(changed)

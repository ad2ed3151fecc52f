"""The platform under drill: the real sensors, jobs, raw runs and automation over a simulated world as its clock goes.

Nothing is stood in for but the two daemons that call the sensors and start the runs: here a loop does.
"""

from __future__ import annotations

import logging
import warnings
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from nba_props.contracts import operations
from nba_props.contracts.registry import table_named
from nba_props.game_calendar import DateRange, spans
from nba_props.orchestration.alerting import tell_of_sources
from nba_props.orchestration.assets import assets_of
from nba_props.orchestration.collecting import archive_sensor, collection_jobs, collection_sensor, raw_jobs
from nba_props.orchestration.graph import RAW_STEPS, STEPS
from nba_props.orchestration.partitions import daily_partitions
from nba_props.orchestration.platform import Platform
from nba_props.orchestration.publishing import RANGE_END_TAG, RANGE_START_TAG
from nba_props.orchestration.runs import materialize_range, resources, steps_up_to
from nba_props.orchestration.step import Step
from nba_props.settings import load_settings
from nba_props.simulator import League, ManualClock
from nba_props.simulator.faults import App, Fault, Misbehaving, Routed, Scenario, basic_credentials
from nba_props.simulator.odds_api import Quota
from nba_props.simulator.server import create_app, serve_app
from nba_props.upstreams.registry import SOURCES

MOST_ROUNDS = 12
DATACENTER, RESIDENTIAL = "datacenter", "residential"
PASSWORD = "pr0xy-s3cret"
KEYS = ("ODDS_API_KEY", "BETTINGPROS_KEY", "BALLDONTLIE_KEY")
KEY = "s3cret-k3y"
QUICK = {
    "PACING_SECONDS": "0",
    "RETRY_FIRST_WAIT_SECONDS": "0.001",
    "RETRY_LONGEST_WAIT_SECONDS": "0.001",
    "ROUTE_PAUSE_SECONDS": "0",
    "REQUEST_DEADLINE_SECONDS": "5",
}
"""Waits that are the client's own take no time; what they are made of is tested with the client."""

_log = logging.getLogger("drill")


@dataclass
class World:
    """The outside: a league, its clock, its faults, and the address where it is served."""

    league: League
    clock: ManualClock
    url: str
    scenario: Scenario
    quota: Quota


@contextmanager
def world(
    league: League,
    start: datetime,
    *faults: Fault,
    quota: Quota | None = None,
    app: App | None = None,
    clock: ManualClock | None = None,
) -> Iterator[World]:
    """Serve a league with faults on loopback, as proxy for the routes too; ``app`` stands for the league's own."""
    ticking, scenario = clock or ManualClock(start), Scenario(list(faults))
    credit = quota if quota is not None else Quota()
    credentials = basic_credentials([(DATACENTER, PASSWORD), (RESIDENTIAL, PASSWORD)])
    inner: Any = app or create_app(league, ticking, quota=credit)
    served: Any = Routed(Misbehaving(inner, scenario, ticking), credentials)
    with serve_app(served) as url:
        yield World(league, ticking, url, scenario, credit)


def settings_of(home: Path, told: World, first: date, **changes: str) -> Any:
    """Settings of a home whose upstreams are a world's, all keys set, all waits gone."""
    names = [name for name in load_settings({}).__class__.model_fields if name.endswith("_url") and "proxy" not in name]
    host = told.url.removeprefix("http://")
    variables = dict.fromkeys((name.upper() for name in names), told.url) | dict.fromkeys(KEYS, KEY) | QUICK
    variables |= {"HOME": str(home), "FIRST_DATE": first.isoformat()}
    variables |= {
        "DATACENTER_PROXY_URL": f"http://{DATACENTER}:{PASSWORD}@{host}",
        "RESIDENTIAL_PROXY_URL": f"http://{RESIDENTIAL}:{PASSWORD}@{host}",
    }
    return load_settings({f"NBA_PROPS_{name}": value for name, value in (variables | changes).items()})


@dataclass
class Drill:
    """One platform: what the daemons would do is done tick by tick.

    Attributes:
        told: the world outside.
        platform: home, settings, clock.
        tables: what automation makes, and everything upstream of it.
        sources: the sources that are collected; others are as if their jobs were switched off.
        failed_runs: jobs of collection runs that failed.
        failed_steps: what went wrong in runs that make tables.
    """

    told: World
    platform: Platform
    tables: tuple[str, ...]
    sources: Collection[str] = SOURCES
    failed_runs: list[str] = field(default_factory=list)
    failed_steps: list[str] = field(default_factory=list)

    def __enter__(self) -> Drill:
        """Open an ephemeral instance."""
        self._open = ExitStack()
        self.instance = self._open.enter_context(dg.DagsterInstance.ephemeral())
        self._steps = steps_up_to(STEPS, self.tables)
        calendar = daily_partitions(self.platform.settings.first_date)
        made = [*RAW_STEPS, *(step for step in self._steps if step.name not in {raw.name for raw in RAW_STEPS})]
        assets = dict(zip((step.name for step in made), assets_of(made, calendar), strict=True))
        self._assets = list(assets.values())
        self._definitions = dg.Definitions(
            assets=[assets[step.name] for step in self._steps], resources=resources(self.platform)
        )
        jobs = dict(zip(SOURCES, collection_jobs(SOURCES), strict=True))
        self._jobs = {job.name: job for source, job in jobs.items() if source in self.sources}
        self._collection = collection_sensor(self.platform, list(jobs.values()))
        self._archive = archive_sensor(self.platform, raw_jobs())
        self._archive_cursor: str | None = None
        self._automation_cursor: dg.AssetDaemonCursor | None = None
        self._ticks = 0
        return self

    def __exit__(self, *_: object) -> None:
        """Close the instance."""
        self._open.close()

    def run_until(self, end: datetime, every: timedelta = timedelta(minutes=10)) -> None:
        """Tick until a moment, that moment included."""
        while self.told.clock() <= end:
            self.tick()
            self.told.clock.advance(every)

    def tick(self) -> None:
        """What happens in a minute: collect what is due, bring it into the tables, look at the alerts."""
        self.collect()
        if self.bring_in():
            self.settle()
        self.alert()

    def collect(self) -> list[str]:
        """Evaluate the collection sensor and run what it asks for; gives the jobs that ran."""
        result = self._collection.evaluate_tick(dg.build_sensor_context(instance=self.instance))
        asked = [each for each in result.run_requests or [] if each.job_name in self._jobs]
        bound = {"platform": dg.ResourceDefinition.hardcoded_resource(self.platform)}
        for request in asked:
            job = self._jobs[str(request.job_name)].with_top_level_resources(bound)
            done = job.execute_in_process(
                run_config={**request.run_config, "loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
                tags=request.tags,
                instance=self.instance,
                raise_on_error=False,
            )
            if not done.success:
                self.failed_runs.append(str(request.job_name))
        return [str(each.job_name) for each in asked]

    def bring_in(self) -> list[tuple[str, DateRange]]:
        """Evaluate the archive sensor and make the raw partitions that it asks for."""
        context = dg.build_sensor_context(instance=self.instance, cursor=self._archive_cursor)
        told = self._archive.evaluate_tick(context)
        self._archive_cursor = told.cursor
        asked = [
            (str(each.job_name).removeprefix("raw_"), _span(each.tags[RANGE_START_TAG], each.tags[RANGE_END_TAG]))
            for each in told.run_requests or []
        ]
        for span in dict.fromkeys(span for _, span in asked):
            named = {name for name, asked_span in asked if asked_span == span}
            self._make([step for step in RAW_STEPS if step.name in named], span)
        return asked

    def settle(self) -> dict[str, set[date]]:
        """Evaluate the automation conditions and make what they ask for, until they ask for nothing."""
        requested: dict[str, set[date]] = defaultdict(set)
        for _ in range(MOST_ROUNDS):
            asked = self._automation_tick()
            if not asked:
                return dict(requested)
            for days, steps in groupby(self._steps, key=partial(_days_asked, asked)):
                together = list(steps)
                for span in spans(days):
                    self._make(together, span)
            for name, days_of in asked.items():
                requested[name] |= days_of
        raise AssertionError(f"still asking after {MOST_ROUNDS} ticks: {asked}")

    def alert(self) -> None:
        """What the alert sensor does."""
        tell_of_sources(self.platform, _log)

    def table(self, name: str, dates: DateRange | None = None) -> pl.DataFrame:
        """A stored table; operations of the index are read as they are now."""
        table = table_named(name)
        return self.platform.warehouse.scan(table, dates).collect()

    def attempts(self) -> pl.DataFrame:
        """Every try so far."""
        every = DateRange(date(2000, 1, 1), date(2100, 1, 1))
        return self.platform.archive.index.attempts_frame(every).sort("asked_at", "sequence")

    def alerts(self) -> pl.DataFrame:
        """Every alert so far, by the time that it was opened."""
        return self.platform.warehouse.scan(operations.ALERTS).collect().sort("opened_at", "alert_id")

    def _automation_tick(self) -> Mapping[str, set[date]]:
        self._ticks += 1
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Parameter `include_sources`")  # of Dagster's own tester
            result = dg.evaluate_automation_conditions(
                self._definitions,
                self.instance,
                cursor=self._automation_cursor,
                evaluation_time=self.told.clock() + timedelta(milliseconds=self._ticks),
            )
        self._automation_cursor = result.cursor
        found: dict[str, set[date]] = defaultdict(set)
        for step in self._steps:
            for table in step.tables:
                keys = result.get_requested_partitions(dg.AssetKey(table.asset_key))
                found[table.full_name].update(date.fromisoformat(key) for key in keys if key)
        return {name: days for name, days in found.items() if days}

    def _make(self, steps: Sequence[Step], span: DateRange) -> None:
        for result in materialize_range(self._assets, steps, span, self.platform, self.instance):
            self.failed_steps.extend(result.failures)


def _days_asked(asked: Mapping[str, set[date]], step: Step) -> list[date]:
    return sorted(set().union(*(asked.get(table.full_name, set()) for table in step.tables)))


def _span(first: str, last: str) -> DateRange:
    return DateRange(date.fromisoformat(first), date.fromisoformat(last))

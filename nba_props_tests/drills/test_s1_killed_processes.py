"""S1: locks without an end blocked all work until someone deleted them. Here a process that is killed, wherever it was,
leaves nothing that blocks the next one: its slot is freed, its temporary files are swept, what it tried is known.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import dagster as dg
import polars as pl
import pytest
from dagster._daemon.monitoring import concurrency

from nba_props.archive.store import Archive
from nba_props.game_calendar import DateRange, eastern_moment
from nba_props.orchestration.graph import RAW_STEPS
from nba_props.orchestration.instance import open_instance
from nba_props.orchestration.launcher import WatchedRunLauncher
from nba_props.orchestration.leftovers import leftovers_sensor
from nba_props.orchestration.platform import Platform
from nba_props.settings import Settings, child_environment
from nba_props.simulator.faults import Fault, Kind
from nba_props.upstreams.bettingpros_requests import MARKET_IDS
from nba_props.warehouse.parquet import ParquetWarehouse
from nba_props_tests.drills.daemons import monitor, on_disk, slots_held
from nba_props_tests.drills.leagues import arranged
from nba_props_tests.drills.platform import DATACENTER, Drill, World, settings_of, world
from nba_props_tests.drills.waiting import await_that
from nba_props_tests.orchestration import homes

DAY = date(2024, 12, 25)
NOON = eastern_moment(DAY, time(12))
SITE = "bettingpros"
JOB = f"collect_{SITE}"
SOURCES = ("nba_com", SITE)
TABLES = ("conformed.games",)
SLOTS_ARE_FREE_AFTER = timedelta(minutes=2)
"""Run monitoring looks every half a minute and frees the slots of runs that ended a minute ago."""

AFTERWARDS = timedelta(minutes=15)
"""By then what brought nothing is due again, and the blocked route still rests."""

BLOCKED = Fault(Kind.FORBIDDEN, r"^/v3/offers", routes=frozenset({"direct"}))
STALLED = Fault(Kind.STALLED, r"^/v3/offers.*market_id=151", routes=frozenset({DATACENTER}))
LIMITS = {
    "BREAKER_FAILURES": "2",
    "BREAKER_COOL_DOWN_SECONDS": "1200",
    "REQUEST_DEADLINE_SECONDS": "600",
    "DATACENTER_TIMEOUT_SECONDS": "500",
}
FORGETFUL = """
from nba_props.archive.index import ArchiveIndex
ArchiveIndex.record_tries = lambda index, rows: None
"""
"""A process that would write its tries down when it is done."""

COLLECTION = """
import os
import dagster as dg
from nba_props.orchestration import notices
from nba_props.orchestration.collecting import collection_jobs, collection_sensor
from nba_props.orchestration.instance import PROCESS_TAG, open_instance
from nba_props.orchestration.platform import Platform
from nba_props.settings import load_settings
from nba_props.upstreams.registry import SOURCES

notices.silence()
settings = load_settings()
platform = Platform.of(settings)
jobs = collection_jobs(SOURCES)
with open_instance(settings) as instance:
    told = collection_sensor(platform, jobs).evaluate_tick(dg.build_sensor_context(instance=instance))
    request = next(each for each in told.run_requests if each.job_name == "collect_bettingpros")
    job = next(each for each in jobs if each.name == request.job_name)
    bound = job.with_top_level_resources({"platform": dg.ResourceDefinition.hardcoded_resource(platform)})
    bound.execute_in_process(
        run_config=request.run_config, instance=instance, tags={**request.tags, PROCESS_TAG: str(os.getpid())}
    )
"""


def killed_when(reached: Callable[[], bool], program: str, settings: Settings) -> None:
    """Run a program in a process of its own and kill it, without any warning, when it has come so far."""
    with subprocess.Popen(
        [sys.executable, "-c", program],
        env=child_environment(settings),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as child:
        try:
            await_that(reached, "the process never came so far", child)
        finally:
            child.kill()
    assert child.returncode == -9


# A collection.


@dataclass
class Wreck:
    """What a collection left that was killed while it waited for the third of ten answers."""

    told: World
    settings: Settings
    stands_at: datetime

    def copied(self, home: Path) -> Settings:
        """The same in another home, before the same world as it was."""
        shutil.copytree(self.settings.home, home, dirs_exist_ok=True)
        self.told.clock.move_to(self.stands_at)
        self.told.scenario.faults[:] = [BLOCKED]
        return self.settings.model_copy(update={"home": home})


def wrecked(home: Path, before: str = "") -> Iterator[Wreck]:
    with world(arranged({DAY: [(0, time(19))]}), NOON) as told:
        settings: Settings = settings_of(home, told, DAY, **LIMITS)
        with Drill(told, Platform(settings, told.clock), TABLES, SOURCES) as drill:
            for minutes in (0, 10):
                told.clock.move_to(NOON + timedelta(minutes=minutes))
                drill.tick()
        told.clock.advance(timedelta(minutes=10))
        told.scenario.faults[:] = [BLOCKED, STALLED]
        shift = (told.clock() - datetime.now(UTC)).total_seconds()
        shifted = settings.model_copy(update={"clock_shift_seconds": shift})
        killed_when(lambda: any(kind is Kind.STALLED for _, kind in told.scenario.met), before + COLLECTION, shifted)
        yield Wreck(told, settings, told.clock() + AFTERWARDS)


@pytest.fixture(scope="module")
def wreck(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wreck]:
    yield from wrecked(tmp_path_factory.mktemp("wreck"))


def temporary_files(settings: Settings) -> list[str]:
    return [path.name for path in settings.home.rglob("*") if path.suffix in (".part", ".tmp")]


def cleared_away(platform: Platform, instance: dg.DagsterInstance) -> None:
    """What the daemons do within a few minutes."""
    monitor(instance)
    monitor(instance, SLOTS_ARE_FREE_AFTER)
    leftovers_sensor(platform).evaluate_tick(dg.build_sensor_context(instance=instance))


def nothing_blocks_the_next_collection(found: Wreck, home: Path) -> None:
    settings = found.copied(home)
    platform = Platform(settings, found.told.clock)
    with open_instance_untouched(settings) as instance:
        (run,) = instance.get_runs(dg.RunsFilter(job_name=JOB))
        assert run.status is dg.DagsterRunStatus.STARTED
        assert slots_held(instance) == {SITE: [run.run_id]}
        assert [name.endswith(".part") for name in temporary_files(settings)] == [True]
        cleared_away(platform, instance)
        assert slots_held(instance) == {}, "the slot is held"
        assert temporary_files(settings) == [], "temporary files are left"
        with on_disk(found.told, platform, TABLES, SOURCES, instance) as drill:
            what_was_tried_is_known(drill)
            assert JOB in drill.collect(), "the source is not asked"
            assert drill.failed_runs == []
            everything_is_there_and_the_breaker_stands(drill, found.stands_at)


def open_instance_untouched(settings: Settings) -> dg.DagsterInstance:
    """Without what commands clear away when they open it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("nba_props.orchestration.instance.end_runs_of_dead_processes", lambda instance: 0)
        return open_instance(settings)


def what_was_tried_is_known(drill: Drill) -> None:
    tries = drill.attempts().filter(pl.col("endpoint") == "offers")
    assert not tries.is_empty(), "what the killed process tried is lost"
    assert tries.filter(pl.col("route") == "direct")["outcome"].to_list() == ["blocked"] * 2
    assert set(tries.filter(pl.col("route") == DATACENTER)["outcome"]) == {"ok"}
    assert tries["payload_id"].null_count() == tries.height, "what was not archived counts as answered"


def everything_is_there_and_the_breaker_stands(drill: Drill, restarted_at: datetime) -> None:
    tries = drill.attempts().filter(pl.col("endpoint") == "offers", pl.col("asked_at") >= restarted_at)
    assert set(tries["route"]) == {DATACENTER}, "the breaker of the other route was forgotten"
    archived = drill.platform.archive.payloads(SITE, "offers", DateRange.of(DAY))
    markets = {dict(parse_qsl(urlsplit(payload.url).query))["market_id"] for payload in archived}
    assert markets == set(MARKET_IDS), "what the killed process asked for is missing"


def test_a_collection_that_is_killed_blocks_no_other_and_what_it_tried_is_known(wreck: Wreck, tmp_path: Path) -> None:
    nothing_blocks_the_next_collection(wreck, tmp_path)


def test_without_a_look_at_the_process_its_run_goes_on_for_ever(
    wreck: Wreck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WatchedRunLauncher, "supports_check_run_worker_health", False)
    with pytest.raises(AssertionError, match="the slot is held"):
        nothing_blocks_the_next_collection(wreck, tmp_path)


def test_without_the_sweep_temporary_files_stay(wreck: Wreck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Archive, "reconcile", lambda archive: 0)
    with pytest.raises(AssertionError, match="temporary files are left"):
        nothing_blocks_the_next_collection(wreck, tmp_path)


def test_tries_that_are_written_down_at_the_end_are_lost(tmp_path: Path) -> None:
    for found in wrecked(tmp_path / "wreck", FORGETFUL):
        with pytest.raises(AssertionError, match="what the killed process tried is lost"):
            nothing_blocks_the_next_collection(found, tmp_path / "home")


# A raw run.


TWO = DateRange(homes.FIRST, homes.FIRST + timedelta(days=1))
RAW_RUN = f"""
import os
import signal
from datetime import date
from nba_props import commands
from nba_props.game_calendar import DateRange
from nba_props.orchestration import notices
from nba_props.orchestration.graph import RAW_STEPS
from nba_props.settings import load_settings

notices.silence()
os.fsync = lambda file: signal.pause()
dates = DateRange(date.fromisoformat("{TWO.first}"), date.fromisoformat("{TWO.last}"))
list(commands.run_phase(load_settings(), commands.Phase("tables", RAW_STEPS, dates, len(RAW_STEPS)), lambda step: None))
"""
"""It never comes to the end of its first file."""


def nothing_blocks_the_next_raw_run(settings: Settings, undisturbed: dict[str, bytes]) -> None:
    platform = Platform.of(settings)
    with open_instance_untouched(settings) as instance:
        assert len(slots_held(instance)) == 1
        assert {Path(name).suffix for name in temporary_files(settings)} == {".tmp"}
        cleared_away(platform, instance)
        assert slots_held(instance) == {}, "the slot is held"
        assert temporary_files(settings) == [], "temporary files are left"
    (again,) = homes.run(settings, TWO, RAW_STEPS)
    assert again.succeeded, again.failures
    assert homes.tables_of(settings) == undisturbed


@pytest.fixture(scope="module")
def raw_wreck(collected: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = homes.copied(collected, tmp_path_factory.mktemp("raw"))
    killed_when(lambda: bool(temporary_files(settings)), RAW_RUN, settings)
    return settings


def test_a_raw_run_that_is_killed_in_the_middle_of_a_file_blocks_no_other(
    raw_wreck: Settings, collected: Path, tmp_path: Path
) -> None:
    undisturbed = homes.copied(collected, tmp_path / "undisturbed")
    assert [result.failures for result in homes.run(undisturbed, TWO, RAW_STEPS)] == [()]
    shutil.copytree(raw_wreck.home, tmp_path / "home")
    nothing_blocks_the_next_raw_run(homes.settings_of(tmp_path / "home"), homes.tables_of(undisturbed))


@pytest.mark.parametrize(
    ("place", "name", "value", "failure"),
    [
        (ParquetWarehouse, "sweep", lambda warehouse: 0, "temporary files are left"),
        (concurrency, "execute_concurrency_slots_iteration", lambda *_: iter(()), "the slot is held"),
    ],
    ids=["sweep", "slots"],
)
def test_without_one_of_the_mechanisms_something_of_a_raw_run_stays(
    raw_wreck: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    place: object,
    name: str,
    value: object,
    failure: str,
) -> None:
    shutil.copytree(raw_wreck.home, tmp_path / "home")
    monkeypatch.setattr(place, name, value)
    with pytest.raises(AssertionError, match=failure):
        nothing_blocks_the_next_raw_run(homes.settings_of(tmp_path / "home"), {})

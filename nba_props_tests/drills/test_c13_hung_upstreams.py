"""C13: hung requests kept a job alive for 123 hours. Here every request, step and run has a deadline: what hangs is
cut, the run ends as failed, a later tick asks again, and the slot that it held is free.
"""

from __future__ import annotations

import asyncio
import os
import time as real_time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, time, timedelta
from pathlib import Path

import dagster as dg
import polars as pl
import pytest
from dagster._core.events import DagsterEvent, DagsterEventType

from nba_props.game_calendar import eastern_moment
from nba_props.orchestration.instance import PROCESS_TAG, open_instance
from nba_props.orchestration.platform import Platform
from nba_props.simulator import League, ManualClock
from nba_props.simulator.faults import App, Fault, Kind, Receive, Scope, Send
from nba_props.simulator.server import create_app
from nba_props.upstreams import sending
from nba_props.upstreams.answer_bodies import read_body
from nba_props.upstreams.watchdog import Watchdog
from nba_props_tests.drills.daemons import monitor, on_disk, slots_held
from nba_props_tests.drills.leagues import arranged
from nba_props_tests.drills.platform import Drill, settings_of, world
from nba_props_tests.orchestration import homes

DAY = date(2024, 12, 25)
NOON = eastern_moment(DAY, time(12))
SITE = "bettingpros"
PATH = r"^/v3/"
TRIES = 2
TRY_SECONDS, SLOW_TRY_SECONDS = 0.4, 2.5
SLACK_SECONDS = 1.0
"""What everything beside the waiting may take on a busy machine."""

HEALED = NOON + timedelta(minutes=15)
LIMITS = {
    "BETTINGPROS_ROUTES": "direct",
    "RETRY_ATTEMPTS": str(TRIES),
    "DIRECT_TIMEOUT_SECONDS": str(TRY_SECONDS),
    "REQUEST_DEADLINE_SECONDS": "60",
}


@pytest.fixture(scope="module")
def league() -> League:
    return arranged({DAY: [(0, time(19))]})


class Dripping:
    """An upstream whose answer comes byte by byte, and which is tired of it after some seconds."""

    def __init__(self, app: App, clock: ManualClock, seconds: float) -> None:
        self._app, self._clock, self._seconds = app, clock, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._clock() >= HEALED or not scope["path"].startswith("/v3/"):
            await self._app(scope, receive, send)
            return
        await receive()
        gone = asyncio.ensure_future(receive())
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9999")]})
        ends = real_time.monotonic() + self._seconds
        while not gone.done() and real_time.monotonic() < ends:
            await send({"type": "http.response.body", "body": b"[", "more_body": True})
            await asyncio.wait([gone], timeout=0.05)
        gone.cancel()
        raise ConnectionAbortedError("the simulated upstream is tired")


@contextmanager
def hung(
    league: League,
    home: Path,
    changes: Mapping[str, str],
    *faults: Fault,
    app: App | None = None,
    clock: ManualClock | None = None,
) -> Iterator[Drill]:
    """A platform on Dagster's own storage, with pools, that knows the game and has not asked the site yet."""
    with world(league, NOON, *faults, app=app, clock=clock) as told:
        platform = Platform(settings_of(home, told, DAY, **{**LIMITS, **changes}), told.clock)
        with (
            open_instance(platform.settings) as instance,
            on_disk(told, platform, ("conformed.games",), ("nba_com", SITE), instance) as drill,
        ):
            drill.tick()
            told.clock.advance(timedelta(minutes=5))
            yield drill


@contextmanager
def stalls(league: League, home: Path, **changes: str) -> Iterator[Drill]:
    with hung(league, home, changes, Fault(Kind.STALLED, PATH, until=HEALED)) as drill:
        yield drill


@contextmanager
def drips(league: League, home: Path, **changes: str) -> Iterator[Drill]:
    clock = ManualClock(NOON)
    app = Dripping(create_app(league, clock), clock, SLOW_TRY_SECONDS)
    with hung(league, home, changes, app=app, clock=clock) as drill:
        yield drill


def it_is_cut_and_asked_again(drill: Drill) -> None:
    """The run over the hung site ends in time, as failed, without its slot; a tick after the site is well succeeds."""
    assert drill.collect() == [f"collect_{SITE}"]
    tries = drill.attempts().filter(pl.col("source") == SITE)
    longest = max(tries["latency_seconds"])
    assert longest < TRY_SECONDS + SLACK_SECONDS, f"the run was held up for {longest:.1f} s"
    assert tries["outcome"].to_list() == ["retry later"] * TRIES
    assert drill.failed_runs == [f"collect_{SITE}"]
    (run,) = drill.instance.get_runs(dg.RunsFilter(job_name=f"collect_{SITE}"))
    assert run.status is dg.DagsterRunStatus.FAILURE
    assert slots_held(drill.instance) == {}
    drill.told.clock.move_to(HEALED)
    assert drill.collect() == [f"collect_{SITE}"]
    assert drill.failed_runs == [f"collect_{SITE}"], "the run after it failed, too"
    (again,) = drill.attempts().filter(pl.col("source") == SITE, pl.col("asked_at") >= HEALED).to_dicts()
    assert (again["question"], again["outcome"]) == (tries["question"][0], "ok")


def test_a_stalled_site_is_cut_its_run_fails_and_a_later_tick_asks_again(league: League, tmp_path: Path) -> None:
    with stalls(league, tmp_path) as drill:
        it_is_cut_and_asked_again(drill)


def test_a_site_that_sends_a_byte_at_a_time_is_cut_as_well(league: League, tmp_path: Path) -> None:
    with drips(league, tmp_path) as drill:
        it_is_cut_and_asked_again(drill)


def test_without_a_short_deadline_a_stalled_site_holds_the_run_up(league: League, tmp_path: Path) -> None:
    with (
        stalls(league, tmp_path, DIRECT_TIMEOUT_SECONDS=str(SLOW_TRY_SECONDS)) as drill,
        pytest.raises(AssertionError, match="was held up for"),
    ):
        it_is_cut_and_asked_again(drill)


def test_with_a_deadline_for_the_next_bytes_only_drops_hold_the_run_up(
    league: League, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As httpx has it by itself."""
    monkeypatch.setattr(sending, "read_body", lambda response, limit, _: read_body(response, limit, lambda: 1.0))
    monkeypatch.setattr(sending, "Watchdog", lambda _: Watchdog(10 * SLOW_TRY_SECONDS))
    with drips(league, tmp_path) as drill, pytest.raises(AssertionError, match="was held up for"):
        it_is_cut_and_asked_again(drill)


# The step: a run over many requests.


MARKETS = 10
ATTEMPT_SECONDS = 1.0


def the_attempt_ends_in_time(drill: Drill) -> None:
    """Of ten questions to a site that stalls some are asked, and the others are left for the next run."""
    drill.collect()
    asked = drill.attempts().filter(pl.col("endpoint") == "offers")
    assert 0 < asked.height < MARKETS, f"all {asked.height} questions were asked"
    assert asked["latency_seconds"].sum() < ATTEMPT_SECONDS + SLACK_SECONDS
    assert drill.failed_runs == [f"collect_{SITE}"]
    assert slots_held(drill.instance) == {}


@contextmanager
def offers_stall(league: League, home: Path, **changes: str) -> Iterator[Drill]:
    limits = {"RETRY_ATTEMPTS": "1", "BREAKER_FAILURES": "99", **changes}
    with hung(league, home, limits, Fault(Kind.STALLED, r"^/v3/offers")) as drill:
        drill.collect()
        drill.bring_in()
        drill.told.clock.advance(timedelta(minutes=5))
        yield drill


def test_a_run_over_many_requests_ends_at_its_deadline_and_leaves_the_others_for_the_next(
    league: League, tmp_path: Path
) -> None:
    with offers_stall(league, tmp_path, COLLECTION_DEADLINE_SECONDS=str(ATTEMPT_SECONDS)) as drill:
        the_attempt_ends_in_time(drill)


def test_without_its_deadline_a_run_asks_all_of_them(league: League, tmp_path: Path) -> None:
    with offers_stall(league, tmp_path) as drill, pytest.raises(AssertionError, match="all 10 questions were asked"):
        the_attempt_ends_in_time(drill)


# The run.


@dg.job
def never_ending() -> None:
    """A job that stands for one whose process hangs."""


def hanging_run(instance: dg.DagsterInstance) -> dg.DagsterRun:
    """A run of a living process that holds a slot and never ends."""
    run = instance.create_run_for_job(never_ending, tags={PROCESS_TAG: str(os.getpid())})
    instance.report_dagster_event(DagsterEvent(DagsterEventType.RUN_START.value, run.job_name), run.run_id)
    storage = instance.event_log_storage
    storage.set_concurrency_slots(SITE, 1)
    assert storage.claim_concurrency_slot(SITE, run.run_id, "step").is_claimed
    return run


def status_of(instance: dg.DagsterInstance, run: dg.DagsterRun) -> dg.DagsterRunStatus:
    (found,) = instance.get_runs(dg.RunsFilter(run_ids=[run.run_id]))
    return found.status


def the_run_is_ended(instance: dg.DagsterInstance, run: dg.DagsterRun) -> None:
    """Within two hours and a minute its slot is free."""
    monitor(instance, timedelta(minutes=119))
    assert status_of(instance, run) is dg.DagsterRunStatus.STARTED
    monitor(instance, timedelta(minutes=121))
    assert status_of(instance, run) is dg.DagsterRunStatus.FAILURE, "the run goes on for ever"
    monitor(instance, timedelta(minutes=2))
    assert slots_held(instance) == {}


def test_a_run_that_hangs_is_ended_and_its_slot_is_free(tmp_path: Path) -> None:
    with open_instance(homes.settings_of(tmp_path)) as instance:
        run = hanging_run(instance)
        assert slots_held(instance) == {SITE: [run.run_id]}
        the_run_is_ended(instance, run)


def test_without_a_longest_run_time_it_goes_on_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dg.DagsterInstance, "run_monitoring_max_runtime_seconds", 0)
    with open_instance(homes.settings_of(tmp_path)) as instance:
        run = hanging_run(instance)
        with pytest.raises(AssertionError, match="the run goes on for ever"):
            the_run_is_ended(instance, run)

"""C2: a proxy was tried once, then the next, then all of it eight times over, and most failures were our own. Here each
route gets its tries with back-off, then there is a pause, then comes the next one; no host is asked more often than it
likes.

Time passes by being waited for, so that the product's own waits are seen in operations.collection_attempts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import groupby, pairwise
from pathlib import Path

import polars as pl
import pytest

from nba_props import collection
from nba_props.game_calendar import eastern_moment
from nba_props.orchestration.platform import Platform
from nba_props.settings import ROUTES, Settings
from nba_props.simulator import League, ManualClock
from nba_props.simulator.faults import App, Fault, Kind, Receive, Scope, Send
from nba_props.simulator.server import create_app
from nba_props.upstreams import pacing
from nba_props.upstreams.client import Client
from nba_props_tests.drills.platform import Drill, World, settings_of, world

OPENING_NIGHT = date(2024, 10, 22)
NOON = eastern_moment(OPENING_NIGHT, time(12))
SITE = "bettingpros"
PATH = r"^/v3/"
SECOND = timedelta(seconds=1)
PRODUCT = {
    "PACING_SECONDS": "2.5",
    "WIDEST_PACING_SECONDS": "20",
    "RETRY_FIRST_WAIT_SECONDS": "4",
    "RETRY_LONGEST_WAIT_SECONDS": "12",
    "ROUTE_PAUSE_SECONDS": "10",
    "REQUEST_DEADLINE_SECONDS": "600",
}
"""The waits as they are set in the product."""


@pytest.fixture(scope="module")
def league() -> League:
    return League(seed=5, today=OPENING_NIGHT, history_seasons=0)


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients wait by moving the clock."""

    def waits(settings: Settings, clock: ManualClock) -> Client:
        return Client(
            settings,
            clock,
            sleep=lambda seconds: clock.advance(seconds * SECOND),
            timer=lambda: (clock() - NOON) / SECOND,
        )

    monkeypatch.setattr(collection, "Client", waits)


@contextmanager
def at_noon(
    league: League,
    home: Path,
    changes: Mapping[str, str],
    *faults: Fault,
    app: App | None = None,
    clock: ManualClock | None = None,
) -> Iterator[Drill]:
    """A platform that knows the games of the night and has not asked the site yet."""
    with world(league, NOON, *faults, app=app, clock=clock) as told:
        settings = settings_of(home, told, OPENING_NIGHT, **{**PRODUCT, "BETTINGPROS_URL": elsewhere(told), **changes})
        platform = Platform(settings, told.clock)
        with Drill(told, platform, ("conformed.games",), sources=("nba_com", SITE)) as drill:
            drill.tick()
            told.clock.advance(timedelta(minutes=5))
            yield drill


def elsewhere(told: World) -> str:
    """The same server as another host."""
    return told.url.replace("127.0.0.1", "localhost")


def tries_of(drill: Drill) -> pl.DataFrame:
    return drill.attempts().filter(pl.col("source") == SITE)


def gaps(tries: pl.DataFrame) -> list[float]:
    """Seconds from one try to the next."""
    return [(after - before) / SECOND for before, after in pairwise(tries["asked_at"])]


# Tries, back-off, pause, next route.


def tries_are_orderly(drill: Drill) -> None:
    tries = tries_of(drill)
    assert tries["question"].n_unique() == 1
    courses = [(route, len(list(several))) for route, several in groupby(tries["route"])]
    assert [route for route, _ in courses] == list(ROUTES), "routes were not taken one after the other"
    assert {number for _, number in courses} == {3}, "a route did not get its three tries"
    between = gaps(tries)
    for start in (0, 3, 6):
        first, second = between[start : start + 2]
        assert 4 <= first <= 12 and 4 <= second <= 12 and second > first, "tries were not backed off"
    assert len({round(each, 3) for each in between}) > 4, "there is no jitter"
    assert all(between[place] >= 10 for place in (2, 5)), "no pause before the next route"


def test_each_route_gets_three_tries_with_back_off_then_a_pause_then_the_next(
    league: League, tmp_path: Path, waiting: None
) -> None:
    with at_noon(league, tmp_path, {}, Fault(Kind.HALF_CLOSED, PATH)) as drill:
        drill.collect()
        tries_are_orderly(drill)


@pytest.mark.parametrize(
    ("change", "failure"),
    [
        ({"RETRY_ATTEMPTS": "1"}, "did not get its three tries"),
        ({"RETRY_FIRST_WAIT_SECONDS": "0.001"}, "were not backed off"),
        ({"ROUTE_PAUSE_SECONDS": "0"}, "no pause before the next route"),
        ({"BETTINGPROS_ROUTES": "residential,direct,datacenter"}, "not taken one after the other"),
    ],
)
def test_without_its_setting_a_rule_of_the_tries_does_not_hold(
    league: League, tmp_path: Path, waiting: None, change: Mapping[str, str], failure: str
) -> None:
    with at_noon(league, tmp_path, change, Fault(Kind.HALF_CLOSED, PATH)) as drill:
        drill.collect()
        with pytest.raises(AssertionError, match=failure):
            tries_are_orderly(drill)


# No failures of our own making.


class Touchy:
    """A site that refuses whoever asks it twice within so many seconds."""

    def __init__(self, app: App, clock: ManualClock, seconds: float) -> None:
        self._app, self._clock, self._least = app, clock, seconds * SECOND
        self._last: datetime | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        now = self._clock()
        is_early = self._last is not None and now - self._last < self._least
        if scope["path"].startswith("/v3/"):
            self._last = now
        if scope["path"].startswith("/v3/") and is_early:
            await send({"type": "http.response.start", "status": 429, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})
            return
        await self._app(scope, receive, send)


def no_failure_is_our_own(drill: Drill) -> None:
    tries = tries_of(drill)
    assert tries.height > 10
    failed = tries.filter(pl.col("outcome") != "ok").height
    assert failed == 0, f"{failed} of {tries.height} tries failed, and the site was well"
    assert tries["question"].is_unique().all(), "a question was asked twice"
    assert set(tries["route"]) == {ROUTES[0]}


@contextmanager
def beside_a_touchy_site(league: League, home: Path, **changes: str) -> Iterator[Drill]:
    clock = ManualClock(NOON)
    touchy = Touchy(create_app(league, clock), clock, 2.4)
    with at_noon(league, home, changes, app=touchy, clock=clock) as drill:
        ask_for_everything(drill)
        yield drill


def ask_for_everything(drill: Drill) -> None:
    """The games that the site lists, then its offers on them."""
    drill.collect()
    drill.bring_in()
    drill.told.clock.advance(timedelta(minutes=1))
    drill.collect()


def test_a_site_that_is_well_is_asked_each_question_once_and_never_too_soon(
    league: League, tmp_path: Path, waiting: None
) -> None:
    with beside_a_touchy_site(league, tmp_path) as drill:
        no_failure_is_our_own(drill)
        assert drill.failed_runs == []


def test_without_pacing_failures_are_our_own(league: League, tmp_path: Path, waiting: None) -> None:
    with (
        beside_a_touchy_site(league, tmp_path, PACING_SECONDS="0", WIDEST_PACING_SECONDS="0") as drill,
        pytest.raises(AssertionError, match="tries failed, and the site was well"),
    ):
        no_failure_is_our_own(drill)


# A host that asks for more time.


NARROWEST, WIDEST = 2.5, 20.0
ENOUGH = 4
"""So many complaints in a row widen the interval all the way."""

THROTTLED = Fault(Kind.TOO_MANY, r"^/v3/offers", retry_after=45, times=ENOUGH)


def the_interval_widens_and_narrows(drill: Drill) -> None:
    tries = tries_of(drill).filter(pl.col("endpoint") == "offers")
    refused = [status == 429 for status in tries["status"]]
    assert sum(refused) == ENOUGH and refused[:ENOUGH] == [True] * ENOUGH
    between = gaps(tries)
    assert min(between[:ENOUGH]) >= 45, "the host was asked before the time it named"
    after = between[ENOUGH:]
    assert after[0] > NARROWEST, "the interval did not widen"
    assert max(after) <= WIDEST, "the interval widened without a bound"
    assert after == sorted(after, reverse=True) and after[-1] == NARROWEST, "the interval did not narrow on success"


@contextmanager
def throttled(league: League, home: Path) -> Iterator[Drill]:
    with at_noon(league, home, {"BREAKER_FAILURES": "9"}, THROTTLED) as drill:
        ask_for_everything(drill)
        yield drill


def test_a_host_that_complains_is_asked_more_seldom_and_on_success_as_often_as_before(
    league: League, tmp_path: Path, waiting: None
) -> None:
    with throttled(league, tmp_path) as drill:
        the_interval_widens_and_narrows(drill)


@pytest.mark.parametrize(
    ("name", "value", "failure"),
    [
        ("rests_until", lambda tries: None, "before the time it named"),
        ("WIDENING", 1.0, "did not widen"),
        ("NARROWING", 1.0, "did not narrow"),
    ],
)
def test_without_its_rule_the_interval_stays(
    league: League,
    tmp_path: Path,
    waiting: None,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: object,
    failure: str,
) -> None:
    monkeypatch.setattr(pacing, name, value)
    with throttled(league, tmp_path) as drill, pytest.raises(AssertionError, match=failure):
        the_interval_widens_and_narrows(drill)


# Each route's own deadline.


TIMEOUTS = {"direct": 0.3, "datacenter": 0.8, "residential": 1.6}
AT_ONCE = {
    "PACING_SECONDS": "0",
    "WIDEST_PACING_SECONDS": "0",
    "ROUTE_PAUSE_SECONDS": "0",
    "RETRY_ATTEMPTS": "1",
}


def each_route_is_cut_at_its_own_time(drill: Drill) -> None:
    told = {row["route"]: row["latency_seconds"] for row in tries_of(drill).iter_rows(named=True)}
    for route, seconds in TIMEOUTS.items():
        assert seconds <= told[route] + 0.01 < seconds + 0.45, f"{route} was cut after {told[route]:.2f} s"


@contextmanager
def stalled(league: League, home: Path, timeouts: Mapping[str, float]) -> Iterator[Drill]:
    limits = {f"{route.upper()}_TIMEOUT_SECONDS": str(seconds) for route, seconds in timeouts.items()}
    with at_noon(league, home, {**AT_ONCE, **limits}, Fault(Kind.STALLED, PATH)) as drill:
        drill.collect()
        yield drill


def test_a_stalled_try_is_cut_at_the_time_of_its_route(league: League, tmp_path: Path) -> None:
    with stalled(league, tmp_path, TIMEOUTS) as drill:
        each_route_is_cut_at_its_own_time(drill)


def test_with_one_time_for_all_routes_none_has_its_own(league: League, tmp_path: Path) -> None:
    with (
        stalled(league, tmp_path, dict.fromkeys(TIMEOUTS, 0.8)) as drill,
        pytest.raises(AssertionError, match=r"direct was cut after (0\.[89]|1)"),
    ):
        each_route_is_cut_at_its_own_time(drill)

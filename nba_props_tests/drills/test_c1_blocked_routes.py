"""C1: an odds site blocks every proxy. Each route rests by itself, also after a restart; one alert tells of it; the
lines of other sources flow on; when a route is free again what is missing is collected without anyone asking.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from nba_props.archive.index import ArchiveIndex, PastTry
from nba_props.archive.store import Archive
from nba_props.collection import Upstreams
from nba_props.contracts.raw import bettingpros
from nba_props.game_calendar import DateRange, eastern_moment, game_date_of
from nba_props.operations import alerts, coverage, source_problems
from nba_props.orchestration import alerting, step
from nba_props.orchestration.platform import Platform
from nba_props.settings import ROUTES
from nba_props.simulator import League
from nba_props.simulator.faults import Fault, Kind
from nba_props.upstreams import bettingpros_requests, breakers, client, raw_tables, routes
from nba_props.upstreams.asking import Subject
from nba_props.upstreams.bettingpros import UPSTREAM
from nba_props.upstreams.classification import classify
from nba_props.upstreams.requests import Request
from nba_props_tests.drills.judging import same_facts
from nba_props_tests.drills.platform import DATACENTER, RESIDENTIAL, Drill, World, settings_of, world

OPENING_NIGHT = date(2024, 10, 22)
"""Two games, the first of which begins in the evening."""

NOON = eastern_moment(OPENING_NIGHT, time(12))
NIGHT = eastern_moment(OPENING_NIGHT + timedelta(days=1), time(4, 10))
EVENING = NIGHT - timedelta(hours=5)
TEN_MINUTES = timedelta(minutes=10)
FREE_AGAIN = NIGHT - timedelta(hours=1)
ASKED_AGAIN = NIGHT
"""The date is over, and its lines are known to be missing."""

RESTART = NOON + timedelta(minutes=25)
OFFERS = r"^/v3/"
FAILURES, FIRST_REST = 2, timedelta(minutes=20)
LIMITS = {"BREAKER_FAILURES": str(FAILURES), "BREAKER_COOL_DOWN_SECONDS": "1200"}
SITE = "bettingpros"
ALERT = f"{source_problems.SOURCE_SCOPE}{SITE}"
TABLES = (bettingpros.BETTINGPROS_EVENTS, bettingpros.BETTINGPROS_PLAYER_PROPS)


@pytest.fixture(scope="module")
def league() -> League:
    return League(seed=5, today=OPENING_NIGHT, history_seasons=0)


def blocked() -> tuple[Fault, ...]:
    """All routes are blocked; from ``FREE_AGAIN`` on one of them is not."""
    return (
        Fault(Kind.FORBIDDEN, OFFERS, until=FREE_AGAIN),
        Fault(Kind.FORBIDDEN, OFFERS, routes=frozenset({"direct", DATACENTER})),
    )


class Site:
    """The platform beside one blocked site; ``restart`` is what a new process finds."""

    def __init__(self, home: Path, told: World, sources: tuple[str, ...], tables: tuple[str, ...], **changes: str):
        elsewhere = told.url.replace("127.0.0.1", "localhost")
        self.told = told
        self.settings = settings_of(home, told, OPENING_NIGHT, BETTINGPROS_URL=elsewhere, **LIMITS, **changes)
        self._sources, self._tables = sources, tables
        self._open = ExitStack()
        self.restart()

    def restart(self) -> None:
        self.close()
        platform = Platform(self.settings, self.told.clock)
        self.drill = self._open.enter_context(Drill(self.told, platform, self._tables, sources=self._sources))

    def close(self) -> None:
        self._open.close()

    def tick_at(self, moment: datetime) -> None:
        self.told.clock.move_to(moment)
        self.drill.tick()

    def tries(self) -> pl.DataFrame:
        return self.drill.attempts().filter(pl.col("source") == SITE)


@contextmanager
def site(
    league: League,
    home: Path,
    *faults: Fault,
    start: datetime = NOON,
    sources: tuple[str, ...] = ("nba_com", SITE),
    tables: tuple[str, ...] = ("conformed.games",),
    **changes: str,
) -> Iterator[Site]:
    with world(league, start, *faults) as told:
        running = Site(home, told, sources, tables, **changes)
        try:
            yield running
        finally:
            running.close()


def go_dark(running: Site) -> None:
    """An hour without any route, with a restart in its middle."""
    for minutes in (0, 10, 20):
        running.tick_at(NOON + timedelta(minutes=minutes))
    running.told.clock.move_to(RESTART)
    running.restart()
    for minutes in (30, 50):
        running.tick_at(NOON + timedelta(minutes=minutes))


def come_back(running: Site) -> None:
    """The evening, when there are no lines to ask for any more, and the night after: one route is free again."""
    running.tick_at(EVENING)
    for minutes in (0, 10, 20):
        running.tick_at(NIGHT + timedelta(minutes=minutes))


def each_route_rests(running: Site) -> None:
    """After enough failures in a row a route is tried only when its rest, which doubles, is over."""
    tries = running.tries()
    assert set(tries["route"]) == set(ROUTES), "not every route was tried"
    for (route,), on_route in tries.group_by("route"):
        rows = on_route.sort("asked_at", "sequence").select("asked_at", "outcome").rows()
        failures = 0
        for (asked_at, outcome), (next_at, _) in pairwise(rows):
            failures = 0 if outcome == "ok" else failures + 1
            rest = FIRST_REST * 2 ** (failures - FAILURES) if failures >= FAILURES else timedelta(0)
            assert next_at - asked_at >= min(rest, FIRST_REST), f"{route} was tried while it had to rest"
    assert min(tries.group_by("route").len()["len"].to_list()) > FAILURES, "no route was ever probed"
    others = running.drill.attempts().filter(pl.col("source") != SITE)
    assert set(others["outcome"]) == {"ok"}, "other hosts are asked as ever"


def one_alert(running: Site, told: pytest.LogCaptureFixture) -> None:
    opened = [record for record in told.messages if record.startswith(f"alert opened: {SITE}")]
    assert len(opened) == 1, f"{len(opened)} alerts were opened"
    closed = [record for record in told.messages if record == f"alert closed: {ALERT}"]
    assert len(closed) == 1, f"{len(closed)} alerts were closed"
    (row,) = running.drill.alerts().to_dicts()
    assert (row["alert_id"], row["opened_at"]) == (ALERT, NOON + 2 * TEN_MINUTES), "it was opened at another time"
    assert row["closed_at"] == ASKED_AGAIN, "it was closed before the site answered"


def undisturbed(league: League, home: Path) -> dict[str, pl.DataFrame]:
    """What the site says that night to whoever asks it straight away: the games, ten minutes later their offers."""
    with world(league, ASKED_AGAIN) as told:
        settings = settings_of(home, told, OPENING_NIGHT)
        upstreams = Upstreams(settings, Archive(settings.archive_path, classify), told.clock)
        subject = Subject(game_date=OPENING_NIGHT, today=game_date_of(NIGHT))
        made = _asked(upstreams, [bettingpros_requests.request_events(settings, subject)])
        ids = tuple(made[bettingpros.BETTINGPROS_EVENTS.full_name].sort("event_id")["event_id"])
        offers = [replace(subject, listed_ids=ids, variant=market) for market in bettingpros_requests.MARKET_IDS]
        told.clock.advance(TEN_MINUTES)
        return _asked(upstreams, [bettingpros_requests.request_offers(settings, each) for each in offers])


def _asked(upstreams: Upstreams, requests: list[Request]) -> dict[str, pl.DataFrame]:
    assert upstreams.collect(requests).is_complete
    dates = DateRange.of(OPENING_NIGHT)
    payloads = {each: list(upstreams.archive.payloads(SITE, each.name, dates)) for each in UPSTREAM.endpoints}
    return raw_tables.build(dates, payloads, UPSTREAM.quarantine)


def what_was_missing_is_there(running: Site, wanted: dict[str, pl.DataFrame]) -> None:
    """Value for value what an undisturbed collection at that hour brings, over the one route that is free."""
    for table in TABLES:
        made = running.drill.table(table.full_name, DateRange.of(OPENING_NIGHT))
        assert made.height > 0, f"{table.full_name} stayed empty"
        assert same_facts(made, wanted[table.full_name]), f"{table.full_name} is not what it should be"
    used = running.tries().filter(pl.col("asked_at") >= NIGHT, pl.col("outcome") == "ok")
    assert set(used["route"]) == {RESIDENTIAL}


def test_every_route_rests_one_alert_tells_and_what_is_missing_comes_when_a_route_is_free(
    league: League, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="drill")
    with site(league, tmp_path / "home", *blocked()) as running:
        go_dark(running)
        come_back(running)
        each_route_rests(running)
        one_alert(running, caplog)
        what_was_missing_is_there(running, undisturbed(league, tmp_path / "undisturbed"))


def test_without_breakers_no_route_rests(league: League, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (client, routes):
        monkeypatch.setattr(module, "breaker_of", lambda *_: breakers.Breaker(breakers.CLOSED))
    with site(league, tmp_path, *blocked()) as running:
        go_dark(running)
        with pytest.raises(AssertionError, match="was tried while it had to rest"):
            each_route_rests(running)


def test_breakers_that_a_restart_closes_let_no_route_rest(
    league: League, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remembered = ArchiveIndex.last_tries
    with site(league, tmp_path, *blocked()) as running:

        def forgetful(index: ArchiveIndex, host: str, route: str, limit: int) -> list[PastTry]:
            tries = remembered(index, host, route, limit)
            return [each for each in tries if running.told.clock() < RESTART or each.asked_at >= RESTART]

        monkeypatch.setattr(ArchiveIndex, "last_tries", forgetful)
        go_dark(running)
        tried_at = running.tries()["asked_at"].unique().sort().to_list()
        assert [moment - NOON for moment in tried_at[:3]] == [number * TEN_MINUTES for number in (1, 2, 3)]
        with pytest.raises(AssertionError, match="was tried while it had to rest"):
            each_route_rests(running)


def test_without_a_count_of_failed_tries_nobody_is_told(
    league: League, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="drill")
    monkeypatch.setattr(source_problems, "FAILED_TRIES", 10**6)
    with site(league, tmp_path, *blocked()) as running:
        go_dark(running)
        with pytest.raises(AssertionError, match="0 alerts were opened"):
            one_alert(running, caplog)


def test_alerts_that_are_not_remembered_are_told_again_and_again(
    league: League, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="drill")
    monkeypatch.setattr(alerting, "update", lambda stored, *told: alerts.update(stored.clear(), *told))
    with site(league, tmp_path, *blocked()) as running:
        go_dark(running)
        with pytest.raises(AssertionError, match=r"[2-9] alerts were opened"):
            one_alert(running, caplog)


def test_an_alert_that_does_not_stand_until_the_site_answers_closes_by_night(
    league: League, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="drill")
    monkeypatch.setattr(
        alerting, "degraded_sources", lambda attempts, now, _: source_problems.degraded_sources(attempts, now)
    )
    with site(league, tmp_path, *blocked()) as running:
        go_dark(running)
        come_back(running)
        with pytest.raises(AssertionError, match="it was closed before the site answered"):
            one_alert(running, caplog)


def test_without_the_sweep_of_holes_the_date_stays_empty(league: League, tmp_path: Path) -> None:
    with site(league, tmp_path / "home", *blocked(), SWEEP_DATES_PER_TICK="0") as running:
        go_dark(running)
        come_back(running)
        with pytest.raises(AssertionError, match=r"raw\.bettingpros_events stayed empty"):
            what_was_missing_is_there(running, {})


# The lines of the others.


PATHS = {SITE: OFFERS, "odds_api": r"^/v4/"}
LINE_SOURCES = ("nba_com", "nba_league", *PATHS)


def lines_flow(running: Site, source: str) -> None:
    """Every game of the night has lines of the source that is not dark, within the hour."""
    assert running.told.clock() - NOON <= timedelta(hours=1)
    lines = running.drill.table("conformed.prop_lines", DateRange.of(OPENING_NIGHT))
    games = running.drill.table("conformed.games", DateRange.of(OPENING_NIGHT))
    assert not lines.is_empty(), "no lines at all"
    assert set(lines["source"]) == {source}
    assert set(lines["game_id"]) == set(games["game_id"]), "a game has no lines"


@pytest.mark.parametrize(("dark", "bright"), [(SITE, "odds_api"), ("odds_api", SITE)])
def test_the_lines_of_the_other_source_flow_in_the_same_hour(
    league: League, tmp_path: Path, dark: str, bright: str
) -> None:
    with site(
        league, tmp_path, Fault(Kind.FORBIDDEN, PATHS[dark]), sources=LINE_SOURCES, tables=("conformed.prop_lines",)
    ) as running:
        for minutes in (0, 10, 20):
            running.tick_at(NOON + timedelta(minutes=minutes))
        lines_flow(running, bright)


def test_if_lines_waited_for_every_source_there_would_be_none(
    league: League, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dark = frozenset({"raw.bettingpros_events", "raw.bettingpros_player_props"})
    monkeypatch.setattr(step, "NEVER_AWAITED", coverage.NEVER_AWAITED - dark)
    with site(
        league, tmp_path, Fault(Kind.FORBIDDEN, OFFERS), sources=LINE_SOURCES, tables=("conformed.prop_lines",)
    ) as running:
        for minutes in (0, 10, 20):
            running.tick_at(NOON + timedelta(minutes=minutes))
        with pytest.raises(AssertionError, match="no lines at all"):
            lines_flow(running, "odds_api")

"""S5: analytics stopped with 4,937 errors because one optional source was 45 hours old. Here DraftKings is dark for two
days: lines flow on from the other source within the hour and say so, and one alert tells, until it is back.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from nba_props.game_calendar import DateRange, eastern_moment
from nba_props.operations import coverage, source_problems
from nba_props.orchestration import alerting, step
from nba_props.simulator.faults import Fault, Kind, changed
from nba_props_tests.drills.freshness import Freshness, one_alert
from nba_props_tests.drills.judging import drill_over, same_facts
from nba_props_tests.drills.leagues import arranged
from nba_props_tests.drills.platform import Drill, world

DAY = timedelta(days=1)
FIRST = date(2025, 1, 6)
DATES = DateRange(FIRST, FIRST + 2 * DAY)
DARK, BACK = DateRange(FIRST, FIRST + DAY), DATES.last
LEAGUE = arranged({day: [(number, time(19))] for number, day in enumerate(DATES)})
SITE = "draftkings"
LINES, CONSENSUS = "conformed.prop_lines", "conformed.prop_consensus"
SOURCES = ("nba_com", "nba_league", "odds_api", SITE)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return eastern_moment(day, time(hour, minute))


def morning(day: date) -> list[datetime]:
    """When lines open: schedule, events and what DraftKings tells, odds."""
    return [at(day, 9), at(day, 9, 10), at(day, 9, 20)]


DARK_FROM, BACK_AT = morning(FIRST)[1], morning(BACK)[0]
"""On the first date there is no schedule before the second look, so nothing is asked about it."""


@dataclass
class Running:
    """A platform and the lines that each date had at the end of its morning."""

    drill: Drill
    freshness: Freshness
    lines: dict[date, pl.DataFrame] = field(default_factory=dict)

    def go_through(self, dates: DateRange) -> None:
        for day in dates:
            self.freshness.go_through(morning(day))
            self.lines[day] = self.drill.table(LINES, DateRange.of(day))


@contextmanager
def platform(home: Path, *faults: Fault, tables: tuple[str, ...] = (CONSENSUS,)) -> Iterator[Running]:
    with world(LEAGUE, at(FIRST, 9), without_its_book(), *faults) as told:
        elsewhere = told.url.replace("127.0.0.1", "localhost")
        changes = {"ODDS_API_REGIONS": "us", "DRAFTKINGS_URL": elsewhere}
        with drill_over(told, home, FIRST, tables=tables, sources=SOURCES, **changes) as drill:
            drill.settle()
            yield Running(drill, Freshness(drill))


def without_its_book() -> Fault:
    """The Odds API does not tell the lines of DraftKings, so that the site alone does."""

    def drop(body: Any, target: str) -> Any:
        return {**body, "bookmakers": [book for book in body["bookmakers"] if book["key"] != SITE]}

    return Fault(Kind.REWRITTEN, r"/events/[^/]+/odds", rewrite=changed(drop))


def dark() -> Fault:
    return Fault(Kind.BROKEN, "/api/sportscontent/", until=at(BACK, 0))


@pytest.fixture(scope="module")
def bright(tmp_path_factory: pytest.TempPathFactory) -> dict[date, pl.DataFrame]:
    """The lines of mornings on which every source answers."""
    with platform(tmp_path_factory.mktemp("bright")) as running:
        running.go_through(DATES)
        assert running.drill.alerts().is_empty()
        return running.lines


def lines_flow_and_say_where_from(running: Running, bright: dict[date, pl.DataFrame]) -> None:
    """Every morning within the hour; while it is dark what the site alone tells lacks, and nothing else."""
    for day, found in running.lines.items():
        assert not found.is_empty(), f"{day} had no lines within the hour"
        wanted = bright[day].filter(pl.col("source") != SITE) if day in DARK else bright[day]
        sources = {"odds_api"} if day in DARK else {"odds_api", SITE}
        assert set(found["source"]) == sources, f"{day} has lines of {set(found['source'])}"
        assert same_facts(found, wanted), f"the lines of {day} are not those of its sources"


def test_a_source_that_others_stand_in_for_may_be_old(
    tmp_path: Path, bright: dict[date, pl.DataFrame], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="drill")
    with platform(tmp_path, dark()) as running:
        running.go_through(DATES)
        assert running.drill.failed_steps == [], "a run that makes tables stopped"
        lines_flow_and_say_where_from(running, bright)
        one_alert(running.drill, SITE, DARK_FROM, BACK_AT, caplog.messages)


def test_if_consumers_waited_for_it_they_would_have_nothing(
    tmp_path: Path, bright: dict[date, pl.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: the site's table is awaited like any other."""
    monkeypatch.setattr(step, "NEVER_AWAITED", coverage.NEVER_AWAITED - {"raw.draftkings_player_props"})
    with platform(tmp_path, dark()) as running:
        running.go_through(DateRange.of(FIRST))
        with pytest.raises(AssertionError, match=f"{FIRST} had no lines within the hour"):
            lines_flow_and_say_where_from(running, bright)


def test_if_the_alert_did_not_stand_it_would_be_told_every_morning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Control: a source that has not been asked for some hours counts as healed."""
    caplog.set_level(logging.INFO, logger="drill")
    monkeypatch.setattr(
        alerting, "degraded_sources", lambda attempts, now, _: source_problems.degraded_sources(attempts, now)
    )
    with platform(tmp_path, dark(), tables=("conformed.games",)) as running:
        for day in DATES:
            running.freshness.go_through([*morning(day)[:2], at(day, 20)])
        with pytest.raises(AssertionError, match=r"[2-9] alerts about one source"):
            one_alert(running.drill, SITE, DARK_FROM, BACK_AT, caplog.messages)

"""S5: a stale source stopped everything. Here the NBA's own data, which everything needs, is dark for a day and a half:
what needs it waits, with one alert, and catches up; dates of old are made whatever their age, and nobody is told.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import polars as pl
import pytest

from nba_props.archive.store import Archive
from nba_props.contracts.registry import table_named
from nba_props.game_calendar import DateRange, eastern_moment
from nba_props.operations import coverage
from nba_props.operations.source_problems import GAME_SCOPE
from nba_props.orchestration import alerting, step
from nba_props.orchestration.steps.operations import expected_outputs_of
from nba_props.simulator.faults import Fault, Kind
from nba_props_tests.drills.freshness import Freshness, one_alert
from nba_props_tests.drills.judging import drill_over, same_facts
from nba_props_tests.drills.leagues import arranged, games_of
from nba_props_tests.drills.platform import Drill, World, world

DAY = timedelta(days=1)
FIRST = date(2025, 1, 6)
DATES = DateRange(FIRST, FIRST + 2 * DAY)
NIGHT, UNTOLD = FIRST + DAY, FIRST + 2 * DAY
"""The date whose box scores nobody tells, and the one whose schedule does not come either."""

LEAGUE = arranged({day: [(number, time(19))] for number, day in enumerate(DATES)})
SOURCE = "nba_com"
BOXES = ("conformed.player_boxscores", "analytics.player_game_summary")
MADE = ("conformed.games", *BOXES)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return eastern_moment(day, time(hour, minute))


BEFORE = (at(FIRST, 9), at(FIRST, 9, 10), at(FIRST, 23))
WHILE = (at(NIGHT, 9), at(NIGHT, 23), at(UNTOLD, 0, 30), at(UNTOLD, 9))
AFTER = (at(UNTOLD, 10), at(UNTOLD, 10, 10))
LATER = at(UNTOLD + 60 * DAY, 9)


def dark() -> Fault:
    return Fault(Kind.BROKEN, "/static/json/|/stats/", since=at(NIGHT, 0), until=AFTER[0])


@contextmanager
def platform(home: Path, *faults: Fault) -> Iterator[tuple[Drill, Freshness]]:
    with (
        world(LEAGUE, BEFORE[0], *faults) as told,
        drill_over(told, home, FIRST, tables=BOXES[1:], sources=(SOURCE,)) as drill,
    ):
        drill.settle()
        yield drill, Freshness(drill)


@dataclass
class Undisturbed:
    """What a platform has whose source answered, and its home."""

    home: Path
    told: World
    tables: dict[str, pl.DataFrame]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Undisturbed]:
    home = tmp_path_factory.mktemp("undisturbed")
    with platform(home) as (drill, freshness):
        freshness.go_through([*BEFORE, *WHILE, *AFTER])
        assert drill.alerts().is_empty()
        yield Undisturbed(home, drill.told, {name: drill.table(name, DATES) for name in MADE})


def what_needs_it_waits(drill: Drill) -> None:
    """What was known stays; of what the source has not told there is no partition, and no row of what it has not."""
    for name in MADE:
        assert drill.table(name).filter(game_date=FIRST).height > 0, f"{name} has lost what was known"
        assert UNTOLD not in drill.platform.warehouse.days(table_named(name)), f"{name} was made from nothing"
    for name in BOXES:
        assert drill.table(name, DateRange.of(NIGHT)).is_empty(), f"{name} has rows that nobody told"
    judged = expected_outputs_of(DateRange.of(UNTOLD), drill.platform.surroundings())
    told = judged.filter(pl.col("table").is_in(["raw.nbac_schedule", *MADE]))
    assert set(told["outcome"]) == {"missing"}, "what is missing is not told"


def it_catches_up(drill: Drill, undisturbed: Undisturbed) -> None:
    for name, expected in undisturbed.tables.items():
        assert expected.filter(game_date=NIGHT).height > 0, name
        assert same_facts(drill.table(name, DATES), expected), f"{name} has not caught up"


def test_what_needs_a_dark_source_waits_with_one_alert_and_catches_up(
    tmp_path: Path, undisturbed: Undisturbed, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with platform(tmp_path, dark()) as (drill, freshness):
        freshness.go_through([*BEFORE, *WHILE])
        what_needs_it_waits(drill)
        freshness.go_through(AFTER)
        assert drill.failed_steps == [], "a run that makes tables stopped"
        it_catches_up(drill, undisturbed)
        one_alert(drill, SOURCE, WHILE[0], AFTER[0], caplog.messages)
        games = drill.alerts().filter(pl.col("alert_id").str.starts_with(GAME_SCOPE))
        assert games["alert_id"].to_list() == [f"{GAME_SCOPE}{game}" for game in games_of(LEAGUE, NIGHT)]
        assert games["closed_at"].null_count() == 0


def test_if_every_stale_table_were_told_there_would_be_many_alerts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Control: whatever made a table stale, it is told."""
    monkeypatch.setattr(alerting, "unexplained", lambda stale, _: sorted(stale))
    with platform(tmp_path, dark()) as (drill, freshness):
        freshness.go_through([*BEFORE, WHILE[0], WHILE[-1]])
        with pytest.raises(AssertionError, match=r"\d\d alerts about one source"):
            one_alert(drill, SOURCE, WHILE[0], AFTER[0], caplog.messages)


def test_if_nothing_waited_tables_would_be_made_from_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: what everything needs is not awaited."""
    required = {"raw.nbac_schedule", "raw.nbac_player_boxscore"}
    monkeypatch.setattr(step, "NEVER_AWAITED", coverage.NEVER_AWAITED | required)
    with platform(tmp_path, dark()) as (drill, freshness):
        freshness.go_through([*BEFORE, WHILE[0]])
        with pytest.raises(AssertionError, match=r"conformed\.games was made from nothing"):
            what_needs_it_waits(drill)


@contextmanager
def made_later(undisturbed: Undisturbed, home: Path) -> Iterator[Drill]:
    """The dates made two months later from what is archived, as a backfill does."""
    shutil.copytree(undisturbed.home / "archive", home / "archive")
    undisturbed.told.clock.move_to(LATER)
    with drill_over(undisturbed.told, home, FIRST, tables=BOXES[1:], sources=()) as drill:
        drill._make(drill._steps, DATES)
        Freshness(drill).alert()
        drill.alert()
        yield drill


def old_dates_are_as_in_time(drill: Drill, undisturbed: Undisturbed) -> None:
    assert drill.failed_steps == []
    for name, expected in undisturbed.tables.items():
        assert same_facts(drill.table(name, DATES), expected), f"{name} is not what was made in time"
    opened = drill.alerts()
    assert opened.is_empty(), f"alerts about old dates: {opened['alert_id'].to_list()}"


def test_old_dates_are_made_as_if_in_time_and_nobody_is_told(undisturbed: Undisturbed, tmp_path: Path) -> None:
    with made_later(undisturbed, tmp_path) as drill:
        old_dates_are_as_in_time(drill, undisturbed)


def test_if_answers_could_be_too_old_old_dates_would_be_lost(
    undisturbed: Undisturbed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: what was fetched more than 36 hours ago does not count."""
    payloads, limit = Archive.payloads, timedelta(hours=36)
    monkeypatch.setattr(
        Archive,
        "payloads",
        lambda *asked: (each for each in payloads(*asked) if each.fetched_at > undisturbed.told.clock() - limit),
    )
    with (
        made_later(undisturbed, tmp_path) as drill,
        pytest.raises(AssertionError, match=r"conformed\.games is not what was made in time"),
    ):
        old_dates_are_as_in_time(drill, undisturbed)

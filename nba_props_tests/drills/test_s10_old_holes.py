"""S10: nine months later someone found that 109 dates of data had never been collected. Here a platform starts when the
season is 109 days old: health shows every hole since the first game, and what is missing is asked for without anyone's
doing, newest first, so many dates a tick as the settings allow, until there is no hole.
"""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from nba_props.archive.index import ArchiveIndex
from nba_props.cli import app
from nba_props.game_calendar import eastern_moment
from nba_props.orchestration import planning
from nba_props.orchestration.graph import STEPS
from nba_props.orchestration.runs import steps_up_to
from nba_props.publishing import health
from nba_props.settings import child_environment
from nba_props_tests.drills.judging import drill_over, same_facts
from nba_props_tests.drills.leagues import arranged
from nba_props_tests.drills.platform import Drill, World, world

DAY, TEN_MINUTES = timedelta(days=1), timedelta(minutes=10)
TODAY = date(2025, 2, 12)
FIRST = TODAY - timedelta(days=109)
PLAYED = tuple(FIRST + timedelta(days=offset) for offset in (0, 1, 107))
"""More dates than one tick may ask about; between them there is no game."""

LEAGUE = arranged({day: [(number % 4, time(19))] for number, day in enumerate(PLAYED)})
MADE = "conformed.player_boxscores"
SOURCES = ("nba_com", "odds_api")
VALUES = ("raw.nbac_player_boxscore", "conformed.games", MADE)
OWED = ("player_box_scores", "events", "event_odds")
"""Endpoints whose tables are owed for the whole calendar."""

NEAR = timedelta(days=14)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return eastern_moment(day, time(hour, minute))


START = at(TODAY, 9)


def drill_in(told: World, home: Path, **changes: str) -> Drill:
    limits = {"ODDS_API_REGIONS": "us", "SWEEP_DATES_PER_TICK": "2", **changes}
    return drill_over(told, home, FIRST, tables=(MADE,), sources=SOURCES, **limits)


@dataclass
class Scene:
    """A platform that has read the schedule, and nothing else yet."""

    told: World
    home: Path


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    home = tmp_path_factory.mktemp("home")
    with world(LEAGUE, START) as told:
        with drill_in(told, home) as drill:
            drill.settle()
            drill.tick()
            assert (drill.failed_runs, drill.failed_steps) == ([], [])
        yield Scene(told, home)


@contextmanager
def copied(scene: Scene, home: Path, **changes: str) -> Iterator[Drill]:
    """Another platform over the same tables and payloads; its automation has looked at them before."""
    scene.told.clock.move_to(START)
    with drill_in(scene.told, shutil.copytree(scene.home, home / "home"), **changes) as drill:
        drill.settle()
        yield drill


@pytest.fixture(scope="module")
def in_time(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    """What a platform has that was there every night."""
    with (
        world(LEAGUE, START) as told,
        drill_over(told, tmp_path_factory.mktemp("in time"), FIRST, tables=(MADE,), sources=("nba_com",)) as drill,
    ):
        drill.settle()
        for day in PLAYED:
            for minute in (0, 10):
                told.clock.move_to(at(day + DAY, 4, minute))
                drill.tick()
        told.clock.move_to(START)
        drill.tick()
        assert (drill.failed_runs, drill.failed_steps) == ([], [])
        return {name: drill.table(name) for name in VALUES}


def ticks_of(drill: Drill) -> int:
    """So many ticks the sweep takes: the odds of a date are asked for when its events are listed."""
    return 2 * math.ceil(len(PLAYED) / drill.platform.settings.sweep_dates_per_tick)


def go_on(drill: Drill, ticks: int) -> None:
    for number in range(1, ticks + 1):
        drill.told.clock.move_to(START + number * TEN_MINUTES)
        drill.tick()


def told_by_health(drill: Drill) -> list[dict[str, Any]]:
    """What the command says with nothing given, of the tables of this platform; it takes the time from its settings."""
    settings, now = drill.platform.settings, drill.told.clock()
    shift = (now - datetime.now(UTC)).total_seconds()
    variables = child_environment(settings.model_copy(update={"clock_shift_seconds": shift}), {})
    variables["NBA_PROPS_CLOCK_SHIFT_SECONDS"] = str(shift)
    said = CliRunner().invoke(app, ["health", "--json"], env=variables)
    assert said.exit_code in (0, 1) or "nothing is archived yet" in said.stderr
    rows: list[dict[str, Any]] = json.loads(said.stdout or "[]")
    made = {table.full_name for step in steps_up_to(STEPS, [MADE]) for table in step.tables}
    return [row for row in rows if row["table"] in made]


def missing(drill: Drill, table: str) -> list[str]:
    return [
        row["game_date"]
        for row in told_by_health(drill)
        if row["table"] == table and row["outcome"] not in health.HEALTHY
    ]


def every_hole_is_shown(drill: Drill) -> None:
    """Of what the upstreams owe each date with a game is missing, and no other."""
    played = [day.isoformat() for day in PLAYED]
    for table in ("raw.nbac_player_boxscore", "raw.odds_events", "raw.odds_player_props"):
        found = missing(drill, table)
        assert found == played, f"health shows {len(found)} of {len(played)} holes of {table}"


def no_hole_is_left(drill: Drill, expected: dict[str, pl.DataFrame]) -> None:
    assert (drill.failed_runs, drill.failed_steps) == ([], [])
    left = {(row["table"], row["game_date"]) for row in told_by_health(drill) if row["outcome"] not in health.HEALTHY}
    assert not left, f"{len(left)} holes are left"
    for name, rows in expected.items():
        assert set(rows["game_date"]) >= set(PLAYED), name
        assert same_facts(drill.table(name), rows), f"{name} is not what a platform has that was there"


def newest_first(drill: Drill) -> None:
    """No tick asks a source about more dates than it may, nor about an older date before a newer one."""
    limit = drill.platform.settings.sweep_dates_per_tick
    asked = drill.attempts().filter(pl.col("asked_at") > START)
    dates = asked.group_by("source", "asked_at").agg(pl.col("game_date").n_unique())
    assert max(dates["game_date"]) == limit, f"{max(dates['game_date'])} dates were asked about at once"
    for endpoint in OWED:
        ticks = asked.filter(endpoint=endpoint).group_by("asked_at").agg(pl.col("game_date").unique()).sort("asked_at")
        order = [day for days in ticks["game_date"].to_list() for day in sorted(days, reverse=True)]
        assert order == sorted(PLAYED, reverse=True), f"{endpoint} was asked about {order}"


def test_every_hole_since_the_first_game_is_shown_and_filled_newest_first(
    scene: Scene, tmp_path: Path, in_time: dict[str, pl.DataFrame]
) -> None:
    with copied(scene, tmp_path) as drill:
        every_hole_is_shown(drill)
        go_on(drill, ticks_of(drill))
        newest_first(drill)
        no_hole_is_left(drill, in_time)
        asked = drill.attempts().height
        go_on(drill, ticks_of(drill) + 1)
        assert drill.attempts().height == asked, "what is there is asked for again"


def test_a_planner_that_looks_at_the_last_days_leaves_the_older_holes(
    scene: Scene, tmp_path: Path, in_time: dict[str, pl.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: holes of the last two weeks are all that is planned for."""
    seen, horizon = planning._holes, TODAY - NEAR
    monkeypatch.setattr(planning, "_holes", lambda platform: seen(platform).filter(pl.col("game_date") >= horizon))
    with copied(scene, tmp_path) as drill:
        go_on(drill, ticks_of(drill))
        with pytest.raises(AssertionError, match=r"[1-9]\d* holes are left"):
            no_hole_is_left(drill, in_time)


def test_a_platform_that_begins_with_what_it_has_collected_shows_no_older_hole(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: the dates that the schedule tells do not count, only those of which something was collected."""
    monkeypatch.setattr(ArchiveIndex, "scheduled_dates", ArchiveIndex.game_dates)
    with copied(scene, tmp_path) as drill:
        go_on(drill, 2)
        with pytest.raises(AssertionError, match="health shows 0 of 3 holes"):
            every_hole_is_shown(drill)
        assert set(drill.attempts()["endpoint"]) == {"schedule"}, "something old was asked for"


def test_without_the_sweep_every_hole_is_left(scene: Scene, tmp_path: Path, in_time: dict[str, pl.DataFrame]) -> None:
    """Control: no old hole is asked for; health goes on showing them."""
    with copied(scene, tmp_path, SWEEP_DATES_PER_TICK="0") as drill:
        go_on(drill, 2)
        every_hole_is_shown(drill)
        with pytest.raises(AssertionError, match=r"[1-9]\d* holes are left"):
            no_hole_is_left(drill, in_time)

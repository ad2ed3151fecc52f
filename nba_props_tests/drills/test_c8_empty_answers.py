"""An upstream answered 200 with nothing for weeks and was switched off in a file. Here ESPN, balldontlie and the NBA's
team log do so for a week: their dates are missing, not complete; teams' lines are summed from their players and say so;
and when the answers are good again the sources are used again, the whole week of them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from nba_props.conformed import team_boxscores
from nba_props.conformed.box_rows import COUNTS
from nba_props.contracts.conformed import GAMES, PLAYER_BOXSCORES, TEAM_BOXSCORES
from nba_props.contracts.operations import EXPECTED_OUTPUTS
from nba_props.contracts.raw import NBAC_TEAM_BOXSCORE
from nba_props.contracts.raw.balldontlie import BDL_GAMES, BDL_PLAYER_BOXSCORES
from nba_props.contracts.raw.espn import ESPN_BOXSCORES, ESPN_SCOREBOARD
from nba_props.game_calendar import DateRange, eastern_moment
from nba_props.operations import coverage
from nba_props.operations.coverage import Owes
from nba_props.orchestration.graph import STEPS
from nba_props.simulator.faults import Fault, Kind, changed
from nba_props.upstreams.registry import endpoints_of_table
from nba_props_tests.drills.judging import drill_over, facts, make
from nba_props_tests.drills.leagues import arranged
from nba_props_tests.drills.platform import Drill, World, world
from nba_props_tests.drills.questions import Questions

FIRST = date(2025, 1, 6)
WEEK = DateRange(FIRST, FIRST + timedelta(days=6))
LEAGUE = arranged({day: [(number % 4, time(19))] for number, day in enumerate(WEEK)})
EVERY_EVENING = time(23, 30)
GOOD_AGAIN = eastern_moment(WEEK.last + timedelta(days=1), time(9))
EMPTY = (ESPN_SCOREBOARD, ESPN_BOXSCORES, BDL_GAMES, BDL_PLAYER_BOXSCORES, NBAC_TEAM_BOXSCORE)
SOURCES = ("nba_com", "espn", "balldontlie")


def nothing(body: Any, target: str) -> Any:
    """The body of the same shape with nothing in it."""
    if "resultSets" in body:
        return {**body, "resultSets": [{**result, "rowSet": []} for result in body["resultSets"]]}
    name = "events" if "events" in body else "data"
    return {**body, name: []}


def empty_answers() -> list[Fault]:
    """Until the week is over; single games, of which the log is the sum, are not found."""
    paths = ("/apis/site/v2/sports/basketball/nba/scoreboard", "/v1/(games|stats|box_scores)", "PlayerOrTeam=T")
    empty = [Fault(Kind.REWRITTEN, path, until=GOOD_AGAIN, rewrite=changed(nothing)) for path in paths]
    single = [Fault(Kind.NOT_FOUND, path, until=GOOD_AGAIN) for path in ("boxscoretraditionalv3", "liveData/boxscore")]
    return empty + single


@dataclass
class Scene:
    """What the week left."""

    told: World
    home: Path


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """An evening a day; what derives from the box scores is made when the week is over."""
    home = tmp_path_factory.mktemp("week")
    with world(LEAGUE, eastern_moment(FIRST, time(18)), *empty_answers()) as told:
        with drill_in(told, home, GAMES.full_name) as drill:
            drill.tick()
            for day in WEEK:
                told.clock.move_to(eastern_moment(day, EVERY_EVENING))
                drill.tick()
            assert not drill.failed_steps
        told.clock.move_to(GOOD_AGAIN - timedelta(minutes=1))
        with drill_in(told, home) as drill:
            for step in (each for each in STEPS if each.tables[0].full_name.startswith("raw.")):
                make(drill, step, WEEK)
            drill.settle()
        yield Scene(told, home)


def drill_in(told: World, home: Path, table: str = TEAM_BOXSCORES.full_name, **changes: str) -> Drill:
    tables = (table,)
    return drill_over(told, home, FIRST, tables=tables, sources=SOURCES, **({"SWEEP_DATES_PER_TICK": "10"} | changes))


@pytest.fixture
def home(scene: Scene, tmp_path: Path) -> Path:
    scene.told.clock.move_to(GOOD_AGAIN - timedelta(minutes=1))
    return shutil.copytree(scene.home, tmp_path / "home")


def outcomes(drill: Drill) -> dict[str, set[str]]:
    """The verdicts of operations.expected_outputs on the week, by table."""
    step = next(each for each in STEPS if EXPECTED_OUTPUTS in each.tables)
    make(drill, step, WEEK)
    judged = drill.table(EXPECTED_OUTPUTS.full_name, WEEK)
    return {name: set(told["outcome"]) for (name,), told in judged.group_by("table")}


def is_missing(drill: Drill) -> None:
    """What answered nothing is missing on every date, and nothing else is."""
    found = outcomes(drill)
    for table in EMPTY:
        assert drill.table(table.full_name).is_empty()
        assert found[table.full_name] == {"missing"}, f"{table.full_name} is {found[table.full_name]}"
    for table in (PLAYER_BOXSCORES, TEAM_BOXSCORES):
        assert found[table.full_name] <= {"complete", "empty as scheduled"}, table.full_name


def is_rebuilt(drill: Drill) -> None:
    """Each team of each game has the sum of its players, and says where that comes from."""
    teams, players = drill.table(TEAM_BOXSCORES.full_name), drill.table(PLAYER_BOXSCORES.full_name)
    assert teams.height == 2 * len(WEEK), f"{teams.height} lines of teams"
    assert set(teams["source"]) == {PLAYER_BOXSCORES.full_name}
    key = ["game_id", "team"]
    summed = players.group_by(key).agg(pl.col(COUNTS).sum()).sort(key)
    assert teams.select(*key, *COUNTS).sort(key).equals(summed.select(*key, *COUNTS))


def told_now(drill: Drill, at: datetime) -> dict[str, pl.DataFrame]:
    """What the sources tell of the week, asked outside of the platform."""
    questions = Questions(drill.platform.settings, at, days_before=len(WEEK))
    frames: dict[str, list[pl.DataFrame]] = {table.full_name: [] for table in EMPTY}
    for table in EMPTY:
        (first, *_) = [each for each in endpoints_of_table(table.full_name) if each.request is not None]
        for subject in questions.subjects(first):
            if subject.game_date in WEEK:
                frames[table.full_name].append(questions.rows(first, table.full_name, subject))
    return {name: pl.concat(told) for name, told in frames.items()}


def is_used_again(drill: Drill) -> None:
    """Every date of the week has what the sources tell now, and teams' lines come from the NBA."""
    for _ in range(3):
        drill.tick()
        drill.told.clock.advance(timedelta(minutes=10))
    for name, expected in told_now(drill, drill.told.clock()).items():
        told = facts(expected)
        lacking = told.join(facts(drill.table(name)), on=told.columns, how="anti", nulls_equal=True)
        assert lacking.is_empty(), f"{name} lacks {lacking.height} of {told.height} rows"
    found = outcomes(drill)
    assert {table.full_name: found[table.full_name] for table in EMPTY} == {
        table.full_name: {"complete"} for table in EMPTY
    }
    teams = drill.table(TEAM_BOXSCORES.full_name)
    assert set(teams["source"]) == {NBAC_TEAM_BOXSCORE.full_name} and teams.height == 2 * len(WEEK)


def test_an_empty_answer_where_a_game_was_played_is_missing_and_teams_are_summed_from_players(
    scene: Scene, home: Path
) -> None:
    with drill_in(scene.told, home) as drill:
        is_missing(drill)
        is_rebuilt(drill)


def test_sources_that_answer_again_are_used_again_for_the_whole_week(scene: Scene, home: Path) -> None:
    scene.told.clock.move_to(GOOD_AGAIN)
    with drill_in(scene.told, home) as drill:
        is_used_again(drill)


def test_control_where_a_schedule_makes_nothing_due_an_empty_answer_is_complete(
    scene: Scene, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for table in EMPTY:
        monkeypatch.setitem(coverage.OWES, table.full_name, Owes.NOTHING)  # type: ignore[arg-type]
    with (
        drill_in(scene.told, home) as drill,
        pytest.raises(AssertionError, match=r"raw\.espn_scoreboard is .*complete"),
    ):
        is_missing(drill)


def test_control_without_the_sum_of_the_players_there_are_no_lines_of_teams(
    scene: Scene, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = team_boxscores.build
    told_only = pl.col("source") == NBAC_TEAM_BOXSCORE.full_name
    monkeypatch.setattr(team_boxscores, "build", lambda *given, **named: build(*given, **named).filter(told_only))
    with drill_in(scene.told, home) as drill:
        make(drill, next(each for each in STEPS if TEAM_BOXSCORES in each.tables), WEEK)
        with pytest.raises(AssertionError, match="0 lines of teams"):
            is_rebuilt(drill)


def test_control_without_the_sweep_of_past_dates_the_week_stays_empty(scene: Scene, home: Path) -> None:
    scene.told.clock.move_to(GOOD_AGAIN)
    with (
        drill_in(scene.told, home, SWEEP_DATES_PER_TICK="0") as drill,
        pytest.raises(AssertionError, match=r"raw\.espn_scoreboard lacks"),
    ):
        is_used_again(drill)

"""C8: an upstream answered 200 with nothing for weeks and was switched off in a file. Here ESPN, balldontlie and the
NBA's team log do so: their dates are missing, not complete; teams' lines are summed from their players and say so; and
when the answers are good again the sources are used again, for all of these dates.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from nba_props.conformed import team_boxscores
from nba_props.conformed.box_rows import COUNTS
from nba_props.contracts.conformed import PLAYER_BOXSCORES, TEAM_BOXSCORES
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
DATES = DateRange(FIRST, FIRST + timedelta(days=1))
LEAGUE = arranged({day: [(number, time(19))] for number, day in enumerate(DATES)})


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return eastern_moment(day, time(hour, minute))


EVENINGS = [at(day, 23, minute) for day in DATES for minute in (20, 30)]
GOOD_AGAIN = at(DATES.last + timedelta(days=1), 9)
"""Later than a day after the first game: that one is an old hole by now."""

EMPTY = (ESPN_SCOREBOARD, ESPN_BOXSCORES, BDL_GAMES, BDL_PLAYER_BOXSCORES, NBAC_TEAM_BOXSCORE)
SOURCES = ("nba_com", "espn", "balldontlie")


def nothing(body: Any, target: str) -> Any:
    """The body of the same shape with nothing in it."""
    if "resultSets" in body:
        return {**body, "resultSets": [{**result, "rowSet": []} for result in body["resultSets"]]}
    name = "events" if "events" in body else "data"
    return {**body, name: []}


def empty_answers() -> list[Fault]:
    """Until they are good again; single games, of which the log is the sum, are not found."""
    paths = ("/apis/site/v2/sports/basketball/nba/scoreboard", "/v1/(games|stats|box_scores)", "PlayerOrTeam=T")
    empty = [Fault(Kind.REWRITTEN, path, until=GOOD_AGAIN, rewrite=changed(nothing)) for path in paths]
    single = [Fault(Kind.NOT_FOUND, path, until=GOOD_AGAIN) for path in ("boxscoretraditionalv3", "liveData/boxscore")]
    return empty + single


@dataclass
class Scene:
    """What the evenings left: the platform as it goes on, and a copy of its home for what does not."""

    drill: Drill
    home: Path


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    home, kept = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("kept") / "home"
    with world(LEAGUE, EVENINGS[0], *empty_answers()) as told, drill_in(told, home) as drill:
        for evening in EVENINGS:
            told.clock.move_to(evening)
            drill.tick()
        shutil.copytree(home, kept)
        yield Scene(drill, kept)


def drill_in(told: World, home: Path, **changes: str) -> Drill:
    return drill_over(told, home, FIRST, tables=(TEAM_BOXSCORES.full_name,), sources=SOURCES, **changes)


@contextmanager
def copied(scene: Scene, home: Path, **changes: str) -> Iterator[Drill]:
    """Another platform over the same tables and payloads, before the answers are good again."""
    told = scene.drill.told
    told.clock.move_to(GOOD_AGAIN - timedelta(minutes=1))
    with drill_in(told, shutil.copytree(scene.home, home / "home"), **changes) as drill:
        yield drill


def outcomes(drill: Drill) -> dict[str, set[str]]:
    """The verdicts of operations.expected_outputs on the dates, by table."""
    step = next(each for each in STEPS if EXPECTED_OUTPUTS in each.tables)
    make(drill, step, DATES)
    judged = drill.table(EXPECTED_OUTPUTS.full_name, DATES)
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
    assert teams.height == 2 * len(DATES), f"{teams.height} lines of teams"
    assert set(teams["source"]) == {PLAYER_BOXSCORES.full_name}
    key = ["game_id", "team"]
    summed = players.group_by(key).agg(pl.col(COUNTS).sum()).sort(key)
    assert teams.select(*key, *COUNTS).sort(key).equals(summed.select(*key, *COUNTS))


def told_now(drill: Drill, at: datetime) -> dict[str, pl.DataFrame]:
    """What the sources tell of the dates, asked outside of the platform."""
    questions = Questions(drill.platform.settings, at, days_before=len(DATES))
    frames: dict[str, list[pl.DataFrame]] = {table.full_name: [] for table in EMPTY}
    for table in EMPTY:
        (first, *_) = [each for each in endpoints_of_table(table.full_name) if each.request is not None]
        for subject in questions.subjects(first):
            if subject.game_date in DATES:
                frames[table.full_name].append(questions.rows(first, table.full_name, subject))
    return {name: pl.concat(told) for name, told in frames.items()}


def is_collected_again(drill: Drill) -> None:
    """Every date has what the sources tell now; what is listed is asked for as soon as the list is there."""
    for minutes in (0, 10):
        drill.told.clock.move_to(GOOD_AGAIN + timedelta(minutes=minutes))
        drill.collect()
        drill.bring_in()
    for name, expected in told_now(drill, drill.told.clock()).items():
        told = facts(expected)
        lacking = told.join(facts(drill.table(name)), on=told.columns, how="anti", nulls_equal=True)
        assert lacking.is_empty(), f"{name} lacks {lacking.height} of {told.height} rows"
    found = outcomes(drill)
    for table in EMPTY:
        assert found[table.full_name] == {"complete"}, f"{table.full_name} is {found[table.full_name]}"


def comes_from_the_nba(drill: Drill) -> None:
    """Automation has made the lines of teams again, from what the NBA says of them."""
    drill.settle()
    teams = drill.table(TEAM_BOXSCORES.full_name)
    assert teams.height == 2 * len(DATES)
    assert set(teams["source"]) == {NBAC_TEAM_BOXSCORE.full_name}


def test_an_empty_answer_where_a_game_was_played_is_missing_and_teams_are_summed_from_players(
    scene: Scene, tmp_path: Path
) -> None:
    with copied(scene, tmp_path) as drill:
        is_missing(drill)
        is_rebuilt(drill)


def test_sources_that_answer_again_are_used_again_for_all_dates(scene: Scene) -> None:
    is_collected_again(scene.drill)
    comes_from_the_nba(scene.drill)
    assert (scene.drill.failed_runs, scene.drill.failed_steps) == ([], [])


def test_where_a_schedule_makes_nothing_due_an_empty_answer_is_complete(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: nothing is expected of the tables."""
    for table in EMPTY:
        monkeypatch.setitem(coverage.OWES, table.full_name, Owes.NOTHING)
    with copied(scene, tmp_path) as drill, pytest.raises(AssertionError, match=r"raw\.espn_scoreboard is .*complete"):
        is_missing(drill)


def test_without_the_sum_of_the_players_there_are_no_lines_of_teams(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: the line of a team is what the NBA says of it, or nothing."""
    build = team_boxscores.build
    is_told = pl.col("source") == NBAC_TEAM_BOXSCORE.full_name
    monkeypatch.setattr(team_boxscores, "build", lambda *given, **named: build(*given, **named).filter(is_told))
    with copied(scene, tmp_path) as drill:
        make(drill, next(each for each in STEPS if TEAM_BOXSCORES in each.tables), DATES)
        with pytest.raises(AssertionError, match="0 lines of teams"):
            is_rebuilt(drill)


def test_without_the_sweep_of_past_dates_the_first_of_them_stays_empty(scene: Scene, tmp_path: Path) -> None:
    """Control: no old hole is asked for."""
    with (
        copied(scene, tmp_path, SWEEP_DATES_PER_TICK="0") as drill,
        pytest.raises(AssertionError, match=r"raw\.espn_scoreboard lacks"),
    ):
        is_collected_again(drill)

"""S4: of 2,346 "zero record" runs 93% were false alarms, since dates without games looked like losses and rows were
counted in the wrong place. Here a week has days off, a break of three dates, a game that nobody tells a box score of
and a date with half of its box scores: each partition is told as what it is, from what is stored, and nothing alerts.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from nba_props.contracts.operations import EXPECTED_OUTPUTS
from nba_props.game_calendar import DateRange, eastern_moment
from nba_props.operations import coverage, expected_outputs
from nba_props.operations.coverage import Owes
from nba_props.operations.expected_outputs import JUDGED
from nba_props.orchestration import alerting, collecting
from nba_props.orchestration.graph import STEPS
from nba_props.simulator.mishaps import late_box_score
from nba_props_tests.drills.freshness import Freshness, tell_of_stale
from nba_props_tests.drills.judging import drill_over, make
from nba_props_tests.drills.leagues import arranged, games_of
from nba_props_tests.drills.platform import Drill, World, world

DAY = timedelta(days=1)
FIRST = date(2025, 1, 6)
LOST, HALF, WHOLE = FIRST, FIRST + 2 * DAY, FIRST + 6 * DAY
"""Dates with games: without any box score, with one of two, with all."""

DATES = DateRange(FIRST, FIRST + 7 * DAY)
BREAK_ENDS = WHOLE - DAY
LEAGUE = arranged({LOST: [(0, time(19))], HALF: [(1, time(19)), (2, time(19))], WHOLE: [(3, time(19))]})
SOURCES = ("nba_com", "nba_league", "odds_api", "draftkings")
MADE = ("analytics.player_game_summary",)
EXPECTED = {
    "raw.nbac_schedule": ("complete", "complete", "complete"),
    "conformed.games": ("complete", "complete", "complete"),
    "raw.odds_events": ("complete", "complete", "complete"),
    "raw.odds_player_props": ("complete", "complete", "complete"),
    "raw.draftkings_player_props": ("complete", "complete", "complete"),
    "raw.nbac_player_boxscore": ("missing", "partial", "complete"),
    "conformed.player_boxscores": ("missing", "missing", "complete"),
    "analytics.player_game_summary": ("missing", "missing", "complete"),
}
"""Of the dates with games; what is made of box scores waits until there are enough of a date."""


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return eastern_moment(day, time(hour, minute))


def moments(day: date) -> list[datetime]:
    """Schedule, events and odds in the morning of a date with games, its end in the night; else one look."""
    has_games = day in (LOST, HALF, WHOLE)
    return [at(day, 9), *([at(day, 9, 10), at(day, 9, 20), at(day, 23)] if has_games else [])]


@dataclass
class Scene:
    """A platform after its week, and when its tables had been made at the end of the break."""

    told: World
    home: Path
    drill: Drill
    made_at: dict[dg.AssetKey, datetime] = field(default_factory=dict)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    lost, half = games_of(LEAGUE, LOST)[0], games_of(LEAGUE, HALF)[0]
    never = at(DATES.last, 23, 59)
    faults = [*late_box_score(lost, never), *late_box_score(half, never)]
    home = tmp_path_factory.mktemp("home")
    with world(LEAGUE, at(FIRST, 9), *faults) as told, drill_in(told, home) as drill:
        result = Scene(told, home, drill)
        freshness = Freshness(drill)
        for day in DATES:
            live_through(drill, freshness, day)
            if day == BREAK_ENDS:
                result.made_at = dict(freshness.made_at)
        assert (drill.failed_runs, drill.failed_steps) == ([], [])
        make(drill, next(step for step in STEPS if EXPECTED_OUTPUTS in step.tables), DATES)
        yield result


def drill_in(told: World, home: Path) -> Drill:
    return drill_over(told, home, FIRST, tables=MADE, sources=SOURCES, ODDS_API_REGIONS="us")


def live_through(drill: Drill, freshness: Freshness, day: date) -> None:
    """The ticks of a date; the alert sensors look after each."""
    for moment in moments(day):
        drill.told.clock.move_to(moment)
        drill.tick()
        freshness.alert()


@contextmanager
def copied(scene: Scene, home: Path, now: datetime) -> Iterator[Drill]:
    """Another platform over the same tables and payloads."""
    scene.told.clock.move_to(now)
    with drill_in(scene.told, shutil.copytree(scene.home, home / "home")) as drill:
        yield drill


def judge_again(drill: Drill) -> None:
    make(drill, next(step for step in STEPS if EXPECTED_OUTPUTS in step.tables), DATES)


def judged(drill: Drill) -> pl.DataFrame:
    """operations.expected_outputs of the tables that this platform makes."""
    made = {table.full_name for step in drill._steps for table in step.tables}
    return drill.table(EXPECTED_OUTPUTS.full_name, DATES).filter(pl.col("table").is_in(made))


def each_is_told_as_what_it_is(drill: Drill) -> None:
    told = judged(drill)
    played = pl.col("game_date").is_in([LOST, HALF, WHOLE])
    off = told.filter(~played)
    alarms = off.filter(~pl.col("outcome").is_in(["empty as scheduled", "complete"]))
    assert alarms.is_empty(), f"{alarms.height} false alarms on dates without games"
    is_empty = off["stored_rows"] == 0
    assert set(off.filter(is_empty)["outcome"]) == {"empty as scheduled"}
    assert set(off.filter(~is_empty)["outcome"]) == {"complete"}, "lists that are about the day, games or not"
    assert not off.filter(is_empty, table="conformed.games").is_empty()
    for table, expected in EXPECTED.items():
        found = tuple(told.filter(played, table=table).sort("game_date")["outcome"])
        assert found == expected, f"{table} is told as {found}"
    others = told.filter(played, ~pl.col("outcome").is_in(["complete", "empty as scheduled"]), game_date=WHOLE)
    assert others.is_empty(), f"told as lost: {sorted(others['table'])}"


def counts_are_of_what_is_stored(drill: Drill) -> None:
    """Counted again in the files themselves."""
    known = {table.full_name: table for table in JUDGED}
    for row in judged(drill).iter_rows(named=True):
        table = known[row["table"]]
        folder = drill.platform.settings.warehouse_path / table.layer / table.name / f"game_date={row['game_date']}"
        rows = sum(pl.read_parquet(file).height for file in folder.glob("*.parquet"))
        assert row["stored_rows"] == rows, f"{rows} rows are stored of {row['table']}, {row['stored_rows']} are told"
    boxes = judged(drill).filter(table="raw.nbac_player_boxscore").sort("game_date")
    expected = [{LOST: (1, 0), HALF: (2, 1), WHOLE: (1, 1)}.get(day, (0, 0)) for day in DATES]
    assert boxes.select("expected_games", "stored_games").rows() == expected


def nothing_was_alerted(drill: Drill) -> None:
    alerts = drill.alerts()
    assert alerts.is_empty(), f"false alerts: {alerts['alert_id'].to_list()}"


def test_each_partition_is_told_as_what_it_is_from_what_is_stored(scene: Scene) -> None:
    each_is_told_as_what_it_is(scene.drill)
    counts_are_of_what_is_stored(scene.drill)


def test_neither_a_day_off_nor_a_break_alerts(scene: Scene) -> None:
    nothing_was_alerted(scene.drill)
    assert len(scene.made_at) > len(EXPECTED), "the alert sensor had nothing to look at"


def test_if_dates_without_games_were_not_made_they_would_be_false_alarms(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: partitions are made of what was collected alone, whatever the schedule says of a date."""
    monkeypatch.setattr(collecting, "_required_steps", list)
    with world(LEAGUE, at(HALF, 9)) as told, drill_in(told, tmp_path) as drill:
        freshness = Freshness(drill)
        for day in DateRange(HALF, HALF + 2 * DAY):
            live_through(drill, freshness, day)
        with pytest.raises(AssertionError, match=r"false alerts: .*freshness:conformed\.games"):
            nothing_was_alerted(drill)
        judge_again(drill)
        with pytest.raises(AssertionError, match=r"\d+ false alarms on dates without games"):
            each_is_told_as_what_it_is(drill)


def test_if_a_silent_source_were_stale_a_break_would_alert(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: tables that are owed nothing on dates without games have to be made every day."""
    monkeypatch.setattr(alerting, "OWED_SINCE_ASKED", frozenset())
    with copied(scene, tmp_path, at(BREAK_ENDS, 9)) as drill:
        tell_of_stale(drill, scene.made_at)
        with pytest.raises(AssertionError, match=r"false alerts: .*freshness:raw\.draftkings_player_props"):
            nothing_was_alerted(drill)


def test_if_the_schedule_did_not_tell_what_is_owed_a_loss_would_be_complete(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: box scores are taken as they come."""
    monkeypatch.setitem(coverage.OWES, "raw.nbac_player_boxscore", Owes.NOTHING)
    with copied(scene, tmp_path, at(DATES.last, 9)) as drill:
        judge_again(drill)
        with pytest.raises(AssertionError, match=r"raw\.nbac_player_boxscore is told as .'complete', 'complete'"):
            each_is_told_as_what_it_is(drill)


def test_if_rows_were_counted_in_the_wrong_place_the_counts_would_not_be_those_of_the_files(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: the count of rows is that of games."""
    counts = expected_outputs._counts

    def misread(frame: pl.LazyFrame, name: str) -> pl.LazyFrame:
        is_of_games = "game_id" in frame.collect_schema().names()
        wrong = frame.unique(["game_date", "game_id"]) if is_of_games else frame
        return counts(wrong if name == "stored_rows" else frame, name)

    monkeypatch.setattr(expected_outputs, "_counts", misread)
    with copied(scene, tmp_path, at(DATES.last, 9)) as drill:
        judge_again(drill)
        with pytest.raises(AssertionError, match=r"rows are stored of conformed\.\w+, \d+ are told"):
            counts_are_of_what_is_stored(drill)

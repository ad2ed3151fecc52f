"""C7: postponed and rescheduled games. The predictions of a postponed game are void, and all of its data moves to the
new date; the old date owes nothing for it any more and keeps nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from nba_props.game_calendar import DateRange, eastern_moment
from nba_props.orchestration.steps.operations import expected_outputs_of
from nba_props.predictions import prediction_tables
from nba_props.simulator import League, ManualClock, event_id
from nba_props.simulator.mishaps import Turning, postponed, with_game_moved
from nba_props.simulator.odds_api import Quota
from nba_props.simulator.server import create_app
from nba_props_tests.drills.judging import drill_over
from nba_props_tests.drills.leagues import arranged, games_of
from nba_props_tests.drills.platform import Drill, world

DAY = timedelta(days=1)
FIRST = date(2025, 1, 6)
OLD, NEW = FIRST + DAY, FIRST + 2 * DAY
ANNOUNCED_AT, MOVED_AT = (eastern_moment(OLD, time(*at)) for at in ((14, 30), (19, 30)))
SOURCES = ("nba_com", "odds_api")
TABLES = ("predictions.prediction_grades", "conformed.unresolved_events")
PREDICTIONS, GRADES = "predictions.player_prop_predictions", "predictions.prediction_grades"


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return eastern_moment(day, time(hour, minute))


LINED, PREDICTED = [at(OLD, 12), at(OLD, 12, 1)], at(OLD, 12, 2)
LINED_AGAIN, PREDICTED_AGAIN, PLAYED = [at(OLD, 22, 30), at(NEW, 12)], at(NEW, 12, 1), at(NEW, 22)


@cache
def league() -> League:
    """Two pairs of teams that meet on two evenings; the first game of the second evening is the one in trouble."""
    slate = [(0, time(19)), (1, time(19, 30))]
    return arranged({FIRST: slate, OLD: slate})


def in_trouble() -> str:
    return games_of(league(), OLD)[0]


def other() -> str:
    return games_of(league(), OLD)[1]


@contextmanager
def platform(home: Path, **changes: str) -> Iterator[Drill]:
    clock, quota = ManualClock(LINED[0]), Quota()
    moved = with_game_moved(league(), in_trouble(), at(NEW, 19))
    apps = [create_app(each, clock, quota=quota) for each in (league(), moved)]
    turning = Turning(apps[0], apps[1], MOVED_AT, clock)
    fault = postponed(in_trouble(), ANNOUNCED_AT, MOVED_AT)
    with (
        world(league(), clock(), fault, quota=quota, app=turning, clock=clock) as told,
        drill_over(told, home, FIRST, tables=TABLES, sources=SOURCES, ODDS_API_REGIONS="us", **changes) as drill,
    ):
        yield drill


def tick_at(drill: Drill, *moments: datetime) -> None:
    for moment in moments:
        drill.told.clock.move_to(moment)
        drill.tick()


def ask_at(drill: Drill, *moments: datetime) -> None:
    """Ticks after which nothing but the raw tables is looked at."""
    for moment in moments:
        drill.told.clock.move_to(moment)
        drill.collect()
        drill.bring_in()


def rows(drill: Drill, table: str, day: date, game_id: str) -> pl.DataFrame:
    return drill.table(table, DateRange.of(day)).filter(pl.col("game_id") == game_id)


def predicted(drill: Drill) -> None:
    """Both games of the evening have predictions that stand."""
    tick_at(drill, LINED[0])
    ask_at(drill, *LINED[1:])
    tick_at(drill, PREDICTED)
    for game_id in (in_trouble(), other()):
        assert rows(drill, PREDICTIONS, OLD, game_id).filter("is_active").height > 0


def predictions_are_void(drill: Drill) -> None:
    """Those of the postponed game; nothing of it is owed; the other game's stand."""
    assert rows(drill, "conformed.games", OLD, in_trouble())["status"].to_list() == ["postponed"]
    void = rows(drill, PREDICTIONS, OLD, in_trouble())
    assert void.height > 0, "what was predicted is gone"
    assert not void["is_active"].any(), "a postponed game has standing predictions"
    assert rows(drill, PREDICTIONS, OLD, other()).filter("is_active").height > 0
    owes_one_game(drill)


def owes_one_game(drill: Drill) -> None:
    owed = expected_outputs_of(DateRange.of(OLD), drill.platform.surroundings())
    assert owed["expected_games"].max() == 1, "the old date owes something for the postponed game"


def the_old_date_keeps_nothing(drill: Drill) -> None:
    assert rows(drill, "conformed.games", OLD, in_trouble()).is_empty(), "the game is still on its old date"
    event = event_id(league().seed, in_trouble())
    attached = drill.table("conformed.event_games", DateRange.of(OLD))
    assert event not in set(attached["event_id"]), "the odds of the old date stay attached"
    loose = drill.table("conformed.unresolved_events", DateRange.of(OLD)).filter(pl.col("event_id") == event)
    assert loose["reason"].to_list() == ["no such game on this date"]
    for table in (
        "conformed.prop_lines",
        "conformed.prop_consensus",
        "conformed.game_lines",
        "precompute.feature_store",
    ):
        assert rows(drill, table, OLD, in_trouble()).is_empty(), f"{table} keeps something of the old date"
        assert rows(drill, table, OLD, other()).height > 0
    assert not rows(drill, PREDICTIONS, OLD, in_trouble())["is_active"].any()
    owes_one_game(drill)


def the_new_date_has_everything(drill: Drill) -> None:
    """Lines, predictions, box score and grades stand on the date that the game was played on, and there alone."""
    (game,) = drill.table("conformed.games").filter(pl.col("game_id") == in_trouble()).to_dicts()
    assert (game["game_date"], game["status"], game["tip_off_at"]) == (NEW, "final", at(NEW, 19))
    graded = drill.table(GRADES)
    assert set(graded.filter(pl.col("game_id") == in_trouble())["game_date"]) == {NEW}, "graded on the wrong date"
    assert set(graded.filter(pl.col("game_id") == other())["game_date"]) == {OLD}
    for table in ("conformed.prop_lines", "conformed.player_boxscores", "analytics.player_game_summary"):
        assert set(drill.table(table).filter(pl.col("game_id") == in_trouble())["game_date"]) == {NEW}, table
    standing = drill.table(PREDICTIONS).filter(pl.col("game_id") == in_trouble(), "is_active")
    assert set(standing["game_date"]) == {NEW}


def test_a_postponed_game_takes_its_data_to_the_new_date_and_its_predictions_are_void(tmp_path: Path) -> None:
    with platform(tmp_path) as drill:
        predicted(drill)
        tick_at(drill, at(OLD, 15))
        predictions_are_void(drill)
        tick_at(drill, at(OLD, 20))
        the_old_date_keeps_nothing(drill)
        ask_at(drill, *LINED_AGAIN)
        tick_at(drill, PREDICTED_AGAIN, PLAYED)
        the_old_date_keeps_nothing(drill)
        the_new_date_has_everything(drill)
        assert drill.alerts().is_empty()
        assert (drill.failed_runs, drill.failed_steps) == ([], [])


def test_predictions_that_are_only_ever_added_stand_for_a_game_that_is_not_played(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: what was predicted stays as it is."""
    with platform(tmp_path) as drill:
        predicted(drill)
        monkeypatch.setattr(prediction_tables, "merge", lambda new, old, *_: old)
        tick_at(drill, at(OLD, 15))
        with pytest.raises(AssertionError, match="a postponed game has standing predictions"):
            predictions_are_void(drill)


def test_a_schedule_that_is_read_once_leaves_the_game_on_its_old_date(tmp_path: Path) -> None:
    """Control: the schedule is not read again."""
    with platform(tmp_path, SCHEDULE_INTERVAL_MINUTES="100000") as drill:
        tick_at(drill, LINED[0], at(OLD, 20))
        with pytest.raises(AssertionError, match="the game is still on its old date"):
            the_old_date_keeps_nothing(drill)

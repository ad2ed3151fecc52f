"""C6: windows of the night silently did not run. Here nothing is remembered between two ticks, so that a daemon that
was down for three hours or a whole night catches up with its next tick; lines that tipped off meanwhile are asked for
as they stood then.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from nba_props.game_calendar import eastern_moment
from nba_props.operations import planner
from nba_props.operations.subjects import CLOSED_WITHIN
from nba_props.simulator import League, event_id
from nba_props_tests.drills.judging import drill_over
from nba_props_tests.drills.leagues import arranged, games_of, tip_off_of
from nba_props_tests.drills.platform import Drill, world

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
EVENING = date(2025, 1, 6)
EARLY, LATE = range(2)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return eastern_moment(day, time(hour, minute))


BEFORE = [at(EVENING, 17, minute) for minute in range(3)]
BACK_AFTER_THREE_HOURS = at(EVENING, 20, 10)
"""The early game has tipped off, the late one has not."""

UNTIL_NIGHT = [at(EVENING, 21, 27), at(EVENING, 21, 45)]
MORNING = at(EVENING + DAY, 9, 30)
BACK_AFTER_THE_NIGHT = [MORNING, MORNING + MINUTE, MORNING + 2 * MINUTE]


@cache
def league() -> League:
    return arranged({EVENING: [(0, time(19)), (1, time(21, 30))]})


@contextmanager
def platform(home: Path, **changes: str) -> Iterator[Drill]:
    with (
        world(league(), BEFORE[0]) as told,
        drill_over(
            told, home, EVENING, tables=("conformed.prop_lines",), sources=("nba_com", "odds_api"), **changes
        ) as drill,
    ):
        yield drill


def tick_at(drill: Drill, *moments: datetime) -> None:
    for moment in moments:
        drill.told.clock.move_to(moment)
        drill.tick()


def game(which: int) -> str:
    return games_of(league(), EVENING)[which]


def odds_of(drill: Drill, which: int) -> pl.DataFrame:
    """Answered questions about a game's odds."""
    event = event_id(league().seed, game(which))
    tries = drill.attempts().filter(pl.col("endpoint") == "event_odds", pl.col("outcome") == "ok")
    return tries.filter(pl.col("url").str.contains(event))


def the_next_tick_catches_up(drill: Drill) -> None:
    """After three hours: odds of the game to come at once, no odds of the one that runs."""
    asked = odds_of(drill, LATE)["asked_at"].to_list()
    assert asked[-1] == BACK_AFTER_THREE_HOURS, "the game to come was not asked about with the next tick"
    assert max(odds_of(drill, EARLY)["asked_at"].to_list()) < tip_off_of(league(), game(EARLY)), "asked in play"


def the_morning_catches_up(drill: Drill) -> None:
    """After a night: the box score with the next tick; closing lines of both games, each of its own tip-off."""
    boxes = drill.attempts().filter(pl.col("endpoint") == "box_score_v3", pl.col("outcome") == "ok")
    of_late = boxes.filter(pl.col("url").str.contains(game(LATE)))["asked_at"].to_list()
    assert of_late == [MORNING], "the box score of the night was not asked for with the next tick"
    assert drill.table("conformed.games")["status"].to_list() == ["final", "final"]
    assert set(drill.table("raw.nbac_player_boxscore")["game_id"]) == {game(EARLY), game(LATE)}
    closing = drill.table("conformed.prop_lines").filter(pl.col("kind") == "closing")
    for which in (EARLY, LATE):
        before = tip_off_of(league(), game(which)) - closing.filter(pl.col("game_id") == game(which))["snapshot_at"]
        assert not before.is_empty(), "a game has no lines"
        assert before.min() < CLOSED_WITHIN, f"{game(which)}: the closing lines were not made good"  # type: ignore[operator]


def test_a_daemon_that_was_down_for_hours_or_a_night_catches_up_with_its_next_tick(tmp_path: Path) -> None:
    with platform(tmp_path) as drill:
        tick_at(drill, *BEFORE, BACK_AFTER_THREE_HOURS)
        the_next_tick_catches_up(drill)
        tick_at(drill, *UNTIL_NIGHT, *BACK_AFTER_THE_NIGHT)
        the_morning_catches_up(drill)
        of_the_past = {
            which: odds_of(drill, which).filter(pl.col("url").str.contains("historical")) for which in (0, 1)
        }
        assert (of_the_past[EARLY].height, of_the_past[LATE].height) == (2, 1), "the closing lines of one were there"
        assert (drill.failed_runs, drill.failed_steps) == ([], [])


def test_a_window_that_is_not_caught_up_leaves_the_night_without_box_scores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: games are looked at for four hours, as by schedules at fixed hours, and no hole is swept."""
    monkeypatch.setattr(planner, "ROUTINE_AGE", timedelta(hours=4))
    with platform(tmp_path, SWEEP_DATES_PER_TICK="0") as drill:
        tick_at(drill, *BEFORE, *BACK_AFTER_THE_NIGHT)
        with pytest.raises(AssertionError, match="of the night was not asked for with the next tick"):
            the_morning_catches_up(drill)


def test_without_a_look_at_what_was_told_by_halves_the_closing_lines_stay_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: a date that has any lines counts as whole."""
    monkeypatch.setattr(planner._Planner, "_half_told", lambda *_: iter(()))
    with platform(tmp_path) as drill:
        tick_at(drill, *BEFORE, *BACK_AFTER_THE_NIGHT)
        with pytest.raises(AssertionError, match=f"{game(EARLY)}: the closing lines were not made good"):
            the_morning_catches_up(drill)

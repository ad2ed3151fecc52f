"""C6: windows of the night silently did not run. Here nothing is remembered between two ticks, so that a daemon that
was down for three hours or a whole night catches up with its next tick; lines of games that tipped off meanwhile are
asked for as they stood then, unless they were told.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from nba_props.game_calendar import eastern_moment
from nba_props.operations import planner
from nba_props.operations.subjects import CLOSED_WITHIN, CLOSING_LEAD, Told
from nba_props.orchestration import planning
from nba_props.simulator import League, event_id
from nba_props_tests.drills.judging import drill_over
from nba_props_tests.drills.leagues import arranged, games_of, tip_off_of
from nba_props_tests.drills.platform import Drill, world

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
EVENING = date(2025, 1, 6)
EARLY, LATE = range(2)
TABLES, SOURCES = ("conformed.prop_lines",), ("nba_com", "odds_api")


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return eastern_moment(day, time(hour, minute))


BEFORE = [at(EVENING, 17, minute) for minute in range(3)]
BACK_AFTER_THREE_HOURS = at(EVENING, 20, 10)
"""The early game has tipped off, the late one has not."""

BEFORE_THE_LATE_GAME, AFTER_ITS_TIP_OFF = at(EVENING, 21, 27), at(EVENING, 21, 45)
BACK_AFTER_THE_NIGHT = at(EVENING + DAY, 9, 30)


@cache
def league() -> League:
    return arranged({EVENING: [(0, time(19)), (1, time(21, 30))]})


@contextmanager
def platform(home: Path, **changes: str) -> Iterator[Drill]:
    with (
        world(league(), BEFORE[0]) as told,
        drill_over(told, home, EVENING, tables=TABLES, sources=SOURCES, ODDS_API_REGIONS="us", **changes) as drill,
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


def open_the_evening(drill: Drill) -> None:
    """The schedule, then the events, then the odds of both games."""
    tick_at(drill, BEFORE[0])
    ask_at(drill, *BEFORE[1:])
    assert [odds_of(drill, which)["asked_at"].to_list() for which in (EARLY, LATE)] == [BEFORE[2:]] * 2


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


def the_box_score_of_the_night_is_asked_for(drill: Drill) -> None:
    """After a night: with the next tick."""
    boxes = drill.attempts().filter(pl.col("endpoint") == "box_score_v3", pl.col("outcome") == "ok")
    of_late = boxes.filter(pl.col("url").str.contains(game(LATE)))["asked_at"].to_list()
    assert of_late == [BACK_AFTER_THE_NIGHT], "the box score of the night was not asked for with the next tick"


def the_morning_catches_up(drill: Drill) -> None:
    """After a night: box scores of both games, and their closing lines, each of its own tip-off."""
    the_box_score_of_the_night_is_asked_for(drill)
    assert drill.table("conformed.games")["status"].to_list() == ["final", "final"]
    assert set(drill.table("raw.nbac_player_boxscore")["game_id"]) == {game(EARLY), game(LATE)}
    closing = drill.table("conformed.prop_lines").filter(pl.col("kind") == "closing")
    for which in (EARLY, LATE):
        before = tip_off_of(league(), game(which)) - closing.filter(pl.col("game_id") == game(which))["snapshot_at"]
        assert not before.is_empty(), "a game has no lines"
        assert (before < CLOSED_WITHIN).any(), f"{game(which)}: the closing lines were not made good"


def of_the_past(drill: Drill, which: int) -> list[str]:
    """The moments of a game that was asked about afterwards."""
    asked = odds_of(drill, which).select(pl.col("url").str.extract("date=(.*)$")).to_series().drop_nulls()
    return sorted(asked.to_list())


def nothing_is_asked_that_was_told(drill: Drill) -> None:
    """The late game was told as it closed, with the last tick before it."""
    closing = tip_off_of(league(), game(LATE)) - CLOSING_LEAD
    assert f"{closing.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" not in of_the_past(drill, LATE), (
        "what was told is asked again"
    )


def test_a_daemon_that_was_down_for_hours_or_a_night_catches_up_with_its_next_tick(tmp_path: Path) -> None:
    with platform(tmp_path) as drill:
        open_the_evening(drill)
        ask_at(drill, BACK_AFTER_THREE_HOURS)
        the_next_tick_catches_up(drill)
        ask_at(drill, BEFORE_THE_LATE_GAME)
        tick_at(drill, AFTER_ITS_TIP_OFF, BACK_AFTER_THE_NIGHT, BACK_AFTER_THE_NIGHT + MINUTE)
        the_morning_catches_up(drill)
        nothing_is_asked_that_was_told(drill)
        assert [len(of_the_past(drill, which)) for which in (EARLY, LATE)] == [2, 1], "early: both; late: as it opened"
        assert (drill.failed_runs, drill.failed_steps) == ([], [])


def test_a_window_that_is_not_caught_up_leaves_the_night_without_box_scores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: games are looked at for four hours, as by schedules at fixed hours, and no hole is swept."""
    monkeypatch.setattr(planner, "ROUTINE_AGE", timedelta(hours=4))
    with platform(tmp_path, SWEEP_DATES_PER_TICK="0") as drill:
        open_the_evening(drill)
        tick_at(drill, BACK_AFTER_THE_NIGHT)
        with pytest.raises(AssertionError, match="of the night was not asked for with the next tick"):
            the_box_score_of_the_night_is_asked_for(drill)


def test_without_a_look_at_what_was_told_by_halves_the_closing_lines_stay_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: a date that has any lines counts as whole."""
    monkeypatch.setattr(planner._Planner, "_half_told", lambda *_: iter(()))
    with platform(tmp_path) as drill:
        open_the_evening(drill)
        tick_at(drill, BACK_AFTER_THE_NIGHT, BACK_AFTER_THE_NIGHT + MINUTE)
        with pytest.raises(AssertionError, match=f"{game(EARLY)}: the closing lines were not made good"):
            the_morning_catches_up(drill)


def test_lines_whose_closing_is_not_made_yet_are_no_half_of_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: what was told of a game that is not final yet is judged as if it were."""
    monkeypatch.setattr(planning, "Told", lambda first_at, last_at, is_closed: Told(first_at, last_at))
    with platform(tmp_path) as drill:
        open_the_evening(drill)
        ask_at(drill, BEFORE_THE_LATE_GAME)
        tick_at(drill, AFTER_ITS_TIP_OFF)
        ask_at(drill, BACK_AFTER_THE_NIGHT)
        with pytest.raises(AssertionError, match="what was told is asked again"):
            nothing_is_asked_that_was_told(drill)

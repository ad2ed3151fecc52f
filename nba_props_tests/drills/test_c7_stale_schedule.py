"""C7: the schedule was stale, finished games stayed "in progress", and nothing downstream ran.

A game whose box score is final is final, whatever the schedule says. A game that has neither opens one alert five hours
after its tip-off, which closes when it heals.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from nba_props.conformed import game_status
from nba_props.game_calendar import eastern_moment
from nba_props.operations import source_problems
from nba_props.orchestration import alerting
from nba_props.simulator import League
from nba_props.simulator.faults import Fault
from nba_props.simulator.mishaps import late_box_score, stuck
from nba_props_tests.drills.judging import drill_over, same_facts
from nba_props_tests.drills.leagues import arranged, games_of, tip_off_of
from nba_props_tests.drills.platform import Drill, world

DAY = timedelta(days=1)
EVENING = date(2025, 1, 6)
MADE = ("conformed.games", "conformed.player_boxscores", "analytics.player_game_summary")


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return eastern_moment(day, time(hour, minute))


BEFORE = at(EVENING, 18)
AFTER = (at(EVENING, 22), at(EVENING, 22, 30))
"""When both games are over."""

NIGHT = tuple(at(EVENING + DAY, hour, minute) for hour, minute in ((0, 5), (0, 35), (1, 5), (2, 5)))
"""Five hours after the tip-off and on."""

COMES_AT = at(EVENING + DAY, 2, 30)
HEALED = at(EVENING + DAY, 2, 45)


@cache
def league() -> League:
    """Two games at seven; the first of them is the one in trouble."""
    return arranged({EVENING: [(0, time(19)), (1, time(19))]})


def in_trouble() -> str:
    return games_of(league(), EVENING)[0]


@contextmanager
def platform(home: Path, *faults: Fault) -> Iterator[Drill]:
    with (
        world(league(), BEFORE, *faults) as told,
        drill_over(told, home, EVENING, tables=MADE, sources=("nba_com",)) as drill,
    ):
        yield drill


def tick_at(drill: Drill, *moments: datetime) -> None:
    for moment in moments:
        drill.told.clock.move_to(moment)
        drill.tick()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    """What a night without faults leaves."""
    with platform(tmp_path_factory.mktemp("undisturbed")) as drill:
        tick_at(drill, BEFORE, *AFTER)
        return {name: drill.table(name) for name in MADE}


def is_whole(drill: Drill, expected: dict[str, pl.DataFrame]) -> None:
    """Final, and everything downstream made, value for value."""
    status = dict(drill.table("conformed.games").select("game_id", "status").iter_rows())
    assert status[in_trouble()] == "final", "the game is not final although its box score is"
    for name in MADE:
        found = drill.table(name)
        assert found.height > 0, f"{name} is empty"
        assert same_facts(found, expected[name]), f"{name} is not what a night without faults gives"


def test_a_finished_game_that_the_schedule_has_in_progress_is_final_and_what_follows_runs(
    tmp_path: Path, undisturbed: dict[str, pl.DataFrame]
) -> None:
    with platform(tmp_path, stuck(in_trouble(), BEFORE)) as drill:
        tick_at(drill, BEFORE, *AFTER)
        said = drill.table("raw.nbac_schedule").filter(pl.col("game_id") == in_trouble())
        assert said["game_status"].to_list() == [2], "the schedule goes on telling that it is in progress"
        is_whole(drill, undisturbed)
        tick_at(drill, NIGHT[0])
        assert drill.alerts().is_empty(), "a game that has healed by itself is told to nobody"


def test_by_the_schedule_alone_it_would_stay_in_progress(
    tmp_path: Path, undisturbed: dict[str, pl.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: no box score ends a game."""
    told_by_boxes = game_status.games_with_box_score
    monkeypatch.setattr(game_status, "games_with_box_score", lambda *told: told_by_boxes(*told).head(0))
    with platform(tmp_path, stuck(in_trouble(), BEFORE)) as drill:
        tick_at(drill, BEFORE, *AFTER)
        with pytest.raises(AssertionError, match="the game is not final although its box score is"):
            is_whole(drill, undisturbed)


def never_ends() -> list[Fault]:
    """Neither the schedule nor any box score tells the end, until the night."""
    return [stuck(in_trouble(), BEFORE, COMES_AT), *late_box_score(in_trouble(), COMES_AT)]


def one_alert_while_it_lasts(drill: Drill, log: pytest.LogCaptureFixture) -> None:
    """Opened once when five hours have gone, although it is looked at again and again."""
    opened = [message for message in log.messages if message.startswith("alert opened")]
    assert len(opened) == 1, "not one alert"
    assert in_trouble() in opened[0], "it does not tell which game"
    (alert,) = drill.alerts().to_dicts()
    assert (alert["opened_at"], alert["closed_at"]) == (NIGHT[0], None)
    assert alert["opened_at"] - tip_off_of(league(), in_trouble()) > source_problems.GAME_HOURS


def go_through_the_night(drill: Drill) -> None:
    tick_at(drill, BEFORE, *AFTER)
    other = games_of(league(), EVENING)[1]
    status = dict(drill.table("conformed.games").select("game_id", "status").iter_rows())
    assert status == {in_trouble(): "in_progress", other: "final"}
    assert drill.alerts().is_empty(), "five hours have not gone yet"
    tick_at(drill, *NIGHT)


def test_a_game_that_does_not_end_opens_one_alert_which_closes_when_it_heals(
    tmp_path: Path, undisturbed: dict[str, pl.DataFrame], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="drill")
    with platform(tmp_path, *never_ends()) as drill:
        go_through_the_night(drill)
        one_alert_while_it_lasts(drill, caplog)
        tick_at(drill, HEALED)
        is_whole(drill, undisturbed)
        assert drill.alerts()["closed_at"].to_list() == [HEALED]
        assert sum(message.startswith("alert closed") for message in caplog.messages) == 1


def test_without_a_look_at_stuck_games_nobody_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Control: no watch over games that do not end."""
    caplog.set_level(logging.INFO, logger="drill")
    monkeypatch.setattr(alerting, "stuck_games", lambda *_: [])
    with platform(tmp_path, *never_ends()) as drill:
        go_through_the_night(drill)
        with pytest.raises(AssertionError, match="not one alert"):
            one_alert_while_it_lasts(drill, caplog)

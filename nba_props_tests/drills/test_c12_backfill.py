"""C12: four days had no odds because the collector was down. Here it asks of itself, when it is back, the historical
endpoint for what is missing or half there: lines as they opened and as they closed, in the same tables, value for value
those that it would have been told in time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import polars as pl
import pytest

from nba_props.collection import Upstreams
from nba_props.game_calendar import DateRange, eastern_moment
from nba_props.operations import planner
from nba_props.operations.subjects import CLOSED_WITHIN, CLOSING_LEAD
from nba_props.orchestration.steps.operations import expected_outputs_of
from nba_props.simulator import event_id
from nba_props.simulator.odds_feed import snapshot_before
from nba_props.upstreams.asking import Past, Rule
from nba_props.upstreams.endpoint import Endpoint
from nba_props.upstreams.odds_api import LINES_OPEN
from nba_props.upstreams.odds_api_requests import SOURCE, event_odds_request, events_request
from nba_props_tests.drills.judging import drill_over, same_facts
from nba_props_tests.drills.leagues import arranged, games_of, tip_off_of
from nba_props_tests.drills.platform import Drill, world

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
FIRST = date(2025, 1, 6)
DATES = DateRange(FIRST, FIRST + 3 * DAY)
LEAGUE = arranged({day: [(number % 2, time(19))] for number, day in enumerate(DATES)})
EVENTS, PROPS = "raw.odds_events", "raw.odds_player_props"
LINES = ("conformed.prop_lines", "conformed.prop_consensus", "conformed.game_lines")


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return eastern_moment(day, time(hour, minute))


OPENING = [at(FIRST, 7, minute) for minute in range(3)]
"""On the first date the lines are told as they open; then the collector goes down."""

BACK = [at(DATES.last + DAY, 9, minute) for minute in range(3)]
"""First the schedule tells which games there were, then events are listed, then lines."""

LATER = at(DATES.last + DAY, 15, 10)
"""When what brought nothing would be asked for again."""


@contextmanager
def platform(home: Path, **changes: str) -> Iterator[Drill]:
    with (
        world(LEAGUE, OPENING[0]) as told,
        drill_over(
            told, home, FIRST, tables=LINES, sources=("nba_com", SOURCE), ODDS_API_REGIONS="us", **changes
        ) as drill,
    ):
        yield drill


def game(day: date) -> str:
    (found,) = games_of(LEAGUE, day)
    return found


def moments(day: date) -> tuple[datetime, datetime]:
    """The snapshots of the historical endpoint that are nearest to the opening and the closing of a date's game."""
    tip_off = tip_off_of(LEAGUE, game(day))
    opening, closing = (
        datetime.fromtimestamp(snapshot_before(int(moment.timestamp())), UTC)
        for moment in (tip_off + LINES_OPEN, tip_off - CLOSING_LEAD)
    )
    return opening, closing


MISSED = [(FIRST, moments(FIRST)[1]), *((day, moment) for day in list(DATES)[1:] for moment in moments(day))]


def tick_at(drill: Drill, *ticks: datetime) -> None:
    for moment in ticks:
        drill.told.clock.move_to(moment)
        drill.tick()


def ask_at(drill: Drill, *ticks: datetime) -> None:
    """Ticks after which nothing but the raw tables is looked at."""
    for moment in ticks:
        drill.told.clock.move_to(moment)
        drill.collect()
        drill.bring_in()


def open_the_first_date(drill: Drill) -> None:
    """The schedule, then the events, then the odds."""
    tick_at(drill, OPENING[0])
    ask_at(drill, *OPENING[1:])
    assert drill.table(PROPS)["snapshot_at"].unique().to_list() == OPENING[2:]


@pytest.fixture(scope="module")
def in_time(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    """What a collector gives that was not down and asked the live endpoint at the moments in question."""
    with platform(tmp_path_factory.mktemp("in time")) as drill:
        open_the_first_date(drill)
        settings, clock = drill.platform.settings, drill.told.clock
        for day, moment in MISSED:
            clock.move_to(moment)
            event = event_id(LEAGUE.seed, game(day))
            asked = [events_request(settings, day), event_odds_request(settings, event, day)]
            assert Upstreams(settings, drill.platform.archive, clock).collect(asked).answered == 2
        drill.bring_in()
        tick_at(drill, *BACK[:2])
        assert (drill.failed_runs, drill.failed_steps) == ([], [])
        return {name: drill.table(name) for name in (PROPS, "raw.odds_game_lines", *LINES)}


def opened_and_closed(drill: Drill) -> None:
    """Of every date both snapshots are there."""
    rows = drill.table(PROPS)
    for day in reversed(list(DATES)):
        told, tip_off = rows.filter(pl.col("game_date") == day)["snapshot_at"], tip_off_of(LEAGUE, game(day))
        assert not told.is_empty(), f"{day} has no odds"
        assert tip_off - max(told.to_list()) < CLOSED_WITHIN, f"{day} has no closing odds"
        assert tip_off - min(told.to_list()) > timedelta(hours=11), f"{day} has no opening odds"


def is_made_good(drill: Drill, in_time: dict[str, pl.DataFrame]) -> None:
    """Opening and closing lines of every date, value for value; nothing is owed."""
    opened_and_closed(drill)
    for name, expected in in_time.items():
        assert expected.height > 0, name
        assert same_facts(drill.table(name), expected), f"{name} is not what a collector that was up gives"
    judged = expected_outputs_of(DATES, drill.platform.surroundings())
    assert set(judged.filter(pl.col("table").is_in([EVENTS, PROPS, *LINES[:2]]))["outcome"]) == {"complete"}


def nothing_is_asked_twice(drill: Drill) -> None:
    """Not even hours later; an answer about the past costs ten times as much as one about the present."""
    ask_at(drill, LATER)
    asked = drill.attempts().filter(pl.col("url").str.contains("historical"), pl.col("endpoint") == "event_odds")
    assert asked.height == asked["url"].n_unique() == len(MISSED)


def test_dates_that_were_missed_are_asked_for_as_they_opened_and_closed(
    tmp_path: Path, in_time: dict[str, pl.DataFrame]
) -> None:
    with platform(tmp_path) as drill:
        open_the_first_date(drill)
        tick_at(drill, *BACK)
        is_made_good(drill, in_time)
        nothing_is_asked_twice(drill)
        assert (drill.failed_runs, drill.failed_steps) == ([], [])


def test_without_a_historical_endpoint_the_dates_stay_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: the endpoints can be asked about the present only."""

    def of_the_present(endpoint: Endpoint) -> Rule:
        assert isinstance(endpoint.rule, Rule)
        return replace(endpoint.rule, past=Past.NOTHING) if endpoint.source == SOURCE else endpoint.rule

    monkeypatch.setattr(planner, "_rule", of_the_present)
    stays_empty(tmp_path)


def test_without_a_look_at_old_holes_the_dates_stay_empty(tmp_path: Path) -> None:
    """Control: nobody asks for the past, and no sweep does."""
    stays_empty(tmp_path, SWEEP_DATES_PER_TICK="0")


def stays_empty(home: Path, **changes: str) -> None:
    with platform(home, **changes) as drill:
        open_the_first_date(drill)
        tick_at(drill, BACK[0])
        ask_at(drill, *BACK[1:])
        with pytest.raises(AssertionError, match=f"{DATES.last} has no odds"):
            opened_and_closed(drill)


def test_without_a_look_at_halves_the_first_date_has_no_closing_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: a date that has any lines counts as whole."""
    monkeypatch.setattr(planner._Planner, "_half_told", lambda *_: iter(()))
    with platform(tmp_path) as drill:
        open_the_first_date(drill)
        tick_at(drill, *BACK)
        with pytest.raises(AssertionError, match=f"{FIRST} has no closing odds"):
            opened_and_closed(drill)

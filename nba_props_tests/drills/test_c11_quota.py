"""C11: the monthly quota of the odds API ran out unannounced. Here what is left is read from every answer, stored and
warned of once; with little left only closing lines are asked for, with nothing left nothing that costs, and with the
new month it goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path

import polars as pl
import pytest

from nba_props.contracts.operations import API_QUOTA
from nba_props.game_calendar import DateRange, eastern_moment
from nba_props.operations.source_problems import QUOTA_SCOPE
from nba_props.orchestration import assets, planning
from nba_props.orchestration.platform import Platform
from nba_props.simulator import League
from nba_props.simulator.odds_api import Quota
from nba_props.upstreams import tries
from nba_props_tests.drills.leagues import arranged
from nba_props_tests.drills.platform import Drill, settings_of, world

OPENING_NIGHT = date(2024, 10, 22)
NEW_MONTH = date(2024, 11, 1)
TOTAL = 10_000


def at(hour: int, minute: int = 0, day: date = OPENING_NIGHT) -> datetime:
    return eastern_moment(day, time(hour, minute))


FIRST_CLOSING, SECOND_CLOSING = at(19, 25), at(21, 55)
"""Five minutes before the two games of the night."""

WARNED, SCARCE, SPENT, WHOLE = at(12, 30), at(12, 40), at(19, 40), at(12, 10, NEW_MONTH)

Course = Sequence[tuple[datetime, int | None]]
"""Ticks, and what the account has used by then if others use it, too."""

UNTIL_WARNED: Course = ((at(12), 0), (at(12, 10), None), (at(12, 20), 7_000), (WARNED, 8_100))
UNTIL_SCARCE: Course = (*UNTIL_WARNED, (SCARCE, 9_600), (at(12, 50), None), (at(13), None))
UNTIL_SPENT: Course = (*UNTIL_SCARCE, (FIRST_CLOSING, None), (SPENT, TOTAL), (SECOND_CLOSING, None))
ALL: Course = (*UNTIL_SPENT, (at(12, 0, NEW_MONTH), 0), (WHOLE, None), (at(12, 20, NEW_MONTH), None))


TABLED = (at(12), at(12, 10), at(12, 0, NEW_MONTH), WHOLE)
"""After these ticks games and events are brought into their tables; of the others only the tries and alerts matter."""


@pytest.fixture(scope="module")
def league() -> League:
    return arranged({OPENING_NIGHT: [(0, time(19, 30)), (1, time(22))], NEW_MONTH: [(2, time(20))]})


@contextmanager
def played(league: League, home: Path, course: Course, tables: tuple[str, ...] = (), **changes: str) -> Iterator[Drill]:
    """The platform after a course of ticks; old holes are not swept, as that would cost more than it shows."""
    with world(league, at(12), quota=Quota(TOTAL)) as told:
        settings = settings_of(home, told, OPENING_NIGHT, SWEEP_DATES_PER_TICK="0", ODDS_API_REGIONS="us", **changes)
        platform = Platform(settings, told.clock)
        with Drill(told, platform, ("conformed.games", *tables), sources=("nba_com", "odds_api")) as drill:
            for moment, used in course:
                told.clock.move_to(moment)
                told.quota.used = told.quota.used if used is None else used
                drill.collect()
                if tables or moment in TABLED:
                    drill.bring_in()
                    drill.settle()
                drill.alert()
            yield drill


def odds_asked(drill: Drill, first: datetime, last: datetime) -> pl.DataFrame:
    """The tries that cost something, from one moment to another."""
    asked = drill.attempts().filter(pl.col("source") == "odds_api", pl.col("endpoint") != "events")
    return asked.filter(pl.col("asked_at").is_between(first, last))


def what_is_left_is_stored(drill: Drill) -> None:
    stored = drill.table(API_QUOTA.full_name, DateRange.of(OPENING_NIGHT))
    assert not stored.is_empty(), "no quota is stored"
    (noon,) = stored.to_dicts()
    assert (noon["source"], noon["hour"]) == ("odds_api", at(12))
    assert (noon["used"], noon["remaining"]) == (drill.told.quota.used, drill.told.quota.remaining)
    assert noon["share_used"] == pytest.approx(noon["used"] / TOTAL)


def it_was_warned_of_once(drill: Drill) -> None:
    told = drill.alerts().filter(pl.col("alert_id") == f"{QUOTA_SCOPE}odds_api")
    assert told.height == 1, f"{told.height} warnings"
    (alert,) = told.to_dicts()
    assert (alert["opened_at"], alert["closed_at"]) == (WARNED, WHOLE)
    assert "81% of its quota is used" in alert["message"]
    assert drill.alerts().height == 1, "a quota that is used up is no fault of the source"


def with_little_left_only_closing_lines_are_asked_for(drill: Drill) -> None:
    assert odds_asked(drill, at(12, 20), SCARCE).height == 6, "above the floor both games are asked about"
    later = odds_asked(drill, at(12, 41), SPENT)
    assert later["asked_at"].to_list() == [FIRST_CLOSING], "more than the closing lines was asked for"
    events = drill.table("raw.odds_events", DateRange.of(OPENING_NIGHT)).sort("commence_at")
    assert events["event_id"][0] in later["question"][0]
    assert later["outcome"].to_list() == ["ok"]


def with_nothing_left_nothing_that_costs_is_asked_for(drill: Drill) -> None:
    assert odds_asked(drill, SPENT, SECOND_CLOSING).is_empty(), "it was asked although nothing is left"
    free = drill.attempts().filter(pl.col("asked_at") == SECOND_CLOSING, pl.col("source") == "odds_api")
    assert free.select("endpoint", "outcome", "quota_remaining").rows() == [("events", "ok", 0)]


def it_goes_on_with_the_new_month(drill: Drill) -> None:
    games = drill.table("conformed.games", DateRange.of(NEW_MONTH)).height
    asked = odds_asked(drill, WHOLE, at(13, 0, NEW_MONTH))
    assert games > 0
    assert asked["outcome"].to_list() == ["ok"] * games, "not every game of the new month was asked about"


def test_a_quota_is_watched_from_its_first_answer_to_its_last_and_into_the_next_month(
    league: League, tmp_path: Path
) -> None:
    with played(league, tmp_path, ALL) as drill:
        it_was_warned_of_once(drill)
        with_little_left_only_closing_lines_are_asked_for(drill)
        with_nothing_left_nothing_that_costs_is_asked_for(drill)
        it_goes_on_with_the_new_month(drill)
        assert drill.failed_runs == []


def test_what_is_left_is_stored_hour_by_hour_without_anyone_asking(league: League, tmp_path: Path) -> None:
    with played(league, tmp_path, UNTIL_WARNED, (API_QUOTA.full_name,)) as drill:
        what_is_left_is_stored(drill)


def test_what_follows_from_the_archives_index_alone_is_not_made_if_nothing_makes_it_do_so(
    league: League, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "record_condition", lambda: None)
    with (
        played(league, tmp_path, UNTIL_WARNED, (API_QUOTA.full_name,)) as drill,
        pytest.raises(AssertionError, match="no quota is stored"),
    ):
        what_is_left_is_stored(drill)


def test_if_the_headers_were_not_read_nothing_would_be_known(
    league: League, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tries, "_whole_number", lambda headers, name: None)
    with played(league, tmp_path, UNTIL_SCARCE) as drill:
        with pytest.raises(AssertionError, match="0 warnings"):
            it_was_warned_of_once(drill)
        with pytest.raises(AssertionError, match="more than the closing lines"):
            with_little_left_only_closing_lines_are_asked_for(drill)


def test_without_its_share_nobody_is_warned(league: League, tmp_path: Path) -> None:
    with (
        played(league, tmp_path, UNTIL_WARNED, QUOTA_WARNING_SHARE="1.0") as drill,
        pytest.raises(AssertionError, match="0 warnings"),
    ):
        it_was_warned_of_once(drill)


def test_without_a_floor_all_lines_are_asked_for_to_the_end(league: League, tmp_path: Path) -> None:
    with (
        played(league, tmp_path, UNTIL_SCARCE, QUOTA_FLOOR_SHARE="0") as drill,
        pytest.raises(AssertionError, match="more than the closing lines"),
    ):
        with_little_left_only_closing_lines_are_asked_for(drill)


def test_if_a_spent_quota_were_only_a_scarce_one_it_would_be_asked_in_vain(
    league: League, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "spent_sources", lambda newest: frozenset())
    with played(league, tmp_path, UNTIL_SPENT) as drill:
        assert drill.failed_runs == ["collect_odds_api"]
        with pytest.raises(AssertionError, match="although nothing is left"):
            with_nothing_left_nothing_that_costs_is_asked_for(drill)

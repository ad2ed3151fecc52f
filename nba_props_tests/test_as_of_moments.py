"""Which moment a game's row stands for, and on which game date's morning a fact is known."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from nba_props.as_of import MORNING, game_as_of, known_on, morning_of
from nba_props.game_calendar import eastern_moment

SIX = time(6)
LEAD = timedelta(minutes=30)


def as_of(game_date: date, tip_off_at: datetime, now: datetime) -> datetime:
    frame = pl.DataFrame(
        {"game_date": [game_date], "tip_off_at": [tip_off_at]},
        schema={"game_date": pl.Date, "tip_off_at": pl.Datetime("us", "UTC")},
    )
    value: datetime = frame.select(game_as_of(now=now, lead=LEAD)).item()
    return value


def test_a_game_that_has_tipped_off_stands_a_lead_before_it_whenever_it_is_made() -> None:
    day, tip_off = date(2025, 1, 15), eastern_moment(date(2025, 1, 15), time(19))
    for later in (timedelta(0), timedelta(minutes=1), timedelta(days=900)):
        assert as_of(day, tip_off, tip_off + later) == tip_off - LEAD


def test_a_game_to_come_stands_now_but_neither_before_its_morning_nor_after_its_tip_off() -> None:
    day, tip_off = date(2025, 1, 15), eastern_moment(date(2025, 1, 15), time(19))
    assert as_of(day, tip_off, tip_off - timedelta(minutes=5)) == tip_off - timedelta(minutes=5)
    assert as_of(day, tip_off, tip_off - timedelta(days=3)) == eastern_moment(day, SIX)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)))
def test_a_fact_is_known_on_the_first_morning_that_is_not_before_it(naive: datetime) -> None:
    moment = naive.replace(tzinfo=UTC)
    frame = pl.DataFrame({"at": [moment]}, schema={"at": pl.Datetime("us", "UTC")})
    day: date = frame.select(known_on(pl.col("at"))).item()
    assert eastern_moment(day, SIX) >= moment > eastern_moment(day - timedelta(days=1), SIX)


def test_mornings_are_in_new_york_on_the_days_on_which_the_clocks_change() -> None:
    days = [date(2025, 3, 8), date(2025, 3, 9), date(2025, 11, 1), date(2025, 11, 2)]
    told = pl.DataFrame({"day": days}).select(morning_of(pl.col("day"))).to_series().to_list()
    assert told == [eastern_moment(day, SIX) for day in days]
    assert timedelta(hours=6) == MORNING

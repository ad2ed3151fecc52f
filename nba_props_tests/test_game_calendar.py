"""Game dates and seasons: New York's midnight, daylight saving, ranges in pieces."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nba_props.game_calendar import (
    DateRange,
    eastern_moment,
    game_date_expression,
    game_date_of,
    game_type_of,
    season_expression,
    season_of,
    season_start,
    shifted_clock,
)

DAYS = st.dates(date(2020, 1, 1), date(2032, 12, 31))
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC))
RANGES = st.tuples(DAYS, st.integers(0, 400)).map(lambda pair: DateRange(pair[0], pair[0] + timedelta(days=pair[1])))


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2025, 1, 6, 4, 59, 59, tzinfo=UTC), date(2025, 1, 5)),
        (datetime(2025, 1, 6, 5, 0, tzinfo=UTC), date(2025, 1, 6)),
        (datetime(2025, 6, 6, 3, 59, 59, tzinfo=UTC), date(2025, 6, 5)),
        (datetime(2025, 6, 6, 4, 0, tzinfo=UTC), date(2025, 6, 6)),
        (datetime(2025, 3, 9, 4, 59, tzinfo=UTC), date(2025, 3, 8)),
        (datetime(2025, 3, 10, 3, 59, tzinfo=UTC), date(2025, 3, 9)),
        (datetime(2025, 3, 10, 4, 0, tzinfo=UTC), date(2025, 3, 10)),
        (datetime(2025, 11, 2, 3, 59, tzinfo=UTC), date(2025, 11, 1)),
        (datetime(2025, 11, 3, 4, 59, tzinfo=UTC), date(2025, 11, 2)),
        (datetime(2025, 11, 3, 5, 0, tzinfo=UTC), date(2025, 11, 3)),
    ],
)
def test_the_game_date_turns_at_midnight_in_new_york(moment: datetime, day: date) -> None:
    assert game_date_of(moment) == day


@pytest.mark.parametrize(
    ("day", "hour"), [(date(2025, 3, 8), 24), (date(2025, 3, 9), 23), (date(2025, 11, 1), 23), (date(2025, 11, 2), 24)]
)
def test_an_evening_tip_off_follows_daylight_saving(day: date, hour: int) -> None:
    midnight = datetime.combine(day, time(0), tzinfo=UTC)
    assert eastern_moment(day, time(19)) == midnight + timedelta(hours=hour)


@given(MOMENTS)
def test_game_dates_of_columns_are_those_of_single_moments(moment: datetime) -> None:
    column = pl.select(pl.lit(moment, pl.Datetime("us", "UTC")).alias("moment"))
    assert column.select(game_date_expression(pl.col("moment"))).item() == game_date_of(moment)


@given(DAYS)
def test_seasons_of_columns_are_those_of_single_days(day: date) -> None:
    column = pl.DataFrame({"day": [day]})
    assert column.select(season_expression(pl.col("day"))).item() == season_of(day)


@given(DAYS)
def test_a_season_starts_within_the_year_before_its_days(day: date) -> None:
    start = season_start(day)
    assert start <= day < start.replace(year=start.year + 1)
    assert season_of(start) == season_of(day)
    assert season_of(start - timedelta(days=1)) != season_of(day)


def test_season_names_are_the_leagues() -> None:
    assert season_of(date(2025, 7, 31)) == "2024-25"
    assert season_of(date(2025, 8, 1)) == "2025-26"
    assert season_of(date(1999, 12, 1)) == "1999-00"
    assert pl.select(season_expression(pl.lit(date(1999, 12, 1)))).item() == "1999-00"


@given(DAYS, st.times())
def test_a_wall_clock_time_falls_on_its_date(day: date, at: time) -> None:
    assert game_date_of(eastern_moment(day, at.replace(fold=0))) == day


@pytest.mark.parametrize(
    ("game_id", "kind"),
    [
        ("0012400001", "preseason"),
        ("0022400001", "regular_season"),
        ("0042400401", "playoffs"),
        ("0052400101", "play_in"),
        ("0062400001", "cup_final"),
        ("1022500165", None),
        ("22400001", None),
        ("0092400001", None),
        ("", None),
    ],
)
def test_the_kind_of_game_is_in_its_id(game_id: str, kind: str | None) -> None:
    assert game_type_of(game_id) == kind


@given(RANGES, st.integers(1, 500))
def test_chunks_are_the_range_in_order_without_gap_or_overlap(dates: DateRange, days: int) -> None:
    chunks = list(dates.chunks(days))
    assert [day for chunk in chunks for day in chunk] == list(dates)
    assert all(len(chunk) == days for chunk in chunks[:-1])
    assert 1 <= len(chunks[-1]) <= days


@given(RANGES, DAYS)
def test_a_range_knows_its_days(dates: DateRange, day: date) -> None:
    assert (day in dates) == (day in set(dates)) == pl.DataFrame({"game_date": [day]}).select(dates.is_in()).item()
    assert len(dates) == len(list(dates))
    assert set(dates) < set(dates.widened(before=1, after=2))
    assert len(dates.widened(before=1, after=2)) == len(dates) + 3


def test_a_range_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="2025-01-02 to 2025-01-01"):
        DateRange(date(2025, 1, 2), date(2025, 1, 1))


def test_a_range_reads_as_its_dates() -> None:
    assert str(DateRange.of(date(2025, 1, 2))) == "2025-01-02"
    assert str(DateRange(date(2025, 1, 2), date(2025, 1, 3))) == "2025-01-02..2025-01-03"


def test_a_shifted_clock_runs_beside_the_systems() -> None:
    before = datetime.now(UTC)
    told = shifted_clock(timedelta(days=-365))()
    assert before <= told + timedelta(days=365) <= datetime.now(UTC)

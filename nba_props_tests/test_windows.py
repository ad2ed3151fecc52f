"""Windows of games by position."""

from __future__ import annotations

from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_props.box_formulas import in_wholes
from nba_props.game_calendar import season_start
from nba_props.windows import Positions, WindowSums, season_start_expression

DATES = st.dates(date(1970, 1, 1), date(2100, 1, 1))


@settings(deadline=None)
@given(st.lists(DATES, min_size=1))
def test_the_seasons_first_day_of_a_column_is_that_of_each_date(days: list[date]) -> None:
    column = pl.DataFrame({"day": days}).select(season_start_expression(pl.col("day"))).to_series()
    assert column.to_list() == [season_start(day) for day in days]


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 4), DATES)),
    st.lists(st.tuples(st.integers(1, 4), DATES), min_size=1),
)
def test_a_window_holds_the_owners_games_between_its_dates(
    games: list[tuple[int, date]], asked: list[tuple[int, date]]
) -> None:
    schema = {"owner": pl.Int64, "game_date": pl.Date}
    history = pl.DataFrame(sorted(games), schema=schema, orient="row")
    rows = pl.DataFrame(asked, schema=schema, orient="row")
    positions, owner, day = Positions(history, pl.col("owner")), pl.col("owner"), pl.col("game_date")
    sums = WindowSums(history.select(games=pl.repeat(1, pl.len(), dtype=pl.Int64)))
    first = positions.before(rows, owner, pl.lit(date(1970, 1, 1)))
    for end, is_in in ((positions.before, date.__lt__), (positions.through, date.__le__)):
        counted = sums.between(first, end(rows, owner, day))["games"].to_list()
        assert counted == [sum(who == whose and is_in(on, until) for who, on in games) for whose, until in asked]


@settings(deadline=None)
@given(st.integers(-(10**9), 10**9))
def test_a_quotient_has_the_same_bits_in_a_frame_of_one_row_and_of_many(units: int) -> None:
    wholes = in_wholes(pl.col("units"), 100)
    for rows in (1, 2, 9):
        assert pl.DataFrame({"units": [units] * rows}).select(wholes).to_series().to_list() == [units / 100] * rows

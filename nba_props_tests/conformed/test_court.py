"""Zones from places: the rule book's lines, and what the league itself calls the zones of genuine shots."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nba_props.conformed.court import zone_of_place
from nba_props.contracts.conformed.shots import BACKCOURT, SHOT_ZONES
from nba_props.upstreams.nba_live import UPSTREAM
from nba_props_tests.conformed.recomputed_shots import zone
from nba_props_tests.upstreams.examples_nba_live import genuine, read

THREES = {"corner_three", "above_the_break_three"}
PLACES = st.tuples(st.integers(-250, 250), st.integers(-52, 880), st.sampled_from([2, 3]))


def zones(*places: tuple[float | None, float | None, int]) -> list[str | None]:
    frame = pl.DataFrame(places, schema={"x": pl.Float64, "y": pl.Float64, "value": pl.Int64}, orient="row")
    return frame.select(zone_of_place(pl.col("x"), pl.col("y"), pl.col("value"))).to_series().to_list()


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ((0, 0, 2), "restricted_area"),
        ((0, 40, 2), "restricted_area"),
        ((0, 41, 2), "paint"),
        ((0, -45, 2), "paint"),
        ((80, 137, 2), "paint"),
        ((81, 100, 2), "mid_range"),
        ((0, 138, 2), "mid_range"),
        ((-221, 20, 2), "mid_range"),
        ((225, 87, 3), "corner_three"),
        ((-225, 88, 3), "above_the_break_three"),
        ((0, 417, 3), "above_the_break_three"),
        ((0, 418, 3), "backcourt"),
        ((None, 10, 2), None),
        ((10, None, 3), None),
    ],
)
def test_the_lines_of_the_court_part_the_zones(place: tuple[float | None, float | None, int], expected: str) -> None:
    assert zones(place) == [expected]


@given(PLACES)
def test_every_place_is_in_one_zone_the_same_on_either_side(place: tuple[int, int, int]) -> None:
    across, along, value = place
    (told,), (mirrored,) = zones(place), zones((-across, along, value))
    assert told == mirrored == zone(across, along, value)
    assert told in (*SHOT_ZONES, BACKCOURT)
    assert told == BACKCOURT or (told in THREES) == (value == 3)


@pytest.mark.parametrize(
    ("endpoint", "table", "share"), [("shot_chart", "shots", 0.99), ("play_by_play", "plays", 0.96)]
)
def test_genuine_shots_lie_where_the_league_says(endpoint: str, table: str, share: float) -> None:
    """The live endpoint judges by finer places than it tells, so a few near the lines differ."""
    name = {"shots": "raw.nbac_shots", "plays": "raw.nbac_play_by_play"}[table]
    told = read(UPSTREAM, endpoint, *genuine(UPSTREAM, endpoint)).frames[name].filter(pl.col("shot_zone").is_not_null())
    placed = told.with_columns(placed=zone_of_place(pl.col("x"), pl.col("y"), pl.col("shot_value")))
    assert placed.height >= 180
    assert placed.select((pl.col("placed") == pl.col("shot_zone")).mean()).item() >= share

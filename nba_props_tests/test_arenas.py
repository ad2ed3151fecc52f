"""Where games are played, how far apart, and what the clock says there."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nba_props.arenas import (
    ARENAS,
    FORMER_ARENAS,
    HOME_ARENAS,
    NEUTRAL_GAMES,
    Arena,
    arena_of_game,
    clock_minutes,
    great_circle_km,
    metres_between,
)
from nba_props.game_calendar import season_of
from nba_props.teams import TRICODES
from nba_props_tests.conformed.test_recordings import raw

NUMBERS = st.integers(0, len(ARENAS) - 1)
MOMENTS = st.datetimes(datetime(2021, 10, 1), datetime(2027, 7, 1), timezones=st.just(UTC))


def arena_at(team: str, day: date) -> Arena:
    """The arena of a home game."""
    frame = pl.DataFrame({"home_team": [team], "game_date": [day], "season": [season_of(day)]})
    number: int = frame.select(arena_of_game()).item()
    return ARENAS[number]


def test_every_team_has_a_home_on_its_continent() -> None:
    assert set(HOME_ARENAS) == set(TRICODES)
    for arena in HOME_ARENAS.values():
        assert 25 < arena.latitude < 46
        assert -123 < arena.longitude < -71
    assert len(set(ARENAS)) == len(ARENAS) == 30 + len({arena for _, _, arena in NEUTRAL_GAMES})


@pytest.mark.parametrize(
    ("one", "other", "km"),
    # Airport to airport or city to city, as any atlas has them.
    [("BOS", "NYK", 306), ("LAL", "NYK", 3940), ("MIA", "POR", 4360), ("DEN", "UTA", 598), ("TOR", "DET", 335)],
)
def test_distances_are_those_of_the_map(one: str, other: str, km: float) -> None:
    assert great_circle_km(HOME_ARENAS[one], HOME_ARENAS[other]) == pytest.approx(km, rel=0.02)


def test_the_pole_is_a_quarter_of_the_way_around_from_the_equator() -> None:
    pole, equator = Arena("pole", 90, 0, "UTC"), Arena("equator", 0, 117, "UTC")
    assert great_circle_km(pole, equator) == pytest.approx(10007.557, abs=0.001)
    assert great_circle_km(equator, Arena("antipode", 0, -63, "UTC")) == pytest.approx(2 * 10007.557, abs=0.002)


@given(st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=1))
def test_ways_are_symmetric_and_no_detour_is_shorter(legs: list[tuple[int, int, int]]) -> None:
    frame = pl.DataFrame(legs, schema=["a", "b", "c"], orient="row")
    names = {f"{x}{y}": metres_between(pl.col(x), pl.col(y)) for x in "abc" for y in "abc"}
    for row in frame.with_columns(**names).to_dicts():
        assert row["aa"] == 0
        assert row["ab"] == row["ba"]
        assert row["ac"] <= row["ab"] + row["bc"] + 2
        assert row["ab"] == round(1000 * great_circle_km(ARENAS[row["a"]], ARENAS[row["b"]]))


def test_the_way_from_nowhere_is_unknown() -> None:
    frame = pl.DataFrame({"a": [None, 3], "b": [3, None]}, schema={"a": pl.Int64, "b": pl.Int64})
    assert frame.select(metres_between(pl.col("a"), pl.col("b"))).to_series().to_list() == [None, None]
    assert frame.select(clock_minutes(pl.col("a"), pl.lit(datetime(2025, 1, 1, tzinfo=UTC))))["literal"][0] is None


@given(NUMBERS, MOMENTS)
def test_clocks_are_those_of_their_zones_in_winter_and_summer(number: int, moment: datetime) -> None:
    frame = pl.DataFrame({"arena": [number, number], "at": [moment, moment]})
    offset = moment.astimezone(ZoneInfo(ARENAS[number].time_zone)).utcoffset()
    assert offset is not None
    told = frame.select(clock_minutes(pl.col("arena"), pl.col("at"))).to_series().to_list()
    assert told == [offset.total_seconds() / 60] * 2


def test_a_team_that_moved_played_in_its_former_arena_before() -> None:
    assert arena_at("LAC", date(2024, 4, 14)) == arena_at("LAL", date(2024, 4, 14)) == HOME_ARENAS["LAL"]
    assert arena_at("LAC", date(2024, 10, 23)) == HOME_ARENAS["LAC"]
    assert set(FORMER_ARENAS) == {"LAC"}


def test_games_abroad_and_of_the_cup_are_played_where_they_were() -> None:
    assert arena_at("SAS", date(2025, 1, 25)).name == "Accor Arena"
    assert arena_at("SAS", date(2025, 1, 27)) == HOME_ARENAS["SAS"]
    assert arena_at("OKC", date(2024, 12, 17)).name == "T-Mobile Arena"
    assert arena_at("LAL", date(2025, 1, 25)) == HOME_ARENAS["LAL"]


def test_every_neutral_game_of_the_recorded_seasons_is_in_the_schedule_and_the_other_way_round() -> None:
    told = raw(
        *(f"nba_com/scheduleLeagueV2-{season}.warc.gz" for season in ("2022-23", "2023-24", "2024-25", "2025-26"))
    )
    # Cup finals are in the schedule of 2024-25 alone.
    finals = {date(2023, 12, 9), date(2025, 12, 16)}
    games = told["nbac_schedule"].filter(pl.col("home_team").is_in(TRICODES)).collect().to_dicts()
    sides = {(row["game_date"], team) for row in games for team in (row["home_team"], row["away_team"])}
    listed = {(day, team) for day, teams, _ in NEUTRAL_GAMES if day not in finals for team in teams}
    assert listed <= sides
    counted = ("regular_season", "cup_final")
    neutral = [row for row in games if row["is_neutral"] and row["game_type"] in counted]
    assert {(row["game_date"], row["home_team"]) for row in neutral} <= listed
    assert {row["arena"] for row in neutral} - {None} <= {arena.name for arena in ARENAS}

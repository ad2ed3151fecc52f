"""Every column of the upcoming contexts against a slow recomputation, on random leagues; ranges against days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_props.contracts.analytics import UPCOMING_PLAYER_GAME_CONTEXT, UPCOMING_TEAM_GAME_CONTEXT
from nba_props.contracts.table import Table
from nba_props.game_calendar import DateRange
from nba_props_tests.analytics.upcoming_league import (
    LONG_AFTER,
    UpcomingLeague,
    eastern,
    player_contexts,
    random_upcoming,
    team_contexts,
)
from nba_props_tests.analytics.upcoming_recomputed import SlowContexts, differences, key_of
from nba_props_tests.precompute.league import LEAD, RANDOM_LEAGUES, SEEDS, Row, days_from, same_bits

DAYS = [
    *days_from(date(2023, 10, 27), 3),
    *days_from(date(2024, 3, 6), 7),
    *days_from(date(2024, 4, 8), 7),
    *days_from(date(2024, 10, 22), 18),
]
"""Three stretches of two seasons, with both changes of the clocks; the first lies more than a year before the last."""

DATES = DateRange(DAYS[3], DAYS[-1])
NOWS = st.sampled_from([LONG_AFTER, eastern(date(2024, 11, 3), 18), eastern(date(2024, 11, 1), 3)])


def assert_rows(table: Table, made: pl.DataFrame, expected: list[Row]) -> None:
    table.require(made)
    assert made.columns == table.schema.names()
    expected.sort(key=lambda row: tuple(row[name] for name in table.key))
    rows = made.to_dicts()
    assert [[row[name] for name in table.key] for row in rows] == [
        [row[name] for name in table.key] for row in expected
    ]
    for row, wanted in zip(rows, expected, strict=True):
        assert differences(row, wanted) == []


def due(league: UpcomingLeague) -> list[Row]:
    return [of for of in league.games if of["game_date"] in DATES and of["status"] != "postponed"]


@settings(RANDOM_LEAGUES, max_examples=8)
@given(seed=SEEDS, now=NOWS)
def test_every_column_of_a_team_is_what_the_contract_says(seed: int, now: datetime) -> None:
    league = random_upcoming(seed, days=DAYS)
    slow = SlowContexts(league, now=now, lead=LEAD)
    expected = [slow.team_row(of, of[side]) for of in due(league) for side in ("home_team", "away_team")]
    assert_rows(UPCOMING_TEAM_GAME_CONTEXT, team_contexts(league, DATES, now=now), expected)


@settings(RANDOM_LEAGUES, max_examples=8)
@given(seed=SEEDS, now=NOWS)
def test_every_column_of_a_player_is_what_the_contract_says(seed: int, now: datetime) -> None:
    league = random_upcoming(seed, days=DAYS)
    slow = SlowContexts(league, now=now, lead=LEAD)
    expected = [slow.player_row(of, player) for of in due(league) for player in slow.players_of(of)]
    assert_rows(UPCOMING_PLAYER_GAME_CONTEXT, player_contexts(league, DATES, now=now), expected)


@settings(RANDOM_LEAGUES, max_examples=5)
@given(seed=SEEDS, before=st.integers(0, 10))
def test_a_range_equals_its_days_whatever_history_was_loaded(seed: int, before: int) -> None:
    league = random_upcoming(seed, days=DAYS)
    for made, table in ((team_contexts, UPCOMING_TEAM_GAME_CONTEXT), (player_contexts, UPCOMING_PLAYER_GAME_CONTEXT)):
        whole = made(league, DATES)
        assert whole.height
        for day in (DAYS[5], DAYS[12], DAYS[20], DAYS[-1]):
            alone = DateRange.of(day)
            of_day = whole.filter(alone.is_in())
            assert same_bits(made(league, alone), of_day), table.full_name
            assert same_bits(made(with_history(league, day, before), alone), of_day), table.full_name
            assert same_bits(made(league, alone.widened(before=before, after=2)).filter(alone.is_in()), of_day)


def with_history(league: UpcomingLeague, day: date, more: int) -> UpcomingLeague:
    """What a step reads for one date: the days that each input needs, and so many more."""

    def read(rows: list[Row], days: int, last: int) -> list[Row]:
        first, end = day - timedelta(days=days + more), day + timedelta(days=last)
        return [row for row in rows if first <= row["game_date"] <= end]

    return UpcomingLeague(
        games=read(league.games, 30, 0),
        boxscores=read(league.boxscores, 365, -1),
        players=read(league.players, 365, -1),
        injuries=read(league.injuries, 0, 0),
        prop_consensus=read(league.prop_consensus, 0, 0),
        game_lines=read(league.game_lines, 0, 0),
    )


def test_the_random_leagues_hold_what_has_to_be_handled() -> None:
    """Otherwise the recomputation would prove less than it seems to."""
    league = random_upcoming(11, days=DAYS)
    made, teams = player_contexts(league, DATES), team_contexts(league, DATES)
    for name in ("is_newcomer", "changed_team", "injuries_known", "is_home"):
        assert set(made[name].drop_nulls()) == {True, False}, name
    assert set(made["role"]) == {"starter", "rotation", "bench", "newcomer"}
    for name in made.columns:
        if made.schema[name] in (pl.Float64, pl.Int64):
            assert made[name].n_unique() > 1, name
    assert made["team"].null_count()
    assert made.filter(pl.col("players_out") > 1).height
    assert set(teams["time_zones_crossed"].drop_nulls()) >= {-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0}
    twice = teams.group_by("team", "game_date").len().filter(pl.col("len") > 1)
    assert twice.height
    assert {key_of(of) for of in league.games} > {key_of(of) for of in due(league)}
    assert teams["days_rest"].null_count()


@pytest.mark.parametrize("made", [team_contexts, player_contexts])
def test_no_input_gives_a_typed_frame_of_no_rows(made: Callable[[UpcomingLeague, DateRange], pl.DataFrame]) -> None:
    table = UPCOMING_TEAM_GAME_CONTEXT if made is team_contexts else UPCOMING_PLAYER_GAME_CONTEXT
    empty = made(UpcomingLeague(), DATES)
    assert empty.schema == table.schema
    assert empty.is_empty()

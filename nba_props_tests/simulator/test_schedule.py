from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from nba_props.game_calendar import EASTERN, game_date_of
from nba_props.simulator.schedule import Fixtures, build_fixtures, idle_dates, season_dates
from nba_props.simulator.venues import TEAM_COUNT, VENUES

YEARS = (2024, 2025, 2026, 2027)


@pytest.fixture(scope="module", params=YEARS)
def fixtures(request: pytest.FixtureRequest) -> Fixtures:
    return build_fixtures(request.param, np.random.default_rng([5, request.param]))


def test_every_team_plays_41_games_at_home_and_41_away(fixtures: Fixtures) -> None:
    assert set(np.bincount(fixtures.home, minlength=TEAM_COUNT)) == {41}
    assert set(np.bincount(fixtures.away, minlength=TEAM_COUNT)) == {41}


def test_opponents_follow_the_leagues_formula(fixtures: Fixtures) -> None:
    meetings = np.zeros((TEAM_COUNT, TEAM_COUNT), dtype=int)
    np.add.at(meetings, (fixtures.home, fixtures.away), 1)
    meetings += meetings.T
    for one in range(TEAM_COUNT):
        for two in set(range(TEAM_COUNT)) - {one}:
            ours, theirs = VENUES[one], VENUES[two]
            allowed = {4} if ours.division == theirs.division else {3, 4}
            assert meetings[one, two] in (allowed if ours.conference == theirs.conference else {2})


def test_no_team_plays_twice_on_a_date_or_on_three_dates_running(fixtures: Fixtures) -> None:
    for team in range(TEAM_COUNT):
        days = np.sort(fixtures.day[(fixtures.home == team) | (fixtures.away == team)])
        assert np.diff(days).min() >= 1
        assert (days[2:] - days[:-2]).min() >= 3


def test_back_to_backs_and_off_days_exist(fixtures: Fixtures) -> None:
    assert 10 < (fixtures.rest_days == 1).sum() / TEAM_COUNT < 20
    assert (fixtures.rest_days >= 3).any()


def test_idle_dates_have_no_games_and_all_others_do(fixtures: Fixtures) -> None:
    first, last = season_dates(fixtures.start_year)
    span = {first + timedelta(days=n) for n in range((last - first).days + 1)}
    assert set(fixtures.dates) == span - idle_dates(fixtures.start_year)
    assert len(set(fixtures.dates)) >= 165


def test_seasons_begin_and_end_when_the_real_ones_did() -> None:
    assert season_dates(2024) == (date(2024, 10, 22), date(2025, 4, 13))
    assert season_dates(2025) == (date(2025, 10, 21), date(2026, 4, 12))


def test_the_game_date_is_the_new_york_date_of_the_tip_off(fixtures: Fixtures) -> None:
    moments = [datetime.fromtimestamp(second, UTC) for second in fixtures.tipoff.tolist()]
    assert [game_date_of(moment) for moment in moments] == fixtures.dates
    hours = [moment.astimezone(EASTERN).hour for moment in moments]
    assert min(hours) == 12
    assert max(hours) == 22


def test_tip_offs_move_by_an_hour_in_utc_when_daylight_saving_ends() -> None:
    fixtures = build_fixtures(2026, np.random.default_rng(5))
    offsets = {
        day: datetime.fromtimestamp(second, UTC).astimezone(EASTERN).utcoffset()
        for day, second in zip(fixtures.dates, fixtures.tipoff.tolist(), strict=True)
    }
    assert offsets[date(2026, 10, 31)] == timedelta(hours=-4)
    assert offsets[date(2026, 11, 1)] == timedelta(hours=-5)
    assert offsets[date(2027, 3, 14)] == timedelta(hours=-4)


def test_game_ids_are_the_nbas_and_in_order_of_tip_off(fixtures: Fixtures) -> None:
    ids = fixtures.game_ids
    assert len(set(ids)) == 1230
    assert ids[122] == f"002{fixtures.start_year % 100}00123"
    assert (np.diff(fixtures.tipoff) >= 0).all()

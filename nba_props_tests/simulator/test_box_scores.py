from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from nba_props.simulator.boxscores import apportion, poisson_quantile
from nba_props.simulator.season import Season
from nba_props_tests.simulator.leagues import shared_league


@pytest.fixture(scope="module", params=["2025-26", "2026-27"])
def season(request: pytest.FixtureRequest) -> Season:
    return shared_league().seasons[request.param]


def test_a_teams_minutes_sum_to_the_length_of_the_game(season: Season) -> None:
    box = season.box_scores
    expected = 240 + 25 * box.overtimes
    assert (box.minutes.sum(axis=2) == expected[:, None]).all()
    assert (box.minutes <= (48 + 5 * box.overtimes)[:, None, None]).all()


def test_who_does_not_play_has_no_numbers(season: Season) -> None:
    box = season.box_scores
    for numbers in (box.minutes, box.plus_minus, box.counts.sum(axis=3)):
        assert not numbers[~box.plays].any()


def test_absent_players_do_not_play_and_enough_others_do(season: Season) -> None:
    assert not (season.box_scores.plays & season.absences.out).any()
    played = season.box_scores.plays.sum(axis=2)
    assert played.min() >= 7
    assert 9.5 < played.mean() < 12.5


def test_no_game_ends_level_and_plus_minus_agrees_with_the_margin(season: Season) -> None:
    score, plus_minus = season.box_scores.score, season.box_scores.plus_minus
    margin = score[:, 0] - score[:, 1]
    assert (margin != 0).all()
    assert (plus_minus.sum(axis=2) == 5 * np.stack([margin, -margin], axis=1)).all()


def test_a_season_looks_like_the_nba(season: Season) -> None:
    box, score = season.box_scores, season.box_scores.score
    assert 108 < score.mean() < 119
    assert 10 < score.std() < 17
    assert 13 < (score[:, 0] - score[:, 1]).std() < 20
    assert 0.51 < (score[:, 0] > score[:, 1]).mean() < 0.62
    assert 0.03 < (box.overtimes > 0).mean() < 0.09
    assert 41 < box.market("rebounds").sum(axis=2).mean() < 47
    assert 24 < box.market("assists").sum(axis=2).mean() < 29
    assert 45 <= box.market("points").max() <= 85


def test_team_mates_gain_minutes_and_shots_when_a_star_is_out(season: Season) -> None:
    games = np.arange(200)
    nobody = np.zeros((200, 2, 15), dtype=bool)
    star_out = nobody.copy()
    star_out[:, 0, 0] = True
    whole = season.setting.latents(games, nobody)
    short = season.setting.latents(games, star_out)
    assert (short.exposure[:, 0, 1:9, 0] >= whole.exposure[:, 0, 1:9, 0]).all()
    gained = short.expectation("points") / np.maximum(whole.expectation("points"), 1e-9)
    assert gained[:, 0, 1:9].min() > 1.03
    assert gained[:, 1] == pytest.approx(1)
    assert not short.plays[:, 0, 0].any()


def test_absences_come_in_spells_and_some_are_announced_after_the_lines_opened(season: Season) -> None:
    out, hours = season.absences.out, season.absences.announced_hours
    assert 0.5 < out.sum(axis=2).mean() < 2
    assert (hours[out] >= 0.5).all()
    assert (out & (hours < 11)).any(axis=(1, 2)).mean() > 0.15


def test_traded_players_play_for_both_teams_and_miss_the_first_game() -> None:
    season = shared_league().current
    assert season.setting.rosters.trades
    for trade in season.setting.rosters.trades:
        for player, old, new in zip(trade.players, trade.teams, trade.teams[::-1], strict=True):
            game, side, slot = np.nonzero(season.setting.players == player)
            teams, days = season.teams[game, side], season.fixtures.day[game]
            assert set(teams[days < trade.day]) == {old}
            assert set(teams[days >= trade.day]) == {new}
            soon = (days >= trade.day) & (days <= trade.day + 1)
            assert not season.box_scores.plays[game, side, slot][soon].any()


def test_most_players_come_back_next_season_and_rookies_have_the_highest_ids() -> None:
    past, present = shared_league().seasons.values()
    before, after = set(past.setting.players.ravel()), set(present.setting.players.ravel())
    assert len(before & after) > 380
    ids = present.pool.player_id
    assert ids[list(after - before)].min() > ids[list(before)].max()
    assert len(set(ids.tolist())) == len(ids)


@given(
    st.lists(st.floats(-60, 60), min_size=2, max_size=15),
)
def test_apportioned_numbers_are_whole_and_sum_to_the_total(shares: list[float]) -> None:
    parts = np.array([shares])
    total = np.array([round(float(parts.sum()))])
    whole = apportion(parts, total)
    assert whole.sum() == total[0]
    assert np.abs(whole - parts).max() <= 1.5


@settings(max_examples=60, deadline=None)
@given(st.floats(0.01, 25), st.floats(0.001, 0.999))
def test_poisson_quantiles_are_scipys(mean: float, uniform: float) -> None:
    ours = poisson_quantile(np.array([uniform]), np.array([mean]))[0]
    lower, upper = stats.poisson.ppf([uniform * (1 - 1e-9), uniform * (1 + 1e-9)], mean)
    assert lower <= ours <= upper

"""Everything is a function of the moment: nothing is visible before it happened."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import msgspec
import numpy as np
import pytest

from nba_props.simulator import League
from nba_props.simulator.game_log import build_game_log
from nba_props.simulator.lines import LineBoard
from nba_props.simulator.odds_feed import OddsFeed, snapshot_before, timestamp
from nba_props.simulator.progress import counts_so_far, game_clock, score_so_far
from nba_props.simulator.schedule_body import ScheduleBodies
from nba_props_tests.simulator.leagues import TODAY, odds_at, shared_league

GAME = 320


@pytest.fixture(scope="module")
def schedules() -> ScheduleBodies:
    return ScheduleBodies(shared_league().current)


def scheduled_game(schedules: ScheduleBodies, now: int) -> dict[str, Any]:
    body = json.loads(msgspec.json.encode(schedules.body(now)))
    wanted = shared_league().current.game_ids[GAME]
    games = [game for day in body["leagueSchedule"]["gameDates"] for game in day["games"]]
    return next(game for game in games if game["gameId"] == wanted)


def test_a_game_is_scheduled_then_in_play_then_final(schedules: ScheduleBodies) -> None:
    season = shared_league().current
    started, finished = int(season.started[GAME]), int(season.finished[GAME])
    before = scheduled_game(schedules, started - 1)
    assert (before["gameStatus"], before["homeTeam"]["score"], before["homeTeam"]["wins"]) == (1, 0, 0)
    assert before["gameStatusText"].endswith("pm ET")
    during = scheduled_game(schedules, (started + finished) // 2)
    assert during["gameStatus"] == 2
    assert 0 < during["homeTeam"]["score"] < season.box_scores.score[GAME, 0]
    after = scheduled_game(schedules, finished)
    assert (after["gameStatus"], after["gameStatusText"][:5]) == (3, "Final")
    assert after["homeTeam"]["score"] == season.box_scores.score[GAME, 0]
    assert after["homeTeam"]["wins"] + after["homeTeam"]["losses"] > 0


def test_games_last_about_two_hours_and_twenty_minutes() -> None:
    season = shared_league().current
    minutes = (season.finished - season.fixtures.tipoff) / 60
    assert minutes.min() >= 130
    assert np.median(minutes) == pytest.approx(140, abs=5)
    assert ((season.started - season.fixtures.tipoff) >= 7 * 60).all()


def test_box_scores_appear_at_the_final_whistle() -> None:
    season = shared_league().current
    log = build_game_log(season)
    asked = {"Sorter": "DATE", "Direction": "ASC"}
    day, finished = season.dates[GAME], int(season.finished[GAME])

    def games(now: int) -> set[str]:
        body = json.loads(msgspec.json.encode(log.body(asked, now, day, day)))
        return {row[6] for row in body["resultSets"][0]["rowSet"]}

    assert season.game_ids[GAME] not in games(finished - 1)
    assert season.game_ids[GAME] in games(finished)


def test_scores_and_counts_only_grow_and_end_at_the_box_score() -> None:
    season = shared_league().current
    shares = np.linspace(0, 1, 30)
    counts = np.stack([counts_so_far(season, GAME, share) for share in shares])
    assert (np.diff(counts, axis=0) >= 0).all()
    assert (counts[-1] == season.box_scores.counts[GAME]).all()
    assert score_so_far(season, GAME, 1.0) == tuple(season.box_scores.score[GAME])


def test_the_game_clock_runs_through_four_quarters_and_half_time() -> None:
    season = shared_league().current
    game = int(np.flatnonzero(season.box_scores.overtimes == 1)[0])
    started, finished = int(season.started[game]), int(season.finished[game])
    clocks = [game_clock(season, game, now) for now in range(started, finished + 1, 60)]
    shares = [clock.share for clock in clocks]
    assert shares == sorted(shares)
    assert {clock.text.split(" ")[0] for clock in clocks} == {"Q1", "Q2", "Half", "Q3", "Q4", "OT"}


def test_an_event_is_listed_before_and_during_its_game_and_gone_after() -> None:
    season = shared_league().current
    tipoff, finished = int(season.fixtures.tipoff[GAME]), int(season.finished[GAME])
    feed = OddsFeed(shared_league())
    for now, listed in (
        (tipoff - 3 * 86400, False),
        (tipoff - 3600, True),
        (finished - 1, True),
        (finished, False),
    ):
        assert (odds_at(GAME, now - tipoff) is not None) is listed
    assert len(feed.events(tipoff)) >= 5


def test_commence_time_moves_from_the_scheduled_to_the_real_start() -> None:
    season = shared_league().current
    tipoff, started = int(season.fixtures.tipoff[GAME]), int(season.started[GAME])
    for offset, expected in ((-30 * 3600, tipoff), (-3600, tipoff + 600), (started - tipoff, started)):
        body = odds_at(GAME, offset)
        assert body
        assert body["commence_time"] == timestamp(expected)


def test_updates_are_at_most_a_minute_old_and_never_ahead() -> None:
    board = LineBoard(shared_league().current, GAME)
    for now in range(board.tipoff - 100, board.tipoff):
        assert 0 <= now - board.last_update(0, 0, now) < 60


def test_lines_stay_pre_game_until_the_ball_goes_up() -> None:
    season = shared_league().current
    delay = int(season.started[GAME] - season.fixtures.tipoff[GAME])
    last, first = odds_at(GAME, delay - 1), odds_at(GAME, delay + 600)
    assert last and first
    assert {book["key"] for book in last["bookmakers"]} >= {"betrivers", "espnbet"}
    rivers = next(book for book in first["bookmakers"] if book["key"] == "betrivers")
    assert {market["key"] for market in rivers["markets"]} == {"h2h", "spreads", "totals"}


def test_snapshots_snap_back_to_the_grid_of_the_recordings() -> None:
    assert timestamp(snapshot_before(1706155200)) == "2024-01-25T03:55:38Z"
    assert snapshot_before(snapshot_before(1706155200)) == snapshot_before(1706155200)


def everything(league: League) -> bytes:
    season = league.current
    now = int(season.finished[GAME])
    bodies = [
        ScheduleBodies(season).body(now),
        build_game_log(season).body({"Sorter": "DATE", "Direction": "DESC"}, now, None, None),
        OddsFeed(league).events(now),
    ]
    return msgspec.json.encode(bodies)


def test_the_same_seed_gives_the_same_bytes_and_another_one_does_not() -> None:
    again = everything(League(seed=7, today=TODAY + timedelta(days=20)))
    assert everything(shared_league()) == again
    assert everything(League(seed=8, today=TODAY)) != again

"""The simulated scoreboard and play by play: laid out as the genuine ones, in step with the clock and the box score."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import httpx
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from nba_props.simulator.clock import ManualClock
from nba_props.simulator.nba_live_api import NbaLiveApi
from nba_props.simulator.nba_live_boards import Boards
from nba_props.simulator.nba_live_clock import GameTime
from nba_props.simulator.nba_live_floor import spot_of
from nba_props.simulator.nba_live_play_bodies import actions_of, play_body
from nba_props.simulator.players import POSITION
from nba_props.simulator.progress import game_clock, score_so_far
from nba_props.simulator.server import serve_app
from nba_props.upstreams.nba_live import UPSTREAM
from nba_props_tests.simulator.leagues import games_on, moment, shared_league
from nba_props_tests.simulator.test_wire import assert_same_layout, decoded, genuine_bodies
from nba_props_tests.upstreams.examples_nba_live import PLAY_BY_PLAY_URL, SCOREBOARD_URL, read
from nba_props_tests.upstreams.exchanges import payload

SEASON = shared_league().current
GAME = 320
OVERTIME = int(np.flatnonzero(SEASON.box_scores.overtimes)[0])
DAY, STARTED, FINISHED = SEASON.dates[GAME], int(SEASON.started[GAME]), int(SEASON.finished[GAME])


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[httpx.Client, ManualClock]]:
    clock = ManualClock(moment(STARTED))
    app = Starlette(routes=NbaLiveApi(shared_league(), clock).routes)
    with serve_app(app) as url, httpx.Client(base_url=url) as client:
        yield client, clock


def board_at(now: int) -> dict[str, Any]:
    """The game on the board of its date at an epoch second."""
    games = decoded(Boards(SEASON).body(DAY, now))["scoreboard"]["games"]
    return next(dict(game) for game in games if game["gameId"] == SEASON.game_ids[GAME])


def actions(game: int, now: int) -> list[dict[str, Any]]:
    return list(decoded(play_body(SEASON, game, actions_of(SEASON, game), now))["game"]["actions"])


def counted(told: list[dict[str, Any]], kind: str, key: str = "personId", **wanted: Any) -> Counter[int]:
    return Counter(
        action[key]
        for action in told
        if action["actionType"] == kind
        and action.get(key)
        and all(action.get(name) == value for name, value in wanted.items())
    )


def in_box_score(game: int, *statistics: str) -> Counter[int]:
    """Players' numbers by id, without zeros."""
    counts = SEASON.box_scores.counts[game][..., [POSITION[name] for name in statistics]].sum(axis=-1)
    ids = SEASON.pool.player_id[SEASON.setting.players[game]]
    return Counter({int(ids[place]): int(counts[place]) for place in zip(*np.nonzero(counts), strict=True)})


def test_the_board_is_laid_out_as_the_stats_api_sends_it() -> None:
    genuine = next(genuine_bodies("samples/nba_com-nba_api.warc.gz", "scoreboardv3"))
    assert_same_layout(Boards(SEASON).body(DAY, FINISHED + 3600 * 8), genuine, optional="roadcasters[]")


def test_every_kind_of_action_is_laid_out_as_the_cdn_sends_it() -> None:
    genuine = next(genuine_bodies("samples/nba_com.warc.gz", "playbyplay_0022400500"))
    recorded = genuine["game"]["actions"]
    made = decoded(play_body(SEASON, GAME, actions_of(SEASON, GAME), FINISHED))
    assert set(made) == set(genuine) and set(made["meta"]) == set(genuine["meta"])
    for kind in {action["actionType"] for action in made["game"]["actions"]}:
        theirs = [action for action in recorded if action["actionType"] == kind]
        always = set.intersection(*(set(action) for action in theirs))
        ever = set.union(*(set(action) for action in theirs))
        for action in (action for action in made["game"]["actions"] if action["actionType"] == kind):
            assert always - {"area", "areaDetail", "officialId"} <= set(action) <= ever, kind


def test_a_game_to_come_is_on_the_board_without_a_score() -> None:
    told = board_at(STARTED - 1)
    assert (told["gameStatus"], told["period"], told["gameClock"]) == (1, 0, "")
    assert told["gameStatusText"].endswith(" ET")
    assert (told["homeTeam"]["score"], told["awayTeam"]["score"]) == (0, 0)
    assert told["gameLeaders"]["homeLeaders"]["personId"] == 0


def test_a_game_in_play_shows_score_period_and_clock_of_the_moment() -> None:
    now = STARTED + (FINISHED - STARTED) * 3 // 4
    told = board_at(now)
    clock = game_clock(SEASON, GAME, now)
    assert (told["gameStatus"], told["gameStatusText"]) == (2, clock.text)
    assert (told["homeTeam"]["score"], told["awayTeam"]["score"]) == score_so_far(SEASON, GAME, clock.share)
    period, left = clock.text.removeprefix("Q").split(" ")
    minutes, seconds = left.split(":")
    assert told["period"] == int(period)
    assert told["gameClock"].startswith(f"PT{int(minutes):02d}M") or seconds in ("00", "59")
    assert told["gameLeaders"]["homeLeaders"]["points"] > 0


def test_a_game_that_is_over_is_final_and_its_periods_make_up_the_score() -> None:
    told = board_at(FINISHED)
    home, away = SEASON.box_scores.score[GAME].tolist()
    assert (told["gameStatus"], told["homeTeam"]["score"], told["awayTeam"]["score"]) == (3, home, away)
    assert told["gameStatusText"].startswith("Final")
    assert [sum(period["score"] for period in told[side]["periods"]) for side in ("homeTeam", "awayTeam")] == [
        home,
        away,
    ]
    before, after = board_at(STARTED - 1)["homeTeam"], told["homeTeam"]
    assert after["wins"] + after["losses"] == before["wins"] + before["losses"] + 1
    assert (after["wins"] > before["wins"]) is (home > away)


def test_the_board_is_read_by_the_platform(running: tuple[httpx.Client, ManualClock]) -> None:
    client, clock = running
    clock.move_to(moment(STARTED + 3600))
    body = client.get("/stats/scoreboardv3", params={"GameDate": str(DAY), "LeagueID": "00"}).content
    parsed = read(UPSTREAM, "scoreboard", payload(SCOREBOARD_URL, body))
    assert parsed.rejects.is_empty()
    frame = parsed.frames["raw.nbac_scoreboard"]
    assert sorted(frame["game_id"]) == sorted(SEASON.game_ids[game] for game in games_on(SEASON, DAY))
    assert frame["game_date"].unique().to_list() == [DAY]
    tip_off = frame.row(by_predicate=pl.col("game_id") == SEASON.game_ids[GAME], named=True)["tip_off_at"]
    assert tip_off == moment(int(SEASON.fixtures.tipoff[GAME]))


def test_dates_without_games_have_an_empty_board_and_no_date_none(running: tuple[httpx.Client, ManualClock]) -> None:
    client, _ = running
    for day in ("2026-12-24", "1999-01-01"):
        board = client.get("/stats/scoreboardv3", params={"GameDate": day}).json()["scoreboard"]
        assert (board["gameDate"], board["games"]) == (day, [])
    assert client.get("/stats/scoreboardv3", params={"GameDate": "today"}).status_code == 400


@pytest.mark.parametrize("game", [GAME, OVERTIME])
def test_play_by_play_adds_up_to_the_box_score(game: int) -> None:
    told = actions(game, int(SEASON.finished[game]))
    made = {"shotResult": "Made"}
    assert counted(told, "2pt", **made) == in_box_score(game, "two_made")
    assert counted(told, "2pt") == in_box_score(game, "two_made", "two_missed")
    assert counted(told, "3pt", **made) == in_box_score(game, "three_made")
    assert counted(told, "3pt") == in_box_score(game, "three_made", "three_missed")
    assert counted(told, "freethrow", **made) == in_box_score(game, "free_made")
    assert counted(told, "freethrow") == in_box_score(game, "free_made", "free_missed")
    assert counted(told, "rebound", subType="offensive") == in_box_score(game, "offensive_rebounds")
    assert counted(told, "rebound", subType="defensive") == in_box_score(game, "defensive_rebounds")
    for kind in ("steal", "block", "turnover", "foul"):
        assert counted(told, kind) == in_box_score(game, f"{kind}s")
    assists = counted(told, "2pt", "assistPersonId") + counted(told, "3pt", "assistPersonId")
    assert assists <= in_box_score(game, "assists")
    assert assists.total() >= 0.9 * in_box_score(game, "assists").total()
    assert [action["subType"] for action in told if action["actionType"] == "period"] == ["start", "end"] * (
        4 + int(SEASON.box_scores.overtimes[game])
    )
    assert told[-1]["actionType"] == "game"


def test_events_that_belong_together_are_told_together() -> None:
    told = actions(GAME, FINISHED)
    for before, after in pairwise(told):
        if after["actionType"] == "block" and before.get("blockPersonId"):
            assert (after["personId"], after["clock"]) == (before["blockPersonId"], before["clock"])
            assert after["teamId"] != before["teamId"]
        if after["actionType"] == "steal" and before.get("stealPersonId"):
            assert after["personId"] == before["stealPersonId"]
    shots = {action["actionNumber"]: action for action in told}
    joined = [action for action in told if action["actionType"] == "rebound" and action["personId"]]
    near = [action for action in joined if shots[action["shotActionNumber"]]["clock"] == action["clock"]]
    assert len(near) > 0.8 * len(joined)
    for action in near:
        miss = shots[action["shotActionNumber"]]
        assert miss["shotResult"] == "Missed"
        assert (action["teamId"] == miss["teamId"]) is (action["subType"] == "offensive")
    assert not any(action.get("assistPersonId") == action["personId"] for action in told)


@pytest.mark.parametrize("game", [GAME, OVERTIME])
def test_the_last_score_told_is_the_schedules_score_of_the_moment(game: int) -> None:
    whole, started, finished = actions_of(SEASON, game), int(SEASON.started[game]), int(SEASON.finished[game])
    for now in range(started, finished, 211):
        last = decoded(play_body(SEASON, game, whole, now))["game"]["actions"][-1]
        share = game_clock(SEASON, game, now).share
        assert (int(last["scoreHome"]), int(last["scoreAway"])) == score_so_far(SEASON, game, share)


@pytest.mark.parametrize("game", [GAME, OVERTIME])
def test_the_real_time_of_a_share_is_when_the_clock_shows_it(game: int) -> None:
    time = GameTime(SEASON, game)
    for share in np.linspace(0.01, 0.99, 37).tolist():
        now = time.real_time(share, time.period_at(share)[0])
        assert game_clock(SEASON, game, int(now)).share == pytest.approx(share, abs=2e-4)


def test_actions_are_in_order_and_none_is_told_before_it_happens() -> None:
    told = actions(GAME, FINISHED)
    times = [action["timeActual"] for action in told]
    assert times == sorted(times)
    assert [action["orderNumber"] for action in told] == sorted({action["orderNumber"] for action in told})
    now = STARTED + 4000
    shown = actions(GAME, now)
    assert shown == told[: len(shown)]
    assert 0 < len(shown) < len(told)
    assert shown[-1]["timeActual"] <= f"{moment(now):%Y-%m-%dT%H:%M:%S.9Z}"


def test_a_game_is_told_from_its_start_and_read_by_the_platform(running: tuple[httpx.Client, ManualClock]) -> None:
    client, clock = running
    path = f"/static/json/liveData/playbyplay/playbyplay_{SEASON.game_ids[GAME]}.json"
    clock.move_to(moment(STARTED) - timedelta(seconds=1))
    assert client.get(path).status_code == 404
    assert client.get(path.replace(SEASON.game_ids[GAME], "0029999999")).status_code == 404
    sizes = []
    for after in (0, 3000, 6000, 12_000):
        clock.move_to(moment(STARTED + after))
        body = client.get(path).content
        parsed = read(UPSTREAM, "play_by_play", payload(PLAY_BY_PLAY_URL, body))
        assert parsed.rejects.is_empty()
        frame = parsed.frames["raw.nbac_play_by_play"]
        assert frame["game_date"].unique().to_list() == [DAY]
        sizes.append(frame.height)
    assert sizes == sorted(sizes) and sizes[0] < sizes[1] < sizes[3]
    assert frame.select("score_home", "score_away").row(-1) == tuple(SEASON.box_scores.score[GAME])
    shots = frame.filter("is_field_goal")
    assert shots["shot_zone"].null_count() == 0
    assert shots["is_assisted"].sum() > 5
    assert client.get(path).content == body


def test_the_same_league_tells_the_same_game() -> None:
    assert [action.body for action in actions_of(SEASON, GAME)] == [action.body for action in actions_of(SEASON, GAME)]
    assert json.loads(bytes(actions_of(SEASON, GAME)[5].body))


@given(st.sampled_from([2, 3]), st.lists(st.floats(0, 1, exclude_max=True), min_size=4, max_size=4))
def test_a_shot_is_taken_inside_its_zone_and_on_the_court(value: int, drawn: list[float]) -> None:
    spot = spot_of(value, drawn)
    tenths = math.hypot(spot.across, spot.along)
    assert spot.feet == pytest.approx(tenths / 10, abs=0.01)
    assert (value == 3) is ("3" in spot.area)
    limits = {
        "Restricted Area": tenths <= 40,
        "In The Paint (Non-RA)": tenths > 40 and abs(spot.across) <= 80 and spot.along <= 140,
        "Mid-Range": tenths < 237.5 and abs(spot.across) > 80,
        "Left Corner 3": spot.across <= -220 and spot.along < 92,
        "Right Corner 3": spot.across >= 220 and spot.along < 92,
        "Above the Break 3": tenths >= 237.5 and spot.along >= 89,
    }
    assert limits[spot.area]
    for side in ("left", "right"):
        x, y = spot.on_court(side)
        assert 0 <= x <= 100 and 0 <= y <= 100
        assert (x < 50) is (side == "left")

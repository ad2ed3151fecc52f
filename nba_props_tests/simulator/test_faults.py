"""The misbehaving world: each fault is what it says on the wire, where and when it says, and nothing else changes."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from nba_props.game_calendar import eastern_moment, game_date_of
from nba_props.simulator import ManualClock
from nba_props.simulator.faults import (
    Fault,
    Kind,
    Misbehaving,
    Routed,
    Scenario,
    added,
    basic_credentials,
    renamed,
)
from nba_props.simulator.mishaps import (
    Turning,
    corrected_box_score,
    late_box_score,
    postponed,
    spelt_otherwise,
    stale_answers,
    stuck,
    with_game_moved,
)
from nba_props.simulator.odds_api import Quota
from nba_props.simulator.server import create_app, serve_app
from nba_props_tests.simulator.leagues import TODAY, games_on, shared_league

NOW = datetime(2027, 1, 12, 22, tzinfo=UTC)
SCHEDULE = "/static/json/staticData/scheduleLeagueV2.json"
YESTERDAY = TODAY - timedelta(days=1)
LOG = f"/stats/leaguegamelog?Season=2026-27&SeasonType=Regular+Season&DateFrom={YESTERDAY}&DateTo={YESTERDAY}"
EVENTS = "/v4/sports/basketball_nba/events?apiKey=k"


@contextmanager
def served(
    *faults: Fault, clock: ManualClock | None = None, app: Any = None, quota: Quota | None = None
) -> Iterator[str]:
    ticking = clock or ManualClock(NOW)
    inner = app or create_app(shared_league(), ticking, quota=quota)
    proxied: Any = Routed(
        Misbehaving(inner, Scenario(list(faults)), ticking), basic_credentials([("datacenter", "secret")])
    )
    with serve_app(proxied) as url:
        yield url


@pytest.mark.parametrize(
    ("kind", "status", "beginning"),
    [
        (Kind.FORBIDDEN, 403, b"<HTML>"),
        (Kind.NOT_FOUND, 404, b"Not Found"),
        (Kind.BROKEN, 503, b"Service"),
        (Kind.HTML, 200, b"<!DOCTYPE"),
        (Kind.EMPTY, 200, b""),
    ],
)
def test_plain_faults_are_what_they_say_and_concern_no_other_path(kind: Kind, status: int, beginning: bytes) -> None:
    with served(Fault(kind, "/v4/")) as url:
        met, other = httpx.get(url + EVENTS), httpx.get(url + SCHEDULE)
    assert (met.status_code, met.content[: len(beginning)]) == (status, beginning)
    assert other.status_code == 200


def test_a_throttled_host_says_how_long_to_wait() -> None:
    with served(Fault(Kind.TOO_MANY, retry_after=17)) as url:
        met = httpx.get(url + SCHEDULE)
    assert (met.status_code, met.headers["retry-after"]) == (429, "17")


def test_a_stalled_host_never_answers() -> None:
    with served(Fault(Kind.STALLED)) as url, pytest.raises(httpx.ReadTimeout):
        httpx.get(url + SCHEDULE, timeout=0.2)


def test_a_half_closed_connection_ends_in_the_middle_of_the_body() -> None:
    with served(Fault(Kind.HALF_CLOSED)) as url, pytest.raises(httpx.RemoteProtocolError):
        httpx.get(url + SCHEDULE)


def test_a_truncated_gzip_body_is_shorter_than_its_content() -> None:
    with served(Fault(Kind.TRUNCATED_GZIP)) as url, httpx.stream("GET", url + SCHEDULE) as response:
        raw = b"".join(response.iter_raw())
        reading = zlib.decompressobj(16 + zlib.MAX_WBITS)
        reading.decompress(raw)
    assert not reading.eof


def test_a_bomb_is_small_on_the_wire() -> None:
    with served(Fault(Kind.BOMB)) as url, httpx.stream("GET", url + SCHEDULE) as response:
        assert len(b"".join(response.iter_raw())) < 2**21


def test_faults_begin_end_and_run_out_by_the_clock_and_by_number() -> None:
    clock = ManualClock(NOW)
    hour = timedelta(hours=1)
    with served(Fault(Kind.BROKEN, since=NOW + hour, until=NOW + 2 * hour, times=2), clock=clock) as url:
        before = httpx.get(url + EVENTS).status_code
        clock.advance(hour)
        during = [httpx.get(url + EVENTS).status_code for _ in range(3)]
        clock.advance(hour)
        after = httpx.get(url + EVENTS).status_code
    assert (before, during, after) == (200, [503, 503, 200], 200)


def test_a_fault_of_a_route_concerns_that_route_only_and_strangers_get_no_route() -> None:
    fault = Fault(Kind.FORBIDDEN, routes=frozenset({"direct"}))
    with served(fault) as url:
        host = url.removeprefix("http://")
        assert httpx.get(url + SCHEDULE).status_code == 403
        with httpx.Client(proxy=f"http://datacenter:secret@{host}") as proxied:
            assert proxied.get(url + SCHEDULE).status_code == 200
        with httpx.Client(proxy=f"http://datacenter:wrong@{host}") as stranger:
            assert stranger.get(url + SCHEDULE).status_code == 407


def test_fields_are_renamed_and_added() -> None:
    with served(Fault(Kind.REWRITTEN, SCHEDULE, rewrite=renamed("gameId", "gameIdentifier"))) as url:
        assert b'"gameId"' not in httpx.get(url + SCHEDULE).content
    with served(Fault(Kind.REWRITTEN, SCHEDULE, rewrite=added("novelty"))) as url:
        game = httpx.get(url + SCHEDULE).json()["leagueSchedule"]["gameDates"][0]["games"][0]
    assert "novelty" in game and "gameId" in game


def schedule_game(url: str, game_id: str) -> tuple[str, dict[str, Any]]:
    days = httpx.get(url + SCHEDULE).json()["leagueSchedule"]["gameDates"]
    ((day, game),) = [(day["gameDate"], game) for day in days for game in day["games"] if game["gameId"] == game_id]
    return day, game


def log_rows(url: str) -> list[dict[str, Any]]:
    (result,) = httpx.get(url + LOG).json()["resultSets"]
    return [dict(zip(result["headers"], row, strict=True)) for row in result["rowSet"]]


def v3_rebounds(url: str, game_id: str) -> dict[int, int]:
    body = httpx.get(f"{url}/stats/boxscoretraditionalv3?GameID={game_id}")
    if body.status_code != 200:
        return {}
    box = body.json()["boxScoreTraditional"]
    players = [player for side in ("homeTeam", "awayTeam") for player in box[side]["players"]]
    return {player["personId"]: player["statistics"]["reboundsTotal"] for player in players}


def test_the_box_score_of_one_game_comes_late_and_is_corrected_later() -> None:
    season = shared_league().current
    game, next_game = games_on(season, YESTERDAY)[:2]
    late, other = season.game_ids[game], season.game_ids[next_game]
    hour = timedelta(hours=1)
    clock = ManualClock(NOW)
    with served() as url:
        player = next(row["PLAYER_ID"] for row in log_rows(url) if row["GAME_ID"] == late)
    faults = (*late_box_score(late, NOW + hour), *corrected_box_score(late, player, NOW + 2 * hour))
    with served(*faults, clock=clock) as url:
        assert late not in {row["GAME_ID"] for row in log_rows(url)}
        assert other in {row["GAME_ID"] for row in log_rows(url)}
        assert v3_rebounds(url, late) == {} != v3_rebounds(url, other)
        clock.advance(hour)
        first, first_v3 = log_rows(url), v3_rebounds(url, late)
        clock.advance(hour)
        second, second_v3 = log_rows(url), v3_rebounds(url, late)
    changed = [(was, now) for was, now in zip(first, second, strict=True) if was != now]
    assert [(now["PLAYER_ID"], now["REB"] - was["REB"], now["OREB"] - was["OREB"]) for was, now in changed] == [
        (player, 1, 1)
    ]
    assert second_v3 == first_v3 | {player: first_v3[player] + 1}


def test_a_game_is_postponed_then_moved_for_every_upstream() -> None:
    league = shared_league()
    game = games_on(league.current, TODAY)[0]
    game_id = league.current.game_ids[game]
    new = eastern_moment(TODAY + timedelta(days=3), datetime(2000, 1, 1, 20).time())
    clock = ManualClock(NOW)
    moved = with_game_moved(league, game_id, new)
    hour = timedelta(hours=1)
    app = Turning(create_app(league, clock), create_app(moved, clock), NOW + 2 * hour, clock)
    with served(postponed(game_id, NOW + hour, NOW + 2 * hour), clock=clock, app=app) as url:
        before = schedule_game(url, game_id)
        clock.advance(hour)
        marked = schedule_game(url, game_id)
        clock.advance(hour)
        after = schedule_game(url, game_id)
        events = httpx.get(url + EVENTS).json()
    assert (before[1]["postponedStatus"], marked[1]["postponedStatus"]) == ("N", "Y")
    assert before[0] == marked[0] != after[0]
    assert after[1]["gameDateTimeUTC"] == f"{new:%Y-%m-%dT%H:%M:%SZ}"
    assert moved.games[game_id][0].dates[game] == game_date_of(new)
    assert all(event["commence_time"][:10] != TODAY.isoformat() for event in events if event["id"] == game_id)
    assert (moved.current.box_scores.score[game] == league.current.box_scores.score[game]).all()


def test_a_stuck_game_goes_on_in_the_schedule() -> None:
    season = shared_league().current
    game_id = season.game_ids[games_on(season, YESTERDAY)[0]]
    with served(stuck(game_id, NOW)) as url:
        assert schedule_game(url, game_id)[1]["gameStatus"] == 2


def test_a_cache_in_between_repeats_old_answers() -> None:
    clock = ManualClock(NOW)
    with served(stale_answers("/v4/", NOW), clock=clock) as url:
        bodies = []
        for _ in range(3):
            bodies.append(httpx.get(url + SCHEDULE.replace("static", "static")).content)
            bodies.append(httpx.get(f"{url}{EVENTS}").content)
            clock.advance(timedelta(hours=3))
    events = bodies[1::2]
    assert events[0] == events[1] != events[2]


def test_a_player_is_spelt_otherwise() -> None:
    season = shared_league().current
    game = games_on(season, YESTERDAY)[0]
    with served() as url:
        name = next(row["PLAYER_NAME"] for row in log_rows(url) if row["GAME_ID"] == season.game_ids[game])
    with served(spelt_otherwise("leaguegamelog", name, "Somebody Else")) as url:
        names = {row["PLAYER_NAME"] for row in log_rows(url)}
    assert "Somebody Else" in names and name not in names


def test_a_quota_that_is_used_up_refuses_what_costs_and_answers_what_is_free() -> None:
    quota = Quota(total=10, used=10)
    with served(quota=quota) as url:
        event = httpx.get(url + EVENTS).json()[0]["id"]
        odds = httpx.get(
            f"{url}/v4/sports/basketball_nba/events/{event}/odds?apiKey=k&regions=us&markets=player_points"
        )
    assert odds.status_code == 401
    assert json.loads(odds.content)["error_code"] == "OUT_OF_USAGE_CREDITS"

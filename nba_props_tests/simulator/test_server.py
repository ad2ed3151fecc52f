"""The server over real HTTP on loopback."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

import nba_props.simulator
from nba_props.simulator import ManualClock, Quota, event_id, serve
from nba_props_tests.simulator.leagues import moment, shared_league

GAME = 320
ODDS = "/v4/sports/basketball_nba"
PAST_ODDS = "/v4/historical/sports/basketball_nba"
WANTED = {"apiKey": "a", "regions": "us", "markets": "player_points,h2h", "oddsFormat": "american"}
LOG = {"Season": "2026-27", "SeasonType": "Regular Season", "PlayerOrTeam": "P"}


def tipoff() -> Any:
    return moment(int(shared_league().current.fixtures.tipoff[GAME]))


def event() -> str:
    return event_id(shared_league().seed, shared_league().current.game_ids[GAME])


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[httpx.Client, ManualClock, Quota]]:
    clock, quota = ManualClock(tipoff()), Quota()
    with serve(shared_league(), clock, quota=quota) as url, httpx.Client(base_url=url) as http:
        yield http, clock, quota


@pytest.fixture
def clock(running: tuple[httpx.Client, ManualClock, Quota]) -> ManualClock:
    running[1].move_to(tipoff() - timedelta(hours=2))
    return running[1]


@pytest.fixture
def quota(running: tuple[httpx.Client, ManualClock, Quota]) -> Quota:
    running[2].total, running[2].used = 1000, 0
    return running[2]


@pytest.fixture
def client(running: tuple[httpx.Client, ManualClock, Quota], clock: ManualClock, quota: Quota) -> httpx.Client:
    return running[0]


def test_the_exports_are_the_public_names() -> None:
    assert all(hasattr(nba_props.simulator, name) for name in nba_props.simulator.__all__)


def test_a_stopped_server_leaves_no_thread_and_no_port(clock: ManualClock) -> None:
    before = set(threading.enumerate())
    with serve(shared_league(), clock) as url:
        assert httpx.get(f"{url}{ODDS}/events", params={"apiKey": "a"}).status_code == 200
    assert set(threading.enumerate()) == before
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def test_the_cdn_has_the_current_season_and_the_stats_api_any(client: httpx.Client) -> None:
    current = client.get("/static/json/staticData/scheduleLeagueV2.json").json()
    assert current["leagueSchedule"]["seasonYear"] == "2026-27"
    past = client.get("/stats/scheduleleaguev2int", params={"LeagueID": "00", "Season": "2025-26"}).json()
    games = [game for day in past["leagueSchedule"]["gameDates"] for game in day["games"]]
    assert len(games) == 1230
    assert {game["gameStatus"] for game in games} == {3}
    assert client.get("/stats/scheduleleaguev2int").status_code == 400


@pytest.mark.parametrize("layout", ["%m/%d/%Y", "%Y-%m-%d"])
def test_the_game_log_takes_both_spellings_of_dates(client: httpx.Client, layout: str) -> None:
    day = shared_league().current.dates[GAME] - timedelta(days=1)
    asked = {**LOG, "DateFrom": day.strftime(layout), "DateTo": day.strftime(layout)}
    body = client.get("/stats/leaguegamelog", params=asked).json()
    assert body["parameters"]["DateFrom"] == str(day)
    assert {row[7] for row in body["resultSets"][0]["rowSet"]} == {str(day)}


def test_the_game_log_of_a_whole_season_is_in_the_order_asked_for(client: httpx.Client) -> None:
    asked = {**LOG, "Season": "2025-26", "Sorter": "PTS", "Direction": "DESC", "DateFrom": "", "DateTo": ""}
    table = client.get("/stats/leaguegamelog", params=asked).json()["resultSets"][0]
    points = [row[table["headers"].index("PTS")] for row in table["rowSet"]]
    assert len(points) > 25_000
    assert points == sorted(points, reverse=True)


@pytest.mark.parametrize("changed", [{"SeasonType": "Playoffs"}, {"Season": "1999-00"}, {"DateFrom": "2027-07-01"}])
def test_the_game_log_is_empty_where_there_were_no_games(client: httpx.Client, changed: dict[str, str]) -> None:
    answer = client.get("/stats/leaguegamelog", params=LOG | changed)
    assert answer.status_code == 200
    assert answer.json()["resultSets"][0]["rowSet"] == []


@pytest.mark.parametrize("changed", [{"DateFrom": "soon"}, {"Season": ""}, {"PlayerOrTeam": "X"}])
def test_the_game_log_refuses_what_it_does_not_understand(client: httpx.Client, changed: dict[str, str]) -> None:
    assert client.get("/stats/leaguegamelog", params=LOG | changed).status_code == 400


def test_live_odds_cost_one_credit_a_market_and_region(client: httpx.Client, quota: Quota) -> None:
    assert client.get(f"{ODDS}/events", params={"apiKey": "a"}).headers["x-requests-last"] == "0"
    asked = WANTED | {"regions": "us,us2", "markets": "player_points,h2h,player_turnovers"}
    headers = client.get(f"{ODDS}/events/{event()}/odds", params=asked).headers
    assert headers["x-requests-last"] == "4"
    assert (headers["x-requests-used"], headers["x-requests-remaining"]) == ("4", "996")
    assert quota.used == 4


def test_historical_odds_cost_ten_times_as_much(client: httpx.Client) -> None:
    date = f"{tipoff() - timedelta(hours=4):%Y-%m-%dT%H:%M:%SZ}"
    answer = client.get(f"{PAST_ODDS}/events/{event()}/odds", params=WANTED | {"date": date})
    assert answer.headers["x-requests-last"] == "20"
    answer = client.get(f"{PAST_ODDS}/events", params={"apiKey": "a", "date": date})
    assert answer.headers["x-requests-last"] == "1"


def test_a_historical_snapshot_is_what_was_live_at_its_timestamp(client: httpx.Client, clock: ManualClock) -> None:
    asked_for = tipoff() - timedelta(hours=4)
    asked = WANTED | {"date": f"{asked_for:%Y-%m-%dT%H:%M:%SZ}"}
    past = client.get(f"{PAST_ODDS}/events/{event()}/odds", params=asked).json()
    assert past["previous_timestamp"] < past["timestamp"] <= asked["date"] < past["next_timestamp"]
    clock.move_to(asked_for - timedelta(seconds=asked_for.timestamp() % 300 + 300 - 38))
    live = client.get(f"{ODDS}/events/{event()}/odds", params=WANTED).json()
    assert all("last_update" in book for book in past["data"]["bookmakers"])
    for book in past["data"]["bookmakers"]:
        del book["last_update"]
    assert past["data"] == live


def test_there_are_historical_snapshots_in_play_and_none_of_the_future(
    client: httpx.Client, clock: ManualClock
) -> None:
    date = f"{tipoff() + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    asked = WANTED | {"date": date}
    assert client.get(f"{PAST_ODDS}/events/{event()}/odds", params=asked).status_code == 422
    clock.advance(timedelta(hours=8))
    body = client.get(f"{PAST_ODDS}/events/{event()}/odds", params=asked).json()
    assert body["data"]["commence_time"] < body["timestamp"]
    assert body["data"]["bookmakers"]
    assert client.get(f"{ODDS}/events/{event()}/odds", params=WANTED).status_code == 404


def test_prices_are_decimal_unless_american_is_asked_for(client: httpx.Client) -> None:
    asked = {key: value for key, value in WANTED.items() if key != "oddsFormat"}
    body = client.get(f"{ODDS}/events/{event()}/odds", params=asked).json()
    prices = [o["price"] for b in body["bookmakers"] for m in b["markets"] for o in m["outcomes"]]
    assert all(1 < price < 20 for price in prices)


def test_bookmakers_take_the_place_of_regions(client: httpx.Client) -> None:
    asked = WANTED | {"bookmakers": "espnbet,fanduel"}
    body = client.get(f"{ODDS}/events/{event()}/odds", params=asked).json()
    assert [book["key"] for book in body["bookmakers"]] == ["fanduel", "espnbet"]
    body = client.get(f"{ODDS}/events/{event()}/odds", params=WANTED | {"regions": "eu"}).json()
    assert body["bookmakers"] == []


@pytest.mark.parametrize(
    ("path", "changed", "status", "code"),
    [
        (f"{ODDS}/events", {"apiKey": ""}, 401, "MISSING_KEY"),
        (f"{ODDS}/events/EVENT/odds", {"apiKey": ""}, 401, "MISSING_KEY"),
        (f"{ODDS}/events/nobody/odds", {}, 404, "EVENT_NOT_FOUND"),
        (f"{ODDS}/events/EVENT/odds", {"markets": "player_smiles"}, 422, "INVALID_MARKET"),
        (f"{ODDS}/events/EVENT/odds", {"regions": ""}, 422, "MISSING_REGION"),
        (f"{ODDS}/events/EVENT/odds", {"regions": "moon"}, 422, "INVALID_REGION"),
        (f"{ODDS}/events/EVENT/odds", {"oddsFormat": "roman"}, 422, "INVALID_ODDS_FORMAT"),
        (f"{PAST_ODDS}/events", {}, 422, "MISSING_HISTORICAL_TIMESTAMP"),
        (f"{PAST_ODDS}/events", {"date": "yesterday"}, 422, "INVALID_HISTORICAL_TIMESTAMP"),
        (f"{PAST_ODDS}/events", {"date": "2026-12-01T00:00:00.000Z"}, 422, "INVALID_HISTORICAL_TIMESTAMP"),
        (f"{PAST_ODDS}/events", {"date": "2026-13-01T00:00:00Z"}, 422, "INVALID_HISTORICAL_TIMESTAMP"),
    ],
)
def test_errors_are_the_odds_apis(
    client: httpx.Client, path: str, changed: dict[str, str], status: int, code: str
) -> None:
    answer = client.get(path.replace("EVENT", event()), params=WANTED | changed)
    assert answer.status_code == status
    assert answer.json()["error_code"] == code
    assert set(answer.json()) == {"message", "error_code", "details_url"}


def test_middleware_sees_every_answer(clock: ManualClock) -> None:
    seen: list[str] = []

    class Watcher:
        def __init__(self, app: ASGIApp) -> None:
            self.app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            seen.append(scope["path"])
            await self.app(scope, receive, send)

    with serve(shared_league(), clock, middleware=[Middleware(Watcher)]) as url:
        httpx.get(f"{url}{ODDS}/events")
    assert seen == [f"{ODDS}/events"]


def test_a_manual_clock_needs_a_time_zone() -> None:
    with pytest.raises(ValueError, match="aware"):
        ManualClock(tipoff().replace(tzinfo=None))

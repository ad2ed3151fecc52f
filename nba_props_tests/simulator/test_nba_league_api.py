"""The simulated player list, transactions and officials: laid out as the genuine ones, and never ahead of the clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import httpx
import polars as pl
import pytest
from starlette.applications import Starlette

from nba_props.game_calendar import eastern_moment
from nba_props.simulator.clock import ManualClock
from nba_props.simulator.nba_league_api import NbaLeagueApi
from nba_props.simulator.nba_league_people import referees, slug
from nba_props.simulator.server import serve_app
from nba_props.teams import TEAMS
from nba_props.upstreams.nba_league import UPSTREAM
from nba_props_tests.simulator.leagues import games_on, shared_league
from nba_props_tests.simulator.test_wire import assert_same_layout, genuine_bodies
from nba_props_tests.upstreams.examples_nba_league import MOVEMENT_URL, OFFICIALS_URL, PLAYER_LIST_URL
from nba_props_tests.upstreams.examples_nba_live import read
from nba_props_tests.upstreams.exchanges import payload

SEASON = shared_league().current
TRADE = SEASON.setting.rosters.trades[0]
TRADED = SEASON.fixtures.first_date + timedelta(days=TRADE.day)
INDEX, MOVEMENT = "/stats/playerindex", "/js/data/playermovement/NBA_Player_Movement.json"
OFFICIALS = "/wp-json/api/v1/get-game-officials"
SAMPLE = "samples/nba_com.warc.gz"
GAME_DAY = SEASON.dates[300]


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[httpx.Client, ManualClock]]:
    clock = ManualClock(noon(TRADED))
    app = Starlette(routes=NbaLeagueApi(shared_league(), clock).routes)
    with serve_app(app) as url, httpx.Client(base_url=url) as client:
        yield client, clock


def noon(day: date) -> datetime:
    return eastern_moment(day, time(12))


def listed(client: httpx.Client, season: str = SEASON.name) -> dict[int, dict[str, Any]]:
    """The player index by player."""
    table = client.get(INDEX, params={"Season": season, "LeagueID": "00"}).json()["resultSets"][0]
    rows = [dict(zip(table["headers"], row, strict=True)) for row in table["rowSet"]]
    assert len({row["PERSON_ID"] for row in rows}) == len(rows)
    return {row["PERSON_ID"]: row for row in rows}


def moved(client: httpx.Client) -> list[dict[str, Any]]:
    return list(client.get(MOVEMENT).json()["NBA_Player_Movement"]["rows"])


def assigned(client: httpx.Client, day: date) -> dict[str, Any]:
    return dict(client.get(f"{OFFICIALS}?&date={day}").json())


def test_all_are_laid_out_as_their_upstreams_send_them(running: tuple[httpx.Client, ManualClock]) -> None:
    client, clock = running
    clock.move_to(noon(GAME_DAY))
    index = client.get(INDEX, params={"Season": SEASON.name}).json()
    genuine = next(genuine_bodies(SAMPLE, "playerindex"))
    assert_same_layout(index, genuine)
    assert index["resultSets"][0]["headers"] == genuine["resultSets"][0]["headers"]
    clock.move_to(noon(TRADED))
    assert_same_layout(client.get(MOVEMENT).json(), next(genuine_bodies(SAMPLE, "NBA_Player_Movement")))
    officials = next(genuine_bodies(SAMPLE, "get-game-officials"))
    assert_same_layout(assigned(client, GAME_DAY), officials, optional=".gl.")


def test_everybody_on_a_roster_is_listed_with_fifteen_a_team(running: tuple[httpx.Client, ManualClock]) -> None:
    client, clock = running
    clock.move_to(noon(GAME_DAY))
    players = listed(client)
    assert set(Counter(player["TEAM_ABBREVIATION"] for player in players.values()).values()) == {15}
    names = {int(one): name for one, name in zip(SEASON.pool.player_id, SEASON.pool.name, strict=True)}
    assert all(f"{one['PLAYER_FIRST_NAME']} {one['PLAYER_LAST_NAME']}" == names[key] for key, one in players.items())
    past = listed(client, "2025-26")
    assert 0 < len(set(players) - set(past)) < 60
    rookies = {player["FROM_YEAR"] for key, player in players.items() if key not in past}
    assert rookies == {"2026"}
    assert client.get(INDEX).status_code == 400
    assert client.get(INDEX, params={"Season": "1990-91"}).json()["resultSets"][0]["rowSet"] == []


def test_a_trade_moves_both_players_on_its_day_and_not_before(running: tuple[httpx.Client, ManualClock]) -> None:
    client, clock = running
    ids = [int(SEASON.pool.player_id[player]) for player in TRADE.players]
    old, new = [[TEAMS[team].tricode for team in teams] for teams in (TRADE.teams, TRADE.teams[::-1])]
    clock.move_to(noon(TRADED - timedelta(days=1)))
    assert [listed(client)[one]["TEAM_ABBREVIATION"] for one in ids] == old
    before = moved(client)
    clock.move_to(noon(TRADED))
    assert [listed(client)[one]["TEAM_ABBREVIATION"] for one in ids] == new
    after = moved(client)
    assert after[2:] == before
    assert [part["PLAYER_ID"] for part in after[:2]] == ids
    assert [part["TRANSACTION_DATE"][:10] for part in after[:2]] == [str(TRADED)] * 2
    assert len({part["GroupSort"] for part in after[:2]}) == 1
    days = [part["TRANSACTION_DATE"] for part in after]
    assert days == sorted(days, reverse=True)


def test_officials_are_named_at_nine_in_the_morning_three_a_game(running: tuple[httpx.Client, ManualClock]) -> None:
    client, clock = running
    clock.move_to(eastern_moment(GAME_DAY, time(9)) - timedelta(seconds=1))
    assert assigned(client, GAME_DAY)["nba"]["Table"]["rows"] == []
    clock.advance(timedelta(seconds=1))
    told = assigned(client, GAME_DAY)["nba"]
    games = [SEASON.game_ids[game] for game in games_on(SEASON, GAME_DAY)]
    assert [row["game_id"] for row in told["Table"]["rows"]] == games
    codes = [row[f"official{number}_code"] for row in told["Table"]["rows"] for number in (1, 2, 3)]
    codes += [row["official_code"] for row in told["Table1"]["rows"]]
    assert len(set(codes)) == 3 * len(games) + 3
    assert all(row["official4"] is None for row in told["Table"]["rows"])
    assert assigned(client, GAME_DAY + timedelta(days=1))["nba"]["Table"]["rows"] == []
    clock.advance(timedelta(days=30))
    assert assigned(client, GAME_DAY)["nba"] == told
    assert assigned(client, date(2026, 12, 24))["nba"]["Table"]["rows"] == []
    assert client.get(OFFICIALS, params={"date": "soon"}).status_code == 400


def test_all_are_read_by_the_platform(running: tuple[httpx.Client, ManualClock]) -> None:
    client, clock = running
    clock.move_to(noon(GAME_DAY))
    asked = {
        "player_list": (PLAYER_LIST_URL, client.get(INDEX, params={"Season": SEASON.name})),
        "player_movement": (MOVEMENT_URL, client.get(MOVEMENT)),
        "referee_assignments": (OFFICIALS_URL, client.get(OFFICIALS, params={"date": str(GAME_DAY)})),
    }
    frames: dict[str, pl.DataFrame] = {}
    for name, (url, answer) in asked.items():
        parsed = read(UPSTREAM, name, payload(url, answer.content, fetched_at=clock()))
        assert parsed.rejects.is_empty()
        (frames[name],) = parsed.frames.values()
    assert frames["player_list"].height == 450
    assert frames["player_list"]["player_slug"].null_count() == 0
    assert frames["player_movement"].height == len(moved(client))
    assert frames["referee_assignments"]["game_date"].unique().to_list() == [GAME_DAY]


def test_slugs_are_plain_and_referees_have_names_of_their_own() -> None:
    assert slug("P.J. N'Diaye Jr.") == "pj-ndiaye-jr"
    assert slug("Ramón García-Ruiz") == "ramon-garcia-ruiz"
    crew = referees(7)
    assert crew == referees(7) != referees(8)
    assert len({name for _, name, _ in crew}) == len({code for code, _, _ in crew}) == len(crew)

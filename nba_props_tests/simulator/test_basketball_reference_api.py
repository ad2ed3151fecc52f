"""Basketball Reference's side of the simulated league: a roster page a team and season."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import httpx
import numpy as np
import polars as pl
import pytest
from starlette.applications import Starlette

from nba_props.game_calendar import eastern_moment, season_of
from nba_props.settings import load_settings
from nba_props.simulator import ManualClock, serve_app
from nba_props.simulator.basketball_reference_api import BasketballReferenceApi
from nba_props.simulator.rosters import ROLES
from nba_props.teams import TEAMS
from nba_props.upstreams.asking import Subject
from nba_props.upstreams.basketball_reference import ROSTER_PAGES
from nba_props_tests.simulator.leagues import TODAY, shared_league
from nba_props_tests.upstreams.exchanges import assert_keeps_contracts, payload


def noon(day: date) -> datetime:
    return eastern_moment(day, time(12))


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[httpx.Client, ManualClock]]:
    clock = ManualClock(noon(TODAY))
    app = Starlette(routes=list(BasketballReferenceApi(shared_league(), clock).routes))
    with serve_app(app) as url, httpx.Client(base_url=url) as http:
        yield http, clock


@pytest.fixture
def clock(running: tuple[httpx.Client, ManualClock]) -> ManualClock:
    running[1].move_to(noon(TODAY))
    return running[1]


@pytest.fixture
def client(running: tuple[httpx.Client, ManualClock], clock: ManualClock) -> httpx.Client:
    return running[0]


def roster(client: httpx.Client, team: str, day: date = TODAY) -> pl.DataFrame:
    """The rows of the page that the platform asks for."""
    assert ROSTER_PAGES.request is not None
    settings = load_settings({"NBA_PROPS_BASKETBALL_REFERENCE_URL": str(client.base_url)})
    request = ROSTER_PAGES.request(settings, Subject(game_date=day, today=day, team=team))
    answer = client.get(request.url)
    assert answer.status_code == 200
    parsed = ROSTER_PAGES.parse(payload(request.url, answer.content))
    assert_keeps_contracts(parsed)
    assert parsed.rejects.is_empty(), parsed.rejects["reason"]
    return parsed.frames["raw.br_rosters"]


def members(team: str) -> set[str]:
    """Who is on a team's roster today."""
    season = shared_league().current
    days = (TODAY - season.fixtures.first_date).days
    slots = season.setting.rosters.on_day(np.array(days))[[one.tricode for one in TEAMS].index(team)]
    return {season.pool.name[player] for player in slots.tolist()}


def test_every_team_has_a_page_with_its_roster(client: httpx.Client) -> None:
    frames = [roster(client, team.tricode) for team in TEAMS]
    for team, frame in zip(TEAMS, frames, strict=True):
        assert set(frame["player_name"]) == members(team.tricode)
        assert set(frame["team"]) == {team.tricode}
        assert frame["season"].unique().to_list() == [season_of(TODAY)]
    everyone = pl.concat(frames)
    assert everyone["source_player_id"].n_unique() == everyone.height == 30 * 15
    assert not all(name.isascii() for name in everyone["player_name"])
    per_team = everyone.group_by("team").agg(pl.col("is_two_way").sum())["is_two_way"]
    assert set(per_team) <= {0, 1, 2, 3}
    assert everyone["is_two_way"].sum() == 30 * ROLES.count("two_way")
    assert 0 < everyone.filter(pl.col("years_of_experience") == 0).height < 120


def test_a_traded_player_changes_pages_on_the_day_of_the_trade(client: httpx.Client, clock: ManualClock) -> None:
    season = shared_league().current
    trade = season.setting.rosters.trades[0]
    day = season.fixtures.first_date + timedelta(days=trade.day)
    old, new = (TEAMS[team].tricode for team in trade.teams)
    name = season.pool.name[trade.players[0]]
    for when, team in ((day - timedelta(days=1), old), (day, new)):
        clock.move_to(noon(when))
        pages = {tricode: roster(client, tricode, when) for tricode in (old, new)}
        assert [tricode for tricode, frame in pages.items() if name in set(frame["player_name"])] == [team]


def test_a_player_keeps_his_id_and_birthday_from_season_to_season(client: httpx.Client) -> None:
    now = pl.concat(roster(client, team.tricode) for team in TEAMS)
    before = pl.concat(roster(client, team.tricode, TODAY.replace(year=TODAY.year - 1)) for team in TEAMS)
    both = now.join(before, on="player_name", suffix="_before")
    assert both.height > 300
    assert both.filter(pl.col("source_player_id") != pl.col("source_player_id_before")).is_empty()
    assert both.filter(pl.col("birth_date") != pl.col("birth_date_before")).is_empty()
    assert both.filter(pl.col("years_of_experience") != pl.col("years_of_experience_before") + 1).is_empty()
    fresh = now.join(before, on="player_name", how="anti")
    assert fresh["years_of_experience"].to_list() == [0] * fresh.height


@pytest.mark.parametrize("path", ["/teams/BKN/2027.html", "/teams/SEA/2027.html", "/teams/BOS/1999.html", "/teams/BOS"])
def test_there_is_no_other_page(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404

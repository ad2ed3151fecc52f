"""DraftKings over real HTTP: what its parser reads is what the book quotes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import httpx
import polars as pl
import pytest
from starlette.applications import Starlette

from nba_props.contracts.raw.draftkings import DRAFTKINGS_PLAYER_PROPS
from nba_props.settings import Settings
from nba_props.simulator import BOOKMAKERS, ManualClock, serve_app
from nba_props.simulator.bookmakers import decimal_price
from nba_props.simulator.draftkings_api import DraftkingsApi
from nba_props.simulator.lines import OFFERED, LineBoard
from nba_props.upstreams.asking import Subject
from nba_props.upstreams.draftkings import PROPS
from nba_props_tests.simulator.leagues import games_on, moment, shared_league
from nba_props_tests.upstreams.exchanges import assert_keeps_contract, payload

SEASON = shared_league().current
GAME = 320
DAY = SEASON.dates[GAME]
TIPOFF = int(SEASON.fixtures.tipoff[GAME])
HOUR = 3600
COLUMNS = ("player_name", "line", "over_price", "under_price")
BOOK = next(number for number, book in enumerate(BOOKMAKERS) if book.key == "draftkings")


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[httpx.Client, ManualClock]]:
    clock = ManualClock(moment(TIPOFF))
    app = Starlette(routes=DraftkingsApi(shared_league(), clock).routes)
    with serve_app(app) as url, httpx.Client(base_url=url) as http:
        yield http, clock


@pytest.fixture
def clock(running: tuple[httpx.Client, ManualClock]) -> ManualClock:
    running[1].move_to(moment(TIPOFF - 2 * HOUR))
    return running[1]


@pytest.fixture
def client(running: tuple[httpx.Client, ManualClock], clock: ManualClock) -> httpx.Client:
    return running[0]


def lines(client: httpx.Client, clock: ManualClock, market: str = "points") -> pl.DataFrame:
    """The lines of a market, as the platform asks for them and reads them."""
    assert PROPS.request is not None
    request = PROPS.request(Settings(draftkings_url=str(client.base_url)), Subject(DAY, DAY, variant=market))
    answer = client.get(request.url)
    assert answer.status_code == 200
    parsed = PROPS.parse(payload(request.url, answer.content, fetched_at=clock()))
    assert parsed.rejects.is_empty()
    frame = parsed.frames[DRAFTKINGS_PLAYER_PROPS.full_name]
    assert_keeps_contract(DRAFTKINGS_PLAYER_PROPS, frame)
    sides = frame["over_price"].count() + frame["under_price"].count()
    assert sides == len(answer.json()["selections"])
    return frame


@pytest.mark.parametrize("market", OFFERED)
def test_lines_are_those_of_the_book_at_that_moment(client: httpx.Client, clock: ManualClock, market: str) -> None:
    frame = lines(client, clock, market).filter(pl.col("commence_at") == moment(TIPOFF))
    board, number = LineBoard(SEASON, GAME), OFFERED.index(market)
    quotes = board.props(BOOK, number, board.last_update(BOOK, number, TIPOFF - 2 * HOUR))
    assert quotes is not None
    players = SEASON.setting.players[GAME].reshape(-1)
    names = [BOOKMAKERS[BOOK].spelling(SEASON.pool.name[players[player]]) for player in quotes.player.tolist()]
    expected = {
        (name, line): (decimal_price(over), decimal_price(under))
        for name, line, over, under in zip(
            names, quotes.line.tolist(), quotes.over.tolist(), quotes.under.tolist(), strict=True
        )
    }
    told = {(name, line): prices for name, line, *prices in frame.select(*COLUMNS).iter_rows()}
    assert told.keys() & expected.keys() == expected.keys()
    for key, prices in expected.items():
        assert tuple(told[key]) == pytest.approx(prices, abs=0.006)


def test_every_game_of_the_date_is_told_with_its_teams_and_start(client: httpx.Client, clock: ManualClock) -> None:
    frame = lines(client, clock).filter(pl.col("game_date") == DAY)
    games = games_on(SEASON, DAY)
    assert set(frame["commence_at"]) == {moment(int(SEASON.fixtures.tipoff[game])) for game in games}
    assert frame["event_id"].n_unique() == len(games)
    assert frame.filter(pl.col("is_alternate_market")).is_empty()


def test_lines_come_when_the_book_opens_stay_in_play_and_end_with_the_game(
    client: httpx.Client, clock: ManualClock
) -> None:
    def of_game() -> pl.DataFrame:
        return lines(client, clock).filter(pl.col("commence_at") == moment(TIPOFF))

    clock.move_to(moment(TIPOFF - 20 * HOUR))
    assert of_game().is_empty()
    clock.move_to(moment(int(SEASON.started[GAME])) + timedelta(hours=1))
    assert of_game().height > 0
    clock.move_to(moment(int(SEASON.finished[GAME])))
    assert of_game().is_empty()


@pytest.mark.parametrize("path", ["categories/1293/subcategories/13782", "categories/1/subcategories/12488"])
def test_a_subcategory_without_lines_is_an_answer_of_none(client: httpx.Client, path: str) -> None:
    answer = client.get(f"/api/sportscontent/dkusnj/v1/leagues/42648/{path}")
    assert answer.status_code == 200
    assert answer.json()["events"] == answer.json()["selections"] == []

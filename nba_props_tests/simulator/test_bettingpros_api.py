"""BettingPros over real HTTP: what it says is laid out as recorded, what its parser reads, and what the books quote."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import polars as pl
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from nba_props.contracts.raw.bettingpros import BETTINGPROS_EVENTS, BETTINGPROS_PLAYER_PROPS
from nba_props.settings import Settings
from nba_props.simulator import BOOKMAKERS, ManualClock, serve_app
from nba_props.simulator.bettingpros_api import BettingprosApi
from nba_props.simulator.lines import OFFERED, LineBoard
from nba_props.simulator.names import without_accents
from nba_props.upstreams.asking import Subject
from nba_props.upstreams.bettingpros import EVENTS, OFFERS
from nba_props.upstreams.endpoint import Endpoint
from nba_props.upstreams.requests import Request
from nba_props_tests.simulator.leagues import games_on, moment, shared_league
from nba_props_tests.simulator.test_wire import genuine_bodies, layout
from nba_props_tests.upstreams.exchanges import assert_keeps_contract, payload

SEASON = shared_league().current
GAME = 320
DAY = SEASON.dates[GAME]
TIPOFF = int(SEASON.fixtures.tipoff[GAME])
HOUR = 3600
KEY = {"x-api-key": "any"}


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[httpx.Client, ManualClock]]:
    clock = ManualClock(moment(TIPOFF))
    app = Starlette(routes=BettingprosApi(shared_league(), clock).routes)
    with serve_app(app) as url, httpx.Client(base_url=url) as http:
        yield http, clock


@pytest.fixture
def clock(running: tuple[httpx.Client, ManualClock]) -> ManualClock:
    running[1].move_to(moment(TIPOFF - 2 * HOUR))
    return running[1]


@pytest.fixture
def client(running: tuple[httpx.Client, ManualClock], clock: ManualClock) -> httpx.Client:
    return running[0]


def settings(client: httpx.Client) -> Settings:
    return Settings(bettingpros_url=str(client.base_url), bettingpros_key=SecretStr("any"))


def collected(client: httpx.Client, clock: ManualClock, endpoint: Endpoint, subject: Subject) -> pl.DataFrame:
    """All pages, as the platform asks for them and reads them."""
    assert endpoint.request is not None
    request: Request | None = endpoint.request(settings(client), subject)
    payloads = []
    while request is not None:
        answer = client.get(request.url, headers=KEY)
        assert answer.status_code == 200
        sent = replace(payload(request.url, answer.content, fetched_at=clock()), asked_for=subject.game_date)
        payloads.append(sent)
        request = endpoint.next_request(request, sent) if endpoint.next_request else None
    parsed = endpoint.parse_many(payloads)
    assert not parsed.malformed
    assert parsed.rejects.is_empty()
    (frame,) = parsed.frames.values()
    assert_keeps_contract(BETTINGPROS_EVENTS if endpoint is EVENTS else BETTINGPROS_PLAYER_PROPS, frame)
    return frame


def events(client: httpx.Client, clock: ManualClock) -> pl.DataFrame:
    return collected(client, clock, EVENTS, Subject(DAY, DAY))


def offers(client: httpx.Client, clock: ManualClock, market_id: str = "156") -> pl.DataFrame:
    listed = tuple(events(client, clock)["event_id"])
    return collected(client, clock, OFFERS, Subject(DAY, DAY, listed_ids=listed, variant=market_id))


def page(client: httpx.Client, **asked: Any) -> httpx.Response:
    parameters: dict[str, Any] = {"sport": "NBA", "market_id": 156, "limit": 10}
    return client.get("/v3/offers", params=parameters | asked, headers=KEY)


def event_of(client: httpx.Client, clock: ManualClock) -> str:
    listed = events(client, clock).filter(pl.col("commence_at") == moment(TIPOFF))
    return str(listed["event_id"][0])


def test_the_events_of_a_date_are_the_leagues_games(client: httpx.Client, clock: ManualClock) -> None:
    frame = events(client, clock)
    games = games_on(SEASON, DAY)
    assert frame.height == len(games)
    assert set(frame["commence_at"]) == {moment(int(SEASON.fixtures.tipoff[game])) for game in games}
    assert set(frame["game_date"]) == {DAY}
    clock.move_to(moment(int(SEASON.finished[games].max())))
    assert set(events(client, clock)["status"]) == {"closed"}


def test_offers_tell_what_each_book_quotes_at_that_minute(client: httpx.Client, clock: ManualClock) -> None:
    frame = offers(client, clock).filter(pl.col("event_id") == event_of(client, clock))
    board, market = LineBoard(SEASON, GAME), OFFERED.index("points")
    players = SEASON.setting.players[GAME].reshape(-1)
    quoted = set()
    for book, habits in enumerate(BOOKMAKERS):
        quotes = board.props(book, market, TIPOFF - 2 * HOUR)
        assert quotes is not None
        for player, line in zip(quotes.player.tolist(), quotes.line.tolist(), strict=True):
            quoted.add((habits.key, without_accents(SEASON.pool.name[players[player]]).removesuffix("."), line))
    told = {
        (book, name, line)
        for book, name, line in frame.select("bookmaker", "player_name", "line").iter_rows()
        if book != "consensus"
    }
    assert told <= quoted
    assert {book for book, *_ in told} == {book.key for book in BOOKMAKERS}
    one_line_books = {book.key for book in BOOKMAKERS if not book.mixes_alternates}
    assert {row for row in quoted if row[0] in one_line_books} <= told


def test_the_consensus_lies_among_the_books(client: httpx.Client, clock: ManualClock) -> None:
    frame = offers(client, clock)
    key = ["event_id", "player_name"]
    consensus = frame.filter(pl.col("bookmaker") == "consensus")
    books = (
        frame.filter(pl.col("bookmaker") != "consensus")
        .group_by(key)
        .agg(pl.col("line").min().alias("low"), pl.col("line").max().alias("high"))
    )
    both = consensus.join(books, on=key, how="left")
    assert both.filter(pl.col("line").is_between("low", "high")).height == consensus.height == books.height


def test_opening_lines_are_the_first_ones_and_stay_while_lines_move(client: httpx.Client, clock: ManualClock) -> None:
    key = ["event_id", "player_name"]
    opening = ["opening_line", "opening_over_price", "opening_under_price", "opening_bookmaker", "opening_at"]
    late = offers(client, clock)
    clock.move_to(moment(TIPOFF - 10 * HOUR))
    early = offers(client, clock)
    both = early.select(*key, *opening).unique().join(late.select(*key, *opening).unique(), on=key, suffix="_late")
    assert both.height > 40
    for name in opening:
        assert both[name].equals(both[f"{name}_late"], null_equal=True), name
    assert late.filter(pl.col("line") != pl.col("opening_line")).height > 0
    clock.move_to(moment(TIPOFF) - timedelta(hours=13.5))
    first = offers(client, clock)
    assert first.filter(pl.col("opening_at") > clock()).is_empty()
    assert first.height > 0


def test_nothing_is_offered_before_lines_open_and_the_closing_lines_stay(
    client: httpx.Client, clock: ManualClock
) -> None:
    clock.move_to(moment(TIPOFF - 20 * HOUR))
    assert offers(client, clock).is_empty()
    started = int(SEASON.started[GAME])
    clock.move_to(moment(started - 1))
    facts = ["player_name", "bookmaker", "line", "over_price", "under_price"]
    event = event_of(client, clock)
    closing = offers(client, clock).filter(pl.col("event_id") == event)
    clock.move_to(moment(started + 30 * HOUR))
    past = offers(client, clock).filter(pl.col("event_id") == event)
    assert past.filter(pl.col("updated_at") > moment(started)).is_empty()
    assert set(past["bookmaker"]) == set(closing["bookmaker"])
    assert closing.join(past, on=["player_name", "bookmaker"], how="semi").height > 0.95 * closing.height
    clock.advance(timedelta(hours=5))
    assert offers(client, clock).filter(pl.col("event_id") == event).select(facts).equals(past.select(facts))


def test_pages_hold_ten_offers_and_together_all_of_them(client: httpx.Client, clock: ManualClock) -> None:
    event = event_of(client, clock)
    first = page(client, event_id=event, limit=500).json()
    total = first["_pagination"]["total_items"]
    assert first["_pagination"]["limit"] == len(first["offers"]) == 10
    count = first["_pagination"]["total_pages"]
    *pages, beyond = [page(client, event_id=event, page=number).json() for number in range(1, count + 2)]
    ids = [offer["id"] for one in pages for offer in one["offers"]]
    assert len(ids) == len(set(ids)) == total
    assert beyond["offers"] == []


@pytest.mark.parametrize(
    ("asked", "headers", "status"),
    [
        ({"event_id": 20001}, {}, 403),
        ({"event_id": ""}, KEY, 400),
        ({"event_id": 20001, "market_id": ""}, KEY, 400),
        ({"event_id": 20001, "sport": "MLB"}, KEY, 400),
        ({"event_id": 99, "market_id": 142}, KEY, 200),
    ],
)
def test_what_it_does_not_understand_is_refused(
    client: httpx.Client, asked: dict[str, Any], headers: dict[str, str], status: int
) -> None:
    parameters: dict[str, Any] = {"sport": "NBA", "market_id": 156}
    answer = client.get("/v3/offers", params=parameters | asked, headers=headers)
    assert answer.status_code == status
    assert client.get("/v3/events").status_code == 403
    assert client.get("/v3/events", params={"date": "soon"}, headers=KEY).status_code == 400


def test_events_are_laid_out_as_recorded(client: httpx.Client) -> None:
    genuine = layout(next(genuine_bodies("samples/bettingpros.warc.gz")))
    made = layout(client.get("/v3/events", params={"sport": "NBA", "date": str(DAY)}, headers=KEY).json())
    assert set(made) <= set(genuine)
    for path, kinds in made.items():
        assert kinds <= genuine[path] | {"NoneType"}, path


def test_offers_are_laid_out_as_in_the_season_recordings(client: httpx.Client, clock: ManualClock) -> None:
    recorded: dict[str, set[str]] = {}
    for body in genuine_bodies("bettingpros/offers-points-2025-26.warc.gz"):
        for path, kinds in layout(body).items():
            recorded.setdefault(path, set()).update(kinds)
    made = layout(page(client, event_id=event_of(client, clock), season=2026, page=1).json())
    beside = {".main", ".is_off", ".book_id", ".line", ".cost", ".created"}
    assert {path for path in set(made) - set(recorded) if path[path.rindex(".") :] not in beside} == set()
    assert set(recorded) <= set(made)
    for path in set(made) & set(recorded):
        if recorded[path] != {"NoneType"} and not path.startswith("._parameters"):
            assert made[path] <= recorded[path] | {"NoneType"}, path

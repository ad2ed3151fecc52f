"""BettingPros: every recorded body, pairs of over and under by book, opening lines, pages, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import polars as pl
import pytest

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.contracts.raw.bettingpros import BETTINGPROS_EVENTS, BETTINGPROS_PLAYER_PROPS
from nba_props.markets import MARKET_NAMES
from nba_props.settings import Settings, load_settings
from nba_props.teams import TRICODES
from nba_props.upstreams.asking import Listing, Rule, Subject
from nba_props.upstreams.bettingpros import EVENTS, OFFERS, UPSTREAM
from nba_props.upstreams.bettingpros_requests import MARKET_IDS
from nba_props.upstreams.endpoint import Endpoint, Parsed
from nba_props.upstreams.requests import MissingKey, Request
from nba_props_tests.upstreams.examples_bettingpros import (
    EVENTS_URL,
    MANY,
    OFFERS_URL,
    event,
    events,
    examples,
    line,
    offer,
    offers,
    over_under,
    selection,
)
from nba_props_tests.upstreams.exchanges import FETCHED_AT, assert_keeps_contract, payload, recordings

DAY = date(2025, 1, 5)
SECRET = "s3cret-key"


@lru_cache(maxsize=3)
def recorded(name: str) -> tuple[Payload, ...]:
    return tuple(_read(name))


def _read(name: str) -> Iterator[Payload]:
    iterator = pytest.importorskip("warcio.archiveiterator").ArchiveIterator
    with (recordings() / name).open("rb") as stream:
        for record in iterator(stream):
            if record.rec_type == "response":
                url = record.rec_headers.get_header("WARC-Target-URI")
                moment = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date"))
                yield payload(url, record.content_stream().read(), fetched_at=moment)


def parsed(endpoint: Endpoint, payloads: tuple[Payload, ...]) -> tuple[pl.DataFrame, Parsed]:
    assert all(endpoint.recognises(each.url) for each in payloads)
    result = endpoint.parse_many(payloads)
    assert not result.malformed
    (frame,) = result.frames.values()
    table = BETTINGPROS_EVENTS if endpoint is EVENTS else BETTINGPROS_PLAYER_PROPS
    assert_keeps_contract(table, frame)
    return frame, result


def parse_events(*entries: dict[str, Any]) -> tuple[pl.DataFrame, Parsed]:
    return parsed(EVENTS, (payload(EVENTS_URL, events(*entries)),))


def parse_offers(*entries: dict[str, Any]) -> tuple[pl.DataFrame, Parsed]:
    return parsed(OFFERS, (payload(OFFERS_URL, offers(*entries)),))


def decimal(american: float) -> float:
    return 1 + (american / 100 if american > 0 else 100 / -american)


def test_every_recorded_offer_is_a_row_with_the_line_and_prices_that_were_sent() -> None:
    payloads = recorded("bettingpros/offers-points-2025-26.warc.gz")
    assert len(payloads) == 683
    frame, result = parsed(OFFERS, payloads)
    sent = {
        (each.payload_id, str(one["event_id"]), one["participants"][0]["name"], side["label"], row["line"]): row["cost"]
        for each in payloads
        for one in json.loads(each.body)["offers"]
        for side in one["selections"]
        for book in side["books"]
        for row in book["lines"]
    }
    assert len(sent) == 2 * 6490
    assert frame.height == 6490
    assert result.rejects.is_empty()
    columns = ["payload_id", "event_id", "player_name", "line"]
    stored = {
        (*key[:3], side, key[3]): price
        for side, column in (("Over", "over_price"), ("Under", "under_price"))
        for *key, price in frame.select(*columns, column).iter_rows()
    }
    assert stored == pytest.approx({key: decimal(cost) for key, cost in sent.items()})
    assert frame.select(pl.col("bookmaker", "market").unique()).rows() == [("consensus", "points")]


def test_recorded_offers_are_of_the_date_on_which_their_events_are_listed() -> None:
    listed, _ = parsed(EVENTS, recorded("bettingpros/events-2025-26.warc.gz"))
    frame, _ = parsed(OFFERS, recorded("bettingpros/offers-points-2025-26.warc.gz"))
    both = frame.join(listed, on="event_id", how="left", suffix="_listed")
    assert both["game_date_listed"].null_count() == 0
    assert both.filter(pl.col("game_date") != pl.col("game_date_listed")).is_empty()
    assert frame["event_id"].n_unique() == 487


def test_every_recorded_event_is_stored_under_the_date_that_was_asked_for() -> None:
    payloads = recorded("bettingpros/events-2025-26.warc.gz")
    frame, result = parsed(EVENTS, payloads)
    sent = [
        (date.fromisoformat(each.url.rpartition("date=")[2]), str(one["id"]), one["scheduled"], one["status"])
        for each in payloads
        for one in json.loads(each.body)["events"]
    ]
    assert result.rejects.is_empty()
    times = frame["commence_at"].dt.strftime("%Y-%m-%d %H:%M:%S")
    assert list(zip(frame["game_date"], frame["event_id"], times, frame["status"], strict=True)) == sent
    assert len(sent) == 487
    assert set(frame["home_team"]) == set(frame["away_team"]) == set(TRICODES)


def test_the_genuine_events_are_read_in_utc() -> None:
    frame, _ = parsed(EVENTS, recorded("samples/bettingpros.warc.gz"))
    columns = ("event_id", "game_date", "commence_at", "away_team", "home_team", "status")
    day, utc = date(2021, 10, 21), UTC
    assert frame.select(columns).rows() == [
        ("20879", day, datetime(2021, 10, 21, 23, 30, tzinfo=utc), "DAL", "ATL", "closed"),
        ("20880", day, datetime(2021, 10, 22, 0, 0, tzinfo=utc), "MIL", "MIA", "closed"),
        ("20881", day, datetime(2021, 10, 22, 2, 0, tzinfo=utc), "LAC", "GSW", "closed"),
    ]


def test_the_codes_of_the_sister_site_are_the_leagues_teams() -> None:
    frame, _ = parse_events(event(home="PHO", visitor="NOR"), event(id=2, home="UTH", visitor="BKN"))
    assert frame.select("home_team", "away_team").rows() == [("PHX", "NOP"), ("UTA", "BKN")]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"home": "EST"}, "unknown team: EST"),
        ({"visitor": None}, "unknown team"),
        ({"scheduled": "TBD"}, "scheduled is no time: TBD"),
        ({"scheduled": None}, "scheduled is no time"),
        ({"id": " "}, "empty event id"),
        ({"id": None}, "int | str"),
    ],
)
def test_a_bad_event_is_refused_and_the_others_survive(changes: dict[str, Any], expected: str) -> None:
    frame, result = parse_events(event(**changes), event(id=2))
    assert frame["event_id"].to_list() == ["2"]
    assert expected in result.rejects["reason"][0]


def test_an_event_told_twice_is_one_and_a_contradicted_one_is_refused() -> None:
    frame, result = parse_events(event(), event(), event(status="closed"))
    assert frame["status"].to_list() == ["closed"]
    assert result.rejects.height == 1


def test_no_events_is_an_answer_that_speaks_of_the_date_that_was_asked_for() -> None:
    frame, _ = parse_events()
    assert frame.is_empty()
    assert EVENTS.covers(payload(EVENTS_URL, events())).game_dates == (DAY,)
    late = event(scheduled="2025-01-07 00:30:00")
    assert EVENTS.covers(payload(EVENTS_URL, events(event(), late))).game_dates == (DAY, date(2025, 1, 6))


def test_a_line_of_a_book_is_a_row_with_both_prices_and_its_opening() -> None:
    made = parse_offers(over_under(26.5, -110, 120))[0].row(0, named=True)
    assert (made["event_id"], made["game_date"], made["snapshot_at"]) == ("20879", DAY, FETCHED_AT)
    assert (made["bookmaker"], made["market"], made["line"]) == ("fanduel", "points", 26.5)
    assert (made["player_name"], made["source_player_id"]) == ("Jalen Brunson", "3333")
    assert (made["over_price"], made["under_price"]) == pytest.approx((decimal(-110), 2.2))
    assert made["updated_at"] == datetime(2025, 1, 5, 22, 41, 7, tzinfo=UTC)
    assert (made["is_main"], made["is_active"]) == (True, True)
    assert (made["opening_line"], made["opening_bookmaker"]) == (24.5, "fanduel")
    assert (made["opening_over_price"], made["opening_under_price"]) == pytest.approx((decimal(-115),) * 2)
    assert made["opening_at"] == datetime(2025, 1, 5, 14, 2, 11, tzinfo=UTC)


def test_the_sides_of_different_lines_stay_apart_and_keep_a_null() -> None:
    frame, result = parse_offers(MANY)
    assert result.rejects.is_empty()
    assert frame.sort("bookmaker", "line").select(
        "bookmaker", "line", pl.col("over_price", "under_price").is_null()
    ).rows() == [
        ("consensus", 26.5, False, False),
        ("draftkings", 25.5, False, False),
        ("draftkings", 29.5, False, True),
        ("fanduel", 26.5, False, False),
    ]  # fmt: skip
    assert frame["opening_under_price"].to_list() == [None] * 4


@pytest.mark.parametrize("opening", [[], {}, None, {"line": 0, "cost": -110}, {"line": "24.5"}, "none"])
def test_an_opening_line_that_is_none_costs_nothing_but_itself(opening: Any) -> None:
    sides = [selection(side, {10: [line(26.5, -110)]}, opening_line=opening) for side in ("over", "under")]
    made = parse_offers(offer(*sides))[0].row(0, named=True)
    assert made["line"] == 26.5
    assert {value for name, value in made.items() if name.startswith("opening")} == {None}


def test_the_under_of_another_opening_line_is_not_told() -> None:
    other = {"line": 25.5, "cost": 105, "book_id": 12, "created": "2025-01-05 14:00:00"}
    sides = (selection("over", {10: [line(1, -110)]}), selection("under", {10: [line(1, -110)]}, opening_line=other))
    made = parse_offers(offer(*sides))[0].row(0, named=True)
    assert (made["opening_line"], made["opening_under_price"]) == (24.5, None)
    assert made["opening_over_price"] == pytest.approx(decimal(-115))


@pytest.mark.parametrize(
    ("book", "expected"),
    [(0, "consensus"), (12, "draftkings"), (13, "williamhill_us"), (33, "espnbet"), (4711, "bettingpros_4711")],
)
def test_books_have_the_keys_of_the_odds_api_and_unknown_ones_their_id(book: int, expected: str) -> None:
    assert parse_offers(over_under(book=book))[0]["bookmaker"].to_list() == [expected]


@pytest.mark.parametrize(
    ("changed", "offer_changes"),
    [({"active": False}, {}), ({"is_off": True}, {}), ({}, {"active": False})],
)
def test_a_line_off_the_board_is_stored_as_such(changed: dict[str, Any], offer_changes: dict[str, Any]) -> None:
    over, under = line(26.5, -110, **changed), line(26.5, -110)
    made = offer(selection("over", {10: [over]}), selection("under", {10: [under]}), **offer_changes)
    assert parse_offers(made)[0]["is_active"].to_list() == [False]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"market_id": 142}, "market not carried: 142"),
        ({"event_id": ""}, "empty event id"),
        ({"player": " "}, "empty player name"),
        ({"player": None}, "empty player name"),
        ({"participants": []}, "an offer on 0 players"),
        ({"value": None}, "no line"),
        ({"value": 0}, "impossible line"),
        ({"value": 200}, "impossible line"),
        ({"over": None, "under": None}, "no price"),
        ({"over": 99, "under": -20}, "no valid price"),
        ({"over": 1e9, "under": 1e9}, "no valid price"),
        ({"over": "-110", "under": "-110"}, "float"),
        ({"book": None}, "no book id"),
    ],
)
def test_a_bad_line_is_refused_on_both_sides_and_the_others_survive(changes: dict[str, Any], expected: str) -> None:
    frame, result = parse_offers(over_under(**changes), over_under(player="Coby White"))
    assert frame["player_name"].to_list() == ["Coby White"]
    assert result.rejects.height == 2
    assert all(expected in reason for reason in result.rejects["reason"])
    assert result.rejects["game_date"].to_list() == [DAY, DAY]


def test_a_side_whose_other_side_has_no_valid_price_is_refused_with_it() -> None:
    frame, result = parse_offers(over_under(26.5, -110, 50), over_under(26.5, -110, -110, book=12))
    assert frame["bookmaker"].to_list() == ["draftkings"]
    assert sorted(result.rejects["reason"]) == ["no valid price: 50.0", "the other side has no valid price"]


def test_a_time_of_update_that_is_none_refuses_the_line_and_an_absent_one_does_not() -> None:
    soon, never = line(26.5, -110, updated="soon"), line(26.5, -110, updated=None)
    frame, result = parse_offers(offer(selection("over", {10: [soon], 12: [never]})))
    assert frame.select("bookmaker", "updated_at").rows() == [("draftkings", None)]
    assert result.rejects["reason"].to_list() == ["updated is no time: soon"]


def test_another_kind_of_side_is_refused() -> None:
    frame, result = parse_offers(
        offer(selection("yes", {10: [line(26.5, -110)]}), selection("Over", {10: [line(1, 1)]}))
    )
    assert frame.is_empty()
    assert "neither over nor under: yes" in result.rejects["reason"].to_list()


def test_a_line_told_twice_is_one_and_a_contradicted_one_is_refused() -> None:
    same, result = parse_offers(over_under(), over_under())
    assert (same.height, result.rejects.height) == (1, 0)
    changed, result = parse_offers(over_under(), over_under(over=-115))
    assert changed["over_price"].to_list() == pytest.approx([decimal(-115)])
    assert result.rejects.height == 1
    assert "-110" in result.rejects["row"][0]


def test_one_unreadable_line_costs_no_other_line_of_its_offer() -> None:
    renamed = {"line": 26.5, "price": -110}
    frame, result = parse_offers(
        offer(selection("over", {10: [renamed], 12: [line(26.5, -110)]}), selection("under", {12: [line(26.5, -110)]}))
    )
    assert frame["bookmaker"].to_list() == ["draftkings"]
    assert "cost" in result.rejects["reason"][0]
    assert json.loads(result.rejects["row"][0])["line"] == renamed


@pytest.mark.parametrize(
    ("url", "body"),
    [
        (OFFERS_URL, {"message": "Forbidden"}),
        (OFFERS_URL, {"offers": None}),
        (OFFERS_URL, offers({"event": 1, "market": 2})),
        (OFFERS_URL, offers(offer(selection("over", {10: [{"line": 1, "price": -110}]})))),
        (EVENTS_URL, {"message": "Forbidden"}),
        (EVENTS_URL, events({"id": 1, "start": "2025-01-06 00:30:00"})),
        (EVENTS_URL, b"<html>"),
    ],
)
def test_a_body_of_another_shape_is_malformed(url: str, body: Any) -> None:
    endpoint = EVENTS if "/events" in url else OFFERS
    with pytest.raises(MalformedPayload):
        endpoint.parse(payload(url, body))


def test_no_offers_is_an_answer_and_speaks_of_the_date_it_was_asked_for() -> None:
    frame, result = parse_offers()
    assert frame.is_empty()
    assert result.rejects.is_empty()
    empty = payload(OFFERS_URL, offers())
    assert OFFERS.covers(empty).game_dates == (DAY,)
    assert OFFERS.covers(replace(empty, asked_for=date(2025, 1, 3))).game_dates == (date(2025, 1, 3),)


def test_offers_are_of_the_date_that_was_asked_for_whenever_they_were_fetched() -> None:
    asked = replace(payload(OFFERS_URL, offers(over_under())), asked_for=date(2024, 12, 24))
    frame = OFFERS.parse(asked).frames[BETTINGPROS_PLAYER_PROPS.full_name]
    assert frame.select("game_date", "snapshot_at").rows() == [(date(2024, 12, 24), FETCHED_AT)]


@pytest.fixture
def settings() -> Settings:
    return load_settings({"NBA_PROPS_BETTINGPROS_KEY": SECRET})


def offers_request(settings: Settings) -> Request:
    subject = Subject(DAY, DAY, listed_ids=("20879", "20880"), variant="156")
    assert OFFERS.request is not None
    return OFFERS.request(settings, subject)


def test_requests_are_those_that_the_endpoints_recognise_and_show_no_key(settings: Settings) -> None:
    assert EVENTS.request is not None
    request = EVENTS.request(settings, Subject(DAY, DAY))
    assert request.url == EVENTS_URL
    assert offers_request(settings).url == OFFERS_URL
    for endpoint, made in ((EVENTS, request), (OFFERS, offers_request(settings))):
        assert endpoint.recognises(made.url)
        assert (made.source, made.endpoint, made.game_date) == ("bettingpros", endpoint.name, DAY)
        assert SECRET not in f"{made!r} {made.url}"
        ((name, key),) = made.secret_headers
        assert (name, key.get_secret_value()) == ("x-api-key", SECRET)
    assert not OFFERS.recognises(OFFERS_URL.replace("sport=NBA", "sport=MLB"))


def test_without_a_key_an_event_or_a_market_nothing_can_be_asked_for(settings: Settings) -> None:
    with pytest.raises(MissingKey, match="NBA_PROPS_BETTINGPROS_KEY"):
        offers_request(load_settings({}))
    assert OFFERS.request is not None
    for subject in (Subject(DAY, DAY, variant="156"), Subject(DAY, DAY, listed_ids=("1",), variant="142")):
        with pytest.raises(ValueError, match="asked for by events and a market"):
            OFFERS.request(settings, subject)


def test_pages_follow_one_another_to_the_last(settings: Settings) -> None:
    request: Request | None = offers_request(settings)
    asked = []
    assert OFFERS.next_request is not None
    while request is not None:
        asked.append(dict(request.parameters)["page"])
        body = offers(over_under(), page=int(asked[-1]), total_pages=3)
        request = OFFERS.next_request(request, payload(request.url, body))
    assert asked == ["1", "2", "3"]


@pytest.mark.parametrize("body", [offers(total_pages=3), {"offers": [{}]}, b"<html>", offers(over_under())])
def test_no_page_follows_an_empty_unreadable_or_last_one(settings: Settings, body: Any) -> None:
    assert OFFERS.next_request is not None
    assert OFFERS.next_request(offers_request(settings), payload(OFFERS_URL, body)) is None


def test_each_market_is_asked_about_the_events_that_the_events_endpoint_lists() -> None:
    assert isinstance(OFFERS.rule, Rule)
    assert OFFERS.rule.variants == tuple(MARKET_IDS)
    assert sorted(MARKET_IDS.values()) == sorted(set(MARKET_NAMES) - {"turnovers"})
    assert OFFERS.rule.listed_by == Listing(BETTINGPROS_EVENTS.full_name)
    assert {"event_id", "home_team", "away_team"} <= set(BETTINGPROS_EVENTS.schema)
    assert set(examples()) == {endpoint.name for endpoint in UPSTREAM.endpoints}

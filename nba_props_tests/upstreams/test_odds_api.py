"""The Odds API: pairs of over and under, prices in either format, live and historical, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from nba_props.archive.payload import MalformedPayload
from nba_props.upstreams.registry import endpoint_of
from nba_props_tests.upstreams.exchanges import (
    EVENT_ODDS_URL,
    EVENTS_URL,
    FETCHED_AT,
    PAST_EVENT_ODDS_URL,
    PAST_EVENTS_URL,
    assert_keeps_contracts,
    envelope,
    event,
    event_odds,
    market,
    offer,
    over_under,
    parse,
    payload,
)

EVENTS, PROPS, LINES = "raw.odds_events", "raw.odds_player_props", "raw.odds_game_lines"
DECIMAL_URL = EVENT_ODDS_URL.replace("&oddsFormat=american", "")
GOOD = over_under("Coby White", 19.5, -115, -105)


def props(*outcomes: dict[str, Any], url: str = EVENT_ODDS_URL, key: str = "player_points") -> Any:
    parsed = parse(url, event_odds(market(key, *outcomes)))
    assert_keeps_contracts(parsed)
    return parsed


def test_over_and_under_become_one_row_with_decimal_prices() -> None:
    made = props(*over_under("Jalen Brunson", 26.5, -110, 120)).frames[PROPS].row(0, named=True)
    assert (made["market"], made["player_name"], made["line"]) == ("points", "Jalen Brunson", 26.5)
    assert made["over_price"] == pytest.approx(1 + 100 / 110)
    assert made["under_price"] == pytest.approx(2.2)
    assert (made["game_date"], made["snapshot_at"]) == (date(2025, 1, 5), FETCHED_AT)
    assert made["last_update"] == datetime(2025, 1, 5, 22, 58, tzinfo=UTC)


def test_pairs_are_found_wherever_their_sides_stand() -> None:
    first, second = over_under("A", 1.5, -110, 100), over_under("B", 1.5, 200, -250)
    orders = [
        [first[0], first[1], second[0], second[1]],
        [first[1], first[0], second[1], second[0]],
        [first[0], second[0], first[1], second[1]],
    ]
    frames = [props(*order).frames[PROPS].sort("player_name") for order in orders]
    columns = ["player_name", "line", "over_price", "under_price"]
    assert all(frame.select(columns).equals(frames[0].select(columns)) for frame in frames)
    assert frames[0].height == 2


def test_one_sided_lines_stay_with_a_null() -> None:
    frame = props(offer("Over", -110, 10.5, "A"), offer("Under", 105, 11.5, "A"), *over_under("B", 2.5)).frames[PROPS]
    assert frame.select(pl.col("over_price", "under_price").is_null()).rows() == [
        (False, True), (True, False), (False, False)
    ]  # fmt: skip


def test_historical_snapshots_bear_the_time_of_the_envelope() -> None:
    parsed = parse(PAST_EVENT_ODDS_URL, envelope(event_odds(market("player_points", *GOOD))))
    assert parsed.frames[PROPS]["snapshot_at"].to_list() == [datetime(2025, 1, 5, 22, 55, 38, tzinfo=UTC)]
    assert parsed.frames[PROPS]["fetched_at"].to_list() == [FETCHED_AT]


@pytest.mark.parametrize("stamp", ["2025-01-05T22:55:38", "", "yesterday", None])
def test_an_envelope_without_a_time_is_malformed(stamp: Any) -> None:
    with pytest.raises(MalformedPayload):
        parse(PAST_EVENT_ODDS_URL, envelope(event_odds(), stamp))


def test_the_format_of_prices_comes_from_the_request() -> None:
    frame = props(*over_under("A", 1.5, 1.91, 1.87), url=DECIMAL_URL).frames[PROPS]
    assert frame.select("over_price", "under_price").row(0) == (1.91, 1.87)


@pytest.mark.parametrize(
    ("url", "price"),
    [
        (EVENT_ODDS_URL, -99.5), (EVENT_ODDS_URL, 0), (EVENT_ODDS_URL, 99), (EVENT_ODDS_URL, 1.91),
        (EVENT_ODDS_URL, 100_001), (EVENT_ODDS_URL, None), (DECIMAL_URL, 1), (DECIMAL_URL, -110), (DECIMAL_URL, 0),
    ],
)  # fmt: skip
def test_an_invalid_price_refuses_the_row_with_both_sides(url: str, price: float | None) -> None:
    usual = 1.9 if url == DECIMAL_URL else -110
    parsed = props(*over_under("A", 1.5, price, usual), *over_under("B", 2.5, usual, usual), url=url)
    assert parsed.frames[PROPS]["player_name"].to_list() == ["B"]
    assert parsed.rejects.height == 2
    assert any("price" in reason for reason in parsed.rejects["reason"])


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (offer("Over", -110, 0, "A"), "impossible line"),
        (offer("Over", -110, -3.5, "A"), "impossible line"),
        (offer("Over", -110, 200, "A"), "impossible line"),
        (offer("Over", -110, None, "A"), "no line"),
        (offer("Over", -110, 5.5, " "), "empty player name"),
        (offer("Over", -110, 5.5), "empty player name"),
        (offer("Yes", -110, 5.5, "A"), "neither Over nor Under"),
        (offer("Over", "-110", 5.5, "A"), "float"),
        (offer(7, -110, 5.5, "A"), "str"),  # type: ignore[arg-type]
    ],
)
def test_a_bad_outcome_is_refused_and_the_others_survive(outcome: dict[str, Any], expected: str) -> None:
    parsed = props(outcome, *GOOD)
    assert parsed.frames[PROPS]["player_name"].to_list() == ["Coby White"]
    assert parsed.rejects.height == 1
    refused = parsed.rejects.row(0, named=True)
    assert expected in refused["reason"]
    assert (refused["table"], refused["game_date"]) == (PROPS, date(2025, 1, 5))
    assert "draftkings" in refused["row"]
    assert "player_points" in refused["row"]


def test_markets_that_are_not_carried_are_refused_by_name() -> None:
    double = market("player_double_double", offer("Yes", 150, None, "A"))
    quarter = market("h2h_q1", offer("Chicago Bulls", 150))
    parsed = parse(EVENT_ODDS_URL, event_odds(double, market("player_points", *GOOD), quarter))
    assert_keeps_contracts(parsed)
    assert parsed.frames[PROPS].height == 1
    told = dict(parsed.rejects.select("table", "reason").rows())
    assert told == {
        PROPS: "market not carried: player_double_double",
        LINES: "market not carried: h2h_q1",
    }


def test_alternate_markets_are_marked_and_kept_apart() -> None:
    parsed = parse(
        EVENT_ODDS_URL,
        event_odds(market("player_points", *GOOD), market("player_points_alternate", *GOOD)),
    )
    frame = parsed.frames[PROPS]
    assert frame.select("market", "is_alternate_market").rows() == [("points", False), ("points", True)]


def test_repetitions_collapse_and_contradictions_are_refused() -> None:
    same = props(*GOOD, *GOOD)
    assert (same.frames[PROPS].height, same.rejects.height) == (1, 0)
    changed = props(*GOOD, *over_under("Coby White", 19.5, -120, -105))
    assert changed.frames[PROPS].select("over_price", "under_price").row(0) == pytest.approx(
        (1 + 100 / 120, 1 + 100 / 105)
    )
    assert changed.rejects.height == 1
    assert "-115" in changed.rejects["row"][0]


def test_a_market_sent_in_two_parts_is_one() -> None:
    over, under = GOOD
    parsed = parse(EVENT_ODDS_URL, event_odds(market("player_points", over), market("player_points", under)))
    assert_keeps_contracts(parsed)
    assert parsed.frames[PROPS].select("over_price", "under_price").null_count().row(0) == (0, 0)


@pytest.mark.parametrize("stamp", ["2025-01-05T22:58:00", "soon"])
def test_a_naive_time_of_update_refuses_the_market_and_an_absent_one_does_not(stamp: str) -> None:
    body = event_odds(market("player_points", *GOOD, last_update=stamp), market("player_steals", *GOOD))
    parsed = parse(EVENT_ODDS_URL, body)
    assert parsed.frames[PROPS]["market"].to_list() == ["steals"]
    assert parsed.rejects.height == 2
    absent = parse(EVENT_ODDS_URL, event_odds(market("player_points", *GOOD, last_update=None)))
    assert absent.frames[PROPS]["last_update"].to_list() == [None]


@pytest.mark.parametrize("bookmaker", ["", "  "])
def test_a_bookmaker_without_a_key_is_refused(bookmaker: str) -> None:
    lines = market("h2h", offer("Chicago Bulls", 150))
    parsed = parse(EVENT_ODDS_URL, event_odds(market("player_points", *GOOD), lines, bookmaker=bookmaker))
    assert all(frame.is_empty() for frame in parsed.frames.values())
    assert parsed.rejects["reason"].to_list() == ["empty bookmaker key"] * 3


def test_game_lines_name_their_side_and_keep_a_price_that_is_none() -> None:
    parsed = parse(
        EVENT_ODDS_URL,
        event_odds(
            market("h2h", offer("Chicago Bulls", 150), offer("New York Knicks", -97.5)),
            market("spreads", offer("Chicago Bulls", -110, 4.5), offer("New York Knicks", None, -4.5)),
            market("totals", offer("Over", -110, 231.5), offer("Under", -110, 231.5)),
        ),
    )
    assert_keeps_contracts(parsed)
    assert parsed.rejects.is_empty()
    frame = parsed.frames[LINES]
    assert frame.select("market", "outcome", "point", "price_as_sent").rows() == [
        ("h2h", "home", None, 150.0),
        ("h2h", "away", None, -97.5),
        ("spreads", "home", 4.5, -110.0),
        ("spreads", "away", -4.5, None),
        ("totals", "over", 231.5, -110.0),
        ("totals", "under", 231.5, -110.0),
    ]
    assert frame["price"].is_null().to_list() == [False, True, False, True, False, False]


@pytest.mark.parametrize(
    ("key", "outcome", "expected"),
    [
        ("h2h", offer("Draw", 1000), "no outcome"),
        ("spreads", offer("Chicago Bulls", -110), "no line"),
        ("totals", offer("Over", -110, 1000), "impossible line"),
        ("totals", offer("Chicago Bulls", -110, 220.5), "no outcome"),
    ],
)
def test_a_game_line_that_makes_no_sense_is_refused(key: str, outcome: dict[str, Any], expected: str) -> None:
    parsed = parse(EVENT_ODDS_URL, event_odds(market(key, outcome), market("player_points", *GOOD)))
    assert_keeps_contracts(parsed)
    assert parsed.frames[LINES].is_empty()
    assert parsed.rejects.select("table").to_series().to_list() == [LINES]
    assert expected in parsed.rejects["reason"][0]


def test_events_are_stored_under_the_new_york_date_of_their_start() -> None:
    late = event(id="e2", commence_time="2025-01-06T03:40:00Z")
    parsed = parse(EVENTS_URL, [event(), late, event(id="e3", commence_time="2025-01-06T17:10:00Z")])
    assert_keeps_contracts(parsed)
    assert parsed.frames[EVENTS]["game_date"].to_list() == [date(2025, 1, 5), date(2025, 1, 5), date(2025, 1, 6)]
    endpoint = endpoint_of(EVENTS_URL)
    assert endpoint is not None
    covered = endpoint.covers(payload(EVENTS_URL, [event(), event(id="e3", commence_time="2025-01-08T00:10:00Z")]))
    assert covered.game_dates == (date(2025, 1, 5), date(2025, 1, 7))
    assert covered.season is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"commence_time": "2025-01-06T00:10:00"}, "commence_time"),
        ({"commence_time": None}, "commence_time"),
        ({"commence_time": "0001-01-01T00:00:00Z"}, "commence_time"),
        ({"id": ""}, "event id"),
        ({"home_team": None}, "home team"),
        ({"away_team": " "}, "away team"),
        ({"id": 5}, "str"),
    ],
)
def test_a_bad_event_is_refused_and_the_others_survive(changes: dict[str, Any], expected: str) -> None:
    parsed = parse(PAST_EVENTS_URL, envelope([event(**changes), event(id="e2")]))
    assert_keeps_contracts(parsed)
    assert parsed.frames[EVENTS]["event_id"].to_list() == ["e2"]
    assert expected in parsed.rejects["reason"][0]


@pytest.mark.parametrize("body", [[], envelope([])])
def test_no_events_is_an_answer(body: Any) -> None:
    url = EVENTS_URL if isinstance(body, list) else PAST_EVENTS_URL
    assert parse(url, body).frames[EVENTS].is_empty()
    endpoint = endpoint_of(url)
    assert endpoint is not None
    assert endpoint.covers(payload(url, body)).game_dates == (date(2025, 1, 5),)


def test_no_bookmakers_is_an_answer() -> None:
    parsed = parse(EVENT_ODDS_URL, event_odds() | {"bookmakers": []})
    assert all(frame.is_empty() for frame in parsed.frames.values())
    assert parsed.rejects.is_empty()


@pytest.mark.parametrize(
    "body",
    [
        {"message": "Missing API key"},
        event_odds() | {"commence_time": None},
        event_odds() | {"commence_time": "2025-01-06T00:10:00"},
        event_odds() | {"home_team": None},
        event_odds() | {"id": ""},
        event_odds() | {"bookmakers": None},
        envelope(event_odds()),
        event_odds(market("player_points", {"name": "Over", "odds": -110})),
    ],
)
def test_a_body_that_is_no_event_is_malformed(body: Any) -> None:
    with pytest.raises(MalformedPayload):
        parse(EVENT_ODDS_URL, body)


def test_a_malformed_historical_answer_is_indexed_by_the_moment_it_was_asked_for() -> None:
    endpoint = endpoint_of(PAST_EVENT_ODDS_URL)
    assert endpoint is not None
    url = PAST_EVENT_ODDS_URL.replace("2025-01-05T23:00:00Z", "2024-03-02T04:00:00Z")
    assert endpoint.covers(payload(url, b"{")).game_dates == (date(2024, 3, 1),)

"""Raw tables from archived payloads: the newest row holds, what is wrong is quarantined, nothing else is touched."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_props.archive.payload import Payload
from nba_props.contracts import raw
from nba_props.contracts.registry import table_named
from nba_props.contracts.table import Table
from nba_props.game_calendar import DateRange
from nba_props.upstreams import nba_com, nba_live, odds_api, raw_tables
from nba_props.upstreams.endpoint import REJECT_SCHEMA, Endpoint, Parsed, Readings
from nba_props_tests.upstreams import examples_nba_live
from nba_props_tests.upstreams.exchanges import (
    EVENT_ODDS_URL,
    EVENTS_URL,
    FETCHED_AT,
    GAME_LOG_URL,
    SCHEDULE_URL,
    box_line,
    event,
    event_odds,
    game,
    game_log,
    market,
    over_under,
    payload,
    schedule,
)

GAME_DAY, NIGHT = date(2025, 1, 5), date(2025, 1, 4)
DATES = DateRange(NIGHT, GAME_DAY)
GOOD: Mapping[Endpoint, Payload] = {
    nba_com.SCHEDULE: payload(SCHEDULE_URL, schedule(game(), game(gameId="0022400481"))),
    nba_com.PLAYER_BOX_SCORES: payload(GAME_LOG_URL, game_log(box_line(), box_line(PLAYER_ID=2, PLAYER_NAME="Two"))),
    odds_api.EVENTS: payload(EVENTS_URL, [event(), event(id="e2")]),
    odds_api.EVENT_ODDS: payload(
        EVENT_ODDS_URL,
        event_odds(market("player_points", *over_under("Jalen Brunson", 27.5), *over_under("Josh Hart", 12.5))),
    ),
}


def build(endpoint: Endpoint, *payloads: Payload) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """Tables of one endpoint, and its quarantine, all by their contracts."""
    quarantine = raw.NBAC_QUARANTINE if endpoint.source == nba_com.UPSTREAM.source else raw.ODDS_QUARANTINE
    made = raw_tables.build(DATES, {endpoint: list(payloads)}, quarantine)
    tables = {name: table_named(name).require(table_named(name).conform(frame)) for name, frame in made.items()}
    return tables, tables.pop(quarantine.full_name)


def broken(url: str, body: Any) -> Payload:
    return payload(url, body, fetched_at=FETCHED_AT + timedelta(minutes=1))


BREAKAGES: Sequence[tuple[str, Endpoint, str, Any]] = [
    ("HTML instead of JSON", nba_com.SCHEDULE, SCHEDULE_URL, b"<html>busy</html>"),
    ("JSON cut off", nba_com.SCHEDULE, SCHEDULE_URL, json.dumps(schedule(game())).encode()[:-30]),
    (
        "a renamed field",
        nba_com.SCHEDULE,
        SCHEDULE_URL,
        json.dumps(schedule(game())).replace("gameStatus", "state").encode(),
    ),
    ("an unknown team", nba_com.SCHEDULE, SCHEDULE_URL, schedule(game(gameId="0022400999", home={"teamId": 7}))),
    ("an empty body", nba_com.PLAYER_BOX_SCORES, GAME_LOG_URL, b""),
    (
        "a renamed column",
        nba_com.PLAYER_BOX_SCORES,
        GAME_LOG_URL,
        game_log({"POINTS" if k == "PTS" else k: v for k, v in box_line().items()}),
    ),
    ("a negative count", nba_com.PLAYER_BOX_SCORES, GAME_LOG_URL, game_log(box_line(PLAYER_ID=3, PTS=-1))),
    (
        "an unknown tricode",
        nba_com.PLAYER_BOX_SCORES,
        GAME_LOG_URL,
        game_log(box_line(PLAYER_ID=3, TEAM_ABBREVIATION="XXX")),
    ),
    ("an error as JSON", odds_api.EVENTS, EVENTS_URL, {"message": "quota", "error_code": "OUT_OF_USAGE_CREDITS"}),
    ("a naive time", odds_api.EVENTS, EVENTS_URL, [event(id="e3", commence_time="2025-01-06T00:10:00")]),
    (
        "a price of zero",
        odds_api.EVENT_ODDS,
        EVENT_ODDS_URL,
        event_odds(market("player_points", *over_under("Three", 9.5, over=0))),
    ),
    (
        "a price of 50",
        odds_api.EVENT_ODDS,
        EVENT_ODDS_URL,
        event_odds(market("player_points", *over_under("Three", 9.5, over=50))),
    ),
    ("a line of 0", odds_api.EVENT_ODDS, EVENT_ODDS_URL, event_odds(market("player_points", *over_under("Three", 0)))),
    (
        "a negative line",
        odds_api.EVENT_ODDS,
        EVENT_ODDS_URL,
        event_odds(market("player_points", *over_under("Three", -3.5))),
    ),
    ("no JSON object", odds_api.EVENT_ODDS, EVENT_ODDS_URL, b"[1, 2"),
]


@pytest.mark.parametrize(
    ("endpoint", "url", "body"), [case[1:] for case in BREAKAGES], ids=[case[0] for case in BREAKAGES]
)
def test_what_is_broken_is_quarantined_and_every_other_row_stands(endpoint: Endpoint, url: str, body: Any) -> None:
    bad = broken(url, body)
    before, nothing_refused = build(endpoint, GOOD[endpoint])
    after, refused = build(endpoint, GOOD[endpoint], bad)
    assert nothing_refused.is_empty()
    assert sum(frame.height for frame in before.values()) == 2
    for name, frame in before.items():
        assert after[name].equals(frame), name
    assert set(refused["payload_id"]) == {bad.payload_id}
    assert (refused["reason"].str.len_chars() > 5).all()
    assert set(refused["table"]) <= set(endpoint.tables)


@pytest.mark.parametrize("endpoint", GOOD, ids=lambda endpoint: endpoint.name)
def test_the_same_facts_fetched_again_are_told_once_by_the_newest(endpoint: Endpoint) -> None:
    first = GOOD[endpoint]
    again = payload(first.url, first.body, fetched_at=FETCHED_AT + timedelta(hours=1))
    tables, refused = build(endpoint, again, first)
    before, _ = build(endpoint, first)
    assert refused.is_empty()
    for name, frame in before.items():
        table = table_named(name)
        live = "snapshot_at" in table.schema
        assert tables[name].height == frame.height * (2 if live else 1)
        assert live or set(tables[name]["payload_id"]) <= {again.payload_id}


def test_the_same_snapshot_archived_twice_is_one_snapshot() -> None:
    url = EVENT_ODDS_URL.replace("/v4/", "/v4/historical/") + "&date=2025-01-05T23:00:00Z"
    body = {
        "timestamp": "2025-01-05T22:55:38Z",
        "data": event_odds(market("player_points", *over_under("Jalen Brunson", 27.5))),
    }
    twice = [payload(url, body, fetched_at=FETCHED_AT + timedelta(hours=hours)) for hours in (0, 3)]
    tables, _ = build(odds_api.EVENT_ODDS, *twice)
    assert tables["raw.odds_player_props"]["payload_id"].to_list() == [twice[1].payload_id]


def test_a_row_corrected_later_holds_and_one_that_is_broken_later_does_not() -> None:
    first = GOOD[nba_com.PLAYER_BOX_SCORES]
    corrected = broken(
        GAME_LOG_URL, game_log(box_line(PTS=34, FGM=11), box_line(PLAYER_ID=2, PLAYER_NAME="Two", PTS=-5))
    )
    tables, refused = build(nba_com.PLAYER_BOX_SCORES, first, corrected)
    assert tables["raw.nbac_player_boxscore"].sort("player_id")["points"].to_list() == [33, 34]
    assert refused["payload_id"].to_list() == [corrected.payload_id]


def test_the_order_in_which_payloads_lie_in_the_archive_changes_nothing() -> None:
    payloads = [GOOD[odds_api.EVENTS], broken(EVENTS_URL, [event(commence_time="2025-01-06T00:40:00Z"), event(id="")])]
    there, back = build(odds_api.EVENTS, *payloads), build(odds_api.EVENTS, *payloads[::-1])
    assert there[0]["raw.odds_events"].equals(back[0]["raw.odds_events"])
    assert there[1].equals(back[1])


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(st.integers(-2, 60), st.integers(0, 3)), min_size=1, max_size=8))
def test_every_row_is_stored_superseded_or_refused(told: list[tuple[int, int]]) -> None:
    """Points below zero are refused; of the others the newest of each player holds."""
    payloads = [
        payload(
            GAME_LOG_URL,
            game_log(box_line(PLAYER_ID=player + 1, PTS=points)),
            fetched_at=FETCHED_AT + timedelta(hours=hour),
        )
        for hour, (points, player) in enumerate(told)
    ]
    tables, refused = build(nba_com.PLAYER_BOX_SCORES, *payloads)
    newest = {player + 1: points for points, player in told if points >= 0}
    assert dict(tables["raw.nbac_player_boxscore"].select("player_id", "points").rows()) == newest
    assert refused.height == sum(points < 0 for points, _ in told)


def test_rows_of_other_dates_are_left_out() -> None:
    tables, refused = build(
        nba_com.PLAYER_BOX_SCORES,
        payload(GAME_LOG_URL, game_log(box_line(GAME_DATE="2025-03-01"), box_line(PTS=-1, GAME_DATE="2025-03-01"))),
    )
    assert tables["raw.nbac_player_boxscore"].is_empty()
    assert refused.is_empty()


def events_table() -> tuple[Table, pl.DataFrame]:
    return raw.ODDS_EVENTS, build(odds_api.EVENTS, GOOD[odds_api.EVENTS])[0]["raw.odds_events"]


def test_dates_have_changed_where_facts_have_whatever_payload_they_came_from() -> None:
    table, stored = events_table()
    later = max(stored["fetched_at"].to_list()) + timedelta(days=1)
    fetched_again = stored.with_columns(
        payload_id=pl.lit("f" * 40), fetched_at=pl.lit(later, table.schema["fetched_at"])
    )
    assert raw_tables.changed_dates(table, fetched_again.reverse(), stored) == []
    for changed in (stored.head(1), pl.concat([stored, stored.head(1).with_columns(event_id=pl.lit("e9"))])):
        assert raw_tables.changed_dates(table, changed, stored) == [GAME_DAY]
        assert raw_tables.changed_dates(table, stored, changed) == [GAME_DAY]
    assert raw_tables.changed_dates(table, stored, table.empty()) == [GAME_DAY]
    moved = stored.with_columns(game_date=pl.Series([NIGHT, GAME_DAY]))
    assert raw_tables.changed_dates(table, moved, stored) == [NIGHT, GAME_DAY]


def test_what_a_later_telling_of_a_whole_game_strikes_out_is_gone() -> None:
    endpoint = nba_live.PLAY_BY_PLAY
    told = examples_nba_live.examples()[endpoint.name]
    game = json.loads(told.body)
    game["game"]["actions"].pop()
    struck_out = payload(told.url, game, fetched_at=told.fetched_at + timedelta(minutes=1))
    (day,) = endpoint.covers(told).game_dates
    heights = [
        raw_tables.build(DateRange.of(day), {endpoint: payloads}, nba_live.UPSTREAM.quarantine)[
            endpoint.tables[0]
        ].height
        for payloads in ([told], [told, struck_out], [struck_out, told])
    ]
    assert heights[1] == heights[2] == heights[0] - 1


def test_a_payload_that_is_lost_on_the_way_stops_everything() -> None:
    class Forgetful(Endpoint):
        def parse_many(self, payloads: Sequence[Payload], readings: Readings | None = None) -> Parsed:
            return Parsed({}, pl.DataFrame(schema=REJECT_SCHEMA))

    endpoint = Forgetful(**{each.name: getattr(odds_api.EVENTS, each.name) for each in fields(Endpoint)})
    with pytest.raises(raw_tables.PayloadsUnaccounted, match="of 1 archived payloads 0 were read and 0 refused"):
        build(endpoint, GOOD[odds_api.EVENTS])

"""Reading many payloads at once: one bad payload or row never touches the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from nba_props.archive.payload import Payload
from nba_props.contracts.raw import NBAC_QUARANTINE
from nba_props.upstreams import endpoint as endpoint_module
from nba_props.upstreams.endpoint import Built, dates_asked
from nba_props.upstreams.odds_api import EVENTS
from nba_props.upstreams.registry import ENDPOINTS, endpoint_of, endpoints_of_table
from nba_props_tests.upstreams.exchanges import (
    EVENT_ODDS_URL,
    EVENTS_URL,
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

BODIES = {
    SCHEDULE_URL: schedule(game(), game(gameId="bad"), game()),
    GAME_LOG_URL: game_log(box_line(), box_line(PLAYER_ID=2, PTS=-1), box_line(PLAYER_ID=3)),
    EVENTS_URL: [event(), event(id="")],
    EVENT_ODDS_URL: event_odds(market("player_points", *over_under("A", 1.5), *over_under("B", 0))),
}


@pytest.mark.parametrize("url", BODIES)
def test_many_payloads_give_what_each_gives_alone(url: str) -> None:
    endpoint = endpoint_of(url)
    assert endpoint is not None
    payloads = [payload(f"{url}{'&' if '?' in url else '?'}n={number}", BODIES[url]) for number in range(3)]
    together = endpoint.parse_many([payloads[0], payload(url, b"{"), *payloads[1:]])
    alone = [endpoint.parse(each) for each in payloads]
    for name, frame in together.frames.items():
        assert frame.rows() == [row for each in alone for row in each.frames[name].rows()]
    assert sorted(together.rejects.rows()) == sorted(row for each in alone for row in each.rejects.rows())
    assert [reason for _, reason in together.malformed] == [together.malformed[0][1]]


def test_a_fault_of_the_parser_costs_its_payload_only() -> None:
    def build(bodies: Sequence[tuple[Payload, Any]]) -> Built:
        if any(snapshot.data[0].id == "poison" for _, snapshot in bodies):
            raise OverflowError("a number nobody thought of")
        return EVENTS.build(bodies)

    fragile = replace(EVENTS, build=build)
    parsed = fragile.parse_many([payload(EVENTS_URL, [event(id=name)]) for name in ("e1", "poison", "e2")])
    assert parsed.frames["raw.odds_events"]["event_id"].to_list() == ["e1", "e2"]
    assert "a number nobody thought of" in parsed.malformed[0][1]


def test_batches_do_not_change_what_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    payloads = [payload(EVENTS_URL, [event(id=f"e{number}")]) for number in range(5)]
    whole = EVENTS.parse_many(payloads)
    monkeypatch.setattr(endpoint_module, "BATCH_BYTES", 1)
    assert EVENTS.parse_many(payloads).frames["raw.odds_events"].equals(whole.frames["raw.odds_events"])


def test_a_quarantined_payload_is_listed_for_each_table_it_was_meant_for() -> None:
    endpoint = endpoint_of(EVENT_ODDS_URL)
    assert endpoint is not None
    rows = endpoint.quarantine(payload(EVENT_ODDS_URL, b"{"), "the body is cut off")
    assert NBAC_QUARANTINE.violations(rows).is_empty()
    assert sorted(rows["table"]) == ["raw.odds_game_lines", "raw.odds_player_props"]
    assert rows["row"].unique().to_list() == [""]
    assert rows["game_date"].unique().to_list() == [date(2025, 1, 5)]


def test_the_registry_knows_every_endpoint_and_table() -> None:
    assert [endpoint.name for endpoint in endpoints_of_table("raw.odds_game_lines")] == ["event_odds"]
    assert endpoints_of_table("raw.nothing") == ()
    assert len({(endpoint.source, endpoint.name) for endpoint in ENDPOINTS}) == len(ENDPOINTS)
    for url in ("", "not a url", "http://[broken", "https://example.org/v4/sports/soccer/events", "mailto:a@b"):
        assert endpoint_of(url) is None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("DateFrom=01/04/2025&DateTo=01/05/2025", (date(2025, 1, 4), date(2025, 1, 5))),
        ("DateFrom=2025-01-05&DateTo=2025-01-04", ()),
        ("DateFrom=13/45/2025&DateTo=01/05/2025", ()),
        ("DateFrom=&DateTo=", ()),
        ("DateFrom=01/01/1950&DateTo=01/01/2050", ()),
        ("date=2025-01-05T04:59:00Z", (date(2025, 1, 4),)),
        ("date=2025-01-05", (date(2025, 1, 5),)),
        ("date=soon", ()),
    ],
)
def test_dates_that_a_url_asks_for(query: str, expected: tuple[date, ...]) -> None:
    assert dates_asked(f"https://stats.nba.com/stats/leaguegamelog?{query}") == expected

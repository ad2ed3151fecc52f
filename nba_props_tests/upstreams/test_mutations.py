"""Mutated bodies: nothing but MalformedPayload ever comes out, and no row that breaks its contract."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nba_props.archive.payload import MalformedPayload
from nba_props.upstreams.registry import endpoint_of
from nba_props_tests.upstreams.exchanges import (
    EVENT_ODDS_URL,
    EVENTS_URL,
    GAME_LOG_URL,
    PAST_EVENT_ODDS_URL,
    PAST_EVENTS_URL,
    SCHEDULE_URL,
    assert_keeps_contracts,
    box_line,
    envelope,
    event,
    event_odds,
    game,
    game_log,
    market,
    offer,
    over_under,
    payload,
    schedule,
)

ODDS = event_odds(
    market("player_points", *over_under("A", 19.5), *over_under("B", 4.5, -130, 105)),
    market("player_points_alternate", *over_under("A", 24.5, 210, -260)),
    market("player_double_double", offer("Yes", 300, None, "A")),
    market("h2h", offer("Chicago Bulls", 150), offer("New York Knicks", -170)),
    market("spreads", offer("Chicago Bulls", -110, 4.5), offer("New York Knicks", -110, -4.5)),
    market("totals", offer("Over", -110, 231.5), offer("Under", -110, 231.5)),
)
BODIES = {
    SCHEDULE_URL: schedule(game(), game(gameId="0022400481", gameStatus=3), game(gameId="0012400001")),
    GAME_LOG_URL: game_log(box_line(), box_line(PLAYER_ID=2, PLAYER_NAME="Other", MIN=0)),
    EVENTS_URL: [event(), event(id="e2")],
    PAST_EVENTS_URL: envelope([event(), event(id="e2")]),
    EVENT_ODDS_URL: ODDS,
    PAST_EVENT_ODDS_URL: envelope(ODDS),
}
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(min_value=-(2**70), max_value=2**70),
    st.integers(min_value=-200, max_value=200),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.sampled_from(["", " ", "2025-01-05T00:00:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "Over", "\ud800"]),
    st.just([]),
    st.just({}),
)
FREELY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Paths of everything inside a JSON value."""
    entries = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
    for key, child in entries:
        yield (*path, key)
        yield from places(child, (*path, key))


def changed(body: Any, path: tuple[Any, ...], change: Callable[[Any, Any], None]) -> Any:
    made = copy.deepcopy(body)
    holder = made
    for key in path[:-1]:
        holder = holder[key]
    change(holder, path[-1])
    return made


def put(value: Any) -> Callable[[Any, Any], None]:
    def change(holder: Any, key: Any) -> None:
        holder[key] = value

    return change


def remove(holder: Any, key: Any) -> None:
    del holder[key]


def repeat(holder: Any, key: Any) -> None:
    if isinstance(holder, list):
        holder.append(copy.deepcopy(holder[key]))
    else:
        holder[f"x_{key}"] = holder.pop(key)


def assert_survives(url: str, content: bytes) -> None:
    endpoint = endpoint_of(url)
    assert endpoint is not None
    sent = payload(url, content)
    assert endpoint.covers(sent).game_dates
    with suppress(MalformedPayload):
        assert_keeps_contracts(endpoint.parse(sent))


@pytest.mark.parametrize("url", BODIES)
@FREELY
@given(data=st.data())
def test_a_changed_body_is_read_within_its_contract_or_malformed(url: str, data: st.DataObject) -> None:
    body = BODIES[url]
    for _ in range(data.draw(st.integers(1, 3))):
        found = list(places(body))
        if not found:
            break
        change = data.draw(st.one_of(st.builds(put, VALUES), st.sampled_from([remove, repeat])))
        body = changed(body, data.draw(st.sampled_from(found)), change)
    assert_survives(url, json.dumps(body).encode())


@pytest.mark.parametrize("url", BODIES)
@FREELY
@given(data=st.data())
def test_a_damaged_body_is_read_within_its_contract_or_malformed(url: str, data: st.DataObject) -> None:
    content = bytearray(json.dumps(BODIES[url]).encode())
    position = data.draw(st.integers(0, len(content) - 1))
    damage = data.draw(st.sampled_from(["cut", "flip", "insert"]))
    if damage == "cut":
        del content[position:]
    elif damage == "flip":
        content[position] = data.draw(st.integers(0, 255))
    else:
        content[position:position] = data.draw(st.binary(min_size=1, max_size=4))
    assert_survives(url, bytes(content))


def test_an_unchanged_body_of_each_kind_is_read_without_rejects_but_for_uncarried_markets() -> None:
    for url, body in BODIES.items():
        endpoint = endpoint_of(url)
        assert endpoint is not None
        parsed = endpoint.parse(payload(url, body))
        assert all(reason.startswith("market not carried") for reason in parsed.rejects["reason"])
        assert any(frame.height for frame in parsed.frames.values())

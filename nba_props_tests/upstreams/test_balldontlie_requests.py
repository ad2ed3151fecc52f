"""Requests to balldontlie: paths, the key that is hidden, and the page after a page."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from nba_props.archive.payload import Payload
from nba_props.settings import load_settings
from nba_props.upstreams.asking import Past, Per, Rule, Subject
from nba_props.upstreams.balldontlie import ASKED, UPSTREAM
from nba_props.upstreams.endpoint import Endpoint
from nba_props.upstreams.requests import MissingKey
from nba_props_tests.upstreams.examples_balldontlie import STATS_URL, URLS, body
from nba_props_tests.upstreams.exchanges import payload

DAY = date(2025, 1, 4)
KEY = "a-planted-key"
SETTINGS = load_settings({"NBA_PROPS_BALLDONTLIE_KEY": KEY})


def endpoint(name: str) -> Endpoint:
    return next(one for one in UPSTREAM.endpoints if one.name == name)


def test_requests_ask_the_documented_paths_and_hide_the_key() -> None:
    subject = Subject(game_date=DAY, today=DAY)
    for one in ASKED:
        assert one.request is not None
        request = one.request(SETTINGS, subject)
        assert request.url == URLS[one.name]
        assert one.recognises(request.url)
        assert (request.source, request.endpoint, request.game_date) == ("balldontlie", one.name, DAY)
        assert [(name, secret.get_secret_value()) for name, secret in request.secret_headers] == [
            ("Authorization", KEY)
        ]
        assert KEY not in repr(request) + request.url + str(request.headers)


def test_a_request_without_a_key_names_the_setting() -> None:
    for one in ASKED:
        assert one.request is not None
        with pytest.raises(MissingKey, match="NBA_PROPS_BALLDONTLIE_KEY"):
            one.request(load_settings({}), Subject(game_date=DAY, today=DAY))


def test_what_is_asked_for_is_asked_for_with_the_key_and_lists_of_the_day_never_for_the_past() -> None:
    for one in ASKED:
        assert isinstance(one.rule, Rule)
        assert one.rule.key == "balldontlie_key"
        assert one.rule.every in type(SETTINGS).model_fields
        is_list = one.name in ("active_players", "player_injuries", "standings")
        assert (one.rule.per, one.rule.past) == ((Per.DAY, Past.NOTHING) if is_list else (Per.DATE, Past.SAME))


def first_request(name: str = "stats") -> Any:
    make = endpoint(name).request
    assert make is not None
    return make(SETTINGS, Subject(game_date=DAY, today=DAY))


def next_request(request: Any, answer: Payload) -> Any:
    follow = endpoint(request.endpoint).next_request
    assert follow is not None
    return follow(request, answer)


@pytest.mark.parametrize("name", ["games", "stats", "active_players", "player_injuries"])
def test_the_next_page_is_asked_for_by_its_cursor_until_there_is_none(name: str) -> None:
    first = first_request(name)
    second = next_request(first, payload(first.url, body(cursor=277)))
    assert second.url == f"{first.url}&cursor=277"
    assert second.secret_headers == first.secret_headers
    third = next_request(second, payload(second.url, body(cursor=512)))
    assert third.url == f"{first.url}&cursor=512"
    assert next_request(third, payload(third.url, body())) is None


@pytest.mark.parametrize("content", [b"<html>", b"", [], {"meta": None}, {"meta": {"next_cursor": [1]}}])
def test_an_answer_that_cannot_be_read_has_no_next_page(content: Any) -> None:
    first = first_request()
    assert next_request(first, payload(first.url, content)) is None
    assert next_request(first, payload(first.url, body(cursor=5), status=500)) is None


def test_an_answer_that_names_its_own_cursor_again_is_the_last() -> None:
    second = next_request(first_request(), payload(STATS_URL, body(cursor=277)))
    assert next_request(second, payload(second.url, body(cursor=277))) is None


def test_paged_endpoints_are_those_whose_answers_carry_a_cursor() -> None:
    paged = {one.name for one in UPSTREAM.endpoints if one.next_request is not None}
    assert paged == {"games", "stats", "active_players", "player_injuries"}

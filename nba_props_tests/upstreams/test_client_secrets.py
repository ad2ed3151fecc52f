"""Keys and credentials: sent to whom they are for, kept and logged nowhere."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from nba_props.upstreams.requests import Request
from nba_props_tests.upstreams.fetching import DAY, SECRET, details, fetch, json_request, outcomes
from nba_props_tests.upstreams.servers import Server, hangs_up, says, serve


@pytest.fixture
def server() -> Iterator[Server]:
    with serve() as running:
        yield running


def test_a_planted_key_is_in_nothing_that_is_kept_or_logged(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    told = f"your key {SECRET} or pl4nted%2Fkey%2B is wrong"
    echo = says("500 Oops", told.encode(), f"X-Echo: {SECRET}", f"Location: /?apiKey={SECRET}")
    server.scripts = [echo, hangs_up, says("200 OK", b'["' + SECRET.encode() + b'"]', f"X-Echo: {SECRET}")]
    with caplog.at_level(logging.DEBUG):
        fetched = fetch(server)
    assert outcomes(fetched) == ["retry later", "retry later", "ok"]
    rows = [each.row("a", 1) for each in fetched.tries]
    kept = repr(fetched) + repr(rows) + caplog.text + "".join(str(vars(record)) for record in caplog.records)
    assert "pl4nted" in server.asked[0]
    assert "pl4nted" not in kept
    assert "HTTP 500: your key ***" in details(fetched)[0]
    assert fetched.body == b'["***"]'


@pytest.mark.parametrize("name", ["Authorization", "x-api-key"])
def test_a_key_in_a_header_is_sent_and_kept_and_logged_nowhere(
    server: Server, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.scripts = [says("401 No", b"Bearer h3ader-k3y is no key", "X-Echo: h3ader-k3y")]
    with caplog.at_level(logging.DEBUG):
        fetched = fetch(server, request=json_request(server, secret_headers=((name, SecretStr("Bearer h3ader-k3y")),)))
    assert f"{name.lower()}: bearer h3ader-k3y\r\n" in server.asked[0].lower()
    assert "h3ader" not in repr(fetched) + caplog.text + "".join(str(vars(record)) for record in caplog.records)
    assert details(fetched) == ["HTTP 401: *** is no key"]


@pytest.mark.parametrize("key", ["br0ken\nk3y", "br0ken k3y\r\nX-More: 1", "brök3n", "br0k3n ", "br0\x00k3n"])
def test_a_key_that_no_header_may_hold_is_not_sent_and_not_told(
    server: Server, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        fetched = fetch(server, request=json_request(server, secret_headers=(("x-api-key", SecretStr(key)),)))
    assert (outcomes(fetched), server.asked) == (["permanent"], [])
    assert "x-api-key" in details(fetched)[0]
    assert "k3" not in repr(fetched) + caplog.text


def test_credentials_in_a_base_url_are_kept_nowhere(server: Server) -> None:
    server.scripts = [says("500 Oops", b"http://someone:p4ss@host/ is down")]
    base = server.base_url.replace("://", "://someone:p4ss@")
    request = Request("odds_api", "events", DAY, base, "/v4/events", (("token", "t0k3n"), ("a", "b")))
    fetched = fetch(server, request=request, retry_attempts=1)
    (made,) = fetched.tries
    row = made.row("a1", 1)
    assert (row["host"], row["question"]) == (server.host, "/v4/events?a=b")
    assert row["url"] == f"{server.base_url}/v4/events?a=b"
    assert details(fetched) == ["HTTP 500: http://***@host/ is down"]

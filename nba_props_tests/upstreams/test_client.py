"""The client against a real server: every way an upstream fails, bounded, recorded, and without secrets."""

from __future__ import annotations

import gzip
import logging
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from pydantic import SecretStr

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.contracts.operations import ATTEMPT_OUTCOMES, COLLECTION_ATTEMPTS
from nba_props.settings import Settings
from nba_props.upstreams.client import Client, Fetched
from nba_props.upstreams.odds_api import EVENTS
from nba_props.upstreams.requests import Request, events_request
from nba_props.upstreams.verdicts import EXCEPTION_RULES, STATUS_RULES, verdict_of_status
from nba_props_tests.upstreams.servers import Server, drips, hangs_up, says, serve, stalls

SECRET = "pl4nted/key+"
NOW = datetime(2025, 1, 6, 4, 30, tzinfo=UTC)
BODY = b'[{"id":"e1","commence_time":"2025-01-06T00:10:00Z","home_team":"Chicago Bulls","away_team":"New York Knicks"}]'


@pytest.fixture
def server() -> Iterator[Server]:
    with serve() as running:
        yield running


class Sleeper:
    """Notes what it is told to wait, and lets the time pass at once."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.time = 0.0

    def __call__(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.time += seconds

    def timer(self) -> float:
        return self.time


def settings_for(server: Server, **changes: Any) -> Settings:
    usual: dict[str, Any] = {
        "odds_api_url": server.base_url,
        "odds_api_key": SecretStr(SECRET),
        "retry_first_wait_seconds": 0.001,
        "retry_longest_wait_seconds": 0.002,
        "pacing_seconds": 0,
    }
    return Settings(**(usual | changes))


def fetch(server: Server, sleeper: Sleeper | None = None, **changes: Any) -> Fetched:
    settings = settings_for(server, **changes)
    paced = {} if sleeper is None else {"sleep": sleeper, "timer": sleeper.timer}
    with Client(settings, lambda: NOW, **paced) as client:  # type: ignore[arg-type]
        return client.fetch(events_request(settings, date(2025, 1, 5)))


def outcomes(fetched: Fetched) -> list[str]:
    return [row["outcome"] for row in fetched.attempts]


def test_an_answer_comes_with_its_time_quota_and_one_try(server: Server) -> None:
    server.scripts = [says("200 OK", BODY, "X-Requests-Used: 12", "X-Requests-Remaining: 488", "Set-Cookie: id=1")]
    fetched = fetch(server)
    assert (fetched.status, fetched.body, fetched.outcome, fetched.fetched_at) == (200, BODY, "ok", NOW)
    assert fetched.url == f"{server.base_url}/v4/sports/basketball_nba/events"
    names = {name.lower() for name, _ in fetched.headers}
    assert "x-requests-used" in names
    assert not names & {"set-cookie", "content-length"}
    (row,) = fetched.attempts
    assert (row["quota_used"], row["quota_remaining"], row["sequence"]) == (12, 488, 1)
    assert row["collected_on"] == date(2025, 1, 5)
    assert "apiKey=pl4nted%2Fkey%2B" in server.asked[0]


def test_tries_keep_the_contract_of_collection_attempts(server: Server) -> None:
    server.scripts = [says("503 Busy"), hangs_up, says("200 OK", BODY)]
    fetched = fetch(server)
    rows = [row | {"attempt_id": "a1", "payload_id": None} for row in fetched.attempts]
    frame = pl.DataFrame(rows, schema=COLLECTION_ATTEMPTS.schema)
    assert COLLECTION_ATTEMPTS.violations(frame).is_empty()
    assert frame["sequence"].to_list() == [1, 2, 3]
    assert outcomes(fetched) == ["retry later", "retry later", "ok"]
    assert frame["status"].to_list() == [503, None, 200]


@pytest.mark.parametrize(
    ("status", "outcome", "tries"),
    [
        ("400 Bad Request", "permanent", 1),
        ("401 Unauthorized", "permanent", 1),
        ("403 Forbidden", "blocked", 1),
        ("404 Not Found", "permanent", 1),
        ("422 Unprocessable", "permanent", 1),
        ("429 Too Many Requests", "retry later", 3),
        ("500 Internal Server Error", "retry later", 3),
        ("503 Service Unavailable", "retry later", 3),
    ],
)
def test_an_error_status_gives_no_body_and_as_many_tries_as_it_deserves(
    server: Server, status: str, outcome: str, tries: int
) -> None:
    server.scripts = [says(status, b'{"message":"no"}')]
    fetched = fetch(server)
    assert (fetched.body, fetched.outcome) == (None, outcome)
    assert fetched.status == int(status[:3])
    assert outcomes(fetched) == [outcome] * tries
    assert fetched.attempts[-1]["detail"] == f'HTTP {status[:3]}: {{"message":"no"}}'


def test_a_redirect_is_not_followed(server: Server) -> None:
    with serve() as elsewhere:
        elsewhere.scripts = [says("200 OK", BODY)]
        server.scripts = [says("302 Found", b"", f"Location: {elsewhere.base_url}/?apiKey={SECRET}")]
        fetched = fetch(server)
        assert (fetched.outcome, fetched.body, elsewhere.asked) == ("permanent", None, [])
    assert SECRET not in repr(fetched)


def test_a_stalled_answer_ends_with_the_read_deadline(server: Server) -> None:
    server.scripts = [stalls(server)]
    fetched = fetch(server, read_timeout_seconds=0.05, retry_attempts=2)
    assert outcomes(fetched) == ["retry later"] * 2
    assert "ReadTimeout" in fetched.attempts[0]["detail"]
    assert (fetched.status, fetched.body) == (None, None)


def test_a_dripping_answer_ends_with_the_deadline_of_the_whole_request(server: Server) -> None:
    server.scripts = [drips(server, 0.01)]
    fetched = fetch(server, request_deadline_seconds=0.1, retry_attempts=1)
    assert outcomes(fetched) == ["retry later"]
    assert "AnswerTooLate" in fetched.attempts[0]["detail"]
    assert 0.1 <= fetched.attempts[0]["latency_seconds"] < 2


def test_a_half_sent_body_is_no_answer(server: Server) -> None:
    server.scripts = [says("200 OK", BODY[:40], length=len(BODY)), says("200 OK", BODY)]
    fetched = fetch(server)
    assert outcomes(fetched) == ["retry later", "ok"]
    assert fetched.body == BODY


def test_a_compressed_answer_is_decompressed_and_its_headers_fit_it(server: Server) -> None:
    halves = gzip.compress(BODY[:30]) + gzip.compress(BODY[30:])
    server.scripts = [says("200 OK", halves, "Content-Encoding: gzip")]
    fetched = fetch(server)
    assert fetched.body == BODY
    assert "content-encoding" not in {name.lower() for name, _ in fetched.headers}
    assert "accept-encoding: gzip\r\n" in server.asked[0].lower()


@pytest.mark.parametrize("content", [gzip.compress(BODY)[:-12], b"plain, not gzip"])
def test_a_broken_compression_is_malformed_and_kept_as_it_came(server: Server, content: bytes) -> None:
    server.scripts = [says("200 OK", content, "Content-Encoding: gzip")]
    fetched = fetch(server)
    assert outcomes(fetched) == ["malformed"]
    assert fetched.body == content
    with pytest.raises(MalformedPayload):
        EVENTS.parse(Payload("0" * 40, fetched.url, fetched.fetched_at, 200, content))


@pytest.mark.parametrize("compressed", [False, True])
def test_an_oversize_answer_is_refused(server: Server, compressed: bool) -> None:
    content = b" " * 100_000
    if compressed:
        server.scripts = [says("200 OK", gzip.compress(content), "Content-Encoding: gzip")]
    else:
        server.scripts = [says("200 OK", content)]
    fetched = fetch(server, response_byte_limit=50_000)
    assert outcomes(fetched) == ["malformed"]
    assert fetched.body is None
    assert "AnswerTooLarge" in fetched.attempts[0]["detail"]


def test_a_host_that_is_not_there_is_tried_again_later() -> None:
    with serve() as gone:
        pass
    fetched = fetch(gone, retry_attempts=2)
    assert outcomes(fetched) == ["retry later"] * 2
    assert "ConnectError" in fetched.attempts[0]["detail"]


@pytest.mark.parametrize("asked", ["7", f"{NOW + timedelta(seconds=7):%a, %d %b %Y %H:%M:%S GMT}"])
def test_retry_after_is_honoured(server: Server, asked: str) -> None:
    sleeper = Sleeper()
    server.scripts = [says("429 Too Many Requests", b"", f"Retry-After: {asked}"), says("200 OK", BODY)]
    fetched = fetch(server, sleeper)
    assert outcomes(fetched) == ["retry later", "ok"]
    assert sleeper.waits == [pytest.approx(7)]


def test_a_long_rest_ends_the_tries_and_spares_the_host(server: Server) -> None:
    sleeper = Sleeper()
    server.scripts = [says("429 Too Many Requests", b"", "Retry-After: 3600")]
    settings = settings_for(server)
    with Client(settings, lambda: NOW, sleep=sleeper, timer=sleeper.timer) as client:
        first, second = (client.fetch(events_request(settings, date(2025, 1, 5))) for _ in range(2))
    assert (outcomes(first), outcomes(second)) == (["retry later"], ["retry later"])
    assert len(server.asked) == 1
    assert "another 3600 s" in second.attempts[0]["detail"]
    assert second.attempts[0]["status"] is None
    assert sleeper.waits == []


def test_requests_to_one_host_keep_their_distance(server: Server) -> None:
    sleeper = Sleeper()
    server.scripts = [says("200 OK", BODY)]
    settings = settings_for(server, pacing_seconds=2.5)
    with Client(settings, lambda: NOW, sleep=sleeper, timer=sleeper.timer) as client:
        for _ in range(3):
            client.fetch(events_request(settings, date(2025, 1, 5)))
    assert sleeper.waits == [2.5, 2.5]


def test_threads_may_share_a_client(server: Server) -> None:
    server.scripts = [says("200 OK", BODY)]
    settings = settings_for(server)
    bodies: list[bytes | None] = []
    with Client(settings, lambda: NOW) as client:
        request = events_request(settings, date(2025, 1, 5))
        threads = [threading.Thread(target=lambda: bodies.append(client.fetch(request).body)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert bodies == [BODY] * 8


def test_a_planted_key_is_in_nothing_that_is_kept_or_logged(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    told = f"your key {SECRET} or pl4nted%2Fkey%2B is wrong"
    echo = says("500 Oops", told.encode(), f"X-Echo: {SECRET}", f"Location: /?apiKey={SECRET}")
    server.scripts = [echo, hangs_up, says("200 OK", BODY, f"X-Echo: {SECRET}")]
    with caplog.at_level(logging.DEBUG):
        fetched = fetch(server)
    assert outcomes(fetched) == ["retry later", "retry later", "ok"]
    kept = repr(fetched) + caplog.text + "".join(str(vars(record)) for record in caplog.records)
    assert "pl4nted" in server.asked[0]
    assert "pl4nted" not in kept
    assert "HTTP 500: your key ***" in fetched.attempts[0]["detail"]


def test_a_url_that_is_none_is_a_permanent_failure(server: Server) -> None:
    request = Request("odds_api", "events", date(2025, 1, 5), "ftp://nowhere", "/x")
    with Client(settings_for(server), lambda: NOW) as client:
        assert outcomes(client.fetch(request)) == ["permanent"]


def test_every_verdict_is_one_of_the_contract() -> None:
    assert {verdict for _, verdict in (*STATUS_RULES, *EXCEPTION_RULES)} <= set(ATTEMPT_OUTCOMES)
    assert all(verdict_of_status(status) in ATTEMPT_OUTCOMES for status in range(100, 600))

"""The client against a real server: every way an upstream fails, bounded and recorded."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import polars as pl
import pytest

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.contracts.operations import COLLECTION_ATTEMPTS
from nba_props.upstreams.client import Client
from nba_props.upstreams.odds_api import EVENTS
from nba_props.upstreams.odds_api_requests import events_request
from nba_props.upstreams.requests import Request
from nba_props.upstreams.verdicts import Then
from nba_props_tests.upstreams.fetching import BODY, DAY, SECRET, details, fetch, outcomes, settings_for
from nba_props_tests.upstreams.servers import (
    Script,
    Server,
    drips,
    half_closes,
    hangs_up,
    says,
    says_until_it_closes,
    serve,
    stalls,
)
from nba_props_tests.upstreams.waiting import START, Time

ABSENT = b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>No</Message></Error>'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"


@pytest.fixture
def server() -> Iterator[Server]:
    with serve() as running:
        yield running


def test_an_answer_comes_with_its_time_quota_and_one_try(server: Server) -> None:
    server.scripts = [says("200 OK", BODY, "X-Requests-Used: 12", "X-Requests-Remaining: 488", "Set-Cookie: id=1")]
    fetched = fetch(server)
    assert (fetched.status, fetched.body, fetched.outcome, fetched.fetched_at) == (200, BODY, "ok", START)
    assert (fetched.then, fetched.not_sent) == (Then.ARCHIVE, "")
    names = {name.lower() for name, _ in fetched.headers}
    assert "x-requests-used" in names
    assert not names & {"set-cookie", "content-length"}
    (row,) = (each.row("a1", 1) for each in fetched.tries)
    assert row["url"] == f"{server.base_url}/v4/sports/basketball_nba/events"
    assert (row["host"], row["question"]) == (server.host, "/v4/sports/basketball_nba/events")
    assert (row["quota_used"], row["quota_remaining"], row["route"]) == (12, 488, "direct")
    assert row["collected_on"] == DAY
    assert "apiKey=pl4nted%2Fkey%2B" in server.asked[0]


@pytest.mark.parametrize("told", ["1e300", "nan", "inf", "-inf", "many", "9" * 400])
def test_a_quota_that_is_no_number_is_none(server: Server, told: str) -> None:
    server.scripts = [says("200 OK", BODY, f"X-Requests-Remaining: {told}")]
    (made,) = fetch(server).tries
    assert made.row("a1", 1)["quota_remaining"] is None


def test_tries_keep_the_contract_of_collection_attempts(server: Server) -> None:
    server.scripts = [says("503 Busy", b"", "Retry-After: 3"), hangs_up, says("200 OK", BODY)]
    fetched = fetch(server)
    rows = [each.row("a1", number) for number, each in enumerate(fetched.tries, start=1)]
    frame = pl.DataFrame(rows, schema=COLLECTION_ATTEMPTS.schema)
    assert COLLECTION_ATTEMPTS.violations(frame).is_empty()
    assert outcomes(fetched) == ["retry later", "retry later", "ok"]
    assert frame["status"].to_list() == [503, None, 200]
    assert frame["retry_after_seconds"].to_list() == [3, None, None]


@pytest.mark.parametrize(
    ("status", "outcome", "then", "tries"),
    [
        ("204 No Content", "malformed", Then.NEXT_ROUTE, 1),
        ("302 Found", "permanent", Then.GIVE_UP, 1),
        ("400 Bad Request", "permanent", Then.GIVE_UP, 1),
        ("401 Unauthorized", "permanent", Then.DEGRADE, 1),
        ("402 Payment Required", "permanent", Then.DEGRADE, 1),
        ("403 Forbidden", "blocked", Then.NEXT_ROUTE, 1),
        ("404 Not Found", "absent", Then.GIVE_UP, 1),
        ("407 Proxy Authentication Required", "blocked", Then.NEXT_ROUTE, 1),
        ("408 Request Timeout", "retry later", Then.RETRY, 3),
        ("422 Unprocessable", "permanent", Then.GIVE_UP, 1),
        ("429 Too Many Requests", "retry later", Then.RETRY, 3),
        ("451 Unavailable For Legal Reasons", "blocked", Then.NEXT_ROUTE, 1),
        ("500 Internal Server Error", "retry later", Then.RETRY, 3),
        ("503 Service Unavailable", "retry later", Then.RETRY, 3),
        ("521 Web Server Is Down", "retry later", Then.RETRY, 3),
    ],
)
def test_a_status_that_is_no_answer_gives_no_body_and_as_many_tries_as_it_deserves(
    server: Server, status: str, outcome: str, then: Then, tries: int
) -> None:
    server.scripts = [says(status, b"" if status[:3] == "204" else b'{"message":"no"}')]
    fetched = fetch(server)
    assert (fetched.body, fetched.outcome, fetched.then) == (None, outcome, then)
    assert fetched.status == int(status[:3])
    assert outcomes(fetched) == [outcome] * tries
    assert status[:3] == "204" or details(fetched)[-1] == f'HTTP {status[:3]}: {{"message":"no"}}'


@pytest.mark.parametrize(("jitter", "waits"), [(0.0, [4, 8, 12]), (1.0, [8, 12, 12])])
def test_tries_on_a_route_are_four_to_twelve_seconds_apart(server: Server, jitter: float, waits: list[float]) -> None:
    server.scripts = [says("500 Oops")]
    settings, moment = settings_for(server, retry_attempts=4), Time()

    def drawn(low: float, high: float) -> float:
        return low + jitter * (high - low)

    with Client(settings, moment.clock, sleep=moment.sleep, timer=moment.timer, jitter=drawn) as client:
        client.fetch(events_request(settings, DAY))
    assert moment.waits == waits


def test_a_redirect_is_not_followed(server: Server) -> None:
    with serve() as elsewhere:
        elsewhere.scripts = [says("200 OK", BODY)]
        server.scripts = [says("302 Found", b"", f"Location: {elsewhere.base_url}/?apiKey={SECRET}")]
        fetched = fetch(server)
        assert (fetched.outcome, fetched.body, elsewhere.asked) == ("permanent", None, [])
    assert SECRET not in repr(fetched)


def test_a_stalled_answer_is_cut(server: Server) -> None:
    server.scripts = [stalls(server)]
    fetched = fetch(server, direct_timeout_seconds=0.05, retry_attempts=2)
    assert outcomes(fetched) == ["retry later"] * 2
    assert all("TooLate" in told or "ReadTimeout" in told for told in details(fetched))
    assert (fetched.status, fetched.body) == (None, None)


@pytest.mark.parametrize(
    ("start", "drop"),
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nX-Endless: ", b"x", id="one byte of a header at a time"),
        pytest.param(b"", b"HTTP/1.1 100 Continue\r\n\r\n", id="one interim answer after the other"),
        pytest.param(HEAD, b" ", id="one byte of the body at a time"),
        pytest.param(HEAD + b"[]", b"", id="nothing more"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n[", b" ", id="a body that does not tell its length"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n", id="one chunk at a time"),
    ],
)
def test_an_answer_that_does_not_end_is_cut_at_the_deadline(server: Server, start: bytes, drop: bytes) -> None:
    """On real time: the watchdog cuts the connection, whatever the host does to keep it alive."""
    server.scripts = [drips(server, 0.01, start, drop)]
    settings = settings_for(server, direct_timeout_seconds=0.15, retry_attempts=1)
    began = time.monotonic()
    with Client(settings, lambda: START) as client:
        fetched = client.fetch(events_request(settings, DAY))
    took = time.monotonic() - began
    assert outcomes(fetched) == ["retry later"]
    assert "AnswerTooLate" in details(fetched)[0] or "ReadTimeout" in details(fetched)[0]
    assert 0.1 <= took < 2
    assert fetched.body is None


def test_an_error_status_that_came_before_the_cut_is_what_counts(server: Server) -> None:
    server.scripts = [drips(server, 0.01, b"HTTP/1.1 403 Forbidden\r\nContent-Length: 100000\r\n\r\n")]
    fetched = fetch(server, direct_timeout_seconds=0.5)
    assert (outcomes(fetched), fetched.status) == (["blocked"], 403)


def test_the_deadline_of_a_request_ends_its_tries(server: Server) -> None:
    server.scripts = [says("500 Oops")]
    moment = Time()
    fetched = fetch(server, moment, request_deadline_seconds=10)
    assert outcomes(fetched) == ["retry later"] * 2
    assert moment.passed == 4
    assert "time for the request is over" in fetched.reason


@pytest.mark.parametrize(
    "script", [says("200 OK", BODY[:40], length=len(BODY)), hangs_up], ids=["half a body", "no answer"]
)
def test_a_connection_that_breaks_off_is_tried_again(server: Server, script: Script) -> None:
    server.scripts = [script, says("200 OK", BODY)]
    fetched = fetch(server)
    assert outcomes(fetched) == ["retry later", "ok"]
    assert fetched.body == BODY


def test_a_half_closed_connection_is_noticed_at_once(server: Server) -> None:
    server.scripts = [half_closes(server), says("200 OK", BODY)]
    fetched = fetch(server)
    assert outcomes(fetched) == ["retry later", "ok"]
    assert "RemoteProtocolError" in details(fetched)[0]


def test_a_compressed_answer_is_decompressed_and_its_headers_fit_it(server: Server) -> None:
    halves = gzip.compress(BODY[:30]) + gzip.compress(BODY[30:])
    server.scripts = [says("200 OK", halves, "Content-Encoding: gzip")]
    fetched = fetch(server)
    assert fetched.body == BODY
    assert "content-encoding" not in {name.lower() for name, _ in fetched.headers}
    assert "accept-encoding: gzip\r\n" in server.asked[0].lower()


@pytest.mark.parametrize("content", [gzip.compress(BODY)[:-12], b"plain, not gzip", gzip.compress(b"") * 101])
def test_a_broken_compression_is_malformed_and_kept_as_it_came(server: Server, content: bytes) -> None:
    server.scripts = [says("200 OK", content, "Content-Encoding: gzip")]
    fetched = fetch(server)
    assert (outcomes(fetched), fetched.then) == (["malformed"], Then.QUARANTINE)
    assert fetched.body == content
    with pytest.raises(MalformedPayload):
        EVENTS.parse(Payload("0" * 40, "https://host/", fetched.fetched_at, 200, content))


@pytest.mark.parametrize("compressed", [False, True])
def test_an_oversize_answer_is_refused(server: Server, compressed: bool) -> None:
    content = b" " * 100_000
    if compressed:
        server.scripts = [says("200 OK", gzip.compress(content), "Content-Encoding: gzip")]
    else:
        server.scripts = [says("200 OK", content)]
    fetched = fetch(server, response_byte_limit=50_000)
    assert (outcomes(fetched), fetched.then) == (["malformed"], Then.GIVE_UP)
    assert fetched.body is None
    assert "AnswerTooLarge" in details(fetched)[0]


@pytest.mark.parametrize(
    ("body", "flaw", "tries"),
    [
        (b"", "the body is empty", 3),
        (b" \r\n" * 100, "the body is empty", 3),
        (b"\xef\xbb\xbf", "the body is empty", 3),
        (b"<!DOCTYPE html><title>Are you a robot?</title>", "a web page came where data was due", 1),
        (b"\n  <html></html>", "a web page came where data was due", 1),
        (BODY[:60], "the JSON is cut off", 3),
    ],
)
def test_a_body_that_is_plainly_no_data_is_no_answer_but_is_archived(
    server: Server, body: bytes, flaw: str, tries: int
) -> None:
    server.scripts = [says_until_it_closes(body)]
    fetched = fetch(server)
    assert outcomes(fetched) == ["malformed"] * tries
    assert flaw in details(fetched)[-1]
    assert (fetched.status, fetched.body) == (200, body)


def test_what_came_is_archived_even_if_the_tries_after_it_failed_but_a_good_answer_goes_before(server: Server) -> None:
    cut = says_until_it_closes(BODY[:60])
    server.scripts = [cut, hangs_up, hangs_up]
    fetched = fetch(server)
    assert (outcomes(fetched), fetched.body) == (["malformed", "retry later", "retry later"], BODY[:60])
    assert fetched.answer is fetched.tries[0]
    server.scripts = [*server.scripts, cut, says("200 OK", BODY)]
    assert fetch(server).body == BODY


@pytest.mark.parametrize(
    ("path", "accept", "body", "outcome"),
    [
        ("/teams/BOS/2025.html", "text/html,application/json", b"<html></html>", "ok"),
        ("/teams/BOS/2025", "text/html", b"<html></html>", "ok"),
        ("/report.pdf", "*/*", b"<html></html>", "malformed"),
        ("/report.pdf", "*/*", b"%PDF-1.7", "ok"),
        ("/v1/games", "application/json", b'{"data":[]}\n', "ok"),
        ("/v1/games", "application/json", b"\xef\xbb\xbf[]", "ok"),
    ],
)
def test_what_is_due_follows_from_path_and_accept_header(
    server: Server, path: str, accept: str, body: bytes, outcome: str
) -> None:
    server.scripts = [says("200 OK", body)]
    request = Request("espn", "x", DAY, server.base_url, path, headers=(("Accept", accept),))
    assert fetch(server, request=request).outcome == outcome


def test_a_file_that_is_not_there_yet_does_not_count_as_a_block(server: Server) -> None:
    server.scripts = [says("403 Forbidden", ABSENT)]
    fetched = fetch(server)
    assert (outcomes(fetched), fetched.then) == (["absent"], Then.GIVE_UP)
    assert "not there" in details(fetched)[0]


def test_a_host_that_is_not_there_is_tried_again_later() -> None:
    with serve() as gone:
        pass
    fetched = fetch(gone, retry_attempts=2)
    assert outcomes(fetched) == ["retry later"] * 2
    assert "ConnectError" in details(fetched)[0]


@pytest.mark.parametrize("asked", ["17", f"{START + timedelta(seconds=17):%a, %d %b %Y %H:%M:%S GMT}"])
def test_retry_after_is_honoured(server: Server, asked: str) -> None:
    moment = Time()
    server.scripts = [says("429 Too Many Requests", b"", f"Retry-After: {asked}"), says("200 OK", BODY)]
    fetched = fetch(server, moment)
    assert outcomes(fetched) == ["retry later", "ok"]
    assert moment.waits == [pytest.approx(4), pytest.approx(13)]


@pytest.mark.parametrize("asked", ["soon", "-3", "1.5", "Fri, 99 Foo 2025", "", "٣"])
def test_a_retry_after_that_is_neither_number_nor_date_is_none(server: Server, asked: str) -> None:
    head = f"HTTP/1.1 429 Slow\r\nContent-Length: 0\r\nRetry-After: {asked}\r\n\r\n".encode()
    server.scripts = [lambda connection: connection.sendall(head)]
    (made,) = fetch(server, retry_attempts=1).tries
    assert made.retry_after_seconds is None


@pytest.mark.parametrize(("asked", "rest"), [("3600", 3600), ("9" * 30, 6 * 3600), ("9" * 400, 6 * 3600)])
def test_a_long_rest_ends_the_tries_and_spares_the_host(server: Server, asked: str, rest: int) -> None:
    moment = Time()
    server.scripts = [says("429 Too Many Requests", b"", f"Retry-After: {asked}")]
    settings = settings_for(server)
    with Client(settings, moment.clock, sleep=moment.sleep, timer=moment.timer, jitter=lambda *_: 0) as client:
        first, second = (client.fetch(events_request(settings, DAY)) for _ in range(2))
        assert (outcomes(first), outcomes(second)) == (["retry later"], [])
        assert len(server.asked) == 1
        assert f"another {rest - 4} s" in second.not_sent
        assert (second.status, second.body, second.outcome) == (None, None, "retry later")
        server.scripts = [says("200 OK", BODY)]
        moment.passed += rest
        assert client.fetch(events_request(settings, DAY)).outcome == "ok"


def test_requests_to_one_host_keep_their_distance_and_keep_more_after_a_complaint(server: Server) -> None:
    moment = Time()
    answer = says("200 OK", BODY)
    server.scripts = [answer, answer, says("429 Slow"), answer]
    settings = settings_for(server, pacing_seconds=2.5, retry_attempts=1)
    with Client(settings, moment.clock, sleep=moment.sleep, timer=moment.timer) as client:
        for _ in range(6):
            client.fetch(events_request(settings, DAY))
    assert moment.waits == [2.5, 2.5, 5, 3.75, 2.8125]


def test_hosts_of_several_sources_share_their_pacing(server: Server) -> None:
    moment = Time()
    server.scripts = [says("200 OK", BODY)]
    settings = settings_for(server, pacing_seconds=2.5)
    with Client(settings, moment.clock, sleep=moment.sleep, timer=moment.timer) as client:
        for source in ("nba_com", "nba_live"):
            client.fetch(Request(source, "x", DAY, server.base_url, "/"))
    assert moment.waits == [2.5]


def test_threads_may_share_a_client(server: Server) -> None:
    server.scripts = [says("200 OK", BODY)]
    settings = settings_for(server)
    bodies: list[bytes | None] = []
    with Client(settings, lambda: START) as client:
        request = events_request(settings, DAY)
        threads = [threading.Thread(target=lambda: bodies.append(client.fetch(request).body)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert bodies == [BODY] * 8


@pytest.mark.parametrize("base", ["ftp://nowhere", "http://", "http://127.0.0.1:port", "no url"])
def test_a_url_that_is_none_is_a_permanent_failure(server: Server, base: str) -> None:
    assert outcomes(fetch(server, request=Request("odds_api", "events", DAY, base, "/x"))) == ["permanent"]

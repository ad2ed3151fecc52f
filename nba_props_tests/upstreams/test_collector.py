"""The collector: answers archived, every try on record at once, further pages followed, nothing without an end."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pydantic import SecretStr

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.archive.store import Archive
from nba_props.contracts.operations import COLLECTION_ATTEMPTS, PAYLOADS
from nba_props.game_calendar import DateRange
from nba_props.settings import Settings, child_environment
from nba_props.upstreams import collector as collector_module
from nba_props.upstreams.classification import classify
from nba_props.upstreams.client import Client
from nba_props.upstreams.collector import Collected, Collector, rests_until
from nba_props.upstreams.odds_api import EVENTS
from nba_props.upstreams.odds_api_requests import event_odds_request, events_request
from nba_props.upstreams.requests import MissingKey, Request
from nba_props_tests.archive.exchanges import every_byte
from nba_props_tests.upstreams.servers import Script, Server, hangs_up, says, serve, serve_proxy, stalls
from nba_props_tests.upstreams.waiting import START, Time

KEY = "pl4nted-key-of-the-api"
DAY = date(2025, 1, 5)
DATES = DateRange(DAY, DAY + timedelta(days=1))
EVENT = {"id": "e1", "home_team": "Chicago Bulls", "away_team": "New York Knicks"}
BODY = json.dumps([EVENT | {"commence_time": "2025-01-06T00:10:00Z"}]).encode()
GOOD = says("200 OK", BODY)


@pytest.fixture
def server() -> Iterator[Server]:
    with serve() as running:
        yield running


class Collecting:
    """A home, an upstream, and time that passes by waiting."""

    def __init__(self, home: Path, server: Server, **changes: Any) -> None:
        usual: dict[str, Any] = {
            "home": home,
            "odds_api_url": server.base_url,
            "odds_api_key": SecretStr(KEY),
            "pacing_seconds": 0,
        }
        self.settings = Settings(**(usual | changes))
        self.archive = Archive(self.settings.archive_path, classify)
        self.time = Time()

    def events(self, day: date = DAY) -> Request:
        return events_request(self.settings, day)

    def odds(self, event_id: str) -> Request:
        return event_odds_request(self.settings, event_id, DAY)

    def collect(self, *requests: Request, deadline_seconds: float | None = None) -> Collected:
        return self.collect_from(iter(requests), deadline_seconds)

    def collect_from(self, requests: Iterator[Request], deadline_seconds: float | None = None) -> Collected:
        moment = self.time
        with Client(
            self.settings, moment.clock, sleep=moment.sleep, timer=moment.timer, jitter=lambda low, high: low
        ) as client:
            return Collector(self.archive, client, moment.clock).collect(requests, deadline_seconds)

    def tries(self) -> pl.DataFrame:
        return COLLECTION_ATTEMPTS.require(COLLECTION_ATTEMPTS.conform(self.archive.index.attempts_frame(DATES)))

    def payloads(self) -> list[Payload]:
        return list(self.archive.payloads("odds_api", "events", DATES))


def test_what_comes_is_archived_under_the_date_it_was_asked_for_and_linked_to_its_try(
    tmp_path: Path, server: Server
) -> None:
    told = Collecting(tmp_path, server)
    server.scripts = [says("503 Busy"), GOOD, says("404 No"), says("200 OK", b"[]")]
    done = told.collect(told.events(), told.odds("gone"), told.events(DAY + timedelta(days=1)))
    assert (done.asked, done.answered, done.absent, done.not_sent) == (3, 2, 1, 0)
    assert (done.failures, done.is_complete) == ([], True)
    tries = told.tries()
    assert tries["outcome"].to_list() == ["retry later", "ok", "absent", "ok"]
    assert tries["sequence"].to_list() == [1, 2, 3, 4]
    assert tries["attempt_id"].unique().to_list() == [done.attempt_id]
    first, second = sorted(told.payloads(), key=lambda payload: payload.asked_for or DAY)
    assert tries["payload_id"].to_list() == [None, first.payload_id, None, second.payload_id]
    assert (first.asked_for, first.body) == (DAY, BODY)
    assert (second.asked_for, second.body) == (DAY + timedelta(days=1), b"[]")


def test_an_empty_answer_speaks_of_the_date_that_it_was_asked_for(tmp_path: Path, server: Server) -> None:
    """It tells no date itself, and its URL has none."""
    told = Collecting(tmp_path, server)
    server.scripts = [says("200 OK", b"[]")]
    told.collect(told.events(DAY + timedelta(days=1)))
    frame = PAYLOADS.require(PAYLOADS.conform(told.archive.index.payloads_frame(DATES)))
    assert frame.select("first_game_date", "last_game_date", "asked_for").row(0) == (DAY + timedelta(days=1),) * 3


def test_a_body_that_is_no_data_is_archived_for_its_parser_to_refuse_but_the_question_is_not_answered(
    tmp_path: Path, server: Server
) -> None:
    told = Collecting(tmp_path, server)
    server.scripts = [says("200 OK", b"<html>busy</html>")]
    done = told.collect(told.events())
    assert (done.asked, done.answered) == (1, 0)
    assert "a web page came where data was due" in done.failures[0]
    (payload,) = told.payloads()
    with pytest.raises(MalformedPayload):
        EVENTS.parse(payload)
    assert told.tries()["payload_id"].to_list() == [payload.payload_id]
    assert told.archive.index.questions()["last_answered_at"].to_list() == [None]


def test_every_try_is_on_record_before_the_next_one_is_made(tmp_path: Path, server: Server) -> None:
    told = Collecting(tmp_path, server)
    recorded: list[int] = []

    def counting(script: Script) -> Script:
        def script_after_count(connection: Any) -> None:
            recorded.append(told.tries().height)
            script(connection)

        return script_after_count

    server.scripts = [counting(each) for each in (hangs_up, says("503 Busy"), GOOD, GOOD)]
    told.collect(told.events(), told.odds("e1"))
    assert recorded == [0, 1, 2, 3]


PROGRAM = f"""
import sys
from nba_props.archive.store import Archive
from nba_props.game_calendar import shifted_clock
from nba_props.settings import load_settings
from nba_props.upstreams.classification import classify
from nba_props.upstreams.client import Client
from nba_props.upstreams.collector import Collector
from nba_props.upstreams.odds_api_requests import event_odds_request
from datetime import date

settings = load_settings()
clock = shifted_clock(settings.clock_shift)
requests = [event_odds_request(settings, name, date({DAY.year}, {DAY.month}, {DAY.day})) for name in ("a", "b")]
with Client(settings, clock) as client:
    Collector(Archive(settings.archive_path, classify), client, clock).collect(requests)
"""


def test_what_was_tried_is_known_after_a_kill_and_an_answer_that_was_lost_is_not_taken_for_one(
    tmp_path: Path, server: Server
) -> None:
    """The second answer never comes; the process is killed while it waits, before anything is archived."""
    told = Collecting(tmp_path, server)
    server.scripts = [GOOD, stalls(server)]
    with subprocess.Popen([sys.executable, "-c", PROGRAM], env=child_environment(told.settings)) as child:
        deadline = time.monotonic() + 60
        while len(server.asked) < 2 and time.monotonic() < deadline:
            assert child.poll() is None
            time.sleep(0.01)
        child.kill()
    assert len(server.asked) == 2
    now = DateRange(date(2000, 1, 1), date(2100, 1, 1))
    tries = told.archive.index.attempts_frame(now)
    assert tries.select("outcome", "payload_id").rows() == [("ok", None)]
    assert told.archive.index.questions().select("last_answered_at", "tries").rows() == [(None, 1)]
    assert told.archive.reconcile() == 0
    assert list(tmp_path.rglob("*.part")) == []


def test_breakers_outlive_the_process(tmp_path: Path, server: Server) -> None:
    """Each attempt has a client and an index of its own, as after a restart."""
    server.scripts = [says("403 No")]
    for asked in (1, 2, 2):
        told = Collecting(tmp_path, server, breaker_failures=2)
        done = told.collect(told.events())
        assert (len(server.asked), done.asked + done.not_sent) == (asked, 1)
    rested = rests_until(told.archive.index, told.settings, told.events(), START)
    assert rested is not None
    assert timedelta(seconds=60) <= rested - START < timedelta(seconds=61)
    assert rests_until(told.archive.index, told.settings, told.events(), rested) is None
    told.time.passed = 61
    server.scripts = [GOOD]
    assert told.collect(told.events()).is_complete
    assert told.tries()["outcome"].to_list() == ["blocked", "blocked", "ok"]


def test_the_widened_interval_and_the_rest_of_a_host_outlive_the_process(tmp_path: Path, server: Server) -> None:
    server.scripts = [says("429 Slow", b"", "Retry-After: 3000"), GOOD]
    first = Collecting(tmp_path, server, pacing_seconds=2.5)
    assert first.collect(first.events()).asked == 1
    second = Collecting(tmp_path, server, pacing_seconds=2.5)
    assert second.collect(second.events()).failures == [
        "odds_api events 2025-01-05: not sent: pacing: the host is not to be asked for another 3000 s"
    ]
    third = Collecting(tmp_path, server, pacing_seconds=2.5)
    third.time.passed = 2999
    assert third.collect(third.events(), third.odds("e1")).is_complete
    assert third.time.waits == [1, 3.75]
    assert len(server.asked) == 3


def test_requests_that_are_not_sent_leave_no_row_and_are_counted_apart(tmp_path: Path, server: Server) -> None:
    told = Collecting(tmp_path, server, breaker_failures=1)
    server.scripts = [says("403 No")]
    done = told.collect(told.events(), told.odds("a"), told.odds("b"))
    assert (done.asked, len(done.failures), done.not_sent) == (1, 3, 2)
    assert ["not sent: direct: the route rests" in failure for failure in done.failures] == [False, True, True]
    assert told.tries().height == 1


def test_an_endpoint_that_refuses_us_is_not_asked_again_in_the_attempt(tmp_path: Path, server: Server) -> None:
    told = Collecting(tmp_path, server)
    server.scripts = [says("401 No", b'{"error_code":"OUT_OF_USAGE_CREDITS"}'), GOOD]
    done = told.collect(told.odds("a"), told.odds("b"), told.events())
    assert (done.asked, done.answered) == (2, 1)
    assert done.failures[1:] == ["odds_api event_odds 2025-01-05: not sent: the endpoint has refused us"]
    assert len(told.collect(told.odds("c")).failures) == 0


def test_the_time_of_an_attempt_ends_and_what_came_until_then_is_archived(tmp_path: Path, server: Server) -> None:
    told = Collecting(tmp_path, server, pacing_seconds=10, collection_deadline_seconds=25)
    server.scripts = [GOOD]
    requests = [told.odds(name) for name in "abcde"]
    done = told.collect(*requests)
    assert (done.answered, done.not_sent, done.is_complete) == (3, 2, False)
    assert told.tries()["payload_id"].null_count() == 0
    assert "not to be asked" in done.failures[0] or "time of the attempt" in done.failures[0]
    assert told.collect(*requests, deadline_seconds=math.inf).answered == 5


def test_a_request_gets_no_more_time_than_its_attempt_has_left(tmp_path: Path, server: Server) -> None:
    told = Collecting(tmp_path, server, collection_deadline_seconds=10)
    server.scripts = [says("500 Oops")]
    done = told.collect(told.events())
    assert told.tries().height == 2
    assert "time for the request is over" in done.failures[0]


def test_what_came_is_archived_when_the_requests_themselves_fail(tmp_path: Path, server: Server) -> None:
    told = Collecting(tmp_path, server)
    server.scripts = [GOOD]

    def requests() -> Iterator[Request]:
        yield told.events()
        raise MissingKey("no key is set")

    with pytest.raises(MissingKey, match="no key is set"):
        told.collect_from(requests())
    assert [payload.body for payload in told.payloads()] == [BODY]
    assert told.tries()["payload_id"].null_count() == 0


def test_the_same_request_twice_is_two_tries_of_one_question(tmp_path: Path, server: Server) -> None:
    told = Collecting(tmp_path, server)
    server.scripts = [GOOD]
    assert told.collect(told.events(), told.events()).answered == 2
    assert told.tries()["payload_id"].null_count() == 0
    assert told.archive.index.questions().select("last_answered_at", "tries").rows() == [(START, 2)]


# Further pages.

Following = Callable[[Request, Payload], Request | None]


def paged(monkeypatch: pytest.MonkeyPatch, following: Following) -> None:
    endpoint = replace(EVENTS, next_request=following)
    monkeypatch.setattr(collector_module, "endpoint_named", lambda source, name: endpoint)


def page(request: Request, payload: Payload) -> Request | None:
    cursor = json.loads(payload.body).get("next")
    return None if cursor is None else replace(request, parameters=(("cursor", str(cursor)),))


def test_pages_are_followed_to_the_last_one(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Payload] = []

    def following(request: Request, payload: Payload) -> Request | None:
        seen.append(payload)
        return page(request, payload)

    paged(monkeypatch, following)
    told = Collecting(tmp_path, server)
    bodies = [json.dumps(body).encode() for body in ({"next": 7}, {"next": 8}, {})]
    server.scripts = [says("200 OK", body) for body in bodies]
    done = told.collect(told.events())
    assert (done.asked, done.answered, done.is_complete) == (3, 3, True)
    assert [question.partition("?")[2] for question in told.tries()["question"]] == ["", "cursor=7", "cursor=8"]
    assert {payload.payload_id for payload in seen} == set(told.tries()["payload_id"])
    assert [payload.body for payload in seen] == bodies
    assert {payload.asked_for for payload in seen} == {DAY}
    assert all("apiKey" in asked for asked in server.asked)


def test_pages_that_lead_back_to_one_another_end(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    paged(monkeypatch, page)
    told = Collecting(tmp_path, server)
    server.scripts = [says("200 OK", b'{"next": 1}'), says("200 OK", b'{"next": 2}'), says("200 OK", b'{"next": 1}')]
    assert told.collect(told.events()).asked == 3


def test_pages_without_end_are_too_many(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = iter(range(1000))
    paged(monkeypatch, lambda request, payload: replace(request, parameters=(("page", str(next(numbers))),)))
    told = Collecting(tmp_path, server, pages_limit=5)
    server.scripts = [says("200 OK", b"{}")]
    done = told.collect(told.events())
    assert (done.asked, done.answered, done.failures) == (5, 5, ["odds_api events 2025-01-05: more than 5 pages"])


def test_a_page_that_cannot_be_read_or_was_no_answer_leads_no_further(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    paged(monkeypatch, page)
    told = Collecting(tmp_path, server)
    server.scripts = [says("200 OK", b'{"next": }'), GOOD, says("200 OK", b"<html></html>")]
    done = told.collect(told.events(), told.odds("a"), told.odds("b"))
    assert (done.asked, done.answered, len(done.failures)) == (3, 2, 3)
    assert sum("next page cannot be told" in failure for failure in done.failures) == 2


# Secrets.


def test_no_key_or_credential_reaches_a_file_a_row_or_what_is_told(
    tmp_path: Path, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    secrets = (KEY, "h3ader-secret-key", "pr0xy-user", "pr0xy-pass")
    echo = " ".join(secrets).encode()
    with serve_proxy("pr0xy-user:pr0xy-pass") as proxy:
        told = Collecting(
            tmp_path, server, datacenter_proxy_url=SecretStr(proxy.url), bettingpros_routes="datacenter,direct"
        )
        request = Request(
            "bettingpros",
            "events",
            DAY,
            server.base_url,
            "/v3/events",
            secrets=(("apiKey", SecretStr(KEY)),),
            headers=(("Accept", "application/json"),),
            secret_headers=(("x-api-key", SecretStr("h3ader-secret-key")),),
        )
        server.scripts = [
            says("500 Oops", echo, f"X-Echo: {KEY}"),
            says("429 Slow", echo, "Set-Cookie: h3ader-secret-key"),
            says("302 Found", b"", f"Location: /?apiKey={KEY}"),
            says("200 OK", b'["' + echo.replace(b"pr0xy-user pr0xy-pass", b"") + b'"]', f"X-Echo: {KEY}"),
        ]
        done = [told.collect(request), told.collect(request)]
        assert [each.answered for each in done] == [0, 1]
    assert told.tries()["route"].to_list() == ["datacenter"] * 4
    assert "h3ader-secret-key" in server.asked[0]
    assert KEY in server.asked[0]
    written = every_byte(tmp_path).decode("latin-1") + repr(done) + repr(told.tries().rows()) + caplog.text
    written += "".join(str(vars(record)) for record in caplog.records)
    assert [secret for secret in secrets if secret in written] == []
    assert START.strftime("%Y") in written

"""Routes: taken in the source's order, tried and left by the rules, rested by their breakers; proxies on loopback."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
import trustme
from pydantic import SecretStr

from nba_props.archive.index import PastTry
from nba_props.settings import ASKED_SOURCES, ROUTES, Settings, SettingsError, load_settings
from nba_props.upstreams.breakers import Limits
from nba_props.upstreams.client import Client, Fetched
from nba_props.upstreams.requests import Request
from nba_props.upstreams.routes import resting_until, routes_of
from nba_props.upstreams.tries import MemoryJournal
from nba_props.upstreams.verdicts import Then
from nba_props_tests.upstreams.servers import Proxy, Server, drips, hangs_up, says, serve, serve_proxy, stalls
from nba_props_tests.upstreams.waiting import START, Time

DAY = date(2025, 1, 5)
CREDENTIALS = "pr0xy-user:p/w#4@proxy"
QUOTED = "pr0xy-user:p%2Fw%234%40proxy"
PAGE = says("200 OK", b"<html>Are you a robot?</html>")
REFUSED = says("403 Forbidden", b"go away")
GOOD = says("200 OK", b"[]")
BUSY = says("500 Oops")


@dataclass
class World:
    """A host, both proxies, and a client whose time passes by waiting."""

    host: Server
    datacenter: Proxy
    residential: Proxy
    time: Time

    def settings(self, **changes: Any) -> Settings:
        usual: dict[str, Any] = {
            "datacenter_proxy_url": SecretStr(self.datacenter.base_url),
            "residential_proxy_url": SecretStr(self.residential.base_url.replace("://", f"://{QUOTED}@")),
            "pacing_seconds": 0,
        }
        return Settings(**(usual | changes))

    def client(self, trust: ssl.SSLContext | None = None, **changes: Any) -> Client:
        moment = self.time
        return Client(
            self.settings(**changes),
            moment.clock,
            sleep=moment.sleep,
            timer=moment.timer,
            jitter=lambda low, high: low,
            trust=trust,
        )

    def request(self, source: str = "bettingpros", **told: Any) -> Request:
        headers = (("Accept", "application/json"),)
        return Request(source, "events", DAY, self.host.base_url, "/v3/events", headers=headers, **told)

    def fetch(self, source: str = "bettingpros", **changes: Any) -> Fetched:
        with self.client(**changes) as client:
            return client.fetch(self.request(source))


@pytest.fixture
def world() -> Iterator[World]:
    """The host is gone before the proxies, so that nothing waits for it."""
    with serve_proxy() as datacenter, serve_proxy(CREDENTIALS) as residential, serve() as host:
        yield World(host, datacenter, residential, Time())


@contextmanager
def serve_tls() -> Iterator[tuple[Server, ssl.SSLContext]]:
    """A host with TLS, and the certificates to trust it."""
    authority = trustme.CA()
    encrypted = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(encrypted)
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    with serve(encrypted) as host:
        yield host, trust


def course(fetched: Fetched) -> list[tuple[str, str]]:
    return [(each.route, each.rule.outcome) for each in fetched.tries]


def test_the_first_route_that_answers_is_enough(world: World) -> None:
    world.host.scripts = [GOOD]
    assert course(world.fetch()) == [("direct", "ok")]
    assert (world.datacenter.asked, world.residential.asked, world.time.waits) == ([], [], [])


def test_a_route_that_is_blocked_is_left_for_the_next_one_after_a_pause(world: World) -> None:
    world.host.scripts = [REFUSED, REFUSED, GOOD]
    fetched = world.fetch(route_pause_seconds=7)
    assert course(fetched) == [("direct", "blocked"), ("datacenter", "blocked"), ("residential", "ok")]
    assert (fetched.outcome, fetched.body, world.time.waits) == ("ok", b"[]", [7, 7])
    assert [asked.split("\r\n")[0] for asked in world.host.asked] == ["GET /v3/events HTTP/1.1"] * 3
    assert f"GET {world.host.base_url}/v3/events HTTP/1.1" in world.datacenter.asked[0]
    assert not any("proxy-authorization" in asked.lower() for asked in world.host.asked)


def test_each_route_gets_all_its_tries_before_the_next_one(world: World) -> None:
    """Going once round all routes and starting again made four of ten failures by itself."""
    world.host.scripts = [BUSY]
    fetched = world.fetch()
    assert course(fetched) == [(route, "retry later") for route in ROUTES for _ in range(3)]
    assert world.time.waits == [4, 8, 10, 4, 8, 10, 4, 8]


def test_the_order_of_the_routes_is_the_sources_setting(world: World) -> None:
    world.host.scripts = [REFUSED]
    fetched = world.fetch(bettingpros_routes="residential,direct")
    assert course(fetched) == [("residential", "blocked"), ("direct", "blocked")]
    assert course(world.fetch("odds_api")) == [("direct", "blocked")]


def test_a_route_whose_proxy_is_not_set_is_left_out(world: World) -> None:
    world.host.scripts = [REFUSED]
    assert course(world.fetch(datacenter_proxy_url=None)) == [("direct", "blocked"), ("residential", "blocked")]


def test_what_no_route_can_help_is_not_asked_on_another(world: World) -> None:
    for status, then in (("404 Not Found", Then.GIVE_UP), ("401 Unauthorized", Then.DEGRADE)):
        world.host.scripts = [says(status)]
        fetched = world.fetch()
        assert ([route for route, _ in course(fetched)], fetched.then) == (["direct"], then)


def test_a_page_in_place_of_data_is_asked_again_on_another_route_and_archived_if_none_helps(world: World) -> None:
    world.host.scripts = [PAGE, hangs_up, hangs_up, hangs_up, PAGE]
    fetched = world.fetch()
    assert [outcome for _, outcome in course(fetched)] == ["malformed", *["retry later"] * 3, "malformed"]
    assert (fetched.status, fetched.body) == (200, b"<html>Are you a robot?</html>")
    world.host.scripts = [*world.host.scripts, PAGE, GOOD]
    assert world.fetch().body == b"[]"


def test_each_route_has_its_own_deadline(world: World) -> None:
    world.host.scripts = [stalls(world.host)]
    fetched = world.fetch(
        retry_attempts=1, direct_timeout_seconds=0.05, datacenter_timeout_seconds=0.1, residential_timeout_seconds=0.15
    )
    assert [outcome for _, outcome in course(fetched)] == ["retry later"] * 3
    assert ["cut off after 0.1 s" in each.detail or "Timeout" in each.detail for each in fetched.tries] == [True] * 3
    settings = Settings(datacenter_proxy_url=SecretStr("http://a"), residential_proxy_url=SecretStr("http://b"))
    assert [route.timeout_seconds for route in routes_of(settings, "espn")] == [45]
    assert [route.timeout_seconds for route in routes_of(settings, "draftkings")] == [45, 60, 90]


def test_the_deadline_of_a_request_holds_over_all_routes(world: World) -> None:
    world.host.scripts = [BUSY]
    fetched = world.fetch(request_deadline_seconds=30)
    assert [route for route, _ in course(fetched)] == ["direct"] * 3 + ["datacenter"] * 2
    assert world.time.passed < 30
    assert "time for the request is over" in fetched.not_sent


def test_a_caller_may_allow_less_time_than_that(world: World) -> None:
    world.host.scripts = [BUSY]
    with world.client() as client:
        fetched = client.fetch(world.request(), within=5)
    assert [route for route, _ in course(fetched)] == ["direct"] * 2


@pytest.mark.parametrize("refusal", ["407 Proxy Authentication Required", "502 Bad Gateway"])
def test_a_proxy_that_refuses_a_tunnel_is_left_for_the_next_route(world: World, refusal: str) -> None:
    world.datacenter.scripts = [says(refusal)]
    world.residential.scripts = [says(refusal)]
    with serve_tls() as (host, trust), world.client(trust=trust) as client:
        host.scripts = [REFUSED]
        fetched = client.fetch(Request("bettingpros", "events", DAY, host.base_url, "/"))
    assert course(fetched) == [("direct", "blocked"), ("datacenter", "blocked"), ("residential", "blocked")]
    assert f"ProxyError: {refusal}" in fetched.tries[1].detail


def test_an_encrypted_host_is_asked_through_a_tunnel(world: World) -> None:
    with serve_tls() as (host, trust), world.client(trust=trust) as client:
        host.scripts = [REFUSED, REFUSED, GOOD]
        fetched = client.fetch(Request("bettingpros", "events", DAY, host.base_url, "/secret?x=1"))
    assert course(fetched) == [("direct", "blocked"), ("datacenter", "blocked"), ("residential", "ok")]
    (tunnel,) = world.residential.asked
    assert tunnel.startswith(f"CONNECT {host.host} HTTP/1.1")
    assert "secret" not in tunnel


def test_a_tunnel_that_never_opens_is_cut_at_the_deadline(world: World) -> None:
    """A proxy that sends its consent one byte at a time holds nothing up."""
    world.datacenter.scripts = [drips(world.datacenter, 0.01, b"HTTP/1.1 200 OK\r\nX: ")]
    with (
        serve_tls() as (host, trust),
        world.client(
            trust=trust, retry_attempts=1, bettingpros_routes="datacenter", datacenter_timeout_seconds=0.15
        ) as client,
    ):
        fetched = client.fetch(Request("bettingpros", "events", DAY, host.base_url, "/"))
    assert course(fetched) == [("datacenter", "retry later")]
    assert "AnswerTooLate" in fetched.tries[0].detail


def test_an_encrypted_answer_that_drips_is_cut_at_the_deadline(world: World) -> None:
    with serve_tls() as (host, trust):
        host.scripts = [drips(host, 0.01, b"HTTP/1.1 200 OK\r\nX: ")]
        for route in ("direct", "datacenter"):
            with world.client(
                trust=trust,
                retry_attempts=1,
                bettingpros_routes=route,
                direct_timeout_seconds=0.2,
                datacenter_timeout_seconds=0.2,
            ) as client:
                fetched = client.fetch(Request("bettingpros", "events", DAY, host.base_url, "/"))
            assert course(fetched) == [(route, "retry later")]
            assert "AnswerTooLate" in fetched.tries[0].detail


def test_a_proxy_that_is_not_there_does_not_stop_the_others(world: World) -> None:
    with serve_proxy() as gone:
        pass
    world.host.scripts = [REFUSED, GOOD]
    fetched = world.fetch(datacenter_proxy_url=SecretStr(gone.base_url), retry_attempts=1)
    assert course(fetched) == [("direct", "blocked"), ("datacenter", "retry later"), ("residential", "ok")]


def test_the_credentials_of_a_proxy_are_sent_to_it_and_kept_and_logged_nowhere(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    echo = f"{CREDENTIALS} or {QUOTED} or http://{QUOTED}@127.0.0.1/ may not pass"
    world.residential.scripts = [
        says("403 Forbidden", echo.encode(), f"X-Echo: {CREDENTIALS}", "Proxy-Authorization: cHIweHk="),
        says(f"407 {CREDENTIALS}"),
    ]
    with caplog.at_level(logging.DEBUG):
        first = world.fetch(bettingpros_routes="residential")
        with serve_tls() as (host, trust), world.client(trust=trust, bettingpros_routes="residential") as client:
            second = client.fetch(Request("bettingpros", "events", DAY, host.base_url, "/"))
    assert course(first) == course(second) == [("residential", "blocked")]
    assert "proxy-authorization: basic" in world.residential.asked[0].lower()
    rows = [each.row("a", 1) for each in (*first.tries, *second.tries)]
    kept = repr((first, second, rows)) + caplog.text + "".join(str(vars(record)) for record in caplog.records)
    for secret in ("pr0xy", "p/w", "%2Fw", "cHIweHk"):
        assert secret not in kept
    assert "ProxyError" in second.tries[0].detail


# What the breakers do to a request.


def blocked_often(world: World, client: Client, times: int) -> None:
    world.host.scripts = [REFUSED]
    for _ in range(times):
        client.fetch(world.request())


def test_after_enough_failures_a_route_rests_and_the_next_one_is_asked_at_once(world: World) -> None:
    with world.client(bettingpros_routes="direct,datacenter", breaker_failures=3, route_pause_seconds=0) as client:
        world.host.scripts = [REFUSED, GOOD] * 3 + [GOOD]
        for _ in range(3):
            assert [route for route, _ in course(client.fetch(world.request()))] == ["direct", "datacenter"]
        world.time.waits.clear()
        fetched = client.fetch(world.request())
    assert course(fetched) == [("datacenter", "ok")]
    assert (world.time.waits, fetched.not_sent) == ([], "")


def test_when_every_route_rests_nothing_is_sent_and_nothing_is_recorded(world: World) -> None:
    with world.client(bettingpros_routes="direct", breaker_failures=3) as client:
        blocked_often(world, client, 3)
        fetched = client.fetch(world.request())
    assert (fetched.tries, fetched.answer, fetched.outcome) == ((), None, "retry later")
    assert "direct: the route rests until 2025-01-06T04:31:00Z" in fetched.not_sent
    assert len(world.host.asked) == 3


def test_a_breaker_that_opens_between_two_tries_ends_them(world: World) -> None:
    world.host.scripts = [BUSY]
    fetched = world.fetch(bettingpros_routes="direct", breaker_failures=2)
    assert course(fetched) == [("direct", "retry later")] * 2
    assert world.time.waits == [4]


def test_a_probe_is_one_try_and_its_success_closes_the_breaker(world: World) -> None:
    with world.client(bettingpros_routes="direct", breaker_failures=3) as client:
        blocked_often(world, client, 3)
        world.time.passed += 60
        world.host.scripts = [BUSY]
        assert course(client.fetch(world.request())) == [("direct", "retry later")]
        world.time.passed += 119
        assert course(client.fetch(world.request())) == []
        world.time.passed += 1
        world.host.scripts = [GOOD]
        assert course(client.fetch(world.request())) == [("direct", "ok")]
        world.host.scripts = [BUSY]
        assert course(client.fetch(world.request())) == [("direct", "retry later")] * 3


def test_while_one_probe_is_under_way_no_other_is_sent(world: World) -> None:
    with world.client(bettingpros_routes="direct", breaker_failures=3) as client:
        blocked_often(world, client, 3)
        world.time.passed += 60
        during: list[Fetched] = []

        def probed(connection: Any) -> None:
            during.append(client.fetch(world.request()))
            GOOD(connection)

        world.host.scripts = [probed]
        assert course(client.fetch(world.request())) == [("direct", "ok")]
    assert course(during[0]) == []
    assert "being probed" in during[0].not_sent


def test_the_breakers_of_hosts_are_apart(world: World) -> None:
    with serve() as other, world.client(bettingpros_routes="direct", breaker_failures=3) as client:
        blocked_often(world, client, 3)
        other.scripts = [GOOD]
        assert client.fetch(Request("bettingpros", "events", DAY, other.base_url, "/")).outcome == "ok"
        assert client.fetch(world.request()).answer is None


def test_another_client_with_the_same_journal_finds_the_breaker_open(world: World) -> None:
    journal = MemoryJournal()
    world.host.scripts = [REFUSED]
    for asked in (1, 2, 3, 3):
        with world.client(bettingpros_routes="direct", breaker_failures=3) as client:
            client.fetch(world.request(), journal)
        assert len(world.host.asked) == asked


# Settings, and when a source may be asked.


def test_every_source_has_its_routes() -> None:
    settings = load_settings({})
    for source in ASKED_SOURCES:
        assert [route.name for route in routes_of(settings, source)] == ["direct"]
    assert [route.name for route in routes_of(settings, "some other source")] == ["direct"]


@pytest.mark.parametrize("told", ["", "direct,direct", "carrier pigeon", "direct;datacenter", "datacenter", ","])
def test_routes_that_are_unknown_repeated_or_without_proxy_are_refused_at_start(told: str) -> None:
    with pytest.raises(SettingsError, match="NBA_PROPS_ESPN_ROUTES"):
        load_settings({"NBA_PROPS_ESPN_ROUTES": told})


@pytest.mark.parametrize(
    "told",
    [
        "pr0xy-user:pr0xy-pass@host:8080",
        "socks5://pr0xy-user:pr0xy-pass@host",
        "http://",
        "http://host:pr0xy-pass",
        "http://pr0xy-user:pr0xy#pass@host:1",
        "http://[pr0xy-pass",
    ],
)
def test_a_proxy_that_is_no_url_is_refused_at_start_without_being_told(told: str) -> None:
    with pytest.raises(SettingsError, match="NBA_PROPS_RESIDENTIAL_PROXY_URL") as refusal:
        load_settings({"NBA_PROPS_RESIDENTIAL_PROXY_URL": told})
    assert "pr0xy" not in f"{refusal.value!r} {refusal.value}"


def test_the_routes_of_a_child_process_are_the_same() -> None:
    told = {
        "NBA_PROPS_RESIDENTIAL_PROXY_URL": "http://a:b@c:1",
        "NBA_PROPS_ESPN_ROUTES": " residential , direct",
    }
    settings = load_settings(told)
    assert settings.espn_routes == "residential,direct"
    assert [route.name for route in routes_of(settings, "espn")] == ["residential", "direct"]
    assert "a:b" not in repr(routes_of(settings, "espn"))


def test_a_source_rests_only_while_all_its_routes_or_its_host_do() -> None:
    settings = Settings(datacenter_proxy_url=SecretStr("http://a"))
    routes, limits = routes_of(settings, "bettingpros"), Limits.of(settings)
    blocked = [PastTry("direct", START, 0, 403, "blocked")] * 5
    later = [PastTry("datacenter", START + timedelta(seconds=5), 0, 403, "blocked")] * 5
    assert resting_until(routes, {}, START, limits) is None
    assert resting_until(routes, {"direct": blocked}, START, limits) is None
    both = {"direct": blocked, "datacenter": later}
    assert resting_until(routes, both, START, limits) == START + timedelta(seconds=60)
    assert resting_until(routes, both, START + timedelta(seconds=60), limits) is None
    asked = {"direct": [PastTry("direct", START, 1, 429, "retry later", 300)]}
    assert resting_until(routes, asked, START, limits) == START + timedelta(seconds=301)
    assert resting_until(routes, asked, START + timedelta(seconds=301), limits) is None

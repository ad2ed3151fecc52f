"""How the outside world misbehaves on the wire: faults by endpoint, route and time, between a client and the league.

A fault never depends on chance: what it does to a request follows from the scenario, the request and the clock.
"""

from __future__ import annotations

import gzip
import re
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any

import msgspec

from nba_props.game_calendar import Clock

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

ROUTE = "nba_props.route"
"""Key of the ASGI scope under which ``Routed`` tells the route that a request took."""

DIRECT = "direct"
BLOCK_PAGE = b"<HTML><HEAD>\n<TITLE>Access Denied</TITLE>\n</HEAD><BODY>\n<H1>Access Denied</H1>\n</BODY></HTML>\n"
ERROR_PAGE = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body></body></html>"
BOMB_BYTES = 2**28


class Kind(Enum):
    """What goes wrong."""

    FORBIDDEN = "403, as a site that has blocked the route"
    NOT_FOUND = "404"
    TOO_MANY = "429 with Retry-After"
    BROKEN = "503"
    STALLED = "no answer at all, the connection stays open"
    HALF_CLOSED = "the connection is closed in the middle of the body"
    TRUNCATED_GZIP = "a compressed body that ends too early"
    BOMB = "a small compressed body that grows without end"
    HTML = "200 with a web page where JSON was due"
    EMPTY = "200 with nothing in it"
    REWRITTEN = "200 with a body that was changed"


Rewrite = Callable[[bytes, str], bytes]
"""A changed body, from the body and the request's path with its query."""


@dataclass(frozen=True)
class Fault:
    """One fault.

    Attributes:
        kind: what goes wrong.
        path: pattern that the request's path with its query contains; all requests if empty.
        routes: routes that it concerns; all if empty.
        since: from when; None for always.
        until: until when, not included; None for ever.
        retry_after: of ``TOO_MANY``, seconds.
        rewrite: of ``REWRITTEN``, the change.
        times: how many requests it concerns at most; None for all.
    """

    kind: Kind
    path: str = ""
    routes: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    retry_after: int = 30
    rewrite: Rewrite | None = None
    times: int | None = None

    def concerns(self, target: str, route: str, now: datetime) -> bool:
        """Whether a request at a moment meets the fault, however often it did before."""
        in_time = (self.since is None or self.since <= now) and (self.until is None or now < self.until)
        return in_time and (not self.routes or route in self.routes) and re.search(self.path, target) is not None


@dataclass
class Scenario:
    """The faults of a world, the first that concerns a request holds; rewrites add up. It may change as it runs."""

    faults: list[Fault] = field(default_factory=list)
    met: list[tuple[str, Kind]] = field(default_factory=list)

    def chosen(self, target: str, route: str, now: datetime) -> tuple[Fault | None, list[Rewrite]]:
        """The fault that a request meets, and the changes to its body."""
        concerned = [fault for fault in self.faults if fault.concerns(target, route, now) and self._is_left(fault)]
        rewrites = [fault.rewrite for fault in concerned if fault.rewrite is not None]
        fault = next((fault for fault in concerned if fault.kind is not Kind.REWRITTEN), None)
        if fault is not None:
            self.met.append((target, fault.kind))
            self._counts[fault] = self._counts.get(fault, 0) + 1
        return fault, rewrites

    def _is_left(self, fault: Fault) -> bool:
        return fault.times is None or self._counts.get(fault, 0) < fault.times

    def __post_init__(self) -> None:
        self._counts: dict[Fault, int] = {}


class Routed:
    """Makes the server a forward proxy too: the user name of the proxy's credentials names the route.

    A request that comes with credentials of a known route is answered as if it had been asked here; with others it is
    refused with 407, as a proxy does.
    """

    def __init__(self, app: App, credentials: MutableMapping[str, str]) -> None:
        self._app = app
        self._routes = {value.encode(): route for route, value in credentials.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        given = dict(scope["headers"]).get(b"proxy-authorization") if scope["type"] == "http" else None
        if given is not None and given not in self._routes:
            await _answer(send, 407, b"Proxy Authentication Required", "text/plain")
            return
        await self._app({**scope, ROUTE: DIRECT if given is None else self._routes[given]}, receive, send)


class Misbehaving:
    """Puts a scenario's faults between the client and the application."""

    def __init__(self, app: App, scenario: Scenario, clock: Clock) -> None:
        self._app, self._scenario, self._clock = app, scenario, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        query = scope["query_string"].decode()
        target = scope["path"] + (f"?{query}" if query else "")
        fault, rewrites = self._scenario.chosen(target, scope.get(ROUTE, DIRECT), self._clock())
        if fault is not None:
            await self._fail(fault, scope, receive, send)
        elif rewrites:
            status, headers, body = await _heard(self._app, scope, receive)
            if status == 200:
                for rewrite in rewrites:
                    body = rewrite(body, target)
            await _answer(send, status, body, headers.pop("content-type", "application/json"), headers)
        else:
            await self._app(scope, receive, send)

    async def _fail(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        plain: dict[Kind, tuple[int, bytes, str]] = {
            Kind.FORBIDDEN: (403, BLOCK_PAGE, "text/html"),
            Kind.NOT_FOUND: (404, b"Not Found", "text/plain"),
            Kind.BROKEN: (503, b"Service Unavailable", "text/plain"),
            Kind.HTML: (200, ERROR_PAGE, "text/html"),
            Kind.EMPTY: (200, b"", "application/json"),
        }
        if fault.kind in plain:
            status, body, media_type = plain[fault.kind]
            await _answer(send, status, body, media_type)
        elif fault.kind is Kind.TOO_MANY:
            await _answer(send, 429, b"Too Many Requests", "text/plain", {"retry-after": str(fault.retry_after)})
        elif fault.kind is Kind.STALLED:
            while (await receive())["type"] != "http.disconnect":
                pass
        elif fault.kind is Kind.BOMB:
            await _answer(send, 200, _bomb(), "application/json", {"content-encoding": "gzip"})
        else:
            _, _, body = await _heard(self._app, scope, receive)
            await _broken_off(fault.kind, body, send)


async def _heard(app: App, scope: Scope, receive: Receive) -> tuple[int, dict[str, str], bytes]:
    """What the application answers: status, headers without those of the transfer, body."""
    status, headers, body = 200, {}, bytearray()

    async def hear(message: Message) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status = message["status"]
            headers = {name.decode().lower(): value.decode() for name, value in message["headers"]}
        else:
            body.extend(message.get("body", b""))

    await app(scope, receive, hear)
    headers.pop("content-length", None)
    return status, headers, bytes(body)


async def _answer(
    send: Send, status: int, body: bytes, media_type: str, headers: MutableMapping[str, str] | None = None
) -> None:
    told = {**(headers or {}), "content-type": media_type, "content-length": str(len(body))}
    pairs = [(name.encode(), value.encode()) for name, value in told.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})


async def _broken_off(kind: Kind, body: bytes, send: Send) -> None:
    if kind is Kind.TRUNCATED_GZIP:
        whole = gzip.compress(body, mtime=0)
        headers = {"content-encoding": "gzip"}
        await _answer(send, 200, whole[: len(whole) // 2], "application/json", headers)
        return
    pairs = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": pairs})
    await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
    raise ConnectionAbortedError("the simulated upstream breaks off")


@cache
def _bomb() -> bytes:
    return gzip.compress(bytes(BOMB_BYTES), compresslevel=1, mtime=0)


def renamed(old: str, new: str) -> Rewrite:
    """A field that is called otherwise from now on."""
    return lambda body, _: body.replace(f'"{old}":'.encode(), f'"{new}":'.encode())


def added(name: str) -> Rewrite:
    """A field that was not there before, in every object."""
    return lambda body, _: body.replace(b"{", f'{{"{name}":null,'.encode()).replace(b",}", b"}")


def changed(change: Callable[[Any, str], Any]) -> Rewrite:
    """A change of the decoded JSON body; gets the body and the request's path with its query."""
    return lambda body, target: msgspec.json.encode(change(msgspec.json.decode(body), target))


def basic_credentials(routes: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Values of the Proxy-Authorization header by route, from routes and passwords; the user is the route's name."""
    return {route: f"Basic {b64encode(f'{route}:{password}'.encode()).decode()}" for route, password in routes}

"""One try of a request over one route: sent, bounded in time and size, judged by the rules, cleared of secrets."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from ssl import SSLContext
from typing import Any

import httpx

from nba_props.archive.secrets import Blotter, credentials_of, headers_without_secrets, without_secrets
from nba_props.game_calendar import Clock
from nba_props.settings import Settings
from nba_props.upstreams.answer_bodies import ACCEPTED_ENCODING, flaw_of, format_due, read_body
from nba_props.upstreams.pacing import COMPLAINTS, LONGEST_REST
from nba_props.upstreams.requests import Request
from nba_props.upstreams.routes import Route
from nba_props.upstreams.tries import Headers, Try
from nba_props.upstreams.verdicts import (
    FAILURES,
    OK,
    AnswerTooLate,
    BrokenEncoding,
    Flaw,
    Unsendable,
    rule_of_answer,
    rule_of_failure,
)
from nba_props.upstreams.watchdog import Watchdog

LONGEST_DETAIL = 300
READ_OF_AN_ERROR = 20 * LONGEST_DETAIL
ENCODING_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length", "connection"})
"""Headers of the transfer, which no longer hold for the decoded body."""


class Sender:
    """Sends tries; holds one connection pool a route. To be closed. Threads may share one.

    Args:
        settings: deadlines and limits.
        clock: tells when things were asked and answered.
        timer: monotonic seconds, for latencies and deadlines.
        trust: certificates that are trusted; the usual ones if not given.
    """

    def __init__(
        self, settings: Settings, clock: Clock, timer: Callable[[], float], trust: SSLContext | None = None
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._timer = timer
        self._trust = trust
        self._open = ExitStack()
        self._pools: dict[str, httpx.Client] = {}
        self._lock = threading.Lock()
        logging.getLogger("httpx").addFilter(_without_secrets)
        logging.getLogger("httpcore.http11").addFilter(_without_answer_headers)

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            self._pools.clear()
            self._open.close()

    def send(self, request: Request, route: Route, within: float) -> Try:
        """One try that takes at most the route's timeout and ``within`` seconds; it never raises for what comes."""
        asked_at, started = self._clock(), self._timer()
        blotter = Blotter(_secrets_of(request, route))
        told: dict[str, Any] = {}
        body: bytes | None = None
        try:
            body = self._answer(request, route, min(within, route.timeout_seconds), blotter, told)
        except FAILURES as failure:
            rule, detail = rule_of_failure(failure, told.get("status")), _told_of(failure)
            body = failure.received if isinstance(failure, BrokenEncoding) else None
        else:
            flaw = flaw_of(told["status"], body, format_due(request))
            rule = rule_of_answer(told["status"], flaw)
            detail = "" if rule.outcome == OK else _what_came(body, told["status"], flaw)
        return Try(
            request,
            route.name,
            asked_at,
            self._clock(),
            self._timer() - started,
            rule,
            " ".join(blotter.text(detail).split())[:LONGEST_DETAIL],
            body=blotter.body(body) if rule.keeps_body and body is not None else None,
            **told,
        )

    def _answer(self, request: Request, route: Route, seconds: float, blotter: Blotter, told: dict[str, Any]) -> bytes:
        """The decoded body; status and headers are put into ``told`` as soon as they are there."""
        pool, headers = self._pool(route), _headers_to_send(request)
        ends = self._timer() + seconds
        with Watchdog(seconds) as watchdog:
            try:
                stream = pool.stream(
                    "GET",
                    request.url_with_secrets(),
                    headers=headers,
                    timeout=httpx.Timeout(seconds, connect=min(self._settings.connect_timeout_seconds, seconds)),
                    extensions={"trace": watchdog.trace},
                )
                with stream as response:
                    told.update(self._described(response, blotter))
                    body = read_body(response, self._settings.response_byte_limit, lambda: ends - self._timer())
            except httpx.TransportError:
                if watchdog.has_barked:
                    raise AnswerTooLate(f"cut off after {seconds:.1f} s") from None
                raise
            if watchdog.has_barked:  # an answer of unknown length ends where it is cut
                raise AnswerTooLate(f"cut off after {seconds:.1f} s")
            return body

    def _described(self, response: httpx.Response, blotter: Blotter) -> dict[str, Any]:
        kept = headers_without_secrets(response.headers.multi_items())
        headers: Headers = tuple(
            (name, blotter.text(value)) for name, value in kept if name.lower() not in ENCODING_HEADERS
        )
        return {
            "status": response.status_code,
            "headers": headers,
            "retry_after_seconds": self._retry_after(response),
        }

    def _retry_after(self, response: httpx.Response) -> float | None:
        """Seconds that the host asks to wait, from a number or an HTTP date; None if it does not."""
        if response.status_code not in COMPLAINTS:
            return None
        text = response.headers.get("retry-after", "").strip()
        longest = LONGEST_REST.total_seconds()
        if text.isascii() and text.isdigit():
            return min(float(text), longest)
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, OverflowError):
            return None
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return min(max((aware - self._clock()) / timedelta(seconds=1), 0.0), longest)

    def _pool(self, route: Route) -> httpx.Client:
        """The route's connections. None is kept open: at this pace a kept one has mostly been closed by the host."""
        with self._lock:
            if route.name not in self._pools:
                if self._trust is None:
                    self._trust = httpx.create_ssl_context(trust_env=False)
                pool = httpx.Client(
                    verify=self._trust,
                    proxy=None if route.proxy is None else route.proxy.get_secret_value(),
                    limits=httpx.Limits(max_keepalive_connections=0),
                    follow_redirects=False,
                    trust_env=False,
                )
                self._pools[route.name] = self._open.enter_context(pool)
            return self._pools[route.name]


def _headers_to_send(request: Request) -> dict[str, str]:
    """All headers of the request.

    Raises:
        Unsendable: a key holds what no header may hold; sending it would put it into an error.
    """
    for name, secret in request.secret_headers:
        value = secret.get_secret_value()
        if not (value.isascii() and value.isprintable()) or value != value.strip():
            raise Unsendable(f"the key for the header {name} holds characters that no header may hold")
    secrets = {name: secret.get_secret_value() for name, secret in request.secret_headers}
    return {**dict(request.headers), **secrets, "Accept-Encoding": ACCEPTED_ENCODING}


def _secrets_of(request: Request, route: Route) -> list[str]:
    """Every secret that the try carries."""
    keys = [secret.get_secret_value() for _, secret in (*request.secrets, *request.secret_headers)]
    proxy = () if route.proxy is None else credentials_of(route.proxy.get_secret_value())
    return [*keys, *(key.split()[-1] for key in keys if key.split()), *proxy]


def _told_of(failure: Exception) -> str:
    """The failure in words; what is wrong with our own request may hold a key, so that its words are left out."""
    name = type(failure).__name__
    return name if isinstance(failure, (httpx.LocalProtocolError, UnicodeError)) else f"{name}: {failure}"


def _what_came(body: bytes, status: int, flaw: Flaw | None) -> str:
    """An answer that is not one: its flaw or status, and how it begins."""
    begins = body[:READ_OF_AN_ERROR].decode("utf-8", errors="replace")
    return f"HTTP {status}: {flaw.value}: {begins}" if flaw else f"HTTP {status}: {begins}"


def _without_secrets(record: logging.LogRecord) -> bool:
    """A log filter that takes secrets out of the URLs that httpx logs."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            without_secrets(str(value)) if isinstance(value, httpx.URL) else value for value in record.args
        )
    return True


def _without_answer_headers(record: logging.LogRecord) -> bool:
    """A log filter against what httpcore logs of an answer's headers: cookies, and keys that are echoed."""
    return not record.getMessage().startswith("receive_response_headers.complete")

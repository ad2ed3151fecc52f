"""The HTTP client that all upstreams share: paced, bounded, with retries, and a record of every try.

What an outcome means is in ``verdicts``; when a host may be asked is in ``pacing``. A request never raises
for what an upstream or the network does: it comes back with its tries.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any
from urllib.parse import quote, quote_plus

import httpx
import stamina

from nba_props.archive.secrets import headers_without_secrets, without_secrets
from nba_props.game_calendar import Clock, game_date_of
from nba_props.settings import Settings
from nba_props.upstreams.answer_bodies import ACCEPTED_ENCODING, read_body
from nba_props.upstreams.pacing import Pacing
from nba_props.upstreams.requests import DIRECT, Request
from nba_props.upstreams.verdicts import (
    FAILURES,
    MALFORMED,
    OK,
    RETRY_LATER,
    BrokenEncoding,
    verdict_of_failure,
    verdict_of_status,
)

HTTP_TOO_MANY_REQUESTS = 429
HTTP_UNAVAILABLE = 503
LONGEST_DETAIL = 300
ENCODING_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length", "connection"})
"""Headers of the transfer, which no longer hold for the decoded body."""

HIDDEN = "***"


@dataclass(frozen=True)
class Try:
    """One try of a request, without secrets.

    Attributes:
        request: what was asked.
        sequence: number of the try, from 1.
        asked_at: when the request was sent.
        answered_at: when the whole answer or the failure came.
        latency_seconds: time until then.
        outcome: one of ``contracts.operations.ATTEMPT_OUTCOMES``.
        detail: what went wrong, empty if nothing.
        status: HTTP status, None if none came.
        headers: response headers.
        body: decoded body, or as it came if its compression is broken; None if it did not come or is that of
            an error.
        retry_after: seconds that the host asked to wait.
    """

    request: Request
    sequence: int
    asked_at: datetime
    answered_at: datetime
    latency_seconds: float
    outcome: str
    detail: str = ""
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    retry_after: float | None = None

    def row(self) -> dict[str, Any]:
        """A row of operations.collection_attempts; the caller fills in attempt_id and payload_id."""
        return {
            "collected_on": game_date_of(self.asked_at),
            "attempt_id": None,
            "sequence": self.sequence,
            "source": self.request.source,
            "endpoint": self.request.endpoint,
            "game_date": self.request.game_date,
            "url": self.request.url,
            "route": self.request.route,
            "asked_at": self.asked_at,
            "latency_seconds": self.latency_seconds,
            "status": self.status,
            "outcome": self.outcome,
            "detail": self.detail,
            "quota_used": _whole_number(self.headers, "x-requests-used"),
            "quota_remaining": _whole_number(self.headers, "x-requests-remaining"),
            "payload_id": None,
        }


@dataclass(frozen=True)
class Fetched:
    """What came of a request.

    Attributes:
        url: the request without secrets.
        status: HTTP status of the last try, None if none came.
        headers: its response headers without secrets and without those of the transfer.
        body: decoded body to be archived; None if the request failed.
        fetched_at: when the last try ended, from the clock.
        outcome: the last try's.
        attempts: one row a try with the columns of operations.collection_attempts; attempt_id and payload_id
            are None.
    """

    url: str
    status: int | None
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    fetched_at: datetime
    outcome: str
    attempts: tuple[dict[str, Any], ...]


class _TryAgain(Exception):
    """A try ended with a verdict that allows another one."""


class Client:
    """Fetches requests; to be used as a context manager. Threads may share one.

    Args:
        settings: timeouts, limits, retries, pacing.
        clock: tells when things were asked and answered.
        sleep: waits for so many seconds, for pacing.
        timer: monotonic seconds, for latencies, deadlines and pacing.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        *,
        sleep: Callable[[float], None] = time.sleep,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._timer = timer
        self._pacing = Pacing(settings.pacing_seconds, timer, sleep)
        self._open = ExitStack()
        self._routes: dict[str, httpx.Client] = {}

    def __enter__(self) -> Client:
        """Open the connections."""
        logging.getLogger("httpx").addFilter(_without_secrets)
        logging.getLogger("httpcore.http11").addFilter(_without_answer_headers)
        self._routes[DIRECT] = self._open.enter_context(self._connection())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self._routes.clear()
        self._open.close()

    def fetch(self, request: Request) -> Fetched:
        """Ask, and ask again as long as the verdict and the settings allow it."""
        tries: list[Try] = []
        waits = self._settings
        try:
            for attempt in stamina.retry_context(
                on=_TryAgain,
                attempts=waits.retry_attempts,
                timeout=None,
                wait_initial=waits.retry_first_wait_seconds,
                wait_max=waits.retry_longest_wait_seconds,
                wait_jitter=waits.retry_first_wait_seconds,
            ):
                with attempt:
                    tries.append(self._try_in_turn(request, len(tries) + 1))
                    if self._may_try_again(tries[-1]):
                        raise _TryAgain(tries[-1].detail)
        except _TryAgain:
            pass
        last = tries[-1]
        return Fetched(
            url=request.url,
            status=last.status,
            headers=last.headers,
            body=last.body,
            fetched_at=last.answered_at,
            outcome=last.outcome,
            attempts=tuple(each.row() for each in tries),
        )

    def _may_try_again(self, last: Try) -> bool:
        """Whether a further try is worth it now; a host that asks for a long rest is left to a later run."""
        rest = last.retry_after or 0.0
        return last.outcome == RETRY_LATER and rest <= self._settings.request_deadline_seconds

    def _try_in_turn(self, request: Request, sequence: int) -> Try:
        """One try when it is the host's turn."""
        longest = self._settings.request_deadline_seconds
        too_long = self._pacing.wait(request.host, at_most=longest)
        if too_long:
            now = self._clock()
            detail = f"not sent: the host is not to be asked for another {too_long:.0f} s"
            return Try(request, sequence, now, now, 0.0, RETRY_LATER, detail, retry_after=too_long)
        made = self._try(request, sequence)
        if made.retry_after is not None or made.status == HTTP_TOO_MANY_REQUESTS:
            self._pacing.throttled(request.host, made.retry_after)
        elif made.outcome == OK:
            self._pacing.answered(request.host)
        return made

    def _try(self, request: Request, sequence: int) -> Try:
        asked_at, started = self._clock(), self._timer()

        def ended(outcome: str, detail: str = "", **answer: Any) -> Try:
            shown = _hidden(" ".join(detail.split()), request)[:LONGEST_DETAIL]
            latency = self._timer() - started
            return Try(request, sequence, asked_at, self._clock(), latency, outcome, shown, **answer)

        answer: dict[str, Any] = {}
        try:
            headers = {**dict(request.headers), "Accept-Encoding": ACCEPTED_ENCODING}
            route = self._routes[request.route]
            with route.stream("GET", request.url_with_secrets(), headers=headers) as response:
                answer = self._described(response, request)
                body = read_body(
                    response,
                    self._settings.response_byte_limit,
                    lambda: started + self._settings.request_deadline_seconds - self._timer(),
                )
        except BrokenEncoding as failure:
            return ended(MALFORMED, str(failure), body=failure.received, **answer)
        except FAILURES as failure:
            verdict = self._verdict(failure, answer.get("status"))
            return ended(verdict, f"{type(failure).__name__}: {failure}", **answer)
        verdict = verdict_of_status(response.status_code)
        if verdict == OK:
            return ended(OK, body=body, **answer)
        said = body[: 20 * LONGEST_DETAIL].decode("utf-8", errors="replace")
        return ended(verdict, f"HTTP {response.status_code}: {said}", **answer)

    def _verdict(self, failure: Exception, status: int | None) -> str:
        """Of a failure; an error status that came before it tells more."""
        of_status = OK if status is None else verdict_of_status(status)
        return verdict_of_failure(failure) if of_status == OK else of_status

    def _described(self, response: httpx.Response, request: Request) -> dict[str, Any]:
        kept = headers_without_secrets(response.headers.multi_items())
        return {
            "status": response.status_code,
            "headers": tuple(
                (name, _hidden(value, request)) for name, value in kept if name.lower() not in ENCODING_HEADERS
            ),
            "retry_after": self._retry_after(response),
        }

    def _retry_after(self, response: httpx.Response) -> float | None:
        """Seconds that the host asks to wait, from a number or an HTTP date; None if it does not."""
        if response.status_code not in (HTTP_TOO_MANY_REQUESTS, HTTP_UNAVAILABLE):
            return None
        text = response.headers.get("retry-after", "").strip()
        if text.isascii() and text.isdigit():
            return float(text)
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            return None
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max((aware - self._clock()) / timedelta(seconds=1), 0.0)

    def _connection(self) -> httpx.Client:
        settings = self._settings
        reading = min(settings.read_timeout_seconds, settings.request_deadline_seconds)
        timeout = httpx.Timeout(reading, connect=min(settings.connect_timeout_seconds, reading))
        return httpx.Client(timeout=timeout, follow_redirects=False, trust_env=False)


def _hidden(text: str, request: Request) -> str:
    """The text with every secret of the request blotted out, however it is encoded."""
    for _, secret in request.secrets:
        plain = secret.get_secret_value()
        for spelled in {plain, quote(plain), quote(plain, safe=""), quote_plus(plain)} - {""}:
            text = text.replace(spelled, HIDDEN)
    return text


def _whole_number(headers: tuple[tuple[str, str], ...], name: str) -> int | None:
    value = next((value for header, value in headers if header.lower() == name), "")
    try:
        return int(float(value))
    except (ValueError, OverflowError):
        return None


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

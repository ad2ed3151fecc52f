"""Tries of requests: what one of them was, and the journal that keeps them as they are made.

Pacing and circuit breakers have no memory of their own; they read the journal.
"""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from nba_props.archive.index import PastTry
from nba_props.archive.secrets import without_secrets
from nba_props.game_calendar import game_date_of
from nba_props.settings import ROUTES
from nba_props.upstreams.requests import Request
from nba_props.upstreams.verdicts import Rule

GREATEST_QUOTA = 10**12
"""A header that tells more requests than that tells nothing."""

REMEMBERED = 100
"""Tries of a host and route that a journal in memory keeps."""

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Try:
    """One try of a request on one route, without secrets.

    Attributes:
        request: what was asked.
        route: the way it took.
        asked_at: when the request was sent.
        answered_at: when the whole answer or the failure came.
        latency_seconds: time until then.
        rule: what the rule table made of it.
        detail: what went wrong, empty if nothing.
        status: HTTP status, None if none came.
        headers: response headers.
        body: decoded body, or as it came if its compression is broken; None if the rule does not keep it.
        retry_after_seconds: rest that the host asked for.
    """

    request: Request
    route: str
    asked_at: datetime
    answered_at: datetime
    latency_seconds: float
    rule: Rule
    detail: str = ""
    status: int | None = None
    headers: Headers = ()
    body: bytes | None = None
    retry_after_seconds: float | None = None

    @property
    def past(self) -> PastTry:
        """What is remembered of it for pacing and breakers."""
        return PastTry(
            self.route, self.asked_at, self.latency_seconds, self.status, self.rule.outcome, self.retry_after_seconds
        )

    def row(self, attempt_id: str, sequence: int) -> dict[str, Any]:
        """Its row of operations.collection_attempts; there is no payload_id before the answer is archived."""
        return {
            "collected_on": game_date_of(self.asked_at),
            "attempt_id": attempt_id,
            "sequence": sequence,
            "source": self.request.source,
            "endpoint": self.request.endpoint,
            "game_date": self.request.game_date,
            "url": without_secrets(self.request.url),
            "host": self.request.host,
            "question": without_secrets(self.request.question),
            "route": self.route,
            "asked_at": self.asked_at,
            "latency_seconds": self.latency_seconds,
            "status": self.status,
            "outcome": self.rule.outcome,
            "detail": self.detail,
            "retry_after_seconds": self.retry_after_seconds,
            "quota_used": _whole_number(self.headers, "x-requests-used"),
            "quota_remaining": _whole_number(self.headers, "x-requests-remaining"),
            "payload_id": None,
        }


class Journal(Protocol):
    """Keeps tries as they are made and tells of the last ones."""

    def record(self, made: Try) -> None:
        """Keep a try, at once."""

    def last_tries(self, host: str, limit: int) -> Mapping[str, Sequence[PastTry]]:
        """Of each route by which a host was asked its last tries, at most ``limit``, newest first."""


class MemoryJournal:
    """A journal that ends with its process; threads may share one."""

    def __init__(self) -> None:
        self._tries: dict[str, dict[str, deque[PastTry]]] = defaultdict(
            lambda: {route: deque(maxlen=REMEMBERED) for route in ROUTES}
        )
        self._lock = threading.Lock()

    def record(self, made: Try) -> None:
        """Keep a try."""
        with self._lock:
            self._tries[made.request.host][made.route].appendleft(made.past)

    def last_tries(self, host: str, limit: int) -> Mapping[str, Sequence[PastTry]]:
        """As in ``Journal``."""
        with self._lock:
            return {route: tuple(tries)[:limit] for route, tries in self._tries[host].items()}


def _whole_number(headers: Headers, name: str) -> int | None:
    value = next((value for header, value in headers if header.lower() == name), "")
    try:
        number = float(value)
    except ValueError:
        return None
    return int(number) if abs(number) < GREATEST_QUOTA else None

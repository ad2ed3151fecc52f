"""What to make of an answer or a failure: one table of rules, from status or exception to verdict."""

from __future__ import annotations

import httpx

OK = "ok"
RETRY_LATER = "retry later"
BLOCKED = "blocked"
MALFORMED = "malformed"
PERMANENT = "permanent"


class AnswerTooLate(Exception):
    """The whole answer did not come before the deadline."""


class AnswerTooLarge(Exception):
    """The decoded body is larger than what is accepted."""


class BrokenEncoding(Exception):
    """The body is not what its Content-Encoding says; ``received`` holds it as it came."""

    def __init__(self, message: str, received: bytes) -> None:
        super().__init__(message)
        self.received = received


STATUS_RULES: tuple[tuple[range, str], ...] = (
    (range(200, 300), OK),
    (range(300, 400), PERMANENT),
    (range(403, 404), BLOCKED),
    (range(407, 408), BLOCKED),
    (range(408, 409), RETRY_LATER),
    (range(425, 426), RETRY_LATER),
    (range(429, 430), RETRY_LATER),
    (range(451, 452), BLOCKED),
    (range(400, 500), PERMANENT),
    (range(500, 600), RETRY_LATER),
)
"""The first range that holds the status decides.

Redirects are not followed: they could carry a key to another host.
"""

EXCEPTION_RULES: tuple[tuple[type[Exception], str], ...] = (
    (AnswerTooLate, RETRY_LATER),
    (AnswerTooLarge, MALFORMED),
    (BrokenEncoding, MALFORMED),
    (httpx.TimeoutException, RETRY_LATER),
    (httpx.ProxyError, BLOCKED),
    (httpx.NetworkError, RETRY_LATER),
    (httpx.RemoteProtocolError, RETRY_LATER),
    (httpx.HTTPError, PERMANENT),
    (httpx.InvalidURL, PERMANENT),
)
"""The first class that the exception is of decides."""

FAILURES = tuple(kind for kind, _ in EXCEPTION_RULES)


def verdict_of_status(status: int) -> str:
    """The verdict on an answer with this status."""
    return next((verdict for statuses, verdict in STATUS_RULES if status in statuses), PERMANENT)


def verdict_of_failure(failure: Exception) -> str:
    """The verdict on a failure of one of the kinds in ``FAILURES``."""
    return next(verdict for kind, verdict in EXCEPTION_RULES if isinstance(failure, kind))

"""What to make of an answer or a failure: one table of rules, from status, body or exception to what follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

import httpx

OK = "ok"
RETRY_LATER = "retry later"
BLOCKED = "blocked"
MALFORMED = "malformed"
ABSENT = "absent"
PERMANENT = "permanent"


class Then(Enum):
    """What follows from an outcome."""

    ARCHIVE = "it is the answer: archive it"
    RETRY = "try again on the same route, then on the next one"
    NEXT_ROUTE = "no further try on this route, go on to the next one"
    QUARANTINE = "archive it as it came: its parser refuses it, and it is quarantined"
    DEGRADE = "no route helps: nothing more is asked of the endpoint in this attempt, other sources stand in"
    GIVE_UP = "nothing helps now: it is asked again when it is due again"


@dataclass(frozen=True)
class Rule:
    """One rule of the table.

    Attributes:
        outcome: what is recorded, one of ``contracts.operations.ATTEMPT_OUTCOMES``.
        then: what follows.
        keeps_body: whether the body is archived if nothing better comes.
    """

    outcome: str
    then: Then
    keeps_body: bool = False


class Flaw(Enum):
    """What a body shows at a glance, before any parser."""

    EMPTY = "the body is empty"
    PAGE = "a web page came where data was due"
    CUT_OFF = "the JSON is cut off"
    NO_SUCH_FILE = "the file is not there (yet)"


class AnswerTooLate(Exception):
    """The whole answer did not come before the deadline."""


class AnswerTooLarge(Exception):
    """The decoded body is larger than what is accepted."""


class BrokenEncoding(Exception):
    """The body is not what its Content-Encoding says; ``received`` holds it as it came."""

    def __init__(self, message: str, received: bytes) -> None:
        super().__init__(message)
        self.received = received


class Unsendable(Exception):
    """The request cannot be put on the wire; the message names what is wrong with it without its value."""


ANSWERED = Rule(OK, Then.ARCHIVE, keeps_body=True)
_RETRY = Rule(RETRY_LATER, Then.RETRY)
_BLOCKED = Rule(BLOCKED, Then.NEXT_ROUTE)
_ABSENT = Rule(ABSENT, Then.GIVE_UP)
_GIVE_UP = Rule(PERMANENT, Then.GIVE_UP)

STATUS_RULES: tuple[tuple[range, Rule], ...] = (
    (range(200, 201), ANSWERED),
    (range(201, 300), Rule(MALFORMED, Then.NEXT_ROUTE)),
    (range(300, 400), _GIVE_UP),
    (range(401, 403), Rule(PERMANENT, Then.DEGRADE)),
    (range(403, 404), _BLOCKED),
    (range(404, 405), _ABSENT),
    (range(407, 408), _BLOCKED),
    (range(408, 409), _RETRY),
    (range(410, 411), _ABSENT),
    (range(425, 426), _RETRY),
    (range(429, 430), _RETRY),
    (range(451, 452), _BLOCKED),
    (range(400, 500), _GIVE_UP),
    (range(500, 600), _RETRY),
)
"""The first range that holds the status decides.

401 and 402 say that the key is refused or its quota spent. Redirects are not followed: they could carry a key to
another host.
"""

BODY_RULES: Mapping[Flaw, Rule] = {
    Flaw.EMPTY: Rule(MALFORMED, Then.RETRY, keeps_body=True),
    Flaw.CUT_OFF: Rule(MALFORMED, Then.RETRY, keeps_body=True),
    Flaw.PAGE: Rule(MALFORMED, Then.NEXT_ROUTE, keeps_body=True),
    Flaw.NO_SUCH_FILE: _ABSENT,
}
"""They go before the status's rule. A page in place of data is mostly how a robot is refused: another route may do."""

EXCEPTION_RULES: tuple[tuple[type[Exception], Rule], ...] = (
    (AnswerTooLate, _RETRY),
    (AnswerTooLarge, Rule(MALFORMED, Then.GIVE_UP)),
    (BrokenEncoding, Rule(MALFORMED, Then.QUARANTINE, keeps_body=True)),
    (Unsendable, _GIVE_UP),
    (httpx.TimeoutException, _RETRY),
    (httpx.ProxyError, _BLOCKED),
    (httpx.NetworkError, _RETRY),
    (httpx.RemoteProtocolError, _RETRY),
    (httpx.HTTPError, _GIVE_UP),
    (httpx.InvalidURL, _GIVE_UP),
    (UnicodeError, _GIVE_UP),
)
"""The first class that the exception is of decides; a half-closed or broken off answer is a ``RemoteProtocolError``."""

FAILURES = tuple(kind for kind, _ in EXCEPTION_RULES)


def rule_of_status(status: int) -> Rule:
    """The rule for an answer with this status."""
    return next((rule for statuses, rule in STATUS_RULES if status in statuses), _GIVE_UP)


def rule_of_answer(status: int, flaw: Flaw | None) -> Rule:
    """The rule for a whole answer."""
    return rule_of_status(status) if flaw is None else BODY_RULES[flaw]


def rule_of_failure(failure: Exception, status: int | None = None) -> Rule:
    """The rule for a failure of one of the kinds in ``FAILURES``; an error status that came before it tells more."""
    of_status = ANSWERED if status is None else rule_of_status(status)
    if of_status is not ANSWERED:
        return of_status
    return next(rule for kind, rule in EXCEPTION_RULES if isinstance(failure, kind))

"""The HTTP client that all upstreams share: each request over its source's routes, paced, bounded, on record.

One try is made in ``sending``; what its outcome means is in ``verdicts``; when a host may be asked is in ``pacing``,
whether a route may be taken in ``breakers``. A request never raises for what an upstream or the network does: it comes
back with its tries.
"""

from __future__ import annotations

import math
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from ssl import SSLContext
from types import TracebackType

from tenacity import RetryCallState, Retrying, retry_if_result

from nba_props.archive.index import PastTry
from nba_props.game_calendar import Clock
from nba_props.settings import Settings
from nba_props.upstreams.breakers import CLOSED, HALF_OPEN, OPEN, Breaker, Limits, breaker_of
from nba_props.upstreams.pacing import TRIES_NEEDED, Interval, Pacing
from nba_props.upstreams.requests import Request
from nba_props.upstreams.routes import Route, routes_of
from nba_props.upstreams.sending import Sender
from nba_props.upstreams.tries import Headers, Journal, MemoryJournal, Try
from nba_props.upstreams.verdicts import OK, RETRY_LATER, Then


@dataclass(frozen=True)
class Fetched:
    """What came of a request.

    Attributes:
        request: what was asked.
        answer: the last try with a body to archive, else the last try; None if the request was not sent at all.
        tries: all tries in order.
        not_sent: why it was not sent, or not sent again; empty if nothing held it back.
        fetched_at: when that try ended, from the clock.
    """

    request: Request
    answer: Try | None
    tries: tuple[Try, ...]
    not_sent: str
    fetched_at: datetime

    @property
    def outcome(self) -> str:
        """The outcome of the answer, one of ``contracts.operations.ATTEMPT_OUTCOMES``."""
        return RETRY_LATER if self.answer is None else self.answer.rule.outcome

    @property
    def then(self) -> Then:
        """What follows from the last try."""
        return self.tries[-1].rule.then if self.tries else Then.RETRY

    @property
    def status(self) -> int | None:
        """HTTP status, None if none came."""
        return None if self.answer is None else self.answer.status

    @property
    def headers(self) -> Headers:
        """Response headers without secrets and without those of the transfer."""
        return () if self.answer is None else self.answer.headers

    @property
    def body(self) -> bytes | None:
        """Decoded body to be archived; None if the request failed."""
        return None if self.answer is None else self.answer.body

    @property
    def reason(self) -> str:
        """What went wrong, in words."""
        told = [] if self.answer is None else [f"{self.outcome}: {self.answer.detail}"]
        return "; ".join([*told, *([self.not_sent] if self.not_sent else [])])


@dataclass
class _Errand:
    """A request on its way."""

    request: Request
    journal: Journal
    deadline: float
    tries: list[Try] = field(default_factory=list)
    held_back: dict[str, str] = field(default_factory=dict)
    is_over: bool = False

    def wants_more(self) -> bool:
        """Whether a further try makes sense, be it on another route."""
        return not self.is_over and (not self.tries or self.tries[-1].rule.then in (Then.RETRY, Then.NEXT_ROUTE))

    def fetched(self, now: datetime) -> Fetched:
        with_body = [each for each in self.tries if each.body is not None]
        answer = next(iter([*with_body[-1:], *self.tries[-1:]]), None)
        why = "; ".join(f"{what}: {reason}" for what, reason in self.held_back.items())
        is_told = answer is None or answer.rule.outcome != OK
        return Fetched(
            request=self.request,
            answer=answer,
            tries=tuple(self.tries),
            not_sent=why if is_told else "",
            fetched_at=now if answer is None else answer.answered_at,
        )


class Client:
    """Fetches requests; to be used as a context manager. Threads may share one.

    Args:
        settings: routes, deadlines, limits, retries, pacing, breakers.
        clock: tells when things were asked and answered.
        sleep: waits for so many seconds: for pacing, between tries and between routes.
        timer: monotonic seconds, for latencies and deadlines.
        jitter: a number between two bounds, for the waits between tries.
        trust: certificates that are trusted; the usual ones if not given.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        *,
        sleep: Callable[[float], None] = time.sleep,
        timer: Callable[[], float] = time.monotonic,
        jitter: Callable[[float, float], float] = random.uniform,
        trust: SSLContext | None = None,
    ) -> None:
        self.settings = settings
        self.timer = timer
        self._clock = clock
        self._sleep = sleep
        self._jitter = jitter
        self._limits = Limits.of(settings)
        self._pacing = Pacing(Interval.of(settings), clock, timer, sleep)
        self._sender = Sender(settings, clock, timer, trust)
        self._journal = MemoryJournal()
        self._probing: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._sender.close()

    def fetch(self, request: Request, journal: Journal | None = None, within: float = math.inf) -> Fetched:
        """Ask on one route after the other, as long as rules, breakers and deadlines allow it.

        Args:
            request: what is asked.
            journal: keeps every try as it is made and tells of earlier ones; by default one of the client's own.
            within: seconds that it may take, if they are fewer than the settings' deadline of a request.
        """
        allowed = min(within, self.settings.request_deadline_seconds)
        errand = _Errand(request, self._journal if journal is None else journal, self.timer() + allowed)
        for route in routes_of(self.settings, request.source):
            self._try_route(errand, route)
            if not errand.wants_more():
                break
        return errand.fetched(self._clock())

    def _try_route(self, errand: _Errand, route: Route) -> None:
        """Up to the allowed tries on one route, after a pause if another route was tried before."""
        if errand.tries and not self._waited(errand, self.settings.route_pause_seconds):
            return
        retrying = Retrying(
            retry=retry_if_result(lambda made: self._is_worth_another_try(errand, route, made)),
            stop=lambda state: self._ends(errand, state),
            wait=self._back_off,
            sleep=self._sleep,
            retry_error_callback=_last_try,
        )
        retrying(self._try_once, errand, route)

    def _try_once(self, errand: _Errand, route: Route) -> Try | None:
        """One try if the breaker and the host's pacing let it pass, else None."""
        past = self._past(errand)
        with self._admitted(errand, route, past) as is_admitted:
            if not is_admitted or not self._waited(errand, 0.0):
                return None
            return self._try_in_turn(errand, route, past)

    def _back_off(self, state: RetryCallState) -> float:
        """Seconds before another try on the same route: exponential, with jitter."""
        first, longest = self.settings.retry_first_wait_seconds, self.settings.retry_longest_wait_seconds
        return float(min(first * 2.0 ** (state.attempt_number - 1) + self._jitter(0.0, first), longest))

    def _is_worth_another_try(self, errand: _Errand, route: Route, made: Try | None) -> bool:
        """Whether the verdict asks for another try and the breaker, which that try may have opened, would allow it."""
        if made is None or made.rule.then is not Then.RETRY:
            return False
        breaker = breaker_of(self._past(errand).get(route.name, ()), self._clock(), self._limits)
        if breaker.state == OPEN:
            errand.held_back[route.name] = _resting(breaker)
        return breaker.state != OPEN

    def _ends(self, errand: _Errand, state: RetryCallState) -> bool:
        """Whether there were enough tries on the route, or the errand's time would be over after the next wait."""
        return state.attempt_number >= self.settings.retry_attempts or self._is_too_late(errand, state.upcoming_sleep)

    def _past(self, errand: _Errand) -> Mapping[str, Sequence[PastTry]]:
        return errand.journal.last_tries(errand.request.host, max(TRIES_NEEDED, self._limits.tries_needed))

    @contextmanager
    def _admitted(self, errand: _Errand, route: Route, past: Mapping[str, Sequence[PastTry]]) -> Iterator[bool]:
        """Whether the breaker lets a try pass; while it is half open only one at a time."""
        breaker = breaker_of(past.get(route.name, ()), self._clock(), self._limits)
        way = (errand.request.host, route.name)
        with self._lock:
            is_probe = breaker.state == HALF_OPEN and way not in self._probing
            if is_probe:
                self._probing.add(way)
        try:
            if breaker.state == OPEN:
                errand.held_back[route.name] = _resting(breaker)
            elif breaker.state == HALF_OPEN and not is_probe:
                errand.held_back[route.name] = "the route is being probed"
            yield is_probe or breaker.state == CLOSED
        finally:
            if is_probe:
                with self._lock:
                    self._probing.discard(way)

    def _waited(self, errand: _Errand, seconds: float) -> bool:
        """Wait, unless the errand's time would be over then."""
        if self._is_too_late(errand, seconds):
            return False
        if seconds > 0:
            self._sleep(seconds)
        return True

    def _is_too_late(self, errand: _Errand, seconds: float) -> bool:
        if self.timer() + seconds < errand.deadline:
            return False
        errand.is_over = True
        errand.held_back["deadline"] = "the time for the request is over"
        return True

    def _try_in_turn(self, errand: _Errand, route: Route, past: Mapping[str, Sequence[PastTry]]) -> Try | None:
        """One try when it is the host's turn; None if that comes too late."""
        of_host = sorted((each for tries in past.values() for each in tries), key=_newest_first)
        too_long = self._pacing.wait(errand.request.host, of_host, at_most=errand.deadline - self.timer())
        if too_long:
            errand.is_over = True
            errand.held_back["pacing"] = f"the host is not to be asked for another {too_long:.0f} s"
            return None
        made = self._sender.send(errand.request, route, errand.deadline - self.timer())
        errand.journal.record(made)
        errand.tries.append(made)
        return made


def _resting(breaker: Breaker) -> str:
    return f"the route rests until {breaker.probe_at:%Y-%m-%dT%H:%M:%SZ}"


def _last_try(state: RetryCallState) -> Try | None:
    """What the last try on a route brought, when there are to be no more."""
    made: Try | None = state.outcome.result() if state.outcome is not None else None
    return made


def _newest_first(past: PastTry) -> float:
    return -past.asked_at.timestamp()

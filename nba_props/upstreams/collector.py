"""Collecting: requests go out through the client, answers into the archive, every try at once into its index."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from nba_props.archive.index import ArchiveIndex, PastTry
from nba_props.archive.store import Archive, Exchange, payload_of
from nba_props.game_calendar import Clock, game_date_of
from nba_props.settings import ROUTES, Settings
from nba_props.upstreams.breakers import Limits
from nba_props.upstreams.client import Client, Fetched
from nba_props.upstreams.endpoint import READING_ERRORS
from nba_props.upstreams.registry import endpoint_named
from nba_props.upstreams.requests import Request
from nba_props.upstreams.routes import resting_until, routes_of
from nba_props.upstreams.tries import Try
from nba_props.upstreams.verdicts import ABSENT, OK, Then

Place = tuple[date, int]
"""Where a try of an attempt is recorded: collected_on and sequence."""


@dataclass
class Collected:
    """What one collection attempt brought.

    Attributes:
        attempt_id: names the attempt; its answers are one WARC file.
        asked: requests sent, those for further pages included.
        answered: requests that were answered well.
        absent: requests for something that is not there, or not yet.
        failures: all others, as source, endpoint, date and reason.
        not_sent: how many of these were not even sent, as their routes or their host rest, the time of the attempt is
            over, or their endpoint refused us before. They leave no row and are due again as if nothing had been.
    """

    attempt_id: str
    asked: int = 0
    answered: int = 0
    absent: int = 0
    failures: list[str] = field(default_factory=list)
    not_sent: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether every request was answered, be it that there is nothing."""
        return not self.failures


class AttemptJournal:
    """The archive's index as the journal of one attempt: its tries are numbered as they come."""

    def __init__(self, index: ArchiveIndex, attempt_id: str) -> None:
        self._index = index
        self._attempt_id = attempt_id
        self._sequence = 0
        self._fresh: list[tuple[Try, Place]] = []

    def record(self, made: Try) -> None:
        """Keep a try as a row of operations.collection_attempts, so that it outlives this process."""
        self._sequence += 1
        row = made.row(self._attempt_id, self._sequence)
        self._index.record_tries([row])
        self._fresh.append((made, (row["collected_on"], self._sequence)))

    def last_tries(self, host: str, limit: int) -> Mapping[str, Sequence[PastTry]]:
        """Of each route by which a host was asked, by whichever attempt, its last tries, newest first."""
        return {route: self._index.last_tries(host, route, limit) for route in ROUTES}

    def place_of(self, made: Try) -> Place:
        """Where a try of the last request was recorded; those of earlier requests are forgotten."""
        place = next(place for fresh, place in self._fresh if fresh is made)
        self._fresh.clear()
        return place

    def archived(self, payload_ids: Iterable[tuple[Place, str]]) -> None:
        """Tell under which ids the answers of tries are archived."""
        self._index.record_archived(self._attempt_id, [(*place, payload_id) for place, payload_id in payload_ids])


def rests_until(index: ArchiveIndex, settings: Settings, request: Request, now: datetime) -> datetime | None:
    """Until when a request would not be sent, as its routes or its host rest; None if it could be sent now."""
    limits = Limits.of(settings)
    tries = {route: index.last_tries(request.host, route, limits.tries_needed) for route in ROUTES}
    return resting_until(routes_of(settings, request.source), tries, now, limits)


class Collector:
    """Collects requests one after the other and archives what comes."""

    def __init__(self, archive: Archive, client: Client, clock: Clock) -> None:
        self._archive = archive
        self._client = client
        self._clock = clock

    def collect(self, requests: Iterable[Request], deadline_seconds: float | None = None) -> Collected:
        """Make the requests in order, with all further pages, as one attempt; failures are told and never raised.

        Args:
            requests: what to ask; made while it goes on.
            deadline_seconds: when to stop asking; by default the setting, ``math.inf`` for none. What came until then
                is archived.

        Raises:
            Exception: what ``requests`` itself raises, after everything that came before is archived.
        """
        now = self._clock()
        attempt = Collected(f"{now:%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:8]}")
        run = _Run(self._client, AttemptJournal(self._archive.index, attempt.attempt_id), attempt, deadline_seconds)
        name = f"collected/{game_date_of(now):%Y/%m/%d}/{attempt.attempt_id}"
        ids = self._archive.store(name, run.exchanges(requests))
        run.journal.archived(zip(run.kept, ids, strict=True))
        if run.interruption is not None:
            raise run.interruption
        return attempt


class _Run:
    """One attempt while it goes on: whose answers are archived, what is not to be asked any more."""

    def __init__(
        self, client: Client, journal: AttemptJournal, attempt: Collected, deadline_seconds: float | None
    ) -> None:
        self.journal = journal
        self.kept: list[Place] = []
        self.interruption: Exception | None = None
        self._client = client
        self._attempt = attempt
        allowed = client.settings.collection_deadline_seconds if deadline_seconds is None else deadline_seconds
        self._deadline = client.timer() + allowed
        self._refusing: set[tuple[str, str]] = set()

    def exchanges(self, requests: Iterable[Request]) -> Iterator[Exchange]:
        """The answers to archive; ``kept`` has the places of their tries in the same order."""
        try:
            for first in requests:
                yield from self._pages(first)
        except Exception as error:  # what was answered so far is archived before anybody raises this
            self.interruption = error

    def _pages(self, first: Request) -> Iterator[Exchange]:
        """A request's answer and the further pages that it leads to, as long as they are new and not too many."""
        request: Request | None = first
        seen: set[str] = set()
        while request is not None:
            if len(seen) >= self._client.settings.pages_limit:
                self._attempt.failures.append(f"{_named(request)}: more than {len(seen)} pages")
                return
            seen.add(request.question)
            fetched = self._fetched(request)
            if fetched is None or fetched.answer is None or fetched.body is None or fetched.status is None:
                return
            self.kept.append(self.journal.place_of(fetched.answer))
            exchange = Exchange(
                request.url,
                fetched.status,
                fetched.headers,
                fetched.body,
                fetched.fetched_at,
                asked_for=request.game_date,
            )
            yield exchange
            following = self._following(request, exchange) if fetched.outcome == OK else None
            request = following if following is not None and following.question not in seen else None

    def _fetched(self, request: Request) -> Fetched | None:
        """What came of a request; None if it was not sent."""
        left = self._deadline - self._client.timer()
        if left <= 0:
            self._leave_out(request, "the time of the attempt is over")
            return None
        if (request.source, request.endpoint) in self._refusing:
            self._leave_out(request, "the endpoint has refused us")
            return None
        fetched = self._client.fetch(request, self.journal, within=left)
        if not fetched.tries:
            self._leave_out(request, fetched.reason)
            return None
        self._attempt.asked += 1
        if fetched.outcome == OK:
            self._attempt.answered += 1
        elif fetched.outcome == ABSENT:
            self._attempt.absent += 1
        else:
            self._attempt.failures.append(f"{_named(request)}: {fetched.reason}")
        if fetched.then is Then.DEGRADE:
            self._refusing.add((request.source, request.endpoint))
        return fetched

    def _leave_out(self, request: Request, reason: str) -> None:
        self._attempt.not_sent += 1
        self._attempt.failures.append(f"{_named(request)}: not sent: {reason}")

    def _following(self, request: Request, exchange: Exchange) -> Request | None:
        """The request for the page after an answer, None if it was the last one."""
        try:
            next_request = endpoint_named(request.source, request.endpoint).next_request
            return None if next_request is None else next_request(request, payload_of(exchange))
        except (*READING_ERRORS, AttributeError) as error:
            self._attempt.failures.append(f"{_named(request)}: its next page cannot be told: {error}"[:500])
            return None


def _named(request: Request) -> str:
    return f"{request.source} {request.endpoint} {request.game_date}"

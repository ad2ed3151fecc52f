"""Collecting: requests go out through the client, answers into the archive, every try into its index."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import polars as pl

from nba_props.archive.store import Archive, Exchange
from nba_props.contracts.operations import COLLECTION_ATTEMPTS
from nba_props.game_calendar import Clock, game_date_of
from nba_props.upstreams.client import Client, Fetched
from nba_props.upstreams.requests import Request


@dataclass
class Collected:
    """What one collection attempt brought.

    Attributes:
        attempt_id: names the attempt; its answers are one WARC file.
        asked: requests made.
        answered: requests that brought a body.
        failures: the others, as endpoint, date and reason.
    """

    attempt_id: str
    asked: int = 0
    answered: int = 0
    failures: list[str] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Whether every request was answered."""
        return not self.failures


class Collector:
    """Collects requests of one source after the other and archives what comes."""

    def __init__(self, archive: Archive, client: Client, clock: Clock) -> None:
        self._archive = archive
        self._client = client
        self._clock = clock

    def collect(self, requests: Iterable[Request]) -> Collected:
        """Make the requests in order, as one attempt; answers are archived, failures are told and never raised."""
        now = self._clock()
        attempt = Collected(f"{now:%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:8]}")
        answers: list[tuple[Request, Fetched]] = []
        name = f"collected/{game_date_of(now):%Y/%m/%d}/{attempt.attempt_id}"
        ids = self._archive.store(name, self._exchanges(requests, attempt, answers))
        self._record(attempt, answers, ids, now)
        return attempt

    def _exchanges(
        self, requests: Iterable[Request], attempt: Collected, answers: list[tuple[Request, Fetched]]
    ) -> Iterator[Exchange]:
        for request in requests:
            fetched = self._client.fetch(request)
            answers.append((request, fetched))
            attempt.asked += 1
            if fetched.body is None or fetched.status is None:
                attempt.failures.append(f"{request.source} {request.endpoint} {request.game_date}: {_reason(fetched)}")
                continue
            attempt.answered += 1
            yield Exchange(fetched.url, fetched.status, fetched.headers, fetched.body, fetched.fetched_at)

    def _record(
        self, attempt: Collected, answers: list[tuple[Request, Fetched]], ids: list[str], now: datetime
    ) -> None:
        rows: list[dict[str, Any]] = []
        archived = iter(ids)
        for _, fetched in answers:
            payload_id = next(archived) if fetched.body is not None and fetched.status is not None else None
            last = len(fetched.attempts) - 1
            rows.extend(
                {**row, "payload_id": payload_id if number == last else None}
                for number, row in enumerate(fetched.attempts)
            )
        self._archive.index.record_attempts(_attempt_frame(rows, attempt.attempt_id, game_date_of(now)))


def _attempt_frame(rows: list[dict[str, Any]], attempt_id: str, day: date) -> pl.DataFrame:
    numbered = [
        {**row, "attempt_id": attempt_id, "collected_on": day, "sequence": number}
        for number, row in enumerate(rows, start=1)
    ]
    return pl.DataFrame(numbered, schema=COLLECTION_ATTEMPTS.schema)


def _reason(fetched: Fetched) -> str:
    detail = fetched.attempts[-1]["detail"] if fetched.attempts else "no try was made"
    return f"{fetched.outcome}: {detail}"

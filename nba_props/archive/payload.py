"""One archived answer of an upstream, as the parsers see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Payload:
    """What an upstream answered to one request.

    Attributes:
        payload_id: SHA-1 over request, time and body; the same exchange has the same id however often it is imported.
        url: the request, without secrets.
        fetched_at: when the answer came, UTC; for recordings their WARC-Date.
        status: HTTP status.
        body: decoded body.
        capture_times: ``collected`` by this platform, or what a recording says of its times (``actual``, ``nominal``).
        asked_for: the game date that this platform asked about; None for recordings.
    """

    payload_id: str
    url: str
    fetched_at: datetime
    status: int
    body: bytes
    capture_times: str = "collected"
    asked_for: date | None = None


class MalformedPayload(ValueError):
    """A payload cannot be read; the message is the reason that quarantine shows."""

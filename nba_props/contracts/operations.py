"""Operations tables: what was fetched, what was refused, what is expected, what was reported."""

from __future__ import annotations

import polars as pl

from nba_props.contracts import columns as c
from nba_props.contracts.raw import QUARANTINE_KEY, Quarantine
from nba_props.contracts.table import Contract, Table

OUTCOMES = ("complete", "empty as scheduled", "pending", "partial", "missing")
ATTEMPT_OUTCOMES = ("ok", "retry later", "blocked", "malformed", "permanent")


class Payloads(Contract):
    """The archive's index: one row an archived payload, under the New York date on which it was fetched."""

    collected_on: pl.Date = c.text("New York date of fetched_at; the partition.")
    payload_id: str = c.payload_id()
    source: str = c.text("Upstream; 'unknown' if no registered one made the request.")
    endpoint: str = c.text("Endpoint of the upstream.")
    url: str = c.text("Request without secrets.")
    status: int = c.number("HTTP status.", ge=100, le=599)
    body_bytes: int = c.number("Size of the decoded body, bytes.", ge=0)
    body_hash: str = c.text("SHA-1 of the body, base 32, as in WARC-Payload-Digest.")
    fetched_at: c.Moment = c.fetched_at()
    first_game_date: pl.Date = c.text("First game date that the body speaks of.", nullable=True)
    last_game_date: pl.Date = c.text("Last game date that the body speaks of.", nullable=True)
    capture_times: str = c.text("recorded by this platform (collected), or what a recording says of its times.")
    warc_file: str = c.text("Archive file that holds the body.")


class QuarantinedPayloads(Quarantine):
    """Everything that could not be stored, of all upstreams: one row a payload or payload row, with the reason."""


class CollectionAttempts(Contract):
    """Every request made of an upstream: one row a try, under the New York date on which it was made."""

    collected_on: pl.Date = c.text("New York date of the try; the partition.")
    attempt_id: str = c.text("The collection attempt that the try belonged to.")
    sequence: int = c.number("Number of the try within the attempt.", ge=1)
    source: str = c.text("Upstream.")
    endpoint: str = c.text("Endpoint of the upstream.")
    game_date: pl.Date = c.game_date()
    url: str = c.text("Request without secrets.")
    route: str = c.text("Route that the request took.")
    asked_at: c.Moment = c.moment("When the request was sent.")
    latency_seconds: float = c.number("Time until the whole answer or the failure.", ge=0)
    status: int = c.number("HTTP status, null if none came.", nullable=True)
    outcome: str = c.text("What the rules made of it.", isin=ATTEMPT_OUTCOMES)
    detail: str = c.text("What went wrong, if anything.")
    quota_used: int = c.number("Requests used of the quota, if the upstream says.", nullable=True)
    quota_remaining: int = c.number("Requests left of the quota, if the upstream says.", nullable=True)
    payload_id: str = c.text("Archived answer, null if none came.", nullable=True)


class ExpectedOutputs(Contract):
    """What each table should have for a date and what it has: one row a table and date."""

    game_date: pl.Date = c.game_date()
    table: str = c.text("Table, as layer.name.")
    outcome: str = c.text("Verdict.", isin=OUTCOMES)
    expected_games: int = c.number("Games that the schedule makes it owe rows for.", ge=0)
    stored_games: int = c.number("Games that it has rows for.", ge=0)
    stored_rows: int = c.number("Rows stored.", ge=0)
    expected_by: c.Moment = c.moment("When it is due; null on a date without games.", nullable=True)


class Alerts(Contract):
    """Notifications: one row an alert, from its opening to its close."""

    opened_on: pl.Date = c.text("New York date of opened_at; the partition.")
    alert_id: str = c.text("What it is about; one open alert for each.")
    opened_at: c.Moment = c.moment("When it was opened.")
    closed_at: c.Moment = c.moment("When it healed; null while open.", nullable=True)
    severity: str = c.text("warning or error.", isin=("warning", "error"))
    subject: str = c.text("Table, run or source concerned.")
    message: str = c.text("What is wrong and what to do.")


PAYLOADS = Table("operations", "payloads", Payloads, ("collected_on", "payload_id"), partition="collected_on")
QUARANTINED_PAYLOADS = Table("operations", "quarantined_payloads", QuarantinedPayloads, QUARANTINE_KEY)
COLLECTION_ATTEMPTS = Table(
    "operations",
    "collection_attempts",
    CollectionAttempts,
    ("collected_on", "attempt_id", "sequence"),
    partition="collected_on",
)
EXPECTED_OUTPUTS = Table("operations", "expected_outputs", ExpectedOutputs, ("game_date", "table"))
ALERTS = Table("operations", "alerts", Alerts, ("opened_on", "alert_id", "opened_at"), partition="opened_on")

TABLES = (PAYLOADS, QUARANTINED_PAYLOADS, COLLECTION_ATTEMPTS, EXPECTED_OUTPUTS, ALERTS)

"""Operations tables: what was fetched, what was refused, what is expected, what was reported."""

from __future__ import annotations

import polars as pl

from nba_props.contracts import columns as c
from nba_props.contracts.raw import QUARANTINE_KEY, Quarantine
from nba_props.contracts.table import Contract, Table
from nba_props.settings import ROUTES

OUTCOMES = ("complete", "empty as scheduled", "pending", "partial", "missing")
ATTEMPT_OUTCOMES = ("ok", "retry later", "blocked", "malformed", "absent", "permanent")
BREAKER_STATES = ("closed", "open", "half open")


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
    asked_for: pl.Date = c.text("Game date that it was asked for; null for recordings.", nullable=True)
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
    host: str = c.text("Host and port that were asked, whatever the route.")
    question: str = c.text("Path and query: what was asked, whichever host was asked.")
    route: str = c.text("Route that the request took.", isin=ROUTES)
    asked_at: c.Moment = c.moment("When the request was sent.")
    latency_seconds: float = c.number("Time until the whole answer or the failure.", ge=0)
    status: int = c.number("HTTP status, null if none came.", nullable=True)
    outcome: str = c.text("What the rules made of it.", isin=ATTEMPT_OUTCOMES)
    detail: str = c.text("What went wrong, if anything.")
    retry_after_seconds: float = c.number("Rest that the host asked for, if any.", nullable=True, ge=0)
    quota_used: int = c.number("Requests used of the quota, if the upstream says.", nullable=True)
    quota_remaining: int = c.number("Requests left of the quota, if the upstream says.", nullable=True)
    payload_id: str = c.text(
        "Archived answer; null if none came, or if it was lost before it was archived.", nullable=True
    )


class RouteHealth(Contract):
    """How each route to each host fares: one row an hour in which it was tried."""

    collected_on: pl.Date = c.text("New York date of the hour; the partition.")
    host: str = c.text("Host and port that were asked.")
    route: str = c.text("Route to it.", isin=ROUTES)
    hour: c.Moment = c.moment("Start of the hour.")
    sources: str = c.text("Upstreams for which it was tried, in alphabetical order, separated by commas.")
    tries: int = c.number("Tries made.", ge=1)
    ok: int = c.number("Tries that were answered.", ge=0)
    blocked: int = c.number("Tries that were refused on this route.", ge=0)
    failed: int = c.number("Tries that failed otherwise: late, broken off, malformed, errors of the host.", ge=0)
    breaker_state: str = c.text("Circuit breaker at the end of the hour.", isin=BREAKER_STATES)
    latency_p50_seconds: float = c.number("Median latency of answered tries; null without any.", nullable=True, ge=0)
    latency_p90_seconds: float = c.number(
        "Latency that 90% of the answered tries kept within; null without any.", nullable=True, ge=0
    )


class ApiQuota(Contract):
    """What upstreams with a quota said of it: one row an hour in which one of them was asked."""

    collected_on: pl.Date = c.text("New York date of the hour; the partition.")
    source: str = c.text("Upstream.")
    hour: c.Moment = c.moment("Start of the hour.")
    used: int = c.number("Requests used, as last told in the hour.", nullable=True, ge=0)
    remaining: int = c.number("Requests left, as last told in the hour.")
    share_used: float = c.probability(
        "Used share of the whole quota; null if the upstream does not say.", nullable=True
    )


class GameAvailability(Contract):
    """When each endpoint first had each game: one row a game and endpoint that owes it."""

    game_date: pl.Date = c.game_date()
    game_id: str = c.game_id()
    source: str = c.text("Upstream.")
    endpoint: str = c.text("Endpoint of the upstream.")
    is_west_coast: bool = c.flag("Whether it is played in the Pacific time zone.")
    first_available_at: c.Moment = c.moment("When an answer first held the game; null while none does.", nullable=True)
    minutes_after_tip_off: float = c.number(
        "From the tip-off until then, negative before it; null while no answer holds the game.", nullable=True
    )


class SourceAvailabilityDaily(Contract):
    """How many games of a date each endpoint has had, and how soon: one row a date and endpoint."""

    game_date: pl.Date = c.game_date()
    source: str = c.text("Upstream.")
    endpoint: str = c.text("Endpoint of the upstream.")
    games_expected: int = c.number("Games that it owes.", ge=0)
    games_seen: int = c.number("Games of those that an answer held.", ge=0)
    games_missing: int = c.number("Games of those that no answer held.", ge=0)
    latency_p50_minutes: float = c.number(
        "Median minutes from tip-off to the first answer; null without any.", nullable=True
    )
    latency_p90_minutes: float = c.number(
        "Minutes from tip-off within which 90% of the games were first there; null without any.", nullable=True
    )
    west_coast_games: int = c.number("Games expected that are played in the Pacific time zone.", ge=0)


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
ROUTE_HEALTH = Table(
    "operations", "route_health", RouteHealth, ("collected_on", "host", "route", "hour"), partition="collected_on"
)
API_QUOTA = Table("operations", "api_quota", ApiQuota, ("collected_on", "source", "hour"), partition="collected_on")
GAME_AVAILABILITY = Table(
    "operations", "game_availability", GameAvailability, ("game_date", "game_id", "source", "endpoint")
)
SOURCE_AVAILABILITY_DAILY = Table(
    "operations", "source_availability_daily", SourceAvailabilityDaily, ("game_date", "source", "endpoint")
)
EXPECTED_OUTPUTS = Table("operations", "expected_outputs", ExpectedOutputs, ("game_date", "table"))
ALERTS = Table("operations", "alerts", Alerts, ("opened_on", "alert_id", "opened_at"), partition="opened_on")

TABLES = (
    PAYLOADS,
    QUARANTINED_PAYLOADS,
    COLLECTION_ATTEMPTS,
    ROUTE_HEALTH,
    API_QUOTA,
    GAME_AVAILABILITY,
    SOURCE_AVAILABILITY_DAILY,
    EXPECTED_OUTPUTS,
    ALERTS,
)

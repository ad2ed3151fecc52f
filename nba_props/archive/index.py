"""The archive's index: which payload lies where and of which game dates it speaks; every request that was made.

A SQLite file beside the WARC files. It can be thrown away: ``Archive.reconcile`` makes the payload part anew from the
WARC files.
"""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from nba_props.archive import index_schema
from nba_props.contracts.operations import COLLECTION_ATTEMPTS, PAYLOADS
from nba_props.game_calendar import DateRange, game_date_of

_PAST_TRY = "route, asked_at, latency_seconds, status, outcome, retry_after_seconds"

QUESTION_SCHEMA = pl.Schema(
    {
        "source": pl.String(),
        "endpoint": pl.String(),
        "question": pl.String(),
        "last_asked_at": pl.Datetime("us", "UTC"),
        "last_answered_at": pl.Datetime("us", "UTC"),
        "last_outcome": pl.String(),
        "tries": pl.Int64(),
    }
)


@dataclass(frozen=True)
class PastTry:
    """What one recorded try tells of the way that it took.

    Attributes:
        route: the route.
        asked_at: when it was sent, UTC.
        latency_seconds: time until the whole answer or the failure.
        status: HTTP status, None if none came.
        outcome: one of ``contracts.operations.ATTEMPT_OUTCOMES``.
        retry_after_seconds: rest that the host asked for.
    """

    route: str
    asked_at: datetime
    latency_seconds: float
    status: int | None
    outcome: str
    retry_after_seconds: float | None = None

    @property
    def ended_at(self) -> datetime:
        """When the answer or the failure came."""
        return self.asked_at + timedelta(seconds=self.latency_seconds)


@dataclass(frozen=True)
class IndexEntry:
    """Where one payload lies and what is known of it without reading its body.

    ``warc_file`` and ``position`` lead to the record that holds the body, which for a body seen before is an older one.
    """

    payload_id: str
    source: str
    endpoint: str
    scope: str | None
    url: str
    status: int
    body_bytes: int
    body_hash: str
    fetched_at: datetime
    capture_times: str
    warc_file: str
    position: int
    game_dates: tuple[date, ...] = ()
    asked_for: date | None = None


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


class ArchiveIndex:
    """Reads and appends the index; safe for several processes.

    One idle connection stays open as long as the object lives: SQLite tidies up, and waits for the disk, whenever the
    last one is closed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        weakref.finalize(self, index_schema.opened(path).close)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self._path, timeout=60)
        try:
            connection.execute("PRAGMA synchronous=NORMAL")
            with connection:
                yield connection
        finally:
            connection.close()

    def _rows(self, query: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._connection() as connection:
            return connection.execute(query, parameters).fetchall()

    def append(self, warc_file: str, entries: Sequence[IndexEntry]) -> None:
        """Add a finished WARC file and its payloads, all or nothing; payloads already there are left as they are."""
        with self._connection() as connection:
            connection.execute("INSERT OR IGNORE INTO warc_files VALUES (?)", (warc_file,))
            arrival = 1 + connection.execute("SELECT coalesce(max(arrival), 0) FROM payloads").fetchone()[0]
            connection.executemany(
                "INSERT OR IGNORE INTO bodies VALUES (?, ?, ?)",
                [(entry.body_hash, entry.warc_file, entry.position) for entry in entries],
            )
            connection.executemany(
                f"INSERT OR IGNORE INTO payloads VALUES ({','.join('?' * 17)})",
                [(*_payload_row(entry), arrival, _day(entry.asked_for)) for entry in entries],
            )
            connection.executemany(
                "INSERT OR IGNORE INTO payload_dates VALUES (?, ?, ?)",
                [(entry.endpoint, day.isoformat(), entry.payload_id) for entry in entries for day in entry.game_dates],
            )

    def known_payloads(self) -> set[str]:
        """Ids of all archived payloads."""
        return {row[0] for row in self._rows("SELECT payload_id FROM payloads")}

    def known_files(self) -> set[str]:
        """Names of all indexed WARC files."""
        return {row[0] for row in self._rows("SELECT name FROM warc_files")}

    def body_position(self, body_hash: str) -> tuple[str, int] | None:
        """File and position of the record that holds a body, if it is archived."""
        rows = self._rows("SELECT warc_file, position FROM bodies WHERE body_hash = ?", (body_hash,))
        return rows[0] if rows else None

    def entries(self, source: str, endpoint: str, dates: DateRange, seasons: Sequence[str]) -> list[IndexEntry]:
        """Payloads of an endpoint that the tables of the dates are made from, by file and position.

        These are all that speak of a date in the range, but of snapshots of a whole season only the newest one of each
        season. Answers other than 200 are archived and told in the attempts; they are no payloads of a table.
        """
        marks = ",".join("?" * len(seasons))
        of_dates = f"""SELECT {_ENTRY_COLUMNS} FROM payloads
            WHERE source = ? AND status = 200 AND scope IS NULL AND payload_id IN (
                SELECT payload_id FROM payload_dates WHERE endpoint = ? AND game_date BETWEEN ? AND ?)"""
        of_seasons = f"""SELECT {_ENTRY_COLUMNS} FROM (
                SELECT *, row_number() OVER (PARTITION BY scope ORDER BY fetched_at DESC, payload_id DESC) AS newest
                FROM payloads WHERE source = ? AND endpoint = ? AND status = 200 AND scope IN ({marks})
            ) WHERE newest = 1"""
        rows = self._rows(
            f"{of_dates} UNION ALL {of_seasons} ORDER BY warc_file, position, payload_id",
            (source, endpoint, dates.first.isoformat(), dates.last.isoformat(), source, endpoint, *seasons),
        )
        return [_entry(row) for row in rows]

    def game_dates(self) -> list[date]:
        """Every game date of which an archived payload speaks, ascending; whole-season snapshots do not count."""
        rows = self._rows(
            """SELECT DISTINCT d.game_date FROM payload_dates d
            JOIN payloads p ON p.payload_id = d.payload_id AND p.endpoint = d.endpoint
            WHERE p.scope IS NULL AND p.status = 200 ORDER BY 1"""
        )
        return [date.fromisoformat(row[0]) for row in rows]

    def scheduled_dates(self) -> list[date]:
        """Every game date of which an archived payload speaks, ascending; those that a schedule tells too."""
        rows = self._rows(
            """SELECT DISTINCT d.game_date FROM payload_dates d
            JOIN payloads p ON p.payload_id = d.payload_id AND p.endpoint = d.endpoint
            WHERE p.status = 200 ORDER BY 1"""
        )
        return [date.fromisoformat(row[0]) for row in rows]

    def last_arrival(self) -> int:
        """Number of the newest arrival; every file that is archived is one, numbered in order. 0 without any."""
        return int(self._rows("SELECT coalesce(max(arrival), 0) FROM payloads")[0][0])

    def dates_touched_since(self, arrival: int) -> list[tuple[str, str, str | None, date]]:
        """Source, endpoint, season of a whole-season snapshot, and game date of what was archived after an arrival."""
        rows = self._rows(
            """SELECT DISTINCT p.source, p.endpoint, p.scope, d.game_date FROM payloads p
            JOIN payload_dates d ON d.payload_id = p.payload_id AND d.endpoint = p.endpoint
            WHERE p.arrival > ? AND p.status = 200 ORDER BY 1, 2, 4""",
            (arrival,),
        )
        return [(source, endpoint, scope, date.fromisoformat(day)) for source, endpoint, scope, day in rows]

    def payloads_frame(self, dates: DateRange) -> pl.DataFrame:
        """Rows of operations.payloads for payloads collected on the dates."""
        names = ", ".join(PAYLOADS.schema)
        return self._frame(PAYLOADS.schema, f"SELECT {names} FROM payloads WHERE collected_on BETWEEN ? AND ?", dates)

    def record_tries(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows of operations.collection_attempts; a row of the same try is replaced."""
        with self._connection() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO questions (source, endpoint, question) VALUES (:source, :endpoint, :question)",
                [{name: row[name] for name in ("source", "endpoint", "question")} for row in rows],
            )
            connection.executemany(
                """INSERT OR REPLACE INTO tries
                SELECT :collected_on, :attempt_id, :sequence, :source, question_id, :origin, :game_date, :host, :route,
                    :asked_at, :latency_seconds, :status, :outcome, :detail, :retry_after_seconds, :quota_used,
                    :quota_remaining, :payload_id
                FROM questions WHERE source = :source AND endpoint = :endpoint AND question = :question""",
                [_try_row(row) for row in rows],
            )

    def record_archived(self, attempt_id: str, archived: Iterable[tuple[date, int, str]]) -> None:
        """Tell under which ids the answers of an attempt's tries are archived: collected_on, sequence, payload_id."""
        with self._connection() as connection:
            connection.executemany(
                "UPDATE tries SET payload_id = ? WHERE collected_on = ? AND attempt_id = ? AND sequence = ?",
                [(payload_id, _day(day), attempt_id, sequence) for day, sequence, payload_id in archived],
            )

    def last_tries(self, host: str, route: str, limit: int) -> list[PastTry]:
        """The last tries of a host on a route, newest first."""
        rows = self._rows(
            f"""SELECT {_PAST_TRY} FROM tries WHERE host = ? AND route = ?
            ORDER BY asked_at DESC, attempt_id DESC, sequence DESC LIMIT ?""",
            (host, route, limit),
        )
        return [PastTry(told, datetime.fromisoformat(asked_at), *rest) for told, asked_at, *rest in rows]

    def questions(self) -> pl.DataFrame:
        """Every question that was ever asked, with ``QUESTION_SCHEMA``, by source, endpoint and question.

        ``last_answered_at`` is when that was asked whose answer is archived, null if none is; ``tries`` is how often it
        was tried.
        """
        rows = self._rows(
            """WITH newest AS (
                SELECT q.*,
                    (SELECT count(*) FROM tries t WHERE t.question_id = q.question_id) AS tries,
                    (SELECT asked_at FROM tries t WHERE t.question_id = q.question_id
                        ORDER BY asked_at DESC LIMIT 1) AS last_asked_at,
                    (SELECT outcome FROM tries t WHERE t.question_id = q.question_id
                        ORDER BY asked_at DESC LIMIT 1) AS last_outcome,
                    (SELECT asked_at FROM tries t WHERE t.question_id = q.question_id AND outcome = 'ok'
                        AND payload_id IS NOT NULL ORDER BY asked_at DESC LIMIT 1) AS last_answered_at
                FROM questions q
            ) SELECT source, endpoint, question, last_asked_at, last_answered_at, last_outcome, tries
            FROM newest WHERE tries > 0 ORDER BY source, endpoint, question"""
        )
        return _typed(rows, QUESTION_SCHEMA)

    def asked_since(self) -> dict[tuple[str, str], date]:
        """The first game date that each endpoint was asked about, by source and endpoint."""
        rows = self._rows(
            """SELECT questions.source, endpoint, min(game_date) FROM tries JOIN questions USING (question_id)
            GROUP BY questions.source, endpoint ORDER BY 1, 2"""
        )
        return {(source, endpoint): date.fromisoformat(day) for source, endpoint, day in rows}

    def sources_of(self, dates: DateRange) -> frozenset[str]:
        """Sources of which payloads that speak of the dates are archived."""
        rows = self._rows(
            """SELECT DISTINCT source FROM payloads WHERE status = 200 AND payload_id IN (
                SELECT payload_id FROM payload_dates WHERE game_date BETWEEN ? AND ?)""",
            (dates.first.isoformat(), dates.last.isoformat()),
        )
        return frozenset(source for (source,) in rows)

    def body_bytes(self, dates: DateRange) -> dict[date, float]:
        """Size of the bodies that speak of each date; one that speaks of several counts for each with its share.

        Whole-season snapshots do not count, and dates of which nothing is archived are left out.
        """
        rows = self._rows(
            """SELECT game_date, sum(share) FROM (
                SELECT d.game_date, p.body_bytes * 1.0 / count(*) OVER (PARTITION BY d.payload_id) AS share
                FROM payload_dates d JOIN payloads p ON p.payload_id = d.payload_id AND p.endpoint = d.endpoint
                WHERE p.scope IS NULL AND p.status = 200
            ) WHERE game_date BETWEEN ? AND ? GROUP BY game_date ORDER BY game_date""",
            (dates.first.isoformat(), dates.last.isoformat()),
        )
        return {date.fromisoformat(day): size for day, size in rows}

    def newest_quotas(self) -> pl.DataFrame:
        """What each source that has a quota said of it last (source, quota_used, quota_remaining), by source."""
        with self._connection() as connection:
            sources = [source for (source,) in connection.execute("SELECT DISTINCT source FROM questions ORDER BY 1")]
            told = [
                connection.execute(
                    """SELECT source, quota_used, quota_remaining FROM tries
                    WHERE source = ? AND quota_remaining IS NOT NULL ORDER BY asked_at DESC LIMIT 1""",
                    (source,),
                ).fetchone()
                for source in sources
            ]
        schema = {"source": pl.String, "quota_used": pl.Int64, "quota_remaining": pl.Int64}
        return pl.DataFrame([row for row in told if row], schema=schema, orient="row")

    def attempts_frame(self, dates: DateRange) -> pl.DataFrame:
        """Rows of operations.collection_attempts for tries made on the dates."""
        told = {"url": "origin || question AS url", "source": "tries.source AS source"}
        names = ", ".join(told.get(name, name) for name in COLLECTION_ATTEMPTS.schema)
        query = f"SELECT {names} FROM tries JOIN questions USING (question_id) WHERE collected_on BETWEEN ? AND ?"
        return self._frame(COLLECTION_ATTEMPTS.schema, query, dates)

    def _frame(self, schema: pl.Schema, query: str, dates: DateRange) -> pl.DataFrame:
        return _typed(self._rows(query, (dates.first.isoformat(), dates.last.isoformat())), schema)


def _typed(rows: Sequence[tuple[Any, ...]], schema: pl.Schema) -> pl.DataFrame:
    """Rows as SQLite gives them, with the types of the schema."""
    sqlite: dict[type[pl.DataType], pl.DataType] = {
        pl.Date: pl.String(),
        pl.Datetime: pl.String(),
        pl.Boolean: pl.Int64(),
    }
    stored = {name: sqlite.get(dtype.base_type(), dtype) for name, dtype in schema.items()}
    frame = pl.DataFrame(rows, schema=stored, orient="row")
    return frame.with_columns(
        pl.col(name).str.to_datetime(time_unit="us", time_zone="UTC")
        if isinstance(dtype, pl.Datetime)
        else pl.col(name).str.to_date()
        if dtype == pl.Date
        else pl.col(name).cast(dtype)
        for name, dtype in schema.items()
    )


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _try_row(row: Mapping[str, Any]) -> dict[str, Any]:
    if not row["url"].endswith(row["question"]):
        raise ValueError(f"a question is the end of its URL, not {row['question']!r} of {row['url']!r}")
    return {
        **row,
        "origin": row["url"].removesuffix(row["question"]),
        "collected_on": _day(row["collected_on"]),
        "game_date": _day(row["game_date"]),
        "asked_at": _iso(row["asked_at"]),
    }


_ENTRY_COLUMNS = (
    "payload_id, source, endpoint, scope, url, status, body_bytes, body_hash, fetched_at, capture_times, warc_file,"
    " position, asked_for"
)


def _entry(row: Iterable[Any]) -> IndexEntry:
    *values, asked_for = row
    values[8] = datetime.fromisoformat(values[8])
    return replace(IndexEntry(*values), asked_for=None if asked_for is None else date.fromisoformat(asked_for))


def _payload_row(entry: IndexEntry) -> tuple[Any, ...]:
    days = sorted(entry.game_dates)
    return (
        entry.payload_id,
        entry.source,
        entry.endpoint,
        entry.scope,
        entry.url,
        entry.status,
        entry.body_bytes,
        entry.body_hash,
        _iso(entry.fetched_at),
        game_date_of(entry.fetched_at).isoformat(),
        days[0].isoformat() if days else None,
        days[-1].isoformat() if days else None,
        entry.capture_times,
        entry.warc_file,
        entry.position,
    )

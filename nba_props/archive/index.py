"""The archive's index: which payload lies where and of which game dates it speaks; every request that was made.

A SQLite file beside the WARC files. It can be thrown away: ``Archive.reconcile`` makes the payload part anew from the
WARC files.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from nba_props.contracts.operations import COLLECTION_ATTEMPTS, PAYLOADS
from nba_props.game_calendar import DateRange, game_date_of

_SCHEMA = """
CREATE TABLE IF NOT EXISTS warc_files (name TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS bodies (body_hash TEXT PRIMARY KEY, warc_file TEXT, position INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS payloads (
    payload_id TEXT PRIMARY KEY, source TEXT, endpoint TEXT, scope TEXT, url TEXT, status INTEGER, body_bytes INTEGER,
    body_hash TEXT, fetched_at TEXT, collected_on TEXT, first_game_date TEXT, last_game_date TEXT, capture_times TEXT,
    warc_file TEXT, position INTEGER, arrival INTEGER
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS payloads_by_day ON payloads (collected_on);
CREATE INDEX IF NOT EXISTS payloads_by_arrival ON payloads (arrival);
CREATE INDEX IF NOT EXISTS payloads_by_scope ON payloads (endpoint, scope, fetched_at);
CREATE TABLE IF NOT EXISTS payload_dates (
    endpoint TEXT, game_date TEXT, payload_id TEXT, PRIMARY KEY (endpoint, game_date, payload_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS attempts (
    collected_on TEXT, attempt_id TEXT, sequence INTEGER, source TEXT, endpoint TEXT, game_date TEXT, url TEXT,
    route TEXT, asked_at TEXT, latency_seconds REAL, status INTEGER, outcome TEXT, detail TEXT, quota_used INTEGER,
    quota_remaining INTEGER, payload_id TEXT, PRIMARY KEY (collected_on, attempt_id, sequence)
) WITHOUT ROWID;
"""


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


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


class ArchiveIndex:
    """Reads and appends the index; safe for several processes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._connection() as connection:
            connection.executescript(f"PRAGMA journal_mode=WAL; {_SCHEMA}")

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self._path, timeout=60)
        try:
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
                f"INSERT OR IGNORE INTO payloads VALUES ({','.join('?' * 16)})",
                [(*_payload_row(entry), arrival) for entry in entries],
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

    def record_attempts(self, attempts: pl.DataFrame) -> None:
        """Append rows of operations.collection_attempts."""
        table = attempts.select(COLLECTION_ATTEMPTS.schema.names())
        rows = table.with_columns(
            pl.col("asked_at").dt.strftime("%Y-%m-%dT%H:%M:%S%.6f+00:00"),
            pl.col("collected_on", "game_date").cast(pl.String),
        ).rows()
        with self._connection() as connection:
            connection.executemany(f"INSERT OR REPLACE INTO attempts VALUES ({','.join('?' * 16)})", rows)

    def attempts_frame(self, dates: DateRange) -> pl.DataFrame:
        """Rows of operations.collection_attempts for tries made on the dates."""
        names = ", ".join(COLLECTION_ATTEMPTS.schema)
        return self._frame(
            COLLECTION_ATTEMPTS.schema, f"SELECT {names} FROM attempts WHERE collected_on BETWEEN ? AND ?", dates
        )

    def _frame(self, schema: pl.Schema, query: str, dates: DateRange) -> pl.DataFrame:
        rows = self._rows(query, (dates.first.isoformat(), dates.last.isoformat()))
        stored = {name: pl.String() if dtype.is_temporal() else dtype for name, dtype in schema.items()}
        frame = pl.DataFrame(rows, schema=stored, orient="row")
        return frame.with_columns(
            pl.col(name).str.to_date()
            if dtype == pl.Date
            else pl.col(name).str.to_datetime(time_unit="us", time_zone="UTC")
            for name, dtype in schema.items()
            if dtype.is_temporal()
        )


_ENTRY_COLUMNS = (
    "payload_id, source, endpoint, scope, url, status, body_bytes, body_hash, fetched_at, capture_times, warc_file,"
    " position"
)


def _entry(row: Iterable[Any]) -> IndexEntry:
    values = list(row)
    values[8] = datetime.fromisoformat(values[8])
    return IndexEntry(*values)


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

"""The SQLite tables of the archive's index, and how an index made by an older version is brought up to them."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import urlsplit

_FIRST_TWO = (
    "CREATE TABLE IF NOT EXISTS warc_files (name TEXT PRIMARY KEY) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS bodies (body_hash TEXT PRIMARY KEY, warc_file TEXT, position INTEGER) WITHOUT ROWID",
    """CREATE TABLE IF NOT EXISTS payloads (
        payload_id TEXT PRIMARY KEY, source TEXT, endpoint TEXT, scope TEXT, url TEXT, status INTEGER,
        body_bytes INTEGER, body_hash TEXT, fetched_at TEXT, collected_on TEXT, first_game_date TEXT,
        last_game_date TEXT, capture_times TEXT, warc_file TEXT, position INTEGER, arrival INTEGER
    ) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS payloads_by_day ON payloads (collected_on)",
    "CREATE INDEX IF NOT EXISTS payloads_by_arrival ON payloads (arrival)",
    "CREATE INDEX IF NOT EXISTS payloads_by_scope ON payloads (endpoint, scope, fetched_at)",
    """CREATE TABLE IF NOT EXISTS payload_dates (
        endpoint TEXT, game_date TEXT, payload_id TEXT, PRIMARY KEY (endpoint, game_date, payload_id)
    ) WITHOUT ROWID""",
    """CREATE TABLE questions (
        question_id INTEGER PRIMARY KEY, source TEXT, endpoint TEXT, question TEXT, UNIQUE (source, endpoint, question)
    )""",
    """CREATE TABLE tries (
        collected_on TEXT, attempt_id TEXT, sequence INTEGER, source TEXT, question_id INTEGER, origin TEXT,
        game_date TEXT, host TEXT, route TEXT, asked_at TEXT, latency_seconds REAL, status INTEGER, outcome TEXT,
        detail TEXT, retry_after_seconds REAL, quota_used INTEGER, quota_remaining INTEGER, payload_id TEXT,
        PRIMARY KEY (collected_on, attempt_id, sequence)
    ) WITHOUT ROWID""",
    "CREATE INDEX tries_by_way ON tries (host, route, asked_at)",
    "CREATE INDEX tries_by_question ON tries (question_id, asked_at, outcome, payload_id)",
    "CREATE INDEX tries_by_quota ON tries (source, asked_at) WHERE quota_remaining IS NOT NULL",
    "ALTER TABLE payloads ADD COLUMN asked_for TEXT",
)
"""Those that version 1 had are made only if they are not there. A question is kept once, as its text is long."""

_THIRD = ("CREATE INDEX payload_dates_by_payload ON payload_dates (payload_id, endpoint)",)
"""Without it the dates of some payloads are looked for among all dates of their endpoint."""

_STATEMENTS = {2: _FIRST_TWO, 3: _THIRD}
"""What each version brings."""

VERSION = max(_STATEMENTS)


def opened(path: Path) -> sqlite3.Connection:
    """A connection to an index that has its tables, made if it is not there; several processes may do so at once."""
    if not path.exists():
        _make(path)
    connection = sqlite3.connect(path, timeout=60, check_same_thread=False)
    _prepare(connection)
    return connection


def _make(path: Path) -> None:
    """Make an index beside its place, and put it there whole unless another process was first.

    SQLite does not wait for a file that another process turns to write-ahead logging, whatever the timeout.
    """
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
        made = Path(folder) / path.name
        with closing(sqlite3.connect(made)) as connection:
            _prepare(connection)
        with suppress(FileExistsError):
            os.link(made, path)


def _prepare(connection: sqlite3.Connection) -> None:
    """Make the tables, or bring those of an older version up to date."""
    connection.execute("PRAGMA journal_mode=WAL")
    if _version(connection) >= VERSION:
        return
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        found = _version(connection)
        if found >= VERSION:
            return
        for statement in (each for version, brought in _STATEMENTS.items() if version > found for each in brought):
            connection.execute(statement)
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'attempts'").fetchone():
            _take_over_attempts(connection)
        connection.execute(f"PRAGMA user_version = {VERSION}")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _take_over_attempts(connection: sqlite3.Connection) -> None:
    """The tries of version 1, which knew neither host nor question."""
    connection.create_function("origin_of", 1, lambda url: "{0.scheme}://{0.netloc}".format(urlsplit(url)))
    connection.create_function("host_of", 1, lambda url: urlsplit(url).netloc)
    connection.execute(
        """INSERT OR IGNORE INTO questions (source, endpoint, question)
        SELECT source, endpoint, substr(url, length(origin_of(url)) + 1) FROM attempts ORDER BY asked_at"""
    )
    connection.execute(
        """INSERT INTO tries
        SELECT collected_on, attempt_id, sequence, attempts.source, question_id, origin_of(url), game_date,
            host_of(url), route, asked_at, latency_seconds, status, outcome, detail, NULL, quota_used,
            quota_remaining, payload_id
        FROM attempts JOIN questions ON questions.source = attempts.source
            AND questions.endpoint = attempts.endpoint
            AND questions.question = substr(url, length(origin_of(url)) + 1)"""
    )
    connection.execute("DROP TABLE attempts")

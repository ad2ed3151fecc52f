"""The index of tries: what it tells of hosts, questions and quotas, and an index of an older version."""

from __future__ import annotations

import gzip
import sqlite3
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.exceptions import ArchiveLoadFailed

from nba_props.archive import index_schema
from nba_props.archive.index import QUESTION_SCHEMA, ArchiveIndex, PastTry
from nba_props.contracts.operations import ATTEMPT_OUTCOMES, COLLECTION_ATTEMPTS, PAYLOADS
from nba_props.game_calendar import DateRange, game_date_of
from nba_props_tests.archive.exchanges import DATES, archive, events, exchange, schedules
from nba_props_tests.archive.test_reconcile import lose_index
from nba_props_tests.upstreams.exchanges import EVENTS_URL, event

START = datetime(2025, 1, 6, 4, 30, tzinfo=UTC)
DAY = date(2025, 1, 5)
HOST = "api.example.org:8080"
EVERY = DateRange(date(2000, 1, 1), date(2100, 1, 1))
PAYLOAD = "0" * 40


def row(sequence: int = 1, seconds: float = 0, **changes: Any) -> dict[str, Any]:
    asked_at = START + timedelta(seconds=seconds)
    question = changes.get("question", "/v4/events?a=b")
    usual = {
        "collected_on": game_date_of(asked_at),
        "attempt_id": "a1",
        "sequence": sequence,
        "source": "odds_api",
        "endpoint": "events",
        "game_date": DAY,
        "url": f"https://{changes.get('host', HOST)}{question}",
        "host": HOST,
        "question": question,
        "route": "direct",
        "asked_at": asked_at,
        "latency_seconds": 0.25,
        "status": 200,
        "outcome": "ok",
        "detail": "",
        "retry_after_seconds": None,
        "quota_used": None,
        "quota_remaining": None,
        "payload_id": None,
    }
    return usual | changes


@pytest.fixture
def index(tmp_path: Path) -> ArchiveIndex:
    return ArchiveIndex(tmp_path / "index.sqlite")


def test_tries_are_read_back_as_they_were_recorded(index: ArchiveIndex) -> None:
    rows = [
        row(1, retry_after_seconds=7.5, quota_used=3, quota_remaining=4, status=None, outcome="retry later"),
        row(2, 86400, question="/v4/events", detail="é ''; DROP TABLE", payload_id=PAYLOAD, route="residential"),
    ]
    index.record_tries(rows)
    frame = COLLECTION_ATTEMPTS.require(COLLECTION_ATTEMPTS.conform(index.attempts_frame(EVERY)))
    assert frame.rows(named=True) == rows
    assert index.attempts_frame(DateRange.of(DAY)).height == 1


def test_a_try_is_on_record_under_the_new_york_date_on_which_it_was_made(index: ArchiveIndex) -> None:
    """An attempt that runs over midnight has tries of two dates."""
    index.record_tries([row(1, 29 * 60), row(2, 31 * 60)])
    dates = index.attempts_frame(EVERY).sort("sequence")["collected_on"].to_list()
    assert dates == [DAY, DAY + timedelta(days=1)]
    index.record_archived("a1", [(DAY + timedelta(days=1), 2, PAYLOAD)])
    assert index.attempts_frame(EVERY).sort("sequence")["payload_id"].to_list() == [None, PAYLOAD]


def test_a_question_that_is_not_the_end_of_its_url_is_refused(index: ArchiveIndex) -> None:
    with pytest.raises(ValueError, match="end of its URL"):
        index.record_tries([row() | {"question": "/other"}])


def test_the_last_tries_of_a_way_come_newest_first_and_no_more_than_wanted(index: ArchiveIndex) -> None:
    index.record_tries([row(number, number, outcome=ATTEMPT_OUTCOMES[number % 3]) for number in range(1, 8)])
    index.record_tries([row(20, 50, route="residential"), row(21, 60, host="elsewhere")])
    assert index.last_tries(HOST, "direct", 3) == [
        PastTry("direct", START + timedelta(seconds=number), 0.25, 200, ATTEMPT_OUTCOMES[number % 3])
        for number in (7, 6, 5)
    ]
    assert [past.route for past in index.last_tries(HOST, "residential", 9)] == ["residential"]
    assert index.last_tries(HOST, "datacenter", 9) == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["/a", "/b?x=1"]), st.integers(0, 5), st.sampled_from(ATTEMPT_OUTCOMES), st.booleans()
        ),
        max_size=12,
    )
)
def test_questions_tell_when_each_was_asked_and_answered_last(
    tmp_path_factory: pytest.TempPathFactory, tries: list[tuple[str, int, str, bool]]
) -> None:
    index = ArchiveIndex(tmp_path_factory.mktemp("index") / "index.sqlite")
    rows = [
        row(number, seconds, question=question, outcome=outcome, payload_id=PAYLOAD if is_archived else None)
        for number, (question, seconds, outcome, is_archived) in enumerate(tries)
    ]
    index.record_tries(rows)
    told = index.questions()
    assert told.schema == QUESTION_SCHEMA
    expected = []
    for question in sorted({each["question"] for each in rows}):
        asked = [each for each in rows if each["question"] == question]
        last = max(each["asked_at"] for each in asked)
        answered = [each["asked_at"] for each in asked if each["outcome"] == "ok" and each["payload_id"]]
        expected.append(("odds_api", "events", question, last, max(answered, default=None), len(asked)))
        outcomes = {each["outcome"] for each in asked if each["asked_at"] == last}
        assert told.filter(question=question)["last_outcome"][0] in outcomes
    assert told.drop("last_outcome").rows() == expected


def test_the_same_question_of_two_hosts_is_one_and_of_two_endpoints_are_two(index: ArchiveIndex) -> None:
    index.record_tries([row(1), row(2, host="elsewhere"), row(3, endpoint="event_odds"), row(4, source="espn")])
    assert index.questions().select("source", "endpoint", "tries").rows() == [
        ("espn", "events", 1),
        ("odds_api", "event_odds", 1),
        ("odds_api", "events", 2),
    ]


def test_a_try_that_is_recorded_again_is_replaced(index: ArchiveIndex) -> None:
    index.record_tries([row(1), row(1, question="/other")])
    assert index.attempts_frame(EVERY)["question"].to_list() == ["/other"]
    assert index.questions()["question"].to_list() == ["/other"]


def test_the_newest_quota_of_each_source_is_the_last_that_was_told(index: ArchiveIndex) -> None:
    assert index.newest_quotas().is_empty()
    index.record_tries(
        [
            row(1, 10, quota_used=90, quota_remaining=10),
            row(2, 5, quota_used=80, quota_remaining=20),
            row(3, 20, outcome="blocked"),
            row(4, 1, source="espn", quota_remaining=7),
            row(5, 1, source="nba_com"),
        ]
    )
    assert index.newest_quotas().rows() == [("espn", None, 7), ("odds_api", 90, 10)]


def test_processes_may_open_a_new_index_at_once(tmp_path: Path) -> None:
    failures: list[BaseException] = []
    together = threading.Barrier(8)

    def record(path: Path, number: int) -> None:
        together.wait()
        try:
            ArchiveIndex(path).record_tries([row(number)])
        except BaseException as error:
            failures.append(error)

    # Turning one file to write-ahead logging from many sides failed in about one of twenty attempts.
    for attempt in range(60):
        path = tmp_path / f"{attempt}" / "index.sqlite"
        threads = [threading.Thread(target=record, args=(path, number)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert ArchiveIndex(path).attempts_frame(EVERY).height == 8
        assert not list(path.parent.glob(".index.sqlite.*"))


# An index of version 1, as it was before tries told their host and question.

_VERSION_1 = """
CREATE TABLE warc_files (name TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE bodies (body_hash TEXT PRIMARY KEY, warc_file TEXT, position INTEGER) WITHOUT ROWID;
CREATE TABLE payloads (
    payload_id TEXT PRIMARY KEY, source TEXT, endpoint TEXT, scope TEXT, url TEXT, status INTEGER, body_bytes INTEGER,
    body_hash TEXT, fetched_at TEXT, collected_on TEXT, first_game_date TEXT, last_game_date TEXT, capture_times TEXT,
    warc_file TEXT, position INTEGER, arrival INTEGER
) WITHOUT ROWID;
CREATE TABLE payload_dates (
    endpoint TEXT, game_date TEXT, payload_id TEXT, PRIMARY KEY (endpoint, game_date, payload_id)
) WITHOUT ROWID;
CREATE TABLE attempts (
    collected_on TEXT, attempt_id TEXT, sequence INTEGER, source TEXT, endpoint TEXT, game_date TEXT, url TEXT,
    route TEXT, asked_at TEXT, latency_seconds REAL, status INTEGER, outcome TEXT, detail TEXT, quota_used INTEGER,
    quota_remaining INTEGER, payload_id TEXT, PRIMARY KEY (collected_on, attempt_id, sequence)
) WITHOUT ROWID;
"""


def version_1(path: Path, rows: list[dict[str, Any]], payloads: list[tuple[Any, ...]]) -> None:
    """An index file as version 1 would have left it."""
    with sqlite3.connect(path) as connection:
        connection.executescript(_VERSION_1)
        for each in rows:
            told = {
                name: value.isoformat(timespec="microseconds") if isinstance(value, datetime) else value
                for name, value in each.items()
                if name not in ("host", "question", "retry_after_seconds")
            }
            told |= {name: str(told[name]) for name in ("collected_on", "game_date")}
            marks = ", ".join(f":{name}" for name in told)
            connection.execute(f"INSERT INTO attempts ({', '.join(told)}) VALUES ({marks})", told)
        connection.executemany(f"INSERT INTO payloads VALUES ({','.join('?' * 16)})", payloads)
    connection.close()


def test_tries_of_an_older_index_are_taken_over(tmp_path: Path) -> None:
    rows = [
        row(1, payload_id=PAYLOAD, quota_used=1, quota_remaining=2),
        row(2, 1, question="/v4/x", outcome="blocked", status=403),
        row(3, 2, question=""),
    ]
    version_1(tmp_path / "index.sqlite", rows, [])
    for _ in range(2):
        index = ArchiveIndex(tmp_path / "index.sqlite")
        assert COLLECTION_ATTEMPTS.conform(index.attempts_frame(EVERY)).rows(named=True) == rows
    index.record_tries([row(4, 5)])
    assert index.questions()["tries"].to_list() == [1, 2, 1]
    assert [past.outcome for past in index.last_tries(HOST, "direct", 9)] == ["ok", "ok", "blocked", "ok"]
    assert index.newest_quotas().rows() == [("odds_api", 1, 2)]


def test_payloads_of_an_older_index_stay_and_new_ones_tell_what_they_were_asked_for(tmp_path: Path) -> None:
    told = archive(tmp_path / "new")
    told.store("one", [events()])
    with sqlite3.connect(tmp_path / "new" / "index.sqlite") as connection:
        (payload,) = connection.execute("SELECT * FROM payloads").fetchall()
    connection.close()
    (tmp_path / "old").mkdir()
    version_1(tmp_path / "old" / "index.sqlite", [], [payload[:16]])
    index = ArchiveIndex(tmp_path / "old" / "index.sqlite")
    assert index.payloads_frame(DATES).equals(told.index.payloads_frame(DATES))


def test_an_index_of_version_2_gets_what_version_3_brings(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    archive(tmp_path).store("one", [events()])
    with sqlite3.connect(path) as connection:
        connection.execute("DROP INDEX payload_dates_by_payload")
        connection.execute("PRAGMA user_version = 2")
    connection.close()
    index = ArchiveIndex(path)
    assert index.game_dates() == [DAY]
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (index_schema.VERSION,)
        assert connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'payload_dates_by_payload'").fetchone()
    connection.close()


def test_a_new_index_is_of_the_present_version(tmp_path: Path) -> None:
    ArchiveIndex(tmp_path / "index.sqlite")
    with sqlite3.connect(tmp_path / "index.sqlite") as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (index_schema.VERSION,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


# The game date that was asked for.


def test_what_was_asked_for_comes_back_with_the_payload_and_outlives_the_index(tmp_path: Path) -> None:
    """The second and third are revisits of the first one's body."""
    asked_for = {0: DAY, 1: None, 2: DAY + timedelta(days=2)}
    exchanges = [replace(events(minutes), asked_for=day) for minutes, day in asked_for.items()]
    store = archive(tmp_path)
    store.store("one", exchanges[:2])
    store.store("two", exchanges[2:])

    def told() -> dict[datetime, date | None]:
        payloads = archive(tmp_path).payloads("odds_api", "events", DATES)
        return {payload.fetched_at: payload.asked_for for payload in payloads}

    expected = {exchange.fetched_at: exchange.asked_for for exchange in exchanges}
    assert told() == expected
    frame = store.index.payloads_frame(DATES).sort("payload_id")
    assert PAYLOADS.conform(frame)["asked_for"].null_count() == 1
    lose_index(tmp_path)
    archive(tmp_path).reconcile()
    assert told() == expected
    assert archive(tmp_path).index.payloads_frame(DATES).sort("payload_id").equals(frame)


def test_a_recording_whose_date_is_none_is_refused(tmp_path: Path) -> None:
    archive(tmp_path / "theirs").store("one", [replace(events(), asked_for=DAY)])
    (recording,) = (tmp_path / "theirs").rglob("*.warc.gz")
    broken = tmp_path / "broken.warc"
    content = gzip.decompress(recording.read_bytes())
    broken.write_bytes(content.replace(b"asked-for: 2025-01-05", b"asked-for: 2025-13-05"))
    with pytest.raises(ArchiveLoadFailed, match="asked-for is no date"):
        archive(tmp_path / "ours").import_file(broken)


def test_frames_of_no_rows_have_their_schema(index: ArchiveIndex) -> None:
    assert index.questions().schema == QUESTION_SCHEMA
    assert index.attempts_frame(EVERY).schema == COLLECTION_ATTEMPTS.schema
    assert index.newest_quotas().schema == pl.Schema(
        {"source": pl.String, "quota_used": pl.Int64, "quota_remaining": pl.Int64}
    )


# How much is archived of a date.


def test_a_body_counts_for_each_date_it_speaks_of_with_its_share(tmp_path: Path) -> None:
    next_day = DAY + timedelta(days=1)
    both = [event(), event(id="another", commence_time=f"{next_day}T23:30:00Z")]
    single, double = events(), exchange(EVENTS_URL, both, minutes=1)
    store = archive(tmp_path)
    store.store("told", [single, double, schedules(), events(2, status=404)])
    half = len(double.body) / 2
    told = store.index.body_bytes(DateRange(DAY, next_day))
    assert told == {DAY: len(single.body) + half, next_day: half}
    assert store.index.body_bytes(DateRange.of(next_day)) == {next_day: half}
    assert store.index.body_bytes(DateRange.of(next_day + timedelta(days=1))) == {}

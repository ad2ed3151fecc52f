"""The archive: what comes is kept whole, once, readable by anyone, without secrets."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from nba_props.archive.store import Exchange
from nba_props.contracts.operations import PAYLOADS
from nba_props.upstreams.registry import endpoint_of
from nba_props_tests.archive.exchanges import DATES, NOW, archive, events, every_byte, exchange, schedules
from nba_props_tests.upstreams.exchanges import EVENTS_URL, GAME_LOG_URL, recordings

SECRET = "pl4nted-s3cret"
ODDS_EVENTS, SCHEDULE = ("odds_api", "events"), ("nba_com", "schedule")


def record_types(folder: Path) -> list[str]:
    kinds = []
    for path in sorted(folder.rglob("*.warc.gz")):
        with path.open("rb") as stream:
            kinds += [record.rec_type for record in ArchiveIterator(stream)]
    return kinds


def test_what_is_stored_is_read_back_as_it_came(tmp_path: Path) -> None:
    sent = events()
    (payload_id,) = archive(tmp_path).store("collected/one", [sent])
    (payload,) = archive(tmp_path).payloads(*ODDS_EVENTS, DATES)
    assert payload.payload_id == payload_id
    assert (payload.url, payload.status, payload.body) == (sent.url, sent.status, sent.body)
    assert (payload.fetched_at, payload.capture_times) == (NOW, "collected")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bodies=st.lists(st.binary(max_size=300), max_size=6))
def test_any_bytes_come_back(tmp_path_factory: pytest.TempPathFactory, bodies: list[bytes]) -> None:
    store = archive(tmp_path_factory.mktemp("archive"))
    store.store("one", [exchange(EVENTS_URL, body, minute) for minute, body in enumerate(bodies)])
    told = sorted(store.payloads(*ODDS_EVENTS, DATES), key=lambda payload: payload.fetched_at)
    assert [payload.body for payload in told] == bodies


def test_a_body_seen_before_is_kept_once(tmp_path: Path) -> None:
    store = archive(tmp_path)
    store.store("one", [events(), events(minutes=5)])
    store.store("two", [events(minutes=10)])
    assert record_types(tmp_path) == ["warcinfo", "response", "revisit", "warcinfo", "revisit"]
    told = list(store.payloads(*ODDS_EVENTS, DATES))
    assert {payload.body for payload in told} == {events().body}
    assert {payload.fetched_at for payload in told} == {NOW + timedelta(minutes=minute) for minute in (0, 5, 10)}


def test_the_same_exchange_again_makes_no_file(tmp_path: Path) -> None:
    store = archive(tmp_path)
    assert store.store("one", [events()]) == store.store("two", [events()])
    assert [path.name for path in tmp_path.rglob("*.gz")] == ["one.warc.gz"]


def test_two_attempts_of_one_name_are_two_files(tmp_path: Path) -> None:
    store = archive(tmp_path)
    store.store("one", [events()])
    store.store("one", [events(minutes=1, id="e2")])
    assert len(list(tmp_path.rglob("*.warc.gz"))) == 2
    assert len(list(store.payloads(*ODDS_EVENTS, DATES))) == 2


def test_a_file_that_the_index_lost_is_not_overwritten(tmp_path: Path) -> None:
    """The index can be thrown away; a file with the same name written before the next reconciling must not be lost."""
    archive(tmp_path).store("one", [events()])
    (tmp_path / "index.sqlite").unlink()
    store = archive(tmp_path)
    store.store("one", [events(minutes=1, id="e2")])
    store.reconcile()
    assert len(list(store.payloads(*ODDS_EVENTS, DATES))) == 2


def test_a_warc_file_tells_everything_without_the_index(tmp_path: Path) -> None:
    archive(tmp_path).store("one", [schedules()])
    with next(tmp_path.rglob("*.warc.gz")).open("rb") as stream:
        told = [
            (record.rec_type, record.rec_headers, record.content_stream().read()) for record in ArchiveIterator(stream)
        ]
    (_, _, info), (kind, headers, body) = told
    assert b"nba-props" in info
    assert kind == "response"
    assert headers.get_header("WARC-Target-URI") == schedules().url
    assert headers.get_header("WARC-Date") == "2025-01-05T23:00:00.000000Z"
    assert body == schedules().body


@pytest.mark.parametrize(
    "url",
    [
        f"{EVENTS_URL}?apiKey={SECRET}&regions=us",
        f"{EVENTS_URL}?regions=us&APIKEY={SECRET}",
        f"{EVENTS_URL}?api%4bey={SECRET}",
        f"{EVENTS_URL}?token={SECRET}&signature={SECRET}",
        EVENTS_URL.replace("https://", f"https://someone:{SECRET}@"),
        EVENTS_URL.replace("https://", f"https://{SECRET}@") + f"?apiKey={SECRET}",
    ],
)
def test_secrets_of_a_url_reach_no_byte_of_the_archive(tmp_path: Path, url: str) -> None:
    store = archive(tmp_path)
    store.store("one", [exchange(url, [], 0), exchange(url, [], 1)])
    assert SECRET.encode() not in every_byte(tmp_path)
    assert all(SECRET not in payload.url for payload in store.payloads(*ODDS_EVENTS, DATES))
    assert store.index.payloads_frame(DATES).height == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Set-Cookie", f"session={SECRET}"),
        ("AUTHORIZATION", f"Bearer {SECRET}"),
        ("X-Api-Key", SECRET),
        ("Location", f"{EVENTS_URL}?apiKey={SECRET}"),
    ],
)
def test_secrets_of_headers_reach_no_byte_of_the_archive(tmp_path: Path, name: str, value: str) -> None:
    told = (("Content-Type", "application/json"), (name, value))
    archive(tmp_path).store("one", [exchange(EVENTS_URL, [], headers=told)])
    assert SECRET.encode() not in every_byte(tmp_path)
    assert b"application/json" in every_byte(tmp_path)


def test_a_url_without_secrets_stays_as_it_is(tmp_path: Path) -> None:
    store = archive(tmp_path)
    store.store("one", [exchange(GAME_LOG_URL, {}, 0)])
    assert store.index.payloads_frame(DATES)["url"].to_list() == [GAME_LOG_URL]


def test_the_same_answer_under_two_keys_is_one_exchange(tmp_path: Path) -> None:
    store = archive(tmp_path)
    ids = store.store("one", [exchange(f"{EVENTS_URL}?apiKey={key}", []) for key in ("a", "b")])
    assert len(set(ids)) == 1


def test_the_index_satisfies_the_contract_of_payloads(tmp_path: Path) -> None:
    store = archive(tmp_path)
    store.store("one", [events(), schedules(), events(status=500, id="e2"), exchange("https://example.org/", b"?")])
    frame = PAYLOADS.require(PAYLOADS.conform(store.index.payloads_frame(DATES)))
    assert frame.filter(endpoint="schedule")["first_game_date"].to_list() == [DATES.first]
    assert sorted(frame["source"]) == ["nba_com", "odds_api", "odds_api", "unknown"]


def test_answers_other_than_200_are_kept_but_are_no_payloads_of_a_table(tmp_path: Path) -> None:
    store = archive(tmp_path)
    store.store("one", [events(), events(1, status=500, id="e2"), events(2, status=404), schedules(3, status=503)])
    assert [payload.fetched_at for payload in store.payloads(*ODDS_EVENTS, DATES)] == [NOW]
    assert list(store.payloads(*SCHEDULE, DATES)) == []
    assert store.index.payloads_frame(DATES).height == 4
    assert {endpoint for _, endpoint, _, _ in store.index.dates_touched_since(0)} == {"events"}


def test_of_whole_season_snapshots_only_the_newest_good_one_holds(tmp_path: Path) -> None:
    store = archive(tmp_path)
    store.store("late", [schedules(minutes=60, gameStatus=3)])
    store.store("early", [schedules(gameStatus=1)])
    store.store(
        "broken",
        [schedules(minutes=90, status=500), schedules(minutes=95, status=206), schedules(minutes=91, season="2023-24")],
    )
    (payload,) = store.payloads(*SCHEDULE, DATES)
    assert payload.fetched_at == NOW + timedelta(minutes=60)


def test_a_broken_newest_snapshot_does_not_hide_the_one_before(tmp_path: Path) -> None:
    store = archive(tmp_path)
    store.store("one", [schedules(), exchange(schedules().url, b"<html>busy</html>", minutes=5)])
    assert [payload.body[:1] for payload in store.payloads(*SCHEDULE, DATES)] == [b"{", b"<"]


def test_payloads_are_found_by_the_dates_that_they_speak_of(tmp_path: Path) -> None:
    store = archive(tmp_path)
    store.store("one", [events(), events(1, id="e2", commence_time="2025-01-08T00:10:00Z")])
    assert [json.loads(payload.body)[0]["id"] for payload in store.payloads(*ODDS_EVENTS, DATES)] == ["e1"]
    assert [str(day) for day in store.index.game_dates()] == ["2025-01-05", "2025-01-07"]


def test_a_schedule_tells_of_dates_of_which_nothing_else_is_archived(tmp_path: Path) -> None:
    store = archive(tmp_path)
    store.store("one", [schedules()])
    assert store.index.game_dates() == []
    assert store.index.scheduled_dates() != []


def test_a_truncated_compressed_body_is_refused_by_the_parser_and_hides_no_other(tmp_path: Path) -> None:
    compressed = (("Content-Type", "application/json"), ("Content-Encoding", "gzip"))
    whole = gzip.compress(events().body, mtime=0)
    store = archive(tmp_path)
    store.store(
        "one",
        [
            exchange(EVENTS_URL, whole[: len(whole) // 2], 0, headers=compressed),
            exchange(EVENTS_URL, b"not gzip at all", 1, headers=compressed),
            exchange(EVENTS_URL, whole, 2, headers=compressed),
            events(minutes=3, id="e2"),
        ],
    )
    endpoint = endpoint_of(EVENTS_URL)
    assert endpoint is not None
    told = list(store.payloads(*ODDS_EVENTS, DATES))
    parsed = endpoint.parse_many(told)
    assert len(told) == 4
    assert {payload.fetched_at for payload, _ in parsed.malformed} == {NOW, NOW + timedelta(minutes=1)}
    assert sorted(parsed.frames["raw.odds_events"]["event_id"]) == ["e1", "e2"]


def test_an_import_twice_is_an_import_once(tmp_path: Path) -> None:
    archive(tmp_path / "theirs").store("one", [events(), events(5), schedules(6)])
    (recording,) = (tmp_path / "theirs").rglob("*.warc.gz")
    store = archive(tmp_path / "ours")
    assert store.import_file(recording) == (2, 2)
    before = every_byte(tmp_path / "ours" / "warc")
    assert store.import_file(recording) == (2, 0)
    assert every_byte(tmp_path / "ours" / "warc") == before


@pytest.mark.parametrize("content", [b"this is no archive", b"\x1f\x8b\x08\x00 nor is this", b"PK\x03\x04"])
def test_a_file_that_is_no_warc_is_refused_and_leaves_nothing(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.warc.gz"
    path.write_bytes(content)
    store = archive(tmp_path / "ours")
    with pytest.raises(ArchiveLoadFailed):
        store.import_file(path)
    assert list((tmp_path / "ours" / "warc").rglob("*.*")) == []
    assert store.index.known_files() == set()


def test_a_recording_cut_off_in_the_middle_is_refused_whole(tmp_path: Path) -> None:
    archive(tmp_path / "theirs").store("one", [events(minute, id=f"e{minute}") for minute in range(5)])
    (recording,) = (tmp_path / "theirs").rglob("*.warc.gz")
    cut = tmp_path / "cut.warc.gz"
    cut.write_bytes(recording.read_bytes()[:-40])
    store = archive(tmp_path / "ours")
    with pytest.raises(ArchiveLoadFailed, match="cut off"):
        store.import_file(cut)
    assert store.index.known_files() == set()


def test_an_empty_file_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty.warc.gz").touch()
    assert archive(tmp_path / "ours").import_file(tmp_path / "empty.warc.gz") == (0, 0)


def test_an_error_while_collecting_leaves_no_file(tmp_path: Path) -> None:
    def interrupted() -> Exchange:
        raise KeyboardInterrupt

    store = archive(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        store.store("one", (make() for make in (events, interrupted)))
    assert [path for path in (tmp_path / "warc").rglob("*") if path.is_file()] == []
    assert list(store.payloads(*ODDS_EVENTS, DATES)) == []


def test_capture_times_of_a_recording_are_kept(tmp_path: Path) -> None:
    archive(tmp_path / "theirs").store("one", [replace(events(), capture_times="nominal")])
    (recording,) = (tmp_path / "theirs").rglob("*.warc.gz")
    store = archive(tmp_path / "ours")
    store.import_file(recording)
    (payload,) = store.payloads(*ODDS_EVENTS, DATES)
    assert (payload.capture_times, payload.fetched_at) == ("nominal", NOW)


def test_a_recording_can_be_imported_and_every_body_of_it_read(tmp_path: Path) -> None:
    path = recordings() / "samples" / "odds_api.warc.gz"
    with path.open("rb") as stream:
        bodies = [r.content_stream().read() for r in ArchiveIterator(stream) if r.rec_type == "response"]
    store = archive(tmp_path)
    total, new = store.import_file(path)
    assert total == new == len(bodies)
    with next(tmp_path.rglob("*.warc.gz")).open("rb") as stream:
        kept = [r.content_stream().read() for r in ArchiveIterator(stream) if r.rec_type == "response"]
    assert set(kept) == set(bodies)

"""Files laid into a folder: whole ones become exchanges, in order; the archive takes each of them once."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nba_props.archive.payload import Payload
from nba_props.archive.store import Archive, Classification
from nba_props.game_calendar import DateRange
from nba_props.upstreams.bigdataball import DROP, ENDPOINT
from nba_props.upstreams.file_drops import exchanges, whole_files
from nba_props_tests.upstreams.examples_bigdataball import file_of, foul, play

NOW = datetime(2025, 1, 5, 12, 0, tzinfo=UTC)
GAME = "[2025-01-04]-0022400474-NYK@CHI.csv"


def lay(folder: Path, name: str, content: bytes = b"content", *, age: timedelta = timedelta(hours=1)) -> Path:
    path = folder / name
    path.write_bytes(content)
    moment = (NOW - age).timestamp()
    os.utime(path, (moment, moment))
    return path


def names(folder: Path) -> list[str]:
    return [file.path.name for file in whole_files(folder, DROP, NOW)]


def classify(payload: Payload) -> Classification:
    return Classification(ENDPOINT.source, ENDPOINT.name, ENDPOINT.covers(payload).game_dates)


def test_files_are_listed_by_name_whenever_they_came(tmp_path: Path) -> None:
    for number, name in enumerate(("b.csv", "c.csv", "a.csv")):
        lay(tmp_path, name, age=timedelta(hours=number + 1))
    assert names(tmp_path) == ["a.csv", "b.csv", "c.csv"]


def test_what_is_not_whole_or_no_file_is_left_alone(tmp_path: Path) -> None:
    lay(tmp_path, "whole.csv")
    for name in ("other.txt", "game.csv.part", "game.csv.crdownload", ".hidden.csv", "~lock.csv", "game.csv~"):
        lay(tmp_path, name)
    (tmp_path / "folder.csv").mkdir()
    os.utime(tmp_path / "folder.csv", (0, 0))
    lay(tmp_path, "fresh.csv", age=timedelta(seconds=29))
    lay(tmp_path, "future.csv", age=timedelta(minutes=-5))
    lay(tmp_path, "settled.csv", age=timedelta(seconds=30))
    assert names(tmp_path) == ["settled.csv", "whole.csv"]


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert names(tmp_path / "absent") == []


def test_an_exchange_has_the_files_bytes_and_its_time(tmp_path: Path) -> None:
    lay(tmp_path, GAME, b"bytes \x00")
    (made,) = exchanges(whole_files(tmp_path, DROP, NOW))
    assert (made.body, made.status, made.fetched_at) == (b"bytes \x00", 200, NOW - timedelta(hours=1))
    assert made.url.startswith(DROP.url)
    assert ENDPOINT.recognises(made.url)


def test_times_are_moved_with_the_platforms_clock(tmp_path: Path) -> None:
    lay(tmp_path, GAME)
    shift = timedelta(days=400)
    assert not whole_files(tmp_path, DROP, NOW - timedelta(days=1))
    (file,) = whole_files(tmp_path, DROP, NOW + shift, clock_shift=shift)
    assert file.modified_at == NOW + shift - timedelta(hours=1)
    assert not whole_files(tmp_path, DROP, NOW + shift - timedelta(hours=1), clock_shift=shift)


def test_a_file_that_was_taken_away_or_has_grown_since_is_left_for_the_next_time(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv", "c.csv"):
        lay(tmp_path, name)
    files = whole_files(tmp_path, DROP, NOW)
    (tmp_path / "a.csv").unlink()
    (tmp_path / "b.csv").write_bytes(b"content and more")
    assert [made.url for made in exchanges(files)] == [f"{DROP.url}c.csv"]


def test_files_are_read_one_by_one_as_they_are_archived(tmp_path: Path) -> None:
    lay(tmp_path, "a.csv", b"first")
    lay(tmp_path, "b.csv", b"other")
    made = exchanges(whole_files(tmp_path, DROP, NOW))
    assert next(made).body == b"first"
    (tmp_path / "b.csv").write_bytes(b"later")
    assert next(made).body == b"later"


def test_the_archive_takes_a_file_once_and_again_when_it_is_laid_anew(tmp_path: Path) -> None:
    folder = tmp_path / "drop"
    folder.mkdir()
    lay(folder, GAME, file_of(play()))
    archive = Archive(tmp_path / "archive", classify)

    def archived() -> list[Payload]:
        archive.store("drop", exchanges(whole_files(folder, DROP, NOW)))
        return list(archive.payloads(ENDPOINT.source, ENDPOINT.name, DateRange.of(datetime(2025, 1, 4).date())))

    for _ in range(2):
        (once,) = archived()
        assert once.body == file_of(play())
    lay(folder, GAME, file_of(play(), foul()), age=timedelta(minutes=5))
    assert sorted(len(ENDPOINT.parse(each).frames["raw.bigdataball_play_by_play"]) for each in archived()) == [1, 2]


def test_an_unreadable_file_is_told(tmp_path: Path) -> None:
    lay(tmp_path, "a.csv")
    files = whole_files(tmp_path, DROP, NOW)
    (tmp_path / "a.csv").unlink()
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(OSError, match=r"a\.csv"):
        list(exchanges(files))

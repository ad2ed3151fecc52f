"""The archive after a kill: the WARC files alone are enough."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nba_props.archive.payload import Payload
from nba_props.archive.store import Archive
from nba_props_tests.archive.exchanges import DATES, archive, events, exchange, schedules


@pytest.fixture(scope="module")
def dead_process() -> int:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def told(store: Archive) -> set[Payload]:
    return {*store.payloads("odds_api", "events", DATES), *store.payloads("nba_com", "schedule", DATES)}


def lose_index(folder: Path) -> None:
    for path in folder.glob("index.sqlite*"):
        path.unlink()


def test_without_the_index_the_same_payloads_come_back(tmp_path: Path) -> None:
    store = archive(tmp_path)
    store.store("one", [events(), schedules(), events(5), events(6, id="e2"), events(7, status=500)])
    store.store("two", [events(10), exchange("https://example.org/?x=1", b"other")])
    before, listed = told(store), store.index.payloads_frame(DATES).sort("payload_id")
    lose_index(tmp_path)
    again = archive(tmp_path)
    assert told(again) == set()
    assert again.reconcile() == 2
    assert told(again) == before
    assert len(before) == 5
    assert again.index.payloads_frame(DATES).sort("payload_id").equals(listed)
    assert again.reconcile() == 0


@pytest.mark.parametrize(("first", "second"), [("one", "one"), ("imported/recording", "collected/2025"), ("b", "a")])
def test_a_revisit_comes_back_though_its_file_sorts_before_that_of_its_body(
    tmp_path: Path, first: str, second: str
) -> None:
    """A recording imported first holds the body of an answer collected later, in a folder that sorts before it."""
    store = archive(tmp_path)
    store.store(first, [events()])
    store.store(second, [events(5)])
    before = told(store)
    assert len(before) == 2
    lose_index(tmp_path)
    again = archive(tmp_path)
    again.reconcile()
    assert told(again) == before


def test_a_file_renamed_but_not_indexed_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = archive(tmp_path)
    store.store("one", [events()])

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(store.index, "append", killed)
        with pytest.raises(KeyboardInterrupt):
            store.store("two", [events(5), events(6, id="e2")])
    assert len(told(store)) == 1
    assert store.reconcile() == 1
    assert len(told(store)) == 3


def test_temporary_files_of_dead_writers_are_swept_and_those_of_living_ones_left(
    tmp_path: Path, dead_process: int
) -> None:
    store = archive(tmp_path)
    folder = tmp_path / "warc" / "collected"
    folder.mkdir()
    dead, nobody = folder / f"a.warc.gz.{dead_process}.part", folder / "stray.part"
    alive = folder / f"a.warc.gz.{os.getpid()}.part"
    for path in (dead, nobody, alive):
        path.write_bytes(b"half")
    assert store.reconcile() == 0
    assert not dead.exists()
    assert not nobody.exists()
    assert alive.exists()

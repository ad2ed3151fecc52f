"""Partitions: stored whole or not at all, read back typed, unchanged ones left alone."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from upath import UPath

from nba_props.contracts.conformed import GAMES
from nba_props.contracts.operations import PAYLOADS
from nba_props.contracts.predictions import MODELS
from nba_props.contracts.raw import ODDS_EVENTS
from nba_props.contracts.registry import TABLES
from nba_props.contracts.table import PROVENANCE_COLUMNS, ContractViolation, Table
from nba_props.game_calendar import DateRange
from nba_props.warehouse.parquet import ParquetWarehouse, WarehouseError, prepare
from nba_props_tests.contracts.valid_rows import FIRST_DAY, rows

SECOND_DAY = FIRST_DAY + timedelta(days=1)
BOTH = DateRange(FIRST_DAY, SECOND_DAY)


def two_days(table: Table) -> pl.DataFrame:
    frame = rows(table, 4)
    days = [FIRST_DAY, SECOND_DAY, FIRST_DAY, SECOND_DAY]
    return table.conform(frame.with_columns(pl.Series(str(table.partition), days)))


def local(folder: Path) -> ParquetWarehouse:
    return ParquetWarehouse(folder / "warehouse")


def all_files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("table", [GAMES, PAYLOADS, ODDS_EVENTS], ids=lambda table: table.name)
@pytest.mark.parametrize("place", ["disk", "memory"])
def test_what_is_published_is_read_back(tmp_path: Path, table: Table, place: str) -> None:
    root = tmp_path / "warehouse" if place == "disk" else UPath(f"memory://{tmp_path.name}/{table.name}")
    warehouse, frame = ParquetWarehouse(root), two_days(table)
    assert warehouse.publish(prepare(table, frame, BOTH)) == {FIRST_DAY: True, SECOND_DAY: True}
    assert warehouse.scan(table).collect().equals(frame.sort(table.key))
    one = warehouse.scan(table, DateRange.of(SECOND_DAY)).collect()
    assert one.equals(frame.filter(pl.col(str(table.partition)) == SECOND_DAY))
    narrow = warehouse.scan(table, BOTH, columns=[str(table.partition)])
    assert narrow.collect_schema().names() == [table.partition]
    assert warehouse.days(table) == [FIRST_DAY, SECOND_DAY]
    assert warehouse.publish(prepare(table, frame, BOTH)) == {FIRST_DAY: False, SECOND_DAY: False}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_table_goes_in_and_out_unchanged(tmp_path: Path, table: Table) -> None:
    warehouse, frame = local(tmp_path), rows(table)
    assert warehouse.scan(table).collect().equals(table.empty())
    warehouse.publish(prepare(table, frame, [FIRST_DAY]))
    stored = warehouse.scan(table).collect()
    assert stored.schema == table.schema
    assert stored.equals(table.conform(frame))


@pytest.mark.parametrize("place", ["disk", "memory"])
def test_dates_without_rows_become_typed_partitions(tmp_path: Path, place: str) -> None:
    warehouse = ParquetWarehouse(tmp_path if place == "disk" else UPath(f"memory://{tmp_path.name}"))
    assert not warehouse.is_stored(GAMES, FIRST_DAY)
    assert warehouse.days(GAMES) == []
    assert warehouse.scan(GAMES, BOTH).collect().schema == GAMES.schema
    warehouse.publish(prepare(GAMES, GAMES.empty(), BOTH))
    assert warehouse.is_stored(GAMES, FIRST_DAY)
    assert warehouse.scan(GAMES, BOTH).collect().equals(GAMES.empty())


def test_partitions_without_rows_are_not_opened_and_a_damaged_one_is_not_taken_for_such(tmp_path: Path) -> None:
    warehouse, frame = local(tmp_path), two_days(GAMES)
    of_first = frame.filter(pl.col("game_date") == FIRST_DAY)
    warehouse.publish(prepare(GAMES, of_first, BOTH))
    empty = warehouse.partition_path(GAMES, SECOND_DAY)
    assert SECOND_DAY.isoformat() not in warehouse.scan(GAMES, BOTH).explain()
    assert warehouse.scan(GAMES, BOTH).collect().equals(of_first)
    content = empty.read_bytes()
    empty.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(pl.exceptions.ComputeError, match="parquet"):
        warehouse.scan(GAMES, BOTH).collect()


def test_a_table_without_partition_is_stored_whole(tmp_path: Path) -> None:
    warehouse, frame = local(tmp_path), rows(MODELS)
    assert warehouse.publish(prepare(MODELS, frame, [])) == {None: True}
    assert warehouse.publish(prepare(MODELS, frame.head(2), [])) == {None: True}
    assert warehouse.is_stored(MODELS, None)
    assert warehouse.scan(MODELS, DateRange.of(FIRST_DAY)).collect().equals(MODELS.conform(frame.head(2)))


def test_what_breaks_the_contract_is_not_prepared() -> None:
    with pytest.raises(ContractViolation, match=r"conformed\.games"):
        prepare(GAMES, rows(GAMES).with_columns(status=pl.lit("cancelled")), [FIRST_DAY])


def test_rows_of_other_dates_are_refused() -> None:
    with pytest.raises(WarehouseError, match=r"conformed\.games: rows of 2025-01-06 in a result for 2025-01-05"):
        prepare(GAMES, two_days(GAMES), [FIRST_DAY])


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(4)))
def test_the_order_in_which_rows_come_changes_no_byte(order: list[int]) -> None:
    frame = two_days(GAMES)
    assert prepare(GAMES, frame[order], BOTH).partitions == prepare(GAMES, frame, BOTH).partitions


def test_the_hash_of_facts_leaves_out_provenance_and_nothing_else() -> None:
    frame = rows(ODDS_EVENTS, 1)
    version = prepare(ODDS_EVENTS, frame, [FIRST_DAY]).version
    other = rows(ODDS_EVENTS, 2).tail(1)
    for name in ODDS_EVENTS.schema:
        if name == ODDS_EVENTS.partition:
            continue
        changed = prepare(ODDS_EVENTS, frame.with_columns(other[name]), [FIRST_DAY])
        assert (changed.version == version) is (name in PROVENANCE_COLUMNS), name
    assert prepare(ODDS_EVENTS, frame.head(0), [FIRST_DAY]).version != version


def test_a_failed_write_leaves_the_partition_as_it_was_and_no_temporary_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = local(tmp_path)
    warehouse.publish(prepare(GAMES, rows(GAMES), [FIRST_DAY]))

    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fails)
    with pytest.raises(WarehouseError, match=r"games.*2025-01-05.*stands as it was"):
        warehouse.publish(prepare(GAMES, rows(GAMES, 2), [FIRST_DAY]))
    assert warehouse.scan(GAMES).collect().equals(GAMES.conform(rows(GAMES)))
    assert all_files(tmp_path) == ["part.parquet"]


def test_unchanged_content_is_not_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    warehouse = local(tmp_path)
    warehouse.publish(prepare(GAMES, rows(GAMES), [FIRST_DAY]))
    monkeypatch.setattr(os, "replace", lambda *_: pytest.fail("written again"))
    assert warehouse.publish(prepare(GAMES, rows(GAMES).reverse(), [FIRST_DAY])) == {FIRST_DAY: False}


def test_a_folder_without_its_file_is_no_partition(tmp_path: Path) -> None:
    warehouse = local(tmp_path)
    warehouse.publish(prepare(GAMES, rows(GAMES), [FIRST_DAY]))
    warehouse.partition_path(GAMES, SECOND_DAY).parent.mkdir()
    assert warehouse.days(GAMES) == [FIRST_DAY]
    assert not warehouse.is_stored(GAMES, SECOND_DAY)
    assert warehouse.scan(GAMES, BOTH).collect().height == 4


def test_the_sweep_takes_only_what_dead_writers_left(tmp_path: Path) -> None:
    warehouse = local(tmp_path)
    assert warehouse.sweep() == 0
    warehouse.publish(prepare(GAMES, rows(GAMES), [FIRST_DAY]))
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    table = Path(warehouse.table_path(GAMES).path)
    for process in (child.pid, os.getpid()):
        (table / f".game_date=2025-01-06.{process}.tmp").write_bytes(b"half")
    assert warehouse.sweep() == 1
    assert all_files(tmp_path) == [f".game_date=2025-01-06.{os.getpid()}.tmp", "part.parquet"]
    assert warehouse.days(GAMES) == [FIRST_DAY]


def test_a_version_of_one_partition_does_not_depend_on_the_others() -> None:
    single = prepare(GAMES, two_days(GAMES).filter(pl.col("game_date") == FIRST_DAY), [FIRST_DAY])
    both = prepare(GAMES, two_days(GAMES), BOTH)
    assert both.partitions[FIRST_DAY] == single.partitions[FIRST_DAY]
    assert single.version == single.partitions[FIRST_DAY].facts_hash
    assert both.version not in (part.facts_hash for part in both.partitions.values())


def test_the_year_is_no_reason_to_sort_dates_as_text(tmp_path: Path) -> None:
    days = [date(2024, 12, 31), date(2025, 1, 1), date(2025, 1, 10), date(2025, 1, 2)]
    warehouse = local(tmp_path)
    warehouse.publish(prepare(GAMES, GAMES.empty(), days))
    assert warehouse.days(GAMES) == sorted(days)

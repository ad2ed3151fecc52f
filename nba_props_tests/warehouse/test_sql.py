"""SQL: every table by name, empty or filled, and nothing but reading."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import polars as pl
import pytest

from nba_props.contracts.conformed import GAMES
from nba_props.contracts.precompute import FEATURE_STORE, FEATURE_VERSION
from nba_props.contracts.registry import TABLES
from nba_props.warehouse.parquet import ParquetWarehouse, WarehouseError, prepare
from nba_props.warehouse.sql import QueryRefused, connect, query
from nba_props_tests.contracts.valid_rows import FIRST_DAY, rows


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> ParquetWarehouse:
    return ParquetWarehouse(tmp_path_factory.mktemp("empty") / "warehouse")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> ParquetWarehouse:
    """In a folder whose name has a quotation mark, which SQL text must survive."""
    warehouse = ParquetWarehouse(tmp_path_factory.mktemp("filled") / "O'Neal's" / "warehouse")
    for table in TABLES.values():
        warehouse.publish(prepare(table, rows(table), [FIRST_DAY]))
    return warehouse


@pytest.mark.parametrize("state", ["empty", "filled"])
def test_every_table_is_there_with_its_columns_types_and_rows(
    state: str, empty: ParquetWarehouse, filled: ParquetWarehouse
) -> None:
    with connect(empty if state == "empty" else filled) as connection:
        for name, table in TABLES.items():
            result = pl.from_arrow(connection.sql(f"FROM {name} ORDER BY ALL").to_arrow_table())
            assert isinstance(result, pl.DataFrame)
            assert result.schema == table.schema, name
            if state == "empty":
                assert result.is_empty()
            else:
                assert result.equals(rows(table).sort(table.schema.names())), name


def test_older_versions_of_a_table_stay_readable_beside_the_new_one(tmp_path: Path) -> None:
    warehouse = ParquetWarehouse(tmp_path / "warehouse")
    older = replace(FEATURE_STORE, contract=GAMES.contract, key=GAMES.key, version=1)
    told = rows(older).sort(older.key)
    warehouse.publish(prepare(older, told, [FIRST_DAY]))
    assert query(warehouse, "SELECT * FROM precompute.feature_store").is_empty()
    warehouse.publish(prepare(FEATURE_STORE, rows(FEATURE_STORE), [FIRST_DAY]))
    assert FEATURE_STORE.version == FEATURE_VERSION > 1
    assert query(warehouse, "SELECT DISTINCT game_date FROM precompute.feature_store").height == 1
    assert query(warehouse, "SELECT * FROM precompute.feature_store_v1 ORDER BY game_id").equals(told)
    assert warehouse.scan_older(FEATURE_STORE, 1).collect().equals(told)
    with pytest.raises(WarehouseError, match=r"precompute\.feature_store: nothing of version 0 is stored"):
        warehouse.scan_older(FEATURE_STORE, 0)


def test_joins_and_aggregates_run(filled: ParquetWarehouse) -> None:
    told = query(
        filled,
        "WITH g AS (SELECT game_date, count(*) AS games FROM conformed.games GROUP BY 1)"
        " SELECT games, count(*) AS dates FROM g JOIN conformed.players USING (game_date) GROUP BY 1",
    )
    assert told.rows() == [(4, 4)]


def test_a_filter_on_the_partition_holds(filled: ParquetWarehouse) -> None:
    assert query(filled, "SELECT * FROM conformed.games WHERE game_date > DATE '2025-01-05'").is_empty()
    assert query(filled, "SELECT * FROM conformed.games WHERE game_date = '2025-01-05'").height == 4


def test_times_are_told_in_utc(filled: ParquetWarehouse) -> None:
    told = query(filled, "SELECT strftime(min(tip_off_at), '%H:%M') AS at FROM conformed.games")
    assert told["at"].item() == "23:00"


def test_a_table_stored_whole_is_there(filled: ParquetWarehouse) -> None:
    assert query(filled, "SELECT count(*) AS models FROM predictions.models")["models"].item() == 4


@pytest.mark.parametrize(
    "statement",
    [
        "DESCRIBE conformed.games",
        "SUMMARIZE conformed.games",
        "EXPLAIN SELECT * FROM conformed.games",
        "explain analyze select 1",
        "-- how?\nEXPLAIN (ANALYZE, FORMAT json) SELECT 1;",
        "VALUES (1)",
    ],
)
def test_statements_that_read_are_run(filled: ParquetWarehouse, statement: str) -> None:
    assert query(filled, statement).height > 0


@pytest.mark.parametrize(
    "statement",
    [
        "",
        "CREATE TABLE x AS SELECT 1",
        "CREATE VIEW conformed.mine AS SELECT 1",
        "INSERT INTO conformed.games SELECT * FROM conformed.games",
        "DELETE FROM conformed.games",
        "DROP VIEW conformed.games",
        "COPY conformed.games TO 'WAREHOUSE/out.parquet'",
        "COPY (SELECT 1) TO 'WAREHOUSE/out.parquet'",
        "EXPORT DATABASE 'WAREHOUSE/out'",
        "ATTACH 'WAREHOUSE/out.db' AS other",
        "PRAGMA database_list",
        "SET threads = 1",
        "SET enable_external_access = true",
        "INSTALL httpfs",
        "LOAD httpfs",
        "CALL pragma_version()",
        "SELECT 1; SELECT 2",
        "SELECT 1; COPY (SELECT 1) TO 'WAREHOUSE/out.parquet'",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO 'WAREHOUSE/out.parquet'",
        "EXPLAIN (ANALYZE) COPY (SELECT 1) TO 'WAREHOUSE/out.parquet'",
        "/* why */ explain\nanalyze create table x as select 1",
        "EXPLAIN ANALYZE SET threads = 1",
    ],
)
def test_everything_else_is_refused_and_writes_nothing(filled: ParquetWarehouse, statement: str) -> None:
    folder = Path(filled.root.path)
    before = sorted(folder.rglob("*"))
    with pytest.raises(QueryRefused, match="only one reading statement"):
        query(filled, statement.replace("WAREHOUSE", str(folder).replace("'", "''")))
    assert sorted(folder.rglob("*")) == before


def test_explain_analyze_hidden_behind_a_comment_writes_nothing(filled: ParquetWarehouse) -> None:
    folder = Path(filled.root.path)
    target = str(folder / "out.parquet").replace("'", "''")
    for hidden in ("EXPLAIN /*(*/ ANALYZE", "EXPLAIN --\n ANALYZE", "EXPLAIN (/*)*/ ANALYZE)"):
        with pytest.raises((QueryRefused, duckdb.Error)):
            query(filled, f"{hidden} COPY (SELECT 1) TO '{target}'")
    assert not (folder / "out.parquet").exists()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_text('OUTSIDE')",
        "SELECT * FROM read_csv('OUTSIDE')",
        "SELECT * FROM 'OUTSIDE'",
        "SELECT * FROM read_text('WAREHOUSE/../secret.csv')",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM read_csv('https://example.org/x.csv')",
    ],
)
def test_files_beside_the_warehouse_cannot_be_read(filled: ParquetWarehouse, statement: str) -> None:
    folder = Path(filled.root.path)
    outside = folder.parent / "secret.csv"
    outside.write_text("a,b\n1,2\n")
    spelt = {"OUTSIDE": str(outside).replace("'", "''"), "WAREHOUSE": str(folder).replace("'", "''")}
    for name, path in spelt.items():
        statement = statement.replace(name, path)
    with pytest.raises(duckdb.Error, match=r"(?i)permission|disabled|cannot access"):
        query(filled, statement)


def test_a_partition_published_later_is_seen(tmp_path: Path) -> None:
    warehouse = ParquetWarehouse(tmp_path)
    assert query(warehouse, "FROM conformed.games").is_empty()
    warehouse.publish(prepare(GAMES, rows(GAMES), [FIRST_DAY]))
    assert query(warehouse, "FROM conformed.games").height == 4

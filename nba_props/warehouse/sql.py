"""SQL over every table: DuckDB views named ``layer.table``, read only."""

from __future__ import annotations

import re

import duckdb
import polars as pl
from upath import UPath

from nba_props.contracts.registry import LAYERS, TABLES
from nba_props.contracts.table import Table
from nba_props.warehouse.parquet import FILE_NAME, ParquetWarehouse


class QueryRefused(ValueError):
    """The query is not one that only reads; the message says which kind of statement it holds."""


_READING = (duckdb.StatementType.SELECT, duckdb.StatementType.RELATION)
_SPACE = r"(?:\s|--[^\n]*\n|/\*.*?\*/)*"
_EXPLAIN = re.compile(rf"{_SPACE}explain\b{_SPACE}(?:analyze\b|\([^)]*\))?(?P<explained>.*)", re.IGNORECASE | re.DOTALL)


def connect(warehouse: ParquetWarehouse) -> duckdb.DuckDBPyConnection:
    """A connection with a view for every table, that can read nothing beside the warehouse and write nothing."""
    connection = duckdb.connect(":memory:")
    for layer in LAYERS:
        connection.execute(f'CREATE SCHEMA "{layer}"')
    for table in TABLES.values():
        connection.execute(view_statement(warehouse, table))
        for version in warehouse.older_versions(table):
            connection.execute(older_view_statement(warehouse, table, version))
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"SET allowed_directories = [{_quoted(warehouse.root)}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def query(warehouse: ParquetWarehouse, statement: str) -> pl.DataFrame:
    """Result of one reading statement.

    Raises:
        QueryRefused: the text is not exactly one statement that only reads.
        duckdb.Error: DuckDB cannot run it; the message is DuckDB's.
    """
    with connect(warehouse) as connection:
        statements = connection.extract_statements(statement)
        if len(statements) != 1 or not _only_reads(connection, statements[0]):
            kinds = ", ".join(part.type.name for part in statements) or "nothing"
            raise QueryRefused(f"only one reading statement (select, describe, explain) is run; this holds {kinds}")
        result = pl.from_arrow(connection.query(statements[0].query).to_arrow_table())
        assert isinstance(result, pl.DataFrame)
        return result


def _only_reads(connection: duckdb.DuckDBPyConnection, statement: duckdb.Statement) -> bool:
    """Whether a statement reads; EXPLAIN ANALYZE runs what it explains, so that must read, too."""
    if statement.type != duckdb.StatementType.EXPLAIN:
        return statement.type in _READING
    parts = _EXPLAIN.fullmatch(statement.query)
    explained = connection.extract_statements(parts["explained"]) if parts else []
    return len(explained) == 1 and explained[0].type in _READING


def view_statement(warehouse: ParquetWarehouse, table: Table) -> str:
    """The statement that creates the table's view; with nothing stored it is the typed view of no rows."""
    view = f'CREATE VIEW "{table.layer}"."{table.name}" AS'
    columns = ", ".join(f'"{name}"' for name in table.schema)
    if table.partition is None:
        path = warehouse.partition_path(table, None)
        if path.exists():
            return f"{view} SELECT {columns} FROM read_parquet({_quoted(path)})"
    elif warehouse.days(table):
        files = warehouse.table_path(table) / f"{table.partition}=*" / FILE_NAME
        return (
            f"{view} SELECT {columns} FROM read_parquet({_quoted(files)}, hive_partitioning = true,"
            f" hive_types = {{'{table.partition}': DATE}}, union_by_name = true)"
        )
    nothing = ", ".join(f'NULL::{_duckdb_type(dtype)} AS "{name}"' for name, dtype in table.schema.items())
    return f"{view} SELECT {nothing} WHERE false"


def older_view_statement(warehouse: ParquetWarehouse, table: Table, version: int) -> str:
    """The statement that creates the view ``<table>_v<version>`` of an older version, with the columns that it had."""
    files = warehouse.root / table.layer / table.folder_of(version) / f"{table.partition}=*" / FILE_NAME
    return (
        f'CREATE VIEW "{table.layer}"."{table.name}_v{version}" AS SELECT * FROM read_parquet({_quoted(files)},'
        f" hive_partitioning = true, hive_types = {{'{table.partition}': DATE}}, union_by_name = true)"
    )


def _quoted(path: UPath) -> str:
    text = str(path).replace("'", "''")
    return f"'{text}'"


def _duckdb_type(dtype: pl.DataType) -> str:
    names: dict[type[pl.DataType], str] = {
        pl.String: "VARCHAR",
        pl.Int64: "BIGINT",
        pl.Float64: "DOUBLE",
        pl.Boolean: "BOOLEAN",
        pl.Date: "DATE",
        pl.Datetime: "TIMESTAMPTZ",
    }
    return names[dtype.base_type()]

"""Every registered table: well declared, typed when empty, and every kind of violation refused."""

from __future__ import annotations

import math
from typing import Any

import polars as pl
import pytest

from nba_props.contracts.registry import LAYERS, TABLES, table_named
from nba_props.contracts.table import ContractViolation, Table
from nba_props_tests.contracts.valid_rows import broken_values, rows

every_table = pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)


def judged(table: Table, frame: pl.DataFrame) -> set[tuple[str | None, str | None]]:
    return set(table.violations(frame).select("column", "check").rows())


@every_table
def test_it_is_well_declared(table: Table) -> None:
    assert table.layer in LAYERS
    assert table_named(table.full_name) is table
    assert len(table.description) > 20
    assert [name for name, text in table.descriptions.items() if len(text) < 4 or not text.endswith(".")] == []
    assert set(table.key) <= set(table.schema)
    assert len(set(table.key)) == len(table.key)
    assert all(name == name.lower() for name in table.schema)
    if table.partition is not None:
        assert table.schema[table.partition] == pl.Date
        assert table.partition in table.key


@every_table
def test_times_are_in_utc_to_the_microsecond(table: Table) -> None:
    moments = {dtype for dtype in table.schema.values() if isinstance(dtype, pl.Datetime)}
    assert moments <= {pl.Datetime("us", "UTC")}
    assert all(table.schema[name] == pl.Datetime("us", "UTC") for name in table.schema if name.endswith("_at"))


@every_table
def test_no_rows_satisfy_it(table: Table) -> None:
    empty = table.empty()
    assert empty.schema == table.schema
    assert table.require(empty) is empty
    assert table.conform(empty).schema == table.schema


@every_table
def test_valid_rows_satisfy_it_and_are_put_in_order(table: Table) -> None:
    frame = rows(table)
    assert table.require(frame) is frame
    turned = frame.reverse().select(*reversed(frame.columns))
    assert table.conform(turned).equals(frame.sort(table.key))


@every_table
def test_a_null_is_refused_exactly_where_the_contract_has_none(table: Table) -> None:
    """All columns at once: each has a row in which it alone is null."""
    names = [name for name in table.schema if name not in table.key]
    frame = rows(table, max(len(names), 1))
    holes = frame.with_row_index().with_columns(
        pl.when(pl.col("index") == number).then(None).otherwise(pl.col(name)).alias(name)
        for number, name in enumerate(names)
    )
    found = table.violations(holes.drop("index"))
    required = {name for name in names if not table.pandera_schema.columns[name].nullable}
    assert set(found.filter(pl.col("check") == "not_nullable")["column"]) == required
    assert {names[row] for row in found["row"]} == required


@every_table
def test_a_null_in_a_key_column_is_refused_unless_declared(table: Table) -> None:
    for name in table.key:
        frame = rows(table, 2).with_columns(pl.lit(None, table.schema[name]).alias(name))
        nullable = table.pandera_schema.columns[name].nullable
        assert ((name, "not_nullable") in judged(table, frame)) is not nullable


@every_table
def test_a_value_out_of_bounds_is_refused_and_named(table: Table) -> None:
    """All checks at once: each has a row that breaks it alone."""
    breaches = list(broken_values(table))
    columns = rows(table, max(len(breaches), 1)).to_dict(as_series=False)
    for row, (column, _, value) in enumerate(breaches):
        columns[column][row] = value
    found = table.violations(pl.DataFrame(columns, schema=table.schema))
    told = {(row, column, check.split("(")[0]) for row, column, check in found.select("row", "column", "check").rows()}
    assert {(row, column, check) for row, (column, check, _) in enumerate(breaches)} <= told


@every_table
def test_a_repeated_key_is_refused(table: Table) -> None:
    frame = rows(table)
    with pytest.raises(ContractViolation, match="unique"):
        table.require(pl.concat([frame, frame.tail(1)]))


@every_table
def test_columns_that_are_not_the_declared_ones_are_refused(table: Table) -> None:
    frame = rows(table)
    for other in (frame.with_columns(beside=pl.lit(1)), frame.drop(frame.columns[-1])):
        assert table.violations(other)["row"].null_count() > 0
        with pytest.raises(ContractViolation, match=table.full_name):
            table.split(other)


@every_table
def test_a_column_of_another_type_is_refused(table: Table) -> None:
    """All columns at once; near types, too, such as 32-bit numbers and times without zone."""
    near: dict[Any, Any] = {
        pl.Int64: pl.Int32,
        pl.Float64: pl.Float32,
        pl.Date: pl.Datetime("us"),
        pl.Datetime: pl.Datetime("us"),
        pl.Boolean: pl.Int64,
    }
    wrong = pl.DataFrame(schema={name: near.get(dtype.base_type(), pl.Binary) for name, dtype in table.schema.items()})
    found = table.violations(wrong)
    assert set(found.filter(pl.col("check").str.starts_with("dtype"))["column"]) == set(table.schema)


@pytest.mark.parametrize(
    "table",
    [table for table in TABLES.values() if pl.Float64 in table.schema.dtypes()],
    ids=lambda table: table.full_name,
)
def test_what_is_not_a_number_is_refused_in_every_float_column(table: Table) -> None:
    frame = rows(table)
    floats = [name for name, dtype in table.schema.items() if dtype == pl.Float64]
    broken = frame.with_columns(pl.lit(math.nan).alias(name) for name in floats)
    told = table.violations(broken).filter(pl.col("check") == "not_a_number")
    assert sorted(told["column"].to_list()) == sorted(floats * frame.height)

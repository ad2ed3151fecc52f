"""Rows that satisfy a table's contract and values that break one of its checks, made from the contract itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl

from nba_props.contracts.table import Table

FIRST_DAY = date(2025, 1, 5)
DIFFERENT = {
    r"^\d{10}$": "{:010d}",
    r"^\d{4}-\d{2}$": "{:04d}-01",
    r"^[0-9a-f]{40}$": "{:040x}",
    r"^[FCG](-[FCG])?$": "F",
}


def rows(table: Table, count: int = 4) -> pl.DataFrame:
    """Valid rows of a table, all of its columns filled, no two with the same key, one partition if there are as many
    different keys."""
    columns = {name: [valid(table, name, number) for number in range(count)] for name in table.schema}
    if table.partition is not None:
        keys = zip(*(columns[name] for name in table.key if name != table.partition), strict=True)
        different = max(len(set(keys)), 1)
        columns[table.partition] = [FIRST_DAY + timedelta(days=number // different) for number in range(count)]
    return pl.DataFrame(columns, schema=table.schema)


def valid(table: Table, column: str, number: int) -> Any:
    """The ``number``-th valid value of a column; different numbers give different values where checks allow."""
    checks = {check.name: check.statistics for check in table.pandera_schema.columns[column].checks}
    if "isin" in checks:
        allowed = checks["isin"]["allowed_values"]
        return allowed[number % len(allowed)]
    if "str_matches" in checks:
        return DIFFERENT[checks["str_matches"]["pattern"]].format(number + 1)
    return _valid_of_type(table.schema[column], _bounds(checks), number)


def _valid_of_type(dtype: pl.DataType, bounds: tuple[float, float], number: int) -> Any:
    low, high = bounds
    if dtype == pl.String:
        return f"text {number}"
    if dtype == pl.Boolean:
        return number % 2 == 0
    if dtype == pl.Date:
        return FIRST_DAY + timedelta(days=number)
    if isinstance(dtype, pl.Datetime):
        return datetime(2025, 1, 5, 23, tzinfo=UTC) + timedelta(minutes=number)
    if dtype == pl.Int64:
        return min(int(low) + 1 + number, int(high))
    return low + (high - low) * (number % 500 + 1) / 1000


def _bounds(checks: dict[str, Any]) -> tuple[float, float]:
    low = [checks[name]["min_value"] for name in ("greater_than", "greater_than_or_equal_to") if name in checks]
    high = [checks[name]["max_value"] for name in ("less_than", "less_than_or_equal_to") if name in checks]
    return (low[0] if low else 0, high[0] if high else 1000)


def broken_values(table: Table) -> Iterator[tuple[str, str, Any]]:
    """Column, check and a value that breaks it, for every value check of a table."""
    for column, declared in table.pandera_schema.columns.items():
        dtype = table.schema[column]
        for check in declared.checks:
            yield column, check.name, _BREAKS[check.name](check.statistics, dtype)


def _beyond(bound: float, step: int, dtype: pl.DataType) -> float:
    return int(bound) + step if dtype == pl.Int64 else bound + step * 1e-6


def _not_matching(pattern: str) -> str:
    text = DIFFERENT[pattern].format(1)[:-1] + "?"
    assert not re.search(pattern, text)
    return text


_BREAKS: dict[str, Callable[[dict[str, Any], pl.DataType], Any]] = {
    "isin": lambda told, dtype: "none of them",
    "str_matches": lambda told, dtype: _not_matching(told["pattern"]),
    "str_length": lambda told, dtype: "",
    "greater_than": lambda told, dtype: told["min_value"],
    "greater_than_or_equal_to": lambda told, dtype: _beyond(told["min_value"], -1, dtype),
    "less_than": lambda told, dtype: told["max_value"],
    "less_than_or_equal_to": lambda told, dtype: _beyond(told["max_value"], 1, dtype),
}

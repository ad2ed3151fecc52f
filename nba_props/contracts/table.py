"""What a table is: a pandera polars model and where it belongs.

The model is the only declaration of a table's columns. The storage schema, the check, the columns shown in the UI and
the documentation page derive from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from nba_props.contracts.quick_checks import NoQuickForm, QuickChecks

PROVENANCE_COLUMNS = ("payload_id", "fetched_at")
"""Columns that say where a row came from; the same facts fetched again differ in nothing else."""


VIOLATED = "contract_violation"
"""Column of ``Table.split`` that says why a row breaks its contract; no contract has a column of that name."""


class Contract(pa.DataFrameModel):
    """Base of every table's model: all columns named, none beside them."""

    class Config:
        """Unknown columns are violations; nothing is coerced."""

        strict = True
        coerce = False


def declared(name: str, doc: str, columns: Mapping[str, tuple[Any, Any]]) -> type[Contract]:
    """A contract whose columns, some of them families made in a loop, are given as name to (type, field)."""
    namespace: dict[str, Any] = {"__doc__": doc, "__module__": __name__, "__qualname__": name}
    namespace["__annotations__"] = {column: dtype for column, (dtype, _) in columns.items()}
    namespace.update({column: field for column, (_, field) in columns.items()})
    return type(name, (Contract,), namespace)


class ContractViolation(ValueError):
    """A frame breaks its table's contract; the message counts the violations by column and check."""

    def __init__(self, table: str, violations: pl.DataFrame) -> None:
        self.table = table
        self.violations = violations
        counts = violations.group_by("column", "check").len().sort("len", "column", descending=[True, False])
        listed = "; ".join(f"{column}: {check} ({count}x)" for column, check, count in counts.head(8).iter_rows())
        super().__init__(f"{table} breaks its contract in {violations.height} places: {listed}")


VIOLATION_SCHEMA = pl.Schema({"row": pl.Int64, "column": pl.String, "check": pl.String, "value": pl.String})


@dataclass(frozen=True)
class Table:
    """One table: its contract, its layer and name, and the date column that partitions it.

    Attributes:
        layer: the room that it belongs to, also its SQL schema.
        name: its name inside the layer.
        contract: the pandera model.
        key: columns that together are unique; rows are stored in this order.
        partition: the date column by which it is stored, None for a table stored whole.
        version: version of what its columns mean; each has a place of its own in the warehouse, so that rows of older
            versions stay readable.
    """

    layer: str
    name: str
    contract: type[Contract]
    key: tuple[str, ...]
    partition: str | None = "game_date"
    version: int = 1

    @property
    def full_name(self) -> str:
        """``layer.name``, as in SQL."""
        return f"{self.layer}.{self.name}"

    @property
    def folder(self) -> str:
        """Name of its folder in the warehouse, of its own for each version."""
        return self.folder_of(self.version)

    def folder_of(self, version: int) -> str:
        """Name of a version's folder; the first version has the table's name."""
        return self.name if version == 1 else f"{self.name}_v{version}"

    @property
    def asset_key(self) -> tuple[str, str]:
        """Its key in the asset graph."""
        return (self.layer, self.name)

    @cached_property
    def pandera_schema(self) -> pa.DataFrameSchema:
        """The contract as a pandera schema with the table's key."""
        schema = self.contract.to_schema()
        schema.name = self.full_name
        schema.unique = list(self.key)
        return schema

    @cached_property
    def schema(self) -> pl.Schema:
        """Column names and polars types, in order."""
        columns = self.pandera_schema.columns
        return pl.Schema({name: column.dtype.type for name, column in columns.items()})

    @property
    def description(self) -> str:
        """The contract's docstring, one paragraph."""
        return " ".join((self.contract.__doc__ or "").split())

    @cached_property
    def descriptions(self) -> dict[str, str]:
        """What each column means."""
        return {name: column.description or "" for name, column in self.pandera_schema.columns.items()}

    def empty(self) -> pl.DataFrame:
        """The table's typed frame of no rows."""
        return pl.DataFrame(schema=self.schema)

    def conform(self, frame: pl.DataFrame | pl.LazyFrame) -> pl.DataFrame:
        """The frame with the contract's columns in order and types, rows ordered by the key.

        Raises:
            polars.exceptions.PolarsError: a column is missing or cannot be cast.
        """
        lazy = frame.lazy().select(pl.col(name).cast(dtype) for name, dtype in self.schema.items())
        return lazy.sort(self.key, nulls_last=True, maintain_order=True).collect()

    def violations(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Places where a frame breaks the contract: row number (null for the whole frame), column, check, value."""
        if frame.schema == self.schema and (frame.is_empty() or self._is_clean(frame)):
            return pl.DataFrame(schema=VIOLATION_SCHEMA)
        not_numbers = self._not_numbers(frame)
        try:
            self.pandera_schema.validate(frame, lazy=True)
        except SchemaErrors as errors:
            cases: pl.DataFrame = errors.failure_cases
            told = cases.select(
                pl.col("index").cast(pl.Int64).alias("row"),
                pl.col("column").cast(pl.String),
                pl.col("check").cast(pl.String),
                pl.col("failure_case").cast(pl.String).str.slice(0, 300).alias("value"),
            )
            return pl.concat([told, not_numbers])
        return not_numbers

    def _is_clean(self, frame: pl.DataFrame) -> bool:
        """Whether a typed frame is seen to break nothing in one pass; if not, pandera names the places."""
        return self._quick_checks is not None and self._quick_checks.hold(frame)

    @cached_property
    def _quick_checks(self) -> QuickChecks | None:
        try:
            return QuickChecks.of(self.pandera_schema)
        except NoQuickForm:
            return None

    def _not_numbers(self, frame: pl.DataFrame) -> pl.DataFrame:
        """NaN in any float column: it compares as greater than every number, so no range check refuses it."""
        floats = [name for name, dtype in frame.schema.items() if dtype.is_float()]
        suspects = frame.select(pl.col(floats).is_nan().any()).row(0) if floats and frame.height else ()
        found = [
            frame.select(pl.arg_where(pl.col(name).is_nan()).cast(pl.Int64).alias("row")).with_columns(
                column=pl.lit(name), check=pl.lit("not_a_number"), value=pl.lit("NaN")
            )
            for name, is_suspect in zip(floats, suspects, strict=False)
            if is_suspect
        ]
        return pl.concat([pl.DataFrame(schema=VIOLATION_SCHEMA), *found])

    def require(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame itself, if it satisfies the contract.

        Raises:
            ContractViolation: it does not.
        """
        violations = self.violations(frame)
        if violations.height:
            raise ContractViolation(self.full_name, violations)
        return frame

    def split(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Rows that satisfy the contract, and the others with a column ``VIOLATED`` that says why not.

        Raises:
            ContractViolation: the frame as a whole is wrong (columns or types), so that no row can be judged.
        """
        violations = self.violations(frame)
        if violations["row"].null_count():
            raise ContractViolation(self.full_name, violations.filter(pl.col("row").is_null()))
        if violations.is_empty():
            return frame, frame.head(0).with_columns(pl.lit(None, pl.String).alias(VIOLATED))
        reasons = violations.group_by("row").agg(
            pl.format("{}: {}", "column", "check").unique(maintain_order=True).str.join("; ").alias(VIOLATED)
        )
        numbered = frame.with_columns(row=pl.int_range(pl.len(), dtype=pl.Int64))
        good = numbered.join(reasons, on="row", how="anti", maintain_order="left").drop("row")
        bad = numbered.join(reasons, on="row", how="inner", maintain_order="left").drop("row")
        return good, bad

"""A contract in one pass: whether a frame satisfies it at all, without the places where it does not.

Pandera judges column by column and check by check, with a query for each. That names every place where a frame breaks
its contract, and costs some fifty times what the checks themselves do, while most frames break nothing. The expressions
here are those of pandera's own checks, so there is one truth. A contract with a check that is no plain expression over
its column has no quick form and is always left to pandera.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.api.function_dispatch import Dispatcher
from pandera.api.polars.types import PolarsData
from pandera.backends.polars import builtin_checks


class NoQuickForm(ValueError):
    """A contract has a check that only pandera itself can judge."""


@dataclass(frozen=True)
class QuickChecks:
    """What a frame with the contract's columns and types has to satisfy.

    Attributes:
        key: columns that together are unique.
        required: columns without nulls.
        numbers: columns without NaN.
        checks: expressions that are true of valid columns.
    """

    key: tuple[str, ...]
    required: tuple[str, ...]
    numbers: tuple[str, ...]
    checks: tuple[pl.Expr, ...]

    @classmethod
    def of(cls, schema: pa.DataFrameSchema) -> QuickChecks:
        """The quick form of a contract.

        Raises:
            NoQuickForm: it has none.
        """
        columns = list(schema.columns.values())
        if schema.checks or any(column.regex or column.unique for column in columns):
            raise NoQuickForm(schema.name)
        return cls(
            key=tuple(schema.unique),
            required=tuple(column.name for column in columns if not column.nullable),
            numbers=tuple(column.name for column in columns if column.dtype.type.is_float()),
            checks=tuple(_expression(check, column.name) for column in columns for check in column.checks),
        )

    def hold(self, frame: pl.DataFrame) -> bool:
        """Whether the frame satisfies all of them."""
        if any(frame.get_column(name).null_count() for name in self.required):
            return False
        told = [*(pl.col(name).is_not_nan().all() for name in self.numbers), *self.checks]
        columns = [each.alias(str(place)) for place, each in enumerate(told)]
        return (not columns or all(frame.select(columns).row(0))) and not frame.select(self.key).is_duplicated().any()


class _Selected:
    """Stands where a check expects a frame, and gives the expression that the check would select from it."""

    def select(self, expression: pl.Expr) -> pl.Expr:
        """The expression."""
        return expression


def _expression(check: Any, column: str) -> pl.Expr:
    """Whether a check of pandera's own holds for all values; a null passes where the check leaves nulls out."""
    if check.element_wise or check.groupby is not None or not isinstance(check._check_fn, Dispatcher):
        raise NoQuickForm(f"{column}: {check}")
    selected: Any = _Selected()
    try:
        told = getattr(builtin_checks, check.name)(PolarsData(selected, column), **check.statistics)
    except (AttributeError, TypeError) as error:
        raise NoQuickForm(f"{column}: {check}") from error
    if not isinstance(told, pl.Expr):
        raise NoQuickForm(f"{column}: {check}")
    return told.fill_null(bool(check.ignore_na)).all()

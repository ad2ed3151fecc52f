"""The quick form of a contract says of every frame what pandera says, and is there for every table."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandera.errors import SchemaErrors

from nba_props.contracts.conformed import PROP_LINES
from nba_props.contracts.quick_checks import NoQuickForm, QuickChecks
from nba_props.contracts.registry import TABLES
from nba_props.contracts.table import Contract, Table
from nba_props_tests.contracts.valid_rows import broken_values, rows


def pandera_accepts(table: Table, frame: pl.DataFrame) -> bool:
    try:
        table.pandera_schema.validate(frame, lazy=True)
    except SchemaErrors:
        return False
    return True


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_table_has_a_quick_form_that_refuses_every_broken_value(table: Table) -> None:
    quick, frame = QuickChecks.of(table.pandera_schema), rows(table)
    assert quick.hold(frame)
    assert quick.hold(table.empty())
    assert not quick.hold(pl.concat([frame, frame]))
    for column, check, value in broken_values(table):
        broken = frame.head(1).with_columns(pl.lit(value, table.schema[column]).alias(column))
        assert not quick.hold(broken), (column, check)


VALUES = {
    "line": st.sampled_from([1.5, 199.5, 200.0, 0.0, -1.0, None, float("inf")]),
    "over_price": st.sampled_from([1.9, 1.0, 1001.0, 1001.5, None]),
    "market": st.sampled_from(["points", "smiles", "", None]),
    "player_id": st.sampled_from([1, 2, 0, -5, None]),
    "game_id": st.sampled_from(["0022400001", "22400001", "", None]),
}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.fixed_dictionaries({}, optional=VALUES), min_size=1, max_size=3))
def test_it_accepts_exactly_what_pandera_accepts(changes: list[dict[str, object]]) -> None:
    told = [{**row, **change} for row, change in zip(rows(PROP_LINES, len(changes)).to_dicts(), changes, strict=True)]
    frame = pl.DataFrame(told, schema=PROP_LINES.schema)
    assert QuickChecks.of(PROP_LINES.pandera_schema).hold(frame) is pandera_accepts(PROP_LINES, frame)


def test_nan_does_not_satisfy_a_contract() -> None:
    frame = rows(PROP_LINES).with_columns(line=pl.lit(float("nan")))
    assert not QuickChecks.of(PROP_LINES.pandera_schema).hold(frame)


class Judging(Contract):
    """Two numbers, of which the second is the greater one."""

    first: int = pa.Field(description="The first.")
    second: int = pa.Field(description="The second.")

    @pa.dataframe_check
    @classmethod
    def is_ordered(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """Whether they are in order."""
        return data.lazyframe.select(pl.col("first") < pl.col("second"))


def test_a_contract_with_a_check_of_its_own_is_left_to_pandera() -> None:
    table = Table("raw", "judging", Judging, key=("first",), partition=None)
    with pytest.raises(NoQuickForm):
        QuickChecks.of(table.pandera_schema)
    assert table.violations(pl.DataFrame({"first": [1], "second": [2]})).is_empty()
    assert not table.violations(pl.DataFrame({"first": [2], "second": [1]})).is_empty()

"""What a table does with a frame: put it in form, tell violations, part good rows from bad ones."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_props.contracts.conformed import PROP_LINES
from nba_props.contracts.raw import ODDS_GAME_LINES
from nba_props.contracts.registry import table_named
from nba_props.contracts.table import VIOLATED, ContractViolation
from nba_props_tests.contracts.valid_rows import rows


def test_bad_rows_are_parted_with_all_their_reasons() -> None:
    frame = rows(PROP_LINES, 5).with_columns(
        over_price=pl.Series([2.0, 0.5, 2.0, 2.0, 2.0]),
        market=pl.Series(["points", "smiles", "points", "points", "points"]),
        line=pl.Series([1.5, 2.5, 3.5, None, 5.5]),
    )
    good, bad = PROP_LINES.split(frame)
    assert good.equals(frame[[0, 2, 4]])
    assert bad.drop(VIOLATED).equals(frame[[1, 3]])
    first, second = bad[VIOLATED]
    assert "over_price" in first
    assert "market" in first
    assert second == "line: not_nullable"


def test_a_frame_without_fault_is_given_back_with_no_bad_rows() -> None:
    frame = rows(PROP_LINES)
    good, bad = PROP_LINES.split(frame)
    assert good is frame
    assert bad.is_empty()
    assert bad.schema == {**PROP_LINES.schema, VIOLATED: pl.String}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(["good", "price", "market", "line"]), max_size=12))
def test_every_row_is_either_good_or_bad(faults: list[str]) -> None:
    frame = rows(PROP_LINES, len(faults)).with_columns(
        pl.Series("over_price", [0.5 if fault == "price" else 2.0 for fault in faults], pl.Float64),
        pl.Series("market", ["smiles" if fault == "market" else "points" for fault in faults], pl.String),
        pl.Series("line", [None if fault == "line" else 2.5 for fault in faults], pl.Float64),
    )
    good, bad = PROP_LINES.split(frame)
    assert good.equals(frame.filter(pl.Series([fault == "good" for fault in faults], dtype=pl.Boolean)))
    reasons = [fault.replace("price", "over_price") for fault in faults if fault != "good"]
    assert [reason.split(":")[0] for reason in bad[VIOLATED]] == reasons


def test_rows_that_share_a_key_are_all_bad() -> None:
    frame = pl.concat([rows(PROP_LINES, 3), rows(PROP_LINES, 1)])
    good, bad = PROP_LINES.split(frame)
    assert good.height == 2
    assert bad.height == 2


def test_two_rows_whose_key_has_the_same_null_are_the_same_row() -> None:
    moneyline = rows(ODDS_GAME_LINES, 1).with_columns(point=pl.lit(None, pl.Float64))
    assert ODDS_GAME_LINES.violations(moneyline).is_empty()
    assert not ODDS_GAME_LINES.violations(pl.concat([moneyline, moneyline])).is_empty()


def test_a_violation_names_table_column_check_and_how_often() -> None:
    frame = rows(PROP_LINES).with_columns(over_price=pl.lit(0.5))
    with pytest.raises(ContractViolation, match=r"conformed\.prop_lines.*over_price: greater_than.*4x") as refusal:
        PROP_LINES.require(frame)
    assert refusal.value.table == "conformed.prop_lines"
    assert refusal.value.violations["value"].to_list() == ["0.5"] * 4


def test_a_column_that_cannot_be_cast_is_an_error_not_a_null() -> None:
    frame = rows(PROP_LINES).with_columns(player_id=pl.lit("Luka"))
    with pytest.raises(pl.exceptions.PolarsError, match=r"player_id|Luka"):
        PROP_LINES.conform(frame)


def test_a_table_that_does_not_exist_is_told_with_those_that_do() -> None:
    with pytest.raises(KeyError, match=r"conformed\.prop_lines"):
        table_named("conformed.prop_line")

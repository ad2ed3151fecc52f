"""The contract check reads back what is to be stored: the bytes count, not the frame that they were made from."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import polars as pl

from nba_props.contracts.conformed import GAMES
from nba_props.contracts.predictions import MODELS
from nba_props.game_calendar import DateRange
from nba_props.orchestration.checks import CONTRACT_CHECK, contract_verdicts
from nba_props.warehouse.parquet import PreparedTable, prepare
from nba_props_tests.contracts.valid_rows import FIRST_DAY, rows

SECOND_DAY, LAST_DAY = FIRST_DAY + timedelta(days=1), FIRST_DAY + timedelta(days=2)


def prepared() -> PreparedTable:
    """Rows on the first and last of three dates."""
    frame = rows(GAMES, 4).with_columns(game_date=pl.Series([FIRST_DAY, LAST_DAY, FIRST_DAY, LAST_DAY]))
    return prepare(GAMES, frame, DateRange(FIRST_DAY, LAST_DAY))


def as_bytes(frame: pl.DataFrame) -> bytes:
    buffer = BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


def test_every_date_passes_with_its_rows() -> None:
    found = contract_verdicts(prepared())
    assert {day: verdict.metadata["rows"] for day, verdict in found.items()} == {
        FIRST_DAY: 2,
        SECOND_DAY: 0,
        LAST_DAY: 2,
    }
    assert all(verdict.passed and verdict.check == CONTRACT_CHECK for verdict in found.values())


def test_bytes_that_break_the_contract_fail_their_date_alone() -> None:
    table = prepared()
    broken = rows(GAMES, 2).with_columns(status=pl.lit("cancelled"))
    damaged = replace(table.partitions[LAST_DAY], content=as_bytes(broken))
    found = contract_verdicts(replace(table, partitions={**table.partitions, LAST_DAY: damaged}))
    assert [day for day, verdict in found.items() if not verdict.passed] == [LAST_DAY]
    assert found[LAST_DAY].metadata["violations"].value.records[0].data["column"] == "status"


def test_other_rows_that_satisfy_the_contract_are_validated_and_pass() -> None:
    table = prepared()
    other = replace(table.partitions[LAST_DAY], content=as_bytes(rows(GAMES, 3)))
    found = contract_verdicts(replace(table, partitions={**table.partitions, LAST_DAY: other}))
    assert all(verdict.passed for verdict in found.values())
    assert found[LAST_DAY].metadata["rows"] == 3


def test_a_table_stored_whole_is_one_verdict_and_no_partitions_are_none() -> None:
    (verdict,) = contract_verdicts(prepare(MODELS, rows(MODELS), [])).values()
    assert verdict.passed
    assert contract_verdicts(prepare(GAMES, GAMES.empty(), [])) == {}

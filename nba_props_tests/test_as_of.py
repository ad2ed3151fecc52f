"""Facts as of a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from nba_props.as_of import LaterFactError, facts_known, require_known

NOON = datetime(2025, 1, 20, 12, tzinfo=UTC)


def test_a_fact_is_known_from_its_own_moment_on() -> None:
    moments = pl.LazyFrame({"game_id": ["a", "b"], "as_of": [NOON, NOON + timedelta(hours=1)]})
    facts = pl.LazyFrame(
        {
            "game_id": ["a", "a", "b", "c"],
            "value": [1, 2, 3, 4],
            "seen_at": [NOON, NOON + timedelta(microseconds=1), NOON + timedelta(minutes=59), NOON],
        }
    )
    known = facts_known(facts, moments, on=["game_id"], knowable_at="seen_at").sort("value").collect()
    assert known.columns == ["game_id", "value", "seen_at"]
    assert known["value"].to_list() == [1, 3]


def test_rows_that_rest_on_a_later_fact_are_refused_with_the_first_of_them() -> None:
    rows = pl.DataFrame({"game_id": ["a", "b"], "as_of": [NOON, NOON], "seen_at": [None, NOON]})
    assert require_known(rows, table="layer.table", knowable_at="seen_at") is rows
    later = rows.with_columns(pl.col("seen_at") + pl.duration(seconds=1))
    with pytest.raises(LaterFactError, match=r"layer\.table: 1 rows .*game_id b.* 12:00:00.*12:00:01"):
        require_known(later, table="layer.table", knowable_at="seen_at")

"""Health: counts of verdicts a table, holes as runs of dates."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_props.contracts.operations import EXPECTED_OUTPUTS, OUTCOMES
from nba_props.publishing import health

FIRST = date(2025, 1, 1)


def outputs(*told: tuple[str, int, str, int, int]) -> pl.DataFrame:
    """Rows of table, day number, verdict, games expected, games stored."""
    rows = [
        {
            "game_date": FIRST + timedelta(days=day),
            "table": table,
            "outcome": outcome,
            "expected_games": expected,
            "stored_games": stored,
            "stored_rows": stored * 20,
        }
        for table, day, outcome, expected, stored in told
    ]
    return pl.DataFrame(rows, schema=EXPECTED_OUTPUTS.schema)


def test_the_summary_counts_verdicts_and_the_share_of_games() -> None:
    made = health.summary(
        outputs(
            ("b", 0, "complete", 4, 4), ("b", 1, "partial", 4, 1), ("b", 2, "pending", 2, 0), ("a", 0, "complete", 0, 0)
        )
    )
    assert made["table"].to_list() == ["a", "b"]
    told = made.row(1, named=True)
    assert {name: told[name] for name in OUTCOMES} == {
        "complete": 1,
        "partial": 1,
        "pending": 1,
        "missing": 0,
        "empty as scheduled": 0,
    }
    assert (told["stored_rows"], told["share_of_games"]) == (100, 0.5)
    assert made.row(0, named=True)["share_of_games"] is None


def test_holes_are_runs_of_consecutive_dates_of_one_table_and_verdict() -> None:
    made = health.holes(
        outputs(
            ("a", 0, "missing", 3, 0),
            ("a", 1, "missing", 2, 0),
            ("a", 2, "complete", 2, 2),
            ("a", 3, "missing", 2, 0),
            ("a", 4, "partial", 4, 1),
            ("b", 5, "missing", 1, 0),
        )
    )
    days = [(first - FIRST).days for first in made["first_date"]], [(last - FIRST).days for last in made["last_date"]]
    assert days == ([0, 3, 4, 5], [1, 3, 4, 5])
    assert made["dates"].to_list() == [2, 1, 1, 1]
    assert made["games_missing"].to_list() == [5, 2, 3, 1]


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.tuples(st.sampled_from("ab"), st.integers(0, 9)), st.sampled_from(OUTCOMES), max_size=20))
def test_holes_hold_every_unhealthy_date_once(told: dict[tuple[str, int], str]) -> None:
    frame = outputs(*((table, day, outcome, 1, 0) for (table, day), outcome in told.items()))
    made = health.holes(frame)
    listed = [
        (table, (first - FIRST).days + number, outcome)
        for table, outcome, first, _, dates, _ in made.rows()
        for number in range(dates)
    ]
    assert sorted(listed) == sorted(
        (table, day, outcome) for (table, day), outcome in told.items() if outcome in ("partial", "missing")
    )
    assert health.is_healthy(frame) is (not listed)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_only_what_is_due_and_not_there_is_unhealthy(outcome: str) -> None:
    assert health.is_healthy(outputs(("a", 0, outcome, 1, 0))) is (outcome not in ("partial", "missing"))


def test_nothing_is_healthy() -> None:
    assert health.is_healthy(EXPECTED_OUTPUTS.empty())
    assert health.summary(EXPECTED_OUTPUTS.empty()).is_empty()
    assert health.holes(EXPECTED_OUTPUTS.empty()).is_empty()

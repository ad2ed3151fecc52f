"""Alerts: opened once, closed once, each watcher its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_props.contracts.operations import ALERTS
from nba_props.operations.alerts import Problem, update

NOW = datetime(2025, 1, 6, 2, 0, tzinfo=UTC)


def problem(alert_id: str) -> Problem:
    return Problem(alert_id, "warning", alert_id.partition(":")[2], "what is wrong")


def open_ids(rows: pl.DataFrame) -> list[str]:
    return rows.filter(pl.col("closed_at").is_null())["alert_id"].to_list()


def test_a_problem_is_told_once_as_long_as_it_stands() -> None:
    first = update(ALERTS.empty(), [problem("run:a"), problem("run:b")], "run:", NOW)
    assert [each.alert_id for each in first.opened] == ["run:a", "run:b"]
    assert set(first.rows["opened_on"]) == {datetime(2025, 1, 5).date()}
    again = update(first.rows, [problem("run:b"), problem("run:a")], "run:", NOW + timedelta(hours=1))
    assert (again.opened, again.closed) == ((), ())
    assert again.rows.equals(first.rows)


def test_it_is_closed_once_when_it_heals_and_opened_anew_if_it_comes_back() -> None:
    rows = update(ALERTS.empty(), [problem("run:a")], "run:", NOW).rows
    healed = update(rows, [], "run:", NOW + timedelta(hours=1))
    assert healed.closed == ("run:a",)
    assert healed.rows["closed_at"].to_list() == [NOW + timedelta(hours=1)]
    quiet = update(healed.rows, [], "run:", NOW + timedelta(hours=2))
    assert quiet.closed == ()
    assert quiet.rows.equals(healed.rows)
    back = update(quiet.rows, [problem("run:a")], "run:", NOW + timedelta(hours=3))
    assert len(back.opened) == 1
    assert back.rows.height == 2


def test_watchers_do_not_close_each_others_alerts() -> None:
    rows = update(ALERTS.empty(), [problem("run:a")], "run:", NOW).rows
    rows = update(rows, [problem("table:x")], "table:", NOW).rows
    after = update(rows, [], "table:", NOW + timedelta(hours=1))
    assert after.closed == ("table:x",)
    assert open_ids(after.rows) == ["run:a"]


def test_one_problem_told_twice_is_one_alert() -> None:
    assert len(update(ALERTS.empty(), [problem("run:a"), problem("run:a")], "run:", NOW).opened) == 1


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["a:", "b:"]), st.frozensets(st.sampled_from("xyz"))), max_size=8))
def test_what_is_open_is_what_each_watcher_last_saw(looks: list[tuple[str, frozenset[str]]]) -> None:
    rows, standing, opened, closed = ALERTS.empty(), dict[str, frozenset[str]](), 0, 0
    for number, (scope, seen) in enumerate(looks):
        changes = update(rows, [problem(scope + name) for name in seen], scope, NOW + timedelta(hours=number))
        before = standing.get(scope, frozenset())
        assert {each.alert_id for each in changes.opened} == {scope + name for name in seen - before}
        assert set(changes.closed) == {scope + name for name in before - seen}
        opened, closed, standing[scope] = opened + len(changes.opened), closed + len(changes.closed), seen
        rows = ALERTS.require(changes.rows)
    assert sorted(open_ids(rows)) == sorted(scope + name for scope, seen in standing.items() for name in seen)
    assert (rows.height, rows["closed_at"].is_not_null().sum()) == (opened, closed)

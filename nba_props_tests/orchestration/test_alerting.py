"""Alerts: a failed run opens one, a stale table opens one and closes it when it is fresh again."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from nba_props.contracts.operations import ALERTS
from nba_props.operations.alerts import Problem
from nba_props.orchestration.alerting import FRESHNESS_SCOPE, run_alerts, tell, unexplained
from nba_props.orchestration.collecting import CollectionFailed
from nba_props.orchestration.platform import Platform
from nba_props.simulator import ManualClock
from nba_props_tests.orchestration.homes import COLLECTED_AT, settings_of

LOG = logging.getLogger(__name__)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(COLLECTED_AT)


@pytest.fixture
def platform(tmp_path: Path, clock: ManualClock) -> Platform:
    return Platform(settings_of(tmp_path), clock)


def alerts(platform: Platform) -> pl.DataFrame:
    return platform.warehouse.scan(ALERTS).collect()


@dg.op
def breaks() -> None:
    """Fails."""
    raise ValueError("broken")


@dg.op
def works() -> None:
    """Nothing to break."""


@dg.job(name="nightly")
def failing() -> None:
    """A job that fails."""
    breaks()


@dg.job(name="nightly")
def mended() -> None:
    """The same job, mended."""
    works()


def _context(instance: dg.DagsterInstance, name: str, result: dg.ExecuteInProcessResult) -> dg.RunStatusSensorContext:
    event = result.get_run_success_event() if result.success else result.get_run_failure_event()
    return dg.build_run_status_sensor_context(
        sensor_name=name, dagster_instance=instance, dagster_run=result.dagster_run, dagster_event=event
    )


def test_a_job_that_fails_opens_one_alert_and_its_next_success_closes_it(platform: Platform) -> None:
    on_failure, on_success = run_alerts(platform)
    with dg.DagsterInstance.ephemeral() as instance:
        failed = [failing.execute_in_process(instance=instance, raise_on_error=False) for _ in range(2)]
        for result in (failed[0], failed[0], failed[1]):
            on_failure(_context(instance, "run_failure_alerts", result).for_run_failure())
        assert alerts(platform).select("alert_id", "severity", "closed_at").rows() == [("run:nightly::", "error", None)]
        healed = mended.execute_in_process(instance=instance)
        on_success(_context(instance, "run_success_closes_alerts", healed))
    assert alerts(platform)["closed_at"].null_count() == 0


@dg.op
def asks() -> None:
    """Asks in vain."""
    raise CollectionFailed("odds_api: its host is down")


@dg.job
def collecting() -> None:
    """A collection job of a source that is dark."""
    asks()


def test_a_collection_run_that_brought_nothing_is_left_to_the_alert_about_its_source(platform: Platform) -> None:
    on_failure, _ = run_alerts(platform)
    with dg.DagsterInstance.ephemeral() as instance:
        failed = collecting.execute_in_process(instance=instance, raise_on_error=False)
        on_failure(_context(instance, "run_failure_alerts", failed).for_run_failure())
    assert alerts(platform).is_empty()


def test_a_stale_table_is_told_once_and_closed_once(
    platform: Platform, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger=__name__)
    stale = Problem(f"{FRESHNESS_SCOPE}conformed.games", "warning", "conformed.games", "not made for long")
    opened = tell(platform, [stale], FRESHNESS_SCOPE, LOG)
    assert [problem.alert_id for problem in opened.opened] == [stale.alert_id]
    clock.advance(timedelta(minutes=1))
    assert tell(platform, [stale], FRESHNESS_SCOPE, LOG).opened == ()
    clock.advance(timedelta(days=1))
    assert tell(platform, [], FRESHNESS_SCOPE, LOG).closed == (stale.alert_id,)
    assert tell(platform, [], FRESHNESS_SCOPE, LOG).closed == ()
    (row,) = alerts(platform).to_dicts()
    assert (row["opened_at"], row["closed_at"]) == (COLLECTED_AT, clock())
    assert [record.getMessage().split(":")[0] for record in caplog.records] == ["alert opened", "alert closed"]


def test_of_stale_tables_only_the_first_is_told_and_none_of_a_dark_source() -> None:
    made = {"conformed.games", "conformed.players", "conformed.player_boxscores", "analytics.player_game_summary"}
    assert unexplained(made, []) == ["conformed.games"]
    told = {"raw.nbac_schedule", "raw.nbac_player_boxscore"}
    assert unexplained(made | told, []) == sorted(told)
    assert unexplained(made | told, ["nba_com"]) == []
    odds = {"raw.odds_player_props", "conformed.prop_lines"}
    assert unexplained(odds, ["odds_api"]) == ["conformed.prop_lines"], "lines do not wait for any one source"

"""A run that is killed at any point: running it again gives what an undisturbed run gives."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import pytest

from nba_props.game_calendar import DateRange
from nba_props.orchestration.instance import open_instance
from nba_props.settings import Settings, child_environment
from nba_props_tests.drills.waiting import await_that
from nba_props_tests.orchestration import homes
from nba_props_tests.orchestration.homes import FIRST

THREE = DateRange(FIRST, FIRST + timedelta(days=2))
PROGRAM = f"""
from datetime import date
from nba_props import commands
from nba_props.game_calendar import DateRange
from nba_props.orchestration import notices
from nba_props.orchestration.graph import STEPS
from nba_props.settings import load_settings

notices.silence()
dates = DateRange(date.fromisoformat("{THREE.first}"), date.fromisoformat("{THREE.last}"))
list(commands.run_phase(load_settings(), commands.Phase("tables", STEPS, dates, len(STEPS)), lambda step: None))
"""


@pytest.fixture(scope="module")
def undisturbed(collected: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    settings = homes.copied(collected, tmp_path_factory.mktemp("undisturbed"))
    assert [result.failures for result in homes.run(settings, THREE)] == [()]
    return homes.tables_of(settings)


def killed_once_there(settings: Settings, awaited: Path) -> None:
    """Run the range in a process of its own and kill it, without any warning, when a file has appeared."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        env=child_environment(settings),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as child:
        await_that(awaited.exists, f"{awaited} never came", child)
        child.kill()
    assert child.returncode == -9


def partition(table: str, day: date) -> str:
    return f"{table}/game_date={day.isoformat()}/part.parquet"


@pytest.mark.parametrize(
    "point",
    [
        pytest.param(partition("raw/nbac_player_boxscore", THREE.first), id="among the raw tables"),
        pytest.param(partition("precompute/player_daily_cache", THREE.last), id="far down the graph"),
    ],
)
def test_a_killed_run_is_made_good_by_running_it_again(
    point: str, collected: Path, undisturbed: dict[str, bytes], tmp_path: Path
) -> None:
    settings = homes.copied(collected, tmp_path)
    killed_once_there(settings, settings.warehouse_path / point)
    half = homes.tables_of(settings)
    assert 0 < len(half) < len(undisturbed)
    published = {name: body for name, body in half.items() if name.endswith("/part.parquet")}
    assert all(undisturbed[name] == body for name, body in published.items()), "what is there is whole"

    (again,) = homes.run(settings, THREE)
    assert again.succeeded, again.failures
    assert homes.tables_of(settings) == undisturbed
    with open_instance(settings) as instance:
        statuses = sorted(run.status.value for run in instance.get_runs())
    assert statuses == [dg.DagsterRunStatus.FAILURE.value, dg.DagsterRunStatus.SUCCESS.value]

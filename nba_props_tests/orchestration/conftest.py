"""Fixtures of the graph's tests: the collected home, a home with a range made, no variables left behind."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from nba_props.game_calendar import DateRange
from nba_props.orchestration import notices
from nba_props.settings import Settings
from nba_props_tests.orchestration.homes import FIRST, collected_home, copied, run

FIVE = DateRange(FIRST, FIRST + timedelta(days=4))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Silence the notices that the program silences, for fixtures, too; every other warning fails."""
    notices.silence()
    logging.getLogger("dagster").setLevel(logging.CRITICAL)


@pytest.fixture(autouse=True)
def dagster_home() -> Iterator[None]:
    """Opening a home sets DAGSTER_HOME for the process."""
    before = os.environ.pop("DAGSTER_HOME", None)
    yield
    os.environ.pop("DAGSTER_HOME", None)
    if before is not None:
        os.environ["DAGSTER_HOME"] = before


@pytest.fixture(scope="session")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that holds the archive of all dates and nothing else; not to be written to."""
    return collected_home(tmp_path_factory)


@pytest.fixture(scope="session")
def made(collected: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with everything made for the first five dates, in one run."""
    settings = copied(collected, tmp_path_factory.mktemp("made"))
    (result,) = run(settings, FIVE)
    assert result.succeeded, result.failures
    return settings

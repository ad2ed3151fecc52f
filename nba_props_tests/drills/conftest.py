"""Drills use the collected home of the graph's tests and are as strict about warnings."""

from __future__ import annotations

from nba_props_tests.orchestration.conftest import collected, dagster_home, pytest_runtest_setup

__all__ = ["collected", "dagster_home", "pytest_runtest_setup"]

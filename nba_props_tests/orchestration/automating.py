"""The automation daemon's part in tests: conditions are evaluated tick by tick, and what they ask for is made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, time, timedelta

import dagster as dg

from nba_props.game_calendar import DateRange, eastern_moment, spans
from nba_props.orchestration.assets import assets_of
from nba_props.orchestration.partitions import daily_partitions
from nba_props.orchestration.platform import Platform
from nba_props.orchestration.runs import resources
from nba_props.orchestration.step import Step
from nba_props_tests.orchestration import homes
from nba_props_tests.orchestration.homes import FIRST

CALENDAR = DateRange(FIRST, FIRST + timedelta(days=4))
EVENING = eastern_moment(CALENDAR.last - timedelta(days=1), time(18))
"""The calendar reaches to tomorrow."""

MOST_ROUNDS = 8

Requested = dict[str, set[date]]


def remade_with(steps: Sequence[Step], changed: Iterable[str]) -> list[str]:
    """The tables that are remade together when some have changed: what reads the same date of them, top to bottom.

    What reads a window of them follows only if their content has changed in the end.
    """
    fed, asked = set(changed), []
    for step in steps:
        reached = [
            table.full_name
            for table in step.tables
            if any(read.is_same_date and read.table.full_name in fed for read in step.reads_for(table))
        ]
        asked.extend(reached)
        fed.update(reached)
    return asked


class Automation:
    """Evaluates the conditions tick by tick and makes what they ask for, as sensor and runs do."""

    def __init__(self, instance: dg.DagsterInstance, platform: Platform, chosen: Sequence[Step]) -> None:
        self._instance, self._platform, self._chosen = instance, platform, chosen
        self._definitions = dg.Definitions(
            assets=assets_of(chosen, daily_partitions(FIRST)), resources=resources(platform)
        )
        self._cursor: dg.AssetDaemonCursor | None = None
        self._now = EVENING

    def wait(self, duration: timedelta) -> None:
        """Let the clock go on."""
        self._now += duration

    def tick(self) -> Requested:
        """The partitions that the conditions ask for, by table."""
        self._now += timedelta(seconds=30)
        result = dg.evaluate_automation_conditions(
            self._definitions,
            self._instance,
            cursor=self._cursor,
            evaluation_time=self._now,
        )
        self._cursor = result.cursor
        found: Requested = defaultdict(set)
        for step in self._chosen:
            for table in step.tables:
                keys = result.get_requested_partitions(dg.AssetKey(table.asset_key))
                found[table.full_name].update(date.fromisoformat(key) for key in keys if key)
        return {name: days for name, days in found.items() if days}

    def settle(self) -> Requested:
        """Until nothing is asked for; gives all that was."""
        told: Requested = defaultdict(set)
        for _ in range(MOST_ROUNDS):
            requested = self.tick()
            if not requested:
                return dict(told)
            for step in self._chosen:
                days = sorted(set().union(*(requested.get(table.full_name, set()) for table in step.tables)))
                for span in spans(days):
                    homes.run_on(self._instance, self._platform, span, [step])
            for name, days_of in requested.items():
                told[name] |= days_of
        raise AssertionError(f"still asking after {MOST_ROUNDS} ticks: {requested}")

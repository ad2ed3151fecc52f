"""When a table remakes itself.

A partition of a derived table is asked for when the content of something it reads has changed, whatever its date, and
when it is missing although everything it reads is there: at once and every hour within the last week, every morning
however old it is. What failed, raw or derived, is asked for again the next morning, be there an older partition or not.
The content of a partition is its data version, so the same facts again ask for nothing.

Operands that are edges: ``data_version_changed``, ``will_be_requested``, ``newly_requested``, ``newly_updated``,
``initial_evaluation``, ``newly_true``, ``cron_tick_passed``. Levels, which stay true until something changes them:
``missing``, ``any_deps_missing``, ``in_progress``, ``execution_failed``. A level never asks for anything by itself: it
only holds back, or is made an edge.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import dagster as dg

from nba_props.contracts.table import Table
from nba_props.game_calendar import LEAGUE_TIME_ZONE
from nba_props.orchestration.partitions import DAYS_AHEAD
from nba_props.orchestration.step import Read, Step

HEALED_WITHIN = timedelta(days=7)

ASKED_AGAIN = "0 * * * *"
"""When a date that is still missing is asked for again."""

EVERY_HOLE_ASKED = "30 9 * * *"
"""When every date that is missing, and every one that failed, is asked for, however old; New York time."""

RECORDED_WITHIN = timedelta(days=DAYS_AHEAD + 1)
"""The calendar's last dates down to yesterday, whose last minutes are told after midnight."""


def condition(step: Step, table: Table) -> dg.AutomationCondition[dg.AssetKey]:
    """The condition of a table of a step.

    What reads the same date is asked for together with it, so that one run makes a date from top to bottom; what reads
    a window waits until its content has changed, or else a remade date would remake all that come after it.

    Windows of history hold nothing back (their early dates precede the calendar), nor do odds and tables of sources
    that others stand in for, and a table that is not partitioned by date (the model registry) wakes nothing:
    predictions use the newest models when they are next made.
    """
    ac = dg.AutomationCondition
    reads, awaited = step.reads_for(table), step.awaited_by(table)
    wholes = _selection(read for read in reads if read.table.partition is None)
    never_awaited = wholes | _selection(read for read in reads if read.table not in awaited)
    windows = _selection(read for read in reads if read.is_window)
    handled = ac.newly_requested() | ac.newly_updated() | ac.initial_evaluation()
    deps_changed = ac.any_deps_match(ac.data_version_changed()).ignore(wholes)
    deps_follow = ac.any_deps_match(ac.will_be_requested()).ignore(wholes | windows)
    deps_missing = ac.any_deps_missing().ignore(never_awaited)
    deps_busy = ac.any_deps_in_progress()
    # Dagster keeps the state of a ``since`` under the names of its two operands: no two here may have the same ones.
    on_change = (deps_changed | deps_follow).since(handled)
    is_hole = ac.missing() & ac.in_latest_time_window(HEALED_WITHIN) & ~ac.execution_failed()
    asks_again = ac.missing().newly_true() | ac.cron_tick_passed(ASKED_AGAIN)
    on_hole = is_hole & asks_again.since(ac.newly_requested())
    every_hole = ac.missing() & ac.cron_tick_passed(EVERY_HOLE_ASKED, LEAGUE_TIME_ZONE).since(ac.newly_requested())
    # What awaits nothing could be made of any date of the calendar, be it before anything was collected.
    on_any_hole = on_hole | every_hole if awaited else on_hole
    asked = on_change | on_any_hole | _failed_by_morning()
    return (asked & ~deps_missing & ~deps_busy & ~ac.in_progress()).with_label(
        "an input changed, or the date is missing or failed"
    )


def failure_condition() -> dg.AutomationCondition[dg.AssetKey]:
    """The condition of a raw table: a sensor has it made of what was archived, and once more only if that failed."""
    ac = dg.AutomationCondition
    return (_failed_by_morning() & ~ac.in_progress()).with_label("the date failed")


def _failed_by_morning() -> dg.AutomationCondition[dg.AssetKey]:
    """True at one tick a day; what failed is looked for at that tick only."""
    ac = dg.AutomationCondition
    return ac.cron_tick_passed(EVERY_HOLE_ASKED, LEAGUE_TIME_ZONE) & ac.execution_failed()


def record_condition() -> dg.AutomationCondition[dg.AssetKey]:
    """What was fetched and tried is written down every ten minutes; the same again wakes nothing."""
    ac = dg.AutomationCondition
    is_due = ac.cron_tick_passed("*/10 * * * *", LEAGUE_TIME_ZONE) & ac.in_latest_time_window(RECORDED_WITHIN)
    return (is_due & ~ac.in_progress()).with_label("every ten minutes")


def absence_condition(step: Step, table: Table) -> dg.AutomationCondition[dg.AssetKey]:
    """What tells of absence changes as time passes, too: what was not due yet is missing later."""
    return (condition(step, table) | record_condition()).with_label("an input changed, or ten minutes have passed")


def models_condition() -> dg.AutomationCondition[dg.AssetKey]:
    """Models are looked at once a day; unchanged training rows train nothing."""
    ac = dg.AutomationCondition
    return (ac.cron_tick_passed("0 10 * * *", LEAGUE_TIME_ZONE) & ~ac.in_progress()).with_label("daily at 10:00")


def _selection(reads: Iterable[Read]) -> dg.AssetSelection:
    return dg.AssetSelection.assets(*(dg.AssetKey(read.table.asset_key) for read in reads))

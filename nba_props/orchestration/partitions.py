"""Daily partitions by game date in New York, and the mappings between them."""

from __future__ import annotations

from datetime import date

import dagster as dg

from nba_props.game_calendar import LEAGUE_TIME_ZONE, DateRange

DAYS_AHEAD = 2
"""The calendar ends tomorrow: lines open the evening before."""


def daily_partitions(first_date: date) -> dg.DailyPartitionsDefinition:
    """Game dates from the first one of the calendar to tomorrow."""
    return dg.DailyPartitionsDefinition(
        start_date=first_date.isoformat(), timezone=LEAGUE_TIME_ZONE, end_offset=DAYS_AHEAD
    )


def window_mapping(days_before: int, includes_date: bool) -> dg.TimeWindowPartitionMapping:
    """Dates from so many before a date up to it, or up to the day before."""
    return dg.TimeWindowPartitionMapping(
        start_offset=-days_before,
        end_offset=0 if includes_date else -1,
        allow_nonexistent_upstream_partitions=True,
    )


def range_of(partition_keys: list[str]) -> DateRange:
    """The dates that a run covers."""
    days = [date.fromisoformat(key) for key in partition_keys]
    return DateRange(min(days), max(days))

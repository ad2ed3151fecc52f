"""A range is parted into runs by dates and by what is archived of them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

from nba_props.game_calendar import DateRange
from nba_props.orchestration.platform import Platform
from nba_props.orchestration.runs import chunks_of
from nba_props_tests.orchestration import homes
from nba_props_tests.upstreams.exchanges import EVENTS_URL, event

FIRST = date(2025, 1, 6)
WEEK = DateRange(FIRST, FIRST + timedelta(days=6))


def platform_of(home: Path, **changes: str) -> Platform:
    return Platform.of(homes.settings_of(home, **changes), lambda: homes.COLLECTED_AT)


def archive_of_date(platform: Platform, day: date, size: int) -> None:
    """One answer that speaks of the date, some bytes long."""
    told = [event(id=f"{day}", commence_time=f"{day}T20:00:00Z", padding="x" * size)]
    homes.archive(platform.archive, f"{day}", EVENTS_URL, json.dumps(told).encode(), homes.COLLECTED_AT)


def lengths(platform: Platform) -> list[int]:
    chunks = chunks_of(WEEK, platform)
    assert [day for chunk in chunks for day in chunk] == list(WEEK)
    return [len(chunk) for chunk in chunks]


def test_dates_of_which_little_is_archived_are_parted_by_their_number(tmp_path: Path) -> None:
    assert lengths(platform_of(tmp_path / "whole")) == [7]
    assert lengths(platform_of(tmp_path / "parted", BACKFILL_CHUNK_DAYS="3")) == [3, 3, 1]


def test_a_run_reads_no_more_than_memory_has_room_for_and_a_single_date_is_never_parted(tmp_path: Path) -> None:
    platform = platform_of(tmp_path, BACKFILL_CHUNK_MEGABYTES="0.1")
    for offset, size in {1: 60_000, 2: 60_000, 3: 300_000, 5: 10_000}.items():
        archive_of_date(platform, FIRST + timedelta(days=offset), size)
    assert lengths(platform) == [2, 1, 1, 3]

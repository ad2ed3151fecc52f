"""Small archives for tests: exchanges in the upstreams' layouts, a clock that stands, an archive in a folder."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from nba_props.archive.store import Archive, Exchange
from nba_props.game_calendar import DateRange
from nba_props.upstreams.classification import classify
from nba_props_tests.upstreams.exchanges import EVENTS_URL, SCHEDULE_URL, event, game, schedule

NOW = datetime(2025, 1, 5, 23, 0, tzinfo=UTC)
DAY = date(2025, 1, 5)
DATES = DateRange.of(DAY)


def archive(folder: Path) -> Archive:
    return Archive(folder, classify)


def exchange(url: str, body: Any, minutes: float = 0, status: int = 200, **told: Any) -> Exchange:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = told.pop("headers", (("Content-Type", "application/json"),))
    return Exchange(url, status, headers, content, NOW + timedelta(minutes=minutes), **told)


def events(minutes: float = 0, status: int = 200, **changes: Any) -> Exchange:
    return exchange(EVENTS_URL, [event(**changes)], minutes, status)


def schedules(minutes: float = 0, status: int = 200, season: str = "2024-25", **changes: Any) -> Exchange:
    return exchange(SCHEDULE_URL, schedule(game(**changes), season=season), minutes, status)


def every_byte(folder: Path) -> bytes:
    """All that the folder holds, WARC files unpacked."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    unpacked = [gzip.decompress(path.read_bytes()) for path in files if path.suffix == ".gz"]
    return b"\n".join([*(path.read_bytes() for path in files), *unpacked])

"""Homes for tests of the graph: eight dates of a simulated league, collected over HTTP once, copied for each test.

Schedule, logs of box scores and odds are there for all dates, every other source for two of them.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from nba_props import commands
from nba_props.archive.store import Archive, Exchange
from nba_props.collection import Upstreams, collect_range
from nba_props.game_calendar import DateRange, eastern_moment
from nba_props.orchestration.assets import assets_of
from nba_props.orchestration.graph import STEPS, graph_assets
from nba_props.orchestration.partitions import daily_partitions
from nba_props.orchestration.platform import Platform
from nba_props.orchestration.runs import ChunkResult, materialize_range, resources
from nba_props.orchestration.step import Step
from nba_props.settings import Settings, load_settings
from nba_props.simulator import League, ManualClock, serve
from nba_props.upstreams import nba_com
from nba_props.upstreams.classification import classify
from nba_props.upstreams.nba_requests import box_score_request

FIRST = date(2025, 1, 6)
DATES = DateRange(FIRST, FIRST + timedelta(days=7))
TODAY = DATES.last + timedelta(days=1)
DETAILED = DateRange(FIRST + timedelta(days=3), FIRST + timedelta(days=4))
"""Dates of which every source was asked; sources that others stand in for owe something from the first of them."""

COLLECTED_AT = eastern_moment(TODAY, time(12))
SEED = 5
KEY = "simulated"
KEYS = dict.fromkeys(("ODDS_API_KEY", "BETTINGPROS_KEY", "BALLDONTLIE_KEY"), KEY)
URLS = tuple(name.upper() for name in Settings.model_fields if name.endswith("_url") and "proxy" not in name)

ASSET_CHECK_EVALUATION = dg.DagsterEventType.ASSET_CHECK_EVALUATION

_collected: dict[str, Path] = {}


def league() -> League:
    """The league that all homes are of."""
    return League(seed=SEED, today=TODAY, history_seasons=0)


def settings_of(home: Path, url: str | None = None, **changes: str) -> Settings:
    """Settings of a home; without a URL no upstream can be reached."""
    told = dict.fromkeys(URLS, url or "http://127.0.0.1:9")
    told |= {"HOME": str(home), "PACING_SECONDS": "0", "RETRY_ATTEMPTS": "1", "FIRST_DATE": FIRST.isoformat()}
    return load_settings({f"NBA_PROPS_{name}": value for name, value in (told | changes).items()})


def collected_home(temporary: pytest.TempPathFactory) -> Path:
    """A home that holds the archive of all dates and nothing else; collected once a test session."""
    if "home" not in _collected:
        home = temporary.mktemp("collected")
        clock = ManualClock(COLLECTED_AT)
        with serve(league(), clock) as url:
            settings = settings_of(home, url, **KEYS)
            done = collect_range(Upstreams(settings, archive_of(settings, clock), clock), DATES, detail_dates=DETAILED)
        assert [failure for each in done for failure in each.failures] == []
        _collected["home"] = home
    return _collected["home"]


def archive_of(settings: Settings, clock: Callable[[], datetime]) -> Archive:
    """The archive of a home."""
    return Archive(settings.archive_path, classify)


def copied(source: Path, home: Path, **changes: str) -> Settings:
    """Settings of a new home with the archive of another."""
    shutil.copytree(source / "archive", home / "archive")
    return settings_of(home, **changes)


def run(settings: Settings, dates: DateRange, steps: Sequence[Step] = STEPS) -> list[ChunkResult]:
    """What the commands do for a range: all steps over the dates on the home's own Dagster instance."""
    phase = commands.Phase("tables", tuple(steps), dates, len(steps))
    return list(commands.run_phase(settings, phase, lambda step: None))


def run_on(instance: dg.DagsterInstance, platform: Platform, dates: DateRange, steps: Sequence[Step]) -> None:
    """The steps over the dates as one range run on an instance; whether it succeeds is not looked at."""
    assets = graph_assets(platform.settings.first_date)
    list(materialize_range(assets, steps, dates, platform, instance))


def native_run(
    instance: dg.DagsterInstance, platform: Platform, steps: Sequence[Step], day: date
) -> dg.ExecuteInProcessResult:
    """The steps for one date, the way that the UI and automation start them."""
    return dg.materialize(
        assets_of(steps, daily_partitions(platform.settings.first_date)),
        partition_key=day.isoformat(),
        instance=instance,
        resources=resources(platform),
        raise_on_error=False,
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
    )


def tables_of(settings: Settings) -> dict[str, bytes]:
    """Every file of the warehouse."""
    root = settings.warehouse_path
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def box_scores(settings: Settings, day: date) -> tuple[str, dict[str, Any]]:
    """URL and body of the game log of one date, as if only that date had been asked for."""
    archive = archive_of(settings, lambda: COLLECTED_AT)
    (payload,) = archive.payloads(nba_com.PLAYER_BOX_SCORES.source, nba_com.PLAYER_BOX_SCORES.name, DateRange.of(day))
    body = json.loads(payload.body)
    (result,) = body["resultSets"]
    at = result["headers"].index("GAME_DATE")
    result["rowSet"] = [row for row in result["rowSet"] if row[at] == day.isoformat()]
    return box_score_request(settings, DateRange.of(day)).url, body


def game_ids(body: Mapping[str, Any]) -> list[str]:
    """The games of a game log, in order."""
    (result,) = body["resultSets"]
    at = result["headers"].index("GAME_ID")
    return sorted({row[at] for row in result["rowSet"]})


def without_game(body: dict[str, Any], game_id: str) -> dict[str, Any]:
    """The game log less one game."""
    (result,) = body["resultSets"]
    at = result["headers"].index("GAME_ID")
    rows = [row for row in result["rowSet"] if row[at] != game_id]
    return {**body, "resultSets": [{**result, "rowSet": rows}]}


def corrected(body: dict[str, Any]) -> dict[str, Any]:
    """The game log with one more rebound of its first line, and one more in all."""
    (result,) = body["resultSets"]
    places = [result["headers"].index(name) for name in ("DREB", "REB")]
    rows = [list(row) for row in result["rowSet"]]
    for place in places:
        rows[0][place] += 1
    return {**body, "resultSets": [{**result, "rowSet": rows}]}


def archive(archive: Archive, name: str, url: str, body: Any, fetched_at: datetime) -> None:
    """Put one JSON answer into an archive."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    archive.store(name, [Exchange(url, 200, (("Content-Type", "application/json"),), content, fetched_at)])


def evaluations(events: Iterable[dg.DagsterEvent], table: str, check: str) -> dict[str | None, Any]:
    """The evaluations of one check in a run, by partition; the summary over a range is under None."""
    found = [event.asset_check_evaluation_data for event in events if event.event_type is ASSET_CHECK_EVALUATION]
    key = dg.AssetKey(table.split("."))
    return {each.partition: each for each in found if each.asset_key == key and each.check_name == check}

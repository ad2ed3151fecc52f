"""Whole recorded seasons, from archived payloads to the feature store through Dagster with its embedded storage.

The seconds, megabytes and their limits are those that are promised of two cores without other work. How the time grows
with the seasons is a ratio of processor seconds, which other work hardly touches.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from nba_props import commands
from nba_props.contracts import precompute, raw
from nba_props.game_calendar import DateRange
from nba_props.orchestration.platform import Platform
from nba_props.orchestration.step import Step
from nba_props.settings import Settings
from nba_props.upstreams import odds_api
from nba_props.warehouse.parquet import prepare
from nba_props_tests.benchmarks.graph import read_of
from nba_props_tests.benchmarks.inputs import recordings
from nba_props_tests.benchmarks.measuring import Limit, Measurement, Section, in_own_process, peak_megabytes, times
from nba_props_tests.orchestration.automating import remade_with
from nba_props_tests.upstreams.line_moves import moved, prop_snapshots

SEASONS = (
    DateRange(date(2021, 10, 19), date(2022, 6, 16)),
    DateRange(date(2022, 10, 18), date(2023, 6, 12)),
    DateRange(date(2023, 10, 24), date(2024, 6, 17)),
    DateRange(date(2024, 10, 22), date(2025, 6, 22)),
)
LAST = SEASONS[-1]
GOAL = precompute.FEATURE_STORE
SEASON_SECONDS, SEASON_MEGABYTES, FUNCTION_SECONDS, SLATE_SECONDS = 150.0, 3000.0, 10.0, 3.0
GROWTH = 1.5
"""How many times the processor seconds of a season alone the same one may take after three others."""

MOVES = 3
_MOVED_BY = 1.0


@dataclass(frozen=True)
class Made:
    """What making some dates took: wall and processor seconds, and the process's greatest memory so far, MB."""

    seconds: float
    processor_seconds: float
    peak: float


def seasons(folder: Path) -> Section:
    """The last season alone, its functions, all four in a row, and a slate after its lines have moved."""
    if not recordings().is_dir():
        return Section("Seasons: nothing is recorded", ())
    alone, four = folder / "alone", folder / "four"
    commands.import_files(_settings(alone), commands.warc_files([recordings()]), lambda file: None)
    shutil.copytree(alone, four)
    (season,) = in_own_process(_seasons_made, alone, [LAST])
    functions, others = in_own_process(_functions_alone, alone, LAST)
    row = in_own_process(_seasons_made, four, SEASONS)
    slate, rows = in_own_process(_slates_made, four, SEASONS[2])
    steps = _steps(_settings(alone), LAST)
    tables = sum(len(step.tables) for step in steps)
    return Section(
        f"Seasons: {len(steps)} steps, {tables} tables; {LAST} has {len(LAST)} dates",
        (
            *_of_season(season, functions, others),
            *_of_growth(season, row),
            *_of_slate(slate, rows),
        ),
    )


def _of_season(season: Made, functions: float, others: float) -> list[Measurement]:
    rest = season.seconds - functions - others
    return [
        Measurement(
            "a season, archive to feature store, through Dagster",
            season.seconds,
            f"{len(LAST) / season.seconds:.1f} dates/s",
            f"{season.processor_seconds:.0f} s of processor; {times(season.seconds, functions, 'the functions')}",
            _at_most(season.seconds, SEASON_SECONDS, "s"),
        ),
        Measurement(
            "  its memory", 0.0, "", f"peak {season.peak:,.0f} MB", _at_most(season.peak, SEASON_MEGABYTES, "MB")
        ),
        Measurement("  the table functions alone", functions, "", "", _at_most(functions, FUNCTION_SECONDS, "s")),
        Measurement("  conforming, validating, serialising, hashing alone", others),
        Measurement(
            "  the rest: files, events, checks, Dagster's steps", rest, "", f"{rest / season.seconds:.0%} of it"
        ),
    ]


def _of_growth(alone: Made, row: Sequence[Made]) -> list[Measurement]:
    ratio = row[-1].processor_seconds / alone.processor_seconds
    limit = Limit(ratio, GROWTH, False, f"{GROWTH:g}x a season alone at most")
    cumulated = [
        Measurement(
            f"{number} seasons in a row" if number > 1 else "one season of four",
            sum(made.seconds for made in row[:number]),
            "",
            f"{sum(made.processor_seconds for made in row[:number]):.0f} s of processor",
        )
        for number in range(1, len(row) + 1)
    ]
    told = f"{ratio:.2f}x the processor seconds of the same season alone"
    return [
        *cumulated,
        Measurement("  the last of them", row[-1].seconds, "", told, limit),
    ]


def _of_slate(slate: Made, rows: int) -> list[Measurement]:
    what = f"a slate after a move of all its lines, warm process ({rows:,} feature rows)"
    limit = _at_most(slate.seconds, SLATE_SECONDS, "s")
    return [Measurement(what, slate.seconds, "", f"{slate.processor_seconds:.1f} s of processor", limit)]


def _at_most(measured: float, bound: float, unit: str) -> Limit:
    return Limit(measured, bound, False, f"{bound:g} {unit} at most")


def _settings(home: Path, first: date = LAST.first) -> Settings:
    return Settings(home=home, first_date=first)


def _steps(settings: Settings, dates: DateRange) -> tuple[Step, ...]:
    """What a backfill up to the feature store runs: no raw steps of sources of which nothing is archived."""
    return commands.phases(settings, dates, [GOAL.full_name])[-1].steps


def _seasons_made(home: Path, chosen: Sequence[DateRange]) -> list[Made]:
    settings = _settings(home, chosen[0].first)
    return [_made(settings, _steps(settings, dates), dates) for dates in chosen]


def _made(settings: Settings, steps: Sequence[Step], dates: DateRange) -> Made:
    started, busy = time.perf_counter(), time.process_time()
    phase = commands.Phase("tables", tuple(steps), dates, len(steps))
    results = list(commands.run_phase(settings, phase, lambda step: None))
    taken = Made(time.perf_counter() - started, time.process_time() - busy, peak_megabytes())
    failures = [failure for result in results for failure in result.failures]
    if failures or not all(result.succeeded for result in results):
        raise RuntimeError(f"the graph failed over {dates}: {failures[:3]}")
    return taken


def _functions_alone(home: Path, dates: DateRange) -> tuple[float, float]:
    """Seconds of every step's function over what is stored, and of preparing what they made for storage."""
    settings = _settings(home, dates.first)
    around = Platform.of(settings).surroundings()
    functions = others = 0.0
    for step in _steps(settings, dates):
        started = time.perf_counter()
        made = step.build(dates, read_of(step, dates, around), around)
        functions += time.perf_counter() - started
        started = time.perf_counter()
        for table in step.tables:
            prepare(table, made[table.full_name], dates if table.partition else [])
        others += time.perf_counter() - started
    return functions, others


def _slates_made(home: Path, season: DateRange) -> tuple[Made, int]:
    """The best of a few slates of the date with most odds, each after all its lines moved; and its feature rows."""
    settings = _settings(home, SEASONS[0].first)
    platform = Platform.of(settings)
    sizes = platform.archive.index.body_bytes(season)
    slate = DateRange.of(max(sizes, key=lambda day: sizes[day]))
    steps = _remade(_steps(settings, slate))
    told = prop_snapshots(platform.archive, slate)
    _made(settings, steps, slate)  # the process is warm from here on
    taken = []
    for number in range(1, MOVES + 1):
        before = platform.warehouse.scan(GOAL, slate).collect()
        later = [moved(payload, minutes=number, by=_MOVED_BY * number) for payload in told]
        platform.archive.store(f"moved/{slate}-{number}", later)
        taken.append(_made(settings, steps, slate))
        if platform.warehouse.scan(GOAL, slate).collect().equals(before):
            raise RuntimeError(f"the lines of {slate} have moved, and no feature with them")
    return min(taken, key=lambda made: made.seconds), before.height


def _remade(steps: Sequence[Step]) -> list[Step]:
    """The raw step of the odds, and what automation asks for when all it brought are other lines."""
    asked = remade_with(steps, [raw.ODDS_PLAYER_PROPS.full_name, raw.ODDS_GAME_LINES.full_name])
    return [
        step
        for step in steps
        if step.name == odds_api.UPSTREAM.source or any(table.full_name in asked for table in step.tables)
    ]

"""What the commands do, without printing: each opens the platform of the settings and uses the graph."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl
from warcio.exceptions import ArchiveLoadFailed

from nba_props.collection import Progress, Upstreams, collect_range, requests_of
from nba_props.contracts import conformed, precompute, predictions
from nba_props.contracts.table import Table
from nba_props.game_calendar import DateRange, game_date_of, spans
from nba_props.orchestration.alerting import tell_of_sources
from nba_props.orchestration.collecting import due_now
from nba_props.orchestration.graph import STEPS, graph_assets
from nba_props.orchestration.instance import open_instance
from nba_props.orchestration.platform import Platform
from nba_props.orchestration.runs import ChunkResult, chunks_of, materialize_range, steps_up_to
from nba_props.orchestration.step import Step
from nba_props.orchestration.steps.operations import expected_outputs_of
from nba_props.predictions import backtest as backtesting
from nba_props.publishing import board as board_table
from nba_props.settings import Settings
from nba_props.upstreams.registry import UPSTREAMS
from nba_props.warehouse import sql as warehouse_sql

HISTORY_TABLES = (precompute.FEATURE_STORE.full_name, conformed.PLAYERS.full_name)
"""What a range needs of the dates before it: form, identities, and rows to train on."""


OFF_SEASON_DAYS = 30
"""Stretches of the calendar without a game of at least so many days are left out of history."""


@dataclass
class Imported:
    """What an import found and brought."""

    payloads: int = 0
    new: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Phase:
    """A stretch of work: some steps over a range of dates."""

    label: str
    steps: tuple[Step, ...]
    dates: DateRange
    total: int


def warc_files(paths: Sequence[Path]) -> list[Path]:
    """The WARC files among the paths and below the folders among them, in order."""
    found: list[Path] = []
    for path in paths:
        inside = sorted([*path.rglob("*.warc.gz"), *path.rglob("*.warc")]) if path.is_dir() else [path]
        found.extend(inside)
    return found


def import_files(settings: Settings, files: Sequence[Path], done: Callable[[str], None]) -> Imported:
    """Import recordings; a file that is no WARC file is refused and told, the others are imported."""
    archive = Platform.of(settings).archive
    archive.reconcile()
    result = Imported()
    for path in files:
        try:
            payloads, new = archive.import_file(path)
        except (ArchiveLoadFailed, OSError, EOFError) as error:
            result.refused.append((str(path), str(error)))
        else:
            result.payloads += payloads
            result.new += new
        done(path.name)
    return result


def collect(
    settings: Settings,
    dates: DateRange,
    odds_dates: DateRange | None = None,
    detail_dates: DateRange | None = None,
    progress: Progress | None = None,
) -> list[str]:
    """Collect a range from the upstreams; gives what could not be had."""
    platform = Platform.of(settings)
    platform.archive.reconcile()
    upstreams = Upstreams(settings, platform.archive, platform.clock)
    attempts = collect_range(upstreams, dates, odds_dates, detail_dates, progress)
    return [failure for attempt in attempts for failure in attempt.failures]


def collect_due(settings: Settings) -> list[str]:
    """Collect what the planner finds due now, as the collection sensor does; gives what could not be had."""
    platform = Platform.of(settings)
    upstreams = Upstreams(settings, platform.archive, platform.clock)
    attempt = upstreams.collect(requests_of(due, settings) for due in due_now(platform))
    return attempt.failures


def make(settings: Settings, dates: DateRange, up_to: Sequence[str]) -> list[str]:
    """Make tables and all upstream of them for the dates alone, from what is archived; gives what failed."""
    steps = tuple(steps_up_to(STEPS, up_to))
    phase = Phase(f"tables {dates}", steps, dates, len(steps))
    return [failure for result in run_phase(settings, phase, lambda step: None) for failure in result.failures]


def look_for_problems(settings: Settings, log: logging.Logger) -> None:
    """Open and close alerts about collection, as the alert sensor does."""
    tell_of_sources(Platform.of(settings), log)


def attempts(settings: Settings) -> pl.DataFrame:
    """Every try of the last two days, as it stands in the archive's index."""
    platform = Platform.of(settings)
    today = DateRange.of(game_date_of(platform.clock()))
    return platform.archive.index.attempts_frame(today.widened(before=1))


def stored(settings: Settings, table: Table, dates: DateRange | None = None) -> pl.DataFrame:
    """A stored table, whole or of some dates."""
    return Platform.of(settings).warehouse.scan(table, dates).collect()


def unknown_tables(names: Sequence[str]) -> list[str]:
    """Names that no step makes."""
    made = {table.full_name for step in STEPS for table in step.tables}
    return [name for name in names if name not in made]


def phases(settings: Settings, dates: DateRange, up_to: Sequence[str] | None) -> list[Phase]:
    """The work that a range takes: its history where that is archived but not made, then the range itself."""
    chosen, before = steps_up_to(STEPS, up_to or ()), steps_up_to(STEPS, HISTORY_TABLES)
    platform = Platform.of(settings)
    stretches = [("history", before, span) for span in _history(platform, dates)]
    stretches.append(("tables", chosen, dates))
    made = [(label, _with_something_to_make(platform, steps, span), span) for label, steps, span in stretches]
    return [
        Phase(f"{label} {span}", steps, span, len(steps) * len(chunks_of(span, platform)))
        for label, steps, span in made
    ]


def _with_something_to_make(platform: Platform, steps: Sequence[Step], dates: DateRange) -> tuple[Step, ...]:
    """The steps without raw ones of sources that others stand in for and of which nothing is archived for the dates."""
    told = platform.archive.index.sources_of(dates)
    empty = {each.source for each in UPSTREAMS if not each.is_required and each.source not in told}
    return tuple(step for step in steps if step.name not in empty)


def _history(platform: Platform, dates: DateRange) -> list[DateRange]:
    """The stretches before the range that the archive speaks of and the feature store lacks; off-seasons part them."""
    stored = set(platform.warehouse.days(precompute.FEATURE_STORE))
    first_date = platform.settings.first_date
    lacking = [
        day for day in platform.archive.index.game_dates() if first_date <= day < dates.first and day not in stored
    ]
    return list(spans(lacking, OFF_SEASON_DAYS))


def run_phase(settings: Settings, phase: Phase, step_done: Callable[[str], None]) -> Iterator[ChunkResult]:
    """Materialize a phase chunk by chunk, on the home's Dagster instance."""
    platform = Platform.of(settings)
    platform.archive.reconcile()
    platform.warehouse.sweep()
    with open_instance(settings) as instance:
        assets = graph_assets(settings.first_date)
        yield from materialize_range(assets, phase.steps, phase.dates, platform, instance, step_done)


def judge(settings: Settings, dates: DateRange, up_to: Sequence[str] | None = None) -> pl.DataFrame:
    """The verdict on every table (or those made on the way to ``up_to``) and date, from what is stored now."""
    judged = expected_outputs_of(dates, Platform.of(settings).surroundings())
    if not up_to:
        return judged
    made = [table.full_name for step in steps_up_to(STEPS, up_to) for table in step.tables]
    return judged.filter(pl.col("table").is_in(made))


def health_dates(settings: Settings, first: date | None, last: date | None) -> DateRange | None:
    """The range to judge: as asked, else from the first archived date of the calendar to the last, or today."""
    platform = Platform.of(settings)
    today = game_date_of(platform.clock())
    archived = [day for day in platform.archive.index.scheduled_dates() if settings.first_date <= day <= today]
    if not archived and (first is None or last is None):
        return None
    return DateRange(first or archived[0], last or archived[-1])


def board(settings: Settings, dates: DateRange, system: str, market: str | None) -> pl.DataFrame:
    """The board of a system for some dates; of today only the games that have not begun."""
    platform = Platform.of(settings)
    warehouse, now = platform.warehouse, platform.clock()
    predicted = warehouse.scan(predictions.PLAYER_PROP_PREDICTIONS, dates).filter(pl.col("system") == system)
    if market is not None:
        predicted = predicted.filter(pl.col("market") == market)
    known = dates.widened(before=400)
    return board_table.build(
        dates,
        player_prop_predictions=predicted,
        games=warehouse.scan(conformed.GAMES, dates),
        players=warehouse.scan(conformed.PLAYERS, known),
        not_before=now if dates.last >= game_date_of(now) else None,
    )


def backtest(settings: Settings, dates: DateRange) -> pl.DataFrame:
    """Every system's record over the dates by market."""
    grades = Platform.of(settings).warehouse.scan(predictions.PREDICTION_GRADES, dates)
    return backtesting.backtest(grades.collect())


def sql(settings: Settings, statement: str) -> pl.DataFrame:
    """Result of one reading statement."""
    return warehouse_sql.query(Platform.of(settings).warehouse, statement)

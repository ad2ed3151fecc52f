"""The command line: thin, over the same graph. Exit status 0 only if everything asked for is complete."""

import json
import logging
import sys
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, NoReturn

import duckdb
import polars as pl
import typer
from rich.console import Console
from rich.progress import Progress, TaskID

from nba_props.game_calendar import DateRange, game_date_of
from nba_props.orchestration import notices
from nba_props.settings import Settings, SettingsError, load_settings

notices.silence()

PIPED_WIDTH = 170
"""Columns of tables that are not printed to a terminal."""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="NBA player props as one asset graph: import or collect, materialize, look, ask.",
)
console = Console(width=None if sys.stdout.isatty() else PIPED_WIDTH)
errors = Console(stderr=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
Day = Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="Game date, YYYY-MM-DD (New York).")]
Tables = Annotated[
    list[str] | None,
    typer.Option("--up-to", help="Make only this table (layer.name) and what it needs; may be given again."),
]
Collect = Annotated[bool, typer.Option("--collect", help="First collect the dates from the upstreams.")]


class SystemName(StrEnum):
    """Prediction systems."""

    market = "market"
    moving_average_baseline = "moving_average_baseline"
    gradient_boosting = "gradient_boosting"


@app.command("import")
def import_recordings(paths: Annotated[list[Path], typer.Argument(exists=True, help="WARC files or folders.")]) -> None:
    """Put WARC recordings into the archive; what is there already is left as it is."""
    from nba_props import commands

    files = commands.warc_files(paths)
    with _progress() as progress:
        task = progress.add_task("importing", total=len(files))
        result = commands.import_files(
            _settings(), files, lambda name: progress.update(task, advance=1, description=name)
        )
    console.print(f"{result.new} of {result.payloads} payloads in {len(files)} files are new")
    for name, reason in result.refused:
        errors.print(f"[red]{name}: {reason}")
    _exit_unless(not result.refused)


@app.command()
def collect(
    first: Day,
    last: Annotated[datetime | None, typer.Argument(formats=["%Y-%m-%d"])] = None,
    details: Annotated[
        bool, typer.Option("--details", help="Every other source too, game by game; takes its time.")
    ] = False,
) -> None:
    """Collect schedules, box scores and odds for a range of dates from the upstreams."""
    dates = _dates(first, last)
    _exit_unless(_collected(_settings(), dates, detail_dates=dates if details else None))


@app.command()
def run(day: Day, up_to: Tables = None, collect: Collect = False, as_json: Json = False) -> None:
    """Materialize everything for one date."""
    _materialize(DateRange.of(day.date()), up_to, collect, as_json)


@app.command()
def backfill(
    first: Day,
    last: Day,
    up_to: Tables = None,
    collect: Collect = False,
    as_json: Json = False,
) -> None:
    """Materialize everything for a range of dates, and first the history before it that is archived but not made."""
    _materialize(_dates(first, last), up_to, collect, as_json)


@app.command()
def board(
    day: Annotated[datetime | None, typer.Argument(formats=["%Y-%m-%d"], help="Game date; today without one.")] = None,
    system: Annotated[SystemName, typer.Option(help="Whose predictions.")] = SystemName.gradient_boosting,
    market: Annotated[str | None, typer.Option(help="Only this market.")] = None,
    top: Annotated[int, typer.Option(help="Rows shown; 0 for all.")] = 25,
    as_json: Json = False,
) -> None:
    """Predictions of a date against the books' offers, best expected value first."""
    from nba_props import commands, terminal

    settings = _settings()
    shown = DateRange.of(_today(settings) if day is None else day.date())
    rows = commands.board(settings, shown, system.value, market)
    if as_json:
        _print_json(rows.head(top) if top else rows)
    else:
        terminal.print_board(console, rows.head(top) if top else rows, rows.height, shown.first, system.value)
    _exit_unless(rows.height > 0)


@app.command()
def health(
    first: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"])] = None,
    last: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"])] = None,
    as_json: Json = False,
) -> None:
    """What every table should have and has, from the first archived date to the last."""
    from nba_props import commands

    settings = _settings()
    dates = commands.health_dates(settings, first and first.date(), last and last.date())
    if dates is None:
        _fail("nothing is archived yet; import recordings or collect first")
    _exit_unless(_show_health(commands.judge(settings, dates), dates, as_json))


@app.command()
def sql(statement: str, as_json: Json = False) -> None:
    """Run one reading statement over every table, named layer.table."""
    from nba_props import commands, terminal
    from nba_props.warehouse.sql import QueryRefused

    try:
        result = commands.sql(_settings(), statement)
    except (QueryRefused, duckdb.Error) as error:
        _fail(str(error))
    if as_json:
        _print_json(result)
    else:
        terminal.print_frame(console, result)


@app.command()
def backtest(first: Day, last: Day, as_json: Json = False) -> None:
    """Every system's record over a range by market, beside the market's own on identical rows."""
    from nba_props import commands, terminal

    dates = _dates(first, last)
    result = commands.backtest(_settings(), dates)
    if as_json:
        _print_json(result)
    else:
        terminal.print_backtest(console, result, dates)
    _exit_unless(result.height > 0)


@app.command()
def dev(
    simulated: Annotated[
        bool, typer.Option("--simulated", help="Against the simulated league, in a home of its own.")
    ] = False,
    port: Annotated[int, typer.Option(help="Port of the UI on 127.0.0.1.")] = 3000,
) -> None:
    """Open the Dagster UI with sensors and automation running."""
    from nba_props import development

    raise typer.Exit(development.serve_ui(_settings(), port, console, simulated=simulated))


@app.command()
def demo(
    days: Annotated[int, typer.Option(help="Days of odds to collect before tonight.", min=2, max=60)] = 14,
) -> None:
    """Collect a simulated league over HTTP, materialize the whole graph, show tonight's board and the record."""
    from nba_props import commands, demonstration, development, terminal

    with development.simulated_world(_settings()) as world:
        settings = world.settings
        tonight = _today(settings)
        history = DateRange(settings.first_date, tonight)
        season = DateRange(tonight - timedelta(days=days), tonight)
        details = DateRange(tonight - timedelta(days=2), tonight)
        console.print(f"A simulated league up to tonight, {tonight}; everything is kept in {settings.home}")
        collected = _collected(settings, history, odds_dates=season, detail_dates=details)
        _run_with_progress(settings, season, None)
        terminal.print_board(
            console,
            *_head(commands.board(settings, DateRange.of(tonight), "gradient_boosting", None), 15),
            tonight,
            "gradient_boosting",
        )
        graded = DateRange(season.first, tonight - timedelta(days=1))
        terminal.print_backtest(console, commands.backtest(settings, graded), graded)
        healthy = _show_health(commands.judge(settings, season), season, as_json=False)
        terminal.print_outage(console, demonstration.outage(world))
    console.print("\nOpen the UI over these tables, with sensors and automation running: [bold]make dev[/bold]")
    _exit_unless(collected and healthy)


def _materialize(dates: DateRange, up_to: list[str] | None, collect: bool, as_json: bool) -> None:
    from nba_props import commands

    settings = _settings()
    unknown = commands.unknown_tables(up_to or [])
    if unknown:
        _fail(f"no step makes {', '.join(unknown)}; `nba-props sql 'show all tables'` lists every table")
    collected = not collect or _collected(settings, dates)
    succeeded = _run_with_progress(settings, dates, up_to)
    judged = commands.judge(settings, dates, up_to)
    healthy = _show_health(judged, dates, as_json)
    _exit_unless(collected and succeeded and healthy)


def _run_with_progress(settings: Settings, dates: DateRange, up_to: list[str] | None) -> bool:
    from nba_props import commands

    failures: list[str] = []
    with _progress() as progress:
        for phase in commands.phases(settings, dates, up_to):
            task = progress.add_task(phase.label, total=phase.total)
            for result in commands.run_phase(settings, phase, partial(_advance, progress, task)):
                failures.extend(result.failures)
                progress.update(task, description=f"{phase.label}, to {result.dates.last}")
    for failure in failures:
        errors.print(f"[red]{failure}")
    return not failures


def _advance(progress: Progress, task: TaskID, step: str) -> None:
    progress.update(task, advance=1)


def _collected(
    settings: Settings,
    dates: DateRange,
    odds_dates: DateRange | None = None,
    detail_dates: DateRange | None = None,
) -> bool:
    from nba_props import commands

    with _progress() as progress:
        tasks: dict[str, TaskID] = {}

        def told(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(f"collecting {what}", total=total)
            progress.update(tasks[what], completed=done, total=total)

        failures = commands.collect(settings, dates, odds_dates, detail_dates, told)
    for failure in failures:
        errors.print(f"[red]{failure}")
    return not failures


def _show_health(judged: pl.DataFrame, dates: DateRange, as_json: bool) -> bool:
    from nba_props import terminal
    from nba_props.publishing import health as report

    if as_json:
        _print_json(judged)
    else:
        terminal.print_health(console, report.summary(judged), report.holes(judged), dates)
    return report.is_healthy(judged)


def _settings() -> Settings:
    try:
        return load_settings()
    except SettingsError as error:
        _fail(str(error))


def _today(settings: Settings) -> date:
    from nba_props.game_calendar import shifted_clock

    return game_date_of(shifted_clock(settings.clock_shift)())


def _dates(first: datetime, last: datetime | None) -> DateRange:
    try:
        return DateRange(first.date(), (last or first).date())
    except ValueError as error:
        _fail(str(error))


def _head(rows: pl.DataFrame, count: int) -> tuple[pl.DataFrame, int]:
    return rows.head(count), rows.height


def _progress() -> Progress:
    from nba_props import terminal

    return terminal.progress(errors)


def _print_json(frame: pl.DataFrame) -> None:
    json.dump(frame.to_dicts(), sys.stdout, default=str, indent=1)
    sys.stdout.write("\n")


def _fail(message: str) -> NoReturn:
    errors.print(f"[red]{message}", highlight=False)
    raise typer.Exit(2)


def _exit_unless(complete: bool) -> None:
    if not complete:
        raise typer.Exit(1)


def main() -> None:
    """Entry point of ``nba-props``."""
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    app()

"""How frames look in a terminal: tables and progress bars."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import polars as pl
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from nba_props.contracts.operations import OUTCOMES
from nba_props.demonstration import Scene
from nba_props.game_calendar import EASTERN, DateRange
from nba_props.markets import MARKETS

ROWS_SHOWN = 100
_COLOURS = {"complete": "green", "empty as scheduled": "dim", "pending": "cyan", "partial": "yellow", "missing": "red"}


def progress(console: Console) -> Progress:
    """Progress bars; on the error stream, so that output can be piped."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )


def print_outage(console: Console, scenes: Iterable[Scene]) -> None:
    """The scenes of the demo's outage, each as it ends."""
    console.print("\n[bold]A source goes dark and comes back[/bold]")
    for scene in scenes:
        lines = ", ".join(f"{source} {count:,}" for source, count in scene.lines.items()) or "none"
        alerts = ", ".join(scene.alerts) or "none"
        console.print(
            f"{scene.at.astimezone(EASTERN):%H:%M}  {scene.told}: {scene.answered} of {scene.asked} questions answered;"
            f" new lines: {lines}; alerts: {alerts}"
        )


def print_frame(console: Console, frame: pl.DataFrame) -> None:
    """A query's result; the first rows if it is long."""
    table = Table(show_edge=False, pad_edge=False)
    for name, dtype in frame.schema.items():
        table.add_column(name, justify="right" if dtype.is_numeric() else "left", overflow="fold")
    for row in frame.head(ROWS_SHOWN).iter_rows():
        table.add_row(*(_cell(value) for value in row))
    console.print(table)
    if frame.height > ROWS_SHOWN:
        console.print(f"{ROWS_SHOWN} of {frame.height} rows; add a limit, or --json for all")


def print_board(console: Console, rows: pl.DataFrame, total: int, day: date, system: str) -> None:
    """The board of a date and system."""
    if rows.is_empty():
        console.print(f"No predictions with a line by {system} for {day}; `nba-props health` tells what is missing")
        return
    table = Table(title=f"Board of {day}, {system}: {rows.height} of {total} predictions with a line")
    for name, right in _BOARD_COLUMNS:
        table.add_column(name, justify="right" if right else "left", no_wrap=True)
    for row in rows.iter_rows(named=True):
        bet = row["recommendation"] in ("OVER", "UNDER")
        table.add_row(
            row["player"],
            row["game"],
            _tip_off(row["tip_off_at"]),
            row["market"],
            f"{row['mean']:.1f} ({row['low']:.0f}-{row['high']:.0f})",
            f"{row['consensus_line']:g}",
            _share(row["over_probability"]),
            row["bookmaker"] or "",
            "" if row["line"] is None else f"{row['side'].lower()} {row['line']:g}",
            _american(row["price"]),
            _american(row["fair_price"]),
            _signed(row["edge"]),
            _signed(row["expected_value"]),
            f"[bold green]{row['recommendation']}" if bet else row["recommendation"],
        )
    console.print(table)


_BOARD_COLUMNS = (
    ("player", False),
    ("game", False),
    ("tip-off ET", True),
    ("market", False),
    ("mean (80%)", True),
    ("line", True),
    ("P(over)", True),
    ("book", False),
    ("offer", False),
    ("price", True),
    ("fair", True),
    ("edge", True),
    ("EV", True),
    ("", False),
)


def print_backtest(console: Console, rows: pl.DataFrame, dates: DateRange) -> None:
    """The record of every system by market, beside the market's own on identical rows."""
    if rows.is_empty():
        console.print(f"Nothing is graded from {dates.first} to {dates.last}")
        return
    table = Table(title=f"Record {dates}: log loss and Brier beside the market's on identical rows")
    table.add_column("market", no_wrap=True)
    table.add_column("system", no_wrap=True)
    for name in _BACKTEST_NUMBERS:
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows.iter_rows(named=True):
        table.add_row(
            MARKETS[row["market"]].label,
            row["system"],
            str(row["predictions"]),
            str(row["graded"]),
            _number(row["mae"], 3),
            _number(row["line_mae"], 3),
            _share(row["hit_rate"]),
            _number(row["log_loss"], 4),
            _number(row["market_log_loss"], 4),
            _number(row["brier"], 4),
            _number(row["market_brier"], 4),
            _share(row["mean_over_probability"]),
            _share(row["over_rate"]),
            str(row["bets"]),
            f"{row['profit']:+.1f}",
        )
    console.print(table)


_BACKTEST_NUMBERS = (
    "n",
    "graded",
    "MAE",
    "line MAE",
    "hit",
    "log loss",
    "market's",
    "Brier",
    "market's",
    "P(over)",
    "overs",
    "bets",
    "units",
)


def print_health(console: Console, summary: pl.DataFrame, holes: pl.DataFrame, dates: DateRange) -> None:
    """Tables and verdicts, then the holes as runs of dates."""
    table = Table(title=f"Health {dates}: dates by verdict")
    table.add_column("table", no_wrap=True)
    for name in (*OUTCOMES, "rows", "games"):
        table.add_column(name, justify="right")
    for row in summary.iter_rows(named=True):
        counts = [f"[{_COLOURS[name]}]{row[name]}" if row[name] else "" for name in OUTCOMES]
        table.add_row(row["table"], *counts, f"{row['stored_rows']:,}", _share(row["share_of_games"]))
    console.print(table)
    for row in holes.iter_rows(named=True):
        span = DateRange(row["first_date"], row["last_date"])
        console.print(
            f"[{_COLOURS[row['outcome']]}]{row['outcome']}[/] {row['table']} {span} ({row['dates']} dates)",
            highlight=False,
        )


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return str(value)


def _tip_off(moment: datetime) -> str:
    return f"{moment.astimezone(EASTERN):%H:%M}"


def _american(price: int | None) -> str:
    return "" if price is None else f"{price:+d}"


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}"


def _signed(value: float | None) -> str:
    return "" if value is None else f"{value:+.1%}"


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"

"""Timing, and the table that shows it: the best of a few repeats, a rate, and the ratio to the usual way."""

from __future__ import annotations

import gc
import logging
import multiprocessing
import resource
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from rich.console import Console
from rich.table import Table

from nba_props.orchestration import notices

T = TypeVar("T")


@dataclass(frozen=True)
class Limit:
    """A bound: on a ratio, which holds on any machine, or on a figure that is promised of two cores.

    Attributes:
        ratio: what was measured.
        bound: what it is held against.
        is_floor: whether the ratio has to reach the bound, rather than stay within it.
        words: the bound as the table shows it.
    """

    ratio: float
    bound: float
    is_floor: bool
    words: str

    @property
    def holds(self) -> bool:
        return self.ratio >= self.bound if self.is_floor else self.ratio <= self.bound


@dataclass(frozen=True)
class Measurement:
    """One line of a table: what was done, how long it took, how much that is a second, and beside what."""

    what: str
    seconds: float
    rates: str = ""
    beside: str = ""
    limit: Limit | None = None


@dataclass(frozen=True)
class Section:
    """A table of measurements over the same input."""

    title: str
    measurements: tuple[Measurement, ...]

    @property
    def failed(self) -> list[Measurement]:
        return [one for one in self.measurements if one.limit is not None and not one.limit.holds]


def best_of(work: Callable[[], T], repeats: int = 3) -> tuple[float, T]:
    """Seconds of the fastest of some repeats, and the last result."""
    fastest = float("inf")
    for _ in range(repeats):
        gc.collect()
        started = time.perf_counter()
        result = work()
        fastest = min(fastest, time.perf_counter() - started)
    return fastest, result


def best_in_turn(ways: Mapping[str, Callable[[], object]], rounds: int = 4) -> dict[str, float]:
    """Seconds of the fastest repeat of each way; they take turns, so that a busy machine slows all of them."""
    seconds = dict.fromkeys(ways, float("inf"))
    for _ in range(rounds):
        for name, work in ways.items():
            taken, _ = best_of(work, repeats=1)
            seconds[name] = min(seconds[name], taken)
    return seconds


def in_own_process(work: Callable[..., T], *arguments: object) -> T:
    """What the work gives in a fresh process."""
    pool = multiprocessing.get_context("spawn").Pool(1, quiet)
    try:
        return pool.apply(work, arguments)
    finally:
        pool.close()  # not terminated: Dagster takes that for an interruption and says so
        pool.join()


def quiet() -> None:
    """Let Dagster tell nothing in this process."""
    notices.silence()
    logging.getLogger("dagster").setLevel(logging.CRITICAL)


def peak_megabytes() -> float:
    """The greatest memory that this process has had, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def times(seconds: float, other: float, name: str) -> str:
    """How a time stands to another one, in words."""
    if seconds <= other:
        return f"{other / seconds:.1f}x as fast as {name}"
    return f"{seconds / other:.1f}x the time of {name}"


def show(console: Console, section: Section) -> None:
    """Print a section."""
    table = Table(title=section.title, title_justify="left")
    table.add_column("what")
    for name in ("seconds", "rate"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("beside the usual way")
    table.add_column("limit", no_wrap=True)
    for one in section.measurements:
        verdict = ""
        if one.limit is not None:
            verdict = f"{'[green]pass' if one.limit.holds else '[red]FAIL'}[/] {one.limit.words}"
        table.add_row(one.what, f"{one.seconds:.3f}", one.rates, one.beside, verdict)
    console.print(table)

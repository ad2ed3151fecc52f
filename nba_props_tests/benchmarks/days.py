"""A season in one pass beside the same season date by date: ``python -m nba_props_tests.benchmarks.days``.

Both run through Dagster, from archived payloads to the feature store, each in a home of its own. Every file of the two
warehouses has to be the same, byte for byte; the exit status is 1 if one is not. It takes some minutes.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from rich.console import Console

from nba_props import commands
from nba_props.contracts.precompute import FEATURE_STORE
from nba_props.game_calendar import DateRange
from nba_props.settings import Settings
from nba_props_tests.benchmarks.inputs import recordings
from nba_props_tests.benchmarks.measuring import in_own_process, quiet
from nba_props_tests.benchmarks.seasons import LAST

_NO_LIMIT = 1e6


def files_of(home: Path, dates: DateRange, chunk_days: int) -> tuple[dict[str, bytes], float]:
    """What the warehouse of a home holds after its dates were made so many at a time, by path; and the seconds."""
    settings = Settings(
        home=home, first_date=dates.first, backfill_chunk_days=chunk_days, backfill_chunk_megabytes=_NO_LIMIT
    )
    steps = commands.phases(settings, dates, [FEATURE_STORE.full_name])[-1].steps
    started = time.perf_counter()
    results = list(commands.run_phase(settings, commands.Phase("tables", steps, dates, len(steps)), lambda step: None))
    seconds = time.perf_counter() - started
    failures = [failure for result in results for failure in result.failures]
    if failures or not all(result.succeeded for result in results):
        raise RuntimeError(f"the graph failed over {dates}: {failures[:3]}")
    root = settings.warehouse_path
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*.parquet")}, seconds


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    """Files that are not in both, or not the same."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def main() -> None:
    """Compare the dates that the command line names, the last recorded season without."""
    arguments = argparse.ArgumentParser(description="A range of dates in one pass beside date by date.")
    arguments.add_argument("first", nargs="?", type=date.fromisoformat, default=LAST.first)
    arguments.add_argument("last", nargs="?", type=date.fromisoformat, default=LAST.last)
    asked = arguments.parse_args()
    dates, console = DateRange(asked.first, asked.last), Console(width=150)
    if not recordings().is_dir():
        sys.exit("nothing is recorded")
    quiet()
    with tempfile.TemporaryDirectory() as folder:
        one, many = Path(folder) / "one", Path(folder) / "many"
        commands.import_files(
            Settings(home=one, first_date=dates.first), commands.warc_files([recordings()]), lambda file: None
        )
        shutil.copytree(one, many)
        whole, whole_seconds = in_own_process(files_of, one, dates, len(dates))
        daily, daily_seconds = in_own_process(files_of, many, dates, 1)
    wrong = differing(whole, daily)
    console.print(
        f"{dates}: {len(dates)} dates, {len(whole):,} files; at once {whole_seconds:.0f} s, date by date "
        f"{daily_seconds:.0f} s; {len(wrong)} differ"
    )
    for name in wrong[:20]:
        console.print(f"[red]{name}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()

"""20,000 or more mutated bodies of every endpoint: ``python -m nba_props_tests.benchmarks.fuzz [words] [--mutants N]``.

Words choose endpoints by source or name. The exit status is 1 if any parser fails; the seed that made it fail is told.
"""

from __future__ import annotations

import argparse
import sys
import time

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.table import Table

from nba_props.archive.payload import Payload
from nba_props_tests.upstreams.fuzzing import all_examples, assert_survives

BATCH = 100


def fuzz(payload: Payload, count: int) -> tuple[float, float]:
    """Seconds that so many mutants of a body took, and seconds of the slowest hundred."""
    slowest = 0.0

    @settings(
        max_examples=-(-count // BATCH),
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(seed=st.integers(0, 2**62))
    def survives(seed: int) -> None:
        nonlocal slowest
        started = time.perf_counter()
        assert_survives(payload, seed, BATCH)
        slowest = max(slowest, time.perf_counter() - started)

    started = time.perf_counter()
    survives()
    return time.perf_counter() - started, slowest


def main() -> None:
    """Fuzz what the command line names, everything without a name."""
    arguments = argparse.ArgumentParser(description="Mutated bodies of every endpoint.")
    arguments.add_argument("words", nargs="*", help="parts of source or endpoint names")
    arguments.add_argument("--mutants", type=int, default=20_000, help="mutants of each endpoint")
    asked = arguments.parse_args()
    console, failed = Console(width=150), []
    table = Table("endpoint", "mutants", "seconds", "slowest hundred, s", title="Mutated bodies")
    for name, payload in all_examples().items():
        if asked.words and not any(word in name for word in asked.words):
            continue
        try:
            seconds, slowest = fuzz(payload, asked.mutants)
        except Exception as error:  # what a parser must never raise is what is looked for; the others go on
            failed.append(name)
            console.print(f"[red]{name}: {type(error).__name__}: {error}"[:2000])
            continue
        table.add_row(name, f"{asked.mutants:,}", f"{seconds:.1f}", f"{slowest:.2f}")
    console.print(table)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

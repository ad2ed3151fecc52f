"""Run every benchmark, or those named: ``python -m nba_props_tests.benchmarks [odds box_scores archive ...]``.

The exit status is 1 if a figure is outside its limit. Ratios with a limit compare two ways on the same input. Bare
times have one only in the seasons, where it is promised of two cores without other work.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console

from nba_props_tests.benchmarks import archiving, documents, graph, memory, parsing, seasons, tables
from nba_props_tests.benchmarks.inputs import Inputs, prepared
from nba_props_tests.benchmarks.measuring import Section, quiet, show

BENCHMARKS: dict[str, Callable[[Inputs, Path], Section]] = {
    "odds": lambda inputs, folder: parsing.odds(inputs),
    "documents": lambda inputs, folder: documents.documents(),
    "memory": lambda inputs, folder: memory.memory(folder),
    "box_scores": lambda inputs, folder: parsing.box_scores(inputs),
    "archive": lambda inputs, folder: archiving.archive(inputs),
    "warehouse": tables.warehouse,
    "graph": lambda inputs, folder: graph.graph(inputs),
    "seasons": lambda inputs, folder: seasons.seasons(folder),
}


def run(names: Sequence[str], console: Console) -> bool:
    """Run the benchmarks and print them; whether every limit holds."""
    failed = []
    with tempfile.TemporaryDirectory() as folder, prepared(Path(folder) / "home") as inputs:
        for name in names:
            section = BENCHMARKS[name](inputs, Path(folder))
            show(console, section)
            failed.extend(section.failed)
    for one in failed:
        console.print(f"[red]{one.what.strip()}: {one.beside}, not {one.limit and one.limit.words}")
    return not failed


def main() -> None:
    """Run what the command line names; everything without a name."""
    names = sys.argv[1:] or list(BENCHMARKS)
    unknown = sorted(set(names) - BENCHMARKS.keys())
    if unknown:
        sys.exit(f"no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    quiet()
    sys.exit(0 if run(names, Console(width=150)) else 1)


if __name__ == "__main__":
    main()

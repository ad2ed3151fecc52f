"""The whole graph through Dagster in this process, beside the table functions alone."""

from __future__ import annotations

import time

from nba_props import commands
from nba_props.game_calendar import DateRange
from nba_props.orchestration.graph import STEPS
from nba_props.orchestration.step import Frames, Step, Surroundings
from nba_props.warehouse.parquet import prepare
from nba_props_tests.benchmarks.inputs import Inputs
from nba_props_tests.benchmarks.measuring import Measurement, Section, best_of, times


def graph(inputs: Inputs) -> Section:
    """A month without history before it, then its last date alone. Models have no season to learn from."""
    month = _through_dagster(inputs, inputs.month)
    again = _through_dagster(inputs, inputs.month)
    functions, rows = best_of(lambda: _functions_alone(inputs, inputs.month), repeats=2)
    slates = [_through_dagster(inputs, inputs.slate) for _ in range(3)]
    slate_functions, slate_rows = best_of(lambda: _functions_alone(inputs, inputs.slate))
    return Section(
        f"Graph: {len(STEPS)} steps, {sum(len(step.tables) for step in STEPS)} tables, a month of {len(inputs.month)}"
        f" dates ({rows:,} rows) and a slate ({slate_rows:,} rows)",
        (
            Measurement(
                "month, one run: functions, storage, events, checks",
                month,
                f"{len(inputs.month) / month:.1f} dates/s",
                times(month, functions, "the functions alone"),
            ),
            Measurement("month again, unchanged", again, f"{len(inputs.month) / again:.1f} dates/s"),
            Measurement("  functions and validation alone", functions, f"{len(inputs.month) / functions:.1f} dates/s"),
            Measurement("slate, one run", min(slates), "", times(min(slates), slate_functions, "the functions alone")),
            Measurement("  functions and validation alone", slate_functions),
        ),
    )


def _through_dagster(inputs: Inputs, dates: DateRange) -> float:
    """Seconds that a run over the dates takes, on a Dagster instance that is there already."""
    phase = commands.Phase("tables", STEPS, dates, len(STEPS))
    started = time.perf_counter()
    results = list(commands.run_phase(inputs.settings, phase, lambda step: None))
    seconds = time.perf_counter() - started
    failures = [failure for result in results for failure in result.failures]
    if failures or not all(result.succeeded for result in results):
        raise RuntimeError(f"the graph failed over {dates}: {failures[:3]}")
    return seconds


def _functions_alone(inputs: Inputs, dates: DateRange) -> int:
    """Every step's function over what is stored, its results validated and serialised and thrown away."""
    around = inputs.platform.surroundings()
    return sum(
        prepare(table, frame, dates if table.partition else []).frame.height
        for step in STEPS
        for made in [step.build(dates, read_of(step, dates, around), around)]
        for table in step.tables
        for frame in [made[table.full_name]]
    )


def read_of(step: Step, dates: DateRange, around: Surroundings) -> Frames:
    """What a step reads for the dates."""
    return {
        name: around.warehouse.scan(read.table, read.dates(dates) if read.table.partition else None)
        for name, read in step.reads.items()
    }

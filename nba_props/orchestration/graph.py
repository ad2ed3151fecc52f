"""The graph: every step, in the order of the layers. Adding a table is one contract, one function, one entry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache

import dagster as dg

from nba_props.contracts.registry import table_named
from nba_props.orchestration.assets import assets_of
from nba_props.orchestration.partitions import daily_partitions
from nba_props.orchestration.step import Step
from nba_props.orchestration.steps import conformed, features, operations, predictions, raw


def register(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps, each sure to make and to read tables that there are.

    Raises:
        KeyError: a table's name is not one of the contracts'; Dagster itself would take it for a table of somebody
            else's and find it missing when it runs.
    """
    for step in steps:
        for table in (*step.tables, *(read.table for read in step.reads.values())):
            table_named(table.full_name)
    return tuple(steps)


RAW_STEPS = raw.STEPS

STEPS = register((*raw.STEPS, *conformed.STEPS, *features.STEPS, *predictions.STEPS, *operations.STEPS))


@cache
def graph_assets(first_date: date) -> tuple[dg.AssetsDefinition, ...]:
    """Every step as an assets definition, on the calendar from a first date; made once a process: it takes long."""
    return tuple(assets_of(STEPS, daily_partitions(first_date)))

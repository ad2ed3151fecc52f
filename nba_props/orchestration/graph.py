"""The graph: every step, in the order of the layers. Adding a table is one contract, one function, one entry."""

from __future__ import annotations

from nba_props.orchestration.steps import conformed, features, operations, predictions, raw

RAW_STEPS = raw.STEPS

STEPS = (*raw.STEPS, *conformed.STEPS, *features.STEPS, *predictions.STEPS, *operations.STEPS)

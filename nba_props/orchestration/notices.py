"""Preview and beta notices of Dagster for what is used here on purpose, silenced one by one."""

from __future__ import annotations

import warnings

import dagster as dg

_BETA = (
    "Function `pandera_schema_to_dagster_type`",
    "Parameter `backfill_policy` of function `multi_asset`",
    "Parameter `data_version` of initializer `Output.__init__`",
    "Parameter `freshness_policy`",
    "Parameter `allow_nonexistent_upstream_partitions`",
    # Given by Dagster itself when it binds a sensor to its jobs.
    "Parameter `owners` of initializer `SensorDefinition.__init__`",
)
_PREVIEW = ("Specifying a partitions_def on an AssetCheckSpec",)


def silence() -> None:
    """Ignore the notices of the features that are used; any other one is shown."""
    for message in _BETA:
        warnings.filterwarnings("ignore", category=dg.BetaWarning, message=message)
    for message in _PREVIEW:
        warnings.filterwarnings("ignore", category=dg.PreviewWarning, message=message)

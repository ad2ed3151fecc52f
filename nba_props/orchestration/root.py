"""Everything that Dagster is told, in one place."""

from __future__ import annotations

import dagster as dg

from nba_props.orchestration.alerting import freshness_alerts, run_alerts, source_alerts
from nba_props.orchestration.collecting import (
    archive_sensor,
    collection_jobs,
    collection_sensor,
    file_drop_sensor,
    raw_jobs,
)
from nba_props.orchestration.graph import graph_assets
from nba_props.orchestration.leftovers import leftovers_sensor
from nba_props.orchestration.platform import Platform
from nba_props.orchestration.runs import resources
from nba_props.settings import Settings
from nba_props.upstreams.registry import UPSTREAMS

AUTOMATION_INTERVAL_SECONDS = 30


def build_definitions(settings: Settings, platform: Platform | None = None) -> dg.Definitions:
    """Assets with their checks, jobs, sensors and resources for some settings."""
    platform = platform or Platform.of(settings)
    collection = collection_jobs([upstream.source for upstream in UPSTREAMS if upstream.is_asked])
    raw = raw_jobs()
    automation = dg.AutomationConditionSensorDefinition(
        "automation",
        target=dg.AssetSelection.all(),
        minimum_interval_seconds=AUTOMATION_INTERVAL_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Remakes what depends on what changed, and recent dates that are missing.",
    )
    return dg.Definitions(
        assets=graph_assets(settings.first_date),
        jobs=[*collection, *raw],
        sensors=[
            automation,
            collection_sensor(platform, collection),
            file_drop_sensor(platform),
            archive_sensor(platform, raw),
            leftovers_sensor(platform),
            *run_alerts(platform),
            source_alerts(platform),
            freshness_alerts(platform),
        ],
        resources=resources(platform),
        executor=dg.in_process_executor,
    )

"""What killed processes leave behind, made good while the platform runs: temporary files, and archive files that were
finished but never indexed. Their runs and slots are freed by run monitoring."""

import dagster as dg

from nba_props.orchestration.platform import Platform


def leftovers_sensor(platform: Platform) -> dg.SensorDefinition:
    """Sweeps what dead writers left; living ones are not disturbed."""

    @dg.sensor(
        name="leftovers",
        minimum_interval_seconds=600,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Temporary files of dead processes, and archive files that the index does not know.",
    )
    def leftovers() -> dg.SkipReason:
        indexed, swept = platform.archive.reconcile(), platform.warehouse.sweep()
        return dg.SkipReason(f"{indexed} archive files indexed, {swept} temporary files of tables removed")

    return leftovers

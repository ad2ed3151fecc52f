"""What lies about and nobody needs: what killed processes leave behind, made good while the platform runs (temporary
files, archive files that were finished but never indexed), and old logs. Runs of killed processes are ended, and their
slots freed, by run monitoring."""

import dagster as dg

from nba_props.orchestration.platform import Platform
from nba_props.orchestration.run_logs import remove_old_logs


def leftovers_sensor(platform: Platform) -> dg.SensorDefinition:
    """Sweeps what dead writers and runs of long ago left; living ones are not disturbed."""

    @dg.sensor(
        name="leftovers",
        minimum_interval_seconds=600,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Temporary files of dead processes, archive files that the index does not know, old logs.",
    )
    def leftovers(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        indexed, swept = platform.archive.reconcile(), platform.warehouse.sweep()
        system_time = platform.clock() - platform.settings.clock_shift
        logs = remove_old_logs(context.instance, platform.settings, system_time)
        return dg.SkipReason(
            f"{indexed} archive files indexed, {swept} temporary files of tables and logs of {logs} old runs removed"
        )

    return leftovers

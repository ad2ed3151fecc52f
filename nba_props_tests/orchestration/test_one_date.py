"""One date, run the way that the UI and automation start it: Dagster's own records, and checks that stop a run."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import dagster as dg

from nba_props.game_calendar import DateRange
from nba_props.orchestration.graph import STEPS
from nba_props.orchestration.platform import Platform
from nba_props.orchestration.runs import steps_up_to
from nba_props_tests.orchestration import homes
from nba_props_tests.orchestration.homes import COLLECTED_AT, FIRST

STEPS_TO_SUMMARY = steps_up_to(STEPS, ["analytics.player_game_summary"])


def test_a_single_date_has_the_data_version_of_its_facts_and_checks_of_its_date(
    collected: Path, tmp_path: Path
) -> None:
    platform = Platform.of(homes.copied(collected, tmp_path))
    with dg.DagsterInstance.ephemeral() as instance:
        native = homes.native_run(instance, platform, STEPS_TO_SUMMARY, FIRST)
        assert native.success
        key = dg.AssetKey(["analytics", "player_game_summary"])
        (record,) = instance.fetch_materializations(key, limit=10).records
        told = record.asset_materialization
    assert told is not None
    assert told.partition == FIRST.isoformat()
    version = (told.tags or {})["dagster/data_version"]
    with dg.DagsterInstance.ephemeral() as instance:
        homes.run_on(instance, platform, DateRange.of(FIRST), STEPS_TO_SUMMARY)
        (ranged,) = instance.fetch_materializations(key, limit=10).records
    assert ranged.asset_materialization is not None
    assert (ranged.asset_materialization.tags or {})["dagster/data_version"] == version, "a range run tells the same"
    for table in ("conformed.games", "conformed.player_boxscores"):
        for check in ("contract", "completeness"):
            judged = homes.evaluations(native.all_events, table, check)
            assert list(judged) == [FIRST.isoformat()], (table, check)
            assert judged[FIRST.isoformat()].passed


def test_a_blocking_check_that_fails_fails_the_run_and_what_follows_is_not_made(
    collected: Path, tmp_path: Path
) -> None:
    source, settings = homes.settings_of(collected), homes.settings_of(tmp_path)
    platform = Platform.of(settings)
    (schedule,) = homes.archive_of(source, lambda: COLLECTED_AT).payloads("nba_com", "schedule", DateRange.of(FIRST))
    homes.archive(platform.archive, "schedule", schedule.url, schedule.body, COLLECTED_AT)
    day = FIRST + timedelta(days=1)
    url, body = homes.box_scores(source, day)
    lacking = homes.game_ids(body)[0]
    homes.archive(platform.archive, "thin", url, homes.without_game(body, lacking), COLLECTED_AT)
    with dg.DagsterInstance.ephemeral() as instance:
        native = homes.native_run(instance, platform, STEPS_TO_SUMMARY, day)
        assert not native.success
        assert not instance.fetch_materializations(dg.AssetKey(["conformed", "player_boxscores"]), limit=1).records
    judged = homes.evaluations(native.all_events, "raw.nbac_player_boxscore", "completeness")[day.isoformat()]
    assert (judged.passed, judged.severity, judged.blocking) == (False, dg.AssetCheckSeverity.ERROR, True)

"""The sensors that collect and that bring the archive into raw tables: what is due and what is new, nothing twice."""

from __future__ import annotations

import json
from datetime import time, timedelta
from pathlib import Path

import dagster as dg

from nba_props.game_calendar import DateRange, eastern_moment
from nba_props.orchestration.collecting import (
    SOURCE_TAG,
    archive_sensor,
    collection_jobs,
    collection_sensor,
    raw_jobs,
)
from nba_props.orchestration.graph import RAW_STEPS, STEPS
from nba_props.orchestration.platform import Platform
from nba_props.orchestration.publishing import RANGE_END_TAG, RANGE_START_TAG
from nba_props.orchestration.runs import steps_up_to
from nba_props.simulator import ManualClock, serve
from nba_props_tests.orchestration import homes
from nba_props_tests.orchestration.homes import COLLECTED_AT, DATES, FIRST, KEY

JOBS = collection_jobs(("nba_com", "odds_api"))


def due_of(request: dg.RunRequest) -> list[tuple[str, str]]:
    (op,) = request.run_config["ops"].values()
    return [(item["endpoint"], item["game_date"]) for item in json.loads(op["config"]["due"])]


def test_what_is_due_becomes_one_run_a_source_and_the_run_makes_it_not_due(tmp_path: Path) -> None:
    clock = ManualClock(eastern_moment(FIRST, time(14)))
    with serve(homes.league(), clock) as url, dg.DagsterInstance.ephemeral() as instance:
        platform = Platform(homes.settings_of(tmp_path, url, ODDS_API_KEY=KEY), clock)
        sensor = collection_sensor(platform, JOBS)

        def tick() -> dict[str, dg.RunRequest]:
            context = dg.build_sensor_context(instance=instance)
            return {str(each.job_name): each for each in sensor.evaluate_tick(context).run_requests or []}

        def collect(request: dg.RunRequest) -> None:
            job = next(job for job in JOBS if job.name == request.job_name)
            bound = job.with_top_level_resources({"platform": dg.ResourceDefinition.hardcoded_resource(platform)})
            assert bound.execute_in_process(run_config=request.run_config, instance=instance).success

        first = tick()
        assert set(first) == {"collect_nba_com"}, "without a schedule no odds are due"
        assert ("schedule", FIRST.isoformat()) in due_of(first["collect_nba_com"])
        running = instance.create_run_for_job(
            JOBS[0],
            run_config=first["collect_nba_com"].run_config,
            tags={SOURCE_TAG: "nba_com"},
            status=dg.DagsterRunStatus.STARTED,
        )
        assert tick() == {}, "a source is not asked twice at a time"
        instance.report_run_canceled(running)
        collect(first["collect_nba_com"])
        homes.run_on(instance, platform, DATES, steps_up_to(STEPS, ["conformed.games"]))
        second = tick()
        assert set(second) == {"collect_odds_api"}, "the schedule is fresh, lines have opened"
        assert due_of(second["collect_odds_api"]) == [("events", FIRST.isoformat())]
        collect(second["collect_odds_api"])
        homes.run_on(instance, platform, DATES, steps_up_to(STEPS, ["conformed.games"]))
        assert {endpoint for endpoint, _ in due_of(tick()["collect_odds_api"])} == {"event_odds"}


def test_new_payloads_become_runs_over_the_dates_that_they_change(collected: Path, tmp_path: Path) -> None:
    settings = homes.copied(collected, tmp_path)
    clock = ManualClock(COLLECTED_AT + timedelta(minutes=1))
    platform = Platform(settings, clock)
    sensor = archive_sensor(platform, raw_jobs())
    cursor: str | None = None

    def tick() -> set[tuple[str, str, str]]:
        nonlocal cursor
        clock.advance(timedelta(minutes=1))
        told = sensor.evaluate_tick(dg.build_sensor_context(instance=instance, cursor=cursor))
        cursor = told.cursor
        requests = told.run_requests or []
        return {(str(each.job_name), each.tags[RANGE_START_TAG], each.tags[RANGE_END_TAG]) for each in requests}

    with dg.DagsterInstance.ephemeral() as instance:
        whole = {(first, last) for job, first, last in tick() if job == "raw_odds_api"}
        assert min(first for first, _ in whole) == DATES.first.isoformat()
        assert max(last for _, last in whole) >= DATES.last.isoformat()
        homes.run_on(instance, platform, DATES.widened(after=2), RAW_STEPS)
        assert tick() == set(), "nothing came"

        (schedule,) = platform.archive.payloads("nba_com", "schedule", DATES)
        homes.archive(platform.archive, "refetched", schedule.url, schedule.body, clock())
        assert tick() == set(), "the same schedule changes no date"

        day = FIRST + timedelta(days=1)
        url, body = homes.box_scores(settings, day)
        homes.archive(platform.archive, "corrected", url, homes.corrected(body), clock())
        assert tick() == {("raw_nba_com", day.isoformat(), day.isoformat())}
        homes.run_on(instance, platform, DateRange.of(day), RAW_STEPS)
        assert tick() == set()

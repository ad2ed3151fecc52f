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
from nba_props.upstreams.registry import SOURCES
from nba_props_tests.orchestration import homes
from nba_props_tests.orchestration.homes import COLLECTED_AT, DATES, FIRST, KEY

JOBS = collection_jobs(SOURCES)
TODAY = DateRange.of(FIRST)

OF_THE_PRESENT = {"nba_league", "espn", "basketball_reference"}
"""Sources of which something is due without any game; balldontlie too, but its key is not set."""


def due_of(request: dg.RunRequest) -> list[tuple[str, str]]:
    (op,) = request.run_config["ops"].values()
    return [(item["endpoint"], item["subject"]["game_date"]) for item in json.loads(op["config"]["due"])]


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
        assert set(first) == {"collect_nba_com", *(f"collect_{source}" for source in OF_THE_PRESENT)}
        assert due_of(first["collect_nba_com"]) == [("schedule", FIRST.isoformat())], "nothing is known but the season"
        running = instance.create_run_for_job(
            next(job for job in JOBS if job.name == "collect_nba_com"),
            run_config=first["collect_nba_com"].run_config,
            tags={SOURCE_TAG: "nba_com"},
            status=dg.DagsterRunStatus.STARTED,
        )
        assert set(tick()) == set(first) - {"collect_nba_com"}, "a source is not asked twice at a time"
        instance.report_run_canceled(running)
        for request in first.values():
            collect(request)
        assert tick() == {}, "what was asked is not due again"
        homes.run_on(instance, platform, TODAY, steps_up_to(STEPS, ["conformed.games"]))
        second = tick()
        assert due_of(second["collect_odds_api"]) == [("events", FIRST.isoformat())], "lines have opened"
        assert due_of(second["collect_espn"]) == [("scoreboard", FIRST.isoformat())]
        assert {endpoint for endpoint, _ in due_of(second["collect_draftkings"])} == {"player_props"}
        assert {endpoint for endpoint, _ in due_of(second["collect_nba_league"])} == {"referee_assignments"}
        assert {endpoint for endpoint, _ in due_of(second["collect_nba_injury_report"])} == {"injury_report"}
        assert not {"collect_nba_com", "collect_nba_gamebook", "collect_bettingpros"} & set(second)
        collect(second["collect_odds_api"])
        homes.run_on(instance, platform, TODAY, steps_up_to(STEPS, ["conformed.games"]))
        assert {endpoint for endpoint, _ in due_of(tick()["collect_odds_api"])} == {"event_odds"}


def test_a_run_takes_what_a_source_is_first_to_be_asked_and_the_next_one_the_rest(tmp_path: Path) -> None:
    clock = ManualClock(eastern_moment(FIRST, time(14)))
    settings = homes.settings_of(tmp_path, REQUESTS_PER_RUN="7")
    with dg.DagsterInstance.ephemeral() as instance:
        sensor = collection_sensor(Platform(settings, clock), JOBS)
        requests = sensor.evaluate_tick(dg.build_sensor_context(instance=instance)).run_requests or []
    counts = {str(each.job_name): len(due_of(each)) for each in requests}
    assert counts["collect_basketball_reference"] == 7, "of thirty teams"
    assert max(counts.values()) == 7


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

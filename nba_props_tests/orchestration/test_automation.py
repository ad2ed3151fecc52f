"""Declarative automation on an ephemeral instance: what changes is remade, all of it and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import NoReturn

import dagster as dg
import pytest

from nba_props.contracts.registry import TABLES
from nba_props.game_calendar import DateRange
from nba_props.orchestration import assets
from nba_props.orchestration.graph import RAW_STEPS, STEPS
from nba_props.orchestration.platform import Platform
from nba_props.orchestration.runs import steps_up_to
from nba_props_tests.orchestration import homes
from nba_props_tests.orchestration.automating import CALENDAR, Automation
from nba_props_tests.orchestration.homes import COLLECTED_AT, FIRST

# Dagster's own tester uses a feature of its own that is in beta.
pytestmark = pytest.mark.filterwarnings("ignore:Parameter `include_sources`")

CHOSEN = steps_up_to(STEPS, ["conformed.player_boxscores"])


def all_but(day: date) -> list[DateRange]:
    """The calendar before and after a date."""
    return [DateRange(CALENDAR.first, day - timedelta(days=1)), DateRange(day + timedelta(days=1), CALENDAR.last)]


def _fails(*_: object) -> NoReturn:
    raise RuntimeError("the disk is full")


def test_a_recent_hole_is_asked_for_until_it_is_made(collected: Path, tmp_path: Path) -> None:
    platform = Platform.of(homes.copied(collected, tmp_path))
    hole = FIRST + timedelta(days=2)
    games = steps_up_to(STEPS, ["conformed.games"])
    with dg.DagsterInstance.ephemeral() as instance:
        homes.run_on(instance, platform, CALENDAR, RAW_STEPS)
        for span in all_but(hole):
            homes.run_on(instance, platform, span, games[-1:])
        automation = Automation(instance, platform, CHOSEN)
        assert automation.tick()["conformed.games"] >= {hole}
        asked_again = automation.tick().get("conformed.games", set())
        assert asked_again <= {hole}
        homes.run_on(instance, platform, DateRange.of(hole), games[-1:])
        automation.settle()
        assert automation.tick() == {}


def test_what_is_missing_is_told_although_nothing_is_there_to_be_judged(tmp_path: Path) -> None:
    told = "operations.expected_outputs"
    platform = Platform.of(homes.settings_of(tmp_path))
    with dg.DagsterInstance.ephemeral() as instance:
        automation = Automation(instance, platform, steps_up_to(STEPS, [told]))
        automation.tick()
        automation.wait(timedelta(minutes=10))
        assert CALENDAR.last - timedelta(days=1) in automation.tick()[told]


def test_an_old_hole_is_made_the_next_morning(collected: Path, tmp_path: Path) -> None:
    """Its inputs were there before automation first looked, and nothing of them changes any more."""
    platform = Platform.of(homes.copied(collected, tmp_path))
    hole = FIRST + timedelta(days=2)
    with dg.DagsterInstance.ephemeral() as instance:
        homes.run_on(instance, platform, CALENDAR, RAW_STEPS)
        steps = [step for step in CHOSEN if step not in RAW_STEPS]
        for span in all_but(hole):
            homes.run_on(instance, platform, span, steps)
        automation = Automation(instance, platform, CHOSEN)
        automation.wait(timedelta(days=120))
        assert automation.settle() == {}, "it is older than a week"
        automation.wait(timedelta(days=1))
        asked = automation.settle()
        of_steps = {table.full_name for step in steps for table in step.tables}
        assert {name for name, days in asked.items() if hole in days} == of_steps
        assert not any(day < hole for days in asked.values() for day in days), "and later dates that look back at it"
        assert automation.tick() == {}
    assert platform.warehouse.days(TABLES["conformed.player_boxscores"]) == list(CALENDAR)


@pytest.mark.parametrize("there_before", [False, True], ids=["never made", "made before"])
@pytest.mark.parametrize("broken", ["conformed.games", "raw.nbac_schedule"])
def test_a_date_that_failed_is_asked_for_the_next_morning_and_not_before(
    collected: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str, there_before: bool
) -> None:
    platform = Platform.of(homes.copied(collected, tmp_path))
    failed, made = FIRST + timedelta(days=2), "conformed.player_boxscores"
    monkeypatch.setattr(assets, "RETRIES", None)
    with dg.DagsterInstance.ephemeral() as instance:
        for span in [CALENDAR] if there_before else all_but(failed):
            homes.run_on(instance, platform, span, CHOSEN)
        automation = Automation(instance, platform, CHOSEN)
        if there_before:
            assert automation.tick() == {}
            automation.wait(timedelta(hours=16))
            automation.settle()
        breaking = [replace(step, build=_fails) if TABLES[broken] in step.tables else step for step in CHOSEN]
        assert not homes.native_run(instance, platform, breaking, failed).success
        for _ in range(3):
            assert failed not in set().union(*automation.settle().values()), "it is not asked for at once"
            automation.wait(timedelta(hours=4))
        automation.wait(timedelta(hours=12 if there_before else 4))
        asked = automation.settle()
        assert failed in asked[made]
        assert (failed in asked.get("raw.nbac_schedule", ())) == broken.startswith("raw")
        assert automation.tick() == {}
        automation.wait(timedelta(days=1))
        assert all(failed not in days for days in automation.settle().values()), "it is made by now"
    assert platform.warehouse.days(TABLES[made]) == list(CALENDAR)


def test_a_date_that_is_held_back_is_asked_for_once_then_hourly_and_when_what_it_lacks_comes(
    collected: Path, tmp_path: Path
) -> None:
    source, settings = homes.settings_of(collected), homes.settings_of(tmp_path)
    platform, day = Platform.of(settings), FIRST + timedelta(days=1)
    (schedule,) = homes.archive_of(source, lambda: COLLECTED_AT).payloads("nba_com", "schedule", CALENDAR)
    homes.archive(platform.archive, "schedule", schedule.url, schedule.body, COLLECTED_AT)
    url, body = homes.box_scores(source, day)
    thin = homes.without_game(body, homes.game_ids(body)[0])
    homes.archive(platform.archive, "thin", url, thin, COLLECTED_AT)
    held_back = "conformed.player_boxscores"
    with dg.DagsterInstance.ephemeral() as instance:
        homes.run_on(instance, platform, DateRange.of(day), RAW_STEPS)
        automation = Automation(instance, platform, CHOSEN)
        assert day in automation.settle()[held_back]
        assert automation.tick() == {}, "it is missing, and asked for no more"
        automation.wait(timedelta(hours=1))
        assert day in automation.settle()[held_back], "once an hour it is looked at again"
        homes.archive(platform.archive, "whole", url, body, COLLECTED_AT + timedelta(minutes=1))
        homes.run_on(instance, platform, DateRange.of(day), RAW_STEPS)
        assert automation.settle()[held_back] == {day}
        assert automation.tick() == {}
    assert platform.warehouse.days(TABLES[held_back]) == [day]

"""A run over a range: the same files as its single dates, and a record of each date as if it had run alone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from nba_props.contracts.registry import TABLES
from nba_props.game_calendar import DateRange
from nba_props.operations.coverage import OWES, Owes
from nba_props.orchestration.checks import has_completeness_check
from nba_props.orchestration.graph import STEPS
from nba_props.orchestration.instance import open_instance
from nba_props.orchestration.platform import Platform
from nba_props.orchestration.runs import steps_up_to
from nba_props.settings import Settings
from nba_props_tests.orchestration import homes
from nba_props_tests.orchestration.homes import FIRST

FIVE = DateRange(FIRST, FIRST + timedelta(days=4))
DAILY = [table for step in STEPS for table in step.tables if table.partition is not None]


def versions(settings: Settings) -> dict[tuple[str, str], tuple[str | None, int]]:
    """Newest data version and row count of every materialized table and date."""
    found: dict[tuple[str, str], tuple[str | None, int]] = {}
    with open_instance(settings) as instance:
        for table in DAILY:
            key = dg.AssetKey(table.asset_key)
            for record in reversed(instance.fetch_materializations(key, limit=100).records):
                told = record.asset_materialization
                assert told is not None
                assert told.partition is not None
                rows = told.metadata["dagster/partition_row_count"].value
                assert isinstance(rows, int)
                found[table.full_name, told.partition] = ((told.tags or {}).get("dagster/data_version"), rows)
    return found


def test_one_run_over_a_range_stores_the_same_bytes_as_a_run_a_date(
    made: Settings, collected: Path, tmp_path: Path
) -> None:
    daily = homes.copied(collected, tmp_path, BACKFILL_CHUNK_DAYS="1")
    done = homes.run(daily, FIVE)
    assert [result.dates for result in done] == [DateRange.of(day) for day in FIVE]
    assert [result.failures for result in done] == [()] * 5
    expected, stored = homes.tables_of(made), homes.tables_of(daily)
    assert stored.keys() == expected.keys()
    assert [name for name in expected if stored[name] != expected[name]] == []
    assert versions(daily) == versions(made)


def test_a_second_run_touches_no_file_and_gives_the_same_data_versions(made: Settings) -> None:
    def state() -> dict[Path, tuple[int, bytes]]:
        files = [path for path in made.warehouse_path.rglob("*") if path.is_file()]
        return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in files}

    before, told = state(), versions(made)
    (again,) = homes.run(made, FIVE)
    assert again.succeeded
    assert state() == before
    assert versions(made) == told


def test_every_date_of_a_range_has_its_own_materialization_and_row_count(made: Settings) -> None:
    told = versions(made)
    warehouse = Platform.of(made).warehouse
    for table in DAILY:
        for day in FIVE:
            version, rows = told[table.full_name, day.isoformat()]
            stored = pl.read_parquet(str(warehouse.partition_path(table, day)))
            assert version
            assert rows == stored.height, (table.full_name, day)
    points = {told["conformed.player_boxscores", day.isoformat()][0] for day in FIVE}
    assert len(points) == len(FIVE), "dates with other rows have other data versions"


def test_every_check_is_told_for_every_date(made: Settings) -> None:
    with open_instance(made) as instance:
        run_id = instance.get_run_ids(limit=100)[-1]
        events = [entry.get_dagster_event() for entry in instance.all_logs(run_id) if entry.is_dagster_event]
    for table in DAILY:
        checks = ["contract", *(["completeness"] if has_completeness_check(table) else [])]
        for check in checks:
            judged = homes.evaluations(events, table.full_name, check)
            assert set(judged) - {None} == {day.isoformat() for day in FIVE}, (table.full_name, check)
        contract = homes.evaluations(events, table.full_name, "contract")
        assert all(each.passed for each in contract.values())
    played = [name for name, owes in OWES.items() if owes is Owes.PLAYED and name.startswith("conformed")]
    for name in played:
        judged = homes.evaluations(events, name, "completeness")
        assert all(each.passed and each.metadata["games expected"].value > 0 for day, each in judged.items() if day)


@pytest.fixture(scope="module")
def thin(collected: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, str, list[str]]:
    """A home whose second date lacks the box score of one game of at most nine; the game, and all of that date."""
    source = homes.settings_of(collected)
    settings = homes.settings_of(tmp_path_factory.mktemp("thin"))
    archive = homes.archive_of(settings, lambda: homes.COLLECTED_AT)
    (schedule,) = homes.archive_of(source, lambda: homes.COLLECTED_AT).payloads("nba_com", "schedule", FIVE)
    homes.archive(archive, "schedule", schedule.url, schedule.body, homes.COLLECTED_AT)
    lacking, games = "", []
    for day in DateRange(FIRST, FIRST + timedelta(days=2)):
        url, body = homes.box_scores(source, day)
        if day == FIRST + timedelta(days=1):
            games = homes.game_ids(body)
            assert 1 < len(games) < 10
            lacking = games[0]
            body = homes.without_game(body, lacking)
        homes.archive(archive, f"box-scores-{day}", url, body, homes.COLLECTED_AT)
    return settings, lacking, games


def missing_games(evaluation: object) -> list[str]:
    table = evaluation.metadata["missing games"]  # type: ignore[attr-defined]
    return [record.data["missing_game_id"] for record in table.value.records]


def test_a_date_that_is_held_back_leaves_the_same_in_a_range_as_alone(
    thin: tuple[Settings, str, list[str]], tmp_path: Path
) -> None:
    """What is made of its box scores is not made; what reads earlier dates is, so that its games can be predicted."""
    dates, day = DateRange(FIRST, FIRST + timedelta(days=2)), FIRST + timedelta(days=1)
    at_once = homes.copied(thin[0].home, tmp_path / "range")
    daily = homes.copied(thin[0].home, tmp_path / "days", BACKFILL_CHUNK_DAYS="1")
    for settings in (at_once, daily):
        assert [failure for done in homes.run(settings, dates) for failure in done.failures] == []
    expected, stored = homes.tables_of(at_once), homes.tables_of(daily)
    assert sorted(expected.keys() ^ stored.keys()) == []
    assert [name for name in expected if stored[name] != expected[name]] == []
    warehouse = Platform.of(at_once).warehouse
    made = {name for name, table in TABLES.items() if table.partition and warehouse.is_stored(table, day)}
    assert not made & {"conformed.player_boxscores", "analytics.player_game_summary", "conformed.shots"}
    assert {"analytics.upcoming_player_game_context", "precompute.feature_store"} <= made
    told = warehouse.scan(TABLES["operations.expected_outputs"], DateRange.of(day)).collect()
    assert dict(told.select("table", "outcome").iter_rows())["conformed.player_boxscores"] == "missing"


def test_a_date_with_too_few_box_scores_is_held_back_until_they_are_there(
    thin: tuple[Settings, str, list[str]], collected: Path, tmp_path: Path
) -> None:
    home, lacking, games = thin
    settings = homes.copied(home.home, tmp_path)
    dates, day = DateRange(FIRST, FIRST + timedelta(days=2)), FIRST + timedelta(days=1)
    steps = steps_up_to(STEPS, ["conformed.player_boxscores"])
    platform, table = Platform.of(settings), TABLES["conformed.player_boxscores"]
    (first,) = homes.run(settings, dates, steps)
    assert first.succeeded, "a date that is held back does not fail the others"
    assert platform.warehouse.days(table) == [dates.first, dates.last]
    with open_instance(settings) as instance:
        events = [entry.get_dagster_event() for entry in instance.all_logs(first.run_id) if entry.is_dagster_event]
    brought = homes.evaluations(events, "raw.nbac_player_boxscore", "completeness")[day.isoformat()]
    assert (brought.passed, brought.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert missing_games(brought) == [lacking]
    held = homes.evaluations(events, table.full_name, "completeness")[day.isoformat()]
    assert (held.passed, held.severity, held.blocking) == (False, dg.AssetCheckSeverity.ERROR, True)
    assert missing_games(held) == games
    others = homes.evaluations(events, table.full_name, "completeness")
    assert all(others[each.isoformat()].passed for each in dates if each != day)

    url, body = homes.box_scores(homes.settings_of(collected), day)
    homes.archive(platform.archive, "whole", url, body, homes.COLLECTED_AT + timedelta(hours=1))
    (second,) = homes.run(settings, dates, steps)
    assert second.succeeded
    assert platform.warehouse.days(table) == list(dates)
    assert sorted(platform.warehouse.scan(table, DateRange.of(day)).collect()["game_id"].unique()) == games

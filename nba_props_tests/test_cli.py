"""The command line: what it prints for machines, what it refuses, and the exit statuses 0, 1 and 2."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from nba_props.cli import app
from nba_props.orchestration import notices
from nba_props.simulator import ManualClock, serve
from nba_props.upstreams.registry import SOURCES
from nba_props_tests.orchestration import homes
from nba_props_tests.orchestration.homes import COLLECTED_AT, DETAILED, FIRST, KEYS, URLS

LAST = FIRST + timedelta(days=3)
VARIABLES = {"NBA_PROPS_FIRST_DATE": FIRST.isoformat(), "NBA_PROPS_RETRY_ATTEMPTS": "1"}


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """The program's own silence, and no DAGSTER_HOME left behind."""
    notices.silence()
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    yield
    os.environ.pop("DAGSTER_HOME", None)


def invoke(home: Path, *arguments: str, **changes: str) -> Result:
    return CliRunner().invoke(app, list(arguments), env=VARIABLES | {"NBA_PROPS_HOME": str(home)} | changes)


def rows_of(result: Result) -> list[dict[str, Any]]:
    rows = json.loads(result.stdout)
    assert isinstance(rows, list)
    return rows


@pytest.fixture(scope="module")
def backfilled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """A home backfilled over four dates by the command, and what the command said."""
    notices.silence()
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    home = tmp_path_factory.mktemp("cli")
    homes.copied(homes.collected_home(tmp_path_factory), home)
    return home, invoke(home, "backfill", FIRST.isoformat(), LAST.isoformat(), "--json")


def test_an_unknown_setting_is_refused_by_its_name(tmp_path: Path) -> None:
    refused = subprocess.run(
        [sys.executable, "-c", "from nba_props.cli import main; main()", "health"],
        env={**os.environ, "NBA_PROPS_HOME": str(tmp_path), "NBA_PROPS_NO_SUCH_THING": "s3cret"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert refused.returncode == 2
    assert "NBA_PROPS_NO_SUCH_THING" in refused.stderr
    assert "s3cret" not in refused.stderr
    assert "Traceback" not in refused.stderr


def test_health_of_an_empty_home_says_what_to_do(tmp_path: Path) -> None:
    told = invoke(tmp_path, "health")
    assert told.exit_code == 2
    assert "nothing is archived yet" in told.stderr


def test_statements_that_write_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    for statement in (f"copy (select 1) to '{target}'", "create table t (a int)", "select 1; select 2"):
        told = invoke(tmp_path, "sql", statement)
        assert told.exit_code == 2, statement
        assert "only one reading statement" in " ".join(told.stderr.split())
    assert not target.exists()


def test_a_file_that_is_no_recording_fails_the_import(tmp_path: Path) -> None:
    path = tmp_path / "notes.warc.gz"
    path.write_text("not a recording")
    told = invoke(tmp_path / "home", "import", str(path))
    assert told.exit_code == 1
    assert "notes.warc.gz" in told.stderr


def test_recordings_are_imported_once(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    recordings = homes.collected_home(tmp_path_factory) / "archive" / "warc"
    first = invoke(tmp_path, "import", str(recordings))
    again = invoke(tmp_path, "import", str(recordings))
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert again.stdout.startswith("0 of ")
    assert not first.stdout.startswith("0 of ")


def test_a_table_that_no_step_makes_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    told = invoke(tmp_path, "run", FIRST.isoformat(), "--up-to", "nope")
    assert told.exit_code == 2
    assert "nope" in told.stderr
    assert not (tmp_path / "warehouse").exists()


def test_a_complete_range_exits_with_0(backfilled: tuple[Path, Result]) -> None:
    home, said = backfilled
    assert said.exit_code == 0, said.stderr
    judged = rows_of(said)
    assert {row["game_date"] for row in judged} == {(FIRST + timedelta(days=n)).isoformat() for n in range(4)}
    assert {row["outcome"] for row in judged} <= {"complete", "empty as scheduled"}
    health = invoke(home, "health", "--from", FIRST.isoformat(), "--to", LAST.isoformat(), "--json")
    assert health.exit_code == 0
    assert rows_of(health) == judged


def test_sources_that_others_stand_in_for_owe_nothing_before_the_first_date_that_they_were_asked_about(
    backfilled: tuple[Path, Result],
) -> None:
    _, said = backfilled
    assert DETAILED.first == LAST
    tables = ("raw.nbac_gamebook", "raw.nbac_play_by_play", "raw.bdl_player_boxscores", "raw.espn_boxscores")
    for table in tables:
        of_table = {row["game_date"]: row for row in rows_of(said) if row["table"] == table}
        told = [of_table[day.isoformat()] for day in (FIRST, FIRST + timedelta(days=1), FIRST + timedelta(days=2))]
        assert {(row["outcome"], row["expected_games"], row["stored_rows"]) for row in told} == {("complete", 0, 0)}
        asked = of_table[LAST.isoformat()]
        assert asked["outcome"] == "complete", table
        assert asked["expected_games"] == asked["stored_games"] > 0, table


def test_what_is_missing_exits_with_1(backfilled: tuple[Path, Result]) -> None:
    home, _ = backfilled
    told = invoke(home, "health", "--json")
    assert told.exit_code == 1, "dates after the backfill are archived and not made"
    missing = {row["game_date"] for row in rows_of(told) if row["outcome"] == "missing"}
    assert min(missing) > LAST.isoformat()


def test_board_backtest_and_sql_print_json(backfilled: tuple[Path, Result]) -> None:
    home, _ = backfilled
    board = invoke(home, "board", LAST.isoformat(), "--system", "market", "--top", "5", "--json")
    assert (board.exit_code, len(rows_of(board))) == (0, 5)
    empty = invoke(home, "board", (LAST + timedelta(days=1)).isoformat(), "--json")
    assert (empty.exit_code, rows_of(empty)) == (1, [])
    record = invoke(home, "backtest", FIRST.isoformat(), LAST.isoformat(), "--json")
    assert record.exit_code == 0
    assert {"market"} <= {row["system"] for row in rows_of(record)}
    counted = invoke(home, "sql", "select count(*) as games from conformed.games", "--json")
    assert counted.exit_code == 0
    assert rows_of(counted)[0]["games"] > 0


def test_collect_asks_the_main_sources_and_with_details_every_other(tmp_path: Path) -> None:
    clock = ManualClock(COLLECTED_AT)
    shift = (COLLECTED_AT - datetime.now(UTC)).total_seconds()
    with serve(homes.league(), clock) as url:
        told = dict.fromkeys(URLS, url) | KEYS | {"PACING_SECONDS": "0", "CLOCK_SHIFT_SECONDS": str(shift)}
        variables = {f"NBA_PROPS_{name}": value for name, value in told.items()}
        plain = invoke(tmp_path / "plain", "collect", FIRST.isoformat(), **variables)
        whole = invoke(tmp_path / "whole", "collect", FIRST.isoformat(), "--details", **variables)
    assert (plain.exit_code, whole.exit_code) == (0, 0), plain.stderr + whole.stderr

    def asked(home: Path) -> set[str]:
        archive = homes.archive_of(homes.settings_of(home), clock)
        return {row[0] for row in archive.index.questions().select("source").rows()}

    assert asked(tmp_path / "plain") == {"nba_com", "odds_api"}
    only_of_the_present = {"draftkings", "basketball_reference"}
    assert asked(tmp_path / "whole") == set(SOURCES) - only_of_the_present - {"bigdataball"}


def test_a_range_that_ends_before_it_begins_is_refused(tmp_path: Path) -> None:
    told = invoke(tmp_path, "backfill", LAST.isoformat(), FIRST.isoformat())
    assert told.exit_code == 2

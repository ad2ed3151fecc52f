"""The graph as Dagster sees it: every table is there, described, watched and checked; and the walls between folders."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from nba_props.contracts.registry import TABLES
from nba_props.orchestration import notices
from nba_props.orchestration.graph import STEPS
from nba_props.orchestration.root import build_definitions
from nba_props.settings import load_settings

PACKAGE = Path(__file__).parents[1] / "nba_props"
ROOTS = {"definitions.py", "cli.py", "commands.py", "development.py"}
"""What may use the orchestration, beside itself."""

LOADING = "from nba_props.definitions import defs; defs.get_repository_def()"


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> dg.AssetGraph:
    notices.silence()
    settings = load_settings({"NBA_PROPS_HOME": str(tmp_path_factory.mktemp("home"))})
    definitions = build_definitions(settings)
    dg.Definitions.validate_loadable(definitions)
    return definitions.resolve_asset_graph()


def test_every_table_but_the_alerts_is_an_asset_and_nothing_else_is(graph: dg.AssetGraph) -> None:
    made = {".".join(key.path) for key in graph.get_all_asset_keys()}
    assert made == set(TABLES) - {"operations.alerts"}


def test_every_asset_tells_what_it_is_and_how_fresh_it_must_be(graph: dg.AssetGraph) -> None:
    for key in graph.get_all_asset_keys():
        node, table = graph.get(key), TABLES[".".join(key.path)]
        assert node.description == table.description, key
        assert (node.group_name, bool(node.kinds), bool(node.owners)) == (table.layer, True, True), key
        assert node.freshness_policy is not None, key
        columns = node.metadata["dagster/column_schema"]
        shown = columns.schema if isinstance(columns, dg.TableSchemaMetadataValue) else columns
        assert [column.name for column in shown.columns] == list(table.schema), key
        assert all(column.description for column in shown.columns), key


def test_every_asset_has_its_contract_checked_and_no_check_is_on_anything_else(graph: dg.AssetGraph) -> None:
    assets = set(graph.get_all_asset_keys())
    checks = set(graph.asset_check_keys)
    assert {check.asset_key for check in checks} == assets
    assert {check.asset_key for check in checks if check.name == "contract"} == assets


def test_every_derived_table_remakes_itself_and_a_raw_one_if_it_failed(graph: dg.AssetGraph) -> None:
    for step in STEPS:
        for table in step.tables:
            condition = graph.get(dg.AssetKey(table.asset_key)).automation_condition
            assert condition is not None, table.full_name
            is_raw = not step.reads and not step.is_record
            assert (condition.get_label() == "the date failed") == is_raw, table.full_name


def test_the_definitions_load_without_any_other_warning(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NBA_PROPS_")}
    loaded = subprocess.run(
        [sys.executable, "-W", "default", "-c", LOADING],
        env=environment | {"NBA_PROPS_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert loaded.returncode == 0, loaded.stderr
    assert "Warning" not in loaded.stderr


def imports() -> Iterator[tuple[Path, str]]:
    """Every module of the package with each name that it imports, inside functions, too."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                yield from ((path, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                assert node.level == 0, f"{path}: relative import"
                yield path, node.module
                yield from ((path, f"{node.module}.{alias.name}") for alias in node.names)


def is_of(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def wired(path: Path) -> bool:
    relative = path.relative_to(PACKAGE)
    return relative.parts[0] == "orchestration" or relative.as_posix() in ROOTS


def test_only_the_roots_use_the_orchestration_and_dagster() -> None:
    found = list(imports())
    assert any(is_of(name, "dagster") for _, name in found)
    trespassers = {
        f"{path.relative_to(PACKAGE)}: {name}"
        for path, name in found
        if not wired(path) and any(is_of(name, of) for of in ("nba_props.orchestration", "dagster", "dagster_pandera"))
    }
    assert trespassers == set()


def test_only_the_settings_read_the_environment() -> None:
    readers = set()
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr in ("environ", "environb", "getenv"):
                readers.add(path.relative_to(PACKAGE).as_posix())
            if isinstance(node, ast.ImportFrom) and node.module == "os":
                assert not {"environ", "getenv"} & {alias.name for alias in node.names}, path
    assert readers == {"settings.py", "orchestration/instance.py"}

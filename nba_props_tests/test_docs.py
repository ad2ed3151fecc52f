"""What the documents say is true of the tree: links, commands, settings, tables, queries, generated pages."""

import re
from functools import cache
from pathlib import Path

import pytest
import typer

from nba_props import documentation
from nba_props.cli import app
from nba_props.contracts.registry import LAYERS, TABLES
from nba_props.settings import ENVIRONMENT_PREFIX, Settings
from nba_props.warehouse import sql
from nba_props.warehouse.parquet import ParquetWarehouse

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
ANY_PREFIX = f"{ENVIRONMENT_PREFIX}*"


def texts() -> str:
    return "\n".join(document.read_text() for document in DOCUMENTS)


def code_of(text: str) -> list[str]:
    """Fenced lines and inline code."""
    fenced = re.findall(r"```\w*\n(.*?)```", text, re.DOTALL)
    prose = re.sub(r"```\w*\n.*?```", "", text, flags=re.DOTALL)
    lines = [line.strip() for block in fenced for line in block.splitlines()]
    return lines + re.findall(r"`([^`\n]+)`", prose)


def headings_of(text: str) -> set[str]:
    """Anchors as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@cache
def commands() -> dict[str, set[str]]:
    """Options by command."""
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    return {
        name: {option for parameter in command.params for option in parameter.opts}
        for name, command in group.commands.items()
    }


def documented_calls() -> list[str]:
    calls = [re.split(r"\s#\s", code)[0] for code in code_of(texts())]
    return sorted({call.removeprefix("nba-props ") for call in calls if call.startswith("nba-props ")})


def documented_queries() -> list[str]:
    return [match[1] for call in documented_calls() if (match := re.match(r'sql "(.*)"', call))]


@pytest.mark.parametrize("name", documentation.PAGES)
def test_a_generated_page_is_what_the_code_says_now(name: str) -> None:
    stored = (ROOT / "docs" / name).read_text()
    assert stored == documentation.PAGES[name](), "run `python -m nba_props.documentation`"


def test_every_table_and_column_is_on_its_page() -> None:
    sections = re.split(r"^### ", documentation.tables_page(), flags=re.MULTILINE)[1:]
    shown = {part.splitlines()[0]: re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE) for part in sections}
    assert shown == {name: table.schema.names() for name, table in TABLES.items()}


def test_writing_twice_changes_nothing_the_second_time(tmp_path: Path) -> None:
    assert len(documentation.write(tmp_path)) == len(documentation.PAGES)
    assert documentation.write(tmp_path) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    text = document.read_text()
    prose = re.sub(r"`[^`\n]*`", "", text)
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", prose) if "://" not in link]
    for link in links:
        target, _, anchor = link.partition("#")
        path = document.parent / target if target else document
        assert path.is_file(), f"{document.name} links to {link}"
        assert not anchor or anchor in headings_of(path.read_text()), f"{document.name} links to {link}"


def test_every_page_is_listed_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    unlisted = [page.name for page in DOCUMENTS[1:] if f"(docs/{page.name})" not in readme]
    assert unlisted == []


@pytest.mark.parametrize("call", documented_calls())
def test_every_command_and_option_named_exists(call: str) -> None:
    name, _, rest = call.partition(" ")
    assert name in commands(), f"nba-props {call}"
    given = re.findall(r"(?:^|\s)(--[\w-]+)", re.sub(r'"[^"]*"', "", rest))
    assert set(given) <= commands()[name], f"nba-props {call}"


def test_every_command_is_documented() -> None:
    assert set(commands()) <= {call.partition(" ")[0] for call in documented_calls()} | {"demo"}


def test_every_make_target_named_exists() -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {match[1] for code in code_of(texts()) if (match := re.match(r"make ([\w-]+)", code))}
    assert named
    assert named <= targets


@pytest.mark.parametrize("query", documented_queries())
def test_every_query_runs(query: str, tmp_path: Path) -> None:
    sql.query(ParquetWarehouse(tmp_path), query)


def test_every_setting_named_exists() -> None:
    named = set(re.findall(rf"{ENVIRONMENT_PREFIX}[A-Z_]+\*?", texts().replace(ANY_PREFIX, "")))
    assert named <= {ENVIRONMENT_PREFIX + name.upper() for name in Settings.model_fields}


def test_every_table_named_exists() -> None:
    example = {"analytics.double_doubles"}
    found = re.findall(rf"`((?:{'|'.join(LAYERS)})[./][a-z_]+)`", texts())
    named = {name.replace("/", ".") for name in found if not name.endswith("/")}
    assert named
    assert named - example <= set(TABLES)


def test_every_path_named_exists() -> None:
    paths = re.findall(r"`(nba_props(?:_tests)?/[\w./-]*)`", texts())
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []

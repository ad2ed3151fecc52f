"""The container image is described by what the tree holds; building it needs a container engine."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
LINES = (ROOT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()


def copied() -> list[str]:
    """Sources of every COPY."""
    return [source for line in LINES if line.startswith("COPY ") for source in line.split()[1:-1]]


def test_every_copied_path_is_in_the_tree() -> None:
    assert copied()
    assert [path for path in copied() if not (ROOT / path).exists()] == []


def test_every_copied_path_is_let_through_by_dockerignore() -> None:
    ignore = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in ignore
    assert [path for path in copied() if f"!{path}" not in ignore] == []


def test_everything_that_the_installation_reads_is_copied_before_it() -> None:
    install = next(number for number, line in enumerate(LINES) if "pip install" in line)
    before = [source for line in LINES[:install] if line.startswith("COPY ") for source in line.split()[1:-1]]
    assert {"pyproject.toml", "setup.cfg", "README.md", "nba_props/"} <= set(before)
    assert "--constraint constraints.txt" in LINES[install]
    assert "constraints.txt" in before


def test_the_server_runs_without_privileges_on_the_volume() -> None:
    user = next(number for number, line in enumerate(LINES) if line.startswith("USER "))
    command = next(number for number, line in enumerate(LINES) if line.startswith("CMD "))
    assert LINES[user].split()[1] != "root"
    assert user < command
    home = re.search(r"NBA_PROPS_HOME=(\S+)", "\n".join(LINES))
    assert home is not None
    assert f"VOLUME {home[1]}" in LINES

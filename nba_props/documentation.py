"""The pages of ``docs/`` that derive from code: every table from its contract, every setting from its declaration.

``python -m nba_props.documentation`` writes them anew; a test fails while a page is not what it would write.
"""

from __future__ import annotations

import sys
import types
import typing
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from nba_props.contracts.precompute.features import FEATURE_GROUPS, FEATURE_VERSION
from nba_props.contracts.registry import LAYERS, TABLES
from nba_props.contracts.table import Table
from nba_props.operations.coverage import OWES
from nba_props.settings import ENVIRONMENT_PREFIX, Settings
from nba_props.teams import TRICODES

DOCS = Path(__file__).parent.parent / "docs"

GENERATED = "<!-- Written by `python -m nba_props.documentation`; edit the code that it derives from instead. -->"

LAYER_WORDS = {
    "raw": "What an upstream said, typed, one table an endpoint. Every row names the archived payload it came from.",
    "conformed": "One truth from many sources: games, players, box scores, lines. Names are resolved here only.",
    "analytics": "What happened, derived from the box scores, and what was known of a game before it.",
    "precompute": "Rolling form, shooting by zone, composite factors, the feature store: what was known before a game.",
    "predictions": "Models, predictions, prices, grades, the record.",
    "operations": "What was fetched, refused, expected and reported.",
}

_TYPE_WORDS: dict[type[pl.DataType], str] = {
    pl.String: "text",
    pl.Int64: "whole number",
    pl.Float64: "number",
    pl.Boolean: "yes/no",
    pl.Date: "date",
    pl.Datetime: "time, UTC",
}

_SETTING_WORDS: dict[Any, str] = {
    Path: "path",
    date: "date",
    float: "number",
    int: "whole number",
    str: "text",
    SecretStr: "secret text",
}


def tables_page() -> str:
    """The page of all tables: per layer and table what it holds, its key and partition, and its columns."""
    parts = [
        GENERATED,
        "# Tables",
        f"{len(TABLES)} tables in {len(LAYERS)} layers. In SQL each one is `layer.table`. A table is declared once, as"
        " a contract in `nba_props/contracts/`; storage schema, checks, the UI's columns and this page derive from it."
        " Prices are decimal (total return per unit staked), probabilities lie in 0..1, times are UTC, and a game date"
        " is the New York date of the tip-off ([time](time.md)).",
        "\n".join(_contents(layer) for layer in LAYERS),
    ]
    for layer in LAYERS:
        parts += [f"## {layer}", LAYER_WORDS[layer]]
        for table in _tables_of(layer):
            parts += _table_section(table)
    return _page(parts)


def settings_page() -> str:
    """The page of all settings: environment variable, type, default, meaning."""
    rows = [
        (
            f"`{ENVIRONMENT_PREFIX}{name.upper()}`",
            _setting_type(field),
            _default(field),
            field.description or "",
        )
        for name, field in Settings.model_fields.items()
    ]
    return _page(
        [
            GENERATED,
            "# Settings",
            "Every setting is an environment variable, declared in `nba_props/settings.py`; nothing else reads the"
            f" environment. An unknown `{ENVIRONMENT_PREFIX}*` variable or a malformed value is refused at start with"
            " its name. Units are in the name or the description.",
            _markdown_table(("variable", "type", "default", "meaning"), rows),
        ]
    )


def features_page() -> str:
    """The data dictionary: every feature with definition, window, unit, source tables and knowability."""
    count = sum(len(features) for features in FEATURE_GROUPS.values())
    parts = [
        GENERATED,
        "# Features",
        f"{count} features in {len(FEATURE_GROUPS)} groups, version {FEATURE_VERSION} of their definitions. They are"
        " columns of `precompute.feature_store`, one row a player, game and as-of. How they can be trusted, and how"
        " to read an older version, is told in [the feature store](feature-store.md). Every feature may be null: what"
        " is unknown is never made up.",
        "\n".join(f"- [{group}](#{_anchor(group)}): {len(features)}" for group, features in FEATURE_GROUPS.items()),
    ]
    for group, features in FEATURE_GROUPS.items():
        rows = [
            (
                f"`{each.name}`",
                each.definition,
                each.window,
                each.unit,
                ", ".join(f"`{source}`" for source in each.sources),
                each.knowable,
            )
            for each in features
        ]
        header = ("feature", "definition", "window", "unit", "made of", "known")
        parts += [f"## {group}", _markdown_table(header, rows)]
    return _page(parts)


PAGES: dict[str, Callable[[], str]] = {
    "tables.md": tables_page,
    "features.md": features_page,
    "settings.md": settings_page,
}
"""Generated pages by file name."""


def write(folder: Path) -> list[Path]:
    """Write the generated pages into a folder; gives those that changed."""
    changed = []
    for name, page in PAGES.items():
        path, text = folder / name, page()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed


def _tables_of(layer: str) -> list[Table]:
    return [table for table in TABLES.values() if table.layer == layer]


def _contents(layer: str) -> str:
    named = ", ".join(f"[{table.name}](#{_anchor(table.full_name)})" for table in _tables_of(layer))
    return f"- **{layer}**: {named}"


def _anchor(heading: str) -> str:
    """How GitHub turns a heading of letters, dots and underscores into an anchor."""
    return heading.lower().replace(".", "")


def _table_section(table: Table) -> Iterable[str]:
    stored = f"Partition: `{table.partition}`." if table.partition else "Stored whole, without partitions."
    rows = [
        (
            f"`{name}`",
            _TYPE_WORDS[dtype.base_type()] + (", may be null" if table.pandera_schema.columns[name].nullable else ""),
            _limits(table.pandera_schema.columns[name].checks),
            table.descriptions[name],
        )
        for name, dtype in table.schema.items()
    ]
    yield f"### {table.full_name}"
    yield table.description
    yield f"{stored} Key: {', '.join(f'`{name}`' for name in table.key)}. Expected: {OWES[table.full_name].value}."
    yield _markdown_table(("column", "type", "range", "meaning"), rows)


def _limits(checks: Sequence[Any]) -> str:
    """The checks of a column in words; intervals as they are written in mathematics."""
    values: dict[str, Any] = {}
    words = []
    for check in checks:
        if check.name == "isin":
            words.append(_choices(tuple(check.statistics["allowed_values"])))
        elif check.name == "str_matches":
            words.append(f"matches `{check.statistics['pattern']}`")
        elif check.name == "str_length":
            words.append("not empty")
        else:
            values[check.name] = next(iter(check.statistics.values()))
    words += [
        f"{sign} {values[name]:g}"
        for name, sign in (
            ("greater_than_or_equal_to", "≥"),
            ("greater_than", ">"),
            ("less_than_or_equal_to", "≤"),
            ("less_than", "<"),
        )
        if name in values
    ]
    return ", ".join(words)


def _choices(allowed: tuple[str, ...]) -> str:
    if set(allowed) == set(TRICODES):
        return f"one of the {len(TRICODES)} tricodes"
    return "one of " + ", ".join(f"`{value}`" for value in allowed)


def _setting_type(field: FieldInfo) -> str:
    annotation = field.annotation
    kinds = typing.get_args(annotation) if isinstance(annotation, types.UnionType) else (annotation,)
    named = [_SETTING_WORDS[kind] for kind in kinds if kind is not types.NoneType]
    return ", ".join(named + [word for item in field.metadata for word in _bounds(item)])


def _bounds(item: Any) -> list[str]:
    """The limits that a constraint of pydantic holds."""
    limits = {"≥": "ge", ">": "gt", "≤": "le", "<": "lt"}
    return [f"{sign} {getattr(item, name):g}" for sign, name in limits.items() if hasattr(item, name)]


def _default(field: FieldInfo) -> str:
    return "none" if field.default is None else f"`{field.default}`"


def _markdown_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _page(parts: Iterable[str]) -> str:
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Write the pages into the folder given, or into the project's own."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS
    for path in write(folder):
        sys.stdout.write(f"wrote {path}\n")


if __name__ == "__main__":
    main()

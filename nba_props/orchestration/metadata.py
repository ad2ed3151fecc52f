"""What the Dagster UI shows of a table: columns, counts, previews."""

from __future__ import annotations

from functools import cache
from typing import Any

import dagster as dg
import polars as pl
from dagster_pandera import pandera_schema_to_dagster_type

from nba_props.contracts.table import Table

PREVIEW_ROWS = 5
PREVIEW_COLUMNS = 12


@cache
def column_schema(table: Table) -> dg.TableSchema:
    """The contract as the UI's list of columns, with descriptions and constraints."""
    shown: Any = pandera_schema_to_dagster_type(table.contract).metadata["schema"]
    schema: dg.TableSchema = shown.schema
    return schema


def definition_metadata(table: Table) -> dict[str, Any]:
    """Metadata of the asset itself."""
    return {
        "dagster/column_schema": column_schema(table),
        "dagster/table_name": table.full_name,
        "key": ", ".join(table.key),
    }


def table_of(frame: pl.DataFrame, rows: int = 50) -> dg.TableMetadataValue:
    """A frame's first rows as a table in metadata."""
    shown = frame.head(rows).select(pl.all().cast(pl.String, strict=False).fill_null(""))
    schema = dg.TableSchema(columns=[dg.TableColumn(name, "string") for name in shown.columns])
    return dg.MetadataValue.table([dg.TableRecord(row) for row in shown.to_dicts()], schema=schema)


def preview(frame: pl.DataFrame) -> dg.TableMetadataValue:
    """A few rows and the first columns, for the eye."""
    return table_of(frame.select(frame.columns[:PREVIEW_COLUMNS]), PREVIEW_ROWS)

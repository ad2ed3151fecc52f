"""Raw tables of an upstream from all of its archived payloads: parse, keep the newest of each row, sift out what breaks
the contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from nba_props.archive.payload import Payload
from nba_props.contracts.registry import table_named
from nba_props.contracts.table import PROVENANCE_COLUMNS, Table
from nba_props.game_calendar import DateRange
from nba_props.upstreams.endpoint import Endpoint


def build(
    dates: DateRange, payloads: Mapping[Endpoint, Sequence[Payload]], quarantine: Table
) -> dict[str, pl.DataFrame]:
    """Rows of the dates for every table that the endpoints feed, and the upstream's quarantine, by full table name.

    Where payloads tell the same row, the one fetched last holds. Nothing valid is lost because of what is not: a
    payload that cannot be read and a row that breaks its contract become quarantine rows.
    """
    tables: dict[str, pl.DataFrame] = {}
    refused: list[pl.DataFrame] = []
    for endpoint, archived in payloads.items():
        parsed = endpoint.parse_many(archived)
        refused.append(parsed.rejects)
        refused.extend(endpoint.quarantine(payload, reason) for payload, reason in parsed.malformed)
        for name, frame in parsed.frames.items():
            table = table_named(name)
            newest = _newest(table, frame.filter(dates.is_in()))
            good, bad = table.split(table.conform(newest))
            tables[name] = good
            refused.append(_refusals(endpoint, table, bad))
    rows = pl.concat([frame.select(quarantine.schema.names()) for frame in refused])
    tables[quarantine.full_name] = rows.filter(dates.is_in()).unique(list(quarantine.key))
    return tables


def _newest(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    ordered = frame.sort("fetched_at", "payload_id", maintain_order=True)
    return ordered.unique(list(table.key), keep="last", maintain_order=True)


def _refusals(endpoint: Endpoint, table: Table, bad: pl.DataFrame) -> pl.DataFrame:
    told: list[Any] = [pl.col(name) for name in bad.columns if name != "reason"]
    return bad.select(
        "game_date",
        pl.lit(endpoint.source).alias("source"),
        pl.lit(table.full_name).alias("table"),
        "payload_id",
        pl.struct(told).struct.json_encode().alias("row"),
        "reason",
        pl.lit(endpoint.parser_version, pl.Int64).alias("parser_version"),
        "fetched_at",
    )


def changed_dates(table: Table, made: pl.DataFrame, stored: pl.DataFrame) -> list[date]:
    """Dates on which two versions of a raw table tell different facts, whatever payload they came from."""
    facts = [name for name in table.schema if name not in PROVENANCE_COLUMNS]
    new, old = made.select(facts), stored.select(facts)
    changed = [
        new.join(old, on=facts, how="anti", nulls_equal=True),
        old.join(new, on=facts, how="anti", nulls_equal=True),
    ]
    return pl.concat(changed)["game_date"].unique().sort().to_list()

"""Raw tables of an upstream from all of its archived payloads: parse, keep the newest of each row, sift out what breaks
the contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from nba_props.archive.payload import Payload
from nba_props.contracts.registry import table_named
from nba_props.contracts.table import PROVENANCE_COLUMNS, VIOLATED, Table
from nba_props.game_calendar import DateRange
from nba_props.upstreams.endpoint import Endpoint, Parsed, Readings


class PayloadsUnaccounted(RuntimeError):
    """Payloads of an endpoint were lost on the way; nothing is stored."""

    def __init__(self, endpoint: Endpoint, archived: int, readable: int, malformed: int) -> None:
        super().__init__(
            f"{endpoint.source} {endpoint.name}: of {archived} archived payloads {readable} were read and {malformed}"
            " refused; the others are unaccounted for, which is a fault of the parser"
        )


def build(
    dates: DateRange,
    payloads: Mapping[Endpoint, Sequence[Payload]],
    quarantine: Table,
    readings: Readings | None = None,
) -> dict[str, pl.DataFrame]:
    """Rows of the dates for every table that the endpoints feed, and the upstream's quarantine, by full table name.

    Where payloads tell the same row, the one fetched last holds. Nothing valid is lost because of what is not: a
    payload that cannot be read and a row that breaks its contract become quarantine rows.

    Raises:
        PayloadsUnaccounted: some payload was neither read nor refused.
    """
    good_rows: dict[str, list[pl.DataFrame]] = {}
    refused: list[pl.DataFrame] = []
    for endpoint, archived in payloads.items():
        parsed = endpoint.parse_many(archived, readings)
        require_all_accounted(endpoint, len(archived), parsed)
        refused.append(parsed.rejects)
        refused.extend(endpoint.quarantine(payload, reason) for payload, reason in parsed.malformed)
        for name, frame in parsed.frames.items():
            table = table_named(name)
            newest = _newest(table, _not_struck_out(endpoint, frame.filter(dates.is_in())))
            good, bad = table.split(table.conform(newest))
            good_rows.setdefault(name, []).append(good)
            refused.append(_refusals(endpoint, table, bad))
    tables = {name: _merged(table_named(name), frames) for name, frames in good_rows.items()}
    rows = pl.concat([frame.select(quarantine.schema.names()) for frame in refused])
    tables[quarantine.full_name] = rows.filter(dates.is_in()).unique(list(quarantine.key))
    return tables


def require_all_accounted(endpoint: Endpoint, archived: int, parsed: Parsed) -> None:
    """Make sure that each of so many archived payloads was either read or refused.

    Raises:
        PayloadsUnaccounted: some was neither.
    """
    if parsed.readable + len(parsed.malformed) != archived:
        raise PayloadsUnaccounted(endpoint, archived, parsed.readable, len(parsed.malformed))


def _not_struck_out(endpoint: Endpoint, frame: pl.DataFrame) -> pl.DataFrame:
    """Rows of the newest payload of each whole that the endpoint's payloads tell."""
    if not endpoint.whole_by:
        return frame
    told = pl.struct("fetched_at", "payload_id")
    return frame.filter(told == told.sort_by("fetched_at", "payload_id").last().over(endpoint.whole_by))


def _merged(table: Table, frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Rows that several endpoints tell of one table."""
    return frames[0] if len(frames) == 1 else table.conform(_newest(table, pl.concat(frames)))


def _newest(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    ordered = frame.sort("fetched_at", "payload_id", maintain_order=True)
    return ordered.unique(list(table.key), keep="last", maintain_order=True)


def _refusals(endpoint: Endpoint, table: Table, bad: pl.DataFrame) -> pl.DataFrame:
    told: list[Any] = [pl.col(name) for name in bad.columns if name != VIOLATED]
    return bad.select(
        "game_date",
        pl.lit(endpoint.source).alias("source"),
        pl.lit(table.full_name).alias("table"),
        "payload_id",
        pl.struct(told).struct.json_encode().alias("row"),
        pl.col(VIOLATED).alias("reason"),
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

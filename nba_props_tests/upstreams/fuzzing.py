"""Fuzzing of every parser: bodies to begin with, and what must hold of whatever becomes of them."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module

import polars as pl

from nba_props.archive.payload import Payload
from nba_props.contracts.raw.quarantine import quarantine_table
from nba_props.contracts.registry import table_named
from nba_props.contracts.table import Table
from nba_props.upstreams.registry import SOURCES, endpoint_of
from nba_props_tests.upstreams.mutations import mutants


def all_examples() -> dict[str, Payload]:
    """A body of every endpoint, by source and endpoint."""
    return {
        f"{source}: {name}": payload
        for source in SOURCES
        for name, payload in import_module(f"nba_props_tests.upstreams.examples_{source}").examples().items()
    }


def assert_survives(payload: Payload, seed: int, count: int) -> None:
    """No mutant raises, is lost, touches another one, or brings a row that breaks its contract."""
    endpoint = endpoint_of(payload.url)
    assert endpoint is not None, payload.url
    sent = list(mutants(payload, seed, count))
    parsed = endpoint.parse_many(sent)
    assert parsed.readable + len(parsed.malformed) == count
    assert all(reason for _, reason in parsed.malformed)
    assert endpoint.covers(sent[0]).game_dates
    for name, frame in parsed.frames.items():
        assert_keeps_contract(table_named(name), frame)
    assert_keeps_contract(quarantine_table("any"), parsed.rejects)


def assert_keeps_contract(table: Table, frame: pl.DataFrame) -> None:
    """Every row satisfies its contract, its key included among the rows of its own payload."""
    assert frame.schema == table.schema
    of_payload = replace(table, key=tuple(dict.fromkeys((*table.key, "payload_id"))))
    violations = of_payload.violations(frame) if frame.height else pl.DataFrame()
    assert violations.is_empty(), violations

"""Quarantines: what of an upstream's payloads could not be stored. One table a source, all alike."""

from __future__ import annotations

import polars as pl

from nba_props.contracts import columns as c
from nba_props.contracts.table import Contract, Table

QUARANTINE_KEY = ("game_date", "table", "payload_id", "row", "reason")


class Quarantine(Contract):
    """What of an upstream's payloads could not be stored: one row a payload or payload row, with the reason."""

    game_date: pl.Date = c.game_date()
    source: str = c.text("Upstream.")
    table: str = c.text("Table that it was meant for.")
    payload_id: str = c.payload_id()
    row: str = c.text("The offending row as JSON; empty if the whole payload could not be read.")
    reason: str = c.text("What is wrong with it.", str_length={"min_value": 1})
    parser_version: int = c.number("Version of the parser that refused it.", ge=1)
    fetched_at: c.Moment = c.fetched_at()


def quarantine_table(prefix: str) -> Table:
    """The quarantine of the source whose raw tables begin with ``prefix``."""
    return Table("raw", f"{prefix}_quarantine", Quarantine, QUARANTINE_KEY)

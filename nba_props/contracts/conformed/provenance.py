"""Columns of conformed tables that say where a row came from and from when it counts as known."""

from __future__ import annotations

from typing import Any

from nba_props.contracts import columns as c

LINE_SOURCES = ("odds_api", "draftkings", "bettingpros")
"""Upstreams of prop lines; of a book that several tell at one moment the first one counts."""


def source_table() -> Any:
    """Which raw table told it."""
    return c.text("Raw table that the row came from.")


def endpoint() -> Any:
    """Which endpoint of that table."""
    return c.text("Endpoint of that table, where it holds several.", nullable=True)


def line_source() -> Any:
    """Which upstream of lines."""
    return c.text("Upstream that told it.", isin=LINE_SOURCES)


def knowable_at() -> Any:
    """From when it counts as known."""
    return c.moment("From when the row counts as known: tip-off plus a set delay.")

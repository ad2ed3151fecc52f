"""Every table by name. A table that is not listed here does not exist."""

from __future__ import annotations

from nba_props.contracts import analytics, conformed, operations, precompute, predictions, raw
from nba_props.contracts.table import Table

LAYERS = ("raw", "conformed", "analytics", "precompute", "predictions", "operations")

TABLES: dict[str, Table] = {
    table.full_name: table
    for module in (raw, conformed, analytics, precompute, predictions, operations)
    for table in module.TABLES
}


def table_named(name: str) -> Table:
    """The table of a ``layer.name``.

    Raises:
        KeyError: there is none; the message lists the layer's tables.
    """
    try:
        return TABLES[name]
    except KeyError:
        known = ", ".join(sorted(TABLES))
        raise KeyError(f"no table {name!r}; there are {known}") from None

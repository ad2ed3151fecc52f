"""The IO manager: prepared tables into the warehouse, lazy frames of the dates that a step reads out of it."""

from __future__ import annotations

from datetime import date

import dagster as dg
import polars as pl

from nba_props.contracts.registry import table_named
from nba_props.game_calendar import DateRange
from nba_props.warehouse.parquet import ParquetWarehouse, PreparedTable


class WarehouseIOManager(dg.IOManager):
    """Stores ``PreparedTable`` outputs and loads ``polars.LazyFrame`` inputs by asset key and partition range."""

    def __init__(self, warehouse: ParquetWarehouse) -> None:
        self._warehouse = warehouse

    def handle_output(self, context: dg.OutputContext, obj: PreparedTable) -> None:
        """Replace the prepared partitions."""
        self._warehouse.publish(obj)

    def load_input(self, context: dg.InputContext) -> pl.LazyFrame:
        """The table's rows of the partitions that the step reads; none where they precede the calendar."""
        table = table_named(".".join(context.asset_key.path))
        if not context.has_asset_partitions:
            return self._warehouse.scan(table)
        keys = context.asset_partition_keys
        if not keys:
            return table.empty().lazy()
        return self._warehouse.scan(table, DateRange(date.fromisoformat(min(keys)), date.fromisoformat(max(keys))))

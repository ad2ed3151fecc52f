"""The warehouse: publishing and scanning partitions, beside one plain parquet file of the same rows."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl

from nba_props.contracts import raw
from nba_props.contracts.table import Table
from nba_props.game_calendar import DateRange
from nba_props.upstreams import nba_com, odds_api
from nba_props.warehouse.parquet import ParquetWarehouse, prepare
from nba_props_tests.benchmarks.inputs import Inputs
from nba_props_tests.benchmarks.measuring import Measurement, Section, best_of, times

PROP_COLUMNS = ("event_id", "player_name", "market", "line", "over_price")
BOX_COLUMNS = ("player_id", "minutes", "points")


def warehouse(inputs: Inputs, folder: Path) -> Section:
    """A month of props and a season of box scores."""
    store = ParquetWarehouse(folder / "warehouse")
    props = _rows(raw.ODDS_PLAYER_PROPS, odds_api.EVENT_ODDS.parse_many(inputs.odds).frames)
    props = props.filter(inputs.month.is_in())
    boxes = _rows(raw.NBAC_PLAYER_BOXSCORE, nba_com.PLAYER_BOX_SCORES.parse_many(inputs.box_scores).frames)
    days = boxes["game_date"].unique().sort().to_list()
    season = DateRange(days[0], days[-1])
    one_file = {name: folder / f"{name}.parquet" for name in ("props", "boxes")}

    def publish() -> None:
        shutil.rmtree(store.table_path(raw.ODDS_PLAYER_PROPS).path, ignore_errors=True)
        store.publish(prepare(raw.ODDS_PLAYER_PROPS, props, inputs.month))

    published, _ = best_of(publish)
    conformed, _ = best_of(lambda: prepare(raw.ODDS_PLAYER_PROPS, props, inputs.month))
    again, _ = best_of(lambda: store.publish(prepare(raw.ODDS_PLAYER_PROPS, props, inputs.month)))
    written, _ = best_of(lambda: props.write_parquet(one_file["props"], compression="zstd"))
    store.publish(prepare(raw.NBAC_PLAYER_BOXSCORE, boxes, season))
    boxes.write_parquet(one_file["boxes"], compression="zstd")
    return Section(
        f"Warehouse: {props.height:,} prop rows of {len(inputs.month)} dates,"
        f" {boxes.height:,} box-score rows of {len(season)} dates",
        (
            Measurement(
                "publish the month: validate, write, sync each partition",
                published,
                f"{props.height / published:,.0f} rows/s",
                times(published, written, "one file, unchecked"),
            ),
            Measurement("  of it conforming, validating, serialising, hashing", conformed),
            Measurement("publish it again, unchanged", again, f"{props.height / again:,.0f} rows/s"),
            Measurement("one file, unchecked", written, f"{props.height / written:,.0f} rows/s"),
            *_scans("month of props", store, raw.ODDS_PLAYER_PROPS, inputs.month, PROP_COLUMNS, one_file["props"]),
            *_scans("season of box scores", store, raw.NBAC_PLAYER_BOXSCORE, season, BOX_COLUMNS, one_file["boxes"]),
        ),
    )


def _rows(table: Table, frames: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Each key once, as the raw table holds it."""
    return table.conform(frames[table.full_name].unique(list(table.key), keep="last", maintain_order=True))


def _scans(
    what: str, store: ParquetWarehouse, table: Table, dates: DateRange, columns: tuple[str, ...], one_file: Path
) -> list[Measurement]:
    scanned, rows = best_of(lambda: store.scan(table, dates, columns).collect().height, repeats=5)
    plain, _ = best_of(lambda: pl.scan_parquet(one_file).select(columns).collect().height, repeats=5)
    return [
        Measurement(
            f"scan a {what}, {len(columns)} columns",
            scanned,
            f"{rows / scanned:,.0f} rows/s",
            times(scanned, plain, "one file"),
        ),
        Measurement("  one file of the same rows", plain, f"{rows / plain:,.0f} rows/s"),
    ]

"""The embedded warehouse: one parquet file a partition, hive-named, replaced atomically.

Layout: ``<root>/<layer>/<table>/<partition column>=<date>/part.parquet``; a table without a partition is one file, and
a later version of a table has a folder of its own, ``<table>_v2``. The
root may be any fsspec location; on a local disk a partition is written under a temporary name, synced and renamed, on
an object store it is one atomic put.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import IO

import polars as pl
from upath import UPath

from nba_props.contracts.table import PROVENANCE_COLUMNS, Table
from nba_props.game_calendar import DateRange
from nba_props.processes import writer_is_dead

FILE_NAME = "part.parquet"
_TEMPORARY_SUFFIX = ".tmp"
_SCANNED_BY_POLARS = ("gs", "gcs", "s3", "s3a", "az", "abfs", "abfss")

WRITERS = 8
"""Partitions that are written at once: a disk syncs several files hardly slower than one."""

LOOKED_FOR = 31
"""Up to so many dates the warehouse looks for one by one."""

Day = date | None
Place = str | UPath
"""Where a partition lies: on a local disk as plain text, as there are tens of thousands of them."""


class WarehouseError(RuntimeError):
    """A table cannot be read or written; the message names table, partition and place."""


@dataclass(frozen=True)
class Partition:
    """One partition ready to be stored: its bytes, how many rows they hold, and the hash of its facts.

    The hash leaves the provenance columns out, so that the same facts fetched again are recognised as unchanged.
    """

    content: bytes
    rows: int
    facts_hash: str


@dataclass(frozen=True)
class PreparedTable:
    """Validated partitions of one table, not yet stored.

    Attributes:
        table: the table.
        partitions: by date; None for a table that is stored whole.
        frame: all their rows.
    """

    table: Table
    partitions: Mapping[Day, Partition]
    frame: pl.DataFrame

    @property
    def version(self) -> str:
        """Hash of all partitions; of one partition it is that partition's own."""
        hashes = [partition.facts_hash for partition in self.partitions.values()]
        return hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest()[:16]


def prepare(table: Table, frame: pl.DataFrame | pl.LazyFrame, days: Iterable[date]) -> PreparedTable:
    """Conform, validate and serialise a frame into partitions; dates without rows become typed partitions of no rows.

    Raises:
        ContractViolation: the frame breaks the table's contract, or has rows of other dates.
    """
    conformed = table.require(table.conform(frame))
    if table.partition is None:
        return PreparedTable(table, {None: _partition(conformed)}, conformed)
    wanted = sorted(days)
    by_day = {key[0]: part for key, part in conformed.partition_by(table.partition, as_dict=True).items()}
    strays = sorted(set(by_day) - set(wanted))
    if strays:
        raise WarehouseError(f"{table.full_name}: rows of {strays[0]} in a result for {wanted[0]}..{wanted[-1]}")
    nothing = _partition(table.empty())
    partitions: dict[Day, Partition] = {day: _partition(by_day[day]) if day in by_day else nothing for day in wanted}
    return PreparedTable(table, partitions, conformed)


def _partition(frame: pl.DataFrame) -> Partition:
    content = _serialised(frame)
    provenance = [name for name in PROVENANCE_COLUMNS if name in frame.columns]
    facts = _serialised(frame.drop(provenance)) if provenance else content
    return Partition(content, frame.height, hashlib.sha256(facts).hexdigest()[:16])


def _serialised(frame: pl.DataFrame) -> bytes:
    buffer = BytesIO()
    frame.write_parquet(buffer, compression="zstd", statistics=True)
    return buffer.getvalue()


class ParquetWarehouse:
    """Tables as parquet files below one root."""

    def __init__(self, root: Path | UPath) -> None:
        self.root = UPath(root)
        self._is_local = self.root.protocol in ("", "file", "local")

    def publish(self, prepared: PreparedTable) -> dict[Day, bool]:
        """Replace the partitions, each whole or not at all; tells for each whether its content changed."""
        places = [self._place(prepared.table, day) for day in prepared.partitions]
        contents = [partition.content for partition in prepared.partitions.values()]
        if len(places) < 2:
            changed = list(map(_replace, places, contents))
        else:
            with ThreadPoolExecutor(WRITERS) as writers:
                changed = list(writers.map(_replace, places, contents))
        return dict(zip(prepared.partitions, changed, strict=True))

    def scan(self, table: Table, dates: DateRange | None = None, columns: Iterable[str] | None = None) -> pl.LazyFrame:
        """The table's rows of the dates (all without), with the columns asked for; typed even if nothing is stored."""
        places = self._with_rows(table, [place for _, place in self._stored(table, dates)])
        frame = pl.scan_parquet(self._sources(places), hive_partitioning=False) if places else table.empty().lazy()
        return frame if columns is None else frame.select(columns)

    def days(self, table: Table, dates: DateRange | None = None) -> list[date]:
        """Dates (of a range, if one is given) that have a stored partition, ascending."""
        return [day for day, _ in self._stored(table, dates) if day is not None]

    def is_stored(self, table: Table, day: Day) -> bool:
        """Whether the partition is stored, be it empty."""
        return _is_there(self._place(table, day))

    def table_path(self, table: Table) -> UPath:
        """Folder of the table, in its present version."""
        return self.root / table.layer / table.folder

    def older_versions(self, table: Table) -> list[int]:
        """Versions before the table's own of which something is stored, ascending."""
        names = set(self._names(self.root / table.layer)) if table.version > 1 else set()
        return [version for version in range(1, table.version) if table.folder_of(version) in names]

    def scan_older(self, table: Table, version: int) -> pl.LazyFrame:
        """All rows of an older version, with the columns that it had.

        Raises:
            WarehouseError: nothing of that version is stored.
        """
        if version not in self.older_versions(table):
            raise WarehouseError(f"{table.full_name}: nothing of version {version} is stored")
        folder = self.root / table.layer / table.folder_of(version)
        places: list[Place] = [folder / name / FILE_NAME for name in sorted(self._names(folder))]
        return pl.scan_parquet(self._sources(places), hive_partitioning=False)

    def partition_path(self, table: Table, day: Day) -> UPath:
        """File of one partition."""
        folder = self.table_path(table)
        return (folder if day is None else folder / f"{table.partition}={day.isoformat()}") / FILE_NAME

    def sweep(self) -> int:
        """Remove temporary files that dead writers left behind; gives how many."""
        if not self._is_local or not self.root.exists():
            return 0
        # Writers leave them beside tables and partitions, never inside.
        beside = [f"{folders}/.*{_TEMPORARY_SUFFIX}" for folders in ("*", "*/*")]
        found = (path for pattern in beside for path in Path(self.root.path).glob(pattern))
        leftovers = [path for path in found if writer_is_dead(path)]
        for path in leftovers:
            path.unlink(missing_ok=True)
        return len(leftovers)

    def _place(self, table: Table, day: Day) -> Place:
        if not self._is_local:
            return self.partition_path(table, day)
        folder = f"{self.root.path}/{table.layer}/{table.folder}"
        return f"{folder}/{FILE_NAME}" if day is None else f"{folder}/{table.partition}={day.isoformat()}/{FILE_NAME}"

    def _sources(self, places: list[Place]) -> list[str] | list[IO[bytes]]:
        """What polars scans: the places themselves where it can read them, else what fsspec reads there."""
        if self._is_local or self.root.protocol in _SCANNED_BY_POLARS:
            return [str(place) for place in places]
        bodies: list[IO[bytes]] = [BytesIO(place.read_bytes()) for place in places if isinstance(place, UPath)]
        return bodies

    def _stored(self, table: Table, dates: DateRange | None = None) -> Iterator[tuple[Day, Place]]:
        days = [None] if table.partition is None else self._days_in_question(table, dates)
        places = ((day, self._place(table, day)) for day in days)
        return ((day, place) for day, place in places if _is_there(place))

    def _days_in_question(self, table: Table, dates: DateRange | None) -> Iterable[Day]:
        """Dates that have a folder, ascending; of a few dates each is looked for, rather than all folders listed."""
        if dates is not None and len(dates) <= LOOKED_FOR:
            return dates
        prefix = f"{table.partition}="
        names = sorted(name for name in self._names(self.table_path(table)) if name.startswith(prefix))
        days = [name.removeprefix(prefix) for name in names]
        if dates is not None:
            first, last = dates.first.isoformat(), dates.last.isoformat()
            days = [day for day in days if first <= day <= last]
        return [date.fromisoformat(day) for day in days]

    def _with_rows(self, table: Table, places: list[Place]) -> list[Place]:
        """The places less those that hold a partition of no rows as this process would write it.

        Opening one as parquet takes ten times as long as to compare it, and half of a year's dates have no games.
        """
        nothing = _no_rows(table) if self._is_local and places else b""
        return [place for place in places if not _holds(place, nothing)]

    def _names(self, folder: UPath) -> list[str]:
        if self._is_local:
            try:
                return os.listdir(folder.path)
            except FileNotFoundError:
                return []
        return [path.name for path in folder.iterdir()] if folder.exists() else []


@cache
def _no_rows(table: Table) -> bytes:
    return _serialised(table.empty())


def _holds(place: Place, content: bytes) -> bool:
    if not isinstance(place, str) or os.path.getsize(place) != len(content):
        return False
    with open(place, "rb") as stream:
        return stream.read() == content


def _is_there(place: Place) -> bool:
    return os.path.exists(place) if isinstance(place, str) else place.exists()


def _replace(place: Place, content: bytes) -> bool:
    if isinstance(place, str):
        return _replace_local(Path(place), content)
    changed = not place.exists() or place.read_bytes() != content
    if changed:
        place.write_bytes(content)
    return changed


def _replace_local(path: Path, content: bytes) -> bool:
    try:
        if path.stat().st_size == len(content) and path.read_bytes() == content:
            return False
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.parent.parent / f".{path.parent.name}.{os.getpid()}{_TEMPORARY_SUFFIX}"
    try:
        with temporary.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise WarehouseError(f"cannot write {path}: {error}; the partition stands as it was") from error
    return True

"""The archive: importing recordings and reading payloads back, beside reading the same files bare."""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.warcwriter import WARCWriter

from nba_props.archive.index import IndexEntry
from nba_props.archive.store import Archive
from nba_props.upstreams.classification import classify
from nba_props.upstreams.registry import ENDPOINTS
from nba_props_tests.benchmarks.inputs import Inputs
from nba_props_tests.benchmarks.measuring import Measurement, Section, best_of, times


def archive(inputs: Inputs) -> Section:
    """Import everything into an empty archive, and read it back."""
    imported, (payloads, _) = best_of(lambda: _import(inputs), repeats=2)
    entries = _entries(inputs)
    read, decoded = best_of(lambda: sum(len(payload.body) for payload in inputs.platform.archive.read(entries)))
    unpacked, plain = best_of(lambda: sum(_unpacked(path) for path in inputs.files))
    iterated, _ = best_of(lambda: sum(_iterated(path) for path in inputs.files))
    copied, _ = best_of(lambda: sum(_copied(path) for path in inputs.files), repeats=2)
    title = f"Archive: {len(inputs.files)} WARC files, {payloads:,} payloads, {plain / 1e6:.1f} MB unpacked"
    return Section(
        title,
        (
            Measurement(
                "import: index, hash, write, sync",
                imported,
                f"{plain / 1e6 / imported:,.0f} MB/s, {payloads / imported:,.0f} payloads/s",
                times(imported, copied, "warcio copying alone"),
            ),
            Measurement(
                f"read back {len(entries):,} payloads by the index",
                read,
                f"{decoded / 1e6 / read:,.0f} MB/s, {len(entries) / read:,.0f} payloads/s",
                times(read / decoded, unpacked / plain, "gzip alone, by the byte"),
            ),
            Measurement("warcio copying alone, in memory", copied, f"{plain / 1e6 / copied:,.0f} MB/s"),
            Measurement("warcio reading alone, from end to end", iterated, f"{plain / 1e6 / iterated:,.0f} MB/s"),
            Measurement("gzip alone, from end to end", unpacked, f"{plain / 1e6 / unpacked:,.0f} MB/s"),
        ),
    )


def _import(inputs: Inputs) -> tuple[int, int]:
    with tempfile.TemporaryDirectory() as folder:
        empty = Archive(Path(folder), classify)
        counts = [empty.import_file(path) for path in inputs.files]
    return sum(held for held, _ in counts), sum(new for _, new in counts)


def _entries(inputs: Inputs) -> Sequence[IndexEntry]:
    dates = inputs.month.widened(before=200, after=100)
    index = inputs.platform.archive.index
    return [entry for kind in ENDPOINTS for entry in index.entries(kind.source, kind.name, dates, [])]


def _unpacked(path: Path) -> int:
    with gzip.open(path) as stream:
        return len(stream.read())


def _iterated(path: Path) -> int:
    with path.open("rb") as stream:
        return sum(len(record.content_stream().read()) for record in ArchiveIterator(stream))


def _copied(path: Path) -> int:
    """Bytes of the file written anew, record by record."""
    target = BytesIO()
    writer = WARCWriter(target, gzip=True)
    with path.open("rb") as stream:
        for record in ArchiveIterator(stream):
            writer.write_record(record)
    return target.tell()

"""WARC files (ISO 28500) and their index: writing what came, importing what others recorded, reading it back.

A collection attempt is one WARC file, written under a temporary name and renamed when whole. A body that the archive
holds already is written as a revisit record that points to the first one.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from nba_props.archive.index import ArchiveIndex, IndexEntry
from nba_props.archive.payload import Payload
from nba_props.archive.readings import Readings
from nba_props.archive.secrets import headers_without_secrets, without_secrets
from nba_props.game_calendar import DateRange, season_of
from nba_props.processes import writer_is_dead

CAPTURE_TIMES_HEADER = "nba-props-capture-times"
ASKED_FOR_HEADER = "nba-props-asked-for"
_TEMPORARY_SUFFIX = ".part"


@dataclass(frozen=True)
class Classification:
    """What kind of payload it is: its upstream and endpoint, the game dates it speaks of, the season it is whole of."""

    source: str
    endpoint: str
    game_dates: tuple[date, ...] = ()
    scope: str | None = None


Classifier = Callable[[Payload], Classification]


@dataclass(frozen=True)
class Exchange:
    """One answer to be archived; URL and headers may still hold secrets, which are taken out here.

    ``asked_for`` is the game date that this platform asked about, None if it did not ask.
    """

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: datetime
    capture_times: str = "collected"
    asked_for: date | None = None


class Archive:
    """The payload archive in one folder."""

    def __init__(self, root: Path, classify: Classifier) -> None:
        self._files = root / "warc"
        self._files.mkdir(parents=True, exist_ok=True)
        self._classify = classify
        self.index = ArchiveIndex(root / "index.sqlite")
        self.readings = Readings(root / "readings")

    def store(self, name: str, exchanges: Iterable[Exchange]) -> list[str]:
        """Archive exchanges as one WARC file called ``name``; gives their payload ids in order.

        Exchanges that the archive holds already are not written again; with nothing new no file is made.
        """
        ids: list[str] = []
        with self._file(name) as writer:
            for exchange in exchanges:
                ids.append(writer.add(exchange))
        return ids

    def import_file(self, path: Path) -> tuple[int, int]:
        """Import the responses of a WARC file; gives how many it holds and how many were new.

        Raises:
            warcio.exceptions.ArchiveLoadFailed: the file is no WARC file, or cut off inside a record.
        """
        name = f"imported/{path.name.removesuffix('.gz').removesuffix('.warc')}"
        with self._file(name) as writer, path.open("rb") as stream:
            total = sum(1 for exchange in _exchanges(stream) if writer.add(exchange))
            return total, len(writer.entries)

    @contextmanager
    def _file(self, name: str) -> Iterator[_FileWriter]:
        path = self._unused(name)
        temporary = path.with_name(f"{path.name}.{os.getpid()}{_TEMPORARY_SUFFIX}")
        temporary.parent.mkdir(parents=True, exist_ok=True)
        relative = path.relative_to(self._files).as_posix()
        try:
            with temporary.open("wb") as stream:
                writer = _FileWriter(stream, relative, self.index, self._classify)
                yield writer
                stream.flush()
                os.fsync(stream.fileno())
            if writer.entries:
                os.replace(temporary, path)
                self.index.append(relative, writer.entries)
        finally:
            temporary.unlink(missing_ok=True)

    def _unused(self, name: str) -> Path:
        known = self.index.known_files()
        candidate, number = f"{name}.warc.gz", 1
        while candidate in known or (self._files / candidate).exists():
            number += 1
            candidate = f"{name}-{number}.warc.gz"
        return self._files / candidate

    def read(self, entries: Sequence[IndexEntry]) -> Iterator[Payload]:
        """The payloads of index entries, in their order; each WARC file is opened once for a run of its entries."""
        stream: IO[bytes] | None = None
        name = ""
        try:
            for entry in entries:
                if stream is None or entry.warc_file != name:
                    if stream is not None:
                        stream.close()
                    name = entry.warc_file
                    stream = (self._files / name).open("rb")
                stream.seek(entry.position)
                record = next(iter(ArchiveIterator(stream)))
                yield _payload(entry, _body(record))
        finally:
            if stream is not None:
                stream.close()

    def payloads(self, source: str, endpoint: str, dates: DateRange) -> Iterator[Payload]:
        """The archived payloads of an endpoint that the tables of the dates are made from."""
        seasons = sorted({season_of(day) for day in dates})
        return self.read(self.index.entries(source, endpoint, dates, seasons))

    def reconcile(self) -> int:
        """Sweep temporary files of dead writers and index files that the index does not know; gives how many."""
        for leftover in self._files.rglob(f"*{_TEMPORARY_SUFFIX}"):
            if writer_is_dead(leftover):
                leftover.unlink(missing_ok=True)
        known = self.index.known_files()
        lost = [
            path
            for path in sorted(self._files.rglob("*.warc.gz"))
            if path.relative_to(self._files).as_posix() not in known
        ]
        records = [self._records_of(path) for path in lost]
        # Revisits come last: a file may sort before the one that holds its bodies.
        bodies = {entry.body_hash: (entry.warc_file, entry.position) for responses, _ in records for entry in responses}
        for path, (responses, revisits) in zip(lost, records, strict=True):
            again = [self._revisit_entry(exchange, body_hash, bodies) for exchange, body_hash in revisits]
            entries = [*responses, *(entry for entry in again if entry is not None)]
            self.index.append(path.relative_to(self._files).as_posix(), entries)
        return len(lost)

    def _records_of(self, path: Path) -> tuple[list[IndexEntry], list[tuple[Exchange, str]]]:
        """A file's responses, and its revisits: exchanges without their body, and its hash."""
        relative = path.relative_to(self._files).as_posix()
        responses: list[IndexEntry] = []
        revisits: list[tuple[Exchange, str]] = []
        with path.open("rb") as stream:
            iterator = ArchiveIterator(stream)
            for record in iterator:
                if record.rec_type == "response":
                    exchange = _exchange(record, "collected")
                    responses.append(_indexed(exchange, relative, iterator.get_record_offset(), self._classify))
                elif record.rec_type == "revisit":
                    digest = record.rec_headers.get_header("WARC-Payload-Digest")
                    revisits.append((_exchange(record, "collected"), digest.removeprefix("sha1:")))
        return responses, revisits

    def _revisit_entry(
        self, exchange: Exchange, body_hash: str, bodies: Mapping[str, tuple[str, int]]
    ) -> IndexEntry | None:
        place = bodies.get(body_hash) or self.index.body_position(body_hash)
        if place is None:
            return None
        with (self._files / place[0]).open("rb") as stream:
            stream.seek(place[1])
            body = _raw_body(next(iter(ArchiveIterator(stream))))
        return _indexed(replace(exchange, body=body), *place, self._classify)


class _FileWriter:
    """Writes one WARC file, leaving out what the archive has already."""

    def __init__(self, stream: IO[bytes], name: str, index: ArchiveIndex, classify: Classifier) -> None:
        self.entries: list[IndexEntry] = []
        self._stream = stream
        self._name = name
        self._index = index
        self._classify = classify
        self._known = index.known_payloads()
        self._bodies: dict[str, tuple[str, int]] = {}
        self._warc = WARCWriter(stream, gzip=True, warc_version="1.1")
        self._warc.write_record(
            self._warc.create_warcinfo_record(name, {"software": "nba-props", "format": "WARC File Format 1.1"})
        )

    def add(self, exchange: Exchange) -> str:
        clean = replace(
            exchange,
            url=without_secrets(exchange.url),
            headers=tuple(headers_without_secrets(exchange.headers)),
        )
        payload_id = _payload_id(clean)
        if payload_id in self._known:
            return payload_id
        self._known.add(payload_id)
        digest = body_hash_of(clean.body)
        place = self._bodies.get(digest) or self._index.body_position(digest)
        if place is None:
            place = (self._name, self._stream.tell())
            self._warc.write_record(_response_record(self._warc, clean))
            self._bodies[digest] = place
        else:
            self._warc.write_record(_revisit_record(self._warc, clean, digest))
        self.entries.append(_indexed(clean, *place, self._classify))
        return payload_id


def body_hash_of(body: bytes) -> str:
    """SHA-1 in base 32, as in WARC-Payload-Digest."""
    return base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()


def _payload_id(exchange: Exchange) -> str:
    told = f"{exchange.url}\n{_warc_date(exchange.fetched_at)}\n{body_hash_of(exchange.body)}"
    return hashlib.sha1(told.encode(), usedforsecurity=False).hexdigest()


def _warc_date(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _http_headers(exchange: Exchange) -> StatusAndHeaders:
    phrase = next((status.phrase for status in HTTPStatus if status.value == exchange.status), "")
    return StatusAndHeaders(f"{exchange.status} {phrase}", list(exchange.headers), protocol="HTTP/1.1")


def _warc_headers(exchange: Exchange) -> dict[str, str]:
    told = {"WARC-Date": _warc_date(exchange.fetched_at), CAPTURE_TIMES_HEADER: exchange.capture_times}
    return told if exchange.asked_for is None else told | {ASKED_FOR_HEADER: exchange.asked_for.isoformat()}


def _response_record(warc: WARCWriter, exchange: Exchange) -> ArcWarcRecord:
    return warc.create_warc_record(
        exchange.url,
        "response",
        payload=BytesIO(exchange.body),
        length=len(exchange.body),
        http_headers=_http_headers(exchange),
        warc_headers_dict=_warc_headers(exchange),
    )


def _revisit_record(warc: WARCWriter, exchange: Exchange, digest: str) -> ArcWarcRecord:
    record = warc.create_revisit_record(
        exchange.url, f"sha1:{digest}", exchange.url, _warc_date(exchange.fetched_at), _http_headers(exchange)
    )
    for name, value in _warc_headers(exchange).items():
        record.rec_headers.replace_header(name, value)
    record.length = record.payload_length = 0  # else warcio opens a temporary file for the body and leaves it open
    return record


def _exchanges(stream: IO[bytes]) -> Iterator[Exchange]:
    capture_times = "unknown"
    for record in ArchiveIterator(stream):
        if record.rec_type == "warcinfo":
            capture_times = _capture_times(record.content_stream().read(), capture_times)
        elif record.rec_type == "response":
            yield _exchange(record, capture_times)


def _capture_times(fields: bytes, default: str) -> str:
    for line in fields.decode("utf-8", "replace").splitlines():
        name, _, value = line.partition(":")
        if name.strip().lower() == CAPTURE_TIMES_HEADER:
            return value.strip()
    return default


def _exchange(record: ArcWarcRecord, capture_times: str) -> Exchange:
    headers: Any = record.rec_headers
    told = headers.get_header(CAPTURE_TIMES_HEADER) or headers.get_header("nba-props-capture-time") or capture_times
    http: Any = record.http_headers
    body = bytes(record.raw_stream.read()) if record.rec_type == "response" else b""
    if record.rec_type == "response" and getattr(record.raw_stream, "limit", 0):
        raise ArchiveLoadFailed("the file is cut off: its last record is shorter than it says")
    return Exchange(
        url=headers.get_header("WARC-Target-URI"),
        status=int(http.get_statuscode()) if http else 200,
        headers=tuple(http.headers) if http else (),
        body=body,
        fetched_at=datetime.fromisoformat(headers.get_header("WARC-Date").replace("Z", "+00:00")),
        capture_times=told,
        asked_for=_day(headers.get_header(ASKED_FOR_HEADER)),
    )


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArchiveLoadFailed(f"{ASKED_FOR_HEADER} is no date: {text[:40]!r}") from None


def _raw_body(record: ArcWarcRecord) -> bytes:
    return bytes(record.raw_stream.read())


def _body(record: ArcWarcRecord) -> bytes:
    """The decoded body; what is left of a body that cannot be decoded, for the parser to refuse."""
    decoded = b""
    with suppress(ArchiveLoadFailed, OSError, ValueError):
        decoded = record.content_stream().read()
    return decoded


def _payload(entry: IndexEntry, body: bytes) -> Payload:
    return Payload(
        entry.payload_id, entry.url, entry.fetched_at, entry.status, body, entry.capture_times, entry.asked_for
    )


def payload_of(exchange: Exchange) -> Payload:
    """An exchange as the payload that it becomes; its URL holds no secrets any more."""
    return Payload(
        _payload_id(exchange),
        exchange.url,
        exchange.fetched_at,
        exchange.status,
        _decoded(exchange),
        exchange.capture_times,
        exchange.asked_for,
    )


def _indexed(exchange: Exchange, warc_file: str, position: int, classify: Classifier) -> IndexEntry:
    payload = payload_of(exchange)
    kind = classify(payload)
    return IndexEntry(
        payload_id=payload.payload_id,
        source=kind.source,
        endpoint=kind.endpoint,
        scope=kind.scope,
        url=exchange.url,
        status=exchange.status,
        body_bytes=len(payload.body),
        body_hash=body_hash_of(exchange.body),
        fetched_at=exchange.fetched_at,
        capture_times=exchange.capture_times,
        warc_file=warc_file,
        position=position,
        game_dates=kind.game_dates,
        asked_for=exchange.asked_for,
    )


def _decoded(exchange: Exchange) -> bytes:
    if not any(name.lower() in ("content-encoding", "transfer-encoding") for name, _ in exchange.headers):
        return exchange.body
    return _body(_response_record(WARCWriter(BytesIO(), gzip=False), exchange))

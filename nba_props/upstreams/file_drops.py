"""Folders into which somebody lays files: which files are whole, and each as an exchange for the archive.

What is archived already the archive itself recognises: a file is known by its name, its time of change and its bytes.
"""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from nba_props.archive.store import Exchange
from nba_props.upstreams.asking import FileDrop

SETTLED_AFTER = timedelta(seconds=30)
"""A file that was changed less long ago may still be written."""

_TEMPORARY_STARTS = (".", "~")
_TEMPORARY_ENDS = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".swp", "~")


@dataclass(frozen=True)
class DroppedFile:
    """A whole file in the folder.

    Attributes:
        path: where it lies.
        url: under which it is archived.
        modified_at: when it was last changed, on the platform's clock.
        size: bytes.
    """

    path: Path
    url: str
    modified_at: datetime
    size: int


def whole_files(
    folder: Path,
    drop: FileDrop,
    now: datetime,
    *,
    settled_after: timedelta = SETTLED_AFTER,
    clock_shift: timedelta = timedelta(0),
) -> list[DroppedFile]:
    """The whole files of a folder, by name; none if there is no such folder. No file is read.

    Args:
        folder: where files are laid; folders in it are not looked into.
        drop: which files, and their URL.
        now: on the platform's clock.
        settled_after: for how long a file must have stayed unchanged.
        clock_shift: of the platform's clock against the system's, by which the times of files are moved.
    """
    files = []
    for path in sorted(folder.glob(drop.pattern)):
        if _is_temporary(path.name):
            continue
        with suppress(FileNotFoundError):  # taken away since the folder was listed
            told = path.stat()
            modified_at = datetime.fromtimestamp(told.st_mtime, UTC) + clock_shift
            if stat.S_ISREG(told.st_mode) and now - modified_at >= settled_after:
                files.append(DroppedFile(path, drop.url + quote(path.name), modified_at, told.st_size))
    return files


def exchanges(files: Iterable[DroppedFile]) -> Iterator[Exchange]:
    """The files as answers of status 200 that were fetched when the file was last changed, one read at a time.

    A file that was taken away since it was listed, or has another size, is left out: it is for the next listing.

    Raises:
        OSError: a file cannot be read.
    """
    for file in files:
        with suppress(FileNotFoundError):
            body = file.path.read_bytes()
            if len(body) == file.size:
                yield Exchange(file.url, 200, (("Content-Length", str(len(body))),), body, file.modified_at)


def _is_temporary(name: str) -> bool:
    return name.startswith(_TEMPORARY_STARTS) or name.lower().endswith(_TEMPORARY_ENDS)

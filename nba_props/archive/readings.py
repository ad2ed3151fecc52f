"""Outcomes of decoding that are dear to make again, such as that of a PDF: one small file each, named by its content.

They are no archive: deleting the folder costs nothing but time.
"""

from __future__ import annotations

import os
from pathlib import Path


class Readings:
    """Kept outcomes in one folder; safe for several processes."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def kept(self, key: str) -> bytes | None:
        """What was kept under a key, None if nothing was."""
        try:
            return (self._root / key).read_bytes()
        except FileNotFoundError:
            return None

    def keep(self, key: str, outcome: bytes) -> None:
        """Keep an outcome under a key; what is there is replaced whole."""
        path = self._root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f"{path.name}.{os.getpid()}")
        temporary.write_bytes(outcome)
        os.replace(temporary, path)

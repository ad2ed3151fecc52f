"""Whether another process of this machine is still there, so that what a dead one left behind can be swept."""

from __future__ import annotations

from pathlib import Path

import psutil

_ROUNDING_SECONDS = 1.0
"""Clocks of processes, files and events differ by less."""


def is_alive(process: int, seen_at: float) -> bool:
    """Whether the process that had this id at a moment, in seconds since 1970, still runs, whoever owns it.

    One that began later only has the same number, as happens in containers, which count anew from one; one that has
    ended is not alive although nobody has asked for its exit status yet.
    """
    try:
        found = psutil.Process(process)
        return found.create_time() <= seen_at + _ROUNDING_SECONDS and found.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True


def writer_is_dead(temporary: Path) -> bool:
    """Whether nobody writes a temporary file any more, in whose name its process stands before the suffix."""
    process = temporary.name.rsplit(".", 2)[1]
    try:
        return not process.isdigit() or not is_alive(int(process), temporary.stat().st_mtime)
    except FileNotFoundError:
        return False

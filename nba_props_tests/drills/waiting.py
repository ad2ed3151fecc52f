"""Waiting for what another process does: it is looked at again and again, for nothing tells of it."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from typing import Any

DEADLINE_SECONDS = 120
BETWEEN_LOOKS_SECONDS = 0.002
"""Short enough to catch a process in the middle of a file."""


def await_that(reached: Callable[[], Any], never: str, child: subprocess.Popen[bytes] | None = None) -> None:
    """Until something is so; an error, in the words of ``never``, if it does not come, or the child ends before."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not reached():
        assert child is None or child.poll() is None, f"{never}: the process has ended"
        assert time.monotonic() < deadline, never
        time.sleep(BETWEEN_LOOKS_SECONDS)

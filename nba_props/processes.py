"""Whether another process of this machine is still there, so that what a dead one left behind can be swept."""

from __future__ import annotations

import os


def is_alive(process: int) -> bool:
    """Whether a process with this id runs, whoever owns it."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

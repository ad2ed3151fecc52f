"""The watchdog of one try: it cuts the connection when time is up, whatever the other side is doing.

httpx bounds the wait for the next bytes, not for all of them: a host that sends one byte of its headers now and then
would hold a request for ever.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any

import httpcore


class Watchdog:
    """Shuts the try's socket down after so many seconds, unless its block has ended before.

    The block's request gets ``trace`` as its extension of that name, by which the connection becomes known. Whatever
    waits on the socket then fails at once; ``has_barked`` tells that this was why.
    """

    def __init__(self, seconds: float) -> None:
        self._lock = threading.Lock()
        self._stream: httpcore.NetworkStream | None = None
        self._timer = threading.Timer(seconds, self._bark)
        self._timer.daemon = True
        self.has_barked = False

    def __enter__(self) -> Watchdog:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            self._stream = None

    def trace(self, event: str, told: Mapping[str, Any]) -> None:
        """Learn of connections: to the host or proxy, and the encrypted one on top of it."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            with self._lock:
                self._stream = told["return_value"]
                if self.has_barked:
                    self._cut()

    def _bark(self) -> None:
        with self._lock:
            self.has_barked = True
            self._cut()

    def _cut(self) -> None:
        if self._stream is not None:
            connection = self._stream.get_extra_info("socket")
            with suppress(OSError):  # it may be closed, or be about to be encrypted: the handshake has its own deadline
                socket.socket.shutdown(connection, socket.SHUT_RDWR)

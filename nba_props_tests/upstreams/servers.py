"""A real HTTP server on loopback whose answers a test writes byte by byte."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Script = Callable[[socket.socket], None]


@dataclass
class Server:
    """What the server says, connection after connection (the last script repeats), and what it was asked."""

    base_url: str
    scripts: list[Script] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    gone: threading.Event = field(default_factory=threading.Event)


@contextlib.contextmanager
def serve() -> Iterator[Server]:
    """Serve until the block ends; every script gets a connection from which the request was read."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host, port = listener.getsockname()
        server = Server(f"http://{host}:{port}")
        thread = threading.Thread(target=_accept, args=(listener, server), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.gone.set()
            with contextlib.suppress(OSError), socket.create_connection((host, port)):
                pass
            thread.join()


def _accept(listener: socket.socket, server: Server) -> None:
    handlers = []
    while not server.gone.is_set():
        connection, _ = listener.accept()
        handlers.append(threading.Thread(target=_answer, args=(connection, server), daemon=True))
        handlers[-1].start()
    for handler in handlers:
        handler.join()


def _answer(connection: socket.socket, server: Server) -> None:
    with connection, contextlib.suppress(OSError):
        request = b""
        while b"\r\n\r\n" not in request:
            received = connection.recv(65536)
            if not received:
                return
            request += received
        server.asked.append(request.decode())
        script = server.scripts[min(len(server.asked), len(server.scripts)) - 1]
        script(connection)


def says(status: str, body: bytes = b"", *headers: str, length: int | None = None) -> Script:
    """An answer with a body; ``length`` is what Content-Length claims."""

    def script(connection: socket.socket) -> None:
        size = len(body) if length is None else length
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {size}", "Connection: close", *headers, "", ""]
        connection.sendall("\r\n".join(lines).encode() + body)

    return script


def stalls(server: Server, start: bytes = b"") -> Script:
    """Sends the start of an answer and then nothing."""

    def script(connection: socket.socket) -> None:
        connection.sendall(start)
        server.gone.wait(10)

    return script


def drips(server: Server, seconds: float) -> Script:
    """Sends one byte of the body at a time, for ever."""

    def script(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        while not server.gone.wait(seconds):
            connection.sendall(b" ")

    return script


def hangs_up(connection: socket.socket) -> None:
    """Closes the connection without an answer."""

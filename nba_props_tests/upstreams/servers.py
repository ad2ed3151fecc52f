"""Real servers on loopback: one whose answers a test writes byte by byte, with or without TLS, and an HTTP proxy."""

from __future__ import annotations

import base64
import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

Script = Callable[[socket.socket], None]


@dataclass
class Server:
    """What the server says, connection after connection (the last script repeats), and what it was asked."""

    base_url: str
    scripts: list[Script] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    gone: threading.Event = field(default_factory=threading.Event)

    @property
    def host(self) -> str:
        """Host and port."""
        return urlsplit(self.base_url).netloc

    def answer(self, request: bytes, connection: socket.socket) -> None:
        """Play the script whose turn it is."""
        self.asked.append(request.decode())
        self.scripts[min(len(self.asked), len(self.scripts)) - 1](connection)


@dataclass
class Proxy(Server):
    """A proxy that forwards requests and opens tunnels; scripts, if there are any, are played instead.

    Attributes:
        credentials: ``user:password`` that it wants; empty for none.
    """

    credentials: str = ""

    @property
    def url(self) -> str:
        """Its URL with the credentials."""
        return self.base_url.replace("://", f"://{self.credentials}@") if self.credentials else self.base_url

    def answer(self, request: bytes, connection: socket.socket) -> None:
        """Refuse, play a script, or pass the request on."""
        wanted = f"basic {base64.b64encode(self.credentials.encode()).decode()}".lower()
        if self.credentials and f"proxy-authorization: {wanted}" not in request.decode().lower():
            self.asked.append(request.decode())
            says("407 Proxy Authentication Required")(connection)
        elif self.scripts:
            super().answer(request, connection)
        else:
            self.asked.append(request.decode())
            _pass_on(request, connection)


@contextlib.contextmanager
def serve(tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Serve until the block ends; every script gets a connection from which the request was read."""
    with _listening(lambda host, port: Server(f"{'https' if tls else 'http'}://{host}:{port}"), tls) as server:
        yield server


@contextlib.contextmanager
def serve_proxy(credentials: str = "") -> Iterator[Proxy]:
    """Serve a proxy until the block ends."""
    with _listening(lambda host, port: Proxy(f"http://{host}:{port}", credentials=credentials)) as server:
        assert isinstance(server, Proxy)
        yield server


@contextlib.contextmanager
def _listening(make: Callable[[str, int], Server], tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host, port = listener.getsockname()
        server = make(host, port)
        thread = threading.Thread(target=_accept, args=(listener, server, tls), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.gone.set()
            with contextlib.suppress(OSError), socket.create_connection((host, port)):
                pass
            thread.join()


def _accept(listener: socket.socket, server: Server, tls: ssl.SSLContext | None) -> None:
    handlers = []
    while not server.gone.is_set():
        connection, _ = listener.accept()
        handlers.append(threading.Thread(target=_answer, args=(connection, server, tls), daemon=True))
        handlers[-1].start()
    for handler in handlers:
        handler.join()


def _answer(connection: socket.socket, server: Server, tls: ssl.SSLContext | None) -> None:
    with connection, contextlib.suppress(OSError):
        if tls is None:
            _answer_request(connection, server)
        else:
            connection.settimeout(10)
            with tls.wrap_socket(connection, server_side=True) as encrypted:
                _answer_request(encrypted, server)


def _answer_request(connection: socket.socket, server: Server) -> None:
    request = b""
    while b"\r\n\r\n" not in request:
        received = connection.recv(65536)
        if not received:
            return
        request += received
    server.answer(request, connection)


def _pass_on(request: bytes, connection: socket.socket) -> None:
    """Forward a request for an absolute URL, or open the tunnel that CONNECT asks for."""
    line, _, rest = request.decode().partition("\r\n")
    method, target, version = line.split()
    url = urlsplit(f"//{target}" if method == "CONNECT" else target)
    with socket.create_connection((url.hostname, url.port), timeout=10) as upstream:
        if method == "CONNECT":
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=_relay, args=(upstream, connection), daemon=True)
            back.start()
            _relay(connection, upstream)
            back.join()
        else:
            path = url.path + (f"?{url.query}" if url.query else "")
            kept = [header for header in rest.split("\r\n") if not header.lower().startswith("proxy-")]
            upstream.sendall("\r\n".join([f"{method} {path} {version}", *kept]).encode())
            _relay(upstream, connection)


def _relay(source: socket.socket, sink: socket.socket) -> None:
    """Everything that comes from one side to the other, until there is no more."""
    with contextlib.suppress(OSError):
        while received := source.recv(65536):
            sink.sendall(received)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


def says(status: str, body: bytes = b"", *headers: str, length: int | None = None) -> Script:
    """An answer with a body; ``length`` is what Content-Length claims."""

    def script(connection: socket.socket) -> None:
        size = len(body) if length is None else length
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {size}", "Connection: close", *headers, "", ""]
        connection.sendall("\r\n".join(lines).encode() + body)

    return script


def says_until_it_closes(body: bytes) -> Script:
    """An answer that does not tell its length: it ends where the connection does."""

    def script(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body)

    return script


def stalls(server: Server, start: bytes = b"") -> Script:
    """Sends the start of an answer and then nothing."""

    def script(connection: socket.socket) -> None:
        connection.sendall(start)
        server.gone.wait(10)

    return script


def drips(server: Server, seconds: float, start: bytes, drop: bytes = b"x") -> Script:
    """Sends the start of an answer and then one drop at a time, for ever."""

    def script(connection: socket.socket) -> None:
        connection.sendall(start)
        while not server.gone.wait(seconds):
            connection.sendall(drop)

    return script


def hangs_up(connection: socket.socket) -> None:
    """Closes the connection without an answer."""


def half_closes(server: Server) -> Script:
    """Says that nothing more will come, but keeps its ear open."""

    def script(connection: socket.socket) -> None:
        connection.shutdown(socket.SHUT_WR)
        server.gone.wait(10)

    return script

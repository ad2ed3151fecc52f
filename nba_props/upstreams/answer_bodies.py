"""Reading an answer's body off the wire: decompressed, within a byte limit and a deadline."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import httpx

from nba_props.upstreams.verdicts import AnswerTooLarge, AnswerTooLate, BrokenEncoding

ACCEPTED_ENCODING = "gzip"
_GZIP_WINDOW = 16 + zlib.MAX_WBITS


def read_body(response: httpx.Response, byte_limit: int, remaining: Callable[[], float]) -> bytes:
    """The decoded body of a streamed answer.

    It is decompressed here, as httpx takes a truncated gzip stream for a whole one.

    Raises:
        AnswerTooLate: ``remaining`` seconds ran out.
        AnswerTooLarge: the decoded body is larger than ``byte_limit``.
        BrokenEncoding: the body is not what its Content-Encoding says, or ends too early.
        httpx.HTTPError: the connection failed.
    """
    received = bytearray()
    for chunk in response.iter_raw():
        received += chunk
        if remaining() <= 0:
            raise AnswerTooLate(f"the answer was not complete in time; {len(received)} bytes came")
        if len(received) > byte_limit:
            raise AnswerTooLarge(f"the answer is larger than {byte_limit} bytes")
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("", "identity"):
        return bytes(received)
    if encoding not in ("gzip", "x-gzip"):
        raise BrokenEncoding(f"content encoding {encoding[:40]!r} was not asked for", bytes(received))
    return _decompressed(bytes(received), byte_limit)


def _decompressed(received: bytes, byte_limit: int) -> bytes:
    """The content of gzip members, one after the other."""
    content = bytearray()
    rest = received
    while rest:
        member = zlib.decompressobj(_GZIP_WINDOW)
        try:
            content += member.decompress(rest, byte_limit + 1 - len(content))
        except zlib.error as error:
            raise BrokenEncoding(f"no gzip stream: {error}", received) from None
        if len(content) > byte_limit:
            raise AnswerTooLarge(f"the decoded answer is larger than {byte_limit} bytes")
        if not member.eof:
            raise BrokenEncoding("the gzip stream is truncated", received)
        rest = member.unused_data
    return bytes(content)

"""An answer's body: read off the wire within a byte limit and a deadline, decompressed, and looked at."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from enum import Enum

import httpx

from nba_props.upstreams.requests import Request
from nba_props.upstreams.verdicts import AnswerTooLarge, AnswerTooLate, BrokenEncoding, Flaw

ACCEPTED_ENCODING = "gzip"
MOST_GZIP_MEMBERS = 100
"""Each member costs a copy of what follows it; an honest answer has one."""

_GZIP_WINDOW = 16 + zlib.MAX_WBITS
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_ABSENT_FILE_CODES = (b"<Code>AccessDenied</Code>", b"<Code>NoSuchKey</Code>")


class Format(Enum):
    """What a request asks for."""

    JSON = "JSON"
    PDF = "a PDF"
    OTHER = "something else, which may be a web page"


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
    for _ in range(MOST_GZIP_MEMBERS):
        if not rest:
            return bytes(content)
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
    raise BrokenEncoding(f"there are more than {MOST_GZIP_MEMBERS} gzip members", received)


def format_due(request: Request) -> Format:
    """What the answer has to be, by the request's path and Accept header."""
    if request.path.lower().endswith(".pdf"):
        return Format.PDF
    accepted = next((value for name, value in request.headers if name.lower() == "accept"), "")
    is_page = request.path.lower().endswith((".html", ".htm"))
    return Format.JSON if "json" in accepted.lower() and not is_page else Format.OTHER


def flaw_of(status: int, body: bytes, due: Format) -> Flaw | None:
    """What is plainly wrong with a body, None if nothing is; of errors only whether they mean an absent file.

    The stores behind the NBA's hosts answer 403 with a short XML, not 404, for a file that is not there yet.
    """
    if status == 403:
        is_absent = body[:6] == b"<?xml " and any(code in body[:2000] for code in _ABSENT_FILE_CODES)
        return Flaw.NO_SUCH_FILE if is_absent else None
    if status != 200:
        return None
    first, last = body.removeprefix(_BYTE_ORDER_MARK).lstrip()[:1], body.rstrip()[-1:]
    if not first:
        return Flaw.EMPTY
    if due is not Format.OTHER and first == b"<":
        return Flaw.PAGE
    if due is Format.JSON and first in (b"{", b"[") and last not in (b"}", b"]"):
        return Flaw.CUT_OFF
    return None

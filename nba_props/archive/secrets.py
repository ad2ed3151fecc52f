"""Secrets never reach the archive, a table or a log: they are taken out of URLs, headers and texts beforehand."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlencode, urlsplit, urlunsplit

SECRET_PARAMETERS = frozenset({"apikey", "api_key", "key", "token", "access_token", "signature", "password"})
SECRET_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "x-auth-token"}
)
URL_HEADERS = frozenset({"location", "content-location"})
"""A redirect repeats the request that it answers."""

HIDDEN = "***"

SHORTEST_IN_A_BODY = 12
"""A shorter secret may stand in an answer's body by chance; there it is not blotted out."""

SHORTEST_USER_NAME = 4
"""A shorter user name is no secret beside its password, and blotting it out would make texts unreadable."""

_CREDENTIALS = re.compile(r"(?<=://)[^/?#\s@]+@")


def without_secrets(url: str) -> str:
    """The URL without user names, passwords and secret query parameters; any other URL stays as it is."""
    parts = urlsplit(url)
    parameters = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in parameters if name.lower() not in SECRET_PARAMETERS]
    if len(kept) == len(parameters) and "@" not in parts.netloc:
        return url
    query = urlencode(kept, safe=",:/+[]") if len(kept) != len(parameters) else parts.query
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, query, ""))


def headers_without_secrets(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers without those that carry credentials or session identity; URLs in them without their secrets."""
    return [
        (name, without_secrets(value) if name.lower() in URL_HEADERS else value)
        for name, value in headers
        if name.lower() not in SECRET_HEADERS
    ]


def credentials_of(url: str) -> tuple[str, ...]:
    """User name and password of a URL in every form in which they are sent; none if it has none."""
    parts = urlsplit(url)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    both = f"{user}:{password}"
    if both == ":":
        return ()
    named = (user,) if len(user) >= SHORTEST_USER_NAME else ()
    return tuple(text for text in (base64.b64encode(both.encode()).decode(), both, password, *named) if text)


class Blotter:
    """Blots out some secrets, however they are spelled.

    Args:
        secrets: their plain texts.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        plain = sorted({secret for secret in secrets if secret}, key=lambda secret: (-len(secret), secret))
        self._spelled = [text for secret in plain for text in _spellings(secret)]
        self._long = [
            text.encode() for secret in plain if len(secret) >= SHORTEST_IN_A_BODY for text in _spellings(secret)
        ]

    def text(self, text: str) -> str:
        """The text without the secrets and without the credentials of any URL in it."""
        for spelled in self._spelled:
            text = text.replace(spelled, HIDDEN)
        return _CREDENTIALS.sub(f"{HIDDEN}@", text)

    def body(self, body: bytes) -> bytes:
        """The body without the secrets that are too long to be in it by chance; mostly the body itself."""
        for spelled in self._long:
            body = body.replace(spelled, HIDDEN.encode())
        return body


def _spellings(plain: str) -> list[str]:
    """A secret as it may stand in URLs, JSON, HTML and in Python's texts of bytes."""
    spelled = {
        plain,
        quote(plain),
        quote(plain, safe=""),
        quote_plus(plain),
        json.dumps(plain)[1:-1],
        html.escape(plain),
        repr(plain.encode())[2:-1],
    }
    return sorted(spelled, key=lambda text: (-len(text), text))

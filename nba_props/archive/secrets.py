"""Secrets never reach the archive: they are taken out of URLs and headers before anything is written."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

SECRET_PARAMETERS = frozenset({"apikey", "api_key", "key", "token", "access_token", "signature", "password"})
SECRET_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "x-auth-token"}
)
URL_HEADERS = frozenset({"location", "content-location"})
"""A redirect repeats the request that it answers."""


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

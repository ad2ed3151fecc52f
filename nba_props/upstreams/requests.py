"""A request: what is asked of an upstream, as a value that knows its URL, parameters and headers.

Secrets are kept apart from public parameters, as ``SecretStr``, and appear in no text of a request.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode, urlsplit

from pydantic import SecretStr

BROWSER_HEADERS = (
    ("Accept", "application/json, text/plain, */*"),
    ("Accept-Language", "en-US,en;q=0.9"),
    ("Origin", "https://www.nba.com"),
    ("Referer", "https://www.nba.com/"),
    (
        "User-Agent",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
    ),
)
"""Without the headers of a browser on nba.com the NBA's hosts stall or refuse."""

Parameters = tuple[tuple[str, str], ...]


class MissingKey(ValueError):
    """A request needs a key that is not set; the message names the setting."""


@dataclass(frozen=True)
class Request:
    """One request.

    Attributes:
        source: the upstream.
        endpoint: the endpoint's name, as in the registry.
        game_date: the game date it is made for.
        base_url: scheme and host, from the settings.
        path: path below it.
        parameters: public query parameters, in order.
        secrets: secret query parameters; never part of ``url``, ``repr`` or any error.
        headers: request headers.
        secret_headers: headers that carry a key, kept apart like ``secrets``.
    """

    source: str
    endpoint: str
    game_date: date
    base_url: str
    path: str
    parameters: Parameters = ()
    secrets: tuple[tuple[str, SecretStr], ...] = ()
    headers: Parameters = ()
    secret_headers: tuple[tuple[str, SecretStr], ...] = ()

    @property
    def url(self) -> str:
        """The URL without secrets, as archived."""
        query = urlencode(self.parameters, safe=",:/")
        return f"{self.base_url.rstrip('/')}{self.path}" + (f"?{query}" if query else "")

    @property
    def question(self) -> str:
        """Path and query: what is asked, whichever host is asked."""
        return self.url.removeprefix(self.base_url.rstrip("/"))

    @property
    def host(self) -> str:
        """Host and port; what is paced."""
        return urlsplit(self.base_url).netloc.rpartition("@")[2]

    def url_with_secrets(self) -> str:
        """The URL to send; for the client only."""
        secrets = urlencode([(name, secret.get_secret_value()) for name, secret in self.secrets])
        if not secrets:
            return self.url
        return self.url + ("&" if self.parameters else "?") + secrets

"""Every endpoint that is known, and which one a URL or a table belongs to."""

from __future__ import annotations

from nba_props.upstreams import nba_com, odds_api
from nba_props.upstreams.endpoint import Endpoint

ENDPOINTS: tuple[Endpoint, ...] = (*nba_com.ENDPOINTS, *odds_api.ENDPOINTS)

SOURCES: tuple[str, ...] = tuple(dict.fromkeys(endpoint.source for endpoint in ENDPOINTS))


def endpoint_of(url: str) -> Endpoint | None:
    """The endpoint that a URL is a request to, whatever its host; None if no registered one is."""
    return next((endpoint for endpoint in ENDPOINTS if endpoint.recognises(url)), None)


def endpoints_of_table(full_name: str) -> tuple[Endpoint, ...]:
    """The endpoints that feed a raw table."""
    return tuple(endpoint for endpoint in ENDPOINTS if full_name in endpoint.tables)

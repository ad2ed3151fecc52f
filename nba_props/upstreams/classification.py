"""How the archive's index learns what a payload is: its upstream, endpoint, game dates, and season if it is whole."""

from __future__ import annotations

from nba_props.archive.payload import Payload
from nba_props.archive.store import Classification
from nba_props.upstreams.registry import endpoint_of

UNKNOWN = "unknown"


def classify(payload: Payload) -> Classification:
    """What a payload is; one of no registered endpoint is kept in the archive and speaks of no date."""
    endpoint = endpoint_of(payload.url)
    if endpoint is None:
        return Classification(UNKNOWN, UNKNOWN)
    coverage = endpoint.covers(payload)
    return Classification(endpoint.source, endpoint.name, coverage.game_dates, coverage.season)

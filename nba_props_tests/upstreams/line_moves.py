"""Snapshots of historical event odds told again a little later, with other lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from nba_props.archive.payload import Payload
from nba_props.archive.store import Archive, Exchange
from nba_props.game_calendar import DateRange
from nba_props.upstreams import odds_api


def prop_snapshots(archive: Archive, dates: DateRange) -> Sequence[Payload]:
    """Every archived snapshot of the dates that has props."""
    endpoint = odds_api.EVENT_ODDS
    told = archive.payloads(endpoint.source, endpoint.name, dates)
    return [payload for payload in told if b'"point"' in payload.body and b'"player_' in payload.body]


def moved(payload: Payload, *, minutes: int, by: float) -> Exchange:
    """The snapshot so many minutes later, with every line so much higher."""
    body: dict[str, Any] = msgspec.json.decode(payload.body)
    later = timedelta(minutes=minutes)
    moment = f"{datetime.fromisoformat(body['timestamp']) + later:%Y-%m-%dT%H:%M:%SZ}"
    for bookmaker in body["data"]["bookmakers"]:
        for market in bookmaker["markets"]:
            for outcome in market["outcomes"]:
                if "point" in outcome:
                    outcome["point"] += by
    url = payload.url.replace(body["timestamp"], moment)
    return Exchange(url, 200, (), msgspec.json.encode(body | {"timestamp": moment}), payload.fetched_at + later)

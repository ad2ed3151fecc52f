"""Fetching one request from a server on loopback, while time passes by waiting only."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import SecretStr

from nba_props.settings import Settings
from nba_props.upstreams.client import Client, Fetched
from nba_props.upstreams.odds_api_requests import events_request
from nba_props.upstreams.requests import Request
from nba_props_tests.upstreams.servers import Server
from nba_props_tests.upstreams.waiting import Time

SECRET = "pl4nted/key+"
DAY = date(2025, 1, 5)
BODY = b'[{"id":"e1","commence_time":"2025-01-06T00:10:00Z","home_team":"Chicago Bulls","away_team":"New York Knicks"}]'


def settings_for(server: Server, **changes: Any) -> Settings:
    usual: dict[str, Any] = {"odds_api_url": server.base_url, "odds_api_key": SecretStr(SECRET), "pacing_seconds": 0}
    return Settings(**(usual | changes))


def fetch(server: Server, passing: Time | None = None, request: Request | None = None, **changes: Any) -> Fetched:
    settings = settings_for(server, **changes)
    moment = passing or Time()
    with Client(settings, moment.clock, sleep=moment.sleep, timer=moment.timer, jitter=lambda low, high: low) as client:
        return client.fetch(request or events_request(settings, DAY))


def outcomes(fetched: Fetched) -> list[str]:
    return [each.rule.outcome for each in fetched.tries]


def details(fetched: Fetched) -> list[str]:
    return [each.detail for each in fetched.tries]


def json_request(server: Server, **told: Any) -> Request:
    headers = (("Accept", "application/json"),)
    return Request("odds_api", "events", DAY, server.base_url, "/v4/events", **({"headers": headers} | told))

"""Requests to The Odds API, live and historical."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from urllib.parse import quote

from nba_props.markets import GAME_LINE_MARKETS, MARKETS
from nba_props.settings import Settings
from nba_props.upstreams.asking import Subject
from nba_props.upstreams.requests import MissingKey, Parameters, Request

SOURCE = "odds_api"
EVENTS = "events"
EVENT_ODDS = "event_odds"

PLAYER_PROP_KEYS = tuple(market.odds_api_key for market in MARKETS.values())
"""All carried player-prop markets, by their keys at The Odds API."""

MARKET_KEYS = (*PLAYER_PROP_KEYS, *GAME_LINE_MARKETS)
"""Everything that is asked for an event; one request costs as much as two with half the markets each."""


def request_events(settings: Settings, subject: Subject) -> Request:
    """The events as listed now, or at the subject's moment."""
    return events_request(settings, subject.game_date, subject.at)


def request_event_odds(settings: Settings, subject: Subject) -> Request:
    """All carried markets of the subject's event, now or at its moment."""
    return event_odds_request(settings, subject.listed_ids[0], subject.game_date, MARKET_KEYS, subject.at)


def events_request(settings: Settings, game_date: date, at: datetime | None = None) -> Request:
    """All coming events that The Odds API lists, asked for the sake of a game date: now or at a past moment.

    Raises:
        MissingKey: no key is set.
    """
    return _odds_request(settings, EVENTS, game_date, "/events", (), at)


def event_odds_request(
    settings: Settings,
    event_id: str,
    game_date: date,
    markets: Sequence[str] = MARKET_KEYS,
    at: datetime | None = None,
) -> Request:
    """Odds of one event in some markets, by their keys at The Odds API: now or at a past moment.

    Raises:
        MissingKey: no key is set.
    """
    parameters = (
        ("regions", settings.odds_api_regions),
        ("markets", ",".join(markets)),
        ("oddsFormat", "american"),
    )
    path = f"/events/{quote(event_id, safe='')}/odds"
    return _odds_request(settings, EVENT_ODDS, game_date, path, parameters, at)


def _odds_request(
    settings: Settings, endpoint: str, game_date: date, path: str, parameters: Parameters, at: datetime | None
) -> Request:
    if settings.odds_api_key is None:
        raise MissingKey("The Odds API needs a key; set NBA_PROPS_ODDS_API_KEY")
    historical = "/historical" if at is not None else ""
    when = () if at is None else (("date", f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"),)
    return Request(
        source=SOURCE,
        endpoint=endpoint,
        game_date=game_date,
        base_url=settings.odds_api_url,
        path=f"/v4{historical}/sports/basketball_nba{path}",
        parameters=(*parameters, *when),
        secrets=(("apiKey", settings.odds_api_key),),
        headers=(("Accept", "application/json"), ("User-Agent", "nba-props")),
    )

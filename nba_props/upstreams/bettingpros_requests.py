"""Requests to BettingPros, and the request for the page that follows an answer."""

from __future__ import annotations

from dataclasses import replace

from nba_props.archive.payload import Payload
from nba_props.game_calendar import season_of
from nba_props.settings import Settings
from nba_props.upstreams.asking import Subject
from nba_props.upstreams.bettingpros_bodies import pages
from nba_props.upstreams.requests import MissingKey, Parameters, Request

SOURCE = "bettingpros"
EVENTS = "events"
OFFERS = "offers"

MARKET_IDS = {
    "156": "points",
    "157": "rebounds",
    "151": "assists",
    "162": "threes",
    "160": "steals",
    "152": "blocks",
    "335": "points_assists",
    "336": "points_rebounds",
    "337": "rebounds_assists",
    "338": "points_rebounds_assists",
}
"""Markets by their id at BettingPros.

156 is in the recordings; the other single statistics agree in two public clients, one of which read them from the
site's own names; the four sums rest on one public client. The id of turnovers is not known.
"""

PAGE_SIZE = 10
"""Offers a page, the most that the source gives."""

MOST_PAGES = 200
"""A guard against a page count that never ends; a full slate has about forty."""

PAGE = "page"


def request_events(settings: Settings, subject: Subject) -> Request:
    """The games of the subject's date.

    Raises:
        MissingKey: no key is set.
    """
    return _request(settings, subject, EVENTS, (("sport", "NBA"), ("date", f"{subject.game_date}")))


def request_offers(settings: Settings, subject: Subject) -> Request:
    """The first page of the offers in the subject's variant, a market id, on all of its events.

    Raises:
        MissingKey: no key is set.
        ValueError: no event or no market is named; the source would answer for every one that it ever had.
    """
    market_id = subject.variant or ""
    if not subject.listed_ids or market_id not in MARKET_IDS:
        raise ValueError(f"offers are asked for by events and a market, not by {subject.listed_ids}, {market_id!r}")
    parameters = (
        ("sport", "NBA"),
        ("market_id", market_id),
        ("event_id", ":".join(subject.listed_ids)),
        ("season", season_of(subject.game_date)[:4]),
        ("location", "ALL"),
        ("limit", str(PAGE_SIZE)),
        (PAGE, "1"),
    )
    return _request(settings, subject, OFFERS, parameters)


def next_page(request: Request, payload: Payload) -> Request | None:
    """The request for the page after an answer; None if that was the last, is empty or cannot be read."""
    told = pages(payload)
    asked = dict(request.parameters).get(PAGE, "1")
    if told is None or not asked.isdecimal() or int(asked) >= min(told.total_pages, MOST_PAGES):
        return None
    others = tuple(parameter for parameter in request.parameters if parameter[0] != PAGE)
    return replace(request, parameters=(*others, (PAGE, str(int(asked) + 1))))


def _request(settings: Settings, subject: Subject, endpoint: str, parameters: Parameters) -> Request:
    if settings.bettingpros_key is None:
        raise MissingKey("BettingPros needs a key; set NBA_PROPS_BETTINGPROS_KEY")
    return Request(
        source=SOURCE,
        endpoint=endpoint,
        game_date=subject.game_date,
        base_url=settings.bettingpros_url,
        path=f"/v3/{endpoint}",
        parameters=parameters,
        headers=(("Accept", "application/json"), ("User-Agent", "nba-props")),
        secret_headers=(("x-api-key", settings.bettingpros_key),),
    )

"""BettingPros: its endpoints, events and the offers on them by market."""

from __future__ import annotations

from datetime import timedelta

from nba_props.contracts.raw.bettingpros import (
    BETTINGPROS_EVENTS,
    BETTINGPROS_PLAYER_PROPS,
    BETTINGPROS_QUARANTINE,
)
from nba_props.upstreams import bettingpros_requests
from nba_props.upstreams.asking import Listing, Past, Per, Rule
from nba_props.upstreams.bettingpros_bodies import decode_events, decode_offers
from nba_props.upstreams.bettingpros_events import build_events, events_coverage
from nba_props.upstreams.bettingpros_offers import build_offers, offers_coverage
from nba_props.upstreams.bettingpros_requests import MARKET_IDS, SOURCE
from nba_props.upstreams.endpoint import Endpoint
from nba_props.upstreams.upstream import Upstream

LINES_OPEN = timedelta(hours=-12)
"""From when lines are collected, relative to the first tip-off of the date."""

EVENTS = Endpoint(
    source=SOURCE,
    name=bettingpros_requests.EVENTS,
    path=r"/v3/events",
    query=(("sport", "NBA"),),
    tables=(BETTINGPROS_EVENTS.full_name,),
    parser_version=1,
    decode=decode_events,
    build=build_events,
    speaks_of=events_coverage,
    rule=Rule(Per.DATE, every="lines_interval_minutes", opens=LINES_OPEN, past=Past.SAME, key="bettingpros_key"),
    request=bettingpros_requests.request_events,
)

OFFERS = Endpoint(
    source=SOURCE,
    name=bettingpros_requests.OFFERS,
    path=r"/v3/offers",
    query=(("sport", "NBA"),),
    tables=(BETTINGPROS_PLAYER_PROPS.full_name,),
    parser_version=1,
    decode=decode_offers,
    build=build_offers,
    speaks_of=offers_coverage,
    rule=Rule(
        Per.DATE,
        every="lines_interval_minutes",
        opens=LINES_OPEN,
        past=Past.SAME,
        listed_by=Listing(BETTINGPROS_EVENTS.full_name),
        variants=tuple(MARKET_IDS),
        key="bettingpros_key",
    ),
    request=bettingpros_requests.request_offers,
    next_request=bettingpros_requests.next_page,
)

UPSTREAM = Upstream(SOURCE, (EVENTS, OFFERS), BETTINGPROS_QUARANTINE)

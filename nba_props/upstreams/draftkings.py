"""DraftKings' own lines, a line source independent of the aggregators.

No genuine body was had; ``draftkings_bodies`` says what its layout rests on.
"""

from __future__ import annotations

from datetime import timedelta

from nba_props.contracts.raw.draftkings import DRAFTKINGS_PLAYER_PROPS, DRAFTKINGS_QUARANTINE
from nba_props.upstreams.asking import Past, Per, Rule
from nba_props.upstreams.draftkings_bodies import decode_answer
from nba_props.upstreams.draftkings_props import build_props, props_coverage
from nba_props.upstreams.draftkings_requests import LEAGUE, PLAYER_PROPS, SOURCE, SUBCATEGORIES, request_player_props
from nba_props.upstreams.endpoint import Endpoint
from nba_props.upstreams.upstream import Upstream

LINES_OPEN = timedelta(hours=-12)
"""From when lines are collected, relative to the first tip-off of the date."""

PROPS = Endpoint(
    source=SOURCE,
    name=PLAYER_PROPS,
    path=rf"/api/sportscontent/\w+/v1/leagues/{LEAGUE}/categories/\d+/subcategories/\d+",
    tables=(DRAFTKINGS_PLAYER_PROPS.full_name,),
    parser_version=1,
    decode=decode_answer,
    build=build_props,
    speaks_of=props_coverage,
    rule=Rule(
        Per.DATE,
        every="lines_interval_minutes",
        opens=LINES_OPEN,
        past=Past.NOTHING,
        variants=tuple(SUBCATEGORIES),
    ),
    request=request_player_props,
)

UPSTREAM = Upstream(SOURCE, (PROPS,), DRAFTKINGS_QUARANTINE)

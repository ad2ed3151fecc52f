"""ESPN: its endpoints at site.api.espn.com, and the pages of www.espn.com that recordings hold."""

from __future__ import annotations

from datetime import timedelta

from nba_props.contracts.raw.espn import (
    ESPN_BOXSCORES,
    ESPN_INJURIES,
    ESPN_QUARANTINE,
    ESPN_ROSTERS,
    ESPN_SCOREBOARD,
)
from nba_props.upstreams import espn_requests
from nba_props.upstreams.asking import Listing, Past, Per, Rule
from nba_props.upstreams.endpoint import Endpoint
from nba_props.upstreams.espn_box_score_bodies import decode_page_box_score, decode_summary
from nba_props.upstreams.espn_box_scores import build_pages, build_summaries, page_coverage, summary_coverage
from nba_props.upstreams.espn_injuries import build_injuries, decode_injuries, injuries_coverage
from nba_props.upstreams.espn_requests import SITE_PATH, SOURCE
from nba_props.upstreams.espn_rosters import build_rosters, decode_roster, decode_roster_page, roster_coverage
from nba_props.upstreams.espn_scoreboard import build_scoreboards, decode_scoreboard, scoreboard_coverage
from nba_props.upstreams.upstream import Upstream

FINAL_WHISTLE = timedelta(minutes=150)
"""No game is over sooner after its tip-off."""

SCOREBOARD = Endpoint(
    source=SOURCE,
    name=espn_requests.SCOREBOARD,
    path=rf"{SITE_PATH}/scoreboard",
    tables=(ESPN_SCOREBOARD.full_name,),
    parser_version=1,
    decode=decode_scoreboard,
    build=build_scoreboards,
    speaks_of=scoreboard_coverage,
    rule=Rule(Per.DATE, every="box_score_interval_minutes", opens=timedelta(hours=-12), closes=timedelta(hours=6)),
    request=espn_requests.request_scoreboard,
)

BOX_SCORES = Endpoint(
    source=SOURCE,
    name=espn_requests.BOX_SCORES,
    path=rf"{SITE_PATH}/summary",
    tables=(ESPN_BOXSCORES.full_name,),
    parser_version=1,
    decode=decode_summary,
    build=build_summaries,
    speaks_of=summary_coverage,
    rule=Rule(
        Per.GAME,
        every="box_score_interval_minutes",
        opens=FINAL_WHISTLE,
        until_complete=True,
        listed_by=Listing(ESPN_SCOREBOARD.full_name),
    ),
    request=espn_requests.request_box_score,
)

BOX_SCORE_PAGES = Endpoint(
    source=SOURCE,
    name=espn_requests.BOX_SCORE_PAGES,
    path=r"/nba/boxscore(?:/_/gameId/[0-9]+)?",
    tables=(ESPN_BOXSCORES.full_name,),
    parser_version=1,
    decode=decode_page_box_score,
    build=build_pages,
    speaks_of=page_coverage,
    rule=Rule(Per.NEVER, every="box_score_interval_minutes", past=Past.NOTHING),
    request=None,
)

ROSTERS = Endpoint(
    source=SOURCE,
    name=espn_requests.ROSTERS,
    path=rf"{SITE_PATH}/teams/[^/]+",
    query=(("enable", "roster"),),
    tables=(ESPN_ROSTERS.full_name,),
    parser_version=1,
    decode=decode_roster,
    build=build_rosters,
    speaks_of=roster_coverage,
    rule=Rule(Per.TEAM, every="rosters_interval_minutes", past=Past.NOTHING),
    request=espn_requests.request_roster,
)

ROSTER_PAGES = Endpoint(
    source=SOURCE,
    name=espn_requests.ROSTER_PAGES,
    path=r"/nba/team/roster/_/name/[a-z]+(?:/[^/]*)?",
    tables=(ESPN_ROSTERS.full_name,),
    parser_version=1,
    decode=decode_roster_page,
    build=build_rosters,
    speaks_of=roster_coverage,
    rule=Rule(Per.NEVER, every="rosters_interval_minutes", past=Past.NOTHING),
    request=None,
)

INJURIES = Endpoint(
    source=SOURCE,
    name=espn_requests.INJURIES,
    path=rf"{SITE_PATH}/injuries",
    tables=(ESPN_INJURIES.full_name,),
    parser_version=1,
    decode=decode_injuries,
    build=build_injuries,
    speaks_of=injuries_coverage,
    rule=Rule(Per.DAY, every="reports_interval_minutes", past=Past.NOTHING),
    request=espn_requests.request_injuries,
)

UPSTREAM = Upstream(SOURCE, (SCOREBOARD, BOX_SCORES, BOX_SCORE_PAGES, ROSTERS, ROSTER_PAGES, INJURIES), ESPN_QUARANTINE)

"""The NBA: its endpoints at cdn.nba.com, stats.nba.com and data.nba.com."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from nba_props.contracts.raw import (
    NBAC_PLAYER_BOXSCORE,
    NBAC_PLAYER_MEASURES,
    NBAC_QUARANTINE,
    NBAC_SCHEDULE,
    NBAC_TEAM_BOXSCORE,
)
from nba_props.contracts.raw import nba_com as names
from nba_props.upstreams import nba_requests
from nba_props.upstreams.asking import Per, Rule
from nba_props.upstreams.endpoint import Endpoint
from nba_props.upstreams.nba_archived import ENDPOINTS as ARCHIVED
from nba_props.upstreams.nba_archived import NEVER
from nba_props.upstreams.nba_box_lines import coverage_of_request
from nba_props.upstreams.nba_box_measures import build_measures, decode_measures
from nba_props.upstreams.nba_box_scores import box_score_coverage, build_box_scores, decode_box_scores
from nba_props.upstreams.nba_box_scores_v2 import build_box_scores_v2, decode_box_score_v2
from nba_props.upstreams.nba_game_box_bodies import decode_box_score_v3, decode_live_box_score, live_coverage
from nba_props.upstreams.nba_game_box_scores import build_box_scores_v3, build_live_box_scores
from nba_props.upstreams.nba_requests import SOURCE
from nba_props.upstreams.nba_schedule import build_schedules, decode_schedule, schedule_coverage
from nba_props.upstreams.nba_team_box_scores import (
    build_team_box_scores,
    decode_team_box_scores,
    team_box_score_coverage,
)
from nba_props.upstreams.upstream import Upstream

FINAL_WHISTLE = timedelta(minutes=150)
"""No game is over sooner after its tip-off."""

CORRECTED_AFTER = (timedelta(hours=15), timedelta(hours=39), timedelta(days=7))
"""The league corrects box scores in the days after a game: read again the next morning, the one after, a week later."""

GAME_LOG = Rule(
    Per.SEASON_TYPE,
    every="box_score_interval_minutes",
    opens=FINAL_WHISTLE,
    until_complete=True,
    corrected_after=CORRECTED_AFTER,
)
"""The log of a season's games, from when the first of a date may be over."""

OF_ONE_GAME = (NBAC_PLAYER_BOXSCORE.full_name, NBAC_TEAM_BOXSCORE.full_name)

SCHEDULE = Endpoint(
    source=SOURCE,
    name=nba_requests.SCHEDULE,
    path=r"/static/json/staticData/scheduleLeagueV2(?:_[0-9]+)?\.json|/stats/scheduleleaguev2(?:int)?",
    tables=(NBAC_SCHEDULE.full_name,),
    parser_version=1,
    decode=decode_schedule,
    build=build_schedules,
    speaks_of=schedule_coverage,
    rule=Rule(Per.SEASON, every="schedule_interval_minutes"),
    request=nba_requests.request_schedule,
)

PLAYER_BOX_SCORES = Endpoint(
    source=SOURCE,
    name=names.PLAYER_BOX_SCORES,
    path=r"/stats/leaguegamelog",
    query=(("PlayerOrTeam", "P"),),
    tables=(NBAC_PLAYER_BOXSCORE.full_name,),
    parser_version=2,
    decode=decode_box_scores,
    build=build_box_scores,
    speaks_of=box_score_coverage,
    rule=GAME_LOG,
    request=nba_requests.request_player_box_scores,
)

TEAM_BOX_SCORES = Endpoint(
    source=SOURCE,
    name=names.TEAM_BOX_SCORES,
    path=r"/stats/leaguegamelog",
    query=(("PlayerOrTeam", "T"),),
    tables=(NBAC_TEAM_BOXSCORE.full_name,),
    parser_version=1,
    decode=decode_team_box_scores,
    build=build_team_box_scores,
    speaks_of=team_box_score_coverage,
    rule=GAME_LOG,
    request=nba_requests.request_team_box_scores,
)

BOX_SCORE_V3 = Endpoint(
    source=SOURCE,
    name=names.BOX_SCORE_V3,
    path=r"/stats/boxscoretraditionalv3",
    tables=OF_ONE_GAME,
    parser_version=1,
    decode=decode_box_score_v3,
    build=build_box_scores_v3,
    speaks_of=coverage_of_request,
    rule=replace(GAME_LOG, per=Per.GAME),
    request=nba_requests.request_box_score_v3,
)

BOX_SCORE_V2 = Endpoint(
    source=SOURCE,
    name=names.BOX_SCORE_V2,
    path=r"/stats/boxscoretraditionalv2",
    tables=OF_ONE_GAME,
    parser_version=1,
    decode=decode_box_score_v2,
    build=build_box_scores_v2,
    speaks_of=coverage_of_request,
    rule=NEVER,
    request=None,
)

LIVE_BOX_SCORE = Endpoint(
    source=SOURCE,
    name=names.LIVE_BOX_SCORE,
    path=r"/static/json/liveData/boxscore/boxscore_[0-9]{10}\.json",
    tables=OF_ONE_GAME,
    parser_version=1,
    decode=decode_live_box_score,
    build=build_live_box_scores,
    speaks_of=live_coverage,
    rule=Rule(Per.GAME, every="live_interval_minutes", until_complete=True, corrected_after=CORRECTED_AFTER),
    request=nba_requests.request_live_box_score,
)

PLAYER_MEASURES = Endpoint(
    source=SOURCE,
    name="player_measures",
    path=r"/stats/boxscore(?:(?:advanced|fourfactors|misc|scoring|usage|playertrack)v3|(?:defensive|hustle)v2)",
    tables=(NBAC_PLAYER_MEASURES.full_name,),
    parser_version=1,
    decode=decode_measures,
    build=build_measures,
    speaks_of=coverage_of_request,
    rule=NEVER,
    request=None,
)

UPSTREAM = Upstream(
    SOURCE,
    (
        SCHEDULE,
        PLAYER_BOX_SCORES,
        TEAM_BOX_SCORES,
        BOX_SCORE_V3,
        BOX_SCORE_V2,
        LIVE_BOX_SCORE,
        PLAYER_MEASURES,
        *ARCHIVED,
    ),
    NBAC_QUARANTINE,
    is_required=True,
)

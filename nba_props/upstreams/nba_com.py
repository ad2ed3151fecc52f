"""The NBA: its endpoints at cdn.nba.com and stats.nba.com."""

from __future__ import annotations

from nba_props.contracts.raw import NBAC_PLAYER_BOXSCORE, NBAC_SCHEDULE
from nba_props.upstreams.endpoint import Endpoint
from nba_props.upstreams.nba_box_scores import box_score_coverage, build_box_scores, decode_box_scores
from nba_props.upstreams.nba_schedule import build_schedules, decode_schedule, schedule_coverage

SOURCE = "nba_com"

SCHEDULE = Endpoint(
    source=SOURCE,
    name="schedule",
    path=r"/static/json/staticData/scheduleLeagueV2\.json|/stats/scheduleleaguev2(?:int)?",
    tables=(NBAC_SCHEDULE.full_name,),
    parser_version=1,
    decode=decode_schedule,
    build=build_schedules,
    speaks_of=schedule_coverage,
)

PLAYER_BOX_SCORES = Endpoint(
    source=SOURCE,
    name="player_box_scores",
    path=r"/stats/leaguegamelog",
    query=(("PlayerOrTeam", "P"),),
    tables=(NBAC_PLAYER_BOXSCORE.full_name,),
    parser_version=1,
    decode=decode_box_scores,
    build=build_box_scores,
    speaks_of=box_score_coverage,
)

ENDPOINTS = (SCHEDULE, PLAYER_BOX_SCORES)

"""Endpoints of the NBA that are never asked: whoever archived their bodies finds them read.

Box scores that are archived only are beside the others in ``nba_com``.
"""

from __future__ import annotations

from nba_props.contracts.raw import NBAC_PLAYER_BOXSCORE, NBAC_TEAM_BOXSCORE
from nba_props.contracts.raw.nba_com import GAME_DETAIL
from nba_props.contracts.raw.nba_game_details import (
    NBAC_DUNKS,
    NBAC_GAME_OFFICIALS,
    NBAC_GAME_SUMMARIES,
    NBAC_INACTIVE_PLAYERS,
    NBAC_MATCHUPS,
    NBAC_TEAM_SUMMARIES,
)
from nba_props.contracts.raw.nba_season_snapshots import NBAC_CUP_GAMES, NBAC_CUP_STANDINGS, NBAC_LINEUPS
from nba_props.upstreams.asking import Past, Per, Rule
from nba_props.upstreams.endpoint import Endpoint
from nba_props.upstreams.nba_box_lines import coverage_of_request
from nba_props.upstreams.nba_cup import build_cup_standings, decode_cup_standings
from nba_props.upstreams.nba_dunks import build_dunks, decode_dunks, dunk_coverage
from nba_props.upstreams.nba_game_detail import build_game_details, decode_game_detail, game_detail_coverage
from nba_props.upstreams.nba_game_summaries import build_summaries, decode_summary, summary_coverage
from nba_props.upstreams.nba_league_players import snapshot_coverage
from nba_props.upstreams.nba_lineups import build_lineups, decode_lineups
from nba_props.upstreams.nba_matchups import build_matchups, decode_matchups
from nba_props.upstreams.nba_requests import SOURCE

NEVER = Rule(Per.NEVER, every="box_score_interval_minutes", past=Past.NOTHING)

GAME_DETAILS = Endpoint(
    source=SOURCE,
    name=GAME_DETAIL,
    path=r"/scores/gamedetail/[0-9]{10}_gamedetail\.json",
    tables=(NBAC_PLAYER_BOXSCORE.full_name, NBAC_TEAM_BOXSCORE.full_name),
    parser_version=1,
    decode=decode_game_detail,
    build=build_game_details,
    speaks_of=game_detail_coverage,
    rule=NEVER,
    request=None,
)

GAME_SUMMARIES = Endpoint(
    source=SOURCE,
    name="game_summaries",
    path=r"/stats/boxscoresummaryv2",
    tables=(
        NBAC_GAME_SUMMARIES.full_name,
        NBAC_TEAM_SUMMARIES.full_name,
        NBAC_GAME_OFFICIALS.full_name,
        NBAC_INACTIVE_PLAYERS.full_name,
    ),
    parser_version=1,
    decode=decode_summary,
    build=build_summaries,
    speaks_of=summary_coverage,
    rule=NEVER,
    request=None,
)

MATCHUPS = Endpoint(
    source=SOURCE,
    name="matchups",
    path=r"/stats/boxscorematchupsv3",
    tables=(NBAC_MATCHUPS.full_name,),
    parser_version=1,
    decode=decode_matchups,
    build=build_matchups,
    speaks_of=coverage_of_request,
    rule=NEVER,
    request=None,
)

DUNKS = Endpoint(
    source=SOURCE,
    name="dunks",
    path=r"/stats/dunkscoreleaders",
    tables=(NBAC_DUNKS.full_name,),
    parser_version=1,
    decode=decode_dunks,
    build=build_dunks,
    speaks_of=dunk_coverage,
    rule=NEVER,
    request=None,
)

CUP_STANDINGS = Endpoint(
    source=SOURCE,
    name="cup_standings",
    path=r"/stats/iststandings",
    tables=(NBAC_CUP_STANDINGS.full_name, NBAC_CUP_GAMES.full_name),
    parser_version=1,
    decode=decode_cup_standings,
    build=build_cup_standings,
    speaks_of=snapshot_coverage,
    rule=NEVER,
    request=None,
)

LINEUPS = Endpoint(
    source=SOURCE,
    name="lineups",
    path=r"/stats/teamdashlineups",
    tables=(NBAC_LINEUPS.full_name,),
    parser_version=1,
    decode=decode_lineups,
    build=build_lineups,
    speaks_of=snapshot_coverage,
    rule=NEVER,
    request=None,
)

ENDPOINTS = (GAME_DETAILS, GAME_SUMMARIES, MATCHUPS, DUNKS, CUP_STANDINGS, LINEUPS)

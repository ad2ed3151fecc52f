"""balldontlie v1: its endpoints. A second source of box scores, and lists of players, injuries and standings.

A body is ``{"data": ..., "meta": {"next_cursor": ...}}``; ``meta`` is absent where answers do not come in pages, the
cursor on the last page.
"""

from __future__ import annotations

from datetime import timedelta

from nba_props.contracts.raw.balldontlie import (
    BDL_ACTIVE_PLAYERS,
    BDL_GAMES,
    BDL_INJURIES,
    BDL_PLAYER_BOXSCORES,
    BDL_QUARANTINE,
    BDL_STANDINGS,
)
from nba_props.upstreams import balldontlie_requests as requests
from nba_props.upstreams.asking import Past, Per, Rule
from nba_props.upstreams.balldontlie_bodies import snapshot_coverage
from nba_props.upstreams.balldontlie_box_scores import (
    box_scores_coverage,
    build_player_box_scores,
    decode_box_scores,
    decode_stats,
    stats_coverage,
)
from nba_props.upstreams.balldontlie_games import build_games, decode_games, games_coverage
from nba_props.upstreams.balldontlie_requests import SOURCE, next_page
from nba_props.upstreams.balldontlie_snapshots import (
    build_active_players,
    build_injuries,
    build_standings,
    decode_active_players,
    decode_injuries,
    decode_standings,
)
from nba_props.upstreams.endpoint import Endpoint
from nba_props.upstreams.upstream import Upstream

KEY = "balldontlie_key"

FINAL_WHISTLE = timedelta(minutes=150)
"""No game is over sooner after its tip-off."""

LONGEST_GAME = timedelta(hours=6)
"""Games are read until so long after the last tip-off of their date."""

GAMES = Endpoint(
    source=SOURCE,
    name=requests.GAMES,
    path=r"/v1/games(?:/\d+)?",
    tables=(BDL_GAMES.full_name,),
    parser_version=1,
    decode=decode_games,
    build=build_games,
    speaks_of=games_coverage,
    rule=Rule(Per.DATE, every="box_score_interval_minutes", closes=LONGEST_GAME, key=KEY),
    request=requests.request_games,
    next_request=next_page,
)

STATS = Endpoint(
    source=SOURCE,
    name=requests.STATS,
    path=r"/v1/stats",
    tables=(BDL_PLAYER_BOXSCORES.full_name,),
    parser_version=1,
    decode=decode_stats,
    build=build_player_box_scores,
    speaks_of=stats_coverage,
    rule=Rule(Per.DATE, every="aftermath_interval_minutes", opens=FINAL_WHISTLE, until_complete=True, key=KEY),
    request=requests.request_stats,
    next_request=next_page,
)

BOX_SCORES = Endpoint(
    source=SOURCE,
    name=requests.BOX_SCORES,
    path=r"/v1/box_scores(?:/live)?",
    tables=(BDL_PLAYER_BOXSCORES.full_name,),
    parser_version=1,
    decode=decode_box_scores,
    build=build_player_box_scores,
    speaks_of=box_scores_coverage,
    rule=Rule(Per.DATE, every="box_score_interval_minutes", opens=FINAL_WHISTLE, until_complete=True, key=KEY),
    request=requests.request_box_scores,
)

ACTIVE_PLAYERS = Endpoint(
    source=SOURCE,
    name=requests.ACTIVE_PLAYERS,
    path=r"/v1/players/active",
    tables=(BDL_ACTIVE_PLAYERS.full_name,),
    parser_version=1,
    decode=decode_active_players,
    build=build_active_players,
    speaks_of=snapshot_coverage,
    rule=Rule(Per.DAY, every="daily_interval_minutes", past=Past.NOTHING, key=KEY),
    request=requests.request_active_players,
    next_request=next_page,
)

PLAYER_INJURIES = Endpoint(
    source=SOURCE,
    name=requests.PLAYER_INJURIES,
    path=r"/v1/player_injuries",
    tables=(BDL_INJURIES.full_name,),
    parser_version=1,
    decode=decode_injuries,
    build=build_injuries,
    speaks_of=snapshot_coverage,
    rule=Rule(Per.DAY, every="reports_interval_minutes", past=Past.NOTHING, key=KEY),
    request=requests.request_player_injuries,
    next_request=next_page,
)

STANDINGS = Endpoint(
    source=SOURCE,
    name=requests.STANDINGS,
    path=r"/v1/standings",
    tables=(BDL_STANDINGS.full_name,),
    parser_version=1,
    decode=decode_standings,
    build=build_standings,
    speaks_of=snapshot_coverage,
    rule=Rule(Per.DAY, every="daily_interval_minutes", past=Past.NOTHING, key=KEY),
    request=requests.request_standings,
)

UPSTREAM = Upstream(SOURCE, (GAMES, STATS, BOX_SCORES, ACTIVE_PLAYERS, PLAYER_INJURIES, STANDINGS), BDL_QUARANTINE)

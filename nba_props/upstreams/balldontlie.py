"""balldontlie v1: its endpoints. A second source of box scores, and lists of players, injuries and standings.

What no other table needs, such as advanced statistics, is read from the archive and asked for by nobody. A body is
``{"data": ..., "meta": {"next_cursor": ...}}``; ``meta`` is absent where answers do not come in pages, the cursor on
the last page.
"""

from __future__ import annotations

from datetime import timedelta

from nba_props.contracts.raw.balldontlie import (
    BDL_ACTIVE_PLAYERS,
    BDL_GAMES,
    BDL_INJURIES,
    BDL_ODDS,
    BDL_PLAYER_BOXSCORES,
    BDL_PLAYER_MEASURES,
    BDL_PLAYERS,
    BDL_QUARANTINE,
    BDL_SEASON_MEASURES,
    BDL_STANDINGS,
    BDL_TEAMS,
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
from nba_props.upstreams.balldontlie_measures import (
    advanced_stats_coverage,
    build_player_measures,
    build_season_measures,
    decode_advanced_stats,
    decode_leaders,
    decode_season_averages,
)
from nba_props.upstreams.balldontlie_odds import build_odds, decode_odds, odds_coverage
from nba_props.upstreams.balldontlie_requests import SOURCE, next_page
from nba_props.upstreams.balldontlie_snapshots import (
    build_active_players,
    build_injuries,
    build_players,
    build_standings,
    build_teams,
    decode_injuries,
    decode_players,
    decode_standings,
    decode_teams,
)
from nba_props.upstreams.endpoint import Endpoint
from nba_props.upstreams.upstream import Upstream

KEY = "balldontlie_key"

FINAL_WHISTLE = timedelta(minutes=150)
"""No game is over sooner after its tip-off."""

LONGEST_GAME = timedelta(hours=6)
"""Games are read until so long after the last tip-off of their date."""

NEVER = Rule(Per.NEVER, every="daily_interval_minutes", past=Past.NOTHING)

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
    decode=decode_players,
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

PLAYERS = Endpoint(
    source=SOURCE,
    name="players",
    path=r"/v1/players(?:/\d+)?",
    tables=(BDL_PLAYERS.full_name,),
    parser_version=1,
    decode=decode_players,
    build=build_players,
    speaks_of=snapshot_coverage,
    rule=NEVER,
    request=None,
)

TEAMS = Endpoint(
    source=SOURCE,
    name="teams",
    path=r"/v1/teams(?:/\d+)?",
    tables=(BDL_TEAMS.full_name,),
    parser_version=1,
    decode=decode_teams,
    build=build_teams,
    speaks_of=snapshot_coverage,
    rule=NEVER,
    request=None,
)

ADVANCED_STATS = Endpoint(
    source=SOURCE,
    name="advanced_stats",
    path=r"/v1/stats/advanced",
    tables=(BDL_PLAYER_MEASURES.full_name,),
    parser_version=1,
    decode=decode_advanced_stats,
    build=build_player_measures,
    speaks_of=advanced_stats_coverage,
    rule=NEVER,
    request=None,
)

SEASON_AVERAGES = Endpoint(
    source=SOURCE,
    name="season_averages",
    path=r"/v1/season_averages/[a-z_]+",
    tables=(BDL_SEASON_MEASURES.full_name,),
    parser_version=1,
    decode=decode_season_averages,
    build=build_season_measures,
    speaks_of=snapshot_coverage,
    rule=NEVER,
    request=None,
)

LEADERS = Endpoint(
    source=SOURCE,
    name="leaders",
    path=r"/v1/leaders",
    tables=(BDL_SEASON_MEASURES.full_name,),
    parser_version=1,
    decode=decode_leaders,
    build=build_season_measures,
    speaks_of=snapshot_coverage,
    rule=NEVER,
    request=None,
)

ODDS = Endpoint(
    source=SOURCE,
    name="odds",
    path=r"/v1/odds",
    tables=(BDL_ODDS.full_name,),
    parser_version=1,
    decode=decode_odds,
    build=build_odds,
    speaks_of=odds_coverage,
    rule=NEVER,
    request=None,
)

ASKED = (GAMES, STATS, BOX_SCORES, ACTIVE_PLAYERS, PLAYER_INJURIES, STANDINGS)
ONLY_ARCHIVED = (PLAYERS, TEAMS, ADVANCED_STATS, SEASON_AVERAGES, LEADERS, ODDS)

UPSTREAM = Upstream(SOURCE, (*ASKED, *ONLY_ARCHIVED), BDL_QUARANTINE)

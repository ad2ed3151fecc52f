"""The NBA as a league: its players, its transactions, and who referees its games.

Endpoints that are never asked read archived bodies only.
"""

from __future__ import annotations

from datetime import timedelta

from nba_props.contracts.raw.nba_league import (
    NBAC_LEAGUE_QUARANTINE,
    NBAC_PLAYER_LIST,
    NBAC_PLAYER_MOVEMENT,
    NBAC_REFEREE_ASSIGNMENTS,
)
from nba_props.game_calendar import season_of
from nba_props.settings import Settings
from nba_props.upstreams import nba_league_movement as movement
from nba_props.upstreams import nba_league_officials as officials
from nba_props.upstreams import nba_league_players as players
from nba_props.upstreams.asking import Past, Per, Rule, Subject
from nba_props.upstreams.endpoint import Endpoint
from nba_props.upstreams.requests import BROWSER_HEADERS, Parameters, Request
from nba_props.upstreams.upstream import Upstream

SOURCE = "nba_league"
PLAYER_MOVEMENT_NAME = "player_movement"
REFEREE_ASSIGNMENTS_NAME = "referee_assignments"

ASSIGNMENTS_PUBLISHED = timedelta(hours=9)
"""So long before a date's first tip-off its officials are first asked for; the league names them at 9 AM Eastern."""

DAILY = Rule(Per.DAY, every="daily_interval_minutes", past=Past.NOTHING)
NEVER = Rule(Per.NEVER, every="daily_interval_minutes", past=Past.NOTHING)


def request_player_list(settings: Settings, subject: Subject) -> Request:
    """The players of the present season."""
    parameters = (
        ("College", ""),
        ("Country", ""),
        ("DraftPick", ""),
        ("DraftRound", ""),
        ("DraftYear", ""),
        ("Height", ""),
        ("Historical", "0"),
        ("LeagueID", "00"),
        ("Season", season_of(subject.today)),
        ("SeasonType", "Regular Season"),
        ("TeamID", "0"),
        ("Weight", ""),
    )
    return _request(subject, players.INDEX, settings.nba_stats_url, "/stats/playerindex", parameters)


def request_player_movement(settings: Settings, subject: Subject) -> Request:
    """The league's transactions."""
    path = "/js/data/playermovement/NBA_Player_Movement.json"
    return _request(subject, PLAYER_MOVEMENT_NAME, settings.nba_stats_url, path)


def request_referee_assignments(settings: Settings, subject: Subject) -> Request:
    """The officials of the subject's date."""
    path, parameters = "/wp-json/api/v1/get-game-officials", (("date", str(subject.game_date)),)
    return _request(subject, REFEREE_ASSIGNMENTS_NAME, settings.nba_official_url, path, parameters)


def _request(subject: Subject, endpoint: str, base_url: str, path: str, parameters: Parameters = ()) -> Request:
    return Request(
        source=SOURCE,
        endpoint=endpoint,
        game_date=subject.game_date,
        base_url=base_url,
        path=path,
        parameters=parameters,
        headers=BROWSER_HEADERS,
    )


PLAYER_LIST = Endpoint(
    source=SOURCE,
    name=players.INDEX,
    path=r"/stats/playerindex",
    tables=(NBAC_PLAYER_LIST.full_name,),
    parser_version=1,
    decode=players.decode_index,
    build=players.build_index,
    speaks_of=players.snapshot_coverage,
    rule=DAILY,
    request=request_player_list,
)

COMMON_ALL_PLAYERS = Endpoint(
    source=SOURCE,
    name=players.ALL_PLAYERS,
    path=r"/stats/commonallplayers",
    tables=(NBAC_PLAYER_LIST.full_name,),
    parser_version=1,
    decode=players.decode_all_players,
    build=players.build_all_players,
    speaks_of=players.snapshot_coverage,
    rule=NEVER,
    request=None,
)

TEAM_ROSTER_PAGE = Endpoint(
    source=SOURCE,
    name=players.ROSTER_PAGE,
    path=r"/team/[0-9]+(?:/[^/]+)?/roster/?",
    tables=(NBAC_PLAYER_LIST.full_name,),
    parser_version=1,
    decode=players.decode_roster_page,
    build=players.build_roster_pages,
    speaks_of=players.snapshot_coverage,
    rule=NEVER,
    request=None,
)

PLAYER_MOVEMENT = Endpoint(
    source=SOURCE,
    name=PLAYER_MOVEMENT_NAME,
    path=r"/playermovement/NBA_Player_Movement\.json",
    tables=(NBAC_PLAYER_MOVEMENT.full_name,),
    parser_version=1,
    decode=movement.decode_movement,
    build=movement.build_movements,
    speaks_of=movement.movement_coverage,
    rule=DAILY,
    request=request_player_movement,
)

REFEREE_ASSIGNMENTS = Endpoint(
    source=SOURCE,
    name=REFEREE_ASSIGNMENTS_NAME,
    path=r"/wp-json/api/v1/get-game-officials",
    tables=(NBAC_REFEREE_ASSIGNMENTS.full_name,),
    parser_version=1,
    decode=officials.decode_officials,
    build=officials.build_officials,
    speaks_of=officials.official_coverage,
    rule=Rule(Per.DATE, every="daily_interval_minutes", opens=-ASSIGNMENTS_PUBLISHED),
    request=request_referee_assignments,
)

UPSTREAM = Upstream(
    SOURCE,
    (PLAYER_LIST, COMMON_ALL_PLAYERS, TEAM_ROSTER_PAGE, PLAYER_MOVEMENT, REFEREE_ASSIGNMENTS),
    NBAC_LEAGUE_QUARANTINE,
)

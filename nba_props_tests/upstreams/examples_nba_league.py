"""Small complete bodies of the source ``nba_league`` in its upstreams' layouts, one an endpoint."""

from __future__ import annotations

import copy
import json
from typing import Any

from nba_props.archive.payload import Payload
from nba_props_tests.upstreams.examples_nba_live import AWAY, GAME_ID, HOME, RANDLE, result_set, result_sets
from nba_props_tests.upstreams.exchanges import payload

STATS = "https://stats.nba.com"
PLAYER_LIST_URL = (
    f"{STATS}/stats/playerindex?College=&Country=&DraftPick=&DraftRound=&DraftYear=&Height=&Historical=0&LeagueID=00"
    "&Season=2024-25&SeasonType=Regular+Season&TeamID=0&Weight="
)
ALL_PLAYERS_URL = f"{STATS}/stats/commonallplayers?IsOnlyCurrentSeason=0&LeagueID=00&Season=2024-25"
ROSTER_URL = f"https://www.nba.com/team/{HOME}/timberwolves/roster"
MOVEMENT_URL = f"{STATS}/js/data/playermovement/NBA_Player_Movement.json"
OFFICIALS_URL = "https://official.nba.com/wp-json/api/v1/get-game-officials?&date=2025-01-06"

_INDEX_PLAYER: dict[str, Any] = {
    "PERSON_ID": RANDLE,
    "PLAYER_LAST_NAME": "Randle",
    "PLAYER_FIRST_NAME": "Julius",
    "PLAYER_SLUG": "julius-randle",
    "TEAM_ID": HOME,
    "TEAM_SLUG": "timberwolves",
    "TEAM_ABBREVIATION": "MIN",
    "JERSEY_NUMBER": "30",
    "POSITION": "F-C",
    "HEIGHT": "6-9",
    "WEIGHT": "250",
    "COLLEGE": "Kentucky",
    "COUNTRY": "USA",
    "DRAFT_YEAR": 2014,
    "DRAFT_ROUND": 1,
    "DRAFT_NUMBER": 7,
    "ROSTER_STATUS": 1.0,
    "FROM_YEAR": "2014",
    "TO_YEAR": "2024",
    "PTS": None,
}
_ANY_PLAYER: dict[str, Any] = {
    "PERSON_ID": RANDLE,
    "DISPLAY_LAST_COMMA_FIRST": "Randle, Julius",
    "DISPLAY_FIRST_LAST": "Julius Randle",
    "ROSTERSTATUS": 1,
    "FROM_YEAR": "2014",
    "TO_YEAR": "2024",
    "PLAYER_SLUG": "julius_randle",
    "TEAM_ID": HOME,
    "TEAM_ABBREVIATION": "MIN",
}
_ROSTER_PLAYER: dict[str, Any] = {
    "TeamID": HOME,
    "SEASON": "2024",
    "PLAYER": "Julius Randle",
    "PLAYER_SLUG": "julius-randle",
    "NUM": "30",
    "POSITION": "F-C",
    "HEIGHT": "6-9",
    "WEIGHT": "250",
    "BIRTH_DATE": "NOV 29, 1994",
    "SCHOOL": "Kentucky",
    "PLAYER_ID": RANDLE,
    "HOW_ACQUIRED": "Traded from NYK on 10/02/24",
}
_MOVEMENT: dict[str, Any] = {
    "Transaction_Type": "Trade",
    "TRANSACTION_DATE": "2025-01-04T00:00:00",
    "TRANSACTION_DESCRIPTION": "Minnesota Timberwolves received forward Julius Randle from LA Clippers.",
    "TEAM_ID": float(HOME),
    "TEAM_SLUG": "timberwolves",
    "PLAYER_ID": float(RANDLE),
    "PLAYER_SLUG": "julius-randle",
    "Additional_Sort": float(AWAY),
    "GroupSort": "Trade 2024009",
}
_OFFICIALS: dict[str, Any] = {
    "game_id": GAME_ID,
    "game_date": "01/06/2025",
    "season": "22024",
    "game_code": "20250106/LACMIN",
    "home_team_id": HOME,
    "home_team_abbr": "MIN",
    "away_team_id": AWAY,
    "away_team_abbr": "LAC",
    "official1": "John Goble",
    "official1_code": 101284,
    "official1_JNum": "10",
    "official2": "Ray Acosta",
    "official2_code": 1626300,
    "official2_JNum": "54",
    "official3": "Robert Hussey",
    "official3_code": 1628480,
    "official3_JNum": "85",
    "official4": None,
    "official4_code": None,
    "official4_JNum": None,
}


def index_player(**changes: Any) -> dict[str, Any]:
    return _INDEX_PLAYER | changes


def player_list(*players: dict[str, Any]) -> dict[str, Any]:
    return result_sets(result_set("PlayerIndex", *players, headers=_INDEX_PLAYER))


def any_player(**changes: Any) -> dict[str, Any]:
    return _ANY_PLAYER | changes


def all_players(*players: dict[str, Any]) -> dict[str, Any]:
    return result_sets(result_set("CommonAllPlayers", *players, headers=_ANY_PLAYER))


def roster_player(**changes: Any) -> dict[str, Any]:
    return _ROSTER_PLAYER | changes


def roster_page(*players: dict[str, Any]) -> bytes:
    """A page with the data that it is drawn from."""
    data = {"props": {"pageProps": {"team": {"id": str(HOME), "roster": list(players)}}}, "page": "/team"}
    script = f'<script id="__NEXT_DATA__" type="application/json" crossorigin="anonymous">{json.dumps(data)}</script>'
    return f"<!DOCTYPE html><html><body><div>Roster</div>{script}<script>1</script></body></html>".encode()


def movement(**changes: Any) -> dict[str, Any]:
    return _MOVEMENT | changes


def movements(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"NBA_Player_Movement": {"rows": list(parts), "columns": []}}


def game_officials(**changes: Any) -> dict[str, Any]:
    return _OFFICIALS | changes


def officials(games: list[dict[str, Any]], replay_center: list[str]) -> dict[str, Any]:
    replay = [
        {"game_date": "01/06/2025", "official_code": 202035 + number, "replaycenter_official": name}
        for number, name in enumerate(replay_center)
    ]
    league = {"Table": {"rows": games, "columns": []}, "Table1": {"rows": replay, "columns": []}}
    return {"nba": league, "gl": {"Table": {"rows": []}}, "wnba": copy.deepcopy(league)}


def examples() -> dict[str, Payload]:
    """A body of every endpoint, all of whose rows can be stored."""
    consideration = movement(PLAYER_ID=0.0, PLAYER_SLUG="", TEAM_ID=float(AWAY), Additional_Sort=float(HOME))
    signing = movement(Transaction_Type="Signing", Additional_Sort=0.0, GroupSort="Signing 1")
    return {
        "player_list": payload(
            PLAYER_LIST_URL, player_list(index_player(), index_player(PERSON_ID=2, TEAM_ID=None, JERSEY_NUMBER=None))
        ),
        "common_all_players": payload(
            ALL_PLAYERS_URL, all_players(any_player(), any_player(PERSON_ID=2, ROSTERSTATUS=0, TEAM_ID=0))
        ),
        "team_roster_page": payload(ROSTER_URL, roster_page(roster_player(), roster_player(PLAYER_ID=2, NUM=None))),
        "player_movement": payload(MOVEMENT_URL, movements(movement(), consideration, signing)),
        "referee_assignments": payload(
            OFFICIALS_URL, officials([game_officials()], ["Brett Nansel", "Jenna Schroeder"])
        ),
    }

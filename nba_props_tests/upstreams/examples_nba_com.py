"""Small complete bodies of every endpoint of the NBA's schedule and box scores, in the upstream's layout."""

from __future__ import annotations

import copy
from typing import Any

from nba_props.archive.payload import Payload
from nba_props_tests.upstreams.bodies_nba_archived import archived_examples
from nba_props_tests.upstreams.exchanges import (
    CDN,
    GAME_LOG_URL,
    SCHEDULE_URL,
    STATS,
    box_line,
    game,
    game_log,
    payload,
    schedule,
)

GAME = "0022400474"
TEAM_LOG_URL = GAME_LOG_URL.replace("PlayerOrTeam=P", "PlayerOrTeam=T")
V3_URL = f"{STATS}/stats/boxscoretraditionalv3?GameID={GAME}"
V2_URL = (
    f"{STATS}/stats/boxscoretraditionalv2?EndPeriod=0&EndRange=0&GameID={GAME}&RangeType=0&StartPeriod=0&StartRange=0"
)
LIVE_URL = f"{CDN}/static/json/liveData/boxscore/boxscore_{GAME}.json"
USAGE_URL = f"{STATS}/stats/boxscoreusagev3?GameID={GAME}"
CHI, NYK = (1610612741, "CHI", "Chicago", "Bulls"), (1610612752, "NYK", "New York", "Knicks")
DNP = "DNP - Coach's Decision"

_STATISTICS: dict[str, Any] = {
    "minutes": "35:30",
    "fieldGoalsMade": 11,
    "fieldGoalsAttempted": 22,
    "fieldGoalsPercentage": 0.5,
    "threePointersMade": 3,
    "threePointersAttempted": 9,
    "threePointersPercentage": 0.333,
    "freeThrowsMade": 8,
    "freeThrowsAttempted": 8,
    "freeThrowsPercentage": 1.0,
    "reboundsOffensive": 0,
    "reboundsDefensive": 3,
    "reboundsTotal": 3,
    "assists": 9,
    "steals": 1,
    "blocks": 0,
    "turnovers": 2,
    "foulsPersonal": 2,
    "points": 33,
    "plusMinusPoints": -8.0,
}
_V2_ROW: dict[str, Any] = {
    "GAME_ID": GAME,
    "TEAM_ID": NYK[0],
    "TEAM_ABBREVIATION": "NYK",
    "TEAM_CITY": "New York",
    "PLAYER_ID": 1628973,
    "PLAYER_NAME": "Jalen Brunson",
    "NICKNAME": "Jalen",
    "START_POSITION": "G",
    "COMMENT": "",
    "MIN": "35:30",
    "FGM": 11,
    "FGA": 22,
    "FG_PCT": 0.5,
    "FG3M": 3,
    "FG3A": 9,
    "FG3_PCT": 0.333,
    "FTM": 8,
    "FTA": 8,
    "FT_PCT": 1.0,
    "OREB": 0,
    "DREB": 3,
    "REB": 3,
    "AST": 9,
    "STL": 1,
    "BLK": 0,
    "TO": 2,
    "PF": 2,
    "PTS": 33,
    "PLUS_MINUS": -8.0,
}
_OF_PLAYERS = ("PLAYER_ID", "PLAYER_NAME", "NICKNAME", "START_POSITION", "COMMENT")
_STATISTIC_HEADERS = list(_V2_ROW)[list(_V2_ROW).index("MIN") :]


def team_line(**changes: Any) -> dict[str, Any]:
    """A line of the team log."""
    without = ("PLAYER_ID", "PLAYER_NAME", "FANTASY_PTS")
    line = {name: value for name, value in box_line().items() if name not in without}
    return line | {"MIN": 240, "MATCHUP": "NYK @ CHI"} | changes


def statistics(**changes: Any) -> dict[str, Any]:
    """Statistics of a player, or of a team in v3."""
    return _STATISTICS | changes


def idle(minutes: str) -> dict[str, Any]:
    """Statistics of who did not play, which the upstream sends as zeros."""
    return {name: 0 if isinstance(value, int) else 0.0 for name, value in _STATISTICS.items()} | {"minutes": minutes}


def player_v3(player_id: int = 1628973, first: str = "Jalen", last: str = "Brunson", **changes: Any) -> dict[str, Any]:
    """A player of v3."""
    made = {
        "personId": player_id,
        "firstName": first,
        "familyName": last,
        "nameI": f"{first[:1]}. {last}",
        "playerSlug": f"{first}-{last}".lower(),
        "position": "G",
        "comment": "",
        "jerseyNum": "",
        "statistics": statistics(),
    }
    return made | changes


def benched_v3(player_id: int = 1630574, **changes: Any) -> dict[str, Any]:
    """A player of v3 who did not play."""
    told = {"position": "", "comment": DNP, "statistics": idle("")}
    return player_v3(player_id, "Ariel", "Hukporti", **told | changes)


def box_score_v3(*players: dict[str, Any], home: Any = None, **changes: Any) -> dict[str, Any]:
    """A body of v3 with players of the visitors; ``home`` replaces the home team's."""
    other = [player_v3(203897, "Zach", "LaVine")] if home is None else home
    box = {
        "gameId": GAME,
        "awayTeamId": NYK[0],
        "homeTeamId": CHI[0],
        "homeTeam": _side_v3(CHI, other),
        "awayTeam": _side_v3(NYK, list(players)),
    }
    meta = {"version": 1, "request": f"http://nba.cloud/games/{GAME}/boxscoretraditional?Format=json", "time": ""}
    return {"meta": meta, "boxScoreTraditional": box | changes}


def _side_v3(team: tuple[int, str, str, str], players: list[dict[str, Any]]) -> dict[str, Any]:
    totals = statistics(minutes="240:00") if players else None
    return {
        "teamId": team[0],
        "teamCity": team[2],
        "teamName": team[3],
        "teamTricode": team[1],
        "teamSlug": team[3].lower(),
        "players": players,
        "statistics": totals,
        "starters": totals,
        "bench": None,
    }


def live_player(player_id: int = 1628973, name: str = "Jalen Brunson", **changes: Any) -> dict[str, Any]:
    """A player of the live form."""
    first, _, last = name.partition(" ")
    made = {
        "status": "ACTIVE",
        "order": 1,
        "personId": player_id,
        "jerseyNum": "11",
        "position": "PG",
        "starter": "1",
        "oncourt": "0",
        "played": "1",
        "statistics": statistics(minutes="PT35M30.00S", twoPointersMade=8, minutesCalculated="PT36M"),
        "name": name,
        "nameI": f"{name[:1]}. {last}",
        "firstName": first,
        "familyName": last,
    }
    return made | changes


def inactive(player_id: int = 1626157, **changes: Any) -> dict[str, Any]:
    """A player of the live form who does not play."""
    made = live_player(player_id, "Karl-Anthony Towns", starter="0", played="0", statistics=idle("PT00M00.00S"))
    del made["position"]
    told = {"notPlayingReason": "INACTIVE_INJURY", "notPlayingDescription": "Right Knee; Soreness"}
    return made | {"status": "INACTIVE", **told} | changes


def live_box_score(*players: dict[str, Any], home: Any = None, **changes: Any) -> dict[str, Any]:
    """A body of the live form with players of the visitors."""
    other = [live_player(203897, "Zach LaVine")] if home is None else home
    box = {
        "gameId": GAME,
        "gameTimeUTC": "2025-01-05T01:00:00Z",
        "gameEt": "2025-01-04T20:00:00-05:00",
        "gameCode": "20250104/NYKCHI",
        "gameStatusText": "Final",
        "gameStatus": 3,
        "period": 4,
        "gameClock": "PT00M00.00S",
        "homeTeam": _live_side(CHI, other),
        "awayTeam": _live_side(NYK, list(players)),
    }
    return {"meta": {"version": 1, "code": 200}, "game": box | changes}


def _live_side(team: tuple[int, str, str, str], players: list[dict[str, Any]]) -> dict[str, Any]:
    totals = statistics(minutes="PT240M00.00S", reboundsTotal=12, reboundsPersonal=3, reboundsTeam=9, turnoversTeam=1)
    del totals["plusMinusPoints"]
    more = {"pointsInThePaint": 20, "pointsFastBreak": 5, "pointsSecondChance": 4, "pointsFromTurnovers": 6}
    return {
        "teamId": team[0],
        "teamName": team[3],
        "teamCity": team[2],
        "teamTricode": team[1],
        "score": 33,
        "players": players,
        "statistics": totals | more | {"benchPoints": 0},
    }


def v2_player(**changes: Any) -> dict[str, Any]:
    """A row of v2's players."""
    return _V2_ROW | changes


def v2_benched(**changes: Any) -> dict[str, Any]:
    """A row of v2's players of one who did not play."""
    nothing = dict.fromkeys(_STATISTIC_HEADERS)
    told = {"PLAYER_ID": 1630574, "PLAYER_NAME": "Ariel Hukporti", "START_POSITION": "", "COMMENT": DNP}
    return _V2_ROW | nothing | told | changes


def v2_team(**changes: Any) -> dict[str, Any]:
    """A row of v2's teams."""
    row = {name: value for name, value in _V2_ROW.items() if name not in _OF_PLAYERS}
    return row | {"MIN": "240:00"} | changes


def box_score_v2(players: list[dict[str, Any]], teams: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """A body of v2."""
    both = [v2_team(), v2_team(TEAM_ID=CHI[0], TEAM_ABBREVIATION="CHI")] if teams is None else teams
    tables = {"PlayerStats": players, "TeamStats": both, "TeamStarterBenchStats": both}
    return {
        "resource": "boxscore",
        "parameters": {"GameID": GAME, "RangeType": 0},
        "resultSets": [
            {"name": name, "headers": list(rows[0]), "rowSet": [list(row.values()) for row in rows]}
            for name, rows in tables.items()
        ],
    }


def measured(*players: dict[str, Any], body: str = "boxScoreUsage", **changes: Any) -> dict[str, Any]:
    """A box score of another measure than the traditional one, with players of the visitors."""
    made = box_score_v3(*players, **changes)
    return {"meta": made["meta"], body: made["boxScoreTraditional"]}


def user(player_id: int = 1628973, told: dict[str, Any] | None = None) -> dict[str, Any]:
    """A player of the box score of usage; ``told`` changes his statistics."""
    shares = {"minutes": "35:30", "usagePercentage": 0.31, "percentagePoints": 0.4}
    return player_v3(player_id, statistics=shares | (told or {}))


def examples() -> dict[str, Payload]:
    """Endpoint name to a payload of it."""
    chicago = {"TEAM_ID": CHI[0], "TEAM_ABBREVIATION": "CHI"}
    games = schedule(game(), game(gameId="0022400481", gameStatus=3), game(gameId="0012400001"))
    return {
        "schedule": payload(SCHEDULE_URL, copy.deepcopy(games)),
        "player_box_scores": payload(
            GAME_LOG_URL, game_log(box_line(), box_line(PLAYER_ID=2, PLAYER_NAME="Other", MIN=0))
        ),
        "team_box_scores": payload(
            TEAM_LOG_URL, game_log(team_line(), team_line(**chicago, MATCHUP="CHI vs. NYK", WL="W", PLUS_MINUS=8))
        ),
        "box_score_v3": payload(V3_URL, box_score_v3(player_v3(), benched_v3())),
        "box_score_v2": payload(V2_URL, box_score_v2([v2_player(), v2_benched(), v2_player(PLAYER_ID=3, **chicago)])),
        "live_box_score": payload(LIVE_URL, live_box_score(live_player(), inactive())),
        "player_measures": payload(USAGE_URL, measured(user(), user(2, {"minutes": "", "usagePercentage": 0.0}))),
        **archived_examples(),
    }

"""Small complete bodies of the source ``nba_live`` in its upstreams' layouts, one an endpoint; and recorded ones."""

from __future__ import annotations

import copy
from datetime import datetime
from typing import Any

import pytest

from nba_props.archive.payload import Payload
from nba_props.contracts.registry import table_named
from nba_props.upstreams.endpoint import Endpoint, Parsed
from nba_props.upstreams.upstream import Upstream
from nba_props_tests.upstreams.exchanges import payload, recordings

STATS, CDN, DATA = "https://stats.nba.com", "https://cdn.nba.com", "https://data.nba.com"
GAME_ID = "0022400500"
SCOREBOARD_URL = f"{STATS}/stats/scoreboardv3?GameDate=2025-01-06&LeagueID=00"
TODAYS_SCOREBOARD_URL = f"{CDN}/static/json/liveData/scoreboard/todaysScoreboard_00.json"
SCOREBOARD_V2_URL = f"{STATS}/stats/scoreboardV2?GameDate=2025-01-06&LeagueID=00&DayOffset=0"
PLAY_BY_PLAY_URL = f"{CDN}/static/json/liveData/playbyplay/playbyplay_{GAME_ID}.json"
PLAY_BY_PLAY_V3_URL = f"{STATS}/stats/playbyplayv3?GameID={GAME_ID}"
PLAY_BY_PLAY_V2_URL = f"{STATS}/stats/playbyplayv2?GameID={GAME_ID}&StartPeriod=0&EndPeriod=10"
DATA_URL = f"{DATA}/data/v2015/json/mobile_teams/nba/2024/scores/pbp/{GAME_ID}_full_pbp.json"
SHOT_CHART_URL = f"{STATS}/stats/shotchartdetail?GameID={GAME_ID}&TeamID=1610612750"

HOME, AWAY = 1610612750, 1610612746
RANDLE, HARDEN, GOBERT = 203944, 201935, 203497

_GAME: dict[str, Any] = {
    "gameId": GAME_ID,
    "gameCode": "20250106/LACMIN",
    "gameStatus": 2,
    "gameStatusText": "Q3 5:23",
    "period": 3,
    "gameClock": "PT05M23.00S",
    "gameTimeUTC": "2025-01-07T01:00:00Z",
    "gameEt": "2025-01-06T20:00:00Z",
    "regulationPeriods": 4,
    "homeTeam": {"teamId": HOME, "teamName": "Timberwolves", "teamTricode": "MIN", "score": 65},
    "awayTeam": {"teamId": AWAY, "teamName": "Clippers", "teamTricode": "LAC", "score": 57},
}
_ACTION: dict[str, Any] = {
    "actionNumber": 2,
    "clock": "PT12M00.00S",
    "timeActual": "2025-01-07T01:10:45.2Z",
    "period": 1,
    "periodType": "REGULAR",
    "actionType": "period",
    "subType": "start",
    "qualifiers": [],
    "personId": 0,
    "x": None,
    "y": None,
    "possession": 0,
    "scoreHome": "0",
    "scoreAway": "0",
    "edited": "2025-01-07T01:10:45Z",
    "orderNumber": 20000,
    "isTargetScoreLastPeriod": False,
    "xLegacy": None,
    "yLegacy": None,
    "isFieldGoal": 0,
    "side": None,
    "description": "Period Start",
    "personIdsFilter": [],
}
_SHOT: dict[str, Any] = _ACTION | {
    "actionNumber": 12,
    "orderNumber": 120000,
    "clock": "PT11M15.00S",
    "teamId": HOME,
    "teamTricode": "MIN",
    "actionType": "3pt",
    "subType": "Jump Shot",
    "descriptor": "pullup",
    "personId": RANDLE,
    "playerName": "Randle",
    "playerNameI": "J. Randle",
    "area": "Left Corner 3",
    "areaDetail": "24+ Left",
    "side": "right",
    "shotDistance": 23.93,
    "xLegacy": -235,
    "yLegacy": 46,
    "isFieldGoal": 1,
    "shotResult": "Made",
    "pointsTotal": 3,
    "scoreHome": "3",
    "assistPersonId": GOBERT,
    "assistPlayerNameInitial": "R. Gobert",
    "assistTotal": 1,
    "description": "J. Randle 23' pullup 3PT (3 PTS) (R. Gobert 1 AST)",
}
_MISS: dict[str, Any] = {name: value for name, value in _SHOT.items() if not name.startswith("assist")} | {
    "actionNumber": 18,
    "orderNumber": 180000,
    "teamId": AWAY,
    "teamTricode": "LAC",
    "actionType": "2pt",
    "personId": HARDEN,
    "playerNameI": "J. Harden",
    "area": "In The Paint (Non-RA)",
    "xLegacy": -53,
    "yLegacy": 80,
    "shotDistance": 9.59,
    "shotResult": "Missed",
    "description": "MISS J. Harden 9' pullup Shot",
}
_FREE_THROW: dict[str, Any] = _ACTION | {
    "actionNumber": 27,
    "orderNumber": 260000,
    "clock": "PT10M33.00S",
    "teamId": HOME,
    "teamTricode": "MIN",
    "actionType": "freethrow",
    "subType": "1 of 2",
    "personId": GOBERT,
    "playerNameI": "R. Gobert",
    "shotResult": "Made",
    "scoreHome": "4",
    "description": "R. Gobert Free Throw 1 of 2 (1 PTS)",
}
_V3_ACTION: dict[str, Any] = {
    "actionNumber": 7,
    "clock": "PT11M43.00S",
    "period": 1,
    "teamId": HOME,
    "teamTricode": "MIN",
    "personId": RANDLE,
    "playerName": "Randle",
    "playerNameI": "J. Randle",
    "xLegacy": -168,
    "yLegacy": 205,
    "shotDistance": 27,
    "shotResult": "Made",
    "isFieldGoal": 1,
    "scoreHome": "3",
    "scoreAway": "0",
    "pointsTotal": 3,
    "location": "h",
    "description": "Randle 27' 3PT Jump Shot (3 PTS) (Gobert 1 AST)",
    "actionType": "Made Shot",
    "subType": "Jump Shot",
    "videoAvailable": 1,
    "shotValue": 3,
    "actionId": 3,
}
_V2_EVENT: dict[str, Any] = {
    "GAME_ID": GAME_ID,
    "EVENTNUM": 3,
    "EVENTMSGTYPE": 1,
    "EVENTMSGACTIONTYPE": 1,
    "PERIOD": 1,
    "WCTIMESTRING": "8:12 PM",
    "PCTIMESTRING": "11:18",
    "HOMEDESCRIPTION": "Randle 26' 3PT Jump Shot (3 PTS) (Gobert 1 AST)",
    "NEUTRALDESCRIPTION": None,
    "VISITORDESCRIPTION": None,
    "SCORE": "0 - 3",
    "SCOREMARGIN": "3",
    "PERSON1TYPE": 4,
    "PLAYER1_ID": RANDLE,
    "PLAYER1_NAME": "Julius Randle",
    "PLAYER1_TEAM_ID": HOME,
    "PERSON2TYPE": 4,
    "PLAYER2_ID": GOBERT,
    "PLAYER3_ID": 0,
}
_DATA_EVENT: dict[str, Any] = {
    "evt": 3,
    "cl": "11:18",
    "de": "[MIN 3-0] Randle 3pt Shot: Made (3 PTS) Assist: Gobert (1 AST)",
    "locX": -120,
    "locY": 246,
    "opt1": 3,
    "opt2": 0,
    "mtype": 1,
    "etype": 1,
    "opid": "",
    "tid": HOME,
    "pid": RANDLE,
    "hs": 3,
    "vs": 0,
    "epid": str(GOBERT),
    "oftid": HOME,
}
_CHART_SHOT: dict[str, Any] = {
    "GRID_TYPE": "Shot Chart Detail",
    "GAME_ID": GAME_ID,
    "GAME_EVENT_ID": 3,
    "PLAYER_ID": RANDLE,
    "PLAYER_NAME": "Julius Randle",
    "TEAM_ID": HOME,
    "TEAM_NAME": "Minnesota Timberwolves",
    "PERIOD": 1,
    "MINUTES_REMAINING": 11,
    "SECONDS_REMAINING": 18,
    "EVENT_TYPE": "Made Shot",
    "ACTION_TYPE": "Jump Shot",
    "SHOT_TYPE": "3PT Field Goal",
    "SHOT_ZONE_BASIC": "Above the Break 3",
    "SHOT_ZONE_AREA": "Left Side Center(LC)",
    "SHOT_ZONE_RANGE": "24+ ft.",
    "SHOT_DISTANCE": 27,
    "LOC_X": -120,
    "LOC_Y": 246,
    "SHOT_ATTEMPTED_FLAG": 1,
    "SHOT_MADE_FLAG": 1,
    "GAME_DATE": "20250106",
    "HTM": "MIN",
    "VTM": "LAC",
}


def genuine(upstream: Upstream, name: str) -> list[Payload]:
    """The recorded bodies of an endpoint."""
    iterator = pytest.importorskip("warcio.archiveiterator").ArchiveIterator
    endpoint = endpoint_named(upstream, name)
    found = []
    for path in sorted((recordings() / "samples").glob("nba_com*.warc.gz")):
        with path.open("rb") as stream:
            for record in iterator(stream):
                url = record.rec_headers.get_header("WARC-Target-URI") or ""
                if record.rec_type == "response" and endpoint.recognises(url):
                    moment = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date"))
                    found.append(payload(url, record.content_stream().read(), fetched_at=moment))
    return found


def endpoint_named(upstream: Upstream, name: str) -> Endpoint:
    return next(endpoint for endpoint in upstream.endpoints if endpoint.name == name)


def read(upstream: Upstream, name: str, *sent: Payload) -> Parsed:
    """What an endpoint reads; every payload is read, every frame keeps its contract."""
    endpoint = endpoint_named(upstream, name)
    assert all(endpoint.recognises(one.url) for one in sent)
    parsed = endpoint.parse_many(sent)
    assert not parsed.malformed
    for table, frame in parsed.frames.items():
        assert frame.schema == table_named(table).schema
        assert table_named(table).violations(frame).is_empty()
    return parsed


def board_game(**changes: Any) -> dict[str, Any]:
    """A game of a board; ``home`` and ``away`` change its teams."""
    made = copy.deepcopy(_GAME)
    made["homeTeam"] |= changes.pop("home", {})
    made["awayTeam"] |= changes.pop("away", {})
    return made | changes


def board(*games: dict[str, Any], day: Any = "2025-01-06") -> dict[str, Any]:
    return {"meta": {"version": 1}, "scoreboard": {"gameDate": day, "leagueId": "00", "games": list(games)}}


def result_set(name: str, *rows: dict[str, Any], headers: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "name": name,
        "headers": list(rows[0] if rows else headers or {}),
        "rowSet": [list(row.values()) for row in rows],
    }


def result_sets(*sets: dict[str, Any]) -> dict[str, Any]:
    return {"resource": "", "parameters": {}, "resultSets": list(sets)}


def header(**changes: Any) -> dict[str, Any]:
    """A row of scoreboardV2's GameHeader."""
    return {
        "GAME_DATE_EST": "2025-01-06T00:00:00",
        "GAME_SEQUENCE": 1,
        "GAME_ID": GAME_ID,
        "GAME_STATUS_ID": 3,
        "GAME_STATUS_TEXT": "Final",
        "HOME_TEAM_ID": HOME,
        "VISITOR_TEAM_ID": AWAY,
        "SEASON": "2024",
        "LIVE_PERIOD": 4,
        "LIVE_PC_TIME": "     ",
    } | changes


def line(team_id: Any, points: Any, game_id: str = GAME_ID) -> dict[str, Any]:
    """A row of scoreboardV2's LineScore."""
    return {"GAME_ID": game_id, "TEAM_ID": team_id, "TEAM_ABBREVIATION": "", "PTS": points}


def board_v2(headers: list[dict[str, Any]], lines: list[dict[str, Any]]) -> dict[str, Any]:
    return result_sets(
        result_set("GameHeader", *headers, headers=header()), result_set("LineScore", *lines, headers=line(HOME, 1))
    )


def action(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(_ACTION) | changes


def shot(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(_SHOT) | changes


def miss(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(_MISS) | changes


def free_throw(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(_FREE_THROW) | changes


def v3_action(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(_V3_ACTION) | changes


def play(*actions: dict[str, Any], game_id: str = GAME_ID) -> dict[str, Any]:
    return {"meta": {"version": 1, "code": 200}, "game": {"gameId": game_id, "actions": list(actions)}}


def v2_event(**changes: Any) -> dict[str, Any]:
    return _V2_EVENT | changes


def data_event(**changes: Any) -> dict[str, Any]:
    return _DATA_EVENT | changes


def data_play(*events: dict[str, Any], code: str = "20250106/LACMIN") -> dict[str, Any]:
    return {"g": {"gid": GAME_ID, "gcode": code, "pd": [{"p": 1, "pla": list(events)}]}}


def chart_shot(**changes: Any) -> dict[str, Any]:
    return _CHART_SHOT | changes


def examples() -> dict[str, Payload]:
    """A body of every endpoint, all of whose rows can be stored."""
    averages = {"GRID_TYPE": "League Averages", "SHOT_ZONE_BASIC": "Mid-Range", "FGA": 100, "FGM": 41}
    final = board_game(gameId="0022400501", gameStatus=3, gameStatusText="Final/OT", period=5, gameClock="")
    steal = {"shotResult": "", "isFieldGoal": 0, "scoreHome": "", "scoreAway": "", "shotValue": 0, "subType": ""}
    return {
        "scoreboard": payload(SCOREBOARD_URL, board(board_game(), final)),
        "scoreboard_v2": payload(SCOREBOARD_V2_URL, board_v2([header()], [line(HOME, 108), line(AWAY, 106)])),
        "play_by_play": payload(PLAY_BY_PLAY_URL, play(action(), shot(), miss(), free_throw())),
        "play_by_play_v3": payload(
            PLAY_BY_PLAY_V3_URL,
            play(
                v3_action(),
                v3_action(actionId=4, actionType="", description="Randle STEAL (1 STL)", **steal),
                v3_action(actionId=5, actionType="Free Throw", description="MISS Randle Free Throw 1 of 2", **steal),
            ),
        ),
        "play_by_play_v2": payload(
            PLAY_BY_PLAY_V2_URL,
            result_sets(
                result_set("PlayByPlay", v2_event(), v2_event(EVENTNUM=4, EVENTMSGTYPE=12, PLAYER1_TEAM_ID=None)),
                result_set("AvailableVideo", {"VIDEO_AVAILABLE_FLAG": 1}),
            ),
        ),
        "data_play_by_play": payload(DATA_URL, data_play(data_event(), data_event(evt=4, etype=12, tid=0, pid=0))),
        "shot_chart": payload(
            SHOT_CHART_URL,
            result_sets(
                result_set("Shot_Chart_Detail", chart_shot(), chart_shot(GAME_EVENT_ID=9, SHOT_MADE_FLAG=0)),
                result_set("LeagueAverages", averages),
            ),
        ),
    }

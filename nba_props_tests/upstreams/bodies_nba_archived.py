"""Small complete bodies of the NBA's endpoints that are read from the archive only, in the upstream's layout."""

from __future__ import annotations

import copy
from typing import Any

from nba_props.archive.payload import Payload
from nba_props_tests.upstreams.bodies_nba_game_summaries import CHI, DAY, GAME, NYK, SUMMARY_URL, result_set, summary
from nba_props_tests.upstreams.exchanges import STATS, payload

DETAIL_URL = f"https://data.nba.com/data/v2015/json/mobile_teams/nba/2024/scores/gamedetail/{GAME}_gamedetail.json"
MATCHUPS_URL = f"{STATS}/stats/boxscorematchupsv3?GameID={GAME}"
DUNKS_URL = f"{STATS}/stats/dunkscoreleaders?LeagueID=00&Season=2024-25&SeasonType=Regular+Season"
CUP_URL = f"{STATS}/stats/iststandings?LeagueID=00&Season=2024-25"
LINEUPS_URL = f"{STATS}/stats/teamdashlineups?LeagueID=00&Season=2024-25&SeasonType=Regular+Season&TeamID={CHI[0]}"
DNP = "DNP - Coach's Decision"

_MATCHUP: dict[str, Any] = {
    "matchupMinutes": "1:30",
    "matchupMinutesSort": 89.7,
    "partialPossessions": 6.2,
    "percentageDefenderTotalTime": 0.2,
    "percentageOffensiveTotalTime": 0.1,
    "percentageTotalTimeBothOn": 0.3,
    "switchesOn": 1,
    "playerPoints": 5,
    "teamPoints": 9,
    "matchupAssists": 1,
    "matchupPotentialAssists": 2,
    "matchupTurnovers": 1,
    "matchupBlocks": 0,
    "matchupFieldGoalsMade": 2,
    "matchupFieldGoalsAttempted": 4,
    "matchupFieldGoalsPercentage": 0.5,
    "matchupThreePointersMade": 1,
    "matchupThreePointersAttempted": 2,
    "matchupThreePointersPercentage": 0.5,
    "helpBlocks": 0,
    "helpFieldGoalsMade": 0,
    "helpFieldGoalsAttempted": 0,
    "helpFieldGoalsPercentage": 0.0,
    "matchupFreeThrowsMade": 0,
    "matchupFreeThrowsAttempted": 0,
    "shootingFouls": 0,
}
_DUNK: dict[str, Any] = {
    "gameId": GAME,
    "gameDate": "1/4/2025 12:00:00 AM",
    "matchup": "NYK @ CHI",
    "period": 1,
    "gameClockTime": "11:06",
    "eventNum": 13,
    "playerId": 1641705,
    "playerName": "Precious Achiuwa",
    "firstName": "Precious",
    "lastName": "Achiuwa",
    "teamId": NYK[0],
    "teamName": "Knicks",
    "teamCity": "New York",
    "teamAbbreviation": "NYK",
    "dunkScore": 61.5,
    "jumpSubscore": 50.1,
    "powerSubscore": 40.2,
    "styleSubscore": 30.3,
    "defensiveContestSubscore": 20.4,
    "maxBallHeight": 10.9,
    "ballSpeedThroughRim": 20.5,
    "playerVertical": 28.6,
    "hangTime": 0.5,
    "takeoffDistance": 3.7,
    "reverseDunk": False,
    "dunk360": False,
    "throughTheLegs": False,
    "alleyOop": False,
    "tipIn": False,
    "selfOop": False,
    "playerRotation": 12.8,
    "playerLateralSpeed": 4.9,
    "ballDistanceTraveled": 1.1,
    "ballReachBack": 0.2,
    "totalBallAcceleration": 0.3,
    "dunkingHand": "right",
    "jumpingFoot": "both",
    "passLength": 0.0,
    "catchingHand": "",
    "catchDistance": 0.0,
    "lateralCatchDistance": 0.0,
    "passerId": 0,
    "passerName": "",
    "passerFirstName": "",
    "passerLastName": "",
    "passReleasePoint": "",
    "shooterId": 0,
    "shooterName": "",
    "shooterFirstName": "",
    "shooterLastName": "",
    "shotReleasePoint": "",
    "shotLength": 0.0,
    "defensiveContestLevel": 15.4,
    "possibleAttemptedCharge": False,
    "videoAvailable": True,
}
_CUP_TEAM: dict[str, Any] = {
    "teamId": CHI[0],
    "teamCity": "Chicago",
    "teamName": "Bulls",
    "teamAbbreviation": "CHI",
    "teamSlug": "bulls",
    "conference": "East",
    "istGroup": "East Group C",
    "clinchIndicator": " -o",
    "clinchedIstKnockout": 0,
    "clinchedIstGroup": 0,
    "clinchedIstWildcard": 0,
    "istWildcardRank": 12,
    "istGroupRank": 5,
    "istKnockoutRank": None,
    "wins": 1,
    "losses": 3,
    "pct": 0.25,
    "istGroupGb": 3.0,
    "istWildcardGb": None,
    "diff": -48,
    "pts": 409,
    "oppPts": 457,
}
_CUP_GAME: dict[str, Any] = {
    "gameId": GAME,
    "gameNumber": 1,
    "opponentTeamAbbreviation": "NYK",
    "location": "H",
    "gameStatus": 3,
    "gameStatusText": "Final",
    "outcome": "W",
}
CUP_RETURN = {"opponentTeamAbbreviation": "CHI", "location": "A", "outcome": "L"}
"""What the other team's list has otherwise of the same game."""

_TOTALS: dict[str, Any] = {
    "GP": 10,
    "W": 7,
    "L": 3,
    "W_PCT": 0.7,
    "MIN": 150.5,
    "FGM": 55,
    "FGA": 120,
    "FG_PCT": 0.458,
    "FG3M": 15,
    "FG3A": 40,
    "FG3_PCT": 0.375,
    "FTM": 25,
    "FTA": 30,
    "FT_PCT": 0.833,
    "OREB": 12,
    "DREB": 45,
    "REB": 57,
    "AST": 30,
    "TOV": 15,
    "STL": 8,
    "BLK": 6,
    "BLKA": 5,
    "PF": 20,
    "PFD": 22,
    "PTS": 150,
    "PLUS_MINUS": 12,
}
_NOTHING: dict[str, Any] = dict.fromkeys(
    ("fga", "fgm", "tpa", "tpm", "fta", "ftm", "oreb", "dreb", "reb", "ast", "stl", "blk", "pf", "pts", "tov"), 0
)
_DETAIL_PLAYER: dict[str, Any] = {
    "fn": "Jalen",
    "ln": "Brunson",
    "num": "11",
    "pos": "G",
    "min": 35,
    "sec": 30,
    "totsec": 2130,
    **_NOTHING,
    "fga": 22,
    "fgm": 11,
    "tpa": 9,
    "tpm": 3,
    "fta": 8,
    "ftm": 8,
    "dreb": 3,
    "reb": 3,
    "ast": 9,
    "pts": 33,
    "fbpts": 0,
    "court": 1,
    "pid": 1628973,
    "pm": -8,
    "blka": 0,
    "tf": 0,
    "status": "A",
    "memo": "",
}


def defender(player_id: int = 1630245, told: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """A defender of a player; ``told`` changes the statistics."""
    who = {"personId": player_id, "firstName": "Ayo", "familyName": "Dosunmu", "jerseyNum": ""}
    return who | {"statistics": _MATCHUP | (told or {})} | changes


def guarded(*defenders: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A player and who guarded him."""
    who = {"personId": 1628973, "firstName": "Jalen", "familyName": "Brunson", "position": "G", "comment": ""}
    return who | {"matchups": list(defenders)} | changes


def matchups(*players: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A body of matchups with players of the visitors on offense."""
    sides = {
        "homeTeam": {"teamId": CHI[0], "teamTricode": CHI[1], "players": []},
        "awayTeam": {"teamId": NYK[0], "teamTricode": NYK[1], "players": list(players)},
    }
    return {"meta": {"version": 1}, "boxScoreMatchups": {"gameId": GAME, **sides} | changes}


def dunk(**changes: Any) -> dict[str, Any]:
    """A dunk."""
    return _DUNK | changes


def dunks(*rows: dict[str, Any]) -> dict[str, Any]:
    """A body of dunks."""
    return {"params": {"leagueId": "00", "seasonYear": "2024-25"}, "dunks": list(rows)}


def cup_game(**changes: Any) -> dict[str, Any]:
    """A game of a team of the Cup."""
    return _CUP_GAME | changes


def cup_team(*games: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A team of the Cup with its games."""
    return _CUP_TEAM | {"games": list(games)} | changes


def other_cup_team(*games: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The team that the first one plays, with its games."""
    return cup_team(*games, teamId=NYK[0], teamAbbreviation=NYK[1], clinchIndicator="") | changes


def cup(*teams: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A body of the Cup's standings."""
    stamp = {"unixTimeStamp": 1736118000, "timeStampUtc": "2025-01-05T23:00:00"}
    return {"leagueId": "00", "seasonYear": "2024-25", **stamp, "teams": list(teams)} | changes


def group(**changes: Any) -> dict[str, Any]:
    """A group of five."""
    told = {
        "GROUP_SET": "5 Man",
        "GROUP_ID": "-1-2-3-4-5-",
        "GROUP_NAME": "A. One - B. Two - C. Three - D. Four - E. Five",
    }
    return told | _TOTALS | {"GP_RANK": 1} | changes


def whole_team(**changes: Any) -> dict[str, Any]:
    """The team as a whole."""
    told = {"GROUP_SET": "Overall", "GROUP_VALUE": "Overall", "TEAM_ID": CHI[0], "TEAM_ABBREVIATION": "CHI"}
    return told | {"TEAM_NAME": "Chicago Bulls"} | _TOTALS | {"GP_RANK": 1} | changes


def lineups(groups: list[dict[str, Any]], teams: list[dict[str, Any]] | None = None, **asked: Any) -> dict[str, Any]:
    """A body of lineups; ``asked`` changes its parameters."""
    parameters = {
        "TeamID": CHI[0],
        "Season": "2024-25",
        "SeasonType": "Regular Season",
        "GroupQuantity": 5,
        "MeasureType": "Base",
        "PerMode": "Totals",
        "PlusMinus": "N",
        "PaceAdjust": "N",
        "Rank": "N",
        "LastNGames": 0,
        "Month": 0,
        "OpponentTeamID": 0,
        "Period": 0,
        "LeagueID": "00",
        "DateFrom": "",
    }
    sets = [
        result_set("Lineups", *groups, like=group()),
        result_set("Overall", *([whole_team()] if teams is None else teams), like=whole_team()),
    ]
    return {"resource": "teamdashlineups", "parameters": parameters | asked, "resultSets": sets}


def detail_player(player_id: int = 1628973, **changes: Any) -> dict[str, Any]:
    """A player of a game detail."""
    return _DETAIL_PLAYER | {"pid": player_id} | changes


def detail_benched(player_id: int = 1630574, **changes: Any) -> dict[str, Any]:
    """A player of a game detail who did not play."""
    idle = {"fn": "Ariel", "ln": "Hukporti", "pos": "", "min": 0, "sec": 0, "totsec": 0, "pm": 0, "memo": DNP}
    return _DETAIL_PLAYER | _NOTHING | idle | {"pid": player_id} | changes


def detail(*players: dict[str, Any], home: list[dict[str, Any]] | None = None, **changes: Any) -> dict[str, Any]:
    """A body of a game detail with players of the visitors; ``home`` replaces the home team's."""
    others = [detail_player(203897, fn="Zach", ln="LaVine")] if home is None else home
    told = {
        "mid": 1,
        "gid": GAME,
        "gdte": DAY,
        "p": 4,
        "st": 3,
        "stt": "Final",
        "vls": _detail_side(NYK, list(players)),
        "hls": _detail_side(CHI, others),
        "offs": {"off": [{"fn": "Tony", "ln": "Brown", "num": "6"}]},
        "at": 20500,
        "dur": "2:21",
    }
    return {"g": told | changes}


def _detail_side(team: tuple[int, str], players: list[dict[str, Any]]) -> dict[str, Any]:
    counted = ("fga", "fgm", "tpa", "tpm", "fta", "ftm", "oreb", "dreb", "reb", "ast", "stl", "blk", "pf", "tov")
    totals = {name: _DETAIL_PLAYER[name] for name in counted}
    alone = {"fbpts": 5, "pip": 20, "bpts": 4, "tf": 0, "scp": 6, "tmreb": 9, "tmtov": 1, "potov": 7, "ble": 3}
    return {"ta": team[1], "tid": team[0], "s": 33, "q1": 8, "tstsg": totals | alone, "pstsg": players}


def archived_examples() -> dict[str, Payload]:
    """Endpoint name to a payload of it."""
    oop = dunk(alleyOop=True, passerId=1628973, passerName="Jalen Brunson", passLength=12.5, catchingHand="both")
    bodies = {
        "game_detail": (DETAIL_URL, detail(detail_player(), detail_benched())),
        "game_summaries": (SUMMARY_URL, summary()),
        "matchups": (MATCHUPS_URL, matchups(guarded(defender(), defender(2)), guarded(defender(), personId=3))),
        "dunks": (DUNKS_URL, dunks(dunk(), oop | {"eventNum": 14, "gameClockTime": "19.3"})),
        "cup_standings": (
            CUP_URL,
            cup(cup_team(cup_game()), other_cup_team(cup_game(**CUP_RETURN))),
        ),
        "lineups": (LINEUPS_URL, lineups([group(), group(GROUP_ID=123456)])),
    }
    return {name: payload(url, copy.deepcopy(body)) for name, (url, body) in bodies.items()}

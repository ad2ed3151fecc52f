"""Small complete bodies of the NBA's summary of a game, in the upstream's layout."""

from __future__ import annotations

from typing import Any

from nba_props_tests.upstreams.exchanges import STATS

GAME, DAY = "0022400474", "2025-01-04"
CHI, NYK = (1610612741, "CHI"), (1610612752, "NYK")
SUMMARY_URL = f"{STATS}/stats/boxscoresummaryv2?GameID={GAME}"


def result_set(name: str, *rows: dict[str, Any], like: dict[str, Any] | None = None) -> dict[str, Any]:
    """A result set; ``like`` gives the headers of one without rows."""
    headers = list(rows[0] if rows else like or {})
    return {"name": name, "headers": headers, "rowSet": [list(row.values()) for row in rows]}


def summary(
    other: list[dict[str, Any]] | None = None,
    line: list[dict[str, Any]] | None = None,
    officials: list[dict[str, Any]] | None = None,
    inactive: list[dict[str, Any]] | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """A body of a summary; ``changes`` change the row of the game, with INFO_ before a name that of its info."""
    game = {
        "GAME_DATE_EST": f"{DAY}T00:00:00",
        "GAME_SEQUENCE": 4,
        "GAME_ID": GAME,
        "GAME_STATUS_ID": 3,
        "GAME_STATUS_TEXT": "Final",
        "GAMECODE": "20250104/NYKCHI",
        "HOME_TEAM_ID": CHI[0],
        "VISITOR_TEAM_ID": NYK[0],
        "SEASON": "2024",
        "LIVE_PERIOD": 4,
        "NATL_TV_BROADCASTER_ABBREVIATION": "ESPN",
    }
    info = {"GAME_DATE": "SATURDAY, JANUARY 4, 2025", "ATTENDANCE": 20500, "GAME_TIME": "2:21"}
    info |= {name[5:]: value for name, value in changes.items() if name.startswith("INFO_")}
    game |= {name: value for name, value in changes.items() if not name.startswith("INFO_")}
    sets = [
        result_set("GameSummary", game),
        result_set(
            "OtherStats", *([other_stats(CHI), other_stats(NYK)] if other is None else other), like=other_stats()
        ),
        result_set("Officials", *([official()] if officials is None else officials), like=official()),
        result_set("InactivePlayers", *([inactive_player()] if inactive is None else inactive), like=inactive_player()),
        result_set("GameInfo", info),
        result_set("LineScore", *([line_score(CHI), line_score(NYK)] if line is None else line), like=line_score()),
        result_set("LastMeeting", {"GAME_ID": GAME, "LAST_GAME_ID": "0022400161"}),
        result_set("SeasonSeries", {"GAME_ID": GAME, "HOME_TEAM_WINS": 1, "HOME_TEAM_LOSSES": 1}),
        result_set("AvailableVideo", {"GAME_ID": GAME, "VIDEO_AVAILABLE_FLAG": 1}),
    ]
    return {"resource": "boxscoresummary", "parameters": {"GameID": GAME}, "resultSets": sets}


def other_stats(team: tuple[int, str] = CHI, **changes: Any) -> dict[str, Any]:
    """A team's row of the other statistics."""
    told = {
        "LEAGUE_ID": "00",
        "TEAM_ID": team[0],
        "TEAM_ABBREVIATION": team[1],
        "TEAM_CITY": "",
        "PTS_PAINT": 50,
        "PTS_2ND_CHANCE": 12,
        "PTS_FB": 9,
        "LARGEST_LEAD": 11,
        "LEAD_CHANGES": 5,
        "TIMES_TIED": 8,
        "TEAM_TURNOVERS": 1,
        "TOTAL_TURNOVERS": 14,
        "TEAM_REBOUNDS": 7,
        "PTS_OFF_TO": 16,
    }
    return told | changes


def line_score(team: tuple[int, str] = CHI, **changes: Any) -> dict[str, Any]:
    """A team's line score."""
    told: dict[str, Any] = {
        "GAME_DATE_EST": f"{DAY}T00:00:00",
        "GAME_SEQUENCE": 4,
        "GAME_ID": GAME,
        "TEAM_ID": team[0],
        "TEAM_ABBREVIATION": team[1],
        "TEAM_WINS_LOSSES": "16-20",
    }
    told |= {f"PTS_QTR{number}": 25 for number in range(1, 5)}
    told |= {f"PTS_OT{number}": 0 for number in range(1, 11)}
    return told | {"PTS": 100} | changes


def official(**changes: Any) -> dict[str, Any]:
    """An official."""
    return {"OFFICIAL_ID": 2529, "FIRST_NAME": "Tony", "LAST_NAME": "Brown", "JERSEY_NUM": "6   "} | changes


def inactive_player(**changes: Any) -> dict[str, Any]:
    """An inactive player."""
    told = {
        "PLAYER_ID": 1626157,
        "FIRST_NAME": "Karl-Anthony",
        "LAST_NAME": "Towns",
        "JERSEY_NUM": "32  ",
        "TEAM_ID": NYK[0],
        "TEAM_CITY": "New York",
        "TEAM_NAME": "Knicks",
        "TEAM_ABBREVIATION": "NYK",
    }
    return told | changes

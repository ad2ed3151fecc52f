"""ESPN's own codes and ids of the thirty teams; any other team, such as an all-star selection, is unknown."""

from __future__ import annotations

from nba_props.teams import TRICODE_BY_NAME

TRICODE_BY_CODE = {
    "ATL": "ATL",
    "BOS": "BOS",
    "BKN": "BKN",
    "CHA": "CHA",
    "CHI": "CHI",
    "CLE": "CLE",
    "DAL": "DAL",
    "DEN": "DEN",
    "DET": "DET",
    "GS": "GSW",
    "HOU": "HOU",
    "IND": "IND",
    "LAC": "LAC",
    "LAL": "LAL",
    "MEM": "MEM",
    "MIA": "MIA",
    "MIL": "MIL",
    "MIN": "MIN",
    "NO": "NOP",
    "NY": "NYK",
    "OKC": "OKC",
    "ORL": "ORL",
    "PHI": "PHI",
    "PHX": "PHX",
    "POR": "POR",
    "SAC": "SAC",
    "SA": "SAS",
    "TOR": "TOR",
    "UTAH": "UTA",
    "WSH": "WAS",
}
"""ESPN's code to the NBA's tricode."""

TRICODE_BY_TEAM_ID = {
    "1": "ATL",
    "2": "BOS",
    "3": "NOP",
    "4": "CHI",
    "5": "CLE",
    "6": "DAL",
    "7": "DEN",
    "8": "DET",
    "9": "GSW",
    "10": "HOU",
    "11": "IND",
    "12": "LAC",
    "13": "LAL",
    "14": "MIA",
    "15": "MIL",
    "16": "MIN",
    "17": "BKN",
    "18": "NYK",
    "19": "ORL",
    "20": "PHI",
    "21": "PHX",
    "22": "POR",
    "23": "SAC",
    "24": "SAS",
    "25": "OKC",
    "26": "UTA",
    "27": "WAS",
    "28": "TOR",
    "29": "MEM",
    "30": "CHA",
}
"""ESPN's team id to the NBA's tricode."""

CODE_BY_TRICODE = {tricode: code for code, tricode in TRICODE_BY_CODE.items()}
TEAM_ID_BY_TRICODE = {tricode: team_id for team_id, tricode in TRICODE_BY_TEAM_ID.items()}


def tricode_of(code: str | None) -> str | None:
    """The tricode of ESPN's code, whatever its case; None for a team that is none of the thirty."""
    return TRICODE_BY_CODE.get((code or "").upper())


def tricode_of_team(team_id: str | None, name: str | None) -> str | None:
    """The tricode of ESPN's team id, else of the team's full name."""
    return TRICODE_BY_TEAM_ID.get(team_id or "") or TRICODE_BY_NAME.get(name or "")

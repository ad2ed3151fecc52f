"""Small complete bodies of ESPN, one an endpoint."""

from __future__ import annotations

import json
from typing import Any

from nba_props.archive.payload import Payload
from nba_props_tests.upstreams.exchanges import payload

SITE = "https://site.api.espn.com/apis/site/v2/sports/basketball/nba"
WWW = "https://www.espn.com/nba"
SCOREBOARD_URL = f"{SITE}/scoreboard?dates=20250104"
SUMMARY_URL = f"{SITE}/summary?event=401700001"
BOX_SCORE_PAGE_URL = f"{WWW}/boxscore?gameId=401700001"
ROSTER_URL = f"{SITE}/teams/18?enable=roster"
ROSTER_PAGE_URL = f"{WWW}/team/roster/_/name/ny/new-york-knicks"
INJURIES_URL = f"{SITE}/injuries"

STATISTICS = {
    "MIN": ("minutes", "35"),
    "FG": ("fieldGoalsMade-fieldGoalsAttempted", "7-15"),
    "3PT": ("threePointFieldGoalsMade-threePointFieldGoalsAttempted", "2-6"),
    "FT": ("freeThrowsMade-freeThrowsAttempted", "3-4"),
    "OREB": ("offensiveRebounds", "1"),
    "DREB": ("defensiveRebounds", "4"),
    "REB": ("rebounds", "5"),
    "AST": ("assists", "9"),
    "STL": ("steals", "2"),
    "BLK": ("blocks", "0"),
    "TO": ("turnovers", "3"),
    "PF": ("fouls", "2"),
    "+/-": ("plusMinus", "+8"),
    "PTS": ("points", "19"),
}
"""Label, key and value of each statistic, in the order of the page."""
LABELS = list(STATISTICS)
KEYS = [key for key, _ in STATISTICS.values()]
STATUSES = {
    "pre": {"name": "STATUS_SCHEDULED", "state": "pre", "completed": False},
    "in": {"name": "STATUS_IN_PROGRESS", "state": "in", "completed": False},
    "post": {"name": "STATUS_FINAL", "state": "post", "completed": True},
    "postponed": {"name": "STATUS_POSTPONED", "state": "post", "completed": False},
}


def stats(**changes: str) -> list[str]:
    """Values by key, in the order of the page."""
    return [changes.get(key, value) for key, value in STATISTICS.values()]


def competitor(side: str, code: str, score: str, **changes: Any) -> dict[str, Any]:
    return {"homeAway": side, "team": {"id": "1", "abbreviation": code}, "score": score} | changes


def event(*, stage: str = "post", home: str = "CHI", away: str = "NY", **changes: Any) -> dict[str, Any]:
    """A game; ``competition`` changes what is told of it besides."""
    told = {"period": 4, "clock": 0.0, "type": STATUSES[stage]}
    competitors = [competitor("home", home, "139"), competitor("away", away, "126")]
    competition = {"id": "1", "timeValid": True, "neutralSite": False, "competitors": competitors, "status": told}
    return {
        "id": "401700001",
        "date": "2025-01-05T01:00Z",
        "season": {"year": 2025, "type": 2, "slug": "regular-season"},
        "competitions": [competition | changes.pop("competition", {})],
        "status": told,
    } | changes


def scoreboard(*events: dict[str, Any]) -> dict[str, Any]:
    return {"leagues": [{"id": "46"}], "events": list(events)}


def line(player: str = "3934672", name: str = "Jalen Brunson", **changes: Any) -> dict[str, Any]:
    """A player's line in the summary."""
    return {
        "active": False,
        "athlete": {"id": player, "displayName": name, "jersey": "11"},
        "starter": True,
        "didNotPlay": False,
        "reason": "COACH'S DECISION",
        "ejected": False,
        "stats": stats(),
    } | changes


def absent_line(player: str = "4000", name: str = "Long Bench", **changes: Any) -> dict[str, Any]:
    return line(player, name, starter=False, didNotPlay=True, stats=[], **changes)


def team_lines(code: str, *lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    group = {"names": LABELS, "keys": KEYS, "labels": LABELS, "athletes": list(lines), "totals": []}
    return {"team": {"id": "18", "abbreviation": code}, "statistics": [group | changes]}


def summary(*teams: dict[str, Any], stage: str = "post", **changes: Any) -> dict[str, Any]:
    """A game's summary; without teams one of before the game."""
    competitors = [competitor("home", "CHI", "139"), competitor("away", "NY", "126")]
    competition = {"date": "2025-01-05T01:00Z", "competitors": competitors, "status": {"type": STATUSES[stage]}}
    box: dict[str, Any] = {"teams": []}
    if teams:
        box["players"] = list(teams)
    header = {"id": "401700001", "season": {"year": 2025, "type": 2}, "competitions": [competition | changes]}
    return {"boxscore": box, "header": header, "plays": []}


def page(content: dict[str, Any]) -> bytes:
    """A page of www.espn.com around its data."""
    data = json.dumps({"app": {}, "page": {"type": "nba", "content": content}})
    before = '<!doctype html><html><head><script>window["__other__"]={"globalVar":"__espnfitt__"};</script>'
    return f"{before}<script>window['__espnfitt__']={data};</script></head><body></body></html>".encode()


def page_line(player: str = "3934672", name: str = "Jalen Brunson", **changes: Any) -> dict[str, Any]:
    return {"stats": stats(), "athlt": {"id": player, "dspNm": name, "jersey": "11"}} | changes


def box_score_page(starters: list[dict[str, Any]], bench: list[dict[str, Any]], **changes: Any) -> bytes:
    """The box score of the visiting team on a page; ``changes`` are those of the game's head."""
    naming = {"keys": KEYS, "lbls": LABELS}
    groups = [
        {"type": "starters", "athlts": starters, **naming},
        {"type": "bench", "athlts": bench, **naming},
        {"type": "totals", "ttls": stats(), "pcts": []},
    ]
    sides = [{"id": "4", "abbrev": "CHI", "isHome": True}, {"id": "18", "abbrev": "NY", "isHome": False}]
    strip = {"gid": "401700001", "dt": "2025-01-05T01:00Z", "tms": sides, "status": {"id": "3", "state": "post"}}
    game = {"gmStrp": strip | changes, "bxscr": [{"tm": {"abbrev": "NY", "hm": False}, "stats": groups}]}
    return page({"gamepackage": game})


def member(player: str = "3934672", name: str = "Jalen Brunson", **changes: Any) -> dict[str, Any]:
    """A player in the site API's roster."""
    return {
        "id": player,
        "displayName": name,
        "fullName": name,
        "height": 74.0,
        "weight": 190.0,
        "dateOfBirth": "1996-08-31T07:00Z",
        "jersey": "11",
        "position": {"id": "1", "abbreviation": "PG"},
        "experience": {"years": 6},
        "injuries": [],
        "status": {"id": "1", "name": "Active", "type": "active"},
    } | changes


def roster(*members: dict[str, Any], code: str = "NY") -> dict[str, Any]:
    return {"team": {"id": "18", "abbreviation": code, "athletes": list(members)}}


def page_member(player: str = "3934672", name: str = "Jalen Brunson", **changes: Any) -> dict[str, Any]:
    return {
        "id": player,
        "name": name,
        "height": "6' 2\"",
        "weight": "190 lbs",
        "position": "PG",
        "jersey": "11",
        "birthDate": "08/31/96",
        "experience": 6,
    } | changes


def roster_page(*members: dict[str, Any], code: str = "NY") -> bytes:
    return page({"roster": {"team": {"id": "18", "abbrev": code}, "athletes": list(members)}})


def report(player: str = "3934672", name: str = "Jalen Brunson", **changes: Any) -> dict[str, Any]:
    """A report on a player, who is named by his page."""
    links = [
        {"rel": ["stats"], "href": f"https://www.espn.com/nba/player/stats/_/id/{player}/a-player"},
        {"rel": ["playercard"], "href": f"https://www.espn.com/nba/player/_/id/{player}/a-player"},
    ]
    return {
        "id": "-56292",
        "status": "Day-To-Day",
        "date": "2025-01-04T18:14Z",
        "shortComment": f"{name} is questionable for Saturday's game.",
        "athlete": {"displayName": name, "links": links, "position": {"abbreviation": "PG"}},
        "type": {"id": "2", "name": "INJURY_STATUS_DAYTODAY", "abbreviation": "DD"},
        "details": {"type": "Calf", "location": "Leg", "side": "Right", "returnDate": "2025-01-06"},
    } | changes


def injuries(*reports: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The list with reports on the Knicks."""
    team = {"id": "18", "displayName": "New York Knicks", "injuries": list(reports)} | changes
    return {"timestamp": "2025-01-05T22:59:00Z", "status": "success", "injuries": [team]}


def examples() -> dict[str, Payload]:
    """A complete body of every endpoint, by the endpoint's name."""
    second = line("2", "Other Guard", stats=stats(plusMinus="-3"))
    lines = (line(), second, absent_line())
    page_bench = [page_line("2", "Other Guard"), page_line("4000", "Long Bench", stats=[], dnpRsn="DNP-KNEE")]
    bodies: dict[str, tuple[str, Any]] = {
        "scoreboard": (
            SCOREBOARD_URL,
            scoreboard(event(), event(id="401700002", home="UTAH", away="GS", stage="pre"), event(id="3", stage="in")),
        ),
        "box_scores": (SUMMARY_URL, summary(team_lines("NY", *lines), team_lines("CHI", line("7", "Home Guard")))),
        "box_score_pages": (BOX_SCORE_PAGE_URL, box_score_page([page_line()], page_bench)),
        "rosters": (ROSTER_URL, roster(member(), member("2", "Other Guard", injuries=[report()]))),
        "roster_pages": (ROSTER_PAGE_URL, roster_page(page_member(), page_member("2", "Other Guard", experience="R"))),
        "injuries": (INJURIES_URL, injuries(report(), report("2", "Other Guard", status="Out"))),
    }
    return {name: payload(url, body) for name, (url, body) in bodies.items()}

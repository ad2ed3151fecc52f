"""ESPN's site API: scoreboard, summary with box score, rosters and injuries, under its own codes, ids and spellings."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import numpy as np
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from nba_props.game_calendar import Clock, game_date_of
from nba_props.simulator.espn_people import (
    CODES,
    TEAM_IDS,
    Injury,
    athlete,
    espn_time,
    injury_report,
    listed_report,
    not_playing_reason,
    roster_entry,
    team_object,
)
from nba_props.simulator.game_sheet import Entry, score_sheets
from nba_props.simulator.league import League
from nba_props.simulator.progress import game_clock, score_so_far
from nba_props.simulator.season import FINAL, IN_PLAY, SCHEDULED, Season
from nba_props.simulator.venues import TEAM_COUNT, VENUES
from nba_props.teams import TEAMS

_SITE = "/apis/site/v2/sports/basketball/nba"

STATISTICS = {
    "MIN": "minutes",
    "PTS": "points",
    "FG": "fieldGoalsMade-fieldGoalsAttempted",
    "3PT": "threePointFieldGoalsMade-threePointFieldGoalsAttempted",
    "FT": "freeThrowsMade-freeThrowsAttempted",
    "REB": "rebounds",
    "AST": "assists",
    "TO": "turnovers",
    "STL": "steals",
    "BLK": "blocks",
    "OREB": "offensiveRebounds",
    "DREB": "defensiveRebounds",
    "PF": "fouls",
    "+/-": "plusMinus",
}
"""Label and key of each statistic, in the order of the summary; the page has another."""

_PLAIN = {
    "PTS": "PTS",
    "REB": "REB",
    "AST": "AST",
    "TO": "TOV",
    "STL": "STL",
    "BLK": "BLK",
    "OREB": "OREB",
    "DREB": "DREB",
    "PF": "PF",
}
_PAIRS = {"FG": ("FGM", "FGA"), "3PT": ("FG3M", "FG3A"), "FT": ("FTM", "FTA")}
"""Label to the game log's columns."""

_SCHEDULED = {
    "id": "1", "name": "STATUS_SCHEDULED", "state": "pre", "completed": False, "description": "Scheduled",
}  # fmt: skip
_RUNNING = {
    "id": "2", "name": "STATUS_IN_PROGRESS", "state": "in", "completed": False, "description": "In Progress",
}  # fmt: skip
_HALFTIME = {"id": "23", "name": "STATUS_HALFTIME", "state": "in", "completed": False, "description": "Halftime"}
_FINAL = {"id": "3", "name": "STATUS_FINAL", "state": "post", "completed": True, "description": "Final"}


class EspnApi:
    """Handlers over a league; every answer is that of the clock's moment."""

    def __init__(self, league: League, clock: Clock) -> None:
        self._league, self._clock = league, clock
        self._events = {
            event_id(season, game): (season, game)
            for season in league.seasons.values()
            for game in range(len(season.game_ids))
        }

    @property
    def routes(self) -> list[Route]:
        """The API's real paths, for the NBA only."""
        return [
            Route(f"{_SITE}/scoreboard", self.scoreboard),
            Route(f"{_SITE}/summary", self.summary),
            Route(f"{_SITE}/teams/{{team}}", self.team),
            Route(f"{_SITE}/injuries", self.injuries),
        ]

    async def scoreboard(self, request: Request) -> Response:
        """The games of a date, today's if none is asked for."""
        asked = request.query_params.get("dates")
        try:
            day = datetime.strptime(asked, "%Y%m%d").date() if asked else game_date_of(self._clock())
        except ValueError:
            return _refused(400, "Invalid dates")
        now = self._now()
        found = [
            (season, game)
            for season in self._league.seasons.values()
            for game, played in enumerate(season.dates)
            if played == day
        ]
        found.sort(key=lambda place: (int(place[0].fixtures.tipoff[place[1]]), place[1]))
        leagues = [{"id": "46", "uid": "s:40~l:46", "name": "National Basketball Association", "abbreviation": "NBA"}]
        return _json({"leagues": leagues, "events": [_event(season, game, now) for season, game in found]})

    async def summary(self, request: Request) -> Response:
        """A game with its box score: none before, what was done so far while it runs, whole once it is over."""
        place = self._events.get(request.query_params.get("event", ""))
        if place is None:
            return _refused(404, "Failed to get event")
        return _json(_summary(*place, self._now()))

    async def team(self, request: Request) -> Response:
        """A team, by ESPN's id or code, with its players if they are enabled."""
        asked = request.path_params["team"]
        index = next((n for n in range(TEAM_COUNT) if asked in (TEAM_IDS[n], CODES[n].lower(), CODES[n])), None)
        if index is None:
            return _refused(404, "Failed to get team")
        body: dict[str, Any] = team_object(index)
        if request.query_params.get("enable") == "roster":
            body["athletes"] = self._roster(index)
        return _json({"team": body})

    async def injuries(self, request: Request) -> Response:
        """Everybody of whom it is known by now that he will miss his team's next game, by team."""
        moment, season = self._clock(), self._season()
        listed = []
        for index in range(TEAM_COUNT):
            reports = [listed_report(injury) for injury in self._out(season, index)]
            if reports:
                listed.append({"id": TEAM_IDS[index], "displayName": TEAMS[index].full_name, "injuries": reports})
        told = f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        return _json({"timestamp": told, "status": "success", "season": _season_type(season), "injuries": listed})

    def _roster(self, index: int) -> list[dict[str, Any]]:
        season = self._season()
        pool, day = season.pool, max((game_date_of(self._clock()) - season.fixtures.first_date).days, 0)
        reports = {injury.player_id: [injury_report(injury)] for injury in self._out(season, index)}
        return [
            roster_entry(pool.name[player], identity, int(pool.position[player]), reports.get(identity, []))
            for player in season.setting.rosters.on_day(np.array(day))[index].tolist()
            for identity in (int(pool.player_id[player]),)
        ]

    def _out(self, season: Season, index: int) -> list[Injury]:
        """Who of a team will miss its next game, as far as is known."""
        now = self._now()
        games = np.flatnonzero((season.teams == index).any(axis=1) & (season.finished > now))
        if not len(games):
            return []
        game = int(games[np.argmin(season.fixtures.tipoff[games])])
        side = int(season.teams[game, 1] == index)
        told = season.fixtures.tipoff[game] - np.round(3600 * season.absences.announced_hours[game, side]).astype(int)
        known = np.flatnonzero(season.absences.out[game, side] & (told <= now))
        absences = {entry.player_id: entry.absence for entry in score_sheets(season, game, 0.0)[side].entries}
        injuries = []
        for slot, player in zip(known.tolist(), season.setting.players[game, side, known].tolist(), strict=True):
            identity = int(season.pool.player_id[player])
            absence = absences[identity]
            description = absence.description if absence is not None else ""
            injuries.append(Injury(season.pool.name[player], identity, description, int(told[slot])))
        return injuries

    def _season(self) -> Season:
        now = self._now()
        return next((one for one in self._league.seasons.values() if one.finished.max() > now), self._league.current)

    def _now(self) -> int:
        return int(self._clock().timestamp())


def event_id(season: Season, game: int) -> str:
    """ESPN's id of a game."""
    return f"401{season.start_year % 100:02d}{game + 1:04d}"


def _event(season: Season, game: int, now: int) -> dict[str, Any]:
    home, away = season.teams[game].tolist()
    start = espn_time(int(season.fixtures.tipoff[game]))
    status, score = _status(season, game, now), _score(season, game, now)
    event, venue = event_id(season, game), VENUES[home]
    competition = {
        "id": event,
        "uid": f"s:40~l:46~e:{event}~c:{event}",
        "date": start,
        "type": {"id": "1", "abbreviation": "STD"},
        "timeValid": True,
        "neutralSite": False,
        "recent": False,
        "venue": {
            "fullName": venue.arena,
            "address": {"city": venue.arena_city, "state": venue.arena_state},
            "indoor": True,
        },
        "competitors": [_competitor(season, game, side, score, status) for side in (0, 1)],
        "notes": [],
        "status": status,
        "format": {"regulation": {"periods": 4}},
        "startDate": start,
    }
    return {
        "id": event,
        "uid": f"s:40~l:46~e:{event}",
        "date": start,
        "name": f"{TEAMS[away].full_name} at {TEAMS[home].full_name}",
        "shortName": f"{CODES[away]} @ {CODES[home]}",
        "season": {"year": season.start_year + 1, "type": 2, "slug": "regular-season"},
        "competitions": [competition],
        "status": status,
    }


def _competitor(season: Season, game: int, side: int, score: tuple[int, int], status: dict[str, Any]) -> dict[str, Any]:
    index = int(season.teams[game, side])
    winner = {"winner": score[side] > score[1 - side]} if status["type"]["completed"] else {}
    return {
        "id": TEAM_IDS[index],
        "uid": f"s:40~l:46~t:{TEAM_IDS[index]}",
        "type": "team",
        "order": side,
        "homeAway": ("home", "away")[side],
        **winner,
        "team": team_object(index),
        "score": str(score[side]),
    }


def _status(season: Season, game: int, now: int) -> dict[str, Any]:
    status = int(season.status(now)[game])
    overtimes = int(season.box_scores.overtimes[game])
    if status == SCHEDULED:
        start = datetime.fromtimestamp(int(season.fixtures.tipoff[game]), UTC)
        return _status_object(_SCHEDULED, f"{start:%m/%d - %H:%M} UTC", 0, "0.0")
    if status == FINAL:
        detail = "Final" + ("" if not overtimes else "/OT" if overtimes == 1 else f"/{overtimes}OT")
        return _status_object(_FINAL, detail, 4 + overtimes, "0.0")
    text = game_clock(season, game, now).text
    if text == "Half":
        return _status_object(_HALFTIME, "Halftime", 2, "0.0")
    period, _, left = text.partition(" ")
    number = int(period[1:]) if period[0] == "Q" else 4 + int(period[2:] or 1)
    return _status_object(_RUNNING, f"{left} - {period}", number, left)


def _status_object(kind: dict[str, Any], detail: str, period: int, clock: str) -> dict[str, Any]:
    return {
        "clock": 0.0,
        "displayClock": clock,
        "period": period,
        "type": kind | {"detail": detail, "shortDetail": detail},
    }


def _score(season: Season, game: int, now: int) -> tuple[int, int]:
    status = int(season.status(now)[game])
    if status == FINAL:
        home, away = season.box_scores.score[game].tolist()
        return home, away
    return score_so_far(season, game, game_clock(season, game, now).share) if status == IN_PLAY else (0, 0)


def _summary(season: Season, game: int, now: int) -> dict[str, Any]:
    status, score = _status(season, game, now), _score(season, game, now)
    event = event_id(season, game)
    box: dict[str, Any] = {"teams": [{"team": team_object(int(index))} for index in season.teams[game, ::-1]]}
    if status["type"]["state"] != "pre":
        box["players"] = [_team_box(season, game, side, now) for side in (1, 0)]
    competition = {
        "id": event,
        "uid": f"s:40~l:46~e:{event}~c:{event}",
        "date": espn_time(int(season.fixtures.tipoff[game])),
        "neutralSite": False,
        "boxscoreAvailable": True,
        "competitors": [_competitor(season, game, side, score, status) for side in (0, 1)],
        "status": {"type": status["type"]},
    }
    header = {
        "id": event,
        "uid": f"s:40~l:46~e:{event}",
        "season": {"year": season.start_year + 1, "type": 2},
        "timeValid": True,
        "competitions": [competition],
    }
    return {"boxscore": box, "header": header}


def _team_box(season: Season, game: int, side: int, now: int) -> dict[str, Any]:
    is_final = int(season.status(now)[game]) == FINAL
    share = 1.0 if is_final else game_clock(season, game, now).share
    sheet = score_sheets(season, game, share)[side]
    names = list(STATISTICS)
    group = {
        "names": names,
        "keys": list(STATISTICS.values()),
        "labels": names,
        "athletes": [_line(entry, is_final) for entry in sheet.entries],
    }
    return {"team": team_object(sheet.team), "statistics": [group], "displayOrder": 2 - side}


def _line(entry: Entry, is_final: bool) -> dict[str, Any]:
    """A player's line; who may yet play, as far as is known, is not said to be out."""
    absence = entry.absence
    is_out = absence is not None and (is_final or bool(absence.description))
    ailment = absence.description if absence is not None else ""
    return {
        "active": False,
        "athlete": athlete(entry.name, entry.player_id),
        "starter": bool(entry.position),
        "didNotPlay": is_out,
        "reason": not_playing_reason(ailment) if ailment else "COACH'S DECISION",
        "ejected": False,
        "stats": _texts(entry) if entry.has_played else [],
    }


def _texts(entry: Entry) -> list[str]:
    numbers = entry.numbers
    texts = {label: str(numbers[name]) for label, name in _PLAIN.items()}
    texts |= {label: f"{numbers[made]}-{numbers[tried]}" for label, (made, tried) in _PAIRS.items()}
    texts["MIN"] = str(entry.seconds // 60)
    texts["+/-"] = f"+{entry.plus_minus}" if entry.plus_minus > 0 else str(entry.plus_minus)
    return [texts[label] for label in STATISTICS]


def _season_type(season: Season) -> dict[str, Any]:
    return {"year": season.start_year + 1, "type": 2, "name": "Regular Season", "displayName": season.name}


def _json(body: Any) -> Response:
    return Response(msgspec.json.encode(body), media_type="application/json;charset=UTF-8")


def _refused(status: int, message: str) -> Response:
    body = msgspec.json.encode({"code": status, "message": message})
    return Response(body, status_code=status, media_type="application/json;charset=UTF-8")

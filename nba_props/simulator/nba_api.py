"""The NBA's endpoints: the CDN's schedule, the stats API's schedule and game logs, box scores of single games."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from nba_props.game_calendar import Clock
from nba_props.simulator.game_log import COLUMNS, TEAM_COLUMNS, GameLog, build_game_log, build_team_log, game_log_body
from nba_props.simulator.league import League
from nba_props.simulator.nba_box_scores_api import NbaBoxScoresApi
from nba_props.simulator.schedule_body import ScheduleBodies

_SEASON = re.compile(r"\d{4}-\d{2}")
_DATE_FORMATS = ("%m/%d/%Y", "%Y-%m-%d")
_REGULAR_SEASON = "Regular Season"
_LOGS = {"P": (build_game_log, COLUMNS), "T": (build_team_log, TEAM_COLUMNS)}


class NbaApi:
    """Handlers over a league; schedules and game logs are encoded on first use and kept."""

    def __init__(self, league: League, clock: Clock) -> None:
        self._league, self._clock = league, clock
        self._logs: dict[tuple[str, str], GameLog] = {}
        self._schedules: dict[str, ScheduleBodies] = {}

    @property
    def routes(self) -> list[Route]:
        """Real paths of both hosts."""
        return [
            Route("/static/json/staticData/scheduleLeagueV2.json", self.cdn_schedule),
            Route("/stats/scheduleleaguev2int", self.stats_schedule),
            Route("/stats/scheduleleaguev2", self.stats_schedule),
            Route("/stats/leaguegamelog", self.game_log),
            *NbaBoxScoresApi(self._league, self._clock).routes,
        ]

    async def cdn_schedule(self, request: Request) -> Response:
        """The current season's schedule."""
        return _json(self._schedule(self._league.current.name))

    async def stats_schedule(self, request: Request) -> Response:
        """The schedule of the season asked for."""
        name = request.query_params.get("Season", "")
        if not _SEASON.fullmatch(name):
            return _refused("Season")
        if name not in self._league.seasons:
            return _json({"meta": {}, "leagueSchedule": {"seasonYear": name, "leagueId": "00", "gameDates": []}})
        return _json(self._schedule(name))

    async def game_log(self, request: Request) -> Response:
        """Lines of players or teams of the games over by now, in a season and a range of dates."""
        asked = request.query_params
        if not _SEASON.fullmatch(asked.get("Season", "")):
            return _refused("Season")
        if asked.get("PlayerOrTeam", "P") not in _LOGS:
            return _refused("PlayerOrTeam")
        try:
            first, last = (_parsed_date(asked.get(name, "")) for name in ("DateFrom", "DateTo"))
        except ValueError:
            return _refused("DateFrom or DateTo")
        parameters = _echo(request, first, last)
        season = asked["Season"]
        if season not in self._league.seasons or parameters["SeasonType"] != _REGULAR_SEASON:
            return _json(game_log_body(parameters, [], _LOGS[parameters["PlayerOrTeam"]][1]))
        return _json(self._log(season, parameters["PlayerOrTeam"]).body(parameters, self._now(), first, last))

    def _schedule(self, season: str) -> dict[str, Any]:
        if season not in self._schedules:
            self._schedules[season] = ScheduleBodies(self._league.seasons[season])
        return self._schedules[season].body(self._now())

    def _log(self, season: str, of: str) -> GameLog:
        if (season, of) not in self._logs:
            self._logs[season, of] = _LOGS[of][0](self._league.seasons[season])
        return self._logs[season, of]

    def _now(self) -> int:
        return int(self._clock().timestamp())


def _echo(request: Request, first: date | None, last: date | None) -> dict[str, Any]:
    asked = request.query_params
    counter = asked.get("Counter", "")
    return {
        "LeagueID": asked.get("LeagueID", "00"),
        "Season": asked["Season"],
        "SeasonType": asked.get("SeasonType", "") or _REGULAR_SEASON,
        "PlayerOrTeam": asked.get("PlayerOrTeam", "P"),
        "Counter": int(counter) if counter.isdigit() else 1000,
        "Sorter": asked.get("Sorter", "") or "DATE",
        "Direction": asked.get("Direction", "") or "DESC",
        "DateFrom": str(first) if first else "",
        "DateTo": str(last) if last else "",
    }


def _parsed_date(text: str) -> date | None:
    if not text:
        return None
    for layout in _DATE_FORMATS:
        try:
            return datetime.strptime(text, layout).date()
        except ValueError:
            continue
    raise ValueError(f"not a date: {text!r}")


def _json(body: Any) -> Response:
    return Response(msgspec.json.encode(body), media_type="application/json; charset=utf-8")


def _refused(field: str) -> Response:
    return PlainTextResponse(f"The field {field} is missing or invalid.", status_code=400)

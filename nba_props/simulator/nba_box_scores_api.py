"""The NBA's endpoints of one game: the stats API's box score, and the CDN's live one."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from nba_props.game_calendar import Clock
from nba_props.simulator.league import League
from nba_props.simulator.nba_box_score_bodies import box_score_v3, live_box_score

_GAME_ID = re.compile(r"[0-9]{10}")
_DENIED = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>'
)


class NbaBoxScoresApi:
    """Handlers over a league."""

    def __init__(self, league: League, clock: Clock) -> None:
        self._league, self._clock = league, clock

    @property
    def routes(self) -> list[Route]:
        """Real paths of both hosts."""
        return [
            Route("/stats/boxscoretraditionalv3", self.box_score_v3),
            Route("/static/json/liveData/boxscore/boxscore_{game_id}.json", self.live_box_score),
        ]

    async def box_score_v3(self, request: Request) -> Response:
        """A game's box score, without players before it is over; nothing at all of an unknown game."""
        game_id = request.query_params.get("GameID", "")
        if not _GAME_ID.fullmatch(game_id):
            return PlainTextResponse("The field GameID is missing or invalid.", status_code=400)
        if game_id not in self._league.games:
            return _json({"meta": {"version": 1}, "boxScoreTraditional": None})
        season, game = self._league.games[game_id]
        return _json(box_score_v3(season, game, self._now()))

    async def live_box_score(self, request: Request) -> Response:
        """A game's box score as it stands; before the game the file is not there, which the CDN answers with 403."""
        game_id, now = request.path_params["game_id"], self._now()
        if game_id not in self._league.games:
            return _denied()
        season, game = self._league.games[game_id]
        if now < int(season.started[game]):
            return _denied()
        return _json(live_box_score(season, game, now))

    def _now(self) -> int:
        return int(self._clock().timestamp())


def _json(body: dict[str, Any]) -> Response:
    return Response(msgspec.json.encode(body), media_type="application/json; charset=utf-8")


def _denied() -> Response:
    return Response(_DENIED, status_code=403, media_type="application/xml")

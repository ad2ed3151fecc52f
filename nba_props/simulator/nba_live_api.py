"""The NBA's endpoints while games run: scoreboard and live play by play."""

from __future__ import annotations

from collections import OrderedDict
from datetime import date
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from nba_props.game_calendar import Clock, season_of
from nba_props.simulator.league import League
from nba_props.simulator.nba_live_boards import Boards, board_body
from nba_props.simulator.nba_live_play_bodies import Action, actions_of, play_body

_KEPT_GAMES = 64
"""Games whose actions are kept; about a third of a megabyte each."""


class NbaLiveApi:
    """Handlers over a league; the actions of the games asked for last are kept."""

    def __init__(self, league: League, clock: Clock) -> None:
        self._league, self._clock = league, clock
        self._boards = {name: Boards(season) for name, season in league.seasons.items()}
        self._actions: OrderedDict[str, list[Action]] = OrderedDict()

    @property
    def routes(self) -> list[Route]:
        """Real paths of both hosts."""
        return [
            Route("/stats/scoreboardv3", self.scoreboard),
            Route("/static/json/liveData/playbyplay/playbyplay_{game_id}.json", self.play_by_play),
        ]

    async def scoreboard(self, request: Request) -> Response:
        """The board of the date asked for."""
        try:
            day = date.fromisoformat(request.query_params.get("GameDate", ""))
        except ValueError:
            return PlainTextResponse("The field GameDate is missing or invalid.", status_code=400)
        boards, now = self._boards.get(season_of(day)), self._now()
        return _json(boards.body(day, now) if boards else board_body(day, [], now))

    async def play_by_play(self, request: Request) -> Response:
        """What has happened in a game so far; there is nothing before it starts."""
        game_id, now = request.path_params["game_id"], self._now()
        if game_id not in self._league.games:
            return PlainTextResponse("Not Found", status_code=404)
        season, game = self._league.games[game_id]
        if now < season.started[game]:
            return PlainTextResponse("Not Found", status_code=404)
        return _json(play_body(season, game, self._actions_of(game_id), now))

    def _actions_of(self, game_id: str) -> list[Action]:
        if game_id not in self._actions:
            self._actions[game_id] = actions_of(*self._league.games[game_id])
            if len(self._actions) > _KEPT_GAMES:
                self._actions.popitem(last=False)
        self._actions.move_to_end(game_id)
        return self._actions[game_id]

    def _now(self) -> int:
        return int(self._clock().timestamp())


def _json(body: Any) -> Response:
    return Response(msgspec.json.encode(body), media_type="application/json; charset=utf-8")

"""balldontlie's endpoints: key, parameters and pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import msgspec
import numpy as np
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from nba_props.game_calendar import Clock, game_date_of
from nba_props.simulator import balldontlie_feed as feed
from nba_props.simulator.balldontlie_feed import Body, game_id, game_status, player_id
from nba_props.simulator.league import League
from nba_props.simulator.season import FINAL, IN_PLAY, SCHEDULED, Season

Place = tuple[Season, int]
"""A season and a game's position in it."""

SMALLEST_PAGE, USUAL_PAGE, LARGEST_PAGE = 1, 25, 100

_LINES_A_GAME = 100


class BalldontlieApi:
    """Handlers over a league; any key is good, none is not."""

    def __init__(self, league: League, clock: Clock) -> None:
        self._league, self._clock = league, clock

    @property
    def routes(self) -> list[Route]:
        """The API's real paths."""
        return [
            Route("/v1/games", self.games),
            Route("/v1/games/{game:int}", self.game),
            Route("/v1/stats", self.stats),
            Route("/v1/box_scores", self.box_scores),
            Route("/v1/box_scores/live", self.live_box_scores),
            Route("/v1/players/active", self.active_players),
            Route("/v1/player_injuries", self.player_injuries),
            Route("/v1/standings", self.standings),
        ]

    async def games(self, request: Request) -> Response:
        """The games of the dates asked for, all that there are without any."""
        _check_key(request)
        now = self._now()
        return _page(
            request, [(game_id(*place), _later(feed.listed_game, *place, now)) for place in self._asked(request)]
        )

    async def game(self, request: Request) -> Response:
        """One game."""
        _check_key(request)
        place = self._place_of.get(int(request.path_params["game"]))
        if place is None:
            raise HTTPException(404, "Not Found")
        return _json({"data": feed.listed_game(*place, self._now())})

    async def stats(self, request: Request) -> Response:
        """Players' lines in games that have begun, of the dates or games asked for; some must be."""
        _check_key(request)
        if not {"dates[]", "game_ids[]"} & set(request.query_params):
            raise HTTPException(400, "dates[] or game_ids[] is required")
        now = self._now()
        lines: list[tuple[int, Callable[[], Body]]] = []
        for season, game in self._asked(request):
            if game_status(season, game, now) == SCHEDULED:
                continue
            beside = feed.game_beside(season, game, now)
            for number, (side, slot, line) in enumerate(feed.player_lines(season, game, now)):
                identity = game_id(season, game) * _LINES_A_GAME + number
                lines.append((identity, _later(feed.stat_line, identity, season, game, side, slot, line, beside)))
        return _page(request, lines)

    async def box_scores(self, request: Request) -> Response:
        """The games of a date that have begun, with all lines."""
        _check_key(request)
        day = _day(request.query_params.get("date", ""))
        return self._box_scores([day], {IN_PLAY, FINAL})

    async def live_box_scores(self, request: Request) -> Response:
        """The games in play, with all lines so far."""
        _check_key(request)
        today = game_date_of(self._clock())
        return self._box_scores([today - timedelta(days=1), today], {IN_PLAY})

    async def active_players(self, request: Request) -> Response:
        """Everyone on a roster now."""
        _check_key(request)
        players = [
            (player_id(player), _later(feed.listed_player, self._league.pool, player, team))
            for player, team in self._rosters().items()
        ]
        return _page(request, players)

    async def player_injuries(self, request: Request) -> Response:
        """Who misses his team's next game, as far as announced."""
        _check_key(request)
        season, now = self._league.current, self._now()
        injuries = []
        for game, side in feed.next_games(season, now):
            announced = int(season.fixtures.tipoff[game]) - season.absences.announced_hours[game, side] * 3600
            for slot in np.flatnonzero(season.absences.out[game, side] & (announced <= now)).tolist():
                player = int(season.setting.players[game, side, slot])
                injuries.append((player_id(player), _later(feed.injury, season, game, side, slot)))
        return _page(request, injuries)

    async def standings(self, request: Request) -> Response:
        """Every team's record in a season so far, by conference and rank."""
        _check_key(request)
        year = request.query_params.get("season", "")
        if not re.fullmatch(r"\d{4}", year):
            raise HTTPException(400, "season is required")
        seasons = [season for season in self._league.seasons.values() if season.start_year == int(year)]
        return _json({"data": [row for season in seasons for row in feed.standings(season, self._now())]})

    @cached_property
    def _place_of(self) -> dict[int, Place]:
        return {game_id(*place): place for place in self._league.games.values()}

    @cached_property
    def _places_on(self) -> dict[date, list[Place]]:
        places: dict[date, list[Place]] = {}
        for season, game in self._league.games.values():
            places.setdefault(season.dates[game], []).append((season, game))
        return places

    def _asked(self, request: Request) -> list[Place]:
        asked = request.query_params
        days = [_day(text) for text in asked.getlist("dates[]")]
        games = [int(text) for text in asked.getlist("game_ids[]") if text.isdecimal()]
        if days:
            return [place for day in days for place in self._places_on.get(day, [])]
        if games:
            return [self._place_of[game] for game in games if game in self._place_of]
        return list(self._place_of.values())

    def _box_scores(self, days: Iterable[date], wanted: set[int]) -> Response:
        now = self._now()
        places = [place for day in days for place in self._places_on.get(day, [])]
        return _json({"data": [feed.box_score(*place, now) for place in places if game_status(*place, now) in wanted]})

    def _rosters(self) -> dict[int, int]:
        """Team of each player on a roster now."""
        season = self._league.current
        day = (game_date_of(self._clock()) - season.fixtures.first_date).days
        slots = season.setting.rosters.on_day(np.array(day))
        return {player: team for team, members in enumerate(slots.tolist()) for player in members}

    def _now(self) -> int:
        return int(self._clock().timestamp())


def _check_key(request: Request) -> None:
    if not request.headers.get("Authorization", "").strip():
        raise HTTPException(401, "Unauthorized")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise HTTPException(400, f"not a date: {text!r}") from None


def _later(make: Callable[..., Body], *told: Any) -> Callable[[], Body]:
    """A row that is made only if it falls on the page."""
    return lambda: make(*told)


def _page(request: Request, rows: Iterable[tuple[int, Callable[[], Body]]]) -> Response:
    """The rows after the cursor, as many as asked for; the cursor is the last row's number."""
    asked = request.query_params
    size, after = asked.get("per_page", str(USUAL_PAGE)), asked.get("cursor", "0")
    if not size.isdecimal() or not SMALLEST_PAGE <= int(size) <= LARGEST_PAGE or not after.isdecimal():
        raise HTTPException(400, f"per_page must be {SMALLEST_PAGE} to {LARGEST_PAGE}, cursor a number")
    left = sorted((row for row in rows if row[0] > int(after)), key=lambda row: row[0])
    shown = left[: int(size)]
    cursor = {"next_cursor": shown[-1][0]} if len(left) > len(shown) else {}
    return _json({"data": [make() for _, make in shown], "meta": {**cursor, "per_page": int(size)}})


def _json(body: Any) -> Response:
    return Response(msgspec.json.encode(body), media_type="application/json; charset=utf-8")

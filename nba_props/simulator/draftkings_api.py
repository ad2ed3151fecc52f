"""DraftKings' endpoint: one subcategory's markets of all listed games."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from nba_props.game_calendar import Clock
from nba_props.simulator.bookmakers import BOOKMAKERS, decimal_price
from nba_props.simulator.league import League
from nba_props.simulator.lines import OFFERED, LineBoard
from nba_props.simulator.rosters import ROSTER_SIZE
from nba_props.simulator.season import Season
from nba_props.teams import TEAMS

LEAGUE = 42648

_BOOK = next(number for number, book in enumerate(BOOKMAKERS) if book.key == "draftkings")
_SUBCATEGORIES = {
    12488: (1215, "points", "Points"),
    12492: (1216, "rebounds", "Rebounds"),
    12495: (1217, "assists", "Assists"),
    12497: (1218, "threes", "Three Pointers Made"),
    13780: (1293, "blocks", "Blocks"),
    13508: (1293, "steals", "Steals"),
    5001: (583, "points_rebounds_assists", "Points + Rebounds + Assists"),
}
_CITIES = {"GSW": "GS", "LAC": "LA", "LAL": "LA", "NOP": "NO", "NYK": "NY", "SAS": "SA"}
_FIRST_EVENT = 31_800_001
_LISTED_SECONDS = 48 * 3600
_MINUS = "\u2212"


class DraftkingsApi:
    """Handlers over a league; no key is asked for."""

    def __init__(self, league: League, clock: Clock) -> None:
        self._league, self._clock = league, clock
        self._numbers = {game_id: number for number, game_id in enumerate(league.games)}
        self._board = lru_cache(maxsize=64)(self._new_board)

    @property
    def routes(self) -> list[Route]:
        """The real path, of every state's site."""
        league = f"/api/sportscontent/{{site}}/v1/leagues/{LEAGUE}"
        return [Route(league + "/categories/{category:int}/subcategories/{subcategory:int}", self.subcategory)]

    async def subcategory(self, request: Request) -> Response:
        """The lines of a subcategory now, of games in play and of those to come within two days; none of others."""
        now, subcategory = int(self._clock().timestamp()), int(request.path_params["subcategory"])
        category, market, label = _SUBCATEGORIES.get(subcategory, (None, None, ""))
        body: dict[str, list[dict[str, Any]]] = {
            "leagues": [{"id": str(LEAGUE), "name": "NBA"}],
            "categories": [{"id": str(request.path_params["category"])}],
            "subcategories": [{"id": str(subcategory), "name": f"{label} O/U"}],
            "events": [],
            "markets": [],
            "selections": [],
        }
        if market is not None and category == request.path_params["category"]:
            for season, game in self._listed(now):
                self._add(body, season, game, OFFERED.index(market), f"{subcategory}", label, now)
        return Response(msgspec.json.encode(body), media_type="application/json; charset=utf-8")

    def _listed(self, now: int) -> list[tuple[Season, int]]:
        return [
            (season, game)
            for season in self._league.seasons.values()
            for game in range(len(season.game_ids))
            if season.fixtures.tipoff[game] - _LISTED_SECONDS <= now < season.finished[game]
        ]

    def _add(
        self,
        body: dict[str, list[dict[str, Any]]],
        season: Season,
        game: int,
        market: int,
        key: str,
        label: str,
        now: int,
    ) -> None:
        board = self._board(season.game_ids[game])
        quotes = board.props(_BOOK, market, board.last_update(_BOOK, market, now))
        if quotes is None:
            return
        event = str(_FIRST_EVENT + self._numbers[season.game_ids[game]])
        body["events"].append(_event(event, season, game, now))
        players = season.setting.players[game].reshape(2 * ROSTER_SIZE)
        columns = (quotes.player.tolist(), quotes.line.tolist(), quotes.over.tolist(), quotes.under.tolist())
        for player, line, over, under in zip(*columns, strict=True):
            name = BOOKMAKERS[_BOOK].spelling(season.pool.name[players[player]])
            market_id = f"{event}{key}{player:02d}"
            body["markets"].append(_market(market_id, event, f"{name} {label} O/U", key, label))
            participant = {
                "id": str(800_000 + int(players[player])),
                "name": name,
                "type": "Player",
                "venueRole": "HomePlayer" if player < ROSTER_SIZE else "AwayPlayer",
            }
            for side, price in (("Over", over), ("Under", under)):
                if price:
                    body["selections"].append(_selection(market_id, side, line, price, participant))

    def _new_board(self, game_id: str) -> LineBoard:
        return LineBoard(*self._league.games[game_id])


def _event(event: str, season: Season, game: int, now: int) -> dict[str, Any]:
    home, away = (_team(team) for team in season.teams[game].tolist())
    start = datetime.fromtimestamp(int(season.fixtures.tipoff[game]), UTC)
    return {
        "id": event,
        "leagueId": str(LEAGUE),
        "name": f"{away['name']} @ {home['name']}",
        "startEventDate": f"{start:%Y-%m-%dT%H:%M:%S}.0000000Z",
        "status": "STARTED" if now >= season.started[game] else "NOT_STARTED",
        "participants": [away | {"venueRole": "Away"}, home | {"venueRole": "Home"}],
    }


def _team(number: int) -> dict[str, Any]:
    team = TEAMS[number]
    city = _CITIES.get(team.tricode, team.tricode)
    return {"id": str(number + 1), "name": f"{city} {team.name}", "type": "Team", "metadata": {"shortName": city}}


def _market(market_id: str, event: str, name: str, subcategory: str, label: str) -> dict[str, Any]:
    return {
        "id": market_id,
        "eventId": event,
        "leagueId": str(LEAGUE),
        "name": name,
        "isSuspended": False,
        "subcategoryId": subcategory,
        "marketType": {"id": subcategory, "name": f"{label} O/U"},
        "tags": ["PlayerProps", "SGP"],
    }


def _selection(market_id: str, side: str, line: float, price: int, participant: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"{market_id}_{side}",
        "marketId": market_id,
        "label": side,
        "displayOdds": {
            "american": f"+{price}" if price > 0 else f"{_MINUS}{-price}",
            "decimal": f"{decimal_price(price):.2f}",
        },
        "points": line,
        "outcomeType": side,
        "participants": [participant],
        "tags": ["MainPointLine", "SGP"],
    }

"""BettingPros' endpoints: the games of a date, and the offers on them, ten a page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import msgspec
import numpy as np
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from nba_props.game_calendar import Clock, game_date_of
from nba_props.simulator.bookmakers import BOOKMAKERS, american_prices
from nba_props.simulator.league import League
from nba_props.simulator.lines import OFFERED, LineBoard
from nba_props.simulator.names import split_suffix, without_accents
from nba_props.simulator.rosters import ROSTER_SIZE
from nba_props.simulator.season import FINAL, IN_PLAY, SCHEDULED, Season
from nba_props.teams import TEAMS

LARGEST_PAGE = 10

_FIRST_EVENT, _FIRST_PLAYER = 20_001, 2_001
_MARKET_IDS = {
    156: "points",
    157: "rebounds",
    151: "assists",
    162: "threes",
    160: "steals",
    152: "blocks",
    338: "points_rebounds_assists",
}
_BOOK_IDS = {"fanduel": 10, "draftkings": 12, "williamhill_us": 13, "betrivers": 18, "betmgm": 19, "espnbet": 33}
_CONSENSUS = 0
_TEAM_CODES = {team.tricode: team.tricode for team in TEAMS} | {"NOP": "NOR", "PHX": "PHO", "UTA": "UTH"}
_STATUS = {SCHEDULED: "scheduled", IN_PLAY: "inprogress", FINAL: "closed"}
_SLOWEST_SECONDS = 60
_KEPT = 1024


@dataclass(frozen=True)
class Quote:
    """A book's line on a player: American prices, ``under`` 0 where it has none, and when it was last changed."""

    book: int
    line: float
    over: int
    under: int
    at: int


class BettingprosApi:
    """Handlers over a league; any key is good, none is not. What it says of lines is at most a minute old."""

    def __init__(self, league: League, clock: Clock) -> None:
        self._league, self._clock = league, clock
        self._places = {_FIRST_EVENT + number: place for number, place in enumerate(league.games.values())}
        self._ids = {(season.name, game): event for event, (season, game) in self._places.items()}
        self._board = lru_cache(maxsize=64)(self._new_board)
        self._openings = lru_cache(maxsize=_KEPT)(self._opening_quotes)
        self._offers = lru_cache(maxsize=_KEPT)(self._offers_at)

    @property
    def routes(self) -> list[Route]:
        """The API's real paths."""
        return [Route("/v3/events", self.events), Route("/v3/offers", self.offers)]

    async def events(self, request: Request) -> Response:
        """The games of a date, today's if none is named."""
        _check(request)
        now = self._clock()
        day = _day(request.query_params.get("date", str(game_date_of(now))))
        found = [self._event(season, game) for season, game in self._places.values() if season.dates[game] == day]
        found.sort(key=lambda event: (event["scheduled"], event["id"]))
        body = {"_parameters": dict(request.query_params), "events": found}
        return _json(body | {"ts": int(now.timestamp()), "utc": _written(int(now.timestamp()))})

    async def offers(self, request: Request) -> Response:
        """A page of the offers on the events and in the markets that are named."""
        _check(request)
        asked = request.query_params
        events, markets = _numbers(asked.get("event_id", "")), _numbers(asked.get("market_id", ""))
        if not events or not markets:
            raise HTTPException(400, "event_id and market_id are required")
        limit = min(max(_number(asked.get("limit", ""), LARGEST_PAGE), 1), LARGEST_PAGE)
        page = max(_number(asked.get("page", ""), 1), 1)
        minute = self._now() // _SLOWEST_SECONDS * _SLOWEST_SECONDS
        found = [offer for market in markets for event in events for offer in self._offers(event, market, minute)]
        pages = {"page": page, "limit": limit, "total_pages": -(-len(found) // limit), "total_items": len(found)}
        parameters = dict(asked) | {"market_id": markets, "event_id": events, "limit": limit, "page": page}
        shown = found[(page - 1) * limit : page * limit]
        return _json({"_pagination": pages, "_parameters": parameters, "markets": markets, "offers": shown})

    def _event(self, season: Season, game: int) -> dict[str, Any]:
        home, away = (_TEAM_CODES[TEAMS[team].tricode] for team in season.teams[game].tolist())
        return {
            "id": self._ids[season.name, game],
            "sr_id": None,
            "sport": "NBA",
            "scheduled": _written(int(season.fixtures.tipoff[game])),
            "season": season.start_year,
            "season_type": "REG",
            "event_name": None,
            "status": _STATUS[int(season.status(self._now())[game])],
            "home": home,
            "visitor": away,
            "link": None,
            "series_summary": None,
            "popularity": None,
        }

    def _new_board(self, event: int) -> LineBoard:
        return LineBoard(*self._places[event])

    def _offers_at(self, event: int, market_id: int, now: int) -> tuple[dict[str, Any], ...]:
        """The offers as of an epoch second, by name; once the game has begun as they stood before."""
        if event not in self._places or market_id not in _MARKET_IDS:
            return ()
        board, market = self._board(event), OFFERED.index(_MARKET_IDS[market_id])
        by_player: dict[int, list[Quote]] = {}
        for book in range(len(BOOKMAKERS)):
            for player, quote in _quotes(board, book, market, min(now, board.started - 1)).items():
                by_player.setdefault(player, []).append(quote)
        opened = {player: quote for player, quote in self._openings(event, market).items() if quote.at <= now}
        offers = [
            self._offer(event, market_id, player, quotes, opened.get(player)) for player, quotes in by_player.items()
        ]
        return tuple(sorted(offers, key=lambda offer: str(offer["participants"][0]["name"])))

    def _opening_quotes(self, event: int, market: int) -> dict[int, Quote]:
        """Each player's line at the first book that opened with one."""
        board, found = self._board(event), dict[int, Quote]()
        for book in sorted(range(len(BOOKMAKERS)), key=lambda book: board.opens(book, market)):
            opens = board.opens(book, market)
            for player, quote in _quotes(board, book, market, opens).items():
                found.setdefault(player, replace(quote, at=opens))
        return found

    def _offer(
        self, event: int, market_id: int, player: int, quotes: list[Quote], opening: Quote | None
    ) -> dict[str, Any]:
        season, game = self._places[event]
        number = int(season.setting.players[game].reshape(2 * ROSTER_SIZE)[player])
        shown = [_consensus(quotes), *quotes]
        return {
            "id": event * 10_000 + market_id * 10 + player,
            "sport": "NBA",
            "market_id": market_id,
            "event_id": event,
            "player_id": _FIRST_PLAYER + number,
            "link": None,
            "active": True,
            "participants": [_participant(season, game, player, number)],
            "selections": [_selection(side, shown, opening) for side in ("over", "under")],
        }

    def _now(self) -> int:
        return int(self._clock().timestamp())


def _quotes(board: LineBoard, book: int, market: int, at: int) -> dict[int, Quote]:
    """A book's main line on each player at an epoch second."""
    quotes = board.props(book, market, at)
    if quotes is None:
        return {}
    updated = board.last_update(book, market, at)
    columns = (quotes.player.tolist(), quotes.line.tolist(), quotes.over.tolist(), quotes.under.tolist())
    found: dict[int, Quote] = {}
    for player, line, over, under in zip(*columns, strict=True):
        found.setdefault(player, Quote(_BOOK_IDS[BOOKMAKERS[book].key], line, over, under, updated))
    return found


def _consensus(quotes: list[Quote]) -> Quote:
    """The middle line, at the mean implied probabilities of the books that have it."""
    line = sorted(quote.line for quote in quotes)[(len(quotes) - 1) // 2]
    at_line = [quote for quote in quotes if quote.line == line]
    over, under = (
        int(american_prices(np.array(np.mean(chances)), 0.0, 1)) if chances else 0
        for chances in (
            [_implied(quote.over) for quote in at_line],
            [_implied(quote.under) for quote in at_line if quote.under],
        )
    )
    return Quote(_CONSENSUS, line, over, under, max(quote.at for quote in quotes))


def _implied(american: int) -> float:
    return 100 / (100 + american) if american > 0 else -american / (100 - american)


def _selection(side: str, quotes: list[Quote], opening: Quote | None) -> dict[str, Any]:
    offered = [quote for quote in quotes if _price(quote, side)]
    best = max((quote.over if side == "over" else quote.under for quote in offered), default=0)
    opened: dict[str, Any] = {}
    if opening is not None and _price(opening, side):
        opened = {
            "book_id": opening.book,
            "line": opening.line,
            "cost": _price(opening, side),
            "created": _written(opening.at),
        }
    return {
        "id": None,
        "selection": side,
        "label": side.title(),
        "active": True,
        "opening_line": opened,
        "books": [{"id": quote.book, "lines": [_line(quote, side, best)]} for quote in offered],
    }


def _line(quote: Quote, side: str, best: int) -> dict[str, Any]:
    cost = _price(quote, side)
    return {
        "id": None,
        "line": quote.line,
        "cost": cost,
        "active": True,
        "best": cost == best,
        "main": True,
        "is_off": False,
        "updated": _written(quote.at),
    }


def _price(quote: Quote, side: str) -> int:
    return quote.over if side == "over" else quote.under


def _participant(season: Season, game: int, player: int, number: int) -> dict[str, Any]:
    plain, suffix = split_suffix(without_accents(season.pool.name[number]))
    name = f"{plain} {suffix.rstrip('.')}".rstrip()
    first, _, last = name.partition(" ")
    team = TEAMS[int(season.teams[game, player // ROSTER_SIZE])].tricode
    described = {
        "first_name": first,
        "last_name": last,
        "short_name": None,
        "team": _TEAM_CODES[team],
        "position": None,
        "slug": "-".join("".join(c for c in name.lower() if c.isalnum() or c == " ").split()),
    }
    return {"id": str(_FIRST_PLAYER + number), "name": name, "player": described}


def _written(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _check(request: Request) -> None:
    if not request.headers.get("x-api-key"):
        raise HTTPException(403, "Forbidden")
    if request.query_params.get("sport", "NBA") != "NBA":
        raise HTTPException(400, "sport is not available")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise HTTPException(400, "date is no date") from None


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(":") if part.isdecimal()]


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isdecimal() else otherwise


def _json(body: Any) -> Response:
    return Response(msgspec.json.encode(body), media_type="application/json; charset=utf-8")

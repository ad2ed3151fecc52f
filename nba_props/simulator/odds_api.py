"""The Odds API's endpoints: keys, parameters, error bodies and the cost of each call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from nba_props.game_calendar import Clock
from nba_props.simulator.bookmakers import BOOKMAKERS
from nba_props.simulator.league import League
from nba_props.simulator.odds_feed import (
    KNOWN_MARKETS,
    REGIONS,
    SNAPSHOT_SECONDS,
    SPORT,
    OddsFeed,
    snapshot_before,
    timestamp,
)

_CODES_PAGE = "https://the-odds-api.com/liveapi/guides/v4/api-error-codes.html"
_TIMESTAMP = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
_HISTORICAL_FACTOR = 10
_BOOKMAKERS_A_REGION = 10
_LIVE, _HISTORICAL = f"/v4/sports/{SPORT}", f"/v4/historical/sports/{SPORT}"


@dataclass
class Quota:
    """The credits of the account behind every key; what costs something is refused once they are used up."""

    total: int = 5_000_000
    used: int = 0

    @property
    def remaining(self) -> int:
        """Credits left; never negative."""
        return max(self.total - self.used, 0)

    def spend(self, cost: int) -> dict[str, str]:
        """Charge a call; returns the headers that report it.

        Raises:
            Refusal: the call costs something and nothing is left.
        """
        if cost and not self.remaining:
            raise Refusal(401, "OUT_OF_USAGE_CREDITS", "Usage quota has been reached. See usage plans.")
        self.used += cost
        return {
            "x-requests-remaining": str(self.remaining),
            "x-requests-used": str(self.used),
            "x-requests-last": str(cost),
        }


class Refusal(Exception):
    """A request that the API turns down, with its status and error code."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message

    def response(self) -> Response:
        """The answer, in the API's error layout."""
        anchor = self.code.lower().replace("_", "-")
        body = {"message": self.message, "error_code": self.code, "details_url": f"{_CODES_PAGE}#{anchor}"}
        return _json(body, status=self.status)


@dataclass(frozen=True)
class OddsQuestion:
    """The checked parameters of a request for an event's odds; ``regions`` is how many are charged."""

    markets: tuple[str, ...]
    bookmakers: tuple[str, ...]
    regions: int
    american: bool


class OddsApi:
    """Handlers over a league; one quota for all keys."""

    def __init__(self, league: League, clock: Clock, quota: Quota) -> None:
        self._feed, self._clock, self._quota = OddsFeed(league), clock, quota

    @property
    def routes(self) -> list[Route]:
        """The API's real paths, for the NBA only."""
        return [
            Route(f"{_LIVE}/events", self.events),
            Route(f"{_LIVE}/events/{{event}}/odds", self.event_odds),
            Route(f"{_HISTORICAL}/events", self.historical_events),
            Route(f"{_HISTORICAL}/events/{{event}}/odds", self.historical_event_odds),
        ]

    async def events(self, request: Request) -> Response:
        """Events in play and to come; free."""
        _check_key(request.query_params)
        return _json(self._feed.events(self._now()), self._quota.spend(0))

    async def event_odds(self, request: Request) -> Response:
        """An event's odds now; costs markets returned times regions."""
        question = _question(request.query_params)
        body = self._odds(request, question, self._now(), historical=False)
        return _json(body, self._quota.spend(_cost(body, question)))

    async def historical_events(self, request: Request) -> Response:
        """Events as listed at a snapshot; costs 1."""
        _check_key(request.query_params)
        moment = self._snapshot(request.query_params)
        return _json(self._enveloped(moment, self._feed.events(moment)), self._quota.spend(1))

    async def historical_event_odds(self, request: Request) -> Response:
        """An event's odds at a snapshot; costs ten times the live price."""
        question = _question(request.query_params)
        moment = self._snapshot(request.query_params)
        body = self._odds(request, question, moment, historical=True)
        cost = _HISTORICAL_FACTOR * _cost(body, question)
        return _json(self._enveloped(moment, body), self._quota.spend(cost))

    def _odds(self, request: Request, question: OddsQuestion, moment: int, historical: bool) -> dict[str, Any]:
        body = self._feed.odds(
            request.path_params["event"],
            moment,
            question.markets,
            question.bookmakers,
            question.american,
            historical,
        )
        if body is None:
            raise Refusal(404, "EVENT_NOT_FOUND", "Event not found. The event may have expired or the id is invalid.")
        return body

    def _snapshot(self, asked: Mapping[str, str]) -> int:
        text = asked.get("date", "")
        if not text:
            raise Refusal(422, "MISSING_HISTORICAL_TIMESTAMP", "Missing date parameter")
        try:
            if not _TIMESTAMP.fullmatch(text):
                raise ValueError(text)
            moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        except ValueError:
            message = "Invalid date parameter. The format must be ISO8601, for example 2021-10-18T12:00:00Z"
            raise Refusal(422, "INVALID_HISTORICAL_TIMESTAMP", message) from None
        if moment > self._clock():
            raise Refusal(422, "INVALID_HISTORICAL_TIMESTAMP", "Invalid date parameter. It must be in the past")
        return snapshot_before(int(moment.timestamp()))

    def _enveloped(self, moment: int, data: Any) -> dict[str, Any]:
        following = moment + SNAPSHOT_SECONDS
        return {
            "timestamp": timestamp(moment),
            "previous_timestamp": timestamp(moment - SNAPSHOT_SECONDS),
            "next_timestamp": timestamp(following) if following <= self._now() else None,
            "data": data,
        }

    def _now(self) -> int:
        return int(self._clock().timestamp())


async def refuse(request: Request, error: Exception) -> Response:
    """Exception handler that answers a ``Refusal``."""
    assert isinstance(error, Refusal)
    return error.response()


def _check_key(asked: Mapping[str, str]) -> None:
    if not asked.get("apiKey"):
        raise Refusal(401, "MISSING_KEY", "API key is missing")


def _question(asked: Mapping[str, str]) -> OddsQuestion:
    _check_key(asked)
    markets = tuple(key for key in (asked.get("markets") or "h2h").split(",") if key)
    unknown = sorted(set(markets) - KNOWN_MARKETS)
    if unknown:
        raise Refusal(422, "INVALID_MARKET", f"Invalid markets: {', '.join(unknown)}")
    layout = asked.get("oddsFormat", "decimal")
    if layout not in ("decimal", "american"):
        raise Refusal(422, "INVALID_ODDS_FORMAT", "Invalid odds format. Valid formats are decimal, american")
    named = tuple(key for key in asked.get("bookmakers", "").split(",") if key)
    if named:
        return OddsQuestion(markets, named, -(-len(named) // _BOOKMAKERS_A_REGION), layout == "american")
    regions = {key for key in asked.get("regions", "").split(",") if key}
    if not regions:
        raise Refusal(422, "MISSING_REGION", "Missing regions or bookmakers key")
    if not regions <= REGIONS:
        raise Refusal(422, "INVALID_REGION", f"Invalid regions: {', '.join(sorted(regions - REGIONS))}")
    books = tuple(book.key for book in BOOKMAKERS if book.region in regions)
    return OddsQuestion(markets, books, len(regions), layout == "american")


def _cost(body: dict[str, Any], question: OddsQuestion) -> int:
    returned = {market["key"] for book in body["bookmakers"] for market in book["markets"]}
    return len(returned) * question.regions


def _json(body: Any, headers: Mapping[str, str] | None = None, status: int = 200) -> Response:
    return Response(
        msgspec.json.encode(body),
        status_code=status,
        headers=dict(headers or {}),
        media_type="application/json; charset=utf-8",
    )

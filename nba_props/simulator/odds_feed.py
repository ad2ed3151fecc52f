"""The Odds API's bodies: events and their odds, live and historical, as it would write them at a moment.

Times in arguments are epoch seconds; bodies are plain objects ready for JSON. ``commence_time`` behaves as
upstream: the scheduled time when far ahead, ten minutes later from a day before, the real start once the
game runs.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import numpy as np
from scipy import special

from nba_props.markets import ALTERNATE_SUFFIX, GAME_LINE_MARKETS, MARKETS
from nba_props.simulator.bookmakers import BOOKMAKERS, PROP_KEYS, american_prices, decimal_price
from nba_props.simulator.league import League
from nba_props.simulator.lines import OFFERED, LineBoard, Quotes
from nba_props.simulator.rosters import ROSTER_SIZE
from nba_props.simulator.season import Season
from nba_props.teams import TEAMS

SPORT = "basketball_nba"
LADDER_KEY = PROP_KEYS["points"] + ALTERNATE_SUFFIX
KNOWN_MARKETS = frozenset(
    [market.odds_api_key for market in MARKETS.values()]
    + [market.odds_api_key + ALTERNATE_SUFFIX for market in MARKETS.values()]
    + ["player_double_double", "player_triple_double", "player_first_basket", "player_field_goals"]
    + [*GAME_LINE_MARKETS, "alternate_spreads", "alternate_totals", "team_totals"]
)
REGIONS = frozenset(["us", "us2", "us_dfs", "us_ex", "uk", "eu", "au", "fr", "se"])

SNAPSHOT_SECONDS, SNAPSHOT_OFFSET = 300, 38
"""Historical snapshots stand every five minutes, 38 seconds past."""

_LISTED_SECONDS = 48 * 3600
_EXPECTED_START_SECONDS, _EXPECTED_DELAY = 24 * 3600, 600
_BOARDS_KEPT = 64
_MARGIN_SPREAD, _TOTAL_SPREAD = 17.0, 19.5
_GAME_LINE_MARGIN = 0.045


def timestamp(moment: int) -> str:
    """An epoch second as the API writes it."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def snapshot_before(moment: int) -> int:
    """The newest historical snapshot at or before an epoch second."""
    return (moment - SNAPSHOT_OFFSET) // SNAPSHOT_SECONDS * SNAPSHOT_SECONDS + SNAPSHOT_OFFSET


class OddsFeed:
    """Events and odds of a league; keeps the boards of recently asked games."""

    def __init__(self, league: League) -> None:
        self._league = league
        self._boards: OrderedDict[str, LineBoard] = OrderedDict()

    @cached_property
    def _games(self) -> dict[str, tuple[Season, int]]:
        return {event_id(self._league.seed, game_id): place for game_id, place in self._league.games.items()}

    def events(self, now: int) -> list[dict[str, Any]]:
        """Events listed at an epoch second: in play, or to come within two days; in order of start."""
        found = []
        for season in self._league.seasons.values():
            listed = (season.fixtures.tipoff - _LISTED_SECONDS <= now) & (now < season.finished)
            for game in np.flatnonzero(listed).tolist():
                found.append(self._event(event_id(self._league.seed, season.game_ids[game]), season, game, now))
        return sorted(found, key=lambda event: (event["commence_time"], event["id"]))

    def odds(
        self,
        event: str,
        now: int,
        markets: Iterable[str],
        bookmakers: Iterable[str],
        american: bool,
        historical: bool,
    ) -> dict[str, Any] | None:
        """An event with its odds at an epoch second; None if no such event is listed then.

        Args:
            event: the event's id.
            now: epoch second.
            markets: keys of markets.
            bookmakers: keys of bookmakers.
            american: prices as American integers rather than decimals.
            historical: the historical form, in which bookmakers carry a ``last_update`` too.
        """
        if event not in self._games:
            return None
        season, game = self._games[event]
        if not season.fixtures.tipoff[game] - _LISTED_SECONDS <= now < season.finished[game]:
            return None
        board, wanted, keys = self._board(event, season, game), list(dict.fromkeys(markets)), set(bookmakers)
        body = self._event(event, season, game, now)
        body["bookmakers"] = []
        for book, habits in enumerate(BOOKMAKERS):
            if habits.key not in keys:
                continue
            quoted = [one for key in wanted if (one := _market(board, book, key, now, american))]
            if quoted:
                latest = {"last_update": max(one["last_update"] for one in quoted)} if historical else {}
                body["bookmakers"].append({"key": habits.key, "title": habits.title, **latest, "markets": quoted})
        return body

    def _event(self, event: str, season: Season, game: int, now: int) -> dict[str, Any]:
        tipoff, started = int(season.fixtures.tipoff[game]), int(season.started[game])
        commence = tipoff if tipoff - now > _EXPECTED_START_SECONDS else tipoff + _EXPECTED_DELAY
        home, away = (odds_name(index) for index in season.teams[game].tolist())
        return {
            "id": event,
            "sport_key": SPORT,
            "sport_title": "NBA",
            "commence_time": timestamp(started if now >= started else commence),
            "home_team": home,
            "away_team": away,
        }

    def _board(self, event: str, season: Season, game: int) -> LineBoard:
        if event not in self._boards:
            self._boards[event] = LineBoard(season, game)
            if len(self._boards) > _BOARDS_KEPT:
                self._boards.popitem(last=False)
        self._boards.move_to_end(event)
        return self._boards[event]


def event_id(seed: int, game_id: str) -> str:
    """The API's id of a game: 32 hexadecimal digits."""
    return hashlib.blake2b(f"{seed}/{game_id}".encode(), digest_size=16).hexdigest()


def odds_name(team: int) -> str:
    """A team's name as the API spells it."""
    return TEAMS[team].spellings[0] if TEAMS[team].spellings else TEAMS[team].full_name


def _market(board: LineBoard, book: int, key: str, now: int, american: bool) -> dict[str, Any] | None:
    if key in GAME_LINE_MARKETS:
        at = board.last_update(book, len(OFFERED) + GAME_LINE_MARKETS.index(key), now)
        outcomes = _game_line(board, book, key, at)
    else:
        market = _OFFERED_KEYS.get(key)
        if market is None:
            return None
        at = board.last_update(book, market, now)
        quotes = board.ladder(book, at) if key == LADDER_KEY else board.props(book, market, at)
        outcomes = _player_outcomes(board, book, quotes) if quotes else []
    if not outcomes:
        return None
    if not american:
        for outcome in outcomes:
            outcome["price"] = decimal_price(outcome["price"])
    return {"key": key, "last_update": timestamp(at), "outcomes": outcomes}


_OFFERED_KEYS = {PROP_KEYS[name]: index for index, name in enumerate(OFFERED)} | {LADDER_KEY: OFFERED.index("points")}


def _player_outcomes(board: LineBoard, book: int, quotes: Quotes) -> list[dict[str, Any]]:
    players = board.season.setting.players[board.game].reshape(2 * ROSTER_SIZE)
    names = board.season.pool.name
    spelled = [BOOKMAKERS[book].spelling(names[players[player]]) for player in quotes.player.tolist()]
    columns = (spelled, quotes.line.tolist(), quotes.over.tolist(), quotes.under.tolist())
    outcomes: list[dict[str, Any]] = []
    for name, line, over, under in sorted(zip(*columns, strict=True)):
        outcomes.append({"name": "Over", "description": name, "price": over, "point": line})
        if under:
            outcomes.append({"name": "Under", "description": name, "price": under, "point": line})
    return outcomes


def _game_line(board: LineBoard, book: int, key: str, at: int) -> list[dict[str, Any]]:
    scores = board.scores(book, at)
    if scores is None:
        return []
    margin, total, left = scores
    width = np.sqrt(max(left, 0.004))
    if key == "totals":
        line = np.floor(total) + 0.5
        over = float(special.ndtr((total - line) / (_TOTAL_SPREAD * width)))
        prices = _two_prices(over, book)
        return [
            {"name": side, "price": price, "point": float(line)}
            for side, price in zip(("Over", "Under"), prices, strict=True)
        ]
    home, away = (odds_name(team) for team in board.season.teams[board.game].tolist())
    line = float(np.floor(margin) + 0.5) if key == "spreads" else 0.0
    covered = float(special.ndtr((margin - line) / (_MARGIN_SPREAD * width)))
    home_price, away_price = _two_prices(covered, book)
    outcomes: list[dict[str, Any]] = [
        {"name": home, "price": home_price},
        {"name": away, "price": away_price},
    ]
    if key == "spreads":
        outcomes[0]["point"], outcomes[1]["point"] = -line, line
    return sorted(outcomes, key=lambda outcome: str(outcome["name"]))


def _two_prices(probability: float, book: int) -> tuple[int, int]:
    first, second = american_prices(
        np.array([probability, 1 - probability]), _GAME_LINE_MARGIN, min(BOOKMAKERS[book].price_step, 2)
    ).tolist()
    return first, second

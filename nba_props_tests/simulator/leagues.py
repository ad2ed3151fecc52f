"""Leagues and moments that several tests share; a league is built once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from nba_props.simulator import BOOKMAKERS, League, event_id
from nba_props.simulator.bookmakers import PROP_KEYS
from nba_props.simulator.lines import OFFERED
from nba_props.simulator.odds_feed import LADDER_KEY, OddsFeed
from nba_props.simulator.season import Season

TODAY = date(2027, 1, 12)
PROP_MARKETS = tuple(PROP_KEYS[name] for name in OFFERED)
ALL_MARKETS = (*PROP_MARKETS, LADDER_KEY, "h2h", "spreads", "totals")
BOOK_KEYS = tuple(book.key for book in BOOKMAKERS)


@cache
def shared_league() -> League:
    """One past season and the one of ``TODAY``."""
    return League(seed=7, today=TODAY)


@cache
def shared_feed() -> OddsFeed:
    """The odds feed of the shared league."""
    return OddsFeed(shared_league())


def games_on(season: Season, day: date) -> list[int]:
    """Positions of the games of a date."""
    return [game for game, played in enumerate(season.dates) if played == day]


def odds_at(game: int, seconds_from_tipoff: int, markets: tuple[str, ...] = ALL_MARKETS) -> dict[str, Any] | None:
    """The live odds of a game of the current season at a moment relative to its scheduled tip-off."""
    league = shared_league()
    now = int(league.current.fixtures.tipoff[game]) + seconds_from_tipoff
    event = event_id(league.seed, league.current.game_ids[game])
    return shared_feed().odds(event, now, markets, BOOK_KEYS, american=True, historical=False)


def moment(epoch: int) -> datetime:
    """An aware UTC datetime."""
    return datetime.fromtimestamp(epoch, UTC)

"""Leagues for drills: the few games that a story needs, on the dates and at the hours that it needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache

from nba_props.game_calendar import eastern_moment
from nba_props.simulator import League
from nba_props.simulator.mishaps import with_game_moved

SEASON = date(2024, 12, 25)
CLEARED_DAYS = 3
"""So many days before and after the dates of a story there is no other game."""

PAIRS = 4
"""Pairs of teams that meet four times in a season; no team is in two of them."""

Slate = Sequence[tuple[int, time]]
"""Games of a date: which pair meets, and the time in New York."""


@cache
def whole_league() -> League:
    """The season of 2024-25."""
    return League(seed=5, today=SEASON, history_seasons=0)


def arranged(slates: Mapping[date, Slate]) -> League:
    """The season with these games on these dates and no other around them; each is a game of the season, moved."""
    whole = whole_league()
    meetings = {number: list(ids) for number, ids in enumerate(_meetings(whole))}
    wanted = {
        meetings[pair].pop(0): eastern_moment(day, at) for day, slate in sorted(slates.items()) for pair, at in slate
    }
    league = whole
    for game_id in _around(whole, min(slates), max(slates)):
        if game_id not in wanted:
            league = with_game_moved(league, game_id, _far_off(whole))
    for game_id, tip_off in wanted.items():
        league = with_game_moved(league, game_id, tip_off)
    return league


def games_of(league: League, day: date) -> list[str]:
    """The games of a date by tip-off."""
    season = league.current
    found = [game for game, played in enumerate(season.dates) if played == day]
    return [season.game_ids[game] for game in sorted(found, key=lambda game: int(season.fixtures.tipoff[game]))]


def tip_off_of(league: League, game_id: str) -> datetime:
    """When a game is to begin, UTC."""
    season, game = league.games[game_id]
    return datetime.fromtimestamp(int(season.fixtures.tipoff[game]), tz=eastern_moment(SEASON, time()).tzinfo)


def _meetings(league: League) -> list[list[str]]:
    season = league.current
    by_pair: dict[frozenset[int], list[str]] = {}
    for game, teams in enumerate(season.teams.tolist()):
        by_pair.setdefault(frozenset(teams), []).append(season.game_ids[game])
    chosen: dict[frozenset[int], list[str]] = {}
    for pair, ids in by_pair.items():
        if len(ids) == 4 and not any(pair & other for other in chosen):
            chosen[pair] = ids
    return list(chosen.values())[:PAIRS]


def _around(league: League, first: date, last: date) -> list[str]:
    season, margin = league.current, timedelta(days=CLEARED_DAYS)
    return [season.game_ids[game] for game, day in enumerate(season.dates) if first - margin <= day <= last + margin]


def _far_off(league: League) -> datetime:
    return eastern_moment(league.current.dates[-1], time(13))

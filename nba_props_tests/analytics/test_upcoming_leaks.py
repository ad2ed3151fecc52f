"""No upcoming context rests on what came after its moment; the same test catches leaks that were planted."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings

from nba_props.analytics import absences, last_known_teams, recent_games, upcoming_games
from nba_props.analytics import upcoming_player_game_context as player_table
from nba_props.as_of import LaterFactError
from nba_props.game_calendar import DateRange
from nba_props_tests.analytics.upcoming_league import (
    LONG_AFTER,
    UpcomingLeague,
    eastern,
    player_contexts,
    random_upcoming,
    team_contexts,
)
from nba_props_tests.analytics.upcoming_recomputed import SlowContexts, key_of, morning
from nba_props_tests.precompute.league import COUNTS, LEAD, RANDOM_LEAGUES, SEEDS, Row, days_from, same_bits

DAYS = days_from(date(2024, 10, 22), 18)
TODAY = DAYS[13]
LIVE = eastern(TODAY, 17)

Change = Callable[[UpcomingLeague, datetime, random.Random], UpcomingLeague]


def without_later(league: UpcomingLeague, now: datetime, chance: random.Random) -> UpcomingLeague:
    """The league as it stood at the moment of each game of the date."""
    moment = _moments(league, now)
    return UpcomingLeague(
        league.games,
        [row for row in league.boxscores if _was_known(row)],
        [row for row in league.players if row["game_date"] < TODAY],
        [row for row in league.injuries if row["report_at"] <= moment[key_of(row)]],
        [row for row in league.prop_consensus if row["snapshot_at"] <= moment[key_of(row)]],
        [row for row in league.game_lines if row["snapshot_at"] <= moment[key_of(row)]],
    )


def with_another_future(league: UpcomingLeague, now: datetime, chance: random.Random) -> UpcomingLeague:
    """The league with other box scores, teams, reports and lines from each moment on, and other results of games."""
    moment, before = _moments(league, now), without_later(league, now, chance)

    def later(rows: list[Row], known: list[Row]) -> list[Row]:
        kept = {id(row) for row in known}
        return [row for row in rows if id(row) not in kept]

    boxscores = [_scrambled(chance, row) for row in later(league.boxscores, before.boxscores)]
    players = [{**row, "team": chance.choice(["PHX", "DEN"])} for row in later(league.players, before.players)]
    injuries = [
        {**row, "status": chance.choice(["out", "available"]), "report_at": _after(chance, moment[key_of(row)])}
        for row in later(league.injuries, before.injuries)
    ]
    lines = [{**row, "line": row["line"] + 7.5} for row in later(league.prop_consensus, before.prop_consensus)]
    totals = [{**row, "total": row["total"] + 7.5} for row in later(league.game_lines, before.game_lines)]
    return UpcomingLeague(
        [{**of, "home_score": 99, "away_score": 98} if of["game_date"] >= TODAY else of for of in league.games],
        before.boxscores + boxscores,
        before.players + players,
        before.injuries + injuries,
        before.prop_consensus + lines,
        before.game_lines + totals,
    )


def _moments(league: UpcomingLeague, now: datetime) -> dict[Any, datetime]:
    slow = SlowContexts(UpcomingLeague(), now=now, lead=LEAD)
    return {key_of(of): slow.as_of(of) for of in league.games}


def _was_known(row: Row) -> bool:
    return bool(row["game_date"] < TODAY and row["knowable_at"] <= morning(TODAY))


def _scrambled(chance: random.Random, row: Row) -> Row:
    counts = {name: chance.randint(0, 40) for name in COUNTS}
    starter = chance.choice([True, False])
    return {**row, **counts, "minutes": float(chance.randint(0, 48)), "team": "PHX", "is_starter": starter}


def _after(chance: random.Random, moment: datetime) -> datetime:
    return moment + timedelta(microseconds=chance.randint(1, 10**9))


def leaks(made: Any, change: Change, seed: int, now: datetime, dates: DateRange) -> bool:
    """Whether the change of what came later changes a row of the date, in any bit."""
    league, today = random_upcoming(seed, days=DAYS), pl.col("game_date") == TODAY
    as_it_was = made(league, dates, now=now).filter(today)
    otherwise = made(change(league, now, random.Random(seed)), dates, now=now).filter(today)
    return not same_bits(as_it_was, otherwise)


TABLES = pytest.mark.parametrize("made", [team_contexts, player_contexts], ids=["teams", "players"])
CHANGES = pytest.mark.parametrize("change", [without_later, with_another_future])
NOWS = pytest.mark.parametrize("now", [LONG_AFTER, LIVE], ids=["backfill", "live"])
RANGES = pytest.mark.parametrize("dates", [DateRange.of(TODAY), DateRange(DAYS[2], DAYS[-1])], ids=str)


@TABLES
@CHANGES
@NOWS
@RANGES
@settings(RANDOM_LEAGUES, max_examples=3)
@given(seed=SEEDS)
def test_what_comes_later_changes_no_row(made: Any, change: Change, now: datetime, dates: DateRange, seed: int) -> None:
    assert not leaks(made, change, seed, now, dates)


def _all_facts(facts: pl.LazyFrame, moments: pl.LazyFrame, *, on: Any, **_: Any) -> pl.LazyFrame:
    return facts.join(moments, on=on, how="semi")


def _known_at_once(knowable_at: pl.Expr) -> pl.Expr:
    return pl.col("game_date")


def _sightings_of_the_date(dates: DateRange, players: pl.LazyFrame) -> pl.DataFrame:
    told = players.with_columns(game_date=pl.col("game_date") - timedelta(days=1))
    return last_known_teams.sightings(dates, told)


PLANTED = pytest.mark.parametrize(
    "plant",
    [
        [(recent_games, "known_on", _known_at_once)],
        [(absences, "facts_known", _all_facts), (player_table, "require_known", lambda rows, **_: rows)],
        [(upcoming_games, "facts_known", _all_facts), (player_table, "require_known", lambda rows, **_: rows)],
        [(player_table, "sightings", _sightings_of_the_date)],
    ],
    ids=["box scores", "reports", "lines", "teams"],
)


@CHANGES
@PLANTED
def test_a_planted_leak_is_caught(
    change: Change, plant: list[tuple[Any, str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for owner, name, leaky in plant:
        monkeypatch.setattr(owner, name, leaky)
    dates = DateRange(TODAY, TODAY + timedelta(days=1))
    assert any(leaks(player_contexts, change, seed, LONG_AFTER, dates) for seed in range(12))


@TABLES
@pytest.mark.parametrize("owner", [absences, upcoming_games])
def test_a_join_that_forgets_the_moment_is_refused(made: Any, owner: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owner, "facts_known", _all_facts)
    with pytest.raises(LaterFactError, match=r"analytics\.upcoming_"):
        made(random_upcoming(3, days=DAYS), DateRange(DAYS[2], DAYS[-1]))

"""Summaries of random and simulated games, from which zone analyses are made, with what was known when."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

import numpy as np
import polars as pl
import pytest

from nba_props.analytics import player_game_summary, team_defense_game_summary
from nba_props.contracts.analytics import PLAYER_MARKET_RESULTS
from nba_props.contracts.conformed import DID_NOT_PLAY, SHOTS
from nba_props.game_calendar import DateRange
from nba_props.precompute import known_games
from nba_props.precompute.known_games import KnownGames
from nba_props_tests.analytics.random_games import random_games
from nba_props_tests.conformed import simulated_games
from nba_props_tests.conformed.real_seasons import season_tables
from nba_props_tests.precompute.league import Row, days_from

ALWAYS = DateRange(date(2000, 1, 1), date(2100, 1, 1))
SPRING, AUTUMN = days_from(date(2024, 4, 10), 6), days_from(date(2024, 10, 30), 30)
"""The end of a season and the beginning of the next, over the night on which the clocks change."""

DAYS = SPRING + AUTUMN
SLOWNESS = timedelta(hours=4)
"""By so much later than in other random games rows are known here: late games not on the next morning."""

Tables = dict[str, pl.DataFrame]


def made(conformed: dict[str, pl.LazyFrame]) -> Tables:
    """games, player_game_summary and team_defense_game_summary of conformed tables."""
    inputs = {name: conformed[name] for name in ("games", "player_boxscores", "did_not_play", "shots")}
    results = {"player_market_results": conformed.get("player_market_results", PLAYER_MARKET_RESULTS.empty().lazy())}
    return {
        "games": conformed["games"].collect(),
        "player_game_summary": player_game_summary.build(ALWAYS, **inputs, **results),
        "team_defense_game_summary": team_defense_game_summary.build(
            ALWAYS, team_boxscores=conformed["team_boxscores"], shots=conformed["shots"]
        ),
    }


@cache
def random_tables(seed: int, teams: int = 4) -> Tables:
    """Tables of a random league over the end of one season and the beginning of the next."""
    tables = made(random_games(seed, days=DAYS, teams=teams, roster=4).frames())
    later = pl.col("knowable_at") + SLOWNESS
    summaries = {name: frame.with_columns(later) for name, frame in tables.items() if name != "games"}
    return tables | summaries


@cache
def simulated_tables() -> Tables:
    """Tables of the simulated league's first dates, and games of the day after them."""
    tables = simulated_games.conformed()
    tomorrow = simulated_games.DATES.last + timedelta(days=1)
    last = tables["games"].filter(pl.col("game_date") == pl.col("game_date").max())
    later = last.with_columns(game_date=pl.lit(tomorrow), status=pl.lit("scheduled"))
    both = pl.concat([tables["games"], later])
    return made({name: frame.lazy() for name, frame in tables.items()}) | {"games": both}


@cache
def real_tables() -> Tables:
    """Tables of 2024-25: its games and box scores, and for want of recorded shots some drawn to fit them."""
    tables = season_tables("2024-25")
    frames = {**tables, "shots": fitting_shots(tables["player_boxscores"]), "did_not_play": DID_NOT_PLAY.empty()}
    return made({name: frame.lazy() for name, frame in frames.items()})


def fitting_shots(boxes: pl.DataFrame) -> pl.DataFrame:
    """Rows of ``conformed.shots``: as many tried and made by worth as the box scores tell, in zones drawn at random."""
    number, threes, twos_made = pl.col("number"), pl.col("threes"), pl.col("field_goals_made") - pl.col("threes")
    is_three = number < pl.col("threes_attempted")
    tried = (
        boxes.with_columns(number=pl.int_ranges(pl.col("field_goals_attempted")))
        .filter(pl.col("field_goals_attempted") > 0)
        .explode("number")
        .with_columns(
            shot_value=pl.when(is_three).then(3).otherwise(2),
            is_made=pl.when(is_three).then(number < threes).otherwise(number - pl.col("threes_attempted") < twos_made),
            shot_number=pl.int_range(1, pl.len() + 1).over("game_id"),
            source=pl.lit("raw.nbac_play_by_play"),
            endpoint=pl.lit("play_by_play"),
        )
    )
    drawn = pl.Series("drawn", np.random.default_rng(7).random(tried.height))
    zones = {2: ("restricted_area", "paint", "mid_range"), 3: ("corner_three", "above_the_break_three", "backcourt")}
    zone = pl.coalesce(
        pl.when(pl.col("shot_value") == worth, pl.col("drawn") < bound).then(pl.lit(name))
        for worth, names in zones.items()
        for name, bound in zip(names, (0.4, 0.98, 1.0), strict=True)
    )
    is_assisted = pl.col("is_made") & (pl.col("drawn") < 0.6)
    return SHOTS.conform(tried.with_columns(drawn).with_columns(shot_zone=zone, is_assisted=is_assisted))


Change = Callable[[pl.DataFrame, pl.Expr, random.Random], pl.DataFrame]


def deleted(summary: pl.DataFrame, is_known: pl.Expr, chance: random.Random) -> pl.DataFrame:
    """The rows that were known."""
    return summary.filter(is_known)


def scrambled(summary: pl.DataFrame, is_known: pl.Expr, chance: random.Random) -> pl.DataFrame:
    """Other counts, and shots known or not, in the rows that were not known."""
    counts = pl.selectors.integer() - pl.selectors.by_name("player_id", require_all=False)
    later = summary.filter(~is_known).with_columns(
        counts.fill_null(0) + pl.lit(chance.randint(1, 9)), has_shots=pl.lit(chance.random() < 0.7)
    )
    return pl.concat([summary.filter(is_known), later]).sample(fraction=1, shuffle=True, seed=chance.randint(0, 99))


def known_by_the_next_morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plant a leak: every game counts on the morning after its date."""
    monkeypatch.setattr(known_games, "known_on", lambda at: at.dt.date() - timedelta(days=3))


def known_on_the_date(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plant a leak: a game counts on its own date."""

    def end(self: KnownGames, rows: pl.DataFrame) -> pl.Series:
        return self._played.through(rows, self._owner, pl.col("game_date"))

    monkeypatch.setattr(KnownGames, "end", end)


PLANTS = (known_by_the_next_morning, known_on_the_date)


def rows_by(frame: pl.DataFrame, day: date, name: str) -> dict[int | str, Row]:
    """The rows of a date by a column."""
    return {row[name]: row for row in frame.filter(pl.col("game_date") == day).to_dicts()}

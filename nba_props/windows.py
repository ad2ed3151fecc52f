"""Windows of games by position, and exact sums over them.

Games stand in the order of (whose they are, date, game id). A window is a pair of positions in that order,
found by binary search, and its sum the difference of two running sums. The sums are integers, so the
difference is exact, and a window's value does not depend on how many other games were loaded.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from nba_props.game_calendar import SEASON_FIRST_MONTH
from nba_props.teams import TRICODES

WINDOW_REACH = timedelta(days=365)
"""Windows counted in games hold games less than this before the date, so that history is read by date."""

_KEYS_PER_OWNER = 100_000
"""More than any date's number of days since 1970."""


def team_code(team: pl.Expr) -> pl.Expr:
    """A tricode as a whole number, in the order of ``teams.TRICODES``."""
    return team.cast(pl.Enum(TRICODES)).to_physical().cast(pl.Int64)


def season_start_expression(day: pl.Expr) -> pl.Expr:
    """``game_calendar.season_start`` of a date column."""
    year = day.dt.year() - (day.dt.month() < SEASON_FIRST_MONTH).cast(pl.Int32)
    return pl.date(year, SEASON_FIRST_MONTH, 1)


class Positions:
    """Where games stand in the order of (owner, date)."""

    def __init__(self, games: pl.DataFrame, owner: pl.Expr, day: str = "game_date") -> None:
        """Take games that already stand in that order; ``owner`` is a whole number, ``day`` their date column."""
        self._keys = _keys(games, owner, pl.col(day))

    def before(self, rows: pl.DataFrame, owner: pl.Expr, day: pl.Expr) -> pl.Series:
        """For each row the position one past the owner's last game before ``day``."""
        return self._keys.search_sorted(_keys(rows, owner, day), side="left").cast(pl.Int64)

    def through(self, rows: pl.DataFrame, owner: pl.Expr, day: pl.Expr) -> pl.Series:
        """For each row the position one past the owner's last game on or before ``day``."""
        return self._keys.search_sorted(_keys(rows, owner, day), side="right").cast(pl.Int64)


def _keys(rows: pl.DataFrame, owner: pl.Expr, day: pl.Expr) -> pl.Series:
    """One integer a row that sorts as (owner, day)."""
    key = owner.cast(pl.Int64) * _KEYS_PER_OWNER + day.to_physical().cast(pl.Int64)
    return rows.select(key.alias("_key")).to_series()


class WindowSums:
    """Sums of integer columns over windows of games."""

    def __init__(self, values: pl.DataFrame) -> None:
        """Take integer columns without nulls, one row a game, in the order of the positions."""
        zeros = values.clear(1).with_columns(pl.all().fill_null(0))
        self._before = pl.concat([zeros, values.select(pl.all().cum_sum())])

    def between(self, start: pl.Series, end: pl.Series) -> pl.DataFrame:
        """Sums over the games from position ``start`` up to but without ``end``, one row a pair."""
        return self._before.select(pl.all().gather(end) - pl.all().gather(start))


def last_games(end: pl.Series, games: int, earliest: pl.Series) -> pl.Series:
    """Start of the window of the last so many games before ``end``, not before the position ``earliest``."""
    return pl.select(start=pl.max_horizontal(end - games, earliest)).to_series()


def not_after(start: pl.Series, end: pl.Series) -> pl.Series:
    """Starts of windows, none after its end: of games that are not known yet a window holds none."""
    return pl.select(start=pl.min_horizontal(start, end)).to_series()

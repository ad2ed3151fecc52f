"""Games in order, which of them were known on a date's morning, and sums over windows of them.

A game counts on a date if it was played before it and its row was known on the date's morning. Rows become known a set
time after their tip-offs, so that what is known of an owner's games is always the first of them, and a window of them
a pair of positions.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from nba_props.as_of import known_on
from nba_props.windows import Positions, WindowSums, not_after

_DAY = pl.col("game_date")


class KnownGames:
    """Games of owners in the order of (owner, date): positions of what was known when, and sums between positions."""

    def __init__(self, games: pl.DataFrame, owner: pl.Expr, summed: Sequence[pl.Expr] = ()) -> None:
        """Take games in any order.

        Args:
            games: one row an owner and game, with ``game_date``, ``game_id`` and ``knowable_at``.
            owner: whose game it is, a whole number, of ``games`` and of the rows that are asked for.
            summed: whole numbers without nulls, one a game.
        """
        known = pl.max_horizontal(known_on(pl.col("knowable_at")), _DAY.dt.offset_by("1d"))
        ordered = games.with_columns(owner.alias("_owner"), known.alias("known_on")).sort(
            "_owner", "game_date", "known_on", "game_id"
        )
        # Nothing is known before what came earlier, even if a tip-off is told on another day than its game's.
        ordered = ordered.with_columns(pl.col("known_on").cum_max().over("_owner"))
        self._owner = owner
        self._played = Positions(ordered, pl.col("_owner"))
        self._known = Positions(ordered, pl.col("_owner"), "known_on")
        self._sums = WindowSums(ordered.select(summed))

    def end(self, rows: pl.DataFrame) -> pl.Series:
        """For each row (an owner and ``game_date``) the position one past the last game that was known."""
        return self._known.through(rows, self._owner, _DAY)

    def first_from(self, rows: pl.DataFrame, day: pl.Expr) -> pl.Series:
        """For each row the position of the owner's first game on ``day`` or after it."""
        return self._played.before(rows, self._owner, day)

    def sums(self, start: pl.Series, end: pl.Series) -> pl.DataFrame:
        """Sums over the games from position ``start`` up to but without ``end``; zeros where there are none."""
        return self._sums.between(not_after(start, end), end)

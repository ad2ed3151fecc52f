"""A player's role by the minutes that he has been playing."""

from __future__ import annotations

import polars as pl

ROLE_GAMES = 10
"""Games played, within 365 days, whose mean minutes tell the role."""

STARTER_MINUTES = 28
ROTATION_MINUTES = 15


def role_of(minutes: pl.Expr, games: pl.Expr) -> pl.Expr:
    """The role of so many minutes in so many games: starter, rotation, bench; newcomer without a game.

    Sums are compared, not means, so that no rounding decides.
    """
    return (
        pl.when(games == 0)
        .then(pl.lit("newcomer"))
        .when(minutes >= games * STARTER_MINUTES)
        .then(pl.lit("starter"))
        .when(minutes >= games * ROTATION_MINUTES)
        .then(pl.lit("rotation"))
        .otherwise(pl.lit("bench"))
    )

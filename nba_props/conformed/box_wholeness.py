"""Whether a team's line of a box score is that of a whole game.

A team plays 240 minutes, and 25 more for each overtime, shared among its players. Not every form of a box score says
whether its game is over, so a box that is cut off or still running is told by its minutes, and by a level score.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

REGULATION_MINUTES = 240
OVERTIME_MINUTES = 25
SECONDS_TOLERANCE = 0.5
"""Minutes by which a team's sum may be off where players' minutes are told in seconds: two seconds a player."""

WHOLE_MINUTES_TOLERANCE = 5.0
"""Minutes by which it may be off where each player's minutes are rounded; seen to be 4 at most."""

COVERED_SHARE = 0.9
"""Share of the minutes of a game without overtime from which a box covers a team's game."""

_PARTS_OF_A_MINUTE = 6000


def are_whole_minutes(minutes: pl.Expr) -> pl.Expr:
    """Whether all of a group's minutes are whole numbers, as an aggregation."""
    return (minutes == minutes.round()).all()


def is_whole(team_minutes: pl.Expr, tolerance: pl.Expr | float) -> pl.Expr:
    """Whether a team's minutes are those of a game with any number of overtimes; null counts as no."""
    beyond = team_minutes - REGULATION_MINUTES
    overtimes = (beyond * (1 / OVERTIME_MINUTES)).round().clip(lower_bound=0)
    return ((beyond - overtimes * OVERTIME_MINUTES).abs() <= tolerance).fill_null(False)


def minutes_together(minutes: pl.Expr) -> pl.Expr:
    """Sum in whole hundredths of a second, which does not depend on the order in which threads add.

    Multiplied, as a division by a constant gives other last digits in long columns than in short ones.
    """
    return (minutes * _PARTS_OF_A_MINUTE).round().cast(pl.Int64).sum() * (1 / _PARTS_OF_A_MINUTE)


def sides(played: pl.LazyFrame, box: Sequence[str]) -> pl.LazyFrame:
    """Of each box (``box`` names one, of one game) and team ``team_minutes``, ``points`` and ``is_whole``.

    ``played`` has the rows of players who played: ``team``, ``minutes``, ``points``.
    """
    minutes = pl.col("minutes")
    tolerance = pl.when(are_whole_minutes(minutes)).then(WHOLE_MINUTES_TOLERANCE).otherwise(SECONDS_TOLERANCE)
    return (
        played.group_by(*box, "team")
        .agg(minutes_together(minutes).alias("team_minutes"), tolerance.alias("tolerance"), pl.col("points").sum())
        .with_columns(is_whole(pl.col("team_minutes"), pl.col("tolerance")).alias("is_whole"))
    )


def whole_boxes(played: pl.LazyFrame, box: Sequence[str]) -> pl.LazyFrame:
    """The boxes in which both teams have the minutes of a whole game and the score is not level."""
    return (
        sides(played, box)
        .group_by(box)
        .agg(pl.col("is_whole").all(), pl.len().alias("teams"), pl.col("points").n_unique().alias("scores"))
        .filter("is_whole", pl.col("teams") == 2, pl.col("scores") == 2)
        .select(box)
    )


def covered_boxes(team_minutes: pl.LazyFrame, box: Sequence[str]) -> pl.LazyFrame:
    """The boxes in which both teams have at least ``COVERED_SHARE`` of the minutes of a game without overtime.

    ``team_minutes`` has a row a box and team, with its players' ``team_minutes`` together.
    """
    return (
        team_minutes.filter(pl.col("team_minutes") >= COVERED_SHARE * REGULATION_MINUTES)
        .group_by(box)
        .agg(pl.len().alias("teams"))
        .filter(pl.col("teams") == 2)
        .select(box)
    )

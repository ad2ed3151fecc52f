"""Formulas of the box score as expressions over its columns, exact up to one division.

Plays and possessions are counted in whole hundredths, because a free throw ends 0.44 of a play (Kubatko et al., 2007,
"A Starting Point for Analyzing Basketball Statistics", JQAS 3(3)); sums of whole numbers do not depend on the order of
the rows.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

FREE_THROW_PLAY_PERCENT = 44
"""Plays that a hundred free throws end."""

PLAYERS_ON_THE_FLOOR = 5
REGULATION_MINUTES = 48
OVERTIME_MINUTES = 5

MINUTE_UNITS = 1_000_000
"""Units of fixed point in a minute, in which minutes are added."""

_FINE_MINUTES = 1_000_000_000
"""Units of a minute in which a team's minutes are added, so that usage is exact to a billionth."""


def shots_percent() -> pl.Expr:
    """Shooting possessions in whole hundredths: FGA + 0.44 FTA."""
    return 100 * pl.col("field_goals_attempted") + FREE_THROW_PLAY_PERCENT * pl.col("free_throws_attempted")


def plays_percent() -> pl.Expr:
    """Plays in whole hundredths: FGA + 0.44 FTA + turnovers."""
    return shots_percent() + 100 * pl.col("turnovers")


def possessions_percent() -> pl.Expr:
    """Possessions in whole hundredths: FGA + 0.44 FTA + turnovers - offensive rebounds."""
    return plays_percent() - 100 * pl.col("offensive_rebounds")


def minute_units(minutes: pl.Expr, per_minute: int = MINUTE_UNITS) -> pl.Expr:
    """Minutes as a whole number of so many units a minute."""
    return (minutes * per_minute).round().cast(pl.Int64)


def usage(team_game: Sequence[str]) -> pl.Expr:
    """Share of his team's plays that a player ended while on the floor; null without minutes.

    (FGA + 0.44 FTA + TOV) * (team minutes / 5) / (minutes * (team FGA + 0.44 team FTA + team TOV)), the team being the
    sum of its players (Basketball Reference, glossary). ``team_game`` are the columns that tell a team in a game.
    """
    plays, team_minutes = plays_percent(), minute_units(pl.col("minutes"), _FINE_MINUTES).sum().over(team_game)
    divisor = pl.col("minutes") * (_FINE_MINUTES * PLAYERS_ON_THE_FLOOR * plays.sum().over(team_game))
    return quotient(plays * team_minutes, divisor)


def in_wholes(units: pl.Expr, per_whole: int) -> pl.Expr:
    """A whole number of units as a number of wholes, rounded once.

    By a literal polars divides a column of one row and multiplies longer ones with the reciprocal, so that the last
    bit would depend on how many rows were asked for. By a column it always divides.
    """
    return units / (units * 0 + per_whole)


def quotient(numerator: pl.Expr, divisor: pl.Expr) -> pl.Expr:
    """``numerator / divisor``, null where the divisor is zero or either is null."""
    return pl.when(divisor != 0).then(numerator / divisor)

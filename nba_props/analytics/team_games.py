"""Both sides of a game from the team box scores: what the summaries of offense and defense have in common.

A side's row holds its own box score, and the opponent's under the same names with ``_opponent`` behind; those are null
where the opponent has none. Possessions and ratings are made of whole hundredths and one division.
"""

from __future__ import annotations

import polars as pl

from nba_props.analytics import shot_counts
from nba_props.box_formulas import (
    OVERTIME_MINUTES,
    PLAYERS_ON_THE_FLOOR,
    REGULATION_MINUTES,
    in_wholes,
    plays_percent,
    possessions_percent,
    quotient,
    shots_percent,
)
from nba_props.game_calendar import DateRange

MINUTES_TOLERANCE = 5
"""Minutes by which a team's sum may be off where each player's minutes are rounded."""

MOST_OVERTIMES = 10

_GAME = ["game_date", "game_id"]
_TEAM = [*_GAME, "team"]


def sides(dates: DateRange, team_boxscores: pl.LazyFrame, shots: pl.LazyFrame) -> pl.LazyFrame:
    """One row a team with a box score: it, the opponent's, ``overtimes``, ``possessions``, ``pace``, shots by zone.

    Args:
        dates: the game dates.
        team_boxscores: ``conformed.team_boxscores`` of those dates at least.
        shots: ``conformed.shots`` of those dates at least.

    Returns:
        The columns of the box score; of the opponent's the same with ``_opponent``; ``_both`` possessions of both in
        hundredths, null where they make no sense; what ``shot_counts.count`` gives; the common columns of the
        contracts.
    """
    box = team_boxscores.filter(dates.is_in()).with_columns(
        _possessions=possessions_percent(), _overtimes=overtimes(pl.col("minutes"))
    )
    opponents = box.rename({"team": "opponent", "opponent": "team"}).select(
        *_TEAM, pl.exclude(*_TEAM, "opponent").name.suffix("_opponent")
    )
    both = pl.col("_possessions") + pl.col("_possessions_opponent")
    own, other = pl.col("_overtimes"), pl.col("_overtimes_opponent")
    return (
        box.join(opponents, on=_TEAM, how="left")
        .with_columns(
            _both=pl.when(both > 0).then(both),
            # A side whose box score is cut off tells none; two that contradict each other neither.
            overtimes=pl.when((own == other).fill_null(True)).then(pl.coalesce(own, other)),
        )
        .with_columns(possessions=in_wholes(pl.col("_both"), 200), pace=_pace())
        .join(shot_counts.count(shots.filter(dates.is_in()), _TEAM), on=_TEAM, how="left")
    )


def overtimes(team_minutes: pl.Expr) -> pl.Expr:
    """Overtime periods of a game by a team's minutes; null where they are those of no whole game."""
    regulation, overtime = (PLAYERS_ON_THE_FLOOR * minutes for minutes in (REGULATION_MINUTES, OVERTIME_MINUTES))
    beyond = team_minutes - regulation
    # Counted in steps, as the quotient would be another in long columns than in short ones.
    periods = pl.sum_horizontal(
        (beyond > overtime * (number - 0.5)).cast(pl.Int64) for number in range(1, MOST_OVERTIMES + 1)
    )
    return pl.when((beyond - overtime * periods).abs() <= MINUTES_TOLERANCE).then(periods)


def per_100_possessions(points: pl.Expr) -> pl.Expr:
    """Points per 100 possessions of a side; ``_both`` are hundredths of both sides' possessions."""
    return quotient(points * 20_000, pl.col("_both"))


def ratios(suffix: str = "") -> list[pl.Expr]:
    """Shooting, turnovers and free throws of a side's own box score, by the contracts' names with ``suffix``."""
    tried = pl.col("field_goals_attempted")
    return [
        quotient(2 * pl.col("field_goals_made") + pl.col("threes"), 2 * tried).alias(f"effective_field_goal{suffix}"),
        quotient(100 * pl.col("points"), 2 * shots_percent()).alias(f"true_shooting{suffix}"),
        quotient(100 * pl.col("turnovers"), plays_percent()).alias(f"turnover_rate{suffix}"),
        quotient(pl.col("free_throws_attempted"), tried).alias(f"free_throw_rate{suffix}"),
        quotient(pl.col("threes_attempted"), tried).alias(f"three_attempt_rate{suffix}"),
    ]


def _pace() -> pl.Expr:
    minutes = REGULATION_MINUTES + OVERTIME_MINUTES * pl.col("overtimes")
    return quotient(pl.col("_both") * REGULATION_MINUTES, minutes * 200)

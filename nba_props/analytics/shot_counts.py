"""Field goals tried, made and assisted by zone, counted from ``conformed.shots`` for a player or a team and game.

The shots of a side are known if there are exactly as many as its box score counts and each has a zone. What is not
known is null, never a zero: the counts of a side whose shots are not known, and assists where a source tells none.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from nba_props.contracts.conformed.shots import SHOT_ZONES

TRIED = "_shots_tried"
"""Shots told, of all zones and none."""

ZONELESS = "_shots_without_zone"
_ASSISTS_UNTOLD = "_assists_untold"


def count(shots: pl.LazyFrame, by: Sequence[str]) -> pl.LazyFrame:
    """One row a key ``by``: ``TRIED``, ``ZONELESS``, and by zone the columns attempted, made and assisted."""
    is_made, is_assisted = pl.col("is_made"), pl.col("is_assisted")
    counts: list[pl.Expr] = []
    for zone in SHOT_ZONES:
        is_there = (pl.col("shot_zone") == zone).fill_null(False)
        counts += [
            _number(is_there).alias(f"{zone}_attempted"),
            _number(is_there & is_made).alias(f"{zone}_made"),
            _number(is_there & is_assisted.fill_null(False)).alias(f"{zone}_assisted"),
        ]
    are_told = _number(is_made & is_assisted.is_null()).alias(_ASSISTS_UNTOLD)
    return shots.group_by(by).agg(
        pl.len().cast(pl.Int64).alias(TRIED), _number(pl.col("shot_zone").is_null()).alias(ZONELESS), are_told, *counts
    )


def are_known(field_goals_attempted: pl.Expr) -> pl.Expr:
    """Whether the counts of a row are all of its box score's field goals, each with its zone; never null."""
    return ((pl.col(TRIED) == field_goals_attempted) & (pl.col(ZONELESS) == 0)).fill_null(False)


def zones(has_shots: pl.Expr, suffix: str = "") -> list[pl.Expr]:
    """The columns by zone, named with ``suffix``: null unless ``has_shots``, zero of who tried none there."""
    assists_told = pl.col(_ASSISTS_UNTOLD).fill_null(0) == 0
    return [
        pl.when(has_shots & is_told).then(pl.col(f"{zone}_{number}").fill_null(0)).alias(f"{zone}_{number}{suffix}")
        for zone in SHOT_ZONES
        for number, is_told in (("attempted", pl.lit(True)), ("made", pl.lit(True)), ("assisted", assists_told))
    ]


def _number(condition: pl.Expr) -> pl.Expr:
    return condition.sum().cast(pl.Int64)

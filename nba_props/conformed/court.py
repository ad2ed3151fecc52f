"""Which part of the floor a place belongs to, for sources of shots that tell the place but not the zone.

Places are tenths of a foot from the middle of the basket: across along the baseline, along towards half court. The
lines are those of the NBA's rule book: the middle of the basket is 5.25 feet inside the baseline, the arc of the
restricted area 4 feet around it, the paint 16 feet wide and 19 long, the three-point line of the corners straight for
14 feet, half court at 47.
"""

from __future__ import annotations

import polars as pl

from nba_props.contracts.conformed.shots import BACKCOURT

TENTHS = 10
BASKET = 5.25 * TENTHS
RESTRICTED_AREA_RADIUS = 4 * TENTHS
HALF_OF_PAINT_WIDTH = 8 * TENTHS
PAINT_END = 19 * TENTHS - BASKET
CORNER_END = 14 * TENTHS - BASKET
HALF_COURT = 47 * TENTHS - BASKET


def zone_of_place(across: pl.Expr, along: pl.Expr, shot_value: pl.Expr) -> pl.Expr:
    """The zone of a shot from its place and what it is worth; null where a coordinate is."""
    is_three = shot_value == 3
    in_restricted_area = across.pow(2) + along.pow(2) <= RESTRICTED_AREA_RADIUS**2
    in_paint = (across.abs() <= HALF_OF_PAINT_WIDTH) & (along <= PAINT_END)
    zone = (
        pl.when(along > HALF_COURT)
        .then(pl.lit(BACKCOURT))
        .when(is_three & (along <= CORNER_END))
        .then(pl.lit("corner_three"))
        .when(is_three)
        .then(pl.lit("above_the_break_three"))
        .when(in_restricted_area)
        .then(pl.lit("restricted_area"))
        .when(in_paint)
        .then(pl.lit("paint"))
        .otherwise(pl.lit("mid_range"))
    )
    return pl.when(across.is_not_null() & along.is_not_null()).then(zone)

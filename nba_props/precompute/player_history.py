"""Every game that a player played, as whole units in the order in which windows count them."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from nba_props.as_of import known_on
from nba_props.box_formulas import MINUTE_UNITS, usage
from nba_props.contracts.precompute.player_form import FORM_STATISTICS
from nba_props.game_calendar import DateRange
from nba_props.markets import MARKETS

UNITS = {"minutes": MINUTE_UNITS, "usage": 1_000_000_000}
"""Units of fixed point per whole; the other statistics are counts."""

_TEAM_GAME = ("game_date", "game_id", "team")


def player_history(dates: DateRange, player_boxscores: pl.LazyFrame, reach: timedelta) -> pl.DataFrame:
    """Games that may count on a date of the range, in the order of (player, date, game).

    Args:
        dates: the dates for which windows are made.
        player_boxscores: ``conformed.player_boxscores`` from ``reach`` before the first date on.
        reach: how long before a date a game may have been played to count.

    Returns:
        player_id, game_date, known_on (the first date on whose morning the game counts), game_id, team, opponent, and
        the statistics of ``FORM_STATISTICS`` in whole ``UNITS``; usage is null without minutes.
    """
    reached = pl.col("game_date").is_between(dates.first - reach, dates.last, closed="left")
    return (
        player_boxscores.filter(reached)
        .with_columns(usage=usage(_TEAM_GAME))
        .select(
            "player_id",
            "game_date",
            known_on(pl.col("knowable_at")).alias("known_on"),
            "game_id",
            "team",
            "opponent",
            *(_whole_units(statistic) for statistic in FORM_STATISTICS),
        )
        .sort("player_id", "game_date", "known_on", "game_id")
        .collect()
    )


def _whole_units(statistic: str) -> pl.Expr:
    value = MARKETS[statistic].actual() if statistic in MARKETS else pl.col(statistic)
    return (value * UNITS.get(statistic, 1)).round().cast(pl.Int64).alias(statistic)

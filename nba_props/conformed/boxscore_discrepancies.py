"""conformed.boxscore_discrepancies: where two sources tell different statistics of a player's game."""

from __future__ import annotations

import polars as pl

from nba_props.conformed.box_rows import COUNTS
from nba_props.contracts.conformed import BOXSCORE_DISCREPANCIES

_PLAYER = ["game_date", "game_id", "player_id"]
_COMPARED = ("did_not_play", "minutes", *COUNTS, "plus_minus")
_SECOND = 1 / 60


def build(rows: pl.LazyFrame) -> pl.DataFrame:
    """Rows of conformed.boxscore_discrepancies from ``box_rows``: every pair of sources, the better one first.

    Only what both tell is compared. Minutes differ when they are a second apart; if a source rounds those of the game
    to whole ones, when they are a whole minute apart, however it rounds.
    """
    name = pl.concat_str("source", "endpoint", separator="/", ignore_nulls=True)
    told = rows.filter(pl.len().over(_PLAYER) > 1).select(
        *_PLAYER,
        "rank",
        name.alias("source"),
        "are_whole_minutes",
        *(pl.col(each).cast(pl.Float64) for each in _COMPARED),
    )
    long = told.unpivot(
        list(_COMPARED),
        index=[*_PLAYER, "rank", "source", "are_whole_minutes"],
        variable_name="statistic",
        value_name="value",
    ).drop_nulls("value")
    key = [*_PLAYER, "statistic"]
    apart = (pl.col("value") - pl.col("value_right")).abs()
    rounds = pl.col("are_whole_minutes") | pl.col("are_whole_minutes_right")
    minutes_differ = pl.when(rounds).then(apart >= 1).otherwise(apart >= _SECOND / 2)
    differ = pl.when(pl.col("statistic") == "minutes").then(minutes_differ).otherwise(apart > 0)
    return (
        long.join(long, on=key)
        .filter(pl.col("rank") < pl.col("rank_right"), differ)
        .rename({"source_right": "other_source", "value_right": "other_value"})
        .select(BOXSCORE_DISCREPANCIES.schema.names())
        .collect()
    )

"""conformed.player_boxscores: the box score of every player who played, with opponent, site and source."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from nba_props.contracts.conformed import PLAYER_BOXSCORES
from nba_props.game_calendar import DateRange

SOURCE = "raw.nbac_player_boxscore"


def build(
    dates: DateRange, *, nbac_player_boxscore: pl.LazyFrame, games: pl.LazyFrame, delay: timedelta
) -> pl.DataFrame:
    """Box-score rows of games that count; ``delay`` after the tip-off a row counts as known.

    Site and opponent come from the game, not from the log's wording, which is the same for both at neutral sites.
    """
    sides = games.filter(dates.is_in()).select("game_id", "game_type", "home_team", "away_team", "tip_off_at")
    is_home = pl.col("team") == pl.col("home_team")
    return (
        nbac_player_boxscore.filter(dates.is_in())
        .join(sides, on="game_id")
        .filter(is_home | (pl.col("team") == pl.col("away_team")))
        .with_columns(
            is_home.alias("is_home"),
            pl.when(is_home).then("away_team").otherwise("home_team").alias("opponent"),
            (pl.col("tip_off_at") + delay).alias("knowable_at"),
            pl.lit(SOURCE).alias("source"),
        )
        .select(PLAYER_BOXSCORES.schema.names())
        .collect()
    )

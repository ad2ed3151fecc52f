"""conformed.players: who is who, from the names in the box scores."""

from __future__ import annotations

import polars as pl

from nba_props.conformed.player_names import name_key
from nba_props.game_calendar import DateRange


def build(dates: DateRange, *, nbac_player_boxscore: pl.LazyFrame, games: pl.LazyFrame) -> pl.DataFrame:
    """One row a player and date on which he played in a game that counts; the later game decides if there are two."""
    return (
        nbac_player_boxscore.filter(dates.is_in())
        .join(games.filter(dates.is_in()).select("game_id"), on="game_id", how="semi")
        .sort("game_date", "player_id", "game_id")
        .unique(["game_date", "player_id"], keep="last", maintain_order=True)
        .select("player_id", "game_date", "player_name", name_key(pl.col("player_name")).alias("name_key"), "team")
        .collect()
    )

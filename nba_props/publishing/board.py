"""The board: tonight's predictions, best offer first, with price, edge and uncertainty."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from nba_props.game_calendar import DateRange
from nba_props.markets import MARKETS
from nba_props.prices import american_from_decimal


def build(
    dates: DateRange,
    *,
    player_prop_predictions: pl.LazyFrame,
    games: pl.LazyFrame,
    players: pl.LazyFrame,
    not_before: datetime | None = None,
) -> pl.DataFrame:
    """Active predictions with a line, best expected value first within bets, then leans; with ``not_before`` only those
    of games that tip off after it, whose offers can still be taken.

    ``price`` and ``fair_price`` are American odds of the offer; ``over_probability`` is of the consensus line given no
    push, ``win_probability`` of the offered side given no push; ``low`` and ``high`` are the 10% and 90% quantiles.
    """
    names = (
        players.filter(pl.col("game_date") <= dates.last)
        .sort("game_date")
        .group_by("player_id")
        .agg(pl.col("player_name").last().alias("player"), pl.col("team").last())
    )
    open_still = pl.lit(True) if not_before is None else pl.col("tip_off_at") > not_before
    matchups = games.filter(dates.is_in(), open_still).select(
        "game_id", "tip_off_at", pl.format("{} @ {}", "away_team", "home_team").alias("game")
    )
    is_bet = pl.col("recommendation").is_in(["OVER", "UNDER"])
    return (
        player_prop_predictions.filter(dates.is_in(), "is_active", pl.col("line").is_not_null())
        .join(matchups, on="game_id")
        .join(names, on="player_id", how="left")
        .with_columns(pl.col("player").fill_null(pl.format("player {}", "player_id")))
        .sort(
            is_bet,
            "expected_value",
            "game_id",
            "player_id",
            "market",
            "system",
            descending=[True, True, False, False, False, False],
            nulls_last=True,
        )
        .select(
            "game_date",
            "game",
            "tip_off_at",
            "player_id",
            "player",
            pl.col("market").replace_strict({name: market.label for name, market in MARKETS.items()}),
            "system",
            pl.col("line").alias("consensus_line"),
            "mean",
            pl.col("q10").alias("low"),
            pl.col("q90").alias("high"),
            "bookmaker",
            pl.col("offer_side").alias("side"),
            pl.col("offer_line").alias("line"),
            american_from_decimal(pl.col("offer_price")).alias("price"),
            "over_probability",
            (1 / pl.col("offer_fair_price")).alias("win_probability"),
            american_from_decimal(pl.col("offer_fair_price")).alias("fair_price"),
            "edge",
            "expected_value",
            "recommendation",
            "reason",
        )
        .collect()
    )

"""Health: what every table should have and has, as a grid of tables and verdicts, and as a list of holes."""

from __future__ import annotations

import polars as pl

from nba_props.contracts.operations import OUTCOMES

HEALTHY = ("complete", "empty as scheduled", "pending")


def summary(expected_outputs: pl.DataFrame) -> pl.DataFrame:
    """One row a table: how many dates have which verdict, and the share of expected games that is stored."""
    counts = [(pl.col("outcome") == outcome).sum().cast(pl.Int64).alias(outcome) for outcome in OUTCOMES]
    share = pl.col("stored_games").sum() / pl.col("expected_games").sum()
    return (
        expected_outputs.group_by("table")
        .agg(
            *counts,
            pl.col("stored_rows").sum(),
            pl.when(pl.col("expected_games").sum() > 0).then(share).alias("share_of_games"),
        )
        .sort("table")
    )


def holes(expected_outputs: pl.DataFrame) -> pl.DataFrame:
    """One row a table, verdict and run of consecutive dates that is partial or missing."""
    bad = expected_outputs.filter(~pl.col("outcome").is_in(HEALTHY)).sort("table", "outcome", "game_date")
    group = ["table", "outcome"]
    starts = (pl.col("game_date").diff().dt.total_days() != 1).fill_null(True).cum_sum().over(group)
    return (
        bad.with_columns(starts.alias("run"))
        .group_by(*group, "run", maintain_order=True)
        .agg(
            pl.col("game_date").min().alias("first_date"),
            pl.col("game_date").max().alias("last_date"),
            pl.len().cast(pl.Int64).alias("dates"),
            (pl.col("expected_games") - pl.col("stored_games")).sum().alias("games_missing"),
        )
        .drop("run")
    )


def is_healthy(expected_outputs: pl.DataFrame) -> bool:
    """Whether nothing that is due is partial or missing."""
    return expected_outputs.filter(~pl.col("outcome").is_in(HEALTHY)).is_empty()

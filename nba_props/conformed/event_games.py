"""conformed.event_games and conformed.unresolved_events: which game an odds event is."""

from __future__ import annotations

import polars as pl

from nba_props.game_calendar import DateRange
from nba_props.teams import TRICODE_BY_NAME


def build(dates: DateRange, *, odds_events: pl.LazyFrame, games: pl.LazyFrame) -> pl.DataFrame:
    """One row an event that matches a game of its date by both teams."""
    return (
        _matched(dates, odds_events, games)
        .filter(pl.col("game_id").is_not_null())
        .select("event_id", "game_date", "game_id", "commence_at")
        .collect()
    )


def build_unresolved(dates: DateRange, *, odds_events: pl.LazyFrame, games: pl.LazyFrame) -> pl.DataFrame:
    """One row an event that matches none, with the reason."""
    is_unknown = pl.col("home_team").is_null() | pl.col("away_team").is_null()
    return (
        _matched(dates, odds_events, games)
        .filter(pl.col("game_id").is_null())
        .select(
            "event_id",
            "game_date",
            "home_team_name",
            "away_team_name",
            pl.when(is_unknown)
            .then(pl.lit("unknown team"))
            .otherwise(pl.lit("no such game on this date"))
            .alias("reason"),
        )
        .collect()
    )


def _matched(dates: DateRange, odds_events: pl.LazyFrame, games: pl.LazyFrame) -> pl.LazyFrame:
    """The newest snapshot of every event, with its game.

    An event whose start was moved to another date has a row under each date that a snapshot gave it. Home and away may
    be the wrong way round at a neutral site, so the pair of teams decides.
    """
    events = (
        odds_events.filter(dates.is_in())
        .sort("snapshot_at", "fetched_at")
        .unique(["game_date", "event_id"], keep="last", maintain_order=True)
        .with_columns(
            _tricode("home_team_name").alias("home_team"),
            _tricode("away_team_name").alias("away_team"),
        )
        .with_columns(_pair())
    )
    pairs = games.filter(dates.is_in()).with_columns(_pair()).select("game_date", "pair", "game_id")
    return events.join(pairs, on=["game_date", "pair"], how="left")


def _tricode(name: str) -> pl.Expr:
    return pl.col(name).replace_strict(TRICODE_BY_NAME, default=None, return_dtype=pl.String)


def _pair() -> pl.Expr:
    return pl.concat_str(
        pl.min_horizontal("home_team", "away_team"), pl.max_horizontal("home_team", "away_team"), separator="-"
    ).alias("pair")

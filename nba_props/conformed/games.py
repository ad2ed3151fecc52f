"""conformed.games: the schedule made one truth with the box scores and the starts that odds sources expect."""

from __future__ import annotations

from datetime import time

import polars as pl

from nba_props.game_calendar import COUNTED_GAME_TYPES, LEAGUE_TIME_ZONE, DateRange
from nba_props.teams import TRICODE_BY_NAME, TRICODES

ASSUMED_TIP_OFF = time(12)
"""New York time at which a game of unknown tip-off counts as tipping off: earlier than nearly every real one, so that
nothing of the game can count as known before it."""

_SCHEDULE_STATUS = {1: "scheduled", 2: "in_progress", 3: "final"}


def build(
    dates: DateRange,
    *,
    nbac_schedule: pl.LazyFrame,
    nbac_player_boxscore: pl.LazyFrame,
    odds_events: pl.LazyFrame,
) -> pl.DataFrame:
    """Games of the dates that count, one row each.

    A game is final when the schedule says so or when box scores of both teams are there; a postponed game without box
    scores is postponed. The tip-off is the league's, else the start that the newest odds snapshot expects for the same
    teams and date, else noon in New York.
    """
    box = _box_score_totals(nbac_player_boxscore)
    expected = _expected_starts(odds_events)
    both_known = pl.col("home_team").is_in(TRICODES) & pl.col("away_team").is_in(TRICODES)
    is_played = pl.col("teams_with_box_score") == 2
    return (
        nbac_schedule.filter(dates.is_in(), pl.col("game_type").is_in(COUNTED_GAME_TYPES), both_known)
        .join(box, on="game_id", how="left")
        .join(expected, on=["game_date", "home_team", "away_team"], how="left")
        .select(
            "game_id",
            "game_date",
            "season",
            "game_type",
            pl.when(is_played)
            .then(pl.lit("final"))
            .when("is_postponed")
            .then(pl.lit("postponed"))
            .otherwise(pl.col("game_status").replace_strict(_SCHEDULE_STATUS, return_dtype=pl.String))
            .alias("status"),
            pl.coalesce("tip_off_at", "expected_start", _assumed_tip_off()).alias("tip_off_at"),
            pl.when(pl.col("tip_off_at").is_not_null())
            .then(pl.lit("schedule"))
            .when(pl.col("expected_start").is_not_null())
            .then(pl.lit("odds_events"))
            .otherwise(pl.lit("assumed"))
            .alias("tip_off_source"),
            "home_team",
            "away_team",
            "home_score",
            "away_score",
            "label",
        )
        .collect()
    )


def _box_score_totals(nbac_player_boxscore: pl.LazyFrame) -> pl.LazyFrame:
    return nbac_player_boxscore.group_by("game_id").agg(
        pl.col("team").n_unique().cast(pl.Int64).alias("teams_with_box_score")
    )


def _expected_starts(odds_events: pl.LazyFrame) -> pl.LazyFrame:
    named = odds_events.with_columns(
        pl.col("home_team_name")
        .replace_strict(TRICODE_BY_NAME, default=None, return_dtype=pl.String)
        .alias("home_team"),
        pl.col("away_team_name")
        .replace_strict(TRICODE_BY_NAME, default=None, return_dtype=pl.String)
        .alias("away_team"),
    )
    return (
        named.drop_nulls(["home_team", "away_team"])
        .sort("snapshot_at", "fetched_at", "event_id")
        .group_by("game_date", "home_team", "away_team")
        .agg(pl.col("commence_at").last().alias("expected_start"))
    )


def _assumed_tip_off() -> pl.Expr:
    noon = pl.col("game_date").dt.combine(ASSUMED_TIP_OFF, time_unit="us")
    return noon.dt.replace_time_zone(LEAGUE_TIME_ZONE).dt.convert_time_zone("UTC")

"""Makes ``precompute.feature_store``: the versioned feature vector of each player before a game.

Rows and moments are those of the upcoming contexts. Everything but the market group comes from the schedule, the daily
caches, the zone analyses and the absences; the market group comes from the lines that were known at the row's moment.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from nba_props.as_of import morning_of, require_known
from nba_props.contracts.conformed.shots import SHOT_ZONES
from nba_props.contracts.precompute.feature_store import FEATURE_STORE
from nba_props.contracts.precompute.features import FEATURE_VERSION
from nba_props.contracts.precompute.player_features import TREND_STATISTICS
from nba_props.contracts.precompute.team_form import ALLOWED_STATISTICS
from nba_props.game_calendar import DateRange
from nba_props.precompute.feature_quality import qualities

LONGEST_REST_DAYS = 30
"""Longer rests are null: an injury or a summer is no rest."""

SEVERITIES = {
    "available": 0.0,
    "not_listed": 0.0,
    "probable": 0.25,
    "questionable": 0.5,
    "day_to_day": 0.5,
    "doubtful": 0.75,
    "out": 1.0,
    "suspended": 1.0,
}
"""How bad a status is; one that is not known here has none."""

PLAYOFF_TYPES = ("playoffs", "play_in")

_GAME = ["game_date", "game_id"]
_PLAYER_GAME = [*_GAME, "player_id"]
_AT_MORNING = "_morning_date"


def build(
    dates: DateRange,
    *,
    upcoming_player_game_context: pl.LazyFrame,
    upcoming_team_game_context: pl.LazyFrame,
    player_daily_cache: pl.LazyFrame,
    team_daily_cache: pl.LazyFrame,
    player_shot_zone_analysis: pl.LazyFrame,
    team_defense_zone_analysis: pl.LazyFrame,
    player_composite_factors: pl.LazyFrame,
    player_opponent_history: pl.LazyFrame,
    role_priors: pl.LazyFrame,
) -> pl.DataFrame:
    """Features of every row of the upcoming player context: one row a player and game, as of the context's moment.

    What stands on the morning of the game date is used only by rows that do not stand before it. Every input is the
    table of its name, of ``dates`` at least.

    Returns:
        Rows of ``dates`` with the columns of the contract, ordered by its key.

    Raises:
        LaterFactError: a row would rest on a line or report that was not known at its moment.
    """
    rows = _rows(dates, upcoming_player_game_context)
    form, teams = player_daily_cache.filter(dates.is_in()), team_daily_cache.filter(dates.is_in())
    own, other = _sides(dates, upcoming_team_game_context)
    for facts, on in (
        (form.drop("team", "games_last_7_days", "minutes_last_7_days", "last_game_date"), ["player_id"]),
        (player_shot_zone_analysis.filter(dates.is_in()), ["player_id"]),
        (_own_team(teams), ["team"]),
        (_other_team(teams), ["opponent"]),
        (_other_zones(team_defense_zone_analysis.filter(dates.is_in())), ["opponent"]),
        (role_priors.filter(dates.is_in()).drop("player_games"), ["role"]),
        (player_opponent_history.filter(dates.is_in()).drop("opponent"), ["game_id", "player_id"]),
    ):
        known_by = facts.rename({"game_date": _AT_MORNING})
        rows = rows.join(known_by, on=[_AT_MORNING, *on], how="left", maintain_order="left")
    for facts, on in (
        (own, [*_GAME, "team"]),
        (other, [*_GAME, "opponent"]),
        (player_composite_factors.filter(dates.is_in()), _PLAYER_GAME),
    ):
        rows = rows.join(facts, on=on, how="left", maintain_order="left")
    features = rows.with_columns(**_features()).with_columns(**qualities())
    told = ("props_at", "game_lines_at", "injury_report_at", "_injuries_at", "_opponent_injuries_at")
    used = features.select(*FEATURE_STORE.schema.names(), _newest_fact_at=pl.max_horizontal(told)).collect()
    return require_known(used, table=FEATURE_STORE.full_name, knowable_at="_newest_fact_at").drop("_newest_fact_at")


def _rows(dates: DateRange, contexts: pl.LazyFrame) -> pl.LazyFrame:
    """The context's rows in the order of the table's key, with the date whose morning they may use."""
    is_after_morning = pl.col("as_of") >= morning_of(pl.col("game_date"))
    return (
        contexts.filter(dates.is_in())
        .drop("minutes_mean_last_10", "usage_mean_last_10")
        .sort(FEATURE_STORE.key)
        .with_columns(pl.when(is_after_morning).then("game_date").alias(_AT_MORNING))
    )


def _sides(dates: DateRange, contexts: pl.LazyFrame) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """What the team context says of a player's own team, and of the opponent."""
    teams = contexts.filter(dates.is_in())
    own = teams.select(
        *_GAME,
        "team",
        "is_back_to_back",
        "opponent_days_rest",
        "travel_km",
        "travel_km_last_7_days",
        "time_zones_crossed",
        pl.col("games_last_4_days").alias("team_games_last_4_days"),
        pl.col("games_last_7_days").alias("team_games_last_7_days"),
        pl.col("injuries_at").alias("_injuries_at"),
    )
    other = teams.select(
        *_GAME,
        pl.col("team").alias("opponent"),
        pl.col("is_back_to_back").alias("opponent_is_back_to_back"),
        pl.col("players_out").alias("opponent_players_out"),
        pl.col("minutes_out").alias("opponent_minutes_out"),
        pl.col("injuries_at").alias("_opponent_injuries_at"),
    )
    return own, other


def _own_team(teams: pl.LazyFrame) -> pl.LazyFrame:
    return teams.select(
        "game_date",
        "team",
        pl.col("pace").alias("team_pace"),
        pl.col("offensive_rating").alias("team_offensive_rating"),
        pl.col("defensive_rating").alias("team_defensive_rating"),
        pl.col("points_scored").alias("team_points_scored"),
        pl.col("games_played_season").alias("team_games_played_season"),
        "league_pace",
    )


def _other_team(teams: pl.LazyFrame) -> pl.LazyFrame:
    return teams.select(
        "game_date",
        pl.col("team").alias("opponent"),
        pl.col("pace").alias("opponent_pace"),
        pl.col("defensive_rating").alias("opponent_defensive_rating"),
        pl.col("games_played_season").alias("_opponent_games"),
        *(
            pl.col(f"team_{statistic}_allowed").alias(f"opponent_{statistic}_allowed")
            for statistic in ALLOWED_STATISTICS
        ),
    )


def _other_zones(zones: pl.LazyFrame) -> pl.LazyFrame:
    ratios = [
        f"{zone}_{name}" for zone in SHOT_ZONES for name in ("attempts_allowed_ratio", "percentage_allowed_ratio")
    ]
    return zones.select(
        "game_date",
        pl.col("team").alias("opponent"),
        pl.col("games_with_shots").alias("_opponent_games_with_shots"),
        *(pl.col(ratio).alias(f"opponent_{ratio}") for ratio in ratios),
    )


def _features() -> Mapping[str, pl.Expr]:
    """What the joined rows do not hold yet under its own name."""
    rest = pl.col("days_rest")
    return {
        "feature_version": pl.lit(FEATURE_VERSION, pl.Int64),
        **{
            f"{name}_trend": pl.col(f"{name}_mean_last_5") - pl.col(f"{name}_mean_last_20") for name in TREND_STATISTICS
        },
        "days_rest": pl.when(rest <= LONGEST_REST_DAYS).then(rest),
        "is_playoffs": pl.col("game_type").is_in(PLAYOFF_TYPES),
        "injury_severity": _injury_severity(),
        "teammates_out": pl.col("players_out"),
        "game_total": pl.col("total"),
    }


def _injury_severity() -> pl.Expr:
    """Null where nothing was told of the team, as silence then says nothing."""
    status = pl.col("injury_status")
    severity = status.replace_strict(SEVERITIES, default=None, return_dtype=pl.Float64)
    unlisted = pl.when(pl.col("injuries_known") & status.is_null()).then(pl.lit(0.0))
    return pl.coalesce(severity, unlisted)

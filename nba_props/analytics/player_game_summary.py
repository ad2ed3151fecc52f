"""Makes ``analytics.player_game_summary``: what every player whom a box score names did, or that he did not play."""

from __future__ import annotations

import polars as pl

from nba_props.analytics import shot_counts
from nba_props.box_formulas import (
    in_wholes,
    possessions_percent,
    quotient,
    shots_percent,
    usage,
)
from nba_props.contracts.analytics import PLAYER_GAME_SUMMARY
from nba_props.game_calendar import DateRange
from nba_props.markets import PREDICTED_MARKETS

_GAME = ["game_date", "game_id"]
_TEAM = [*_GAME, "team"]
_PLAYER = [*_GAME, "player_id"]
_OF_RESULTS = ("closing_line", "closing_over_probability", "result")


def build(
    dates: DateRange,
    *,
    games: pl.LazyFrame,
    player_boxscores: pl.LazyFrame,
    did_not_play: pl.LazyFrame,
    shots: pl.LazyFrame,
    player_market_results: pl.LazyFrame,
) -> pl.DataFrame:
    """Summarise the games of ``dates``: one row a player who played or whom a box score names as absent.

    Team totals are the sums of the box-score rows of the same game and team. Every quotient is null where its divisor
    is zero. A player's shots are known if his team's are (see ``shot_counts``) and there are as many of his own as his
    box score counts.

    Args:
        dates: the game dates to make; all inputs hold them.
        games: ``conformed.games``, for season, kind and sides of the games of who did not play.
        player_boxscores: ``conformed.player_boxscores``.
        did_not_play: ``conformed.did_not_play``; rows of players who have a box score are left out.
        shots: ``conformed.shots``.
        player_market_results: ``analytics.player_market_results``.

    Returns:
        Rows of ``dates`` with the columns of the contract, ordered by its key.
    """
    box = player_boxscores.filter(dates.is_in())
    zones = _zones(box, shots.filter(dates.is_in()))
    results = _results(player_market_results.filter(dates.is_in()))
    played = _with_ratios(box).join(zones, on=_PLAYER, how="left").join(results.lazy(), on=_PLAYER, how="left")
    absent = _absent(did_not_play.filter(dates.is_in()), box, games.filter(dates.is_in()))
    return PLAYER_GAME_SUMMARY.conform(pl.concat([played, absent], how="diagonal"))


def _with_ratios(box: pl.LazyFrame) -> pl.LazyFrame:
    team_possessions = possessions_percent().sum().over(_TEAM)
    return box.with_columns(
        did_not_play=pl.lit(False),
        true_shooting=quotient(100 * pl.col("points"), 2 * shots_percent()),
        effective_field_goal=quotient(
            2 * pl.col("field_goals_made") + pl.col("threes"), 2 * pl.col("field_goals_attempted")
        ),
        usage=usage(_TEAM),
        points_per_minute=quotient(pl.col("points"), pl.col("minutes")),
        team_possessions=in_wholes(pl.when(team_possessions > 0).then(team_possessions), 100),
    )


def _zones(box: pl.LazyFrame, shots: pl.LazyFrame) -> pl.LazyFrame:
    """Whether each player's shots are known, and his counts by zone."""
    tried = pl.col("field_goals_attempted")
    sides = (
        box.group_by(_TEAM)
        .agg(tried.sum())
        .join(shot_counts.count(shots, _TEAM), on=_TEAM)
        .select(*_TEAM, shot_counts.are_known(tried).alias("_team_is_known"))
    )
    own = shot_counts.count(shots, [*_TEAM, "player_id"])
    has_shots = pl.col("_team_is_known").fill_null(False) & (pl.col(shot_counts.TRIED).fill_null(0) == tried)
    return (
        box.select(*_TEAM, "player_id", tried)
        .join(sides, on=_TEAM, how="left")
        .join(own, on=[*_TEAM, "player_id"], how="left")
        .select(*_PLAYER, has_shots.alias("has_shots"), *shot_counts.zones(has_shots))
    )


def _absent(did_not_play: pl.LazyFrame, box: pl.LazyFrame, games: pl.LazyFrame) -> pl.LazyFrame:
    is_home = pl.col("team") == pl.col("home_team")
    sides = games.select(*_GAME, "season", "game_type", "home_team", "away_team")
    return (
        did_not_play.join(box, on=_PLAYER, how="anti")
        .join(sides, on=_GAME)
        .select(
            *_PLAYER,
            "season",
            "game_type",
            "player_name",
            "team",
            pl.when(is_home).then("away_team").otherwise("home_team").alias("opponent"),
            is_home.alias("is_home"),
            pl.lit(True).alias("did_not_play"),
            pl.col("kind").alias("not_playing_kind"),
            pl.col("reason").alias("not_playing_reason"),
            pl.lit(False).alias("has_shots"),
            "knowable_at",
        )
    )


def _results(player_market_results: pl.LazyFrame) -> pl.DataFrame:
    """One row a player: closing line, probability and result of every predicted market."""
    wide = player_market_results.filter(pl.col("market").is_in(PREDICTED_MARKETS)).collect()
    by_market = wide.partition_by("market", as_dict=True, include_key=False)
    results = wide.select(_PLAYER).unique()
    for market in PREDICTED_MARKETS:
        told = by_market.get((market,), wide.clear()).select(
            *_PLAYER, *(pl.col(name).alias(f"{market}_{name}") for name in _OF_RESULTS)
        )
        results = results.join(told, on=_PLAYER, how="left")
    return results

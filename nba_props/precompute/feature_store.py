"""Makes ``precompute.feature_store``: the versioned feature vector of each player before a game.

Everything but the market group comes from the two daily caches and the schedule; the market group comes from
the lines that were known at the row's moment.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from nba_props.contracts.precompute import (
    ALLOWED_STATISTICS,
    FEATURE_STORE,
    FEATURE_VERSION,
    FEATURES,
)
from nba_props.game_calendar import DateRange
from nba_props.markets import PREDICTED_MARKETS
from nba_props.precompute.as_of import facts_known, require_known

FEATURE_NAMES = {group: tuple(columns) for group, columns in FEATURES.items()}
"""Names of the features by group, in the order of the contract."""

LONGEST_REST_DAYS = 30
"""Longer rests are null: an injury or a summer is no rest."""

TREND_STATISTICS = ("minutes", "points", "usage")

_NEWEST_LINE = "_newest_line_at"

_GAME = ("game_date", "game_id")
"""A postponed game keeps its id, so that the id alone would join the lines of its first date."""


def build(
    dates: DateRange,
    *,
    games: pl.LazyFrame,
    player_daily_cache: pl.LazyFrame,
    team_daily_cache: pl.LazyFrame,
    prop_consensus: pl.LazyFrame,
    game_lines: pl.LazyFrame,
    lead: timedelta,
) -> pl.DataFrame:
    """Features as of ``lead`` before each tip-off: one row a player and game.

    Rows are the players of the cache in each game of their team, and players with a line of a predicted
    market in a game of the date for which the cache does not have them; of the latter team and opponent are
    not known, so that only the market group has values. Postponed games have no rows.

    Args:
        dates: the game dates to make.
        games: ``conformed.games`` of those dates.
        player_daily_cache: ``precompute.player_daily_cache`` of those dates.
        team_daily_cache: ``precompute.team_daily_cache`` of those dates.
        prop_consensus: ``conformed.prop_consensus`` of those dates; lines of the kind ``current`` are used,
            and only where their snapshot is not later than the row's moment.
        game_lines: ``conformed.game_lines`` of those dates, under the same rule.
        lead: how long before tip-off the features stand.

    Returns:
        Rows of ``dates`` with the columns of the contract, ordered by its key.

    Raises:
        LaterFactError: a row would rest on a line that was not known at its moment.
    """
    slate = _slate(dates, games, lead)
    lines = _player_lines(_current(dates, prop_consensus, slate))
    cache, teams = player_daily_cache.filter(dates.is_in()), team_daily_cache.filter(dates.is_in())
    rows = _rows(slate, cache, lines)
    for facts, on in (
        (cache, ("game_date", "player_id", "team")),
        (_own_team(teams), ("game_date", "team")),
        (_other_team(teams), ("game_date", "opponent")),
        (lines, (*_GAME, "player_id")),
        (_current(dates, game_lines, slate).select(_GAME_LINES), _GAME),
    ):
        rows = rows.join(facts, on=on, how="left", maintain_order="left")
    features = rows.with_columns(_features()).with_columns(_qualities())
    used = features.select(*FEATURE_STORE.schema.names(), _NEWEST_LINE).collect()
    return require_known(used, table=FEATURE_STORE.full_name, knowable_at=_NEWEST_LINE).drop(_NEWEST_LINE)


def _slate(dates: DateRange, games: pl.LazyFrame, lead: timedelta) -> pl.LazyFrame:
    return games.filter(dates.is_in(), pl.col("status") != "postponed").select(
        "game_id",
        "game_date",
        "season",
        "home_team",
        "away_team",
        (pl.col("tip_off_at") - lead).alias("as_of"),
    )


def _rows(slate: pl.LazyFrame, cache: pl.LazyFrame, lines: pl.LazyFrame) -> pl.LazyFrame:
    """Who gets a row for which game, in the order of the table's key."""
    sides = [
        slate.rename({own: "team", other: "opponent"}).with_columns(is_home=pl.lit(own == "home_team"))
        for own, other in (("home_team", "away_team"), ("away_team", "home_team"))
    ]
    expected = pl.concat(sides, how="diagonal").join(
        cache.select("game_date", "team", "player_id"), on=("game_date", "team")
    )
    only_lines = (
        lines.select(*_GAME, "player_id")
        .join(expected, on=(*_GAME, "player_id"), how="anti")
        .join(slate.drop("home_team", "away_team"), on=_GAME)
    )
    # Sorted while narrow: the joins that follow keep the order.
    return pl.concat([expected, only_lines], how="diagonal").sort(FEATURE_STORE.key)


def _current(dates: DateRange, lines: pl.LazyFrame, slate: pl.LazyFrame) -> pl.LazyFrame:
    current = lines.filter(dates.is_in(), pl.col("kind") == "current")
    return facts_known(current, slate, on=_GAME, knowable_at="snapshot_at")


def _player_lines(consensus: pl.LazyFrame) -> pl.LazyFrame:
    """One row a player and game for which there is any line, the markets side by side."""
    market = pl.col("market")
    return (
        consensus.filter(market.is_in(PREDICTED_MARKETS))
        .group_by(*_GAME, "player_id")
        .agg(
            *(pl.when(market == name).then("line").max().alias(f"{name}_line") for name in PREDICTED_MARKETS),
            *(
                pl.when(market == name).then("over_probability").max().alias(f"{name}_over_probability")
                for name in PREDICTED_MARKETS
            ),
            pl.col("snapshot_at").max().alias("_props_at"),
        )
    )


_GAME_LINES = (
    pl.col(_GAME),
    pl.col("home_spread"),
    pl.col("home_implied_total"),
    pl.col("away_implied_total"),
    pl.col("snapshot_at").alias("_game_lines_at"),
)


def _own_team(teams: pl.LazyFrame) -> pl.LazyFrame:
    return teams.select(
        "game_date", "team", pl.col("pace").alias("team_pace"), _played_the_day_before("is_back_to_back")
    )


def _other_team(teams: pl.LazyFrame) -> pl.LazyFrame:
    return teams.select(
        "game_date",
        pl.col("team").alias("opponent"),
        pl.col("pace").alias("opponent_pace"),
        _played_the_day_before("opponent_is_back_to_back"),
        *(
            pl.col(f"team_{statistic}_allowed").alias(f"opponent_{statistic}_allowed")
            for statistic in ALLOWED_STATISTICS
        ),
    )


def _played_the_day_before(name: str) -> pl.Expr:
    return (pl.col("days_rest") == 0).alias(name)


def _features() -> list[pl.Expr]:
    """What the joined rows do not hold yet under its own name."""
    minutes, points = pl.col("minutes_mean_season"), pl.col("points_mean_season")
    days_rest = (pl.col("game_date") - pl.col("last_game_date")).dt.total_days() - 1
    is_home, spread = pl.col("is_home"), pl.col("home_spread")
    home, away = pl.col("home_implied_total"), pl.col("away_implied_total")
    return [
        pl.lit(FEATURE_VERSION, pl.Int64).alias("feature_version"),
        pl.when(minutes > 0).then(points / minutes).alias("points_per_minute_season"),
        *(
            (pl.col(f"{name}_mean_last_5") - pl.col(f"{name}_mean_last_20")).alias(f"{name}_trend")
            for name in TREND_STATISTICS
        ),
        pl.when(days_rest <= LONGEST_REST_DAYS).then(days_rest).alias("days_rest"),
        pl.when(is_home).then(home).when(~is_home).then(away).alias("team_implied_total"),
        pl.when(is_home).then(away).when(~is_home).then(home).alias("opponent_implied_total"),
        pl.when(is_home).then(spread).when(~is_home).then(0 - spread).alias("team_spread"),
        pl.max_horizontal("_props_at", "_game_lines_at").alias(_NEWEST_LINE),
    ]


def _qualities() -> list[pl.Expr]:
    return [_quality(names).alias(f"{group}_quality") for group, names in FEATURE_NAMES.items()]


def _quality(names: tuple[str, ...]) -> pl.Expr:
    known = pl.col(names).is_not_null()
    return (
        pl.when(pl.all_horizontal(known))
        .then(pl.lit("complete"))
        .when(pl.any_horizontal(known))
        .then(pl.lit("partial"))
        .otherwise(pl.lit("defaulted"))
    )

"""Games to come and the moments for which their rows stand, and the lines that were known by then."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl

from nba_props.as_of import facts_known, game_as_of
from nba_props.game_calendar import DateRange

GAME = ("game_date", "game_id")
"""What tells a game: one that was postponed keeps its id on its new date."""


def slate(dates: DateRange, games: pl.LazyFrame, *, now: datetime, lead: timedelta) -> pl.DataFrame:
    """The games of the dates that are not postponed, each with the moment ``as_of`` for which its rows stand.

    Args:
        dates: the game dates to make.
        games: ``conformed.games`` of those dates at least.
        now: the time, aware UTC; see ``as_of.game_as_of``.
        lead: how long before its tip-off a game that has tipped off stands.
    """
    return (
        games.filter(dates.is_in(), pl.col("status") != "postponed")
        .select(
            *GAME,
            "season",
            "game_type",
            "tip_off_at",
            game_as_of(now=now, lead=lead).alias("as_of"),
            "home_team",
            "away_team",
        )
        .sort(GAME)
        .collect()
    )


def sides(games: pl.DataFrame) -> pl.DataFrame:
    """Both teams of each game: ``team``, ``opponent`` and ``is_home`` in place of the two columns of teams."""
    return pl.concat(
        games.rename({own: "team", other: "opponent"})
        .with_columns(is_home=pl.lit(own == "home_team"))
        .select(pl.exclude("team", "opponent", "is_home"), "team", "opponent", "is_home")
        for own, other in (("home_team", "away_team"), ("away_team", "home_team"))
    )


def current_lines(games: pl.DataFrame, lines: pl.LazyFrame) -> pl.LazyFrame:
    """Lines of the kind ``current`` whose snapshot was known at their game's moment.

    Args:
        games: the slate.
        lines: ``conformed.prop_consensus`` or ``conformed.game_lines`` of its dates at least.
    """
    current = lines.filter(pl.col("kind") == "current")
    return facts_known(current, games.lazy(), on=GAME, knowable_at="snapshot_at")


def game_lines_by_side(games: pl.DataFrame, game_lines: pl.LazyFrame) -> pl.DataFrame:
    """What the game lines say of both teams: one row a team and game that has known lines.

    Returns:
        The game, team, team_spread, total, team_implied_total, opponent_implied_total, win_probability and lines_at.
    """
    known = current_lines(games, game_lines).select(
        *GAME,
        "total",
        "home_spread",
        "home_implied_total",
        "away_implied_total",
        "home_win_probability",
        pl.col("snapshot_at").alias("lines_at"),
    )
    is_home = pl.col("is_home")

    def own(of_home: str | pl.Expr, of_visitors: str | pl.Expr) -> pl.Expr:
        return pl.when(is_home).then(of_home).otherwise(of_visitors)

    return (
        sides(games)
        .lazy()
        .select(*GAME, "team", "is_home")
        .join(known, on=GAME)
        .select(
            *GAME,
            "team",
            own("home_spread", _negated(pl.col("home_spread"))).alias("team_spread"),
            "total",
            own("home_implied_total", "away_implied_total").alias("team_implied_total"),
            own("away_implied_total", "home_implied_total").alias("opponent_implied_total"),
            own("home_win_probability", 1 - pl.col("home_win_probability")).alias("win_probability"),
            "lines_at",
        )
        .collect()
    )


def _negated(value: pl.Expr) -> pl.Expr:
    """A zero stays as it is: whether polars gives zero or minus zero for ``0 - 0`` depends on the number of rows."""
    return pl.when(value != 0).then(-value).otherwise(value)

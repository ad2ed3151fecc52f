"""What a player's last games say of his role and load on the morning of a date."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from nba_props.as_of import known_on
from nba_props.box_formulas import (
    MINUTE_UNITS,
    in_wholes,
    minute_units,
    quotient,
    usage,
)
from nba_props.game_calendar import DateRange
from nba_props.roles import ROLE_GAMES, role_of
from nba_props.windows import WINDOW_REACH, Positions, WindowSums, last_games, not_after

WEEK = timedelta(days=7)
LOAD_GAMES = 3

_USAGE_UNITS = 1_000_000_000
_TEAM_GAME = ("game_date", "game_id", "team")
_PLAYER, _DAY = pl.col("player_id"), pl.col("game_date")


def played_games(dates: DateRange, player_boxscores: pl.LazyFrame) -> pl.DataFrame:
    """Every game that may count on a date of the range, in the order of (player, date, game).

    Args:
        dates: the game dates to make.
        player_boxscores: ``conformed.player_boxscores`` from 365 days before the first date up to the day before the
            last.

    Returns:
        player_id, game_date, game_id, team, known_on (the first date on whose morning the game counts), and in whole
        units minutes, usage, whether he started and whether that is told.
    """
    reached = _DAY.is_between(dates.first - WINDOW_REACH, dates.last, closed="left")
    return (
        player_boxscores.filter(reached)
        .select(
            "player_id",
            "game_date",
            "game_id",
            "team",
            known_on(pl.col("knowable_at")).alias("known_on"),
            minute_units(pl.col("minutes")).alias("_minutes"),
            (usage(_TEAM_GAME) * _USAGE_UNITS).round().cast(pl.Int64).alias("_usage"),
            pl.col("is_starter").fill_null(value=False).cast(pl.Int64).alias("_starts"),
            pl.col("is_starter").is_not_null().cast(pl.Int64).alias("_starts_told"),
        )
        .sort("player_id", "game_date", "known_on", "game_id")
        .collect()
    )


def role_and_load(rows: pl.DataFrame, games: pl.DataFrame) -> pl.DataFrame:
    """The rows with what the games say that were known on the morning of their date.

    Windows counted in games hold games that he played, less than 365 days before the date, of any season and team.

    Args:
        rows: ``player_id`` and ``game_date`` at least, one row each player and game to come.
        games: of ``played_games``, for a range that holds the rows' dates.

    Returns:
        The rows in their order with last_team, last_game_date, days_rest, is_newcomer, role, the means of the last ten
        games, games_last_7_days, minutes_last_7_days and minutes_last_3_games.
    """
    end = Positions(games, _PLAYER, "known_on").through(rows, _PLAYER, _DAY)
    positions = Positions(games, _PLAYER)
    earliest = not_after(positions.through(rows, _PLAYER, _DAY - WINDOW_REACH), end)
    week = not_after(positions.before(rows, _PLAYER, _DAY - WEEK), end)
    sums = WindowSums(games.select(_summed()))
    last = pl.select(pl.when(end > earliest).then(end - 1)).to_series()
    newest = games.select(pl.col("team", "game_date").gather(last))
    return pl.concat(
        [
            rows,
            sums.between(last_games(end, ROLE_GAMES, earliest), end).select(_of_ten_games()),
            sums.between(week, end).select(
                games_last_7_days=pl.col("_games"), minutes_last_7_days=in_wholes(pl.col("_minutes"), MINUTE_UNITS)
            ),
            sums.between(last_games(end, LOAD_GAMES, earliest), end).select(
                minutes_last_3_games=pl.when(pl.col("_games") > 0).then(in_wholes(pl.col("_minutes"), MINUTE_UNITS))
            ),
            newest.select(pl.col("team").alias("last_team"), pl.col("game_date").alias("last_game_date")),
        ],
        how="horizontal",
    ).with_columns(days_rest=(_DAY - pl.col("last_game_date")).dt.total_days() - 1)


def _summed() -> list[pl.Expr]:
    return [
        pl.repeat(1, pl.len(), dtype=pl.Int64).alias("_games"),
        pl.col("_minutes"),
        pl.col("_usage").fill_null(0),
        pl.col("_usage").is_not_null().cast(pl.Int64).alias("_usages"),
        pl.col("_starts"),
        pl.col("_starts_told"),
    ]


def _of_ten_games() -> list[pl.Expr]:
    games, minutes, told = pl.col("_games"), pl.col("_minutes"), pl.col("_starts_told")
    return [
        (games == 0).alias("is_newcomer"),
        role_of(minutes, games * MINUTE_UNITS).alias("role"),
        quotient(minutes, games * MINUTE_UNITS).alias("minutes_mean_last_10"),
        quotient(pl.col("_usage"), pl.col("_usages") * _USAGE_UNITS).alias("usage_mean_last_10"),
        quotient(pl.col("_starts"), told).alias("starts_share_last_10"),
    ]

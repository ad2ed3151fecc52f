"""Makes ``precompute.player_daily_cache``: the rolling form of every player on every date with a game.

Every value is made of exact integer sums over a window of games, so a range of dates gives what its single dates give,
bit for bit, whatever history was loaded.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from nba_props.box_formulas import in_wholes
from nba_props.contracts.precompute.player_form import (
    FORM_STATISTICS,
    FORM_WINDOWS,
    PLAYER_DAILY_CACHE,
    RATE_WINDOWS,
    SLOPE_WINDOW,
    SPREAD_STATISTICS,
    SPREAD_WINDOWS,
)
from nba_props.game_calendar import DateRange
from nba_props.markets import PREDICTED_MARKETS
from nba_props.precompute.player_history import UNITS, player_history
from nba_props.windows import (
    WINDOW_REACH,
    Positions,
    WindowSums,
    last_games,
    not_after,
    season_start_expression,
    team_code,
)

RECENT_REACH = timedelta(days=7)
TEAM_GAMES = 10
LEAST_GAMES_OF_A_SLOPE = 3

_TEAM_GAMES_PER_PLAYER = 10_000_000
"""More than the team games that any history holds."""

_PLAYER, _DAY, _KNOWN = pl.col("player_id"), pl.col("game_date"), pl.col("known_on")


def build(dates: DateRange, *, games: pl.LazyFrame, player_boxscores: pl.LazyFrame) -> pl.DataFrame:
    """Rolling form as of the morning of each date: one row a player and date.

    Args:
        dates: the game dates to make.
        games: ``conformed.games`` of those dates; on a date without a game that is not postponed nobody has a row.
        player_boxscores: ``conformed.player_boxscores`` from 365 days before the first date up to the day before the
            last. A game counts on a date on whose morning it was known.

    Returns:
        A row for every player whose last known game was not more than 365 days before the date, with the columns of
        the contract, ordered by its key.
    """
    history = player_history(dates, player_boxscores, WINDOW_REACH)
    rows = _rows(history, game_dates(dates, games))
    positions = Positions(history, _PLAYER)
    end = rows["_end"]
    starts = _window_starts(rows, positions)
    sums = WindowSums(history.select(_summed()))
    recent = sums.between(not_after(positions.before(rows, _PLAYER, _DAY - RECENT_REACH), end), end)
    windows = {window: sums.between(start, end) for window, start in starts.items()}
    columns = [
        rows,
        recent.select(
            games_last_7_days=pl.col("_games"),
            minutes_last_7_days=in_wholes(pl.col("minutes"), UNITS["minutes"]),
        ),
        windows["season"].select(games_played_season=pl.col("_games")),
        windows["last_20"].select(games_played_recently=pl.col("_games")),
        *(windows[window].select(_mean(name, window) for name in FORM_STATISTICS) for window in FORM_WINDOWS),
        *(windows[window].select(_spread(name, window) for name in SPREAD_STATISTICS) for window in SPREAD_WINDOWS),
        windows[SLOPE_WINDOW].with_columns(_start=starts[SLOPE_WINDOW]).select(map(_slope, SPREAD_STATISTICS)),
        *(windows[window].select(_rate(market, window) for market in PREDICTED_MARKETS) for window in RATE_WINDOWS),
        _team_games_missed(rows, history),
    ]
    return pl.concat(columns, how="horizontal").select(PLAYER_DAILY_CACHE.schema.names())


def game_dates(dates: DateRange, games: pl.LazyFrame) -> pl.Series:
    """The dates on which a game that is not postponed is played, ascending."""
    due = games.filter(dates.is_in(), pl.col("status") != "postponed")
    return due.select(_DAY.unique()).collect().to_series().sort()


def _rows(history: pl.DataFrame, days: pl.Series) -> pl.DataFrame:
    """Who has a row when: a player's game stands from the morning on which it is known until his next one is."""
    stands = history.select(
        "player_id",
        "team",
        "known_on",
        pl.col("game_date").alias("last_game_date"),
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("_end"),
        pl.min_horizontal(_DAY + WINDOW_REACH, _KNOWN.shift(-1).over("player_id") - timedelta(days=1)).alias("_until"),
    )
    return (
        stands.with_columns(
            _first=days.search_sorted(stands["known_on"], side="left").cast(pl.Int64),
            _after=days.search_sorted(stands["_until"], side="right").cast(pl.Int64),
        )
        .filter(pl.col("_first") < pl.col("_after"))
        .with_columns(_date=pl.int_ranges("_first", "_after"))
        .explode("_date", empty_as_null=False)
        .with_columns(game_date=pl.lit(days).gather(pl.col("_date")))
        .sort("game_date", "player_id")
        .select("player_id", "game_date", "team", "last_game_date", "_end")
    )


def _window_starts(rows: pl.DataFrame, positions: Positions) -> dict[str, pl.Series]:
    reach = positions.through(rows, _PLAYER, _DAY - WINDOW_REACH)
    season = not_after(positions.before(rows, _PLAYER, season_start_expression(_DAY)), rows["_end"])
    return {
        window: season if games is None else last_games(rows["_end"], games, reach)
        for window, games in FORM_WINDOWS.items()
    }


def _summed() -> list[pl.Expr]:
    """What is summed: the units, their squares, their products with the position, the games and those with a usage."""
    squares = [
        # A season of squared millionths of minutes is more than 64 bits hold.
        pl.col(name).cast(pl.Int128).pow(2).alias(f"_{name}_squared")
        for name in SPREAD_STATISTICS
    ]
    position = pl.int_range(pl.len(), dtype=pl.Int64)
    return [
        pl.repeat(1, pl.len(), dtype=pl.Int64).alias("_games"),
        pl.col("usage").is_not_null().cast(pl.Int64).alias("_games_with_usage"),
        *(pl.col(name).fill_null(0) for name in FORM_STATISTICS),
        *squares,
        *((pl.col(name) * position).alias(f"_{name}_by_position") for name in SPREAD_STATISTICS),
    ]


def _mean(statistic: str, window: str) -> pl.Expr:
    games = pl.col("_games_with_usage" if statistic == "usage" else "_games")
    value = pl.when(games > 0).then(pl.col(statistic) / (games * UNITS.get(statistic, 1)))
    return value.alias(f"{statistic}_mean_{window}")


def _spread(statistic: str, window: str) -> pl.Expr:
    """Sample standard deviation, in whole units up to the root; 20 games of 100 minutes still fit 64 bits."""
    games, total = pl.col("_games"), pl.col(statistic)
    squared_deviations = games * pl.col(f"_{statistic}_squared").cast(pl.Int64) - total * total
    variance = squared_deviations / (games * (games - 1) * UNITS.get(statistic, 1) ** 2)
    value = pl.when(games > 1).then(variance.sqrt())
    return value.alias(f"{statistic}_sd_{window}")


def _slope(statistic: str) -> pl.Expr:
    """Least squares over the games numbered 0 to n - 1: 6 * (2 * sum(x * y) - (n - 1) * sum(y)) / (n * (n^2 - 1))."""
    games, total = pl.col("_games"), pl.col(statistic)
    products = pl.col(f"_{statistic}_by_position") - pl.col("_start") * total
    divisor = games * (games * games - 1) * UNITS.get(statistic, 1)
    value = pl.when(games >= LEAST_GAMES_OF_A_SLOPE).then(6 * (2 * products - (games - 1) * total) / divisor)
    return value.alias(f"{statistic}_slope_{SLOPE_WINDOW}")


def _rate(market: str, window: str) -> pl.Expr:
    minutes = pl.col("minutes")
    value = pl.when(minutes > 0).then(pl.col(market) * UNITS["minutes"] / minutes)
    return value.alias(f"{market}_per_minute_{window}")


def _team_games_missed(rows: pl.DataFrame, history: pl.DataFrame) -> pl.DataFrame:
    """Of the team's last games this season those on whose date the player played for no team at all."""
    code = team_code(pl.col("team"))
    team_games = (
        history.group_by("team", "game_date", "game_id")
        .agg(_KNOWN.max())
        .sort(code, "game_date", "known_on", "game_id")
    )
    end = Positions(team_games, code, "known_on").through(rows, code, _DAY)
    season = not_after(Positions(team_games, code).before(rows, code, season_start_expression(_DAY)), end)
    start = last_games(end, TEAM_GAMES, season)
    attended = _attended(history, team_games)
    played = attended.search_sorted(_player_and_position(rows, end)).cast(pl.Int64) - attended.search_sorted(
        _player_and_position(rows, start)
    ).cast(pl.Int64)
    count = pl.lit(end - start)
    return pl.select(team_games_missed_last_10=pl.when(count > 0).then(count - played))


def _attended(history: pl.DataFrame, team_games: pl.DataFrame) -> pl.Series:
    """Sorted keys of (player, position of a team's game) for every game on whose date he played somewhere.

    Only games of teams that he has played for are looked at, as no other team can be his.
    """
    games = team_games.with_row_index("_position")
    return (
        history.select("player_id", "game_date")
        .unique()
        .join(history.select("player_id", "team").unique(), on="player_id")
        .join(games, on=("team", "game_date"))
        .select(_key=_PLAYER * _TEAM_GAMES_PER_PLAYER + pl.col("_position").cast(pl.Int64))
        .to_series()
        .sort()
    )


def _player_and_position(rows: pl.DataFrame, position: pl.Series) -> pl.Series:
    return rows["player_id"] * _TEAM_GAMES_PER_PLAYER + position

"""Makes ``precompute.player_daily_cache``: the rolling form of every player whose team plays on the date.

Every value is made of exact integer sums over a window of games, so a range of dates gives what its single
dates give, bit for bit, whatever history was loaded.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from nba_props.contracts.precompute import (
    FORM_STATISTICS,
    FORM_WINDOWS,
    PLAYER_DAILY_CACHE,
    SPREAD_STATISTICS,
)
from nba_props.game_calendar import DateRange
from nba_props.markets import MARKETS
from nba_props.precompute.windows import (
    WINDOW_REACH,
    Positions,
    WindowSums,
    in_wholes,
    last_games,
    season_start_expression,
    team_code,
)

ACTIVE_REACH = timedelta(days=45)
"""A player is expected with the team of his last game for so long after it."""

RECENT_REACH = timedelta(days=7)
TEAM_GAMES = 10

SPREAD_WINDOW = "last_20"

UNITS = {"minutes": 1_000_000, "usage": 1_000_000_000}
"""Units of fixed point per whole; the other statistics are counts."""

_TEAM_GAMES_PER_PLAYER = 10_000_000
"""More than the team games that any history holds."""

_PLAYER, _DAY = pl.col("player_id"), pl.col("game_date")


def build(
    dates: DateRange,
    *,
    games: pl.LazyFrame,
    player_boxscores: pl.LazyFrame,
    player_game_summary: pl.LazyFrame,
) -> pl.DataFrame:
    """Rolling form as of the morning of each date: one row a player and date.

    Args:
        dates: the game dates to make.
        games: ``conformed.games`` of those dates; postponed games do not count.
        player_boxscores: ``conformed.player_boxscores`` from 365 days before the first date up to the day
            before the last. Rows on or after a date have no influence on it.
        player_game_summary: ``analytics.player_game_summary`` of the same dates, for the usage.

    Returns:
        A row for every player whose last game was for a team that plays on the date, not more than 45 days before
        that team's own last game (so that a team opens a season with those who ended the one before), with the
        columns of the contract, ordered by its key.
    """
    history = _history(dates, player_boxscores, player_game_summary)
    rows = _rows(history, _team_dates(dates, games))
    positions = Positions(history, _PLAYER)
    end = rows["_end"]
    starts = _window_starts(rows, positions)
    sums = WindowSums(history.select(_summed()))
    recent = sums.between(positions.before(rows, _PLAYER, _DAY - RECENT_REACH), end)
    windows = {window: sums.between(start, end) for window, start in starts.items()}
    columns = [
        rows,
        recent.select(
            games_last_7_days=pl.col("_games"),
            minutes_last_7_days=in_wholes(pl.col("minutes"), UNITS["minutes"]),
        ),
        windows["season"].select(games_played_season=pl.col("_games")),
        windows[SPREAD_WINDOW].select(
            pl.col("_games").alias("games_played_recently"), *(_spread(name) for name in SPREAD_STATISTICS)
        ),
        *(window_sums.select(_means(window)) for window, window_sums in windows.items()),
        _team_games_missed(rows, history),
    ]
    return pl.concat(columns, how="horizontal").select(PLAYER_DAILY_CACHE.schema.names())


def _history(dates: DateRange, player_boxscores: pl.LazyFrame, player_game_summary: pl.LazyFrame) -> pl.DataFrame:
    """Every game that could count, in the order of (player, date, game), in whole units."""
    reached = _DAY.is_between(dates.first - WINDOW_REACH, dates.last, closed="left")
    usage = player_game_summary.filter(reached).select("game_date", "game_id", "player_id", "usage")
    units = [_whole_units(statistic) for statistic in FORM_STATISTICS]
    return (
        player_boxscores.filter(reached)
        .join(usage, on=("game_date", "game_id", "player_id"), how="left")
        .select("player_id", "game_date", "game_id", "team", *units)
        .sort("player_id", "game_date", "game_id")
        .collect()
    )


def _whole_units(statistic: str) -> pl.Expr:
    value = MARKETS[statistic].actual() if statistic in MARKETS else pl.col(statistic)
    return (value * UNITS.get(statistic, 1)).round().cast(pl.Int64).alias(statistic)


def _team_dates(dates: DateRange, games: pl.LazyFrame) -> pl.DataFrame:
    """The dates on which each team plays, in the order of (team, date)."""
    due = games.filter(dates.is_in(), pl.col("status") != "postponed")
    sides = pl.concat([due.select("game_date", team=side) for side in ("home_team", "away_team")])
    return sides.unique().sort(team_code(pl.col("team")), "game_date").collect()


def _rows(history: pl.DataFrame, team_dates: pl.DataFrame) -> pl.DataFrame:
    """Who is due when: a player's game stands for the dates after it, through that of his next game."""
    positions = Positions(team_dates, team_code(pl.col("team")))
    played = history.select(
        "player_id",
        "team",
        pl.col("game_date").alias("last_game_date"),
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("_end"),
        pl.min_horizontal(_DAY + WINDOW_REACH, _DAY.shift(-1).over("player_id")).alias("_until"),
    )
    team = team_code(pl.col("team"))
    last_team_games = history.select("team", last_team_game=_DAY).unique().sort("last_team_game", "team")
    return (
        played.with_columns(
            positions.through(played, team, pl.col("last_game_date")).alias("_first"),
            positions.through(played, team, pl.col("_until")).alias("_after"),
        )
        .filter(pl.col("_first") < pl.col("_after"))
        .with_columns(_date=pl.int_ranges("_first", "_after"))
        .explode("_date", empty_as_null=False)
        .with_columns(game_date=pl.lit(team_dates["game_date"]).gather(pl.col("_date")))
        .sort("game_date", "player_id")
        .join_asof(
            last_team_games,
            left_on="game_date",
            right_on="last_team_game",
            by="team",
            allow_exact_matches=False,
            check_sortedness=False,
        )
        .filter(pl.col("last_team_game") - pl.col("last_game_date") <= ACTIVE_REACH)
        .select("player_id", "game_date", "team", "last_game_date", "_end")
    )


def _window_starts(rows: pl.DataFrame, positions: Positions) -> dict[str, pl.Series]:
    reach = positions.through(rows, _PLAYER, _DAY - WINDOW_REACH)
    season = positions.before(rows, _PLAYER, season_start_expression(_DAY))
    return {
        window: season if games is None else last_games(rows["_end"], games, reach)
        for window, games in FORM_WINDOWS.items()
    }


def _summed() -> list[pl.Expr]:
    """What is summed: the units, their squares, and how many games there were and had a usage."""
    squares = [
        # A season of squared millionths of minutes is more than 64 bits hold.
        pl.col(name).cast(pl.Int128).pow(2).alias(f"_{name}_squared")
        for name in SPREAD_STATISTICS
    ]
    return [
        pl.repeat(1, pl.len(), dtype=pl.Int64).alias("_games"),
        pl.col("usage").is_not_null().cast(pl.Int64).alias("_games_with_usage"),
        *(pl.col(name).fill_null(0) for name in FORM_STATISTICS),
        *squares,
    ]


def _means(window: str) -> list[pl.Expr]:
    return [_mean(statistic).alias(f"{statistic}_mean_{window}") for statistic in FORM_STATISTICS]


def _mean(statistic: str) -> pl.Expr:
    games = pl.col("_games_with_usage" if statistic == "usage" else "_games")
    return pl.when(games > 0).then(pl.col(statistic) / (games * UNITS.get(statistic, 1)))


def _spread(statistic: str) -> pl.Expr:
    """Sample standard deviation, in whole units up to the root; 20 games of 100 minutes still fit 64 bits."""
    games, total = pl.col("_games"), pl.col(statistic)
    squared_deviations = games * pl.col(f"_{statistic}_squared").cast(pl.Int64) - total * total
    variance = squared_deviations / (games * (games - 1) * UNITS.get(statistic, 1) ** 2)
    value = pl.when(games > 1).then(variance.sqrt())
    return value.alias(f"{statistic}_sd_{SPREAD_WINDOW}")


def _team_games_missed(rows: pl.DataFrame, history: pl.DataFrame) -> pl.DataFrame:
    """Of the team's last games this season those on whose date the player played for no team at all."""
    code = team_code(pl.col("team"))
    team_games = history.select("team", "game_date", "game_id").unique().sort(code, "game_date", "game_id")
    positions = Positions(team_games, code)
    end = positions.before(rows, code, _DAY)
    start = last_games(end, TEAM_GAMES, positions.before(rows, code, season_start_expression(_DAY)))
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

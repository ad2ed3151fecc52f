"""Makes ``precompute.team_daily_cache``: pace, scoring and what the defence allows, of every team that plays.

As in ``player_daily_cache`` every value is made of exact integer sums and one division.
"""

from __future__ import annotations

import polars as pl

from nba_props.contracts.precompute import ALLOWED_STATISTICS, TEAM_DAILY_CACHE, TEAM_WINDOW_GAMES
from nba_props.game_calendar import DateRange, season_start
from nba_props.precompute.windows import (
    Positions,
    WindowSums,
    last_games,
    season_start_expression,
    team_code,
)

FREE_THROW_PLAY_PERCENT = 44
"""Plays that a hundred free throws end, as in the possessions of ``analytics.player_game_summary``."""

_TEAM_GAME = ("game_date", "game_id", "team")
_DAY = pl.col("game_date")
_TEAM = team_code(pl.col("team"))
_LEAGUE = pl.lit(0)


def build(dates: DateRange, *, games: pl.LazyFrame, player_boxscores: pl.LazyFrame) -> pl.DataFrame:
    """Form of each team as of the morning of each date: one row a team and date.

    Only games of the season before the date count. What a team allowed is its opponents' sum in its games,
    per game whose opponent has a box score, divided by the league's mean per team and game of the season
    before the date.

    Args:
        dates: the game dates to make.
        games: ``conformed.games`` of those dates; postponed games do not count.
        player_boxscores: ``conformed.player_boxscores`` from the first day of the first date's season up to
            the day before the last date. Rows on or after a date have no influence on it.

    Returns:
        A row for every team that plays on the date, with the columns of the contract, ordered by its key;
        without an earlier game of the season the count is 0 and the rest is null.
    """
    rows = _rows(dates, games)
    team_games = _team_games(dates, player_boxscores)
    positions = Positions(team_games, _TEAM)
    season = positions.before(rows, _TEAM, season_start_expression(_DAY))
    end = positions.before(rows, _TEAM, _DAY)
    window = WindowSums(team_games.select(_summed())).between(last_games(end, TEAM_WINDOW_GAMES, season), end)
    league = _league_sums(rows, team_games)
    cache = pl.concat([rows, window, league], how="horizontal").select(
        "team",
        "game_date",
        pl.lit(end - season).alias("games_played_season"),
        _pace().alias("pace"),
        _per_game("points").alias("points_scored"),
        pl.lit(_days_rest(rows, team_games, season, end)).alias("days_rest"),
        *(_allowed_ratio(statistic).alias(f"team_{statistic}_allowed") for statistic in ALLOWED_STATISTICS),
    )
    return cache.select(TEAM_DAILY_CACHE.schema.names())


def _rows(dates: DateRange, games: pl.LazyFrame) -> pl.DataFrame:
    due = games.filter(dates.is_in(), pl.col("status") != "postponed")
    sides = [due.select(pl.col(side).alias("team"), "game_date") for side in ("home_team", "away_team")]
    return pl.concat(sides).unique().sort("game_date", "team").collect()


def _team_games(dates: DateRange, player_boxscores: pl.LazyFrame) -> pl.DataFrame:
    """One row a team and game in the order of (team, date, game): its sums and its opponent's."""
    boxscores = player_boxscores.filter(_DAY.is_between(season_start(dates.first), dates.last, closed="left"))
    own = boxscores.group_by(_TEAM_GAME).agg(
        _possessions_percent().sum(), *(pl.col(statistic).sum() for statistic in ALLOWED_STATISTICS)
    )
    faced = boxscores.group_by("game_date", "game_id", pl.col("opponent").alias("team")).agg(
        pl.lit(1, pl.Int64).alias("_faced"),
        *(pl.col(statistic).sum().alias(f"_{statistic}_faced") for statistic in ALLOWED_STATISTICS),
    )
    return own.join(faced, on=_TEAM_GAME, how="left").sort(_TEAM, "game_date", "game_id").collect()


def _possessions_percent() -> pl.Expr:
    """Possessions in whole hundredths: FGA - offensive rebounds + turnovers + 0.44 FTA."""
    whole = pl.col("field_goals_attempted") - pl.col("offensive_rebounds") + pl.col("turnovers")
    percent = 100 * whole + FREE_THROW_PLAY_PERCENT * pl.col("free_throws_attempted")
    return percent.alias("_possessions_percent")


def _summed() -> list[pl.Expr]:
    return [
        pl.repeat(1, pl.len(), dtype=pl.Int64).alias("_games"),
        pl.col("_possessions_percent"),
        pl.col("points"),
        pl.col("_faced").fill_null(0),
        *(pl.col(f"_{statistic}_faced").fill_null(0) for statistic in ALLOWED_STATISTICS),
    ]


def _league_sums(rows: pl.DataFrame, team_games: pl.DataFrame) -> pl.DataFrame:
    """The league's sums over the season before each row's date."""
    by_date = team_games.sort("game_date")
    positions = Positions(by_date, _LEAGUE)
    sums = WindowSums(
        by_date.select(
            pl.repeat(1, pl.len(), dtype=pl.Int64).alias("_league_games"),
            *(pl.col(statistic).alias(f"_league_{statistic}") for statistic in ALLOWED_STATISTICS),
        )
    )
    return sums.between(
        positions.before(rows, _LEAGUE, season_start_expression(_DAY)), positions.before(rows, _LEAGUE, _DAY)
    )


def _days_rest(rows: pl.DataFrame, team_games: pl.DataFrame, season: pl.Series, end: pl.Series) -> pl.Series:
    """Days since the last game of the season, less one; null before the first."""
    last = pl.select(pl.when(end > season).then(end - 1)).to_series()
    last_game_date = team_games["game_date"].gather(last)
    return (rows["game_date"] - last_game_date).dt.total_days() - 1


def _pace() -> pl.Expr:
    possessions = pl.col("_possessions_percent")
    # An incomplete box score can have offensive rebounds and no shots; a pace of nothing is no pace.
    return pl.when(possessions > 0).then(possessions / (100 * pl.col("_games")))


def _per_game(statistic: str) -> pl.Expr:
    return pl.when(pl.col("_games") > 0).then(pl.col(statistic) / pl.col("_games"))


def _allowed_ratio(statistic: str) -> pl.Expr:
    faced, league = pl.col(f"_{statistic}_faced"), pl.col(f"_league_{statistic}")
    divisor = pl.col("_faced") * league
    return pl.when(divisor > 0).then(faced * pl.col("_league_games") / divisor)

"""Makes ``precompute.team_daily_cache``: pace, ratings, scoring and what the defence allows, of every team that plays.

As in ``player_daily_cache`` every value is made of exact integer sums and one division.
"""

from __future__ import annotations

import polars as pl

from nba_props.as_of import known_on
from nba_props.box_formulas import (
    OVERTIME_MINUTES,
    PLAYERS_ON_THE_FLOOR,
    REGULATION_MINUTES,
    possessions_percent,
)
from nba_props.contracts.precompute.team_form import ALLOWED_STATISTICS, TEAM_DAILY_CACHE, TEAM_WINDOW_GAMES
from nba_props.game_calendar import DateRange, season_start
from nba_props.windows import (
    Positions,
    WindowSums,
    last_games,
    not_after,
    season_start_expression,
    team_code,
)

_GAME = ("game_date", "game_id")
_DAY = pl.col("game_date")
_TEAM = team_code(pl.col("team"))
_LEAGUE = pl.lit(0)
_MOST_OVERTIMES = 10


def build(dates: DateRange, *, games: pl.LazyFrame, team_boxscores: pl.LazyFrame) -> pl.DataFrame:
    """Form of each team as of the morning of each date: one row a team and date.

    Only games of the season count, on a date on whose morning they were known. Pace and ratings are over games of
    which both teams have a box score: possessions are the mean of the two sides, minutes 48 and 5 for each overtime,
    which the minutes of the players tell. What a team allowed is its opponents' sum per such game, divided by the
    league's mean per team and game of the season to date.

    Args:
        dates: the game dates to make.
        games: ``conformed.games`` of those dates; postponed games do not count.
        team_boxscores: ``conformed.team_boxscores`` from the first day of the first date's season up to the day before
            the last date.

    Returns:
        A row for every team that plays on the date, with the columns of the contract, ordered by its key; without an
        earlier game of the season the count is 0 and the rest is null.
    """
    rows = _rows(dates, games)
    team_games = _team_games(dates, team_boxscores)
    positions, season_of = Positions(team_games, _TEAM, "known_on"), season_start_expression(_DAY)
    end = positions.through(rows, _TEAM, _DAY)
    season = not_after(Positions(team_games, _TEAM).before(rows, _TEAM, season_of), end)
    window = WindowSums(team_games.select(_summed())).between(last_games(end, TEAM_WINDOW_GAMES, season), end)
    cache = pl.concat([rows, window, _league_sums(rows, team_games)], how="horizontal").select(
        "team",
        "game_date",
        pl.lit(end - season).alias("games_played_season"),
        _per_48("").alias("pace"),
        _per_game("points").alias("points_scored"),
        _rating("_points_paced").alias("offensive_rating"),
        _rating("_points_against").alias("defensive_rating"),
        pl.lit(_days_rest(rows, team_games, season, end)).alias("days_rest"),
        *(_allowed_ratio(statistic).alias(f"team_{statistic}_allowed") for statistic in ALLOWED_STATISTICS),
        _per_48("_league").alias("league_pace"),
    )
    return cache.select(TEAM_DAILY_CACHE.schema.names())


def _rows(dates: DateRange, games: pl.LazyFrame) -> pl.DataFrame:
    due = games.filter(dates.is_in(), pl.col("status") != "postponed")
    sides = [due.select(pl.col(side).alias("team"), "game_date") for side in ("home_team", "away_team")]
    return pl.concat(sides).unique().sort("game_date", "team").collect()


def _team_games(dates: DateRange, team_boxscores: pl.LazyFrame) -> pl.DataFrame:
    """One row a team and game in the order of (team, date, game): its sums and its opponent's.

    ``_paced`` is 1 where both sides are known and the possessions are more than none, as an incomplete box score can
    have offensive rebounds and no shots.
    """
    counted = _DAY.is_between(season_start(dates.first), dates.last, closed="left")
    own = team_boxscores.filter(counted).select(
        *_GAME,
        "team",
        "opponent",
        known_on(pl.col("knowable_at")).alias("known_on"),
        possessions_percent().alias("_possessions"),
        _game_minutes().alias("_minutes"),
        *ALLOWED_STATISTICS,
    )
    faced = own.select(
        *_GAME,
        pl.col("team").alias("opponent"),
        pl.col("_possessions").alias("_possessions_faced"),
        *(pl.col(statistic).alias(f"_{statistic}_faced") for statistic in ALLOWED_STATISTICS),
    )
    both = pl.col("_possessions") + pl.col("_possessions_faced")
    return (
        own.join(faced, on=(*_GAME, "opponent"), how="left")
        .with_columns(
            _faced=pl.col("_possessions_faced").is_not_null().cast(pl.Int64),
            _paced=(both > 0).fill_null(value=False).cast(pl.Int64),
            _both=both.fill_null(0),
        )
        .sort(_TEAM, "game_date", "known_on", "game_id")
        .collect()
    )


def _game_minutes() -> pl.Expr:
    """Minutes of a game from those of a team's players together; of box scores in whole minutes they are some off."""
    per_overtime = OVERTIME_MINUTES * PLAYERS_ON_THE_FLOOR
    regulation = REGULATION_MINUTES * PLAYERS_ON_THE_FLOOR
    overtimes = ((pl.col("minutes") - regulation) / per_overtime).round().clip(0, _MOST_OVERTIMES).cast(pl.Int64)
    return REGULATION_MINUTES + OVERTIME_MINUTES * overtimes


def _summed() -> list[pl.Expr]:
    paced = pl.col("_paced")
    return [
        pl.repeat(1, pl.len(), dtype=pl.Int64).alias("_games"),
        pl.col("points"),
        pl.col("_faced"),
        *(pl.col(f"_{statistic}_faced").fill_null(0) for statistic in ALLOWED_STATISTICS),
        (pl.col("points") * paced).alias("_points_paced"),
        (pl.col("_points_faced").fill_null(0) * paced).alias("_points_against"),
        (pl.col("_both") * paced).alias("_halves"),
        (pl.col("_minutes") * paced).alias("_minutes"),
    ]


def _league_sums(rows: pl.DataFrame, team_games: pl.DataFrame) -> pl.DataFrame:
    """The league's sums over the season up to each row's date."""
    by_date = team_games.sort("game_date", "known_on", "game_id", "team")
    paced = pl.col("_paced")
    sums = WindowSums(
        by_date.select(
            pl.repeat(1, pl.len(), dtype=pl.Int64).alias("_league_games"),
            *(pl.col(statistic).alias(f"_league_{statistic}") for statistic in ALLOWED_STATISTICS),
            (pl.col("_both") * paced).alias("_league_halves"),
            (pl.col("_minutes") * paced).alias("_league_minutes"),
        )
    )
    end = Positions(by_date, _LEAGUE, "known_on").through(rows, _LEAGUE, _DAY)
    start = Positions(by_date, _LEAGUE).before(rows, _LEAGUE, season_start_expression(_DAY))
    return sums.between(not_after(start, end), end)


def _days_rest(rows: pl.DataFrame, team_games: pl.DataFrame, season: pl.Series, end: pl.Series) -> pl.Series:
    """Days since the last game of the season, less one; null before the first."""
    last = pl.select(pl.when(end > season).then(end - 1)).to_series()
    last_game_date = team_games["game_date"].gather(last)
    return (rows["game_date"] - last_game_date).dt.total_days() - 1


def _per_48(whose: str) -> pl.Expr:
    """Possessions of a side per 48 minutes: halves are hundredths of both sides' possessions together."""
    halves, minutes = pl.col(f"{whose}_halves"), pl.col(f"{whose}_minutes")
    return pl.when(halves > 0).then(halves * REGULATION_MINUTES / (200 * minutes))


def _rating(points: str) -> pl.Expr:
    """Points per 100 possessions of a side."""
    halves = pl.col("_halves")
    return pl.when(halves > 0).then(pl.col(points) * 20_000 / halves)


def _per_game(statistic: str) -> pl.Expr:
    return pl.when(pl.col("_games") > 0).then(pl.col(statistic) / pl.col("_games"))


def _allowed_ratio(statistic: str) -> pl.Expr:
    faced, league = pl.col(f"_{statistic}_faced"), pl.col(f"_league_{statistic}")
    divisor = pl.col("_faced") * league
    return pl.when(divisor > 0).then(faced * pl.col("_league_games") / divisor)

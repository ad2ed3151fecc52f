"""Rest and travel of teams before their games, as the schedule of the season tells them."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from nba_props.analytics.upcoming_games import GAME
from nba_props.arenas import METRES_PER_KM, arena_of_game, clock_minutes, metres_between
from nba_props.box_formulas import in_wholes
from nba_props.game_calendar import DateRange
from nba_props.teams import TEAMS
from nba_props.windows import Positions, WindowSums, season_start_expression, team_code

SCHEDULE_DAYS = 30
"""How long before a date games of the schedule are looked at."""

JOURNEY_DAYS = 7
SHORT_DAYS = 4

_MINUTES_PER_HOUR = 60
_DAY = pl.col("game_date")
_TEAM_SEASON = season_start_expression(_DAY).dt.year().cast(pl.Int64) * len(TEAMS) + team_code(pl.col("team"))
"""A team in a season as one whole number."""

_TOLD = (
    "days_rest",
    "is_back_to_back",
    "games_last_4_days",
    "games_last_7_days",
    "travel_km",
    "travel_km_last_7_days",
    "time_zones_crossed",
)


def rest_and_travel(dates: DateRange, games: pl.LazyFrame) -> pl.DataFrame:
    """Rest and travel before every game of ``dates``: one row a team and game that is not postponed.

    A team's games stand in the order of their dates and, on one date, of their tip-offs. Its journeys lead from the
    arena of each game to that of the next; one that began more than ``SCHEDULE_DAYS`` before the row's date is not
    known. Clocks are compared at the row's tip-off.

    Args:
        dates: the game dates to make.
        games: ``conformed.games`` from ``SCHEDULE_DAYS`` before the first date to the last. Postponed games and games
            of other seasons do not count.

    Returns:
        The game, team, days_rest, is_back_to_back, games_last_4_days, games_last_7_days, travel_km,
        travel_km_last_7_days and time_zones_crossed.
    """
    schedule = _schedule(dates, games)
    is_row = dates.is_in()
    rows = schedule.filter(is_row)
    own = schedule.select(pl.arg_where(is_row).cast(pl.Int64)).to_series()
    positions = Positions(schedule, _TEAM_SEASON)

    def before(days: int) -> pl.Series:
        return positions.before(rows, _TEAM_SEASON, _DAY - timedelta(days=days))

    first_journey = before(JOURNEY_DAYS)
    today, yesterday = before(0), before(1)
    is_known = pl.col("_last_on") >= _DAY - timedelta(days=SCHEDULE_DAYS)
    days_between = (_DAY - pl.col("_last_on")).dt.total_days()
    clocks = clock_minutes(pl.col("_arena"), pl.col("tip_off_at")) - clock_minutes(
        pl.col("_last_arena"), pl.col("tip_off_at")
    )
    return rows.with_columns(
        pl.when(is_known).then(pl.max_horizontal(days_between - 1, 0)).alias("days_rest"),
        (today > yesterday).alias("is_back_to_back"),
        (today - before(SHORT_DAYS)).alias("games_last_4_days"),
        (today - first_journey).alias("games_last_7_days"),
        pl.when(is_known).then(in_wholes(pl.col("_metres"), METRES_PER_KM)).alias("travel_km"),
        in_wholes(pl.lit(_metres(schedule, first_journey, own, rows)), METRES_PER_KM).alias("travel_km_last_7_days"),
        pl.when(is_known).then(in_wholes(clocks, _MINUTES_PER_HOUR)).alias("time_zones_crossed"),
    ).select(*GAME, "team", *_TOLD)


def _schedule(dates: DateRange, games: pl.LazyFrame) -> pl.DataFrame:
    """One row a team and game in the order of (season, team, date, tip-off), with its last game's date and arena."""
    reached = dates.widened(before=SCHEDULE_DAYS)
    counted = games.filter(reached.is_in(), pl.col("status") != "postponed").with_columns(_arena=arena_of_game())
    teams = pl.concat(
        counted.select(*GAME, "tip_off_at", "_arena", pl.col(side).alias("team")) for side in ("home_team", "away_team")
    )
    return (
        teams.with_columns(_team_season=_TEAM_SEASON)
        .sort("_team_season", "game_date", "tip_off_at", "game_id")
        .with_columns(
            _last_on=_DAY.shift().over("_team_season"), _last_arena=pl.col("_arena").shift().over("_team_season")
        )
        .with_columns(_metres=metres_between(pl.col("_last_arena"), pl.col("_arena")))
        .collect()
    )


def _metres(schedule: pl.DataFrame, first: pl.Series, own: pl.Series, rows: pl.DataFrame) -> pl.Series:
    """Length of the journeys to the games from position ``first`` to ``own``.

    Of these only the first can have begun too long ago to be known on the row's date.
    """
    metres = schedule.select(pl.col("_metres").fill_null(0))
    through = WindowSums(metres).between(first, own + 1)["_metres"]
    began = schedule["_last_on"].gather(first)
    is_unknown = began < rows["game_date"] - timedelta(days=SCHEDULE_DAYS)
    return pl.select(through - pl.when(is_unknown).then(metres["_metres"].gather(first)).otherwise(0)).to_series()

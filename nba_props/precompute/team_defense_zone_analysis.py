"""Makes ``precompute.team_defense_zone_analysis``: what the defence of every team that plays allows by zone.

As in ``player_shot_zone_analysis`` every value is one division of exact sums.
"""

from __future__ import annotations

import polars as pl

from nba_props.box_formulas import quotient
from nba_props.contracts.conformed.shots import SHOT_ZONES
from nba_props.contracts.precompute import TEAM_DEFENSE_ZONE_ANALYSIS
from nba_props.contracts.precompute.shot_zones import DEFENSE_ZONE_GAMES
from nba_props.game_calendar import DateRange, season_start
from nba_props.precompute.known_games import KnownGames
from nba_props.windows import last_games, season_start_expression, team_code

_DAY = pl.col("game_date")
_TEAM = team_code(pl.col("team"))
_LEAGUE = pl.lit(0)
_SEASON = season_start_expression(_DAY)
_COUNTS = [f"{zone}_{name}_allowed" for zone in SHOT_ZONES for name in ("attempted", "made")]
_GAMES = "_games"


def build(dates: DateRange, *, games: pl.LazyFrame, team_defense_game_summary: pl.LazyFrame) -> pl.DataFrame:
    """Shooting that a defence allowed as of the morning of each date: one row a team that plays and date.

    Args:
        dates: the game dates to make.
        games: ``conformed.games`` of those dates; postponed games do not count.
        team_defense_game_summary: ``analytics.team_defense_game_summary`` from the first day of the first date's
            season up to the day before the last date. Rows that were not known on a date's morning have no influence
            on it.

    Returns:
        Rows with the columns of the contract, ordered by its key; without an earlier game of the season whose shots
        are known the count is 0 and the rest is null.
    """
    since = season_start(dates.first)
    history = team_defense_game_summary.filter(_DAY.is_between(since, dates.last, closed="left"), pl.col("has_shots"))
    faced = history.select("team", "game_date", "game_id", "knowable_at", *_COUNTS).collect()
    rows = _rows(dates, games)
    summed = [pl.repeat(1, pl.len(), dtype=pl.Int64).alias(_GAMES), pl.col(*_COUNTS)]
    own, league = KnownGames(faced, _TEAM, summed), KnownGames(faced, _LEAGUE, summed)
    end = own.end(rows)
    window = own.sums(last_games(end, DEFENSE_ZONE_GAMES, own.first_from(rows, _SEASON)), end)
    season = league.sums(league.first_from(rows, _SEASON), league.end(rows))
    made = pl.concat([rows, window, season.select(pl.all().name.prefix("league"))], how="horizontal")
    return TEAM_DEFENSE_ZONE_ANALYSIS.conform(
        made.with_columns(
            pl.col(_GAMES).alias("games_with_shots"), *(column for zone in SHOT_ZONES for column in _zone(zone))
        )
    )


def _rows(dates: DateRange, games: pl.LazyFrame) -> pl.DataFrame:
    due = games.filter(dates.is_in(), pl.col("status") != "postponed")
    sides = [due.select(pl.col(side).alias("team"), "game_date") for side in ("home_team", "away_team")]
    return pl.concat(sides).unique().sort("game_date", "team").collect()


def _zone(zone: str) -> list[pl.Expr]:
    """The columns of a zone; the league's sums are those of both teams of every game."""
    attempted, made = pl.col(f"{zone}_attempted_allowed"), pl.col(f"{zone}_made_allowed")
    league_attempted, league_made = pl.col(f"league{zone}_attempted_allowed"), pl.col(f"league{zone}_made_allowed")
    return [
        quotient(attempted, pl.col(_GAMES)).alias(f"{zone}_attempts_allowed_per_game"),
        quotient(made, attempted).alias(f"{zone}_percentage_allowed"),
        quotient(attempted * pl.col(f"league{_GAMES}"), pl.col(_GAMES) * league_attempted).alias(
            f"{zone}_attempts_allowed_ratio"
        ),
        quotient(made * league_attempted, attempted * league_made).alias(f"{zone}_percentage_allowed_ratio"),
    ]

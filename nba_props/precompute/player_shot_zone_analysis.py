"""Makes ``precompute.player_shot_zone_analysis``: where every player shoots, how well, and how much of it is assisted.

Every value is one division of exact sums over a window of games, so a range of dates gives what its single dates give,
bit for bit, whatever history was loaded.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from nba_props.box_formulas import quotient
from nba_props.contracts.conformed.shots import SHOT_ZONES
from nba_props.contracts.precompute import PLAYER_SHOT_ZONE_ANALYSIS
from nba_props.contracts.precompute.shot_zones import PLAYER_ZONE_WINDOWS
from nba_props.game_calendar import DateRange
from nba_props.precompute.known_games import KnownGames
from nba_props.windows import WINDOW_REACH, last_games

_DAY, _PLAYER = pl.col("game_date"), pl.col("player_id")
_FIRST_OF_WINDOWS = _DAY - WINDOW_REACH + timedelta(days=1)
_GAMES, _MADE_WITH_ASSISTS_TOLD, _ASSISTED = "_games", "_made_with_assists_told", "_assisted"


def build(dates: DateRange, *, games: pl.LazyFrame, player_game_summary: pl.LazyFrame) -> pl.DataFrame:
    """Shooting by zone as of the morning of each date: one row a player and date on which a game is played.

    Args:
        dates: the game dates to make.
        games: ``conformed.games`` of those dates; postponed games do not count.
        player_game_summary: ``analytics.player_game_summary`` from 365 days before the first date up to the day before
            the last. Rows that were not known on a date's morning have no influence on it.

    Returns:
        A row for every player whose last known game was not more than 365 days before the date, as in the daily cache,
        with the columns of the contract, ordered by its key; windows count games whose shots are known.
    """
    reached = _DAY.is_between(dates.first - WINDOW_REACH, dates.last, closed="left")
    history = player_game_summary.filter(reached, ~pl.col("did_not_play")).select(
        "player_id", "game_date", "game_id", "knowable_at", "has_shots", *_counts("attempted", "made", "assisted")
    )
    played = history.collect()
    rows = _rows(dates, games, played)
    shot = KnownGames(played.filter("has_shots"), _PLAYER, _summed())
    end, earliest = shot.end(rows), shot.first_from(rows, _FIRST_OF_WINDOWS)
    columns = [
        shot.sums(last_games(end, window, earliest), end).select(_window(window)) for window in PLAYER_ZONE_WINDOWS
    ]
    return PLAYER_SHOT_ZONE_ANALYSIS.conform(pl.concat([rows, *columns], how="horizontal"))


def _counts(*names: str) -> list[str]:
    return [f"{zone}_{name}" for zone in SHOT_ZONES for name in names]


def _rows(dates: DateRange, games: pl.LazyFrame, played: pl.DataFrame) -> pl.DataFrame:
    """Every date on which a game is played, with every player of whom a game is known."""
    days = games.filter(dates.is_in(), pl.col("status") != "postponed").select("game_date").unique().collect()
    rows = days.join(played.select("player_id").unique(), how="cross").sort("game_date", "player_id")
    known = KnownGames(played, _PLAYER)
    return rows.filter(known.end(rows) > known.first_from(rows, _DAY - WINDOW_REACH))


def _summed() -> list[pl.Expr]:
    assists_are_told = pl.col(f"{SHOT_ZONES[0]}_assisted").is_not_null()
    made = pl.sum_horizontal(_counts("made"))
    return [
        pl.repeat(1, pl.len(), dtype=pl.Int64).alias(_GAMES),
        pl.col(*_counts("attempted", "made")).fill_null(0),
        pl.when(assists_are_told).then(made).otherwise(0).alias(_MADE_WITH_ASSISTS_TOLD),
        pl.sum_horizontal(_counts("assisted")).alias(_ASSISTED),
    ]


def _window(games: int) -> list[pl.Expr]:
    """The columns of a window from its sums."""
    tried = pl.sum_horizontal(_counts("attempted"))
    columns = [pl.col(_GAMES).alias(f"games_with_shots_last_{games}")]
    for zone in SHOT_ZONES:
        attempted, made = pl.col(f"{zone}_attempted"), pl.col(f"{zone}_made")
        columns += [
            quotient(attempted, pl.col(_GAMES)).alias(f"{zone}_attempts_per_game_last_{games}"),
            quotient(attempted, tried).alias(f"{zone}_share_last_{games}"),
            quotient(made, attempted).alias(f"{zone}_percentage_last_{games}"),
        ]
    assisted = quotient(pl.col(_ASSISTED), pl.col(_MADE_WITH_ASSISTS_TOLD))
    return [*columns, assisted.alias(f"assisted_share_last_{games}")]

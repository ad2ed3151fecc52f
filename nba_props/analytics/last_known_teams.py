"""Whose team plays: the team of every player as the days before a date told it."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from nba_props.game_calendar import DateRange
from nba_props.windows import WINDOW_REACH, Positions, team_code

ACTIVE_REACH = timedelta(days=45)
"""Who was not seen for longer before his team's own last game is expected no more."""

_DAY = timedelta(days=1)
_TEAM = team_code(pl.col("team"))


def sightings(dates: DateRange, players: pl.LazyFrame) -> pl.DataFrame:
    """Where each player was seen when, in the order of (player, date): ``player_id``, ``seen_on`` and ``team``.

    Args:
        dates: the game dates to make.
        players: ``conformed.players`` from 365 days before the first date up to the day before the last.
    """
    reached = pl.col("game_date").is_between(dates.first - WINDOW_REACH, dates.last, closed="left")
    return (
        players.filter(reached)
        .select("player_id", pl.col("game_date").alias("seen_on"), "team")
        .sort("player_id", "seen_on")
        .collect()
    )


def expected_players(sides: pl.DataFrame, seen: pl.DataFrame, played: pl.DataFrame) -> pl.DataFrame:
    """Whose last known team plays: one row a player and game, with ``game_date``, ``game_id`` and ``player_id``.

    Left out is who was not seen for longer than ``ACTIVE_REACH`` before his team's last known game. So a team opens a
    season with those who ended the one before, if nothing newer was told of them.

    Args:
        sides: both teams of each game to come.
        seen: of ``sightings``.
        played: of ``recent_games.played_games``.
    """
    team_dates = sides.select("team", "game_date").unique().sort(_TEAM, "game_date")
    positions = Positions(team_dates, _TEAM)
    until = pl.min_horizontal(pl.col("seen_on") + WINDOW_REACH - _DAY, pl.col("seen_on").shift(-1).over("player_id"))
    stands = seen.with_columns(_until=until)
    due = (
        stands.with_columns(
            _first=positions.through(stands, _TEAM, pl.col("seen_on")),
            _after=positions.through(stands, _TEAM, pl.col("_until")),
        )
        .filter(pl.col("_first") < pl.col("_after"))
        .with_columns(_date=pl.int_ranges("_first", "_after"))
        .explode("_date", empty_as_null=False)
        .with_columns(game_date=pl.lit(team_dates["game_date"]).gather(pl.col("_date")))
    )
    is_gone = pl.col("_team_played_on") - pl.col("seen_on") > ACTIVE_REACH
    return (
        due.join(_last_team_games(team_dates, played), on=["team", "game_date"], how="left")
        .filter(~is_gone.fill_null(value=False))
        .join(sides.select("game_date", "game_id", "team"), on=["game_date", "team"])
        .select("game_date", "game_id", "player_id")
    )


def _last_team_games(team_dates: pl.DataFrame, played: pl.DataFrame) -> pl.DataFrame:
    """The date of each team's last game known before a date and less than 365 days old."""
    games = played.select("team", "known_on", _team_played_on="game_date").unique().sort("known_on", "_team_played_on")
    return (
        team_dates.sort("game_date")
        .join_asof(games, left_on="game_date", right_on="known_on", by="team", check_sortedness=False)
        .filter(pl.col("game_date") - pl.col("_team_played_on") < WINDOW_REACH)
        .select("team", "game_date", "_team_played_on")
    )


def with_teams(rows: pl.DataFrame, sides: pl.DataFrame, seen: pl.DataFrame, reports: pl.DataFrame) -> pl.DataFrame:
    """The rows with ``team``, ``opponent`` and ``is_home``.

    His team is the one that the days before the date tell, if it plays in the game; else the one that the newest
    report of him for the game tells; else unknown, that is null.

    Args:
        rows: ``game_date``, ``game_id`` and ``player_id`` at least, one row a player and game.
        sides: both teams of each game.
        seen: of ``sightings``.
        reports: of ``absences.newest_reports``.
    """
    before = (
        rows.sort("game_date")
        .join_asof(
            seen.sort("seen_on"),
            left_on="game_date",
            right_on="seen_on",
            by="player_id",
            allow_exact_matches=False,
            check_sortedness=False,
        )
        .with_columns(pl.when(pl.col("game_date") - pl.col("seen_on") < WINDOW_REACH).then("team"))
        .drop("seen_on")
    )
    places = sides.select("game_date", "game_id", "team", "opponent", "is_home")
    reported = reports.select("game_date", "game_id", "player_id", _reported_team="team")
    plays = places.select("game_date", "game_id", "team", _plays=pl.lit(value=True))
    return (
        before.join(plays, on=["game_date", "game_id", "team"], how="left", maintain_order="left")
        .join(reported, on=["game_date", "game_id", "player_id"], how="left", maintain_order="left")
        .with_columns(team=pl.when("_plays").then("team").otherwise("_reported_team"))
        .drop("_plays", "_reported_team")
        .join(places, on=["game_date", "game_id", "team"], how="left", maintain_order="left")
        .with_columns(team=pl.when(pl.col("opponent").is_not_null()).then("team"))
    )

"""Who is out as far as was told by a moment, and what he leaves to his team-mates."""

from __future__ import annotations

import polars as pl

from nba_props.analytics.last_known_teams import with_teams
from nba_props.analytics.recent_games import role_and_load
from nba_props.analytics.upcoming_games import GAME, sides
from nba_props.as_of import facts_known
from nba_props.box_formulas import REGULATION_MINUTES, in_wholes
from nba_props.contracts.raw.balldontlie import BDL_INJURIES
from nba_props.contracts.raw.espn import ESPN_INJURIES
from nba_props.contracts.raw.nba_injury_report import NBAC_INJURY_REPORT

OUT = ("out", "suspended")
"""Statuses of who will not play."""

SOURCES = (NBAC_INJURY_REPORT, ESPN_INJURIES, BDL_INJURIES)
"""Of two reports of one moment the first of these sources counts."""

PLAYER_GAME = (*GAME, "player_id")

_UNITS = 1_000_000_000_000
"""Units of fixed point in a minute and in a team's plays, so that the order of a sum does not matter."""


def newest_reports(games: pl.DataFrame, injuries: pl.LazyFrame) -> pl.DataFrame:
    """The newest report of each player for a game that was known at its moment.

    Args:
        games: the slate.
        injuries: ``conformed.injuries`` of its dates at least.

    Returns:
        One row a player and game: game_date, game_id, player_id, team, status, reason, report_at.
    """
    ranks = {source.full_name: rank for rank, source in enumerate(SOURCES)}
    return (
        facts_known(injuries, games.lazy(), on=GAME, knowable_at="report_at")
        .with_columns(_rank=pl.col("source").replace_strict(ranks, default=len(ranks), return_dtype=pl.Int64))
        .sort(*PLAYER_GAME, "report_at", "_rank", "source", descending=[False, False, False, True, False, False])
        .unique(PLAYER_GAME, keep="first", maintain_order=True)
        .select(*PLAYER_GAME, "team", "status", "reason", "report_at")
        .collect()
    )


def absent_players(
    games: pl.DataFrame, reports: pl.DataFrame, seen: pl.DataFrame, played: pl.DataFrame
) -> pl.DataFrame:
    """Who is out of those with a role in their team: at least one known game, and so mean minutes.

    Args:
        games: the slate.
        reports: of ``newest_reports``.
        seen: of ``last_known_teams.sightings``.
        played: of ``recent_games.played_games``.

    Returns:
        One row a player and game: its key, his team, and in whole units ``_minutes`` and ``_usage`` that he leaves.
    """
    out = reports.filter(pl.col("status").is_in(OUT)).select(PLAYER_GAME)
    told = role_and_load(with_teams(out, sides(games), seen, reports), played)
    minutes, usage = pl.col("minutes_mean_last_10"), pl.col("usage_mean_last_10")
    return told.filter(pl.col("team").is_not_null(), ~pl.col("is_newcomer")).select(
        *PLAYER_GAME, "team", _minutes=_units(minutes), _usage=_units(in_wholes(usage * minutes, REGULATION_MINUTES))
    )


def _units(value: pl.Expr) -> pl.Expr:
    return (value * _UNITS).round().cast(pl.Int64).fill_null(0)


def teams_reported(games: pl.DataFrame, reports: pl.DataFrame, seen: pl.DataFrame) -> pl.DataFrame:
    """The teams of whose players any report for a game was known, with the newest one's time ``injuries_at``.

    A report of the opponent alone says nothing of a team: it may not have submitted its own yet. Arguments as of
    ``absent_players``.
    """
    told = with_teams(reports.select(*PLAYER_GAME, "report_at"), sides(games), seen, reports)
    return told.group_by(*GAME, "team").agg(injuries_at=pl.col("report_at").max())


def with_absences(rows: pl.DataFrame, reported: pl.DataFrame, absent: pl.DataFrame) -> pl.DataFrame:
    """The rows with ``injuries_known``, ``injuries_at``, ``players_out``, ``minutes_out`` and ``usage_out``.

    The absent of the row's team are counted; a player's own row does not count himself. The three are null where no
    report of the team was known or the team is unknown.

    Args:
        rows: game_date, game_id and team at least, player_id too if they are rows of players.
        reported: of ``teams_reported``.
        absent: of ``absent_players``.
    """
    parts = [pl.lit(1, pl.Int64).alias("_players"), pl.col("_minutes"), pl.col("_usage")]
    of_team = absent.select(*GAME, "team", *parts).group_by(*GAME, "team").agg(pl.all().sum())
    told = rows.join(reported, on=[*GAME, "team"], how="left", maintain_order="left").join(
        of_team, on=[*GAME, "team"], how="left", maintain_order="left"
    )
    if "player_id" in rows.columns:
        own = absent.select(*PLAYER_GAME, *parts)
        told = told.join(own, on=PLAYER_GAME, how="left", maintain_order="left", suffix="_own").with_columns(
            pl.col(name).fill_null(0) - pl.col(f"{name}_own").fill_null(0)
            for name in ("_players", "_minutes", "_usage")
        )
    is_known = pl.col("injuries_at").is_not_null()

    def known(value: pl.Expr) -> pl.Expr:
        return pl.when(is_known).then(value)

    return told.with_columns(
        injuries_known=is_known,
        players_out=known(pl.col("_players").fill_null(0)),
        minutes_out=known(in_wholes(pl.col("_minutes").fill_null(0), _UNITS)),
        usage_out=known(in_wholes(pl.col("_usage").fill_null(0), _UNITS)),
    )

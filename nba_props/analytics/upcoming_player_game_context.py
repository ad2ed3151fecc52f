"""Makes ``analytics.upcoming_player_game_context``: what could be known of a player before a game."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl

from nba_props.analytics import absences, upcoming_games
from nba_props.analytics.absences import PLAYER_GAME
from nba_props.analytics.last_known_teams import expected_players, sightings, with_teams
from nba_props.analytics.recent_games import played_games, role_and_load
from nba_props.analytics.team_schedules import rest_and_travel
from nba_props.analytics.upcoming_games import GAME
from nba_props.as_of import require_known
from nba_props.contracts.analytics import UPCOMING_PLAYER_GAME_CONTEXT
from nba_props.game_calendar import DateRange
from nba_props.markets import PREDICTED_MARKETS

_TEAM_GAME = [*GAME, "team"]


def build(
    dates: DateRange,
    *,
    games: pl.LazyFrame,
    players: pl.LazyFrame,
    player_boxscores: pl.LazyFrame,
    injuries: pl.LazyFrame,
    prop_consensus: pl.LazyFrame,
    game_lines: pl.LazyFrame,
    now: datetime,
    lead: timedelta,
) -> pl.DataFrame:
    """Team, role, load, status, absent team-mates and lines of every player of a game that is not postponed.

    Rows are the players whose last known team plays, and everybody of whom a report for the game or a line of a
    predicted market was known at its moment.

    Args:
        dates: the game dates to make.
        games: ``conformed.games`` from 30 days before the first date to the last.
        players: ``conformed.players`` from 365 days before the first date up to the day before the last; only days
            before a date have influence on it.
        player_boxscores: ``conformed.player_boxscores`` of the same days; a game counts on a date on whose morning it
            was known.
        injuries: ``conformed.injuries`` of the dates; reports not later than the moment count.
        prop_consensus: ``conformed.prop_consensus`` of the dates; the current ones count, whose snapshot is not later.
        game_lines: ``conformed.game_lines`` of the dates, under the same rule.
        now: the time, aware UTC; a game that has not tipped off stands as of it.
        lead: how long before its tip-off a game that has tipped off stands.

    Returns:
        Rows of ``dates`` with the columns of the contract, ordered by its key.

    Raises:
        LaterFactError: a row would rest on a report or line that was not known at its moment.
    """
    slate = upcoming_games.slate(dates, games, now=now, lead=lead)
    sides, seen, played = upcoming_games.sides(slate), sightings(dates, players), played_games(dates, player_boxscores)
    reports = absences.newest_reports(slate, injuries)
    absent = absences.absent_players(slate, reports, seen, played)
    props = _prop_lines(slate, prop_consensus)
    expected = expected_players(sides, seen, played)
    keys = pl.concat(frame.select(PLAYER_GAME) for frame in (expected, reports, props)).unique(maintain_order=True)
    reported = absences.teams_reported(slate, reports, seen)
    rows = absences.with_absences(role_and_load(with_teams(keys, sides, seen, reports), played), reported, absent)
    made = UPCOMING_PLAYER_GAME_CONTEXT.conform(
        rows.lazy()
        .join(slate.lazy().drop("home_team", "away_team"), on=GAME)
        .join(reports.lazy().drop("team"), on=PLAYER_GAME, how="left")
        .join(props.lazy(), on=PLAYER_GAME, how="left")
        .join(_team_rest(dates, games), on=_TEAM_GAME, how="left")
        .join(_lines_by_side(slate, game_lines), on=_TEAM_GAME, how="left", nulls_equal=True)
        .rename({"status": "injury_status", "reason": "injury_reason", "report_at": "injury_report_at"})
        .with_columns(changed_team=pl.col("team") != pl.col("last_team"))
    )
    for used in ("injury_report_at", "props_at", "game_lines_at"):
        require_known(made, table=UPCOMING_PLAYER_GAME_CONTEXT.full_name, knowable_at=used)
    return made


def _prop_lines(slate: pl.DataFrame, prop_consensus: pl.LazyFrame) -> pl.DataFrame:
    """One row a player and game for which there is any line, the markets side by side."""
    market = pl.col("market")
    return (
        upcoming_games.current_lines(slate, prop_consensus)
        .filter(market.is_in(PREDICTED_MARKETS))
        .group_by(PLAYER_GAME)
        .agg(
            *(
                pl.when(market == name).then(value).max().alias(f"{name}_{value}")
                for name in PREDICTED_MARKETS
                for value in ("line", "over_probability")
            ),
            pl.col("snapshot_at").max().alias("props_at"),
        )
        .collect()
    )


def _team_rest(dates: DateRange, games: pl.LazyFrame) -> pl.LazyFrame:
    return rest_and_travel(dates, games).lazy().select(*_TEAM_GAME, team_days_rest="days_rest")


def _lines_by_side(slate: pl.DataFrame, game_lines: pl.LazyFrame) -> pl.LazyFrame:
    """The game lines as a team has them, and as a player whose team is not known: the total alone."""
    by_side = upcoming_games.game_lines_by_side(slate, game_lines).lazy().rename({"lines_at": "game_lines_at"})
    of_game = by_side.select(*GAME, pl.lit(None, pl.String).alias("team"), "total", "game_lines_at").unique()
    return pl.concat([by_side.drop("win_probability"), of_game], how="diagonal")

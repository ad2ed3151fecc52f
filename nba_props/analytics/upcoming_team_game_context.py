"""Makes ``analytics.upcoming_team_game_context``: what could be known of a team before its game."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl

from nba_props.analytics import absences, upcoming_games
from nba_props.analytics.last_known_teams import sightings
from nba_props.analytics.recent_games import played_games
from nba_props.analytics.team_schedules import rest_and_travel
from nba_props.analytics.upcoming_games import GAME
from nba_props.as_of import require_known
from nba_props.contracts.analytics import UPCOMING_TEAM_GAME_CONTEXT
from nba_props.game_calendar import DateRange

_TEAM_GAME = [*GAME, "team"]


def build(
    dates: DateRange,
    *,
    games: pl.LazyFrame,
    players: pl.LazyFrame,
    player_boxscores: pl.LazyFrame,
    injuries: pl.LazyFrame,
    game_lines: pl.LazyFrame,
    now: datetime,
    lead: timedelta,
) -> pl.DataFrame:
    """Rest, travel, absences and lines of both teams of every game that is not postponed, as of its moment.

    Args:
        dates: the game dates to make.
        games: ``conformed.games`` from 30 days before the first date to the last.
        players: ``conformed.players`` from 365 days before the first date up to the day before the last; only days
            before a date have influence on it.
        player_boxscores: ``conformed.player_boxscores`` of the same days; a game counts on a date on whose morning it
            was known.
        injuries: ``conformed.injuries`` of the dates; reports not later than the moment count.
        game_lines: ``conformed.game_lines`` of the dates; the current ones count, whose snapshot is not later.
        now: the time, aware UTC; a game that has not tipped off stands as of it.
        lead: how long before its tip-off a game that has tipped off stands.

    Returns:
        Rows of ``dates`` with the columns of the contract, ordered by its key.

    Raises:
        LaterFactError: a row would rest on a report or line that was not known at its moment.
    """
    slate = upcoming_games.slate(dates, games, now=now, lead=lead)
    reports = absences.newest_reports(slate, injuries)
    seen = sightings(dates, players)
    absent = absences.absent_players(slate, reports, seen, played_games(dates, player_boxscores))
    schedule = rest_and_travel(dates, games)
    opponents = schedule.select(*GAME, opponent="team", opponent_days_rest="days_rest")
    rows = (
        absences.with_absences(upcoming_games.sides(slate), absences.teams_reported(slate, reports, seen), absent)
        .join(schedule, on=_TEAM_GAME, how="left")
        .join(opponents, on=[*GAME, "opponent"], how="left")
        .join(upcoming_games.game_lines_by_side(slate, game_lines), on=_TEAM_GAME, how="left")
    )
    made = UPCOMING_TEAM_GAME_CONTEXT.conform(rows)
    for used in ("injuries_at", "lines_at"):
        require_known(made, table=UPCOMING_TEAM_GAME_CONTEXT.full_name, knowable_at=used)
    return made

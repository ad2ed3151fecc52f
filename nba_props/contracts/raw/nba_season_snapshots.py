"""Raw tables of what the NBA tells of teams over a season, read from archived bodies: the Cup and lineups."""

from __future__ import annotations

from typing import Any

import pandera.polars as pa
import polars as pl

from nba_props.contracts import columns as c
from nba_props.contracts.table import Contract, Table
from nba_props.game_calendar import GAME_TYPES

MOST_GAMES = 120
MOST_MINUTES = 50_000
MOST_PLACES = 30


def _snapshot_date() -> Any:
    return pa.Field(
        description="Calendar date in New York on which the answer was fetched, the snapshot's date; the partition."
    )


def _games(description: str) -> Any:
    return c.number(description, ge=0, le=MOST_GAMES)


def _place(description: str) -> Any:
    return c.number(f"{description}; null if it has none.", nullable=True, ge=1, le=MOST_PLACES)


def _behind(description: str) -> Any:
    return c.number(f"Games behind {description}; null if it is not in that race.", nullable=True, ge=0, le=MOST_GAMES)


def _total(description: str) -> Any:
    return c.number(description, ge=0)


def _share(description: str) -> Any:
    return c.number(f"{description}, null if there was none.", nullable=True, ge=0, le=1)


class NbacCupStandings(Contract):
    """Standings of the NBA Cup's group play: one row a season and team, as told by the day's newest answer."""

    game_date: pl.Date = _snapshot_date()
    season: str = c.season()
    team: str = c.team("Tricode of the team.")
    snapshot_at: c.Moment = c.moment("When the league made the standings, by its stamp; null without.", nullable=True)
    conference: str = c.text("East or West.", isin=("East", "West"))
    cup_group: str = c.text("Group, such as East Group A.", str_length={"min_value": 1})
    clinch_mark: str = c.text(
        "The league's mark: -x won its group, -wc wild card, -o out; null while open.", nullable=True
    )
    has_clinched_knockout: bool = c.flag("Whether it is sure to be in the knockout round.")
    has_clinched_group: bool = c.flag("Whether it is sure to win its group.")
    has_clinched_wildcard: bool = c.flag("Whether it is sure of the wild card.")
    group_rank: int = _place("Place in its group")
    wildcard_rank: int = _place("Place in the race for the wild card")
    knockout_rank: int = _place("Seed in the knockout round")
    wins: int = _games("Group games won.")
    losses: int = _games("Group games lost.")
    win_share: float = _share("Won of the group games played, as sent")
    group_games_behind: float = _behind("the group's first")
    wildcard_games_behind: float = _behind("the wild card")
    points: int = _total("Points in its group games.")
    points_allowed: int = _total("Points of the other teams in them.")
    points_difference: int = c.number("Points less the other teams'.", ge=-10_000, le=10_000)
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


class NbacCupGames(Contract):
    """Games of the NBA Cup's group play as listed with its standings: one row a season, team and game."""

    game_date: pl.Date = _snapshot_date()
    season: str = c.season()
    team: str = c.team("Tricode of the team.")
    game_id: str = c.game_id()
    game_number: int = c.number("Which of the team's group games it is.", ge=1, le=MOST_GAMES)
    opponent: str = c.team("Tricode of the other team; null if not yet known.", nullable=True)
    is_home: bool = c.flag("Whether the team is at home; null if not told.", nullable=True)
    game_status: int = c.number("1 scheduled, 2 in progress, 3 final.", ge=1, le=3)
    status_text: str = c.text("Status as the league words it.", nullable=True)
    won: bool = c.flag("Whether the team won; null before the end.", nullable=True)
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


class NbacLineups(Contract):
    """Totals of a team's lineups over a season: one row a season, season type, team and group of players.

    The team as a whole is a group, too. As told by the day's newest answer.
    """

    game_date: pl.Date = _snapshot_date()
    season: str = c.season()
    season_type: str = c.text("Kind of games.", isin=tuple(GAME_TYPES.values()))
    team: str = c.team("Tricode of the team that was asked about.")
    group_size: int = c.number("Players in the group; 0 for the team as a whole.", ge=0, le=5)
    group_id: str = c.text(
        "The league's id of the group, made of its players' ids; 'Overall' for the team as a whole.",
        str_length={"min_value": 1},
    )
    group_name: str = c.text("Players of the group as the league words them.", str_length={"min_value": 1})
    games: int = _games("Games in which the group played.")
    wins: int = _games("Those that were won.")
    losses: int = _games("Those that were lost.")
    win_share: float = _share("Won of the games played, as sent")
    minutes: float = c.number(
        "Minutes of the group together; of the team as a whole as sent, its players' added up.", ge=0, le=MOST_MINUTES
    )
    field_goals_made: int = _total("Field goals made.")
    field_goals_attempted: int = _total("Field goals attempted.")
    field_goal_share: float = _share("Made of attempted field goals")
    threes: int = _total("Three-pointers made.")
    threes_attempted: int = _total("Three-pointers attempted.")
    threes_share: float = _share("Made of attempted threes")
    free_throws_made: int = _total("Free throws made.")
    free_throws_attempted: int = _total("Free throws attempted.")
    free_throw_share: float = _share("Made of attempted free throws")
    offensive_rebounds: int = _total("Offensive rebounds.")
    defensive_rebounds: int = _total("Defensive rebounds.")
    rebounds: int = _total("Rebounds.")
    assists: int = _total("Assists.")
    turnovers: int = _total("Turnovers.")
    steals: int = _total("Steals.")
    blocks: int = _total("Blocks.")
    blocks_against: int = _total("Shots that were blocked.")
    fouls: int = _total("Personal fouls.")
    fouls_drawn: int = _total("Personal fouls of the other team.")
    points: int = _total("Points.")
    plus_minus: int = c.number("Points less the other team's.", ge=-10_000, le=10_000)
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


NBAC_CUP_STANDINGS = Table("raw", "nbac_cup_standings", NbacCupStandings, ("game_date", "season", "team"))
NBAC_CUP_GAMES = Table("raw", "nbac_cup_games", NbacCupGames, ("game_date", "season", "team", "game_id"))
NBAC_LINEUPS = Table(
    "raw", "nbac_lineups", NbacLineups, ("game_date", "season", "season_type", "team", "group_size", "group_id")
)

TABLES = (NBAC_CUP_STANDINGS, NBAC_CUP_GAMES, NBAC_LINEUPS)

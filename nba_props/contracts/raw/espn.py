"""Raw tables of ESPN."""

from __future__ import annotations

from typing import Any

import pandera.polars as pa
import polars as pl

from nba_props.contracts import columns as c
from nba_props.contracts.raw.quarantine import quarantine_table
from nba_props.contracts.table import Contract, Table

GAME_STATES = ("pre", "in", "post")
BOX_SCORE_ENDPOINTS = ("box_scores", "box_score_pages")

_SNAPSHOT_DATE = "Date in New York on which the list was read; the partition."
_EVENT_ID = "ESPN's id of the game."
_PLAYER_ID = "ESPN's id of the player."
_PLAYER_NAME = "Player as ESPN spells him, without accents."
_NOT_EMPTY = {"min_value": 1}


def _day(description: str, *, nullable: bool = False) -> Any:
    return pa.Field(description=description, nullable=nullable)


class EspnScoreboard(Contract):
    """ESPN's scoreboards: one row a game between two of the thirty teams, as the newest one of its date had it."""

    game_date: pl.Date = c.game_date()
    event_id: str = c.text(_EVENT_ID, str_length=_NOT_EMPTY)
    season: str = c.season()
    season_type: int = c.number("ESPN's kind of season: 1 preseason, 2 regular, 3 playoffs, 5 play-in.", nullable=True)
    home_team: str = c.team("Tricode of the home team.")
    away_team: str = c.team("Tricode of the visiting team.")
    status: str = c.text("pre, in or post; a postponed game is post, too.", isin=GAME_STATES)
    status_name: str = c.text("ESPN's own status, such as STATUS_FINAL, STATUS_HALFTIME, STATUS_POSTPONED.")
    is_final: bool = c.flag("Whether the game was played to its end.")
    is_postponed: bool = c.flag("Whether ESPN calls the game postponed.")
    tip_off_at: c.Moment = c.moment("Scheduled tip-off; null where ESPN marks the time as unknown.", nullable=True)
    home_score: int = c.number("Points of the home team; null unless the game runs or is final.", nullable=True, ge=0)
    away_score: int = c.number("Points of the visiting team; null likewise.", nullable=True, ge=0)
    period: int = c.number("Quarter, 5 and up in overtime; 0 before the game.", nullable=True, ge=0)
    is_neutral: bool = c.flag("Whether ESPN marks the site as neutral.", nullable=True)
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


class EspnBoxscores(Contract):
    """ESPN's player box scores: one row a game, player and endpoint, of those who did not play too; a game that is
    running has rows as well."""

    game_date: pl.Date = c.game_date()
    event_id: str = c.text(_EVENT_ID, str_length=_NOT_EMPTY)
    endpoint: str = c.text("Where it was read: box_scores (site API) or box_score_pages.", isin=BOX_SCORE_ENDPOINTS)
    season: str = c.season()
    status: str = c.text("State of the game then: pre, in or post; only post lines are whole.", isin=GAME_STATES)
    home_team: str = c.team("Tricode of the home team.")
    away_team: str = c.team("Tricode of the visiting team.")
    team: str = c.team()
    source_player_id: str = c.text(_PLAYER_ID, str_length=_NOT_EMPTY)
    player_name: str = c.text(_PLAYER_NAME, str_length=_NOT_EMPTY)
    is_starter: bool = c.flag("Whether he started; null where the source does not say.", nullable=True)
    did_not_play: bool = c.flag("Whether he did not play; of a running game so far.")
    not_playing_reason: str = c.text("Why not, as ESPN words it.", nullable=True)
    minutes: float = c.number("Minutes played; ESPN rounds to whole ones.", nullable=True, ge=0, le=100)
    field_goals_made: int = c.number("Field goals made.", nullable=True, ge=0)
    field_goals_attempted: int = c.number("Field goals attempted.", nullable=True, ge=0)
    threes: int = c.number("Three-pointers made.", nullable=True, ge=0)
    threes_attempted: int = c.number("Three-pointers attempted.", nullable=True, ge=0)
    free_throws_made: int = c.number("Free throws made.", nullable=True, ge=0)
    free_throws_attempted: int = c.number("Free throws attempted.", nullable=True, ge=0)
    offensive_rebounds: int = c.number("Offensive rebounds.", nullable=True, ge=0)
    defensive_rebounds: int = c.number("Defensive rebounds.", nullable=True, ge=0)
    rebounds: int = c.number("Rebounds.", nullable=True, ge=0)
    assists: int = c.number("Assists.", nullable=True, ge=0)
    steals: int = c.number("Steals.", nullable=True, ge=0)
    blocks: int = c.number("Blocks.", nullable=True, ge=0)
    turnovers: int = c.number("Turnovers.", nullable=True, ge=0)
    fouls: int = c.number("Personal fouls.", nullable=True, ge=0)
    points: int = c.number("Points.", nullable=True, ge=0)
    plus_minus: int = c.number("Points of his team less the opponent's while he played.", nullable=True)
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


class EspnRosters(Contract):
    """ESPN's team rosters: one row a date of reading, team and player, as the newest list of that date had it."""

    game_date: pl.Date = _day(_SNAPSHOT_DATE)
    team: str = c.team()
    source_player_id: str = c.text(_PLAYER_ID, str_length=_NOT_EMPTY)
    player_name: str = c.text(_PLAYER_NAME, str_length=_NOT_EMPTY)
    jersey: str = c.text("Number on his jersey; a text, as 0 and 00 differ.", nullable=True)
    position: str = c.text("Position, such as PG or F.", nullable=True)
    height_inches: float = c.number("Height in inches.", nullable=True, gt=0, lt=120)
    weight_pounds: float = c.number("Weight in pounds.", nullable=True, gt=0, lt=600)
    birth_date: pl.Date = _day("Date of birth.", nullable=True)
    experience_years: int = c.number("Seasons in the NBA before this one.", nullable=True, ge=0)
    status: str = c.text("ESPN's status of him, such as active.", nullable=True)
    injury_status: str = c.text("Status of his injury, if the list tells one, such as Out.", nullable=True)
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


class EspnInjuries(Contract):
    """ESPN's injury list: one row a date of reading, player and report that stood in a list of that date; a report that
    a newer one replaced within the date stays beside it."""

    game_date: pl.Date = _day(_SNAPSHOT_DATE)
    team: str = c.team()
    source_player_id: str = c.text(_PLAYER_ID, str_length=_NOT_EMPTY)
    player_name: str = c.text(_PLAYER_NAME, str_length=_NOT_EMPTY)
    reported_at: c.Moment = c.moment("When ESPN says that it was reported.", nullable=True)
    status: str = c.text("Status as ESPN words it, such as Out or Day-To-Day.", str_length=_NOT_EMPTY)
    status_name: str = c.text("ESPN's name of the status, such as INJURY_STATUS_OUT.", nullable=True)
    injury: str = c.text("What is hurt, such as Knee.", nullable=True)
    injury_location: str = c.text("Part of the body, such as Leg.", nullable=True)
    injury_side: str = c.text("Left, Right or Not Specified.", nullable=True)
    injury_detail: str = c.text("What was done or found, such as Surgery.", nullable=True)
    expected_return_date: pl.Date = _day("Date on which he may be back.", nullable=True)
    comment: str = c.text("ESPN's sentence on it.", nullable=True)
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


ESPN_SCOREBOARD = Table("raw", "espn_scoreboard", EspnScoreboard, ("game_date", "event_id"))
ESPN_BOXSCORES = Table(
    "raw", "espn_boxscores", EspnBoxscores, ("game_date", "event_id", "source_player_id", "endpoint")
)
ESPN_ROSTERS = Table("raw", "espn_rosters", EspnRosters, ("game_date", "team", "source_player_id"))
ESPN_INJURIES = Table("raw", "espn_injuries", EspnInjuries, ("game_date", "team", "source_player_id", "reported_at"))
ESPN_QUARANTINE = quarantine_table("espn")

TABLES = (ESPN_SCOREBOARD, ESPN_BOXSCORES, ESPN_ROSTERS, ESPN_INJURIES, ESPN_QUARANTINE)

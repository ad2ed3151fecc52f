"""Raw tables of balldontlie."""

from __future__ import annotations

from typing import Any

import pandera.polars as pa
import polars as pl

from nba_props.contracts import columns as c
from nba_props.contracts.raw.quarantine import quarantine_table
from nba_props.contracts.table import Contract, Table
from nba_props.markets import GAME_LINE_MARKETS

BOX_SCORE_ENDPOINTS = ("stats", "box_scores")
MOST_GAMES = 82
CONFERENCES = ("East", "West")
LARGEST_VALUE = 10_000_000
"""No statistic is as large; what is larger is damage."""

NO_SEASON_TYPE = "unstated"
"""Season type of what does not tell one."""

LEADERS = "leaders"
"""What the lists of leaders are stored as, beside the categories of season averages."""


def _snapshot_date() -> Any:
    return pa.Field(
        description="Calendar date in New York on which the list was fetched, the snapshot's date; the partition."
    )


def _game_status() -> Any:
    return c.number("1 scheduled, 2 in progress, 3 final, as the source's status and period tell.", ge=1, le=3)


def _statistic(description: str, **checks: Any) -> Any:
    return c.number(f"{description} Null for who did not play.", nullable=True, **checks)


def _value(description: str, null: str) -> Any:
    return c.number(f"{description} Null {null}.", nullable=True, ge=-LARGEST_VALUE, le=LARGEST_VALUE)


def _rank(where: str) -> Any:
    return c.number(f"Place in the {where}, if the source says.", nullable=True, ge=1, le=15)


def _record(what: str) -> Any:
    return c.number(f"{what}, if the source says.", nullable=True, ge=0, le=MOST_GAMES)


class BdlGames(Contract):
    """balldontlie's games: one row a game, as it stood when it was last read."""

    event_id: str = c.text("balldontlie's id of the game.", str_length={"min_value": 1})
    game_date: pl.Date = c.game_date()
    season: str = c.season()
    game_status: int = _game_status()
    status_text: str = c.text(
        "Status as the source words it: Final, 3rd Qtr, or a time before the game.", nullable=True
    )
    is_postponed: bool = c.flag("Whether the status says that the game is postponed.")
    is_postseason: bool = c.flag("Whether the source counts the game to the postseason.")
    period: int = c.number("Period under way or last played, 5 and more in overtime; 0 before.", ge=0, le=20)
    game_clock: str = c.text("The game clock as the source shows it; null if it shows none.", nullable=True)
    tip_off_at: c.Moment = c.moment(
        "Scheduled tip-off; null if the source tells none on the game's date.", nullable=True
    )
    home_team: str = c.team("Tricode of the home team.")
    away_team: str = c.team("Tricode of the visiting team.")
    home_score: int = c.number("Points of the home team so far, null before the game.", nullable=True, ge=0)
    away_score: int = c.number("Points of the visiting team so far, null before the game.", nullable=True, ge=0)
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


class BdlPlayerBoxscores(Contract):
    """balldontlie's player box scores: one row a player, game and endpoint, who did not play included.

    A row is final where ``game_status`` is 3. The source marks nobody as not playing: it gives him no minutes and
    nothing but zeros, and such a line counts as that of a player who did not play (yet).
    """

    event_id: str = c.text("balldontlie's id of the game; null from box_scores, which tells none.", nullable=True)
    game_date: pl.Date = c.game_date()
    endpoint: str = c.text("Endpoint that told it.", isin=BOX_SCORE_ENDPOINTS)
    season: str = c.season()
    game_status: int = _game_status()
    status_text: str = c.text("Status of the game as the source words it.", nullable=True)
    home_team: str = c.team("Tricode of the home team.")
    away_team: str = c.team("Tricode of the visiting team.")
    source_player_id: str = c.text("balldontlie's id of the player.", str_length={"min_value": 1})
    player_name: str = c.text("First and last name as the source spells them.", str_length={"min_value": 1})
    team: str = c.team()
    is_starter: bool = c.flag("Whether he started; null, the source does not say.", nullable=True)
    did_not_play: bool = c.flag("Whether he did not play; in a game that is not over: has not played yet.")
    not_playing_reason: str = c.text("Why he did not play; null, the source does not say.", nullable=True)
    minutes: float = _statistic("Minutes played; whole numbers unless the source gives seconds, too.", ge=0, le=100)
    points: int = _statistic("Points.", ge=0)
    rebounds: int = _statistic("Rebounds.", ge=0)
    offensive_rebounds: int = _statistic("Offensive rebounds.", ge=0)
    defensive_rebounds: int = _statistic("Defensive rebounds.", ge=0)
    assists: int = _statistic("Assists.", ge=0)
    steals: int = _statistic("Steals.", ge=0)
    blocks: int = _statistic("Blocks.", ge=0)
    turnovers: int = _statistic("Turnovers.", ge=0)
    fouls: int = _statistic("Personal fouls.", ge=0)
    field_goals_made: int = _statistic("Field goals made.", ge=0)
    field_goals_attempted: int = _statistic("Field goals attempted.", ge=0)
    threes: int = _statistic("Three-pointers made.", ge=0)
    threes_attempted: int = _statistic("Three-pointers attempted.", ge=0)
    free_throws_made: int = _statistic("Free throws made.", ge=0)
    free_throws_attempted: int = _statistic("Free throws attempted.", ge=0)
    plus_minus: int = _statistic("Points of his team less the opponent's while he played, if the source says.")
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


class BdlActivePlayers(Contract):
    """balldontlie's active players: one row a player and day, as told by the day's newest answer."""

    game_date: pl.Date = _snapshot_date()
    source_player_id: str = c.text("balldontlie's id of the player.", str_length={"min_value": 1})
    player_name: str = c.text("First and last name as the source spells them.", str_length={"min_value": 1})
    team: str = c.team("Tricode of his team; null if the source gives none.", nullable=True)
    position: str = c.text("G, F or C, or two of them with the main one first.", nullable=True)
    height: str = c.text("Feet and inches, such as 6-8.", nullable=True)
    weight_pounds: int = c.number("Weight, pounds.", nullable=True, gt=0, le=1000)
    jersey_number: str = c.text("Jersey number, as text because of '00'.", nullable=True)
    college: str = c.text("College, or the team or school before the NBA.", nullable=True)
    country: str = c.text("Country.", nullable=True)
    draft_year: int = c.number("Year drafted, null if he was not.", nullable=True, ge=1946, le=2100)
    draft_round: int = c.number("Draft round.", nullable=True, ge=0, le=100)
    draft_number: int = c.number("Place in the whole draft.", nullable=True, ge=0, le=1000)
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


class BdlPlayers(BdlActivePlayers):
    """balldontlie's players of all times, read from archived lists: one row a player and day, with the same facts as
    ``raw.bdl_active_players``, whether or not he still plays."""


class BdlTeams(Contract):
    """balldontlie's teams, read from archived lists: one row a team and day, those of the past included."""

    game_date: pl.Date = _snapshot_date()
    source_team_id: str = c.text("balldontlie's id of the team.", str_length={"min_value": 1})
    team: str = c.team("Tricode of the team; null for one that is no more.", nullable=True)
    abbreviation: str = c.text(
        "The source's abbreviation, which teams of the past may share with those of today.", nullable=True
    )
    team_name: str = c.text("The team's whole name as the source spells it.", str_length={"min_value": 1})
    nickname: str = c.text("The name without the city; of a team of the past the whole name.", nullable=True)
    city: str = c.text("City, if the source says.", nullable=True)
    conference: str = c.text("East or West; null for a team of the past.", nullable=True, isin=CONFERENCES)
    division: str = c.text("Division; null for a team of the past.", nullable=True)
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


class BdlPlayerMeasures(Contract):
    """balldontlie's advanced box scores, read from archived bodies: one row a player, game and statistic."""

    event_id: str = c.text("balldontlie's id of the game.", str_length={"min_value": 1})
    game_date: pl.Date = c.game_date()
    season: str = c.season()
    home_team: str = c.team("Tricode of the home team.")
    away_team: str = c.team("Tricode of the visiting team.")
    source_player_id: str = c.text("balldontlie's id of the player.", str_length={"min_value": 1})
    player_name: str = c.text("First and last name as the source spells them.", str_length={"min_value": 1})
    team: str = c.team()
    statistic: str = c.text("Statistic by the source's name, such as usage_percentage.", str_length={"min_value": 1})
    value: float = _value("As sent: shares lie in 0..1, ratings are points in 100 possessions.", "for who did not play")
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


class BdlSeasonMeasures(Contract):
    """balldontlie's season averages and lists of leaders, read from archived bodies: one row a player, season, list and
    statistic, as told by the day's newest answer.

    The place of a player in the league stands beside the value that it is of, and is no statistic of its own.
    """

    game_date: pl.Date = _snapshot_date()
    season: str = c.season()
    season_type: str = c.text(
        f"Part of the season as the source words it, such as regular or playoffs; '{NO_SEASON_TYPE}' of leaders, whose"
        " list tells none.",
        str_length={"min_value": 1},
    )
    measure: str = c.text(
        f"List that tells it: '{LEADERS}', or category and type of season averages, such as general/base; the category"
        " alone where no type was asked for.",
        str_length={"min_value": 1},
    )
    source_player_id: str = c.text("balldontlie's id of the player.", str_length={"min_value": 1})
    player_name: str = c.text("First and last name as the source spells them.", str_length={"min_value": 1})
    team: str = c.team("Tricode of his team when the list was fetched; null in season averages.", nullable=True)
    statistic: str = c.text("Statistic by the source's name, such as reb.", str_length={"min_value": 1})
    value: float = _value("As sent: most are averages a game.", "if the source gives none")
    rank: int = c.number("Place in the league by this statistic, if the source says.", nullable=True, ge=1, le=99_999)
    games_played: int = c.number("Games that it is of, if the source says.", nullable=True, ge=0, le=999)
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


class BdlOdds(Contract):
    """balldontlie's game lines, read from archived bodies: one row a game, reading, vendor, market and whether live.

    The one genuine body is an empty list: its rows are read by the source's documentation, and none was ever seen.
    """

    game_date: pl.Date = pa.Field(
        description="Calendar date that was asked about, without one that of fetching in New York: lines tell none;"
        " the partition."
    )
    snapshot_at: c.Moment = c.moment("When the lines were fetched.")
    event_id: str = c.text("balldontlie's id of the game.", str_length={"min_value": 1})
    vendor: str = c.text("Bookmaker as the source names it.", str_length={"min_value": 1})
    market: str = c.text("h2h, spreads or totals; the source says 2way, spread and over/under.", isin=GAME_LINE_MARKETS)
    is_live: bool = c.flag("Whether the line was offered during the game.")
    home_price: float = c.price("Home team.", nullable=True)
    away_price: float = c.price("Visiting team.", nullable=True)
    over_price: float = c.price("Over.", nullable=True)
    under_price: float = c.price("Under.", nullable=True)
    away_spread: float = c.number("Points that the visiting team is given.", nullable=True, ge=-100, le=100)
    total: float = c.number("Line of the points of both teams.", nullable=True, gt=0, le=400)
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


class BdlInjuries(Contract):
    """balldontlie's injury list: one row a player and reading; who is on it no more is in no later reading.

    A list comes in pages, so the rows of one reading have times seconds apart.
    """

    game_date: pl.Date = _snapshot_date()
    snapshot_at: c.Moment = c.moment("When the page of the list was fetched.")
    source_player_id: str = c.text("balldontlie's id of the player.", str_length={"min_value": 1})
    player_name: str = c.text("First and last name as the source spells them.", str_length={"min_value": 1})
    team: str = c.team("Tricode of his team; null if the source gives none.", nullable=True)
    status: str = c.text("Status as the source words it, such as Out or Day-To-Day.", str_length={"min_value": 1})
    expected_return: str = c.text("Day of return as the source words it, without a year: Oct 1.", nullable=True)
    description: str = c.text("The news behind it, in the source's words, with the day it is of.", nullable=True)
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


class BdlStandings(Contract):
    """balldontlie's standings: one row a team, season and day, as told by the day's newest answer."""

    game_date: pl.Date = _snapshot_date()
    season: str = c.season()
    team: str = c.team("Tricode of the team.")
    conference: str = c.text("East or West.", isin=CONFERENCES)
    division: str = c.text("Division.", nullable=True)
    conference_rank: int = _rank("conference")
    division_rank: int = _rank("division")
    wins: int = c.number("Games won.", ge=0, le=MOST_GAMES)
    losses: int = c.number("Games lost.", ge=0, le=MOST_GAMES)
    conference_wins: int = _record("Games won within the conference")
    conference_losses: int = _record("Games lost within the conference")
    division_wins: int = _record("Games won within the division")
    division_losses: int = _record("Games lost within the division")
    home_wins: int = _record("Games won at home")
    home_losses: int = _record("Games lost at home")
    road_wins: int = _record("Games won away")
    road_losses: int = _record("Games lost away")
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


BDL_GAMES = Table("raw", "bdl_games", BdlGames, ("game_date", "event_id"))
BDL_PLAYER_BOXSCORES = Table(
    "raw", "bdl_player_boxscores", BdlPlayerBoxscores, ("game_date", "event_id", "source_player_id", "endpoint")
)
BDL_ACTIVE_PLAYERS = Table("raw", "bdl_active_players", BdlActivePlayers, ("game_date", "source_player_id"))
BDL_INJURIES = Table("raw", "bdl_injuries", BdlInjuries, ("game_date", "snapshot_at", "source_player_id"))
BDL_STANDINGS = Table("raw", "bdl_standings", BdlStandings, ("game_date", "season", "team"))
BDL_PLAYERS = Table("raw", "bdl_players", BdlPlayers, ("game_date", "source_player_id"))
BDL_TEAMS = Table("raw", "bdl_teams", BdlTeams, ("game_date", "source_team_id"))
BDL_PLAYER_MEASURES = Table(
    "raw", "bdl_player_measures", BdlPlayerMeasures, ("game_date", "event_id", "source_player_id", "statistic")
)
BDL_SEASON_MEASURES = Table(
    "raw",
    "bdl_season_measures",
    BdlSeasonMeasures,
    ("game_date", "season", "season_type", "measure", "source_player_id", "statistic"),
)
BDL_ODDS = Table("raw", "bdl_odds", BdlOdds, ("game_date", "snapshot_at", "event_id", "vendor", "market", "is_live"))
BDL_QUARANTINE = quarantine_table("bdl")

TABLES = (
    BDL_GAMES,
    BDL_PLAYER_BOXSCORES,
    BDL_ACTIVE_PLAYERS,
    BDL_INJURIES,
    BDL_STANDINGS,
    BDL_PLAYERS,
    BDL_TEAMS,
    BDL_PLAYER_MEASURES,
    BDL_SEASON_MEASURES,
    BDL_ODDS,
    BDL_QUARANTINE,
)

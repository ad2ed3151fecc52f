"""Raw tables: what an upstream said, typed, one table a source and endpoint, with the payload of every row."""

from __future__ import annotations

import polars as pl

from nba_props.contracts import columns as c
from nba_props.contracts.table import Contract, Table
from nba_props.game_calendar import GAME_TYPES
from nba_props.markets import GAME_LINE_MARKETS


class NbacSchedule(Contract):
    """The NBA's schedule: one row a game of the newest whole-season snapshot, under the date the league gives it."""

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    season: str = c.season()
    game_type: str = c.text("Kind of game, from the third digit of its id.", isin=tuple(GAME_TYPES.values()))
    game_status: int = c.number("1 scheduled, 2 in progress, 3 final.", ge=1, le=3)
    status_text: str = c.text("Status as the league words it.", nullable=True)
    tip_off_at: c.Moment = c.moment("Scheduled tip-off; null where the league has not set a time.", nullable=True)
    is_postponed: bool = c.flag("Whether the league marks the game as postponed.")
    is_neutral: bool = c.flag("Whether the league marks the site as neutral.")
    home_team_id: int = c.number("NBA id of the home team; 0 if not yet known.", ge=0)
    home_team: str = c.text("Tricode of the home team; preseason guests have codes of their own.", nullable=True)
    away_team_id: int = c.number("NBA id of the visiting team; 0 if not yet known.", ge=0)
    away_team: str = c.text("Tricode of the visiting team.", nullable=True)
    home_score: int = c.number("Points of the home team, null before the game.", nullable=True, ge=0)
    away_score: int = c.number("Points of the visiting team, null before the game.", nullable=True, ge=0)
    arena: str = c.text("Arena.", nullable=True)
    label: str = c.text("The league's label, such as NBA Cup or a playoff round.", nullable=True)
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


class NbacPlayerBoxscore(Contract):
    """Player box scores of stats.nba.com leaguegamelog: one row a player who played; those who did not have none."""

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    season: str = c.season()
    player_id: int = c.player_id()
    player_name: str = c.text("Name as the NBA spells it.", str_length={"min_value": 1})
    team_id: int = c.number("NBA id of his team.", gt=0)
    team: str = c.team()
    matchup: str = c.text("Teams as the log words them: 'BOS vs. NYK' at home, 'BOS @ NYK' away.")
    won: bool = c.flag("Whether his team won.", nullable=True)
    minutes: float = c.number("Minutes played; whole numbers at this endpoint.", ge=0, le=100)
    field_goals_made: int = c.number("Field goals made.", ge=0)
    field_goals_attempted: int = c.number("Field goals attempted.", ge=0)
    field_goal_share: float = c.number("Made of attempted, null if none was attempted.", nullable=True, ge=0, le=1)
    threes: int = c.number("Three-pointers made.", ge=0)
    threes_attempted: int = c.number("Three-pointers attempted.", ge=0)
    threes_share: float = c.number("Made of attempted threes, null if none.", nullable=True, ge=0, le=1)
    free_throws_made: int = c.number("Free throws made.", ge=0)
    free_throws_attempted: int = c.number("Free throws attempted.", ge=0)
    free_throw_share: float = c.number("Made of attempted free throws, null if none.", nullable=True, ge=0, le=1)
    offensive_rebounds: int = c.number("Offensive rebounds.", ge=0)
    defensive_rebounds: int = c.number("Defensive rebounds.", ge=0)
    rebounds: int = c.number("Rebounds.", ge=0)
    assists: int = c.number("Assists.", ge=0)
    steals: int = c.number("Steals.", ge=0)
    blocks: int = c.number("Blocks.", ge=0)
    turnovers: int = c.number("Turnovers.", ge=0)
    fouls: int = c.number("Personal fouls.", ge=0)
    points: int = c.number("Points.", ge=0)
    plus_minus: int = c.number("Points of his team less the opponent's while he played.", nullable=True)
    fantasy_points: float = c.number("Fantasy points as the NBA counts them.", nullable=True)
    video_available: int = c.number("1 if the NBA has video of the game.", nullable=True)
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


class OddsEvents(Contract):
    """The Odds API's events: one row an event and snapshot."""

    event_id: str = c.text("The Odds API's event id.", str_length={"min_value": 1})
    game_date: pl.Date = c.game_date()
    snapshot_at: c.Moment = c.moment("The time that the answer describes.")
    commence_at: c.Moment = c.moment("Scheduled or expected start, as the source has it.")
    home_team_name: str = c.text("Home team as the source spells it.")
    away_team_name: str = c.text("Visiting team as the source spells it.")
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


class OddsPlayerProps(Contract):
    """The Odds API's player props: one row an event, snapshot, bookmaker, market, player and line, alternates too."""

    event_id: str = c.text("The Odds API's event id.", str_length={"min_value": 1})
    game_date: pl.Date = c.game_date()
    snapshot_at: c.Moment = c.moment("The time that the answer describes.")
    commence_at: c.Moment = c.moment("Scheduled or expected start, as the source has it.")
    home_team_name: str = c.text("Home team as the source spells it.")
    away_team_name: str = c.text("Visiting team as the source spells it.")
    bookmaker: str = c.bookmaker()
    market: str = c.market()
    is_alternate_market: bool = c.flag("Whether the source listed the line under its key for alternates.")
    player_name: str = c.text("Player as the bookmaker spells him.", str_length={"min_value": 1})
    line: float = c.line()
    over_price: float = c.price("Over.", nullable=True)
    under_price: float = c.price("Under.", nullable=True)
    last_update: c.Moment = c.moment("When the bookmaker last changed the market, if the source says.", nullable=True)
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


class OddsGameLines(Contract):
    """The Odds API's game lines: one row an event, snapshot, bookmaker, market and outcome."""

    event_id: str = c.text("The Odds API's event id.", str_length={"min_value": 1})
    game_date: pl.Date = c.game_date()
    snapshot_at: c.Moment = c.moment("The time that the answer describes.")
    commence_at: c.Moment = c.moment("Scheduled or expected start, as the source has it.")
    home_team_name: str = c.text("Home team as the source spells it.")
    away_team_name: str = c.text("Visiting team as the source spells it.")
    bookmaker: str = c.bookmaker()
    market: str = c.text("h2h, spreads or totals.", isin=GAME_LINE_MARKETS)
    outcome: str = c.text("home, away, over or under.", isin=("home", "away", "over", "under"))
    point: float = c.number("Spread or total; null for h2h.", nullable=True, ge=-100, le=400)
    price_as_sent: float = c.number("Price as the source sent it, whatever it means.", nullable=True)
    price: float = c.price("Null where what was sent is no valid price.", nullable=True)
    last_update: c.Moment = c.moment("When the bookmaker last changed the market, if the source says.", nullable=True)
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


class Quarantine(Contract):
    """What of an upstream's payloads could not be stored: one row a payload or payload row, with the reason."""

    game_date: pl.Date = c.game_date()
    source: str = c.text("Upstream.")
    table: str = c.text("Table that it was meant for.")
    payload_id: str = c.payload_id()
    row: str = c.text("The offending row as JSON; empty if the whole payload could not be read.")
    reason: str = c.text("What is wrong with it.", str_length={"min_value": 1})
    parser_version: int = c.number("Version of the parser that refused it.", ge=1)
    fetched_at: c.Moment = c.fetched_at()


QUARANTINE_KEY = ("game_date", "table", "payload_id", "row", "reason")
NBAC_SCHEDULE = Table("raw", "nbac_schedule", NbacSchedule, ("game_date", "game_id"))
NBAC_PLAYER_BOXSCORE = Table("raw", "nbac_player_boxscore", NbacPlayerBoxscore, ("game_date", "game_id", "player_id"))
NBAC_QUARANTINE = Table("raw", "nbac_quarantine", Quarantine, QUARANTINE_KEY)
ODDS_EVENTS = Table("raw", "odds_events", OddsEvents, ("game_date", "event_id", "snapshot_at"))
ODDS_PLAYER_PROPS = Table(
    "raw",
    "odds_player_props",
    OddsPlayerProps,
    ("game_date", "event_id", "market", "player_name", "bookmaker", "is_alternate_market", "line", "snapshot_at"),
)
ODDS_GAME_LINES = Table(
    "raw",
    "odds_game_lines",
    OddsGameLines,
    ("game_date", "event_id", "snapshot_at", "bookmaker", "market", "outcome", "point"),
)
ODDS_QUARANTINE = Table("raw", "odds_quarantine", Quarantine, QUARANTINE_KEY)

TABLES = (
    NBAC_SCHEDULE,
    NBAC_PLAYER_BOXSCORE,
    NBAC_QUARANTINE,
    ODDS_EVENTS,
    ODDS_PLAYER_PROPS,
    ODDS_GAME_LINES,
    ODDS_QUARANTINE,
)

"""Raw tables of the NBA's scoreboards, play by play and shot charts."""

from __future__ import annotations

from typing import Any

import polars as pl

from nba_props.contracts import columns as c
from nba_props.contracts.raw.quarantine import quarantine_table
from nba_props.contracts.table import Contract, Table

SCOREBOARD_ENDPOINTS = ("scoreboard", "scoreboard_v2")
PLAY_BY_PLAY_ENDPOINTS = ("play_by_play", "play_by_play_v3", "play_by_play_v2", "data_play_by_play")
SHOT_ZONES = ("restricted_area", "paint", "mid_range", "corner_three", "above_the_break_three", "backcourt")

LONGEST_PERIOD_SECONDS = 720
MOST_PERIODS = 20
MOST_POINTS = 400
FARTHEST_TENTHS = 1000
FARTHEST_FEET = 100


def _zone() -> Any:
    return c.text(
        "Part of the floor that the shot was taken from, null where the source does not tell it; paint is the paint"
        " outside the restricted area.",
        nullable=True,
        isin=SHOT_ZONES,
    )


def _tenths(direction: str) -> Any:
    return c.number(
        f"Where the shot was taken: tenths of a foot {direction}; null where the source does not tell it.",
        nullable=True,
        ge=-FARTHEST_TENTHS,
        le=FARTHEST_TENTHS,
    )


class NbacScoreboard(Contract):
    """The NBA's scoreboards: one row a game and endpoint, as it stood when the newest board of its date was read."""

    game_date: pl.Date = c.game_date()
    game_id: str = c.game_id()
    endpoint: str = c.text("Endpoint that told it.", isin=SCOREBOARD_ENDPOINTS)
    season: str = c.season()
    game_status: int = c.number("1 scheduled, 2 in progress, 3 final.", ge=1, le=3)
    status_text: str = c.text("Status as the league words it, such as 'Q3 5:23', 'Final/OT' or 'PPD'.", nullable=True)
    is_postponed: bool = c.flag("Whether the status says that the game is postponed.")
    period: int = c.number("Period under way or last played, 5 and more in overtime; 0 before.", ge=0, le=MOST_PERIODS)
    game_clock: str = c.text("Time left in the period as the source writes it; null if it shows none.", nullable=True)
    tip_off_at: c.Moment = c.moment("Scheduled tip-off; null if none is set or the endpoint tells none.", nullable=True)
    home_team: str = c.team("Tricode of the home team.")
    away_team: str = c.team("Tricode of the visiting team.")
    home_score: int = c.number("Points of the home team so far, null before the game.", nullable=True, ge=0)
    away_score: int = c.number("Points of the visiting team so far, null before the game.", nullable=True, ge=0)
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


class NbacPlayByPlay(Contract):
    """The NBA's play by play: one row a game, endpoint and action.

    A later reading of a game that no longer tells an action (the league strikes some out) leaves that action's row with
    its older ``payload_id``: a game as it stands is its rows of the newest ``fetched_at`` of one endpoint.
    """

    game_date: pl.Date = c.game_date()
    game_id: str = c.game_id()
    endpoint: str = c.text("Endpoint that told it.", isin=PLAY_BY_PLAY_ENDPOINTS)
    action_number: int = c.number(
        "The endpoint's own number of the action; the v3 endpoint's is its actionId, as a shot and its block share the"
        " other.",
        ge=0,
    )
    action_order: int = c.number("Actions of a game and endpoint in this order are in order of play.", ge=0)
    season: str = c.season()
    period: int = c.number("Period, 5 and more in overtime.", ge=1, le=MOST_PERIODS)
    clock_seconds: float = c.number("Seconds left in the period.", ge=0, le=LONGEST_PERIOD_SECONDS)
    elapsed_seconds: float = c.number("Seconds of play gone since the tip-off.", ge=0, le=50_000)
    team: str = c.team("Tricode of the team that acted; null for the start of a period and the like.", nullable=True)
    player_id: int = c.number(
        "The NBA's id of the player who acted; null if none or the team did.", nullable=True, gt=0
    )
    player_name: str = c.text("Player as the endpoint spells him; not every one does.", nullable=True)
    action_type: str = c.text(
        "Kind of action in the words of the live endpoint: 2pt, 3pt, freethrow, rebound, turnover, steal, block, foul,"
        " substitution, timeout, period and others.",
        str_length={"min_value": 1},
    )
    sub_type: str = c.text("Finer kind as sent; a number at the older endpoints.", nullable=True)
    descriptor: str = c.text("Manner, such as 'driving'; of the live endpoint only.", nullable=True)
    description: str = c.text("The action in words.", nullable=True)
    is_field_goal: bool = c.flag("Whether a field goal was tried.")
    shot_value: int = c.number(
        "What a field goal or free throw tried is worth: 1, 2 or 3; null for other actions.", nullable=True, ge=1, le=3
    )
    shot_made: bool = c.flag("Whether the field goal or free throw went in; null for other actions.", nullable=True)
    points: int = c.number("Points scored by the action, null if no shot was tried.", nullable=True, ge=0, le=3)
    is_assisted: bool = c.flag("Whether a field goal made was assisted; null for other actions.", nullable=True)
    assist_player_id: int = c.number("Who assisted, null where the endpoint tells no id.", nullable=True, gt=0)
    x: float = _tenths(
        "from the middle of the basket along the baseline, negative on the side that the league calls left"
    )
    y: float = _tenths("from the middle of the basket towards half court")
    shot_distance: float = c.number(
        "Distance of the field goal from the basket, feet; whole feet but at the live endpoint.",
        nullable=True,
        ge=0,
        le=FARTHEST_FEET,
    )
    shot_zone: str = _zone()
    score_home: int = c.number(
        "Points of the home team after it; null where not told.", nullable=True, ge=0, le=MOST_POINTS
    )
    score_away: int = c.number(
        "Points of the visiting team after it; null where not told.", nullable=True, ge=0, le=MOST_POINTS
    )
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


class NbacShots(Contract):
    """The NBA's shot charts: one row a field goal tried."""

    game_date: pl.Date = c.game_date()
    game_id: str = c.game_id()
    event_number: int = c.number("Number of the shot in the game's play by play (v2 numbering).", ge=0)
    season: str = c.season()
    player_id: int = c.player_id()
    player_name: str = c.text("Name as the NBA spells it.", nullable=True)
    team: str = c.team()
    period: int = c.number("Period, 5 and more in overtime.", ge=1, le=MOST_PERIODS)
    clock_seconds: float = c.number("Seconds left in the period.", ge=0, le=LONGEST_PERIOD_SECONDS)
    action_type: str = c.text("Kind of shot, such as 'Step Back Jump shot'.", nullable=True)
    shot_value: int = c.number("What the shot is worth: 2 or 3.", ge=2, le=3)
    shot_made: bool = c.flag("Whether it went in.")
    shot_zone: str = _zone()
    shot_distance: float = c.number("Distance from the basket, whole feet.", ge=0, le=FARTHEST_FEET)
    x: float = _tenths(
        "from the middle of the basket along the baseline, negative on the side that the league calls left"
    )
    y: float = _tenths("from the middle of the basket towards half court")
    home_team: str = c.team("Tricode of the home team.")
    away_team: str = c.team("Tricode of the visiting team.")
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


NBAC_SCOREBOARD = Table("raw", "nbac_scoreboard", NbacScoreboard, ("game_date", "game_id", "endpoint"))
NBAC_PLAY_BY_PLAY = Table(
    "raw", "nbac_play_by_play", NbacPlayByPlay, ("game_date", "game_id", "endpoint", "action_number")
)
NBAC_SHOTS = Table("raw", "nbac_shots", NbacShots, ("game_date", "game_id", "event_number"))
NBAC_LIVE_QUARANTINE = quarantine_table("nbac_live")

TABLES = (NBAC_SCOREBOARD, NBAC_PLAY_BY_PLAY, NBAC_SHOTS, NBAC_LIVE_QUARANTINE)

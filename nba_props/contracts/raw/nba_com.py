"""Raw tables of the NBA's schedule and box scores.

The statistics of a box score have the same names in the tables of players and of teams.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from nba_props.contracts import columns as c
from nba_props.contracts.raw.quarantine import quarantine_table
from nba_props.contracts.table import Contract, Table
from nba_props.game_calendar import GAME_TYPES

BOX_SCORE_V3, BOX_SCORE_V2, LIVE_BOX_SCORE = "box_score_v3", "box_score_v2", "live_box_score"
GAME_DETAIL = "game_detail"
PLAYER_BOX_SCORES, TEAM_BOX_SCORES = "player_box_scores", "team_box_scores"
PLAYER_BOX_SCORE_ENDPOINTS = (PLAYER_BOX_SCORES, BOX_SCORE_V3, BOX_SCORE_V2, LIVE_BOX_SCORE, GAME_DETAIL)
TEAM_BOX_SCORE_ENDPOINTS = (TEAM_BOX_SCORES, BOX_SCORE_V3, BOX_SCORE_V2, LIVE_BOX_SCORE, GAME_DETAIL)

MEASURES = (
    "advanced",
    "four_factors",
    "miscellaneous",
    "scoring",
    "usage",
    "player_tracking",
    "defense",
    "hustle",
)


def _statistic(description: str, **checks: Any) -> Any:
    """A statistic of a box score."""
    return c.number(description, nullable=True, **checks)


def _share(description: str) -> Any:
    """Made of attempted."""
    return _statistic(f"{description}, null if none was attempted.", ge=0, le=1)


def _game_status() -> Any:
    return c.number(
        "1 scheduled, 2 in progress, 3 final, as the live box score and the game detail say; the other forms do not"
        " say and have rows of games that are over.",
        nullable=True,
        ge=1,
        le=3,
    )


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
    """Player box scores of the NBA: one row a player, game and form, who did not play included where the form has him.

    The game log and the traditional box scores speak of games that are over, the live box score and the game detail of
    running ones, too: their rows are final where ``game_status`` is 3. Who did not play has no statistics, not zeros.
    """

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    season: str = c.season()
    player_id: int = c.player_id()
    endpoint: str = c.text("Form that the row comes from, by its endpoint.", isin=PLAYER_BOX_SCORE_ENDPOINTS)
    player_name: str = c.text("Name as the NBA spells it.", str_length={"min_value": 1})
    team_id: int = c.number("NBA id of his team.", gt=0)
    team: str = c.team()
    game_status: int = _game_status()
    is_starter: bool = c.flag("Whether he started; null in the game log, which does not say.", nullable=True)
    position: str = c.text("Position at which he started; null for who did not.", nullable=True)
    did_not_play: bool = c.flag("Whether he did not play; in a game that is not over: has not played yet.")
    not_playing_reason: str = c.text(
        "Why he did not play, as the form words it: DNP - Coach's Decision, or of the live box score"
        " INACTIVE_INJURY: Right Knee Soreness.",
        nullable=True,
    )
    matchup: str = c.text(
        "Teams as the game log words them: 'BOS vs. NYK' at home, 'BOS @ NYK' away; null in the other forms.",
        nullable=True,
    )
    won: bool = c.flag("Whether his team won, if the form says: the game log does.", nullable=True)
    minutes: float = _statistic("Minutes played; whole numbers in the game log.", ge=0, le=100)
    field_goals_made: int = _statistic("Field goals made.", ge=0)
    field_goals_attempted: int = _statistic("Field goals attempted.", ge=0)
    field_goal_share: float = _share("Made of attempted field goals")
    threes: int = _statistic("Three-pointers made.", ge=0)
    threes_attempted: int = _statistic("Three-pointers attempted.", ge=0)
    threes_share: float = _share("Made of attempted threes")
    free_throws_made: int = _statistic("Free throws made.", ge=0)
    free_throws_attempted: int = _statistic("Free throws attempted.", ge=0)
    free_throw_share: float = _share("Made of attempted free throws")
    offensive_rebounds: int = _statistic("Offensive rebounds.", ge=0)
    defensive_rebounds: int = _statistic("Defensive rebounds.", ge=0)
    rebounds: int = _statistic("Rebounds.", ge=0)
    assists: int = _statistic("Assists.", ge=0)
    steals: int = _statistic("Steals.", ge=0)
    blocks: int = _statistic("Blocks.", ge=0)
    turnovers: int = _statistic("Turnovers.", ge=0)
    fouls: int = _statistic("Personal fouls.", ge=0)
    points: int = _statistic("Points.", ge=0)
    plus_minus: int = _statistic("Points of his team less the opponent's while he played.")
    fantasy_points: float = _statistic("Fantasy points as the game log counts them; null in the other forms.")
    video_available: int = _statistic("1 if the game log says that there is video of the game.")
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


class NbacTeamBoxscore(Contract):
    """Team box scores of the NBA: one row a team, game and form; what a form does not tell is null."""

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    season: str = c.season()
    team: str = c.team("Tricode of the team.")
    endpoint: str = c.text("Form that the row comes from, by its endpoint.", isin=TEAM_BOX_SCORE_ENDPOINTS)
    team_id: int = c.number("NBA id of the team.", gt=0)
    opponent: str = c.team("Tricode of the other team, if the form tells.", nullable=True)
    is_home: bool = c.flag(
        "Whether it was the home team, if the form tells; the game log does not on neutral ground.", nullable=True
    )
    game_status: int = _game_status()
    won: bool = c.flag("Whether it won, if the form says: the game log does.", nullable=True)
    minutes: float = _statistic(
        "Minutes of its players together; of the game detail, which does not tell them, added up.", ge=0, le=600
    )
    field_goals_made: int = _statistic("Field goals made.", ge=0)
    field_goals_attempted: int = _statistic("Field goals attempted.", ge=0)
    field_goal_share: float = _share("Made of attempted field goals")
    threes: int = _statistic("Three-pointers made.", ge=0)
    threes_attempted: int = _statistic("Three-pointers attempted.", ge=0)
    threes_share: float = _share("Made of attempted threes")
    free_throws_made: int = _statistic("Free throws made.", ge=0)
    free_throws_attempted: int = _statistic("Free throws attempted.", ge=0)
    free_throw_share: float = _share("Made of attempted free throws")
    offensive_rebounds: int = _statistic("Offensive rebounds of its players.", ge=0)
    defensive_rebounds: int = _statistic("Defensive rebounds of its players.", ge=0)
    rebounds: int = _statistic("Rebounds of its players, without those that count for the team alone.", ge=0)
    assists: int = _statistic("Assists.", ge=0)
    steals: int = _statistic("Steals.", ge=0)
    blocks: int = _statistic("Blocks.", ge=0)
    turnovers: int = _statistic("Turnovers of its players.", ge=0)
    fouls: int = _statistic("Personal fouls.", ge=0)
    points: int = _statistic("Points.", ge=0)
    plus_minus: int = _statistic("Points less the opponent's; null in the live box score and the game detail.")
    team_rebounds: int = _statistic("Rebounds that count for the team alone; the forms with a status tell.", ge=0)
    team_turnovers: int = _statistic("Turnovers that count for the team alone; the forms with a status tell.", ge=0)
    points_in_the_paint: int = _statistic("Points in the paint; the forms with a status tell.", ge=0)
    fast_break_points: int = _statistic("Points on fast breaks; the forms with a status tell.", ge=0)
    second_chance_points: int = _statistic("Points after offensive rebounds; the forms with a status tell.", ge=0)
    points_off_turnovers: int = _statistic(
        "Points after turnovers of the other team; the forms with a status tell.", ge=0
    )
    bench_points: int = _statistic("Points of those who did not start; the forms with a status tell.", ge=0)
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


class NbacPlayerMeasures(Contract):
    """Statistics beside the traditional ones, read from archived box scores: one row a player, game and statistic."""

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    season: str = c.season()
    player_id: int = c.player_id()
    team: str = c.team()
    measure: str = c.text("Kind of box score that tells it.", isin=MEASURES)
    statistic: str = c.text("Statistic by the NBA's own name, such as usagePercentage.", str_length={"min_value": 1})
    value: float = c.number("As sent; times in minutes. Null if he did not play.", nullable=True)
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


NBAC_SCHEDULE = Table("raw", "nbac_schedule", NbacSchedule, ("game_date", "game_id"))
NBAC_PLAYER_BOXSCORE = Table(
    "raw", "nbac_player_boxscore", NbacPlayerBoxscore, ("game_date", "game_id", "player_id", "endpoint")
)
NBAC_TEAM_BOXSCORE = Table("raw", "nbac_team_boxscore", NbacTeamBoxscore, ("game_date", "game_id", "team", "endpoint"))
NBAC_PLAYER_MEASURES = Table(
    "raw", "nbac_player_measures", NbacPlayerMeasures, ("game_date", "game_id", "player_id", "measure", "statistic")
)
NBAC_QUARANTINE = quarantine_table("nbac")

TABLES = (NBAC_SCHEDULE, NBAC_PLAYER_BOXSCORE, NBAC_TEAM_BOXSCORE, NBAC_PLAYER_MEASURES, NBAC_QUARANTINE)

"""Raw tables of what the NBA tells of a game beside its box scores, read from archived bodies.

Who guarded whom, dunks, and the summary of a game: its teams by quarter, its officials, and who was inactive.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from nba_props.contracts import columns as c
from nba_props.contracts.raw.nba_live import LONGEST_PERIOD_SECONDS, MOST_PERIODS
from nba_props.contracts.table import Contract, Table

MOST_OVERTIMES = 10
MOST_MINUTES = 100
MOST_DURATION_MINUTES = 600
MOST_SCORE = 200
MOST_FEET = 100
SIDES = ("left", "right", "both")


def _count(description: str, *, nullable: bool = False) -> Any:
    return c.number(description, nullable=nullable, ge=0)


def _share(description: str) -> Any:
    return c.number(f"{description}, null if none was attempted.", nullable=True, ge=0, le=1)


def _time_share(description: str) -> Any:
    return c.number(description, ge=0, le=10)


def _score(description: str) -> Any:
    return c.number(f"{description}, as the league scores it.", ge=0, le=MOST_SCORE)


def _feet(description: str, *, nullable: bool = False) -> Any:
    return c.number(f"{description}, feet.", nullable=nullable, ge=0, le=MOST_FEET)


def _points(description: str) -> Any:
    return _count(f"Points {description}; null before the game.", nullable=True)


def _status(*, nullable: bool = False) -> Any:
    return c.number("1 scheduled, 2 in progress, 3 final.", nullable=nullable, ge=1, le=3)


class NbacMatchups(Contract):
    """Who guarded whom, by the league's tracking: one row a game, player on offense and defender."""

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    season: str = c.season()
    player_id: int = c.number("The NBA's id of the player on offense.", gt=0)
    defender_id: int = c.number("The NBA's id of the player who guarded him.", gt=0)
    player_name: str = c.text("Player on offense as the NBA spells him.", str_length={"min_value": 1})
    defender_name: str = c.text("Defender as the NBA spells him.", str_length={"min_value": 1})
    team: str = c.team("Tricode of the team on offense.")
    opponent: str = c.team("Tricode of the defender's team; null if it is none of the league's.", nullable=True)
    minutes: float = c.number("Minutes of the matchup.", ge=0, le=MOST_MINUTES)
    possessions: float = c.number("Possessions of the matchup, parts of one included.", ge=0)
    offensive_time_share: float = _time_share("Part of the time of the player on offense; not quite 1 over them all.")
    defender_time_share: float = _time_share("Part of the defender's time; can be more than 1 over them all.")
    both_on_time_share: float = _time_share("Part of the time during which both were on the floor.")
    points: int = _count("Points of the player on offense.")
    team_points: int = _count("Points of his team.")
    assists: int = _count("His assists.")
    potential_assists: int = _count("His passes that would have been assists had the shots gone in.")
    turnovers: int = _count("His turnovers.")
    blocks: int = _count("His shots that were blocked by the defender.")
    field_goals_made: int = _count("Field goals made.")
    field_goals_attempted: int = _count("Field goals attempted.")
    field_goal_share: float = _share("Made of attempted field goals")
    threes: int = _count("Three-pointers made.")
    threes_attempted: int = _count("Three-pointers attempted.")
    threes_share: float = _share("Made of attempted threes")
    free_throws_made: int = _count("Free throws made.")
    free_throws_attempted: int = _count("Free throws attempted.")
    shooting_fouls: int = _count("Shooting fouls of the defender.")
    switches: int = _count("Switches onto him.")
    help_blocks: int = _count("Blocks of the defender in help.")
    help_field_goals_made: int = _count("Field goals made against help.")
    help_field_goals_attempted: int = _count("Field goals attempted against help.")
    help_field_goal_share: float = _share("Made of field goals attempted against help")
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


class NbacDunks(Contract):
    """Dunks as the league measures and scores them: one row a dunk.

    The number of the event alone does not name a dunk: the league gives two of a game the same one now and then.
    """

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    event_number: int = c.number("Number of the dunk in the game's play by play.", ge=0)
    period: int = c.number("Period, 5 and more in overtime.", ge=1, le=MOST_PERIODS)
    clock_seconds: float = c.number("Seconds left in the period.", ge=0, le=LONGEST_PERIOD_SECONDS)
    season: str = c.season()
    player_id: int = c.player_id()
    player_name: str = c.text("Name as the NBA spells it.", str_length={"min_value": 1})
    team: str = c.team()
    matchup: str = c.text("Teams as the league words them: 'OKC @ ATL'.", nullable=True)
    dunk_score: float = _score("Score of the dunk")
    jump_score: float = _score("Score of the jump")
    power_score: float = _score("Score of the power")
    style_score: float = _score("Score of the style")
    defensive_contest_score: float = _score("Score of the defense that it was made against")
    defensive_contest_level: float = c.number("How closely it was contested.", ge=0, le=MOST_SCORE)
    max_ball_height: float = _feet("Greatest height of the ball")
    ball_speed_through_rim: float = c.number(
        "Speed of the ball through the rim, in a unit that is not told.", ge=0, le=500
    )
    player_vertical: float = c.number("How high he jumped, inches.", ge=0, le=100)
    hang_time: float = c.number("Seconds in the air.", ge=0, le=10)
    takeoff_distance: float = _feet("Distance from the basket at which he jumped")
    player_rotation: float = c.number("How far he turned in the air, degrees.", ge=0, le=3600)
    player_lateral_speed: float = c.number("His speed across the floor, in a unit that is not told.", ge=0, le=100)
    ball_distance_traveled: float = _feet("Way of the ball in his hand")
    ball_reach_back: float = _feet("How far he reached back with the ball")
    total_ball_acceleration: float = c.number("Acceleration of the ball, in a unit that is not told.", ge=0, le=1000)
    dunking_hand: str = c.text("Hand that dunked; null if not told.", nullable=True, isin=SIDES)
    jumping_foot: str = c.text("Foot that he jumped from; null if not told.", nullable=True, isin=SIDES)
    catching_hand: str = c.text("Hand that caught the pass; null if none is told.", nullable=True, isin=SIDES)
    catch_distance: float = _feet("Distance from the basket at which he caught the ball, 0 if none is told")
    lateral_catch_distance: float = _feet("The same across the floor, 0 if none is told")
    passer_id: int = c.number("The NBA's id of who passed; null if nobody did.", nullable=True, gt=0)
    passer_name: str = c.text("Who passed, as the NBA spells him; null if nobody did.", nullable=True)
    pass_length: float = _feet("Length of the pass, null if there was none", nullable=True)
    pass_release_point: str = c.text("Where the pass began, as sent: 'x,y,z' in inches; null if none.", nullable=True)
    shooter_id: int = c.number("The NBA's id of whose miss was put back; null if none was.", nullable=True, gt=0)
    shooter_name: str = c.text("Whose miss was put back, as the NBA spells him; null if none was.", nullable=True)
    shot_length: float = _feet("Length of the shot that was put back, null if none was", nullable=True)
    shot_release_point: str = c.text("Where that shot began, as sent; null if none was.", nullable=True)
    is_reverse: bool = c.flag("Whether it was a reverse dunk.")
    is_360: bool = c.flag("Whether he turned all around.")
    is_through_the_legs: bool = c.flag("Whether the ball went through his legs.")
    is_alley_oop: bool = c.flag("Whether it was an alley-oop.")
    is_tip_in: bool = c.flag("Whether a miss was put back.")
    is_self_oop: bool = c.flag("Whether he passed to himself.")
    may_be_charge: bool = c.flag("Whether a defender may have tried to draw a charge.")
    is_on_video: bool = c.flag("Whether there is video of it.")
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


class NbacGameSummaries(Contract):
    """The summary of a game: one row a game."""

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    season: str = c.season()
    game_status: int = _status()
    status_text: str = c.text("Status as the league words it.", nullable=True)
    period: int = c.number("Period under way or last played; 0 before.", nullable=True, ge=0, le=MOST_PERIODS)
    home_team: str = c.team("Tricode of the home team.")
    away_team: str = c.team("Tricode of the visiting team.")
    broadcaster: str = c.text("National broadcaster; null if it was not on national television.", nullable=True)
    attendance: int = _count("Spectators; null before the game.", nullable=True)
    duration_minutes: int = c.number(
        "From tip-off to final whistle, minutes; null before.", nullable=True, ge=0, le=MOST_DURATION_MINUTES
    )
    lead_changes: int = _count("How often the lead changed; null before the game.", nullable=True)
    times_tied: int = _count("How often the score was tied; null before the game.", nullable=True)
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


class NbacTeamSummaries(Contract):
    """A team in the summary of a game, with its points by quarter and overtime: one row a team and game."""

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    team: str = c.team("Tricode of the team.")
    season: str = c.season()
    game_status: int = _status()
    opponent: str = c.team("Tricode of the other team.")
    is_home: bool = c.flag("Whether it was the home team.")
    wins: int = _count("Its games won in the season, this one included once it is over.", nullable=True)
    losses: int = _count("Its games lost in the season, this one included once it is over.", nullable=True)
    points: int = _points("in all")
    points_quarter_1: int = _points("in the first quarter")
    points_quarter_2: int = _points("in the second quarter")
    points_quarter_3: int = _points("in the third quarter")
    points_quarter_4: int = _points("in the fourth quarter")
    points_overtime_1: int = _points("in the first overtime, 0 if there was none")
    points_overtime_2: int = _points("in the second overtime, 0 if there was none")
    points_overtime_3: int = _points("in the third overtime, 0 if there was none")
    points_overtime_4: int = _points("in the fourth overtime, 0 if there was none")
    points_overtime_5: int = _points("in the fifth overtime, 0 if there was none")
    points_overtime_6: int = _points("in the sixth overtime, 0 if there was none")
    points_overtime_7: int = _points("in the seventh overtime, 0 if there was none")
    points_overtime_8: int = _points("in the eighth overtime, 0 if there was none")
    points_overtime_9: int = _points("in the ninth overtime, 0 if there was none")
    points_overtime_10: int = _points("in the tenth overtime, 0 if there was none")
    points_in_the_paint: int = _points("in the paint")
    second_chance_points: int = _points("after offensive rebounds")
    fast_break_points: int = _points("on fast breaks")
    opponent_points_off_turnovers: int = _points(
        "of the other team after turnovers of this one, which is how the summary counts points off turnovers"
    )
    largest_lead: int = _count("Its largest lead; null before the game.", nullable=True)
    team_turnovers: int = _count("Turnovers that count for the team alone; null before the game.", nullable=True)
    total_turnovers: int = _count("Turnovers of its players and of the team alone; null before it.", nullable=True)
    team_rebounds: int = _count("Rebounds that count for the team alone; null before the game.", nullable=True)
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


class NbacGameOfficials(Contract):
    """The officials of a game, as its summary names them without their roles: one row an official and game."""

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    official_id: int = c.number("The NBA's id of the official.", gt=0)
    season: str = c.season()
    official_name: str = c.text("Name as the NBA spells it.", str_length={"min_value": 1})
    jersey_number: str = c.text("Number on the shirt, as text.", nullable=True)
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


class NbacInactivePlayers(Contract):
    """Who was on the inactive list of a game, as its summary tells: one row a player and game."""

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    player_id: int = c.player_id()
    season: str = c.season()
    player_name: str = c.text("Name as the NBA spells it.", str_length={"min_value": 1})
    team: str = c.team()
    jersey_number: str = c.text("Jersey number, as text because of '00'.", nullable=True)
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


_GAME = ("game_date", "game_id")

NBAC_MATCHUPS = Table("raw", "nbac_matchups", NbacMatchups, (*_GAME, "player_id", "defender_id"))
NBAC_DUNKS = Table("raw", "nbac_dunks", NbacDunks, (*_GAME, "event_number", "period", "clock_seconds"))
NBAC_GAME_SUMMARIES = Table("raw", "nbac_game_summaries", NbacGameSummaries, _GAME)
NBAC_TEAM_SUMMARIES = Table("raw", "nbac_team_summaries", NbacTeamSummaries, (*_GAME, "team"))
NBAC_GAME_OFFICIALS = Table("raw", "nbac_game_officials", NbacGameOfficials, (*_GAME, "official_id"))
NBAC_INACTIVE_PLAYERS = Table("raw", "nbac_inactive_players", NbacInactivePlayers, (*_GAME, "player_id"))

TABLES = (
    NBAC_MATCHUPS,
    NBAC_DUNKS,
    NBAC_GAME_SUMMARIES,
    NBAC_TEAM_SUMMARIES,
    NBAC_GAME_OFFICIALS,
    NBAC_INACTIVE_PLAYERS,
)

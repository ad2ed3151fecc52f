"""Raw tables of BigDataBall."""

from __future__ import annotations

import polars as pl

from nba_props.contracts import columns as c
from nba_props.contracts.raw.quarantine import quarantine_table
from nba_props.contracts.table import Contract, Table

_ON_THE_FLOOR = {"min_value": 1}


class BigdataballPlayByPlay(Contract):
    """BigDataBall's play by play: one row an event, with the ten players on the floor."""

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    season: str = c.season()
    data_set: str = c.text("Season and kind of games as the file names them.", nullable=True)
    play_number: int = c.number("Number of the event in its game, from 1.", ge=1)
    period: int = c.number("Quarter, 5 and up in overtime.", ge=1, le=14)
    remaining_seconds: int = c.number("Left on the clock of the period, seconds.", ge=0, le=720)
    elapsed_seconds: int = c.number("Played of the period, seconds.", ge=0, le=720)
    play_seconds: int = c.number("Since the event before, seconds.", nullable=True, ge=0, le=720)
    away_score: int = c.number("Points of the visiting team after the event.", ge=0)
    home_score: int = c.number("Points of the home team after the event.", ge=0)
    away_player_1: str = c.text("Player of the visiting team on the floor.", str_length=_ON_THE_FLOOR)
    away_player_2: str = c.text("Player of the visiting team on the floor.", str_length=_ON_THE_FLOOR)
    away_player_3: str = c.text("Player of the visiting team on the floor.", str_length=_ON_THE_FLOOR)
    away_player_4: str = c.text("Player of the visiting team on the floor.", str_length=_ON_THE_FLOOR)
    away_player_5: str = c.text("Player of the visiting team on the floor.", str_length=_ON_THE_FLOOR)
    home_player_1: str = c.text("Player of the home team on the floor.", str_length=_ON_THE_FLOOR)
    home_player_2: str = c.text("Player of the home team on the floor.", str_length=_ON_THE_FLOOR)
    home_player_3: str = c.text("Player of the home team on the floor.", str_length=_ON_THE_FLOOR)
    home_player_4: str = c.text("Player of the home team on the floor.", str_length=_ON_THE_FLOOR)
    home_player_5: str = c.text("Player of the home team on the floor.", str_length=_ON_THE_FLOOR)
    team: str = c.team("Tricode of the team that the event is of; null where it is of neither.", nullable=True)
    event_type: str = c.text("Kind of event, such as shot; null where BigDataBall knows none.", nullable=True)
    event_subtype: str = c.text("What exactly, such as 3pt jump shot or rebound offensive.", nullable=True)
    player_name: str = c.text("Who did it; of a substitution the one who left.", nullable=True)
    points: int = c.number("Points that it brought; null but for shots and free throws.", nullable=True, ge=0, le=3)
    result: str = c.text("made or missed; null but for shots and free throws.", nullable=True, isin=("made", "missed"))
    reason: str = c.text("Of fouls and turnovers the kind.", nullable=True)
    assist_player_name: str = c.text("Who assisted the shot.", nullable=True)
    block_player_name: str = c.text("Who blocked the shot.", nullable=True)
    steal_player_name: str = c.text("Who stole the ball.", nullable=True)
    opponent_name: str = c.text("Who was fouled.", nullable=True)
    entered_player_name: str = c.text("Who came on.", nullable=True)
    left_player_name: str = c.text("Who went off.", nullable=True)
    away_jumper_name: str = c.text("Of a jump ball the visitors' man.", nullable=True)
    home_jumper_name: str = c.text("Of a jump ball the home team's man.", nullable=True)
    possession_player_name: str = c.text("Of a jump ball who got the ball.", nullable=True)
    free_throw_number: int = c.number("Of a free throw its number in the trip.", nullable=True, ge=1, le=3)
    free_throws_awarded: int = c.number("Of a free throw how many the trip has.", nullable=True, ge=1, le=3)
    shot_distance_feet: int = c.number("Distance of the shot, feet.", nullable=True, ge=0, le=94)
    original_x: float = c.number("Tenths of a foot from the basket along the baseline.", nullable=True)
    original_y: float = c.number("Tenths of a foot from the basket towards half court.", nullable=True)
    converted_x: float = c.number("Feet from the left sideline of the whole court, 0 to 50.", nullable=True)
    converted_y: float = c.number("Feet from the baseline that the visitors shoot at, 0 to 94.", nullable=True)
    description: str = c.text("The event in words.", nullable=True)
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


BIGDATABALL_PLAY_BY_PLAY = Table(
    "raw", "bigdataball_play_by_play", BigdataballPlayByPlay, ("game_date", "game_id", "play_number")
)
BIGDATABALL_QUARANTINE = quarantine_table("bigdataball")

TABLES = (BIGDATABALL_PLAY_BY_PLAY, BIGDATABALL_QUARANTINE)

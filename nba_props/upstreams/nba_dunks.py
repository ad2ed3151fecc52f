"""Dunks of stats.nba.com dunkscoreleaders, into ``raw.nbac_dunks``.

A payload's rows are its dunks, those of a whole season so far, each with its game's date. A person's id of 0 and an
empty text stand for nobody and nothing, and become null.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec
import polars as pl
from msgspec import Raw, Struct

from nba_props.archive.payload import Payload
from nba_props.contracts.raw.nba_game_details import NBAC_DUNKS
from nba_props.upstreams.bodies import LEAGUE_YEARS, decode, fitting_rows
from nba_props.upstreams.endpoint import Built, Coverage, Reject
from nba_props.upstreams.nba_box_lines import game_faults, identity_faults, player_faults
from nba_props.upstreams.nba_rows import (
    PAYLOAD,
    PLACE,
    Whole,
    columns_of,
    contract_faults,
    season_of_game,
    store,
    text_or_null,
)
from nba_props.upstreams.sifting import Fault

TABLE = NBAC_DUNKS.full_name

NAMES = {
    "game_id": "gameId",
    "told_date": "gameDate",
    "clock": "gameClockTime",
    "event_number": "eventNum",
    "player_id": "playerId",
    "player_name": "playerName",
    "team_id": "teamId",
    "team": "teamAbbreviation",
    "dunk_score": "dunkScore",
    "jump_score": "jumpSubscore",
    "power_score": "powerSubscore",
    "style_score": "styleSubscore",
    "defensive_contest_score": "defensiveContestSubscore",
    "defensive_contest_level": "defensiveContestLevel",
    "max_ball_height": "maxBallHeight",
    "ball_speed_through_rim": "ballSpeedThroughRim",
    "player_vertical": "playerVertical",
    "hang_time": "hangTime",
    "takeoff_distance": "takeoffDistance",
    "player_rotation": "playerRotation",
    "player_lateral_speed": "playerLateralSpeed",
    "ball_distance_traveled": "ballDistanceTraveled",
    "ball_reach_back": "ballReachBack",
    "total_ball_acceleration": "totalBallAcceleration",
    "dunking_hand": "dunkingHand",
    "jumping_foot": "jumpingFoot",
    "catching_hand": "catchingHand",
    "catch_distance": "catchDistance",
    "lateral_catch_distance": "lateralCatchDistance",
    "passer_id": "passerId",
    "passer_name": "passerName",
    "pass_length": "passLength",
    "pass_release_point": "passReleasePoint",
    "shooter_id": "shooterId",
    "shooter_name": "shooterName",
    "shot_length": "shotLength",
    "shot_release_point": "shotReleasePoint",
    "is_reverse": "reverseDunk",
    "is_360": "dunk360",
    "is_through_the_legs": "throughTheLegs",
    "is_alley_oop": "alleyOop",
    "is_tip_in": "tipIn",
    "is_self_oop": "selfOop",
    "may_be_charge": "possibleAttemptedCharge",
    "is_on_video": "videoAvailable",
}
"""Column and the upstream's name, where they differ."""

OPTIONAL_TEXTS = (
    "matchup",
    "dunking_hand",
    "jumping_foot",
    "catching_hand",
    "passer_name",
    "pass_release_point",
    "shooter_name",
    "shot_release_point",
)


class Dunk(Struct, rename=NAMES, gc=False):
    """A dunk as sent."""

    game_id: str
    told_date: str | None
    matchup: str | None
    period: Whole
    clock: str | None
    event_number: Whole
    player_id: Whole
    player_name: str | None
    team_id: Whole | None
    team: str | None
    dunk_score: float
    jump_score: float
    power_score: float
    style_score: float
    defensive_contest_score: float
    defensive_contest_level: float
    max_ball_height: float
    ball_speed_through_rim: float
    player_vertical: float
    hang_time: float
    takeoff_distance: float
    player_rotation: float
    player_lateral_speed: float
    ball_distance_traveled: float
    ball_reach_back: float
    total_ball_acceleration: float
    dunking_hand: str | None
    jumping_foot: str | None
    catching_hand: str | None
    catch_distance: float
    lateral_catch_distance: float
    passer_id: Whole | None
    passer_name: str | None
    pass_length: float | None
    pass_release_point: str | None
    shooter_id: Whole | None
    shooter_name: str | None
    shot_length: float | None
    shot_release_point: str | None
    is_reverse: bool
    is_360: bool
    is_through_the_legs: bool
    is_alley_oop: bool
    is_tip_in: bool
    is_self_oop: bool
    may_be_charge: bool
    is_on_video: bool


class Body(Struct):
    """The whole answer."""

    dunks: list[Raw]


class DunkDate(Struct):
    """As much of a dunk as tells its date."""

    gameDate: str | None


class DateBody(Struct):
    """An answer, the dates only."""

    dunks: list[DunkDate]


class Dunks(Struct):
    """A decoded answer: its dunks, and what is none."""

    rows: list[Dunk]
    misfits: list[tuple[bytes, str]]


BODY, DATES, DUNK = msgspec.json.Decoder(Body), msgspec.json.Decoder(DateBody), msgspec.json.Decoder(Dunk)


def decode_dunks(payload: Payload) -> Dunks:
    """The dunks of an answer.

    Raises:
        MalformedPayload: the body is no such answer, or not one dunk of it has the expected format.
    """
    return Dunks(*fitting_rows(decode(payload, BODY).dunks, DUNK))


def dunk_coverage(payload: Payload) -> Coverage:
    """The dates of its dunks."""
    told = {day_of(dunk.gameDate) for dunk in decode(payload, DATES).dunks}
    return Coverage(tuple(sorted(day for day in told if day)))


def build_dunks(answers: Sequence[tuple[Payload, Dunks]]) -> Built:
    """Rows and rejects of decoded answers."""
    payloads = [payload for payload, _ in answers]
    rows = [dunk for _, answer in answers for dunk in answer.rows]
    owners = [number for number, (_, answer) in enumerate(answers) for _ in answer.rows]
    has_passer, has_shooter = pl.col("passer_id") != 0, pl.col("shooter_id") != 0
    frame = (
        columns_of(Dunk, rows)
        .with_row_index(PLACE)
        .with_columns(
            pl.Series(PAYLOAD, owners, pl.Int64),
            pl.Series("game_date", [day_of(dunk.told_date) for dunk in rows], pl.Date),
            *(text_or_null(name) for name in OPTIONAL_TEXTS),
            pl.when(has_passer).then(pl.col("passer_id", "pass_length")),
            pl.when(has_shooter).then(pl.col("shooter_id", "shot_length")),
            season=season_of_game(),
            clock_seconds=seconds_left("clock"),
        )
    )
    stored, rejects = store(NBAC_DUNKS, payloads, frame, _faults(), lambda place: msgspec.json.encode(rows[place]))
    misfits = [Reject(payload, TABLE, row, reason) for payload, answer in answers for row, reason in answer.misfits]
    return Built({TABLE: stored}, misfits + rejects)


def seconds_left(clock: str) -> pl.Expr:
    """Seconds of a column of clock texts, ``11:06`` or, in the last minute of a period, ``19.3``; null of any other."""
    told = pl.col(clock).str.extract_groups(r"^(?:([0-9]{1,2}):)?([0-9]{1,2}(?:\.[0-9]+)?)$")
    minutes, seconds = (told.struct.field(part).cast(pl.Float64) for part in ("1", "2"))
    return minutes.fill_null(0) * 60 + seconds


def day_of(text: str | None) -> date | None:
    """The date of a text such as '10/5/2025 12:00:00 AM'; None of any other."""
    month, _, rest = (text or "").partition(" ")[0].partition("/")
    day, _, year = rest.partition("/")
    try:
        told = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return told if told.year in LEAGUE_YEARS else None


def _faults() -> list[Fault]:
    told = pl.col("told_date").fill_null("")
    return [
        *game_faults(),
        (pl.col("game_date").is_null(), pl.format("gameDate is no date: '{}'", told)),
        *identity_faults(),
        *player_faults(),
        (pl.col("clock_seconds").is_null(), pl.format("the clock is no time: '{}'", pl.col("clock").fill_null(""))),
        *contract_faults(NBAC_DUNKS),
    ]

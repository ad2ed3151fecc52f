"""Play by play of endpoints that the league has given up, for archived bodies: stats.nba.com playbyplayv2 and
data.nba.com full_pbp, into ``raw.nbac_play_by_play``.

A row is an event. Both number their kinds of event alike (``EVENT_TYPES``). The v2 endpoint tells no date, so that its
rows belong to the date asked for, and tells the points and the distance of a shot in words only. data.nba.com tells the
date by the game's code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
import polars as pl
from msgspec import Raw, Struct
from msgspec.structs import astuple

from nba_props.archive.payload import Payload
from nba_props.upstreams.bodies import LEAGUE_YEARS, decode, fitting_rows
from nba_props.upstreams.endpoint import Built, Coverage
from nba_props.upstreams.nba_live_actions import FREE_THROW, build_actions, game_date_or_asked, shot_kind
from nba_props.upstreams.nba_result_sets import Rows, Wanted, as_sent, decode_result_sets, frame_of, rows_of, sent_rows
from nba_props.upstreams.nba_rows import PAYLOAD, PLACE, Whole, text_or_null

V2, DATA = "play_by_play_v2", "data_play_by_play"
RESULT_SET = "PlayByPlay"

MADE, MISSED, FREE = 1, 2, 3
EVENT_TYPES = {
    FREE: FREE_THROW,
    4: "rebound",
    5: "turnover",
    6: "foul",
    7: "violation",
    8: "substitution",
    9: "timeout",
    10: "jumpball",
    11: "ejection",
    12: "period",
    13: "period",
    18: "instantreplay",
    20: "stoppage",
}
PERIOD_EVENTS = {12: "start", 13: "end"}
VISITORS = (3, 5)
"""PERSON1TYPE of the visiting team and of one of its players."""

HEADERS: Wanted = {
    "GAME_ID": ("game_id", str),
    "EVENTNUM": ("action_number", Whole),
    "EVENTMSGTYPE": ("event_type", Whole),
    "EVENTMSGACTIONTYPE": ("sub_event_type", Whole),
    "PERIOD": ("period", Whole),
    "PCTIMESTRING": ("clock", str | None),
    "HOMEDESCRIPTION": ("home_words", str | None),
    "NEUTRALDESCRIPTION": ("neutral_words", str | None),
    "VISITORDESCRIPTION": ("visitor_words", str | None),
    "SCORE": ("score", str | None),
    "PERSON1TYPE": ("person_type", Whole | None),
    "PLAYER1_ID": ("person_id", Whole),
    "PLAYER1_NAME": ("player_name", str | None),
    "PLAYER1_TEAM_ID": ("team_id", Whole | None),
    "PLAYER2_ID": ("second_person_id", Whole),
}


class DataEvent(Struct, gc=False):
    """An event of data.nba.com; texts of ids are empty where nobody else took part."""

    evt: Whole
    cl: str
    de: str
    locX: float
    locY: float
    opt1: Whole
    mtype: Whole
    etype: Whole
    tid: Whole
    pid: Whole
    hs: Whole
    vs: Whole
    epid: str


class Period(Struct):
    """A period of data.nba.com."""

    p: Whole
    pla: list[Raw]


class DataGame(Struct):
    """A game of data.nba.com."""

    gid: str
    gcode: str
    pd: list[Period]


class DataBody(Struct):
    """The whole answer of data.nba.com."""

    g: DataGame


@dataclass(frozen=True)
class DataPlayByPlay:
    """A decoded play by play of data.nba.com: events with their periods, and what is no event."""

    game_id: str
    game_date: date | None
    events: list[tuple[int, DataEvent]]
    misfits: list[tuple[bytes, str]]


DATA_BODY = msgspec.json.Decoder(DataBody)
DATA_EVENT = msgspec.json.Decoder(DataEvent)


def decode_v2(payload: Payload) -> Rows:
    """The events of a play by play of the v2 endpoint.

    Raises:
        MalformedPayload: the body is none, a header is absent or given twice, or not one row fits.
    """
    return rows_of(decode_result_sets(payload), RESULT_SET, HEADERS)


def v2_coverage(payload: Payload) -> Coverage:
    """The game date asked for."""
    decode_result_sets(payload)
    return Coverage((game_date_or_asked(None, payload),))


def build_v2(games: Sequence[tuple[Payload, Rows]]) -> Built:
    """Rows and rejects of decoded play by plays of the v2 endpoint."""
    payloads = [payload for payload, _ in games]
    days = [game_date_or_asked(None, payload) for payload in payloads]
    many = [rows for _, rows in games]
    sent = sent_rows(many)
    events = frame_of(many, HEADERS)
    frame = events.with_columns(
        game_date=pl.Series(days, dtype=pl.Date).gather(events[PAYLOAD]),
        own_words=pl.when(_visits()).then("visitor_words").otherwise("home_words"),
        other_words=pl.when(_visits()).then("home_words").otherwise("visitor_words"),
    )
    misfits = [
        (payload, day, row, reason)
        for payload, day, rows in zip(payloads, days, many, strict=True)
        for row, reason in rows.misfits
    ]
    return build_actions(payloads, _v2_actions(frame), misfits, lambda place: as_sent(*sent[place]))


def decode_data(payload: Payload) -> DataPlayByPlay:
    """The events of a play by play of data.nba.com.

    Raises:
        MalformedPayload: the body is none, or there are events and not one has the expected format.
    """
    game = decode(payload, DATA_BODY).g
    raws = [(period.p, raw) for period in game.pd for raw in period.pla]
    rows, misfits = fitting_rows([raw for _, raw in raws], DATA_EVENT)
    unfit = {bytes(raw) for raw, _ in misfits} if misfits else set()
    periods = [period for period, raw in raws if not unfit or bytes(raw) not in unfit]
    return DataPlayByPlay(game.gid, _date_of_code(game.gcode), list(zip(periods, rows, strict=True)), misfits)


def data_coverage(payload: Payload) -> Coverage:
    """The date of the game's code, else the one asked for."""
    return Coverage((game_date_or_asked(_date_of_code(decode(payload, DATA_BODY).g.gcode), payload),))


def build_data(games: Sequence[tuple[Payload, DataPlayByPlay]]) -> Built:
    """Rows and rejects of decoded play by plays of data.nba.com."""
    days = [game_date_or_asked(game.game_date, payload) for payload, game in games]
    rows = [
        (number, order, game.game_id, days[number], period, *astuple(event))
        for number, (_, game) in enumerate(games)
        for order, (period, event) in enumerate(game.events)
    ]
    events = [event for _, game in games for _, event in game.events]
    misfits = [
        (payload, day, row, reason)
        for (payload, game), day in zip(games, days, strict=True)
        for row, reason in game.misfits
    ]
    frame = pl.DataFrame(rows, schema=_DATA_SCHEMA, orient="row").with_row_index(PLACE)
    return build_actions(
        [payload for payload, _ in games],
        _data_actions(frame),
        misfits,
        lambda place: msgspec.json.encode(events[place]),
    )


def _visits() -> pl.Expr:
    return pl.col("person_type").is_in(VISITORS).fill_null(False)


def _v2_actions(frame: pl.DataFrame) -> pl.DataFrame:
    event, words = pl.col("event_type"), pl.col("own_words").fill_null("")
    is_field_goal = event.is_in((MADE, MISSED))
    field_goal_value = pl.when(words.str.contains("3PT", literal=True)).then(3).otherwise(2)
    score = pl.col("score").str.split(" - ")
    return frame.with_columns(
        endpoint=pl.lit(V2),
        action_order=pl.col(PLACE) - pl.col(PLACE).min().over(PAYLOAD),
        action_type=_action_type(event, field_goal_value),
        sub_type=_sub_type(event, pl.col("sub_event_type")),
        descriptor=pl.lit(None, pl.String),
        description=pl.concat_str(
            text_or_null("own_words"), text_or_null("other_words"), text_or_null("neutral_words"),
            separator="; ", ignore_nulls=True,
        ),
        is_field_goal=is_field_goal,
        shot_value=pl.when(is_field_goal).then(field_goal_value).when(event == FREE).then(1),
        shot_made=pl.when(is_field_goal).then(event == MADE).when(event == FREE).then(~words.str.starts_with("MISS ")),
        is_assisted=pl.when(event == MADE).then(pl.col("second_person_id") != 0),
        assist_player_id=pl.when(event == MADE).then("second_person_id"),
        x=pl.lit(None, pl.Float64),
        y=pl.lit(None, pl.Float64),
        shot_distance=pl.when(is_field_goal).then(words.str.extract(r" ([0-9]{1,2})' ").cast(pl.Float64)),
        area=pl.lit(None, pl.String),
        score_home_text=score.list.get(1, null_on_oob=True),
        score_away_text=score.list.get(0, null_on_oob=True),
    )  # fmt: skip


def _data_actions(frame: pl.DataFrame) -> pl.DataFrame:
    event = pl.col("etype")
    is_field_goal = event.is_in((MADE, MISSED))
    return frame.with_columns(
        endpoint=pl.lit(DATA),
        action_number="evt",
        action_order="order",
        clock="cl",
        team_id="tid",
        person_id="pid",
        player_name=pl.lit(None, pl.String),
        action_type=_action_type(event, pl.col("opt1")),
        sub_type=_sub_type(event, pl.col("mtype")),
        descriptor=pl.lit(None, pl.String),
        description="de",
        is_field_goal=is_field_goal,
        shot_value=pl.when(is_field_goal).then("opt1").when(event == FREE).then(1),
        shot_made=pl.when(is_field_goal)
        .then(event == MADE)
        .when(event == FREE)
        .then(~pl.col("de").str.ends_with(" Missed")),
        is_assisted=pl.when(event == MADE).then(pl.col("epid") != ""),
        assist_player_id=pl.when(event == MADE).then(pl.col("epid").str.to_integer(strict=False)),
        x=pl.when(is_field_goal).then("locX"),
        y=pl.when(is_field_goal).then("locY"),
        shot_distance=pl.lit(None, pl.Float64),
        area=pl.lit(None, pl.String),
        score_home_text=pl.col("hs").cast(pl.String),
        score_away_text=pl.col("vs").cast(pl.String),
    )


def _action_type(event: pl.Expr, field_goal_value: pl.Expr) -> pl.Expr:
    known = event.replace_strict(EVENT_TYPES, default=None, return_dtype=pl.String)
    return (
        pl.when(event.is_in((MADE, MISSED)))
        .then(shot_kind(field_goal_value))
        .otherwise(pl.coalesce(known, pl.format("event {}", event)))
    )


def _sub_type(event: pl.Expr, sub_event: pl.Expr) -> pl.Expr:
    start_or_end = event.replace_strict(PERIOD_EVENTS, default=None, return_dtype=pl.String)
    return pl.coalesce(start_or_end, sub_event.cast(pl.String))


def _date_of_code(code: str) -> date | None:
    """The date of a game's code, such as 20161130/WASOKC; null for another text."""
    try:
        day = datetime.strptime(code[:8], "%Y%m%d").date()
    except ValueError:
        return None
    return day if day.year in LEAGUE_YEARS else None


_DATA_SCHEMA: dict[str, Any] = {
    PAYLOAD: pl.Int64,
    "order": pl.Int64,
    "game_id": pl.String,
    "game_date": pl.Date,
    "period": pl.Int64,
    **{
        field.name: {Whole: pl.Int64, float: pl.Float64, str: pl.String}[field.type]
        for field in msgspec.structs.fields(DataEvent)
    },
}

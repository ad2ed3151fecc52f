"""Play by play of cdn.nba.com (liveData) and of stats.nba.com playbyplayv3, into ``raw.nbac_play_by_play``.

A row is an action. The live endpoint tells the game date by the time of its first action; the v3 endpoint tells none,
so that its rows belong to the date asked for. Shots are placed by the coordinates that both endpoints share (xLegacy
and yLegacy, tenths of a foot from the basket).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
import polars as pl
from msgspec import Raw, Struct
from msgspec.structs import astuple

from nba_props.archive.payload import Payload
from nba_props.game_calendar import game_date_of
from nba_props.upstreams.bodies import decode, fitting_rows, moment_of
from nba_props.upstreams.endpoint import Built, Coverage
from nba_props.upstreams.nba_live_actions import (
    ASSIST_IN_WORDS,
    FREE_THROW,
    build_actions,
    game_date_or_asked,
    shot_kind,
)
from nba_props.upstreams.nba_rows import PAYLOAD, PLACE, Whole, text_or_null

LIVE, V3 = "play_by_play", "play_by_play_v3"
MADE, MISSED = "Made", "Missed"

V3_ACTION_TYPES = {
    "Free Throw": FREE_THROW,
    "Rebound": "rebound",
    "Turnover": "turnover",
    "Foul": "foul",
    "Violation": "violation",
    "Substitution": "substitution",
    "Timeout": "timeout",
    "Jump Ball": "jumpball",
    "Ejection": "ejection",
    "Instant Replay": "instantreplay",
    "Stoppage": "stoppage",
    "period": "period",
}


class LiveAction(Struct, gc=False):
    """An action as the live endpoint tells it; fields with a default are there where they apply."""

    actionNumber: Whole
    orderNumber: Whole
    clock: str
    period: Whole
    actionType: str
    personId: Whole
    isFieldGoal: Whole
    scoreHome: str
    scoreAway: str
    xLegacy: float | None
    yLegacy: float | None
    teamId: Whole | None = None
    playerNameI: str | None = None
    subType: str | None = None
    descriptor: str | None = None
    description: str | None = None
    shotResult: str | None = None
    shotDistance: float | None = None
    area: str | None = None
    assistPersonId: Whole | None = None


class V3Action(Struct, gc=False):
    """An action as the v3 endpoint tells it: every field of every action, empty or 0 where it does not apply."""

    actionId: Whole
    clock: str
    period: Whole
    actionType: str
    subType: str
    personId: Whole
    teamId: Whole
    playerNameI: str
    description: str
    isFieldGoal: Whole
    shotResult: str
    shotValue: Whole
    shotDistance: float
    xLegacy: float
    yLegacy: float
    scoreHome: str
    scoreAway: str


class Timed(Struct):
    """The real time of an action."""

    timeActual: str | None = None


class Game(Struct):
    """A game and its actions."""

    gameId: str
    actions: list[Raw]


class Body(Struct):
    """The whole answer."""

    game: Game


@dataclass(frozen=True)
class PlayByPlay:
    """A decoded play by play: its game, the date it tells if any, its actions, and what is no action."""

    game_id: str
    game_date: date | None
    actions: list[Any]
    misfits: list[tuple[bytes, str]]


BODY = msgspec.json.Decoder(Body)
LIVE_ACTION = msgspec.json.Decoder(LiveAction)
V3_ACTION = msgspec.json.Decoder(V3Action)
TIMED = msgspec.json.Decoder(Timed)


def decode_live(payload: Payload) -> PlayByPlay:
    """The actions of a live play by play.

    Raises:
        MalformedPayload: the body is none, or not one action has the expected format.
    """
    game = decode(payload, BODY).game
    actions, misfits = fitting_rows(game.actions, LIVE_ACTION)
    return PlayByPlay(game.gameId, _date_of_play(game.actions), actions, misfits)


def decode_v3(payload: Payload) -> PlayByPlay:
    """The actions of a play by play of the v3 endpoint; it tells no date.

    Raises:
        MalformedPayload: the body is none, or not one action has the expected format.
    """
    game = decode(payload, BODY).game
    actions, misfits = fitting_rows(game.actions, V3_ACTION)
    return PlayByPlay(game.gameId, None, actions, misfits)


def live_coverage(payload: Payload) -> Coverage:
    """The game date: that of the first action, else the one asked for."""
    game = decode(payload, BODY).game
    return Coverage((game_date_or_asked(_date_of_play(game.actions), payload),))


def v3_coverage(payload: Payload) -> Coverage:
    """The game date asked for."""
    decode(payload, BODY)
    return Coverage((game_date_or_asked(None, payload),))


def build_live(games: Sequence[tuple[Payload, PlayByPlay]]) -> Built:
    """Rows and rejects of decoded live play by plays."""
    is_field_goal = pl.col("isFieldGoal") == 1
    kind = pl.col("actionType")
    value = kind.replace_strict({"2pt": 2, "3pt": 3, FREE_THROW: 1}, default=None, return_dtype=pl.Int64)
    made = _made(pl.col("shotResult"))
    is_shot = is_field_goal | (kind == FREE_THROW)
    frame = _frame(games, LiveAction).with_columns(
        endpoint=pl.lit(LIVE),
        action_number="actionNumber",
        action_order="orderNumber",
        team_id="teamId",
        person_id="personId",
        player_name="playerNameI",
        action_type=kind,
        sub_type="subType",
        is_field_goal=is_field_goal,
        shot_value=pl.when(is_shot).then(value),
        shot_made=pl.when(is_shot).then(made),
        is_assisted=pl.when(is_field_goal & made).then(pl.col("assistPersonId").fill_null(0) != 0),
        assist_player_id=pl.when(is_field_goal & made).then("assistPersonId"),
        x=pl.when(is_field_goal).then("xLegacy"),
        y=pl.when(is_field_goal).then("yLegacy"),
        shot_distance=pl.when(is_field_goal).then("shotDistance"),
        score_home_text="scoreHome",
        score_away_text="scoreAway",
    )
    return _built(games, frame)


def build_v3(games: Sequence[tuple[Payload, PlayByPlay]]) -> Built:
    """Rows and rejects of decoded play by plays of the v3 endpoint.

    It leaves to words who assisted, whether a free throw went in, and that an action without a type is a steal or a
    block.
    """
    is_field_goal = pl.col("isFieldGoal") == 1
    is_free_throw = pl.col("actionType") == "Free Throw"
    made = _made(pl.col("shotResult"))
    frame = _frame(games, V3Action).with_columns(
        endpoint=pl.lit(V3),
        action_number="actionId",
        action_order="actionId",
        team_id="teamId",
        person_id="personId",
        player_name="playerNameI",
        action_type=_v3_action_type(),
        sub_type="subType",
        descriptor=pl.lit(None, pl.String),
        is_field_goal=is_field_goal,
        shot_value=pl.when(is_field_goal).then("shotValue").when(is_free_throw).then(1),
        shot_made=pl.when(is_field_goal)
        .then(made)
        .when(is_free_throw)
        .then(~pl.col("description").str.starts_with("MISS ")),
        is_assisted=pl.when(is_field_goal & made).then(pl.col("description").str.contains(ASSIST_IN_WORDS)),
        assist_player_id=pl.lit(None, pl.Int64),
        x=pl.when(is_field_goal).then("xLegacy"),
        y=pl.when(is_field_goal).then("yLegacy"),
        shot_distance=pl.when(is_field_goal).then("shotDistance"),
        area=pl.lit(None, pl.String),
        score_home_text="scoreHome",
        score_away_text="scoreAway",
    )
    return _built(games, frame)


def _date_of_play(actions: Sequence[Raw]) -> date | None:
    """The New York date of the first action that has a time."""
    for action in actions:
        try:
            moment = moment_of(TIMED.decode(action).timeActual)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            continue
        if moment:
            return game_date_of(moment)
    return None


def _made(result: pl.Expr) -> pl.Expr:
    return result.replace_strict({MADE: True, MISSED: False}, default=None, return_dtype=pl.Boolean)


def _v3_action_type() -> pl.Expr:
    sent = text_or_null("actionType")
    return (
        pl.when(pl.col("isFieldGoal") == 1)
        .then(shot_kind(pl.col("shotValue")))
        .when(sent.is_null() & pl.col("description").str.contains(r" STEAL \("))
        .then(pl.lit("steal"))
        .when(sent.is_null() & pl.col("description").str.contains(r" BLOCK \("))
        .then(pl.lit("block"))
        .when(sent.is_null())
        .then(pl.lit("other"))
        .otherwise(sent.replace(V3_ACTION_TYPES).str.to_lowercase())
    )


def _frame(games: Sequence[tuple[Payload, PlayByPlay]], kind: type[Struct]) -> pl.DataFrame:
    """The actions of many games as sent, with payload, place, game and date."""
    rows = [
        (number, game.game_id, game_date_or_asked(game.game_date, payload), *astuple(action))
        for number, (payload, game) in enumerate(games)
        for action in game.actions
    ]
    return pl.DataFrame(rows, schema=_SCHEMAS[kind], orient="row").with_row_index(PLACE)


def _built(games: Sequence[tuple[Payload, PlayByPlay]], frame: pl.DataFrame) -> Built:
    actions = [action for _, game in games for action in game.actions]
    misfits = [
        (payload, game_date_or_asked(game.game_date, payload), sent, reason)
        for payload, game in games
        for sent, reason in game.misfits
    ]
    return build_actions(
        [payload for payload, _ in games], frame, misfits, lambda place: msgspec.json.encode(actions[place])
    )


def _schema(kind: type[Struct]) -> dict[str, type[pl.DataType]]:
    dtypes: dict[Any, type[pl.DataType]] = {
        str: pl.String,
        str | None: pl.String,
        Whole: pl.Int64,
        Whole | None: pl.Int64,
        float: pl.Float64,
        float | None: pl.Float64,
    }
    told = {field.name: dtypes[field.type] for field in msgspec.structs.fields(kind)}
    return {PAYLOAD: pl.Int64, "game_id": pl.String, "game_date": pl.Date, **told}


_SCHEMAS: dict[type[Struct], dict[str, type[pl.DataType]]] = {kind: _schema(kind) for kind in (LiveAction, V3Action)}

"""The NBA's whole-season schedule, as its CDN and its stats API serve it, into ``raw.nbac_schedule``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec
import polars as pl
from msgspec import Raw, Struct

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.contracts.raw import NBAC_SCHEDULE
from nba_props.game_calendar import COUNTED_GAME_TYPES, EASTERN, game_type_of
from nba_props.teams import TRICODE_BY_ID
from nba_props.upstreams.bodies import date_of, decode, fitting_rows, moment_of
from nba_props.upstreams.endpoint import Built, Coverage, Reject
from nba_props.upstreams.nba_rows import Whole
from nba_props.upstreams.sifting import CONTRADICTED, Fault, latest_of_key, sift

TABLE = NBAC_SCHEDULE.full_name
POSTPONED_MARKS = ("Y", "PPD", "POSTPONED")
UNKNOWN_TIME_MARK = "0001-01-01"
STARTED = 2


class Side(Struct, gc=False):
    """A team of a game; id 0 if it is not yet known."""

    teamId: Whole
    teamTricode: str | None
    score: Whole | None


class Game(Struct, gc=False):
    """A game as the league lists it, without broadcasters and leaders."""

    gameId: str
    gameStatus: Whole
    gameStatusText: str | None
    gameDateEst: str | None
    gameTimeUTC: str | None
    gameDateTimeUTC: str | None
    postponedStatus: str | None
    homeTeam: Side
    awayTeam: Side
    isNeutral: bool | None = None
    arenaName: str | None = None
    gameLabel: str | None = None
    gameSubLabel: str | None = None


class Day(Struct):
    """The games that the league lists under one date."""

    games: list[Raw]


class LeagueSchedule(Struct):
    """A season."""

    seasonYear: str
    gameDates: list[Day]


class Body(Struct):
    """The whole answer."""

    leagueSchedule: LeagueSchedule


class Schedule(Struct):
    """A decoded schedule: its games, and the rows that are none."""

    season: str
    games: list[Game]
    misfits: list[tuple[bytes, str]]


BODY = msgspec.json.Decoder(Body)
GAME = msgspec.json.Decoder(Game)


def decode_schedule(payload: Payload) -> Schedule:
    """A schedule's games.

    Raises:
        MalformedPayload: the body is no schedule.
    """
    league = decode(payload, BODY).leagueSchedule
    if not re.fullmatch(r"\d{4}-\d{2}", league.seasonYear, re.ASCII):
        raise MalformedPayload(f"seasonYear is no season: {league.seasonYear[:40]!r}")
    games, misfits = fitting_rows([raw for day in league.gameDates for raw in day.games], GAME)
    if games and all(date_of(game.gameDateEst) is None for game in games):
        raise MalformedPayload("not one game has a gameDateEst that is a date")
    return Schedule(league.seasonYear, games, misfits)


def build_schedules(schedules: Sequence[tuple[Payload, Schedule]]) -> Built:
    """Rows and rejects of decoded schedules."""
    frames, rejects = [], []
    for payload, schedule in schedules:
        frame, rejected = _build_one(payload, schedule)
        frames.append(frame)
        rejects.extend(rejected)
    return Built({TABLE: pl.concat(frames)}, rejects)


def schedule_coverage(payload: Payload) -> Coverage:
    """The dates on which a schedule has games, and its season."""
    schedule = decode_schedule(payload)
    dates = {day for game in schedule.games if (day := date_of(game.gameDateEst))}
    return Coverage(tuple(sorted(dates)), schedule.season)


def _build_one(payload: Payload, schedule: Schedule) -> tuple[pl.DataFrame, list[Reject]]:
    games = schedule.games
    frame = pl.DataFrame([_row(game, schedule.season) for game in games], schema=_ROW_SCHEMA, orient="row")
    good, bad = sift(frame.with_row_index("position"), _faults())
    good, contradicted = latest_of_key(good, ("game_date", "game_id"), beside=("position",))
    bad = pl.concat([bad, contradicted.with_columns(reason=pl.lit(CONTRADICTED))])
    rejects = [Reject(payload, TABLE, row, reason) for row, reason in schedule.misfits]
    rejects += [
        Reject(payload, TABLE, msgspec.json.encode(games[position]), reason, day)
        for position, reason, day in bad.select("position", "reason", "game_date").iter_rows()
    ]
    stored = good.with_columns(
        payload_id=pl.lit(payload.payload_id),
        fetched_at=pl.lit(payload.fetched_at, NBAC_SCHEDULE.schema["fetched_at"]),
    )
    return stored.select(pl.col(name).cast(dtype) for name, dtype in NBAC_SCHEDULE.schema.items()), rejects


_STORED = [name for name in NBAC_SCHEDULE.schema if name not in ("payload_id", "fetched_at")]
_CHECKED = ("home_fault", "away_fault", "time_fault")
_ROW_SCHEMA = pl.Schema(
    [*((name, NBAC_SCHEDULE.schema[name]) for name in _STORED), *((name, pl.String()) for name in _CHECKED)]
)


def _row(game: Game, season: str) -> tuple[Any, ...]:
    kind = game_type_of(game.gameId)
    counted = kind in COUNTED_GAME_TYPES
    started = game.gameStatus >= STARTED
    tip_off = None if _has_no_time(game) else moment_of(game.gameDateTimeUTC)
    return (
        game.gameId,
        date_of(game.gameDateEst),
        season,
        kind,
        game.gameStatus,
        _text_or_none(game.gameStatusText),
        tip_off,
        _is_postponed(game),
        bool(game.isNeutral),
        game.homeTeam.teamId,
        _tricode(game.homeTeam),
        game.awayTeam.teamId,
        _tricode(game.awayTeam),
        game.homeTeam.score if started else None,
        game.awayTeam.score if started else None,
        _text_or_none(game.arenaName),
        ", ".join(part for part in (game.gameLabel, game.gameSubLabel) if part) or None,
        _team_fault(game.homeTeam, counted),
        _team_fault(game.awayTeam, counted),
        None if tip_off or _has_no_time(game) else f"absent or naive tip-off time: {game.gameDateTimeUTC!r}",
    )


def _faults() -> list[Fault]:
    negative_score = pl.min_horizontal("home_score", "away_score") < 0
    negative_team = pl.min_horizontal("home_team_id", "away_team_id") < 0
    return [
        (~pl.col("game_id").str.contains(r"^[0-9]{10}$"), pl.format("bad game id: {}", "game_id")),
        (pl.col("game_type").is_null(), pl.format("game id of an unknown kind of game: {}", "game_id")),
        (pl.col("game_date").is_null(), "gameDateEst is no date"),
        (~pl.col("game_status").is_between(1, 3), pl.format("unknown game status: {}", "game_status")),
        (pl.col("time_fault").is_not_null(), pl.col("time_fault")),
        (negative_team, "negative team id"),
        (pl.col("home_fault").is_not_null(), pl.col("home_fault")),
        (pl.col("away_fault").is_not_null(), pl.col("away_fault")),
        (negative_score, "negative score"),
    ]


def _is_postponed(game: Game) -> bool:
    marks = (game.postponedStatus or "", game.gameStatusText or "")
    return any(mark.strip().upper() in POSTPONED_MARKS for mark in marks)


def _has_no_time(game: Game) -> bool:
    """Whether the league says that it has set no time; it never tips off at midnight in New York."""
    if (game.gameTimeUTC or "").startswith(UNKNOWN_TIME_MARK) or _text_or_none(game.gameStatusText) == "TBD":
        return True
    if (game.gameDateTimeUTC or "").startswith(UNKNOWN_TIME_MARK):
        return True
    moment = moment_of(game.gameDateTimeUTC)
    if moment is None:
        return False
    local = moment.astimezone(EASTERN)
    return local.hour == 0 and local.minute == 0


def _tricode(side: Side) -> str | None:
    return TRICODE_BY_ID.get(side.teamId) or (_text_or_none(side.teamTricode) if side.teamId else None)


def _team_fault(side: Side, counted: bool) -> str | None:
    """What is wrong with a team; guests with codes of their own play in games that do not count."""
    if side.teamId == 0 or not counted:
        return None
    known = TRICODE_BY_ID.get(side.teamId)
    if known is None:
        return f"unknown team in a game that counts: {side.teamId} {side.teamTricode!r}"
    if side.teamTricode != known:
        return f"team {side.teamId} is {known}, not {side.teamTricode!r}"
    return None


def _text_or_none(text: str | None) -> str | None:
    return (text or "").strip() or None

"""Referee assignments of official.nba.com, into ``raw.nbac_referee_assignments``.

A row is an official named for a game, or for the replay center of a date; each ends as a stored row or as a reject. A
game for which nobody is named yet has none. The answer's parts on other leagues are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import polars as pl
from msgspec import Raw, Struct

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.contracts.raw.nba_league import NBAC_REFEREE_ASSIGNMENTS
from nba_props.game_calendar import season_expression
from nba_props.upstreams.bodies import date_in_url, decode, fitting_rows
from nba_props.upstreams.endpoint import Built, Coverage, Reject, dates_asked
from nba_props.upstreams.nba_rows import (
    PAYLOAD,
    PLACE,
    Whole,
    bad_game_id,
    season_of_game,
    store,
    team_of,
    text_or_null,
    unknown_team,
)
from nba_props.upstreams.sifting import Fault, absent_text

TABLE = NBAC_REFEREE_ASSIGNMENTS.full_name
GAME_ROLES = ("crew_chief", "referee", "umpire", "alternate")
REPLAY_CENTER = "replay_center"


class GameOfficials(Struct, gc=False):
    """A game and its officials in the order of their roles; the fourth is an alternate, in the playoffs."""

    game_id: str
    game_date: str | None
    home_team_id: Whole
    away_team_id: Whole
    official1: str | None
    official1_code: Whole | None
    official1_JNum: str | None
    official2: str | None
    official2_code: Whole | None
    official2_JNum: str | None
    official3: str | None
    official3_code: Whole | None
    official3_JNum: str | None
    official4: str | None = None
    official4_code: Whole | None = None
    official4_JNum: str | None = None


class ReplayOfficial(Struct, gc=False):
    """An official in the replay center."""

    game_date: str | None
    official_code: Whole | None
    replaycenter_official: str | None


class RowTable(Struct):
    """Rows."""

    rows: list[Raw]


class League(Struct):
    """One league: its games, and its replay center where it has one."""

    Table: RowTable
    Table1: RowTable | None = None


class Body(Struct):
    """The whole answer."""

    nba: League


@dataclass(frozen=True)
class Assignments:
    """A decoded answer: games, replay center, and what is neither."""

    games: list[GameOfficials]
    replay_center: list[ReplayOfficial]
    misfits: list[tuple[bytes, str]]


BODY = msgspec.json.Decoder(Body)
GAME = msgspec.json.Decoder(GameOfficials)
REPLAY_OFFICIAL = msgspec.json.Decoder(ReplayOfficial)

_SCHEMA = {
    PAYLOAD: pl.Int64,
    "date_text": pl.String,
    "game_id": pl.String,
    "home_team_id": pl.Int64,
    "away_team_id": pl.Int64,
    "role": pl.String,
    "role_number": pl.Int64,
    "official_name": pl.String,
    "official_id": pl.Int64,
    "jersey_number": pl.String,
}


def decode_officials(payload: Payload) -> Assignments:
    """The assignments of an answer.

    Raises:
        MalformedPayload: the body is no such answer, or not one game has the expected format.
    """
    league = decode(payload, BODY).nba
    games, bad_games = fitting_rows(league.Table.rows, GAME)
    replay, bad_replay = _replay_center(league.Table1.rows if league.Table1 else [])
    return Assignments(games, replay, bad_games + bad_replay)


def official_coverage(payload: Payload) -> Coverage:
    """The dates of its rows and the one that was asked about."""
    assignments = decode_officials(payload)
    texts = [row.game_date for row in assignments.games] + [row.game_date for row in assignments.replay_center]
    told = {date_in_url(text or "") for text in texts}
    return Coverage(tuple(sorted(day for day in {*told, *dates_asked(payload.url)} if day)))


def build_officials(answers: Sequence[tuple[Payload, Assignments]]) -> Built:
    """Rows and rejects of decoded answers."""
    payloads = [payload for payload, _ in answers]
    rows = [(number, *row) for number, (_, answer) in enumerate(answers) for row in _rows(answer)]
    days = [date_in_url(row[1] or "") for row in rows]
    frame = pl.DataFrame(rows, schema=_SCHEMA, orient="row").with_row_index(PLACE)
    frame = frame.with_columns(pl.Series("game_date", days, pl.Date)).with_columns(
        text_or_null("official_name"),
        text_or_null("jersey_number"),
        season=pl.coalesce(season_of_game(), season_expression(pl.col("game_date"))),
        home_team=team_of("home_team_id"),
        away_team=team_of("away_team_id"),
    )
    stored, rejects = store(NBAC_REFEREE_ASSIGNMENTS, payloads, frame, _faults(), lambda place: _as_sent(rows[place]))
    misfits = [Reject(payload, TABLE, row, reason) for payload, answer in answers for row, reason in answer.misfits]
    return Built({TABLE: stored}, misfits + rejects)


def _replay_center(rows: Sequence[Raw]) -> tuple[list[ReplayOfficial], list[tuple[bytes, str]]]:
    """The replay center's officials; told otherwise than expected it does not cost the games' officials."""
    try:
        return fitting_rows(rows, REPLAY_OFFICIAL)
    except MalformedPayload as error:
        return [], [(bytes(row), str(error)) for row in rows]


def _rows(answer: Assignments) -> Iterator[tuple[Any, ...]]:
    """The named officials of an answer."""
    for game in answer.games:
        told = (game.game_date, game.game_id, game.home_team_id, game.away_team_id)
        for number, (role, official) in enumerate(zip(GAME_ROLES, _named(game), strict=True), start=1):
            if official[0] is not None:
                yield (*told, role, number, *official)
    for number, one in enumerate(answer.replay_center, start=1):
        official = (one.replaycenter_official, one.official_code, None)
        yield (one.game_date, None, None, None, REPLAY_CENTER, number, *official)


def _as_sent(row: tuple[Any, ...]) -> bytes:
    return msgspec.json.encode(dict(zip(list(_SCHEMA)[1:], row[1:], strict=True)))


def _named(game: GameOfficials) -> tuple[tuple[str | None, int | None, str | None], ...]:
    return (
        (game.official1, game.official1_code, game.official1_JNum),
        (game.official2, game.official2_code, game.official2_JNum),
        (game.official3, game.official3_code, game.official3_JNum),
        (game.official4, game.official4_code, game.official4_JNum),
    )


def _faults() -> list[Fault]:
    return [
        bad_game_id(),
        (pl.col("game_date").is_null(), "game_date is no date"),
        (absent_text("official_name"), "empty name"),
        (pl.col("official_id") <= 0, pl.format("bad official id: {}", "official_id")),
        unknown_team("home_team_id", "home_team"),
        unknown_team("away_team_id", "away_team"),
    ]

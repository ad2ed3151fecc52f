"""The league's transactions (NBA_Player_Movement.json), into ``raw.nbac_player_movement``.

A row is a player, or a draft consideration, that a transaction moved; each ends as a stored row or as a reject. The
file holds every transaction since 2015. All of it is read, each row under its transaction's own date, so that the same
transaction told again replaces itself. The payload speaks only of the dates of the last ``SPOKEN_DAYS`` days before it
was fetched (and of that day itself, on which nothing may have happened): those are the dates whose tables are made from
it, and corrections older than that are not looked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

import msgspec
import polars as pl
from msgspec import Meta, Raw, Struct
from msgspec.structs import astuple

from nba_props.archive.payload import Payload
from nba_props.contracts.raw.nba_league import NBAC_PLAYER_MOVEMENT
from nba_props.game_calendar import game_date_of
from nba_props.upstreams.bodies import date_of, decode, fitting_rows
from nba_props.upstreams.endpoint import Built, Coverage, Reject
from nba_props.upstreams.nba_rows import PAYLOAD, PLACE, store, team_of, text_or_null, unknown_team
from nba_props.upstreams.sifting import Fault, absent_text

TABLE = NBAC_PLAYER_MOVEMENT.full_name
SPOKEN_DAYS = 30

Number = Annotated[float, Meta(ge=0, le=2**53)]
"""An id as the file writes it: 1610612749.0."""


class Movement(Struct, gc=False):
    """A part of a transaction; player 0 is a draft consideration, Additional_Sort the team that gave or 0."""

    Transaction_Type: str | None
    TRANSACTION_DATE: str | None
    TRANSACTION_DESCRIPTION: str | None
    TEAM_ID: Number
    PLAYER_ID: Number
    PLAYER_SLUG: str | None
    Additional_Sort: Number | None
    GroupSort: str | None


class RowTable(Struct):
    """Rows."""

    rows: list[Raw]


class Body(Struct):
    """The whole file."""

    NBA_Player_Movement: RowTable


class Dated(Struct):
    """The date of a part of a transaction."""

    TRANSACTION_DATE: str | None = None


@dataclass(frozen=True)
class Movements:
    """A decoded file: parts of transactions, and what is none."""

    rows: list[Movement]
    misfits: list[tuple[bytes, str]]


BODY = msgspec.json.Decoder(Body)
MOVEMENT = msgspec.json.Decoder(Movement)
DATED = msgspec.json.Decoder(Dated)

_SCHEMA = {
    PAYLOAD: pl.Int64,
    "transaction_type": pl.String,
    "date_text": pl.String,
    "description": pl.String,
    "team_number": pl.Float64,
    "player_number": pl.Float64,
    "player_slug": pl.String,
    "from_number": pl.Float64,
    "transaction_group": pl.String,
}


def decode_movement(payload: Payload) -> Movements:
    """The parts of transactions.

    Raises:
        MalformedPayload: the body is no such file, or not one row has the expected format.
    """
    rows, misfits = fitting_rows(decode(payload, BODY).NBA_Player_Movement.rows, MOVEMENT)
    return Movements(rows, misfits)


def movement_coverage(payload: Payload) -> Coverage:
    """The day of fetching, and the dates of transactions in the days before it."""
    today = game_date_of(payload.fetched_at)
    days = {today}
    for raw in decode(payload, BODY).NBA_Player_Movement.rows:
        try:
            day = date_of(DATED.decode(raw).TRANSACTION_DATE)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            continue
        if day and today - timedelta(days=SPOKEN_DAYS) <= day <= today:
            days.add(day)
    return Coverage(tuple(sorted(days)))


def build_movements(files: Sequence[tuple[Payload, Movements]]) -> Built:
    """Rows and rejects of decoded files."""
    payloads = [payload for payload, _ in files]
    parts = [part for _, file in files for part in file.rows]
    rows = [(number, *astuple(part)) for number, (_, file) in enumerate(files) for part in file.rows]
    day = pl.col("date_text").str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False, exact=True)
    frame = pl.DataFrame(rows, schema=_SCHEMA, orient="row").with_row_index(PLACE)
    frame = frame.with_columns(
        *(text_or_null(name) for name in ("transaction_type", "description", "player_slug", "transaction_group")),
        game_date=day,
        team_id=pl.col("team_number").cast(pl.Int64),
        player_id=pl.when(pl.col("player_number") != 0).then("player_number").cast(pl.Int64),
        from_team_id=pl.when(pl.col("from_number") != 0).then("from_number").cast(pl.Int64),
    ).with_columns(team=team_of("team_id"), from_team=team_of("from_team_id"))
    stored, rejects = store(
        NBAC_PLAYER_MOVEMENT, payloads, frame, _faults(), lambda place: msgspec.json.encode(parts[place])
    )
    misfits = [Reject(payload, TABLE, row, reason) for payload, file in files for row, reason in file.misfits]
    return Built({TABLE: stored}, misfits + rejects)


def _faults() -> list[Fault]:
    numbers = [pl.col(name) for name in ("team_number", "player_number", "from_number")]
    return [
        (pl.col("game_date").is_null(), "TRANSACTION_DATE is no date"),
        (~pl.col("game_date").dt.year().is_between(1946, 2100), "TRANSACTION_DATE is of another age"),
        (pl.any_horizontal(number % 1 != 0 for number in numbers), "an id is no whole number"),
        (absent_text("transaction_type"), "no kind of transaction"),
        (absent_text("transaction_group"), "no number of the transaction"),
        (absent_text("description"), "no description"),
        unknown_team("team_id", "team"),
        unknown_team("from_team_id", "from_team"),
    ]

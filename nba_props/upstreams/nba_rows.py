"""Rows of the NBA's bodies on their way into a raw table: what the NBA's ids tell, and the last steps of every parser.

Until then a row knows its payload by the number that it has in the batch (column ``payload``), and what was sent by a
number of its own (column ``place``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

import msgspec
import polars as pl
from msgspec import Meta, Raw, Struct
from msgspec.structs import astuple, fields

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.contracts.table import PROVENANCE_COLUMNS, Table
from nba_props.game_calendar import GAME_TYPES
from nba_props.teams import TRICODE_BY_ID
from nba_props.upstreams.endpoint import Reject
from nba_props.upstreams.sifting import CONTRADICTED, Fault, latest_of_key, sift

Owner = TypeVar("Owner")
Part = TypeVar("Part")

PAYLOAD, PLACE = "payload", "place"

Whole = Annotated[int, Meta(ge=-(2**53), le=2**53)]
"""A whole number that a column of 64 bits holds."""

Label = str | Whole
"""An id that is sent as text or as a number; stored as text."""

DTYPES: dict[Any, type[pl.DataType]] = {
    str: pl.String,
    str | None: pl.String,
    Label: pl.String,
    Whole: pl.Int64,
    Whole | None: pl.Int64,
    float: pl.Float64,
    float | None: pl.Float64,
    bool: pl.Boolean,
}
"""Type of what is sent, and type of the column that holds it."""

_ALLOWED: dict[str, Callable[[pl.Expr, dict[str, Any]], pl.Expr]] = {
    "greater_than": lambda column, told: column > told["min_value"],
    "greater_than_or_equal_to": lambda column, told: column >= told["min_value"],
    "less_than_or_equal_to": lambda column, told: column <= told["max_value"],
    "isin": lambda column, told: column.is_in(list(told["allowed_values"])),
    "str_matches": lambda column, told: column.str.contains(told["pattern"]),
    "str_length": lambda column, told: column.str.len_chars() >= told["min_value"],
}
"""Whether a value satisfies a check of a contract, by the check's name."""

_GAME_ID = rf"^00[{''.join(GAME_TYPES)}][0-9]{{7}}$"
_FIRST_YEAR = 46


def fitting_parts(
    parts: Sequence[tuple[Owner, Raw]], decoder: msgspec.json.Decoder[Part]
) -> tuple[list[tuple[Owner, Part]], list[tuple[bytes, str]]]:
    """Parts that fit their type, each with what it is part of, and the others as sent with what is wrong.

    Raises:
        MalformedPayload: there are parts and not one fits, so the format has changed.
    """
    fitting: list[tuple[Owner, Part]] = []
    misfits: list[tuple[bytes, str]] = []
    for owner, raw in parts:
        try:
            fitting.append((owner, decoder.decode(raw)))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            misfits.append((bytes(raw), str(error)[:300] or type(error).__name__))
    if misfits and not fitting:
        raise MalformedPayload(f"none of {len(misfits)} rows has the expected format: {misfits[0][1]}")
    return fitting, misfits


def columns_of(kind: type[Struct], sent: Sequence[Struct]) -> pl.DataFrame:
    """Structures of one kind as rows: a column for each of its fields, by the field's name."""
    told = fields(kind)
    columns = zip(*map(astuple, sent), strict=True) if sent else [()] * len(told)
    return pl.DataFrame(
        [pl.Series(field.name, values, DTYPES[field.type]) for field, values in zip(told, columns, strict=True)]
    )


def bad_game_id() -> Fault:
    """That ``game_id`` is none of the NBA's; other leagues' begin otherwise."""
    return (~pl.col("game_id").str.contains(_GAME_ID), pl.format("bad game id: {}", "game_id"))


def season_of_game() -> pl.Expr:
    """The season's name that ``game_id`` tells by its fourth and fifth digit; null if it is none of the NBA's."""
    digits = pl.when(pl.col("game_id").str.contains(_GAME_ID)).then(pl.col("game_id").str.slice(3, 2)).cast(pl.Int32)
    year = digits + pl.when(digits < _FIRST_YEAR).then(2000).otherwise(1900)
    return pl.format("{}-{}", year, ((year + 1) % 100).cast(pl.String).str.zfill(2))


def team_of(team_id: str | pl.Expr) -> pl.Expr:
    """The tricode of a column of NBA team ids; null for any other number."""
    ids = pl.col(team_id) if isinstance(team_id, str) else team_id
    return ids.replace_strict(TRICODE_BY_ID, default=None, return_dtype=pl.String)


def unknown_team(team_id: str, team: str) -> Fault:
    """That a team id is there and is none of the thirty teams'."""
    return (pl.col(team_id).is_not_null() & pl.col(team).is_null(), pl.format("unknown team: {}", team_id))


def contract_faults(table: Table) -> list[Fault]:
    """What a table's contract refuses of a single value: absent, out of bounds, or none of those allowed."""
    return [
        fault
        for name, column in table.pandera_schema.columns.items()
        if name not in PROVENANCE_COLUMNS
        for fault in (
            *(() if column.nullable else ((pl.col(name).is_null(), f"no {name}"),)),
            *(
                (~_ALLOWED[check.name](pl.col(name), check.statistics), pl.format(f"impossible {name}: '{{}}'", name))
                for check in column.checks
            ),
        )
    ]


def text_or_null(column: str) -> pl.Expr:
    """A text column without space around it, null where nothing is left."""
    stripped = pl.col(column).str.strip_chars()
    return pl.when(stripped != "").then(stripped)


def store(
    table: Table,
    payloads: Sequence[Payload],
    frame: pl.DataFrame,
    faults: Sequence[Fault],
    as_sent: Callable[[int], bytes],
) -> tuple[pl.DataFrame, list[Reject]]:
    """Rows that can be stored, with the table's columns, and rejects of the others.

    Args:
        table: where they go.
        payloads: the batch.
        frame: the table's columns but the provenance, ``payload``, ``place`` and what the faults look at besides.
        faults: what makes a row unfit.
        as_sent: a row as JSON by its ``place``.
    """
    good, bad = sift(frame, faults)
    good, contradicted = latest_of_key(good, (PAYLOAD, *table.key), beside=(PLACE,))
    bad = pl.concat([bad, contradicted.with_columns(reason=pl.lit(CONTRADICTED))])
    rejects = [
        Reject(payloads[owner], table.full_name, as_sent(place), reason, day)
        for place, owner, reason, day in bad.select(PLACE, PAYLOAD, "reason", "game_date").iter_rows()
    ]
    ids = pl.Series([payload.payload_id for payload in payloads], dtype=pl.String)
    times = pl.Series([payload.fetched_at for payload in payloads], dtype=table.schema["fetched_at"])
    owner = good[PAYLOAD]
    stored = good.with_columns(payload_id=ids.gather(owner), fetched_at=times.gather(owner))
    return stored.select(pl.col(name).cast(dtype) for name, dtype in table.schema.items()), rejects

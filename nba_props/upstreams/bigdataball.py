"""BigDataBall: play by play in CSV files that somebody lays into a folder, into ``raw.bigdataball_play_by_play``.

A file may hold one game or many: date and game are taken from its rows, never from its name. A row is an event.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from nba_props.archive.payload import Payload
from nba_props.contracts.raw.bigdataball import BIGDATABALL_PLAY_BY_PLAY, BIGDATABALL_QUARANTINE
from nba_props.game_calendar import GAME_TYPES, season_expression
from nba_props.teams import TRICODES
from nba_props.upstreams.asking import FileDrop
from nba_props.upstreams.bigdataball_csv import FAULT, read_csv
from nba_props.upstreams.bodies import LEAGUE_YEARS
from nba_props.upstreams.endpoint import Built, Coverage, Endpoint, Reject
from nba_props.upstreams.sifting import CONTRADICTED, Fault, latest_of_key, sift
from nba_props.upstreams.upstream import Upstream

SOURCE = "bigdataball"
PLAY_BY_PLAY = "play_by_play"
DROP = FileDrop(folder="bigdataball_folder", pattern="*.csv", url="https://drop.invalid/bigdataball/")
"""The URL is one of HTTP, as WARC readers look for an answer's headers under no other, and can be no host's."""

FLOOR = {f"{side[0]}{number}": f"{side}_player_{number}" for side in ("away", "home") for number in range(1, 6)}
"""Header to column of the ten players on the floor."""

TEXTS = {
    "data_set": "data_set",
    "event_type": "event_type",
    "type": "event_subtype",
    "player": "player_name",
    "result": "result",
    "reason": "reason",
    "assist": "assist_player_name",
    "block": "block_player_name",
    "steal": "steal_player_name",
    "opponent": "opponent_name",
    "entered": "entered_player_name",
    "left": "left_player_name",
    "away": "away_jumper_name",
    "home": "home_jumper_name",
    "possession": "possession_player_name",
    "description": "description",
}
CLOCKS = {
    "remaining_time": ("remaining_seconds", 720),
    "elapsed": ("elapsed_seconds", 720),
    "play_length": ("play_seconds", 720),
}
WHOLE_NUMBERS = {
    "play_id": ("play_number", 1, 10_000),
    "period": ("period", 1, 14),
    "away_score": ("away_score", 0, 400),
    "home_score": ("home_score", 0, 400),
    "points": ("points", 0, 3),
    "num": ("free_throw_number", 1, 3),
    "outof": ("free_throws_awarded", 1, 3),
    "shot_distance": ("shot_distance_feet", 0, 94),
}
"""Header to column and the least and greatest value that there can be."""
PLACES = ("original_x", "original_y", "converted_x", "converted_y")
REQUIRED = ("play_id", "period", "away_score", "home_score", "remaining_time", "elapsed")

HEADERS = ("game_id", "date", "team", *FLOOR, *TEXTS, *CLOCKS, *WHOLE_NUMBERS, *PLACES)
"""Every header that is read."""

_SENT = {header: f"sent_{header}" for header in HEADERS}
_CLOCK = r"^([0-9]{1,2}):([0-5][0-9]):([0-5][0-9])$"
_GAME_ID = rf"^00[{''.join(GAME_TYPES)}][0-9]{{7}}$"
PAYLOAD_NUMBER = "payload_number"


def decode_play_by_play(payload: Payload) -> pl.DataFrame:
    """A file's events as texts, under its own headers.

    Raises:
        MalformedPayload: the body is no such file, or a column is absent or given twice.
    """
    return read_csv(payload, HEADERS)


def build_play_by_play(files: Sequence[tuple[Payload, pl.DataFrame]]) -> Built:
    """Rows and rejects of decoded files."""
    table = BIGDATABALL_PLAY_BY_PLAY
    payloads = [payload for payload, _ in files]
    sent = pl.concat(
        events.with_columns(pl.lit(number, pl.Int64).alias(PAYLOAD_NUMBER)) for number, (_, events) in enumerate(files)
    )
    frame = sent.rename(_SENT).with_columns(_values())
    frame = frame.with_columns(season=season_expression(pl.col("game_date")))
    good, bad = sift(frame, _faults())
    good, contradicted = latest_of_key(good, (PAYLOAD_NUMBER, *table.key), beside=())
    bad = pl.concat([bad, contradicted.with_columns(reason=pl.lit(CONTRADICTED))])
    ids = pl.Series([payload.payload_id for payload in payloads], dtype=pl.String)
    times = pl.Series([payload.fetched_at for payload in payloads], dtype=table.schema["fetched_at"])
    owner = good[PAYLOAD_NUMBER]
    stored = good.with_columns(payload_id=ids.gather(owner), fetched_at=times.gather(owner))
    rows = stored.select(pl.col(name).cast(dtype) for name, dtype in table.schema.items())
    return Built({table.full_name: rows}, _rejects(payloads, bad))


def play_by_play_coverage(payload: Payload) -> Coverage:
    """The dates of a file's rows."""
    days = decode_play_by_play(payload).select(_date("date").drop_nulls().unique().sort()).to_series()
    return Coverage(tuple(days.to_list()))


def _date(header: str) -> pl.Expr:
    day = pl.col(header).str.to_date("%Y-%m-%d", strict=False, exact=True)
    return pl.when(day.dt.year().is_between(LEAGUE_YEARS.start, LEAGUE_YEARS.stop - 1)).then(day)


def _values() -> list[pl.Expr]:
    """The table's columns from the texts; what cannot be read is null."""
    game_id = pl.col(_SENT["game_id"])
    return [
        pl.when(game_id.str.contains("^[0-9]{8,10}$")).then(game_id.str.zfill(10)).alias("game_id"),
        _date(_SENT["date"]).alias("game_date"),
        pl.col(_SENT["team"]).alias("team"),
        *(pl.col(_SENT[header]).alias(column) for header, column in (FLOOR | TEXTS).items()),
        *(_seconds(_SENT[header]).alias(column) for header, (column, _) in CLOCKS.items()),
        *(_whole(_SENT[header]).alias(column) for header, (column, _, _) in WHOLE_NUMBERS.items()),
        *(_number(_SENT[header]).alias(header) for header in PLACES),
    ]


def _seconds(header: str) -> pl.Expr:
    hours, minutes, seconds = (pl.col(header).str.extract(_CLOCK, group).cast(pl.Int64) for group in (1, 2, 3))
    return 3600 * hours + 60 * minutes + seconds


def _whole(header: str) -> pl.Expr:
    """A whole number, also where it is written with a decimal point."""
    return pl.col(header).str.extract(r"^(-?[0-9]{1,9})(?:\.0)?$", 1).cast(pl.Int64)


def _number(header: str) -> pl.Expr:
    return pl.col(header).str.extract(r"^(-?[0-9]{1,9}(?:\.[0-9]*)?)$", 1).cast(pl.Float64)


def _faults() -> list[Fault]:
    readable = {header: column for header, (column, *_) in (CLOCKS | WHOLE_NUMBERS).items()} | {
        header: header for header in PLACES
    }
    players = pl.concat_list(list(FLOOR.values()))
    text = {header: pl.col(sent).fill_null("") for header, sent in _SENT.items()}
    return [
        (pl.col(FAULT).is_not_null(), pl.col(FAULT)),
        (~pl.col("game_id").str.contains(_GAME_ID).fill_null(False), pl.format("bad game id: {}", text["game_id"])),
        (pl.col("game_date").is_null(), pl.format("the date is none: {}", text["date"])),
        *((pl.col(_SENT[header]).is_null(), f"no {header}") for header in REQUIRED),
        *(
            (
                pl.col(_SENT[header]).is_not_null() & pl.col(column).is_null(),
                pl.format(f"bad {header}: {{}}", text[header]),
            )
            for header, column in readable.items()
        ),
        *(
            (~pl.col(column).is_between(least, greatest), pl.format(f"impossible {header}: {{}}", text[header]))
            for header, (column, least, greatest) in WHOLE_NUMBERS.items()
        ),
        *(
            (pl.col(column) > greatest, pl.format(f"impossible {header}: {{}}", text[header]))
            for header, (column, greatest) in CLOCKS.items()
        ),
        (players.list.drop_nulls().list.n_unique() < len(FLOOR), "there are not ten players on the floor"),
        (pl.col("team").is_not_null() & ~pl.col("team").is_in(TRICODES), pl.format("unknown team: {}", text["team"])),
        (
            pl.col("result").is_not_null() & ~pl.col("result").is_in(("made", "missed")),
            pl.format("unknown result: {}", text["result"]),
        ),
    ]


def _rejects(payloads: Sequence[Payload], bad: pl.DataFrame) -> list[Reject]:
    if bad.is_empty():
        return []
    as_sent = pl.struct(pl.col(sent).alias(header) for header, sent in _SENT.items())
    told = bad.select(PAYLOAD_NUMBER, as_sent.struct.json_encode().alias("row"), "reason", "game_date")
    table = BIGDATABALL_PLAY_BY_PLAY.full_name
    return [Reject(payloads[owner], table, row, reason, day) for owner, row, reason, day in told.iter_rows()]


ENDPOINT = Endpoint(
    source=SOURCE,
    name=PLAY_BY_PLAY,
    path=r"/drive/v3/files/[^/]+|/bigdataball/[^/]+\.csv",
    tables=(BIGDATABALL_PLAY_BY_PLAY.full_name,),
    parser_version=1,
    decode=decode_play_by_play,
    build=build_play_by_play,
    speaks_of=play_by_play_coverage,
    rule=DROP,
    request=None,
)

UPSTREAM = Upstream(SOURCE, (ENDPOINT,), BIGDATABALL_QUARANTINE, kind="csv")

"""Player box scores of stats.nba.com leaguegamelog, into ``raw.nbac_player_boxscore``.

Columns are found by the names in ``headers``, never by position.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

import msgspec
import polars as pl
from msgspec import Raw, Struct

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.contracts.raw import NBAC_PLAYER_BOXSCORE
from nba_props.game_calendar import GAME_TYPES
from nba_props.teams import TRICODES
from nba_props.upstreams.bodies import date_of, decode, fitting_rows
from nba_props.upstreams.endpoint import Built, Coverage, Reject, dates_asked
from nba_props.upstreams.sifting import CONTRADICTED, Fault, absent_text, latest_of_key, sift

TABLE = NBAC_PLAYER_BOXSCORE.full_name
RESULT_SET = "LeagueGameLog"
LONGEST_MINUTES = 100

HEADERS: dict[str, tuple[str, Any]] = {
    "SEASON_ID": ("season_id", str),
    "PLAYER_ID": ("player_id", int),
    "PLAYER_NAME": ("player_name", str | None),
    "TEAM_ID": ("team_id", int),
    "TEAM_ABBREVIATION": ("team", str | None),
    "GAME_ID": ("game_id", str),
    "GAME_DATE": ("game_date", str | None),
    "MATCHUP": ("matchup", str),
    "WL": ("result", str | None),
    "MIN": ("minutes", float | None),
    "FGM": ("field_goals_made", int),
    "FGA": ("field_goals_attempted", int),
    "FG_PCT": ("field_goal_share", float | None),
    "FG3M": ("threes", int),
    "FG3A": ("threes_attempted", int),
    "FG3_PCT": ("threes_share", float | None),
    "FTM": ("free_throws_made", int),
    "FTA": ("free_throws_attempted", int),
    "FT_PCT": ("free_throw_share", float | None),
    "OREB": ("offensive_rebounds", int),
    "DREB": ("defensive_rebounds", int),
    "REB": ("rebounds", int),
    "AST": ("assists", int),
    "STL": ("steals", int),
    "BLK": ("blocks", int),
    "TOV": ("turnovers", int),
    "PF": ("fouls", int),
    "PTS": ("points", int),
    "PLUS_MINUS": ("plus_minus", int | None),
    "FANTASY_PTS": ("fantasy_points", float | None),
    "VIDEO_AVAILABLE": ("video_available", int | None),
}
"""Header, column and type of everything that is read."""

COUNTS = (
    "field_goals_made",
    "field_goals_attempted",
    "threes",
    "threes_attempted",
    "free_throws_made",
    "free_throws_attempted",
    "offensive_rebounds",
    "defensive_rebounds",
    "rebounds",
    "assists",
    "steals",
    "blocks",
    "turnovers",
    "fouls",
    "points",
)
SHARES = ("field_goal_share", "threes_share", "free_throw_share")
NEVER_MORE_THAN = (
    ("field_goals_made", "field_goals_attempted"),
    ("threes", "threes_attempted"),
    ("threes", "field_goals_made"),
    ("free_throws_made", "free_throws_attempted"),
)
KEY = ("game_date", "game_id", "player_id")


class ResultSet(Struct):
    """One table of an answer."""

    name: str
    headers: tuple[str, ...]
    rowSet: Raw


class Body(Struct):
    """The whole answer."""

    resultSets: list[ResultSet]


class GameLog(Struct):
    """A decoded log: its headers, its rows, and the rows that are none."""

    headers: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    misfits: list[tuple[bytes, str]]


BODY = msgspec.json.Decoder(Body)
RAW_ROWS = msgspec.json.Decoder(list[Raw])


def decode_box_scores(payload: Payload) -> GameLog:
    """A log's rows, typed.

    Raises:
        MalformedPayload: the body is no player log, a header is absent or given twice, or not one row fits.
    """
    result = _result_set(decode(payload, BODY).resultSets)
    try:
        return GameLog(result.headers, _rows_decoder(result.headers).decode(result.rowSet), [])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _row_by_row(result)


def build_box_scores(logs: Sequence[tuple[Payload, GameLog]]) -> Built:
    """Rows and rejects of decoded logs; logs with the same headers are built at once."""
    rejects = [Reject(payload, TABLE, row, reason) for payload, log in logs for row, reason in log.misfits]
    by_headers: dict[tuple[str, ...], list[tuple[Payload, GameLog]]] = {}
    for payload, log in logs:
        by_headers.setdefault(log.headers, []).append((payload, log))
    frames = []
    for headers, alike in by_headers.items():
        frame, rejected = _build_alike(headers, alike)
        frames.append(frame)
        rejects.extend(rejected)
    return Built({TABLE: pl.concat(frames)}, rejects)


def box_score_coverage(payload: Payload) -> Coverage:
    """The dates of a log's rows and those it was asked about, as an empty answer speaks of them too."""
    log = decode_box_scores(payload)
    position = log.headers.index("GAME_DATE")
    dates = {day for row in log.rows if (day := date_of(row[position]))}
    return Coverage(tuple(sorted(dates | set(dates_asked(payload.url)))))


def _result_set(results: Sequence[ResultSet]) -> ResultSet:
    result = next((result for result in results if result.name == RESULT_SET), None)
    if result is None:
        raise MalformedPayload(f"no result set {RESULT_SET} but {[each.name[:40] for each in results][:8]}")
    absent = [header for header in HEADERS if header not in result.headers]
    if absent:
        raise MalformedPayload(f"headers are absent or renamed: {', '.join(absent)}")
    if len(set(result.headers)) < len(result.headers):
        raise MalformedPayload("a header is given twice")
    return result


@lru_cache(maxsize=64)
def _row_decoder(headers: tuple[str, ...]) -> msgspec.json.Decoder[tuple[Any, ...]]:
    return msgspec.json.Decoder(_row_type(headers))


@lru_cache(maxsize=64)
def _rows_decoder(headers: tuple[str, ...]) -> msgspec.json.Decoder[list[tuple[Any, ...]]]:
    return msgspec.json.Decoder(list[_row_type(headers)])  # type: ignore[misc]


def _row_type(headers: tuple[str, ...]) -> Any:
    return tuple[tuple(HEADERS[header][1] if header in HEADERS else Any for header in headers)]  # type: ignore[misc]


def _row_by_row(result: ResultSet) -> GameLog:
    try:
        raw_rows = RAW_ROWS.decode(result.rowSet)
    except msgspec.MsgspecError as error:
        raise MalformedPayload(f"rowSet is no list of rows: {error}") from None
    rows, misfits = fitting_rows(raw_rows, _row_decoder(result.headers))
    return GameLog(result.headers, rows, misfits)


def _build_alike(
    headers: tuple[str, ...], logs: Sequence[tuple[Payload, GameLog]]
) -> tuple[pl.DataFrame, list[Reject]]:
    rows = list(chain.from_iterable(log.rows for _, log in logs))
    lengths = [len(log.rows) for _, log in logs]
    columns = list(zip(*rows, strict=True)) or [()] * len(headers)
    frame = _checked_columns(dict(zip(headers, columns, strict=True)))
    numbers = pl.Series("payload", range(len(logs)), pl.Int64)
    owners = numbers.repeat_by(pl.Series(lengths, dtype=pl.UInt32)).explode().drop_nulls()
    frame = frame.with_columns(owners).with_row_index("position")
    good, bad = sift(frame, _faults())
    good, contradicted = latest_of_key(good, ("payload", *KEY), beside=("position",))
    bad = pl.concat([bad, contradicted.with_columns(reason=pl.lit(CONTRADICTED))])
    rejects = [
        Reject(logs[owner][0], TABLE, _as_sent(headers, rows[row]), reason, day)
        for row, owner, reason, day in bad.select("position", "payload", "reason", "game_date").iter_rows()
    ]
    return _with_payload(good, [payload for payload, _ in logs]), rejects


def _checked_columns(columns: dict[str, Sequence[Any]]) -> pl.DataFrame:
    dtypes: dict[Any, pl.DataType | type[pl.DataType]] = {
        str: pl.String,
        str | None: pl.String,
        int: pl.Int64,
        int | None: pl.Int64,
        float | None: pl.Float64,
    }
    series = [pl.Series(name, columns[header], dtypes[kind]) for header, (name, kind) in HEADERS.items()]
    return pl.DataFrame(series).with_columns(
        pl.col("game_date").str.to_date("%Y-%m-%d", strict=False, exact=True),
        season=_season(),
        won=pl.col("result").replace_strict({"W": True, "L": False}, default=None, return_dtype=pl.Boolean),
    )


def _season() -> pl.Expr:
    """The season's name of a SEASON_ID: a digit for the kind of game, then the season's first year."""
    year = pl.col("season_id").str.extract(r"^[0-9]([0-9]{4})$").cast(pl.Int32)
    return pl.format("{}-{}", year, ((year + 1) % 100).cast(pl.String).str.zfill(2))


def _faults() -> list[Fault]:
    game_id = rf"^00[{''.join(GAME_TYPES)}][0-9]{{7}}$"
    team = pl.col("team").fill_null("")
    faults: list[Fault] = [
        (
            ~pl.col("game_id").str.contains(game_id),
            pl.format("bad game id: {}", "game_id"),
        ),
        (pl.col("game_date").is_null(), "GAME_DATE is no date"),
        (pl.col("season").is_null(), pl.format("bad season id: {}", "season_id")),
        (pl.col("player_id") <= 0, pl.format("bad player id: {}", "player_id")),
        (absent_text("player_name"), "empty player name"),
        (~pl.col("team").is_in(TRICODES).fill_null(False), pl.format("unknown team: {}", team)),
        (pl.col("team_id") <= 0, pl.format("bad team id: {}", "team_id")),
        (pl.col("minutes").is_null(), "no minutes"),
        (~pl.col("minutes").is_between(0, LONGEST_MINUTES), pl.format("impossible minutes: {}", "minutes")),
    ]
    faults += [(pl.col(name) < 0, pl.format(f"negative {name}: {{}}", name)) for name in COUNTS]
    faults += [(~pl.col(name).is_between(0, 1), pl.format(f"impossible {name}: {{}}", name)) for name in SHARES]
    faults += [
        (pl.col(less) > pl.col(more), pl.format(f"impossible: {{}} {less} but {{}} {more}", less, more))
        for less, more in NEVER_MORE_THAN
    ]
    return faults


def _as_sent(headers: Sequence[str], row: Sequence[Any]) -> bytes:
    return msgspec.json.encode(dict(zip(headers, row, strict=True)))


def _with_payload(good: pl.DataFrame, payloads: Sequence[Payload]) -> pl.DataFrame:
    schema = NBAC_PLAYER_BOXSCORE.schema
    ids = pl.Series([payload.payload_id for payload in payloads], dtype=pl.String)
    times = pl.Series([payload.fetched_at for payload in payloads], dtype=schema["fetched_at"])
    owner = good["payload"]
    stored = good.with_columns(payload_id=ids.gather(owner), fetched_at=times.gather(owner))
    return stored.select(pl.col(name).cast(dtype) for name, dtype in schema.items())

"""The NBA's scoreboards, into ``raw.nbac_scoreboard``: the v3 layout of stats.nba.com and the CDN, and scoreboardV2.

A row is a game of the board (of the v2 endpoint a row of GameHeader); each ends as a stored row or as a reject. Rows of
v2's LineScore tell the scores of those games: one that does not fit is a reject of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
import polars as pl
from msgspec import Raw, Struct

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.contracts.raw.nba_live import MOST_PERIODS, NBAC_SCOREBOARD
from nba_props.game_calendar import EASTERN
from nba_props.upstreams.bodies import date_in_url, date_of, decode, fitting_rows, moment_of, query_of
from nba_props.upstreams.endpoint import Built, Coverage, Reject
from nba_props.upstreams.nba_result_sets import Rows, Wanted, as_sent, decode_result_sets, frame_of, rows_of, sent_rows
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
from nba_props.upstreams.sifting import Fault

TABLE = NBAC_SCOREBOARD.full_name
V3, V2 = "scoreboard", "scoreboard_v2"
POSTPONED_MARKS = ("PPD", "POSTPONED")
NO_TIME_SET = "TBD"
STARTED, FINAL = 2, 3

HEADER_SET, LINE_SET = "GameHeader", "LineScore"
HEADERS: Wanted = {
    "GAME_DATE_EST": ("game_date", str | None),
    "GAME_ID": ("game_id", str),
    "GAME_STATUS_ID": ("game_status", Whole),
    "GAME_STATUS_TEXT": ("status_text", str | None),
    "HOME_TEAM_ID": ("home_team_id", Whole | None),
    "VISITOR_TEAM_ID": ("away_team_id", Whole | None),
    "LIVE_PERIOD": ("period", Whole),
    "LIVE_PC_TIME": ("game_clock", str | None),
}
LINES: Wanted = {
    "GAME_ID": ("game_id", str),
    "TEAM_ID": ("team_id", Whole),
    "PTS": ("score", Whole | None),
}


class Side(Struct, gc=False):
    """A team of a game."""

    teamId: Whole
    score: Whole | None


class BoardGame(Struct, gc=False):
    """A game of a board in the v3 layout."""

    gameId: str
    gameStatus: Whole
    gameStatusText: str | None
    period: Whole
    gameClock: str | None
    gameTimeUTC: str | None
    homeTeam: Side
    awayTeam: Side


class DayGames(Struct):
    """A date and its games."""

    gameDate: str
    games: list[Raw]


class Body(Struct):
    """The whole answer in the v3 layout."""

    scoreboard: DayGames


@dataclass(frozen=True)
class Board:
    """A decoded board in the v3 layout: its date, its games, and what is no game."""

    game_date: date
    games: list[BoardGame]
    misfits: list[tuple[bytes, str]]


@dataclass(frozen=True)
class BoardV2:
    """A decoded board of the v2 endpoint."""

    headers: Rows
    lines: Rows


BODY = msgspec.json.Decoder(Body)
BOARD_GAME = msgspec.json.Decoder(BoardGame)

_TOLD: dict[str, Any] = {
    PAYLOAD: pl.Int64,
    "game_date": pl.Date,
    "game_id": pl.String,
    "game_status": pl.Int64,
    "status_text": pl.String,
    "period": pl.Int64,
    "game_clock": pl.String,
    "tip_off_at": NBAC_SCOREBOARD.schema["tip_off_at"],
    "home_team_id": pl.Int64,
    "away_team_id": pl.Int64,
    "home_score": pl.Int64,
    "away_score": pl.Int64,
}


def decode_board(payload: Payload) -> Board:
    """A board in the v3 layout.

    Raises:
        MalformedPayload: the body is no board, its date no date, or not one game has the expected format.
    """
    board = decode(payload, BODY).scoreboard
    games, misfits = fitting_rows(board.games, BOARD_GAME)
    return Board(_board_date(board), games, misfits)


def board_coverage(payload: Payload) -> Coverage:
    """The board's date; a board without games speaks of it, too."""
    return Coverage((_board_date(decode(payload, BODY).scoreboard),))


def build_boards(boards: Sequence[tuple[Payload, Board]]) -> Built:
    """Rows and rejects of decoded boards in the v3 layout."""
    payloads = [payload for payload, _ in boards]
    games = [game for _, board in boards for game in board.games]
    rows = [(number, *_told(board.game_date, game)) for number, (_, board) in enumerate(boards) for game in board.games]
    frame = pl.DataFrame(rows, schema=_TOLD, orient="row").with_row_index(PLACE)
    misfits = [
        Reject(payload, TABLE, sent, reason, board.game_date)
        for payload, board in boards
        for sent, reason in board.misfits
    ]
    return _built(payloads, frame, V3, misfits, lambda place: msgspec.json.encode(games[place]))


def decode_board_v2(payload: Payload) -> BoardV2:
    """A board of the v2 endpoint.

    Raises:
        MalformedPayload: the body is none, a header is absent or given twice, or not one row fits.
    """
    results = decode_result_sets(payload)
    return BoardV2(rows_of(results, HEADER_SET, HEADERS), rows_of(results, LINE_SET, LINES))


def board_v2_coverage(payload: Payload) -> Coverage:
    """The dates of its games, and the one that the URL asks for."""
    headers = decode_board_v2(payload).headers
    place = headers.headers.index("GAME_DATE_EST")
    told = {date_of(row[place]) for row in headers.rows}
    asked = date_in_url(query_of(payload.url).get("GameDate", ""))
    return Coverage(tuple(sorted(day for day in {*told, asked} if day)))


def build_boards_v2(boards: Sequence[tuple[Payload, BoardV2]]) -> Built:
    """Rows and rejects of decoded boards of the v2 endpoint."""
    payloads = [payload for payload, _ in boards]
    headers = [board.headers for _, board in boards]
    sent = sent_rows(headers)
    lines = frame_of([board.lines for _, board in boards], LINES).unique(
        [PAYLOAD, "game_id", "team_id"], keep="last", maintain_order=True
    )
    frame = frame_of(headers, HEADERS).with_columns(
        pl.col("game_date").str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False, exact=True),
        tip_off_at=pl.lit(None, NBAC_SCOREBOARD.schema["tip_off_at"]),
    )
    for side in ("home", "away"):
        scores = lines.select(
            PAYLOAD, "game_id", pl.col("team_id").alias(f"{side}_team_id"), pl.col("score").alias(f"{side}_score")
        )
        frame = frame.join(scores, on=[PAYLOAD, "game_id", f"{side}_team_id"], how="left", maintain_order="left")
    misfits = [
        Reject(payload, TABLE, row, reason)
        for payload, board in boards
        for row, reason in (*board.headers.misfits, *board.lines.misfits)
    ]
    return _built(payloads, frame, V2, misfits, lambda place: as_sent(*sent[place]))


def _board_date(board: DayGames) -> date:
    day = date_of(board.gameDate)
    if day is None:
        raise MalformedPayload(f"gameDate is no date: {board.gameDate[:40]!r}")
    return day


def _told(day: date, game: BoardGame) -> tuple[Any, ...]:
    return (
        day,
        game.gameId,
        game.gameStatus,
        game.gameStatusText,
        game.period,
        game.gameClock,
        _tip_off(game),
        game.homeTeam.teamId,
        game.awayTeam.teamId,
        game.homeTeam.score,
        game.awayTeam.score,
    )


def _tip_off(game: BoardGame) -> datetime | None:
    """The scheduled tip-off; midnight in New York, when no game tips off, is the mark of one without a time."""
    moment = moment_of(game.gameTimeUTC)
    if moment is None or (game.gameStatusText or "").strip() == NO_TIME_SET:
        return None
    local = moment.astimezone(EASTERN)
    return None if local.hour == 0 and local.minute == 0 else moment


def _built(payloads: Sequence[Payload], told: pl.DataFrame, endpoint: str, misfits: list[Reject], sent: Any) -> Built:
    named = told.with_columns(
        *(text_or_null(name) for name in ("status_text", "game_clock")),
        endpoint=pl.lit(endpoint),
        season=season_of_game(),
        home_team=team_of("home_team_id"),
        away_team=team_of("away_team_id"),
    ).with_columns(is_postponed=pl.col("status_text").str.to_uppercase().is_in(POSTPONED_MARKS).fill_null(False))
    is_played = (pl.col("game_status") >= STARTED) & ~pl.col("is_postponed")
    frame = named.with_columns(pl.when(is_played).then(score).alias(score) for score in ("home_score", "away_score"))
    stored, rejects = store(NBAC_SCOREBOARD, payloads, frame, _faults(), sent)
    return Built({TABLE: stored}, misfits + rejects)


def _faults() -> list[Fault]:
    scores = [pl.col("home_score"), pl.col("away_score")]
    is_final = (pl.col("game_status") == FINAL) & ~pl.col("is_postponed")
    return [
        bad_game_id(),
        (pl.col("game_date").is_null(), "GAME_DATE_EST is no date"),
        (~pl.col("game_status").is_between(1, FINAL), pl.format("unknown game status: {}", "game_status")),
        (~pl.col("period").is_between(0, MOST_PERIODS), pl.format("impossible period: {}", "period")),
        (pl.col("home_team_id").is_null() | pl.col("away_team_id").is_null(), "a team is absent"),
        unknown_team("home_team_id", "home_team"),
        unknown_team("away_team_id", "away_team"),
        (pl.col("home_team") == pl.col("away_team"), "a team plays itself"),
        (pl.min_horizontal(scores) < 0, "negative score"),
        (is_final & pl.any_horizontal(score.is_null() for score in scores), "final without a score"),
    ]

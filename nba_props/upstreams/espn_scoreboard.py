"""ESPN's scoreboards into ``raw.espn_scoreboard``. A row is an event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

import msgspec
import polars as pl
from msgspec import Meta, Raw, Struct

from nba_props.archive.payload import Payload
from nba_props.contracts.raw.espn import ESPN_SCOREBOARD, GAME_STATES
from nba_props.game_calendar import game_date_of, season_of
from nba_props.upstreams.bodies import date_of, decode, moment_of, query_of
from nba_props.upstreams.endpoint import Built, Coverage
from nba_props.upstreams.espn_bodies import PAYLOAD_NUMBER, ROW_NUMBER, Rows, build_table, coverage, misfit_rejects
from nba_props.upstreams.espn_teams import tricode_of
from nba_props.upstreams.sifting import Fault, absent_text

POSTPONED = "STATUS_POSTPONED"
_SCORE = r"^[0-9]{1,3}$"


class Team(Struct):
    """A team of a game."""

    abbreviation: str | None = None


class Competitor(Struct):
    """One side of a game."""

    homeAway: str
    team: Team
    score: str | None = None


class StatusType(Struct):
    """How a game stands."""

    name: str
    state: str
    completed: bool


class Status(Struct):
    """How a game stands, and its period."""

    type: StatusType
    period: Annotated[int, Meta(ge=0, le=20)] | None = None


class Competition(Struct):
    """The game of an event."""

    competitors: list[Competitor]
    timeValid: bool = True
    neutralSite: bool | None = None


class SeasonType(Struct):
    """The season of an event."""

    type: Annotated[int, Meta(ge=0, le=99)] | None = None


class Event(Struct):
    """One event."""

    id: str
    date: str
    competitions: list[Competition]
    status: Status
    season: SeasonType | None = None


class Body(Struct):
    """The whole answer."""

    events: list[Raw]


BODY = msgspec.json.Decoder(Body)
EVENT = msgspec.json.Decoder(Event)


def decode_scoreboard(payload: Payload) -> Rows[Event]:
    """A scoreboard's events; none on a date without games.

    Raises:
        MalformedPayload: the body is no scoreboard, or not one event fits.
    """
    rows: Rows[Event] = Rows()
    rows.add(decode(payload, BODY).events, EVENT, lambda event: event)
    rows.require()
    return rows


def build_scoreboards(boards: Sequence[tuple[Payload, Rows[Event]]]) -> Built:
    """Rows and rejects of decoded scoreboards."""
    payloads = [payload for payload, _ in boards]
    frame = _frame([(owner, event) for owner, (_, board) in enumerate(boards) for event, _ in board.read])
    sent = [row for _, board in boards for _, row in board.read]
    built = build_table(ESPN_SCOREBOARD, payloads, frame, sent, _faults())
    for payload, board in boards:
        built.rejects.extend(misfit_rejects(ESPN_SCOREBOARD, payload, board))
    return built


def scoreboard_coverage(payload: Payload) -> Coverage:
    """The dates of its events, and the one in the URL."""
    return coverage(payload, _told_dates, _asked_date(payload.url))


def _told_dates(payload: Payload) -> set[date]:
    moments = (moment_of(event.date) for event, _ in decode_scoreboard(payload).read)
    return {game_date_of(moment) for moment in moments if moment}


def _asked_date(url: str) -> date | None:
    day = query_of(url).get("dates", "")
    return date_of(f"{day[:4]}-{day[4:6]}-{day[6:]}") if len(day) == 8 else None


def _frame(events: Sequence[tuple[int, Event]]) -> pl.DataFrame:
    starts = [moment_of(event.date) for _, event in events]
    games = [event.competitions[0] if event.competitions else Competition([]) for _, event in events]
    sides = [(_side(game, "home"), _side(game, "away")) for game in games]
    columns = {
        PAYLOAD_NUMBER: [owner for owner, _ in events],
        "game_date": [game_date_of(start) if start else None for start in starts],
        "event_id": [event.id for _, event in events],
        "season": [season_of(game_date_of(start)) if start else None for start in starts],
        "season_type": [event.season.type if event.season else None for _, event in events],
        "home_code": [home.team.abbreviation for home, _ in sides],
        "away_code": [away.team.abbreviation for _, away in sides],
        "home_team": [tricode_of(home.team.abbreviation) for home, _ in sides],
        "away_team": [tricode_of(away.team.abbreviation) for _, away in sides],
        "status": [event.status.type.state for _, event in events],
        "status_name": [event.status.type.name for _, event in events],
        "is_final": [event.status.type.completed for _, event in events],
        "tip_off_at": _tip_offs(starts, games),
        "home_sent": [home.score for home, _ in sides],
        "away_sent": [away.score for _, away in sides],
        "period": [event.status.period for _, event in events],
        "is_neutral": [game.neutralSite for game in games],
    }
    schema = {name: ESPN_SCOREBOARD.schema.get(name, pl.String()) for name in columns} | {PAYLOAD_NUMBER: pl.Int64()}
    frame = pl.DataFrame(columns, schema=schema).with_row_index(ROW_NUMBER)
    has_scores = (pl.col("status") == "in") | pl.col("is_final")
    return frame.with_columns(
        is_postponed=pl.col("status_name") == POSTPONED,
        home_score=pl.when(has_scores).then(pl.col("home_sent").cast(pl.Int64, strict=False)),
        away_score=pl.when(has_scores).then(pl.col("away_sent").cast(pl.Int64, strict=False)),
    )


def _side(game: Competition, side: str) -> Competitor:
    return next((each for each in game.competitors if each.homeAway == side), Competitor(side, Team()))


def _tip_offs(starts: Sequence[datetime | None], games: Sequence[Competition]) -> list[datetime | None]:
    return [start if game.timeValid else None for start, game in zip(starts, games, strict=True)]


def _faults() -> list[Fault]:
    has_scores = (pl.col("status") == "in") | pl.col("is_final")
    faults: list[Fault] = [
        (absent_text("event_id"), "empty event id"),
        (pl.col("game_date").is_null(), "the date is absent or naive"),
        (~pl.col("status").is_in(GAME_STATES), pl.format("unknown state of the game: {}", "status")),
    ]
    for side in ("home", "away"):
        code, sent = pl.col(f"{side}_code").fill_null(""), pl.col(f"{side}_sent").fill_null("")
        faults.append((pl.col(f"{side}_team").is_null(), pl.format(f"unknown {side} team: {{}}", code)))
        faults.append((has_scores & ~sent.str.contains(_SCORE), pl.format(f"bad {side} score: {{}}", sent)))
    return faults

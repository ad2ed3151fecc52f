"""BettingPros' events into ``raw.bettingpros_events``; a row is an event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
import polars as pl

from nba_props.archive.payload import Payload
from nba_props.contracts.raw.bettingpros import BETTINGPROS_EVENTS
from nba_props.game_calendar import game_date_expression, game_date_of
from nba_props.teams import TRICODES
from nba_props.upstreams.bettingpros_bodies import Event, Events, decode_events
from nba_props.upstreams.bodies import moment_of
from nba_props.upstreams.endpoint import Built, Coverage, Reject, dates_asked
from nba_props.upstreams.sifting import CONTRADICTED, Fault, absent_text, latest_of_key, sift

TABLE = BETTINGPROS_EVENTS.full_name

TEAM_CODES = dict(zip(TRICODES, TRICODES, strict=True)) | {"NOR": "NOP", "PHO": "PHX", "UTH": "UTA"}
"""Teams by BettingPros' codes, some of which are its sister site's; the first two of those are in a recorded body."""


def source_moment(text: str | None) -> datetime | None:
    """The UTC moment of a time as BettingPros writes it, such as ``2021-10-21 23:30:00``; None for another text.

    It tells no offset and means UTC: the recorded game began at 7:30 pm in Atlanta.
    """
    return moment_of(text) or moment_of(f"{text}+00:00") if text else None


def build_events(answers: Sequence[tuple[Payload, Events]]) -> Built:
    """Rows and rejects of decoded events."""
    entries = [(owner, event) for owner, (_, answer) in enumerate(answers) for event in answer.events]
    frame = _event_rows(answers, entries)
    good, bad = sift(frame, _faults())
    good, contradicted = latest_of_key(good, ("owner", "game_date", "event_id"), beside=("position",))
    bad = pl.concat([bad, contradicted.with_columns(reason=pl.lit(CONTRADICTED))])
    rejects = [
        Reject(answers[owner][0], TABLE, msgspec.json.encode(entries[position][1]), reason, day)
        for position, owner, reason, day in bad.select("position", "owner", "reason", "game_date").iter_rows()
    ]
    misfits = [Reject(payload, TABLE, row, reason) for payload, answer in answers for row, reason in answer.misfits]
    return Built({TABLE: good.select(BETTINGPROS_EVENTS.schema.names())}, rejects + misfits)


def events_coverage(payload: Payload) -> Coverage:
    """The dates of all its events and the date that was asked for, as an empty answer speaks of it too."""
    moments = [source_moment(event.scheduled) for event in decode_events(payload).events]
    dates = {game_date_of(moment) for moment in moments if moment}
    asked = {payload.asked_for} if payload.asked_for else set(dates_asked(payload.url))
    return Coverage(tuple(sorted(dates | asked)))


def _event_rows(answers: Sequence[tuple[Payload, Events]], entries: Sequence[tuple[int, Event]]) -> pl.DataFrame:
    columns = {
        "event_id": [str(event.id) for _, event in entries],
        "game_date": [None] * len(entries),
        "commence_at": [source_moment(event.scheduled) for _, event in entries],
        "home_team": [TEAM_CODES.get(event.home or "") for _, event in entries],
        "away_team": [TEAM_CODES.get(event.visitor or "") for _, event in entries],
        "status": [event.status for _, event in entries],
        "payload_id": [answers[owner][0].payload_id for owner, _ in entries],
        "fetched_at": [answers[owner][0].fetched_at for owner, _ in entries],
    }
    beside = {
        "owner": pl.Series([owner for owner, _ in entries], dtype=pl.Int64),
        "home_code": pl.Series([event.home for _, event in entries], dtype=pl.String),
        "away_code": pl.Series([event.visitor for _, event in entries], dtype=pl.String),
        "scheduled": pl.Series([event.scheduled for _, event in entries], dtype=pl.String),
    }
    frame = pl.DataFrame(columns, schema=BETTINGPROS_EVENTS.schema).with_columns(**beside)
    return frame.with_columns(game_date=game_date_expression(pl.col("commence_at"))).with_row_index("position")


def _faults() -> list[Fault]:
    return [
        (absent_text("event_id"), "empty event id"),
        (pl.col("commence_at").is_null(), pl.format("scheduled is no time: {}", pl.col("scheduled").fill_null(""))),
        (pl.col("home_team").is_null(), pl.format("unknown team: {}", pl.col("home_code").fill_null(""))),
        (pl.col("away_team").is_null(), pl.format("unknown team: {}", pl.col("away_code").fill_null(""))),
    ]

"""The Odds API: its endpoints, live and historical, and its events into ``raw.odds_events``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import msgspec
import polars as pl

from nba_props.archive.payload import Payload
from nba_props.contracts.raw import ODDS_EVENTS, ODDS_GAME_LINES, ODDS_PLAYER_PROPS, ODDS_QUARANTINE
from nba_props.upstreams import odds_api_requests
from nba_props.upstreams.asking import Listing, Past, Per, Rule
from nba_props.upstreams.bodies import moment_of
from nba_props.upstreams.endpoint import Built, Coverage, Endpoint, Reject
from nba_props.upstreams.odds_api_bodies import Event, Snapshot, decode_event_odds, decode_events
from nba_props.upstreams.odds_api_columns import event_date
from nba_props.upstreams.odds_api_odds import build_event_odds, event_odds_coverage
from nba_props.upstreams.odds_api_requests import SOURCE
from nba_props.upstreams.sifting import CONTRADICTED, Fault, absent_text, latest_of_key, sift
from nba_props.upstreams.upstream import Upstream

LINES_OPEN = timedelta(hours=-12)
"""From when lines are collected, relative to the first tip-off of the date."""


def build_events(snapshots: Sequence[tuple[Payload, Snapshot[list[Event]]]]) -> Built:
    """Rows and rejects of decoded events."""
    table = ODDS_EVENTS.full_name
    events = [event for _, snapshot in snapshots for event in snapshot.data]
    owners = [number for number, (_, snapshot) in enumerate(snapshots) for _ in snapshot.data]
    frame = _event_rows(snapshots, events, owners)
    good, bad = sift(frame, _event_faults())
    good, contradicted = latest_of_key(good, ("owner", "game_date", "event_id"), beside=("position",))
    bad = pl.concat([bad, contradicted.with_columns(reason=pl.lit(CONTRADICTED))])
    rejects = [
        Reject(snapshots[owner][0], table, msgspec.json.encode(events[position]), reason, day)
        for position, owner, reason, day in bad.select("position", "owner", "reason", "game_date").iter_rows()
    ]
    misfits = [
        Reject(payload, table, misfit.row, misfit.reason)
        for payload, snapshot in snapshots
        for misfit in snapshot.misfits
    ]
    return Built({table: good.select(ODDS_EVENTS.schema.names())}, rejects + misfits)


def events_coverage(payload: Payload) -> Coverage:
    """The dates of all its events."""
    dates = {day for event in decode_events(payload).data if (day := event_date(event.commence_time))}
    return Coverage(tuple(sorted(dates)))


def _event_rows(
    snapshots: Sequence[tuple[Payload, Snapshot[list[Event]]]], events: Sequence[Event], owners: Sequence[int]
) -> pl.DataFrame:
    columns = {
        "event_id": [event.id for event in events],
        "game_date": [event_date(event.commence_time) for event in events],
        "snapshot_at": [snapshots[owner][1].at for owner in owners],
        "commence_at": [moment_of(event.commence_time) for event in events],
        "home_team_name": [event.home_team for event in events],
        "away_team_name": [event.away_team for event in events],
        "payload_id": [snapshots[owner][0].payload_id for owner in owners],
        "fetched_at": [snapshots[owner][0].fetched_at for owner in owners],
    }
    frame = pl.DataFrame(columns, schema=ODDS_EVENTS.schema)
    return frame.with_columns(owner=pl.Series(owners, dtype=pl.Int64)).with_row_index("position")


def _event_faults() -> list[Fault]:
    return [
        (absent_text("event_id"), "empty event id"),
        (pl.col("commence_at").is_null(), "commence_time is absent or naive"),
        (absent_text("home_team_name"), "no home team"),
        (absent_text("away_team_name"), "no away team"),
    ]


EVENTS = Endpoint(
    source=SOURCE,
    name=odds_api_requests.EVENTS,
    path=r"/v4/(?:historical/)?sports/basketball_nba/events",
    tables=(ODDS_EVENTS.full_name,),
    parser_version=1,
    decode=decode_events,
    build=build_events,
    speaks_of=events_coverage,
    rule=Rule(
        Per.DATE,
        every="odds_interval_minutes",
        opens=LINES_OPEN,
        past=Past.MOMENTS,
        key="odds_api_key",
        is_free=True,
    ),
    request=odds_api_requests.request_events,
)

EVENT_ODDS = Endpoint(
    source=SOURCE,
    name=odds_api_requests.EVENT_ODDS,
    path=r"/v4/(?:historical/)?sports/basketball_nba/events/[^/]+/odds",
    tables=(ODDS_PLAYER_PROPS.full_name, ODDS_GAME_LINES.full_name),
    parser_version=1,
    decode=decode_event_odds,
    build=build_event_odds,
    speaks_of=event_odds_coverage,
    rule=Rule(
        Per.GAME,
        every="odds_interval_minutes",
        opens=LINES_OPEN,
        past=Past.MOMENTS,
        listed_by=Listing(ODDS_EVENTS.full_name),
        key="odds_api_key",
        is_closing_line=True,
    ),
    request=odds_api_requests.request_event_odds,
)

UPSTREAM = Upstream(SOURCE, (EVENTS, EVENT_ODDS), ODDS_QUARANTINE, is_required=True)

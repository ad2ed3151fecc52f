"""DraftKings' selections into ``raw.draftkings_player_props``.

A row of a payload is a selection: one side of a player's market at one line; over and under become one stored row. An
event or a market that cannot be read is refused beside its selections.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec
import polars as pl

from nba_props.archive.payload import Payload
from nba_props.contracts.raw.draftkings import DRAFTKINGS_PLAYER_PROPS
from nba_props.game_calendar import game_date_of
from nba_props.teams import TEAMS
from nba_props.upstreams.bodies import moment_of, path_of
from nba_props.upstreams.draftkings_bodies import AWAY, HOME, Answer, Event, Market, Selection, decode_starts
from nba_props.upstreams.draftkings_requests import SUBCATEGORIES
from nba_props.upstreams.endpoint import Built, Coverage, Reject
from nba_props.upstreams.over_under import decimal_price, paired, quote_faults
from nba_props.upstreams.sifting import Fault, absent_text

TABLE = DRAFTKINGS_PLAYER_PROPS.full_name
BOOKMAKER = "draftkings"

MARKETS = {subcategory: market for market, (_, subcategory) in SUBCATEGORIES.items()}
NICKNAMES = {team.name: team.tricode for team in TEAMS}
"""Teams by the nickname with which DraftKings' names of them end; the city before it is shortened in its own way."""

KEY = ["payload", "event_id", "market", "player_name", "line"]
PLAYER = ["payload", "event_id", "market", "player_name"]
_QUOTE_COLUMNS: dict[str, Any] = {
    "payload": pl.Int64,
    "position": pl.Int64,
    "told_side": pl.String,
    "line": pl.Float64,
    "told_price": pl.String,
    "player_name": pl.String,
    "players": pl.Int64,
    "source_player_id": pl.String,
    "is_main": pl.Boolean,
    "market": pl.String,
    "subcategory": pl.String,
    "is_active": pl.Boolean,
    "event_id": pl.String,
    "start": pl.String,
    "commence_at": pl.Datetime("us", "UTC"),
    "game_date": pl.Date,
    "home_name": pl.String,
    "away_name": pl.String,
    "home_team": pl.String,
    "away_team": pl.String,
}
QUOTE_SCHEMA = pl.Schema(_QUOTE_COLUMNS)
NO_EVENT = (None,) * 8


def build_props(answers: Sequence[tuple[Payload, Answer]]) -> Built:
    """Rows and rejects of decoded answers."""
    told = [row for owner, (payload, answer) in enumerate(answers) for row in _quote_rows(owner, payload, answer)]
    frame = pl.DataFrame(told, schema=QUOTE_SCHEMA, orient="row").with_columns(
        side=pl.col("told_side").str.to_lowercase(), price=decimal_price(_american("told_price"))
    )
    rows, refused = paired(frame, KEY, _faults(), _facts(), beside=("position",))
    rejects = [
        Reject(answers[owner][0], TABLE, msgspec.json.encode(answers[owner][1].selections[position]), reason, day)
        for owner, position, reason, day in refused.select("payload", "position", "reason", "game_date").iter_rows()
    ]
    misfits = [Reject(payload, TABLE, row, reason) for payload, answer in answers for row, reason in answer.misfits]
    return Built({TABLE: _stored(rows, [payload for payload, _ in answers])}, rejects + misfits)


def props_coverage(payload: Payload) -> Coverage:
    """The dates of all its events and the date that was asked for, as an answer without events speaks of it too."""
    moments = [moment_of(start) for start in decode_starts(payload)]
    asked = {payload.asked_for} if payload.asked_for else set()
    return Coverage(tuple(sorted({game_date_of(moment) for moment in moments if moment} | asked)))


@lru_cache(maxsize=256)
def team_of(name: str | None) -> str | None:
    """The tricode of a team as DraftKings names it; None for an unknown one."""
    return next((code for nickname, code in NICKNAMES.items() if f" {name}".endswith(f" {nickname}")), None)


def _quote_rows(owner: int, payload: Payload, answer: Answer) -> list[tuple[Any, ...]]:
    asked = path_of(payload.url).rpartition("/")[2]
    events = {str(event.id): _event_row(event) for event in answer.events}
    markets = {str(market.id): market for market in answer.markets}
    rows = []
    for position, selection in enumerate(answer.selections):
        market = markets.get(str(selection.marketId))
        event = events.get(str(market.eventId), NO_EVENT) if market else NO_EVENT
        rows.append((owner, position, *_side_row(selection), *_market_row(market, selection, asked), *event))
    return rows


def _side_row(selection: Selection) -> tuple[Any, ...]:
    players = selection.players
    player = players[0] if players else None
    return (
        selection.outcomeType or selection.label,
        selection.points,
        selection.displayOdds.american,
        player.name if player else None,
        len(players),
        None if player is None or player.id is None else str(player.id),
        selection.is_main,
    )


def _market_row(market: Market | None, selection: Selection, asked: str) -> tuple[Any, ...]:
    """Our market, the subcategory that it is told by, and whether its lines can be bet on."""
    if market is None:
        return None, None, None
    subcategory = asked if market.subcategoryId is None else str(market.subcategoryId)
    is_active = market.isSuspended is not True and selection.isSuspended is not True
    return MARKETS.get(subcategory), subcategory, is_active


def _event_row(event: Event) -> tuple[Any, ...]:
    moment = moment_of(event.startEventDate)
    home, away = event.team(HOME), event.team(AWAY)
    return (
        str(event.id),
        event.startEventDate,
        moment,
        game_date_of(moment) if moment else None,
        home,
        away,
        team_of(home),
        team_of(away),
    )


def _american(column: str) -> pl.Expr:
    """The number that an American price's text shows, whichever minus it is written with; even money is +100."""
    text = pl.col(column).str.strip_chars().str.replace_all("[\u2212\u2013]", "-")
    even = text.str.to_lowercase() == "even"
    return pl.when(even).then(100.0).otherwise(text.str.strip_prefix("+").cast(pl.Float64, strict=False))


def _faults() -> list[Fault]:
    return [
        (pl.col("subcategory").is_null(), "its market is not in the answer"),
        (pl.col("market").is_null(), pl.format("market not carried: {}", "subcategory")),
        (pl.col("event_id").is_null(), "its event is not in the answer"),
        (absent_text("event_id"), "empty event id"),
        (pl.col("commence_at").is_null(), pl.format("startEventDate is no time: {}", pl.col("start").fill_null(""))),
        (pl.col("home_team").is_null(), pl.format("unknown team: {}", pl.col("home_name").fill_null(""))),
        (pl.col("away_team").is_null(), pl.format("unknown team: {}", pl.col("away_name").fill_null(""))),
        (pl.col("players") != 1, pl.format("a selection on {} players", "players")),
        (absent_text("player_name"), "empty player name"),
        *quote_faults("told_side", "told_price"),
    ]


def _facts() -> list[pl.Expr]:
    whole = ("game_date", "commence_at", "home_team", "away_team", "source_player_id")
    return [*(pl.col(name).last() for name in whole), pl.col("is_main").any(), pl.col("is_active").all()]


def _stored(rows: pl.DataFrame, payloads: Sequence[Payload]) -> pl.DataFrame:
    told = pl.DataFrame(
        {
            "snapshot_at": [payload.fetched_at for payload in payloads],
            "payload_id": [payload.payload_id for payload in payloads],
            "fetched_at": [payload.fetched_at for payload in payloads],
        }
    )
    stored = pl.concat([rows, told[rows["payload"]]], how="horizontal").with_columns(
        bookmaker=pl.lit(BOOKMAKER),
        is_alternate_market=~pl.col("is_main") & pl.col("is_main").any().over(PLAYER),
    )
    return stored.select(pl.col(name).cast(dtype) for name, dtype in DRAFTKINGS_PLAYER_PROPS.schema.items())

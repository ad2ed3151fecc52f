"""Payloads for tests: small bodies in the upstreams' layouts, and the recordings."""

from __future__ import annotations

import copy
import hashlib
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from nba_props.archive.payload import Payload
from nba_props.contracts.raw import NBAC_QUARANTINE, TABLES
from nba_props.contracts.table import Table
from nba_props.upstreams.endpoint import Parsed
from nba_props.upstreams.registry import endpoint_of

FETCHED_AT = datetime(2025, 1, 5, 23, 0, tzinfo=UTC)
STATS, CDN, ODDS = "https://stats.nba.com", "https://cdn.nba.com", "https://api.the-odds-api.com"
SCHEDULE_URL = f"{CDN}/static/json/staticData/scheduleLeagueV2.json"
GAME_LOG_URL = (
    f"{STATS}/stats/leaguegamelog?Counter=1000&DateFrom=01/04/2025&DateTo=01/04/2025&Direction=DESC&LeagueID=00"
    "&PlayerOrTeam=P&Season=2024-25&SeasonType=Regular+Season&Sorter=DATE"
)
EVENTS_URL = f"{ODDS}/v4/sports/basketball_nba/events"
PAST_EVENTS_URL = f"{ODDS}/v4/historical/sports/basketball_nba/events?date=2025-01-05T23:00:00Z"
EVENT_ODDS_URL = f"{ODDS}/v4/sports/basketball_nba/events/e1/odds?regions=us&markets=player_points&oddsFormat=american"
PAST_EVENT_ODDS_URL = EVENT_ODDS_URL.replace("/v4/", "/v4/historical/") + "&date=2025-01-05T23:00:00Z"
FALLBACK = Path(__file__).parents[3] / "shared" / "recordings"

_SCHEDULED_GAME: dict[str, Any] = {
    "gameId": "0022400480",
    "gameCode": "20250105/NYKCHI",
    "gameStatus": 1,
    "gameStatusText": "7:00 pm ET",
    "gameDateEst": "2025-01-05T00:00:00Z",
    "gameTimeEst": "1900-01-01T19:00:00Z",
    "gameDateTimeEst": "2025-01-05T19:00:00Z",
    "gameTimeUTC": "1900-01-01T00:00:00Z",
    "gameDateTimeUTC": "2025-01-06T00:00:00Z",
    "gameLabel": "",
    "gameSubLabel": "",
    "arenaName": "United Center",
    "postponedStatus": "N",
    "isNeutral": False,
    "homeTeam": {"teamId": 1610612741, "teamTricode": "CHI", "score": 0},
    "awayTeam": {"teamId": 1610612752, "teamTricode": "NYK", "score": 0},
}
_BOX_LINE: dict[str, Any] = {
    "SEASON_ID": "22024",
    "PLAYER_ID": 1628973,
    "PLAYER_NAME": "Jalen Brunson",
    "TEAM_ID": 1610612752,
    "TEAM_ABBREVIATION": "NYK",
    "TEAM_NAME": "New York Knicks",
    "GAME_ID": "0022400474",
    "GAME_DATE": "2025-01-04",
    "MATCHUP": "NYK @ CHI",
    "WL": "L",
    "MIN": 35,
    "FGM": 11,
    "FGA": 22,
    "FG_PCT": 0.5,
    "FG3M": 3,
    "FG3A": 9,
    "FG3_PCT": 0.333,
    "FTM": 8,
    "FTA": 8,
    "FT_PCT": 1.0,
    "OREB": 0,
    "DREB": 3,
    "REB": 3,
    "AST": 9,
    "STL": 1,
    "BLK": 0,
    "TOV": 2,
    "PF": 2,
    "PTS": 33,
    "PLUS_MINUS": -8,
    "FANTASY_PTS": 51.1,
    "VIDEO_AVAILABLE": 1,
}
_EVENT = {
    "id": "e1",
    "sport_key": "basketball_nba",
    "commence_time": "2025-01-06T00:10:00Z",
    "home_team": "Chicago Bulls",
    "away_team": "New York Knicks",
}


def game(**changes: Any) -> dict[str, Any]:
    """A game of the schedule; ``home`` and ``away`` change its teams."""
    made = copy.deepcopy(_SCHEDULED_GAME)
    made["homeTeam"] |= changes.pop("home", {})
    made["awayTeam"] |= changes.pop("away", {})
    return made | changes


def schedule(*games: dict[str, Any], season: str = "2024-25") -> dict[str, Any]:
    days = [{"gameDate": "01/05/2025 00:00:00", "games": list(games)}]
    return {"meta": {}, "leagueSchedule": {"seasonYear": season, "leagueId": "00", "gameDates": days}}


def box_line(**changes: Any) -> dict[str, Any]:
    return _BOX_LINE | changes


def game_log(*lines: dict[str, Any]) -> dict[str, Any]:
    headers = list(lines[0]) if lines else list(_BOX_LINE)
    rows = [list(line.values()) for line in lines]
    return {
        "resource": "leaguegamelog",
        "parameters": {},
        "resultSets": [{"name": "LeagueGameLog", "headers": headers, "rowSet": rows}],
    }


def event(**changes: Any) -> dict[str, Any]:
    return _EVENT | changes


def offer(name: str, price: Any, point: Any = None, player: Any = None) -> dict[str, Any]:
    made = {"name": name, "price": price}
    if player is not None:
        made["description"] = player
    if point is not None:
        made["point"] = point
    return made


def over_under(player: str, line: float, over: Any = -110, under: Any = -110) -> list[dict[str, Any]]:
    return [offer("Over", over, line, player), offer("Under", under, line, player)]


def market(key: str, *outcomes: dict[str, Any], last_update: Any = "2025-01-05T22:58:00Z") -> dict[str, Any]:
    return {"key": key, "last_update": last_update, "outcomes": list(outcomes)}


def event_odds(*markets: dict[str, Any], bookmaker: str = "draftkings", **changes: Any) -> dict[str, Any]:
    books = [{"key": bookmaker, "title": bookmaker, "markets": list(markets)}]
    return _EVENT | {"bookmakers": books} | changes


def envelope(data: Any, timestamp: Any = "2025-01-05T22:55:38Z") -> dict[str, Any]:
    return {"timestamp": timestamp, "previous_timestamp": None, "next_timestamp": None, "data": data}


def payload(url: str, body: Any, status: int = 200, fetched_at: datetime = FETCHED_AT) -> Payload:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    identity = hashlib.sha1(url.encode() + fetched_at.isoformat().encode() + content).hexdigest()
    return Payload(identity, url, fetched_at, status, content)


def parse(url: str, body: Any, **told: Any) -> Parsed:
    endpoint = endpoint_of(url)
    assert endpoint is not None
    return endpoint.parse(payload(url, body, **told))


def assert_keeps_contracts(parsed: Parsed) -> None:
    """Every frame satisfies its contract as it is, keys of single payloads included."""
    for table in TABLES:
        frame = parsed.frames.get(table.full_name)
        if frame is not None:
            assert frame.schema == table.schema
            assert_keeps_contract(table, frame)
    assert_keeps_contract(NBAC_QUARANTINE, parsed.rejects)


def assert_keeps_contract(table: Table, frame: pl.DataFrame) -> None:
    if frame.height:
        violations = table.violations(frame)
        assert violations.is_empty(), violations


def recordings() -> Path:
    folder = Path(os.environ.get("NBA_PROPS_RECORDINGS", FALLBACK))
    if not folder.is_dir():
        pytest.skip("no recordings: set NBA_PROPS_RECORDINGS to their folder")
    return folder


@lru_cache(maxsize=4)
def recorded(name: str) -> tuple[Payload, ...]:
    """The exchanges of a recording that a registered endpoint reads."""
    return tuple(_read(recordings() / name))


def _read(path: Path) -> Iterator[Payload]:
    return (each for each in every_exchange(path) if endpoint_of(each.url))


def every_exchange(path: Path) -> Iterator[Payload]:
    """The exchanges of a recording, whether or not an endpoint reads them."""
    iterator = pytest.importorskip("warcio.archiveiterator").ArchiveIterator
    with path.open("rb") as stream:
        for record in iterator(stream):
            if record.rec_type != "response":
                continue
            url = record.rec_headers.get_header("WARC-Target-URI")
            moment = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date"))
            yield payload(url, record.content_stream().read(), fetched_at=moment)

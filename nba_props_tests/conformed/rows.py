"""Rows of the tables that conformed tables are made from; every column has a value that a test need not care about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl

from nba_props.conformed.box_rows import COUNTS
from nba_props.contracts.conformed import EVENT_GAMES, GAMES, PLAYERS, PROP_PLAYERS, SOURCE_PLAYERS
from nba_props.contracts.raw.balldontlie import BDL_PLAYER_BOXSCORES
from nba_props.contracts.raw.espn import ESPN_BOXSCORES
from nba_props.contracts.raw.nba_com import NBAC_PLAYER_BOXSCORE, NBAC_SCHEDULE
from nba_props.contracts.raw.nba_gamebook import NBAC_GAMEBOOK
from nba_props.contracts.raw.odds_api import ODDS_EVENTS, ODDS_GAME_LINES, ODDS_PLAYER_PROPS
from nba_props.contracts.table import Table
from nba_props.game_calendar import DateRange

Row = dict[str, Any]

DAY = date(2025, 1, 5)
DATES = DateRange.of(DAY)
TIP_OFF = datetime(2025, 1, 6, 0, 0, tzinfo=UTC)
FETCHED = datetime(2025, 1, 5, 18, 0, tzinfo=UTC)
PROVENANCE = {"payload_id": "0" * 40, "fetched_at": FETCHED}
GAME_ID = "0022400480"
NAMES = {"home_team_name": "Chicago Bulls", "away_team_name": "New York Knicks"}


def frame(table: Table, rows: Iterable[Row]) -> pl.LazyFrame:
    """Typed rows; columns that are not given are null."""
    return pl.DataFrame(list(rows), schema=table.schema).lazy()


def scheduled(**changes: Any) -> Row:
    return {
        "game_id": GAME_ID,
        "game_date": DAY,
        "season": "2024-25",
        "game_type": "regular_season",
        "game_status": 1,
        "tip_off_at": TIP_OFF,
        "is_postponed": False,
        "is_neutral": False,
        "home_team_id": 1610612741,
        "home_team": "CHI",
        "away_team_id": 1610612752,
        "away_team": "NYK",
        **PROVENANCE,
    } | changes


def box_line(player_id: int, team: str, **changes: Any) -> Row:
    counted = {name: 0 for name, dtype in NBAC_PLAYER_BOXSCORE.schema.items() if dtype == pl.Int64}
    return (
        counted
        | {
            "endpoint": "player_box_scores",
            "game_status": None,
            "did_not_play": False,
            "won": team == "CHI",
            "game_id": GAME_ID,
            "game_date": DAY,
            "season": "2024-25",
            "player_id": player_id,
            "player_name": f"Player {player_id}",
            "team_id": 1,
            "team": team,
            "matchup": "NYK @ CHI",
            "minutes": 30.0,
            **PROVENANCE,
        }
        | changes
    )


def listed(event_id: str = "e1", **changes: Any) -> Row:
    return {
        "event_id": event_id,
        "game_date": DAY,
        "snapshot_at": TIP_OFF - timedelta(hours=10),
        "commence_at": TIP_OFF + timedelta(minutes=10),
        **NAMES,
        **PROVENANCE,
    } | changes


def offered(
    minutes: float = 60, line: float | None = 20.5, over: float | None = 1.9, under: float | None = 1.9, **changes: Any
) -> Row:
    """A prop row of a snapshot so many minutes before the tip-off."""
    return {
        "event_id": "e1",
        "game_date": DAY,
        "snapshot_at": TIP_OFF - timedelta(minutes=minutes),
        "commence_at": TIP_OFF,
        **NAMES,
        "bookmaker": "draftkings",
        "market": "points",
        "is_alternate_market": False,
        "player_name": "Jalen Brunson",
        "line": line,
        "over_price": over,
        "under_price": under,
        **PROVENANCE,
    } | changes


def quoted(
    market: str, outcome: str, point: float | None, price: float | None, minutes: float = 60, **changes: Any
) -> Row:
    """A game-line row of a snapshot so many minutes before the tip-off."""
    return {
        "event_id": "e1",
        "game_date": DAY,
        "snapshot_at": TIP_OFF - timedelta(minutes=minutes),
        "commence_at": TIP_OFF,
        **NAMES,
        "bookmaker": "draftkings",
        "market": market,
        "outcome": outcome,
        "point": point,
        "price": price,
        **PROVENANCE,
    } | changes


def game(**changes: Any) -> Row:
    return {
        "game_id": GAME_ID,
        "game_date": DAY,
        "season": "2024-25",
        "game_type": "regular_season",
        "status": "final",
        "tip_off_at": TIP_OFF,
        "tip_off_source": "schedule",
        "home_team": "CHI",
        "away_team": "NYK",
    } | changes


def known_event(**changes: Any) -> Row:
    told = {"source": "odds_api", "event_id": "e1", "game_date": DAY, "game_id": GAME_ID, "commence_at": TIP_OFF}
    return told | changes


def resolved(name: str = "Jalen Brunson", player_id: int = 1628973, **changes: Any) -> Row:
    return {
        "source": "odds_api",
        "event_id": "e1",
        "game_date": DAY,
        "source_name": name,
        "player_id": player_id,
        "matched_by": "roster",
    } | changes


def games(*rows: Row) -> pl.LazyFrame:
    return frame(GAMES, rows or [game()])


def schedule(*rows: Row) -> pl.LazyFrame:
    return frame(NBAC_SCHEDULE, rows or [scheduled()])


def box_scores(*rows: Row) -> pl.LazyFrame:
    return frame(NBAC_PLAYER_BOXSCORE, rows)


def whole_box(endpoint: str = "player_box_scores", minutes: float = 48.0, **changes: Any) -> list[Row]:
    """Five players a team who share a game between them, ids from 11 for CHI and from 21 for NYK; CHI wins."""
    told: Row = {"endpoint": endpoint, "minutes": minutes, "won": None, "points": 20}
    if endpoint == "player_box_scores":
        told["won"] = True
    if endpoint == "live_box_score":
        told["game_status"] = 3
    rows = []
    for team, first, points in (("CHI", 11, 21), ("NYK", 21, 20)):
        rows += [box_line(first + number, team, **(told | {"points": points} | changes)) for number in range(5)]
    return rows


SOURCES_OF_NAMES = {NBAC_GAMEBOOK: "nba_gamebook", BDL_PLAYER_BOXSCORES: "balldontlie", ESPN_BOXSCORES: "espn"}


def named_line(name: str, team: str, **changes: Any) -> Row:
    """A box-score line of a source that tells names only: gamebook, balldontlie or ESPN."""
    return (
        dict.fromkeys(COUNTS, 0)
        | {
            "game_date": DAY,
            "event_id": "77",
            "endpoint": "box_scores",
            "game_status": 3,
            "status": "post",
            "home_team": "CHI",
            "away_team": "NYK",
            "team": team,
            "source_player_id": name,
            "player_name": name,
            "did_not_play": False,
            "minutes": 30.0,
            **PROVENANCE,
        }
        | changes
    )


def named_box(table: Table, rows: Iterable[Row]) -> pl.LazyFrame:
    """Rows of a source that tells names only, columns that its table lacks left out."""
    return frame(table, [{name: value for name, value in row.items() if name in table.schema} for row in rows])


def named_players(source: str, *rows: tuple[str, str, int], day: date = DAY) -> list[Row]:
    """Resolved spellings of a source: name, team, player id."""
    return [
        {
            "source": source,
            "game_date": day,
            "team": team,
            "source_name": name,
            "player_id": player_id,
            "matched_by": "roster",
        }
        for name, team, player_id in rows
    ]


def source_players(*rows: Row) -> pl.LazyFrame:
    return frame(SOURCE_PLAYERS, rows)


def odds_events(*rows: Row) -> pl.LazyFrame:
    return frame(ODDS_EVENTS, rows)


def event_games(*rows: Row) -> pl.LazyFrame:
    return frame(EVENT_GAMES, rows or [known_event()])


def prop_players(*rows: Row) -> pl.LazyFrame:
    return frame(PROP_PLAYERS, rows or [resolved()])


def players(*rows: Row) -> pl.LazyFrame:
    return frame(PLAYERS, rows)


def props(*rows: Row) -> pl.LazyFrame:
    return frame(ODDS_PLAYER_PROPS, rows)


def game_lines(*rows: Row) -> pl.LazyFrame:
    return frame(ODDS_GAME_LINES, rows)


def accepted(table: Table, made: pl.DataFrame) -> pl.DataFrame:
    """What orchestration makes of a result: in form, by the contract."""
    assert made.columns == table.schema.names() or set(made.columns) == set(table.schema)
    return table.require(table.conform(made))

"""When a source first told a game: the first payload that holds it, whatever came later; and what it never told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl

from nba_props.contracts.conformed import GAMES
from nba_props.contracts.operations import GAME_AVAILABILITY, SOURCE_AVAILABILITY_DAILY
from nba_props.game_calendar import DateRange
from nba_props.operations import source_availability
from nba_props.upstreams import nba_com
from nba_props_tests.upstreams.exchanges import GAME_LOG_URL, box_line, game_log, payload

DAY = date(2025, 1, 4)
DATES = DateRange.of(DAY)
TIP_OFF = datetime(2025, 1, 5, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
ENDPOINT = nba_com.PLAYER_BOX_SCORES
NIGHT = {"LAL": "0022400001", "BOS": "0022400002", "CHI": "0022400003"}


def games() -> pl.LazyFrame:
    rows = [
        dict.fromkeys(GAMES.schema.names())
        | {
            "game_id": game_id,
            "game_date": DAY,
            "status": "final" if home != "CHI" else "scheduled",
            "tip_off_at": TIP_OFF,
            "home_team": home,
            "away_team": "NYK",
        }
        for home, game_id in NIGHT.items()
    ]
    return pl.LazyFrame(rows, schema=GAMES.schema)


def log(hours: float, *homes: str) -> object:
    lines = [
        box_line(GAME_ID=NIGHT[home], GAME_DATE=DAY.isoformat(), PLAYER_ID=number + 1)
        for number, home in enumerate(homes)
    ]
    return payload(GAME_LOG_URL, game_log(*lines), fetched_at=TIP_OFF + hours * HOUR)


def made(*payloads: object) -> tuple[pl.DataFrame, pl.DataFrame]:
    seen = source_availability.sightings(ENDPOINT, payloads, games())  # type: ignore[arg-type]
    found = source_availability.build_games(DATES, seen=[seen], games=games())
    asked = {(ENDPOINT.source, ENDPOINT.name): DAY, ("espn", "box_scores"): DAY, ("bdl", "later"): DAY + timedelta(1)}
    daily = source_availability.build(DATES, game_availability=found.lazy(), games=games(), asked_since=asked)
    GAME_AVAILABILITY.require(GAME_AVAILABILITY.conform(found))
    SOURCE_AVAILABILITY_DAILY.require(SOURCE_AVAILABILITY_DAILY.conform(daily))
    return found, daily


def test_a_game_is_available_from_the_first_payload_that_holds_it() -> None:
    found, _ = made(log(5, "LAL", "BOS"), log(3, "LAL"))
    told = found.sort("game_id").select("game_id", "is_west_coast", "minutes_after_tip_off").rows()
    assert told == [(NIGHT["LAL"], True, 180.0), (NIGHT["BOS"], False, 300.0)]


def test_a_day_counts_final_games_and_names_what_was_asked_and_never_told() -> None:
    _, daily = made(log(3, "LAL"))
    told = daily.select("source", "games_expected", "games_seen", "games_missing", "latency_p50_minutes").rows()
    assert told == [("espn", 2, 0, 2, None), ("nba_com", 2, 1, 1, 180.0)]
    assert daily["west_coast_games"].to_list() == [1, 1]


def test_without_payloads_nothing_was_seen() -> None:
    found, daily = made()
    assert found.is_empty()
    assert set(daily["games_seen"]) == {0}

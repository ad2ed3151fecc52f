"""Every genuine body parses, and every row of it is stored or rejected; counted with plain JSON."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest

from nba_props.archive.payload import Payload
from nba_props.contracts.raw import TABLES
from nba_props.contracts.table import Table
from nba_props.markets import MARKETS
from nba_props.upstreams.endpoint import Parsed
from nba_props.upstreams.registry import endpoint_of
from nba_props_tests.upstreams.exchanges import every_exchange, recorded, recordings

SCHEDULE, BOX_SCORES = "raw.nbac_schedule", "raw.nbac_player_boxscore"
EVENTS, PROPS, LINES = "raw.odds_events", "raw.odds_player_props", "raw.odds_game_lines"
SEASONS = ("2021-22", "2022-23", "2023-24", "2024-25", "2025-26")
PROP_ROWS = {
    "2023-24-props-btam-2024-02-29": 7682,
    "2023-24-props-btam": 307081,
    "2023-24-props-pra-silvercrocus": 28329,
    "2024-25-threes-mylesthomas": 64567,
    "2025-26-props-mylesthomas": 147382,
}
LINE_FILES = [f"{season}-gamelines-mostgood1" for season in SEASONS] + ["2025-26-gamelines-propedge"]
EVENT_FILES = [f"{season}-nominal" for season in SEASONS] + ["2023-24"]


def table_named(name: str) -> Table:
    return next(table for table in TABLES if table.full_name == name)


def parsed(payloads: tuple[Payload, ...]) -> Parsed:
    endpoint = endpoint_of(payloads[0].url)
    assert endpoint is not None
    result = endpoint.parse_many(payloads)
    assert not result.malformed
    for name, frame in result.frames.items():
        table = table_named(name)
        assert frame.schema == table.schema
        once = frame.unique(list(table.key), keep="last", maintain_order=True)
        assert table.violations(once).is_empty()
    return result


def outcomes_of(payloads: tuple[Payload, ...]) -> list[tuple[Any, ...]]:
    """Every outcome that was sent, as payload, bookmaker, market, name, player, point, price."""
    return [
        (
            each.payload_id, book["key"], market["key"], outcome["name"], outcome.get("description"),
            outcome.get("point"), outcome["price"],
        )
        for each in payloads
        for book in event_of(each)["bookmakers"]
        for market in book["markets"]
        for outcome in market["outcomes"]
    ]  # fmt: skip


def event_of(each: Payload) -> dict[str, Any]:
    body = json.loads(each.body)
    return dict(body.get("data", body))


@pytest.mark.parametrize("season", SEASONS)
def test_every_box_score_row_is_stored_and_adds_up_to_the_final_score(season: str) -> None:
    payloads = recorded(f"nba_com/leaguegamelog-{season}.warc.gz")
    result = parsed(payloads)
    frame = result.frames[BOX_SCORES]
    sent = [row for each in payloads for row in json.loads(each.body)["resultSets"][0]["rowSet"]]
    assert frame.height + result.rejects.height == len(sent)
    assert result.rejects.is_empty()
    assert frame["season"].unique().to_list() == [season]

    schedule = parsed(recorded(f"nba_com/scheduleLeagueV2-{season}.warc.gz")).frames[SCHEDULE]
    sides = pl.concat(
        schedule.select("game_id", pl.col(f"{side}_team").alias("team"), pl.col(f"{side}_score").alias("score"))
        for side in ("home", "away")
    )
    totals = frame.group_by("game_id", "team").agg(pl.col("points").sum())
    joined = totals.join(sides, on=["game_id", "team"], how="left")
    assert joined.filter(pl.col("points") != pl.col("score")).is_empty()
    assert joined["score"].null_count() == 0


@pytest.mark.parametrize("season", SEASONS)
def test_every_scheduled_game_is_stored(season: str) -> None:
    payloads = recorded(f"nba_com/scheduleLeagueV2-{season}.warc.gz")
    result = parsed(payloads)
    games = [game for day in json.loads(payloads[0].body)["leagueSchedule"]["gameDates"] for game in day["games"]]
    frame = result.frames[SCHEDULE]
    assert result.rejects.is_empty()
    assert sorted(frame["game_id"]) == sorted(game["gameId"] for game in games)
    unknown = sorted(game["gameId"] for game in games if game["gameTimeUTC"].startswith("0001"))
    assert sorted(frame.filter(pl.col("tip_off_at").is_null())["game_id"]) == unknown
    started = sum(game["gameStatus"] > 1 for game in games)
    assert frame["home_score"].drop_nulls().len() == started
    tip_off = frame.filter(pl.col("tip_off_at").is_not_null())
    eastern = pl.col("tip_off_at").dt.convert_time_zone("America/New_York").dt.date()
    assert tip_off.filter(eastern != pl.col("game_date")).is_empty()


def test_the_schedule_of_before_a_season_keeps_games_without_teams_and_times() -> None:
    schedules = [each for each in recorded("samples/nba_com-pbpstats.warc.gz") if "schedule" in each.url]
    frame = parsed(tuple(schedules)).frames[SCHEDULE]
    assert frame.height == 1280
    unknown = frame.filter(pl.col("home_team_id") == 0)
    assert unknown.height == 7
    assert unknown.select("home_team", "away_team", "tip_off_at", "home_score").null_count().row(0) == (7,) * 4
    assert not frame["is_postponed"].any()
    assert {"RMD", "CNS"} <= set(frame["home_team"]) | set(frame["away_team"])


@pytest.mark.parametrize("name", PROP_ROWS)
def test_every_prop_outcome_is_in_a_row_or_a_reject_or_a_repetition(name: str) -> None:
    payloads = recorded(f"odds_api/historical-event-odds-{name}.warc.gz")
    result = parsed(payloads)
    frame = result.frames[PROPS]
    assert frame.height == PROP_ROWS[name]
    sides = frame["over_price"].count() + frame["under_price"].count()
    distinct = set(outcomes_of(payloads))
    contradictions = len(distinct) - len({outcome[:-1] for outcome in distinct})
    assert sides + contradictions == len(distinct)
    assert result.rejects.height == contradictions


def test_prop_prices_are_those_that_were_sent() -> None:
    payloads = recorded("odds_api/historical-event-odds-2025-26-props-mylesthomas.warc.gz")[:20]
    frame = parsed(payloads).frames[PROPS]
    market_of = {market.odds_api_key: market.name for market in MARKETS.values()}
    sent = {
        (each, book, market_of[key], player, point, name): 1 + (price / 100 if price > 0 else 100 / -price)
        for each, book, key, name, player, point, price in outcomes_of(payloads)
    }
    columns = ["payload_id", "bookmaker", "market", "player_name", "line"]
    stored = {
        (*key, side): price
        for side, column in (("Over", "over_price"), ("Under", "under_price"))
        for *key, price in frame.filter(pl.col(column).is_not_null()).select(*columns, column).iter_rows()
    }
    assert stored == pytest.approx(sent)


@pytest.mark.parametrize("name", LINE_FILES)
def test_every_game_line_is_stored_with_its_price_as_sent(name: str) -> None:
    payloads = recorded(f"odds_api/historical-event-odds-{name}.warc.gz")
    result = parsed(payloads)
    frame = result.frames[LINES]
    sent = outcomes_of(payloads)
    assert frame.height + result.rejects.height == len(sent)
    assert result.rejects.is_empty()
    prices = [outcome[-1] for outcome in sent]
    assert frame["price_as_sent"].null_count() == prices.count(None)
    invalid = sum(price is None or abs(price) < 100 for price in prices)
    assert frame["price"].null_count() == invalid


@pytest.mark.parametrize("name", EVENT_FILES)
def test_every_event_is_stored_once_a_snapshot(name: str) -> None:
    payloads = recorded(f"odds_api/historical-events-{name}.warc.gz")
    result = parsed(payloads)
    bodies = [json.loads(each.body) for each in payloads]
    sent = [(body["timestamp"], event["id"]) for body in bodies for event in body["data"]]
    assert result.frames[EVENTS].height + result.rejects.height == len(sent)
    assert result.rejects.is_empty()
    stamps = result.frames[EVENTS]["snapshot_at"].dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert list(zip(stamps, result.frames[EVENTS]["event_id"], strict=True)) == sent


def test_decimal_and_live_samples_are_read_as_what_they_are() -> None:
    decimal = [each for each in recorded("samples/odds_api.warc.gz") if each.url.split("?")[0].endswith("/odds")]
    lines = parsed(tuple(decimal)).frames[LINES]
    assert lines.height == 12
    assert lines["price"].equals(lines["price_as_sent"])
    assert lines.filter(pl.col("outcome") == "home", pl.col("market") == "h2h")["price"].to_list() == [1.32, 1.26]

    live = recorded("samples/odds_api-live-player-points.warc.gz")
    props = parsed(live).frames[PROPS]
    assert props["snapshot_at"].unique().to_list() == [live[0].fetched_at]
    levert = props.filter(pl.col("player_name") == "Caris LeVert", pl.col("bookmaker") == "draftkings")
    assert levert.select("line", "over_price", "under_price").row(0) == (11.5, 1 + 100 / 130, 2.0)


SAMPLES = 82
EMPTY_GAMEBOOKS = 2
"""Damaged PDFs among the samples; they are refused as a whole."""


def test_every_sample_is_read_with_all_its_rows_stored_or_refused() -> None:
    refused = read = 0
    for path in sorted((recordings() / "samples").glob("*.warc.gz")):
        for each in every_exchange(path):
            endpoint = endpoint_of(each.url)
            assert endpoint is not None, f"no endpoint reads {each.url}"
            parsed_one = endpoint.parse_many([each])
            assert not parsed_one.malformed or endpoint.name == "gamebook"
            refused += len(parsed_one.malformed)
            read += parsed_one.readable
    assert refused == EMPTY_GAMEBOOKS
    assert read == SAMPLES - refused

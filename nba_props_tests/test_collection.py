"""Collecting a range of dates from the simulated league over real HTTP: whole, repeatable, failures told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path

import polars as pl
import pytest
from starlette.middleware import Middleware
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from nba_props.archive.store import Archive
from nba_props.collection import Upstreams, collect_range
from nba_props.conformed import games as conformed_games
from nba_props.contracts import raw
from nba_props.contracts.operations import COLLECTION_ATTEMPTS
from nba_props.contracts.registry import table_named
from nba_props.game_calendar import DateRange, eastern_moment
from nba_props.settings import load_settings
from nba_props.simulator import League, ManualClock, serve
from nba_props.teams import TRICODE_BY_NAME
from nba_props.upstreams import nba_com, odds_api, raw_tables
from nba_props.upstreams.classification import classify
from nba_props.upstreams.collector import Collected
from nba_props_tests.archive.exchanges import every_byte

KEY = "right-k3y"
TODAY = date(2027, 1, 12)
DATES = DateRange(TODAY - timedelta(days=2), TODAY)


class NeedsKey:
    """Refuses every other key as The Odds API does."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].startswith("/v4/") and f"apiKey={KEY}".encode() not in scope["query_string"]:
            refusal = {"message": "API key is not valid", "error_code": "INVALID_KEY"}
            await JSONResponse(refusal, status_code=401)(scope, receive, send)
            return
        await self.app(scope, receive, send)


@pytest.fixture(scope="module")
def league() -> League:
    return League(seed=5, today=TODAY, history_seasons=0)


@pytest.fixture(scope="module")
def clock(league: League) -> ManualClock:
    """Two in the afternoon in New York, when the last date's games are still to come."""
    return ManualClock(eastern_moment(TODAY, time(14)))


@pytest.fixture(scope="module")
def url(league: League, clock: ManualClock) -> Iterator[str]:
    with serve(league, clock, middleware=[Middleware(NeedsKey)]) as base:
        yield base


def upstreams(folder: Path, url: str, clock: ManualClock, key: str | None = KEY) -> Upstreams:
    told = {
        "NBA_PROPS_HOME": str(folder),
        "NBA_PROPS_NBA_CDN_URL": url,
        "NBA_PROPS_NBA_STATS_URL": url,
        "NBA_PROPS_ODDS_API_URL": url,
        "NBA_PROPS_PACING_SECONDS": "0",
        "NBA_PROPS_RETRY_ATTEMPTS": "1",
    }
    settings = load_settings(told if key is None else told | {"NBA_PROPS_ODDS_API_KEY": key})
    return Upstreams(settings, Archive(settings.archive_path, classify), clock)


def raw_of(archive: Archive) -> dict[str, pl.DataFrame]:
    made: dict[str, pl.DataFrame] = {}
    for module, quarantine in ((nba_com, raw.NBAC_QUARANTINE), (odds_api, raw.ODDS_QUARANTINE)):
        payloads = {each: list(archive.payloads(each.source, each.name, DATES)) for each in module.ENDPOINTS}
        made |= raw_tables.build(DATES, payloads, quarantine)
    return {name: table_named(name).require(table_named(name).conform(frame)) for name, frame in made.items()}


def games_of(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    return conformed_games.build(
        DATES,
        nbac_schedule=tables["raw.nbac_schedule"].lazy(),
        nbac_player_boxscore=tables["raw.nbac_player_boxscore"].lazy(),
        odds_events=tables["raw.odds_events"].lazy(),
    )


@pytest.fixture(scope="module")
def collected(
    tmp_path_factory: pytest.TempPathFactory, url: str, clock: ManualClock
) -> tuple[Upstreams, list[Collected]]:
    """What one call brings; later calls come on top of it."""
    told = upstreams(tmp_path_factory.mktemp("home"), url, clock)
    return told, collect_range(told, DATES)


def test_everything_that_the_dates_need_is_asked_for_and_comes(
    collected: tuple[Upstreams, list[Collected]], league: League
) -> None:
    told, done = collected
    assert [each.failures for each in done] == [[], [], [], []]
    assert all(each.is_complete and each.asked == each.answered > 0 for each in done)
    tables = raw_of(told.archive)
    games = games_of(tables)
    played = [game for game, day in enumerate(league.current.dates) if day in DATES]
    assert set(games["game_id"]) == {league.current.game_ids[game] for game in played}
    final = games.filter(status="final")
    assert set(final["game_date"]) == set(DATES) - {TODAY}
    assert set(tables["raw.nbac_player_boxscore"]["game_id"]) == set(final["game_id"])
    assert tables["raw.nbac_quarantine"].is_empty()
    assert tables["raw.odds_quarantine"].is_empty()


def test_past_games_have_an_opening_and_a_closing_snapshot_and_coming_ones_that_of_now(
    collected: tuple[Upstreams, list[Collected]],
) -> None:
    tables = raw_of(collected[0].archive)
    games = games_of(tables).select("game_date", "tip_off_at", "home_team", "away_team")
    named = {name: pl.col(f"{name}_name").replace_strict(TRICODE_BY_NAME) for name in ("home_team", "away_team")}
    props = tables["raw.odds_player_props"].with_columns(**named).join(games, on=["game_date", *named])
    snapshots = props.group_by("game_date", "event_id", "tip_off_at").agg(
        pl.col("snapshot_at").n_unique().alias("snapshots"), pl.col("snapshot_at").max().alias("last")
    )
    past, coming = snapshots.filter(pl.col("game_date") < TODAY), snapshots.filter(game_date=TODAY)
    assert set(past["snapshots"]) == {2}
    before_tip_off = past["tip_off_at"] - past["last"]
    assert before_tip_off.min() > timedelta(0)  # type: ignore[operator]
    assert before_tip_off.max() <= timedelta(minutes=15)  # type: ignore[operator]
    assert set(coming["snapshots"]) == {1}
    assert set(coming["last"]) == {collected[0].clock()}


def test_every_try_is_on_record_without_the_key(collected: tuple[Upstreams, list[Collected]]) -> None:
    told, done = collected
    tries = COLLECTION_ATTEMPTS.conform(told.archive.index.attempts_frame(DateRange.of(TODAY)))
    ours = COLLECTION_ATTEMPTS.require(tries).filter(pl.col("attempt_id").is_in([each.attempt_id for each in done]))
    assert ours.height == sum(each.asked for each in done)
    assert set(ours["outcome"]) == {"ok"}
    assert ours["payload_id"].null_count() == 0
    assert KEY.encode() not in every_byte(told.settings.home)


def test_collecting_again_changes_no_raw_table(collected: tuple[Upstreams, list[Collected]]) -> None:
    told, _ = collected
    before = raw_of(told.archive)
    again = collect_range(told, DATES)
    assert all(each.is_complete for each in again)
    for name, frame in raw_of(told.archive).items():
        if "quarantine" not in name:
            assert raw_tables.changed_dates(table_named(name), frame, before[name]) == [], name


def test_a_wrong_key_is_told_and_the_rest_is_collected(tmp_path: Path, url: str, clock: ManualClock) -> None:
    wrong = upstreams(tmp_path, url, clock, key="wr0ng-k3y")
    done = collect_range(wrong, DateRange.of(TODAY - timedelta(days=1)))
    assert [each.is_complete for each in done[:2]] == [True, True]
    assert done[2].failures
    assert all("odds_api" in failure and "wr0ng-k3y" not in failure for failure in done[2].failures)
    tables = raw_of(wrong.archive)
    assert tables["raw.nbac_player_boxscore"].height > 0
    assert tables["raw.odds_events"].is_empty()


def test_without_a_key_no_odds_are_asked_for(tmp_path: Path, url: str, clock: ManualClock) -> None:
    told: list[str] = []
    done = collect_range(
        upstreams(tmp_path, url, clock, key=None),
        DateRange.of(TODAY - timedelta(days=1)),
        progress=lambda what, number, total: told.append(f"{what} {number}/{total}"),
    )
    assert len(done) == 2
    assert told == ["schedule 0/1", "schedule 1/1", "box scores 0/1", "box scores 1/1"]


def test_upstreams_that_are_not_there_are_told_and_nothing_is_raised(tmp_path: Path, clock: ManualClock) -> None:
    done = collect_range(upstreams(tmp_path, "http://127.0.0.1:9", clock), DateRange.of(TODAY))
    assert done[0].failures
    assert done[0].answered == 0


def test_odds_can_be_narrowed_to_some_dates(tmp_path: Path, url: str, clock: ManualClock) -> None:
    told = upstreams(tmp_path, url, clock)
    collect_range(told, DATES, odds_dates=DateRange.of(TODAY))
    tables = raw_of(told.archive)
    assert set(tables["raw.odds_player_props"]["game_date"]) == {TODAY}
    assert len(set(tables["raw.nbac_player_boxscore"]["game_date"])) == 2

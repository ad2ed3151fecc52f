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
from nba_props.contracts.operations import COLLECTION_ATTEMPTS
from nba_props.contracts.registry import table_named
from nba_props.game_calendar import DateRange, eastern_moment
from nba_props.operations.planner import OF_THE_PRESENT
from nba_props.settings import Settings, load_settings
from nba_props.simulator import League, ManualClock, serve
from nba_props.teams import TRICODE_BY_NAME
from nba_props.upstreams import nba_com, odds_api, raw_tables
from nba_props.upstreams.asking import Per, Rule
from nba_props.upstreams.classification import classify
from nba_props.upstreams.collector import Collected
from nba_props.upstreams.registry import ENDPOINTS, UPSTREAMS
from nba_props.upstreams.upstream import Upstream
from nba_props_tests.archive.exchanges import every_byte

KEY = "right-k3y"
TODAY = date(2027, 1, 12)
DATES = DateRange(TODAY - timedelta(days=2), TODAY)
YESTERDAY = DateRange.of(TODAY - timedelta(days=1))
KEYS = {"NBA_PROPS_BETTINGPROS_KEY": KEY, "NBA_PROPS_BALLDONTLIE_KEY": KEY}
URLS = [f"NBA_PROPS_{name.upper()}" for name in Settings.model_fields if name.endswith("_url") and "proxy" not in name]
IN_BULK = ["nba_com schedule", "nba_com player_box_scores", "nba_com team_box_scores"]
ODDS = ["odds_api events", "odds_api event_odds"]


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


def upstreams(
    folder: Path, url: str, clock: ManualClock, key: str | None = KEY, others: dict[str, str] | None = None
) -> Upstreams:
    told = dict.fromkeys(URLS, url) | {
        "NBA_PROPS_HOME": str(folder),
        "NBA_PROPS_PACING_SECONDS": "0",
        "NBA_PROPS_RETRY_ATTEMPTS": "1",
        **(others or {}),
    }
    settings = load_settings(told if key is None else told | {"NBA_PROPS_ODDS_API_KEY": key})
    return Upstreams(settings, Archive(settings.archive_path, classify), clock)


def raw_of(
    archive: Archive, told: tuple[Upstream, ...] = (nba_com.UPSTREAM, odds_api.UPSTREAM)
) -> dict[str, pl.DataFrame]:
    made: dict[str, pl.DataFrame] = {}
    for upstream in told:
        payloads = {each: list(archive.payloads(each.source, each.name, DATES)) for each in upstream.endpoints}
        made |= raw_tables.build(DATES, payloads, upstream.quarantine)
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
    assert [each.failures for each in done] == [[]] * len([*IN_BULK, *ODDS])
    assert all(each.is_complete and each.asked == each.answered > 0 for each in done)
    tables = raw_of(told.archive)
    games = games_of(tables)
    played = [game for game, day in enumerate(league.current.dates) if day in DATES]
    assert set(games["game_id"]) == {league.current.game_ids[game] for game in played}
    final = games.filter(status="final")
    assert set(final["game_date"]) == set(DATES) - {TODAY}
    assert set(tables["raw.nbac_player_boxscore"]["game_id"]) == set(final["game_id"])
    assert set(tables["raw.nbac_team_boxscore"]["game_id"]) == set(final["game_id"])
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
    *bulk, events, odds = collect_range(wrong, YESTERDAY)
    assert [each.is_complete for each in bulk] == [True] * len(IN_BULK)
    assert events.failures
    assert (events.asked, events.answered) == (1, 0), "an endpoint that has refused us is not asked again"
    assert events.not_sent == len(events.failures) - 1
    assert all("odds_api" in failure and "wr0ng-k3y" not in failure for failure in events.failures)
    assert odds.asked == 0, "no event is known"
    tables = raw_of(wrong.archive)
    assert tables["raw.nbac_player_boxscore"].height > 0
    assert tables["raw.odds_events"].is_empty()


def test_without_a_key_no_odds_are_asked_for(tmp_path: Path, url: str, clock: ManualClock) -> None:
    told: list[str] = []
    done = collect_range(
        upstreams(tmp_path, url, clock, key=None),
        YESTERDAY,
        progress=lambda what, number, total: told.append(f"{what} {number}/{total}"),
    )
    assert len(done) == len(IN_BULK)
    assert told == [f"{what} {number}/1" for what in IN_BULK for number in (0, 1)]


@pytest.fixture(scope="module")
def detailed(
    tmp_path_factory: pytest.TempPathFactory, url: str, clock: ManualClock
) -> tuple[Upstreams, dict[str, Collected]]:
    """Everything there is of yesterday and today, but only of these."""
    told = upstreams(tmp_path_factory.mktemp("detailed"), url, clock, others=KEYS)
    labels: list[str] = []
    done = collect_range(
        told,
        DATES,
        odds_dates=DateRange.of(TODAY),
        detail_dates=DateRange(YESTERDAY.first, TODAY),
        progress=lambda what, number, total: labels.append(what),
    )
    return told, dict(zip(dict.fromkeys(labels), done, strict=True))


def test_every_endpoint_that_can_be_asked_is_asked_in_an_order_in_which_lists_come_before_what_needs_them(
    detailed: tuple[Upstreams, dict[str, Collected]],
) -> None:
    _, done = detailed
    asked = [each for each in ENDPOINTS if isinstance(each.rule, Rule) and each.rule.per is not Per.NEVER]
    assert sorted(done) == sorted(f"{each.source} {each.name}" for each in asked)
    labels = list(done)
    assert labels[: len(IN_BULK)] == IN_BULK
    for endpoint in asked:
        assert isinstance(endpoint.rule, Rule)
        listing = None if endpoint.rule.listed_by is None else table_named(endpoint.rule.listed_by.table)
        for lister in asked:
            if listing is not None and listing.full_name in lister.tables:
                of_lister, of_endpoint = f"{lister.source} {lister.name}", f"{endpoint.source} {endpoint.name}"
                assert labels.index(of_lister) < labels.index(of_endpoint)


def test_what_is_not_there_yet_is_no_failure(detailed: tuple[Upstreams, dict[str, Collected]]) -> None:
    _, done = detailed
    assert [failure for each in done.values() for failure in each.failures] == []
    assert all(each.is_complete and each.asked == each.answered + each.absent > 0 for each in done.values())
    box_scores = done["nba_com box_score_v3"]
    assert (box_scores.answered > 0, box_scores.absent) == (True, 0), "only of games that are over"


def test_the_details_of_every_source_are_there_for_their_dates_and_for_no_other(
    detailed: tuple[Upstreams, dict[str, Collected]], league: League
) -> None:
    told, _ = detailed
    others = tuple(each for each in UPSTREAMS if each.source not in ("nba_com", "odds_api", "bigdataball"))
    tables = raw_of(told.archive, others)
    assert {name for name in tables if "quarantine" in name and tables[name].height} == set()
    of_present = {
        table
        for each in ENDPOINTS
        if isinstance(each.rule, Rule) and each.rule.per in OF_THE_PRESENT
        for table in each.tables
    }
    played = {league.current.game_ids[game] for game, day in enumerate(league.current.dates) if day in YESTERDAY}
    asked = {table for each in ENDPOINTS if each.request is not None for table in each.tables}
    of_the_season = "raw.nbac_player_movement"
    for name in (each for each in tables if each in asked and each != of_the_season):
        days = set(tables[name]["game_date"])
        assert days, name
        is_report = name == "raw.nbac_injury_report"
        assert days <= (set(DATES) if is_report else {*YESTERDAY, TODAY}), "the day before is in yesterday's first one"
        if name in of_present:
            assert TODAY in days, name
        elif "game_id" in tables[name].columns:
            told_of = tables[name].filter(pl.col("game_date") < TODAY)["game_id"].drop_nulls()
            assert set(told_of) == played, name
    assert set(tables["raw.draftkings_player_props"]["game_date"]) == {TODAY}, "its past cannot be asked about"


def test_upstreams_that_are_not_there_are_told_and_nothing_is_raised(tmp_path: Path, clock: ManualClock) -> None:
    done = collect_range(upstreams(tmp_path, "http://127.0.0.1:9", clock), DateRange.of(TODAY))
    schedule, *others = done
    assert [failure.split(":")[0] for failure in schedule.failures] == [f"nba_com schedule {TODAY}"]
    assert (schedule.asked, schedule.answered) == (1, 0)
    assert [each.asked for each in others] == [0] * len(others), "without games there is nothing to ask about"


def test_odds_can_be_narrowed_to_some_dates(tmp_path: Path, url: str, clock: ManualClock) -> None:
    told = upstreams(tmp_path, url, clock)
    collect_range(told, DATES, odds_dates=DateRange.of(TODAY))
    tables = raw_of(told.archive)
    assert set(tables["raw.odds_player_props"]["game_date"]) == {TODAY}
    assert len(set(tables["raw.nbac_player_boxscore"]["game_date"])) == 2
    assert set(tables["raw.nbac_player_boxscore"]["endpoint"]) == {nba_com.PLAYER_BOX_SCORES.name}, "no other source"

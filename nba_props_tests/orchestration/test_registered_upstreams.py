"""Nothing is registered by halves: contract, parser, freshness, planner entry and simulation of every raw table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta

import dagster as dg
import httpx
import polars as pl
import pytest
from pydantic import SecretStr

from nba_props.archive.payload import Payload
from nba_props.conformed import games as conformed_games
from nba_props.contracts import raw
from nba_props.contracts.registry import table_named
from nba_props.contracts.table import Table
from nba_props.game_calendar import DateRange, eastern_moment
from nba_props.operations.coverage import OWED_SINCE_ASKED, OWES, Owes
from nba_props.operations.planner import OF_THE_PRESENT, request_of
from nba_props.operations.subjects import games_by_date, listed, past_subjects, subjects_of, subjects_of_today
from nba_props.orchestration.assets import assets_of
from nba_props.orchestration.graph import RAW_STEPS
from nba_props.orchestration.partitions import daily_partitions
from nba_props.settings import Settings
from nba_props.simulator import ManualClock, serve
from nba_props.upstreams import nba_com, raw_tables
from nba_props.upstreams.asking import FileDrop, Per, Rule, Subject
from nba_props.upstreams.endpoint import Endpoint
from nba_props.upstreams.registry import ENDPOINTS, UPSTREAMS, endpoint_of, endpoints_of_table, require_askable
from nba_props_tests.simulator.leagues import TODAY, shared_league

NOW = eastern_moment(TODAY, time(17, 30))
DATES = DateRange(TODAY - timedelta(days=1), TODAY)
ASKED = [each for each in ENDPOINTS if isinstance(each.rule, Rule) and each.rule.per is not Per.NEVER]
KEYS = {name: SecretStr("k") for name in ("odds_api_key", "bettingpros_key", "balldontlie_key")}
MOST_SUBJECTS = 4


def named(endpoint: Endpoint) -> str:
    return f"{endpoint.source} {endpoint.name}"


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    """Settings whose upstreams are the simulated league, late in the afternoon of a day with games."""
    with serve(shared_league(), ManualClock(NOW)) as url:
        urls = {name: url for name in Settings.model_fields if name.endswith("_url") and "proxy" not in name}
        yield Settings().model_copy(update={**urls, **KEYS})


def answer(endpoint: Endpoint, subject: Subject, settings: Settings) -> Payload:
    request = request_of(endpoint, subject, settings)
    secret = {name: value.get_secret_value() for name, value in request.secret_headers}
    response = httpx.get(request.url_with_secrets(), headers={**dict(request.headers), **secret})
    return Payload("a" * 40, request.url, NOW, response.status_code, response.content, asked_for=request.game_date)


@pytest.fixture(scope="module")
def games(settings: Settings) -> pl.DataFrame:
    subject = Subject(TODAY, TODAY)
    schedule = nba_com.SCHEDULE.parse(answer(nba_com.SCHEDULE, subject, settings)).frames
    return conformed_games.build(DATES, nbac_schedule=schedule[raw.NBAC_SCHEDULE.full_name].lazy())


def subjects(endpoint: Endpoint, games: pl.DataFrame, settings: Settings) -> list[Subject]:
    """What the endpoint's own rule asks about yesterday and today."""
    rule = endpoint.rule
    assert isinstance(rule, Rule)
    if rule.per in OF_THE_PRESENT:
        return list(subjects_of_today(rule, TODAY))
    ids = None
    if rule.listed_by is not None:
        (listing,) = endpoints_of_table(rule.listed_by.table)[:1]
        told = [
            listing.parse(answer(listing, each, settings)).frames[rule.listed_by.table]
            for each in subjects(listing, games, settings)
        ]
        ids = listed(rule.listed_by, pl.concat(told))
    days = games_by_date(games)
    if rule.per is Per.REPORT:
        return [
            each for day in days.values() for each in past_subjects(rule, day, TODAY, ids) if each.at and each.at <= NOW
        ]
    return [each for day in days.values() for each in subjects_of(rule, day, TODAY, ids)]


@pytest.mark.parametrize("endpoint", ASKED, ids=named)
def test_the_simulated_league_answers_every_request_that_a_rule_makes(
    endpoint: Endpoint, games: pl.DataFrame, settings: Settings
) -> None:
    found = subjects(endpoint, games, settings)
    assert found, "the rule asks about nothing"
    rows = 0
    for subject in [*found[:MOST_SUBJECTS], *found[-MOST_SUBJECTS:]]:
        payload = answer(endpoint, subject, settings)
        assert endpoint_of(payload.url) is endpoint, "the request is another endpoint's"
        assert endpoint.covers(payload).game_dates
        if payload.status == 200:
            parsed = endpoint.parse(payload)
            assert parsed.rejects.filter(~pl.col("reason").str.starts_with("market not carried")).is_empty()
            rows += sum(frame.height for frame in parsed.frames.values())
    assert rows > 0, "the simulated league tells nothing of it"


@pytest.mark.parametrize("table", raw.TABLES, ids=lambda table: table.name)
def test_every_raw_table_is_fed_checked_fresh_and_collected(table: Table) -> None:
    upstream = next(each for each in UPSTREAMS if table in each.tables)
    step = next(each for each in RAW_STEPS if each.name == upstream.source)
    assert table in step.tables
    (asset,) = assets_of([step], daily_partitions(date(2027, 1, 1)))
    key = dg.AssetKey(table.asset_key)
    assert asset.specs_by_key[key].freshness_policy is not None
    assert "contract" in {spec.name for spec in asset.check_specs if spec.asset_key == key}
    if table is not upstream.quarantine:
        feeding = endpoints_of_table(table.full_name)
        assert feeding, "no parser feeds it"
        only_archived = {
            "nbac_shots",
            "nbac_player_measures",
            "nbac_matchups",
            "nbac_dunks",
            "nbac_game_summaries",
            "nbac_team_summaries",
            "nbac_game_officials",
            "nbac_inactive_players",
            "nbac_cup_standings",
            "nbac_cup_games",
            "nbac_lineups",
            "bdl_players",
            "bdl_teams",
            "bdl_player_measures",
            "bdl_season_measures",
            "bdl_odds",
        }
        is_collected = any(each in ASKED or isinstance(each.rule, FileDrop) for each in feeding)
        assert is_collected or table.name in only_archived, "nothing collects it"


def test_sources_that_others_stand_in_for_owe_nothing_before_they_were_asked() -> None:
    always = {table for table, owes in OWES.items() if table.startswith("raw.") and owes is not Owes.NOTHING}
    required = {table.full_name for each in UPSTREAMS if each.is_required for table in each.tables}
    assert always - OWED_SINCE_ASKED <= required


def test_an_endpoint_that_cannot_build_its_request_is_refused() -> None:
    with pytest.raises(TypeError, match="builds no request"):
        require_askable(replace(nba_com.PLAYER_BOX_SCORES, request=None))
    with pytest.raises(TypeError, match="request of another endpoint"):
        require_askable(replace(nba_com.PLAYER_BOX_SCORES, request=nba_com.SCHEDULE.request))


def test_a_step_makes_every_table_of_its_upstream_even_from_nothing() -> None:
    for upstream in UPSTREAMS:
        made = raw_tables.build(DATES, dict.fromkeys(upstream.endpoints, ()), upstream.quarantine)
        assert set(made) == {table.full_name for table in upstream.tables}
        for name, frame in made.items():
            assert table_named(name).conform(frame).is_empty()

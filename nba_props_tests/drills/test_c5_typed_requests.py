"""A scraper was scheduled without its parameters, and failed every night. Here an endpoint that cannot build its
requests from what its rule asks about is refused when it is registered, before anything is scheduled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from nba_props.game_calendar import COUNTED_GAME_TYPES, GAME_TYPES, eastern_moment
from nba_props.operations.subjects import Game, past_subjects, reports_of, subjects_of, subjects_of_today
from nba_props.orchestration import collecting, planning
from nba_props.settings import Settings
from nba_props.simulator import League
from nba_props.teams import TRICODES
from nba_props.upstreams import basketball_reference, bettingpros, nba_com, odds_api, registry
from nba_props.upstreams.asking import Listing, Per, Rule, Subject
from nba_props.upstreams.endpoint import Endpoint
from nba_props.upstreams.registry import ENDPOINTS
from nba_props_tests.drills.judging import drill_over
from nba_props_tests.drills.platform import Drill, world

DAY = date(2025, 1, 9)
LEAGUE = League(seed=5, today=DAY, history_seasons=0)
KEYS = {name: SecretStr("k") for name in ("odds_api_key", "bettingpros_key", "balldontlie_key")}
SETTINGS = Settings().model_copy(update=KEYS)
ASKED = [each for each in ENDPOINTS if isinstance(each.rule, Rule) and each.rule.per is not Per.NEVER]
DIGITS = {kind: digit for digit, kind in GAME_TYPES.items()}


def with_rule(endpoint: Endpoint, **changes: Any) -> Endpoint:
    assert isinstance(endpoint.rule, Rule)
    return replace(endpoint, rule=replace(endpoint.rule, **changes))


BROKEN = {
    "a game's box score, scheduled by date": with_rule(nba_com.BOX_SCORE_V3, per=Per.DATE),
    "a log by kind of game, scheduled without one": with_rule(nba_com.PLAYER_BOX_SCORES, per=Per.DATE),
    "offers without their markets": with_rule(bettingpros.OFFERS, variants=()),
    "offers without their events": with_rule(bettingpros.OFFERS, listed_by=None),
    "odds without their event": with_rule(odds_api.EVENT_ODDS, listed_by=None),
    "odds without their key": with_rule(odds_api.EVENTS, key=None),
    "a roster without its team": with_rule(basketball_reference.ROSTER_PAGES, per=Per.DATE),
    "no request at all": replace(nba_com.SCHEDULE, request=None),
    "the request of another endpoint": replace(nba_com.SCHEDULE, request=nba_com.PLAYER_BOX_SCORES.request),
    "listed by a column that there is not": with_rule(
        odds_api.EVENT_ODDS, listed_by=Listing("raw.odds_events", "event")
    ),
}


def games(day: date, home: str, away: str) -> list[Game]:
    tip_off = eastern_moment(day, time(19, 30))
    return [
        Game(f"00{DIGITS[kind]}2500001", day, kind, "scheduled", tip_off, home, away) for kind in COUNTED_GAME_TYPES
    ]


def subjects(rule: Rule, played: list[Game], today: date) -> Iterator[Subject]:
    if rule.per in (Per.DAY, Per.TEAM):
        yield from subjects_of_today(rule, today)
        return
    ids = {(played[0].game_date, played[0].pair): "4711"} if rule.listed_by is not None else None
    if rule.per is Per.REPORT:
        yield from reports_of(rule, played, today)
    else:
        yield from subjects_of(rule, played, today, ids)
    yield from past_subjects(rule, played, today, ids)


@given(
    day=st.dates(date(2021, 10, 1), date(2031, 6, 30)),
    age=st.integers(-1, 400),
    teams=st.permutations(TRICODES).map(lambda told: told[:2]),
)
def test_every_endpoint_builds_its_requests_for_every_date_and_pair_of_teams(
    day: date, age: int, teams: list[str]
) -> None:
    for endpoint in ASKED:
        assert isinstance(endpoint.rule, Rule) and endpoint.request is not None
        found = list(subjects(endpoint.rule, games(day, *teams), day + timedelta(days=age)))
        assert found or endpoint.rule.per is Per.REPORT
        for subject in found:
            made = endpoint.request(SETTINGS, subject)
            assert endpoint.recognises(made.url) and made.game_date == subject.game_date


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_an_endpoint_that_cannot_build_its_request_cannot_be_registered(broken: Endpoint) -> None:
    upstream = next(each for each in registry.UPSTREAMS if each.source == broken.source)
    with pytest.raises(TypeError, match=f"{broken.source} {broken.name}"):
        registry.register((replace(upstream, endpoints=(broken,)),))


def deploy(monkeypatch: pytest.MonkeyPatch, broken: Endpoint) -> None:
    """The new endpoint in place of the old one, if it can be registered."""
    upstreams = [
        replace(each, endpoints=(*each.endpoints, broken)) if each.source == broken.source else each
        for each in registry.UPSTREAMS
    ]
    try:
        endpoints = registry.register(upstreams)
    except TypeError:
        return
    for module in (collecting, planning):
        monkeypatch.setattr(module, "ENDPOINTS", endpoints)


SCHEDULED_WITHOUT_PARAMETERS = replace(
    bettingpros.OFFERS, rule=Rule(Per.DAY, every="lines_interval_minutes", key="bettingpros_key")
)


@pytest.fixture
def drill(tmp_path: Path) -> Iterator[Drill]:
    with (
        world(LEAGUE, eastern_moment(DAY, time(10))) as told,
        drill_over(told, tmp_path, DAY, tables=("conformed.games",), sources=("nba_com",)) as opened,
    ):
        yield opened


def holds(drill: Drill) -> None:
    try:
        ran = drill.collect()
    except Exception as error:  # whatever it is, it is the whole tick's failure
        raise AssertionError(f"the tick failed for every source: {error}") from error
    assert ran == ["collect_nba_com"] and not drill.failed_runs


def test_what_cannot_be_registered_disturbs_nothing(drill: Drill, monkeypatch: pytest.MonkeyPatch) -> None:
    deploy(monkeypatch, SCHEDULED_WITHOUT_PARAMETERS)
    holds(drill)


def test_control_registered_unchecked_it_fails_every_tick(drill: Drill, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "require_askable", lambda endpoint: None)
    deploy(monkeypatch, SCHEDULED_WITHOUT_PARAMETERS)
    with pytest.raises(AssertionError, match=r"the tick failed for every source: .*offers are asked for by events"):
        holds(drill)

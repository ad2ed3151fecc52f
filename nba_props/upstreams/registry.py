"""Every upstream that is known, and which endpoint a URL or a table belongs to. Adding an upstream is a line here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, time
from functools import lru_cache

from pydantic import SecretStr

from nba_props.contracts.registry import table_named
from nba_props.game_calendar import COUNTED_GAME_TYPES, GAME_TYPES, eastern_moment
from nba_props.operations.subjects import Game, past_subjects, subjects_of, subjects_of_today
from nba_props.settings import Settings
from nba_props.upstreams import (
    balldontlie,
    basketball_reference,
    bettingpros,
    bigdataball,
    draftkings,
    espn,
    nba_com,
    nba_gamebook,
    nba_injury_report,
    nba_league,
    nba_live,
    odds_api,
)
from nba_props.upstreams.asking import Per, Rule, Subject
from nba_props.upstreams.endpoint import Endpoint
from nba_props.upstreams.upstream import Upstream

UPSTREAMS: tuple[Upstream, ...] = (
    nba_com.UPSTREAM,
    nba_live.UPSTREAM,
    nba_league.UPSTREAM,
    nba_injury_report.UPSTREAM,
    nba_gamebook.UPSTREAM,
    odds_api.UPSTREAM,
    bettingpros.UPSTREAM,
    draftkings.UPSTREAM,
    balldontlie.UPSTREAM,
    espn.UPSTREAM,
    basketball_reference.UPSTREAM,
    bigdataball.UPSTREAM,
)

SOURCES: tuple[str, ...] = tuple(upstream.source for upstream in UPSTREAMS)

BUILDING_ERRORS = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
"""What a builder raises for a subject that lacks what it needs."""


@lru_cache(maxsize=4096)
def endpoint_of(url: str) -> Endpoint | None:
    """The endpoint that a URL is a request to, whatever its host; None if no registered one is."""
    return next((endpoint for endpoint in ENDPOINTS if endpoint.recognises(url)), None)


def endpoint_named(source: str, name: str) -> Endpoint:
    """The endpoint of a source and name.

    Raises:
        KeyError: there is none.
    """
    return _BY_NAME[source, name]


def endpoints_of_table(full_name: str) -> tuple[Endpoint, ...]:
    """The endpoints that feed a raw table."""
    return tuple(endpoint for endpoint in ENDPOINTS if full_name in endpoint.tables)


def register(upstreams: Sequence[Upstream]) -> tuple[Endpoint, ...]:
    """The endpoints of upstreams, each sure to feed tables that there are and to be able to build its requests.

    Raises:
        KeyError: an endpoint feeds, or its rule reads, a table that there is not; the message names it.
        TypeError: an endpoint cannot be asked as its rule says.
    """
    endpoints = tuple(endpoint for upstream in upstreams for endpoint in upstream.endpoints)
    for endpoint in endpoints:
        for name in endpoint.tables:
            table_named(name)
        require_askable(endpoint)
    return endpoints


def require_askable(endpoint: Endpoint) -> None:
    """Build the requests for made-up games as the endpoint's rule asks about them, so that an endpoint that cannot is
    refused when it is registered.

    Raises:
        TypeError: it has a rule by which it is asked, but builds no request, or not for everything that the rule asks
            about, or one that is not its own; or the rule reads a column that there is not.
        KeyError: the rule reads a table that there is not.
    """
    rule, named = endpoint.rule, f"{endpoint.source} {endpoint.name}"
    if not isinstance(rule, Rule) or rule.per is Per.NEVER:
        return
    if endpoint.request is None:
        raise TypeError(f"{named} is asked {rule.per.value}, but builds no request")
    if rule.listed_by is not None and rule.listed_by.column not in table_named(rule.listed_by.table).schema:
        raise TypeError(f"{named} is listed by {rule.listed_by.table}, which has no column {rule.listed_by.column}")
    keys = {rule.key: SecretStr("probe")} if rule.key is not None else {}
    settings = Settings().model_copy(update=keys)
    for subject in _made_up_subjects(rule):
        try:
            made = endpoint.request(settings, subject)
        except BUILDING_ERRORS as error:
            raise TypeError(f"{named} cannot build its request for {rule.per.value}: {error!r}") from error
        if (made.source, made.endpoint) != (endpoint.source, endpoint.name) or not endpoint.recognises(made.url):
            raise TypeError(f"{named} builds the request of another endpoint: {made.url}")


def _made_up_subjects(rule: Rule) -> Iterator[Subject]:
    """Everything that the rule asks about on a date with a game of each kind that counts, live and once it is past."""
    day = date(2025, 12, 25)
    if rule.per in (Per.DAY, Per.TEAM):
        yield from subjects_of_today(rule, day)
        return
    digits = {kind: digit for digit, kind in GAME_TYPES.items()}
    tip_off = eastern_moment(day, time(17))
    games = [
        Game(f"00{digits[kind]}2500400", day, kind, "scheduled", tip_off, "BOS", "NYK") for kind in COUNTED_GAME_TYPES
    ]
    ids = {(day, games[0].pair): "1"} if rule.listed_by is not None else None
    if rule.per is not Per.REPORT:
        yield from subjects_of(rule, games, day, ids)
    yield from past_subjects(rule, games, day, ids)


ENDPOINTS: tuple[Endpoint, ...] = register(UPSTREAMS)

_BY_NAME = {(endpoint.source, endpoint.name): endpoint for endpoint in ENDPOINTS}

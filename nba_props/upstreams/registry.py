"""Every upstream that is known, and which endpoint a URL or a table belongs to. Adding an upstream is a line here."""

from __future__ import annotations

from datetime import date, time
from functools import lru_cache

from pydantic import SecretStr

from nba_props.game_calendar import eastern_moment
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

ENDPOINTS: tuple[Endpoint, ...] = tuple(endpoint for upstream in UPSTREAMS for endpoint in upstream.endpoints)

SOURCES: tuple[str, ...] = tuple(upstream.source for upstream in UPSTREAMS)


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


def require_askable(endpoint: Endpoint) -> None:
    """Build a request for a made-up subject, so that an endpoint that cannot is refused when it is registered.

    Raises:
        TypeError: it has a rule by which it is asked, but builds no request, or one that is not its own.
    """
    rule = endpoint.rule
    if not isinstance(rule, Rule) or rule.per is Per.NEVER:
        return
    if endpoint.request is None:
        raise TypeError(f"{endpoint.source} {endpoint.name} is asked {rule.per.value}, but builds no request")
    keys = {rule.key: SecretStr("probe")} if rule.key is not None else {}
    made = endpoint.request(Settings().model_copy(update=keys), _probe(rule))
    if (made.source, made.endpoint) != (endpoint.source, endpoint.name) or not endpoint.recognises(made.url):
        raise TypeError(f"{endpoint.source} {endpoint.name} builds the request of another endpoint: {made.url}")


def _probe(rule: Rule) -> Subject:
    day = date(2025, 12, 25)
    moment = eastern_moment(day, time(17))
    return Subject(
        game_date=day,
        today=day,
        season_type="regular_season",
        game_id="0022500400",
        home_team="BOS",
        away_team="NYK",
        listed_ids=("1",) if rule.listed_by is not None else (),
        team="BOS",
        variant=rule.variants[0] if rule.variants else None,
        at=moment if rule.per is Per.REPORT else None,
    )


for _endpoint in ENDPOINTS:
    require_askable(_endpoint)

_BY_NAME = {(endpoint.source, endpoint.name): endpoint for endpoint in ENDPOINTS}

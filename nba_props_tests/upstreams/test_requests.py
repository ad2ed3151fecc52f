"""Requests: the URLs they make are those that the parsers recognise, and no text of theirs holds a secret."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, date, datetime

import pytest
from pydantic import SecretStr

from nba_props.game_calendar import DateRange
from nba_props.markets import MARKETS
from nba_props.settings import Settings, load_settings
from nba_props.upstreams.endpoint import dates_asked
from nba_props.upstreams.nba_requests import box_score_request, schedule_request
from nba_props.upstreams.odds_api_requests import MARKET_KEYS, event_odds_request, events_request
from nba_props.upstreams.registry import endpoint_of
from nba_props.upstreams.requests import MissingKey, Request

SECRET = "s3cret/with+signs&"
DAY = date(2025, 1, 5)
MOMENT = datetime(2025, 1, 5, 17, 0, tzinfo=UTC)


@pytest.fixture
def settings() -> Settings:
    return load_settings({"NBA_PROPS_ODDS_API_KEY": SECRET})


def every_request(settings: Settings) -> list[Request]:
    return [
        schedule_request(settings, "2024-25", DAY, today=DAY),
        schedule_request(settings, "2023-24", DAY, today=DAY),
        box_score_request(settings, DateRange.of(DAY)),
        events_request(settings, DAY),
        events_request(settings, DAY, MOMENT),
        event_odds_request(settings, "e1", DAY),
        event_odds_request(settings, "e1", DAY, at=MOMENT),
    ]


def test_every_request_is_one_of_the_endpoint_that_it_names(settings: Settings) -> None:
    for request in every_request(settings):
        endpoint = endpoint_of(request.url)
        assert endpoint is not None
        assert (endpoint.source, endpoint.name) == (request.source, request.endpoint)
        other = replace(request, base_url="http://127.0.0.1:9999/simulated/")
        assert endpoint_of(other.url) is endpoint
        assert other.host == "127.0.0.1:9999"


def test_the_key_is_sent_and_shown_nowhere(settings: Settings) -> None:
    for request in every_request(settings):
        shown = f"{request!r} {request} {request.url} {asdict(request)}"
        assert SECRET not in shown
        assert "s3cret" not in shown
        is_odds = request.source == "odds_api"
        assert request.url_with_secrets().endswith("apiKey=s3cret%2Fwith%2Bsigns%26") is is_odds


def test_without_a_key_odds_cannot_be_asked_for() -> None:
    with pytest.raises(MissingKey, match="NBA_PROPS_ODDS_API_KEY"):
        events_request(load_settings({}), DAY)


def test_the_cdn_is_asked_only_for_the_season_of_today(settings: Settings) -> None:
    assert schedule_request(settings, "2024-25", DAY, today=DAY).url.startswith(settings.nba_cdn_url)
    for request in (
        schedule_request(settings, "2024-25", DAY, today=date(2025, 10, 30)),
        schedule_request(settings, "2024-25", DAY),
    ):
        assert request.url == f"{settings.nba_stats_url}/stats/scheduleleaguev2int?LeagueID=00&Season=2024-25"


def test_box_scores_are_asked_for_in_the_form_of_the_upstream(settings: Settings) -> None:
    request = box_score_request(settings, DateRange(DAY, date(2025, 1, 7)), "PlayIn")
    assert request.url.endswith(
        "/stats/leaguegamelog?Counter=1000&DateFrom=01/05/2025&DateTo=01/07/2025&Direction=DESC&LeagueID=00"
        "&PlayerOrTeam=P&Season=2024-25&SeasonType=PlayIn&Sorter=DATE"
    )
    assert dates_asked(request.url) == (DAY, date(2025, 1, 6), date(2025, 1, 7))
    headers = dict(request.headers)
    assert headers["Referer"] == "https://www.nba.com/"
    assert "Mozilla" in headers["User-Agent"]


def test_box_scores_of_two_seasons_or_an_unknown_kind_are_refused(settings: Settings) -> None:
    with pytest.raises(ValueError, match="one season"):
        box_score_request(settings, DateRange(date(2024, 6, 1), date(2024, 11, 1)))
    with pytest.raises(ValueError, match="season type"):
        box_score_request(settings, DateRange.of(DAY), "Summer")


def test_past_odds_are_asked_at_their_moment_in_utc(settings: Settings) -> None:
    request = event_odds_request(settings, "../e 1", DAY, at=MOMENT)
    assert "/v4/historical/sports/basketball_nba/events/..%2Fe%201/odds?" in request.url
    assert request.url.endswith("oddsFormat=american&date=2025-01-05T17:00:00Z")
    assert all(market.odds_api_key in request.url for market in MARKETS.values())
    assert set(MARKET_KEYS) >= {"h2h", "spreads", "totals"}


def test_a_request_tells_its_host_and_what_is_asked_of_it_whatever_the_base(settings: Settings) -> None:
    request = Request(
        "espn", "scoreboard", DAY, "http://127.0.0.1:9/base/", "/v1/games", (("a", "x,y:z"), ("b", "1 2"))
    )
    assert request.url == "http://127.0.0.1:9/base/v1/games?a=x,y:z&b=1+2"
    assert (request.host, request.question) == ("127.0.0.1:9", "/v1/games?a=x,y:z&b=1+2")
    assert request.url.endswith(request.question)
    assert replace(request, base_url="https://user:pass@host").host == "host"


def test_keys_in_headers_and_parameters_are_in_no_text_of_a_request() -> None:
    secret = SecretStr(SECRET)
    request = Request(
        "espn", "x", DAY, "http://host", "/", secrets=(("key", secret),), secret_headers=(("Authorization", secret),)
    )
    assert "s3cret" not in f"{request!r} {request} {request.url} {request.question} {asdict(request)}"
    assert request.url_with_secrets() == "http://host/?key=s3cret%2Fwith%2Bsigns%26"

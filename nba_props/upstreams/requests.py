"""Typed requests: what can be asked of the upstreams, as values that know their URL, parameters and headers.

Secrets are kept apart from public parameters, as ``SecretStr``, and appear in no text of a request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import quote, urlencode, urlsplit

from pydantic import SecretStr

from nba_props.game_calendar import DateRange, season_of
from nba_props.markets import GAME_LINE_MARKETS, MARKETS
from nba_props.settings import Settings
from nba_props.upstreams import nba_com, odds_api

DIRECT = "direct"

PLAYER_PROP_KEYS = tuple(market.odds_api_key for market in MARKETS.values())
"""All carried player-prop markets, by their keys at The Odds API."""

MARKET_KEYS = (*PLAYER_PROP_KEYS, *GAME_LINE_MARKETS)
"""Everything that is asked for an event; one request costs as much as two with half the markets each."""

SEASON_TYPES: Mapping[str, str] = {
    "regular_season": "Regular Season",
    "playoffs": "Playoffs",
    "play_in": "PlayIn",
    "cup_final": "IST",
}
"""Kind of game to the stats API's SeasonType; the last one is not covered by any recording."""

BROWSER_HEADERS = (
    ("Accept", "application/json, text/plain, */*"),
    ("Accept-Language", "en-US,en;q=0.9"),
    ("Origin", "https://www.nba.com"),
    ("Referer", "https://www.nba.com/"),
    (
        "User-Agent",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
    ),
)
"""Without the headers of a browser on nba.com the NBA's hosts stall or refuse."""

Parameters = tuple[tuple[str, str], ...]


class MissingKey(ValueError):
    """A request needs a key that is not set; the message names the setting."""


@dataclass(frozen=True)
class Request:
    """One request.

    Attributes:
        source: the upstream.
        endpoint: the endpoint's name, as in the registry.
        game_date: the game date it is made for.
        base_url: scheme and host, from the settings.
        path: path below it.
        parameters: public query parameters, in order.
        secrets: secret query parameters; never part of ``url``, ``repr`` or any error.
        headers: request headers.
        route: the way it takes.
    """

    source: str
    endpoint: str
    game_date: date
    base_url: str
    path: str
    parameters: Parameters = ()
    secrets: tuple[tuple[str, SecretStr], ...] = ()
    headers: Parameters = ()
    route: str = DIRECT

    @property
    def url(self) -> str:
        """The URL without secrets, as archived."""
        query = urlencode(self.parameters, safe=",:/")
        return f"{self.base_url.rstrip('/')}{self.path}" + (f"?{query}" if query else "")

    @property
    def host(self) -> str:
        """Host and port; what is paced."""
        return urlsplit(self.base_url).netloc

    def url_with_secrets(self) -> str:
        """The URL to send; for the client only."""
        secrets = urlencode([(name, secret.get_secret_value()) for name, secret in self.secrets])
        if not secrets:
            return self.url
        return self.url + ("&" if self.parameters else "?") + secrets


def schedule_request(settings: Settings, season: str, game_date: date, *, today: date | None = None) -> Request:
    """A whole season's schedule, asked for the sake of a game date.

    The CDN, which answers best, has the season of the day only: it is asked if the season is that of ``today``.
    Any other season, or any if ``today`` is not given, is asked of the stats API.
    """
    current = today is not None and season == season_of(today)
    return Request(
        source=nba_com.SOURCE,
        endpoint=nba_com.SCHEDULE.name,
        game_date=game_date,
        base_url=settings.nba_cdn_url if current else settings.nba_stats_url,
        path="/static/json/staticData/scheduleLeagueV2.json" if current else "/stats/scheduleleaguev2int",
        parameters=() if current else (("LeagueID", "00"), ("Season", season)),
        headers=BROWSER_HEADERS,
    )


def box_score_request(settings: Settings, dates: DateRange, season_type: str = "Regular Season") -> Request:
    """Player box scores of all games of the dates.

    Raises:
        ValueError: the dates are of two seasons, or the season type is unknown.
    """
    season = season_of(dates.first)
    if season_of(dates.last) != season:
        raise ValueError(f"box scores are asked for within one season, not for {dates}")
    if season_type not in SEASON_TYPES.values():
        raise ValueError(f"unknown season type {season_type!r}; known are {', '.join(SEASON_TYPES.values())}")
    return Request(
        source=nba_com.SOURCE,
        endpoint=nba_com.PLAYER_BOX_SCORES.name,
        game_date=dates.first,
        base_url=settings.nba_stats_url,
        path="/stats/leaguegamelog",
        parameters=(
            ("Counter", "1000"),
            ("DateFrom", f"{dates.first:%m/%d/%Y}"),
            ("DateTo", f"{dates.last:%m/%d/%Y}"),
            ("Direction", "DESC"),
            ("LeagueID", "00"),
            ("PlayerOrTeam", "P"),
            ("Season", season),
            ("SeasonType", season_type),
            ("Sorter", "DATE"),
        ),
        headers=BROWSER_HEADERS,
    )


def events_request(settings: Settings, game_date: date, at: datetime | None = None) -> Request:
    """All coming events that The Odds API lists, asked for the sake of a game date: now or at a past moment.

    Raises:
        MissingKey: no key is set.
    """
    return _odds_request(settings, odds_api.EVENTS.name, game_date, "/events", (), at)


def event_odds_request(
    settings: Settings,
    event_id: str,
    game_date: date,
    markets: Sequence[str] = MARKET_KEYS,
    at: datetime | None = None,
) -> Request:
    """Odds of one event in some markets, by their keys at The Odds API: now or at a past moment.

    Raises:
        MissingKey: no key is set.
    """
    parameters = (
        ("regions", settings.odds_api_regions),
        ("markets", ",".join(markets)),
        ("oddsFormat", "american"),
    )
    path = f"/events/{quote(event_id, safe='')}/odds"
    return _odds_request(settings, odds_api.EVENT_ODDS.name, game_date, path, parameters, at)


def _odds_request(
    settings: Settings, endpoint: str, game_date: date, path: str, parameters: Parameters, at: datetime | None
) -> Request:
    if settings.odds_api_key is None:
        raise MissingKey("The Odds API needs a key; set NBA_PROPS_ODDS_API_KEY")
    historical = "/historical" if at is not None else ""
    when = () if at is None else (("date", f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"),)
    return Request(
        source=odds_api.SOURCE,
        endpoint=endpoint,
        game_date=game_date,
        base_url=settings.odds_api_url,
        path=f"/v4{historical}/sports/basketball_nba{path}",
        parameters=(*parameters, *when),
        secrets=(("apiKey", settings.odds_api_key),),
        headers=(("Accept", "application/json"), ("User-Agent", "nba-props")),
    )

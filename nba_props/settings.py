"""Every setting of the platform: typed, documented, in one place.

Nothing else reads the environment. A variable is the field's name in capitals behind ``NBA_PROPS_``; an unknown or
malformed one is refused at start with its name.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

ENVIRONMENT_PREFIX = "NBA_PROPS_"

ROUTES = ("direct", "datacenter", "residential")
"""Ways a request can take: from here, or through one of the two proxies."""

DIRECT = ROUTES[0]
EVERY_ROUTE = ",".join(ROUTES)

ASKED_SOURCES = (
    "nba_com",
    "nba_live",
    "nba_league",
    "nba_injury_report",
    "nba_gamebook",
    "odds_api",
    "bettingpros",
    "draftkings",
    "balldontlie",
    "espn",
    "basketball_reference",
)
"""Upstreams that are asked over the network; each has a setting ``<source>_routes``."""

Share = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(gt=0)]


class SettingsError(ValueError):
    """A setting is unknown or malformed; the message names each one and says what is wrong with it."""


class Settings(BaseSettings):
    """All settings with their defaults; units are in the names or the descriptions."""

    model_config = SettingsConfigDict(env_prefix=ENVIRONMENT_PREFIX, extra="forbid", frozen=True)

    home: Path = Field(Path(".nba_props"), description="Folder that holds everything that is written.")
    first_date: date = Field(
        date(2021, 10, 1), description="First game date of the calendar; earlier dates are archived but not tabled."
    )
    clock_shift_seconds: float = Field(
        0.0, description="Added to the system's clock, so that another day can be played as if it were today."
    )
    recordings: Path | None = Field(None, description="Folder of WARC recordings that tests and benchmarks may use.")

    nba_cdn_url: str = Field("https://cdn.nba.com", description="Base URL of the NBA's CDN.")
    nba_stats_url: str = Field("https://stats.nba.com", description="Base URL of the NBA's stats API.")
    nba_official_url: str = Field("https://official.nba.com", description="Base URL of the NBA's officials' site.")
    nba_injury_report_url: str = Field(
        "https://ak-static.cms.nba.com", description="Base URL of the NBA's injury reports."
    )
    nba_gamebook_url: str = Field("https://statsdmz.nba.com", description="Base URL of the NBA's gamebooks.")
    odds_api_url: str = Field("https://api.the-odds-api.com", description="Base URL of The Odds API.")
    odds_api_key: SecretStr | None = Field(None, description="The Odds API key; without one no odds are collected.")
    odds_api_regions: str = Field("us,us2", description="Bookmaker regions asked of The Odds API.")
    bettingpros_url: str = Field("https://api.bettingpros.com", description="Base URL of BettingPros.")
    bettingpros_key: SecretStr | None = Field(
        None, description="BettingPros key (header x-api-key); without one it is not asked."
    )
    draftkings_url: str = Field("https://sportsbook-nash.draftkings.com", description="Base URL of DraftKings.")
    balldontlie_url: str = Field("https://api.balldontlie.io", description="Base URL of balldontlie.")
    balldontlie_key: SecretStr | None = Field(
        None, description="balldontlie key (header Authorization); without one it is not asked."
    )
    espn_url: str = Field("https://site.api.espn.com", description="Base URL of ESPN's site API.")
    basketball_reference_url: str = Field(
        "https://www.basketball-reference.com", description="Base URL of Basketball Reference."
    )
    bigdataball_folder: Path | None = Field(
        None, description="Folder into which BigDataBall's CSV files are laid; none is watched without it."
    )

    datacenter_proxy_url: SecretStr | None = Field(
        None, description="Datacenter proxy, http://user:password@host:port; its route is left out without one."
    )
    residential_proxy_url: SecretStr | None = Field(
        None, description="Residential proxy, http://user:password@host:port; its route is left out without one."
    )
    nba_com_routes: str = Field(EVERY_ROUTE, description="Routes to the NBA's schedule and stats, in order.")
    nba_live_routes: str = Field(EVERY_ROUTE, description="Routes to the NBA's live data, in order.")
    nba_league_routes: str = Field(EVERY_ROUTE, description="Routes to the NBA's league data, in order.")
    nba_injury_report_routes: str = Field(DIRECT, description="Routes to the NBA's injury reports, in order.")
    nba_gamebook_routes: str = Field(DIRECT, description="Routes to the NBA's gamebooks, in order.")
    odds_api_routes: str = Field(DIRECT, description="Routes to The Odds API, in order.")
    bettingpros_routes: str = Field(EVERY_ROUTE, description="Routes to BettingPros, in order.")
    draftkings_routes: str = Field(EVERY_ROUTE, description="Routes to DraftKings, in order.")
    balldontlie_routes: str = Field(DIRECT, description="Routes to balldontlie, in order.")
    espn_routes: str = Field(DIRECT, description="Routes to ESPN, in order.")
    basketball_reference_routes: str = Field(EVERY_ROUTE, description="Routes to Basketball Reference, in order.")

    connect_timeout_seconds: Seconds = Field(10, description="Deadline for opening a connection.")
    direct_timeout_seconds: Seconds = Field(45, description="Deadline for one try without a proxy, answer included.")
    datacenter_timeout_seconds: Seconds = Field(
        60, description="Deadline for one try through the datacenter proxy, answer included."
    )
    residential_timeout_seconds: Seconds = Field(
        90, description="Deadline for one try through the residential proxy, answer included."
    )
    request_deadline_seconds: Seconds = Field(
        600, description="Deadline for a request over all its routes, tries and waits."
    )
    collection_deadline_seconds: Seconds = Field(
        1800, description="Deadline for all requests of a collection attempt; the others are left for the next one."
    )
    response_byte_limit: int = Field(64 * 2**20, gt=0, description="Largest decoded answer that is accepted, bytes.")
    pages_limit: int = Field(200, ge=1, description="Most pages of one answer that are followed.")
    retry_attempts: int = Field(3, ge=1, le=10, description="Tries of one request on one route.")
    retry_first_wait_seconds: Seconds = Field(4, description="Wait before the second try, before jitter.")
    retry_longest_wait_seconds: Seconds = Field(12, description="Longest wait between two tries.")
    route_pause_seconds: float = Field(10, ge=0, description="Pause before a request goes on to its next route.")
    pacing_seconds: float = Field(2.5, ge=0, description="Least time between two requests to one host.")
    widest_pacing_seconds: float = Field(
        20, ge=0, description="To what that time widens while a host says 429, 503 or Retry-After."
    )
    breaker_failures: int = Field(5, ge=1, description="Failed tries in a row after which a route to a host rests.")
    breaker_cool_down_seconds: Seconds = Field(60, description="First rest of a route; each failed probe doubles it.")
    breaker_longest_cool_down_seconds: Seconds = Field(900, description="Longest rest of a route before a probe.")
    quota_warning_share: Share = Field(0.8, description="Used share of a quota from which on it is warned of.")
    quota_floor_share: Share = Field(
        0.05, description="Share of a quota that is kept: with less left, only closing lines are asked for."
    )

    odds_interval_minutes: float = Field(10, gt=0, description="Time between two odds snapshots of a game.")
    schedule_interval_minutes: float = Field(60, gt=0, description="Time between two reads of the schedule.")
    live_interval_minutes: float = Field(
        5, gt=0, description="Time between two reads of scoreboards and live box scores while games run."
    )
    lines_interval_minutes: float = Field(
        30, gt=0, description="Time between two reads of the line sources beside The Odds API."
    )
    reports_interval_minutes: float = Field(
        15, gt=0, description="Time between two reads of injury reports and injury lists."
    )
    daily_interval_minutes: float = Field(
        720, gt=0, description="Time between two reads of player lists, standings, transactions and officials."
    )
    rosters_interval_minutes: float = Field(10080, gt=0, description="Time between two reads of team rosters.")
    aftermath_interval_minutes: float = Field(
        60, gt=0, description="Time between two reads of play by play and gamebooks that are not there yet."
    )
    box_score_interval_minutes: float = Field(15, gt=0, description="Time between two reads of unfinished box scores.")
    failed_interval_minutes: float = Field(
        10, gt=0, description="Time until a request that brought nothing is made again, if its interval is longer."
    )
    sweep_interval_minutes: float = Field(360, gt=0, description="Time between two tries at an old hole.")
    requests_per_run: int = Field(
        60,
        ge=1,
        description="Requests of one collection run; the others wait for the next, so that none holds up odds.",
    )
    sweep_dates_per_tick: int = Field(
        5, ge=0, description="Dates with old holes of which one planner tick may ask each source."
    )

    box_score_delay_minutes: float = Field(
        360, ge=0, description="A box score counts as known so many minutes after tip-off, whenever it was fetched."
    )
    prediction_lead_minutes: float = Field(
        30, ge=0, description="Features and predictions stand as of so many minutes before tip-off."
    )
    coverage_floor: Share = Field(0.9, description="Share of expected games under which a partition is partial.")
    least_edge: Share = Field(
        0.03, description="Least expected value per unit staked for an OVER or UNDER recommendation."
    )
    greatest_hold: Share = Field(0.2, description="A book's two prices whose hold is above this are not a main line.")
    training_rows_minimum: int = Field(2000, gt=0, description="A model is not trained on fewer player-games.")

    backfill_chunk_days: int = Field(250, ge=1, description="Most dates that one run of a backfill takes at once.")
    backfill_chunk_megabytes: float = Field(
        64,
        gt=0,
        description="Most archived bodies that one run of a backfill reads, MB; it takes twenty times as much.",
    )
    run_log_days: int = Field(
        30, ge=1, description="What a run logged is removed so many days after; what it materialized stays known."
    )
    automation_log_days: int = Field(
        1, ge=1, description="What automation weighed at a tick is removed so many days after; it may take 5 MB a tick."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what ``load_settings`` hands in: it alone reads the environment."""
        return (init_settings,)

    @field_validator("datacenter_proxy_url", "residential_proxy_url")
    @classmethod
    def _proxy_has_scheme_and_host(cls, proxy: SecretStr | None) -> SecretStr | None:
        if proxy is not None and not _is_proxy_url(proxy.get_secret_value()):
            raise ValueError("a proxy is given as http://user:password@host:port")
        return proxy

    @field_validator(*(f"{source}_routes" for source in ASKED_SOURCES))
    @classmethod
    def _routes_are_known(cls, told: str, others: ValidationInfo) -> str:
        names = [name.strip() for name in told.split(",")]
        if not set(names) <= set(ROUTES) or len(set(names)) < len(names):
            raise ValueError(f"routes are some of {EVERY_ROUTE}, each once, separated by commas")
        if DIRECT not in names and all(others.data.get(f"{name}_proxy_url") is None for name in names):
            raise ValueError("none of these routes has its proxy set")
        return ",".join(names)

    @property
    def clock_shift(self) -> timedelta:
        """The clock's shift as a duration."""
        return timedelta(seconds=self.clock_shift_seconds)

    @property
    def archive_path(self) -> Path:
        """Where archived payloads and their index live."""
        return self.home / "archive"

    @property
    def warehouse_path(self) -> Path:
        """Where tables live."""
        return self.home / "warehouse"

    @property
    def dagster_path(self) -> Path:
        """Dagster's own storage (its DAGSTER_HOME)."""
        return self.home / "dagster"


def _is_proxy_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        has_more = parts.path.strip("/") or parts.query or parts.fragment
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and not has_more
    except ValueError:
        return False


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment.

    Raises:
        SettingsError: an ``NBA_PROPS_*`` variable is unknown or its value malformed. Values are not repeated in the
            message, as they may be secrets.
    """
    variables = os.environ if environment is None else environment
    given = {
        name.removeprefix(ENVIRONMENT_PREFIX).lower(): value
        for name, value in variables.items()
        if name.startswith(ENVIRONMENT_PREFIX)
    }
    unknown = sorted(name for name in given if name not in Settings.model_fields)
    if unknown:
        names = ", ".join(ENVIRONMENT_PREFIX + name.upper() for name in unknown)
        raise SettingsError(f"unknown setting: {names}; docs/settings.md lists every setting")
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        problems = "; ".join(
            f"{ENVIRONMENT_PREFIX}{'.'.join(str(part) for part in problem['loc']).upper()}: {problem['msg']}"
            for problem in error.errors()
        )
        raise SettingsError(f"malformed setting: {problems}") from None


def child_environment(settings: Settings, base: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for a child process that shall see the same settings and Dagster storage."""
    inherited = os.environ if base is None else base
    environment = {name: value for name, value in inherited.items() if not name.startswith(ENVIRONMENT_PREFIX)}
    for name in settings.model_fields_set:
        value = getattr(settings, name)
        if value is None:
            continue
        text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        environment[ENVIRONMENT_PREFIX + name.upper()] = text
    environment[f"{ENVIRONMENT_PREFIX}HOME"] = str(settings.home.absolute())
    environment["DAGSTER_HOME"] = str(settings.dagster_path.absolute())
    return environment

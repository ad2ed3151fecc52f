"""Every setting of the platform: typed, documented, in one place.

Nothing else reads the environment. A variable is the field's name in capitals behind ``NBA_PROPS_``; an unknown or
malformed one is refused at start with its name.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

ENVIRONMENT_PREFIX = "NBA_PROPS_"

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
    odds_api_url: str = Field("https://api.the-odds-api.com", description="Base URL of The Odds API.")
    odds_api_key: SecretStr | None = Field(None, description="The Odds API key; without one no odds are collected.")
    odds_api_regions: str = Field("us,us2", description="Bookmaker regions asked of The Odds API.")

    connect_timeout_seconds: Seconds = Field(10, description="Deadline for opening a connection.")
    read_timeout_seconds: Seconds = Field(30, description="Deadline for the next bytes of an answer.")
    request_deadline_seconds: Seconds = Field(90, description="Deadline for a whole request, retries apart.")
    response_byte_limit: int = Field(64 * 2**20, gt=0, description="Largest decoded answer that is accepted, bytes.")
    retry_attempts: int = Field(3, ge=1, le=10, description="Tries of one request on one route.")
    retry_first_wait_seconds: Seconds = Field(4, description="Wait before the second try, before jitter.")
    retry_longest_wait_seconds: Seconds = Field(12, description="Longest wait between two tries.")
    pacing_seconds: float = Field(2.5, ge=0, description="Least time between two requests to one host.")

    odds_opening_hours: float = Field(12, gt=0, description="Odds are collected from so many hours before tip-off.")
    odds_interval_minutes: float = Field(10, gt=0, description="Time between two odds snapshots of a game.")
    schedule_interval_minutes: float = Field(60, gt=0, description="Time between two reads of the schedule.")
    box_score_first_minutes: float = Field(
        150, gt=0, description="Box scores are asked for from so many minutes after tip-off."
    )
    box_score_interval_minutes: float = Field(15, gt=0, description="Time between two reads of unfinished box scores.")
    sweep_interval_minutes: float = Field(360, gt=0, description="Time between two tries at an old hole.")
    sweep_dates_per_tick: int = Field(5, ge=0, description="Old holes that one planner tick may ask for.")

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

    backfill_chunk_days: int = Field(60, ge=1, description="Dates that one run of a backfill takes at once.")

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

    @cached_property
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

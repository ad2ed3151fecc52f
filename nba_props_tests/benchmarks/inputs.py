"""What is measured on: recordings of real bodies if there are any, else bodies of the simulated league."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property
from pathlib import Path

from pydantic import SecretStr

from nba_props.archive.payload import Payload
from nba_props.collection import Upstreams, collect_range
from nba_props.game_calendar import DateRange, eastern_moment
from nba_props.orchestration.platform import Platform
from nba_props.settings import Settings, load_settings
from nba_props.simulator import League, ManualClock, serve
from nba_props.upstreams import nba_com, odds_api

ROOT = Path(__file__).parent.parent.parent
RECORDED_MONTH = DateRange(date(2024, 3, 2), date(2024, 3, 31))
RECORDED = (
    "nba_com/scheduleLeagueV2-2023-24.warc.gz",
    "nba_com/leaguegamelog-2023-24.warc.gz",
    "odds_api/historical-events-2023-24.warc.gz",
    "odds_api/historical-event-odds-2023-24-gamelines-mostgood1.warc.gz",
    "odds_api/historical-event-odds-2023-24-props-btam.warc.gz",
)
SIMULATED_MONTH = DateRange(date(2024, 11, 10), date(2024, 12, 9))
SIMULATED_ODDS = DateRange(date(2024, 12, 3), date(2024, 12, 9))
SEED = 5


@dataclass(frozen=True)
class Inputs:
    """A home with everything archived and nothing made yet.

    Attributes:
        source: what the bodies are.
        settings: of the home; the calendar begins with the month.
        files: WARC files that hold all of it.
        month: the dates that are taken through the graph.
    """

    source: str
    settings: Settings
    files: tuple[Path, ...]
    month: DateRange

    @cached_property
    def platform(self) -> Platform:
        return Platform.of(self.settings)

    @property
    def slate(self) -> DateRange:
        """The last date of the month."""
        return DateRange.of(self.month.last)

    @cached_property
    def odds(self) -> list[Payload]:
        season = self.month.widened(after=60)
        return list(self.platform.archive.payloads(odds_api.EVENT_ODDS.source, odds_api.EVENT_ODDS.name, season))

    @cached_property
    def box_scores(self) -> list[Payload]:
        season = self.month.widened(before=200, after=100)
        return list(
            self.platform.archive.payloads(nba_com.PLAYER_BOX_SCORES.source, nba_com.PLAYER_BOX_SCORES.name, season)
        )


def recordings() -> Path:
    """The folder of recordings, which need not be there."""
    return load_settings().recordings or ROOT.parent / "shared" / "recordings"


@contextmanager
def prepared(home: Path) -> Iterator[Inputs]:
    """Fill a home with recordings, or with what is collected from the simulated league."""
    files = tuple(recordings() / name for name in RECORDED)
    if all(path.is_file() for path in files):
        settings = Settings(home=home, first_date=RECORDED_MONTH.first)
        archive = Platform.of(settings).archive
        for path in files:
            archive.import_file(path)
        yield Inputs("recordings", settings, files, RECORDED_MONTH)
    else:
        yield _simulated(home)


def _simulated(home: Path) -> Inputs:
    """A home that was collected over HTTP the morning after the month."""
    after = SIMULATED_MONTH.widened(after=1).last
    clock = ManualClock(eastern_moment(after, time(12)))
    with serve(League(SEED, after), clock) as url:
        settings = Settings(
            home=home,
            first_date=SIMULATED_MONTH.first,
            nba_cdn_url=url,
            nba_stats_url=url,
            odds_api_url=url,
            odds_api_key=SecretStr("simulated"),
            pacing_seconds=0.0,
        )
        platform = Platform.of(settings, clock)
        attempts = collect_range(Upstreams(settings, platform.archive, clock), SIMULATED_MONTH, SIMULATED_ODDS)
        failures = [failure for attempt in attempts for failure in attempt.failures]
        if failures:
            raise RuntimeError(f"the simulated league did not answer: {failures[:3]}")
    files = tuple(sorted((settings.archive_path / "warc").rglob("*.warc.gz")))
    return Inputs("the simulated league", settings, files, SIMULATED_MONTH)

"""The platform on a desk: the simulated league as its upstreams, and the Dagster UI as a child process."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from pydantic import SecretStr
from rich.console import Console
from starlette.middleware import Middleware

from nba_props.game_calendar import eastern_moment, game_date_of, season_of, shifted_clock
from nba_props.orchestration.instance import prepare_home
from nba_props.settings import Settings, child_environment
from nba_props.simulator import League, create_app, serve_apart
from nba_props.simulator.faults import Misbehaving, Scenario

SEED = 2026
SIMULATED_KEY = "simulated"
SESSION_STARTS = time(17, 30)
"""New York time at which a session with the simulated league begins."""

LEAGUE_MONTHS = (11, 12, 1, 2, 3)
"""Months in which the simulated league plays every week; on other days the clock is set back to the last of them."""


@dataclass
class SimulatedWorld:
    """A served league, settings whose upstreams it is, and the faults that it may be given.

    Attributes:
        settings: with a home of their own and the clock as it was last set.
        scenario: what goes wrong; nothing to begin with.
    """

    settings: Settings
    scenario: Scenario
    _shift: timedelta

    def __call__(self) -> datetime:
        """The world's present; it is the clock of the league."""
        return datetime.now(UTC) + self._shift

    def let_pass(self, time: timedelta) -> None:
        """Set the clock on, for the league and for the settings alike."""
        self._shift += time
        self.settings = self.settings.model_copy(update={"clock_shift_seconds": self._shift.total_seconds()})


@contextmanager
def simulated_world(settings: Settings) -> Iterator[SimulatedWorld]:
    """Serve the simulated league on loopback, for a home of its own below that of the settings.

    The clock is set to the early evening of a day with games, so that tonight's lines are open whenever it is tried.
    """
    now = datetime.now(UTC)
    day = _playing_day(game_date_of(now))
    league = League(SEED, day)
    tonight = max(played for played in league.current.dates if played <= day)
    shift = eastern_moment(tonight, SESSION_STARTS) - now
    simulated = settings.model_copy(
        update={
            "home": settings.home / "simulated",
            "first_date": first_simulated_date(tonight),
            "clock_shift_seconds": shift.total_seconds(),
            "pacing_seconds": 0.0,
            "route_pause_seconds": 0.0,
            "retry_first_wait_seconds": 0.01,
            "retry_longest_wait_seconds": 0.01,
            **{name: SecretStr(SIMULATED_KEY) for name in Settings.model_fields if name.endswith("_key")},
        }
    )
    world = SimulatedWorld(simulated, Scenario(), shift)
    app = create_app(league, world, middleware=[Middleware(Misbehaving, scenario=world.scenario, clock=world)])
    upstreams = [name for name in Settings.model_fields if name.endswith("_url") and not name.endswith("proxy_url")]
    with serve_apart(app, upstreams) as urls:
        world.settings = simulated.model_copy(update=urls)
        yield world


def first_simulated_date(day: date) -> date:
    """From when the season before the one of ``day`` is collected: its second half is enough to train on."""
    return date(int(season_of(day)[:4]), 1, 15)


def _playing_day(today: date) -> date:
    """Today, if the simulated league is in full swing, else the last day on which it was."""
    if (today.month in LEAGUE_MONTHS and (today.month, today.day) >= (11, 15)) or today.month in LEAGUE_MONTHS[1:]:
        return today
    last = date(today.year, 3, 31)
    return last if last < today else date(today.year - 1, 3, 31)


def serve_ui(settings: Settings, port: int, console: Console, *, simulated: bool) -> int:
    """Run the Dagster UI with its daemon until it is stopped; gives its exit status."""
    if not simulated:
        return _dagster(settings, port, console)
    with simulated_world(settings) as world:
        console.print(f"The simulated league is served at {world.settings.odds_api_url}")
        return _dagster(world.settings, port, console)


def _dagster(settings: Settings, port: int, console: Console) -> int:
    prepare_home(settings)
    today = game_date_of(shifted_clock(settings.clock_shift)())
    console.print(f"Dagster UI on http://127.0.0.1:{port} (home {settings.home}, today {today}); Ctrl-C stops it")
    command = [
        sys.executable,
        "-m",
        "dagster",
        "dev",
        "-m",
        "nba_props.definitions",
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
    ]
    child = subprocess.Popen(command, env=child_environment(settings))
    previous = signal.signal(signal.SIGTERM, lambda *_: child.send_signal(signal.SIGINT))
    try:
        return child.wait()
    except KeyboardInterrupt:
        return child.wait(timeout=timedelta(seconds=30).total_seconds())
    finally:
        signal.signal(signal.SIGTERM, previous)

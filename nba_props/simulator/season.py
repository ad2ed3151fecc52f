"""One season put together: fixtures, absences, latents, box scores, and when each game really ran."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from nba_props.game_calendar import season_of
from nba_props.simulator.absences import Absences, draw_absences
from nba_props.simulator.boxscores import BoxScores, draw_box_scores
from nba_props.simulator.expectations import Latents, Setting, build_setting
from nba_props.simulator.players import Ints, PlayerPool
from nba_props.simulator.rosters import first_rosters, next_rosters, season_rosters
from nba_props.simulator.schedule import Fixtures, build_fixtures

SCHEDULED, IN_PLAY, FINAL = 1, 2, 3

_START_DELAY = (7 * 60, 12 * 60)
_REGULATION_SECONDS = (124 * 60, 137 * 60)
_OVERTIME_SECONDS = 13 * 60


@dataclass(frozen=True)
class Season:
    """A whole season as it will have been; what is visible at a moment is for the wire modules to say.

    Attributes:
        seed: the league's seed.
        pool: the players that slot indices refer to.
        started: epoch seconds at which the ball goes up, 7 to 12 minutes after the scheduled tip-off.
        finished: epoch seconds of the final whistle, from when the game is final and its box score published.
        latents: the truth, given who really is out, leading shape (games, 2, slots).
    """

    seed: int
    pool: PlayerPool
    fixtures: Fixtures
    setting: Setting
    absences: Absences
    latents: Latents
    box_scores: BoxScores
    started: Ints
    finished: Ints
    game_ids: tuple[str, ...]
    dates: tuple[date, ...]

    @property
    def name(self) -> str:
        """Such as ``2026-27``."""
        return season_of(self.fixtures.first_date)

    @property
    def start_year(self) -> int:
        """The year in which the season begins."""
        return self.fixtures.start_year

    @cached_property
    def teams(self) -> Ints:
        """Team indices, shape (games, 2), home first."""
        return np.stack([self.fixtures.home, self.fixtures.away], axis=1)

    def status(self, now: int) -> Ints:
        """1 scheduled, 2 in play, 3 final for each game at an epoch second."""
        return SCHEDULED + (self.started <= now).astype(np.int64) + (self.finished <= now)

    def generator(self, *stream: int) -> np.random.Generator:
        """A random generator that depends on the seed, the season and ``stream`` only."""
        return np.random.default_rng([self.seed, self.start_year, *stream])


def build_seasons(seed: int, start_years: range) -> list[Season]:
    """Consecutive seasons of one league, players carried over from each to the next."""
    seasons: list[Season] = []
    pool, slots = first_rosters(np.random.default_rng([seed, start_years[0], 0]))
    for year in start_years:
        streams = [np.random.default_rng([seed, year, number]) for number in range(1, 8)]
        if seasons:
            slots = next_rosters(pool, slots, year, streams[0])
        rosters = season_rosters(pool, slots, streams[1])
        fixtures = build_fixtures(year, streams[2])
        setting = build_setting(fixtures, rosters, streams[3])
        absences = draw_absences(fixtures, rosters, setting.players, streams[4])
        latents = setting.latents(np.arange(len(fixtures.home)), absences.out)
        box_scores = draw_box_scores(latents, setting.state_probability, streams[5])
        started, finished = _running_times(fixtures, box_scores.overtimes, streams[6])
        seasons.append(
            Season(
                seed,
                pool,
                fixtures,
                setting,
                absences,
                latents,
                box_scores,
                started,
                finished,
                tuple(fixtures.game_ids),
                tuple(fixtures.dates),
            )
        )
    return seasons


def _running_times(fixtures: Fixtures, overtimes: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    games = len(overtimes)
    started = fixtures.tipoff + rng.integers(*_START_DELAY, games)
    length = rng.integers(*_REGULATION_SECONDS, games) + _OVERTIME_SECONDS * overtimes
    return started, started + length

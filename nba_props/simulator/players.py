"""Fictional players: identity, position, talent and latent skill as rates of countable events per minute.

Every box score is made of the thirteen countable statistics of ``STATISTICS``; a market is a weighted sum
of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from nba_props.simulator.names import draw_names

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

STATISTICS = (
    "two_made",
    "two_missed",
    "three_made",
    "three_missed",
    "free_made",
    "free_missed",
    "offensive_rebounds",
    "defensive_rebounds",
    "assists",
    "steals",
    "blocks",
    "turnovers",
    "fouls",
)
POSITION = {name: index for index, name in enumerate(STATISTICS)}

MADE_SHOTS = tuple(POSITION[name] for name in ("two_made", "three_made"))
MISSED_SHOTS = tuple(POSITION[name] for name in ("two_missed", "three_missed"))
USAGE = tuple(POSITION[name] for name in STATISTICS[:6])

_POINTS = {"two_made": 2, "three_made": 3, "free_made": 1}
_REBOUNDS = {"offensive_rebounds": 1, "defensive_rebounds": 1}
_ASSISTS = {"assists": 1}
MARKET_WEIGHTS: dict[str, dict[str, int]] = {
    "points": _POINTS,
    "rebounds": _REBOUNDS,
    "assists": _ASSISTS,
    "threes": {"three_made": 1},
    "blocks": {"blocks": 1},
    "steals": {"steals": 1},
    "turnovers": {"turnovers": 1},
    "points_rebounds_assists": _POINTS | _REBOUNDS | _ASSISTS,
    "points_rebounds": _POINTS | _REBOUNDS,
    "points_assists": _POINTS | _ASSISTS,
    "rebounds_assists": _REBOUNDS | _ASSISTS,
}


def market_weights(market: str) -> Floats:
    """Weight of each statistic in a market, shape (statistics,)."""
    weights = np.zeros(len(STATISTICS))
    for name, weight in MARKET_WEIGHTS[market].items():
        weights[POSITION[name]] = weight
    return weights


_VETERAN_IDS = ((201_100, 204_100), (1_626_100, 1_631_400), (1_641_700, 1_642_999))
_ROOKIE_IDS = 1_643_000

_THREE_SHARE = np.array([0.42, 0.45, 0.43, 0.36, 0.16])
_TWO_ACCURACY = np.array([0.505, 0.515, 0.535, 0.555, 0.615])
_FREE_ACCURACY = np.array([0.84, 0.82, 0.79, 0.77, 0.69])
_REBOUNDS_PER_36 = np.array([4.2, 4.6, 6.0, 7.8, 10.8])
_OFFENSIVE_SHARE = np.array([0.12, 0.14, 0.18, 0.24, 0.32])
_ASSISTS_PER_36 = np.array([6.6, 4.3, 3.3, 2.8, 2.4])
_BLOCKS_PER_36 = np.array([0.35, 0.42, 0.6, 0.95, 1.9])
_FOULS_PER_36 = np.array([2.5, 2.7, 3.0, 3.4, 4.2])
_YEARLY_CHANGE = 0.05


@dataclass
class PlayerPool:
    """Every player there has been, indexed by position in the pool.

    Attributes:
        player_id: the league's integer id, shape (players,).
        name: as the league writes it, accents and suffix included.
        position: 0 point guard to 4 centre.
        talent: what earns minutes and shots; 2 is a star, 0 a rotation player, -1 the end of the bench.
        rates: events per minute on an average team, shape (players, statistics).
    """

    player_id: Ints
    name: list[str]
    position: Ints
    talent: Floats
    rates: Floats
    name_keys: set[str] = field(repr=False)

    def __len__(self) -> int:
        return len(self.name)

    def add(self, talent: Floats, position: Ints, ids: Ints, rng: np.random.Generator) -> Ints:
        """Add new players; returns their indices."""
        start = len(self)
        self.name += draw_names(rng, len(talent), self.name_keys)
        self.player_id = np.concatenate([self.player_id, ids])
        self.position = np.concatenate([self.position, position])
        self.talent = np.concatenate([self.talent, talent])
        self.rates = np.concatenate([self.rates, draw_rates(talent, position, rng)])
        return np.arange(start, len(self))

    def grow_older(self, rng: np.random.Generator) -> None:
        """Change every player's talent and rates from one season to the next."""
        self.talent = self.talent * 0.97 + rng.normal(0, 0.22, len(self))
        self.rates = self.rates * rng.lognormal(0, _YEARLY_CHANGE, self.rates.shape)


def empty_pool() -> PlayerPool:
    """A pool without players."""
    integers = np.zeros(0, dtype=np.int64)
    return PlayerPool(integers, [], integers, np.zeros(0), np.zeros((0, len(STATISTICS))), set())


def veteran_ids(count: int, rng: np.random.Generator) -> Ints:
    """Distinct ids in the ranges that players of many seasons have."""
    candidates = np.concatenate([np.arange(low, high) for low, high in _VETERAN_IDS])
    return rng.choice(candidates, size=count, replace=False)


def rookie_ids(count: int, start_year: int, rng: np.random.Generator) -> Ints:
    """Distinct ids of the newcomers of one season, later seasons higher."""
    base = _ROOKIE_IDS + 400 * (start_year - 2015)
    return base + rng.choice(np.arange(400), size=count, replace=False)


def draw_rates(talent: Floats, position: Ints, rng: np.random.Generator) -> Floats:
    """Events per minute for players of given talent and position, shape (players, statistics)."""

    def noise(spread: float) -> Floats:
        return rng.lognormal(-spread * spread / 2, spread, len(talent))

    def share(mean: Floats | float, spread: float, low: float, high: float) -> Floats:
        return np.clip(mean + rng.normal(0, spread, len(talent)), low, high)

    shots = 12.3 * np.exp(0.19 * talent) * noise(0.1)
    threes = shots * np.where(
        (position == 4) & (rng.random(len(talent)) < 0.4),
        0.02,
        share(_THREE_SHARE[position], 0.1, 0.03, 0.75),
    )
    frees = shots * np.maximum(0.15 + 0.045 * talent, 0.07) * noise(0.25)
    two_accuracy = share(_TWO_ACCURACY[position], 0.025, 0.42, 0.72)
    three_accuracy = share(0.358, 0.02, 0.27, 0.43)
    free_accuracy = share(_FREE_ACCURACY[position], 0.05, 0.48, 0.93)
    rebounds = _REBOUNDS_PER_36[position] * noise(0.18)
    offensive = share(_OFFENSIVE_SHARE[position], 0.03, 0.05, 0.45)
    assists = _ASSISTS_PER_36[position] * np.exp(0.13 * talent) * noise(0.28)
    columns = [
        (shots - threes) * two_accuracy,
        (shots - threes) * (1 - two_accuracy),
        threes * three_accuracy,
        threes * (1 - three_accuracy),
        frees * free_accuracy,
        frees * (1 - free_accuracy),
        rebounds * offensive,
        rebounds * (1 - offensive),
        assists,
        1.15 * noise(0.3),
        _BLOCKS_PER_36[position] * noise(0.35),
        (0.085 * shots + 0.13 * assists) * noise(0.15),
        _FOULS_PER_36[position] * noise(0.2),
    ]
    return np.stack(columns, axis=1) / 36

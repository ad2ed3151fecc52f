"""Box scores drawn from the latents, each statistic with exactly the distribution that the latents declare.

Team-mates share one ball: their draws are coupled by Gaussian copulas that make a team's total vary less
than the sum of independent players would, while every single player's distribution stays as declared. Only
two touches lie outside the declared distributions: one free throw added where a game would end level (about
one game in forty), and fouls cut at six.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import special

from nba_props.simulator.absences import Booleans
from nba_props.simulator.expectations import OVERTIME, STATES, Latents
from nba_props.simulator.players import POSITION, STATISTICS, Floats, Ints, market_weights

_COUPLED = {
    "two_made": 0.95,
    "three_made": 0.95,
    "free_made": 0.8,
    "offensive_rebounds": 0.5,
    "defensive_rebounds": 0.6,
    "assists": 0.5,
}
_GAME_SHARE, _TEAM_COUPLING = 0.2, 0.97
_DOUBLE_OVERTIME = 0.13
_MOST_MINUTES, _OVERTIME_MINUTES = 46, 4


@dataclass(frozen=True)
class BoxScores:
    """A season's box scores, home first.

    Attributes:
        plays: shape (games, 2, slots); who does not play has no row.
        counts: events, shape (games, 2, slots, statistics); 0 where he does not play.
        minutes: whole minutes, shape (games, 2, slots); a team's sum to 240 and 25 more for each overtime.
        plus_minus: shape (games, 2, slots).
        overtimes: shape (games,).
        state: index into ``STATES``, shape (games,).
    """

    plays: Booleans
    counts: Ints
    minutes: Ints
    plus_minus: Ints
    overtimes: Ints
    state: Ints

    def market(self, market: str) -> Ints:
        """What a market settles on, shape (games, 2, slots)."""
        return np.asarray(self.counts @ market_weights(market).astype(np.int64))

    @cached_property
    def score(self) -> Ints:
        """Final score, shape (games, 2)."""
        return np.asarray(self.market("points").sum(axis=2))


def draw_box_scores(latents: Latents, state_probability: Floats, rng: np.random.Generator) -> BoxScores:
    """Draw every game; latents have leading shape (games, 2, slots)."""
    games = len(state_probability)
    state = (rng.random((games, 1)) > np.cumsum(state_probability, axis=1)).sum(axis=1)
    state = np.minimum(state, len(STATES) - 1)
    at = state[:, None, None, None]
    plays = rng.random(latents.shape.shape) < np.take_along_axis(latents.plays, at, axis=3)[..., 0]
    minutes = np.take_along_axis(latents.exposure, at, axis=3)[..., 0] * plays
    factor = _factors(latents.shape, plays, rng)
    rates = np.take_along_axis(latents.state_rates(), at[..., None], axis=3)[:, :, :, 0]
    counts = _counts(rates * (minutes * factor)[..., None], plays, rng)
    overtimes = np.where(state == OVERTIME, 1 + (rng.random(games) < _DOUBLE_OVERTIME), 0)
    whole = _whole_minutes(minutes * factor**0.75, overtimes, rng)
    _break_ties(counts, whole, rng)
    plus_minus = _plus_minus(counts, whole, rng)
    return BoxScores(plays, counts, whole, plus_minus, overtimes, state)


def poisson_quantile(uniform: Floats, mean: Floats) -> Ints:
    """The smallest count whose Poisson distribution function reaches ``uniform``; same shapes."""
    term = np.exp(-mean)
    total, count = term.copy(), np.zeros(mean.shape, dtype=np.int64)
    above = uniform > total
    while above.any():
        count += above
        term = term * mean / np.maximum(count, 1)
        total = np.where(above, total + term, total)
        above &= (uniform > total) & (count < 200)
    return count


def apportion(shares: Floats, total: Ints) -> Ints:
    """Whole numbers near ``shares`` (..., n) that sum to ``total`` (...): largest remainders go up."""
    floor = np.floor(shares).astype(np.int64)
    missing = total - floor.sum(axis=-1)
    rank = np.argsort(np.argsort(-(shares - floor), axis=-1, kind="stable"), axis=-1)
    return np.asarray(floor + (rank < missing[..., None]))


def _coupled(shape: tuple[int, ...], plays: Booleans, share: float, rng: np.random.Generator) -> Floats:
    """Standard normal per player, negatively correlated among those of a team who play."""
    own, joint = rng.standard_normal(shape), rng.standard_normal(shape) * plays
    number = np.maximum(plays.sum(axis=-1, keepdims=True), 2)
    centred = (joint - joint.sum(axis=-1, keepdims=True) / number) * np.sqrt(number / (number - 1))
    return np.asarray(np.sqrt(1 - share) * own + np.sqrt(share) * centred)


def _factors(shape: Floats, plays: Booleans, rng: np.random.Generator) -> Floats:
    game = rng.standard_normal((len(plays), 1, 1))
    own = _coupled(plays.shape, plays, _TEAM_COUPLING, rng)
    normal = _GAME_SHARE * game + np.sqrt(1 - _GAME_SHARE**2) * own
    return np.asarray(special.gammaincinv(shape, special.ndtr(normal)) / shape)


def _counts(means: Floats, plays: Booleans, rng: np.random.Generator) -> Ints:
    counts = np.zeros(means.shape, dtype=np.int64)
    for column, name in enumerate(STATISTICS):
        mean = means[..., column]
        if name in _COUPLED:
            normal = _coupled(plays.shape, plays, _COUPLED[name], rng)
            counts[..., column] = poisson_quantile(special.ndtr(normal), mean)
        else:
            counts[..., column] = rng.poisson(mean)
    fouls = POSITION["fouls"]
    counts[..., fouls] = np.minimum(counts[..., fouls], 6)
    return counts


def _whole_minutes(desired: Floats, overtimes: Ints, rng: np.random.Generator) -> Ints:
    total = (240 + 25 * overtimes)[:, None, None]
    cap = (_MOST_MINUTES + _OVERTIME_MINUTES * overtimes)[:, None, None]
    shares = desired * rng.lognormal(0, 0.04, desired.shape)
    for _ in range(6):
        shares = np.minimum(shares * total / shares.sum(axis=-1, keepdims=True), cap)
    shares *= total / shares.sum(axis=-1, keepdims=True)
    return apportion(shares, np.broadcast_to(total[..., 0], shares.shape[:2]))


def _break_ties(counts: Ints, minutes: Ints, rng: np.random.Generator) -> None:
    points = (counts @ market_weights("points").astype(np.int64)).sum(axis=2)
    level = np.flatnonzero(points[:, 0] == points[:, 1])
    side = rng.integers(0, 2, len(level))
    slot = np.argmax(minutes[level, side], axis=1)
    counts[level, side, slot, POSITION["free_made"]] += 1


def _plus_minus(counts: Ints, minutes: Ints, rng: np.random.Generator) -> Ints:
    points = (counts @ market_weights("points").astype(np.int64)).sum(axis=2)
    margin = points - points[:, ::-1]
    share = minutes / minutes.sum(axis=-1, keepdims=True)
    noise = rng.normal(0, 1.3, minutes.shape) * np.sqrt(minutes)
    noise -= share * noise.sum(axis=-1, keepdims=True)
    return apportion(5 * margin[..., None] * share + noise, 5 * margin)

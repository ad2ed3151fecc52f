"""The predictive distribution of a counted statistic, and what can be read from it.

A distribution is given by its mean and its variance ratio (variance over mean). Above a ratio of 1 it is the
negative binomial with ``size = mean / (ratio - 1)`` and success probability ``1 / ratio``; at 1 and below it
is the Poisson distribution, as counts of independent events vary no less. Everything is vectorised over
arrays that broadcast, and each value depends on its own arguments only. What a system predicts, and what a
bet is worth, are told elsewhere.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special
from scipy.optimize import elementwise

from nba_props.contracts.predictions import QUANTILES

Floats = NDArray[np.float64]

NEGATIVE_BINOMIAL = "negative_binomial"
POISSON = "poisson"

LEAST_MEAN = 1e-12
"""Means below are taken as this, where the probability of anything but nought is negligible."""

GREATEST_MEAN = 1e4
"""Upper end of the search for a mean, far above any statistic."""

PROBABILITY_MARGIN = 1e-9
"""Probabilities nearer to 0 or 1 than this have no finite mean; they are taken as this far away."""

_POISSON_RATIO = 1 + 1e-9


def family(ratio: ArrayLike) -> NDArray[np.str_]:
    """Name of the family that a variance ratio selects."""
    return np.where(np.asarray(ratio, np.float64) > _POISSON_RATIO, NEGATIVE_BINOMIAL, POISSON)


def standard_deviation(mean: ArrayLike, ratio: ArrayLike) -> Floats:
    """Standard deviation: the root of mean times ratio, the ratio not below 1."""
    return np.asarray(np.sqrt(_mean(mean) * np.maximum(np.asarray(ratio, np.float64), 1.0)))


def at_most(value: ArrayLike, mean: ArrayLike, ratio: ArrayLike) -> Floats:
    """Probability of at most a value."""
    count, centre, spread = _broadcast(value, mean, ratio)
    whole = np.floor(count)
    inside = np.maximum(whole, 0)
    # Regularised incomplete beta and gamma functions: DLMF 8.17.24 and 8.11.
    overdispersed = special.betainc(_size(centre, spread), inside + 1, 1 / spread)
    below = np.where(spread > _POISSON_RATIO, overdispersed, special.pdtr(inside, centre))
    return np.where(whole < 0, 0.0, below)


def more_than(value: ArrayLike, mean: ArrayLike, ratio: ArrayLike) -> Floats:
    """Probability of more than a value; precise where it is small, unlike 1 - at_most."""
    count, centre, spread = _broadcast(value, mean, ratio)
    whole = np.floor(count)
    inside = np.maximum(whole, 0)
    overdispersed = special.betainc(inside + 1, _size(centre, spread), 1 - 1 / spread)
    above = np.where(spread > _POISSON_RATIO, overdispersed, special.pdtrc(inside, centre))
    return np.where(whole < 0, 1.0, above)


def exactly(value: ArrayLike, mean: ArrayLike, ratio: ArrayLike) -> Floats:
    """Probability of exactly a value; 0 unless it is a whole number."""
    count, centre, spread = _broadcast(value, mean, ratio)
    is_whole = (count == np.floor(count)) & (count >= 0)
    number = np.where(is_whole, count, 0.0)
    size = _size(centre, spread)
    combinations = special.gammaln(number + size) - special.gammaln(size) - special.gammaln(number + 1)
    overdispersed = combinations - size * np.log(spread) + special.xlog1py(number, -1 / spread)
    poisson = special.xlogy(number, centre) - centre - special.gammaln(number + 1)
    density = np.exp(np.where(spread > _POISSON_RATIO, overdispersed, poisson))
    return np.where(is_whole, np.minimum(density, 1.0), 0.0)


def over_push_under(line: ArrayLike, mean: ArrayLike, ratio: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Probabilities of more than, exactly and less than a line; they sum to one. Only a whole-number line can
    push."""
    over = more_than(line, mean, ratio)
    push = np.minimum(exactly(line, mean, ratio), 1 - over)
    return over, push, np.maximum(1 - over - push, 0.0)


def over_given_no_push(line: ArrayLike, mean: ArrayLike, ratio: ArrayLike) -> Floats:
    """Probability of more than a line, given that it does not push."""
    over = more_than(line, mean, ratio)
    under = at_most(np.ceil(np.asarray(line, np.float64)) - 1, mean, ratio)
    return np.asarray(over / (over + under))


def quantiles(mean: ArrayLike, ratio: ArrayLike) -> dict[str, Floats]:
    """The quantiles that a prediction carries, by column: the smallest whole number that is not exceeded with
    at least the quantile's probability."""
    _, centre, spread = _broadcast(0.0, mean, ratio)
    is_overdispersed = spread > _POISSON_RATIO
    size = _size(centre, spread)
    density = np.where(is_overdispersed, np.exp(-size * np.log(spread)), np.exp(-centre))
    cumulative = density.copy()
    found = {name: np.zeros_like(centre) for name in QUANTILES}
    highest = max(QUANTILES.values())
    # Far in the tail the sum stalls a rounding error below one, but long after every quantile.
    for value in range(1, _values_to_try(centre, spread, highest) + 1):
        if not np.any(cumulative < highest):
            break
        for name, probability in QUANTILES.items():
            found[name] += cumulative < probability
        step = np.where(is_overdispersed, (value - 1 + size) * (1 - 1 / spread), centre)
        density = density * step / value
        cumulative = cumulative + density
    return found


def mean_from_over_probability(line: ArrayLike, probability: ArrayLike, ratio: ArrayLike) -> Floats:
    """The mean at which over has the given probability, given no push.

    Args:
        line: line above 0.
        probability: of over given no push; the limits 0 and 1 are taken as ``PROBABILITY_MARGIN`` inside.
        ratio: variance ratio.

    Returns:
        Means, exact to the last digits of double precision. The probability of over rises with the mean, so
        there is exactly one.
    """
    limit, wanted, spread = np.broadcast_arrays(
        *(np.asarray(argument, np.float64) for argument in (line, probability, ratio))
    )
    if limit.size == 0:
        return np.zeros_like(limit)
    wanted = np.clip(wanted, PROBABILITY_MARGIN, 1 - PROBABILITY_MARGIN)
    ends = (np.full(limit.shape, np.log(LEAST_MEAN)), np.full(limit.shape, np.log(GREATEST_MEAN)))
    found = elementwise.find_root(_excess_of_over, ends, args=(limit, wanted, spread))
    return np.asarray(np.exp(found.x))


def _excess_of_over(log_mean: Floats, line: Floats, probability: Floats, ratio: Floats) -> Floats:
    return over_given_no_push(line, np.exp(log_mean), ratio) - probability


def _values_to_try(mean: Floats, ratio: Floats, probability: float) -> int:
    """A value above every quantile of at most ``probability``, by Chebyshev's inequality."""
    reach = mean + np.sqrt(mean * ratio / (1 - probability))
    return int(np.ceil(np.max(reach, initial=0.0))) + 1


def _mean(mean: ArrayLike) -> Floats:
    return np.maximum(np.asarray(mean, np.float64), LEAST_MEAN)


def _size(mean: Floats, ratio: Floats) -> Floats:
    """Size of the negative binomial; where the ratio selects Poisson any positive number, as it is not
    used."""
    excess = np.where(ratio > _POISSON_RATIO, ratio - 1, 1.0)
    return np.asarray(mean / excess)


def _broadcast(value: ArrayLike, mean: ArrayLike, ratio: ArrayLike) -> tuple[Floats, Floats, Floats]:
    first, second, third = np.broadcast_arrays(
        np.asarray(value, np.float64), _mean(mean), np.maximum(np.asarray(ratio, np.float64), 1.0)
    )
    return first, second, third

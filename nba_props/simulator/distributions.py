"""Exact probabilities of markets: the characteristic function of the latent mixture, inverted by FFT.

Given state and gamma factor a market is a compound Poisson variable, ``sum(weight * Poisson(rate *
exposure))``. Integrating the gamma factor out gives ``(1 - exposure * psi(t) / shape) ** -shape`` with
``psi(t) = sum(rate * (exp(i * t * weight) - 1))``; the states are mixed with their weights.
"""

from __future__ import annotations

import numpy as np

from nba_props.simulator.expectations import Latents
from nba_props.simulator.players import Floats, market_weights

SUPPORT = {
    "points": 128,
    "rebounds": 64,
    "assists": 64,
    "threes": 32,
    "blocks": 32,
    "steals": 32,
    "turnovers": 32,
    "points_rebounds_assists": 160,
    "points_rebounds": 128,
    "points_assists": 128,
    "rebounds_assists": 64,
}
_CHUNK = 2000


def probabilities(latents: Latents, market: str) -> Floats:
    """Probability of each whole value 0, 1, ... given that the player plays, shape (..., SUPPORT[market])."""
    leading = latents.shape.shape
    rows = int(np.prod(leading))
    flat = Latents(
        latents.exposure.reshape(rows, -1),
        latents.plays.reshape(rows, -1),
        latents.weight.reshape(rows, -1),
        latents.shape.reshape(rows),
        latents.rates.reshape(rows, -1),
        latents.side.reshape(rows),
    )
    result = np.empty((rows, SUPPORT[market]))
    for start in range(0, rows, _CHUNK):
        part = slice(start, start + _CHUNK)
        result[part] = _inverted(flat[part], market)
    return result.reshape(*leading, SUPPORT[market])


def at_least(probability: Floats) -> Floats:
    """Probability of reaching each value 0, 1, ..., n (n the support), shape (..., support + 1)."""
    tail = np.cumsum(probability[..., ::-1], axis=-1)[..., ::-1]
    return np.concatenate([np.minimum(tail, 1.0), np.zeros((*tail.shape[:-1], 1))], axis=-1)


def _inverted(latents: Latents, market: str) -> Floats:
    support = SUPPORT[market]
    weights = market_weights(market)
    rates = latents.state_rates()
    angles = 2 * np.pi * np.arange(support // 2 + 1) / support
    psi = np.zeros((*latents.exposure.shape, len(angles)), dtype=np.complex128)
    for weight in np.unique(weights[weights > 0]):
        rate = rates[..., weights == weight].sum(axis=-1)
        psi += rate[..., None] * (np.exp(1j * weight * angles) - 1)
    shape = latents.shape[:, None, None]
    by_state = np.exp(-shape * np.log(1 - latents.exposure[..., None] / shape * psi))
    characteristic = (latents.weight[..., None] * by_state).sum(axis=1)
    return np.clip(np.fft.irfft(np.conj(characteristic), n=support, axis=-1), 0, None)

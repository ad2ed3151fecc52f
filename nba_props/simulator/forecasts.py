"""What a bookmaker with perfect knowledge of the model would say of a game, given who is known to be out.

Tails of the markets are tabulated at a few scales of exposure, so that a bookmaker who thinks that a player
will do 5 % better than he should can be answered by interpolation.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from nba_props.simulator.absences import Booleans
from nba_props.simulator.distributions import at_least, probabilities
from nba_props.simulator.expectations import Latents
from nba_props.simulator.players import Floats, Ints
from nba_props.simulator.rosters import ROSTER_SIZE
from nba_props.simulator.season import Season

_LOG_SCALES = np.linspace(-0.36, 0.36, 5)
_MINUTES_FOR_LINES = 14.0


@dataclass
class Forecast:
    """Forecast of one game; players are numbered 0 to 29, the home team's slots first.

    Attributes:
        latents: leading shape (30,), exposure already scaled by what is left of the game.
        rank: place in the team by expected minutes, shape (30,); ROSTER_SIZE where no line would be offered.
        points: expected points of each team, shape (2,).
    """

    latents: Latents
    rank: Ints
    points: Floats
    _tails: dict[str, Floats] = field(default_factory=dict, repr=False)
    _means: dict[str, Floats] = field(default_factory=dict, repr=False)

    def means(self, market: str) -> Floats:
        """Expectation of a market, shape (30,)."""
        if market not in self._means:
            self._means[market] = self.latents.expectation(market)
        return self._means[market]

    def tail(self, market: str, players: Ints, log_scale: Floats) -> Floats:
        """Probability of reaching 0, 1, ... for some players at exp(log_scale) times their exposure."""
        table = self._table(market)
        position = np.interp(log_scale, _LOG_SCALES, np.arange(len(_LOG_SCALES)))
        low = np.minimum(position.astype(np.int64), len(_LOG_SCALES) - 2)
        share = (position - low)[:, None]
        return np.asarray((1 - share) * table[low, players] + share * table[low + 1, players])

    def _table(self, market: str) -> Floats:
        if market not in self._tails:
            offered = np.flatnonzero(self.rank < ROSTER_SIZE)
            scales = np.broadcast_to(np.exp(_LOG_SCALES)[:, None], (len(_LOG_SCALES), len(offered)))
            tails = at_least(probabilities(self.latents[offered].scaled(scales), market))
            table = np.zeros((len(_LOG_SCALES), 2 * ROSTER_SIZE, tails.shape[-1]))
            table[:, offered] = tails
            self._tails[market] = table
        return self._tails[market]


def forecast(season: Season, game: int, out: Booleans, left: float = 1.0) -> Forecast:
    """The forecast of what is ``left`` of a game (1 before it) if those of ``out`` (2, slots) do not play."""
    latents = season.setting.latents(np.array([game]), out[None])[0]
    per_player = latents.exposure[..., 0] * latents.plays[..., 0]
    order = np.argsort(np.argsort(-per_player, axis=1, kind="stable"), axis=1)
    rank = np.where(per_player >= _MINUTES_FOR_LINES, order, ROSTER_SIZE)
    chance = (latents.plays * season.setting.state_probability[game]).sum(axis=-1)
    points = (latents.expectation("points") * chance).sum(axis=1)
    flat = _flattened(latents).scaled(np.full(2 * ROSTER_SIZE, max(left, 1e-3)))
    return Forecast(flat, rank.ravel(), points * left)


def _flattened(latents: Latents) -> Latents:
    players = 2 * ROSTER_SIZE
    return Latents(
        latents.exposure.reshape(players, -1),
        latents.plays.reshape(players, -1),
        latents.weight.reshape(players, -1),
        latents.shape.reshape(players),
        latents.rates.reshape(players, -1),
        latents.side.reshape(players),
    )

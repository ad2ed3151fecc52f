"""What a player may expect of a game given who is known to be out: minutes, usage, rates.

The model that box scores are drawn from, and therefore the truth. A game takes one of four ``STATES``,
drawn with known probabilities. Given the state, a player's exposure is ``minutes * factor`` where the
factor is gamma distributed with mean 1, and each countable statistic is Poisson with mean ``rate *
exposure``. So every market is a finite mixture of (compound) negative binomial distributions, which
``distributions`` evaluates exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from nba_props.simulator.absences import Booleans
from nba_props.simulator.players import (
    MADE_SHOTS,
    MISSED_SHOTS,
    POSITION,
    STATISTICS,
    USAGE,
    Floats,
    Ints,
    market_weights,
)
from nba_props.simulator.rosters import Rosters
from nba_props.simulator.schedule import Fixtures
from nba_props.simulator.venues import TEAM_COUNT

STATES = ("regular", "home_blowout", "away_blowout", "overtime")
OVERTIME = STATES.index("overtime")

_BLOWOUT, _OVERTIME = 0.075, 0.055
_LOPSIDED = 9.0
_HOME_EDGE, _TIRED = 1.013, 0.984
_REGULATION_CAP = 41.0
_USAGE_SHARED, _REBOUNDS_SHARED = 0.75, 0.7
_WEEKLY_FORM = 0.022


@dataclass(frozen=True)
class Latents:
    """The parameters of players' games; every array begins with the same leading shape ``...``.

    Attributes:
        exposure: mean minutes in each state if he plays, shape (..., states).
        plays: probability that he plays in each state, shape (..., states).
        weight: probability of each state given that he plays, shape (..., states).
        shape: shape of the gamma factor, shape (...); its variance is 1 / shape.
        rates: events per minute in a regular game, shape (..., statistics).
        side: 0 home, 1 away, shape (...).
    """

    exposure: Floats
    plays: Floats
    weight: Floats
    shape: Floats
    rates: Floats
    side: Ints

    def __getitem__(self, index: Any) -> Latents:
        """The same for a selection along the leading shape."""
        parts = (self.exposure, self.plays, self.weight, self.shape, self.rates, self.side)
        return Latents(*(part[index] for part in parts))

    def scaled(self, factor: Floats) -> Latents:
        """Exposure times ``factor``, whose shape (..., or with more leading axes) is that of the result."""
        part = (*factor.shape, len(STATES))
        return Latents(
            self.exposure * factor[..., None],
            np.broadcast_to(self.plays, part),
            np.broadcast_to(self.weight, part),
            np.broadcast_to(self.shape, factor.shape),
            np.broadcast_to(self.rates, (*factor.shape, len(STATISTICS))),
            np.broadcast_to(self.side, factor.shape),
        )

    def state_rates(self) -> Floats:
        """Events per minute in each state, shape (..., states, statistics)."""
        return self.rates[..., None, :] * STATE_RATES[self.side]

    def expectation(self, market: str) -> Floats:
        """Mean of a market given that the player plays, shape (...)."""
        per_minute = self.state_rates() @ market_weights(market)
        return np.asarray((self.weight * self.exposure * per_minute).sum(axis=-1))


def _state_rates() -> Floats:
    factors = np.ones((2, len(STATES), len(STATISTICS)))
    for side, state, made, missed in ((0, 1, 1.05, 0.96), (0, 2, 0.955, 1.04)):
        for away in (0, 1):
            mirrored = state if side == away else 3 - state
            factors[away, mirrored, MADE_SHOTS] = made
            factors[away, mirrored, MISSED_SHOTS] = missed
    return factors


STATE_RATES = _state_rates()


@dataclass(frozen=True)
class Setting:
    """Everything about a season's games but who is out.

    Attributes:
        players: occupant of each slot, shape (games, 2, slots), home first.
        state_probability: shape (games, states).
        shot_factor: on made shots, from the opponent, the court and tired legs, shape (games, 2).
        pace: on everything, shape (games,).
        form: on shots and assists, slowly drifting, shape (games, 2, slots).
        rosters: minutes and rates of the players.
    """

    players: Ints
    state_probability: Floats
    shot_factor: Floats
    pace: Floats
    form: Floats
    rosters: Rosters

    def latents(self, games: Ints, out: Booleans) -> Latents:
        """Latents of some games when the players of ``out`` (len(games), 2, slots) do not play.

        Leading shape (len(games), 2, slots). Who is out has probability 0 of playing.
        """
        players = self.players[games]
        base, likely = self.rosters.minutes[players], self.rosters.participation[players]
        minutes, chance = _expected_minutes(base, likely, ~out)
        rates = self._rates(games, base * likely, minutes * chance)
        involvement = np.clip((minutes - 8) / 20, 0, 1)
        exposure = minutes[..., None] * _minutes_factor(involvement)
        plays = np.minimum(chance[..., None] * _chance_factor(involvement), 1)
        weight = plays * self.state_probability[games][:, None, None, :]
        total = weight.sum(axis=-1, keepdims=True)
        weight = np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)
        spread = np.clip(0.13 + 0.010 * (36 - minutes), 0.12, 0.45)
        side = np.broadcast_to(np.array([[0], [1]]), players.shape)
        return Latents(exposure, plays, weight, 1 / spread**2, rates, side)

    def _rates(self, games: Ints, base: Floats, minutes: Floats) -> Floats:
        own = self.rosters.rates[self.players[games]]
        rates = own * self.pace[games][:, None, None, None]
        assists = POSITION["assists"]
        for columns, shared in (
            (USAGE, _USAGE_SHARED),
            ((assists,), _USAGE_SHARED),
            (_REBOUNDS, _REBOUNDS_SHARED),
        ):
            total = own[..., columns].sum(axis=-1)
            ratio = (base * total).sum(axis=-1) / np.maximum((minutes * total).sum(axis=-1), 1e-9)
            rates[..., columns] *= (np.clip(ratio, 0.8, 1.7) ** shared)[..., None, None]
        rates[..., (*USAGE, assists)] *= self.form[games][..., None]
        rates[..., MADE_SHOTS] *= self.shot_factor[games][..., None, None]
        return np.asarray(rates)


_REBOUNDS = (POSITION["offensive_rebounds"], POSITION["defensive_rebounds"])


def build_setting(fixtures: Fixtures, rosters: Rosters, rng: np.random.Generator) -> Setting:
    """Draw teams' pace and defence and players' form for one season."""
    games = np.arange(len(fixtures.home))
    teams = np.stack([fixtures.home, fixtures.away], axis=1)
    players = rosters.on_day(fixtures.day)[games[:, None], teams]
    pace, defence = rng.normal(1, 0.022, TEAM_COUNT), rng.normal(1, 0.02, TEAM_COUNT)
    court = np.array([_HOME_EDGE, 1 / _HOME_EDGE])
    shot_factor = defence[teams[:, ::-1]] * court * np.where(fixtures.rest_days == 1, _TIRED, 1.0)
    offence = (rosters.rates @ market_weights("points")) * rosters.minutes * rosters.participation
    points = offence[players].sum(axis=2) * shot_factor
    weeks = int(fixtures.day.max()) // 7 + 1
    drift = rng.normal(0, _WEEKLY_FORM, (len(rosters.minutes), weeks)).cumsum(axis=1)
    form = np.exp(drift)[players, (fixtures.day // 7)[:, None, None]]
    probability = _state_probability(points[:, 0] - points[:, 1])
    return Setting(players, probability, shot_factor, pace[teams].prod(axis=1), form, rosters)


def _state_probability(margin: Floats) -> Floats:
    tilt = np.clip(margin / _LOPSIDED, -1.6, 1.6)
    home, away = _BLOWOUT * np.exp(tilt), _BLOWOUT * np.exp(-tilt)
    overtime = np.full(len(margin), _OVERTIME)
    return np.stack([1 - home - away - overtime, home, away, overtime], axis=1)


def _minutes_factor(involvement: Floats) -> Floats:
    blowout = 0.86 + 0.85 * (1 - involvement) ** 2
    return np.stack([np.ones_like(involvement), blowout, blowout, 1 + 0.09 * involvement], axis=-1)


def _chance_factor(involvement: Floats) -> Floats:
    blowout = 1 + 1.2 * (1 - involvement)
    return np.stack([np.ones_like(involvement), blowout, blowout, np.ones_like(involvement)], axis=-1)


def _expected_minutes(base: Floats, likely: Floats, available: Booleans) -> tuple[Floats, Floats]:
    """Minutes if he plays and the chance that he does; expected minutes of a team sum to 240."""
    minutes, chance = base * available, likely * available
    for _ in range(4):
        short = 240 - (minutes * chance).sum(axis=-1, keepdims=True)
        room = chance * (minutes + 4) * np.maximum(_REGULATION_CAP - minutes, 0) * available
        gained = short * room / np.maximum((room * chance).sum(axis=-1, keepdims=True), 1e-9)
        minutes = np.where(short > 0, np.minimum(minutes + gained, _REGULATION_CAP), minutes)
        chance = np.minimum(np.maximum(chance, likely * available + 0.12 * (minutes - base) * available), 1)
    total = (minutes * chance).sum(axis=-1, keepdims=True)
    return minutes * 240 / total, chance

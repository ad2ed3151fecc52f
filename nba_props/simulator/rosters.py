"""Who plays where: fifteen players a team ranked by talent, their minutes, and the trades of a season."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nba_props.simulator.players import (
    POSITION,
    STATISTICS,
    USAGE,
    Floats,
    Ints,
    PlayerPool,
    empty_pool,
    market_weights,
    rookie_ids,
    veteran_ids,
)
from nba_props.simulator.venues import TEAM_COUNT

ROSTER_SIZE = 15
ROLES = ("starter",) * 5 + ("rotation",) * 4 + ("bench",) * 4 + ("two_way",) * 2

_MINUTES = np.array([35.2, 33.8, 32.2, 30.4, 28.2, 24.2, 21.0, 18.0, 15.0, 8.5, 7.0, 6.0, 5.5, 4.5, 4.0])
_PARTICIPATION = np.array([1.0] * 9 + [0.72, 0.55, 0.4, 0.35, 0.22, 0.16])
_TALENT = np.array([2.3, 1.6, 1.1, 0.8, 0.6, 0.3, 0.1, -0.1, -0.3, -0.7, -0.9, -1.0, -1.1, -1.4, -1.5])
_TRADES = 6
_FIRST_TRADE_DAY, _LAST_TRADE_DAY = 55, 107
_RETIRED, _MOVED = 45, 75


@dataclass(frozen=True)
class Trade:
    """Two players change teams before the games of ``day`` (days since opening night)."""

    day: int
    teams: tuple[int, int]
    slots: tuple[int, int]
    players: tuple[int, int]


@dataclass(frozen=True)
class Rosters:
    """One season's rosters.

    Attributes:
        occupant: player (index into the pool) in each slot after 0, 1, ... trades, shape
            (trades + 1, teams, slots).
        trades: in order of day.
        minutes: a player's minutes when his team is whole and he plays, shape (players,).
        participation: probability that he plays then, shape (players,).
        role: index into ``ROLES`` of his slot at the season's start, shape (players,).
        rates: events per minute in his team's setting, shape (players, statistics).
    """

    occupant: Ints
    trades: tuple[Trade, ...]
    minutes: Floats
    participation: Floats
    role: Ints
    rates: Floats

    def on_day(self, day: Ints) -> Ints:
        """Occupants on given days, shape (*day.shape, teams, slots)."""
        epochs = np.searchsorted(np.array([trade.day for trade in self.trades]), day, side="right")
        return self.occupant[epochs]


def first_rosters(rng: np.random.Generator) -> tuple[PlayerPool, Ints]:
    """A new league: the pool of players and the player in each slot, shape (teams, slots)."""
    pool = empty_pool()
    talent = np.tile(_TALENT, (TEAM_COUNT, 1)) + rng.normal(0, 0.3, (TEAM_COUNT, ROSTER_SIZE))
    positions = np.stack([_positions(rng) for _ in range(TEAM_COUNT)])
    ids = veteran_ids(talent.size, rng)
    players = pool.add(talent.ravel(), positions.ravel(), ids, rng)
    return pool, _ranked(pool, players.reshape(TEAM_COUNT, ROSTER_SIZE))


def next_rosters(pool: PlayerPool, slots: Ints, start_year: int, rng: np.random.Generator) -> Ints:
    """The slots of the season after: some retire, move or arrive; the pool grows older in place."""
    pool.grow_older(rng)
    members = slots.ravel()
    leaving = members[np.argsort(pool.talent[members] + rng.normal(0, 0.7, len(members)))][:_RETIRED]
    staying = np.setdiff1d(members, leaving)
    moving = rng.choice(staying, size=_MOVED, replace=False)
    talent = rng.normal(-0.6, 0.8, _RETIRED)
    rookies = pool.add(talent, rng.integers(0, 5, _RETIRED), rookie_ids(_RETIRED, start_year, rng), rng)
    vacant = np.isin(slots, np.concatenate([leaving, moving]))
    filled = slots.copy()
    filled[vacant] = rng.permutation(np.concatenate([moving, rookies]))
    return _ranked(pool, filled)


def season_rosters(pool: PlayerPool, slots: Ints, rng: np.random.Generator) -> Rosters:
    """Minutes, roles, rates and trades of one season for the players in ``slots`` (teams, slots)."""
    minutes, participation = np.zeros(len(pool)), np.zeros(len(pool))
    role = np.zeros(len(pool), dtype=np.int64)
    drawn = np.tile(_MINUTES, (TEAM_COUNT, 1)) * rng.lognormal(0, 0.05, slots.shape)
    drawn *= 240 / (drawn * _PARTICIPATION).sum(axis=1, keepdims=True)
    minutes[slots] = drawn
    participation[slots] = _PARTICIPATION
    role[slots] = np.arange(ROSTER_SIZE)
    rates = pool.rates.copy()
    rates[slots] *= _team_scales(rates[slots], drawn * _PARTICIPATION, rng)
    trades, occupant = _draw_trades(slots, minutes, rng)
    return Rosters(occupant, trades, minutes, participation, role, rates)


def _positions(rng: np.random.Generator) -> Ints:
    starters, others = rng.permutation(5), rng.permutation(np.repeat(np.arange(5), 2))
    return np.concatenate([starters, others])


def _ranked(pool: PlayerPool, slots: Ints) -> Ints:
    order = np.argsort(-pool.talent[slots], axis=1, kind="stable")
    return np.take_along_axis(slots, order, axis=1)


def _team_scales(rates: Floats, minutes: Floats, rng: np.random.Generator) -> Floats:
    """Factors that give each team believable totals a game, shape (teams, 1, statistics)."""
    totals = np.einsum("ts,tsk->tk", minutes, rates)
    scales = np.ones((TEAM_COUNT, len(STATISTICS)))
    points = totals @ market_weights("points")
    scales[:, USAGE] = (rng.normal(113.5, 3.6, TEAM_COUNT) / points)[:, None]
    targets = {
        "offensive_rebounds": (10.8, 0.9),
        "defensive_rebounds": (33.2, 1.0),
        "assists": (26.3, 1.8),
        "steals": (8.2, 0.6),
        "blocks": (4.9, 0.5),
        "turnovers": (13.8, 0.8),
        "fouls": (19.2, 1.0),
    }
    for name, (mean, spread) in targets.items():
        column = POSITION[name]
        scales[:, column] = rng.normal(mean, spread, TEAM_COUNT) / totals[:, column]
    return scales[:, None, :]


def _draw_trades(slots: Ints, minutes: Floats, rng: np.random.Generator) -> tuple[tuple[Trade, ...], Ints]:
    days = np.sort(rng.choice(np.arange(_FIRST_TRADE_DAY, _LAST_TRADE_DAY), size=_TRADES, replace=False))
    teams = rng.permutation(TEAM_COUNT)[: 2 * _TRADES].reshape(_TRADES, 2)
    occupant, trades = [slots], []
    for day, (one, two) in zip(days.tolist(), teams.tolist(), strict=True):
        slot = int(rng.integers(1, 9))
        other = int(np.argmin(np.abs(minutes[slots[two]] - minutes[slots[one, slot]])))
        ours, theirs = int(slots[one, slot]), int(slots[two, other])
        after = occupant[-1].copy()
        after[one, slot], after[two, other] = theirs, ours
        occupant.append(after)
        trades.append(Trade(day, (one, two), (slot, other), (ours, theirs)))
    return tuple(trades), np.stack(occupant)

"""The bookmakers: their habits, how they spell names, and how they turn a probability into a price."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from nba_props.simulator.names import split_suffix, without_accents
from nba_props.simulator.players import Floats, Ints

PROP_KEYS = {
    "points": "player_points",
    "rebounds": "player_rebounds",
    "assists": "player_assists",
    "threes": "player_threes",
    "points_rebounds_assists": "player_points_rebounds_assists",
    "steals": "player_steals",
    "blocks": "player_blocks",
}
"""Markets that are offered, by their key upstream."""


@dataclass(frozen=True)
class Bookmaker:
    """One bookmaker's habits.

    Attributes:
        key, title, region: as The Odds API has them.
        opens_hours: hours before the scheduled tip-off at which his player props open.
        margin: sum of the implied probabilities of both sides, less one.
        price_step: American prices are rounded to multiples of this.
        players_a_team: how many players a team he prices.
        mixes_alternates: alternate lines stand in the same market as the main ones.
        offers_ladder: has a ``player_points_alternate`` market, overs only.
        whole_lines: share of points, PRA and rebounds lines that are whole numbers.
        one_sided: share of lines with the over only.
        in_play: keeps player props open while the game runs.
        keeps_suffix, dots_initials: spelling of names; accents are always lost.
    """

    key: str
    title: str
    region: str
    opens_hours: float
    margin: float
    price_step: int
    players_a_team: int
    mixes_alternates: bool = False
    offers_ladder: bool = False
    whole_lines: float = 0.0
    one_sided: float = 0.0
    in_play: bool = True
    keeps_suffix: bool = True
    dots_initials: bool = True

    def spelling(self, name: str) -> str:
        """The name as this bookmaker writes it."""
        return _spelled(name, self.keeps_suffix, self.dots_initials)


@cache
def _spelled(name: str, keeps_suffix: bool, dots_initials: bool) -> str:
    plain, suffix = split_suffix(without_accents(name))
    first, _, rest = plain.partition(" ")
    if not dots_initials:
        first = first.replace(".", "")
    return f"{first} {rest} {suffix}" if suffix and keeps_suffix else f"{first} {rest}"


BOOKMAKERS = (
    Bookmaker("draftkings", "DraftKings", "us", 13.9, 0.062, 1, 9, dots_initials=False),
    Bookmaker("fanduel", "FanDuel", "us", 13.2, 0.058, 2, 9, offers_ladder=True, keeps_suffix=False),
    Bookmaker("betmgm", "BetMGM", "us", 12.9, 0.060, 5, 8, one_sided=0.03, keeps_suffix=False),
    Bookmaker("williamhill_us", "Caesars", "us", 12.6, 0.064, 1, 8, whole_lines=0.03),
    Bookmaker(
        "betrivers",
        "BetRivers",
        "us",
        12.2,
        0.066,
        1,
        8,
        mixes_alternates=True,
        in_play=False,
        keeps_suffix=False,
        dots_initials=False,
    ),
    Bookmaker("espnbet", "ESPN BET", "us2", 12.0, 0.060, 5, 7, one_sided=0.02, in_play=False),
)


def american_prices(probability: Floats, margin: Floats | float, step: npt.ArrayLike) -> Ints:
    """American prices of outcomes with fair ``probability`` at a margin, rounded to multiples of ``step``."""
    implied = np.clip(probability * (1 + np.asarray(margin)), 0.005, 0.985)
    favourite = implied > 0.5
    price = np.where(favourite, -100 * implied / (1 - implied), 100 * (1 - implied) / implied)
    steps = np.asarray(step)
    rounded = (np.round(price / steps) * steps).astype(np.int64)
    return np.where(np.abs(rounded) <= 100, 100, rounded)


def decimal_price(american: int) -> float:
    """The decimal price of an American one, two decimals as the API gives it."""
    return round(1 + (american / 100 if american > 0 else 100 / -american), 2)

"""The player-prop markets: their names here, their keys upstream, and the statistic each one settles on."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Market:
    """One market.

    Attributes:
        name: its name in every table.
        label: its short name on the board.
        statistics: the box-score columns whose sum settles it.
        odds_api_key: its key at The Odds API; the key of its alternate lines is the same with ``_alternate``.
    """

    name: str
    label: str
    statistics: tuple[str, ...]
    odds_api_key: str

    def actual(self) -> pl.Expr:
        """The settled value from box-score columns."""
        return pl.sum_horizontal(self.statistics).cast(pl.Float64).alias(self.name)


_ALL = (
    Market("points", "PTS", ("points",), "player_points"),
    Market("rebounds", "REB", ("rebounds",), "player_rebounds"),
    Market("assists", "AST", ("assists",), "player_assists"),
    Market("threes", "3PM", ("threes",), "player_threes"),
    Market("blocks", "BLK", ("blocks",), "player_blocks"),
    Market("steals", "STL", ("steals",), "player_steals"),
    Market("turnovers", "TOV", ("turnovers",), "player_turnovers"),
    Market("points_rebounds_assists", "PRA", ("points", "rebounds", "assists"), "player_points_rebounds_assists"),
    Market("points_rebounds", "P+R", ("points", "rebounds"), "player_points_rebounds"),
    Market("points_assists", "P+A", ("points", "assists"), "player_points_assists"),
    Market("rebounds_assists", "R+A", ("rebounds", "assists"), "player_rebounds_assists"),
)
MARKETS = {market.name: market for market in _ALL}
MARKET_NAMES = tuple(MARKETS)

PREDICTED_MARKETS = ("points", "rebounds", "assists", "threes", "points_rebounds_assists", "steals", "blocks")
"""Markets that every system predicts; lines of the others are stored, graded against nothing."""

ALTERNATE_SUFFIX = "_alternate"
GAME_LINE_MARKETS = ("h2h", "spreads", "totals")

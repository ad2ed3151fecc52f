"""Precompute table of composite factors: what a game's circumstances do to a player's expectation."""

from __future__ import annotations

from typing import Any

import polars as pl

from nba_props.contracts import columns as c
from nba_props.contracts.table import Table, declared


def _share(description: str, low: float, high: float) -> tuple[Any, Any]:
    return float, c.number(
        f"{description} Share of his expectation, {low} to {high}; null if unknown.", nullable=True, ge=low, le=high
    )


PlayerCompositeFactors = declared(
    "PlayerCompositeFactors",
    """Adjustments of a player's expectation by a game's circumstances, as of the row's moment: one row a player and
    game of the upcoming context. Positive raises the expectation, negative lowers it; each stands for itself. None
    is made of a betting line.""",
    {
        "player_id": (int, c.player_id()),
        "game_id": (str, c.game_id()),
        "game_date": (pl.Date, c.game_date()),
        "fatigue_score": (
            float,
            c.number("How tired he is, 0 rested to 1 spent; formula in the module.", nullable=True, ge=0, le=1),
        ),
        "fatigue_adjustment": _share("What tiredness takes from him.", -0.15, 0.0),
        "zone_mismatch_adjustment": _share(
            "Where he shoots against what the opponent allows there, in points per shot.", -0.2, 0.2
        ),
        "pace_adjustment": _share("The game's expected pace against that of his team's games.", -0.15, 0.15),
        "usage_shift_adjustment": _share("Plays of absent team-mates that fall to him.", 0.0, 0.4),
    },
)

PLAYER_COMPOSITE_FACTORS = Table(
    "precompute", "player_composite_factors", PlayerCompositeFactors, ("game_date", "game_id", "player_id")
)

TABLES = (PLAYER_COMPOSITE_FACTORS,)

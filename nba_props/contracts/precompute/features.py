"""Every feature by group, and the version of their definitions.

The feature store's columns and the data dictionary are made of this. A definition that changes makes a new version
with a line of its own in ``DEFINITIONS``; rows of older versions stay readable.
"""

from __future__ import annotations

import hashlib

from nba_props.contracts.precompute import game_features, player_features
from nba_props.contracts.precompute.feature import Feature

FEATURE_VERSION = 2

DEFINITIONS = {2: "9a592e5f9412a910"}
"""Hash of the definitions of each version that the code has described."""

MARKET_GROUP = "market"
"""The group that is made of betting lines; nothing outside it is."""

FEATURE_GROUPS: dict[str, tuple[Feature, ...]] = {
    "form": player_features.form(),
    "role": player_features.role(),
    "trajectory": player_features.trajectory(),
    "shooting": player_features.shooting(),
    "matchup": game_features.matchup(),
    "team_context": game_features.team_context(),
    "schedule": game_features.schedule(),
    "opponent_history": player_features.opponent_history(),
    "absences": game_features.absences(),
    "prior": player_features.prior(),
    MARKET_GROUP: game_features.market(),
}
"""Features by group. The market group can be left out whole: nothing else is computed from a line."""

FEATURES: dict[str, tuple[str, ...]] = {
    group: tuple(feature.name for feature in features) for group, features in FEATURE_GROUPS.items()
}
"""Names of the features by group."""


def definitions_hash() -> str:
    """Hash of every definition, in order: what a version of the features stands for."""
    told = [
        (group, each.name, each.dtype.__name__, each.definition, each.window, each.unit, each.sources, each.knowable)
        for group, features in FEATURE_GROUPS.items()
        for each in features
    ]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]

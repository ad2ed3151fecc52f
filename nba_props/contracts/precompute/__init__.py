"""Precompute tables: rolling form, shooting by zone, composite factors, and the feature store.

Families of columns (a statistic over several windows) are declared by loops over their parts; each still has its own
description, unit and range.
"""

from __future__ import annotations

from nba_props.contracts.precompute import composite_factors, feature_store, player_form, shot_zones, team_form
from nba_props.contracts.precompute.composite_factors import PLAYER_COMPOSITE_FACTORS
from nba_props.contracts.precompute.feature_store import FEATURE_STORE
from nba_props.contracts.precompute.features import FEATURE_VERSION, FEATURES
from nba_props.contracts.precompute.player_form import PLAYER_DAILY_CACHE, PLAYER_OPPONENT_HISTORY, ROLE_PRIORS
from nba_props.contracts.precompute.shot_zones import PLAYER_SHOT_ZONE_ANALYSIS, TEAM_DEFENSE_ZONE_ANALYSIS
from nba_props.contracts.precompute.team_form import TEAM_DAILY_CACHE

TABLES = (
    *player_form.TABLES,
    *team_form.TABLES,
    *shot_zones.TABLES,
    *composite_factors.TABLES,
    *feature_store.TABLES,
)

__all__ = [
    "FEATURES",
    "FEATURE_STORE",
    "FEATURE_VERSION",
    "PLAYER_COMPOSITE_FACTORS",
    "PLAYER_DAILY_CACHE",
    "PLAYER_OPPONENT_HISTORY",
    "PLAYER_SHOT_ZONE_ANALYSIS",
    "ROLE_PRIORS",
    "TABLES",
    "TEAM_DAILY_CACHE",
    "TEAM_DEFENSE_ZONE_ANALYSIS",
]

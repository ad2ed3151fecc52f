"""Precompute table of the feature vector, made of the feature definitions."""

from __future__ import annotations

import polars as pl

from nba_props.contracts import columns as c
from nba_props.contracts.analytics.upcoming import ROLES
from nba_props.contracts.precompute.features import FEATURE_GROUPS, FEATURE_VERSION
from nba_props.contracts.table import Table, declared

QUALITIES = ("complete", "partial", "defaulted")

_QUALITY_WORDS = "complete: every feature is known; partial: some; defaulted: none, so that the group is null."

FeatureStore = declared(
    "FeatureStore",
    """The feature vector of a player before a game: one row a player, game and as-of, from facts knowable by then.
    What is unknown is null, never made up; beside each group stand its quality and, unless it is complete, why.""",
    {
        "player_id": (int, c.player_id()),
        "game_id": (str, c.game_id()),
        "game_date": (pl.Date, c.game_date()),
        "season": (str, c.season()),
        "as_of": (c.Moment, c.moment("The time that the features stand for; nothing later was used.")),
        "feature_version": (int, c.number("Version of the feature definitions.", ge=1)),
        "team": (str, c.team("His team as known before the game.", nullable=True)),
        "opponent": (str, c.team("The opponent, if his team is known.", nullable=True)),
        "role": (str, c.text("Role by the mean minutes of his last ten games.", isin=ROLES)),
        **{feature.name: feature.column for features in FEATURE_GROUPS.values() for feature in features},
        **{
            name: column
            for group in FEATURE_GROUPS
            for name, column in {
                f"{group}_quality": (str, c.text(f"Quality of the {group} features. {_QUALITY_WORDS}", isin=QUALITIES)),
                f"{group}_reason": (str, c.text(f"Why the {group} features are not complete.", nullable=True)),
            }.items()
        },
    },
)

FEATURE_STORE = Table(
    "precompute",
    "feature_store",
    FeatureStore,
    ("game_date", "game_id", "player_id"),
    version=FEATURE_VERSION,
)

TABLES = (FEATURE_STORE,)

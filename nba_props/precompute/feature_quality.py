"""How much of each group of features is known, and if not all of it, why."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from nba_props.contracts.precompute.features import FEATURES, MARKET_GROUP
from nba_props.contracts.precompute.shot_zones import PLAYER_ZONE_WINDOWS

NO_TEAM = "his team is not known"
NO_GAME = "no earlier game of his is known"
NO_SHOTS = "no shots of his games are known"
NO_TEAM_GAME = "his team or the opponent has not played this season"
NO_OPPONENT_SHOTS = "no shots of the opponent's games are known"
NO_OPPONENT_GAME = "he has not played against the opponent within 365 days"
NO_REPORT = "no injury report of his team is known"
NO_LINE = "no line was known"

_TEAM_MISSING = pl.col("team").is_null()
_NEWCOMER = pl.col("is_newcomer")
_NOT_PLAYED = (pl.col("team_games_played_season") == 0) | (pl.col("_opponent_games") == 0)
_SHOTS = pl.col(f"games_with_shots_last_{max(PLAYER_ZONE_WINDOWS)}")

_REASONS: Mapping[str, tuple[tuple[pl.Expr, str], ...]] = {
    "form": ((_NEWCOMER, NO_GAME),),
    "role": ((_NEWCOMER, NO_GAME),),
    "trajectory": ((_NEWCOMER, NO_GAME),),
    "shooting": ((_NEWCOMER, NO_GAME), (_SHOTS == 0, NO_SHOTS)),
    "matchup": (
        (_TEAM_MISSING, NO_TEAM),
        (_NOT_PLAYED, NO_TEAM_GAME),
        (pl.col("_opponent_games_with_shots") == 0, NO_OPPONENT_SHOTS),
        (_SHOTS == 0, NO_SHOTS),
    ),
    "team_context": ((_TEAM_MISSING, NO_TEAM), (_NOT_PLAYED, NO_TEAM_GAME)),
    "schedule": ((_TEAM_MISSING, NO_TEAM), (_NEWCOMER, NO_GAME)),
    "opponent_history": (
        (_TEAM_MISSING, NO_TEAM),
        (_NEWCOMER, NO_GAME),
        (pl.col("games_against_opponent") == 0, NO_OPPONENT_GAME),
    ),
    "absences": ((_TEAM_MISSING, NO_TEAM), (~pl.col("injuries_known"), NO_REPORT)),
    MARKET_GROUP: ((pl.all_horizontal(pl.col(FEATURES[MARKET_GROUP]).is_null()), NO_LINE),),
}
"""Why features of a group can be unknown, the first that holds being told."""


def qualities() -> dict[str, pl.Expr]:
    """The quality and reason columns of every group, from the columns of the joined rows."""
    return {
        name: expression
        for group, names in FEATURES.items()
        for name, expression in ((f"{group}_quality", _quality(names)), (f"{group}_reason", _reason(group, names)))
    }


def _quality(names: tuple[str, ...]) -> pl.Expr:
    known = pl.col(names).is_not_null()
    return (
        pl.when(pl.all_horizontal(known))
        .then(pl.lit("complete"))
        .when(pl.any_horizontal(known))
        .then(pl.lit("partial"))
        .otherwise(pl.lit("defaulted"))
    )


def _reason(group: str, names: tuple[str, ...]) -> pl.Expr:
    unknown = pl.sum_horizontal(pl.col(names).is_null())
    told = [pl.when(holds).then(pl.lit(words)) for holds, words in _REASONS.get(group, ())]
    counted = pl.format("{} of {} features are not known", unknown, pl.lit(len(names)))
    return pl.when(unknown > 0).then(pl.coalesce(*told, counted))

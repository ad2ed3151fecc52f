"""Brings what would be predicted now together with what was predicted before: freezing, superseding,
backfilling.

- A postponed game, and one that is no longer among the games of the date, has no active prediction; nothing
  is added.
- A game that has tipped off keeps what was predicted live, to the letter, and takes nothing new. If nothing
  was predicted live, the new predictions are stored as backfilled, in place of those backfilled before.
- Of a game to come a prediction that is made again stays as it was first made. One that differs from what
  stands for the same player, market and system supersedes it. What stands and is not made again, as the line
  or the player has gone, is withdrawn: inactive, superseded by nothing. A prediction that comes back after
  another one had superseded it stands again, with the time at which it came back, and supersedes the other.
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from nba_props.contracts.predictions import PLAYER_PROP_PREDICTIONS
from nba_props.predictions.forecasts import FORECAST_KEY

POSTPONED, STARTED, TO_COME = "postponed", "started", "to_come"


def merge(new: pl.DataFrame, previous: pl.DataFrame, games: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """The rows of ``predictions.player_prop_predictions`` after a new round of predicting.

    Args:
        new: candidate rows of the table.
        previous: rows of the table as stored, of the same dates.
        games: ``conformed.games`` of the same dates.
        now: the present, UTC; a game whose tip-off is not after it has started.

    Returns:
        Rows with the columns of the contract, ordered by its key. Merging the same again changes nothing.
    """
    states = game_states(games, now)
    new_rows = _with_state(new, states)
    old = _with_state(previous, states).filter(~pl.col("is_backfilled") | (pl.col("state") == POSTPONED))
    frozen = old.filter(pl.col("state") == STARTED)
    backfilled = (
        new_rows.filter(pl.col("state") == STARTED)
        .join(frozen, on=["game_date", "game_id"], how="anti")
        .with_columns(is_backfilled=pl.lit(True))
    )
    parts = [
        old.filter(pl.col("state") == POSTPONED).with_columns(is_active=pl.lit(False)),
        frozen,
        backfilled,
        _superseded(new_rows.filter(pl.col("state") == TO_COME), old.filter(pl.col("state") == TO_COME)),
    ]
    return PLAYER_PROP_PREDICTIONS.conform(pl.concat(part.drop("state") for part in parts))


def game_states(games: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """State of each game at ``now``, as the rules know it."""
    state = (
        pl.when(pl.col("status") == "postponed")
        .then(pl.lit(POSTPONED))
        .when(pl.col("tip_off_at") <= now)
        .then(pl.lit(STARTED))
        .otherwise(pl.lit(TO_COME))
    )
    return games.select("game_date", "game_id", state.alias("state"))


def _with_state(predictions: pl.DataFrame, states: pl.DataFrame) -> pl.DataFrame:
    joined = predictions.join(states, on=["game_date", "game_id"], how="left", maintain_order="left")
    return joined.with_columns(pl.col("state").fill_null(POSTPONED))


def _superseded(new: pl.DataFrame, old: pl.DataFrame) -> pl.DataFrame:
    """Games to come: what stands after the new round, and all that stood before."""
    key = [*FORECAST_KEY]
    same = [*key, "prediction_id"]
    standing = old.filter("is_active")
    made_again = standing.join(new, on=same, how="semi")
    added = new.join(made_again, on=same, how="anti")
    successors = new.select(*key, pl.col("prediction_id").alias("_successor"))
    replaced = (
        standing.join(made_again, on=same, how="anti")
        .join(successors, on=key, how="left")
        .with_columns(is_active=pl.lit(False), superseded_by=pl.col("_successor"))
        .drop("_successor")
    )
    earlier = old.filter(~pl.col("is_active")).join(added, on=same, how="anti")
    return pl.concat([made_again, added, replaced, earlier])

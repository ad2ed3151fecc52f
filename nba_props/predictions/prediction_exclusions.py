"""Makes ``predictions.prediction_exclusions``: who was not predicted, by which system, and why."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from nba_props.contracts.predictions import PREDICTION_EXCLUSIONS
from nba_props.game_calendar import DateRange
from nba_props.markets import PREDICTED_MARKETS
from nba_props.predictions.candidates import candidates
from nba_props.predictions.forecasts import FORECAST_KEY, UNRESOLVED
from nba_props.predictions.merging import merge
from nba_props.predictions.systems import SYSTEMS


def build(
    dates: DateRange,
    *,
    feature_store: pl.LazyFrame,
    games: pl.LazyFrame,
    prop_consensus: pl.LazyFrame,
    prop_lines: pl.LazyFrame,
    models: pl.LazyFrame,
    unresolved_players: pl.LazyFrame,
    previous: pl.LazyFrame,
    now: datetime,
    least_edge: float,
    odds_player_props: pl.LazyFrame | None = None,
) -> pl.DataFrame:
    """Exclusions of the games of ``dates``.

    Args:
        dates: the game dates.
        feature_store: ``precompute.feature_store`` of those dates.
        games: ``conformed.games`` of those dates.
        prop_consensus: ``conformed.prop_consensus`` of those dates.
        prop_lines: ``conformed.prop_lines`` of those dates.
        models: ``predictions.models``.
        unresolved_players: ``conformed.unresolved_players`` of those dates.
        previous: ``predictions.player_prop_predictions`` as stored, of those dates.
        now: the present, UTC.
        least_edge: least expected value of a recommended bet.
        odds_player_props: ``raw.odds_player_props`` of those dates; if given, a spelling is listed in the
            predicted markets in which it has a line, else in all of them.

    Returns:
        Rows of ``dates`` with the columns of the contract, ordered by its key.
    """
    made = candidates(
        dates,
        feature_store=feature_store,
        prop_consensus=prop_consensus,
        prop_lines=prop_lines,
        models=models,
        now=now,
        least_edge=least_edge,
    )
    stored, slate = previous.filter(dates.is_in()).collect(), games.filter(dates.is_in()).collect()
    predictions = merge(made.predictions, stored, slate, now)
    unresolved = unresolved_names(dates, unresolved_players, odds_player_props)
    return standing(made.exclusions, unresolved, predictions)


def standing(players: pl.DataFrame, unresolved: pl.DataFrame, predictions: pl.DataFrame) -> pl.DataFrame:
    """Exclusions of players without an active prediction, and of spellings.

    A frozen prediction stands although its player would be excluded now, so that nobody is in both tables.
    """
    excluded = players.join(predictions.filter("is_active"), on=FORECAST_KEY, how="anti")
    return PREDICTION_EXCLUSIONS.conform(pl.concat([excluded, unresolved]))


def unresolved_names(
    dates: DateRange, unresolved_players: pl.LazyFrame, odds_player_props: pl.LazyFrame | None
) -> pl.DataFrame:
    """Exclusions of spellings that no rule could place: one row a spelling, date, market and system."""
    names = unresolved_players.filter(dates.is_in(), pl.col("event_id").is_not_null()).select(
        "event_id", "game_date", "source_name", "reason"
    )
    if odds_player_props is None:
        in_markets = names.join(_lazy_column("market", PREDICTED_MARKETS), how="cross")
    else:
        raw = odds_player_props.filter(dates.is_in(), pl.col("market").is_in(PREDICTED_MARKETS))
        lines = raw.select("event_id", "game_date", pl.col("player_name").alias("source_name"), "market").unique()
        in_markets = names.join(lines, on=["event_id", "game_date", "source_name"])
    excluded = (
        in_markets.sort("event_id")
        .unique(["game_date", "source_name", "market"], keep="first", maintain_order=True)
        .join(_lazy_column("system", tuple(SYSTEMS)), how="cross")
        .with_columns(
            game_id=pl.lit(None, pl.String),
            player_id=pl.lit(None, pl.Int64),
            reason=pl.concat_str(pl.lit(UNRESOLVED), "reason"),
        )
    )
    return PREDICTION_EXCLUSIONS.conform(excluded)


def _lazy_column(name: str, values: tuple[str, ...]) -> pl.LazyFrame:
    return pl.LazyFrame({name: list(values)}, schema={name: pl.String})

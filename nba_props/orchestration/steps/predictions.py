"""Prediction steps: models, predictions, grades, the record."""

from __future__ import annotations

from nba_props.contracts import conformed, precompute, predictions
from nba_props.game_calendar import DateRange
from nba_props.orchestration.step import Frames, Made, Read, Step, Surroundings
from nba_props.predictions import (
    model_registry,
    prediction_grades,
    prediction_tables,
    system_calibration,
    system_performance,
)

RECORD_DAYS = 300
"""How far back the record looks: a season to date, in days."""


def _models(dates: DateRange, read: Frames, around: Surroundings) -> Made:
    registry = model_registry.build(
        **read,
        previous=around.warehouse.scan(predictions.MODELS),
        minimum_rows=around.settings.training_rows_minimum,
    )
    return {predictions.MODELS.full_name: registry}


def _predictions(dates: DateRange, read: Frames, around: Surroundings) -> Made:
    return prediction_tables.build_all(
        dates,
        **read,
        previous=around.warehouse.scan(predictions.PLAYER_PROP_PREDICTIONS, dates),
        previous_offers=around.warehouse.scan(predictions.PROP_OFFERS, dates),
        now=around.now,
        least_edge=around.settings.least_edge,
    )


def _record(dates: DateRange, read: Frames, around: Surroundings) -> Made:
    return {
        predictions.SYSTEM_PERFORMANCE.full_name: system_performance.build(dates, **read),
        predictions.SYSTEM_CALIBRATION.full_name: system_calibration.build(dates, **read),
    }


STEPS = (
    Step(
        "models",
        (predictions.MODELS,),
        _models,
        reads={
            "feature_store": Read(precompute.FEATURE_STORE),
            "player_boxscores": Read(conformed.PLAYER_BOXSCORES),
        },
        kinds=frozenset({"lightgbm"}),
    ),
    Step(
        "player_prop_predictions",
        (predictions.PLAYER_PROP_PREDICTIONS, predictions.PROP_OFFERS, predictions.PREDICTION_EXCLUSIONS),
        _predictions,
        reads={
            "feature_store": Read(precompute.FEATURE_STORE),
            "games": Read(conformed.GAMES),
            "prop_consensus": Read(conformed.PROP_CONSENSUS),
            "prop_lines": Read(conformed.PROP_LINES),
            "unresolved_players": Read(conformed.UNRESOLVED_PLAYERS),
            "models": Read(predictions.MODELS),
        },
        kinds=frozenset({"lightgbm", "polars"}),
    ),
    Step(
        "prediction_grades",
        (predictions.PREDICTION_GRADES,),
        lambda dates, read, around: {predictions.PREDICTION_GRADES.full_name: prediction_grades.build(dates, **read)},
        reads={
            "player_prop_predictions": Read(predictions.PLAYER_PROP_PREDICTIONS),
            "player_boxscores": Read(conformed.PLAYER_BOXSCORES),
            "prop_consensus": Read(conformed.PROP_CONSENSUS),
            "games": Read(conformed.GAMES),
        },
    ),
    Step(
        "system_performance",
        (predictions.SYSTEM_PERFORMANCE, predictions.SYSTEM_CALIBRATION),
        _record,
        reads={"prediction_grades": Read(predictions.PREDICTION_GRADES, days_before=RECORD_DAYS)},
    ),
)

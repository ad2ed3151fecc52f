"""The graph: one entry a step, in the order of the layers. Adding a table is one contract, one function, one entry.

A step's ``build`` binds table functions to their inputs and settings; it holds no logic.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from nba_props.analytics import player_game_summary, player_market_results
from nba_props.conformed import (
    event_games,
    game_lines,
    games,
    player_boxscores,
    players,
    prop_lines,
    prop_players,
)
from nba_props.contracts import analytics, conformed, operations, precompute, predictions, raw
from nba_props.contracts.registry import table_named
from nba_props.contracts.table import Table
from nba_props.game_calendar import DateRange
from nba_props.operations import expected_outputs, quarantined_payloads
from nba_props.orchestration.step import Frames, Guard, Made, Read, Step, Surroundings
from nba_props.precompute import feature_store, player_daily_cache, team_daily_cache
from nba_props.predictions import (
    model_registry,
    prediction_grades,
    prediction_tables,
    system_calibration,
    system_performance,
)
from nba_props.upstreams import nba_com, odds_api, raw_tables
from nba_props.upstreams.endpoint import Endpoint

FORM_DAYS = 365
"""How far back rolling form looks, in days."""


def _raw(endpoints: tuple[Endpoint, ...], quarantine: Table, dates: DateRange, around: Surroundings) -> Made:
    payloads = {
        endpoint: list(around.archive.payloads(endpoint.source, endpoint.name, dates)) for endpoint in endpoints
    }
    return raw_tables.build(dates, payloads, quarantine)


def _games_of_schedule(dates: DateRange, made: Made) -> pl.LazyFrame:
    return games.build(
        dates,
        nbac_schedule=made[raw.NBAC_SCHEDULE.full_name].lazy(),
        nbac_player_boxscore=made[raw.NBAC_PLAYER_BOXSCORE.full_name].lazy(),
        odds_events=raw.ODDS_EVENTS.empty().lazy(),
    ).lazy()


def _lead(around: Surroundings) -> timedelta:
    return timedelta(minutes=around.settings.prediction_lead_minutes)


def _events(dates: DateRange, read: Frames, around: Surroundings) -> Made:
    return {
        conformed.EVENT_GAMES.full_name: event_games.build(dates, **read),
        conformed.UNRESOLVED_EVENTS.full_name: event_games.build_unresolved(dates, **read),
    }


def _prop_players(dates: DateRange, read: Frames, around: Surroundings) -> Made:
    return {
        conformed.PROP_PLAYERS.full_name: prop_players.build(dates, **read),
        conformed.UNRESOLVED_PLAYERS.full_name: prop_players.build_unresolved(dates, **read),
    }


def _prop_lines(dates: DateRange, read: Frames, around: Surroundings) -> Made:
    pregame = prop_lines.pregame_lines(dates, **read, greatest_hold=around.settings.greatest_hold).collect().lazy()
    lines = prop_lines.build(pregame, lead=_lead(around))
    return {
        conformed.PROP_LINES.full_name: lines,
        conformed.PROP_LINE_ALTERNATES.full_name: prop_lines.build_alternates(pregame),
        conformed.PROP_LINE_MOVES.full_name: prop_lines.build_moves(pregame),
        conformed.PROP_CONSENSUS.full_name: prop_lines.build_consensus(lines.lazy()),
    }


def _player_boxscores(dates: DateRange, read: Frames, around: Surroundings) -> Made:
    delay = timedelta(minutes=around.settings.box_score_delay_minutes)
    return {conformed.PLAYER_BOXSCORES.full_name: player_boxscores.build(dates, **read, delay=delay)}


def _expected_outputs(dates: DateRange, read: Frames, around: Surroundings) -> Made:
    return {operations.EXPECTED_OUTPUTS.full_name: expected_outputs_of(dates, around)}


def expected_outputs_of(dates: DateRange, around: Surroundings) -> pl.DataFrame:
    """The verdict on every table and date, from what is stored now."""
    stored = {
        table.full_name: expected_outputs.Stored(
            around.warehouse.scan(table, dates), frozenset(day for day in around.warehouse.days(table) if day in dates)
        )
        for table in expected_outputs.JUDGED
    }
    calendar = DateRange(min(around.settings.first_date, dates.first), dates.last)
    return expected_outputs.build(
        dates,
        stored=stored,
        games=around.warehouse.scan(conformed.GAMES, calendar),
        now=around.now,
        floor=around.settings.coverage_floor,
    )


RAW_STEPS = (
    Step(
        "nba_com",
        (raw.NBAC_SCHEDULE, raw.NBAC_PLAYER_BOXSCORE, raw.NBAC_QUARANTINE),
        lambda dates, read, around: _raw(nba_com.ENDPOINTS, raw.NBAC_QUARANTINE, dates, around),
        pool="nba_com",
        kinds=frozenset({"json", "polars"}),
        games_of=_games_of_schedule,
    ),
    Step(
        "odds_api",
        (raw.ODDS_EVENTS, raw.ODDS_PLAYER_PROPS, raw.ODDS_GAME_LINES, raw.ODDS_QUARANTINE),
        lambda dates, read, around: _raw(odds_api.ENDPOINTS, raw.ODDS_QUARANTINE, dates, around),
        pool="odds_api",
        kinds=frozenset({"json", "polars"}),
    ),
)

CONFORMED_STEPS = (
    Step(
        "games",
        (conformed.GAMES,),
        lambda dates, read, around: {conformed.GAMES.full_name: games.build(dates, **read)},
        reads={
            "nbac_schedule": Read(raw.NBAC_SCHEDULE),
            "nbac_player_boxscore": Read(raw.NBAC_PLAYER_BOXSCORE),
            "odds_events": Read(raw.ODDS_EVENTS),
        },
        games_of=lambda dates, made: made[conformed.GAMES.full_name].lazy(),
    ),
    Step(
        "event_games",
        (conformed.EVENT_GAMES, conformed.UNRESOLVED_EVENTS),
        _events,
        reads={"odds_events": Read(raw.ODDS_EVENTS), "games": Read(conformed.GAMES)},
    ),
    Step(
        "players",
        (conformed.PLAYERS,),
        lambda dates, read, around: {conformed.PLAYERS.full_name: players.build(dates, **read)},
        reads={"nbac_player_boxscore": Read(raw.NBAC_PLAYER_BOXSCORE), "games": Read(conformed.GAMES)},
    ),
    Step(
        "player_boxscores",
        (conformed.PLAYER_BOXSCORES,),
        _player_boxscores,
        reads={"nbac_player_boxscore": Read(raw.NBAC_PLAYER_BOXSCORE), "games": Read(conformed.GAMES)},
        guard=Guard(read="nbac_player_boxscore", games="games"),
    ),
    Step(
        "prop_players",
        (conformed.PROP_PLAYERS, conformed.UNRESOLVED_PLAYERS),
        _prop_players,
        reads={
            "odds_player_props": Read(raw.ODDS_PLAYER_PROPS),
            "event_games": Read(conformed.EVENT_GAMES),
            "games": Read(conformed.GAMES),
            "players": Read(conformed.PLAYERS, days_before=prop_players.KNOWN_FOR_DAYS),
        },
    ),
    Step(
        "prop_lines",
        (
            conformed.PROP_LINES,
            conformed.PROP_LINE_ALTERNATES,
            conformed.PROP_LINE_MOVES,
            conformed.PROP_CONSENSUS,
        ),
        _prop_lines,
        reads={
            "odds_player_props": Read(raw.ODDS_PLAYER_PROPS),
            "prop_players": Read(conformed.PROP_PLAYERS),
            "event_games": Read(conformed.EVENT_GAMES),
            "games": Read(conformed.GAMES),
        },
    ),
    Step(
        "game_lines",
        (conformed.GAME_LINES,),
        lambda dates, read, around: {
            conformed.GAME_LINES.full_name: game_lines.build(dates, **read, lead=_lead(around))
        },
        reads={
            "odds_game_lines": Read(raw.ODDS_GAME_LINES),
            "event_games": Read(conformed.EVENT_GAMES),
            "games": Read(conformed.GAMES),
        },
    ),
)

ANALYTICS_STEPS = (
    Step(
        "player_game_summary",
        (analytics.PLAYER_GAME_SUMMARY,),
        lambda dates, read, around: {analytics.PLAYER_GAME_SUMMARY.full_name: player_game_summary.build(dates, **read)},
        reads={"player_boxscores": Read(conformed.PLAYER_BOXSCORES)},
    ),
    Step(
        "player_market_results",
        (analytics.PLAYER_MARKET_RESULTS,),
        lambda dates, read, around: {
            analytics.PLAYER_MARKET_RESULTS.full_name: player_market_results.build(dates, **read)
        },
        reads={
            "player_boxscores": Read(conformed.PLAYER_BOXSCORES),
            "prop_consensus": Read(conformed.PROP_CONSENSUS),
        },
    ),
)

PRECOMPUTE_STEPS = (
    Step(
        "player_daily_cache",
        (precompute.PLAYER_DAILY_CACHE,),
        lambda dates, read, around: {precompute.PLAYER_DAILY_CACHE.full_name: player_daily_cache.build(dates, **read)},
        reads={
            "games": Read(conformed.GAMES),
            "player_boxscores": Read(conformed.PLAYER_BOXSCORES, FORM_DAYS, includes_date=False),
            "player_game_summary": Read(analytics.PLAYER_GAME_SUMMARY, FORM_DAYS, includes_date=False),
        },
    ),
    Step(
        "team_daily_cache",
        (precompute.TEAM_DAILY_CACHE,),
        lambda dates, read, around: {precompute.TEAM_DAILY_CACHE.full_name: team_daily_cache.build(dates, **read)},
        reads={
            "games": Read(conformed.GAMES),
            "player_boxscores": Read(conformed.PLAYER_BOXSCORES, FORM_DAYS, includes_date=False),
        },
    ),
    Step(
        "feature_store",
        (precompute.FEATURE_STORE,),
        lambda dates, read, around: {
            precompute.FEATURE_STORE.full_name: feature_store.build(dates, **read, lead=_lead(around))
        },
        reads={
            "games": Read(conformed.GAMES),
            "player_daily_cache": Read(precompute.PLAYER_DAILY_CACHE),
            "team_daily_cache": Read(precompute.TEAM_DAILY_CACHE),
            "prop_consensus": Read(conformed.PROP_CONSENSUS),
            "game_lines": Read(conformed.GAME_LINES),
        },
    ),
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


PREDICTIONS_STEPS = (
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

OPERATIONS_STEPS = (
    Step(
        "payloads",
        (operations.PAYLOADS,),
        lambda dates, read, around: {operations.PAYLOADS.full_name: around.archive.index.payloads_frame(dates)},
        kinds=frozenset({"sqlite"}),
    ),
    Step(
        "collection_attempts",
        (operations.COLLECTION_ATTEMPTS,),
        lambda dates, read, around: {
            operations.COLLECTION_ATTEMPTS.full_name: around.archive.index.attempts_frame(dates)
        },
        kinds=frozenset({"sqlite"}),
    ),
    Step(
        "quarantined_payloads",
        (operations.QUARANTINED_PAYLOADS,),
        lambda dates, read, around: {
            operations.QUARANTINED_PAYLOADS.full_name: quarantined_payloads.build(dates, **read)
        },
        reads={
            "nbac_quarantine": Read(raw.NBAC_QUARANTINE),
            "odds_quarantine": Read(raw.ODDS_QUARANTINE),
        },
    ),
    Step(
        "expected_outputs",
        (operations.EXPECTED_OUTPUTS,),
        _expected_outputs,
        reads={
            table_named(name).name: Read(table_named(name))
            for name in (
                "conformed.games",
                "conformed.player_boxscores",
                "conformed.prop_consensus",
                "analytics.player_market_results",
                "precompute.feature_store",
                "predictions.player_prop_predictions",
                "predictions.prediction_grades",
                "predictions.system_performance",
                "operations.quarantined_payloads",
            )
        },
    ),
)

STEPS = (
    *RAW_STEPS,
    *CONFORMED_STEPS,
    *ANALYTICS_STEPS,
    *PRECOMPUTE_STEPS,
    *PREDICTIONS_STEPS,
    *OPERATIONS_STEPS,
)

"""Operations steps: what was fetched, refused, expected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from nba_props.archive.payload import Payload
from nba_props.contracts import conformed, operations, raw
from nba_props.contracts.raw import balldontlie, espn
from nba_props.contracts.registry import table_named
from nba_props.contracts.table import Table
from nba_props.game_calendar import DateRange
from nba_props.operations import (
    api_quota,
    expected_outputs,
    quarantined_payloads,
    route_health,
    source_availability,
)
from nba_props.orchestration.step import Frames, Made, Read, Step, Surroundings
from nba_props.upstreams.asking import Rule
from nba_props.upstreams.endpoint import Endpoint
from nba_props.upstreams.registry import ENDPOINTS, UPSTREAMS, endpoints_of_table


def _expected_outputs(dates: DateRange, read: Frames, around: Surroundings) -> Made:
    return {operations.EXPECTED_OUTPUTS.full_name: expected_outputs_of(dates, around)}


def expected_outputs_of(
    dates: DateRange, around: Surroundings, tables: Sequence[Table] = expected_outputs.JUDGED
) -> pl.DataFrame:
    """The verdict on every table (or some) and date, from what is stored now."""
    asked_since = around.archive.index.asked_since()
    stored = {
        table.full_name: expected_outputs.Stored(
            around.warehouse.scan(table, dates),
            frozenset(day for day in around.warehouse.days(table) if day in dates),
            owed_from=_owed_from(table, asked_since),
        )
        for table in tables
    }
    calendar = DateRange(min(around.settings.first_date, dates.first), dates.last)
    return expected_outputs.build(
        dates,
        stored=stored,
        games=around.warehouse.scan(conformed.GAMES, calendar).collect().lazy(),
        now=around.now,
        floor=around.settings.coverage_floor,
    )


def _owed_from(table: Table, asked_since: Mapping[tuple[str, str], date]) -> date | None:
    """The first game date that any endpoint which feeds the table was asked about, or one that lists games for it.

    While a source is dark its games are asked for and never listed, so that nothing else of it is.
    """
    feeding = endpoints_of_table(table.full_name)
    rules = [each.rule for each in feeding if isinstance(each.rule, Rule)]
    listing = [each for rule in rules if rule.listed_by for each in endpoints_of_table(rule.listed_by.table)]
    names = [(each.source, each.name) for each in (*feeding, *listing)]
    return min((asked_since[name] for name in names if name in asked_since), default=None)


def _source_availability(dates: DateRange, read: Frames, around: Surroundings) -> Made:
    games = read["games"]
    seen = [
        source_availability.sightings(endpoint, _payloads(endpoint, dates, around), games, around.archive.readings)
        for endpoint in ENDPOINTS
        if isinstance(endpoint.rule, Rule) and endpoint.rule.until_complete
    ]
    found = source_availability.build_games(dates, seen=seen, games=games)
    asked = around.archive.index.asked_since()
    return {
        operations.GAME_AVAILABILITY.full_name: found,
        operations.SOURCE_AVAILABILITY_DAILY.full_name: source_availability.build(
            dates, game_availability=found.lazy(), games=games, asked_since=asked
        ),
    }


def _payloads(endpoint: Endpoint, dates: DateRange, around: Surroundings) -> list[Payload]:
    return list(around.archive.payloads(endpoint.source, endpoint.name, dates))


STEPS = (
    Step(
        "payloads",
        (operations.PAYLOADS,),
        lambda dates, read, around: {operations.PAYLOADS.full_name: around.archive.index.payloads_frame(dates)},
        kinds=frozenset({"sqlite"}),
        is_record=True,
    ),
    Step(
        "collection_attempts",
        (operations.COLLECTION_ATTEMPTS,),
        lambda dates, read, around: {
            operations.COLLECTION_ATTEMPTS.full_name: around.archive.index.attempts_frame(dates)
        },
        kinds=frozenset({"sqlite"}),
        is_record=True,
    ),
    Step(
        "quarantined_payloads",
        (operations.QUARANTINED_PAYLOADS,),
        lambda dates, read, around: {
            operations.QUARANTINED_PAYLOADS.full_name: quarantined_payloads.build(dates, list(read.values()))
        },
        reads={upstream.quarantine.name: Read(upstream.quarantine) for upstream in UPSTREAMS},
    ),
    Step(
        "route_health",
        (operations.ROUTE_HEALTH, operations.API_QUOTA),
        lambda dates, read, around: {
            operations.ROUTE_HEALTH.full_name: route_health.build(dates, **read, settings=around.settings),
            operations.API_QUOTA.full_name: api_quota.build(dates, **read),
        },
        reads={"collection_attempts": Read(operations.COLLECTION_ATTEMPTS, days_before=route_health.DAYS_BEFORE)},
    ),
    Step(
        "source_availability",
        (operations.GAME_AVAILABILITY, operations.SOURCE_AVAILABILITY_DAILY),
        _source_availability,
        reads={
            "games": Read(conformed.GAMES),
            "nbac_player_boxscore": Read(raw.NBAC_PLAYER_BOXSCORE),
            "bdl_player_boxscores": Read(balldontlie.BDL_PLAYER_BOXSCORES),
            "espn_boxscores": Read(espn.ESPN_BOXSCORES),
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
        tells_absence=True,
    ),
)

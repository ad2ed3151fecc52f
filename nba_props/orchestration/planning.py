"""What the planner looks at, read from the warehouse and the archive's index."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from nba_props.contracts import conformed
from nba_props.contracts.registry import table_named
from nba_props.game_calendar import DateRange, game_date_of
from nba_props.operations.api_quota import scarce_sources, spent_sources
from nba_props.operations.coverage import OWES, Owes, stored_games
from nba_props.operations.planner import Known
from nba_props.operations.subjects import Told
from nba_props.orchestration.platform import Platform
from nba_props.orchestration.steps.operations import expected_outputs_of
from nba_props.upstreams.asking import Rule
from nba_props.upstreams.endpoint import Endpoint
from nba_props.upstreams.registry import ENDPOINTS, UPSTREAMS

PLANNED_DAYS = (14, 2)
"""Days before and after today whose games the planner looks at for what is routine, and for lines that were told by
halves; older dates for what is missing there."""


def known_now(platform: Platform) -> Known:
    """Games, listings, what is complete and what was asked: of the dates around now and of the holes."""
    settings, warehouse, now = platform.settings, platform.warehouse, platform.clock()
    holes = _holes(platform)
    near = DateRange.of(game_date_of(now)).widened(*PLANNED_DAYS)
    dates = DateRange(min([near.first, *holes["game_date"]]), near.last)
    games = warehouse.scan(conformed.GAMES, dates).collect()
    rules = {endpoint: endpoint.rule for endpoint in ENDPOINTS if isinstance(endpoint.rule, Rule)}
    listings = {rule.listed_by.table for rule in rules.values() if rule.listed_by is not None}
    quotas = platform.archive.index.newest_quotas()
    return Known(
        games=games,
        questions=platform.archive.index.questions(),
        holes=holes,
        listings={name: warehouse.scan(table_named(name), dates).collect() for name in sorted(listings)},
        complete=_complete(platform, rules, games, dates),
        told=_told(platform, near),
        scarce=scarce_sources(quotas, settings.quota_floor_share),
        spent=spent_sources(quotas),
    )


def _holes(platform: Platform) -> pl.DataFrame:
    """Past dates and raw tables that lack something (game_date, table)."""
    today = game_date_of(platform.clock())
    first = min([*platform.archive.index.scheduled_dates()[:1], today])
    dates = DateRange(max(first, platform.settings.first_date), today)
    owing = [table for each in UPSTREAMS for table in each.tables if OWES[table.full_name] is not Owes.NOTHING]
    judged = expected_outputs_of(dates, platform.surroundings(), owing)
    return judged.filter(pl.col("outcome").is_in(["missing", "partial"])).select("game_date", "table")


def _told(platform: Platform, dates: DateRange) -> dict[tuple[str, str], Told]:
    """When each source first and last told lines of a game."""
    lines = platform.warehouse.scan(conformed.PROP_LINES, dates)
    at, is_closed = pl.col("snapshot_at"), (pl.col("kind") == "closing").any().over("game_id")
    told = (
        lines.with_columns(is_closed=is_closed)
        .group_by("source", "game_id")
        .agg(at.min().alias("first_at"), at.max().alias("last_at"), pl.col("is_closed").first())
        .collect()
    )
    return {(source, game_id): Told(*times) for source, game_id, *times in told.iter_rows()}


def _complete(
    platform: Platform, rules: Mapping[Endpoint, Rule], games: pl.DataFrame, dates: DateRange
) -> dict[Endpoint, frozenset[str]]:
    """For each endpoint that is asked until complete the games that are final and stored."""
    final = games.lazy().filter(pl.col("status") == "final")
    found = {}
    for endpoint, rule in rules.items():
        if not rule.until_complete:
            continue
        table = table_named(endpoint.tables[0])
        frame = platform.warehouse.scan(table, dates)
        if "endpoint" in table.schema:
            frame = frame.filter(pl.col("endpoint") == endpoint.name)
        ids = stored_games(table, frame, final).join(final, on="game_id", how="semi").select("game_id").collect()
        found[endpoint] = frozenset(ids["game_id"])
    return found

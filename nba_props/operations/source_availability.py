"""operations.game_availability and source_availability_daily: when each source first told a game's box score.

Judged by what is archived, whatever else was told later: the first payload of an endpoint that holds rows of a game.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from nba_props.archive.payload import Payload
from nba_props.contracts.operations import GAME_AVAILABILITY, SOURCE_AVAILABILITY_DAILY
from nba_props.contracts.registry import table_named
from nba_props.game_calendar import DateRange
from nba_props.operations.coverage import with_games
from nba_props.upstreams.endpoint import Endpoint, Readings

WEST_COAST = ("GSW", "LAC", "LAL", "POR", "SAC")
"""Teams at home in the Pacific time zone, whose games end after midnight in New York."""

SIGHTINGS = pl.Schema(
    {
        "game_date": pl.Date(),
        "game_id": pl.String(),
        "source": pl.String(),
        "endpoint": pl.String(),
        "first_available_at": pl.Datetime("us", "UTC"),
    }
)


def sightings(
    endpoint: Endpoint, payloads: Sequence[Payload], games: pl.LazyFrame, readings: Readings | None = None
) -> pl.DataFrame:
    """Games of which payloads of an endpoint hold rows, with the time of the first one, as ``SIGHTINGS``.

    With ``readings`` bodies that are dear to decode are not decoded again.
    """
    table = table_named(endpoint.tables[0])
    rows = endpoint.parse_many(payloads, readings).frames[table.full_name].lazy()
    found = with_games(table, rows, games)
    return (
        found.group_by("game_date", "game_id")
        .agg(pl.col("fetched_at").min().alias("first_available_at"))
        .with_columns(source=pl.lit(endpoint.source), endpoint=pl.lit(endpoint.name))
        .select(SIGHTINGS.names())
        .collect()
    )


def build_games(dates: DateRange, *, seen: Sequence[pl.DataFrame], games: pl.LazyFrame) -> pl.DataFrame:
    """One row a game and endpoint that told it; minutes after the tip-off are wall-clock minutes."""
    known = games.filter(dates.is_in()).select("game_date", "game_id", "home_team", "tip_off_at")
    minutes = (pl.col("first_available_at") - pl.col("tip_off_at")).dt.total_seconds(fractional=True) * (1 / 60)
    return (
        pl.concat([SIGHTINGS.to_frame(), *seen])
        .lazy()
        .join(known, on=["game_date", "game_id"])
        .with_columns(is_west_coast=pl.col("home_team").is_in(WEST_COAST), minutes_after_tip_off=minutes)
        .select(GAME_AVAILABILITY.schema.names())
        .sort(GAME_AVAILABILITY.key)
        .collect()
    )


def build(
    dates: DateRange,
    *,
    game_availability: pl.LazyFrame,
    games: pl.LazyFrame,
    asked_since: Mapping[tuple[str, str], date],
) -> pl.DataFrame:
    """One row a date, source and endpoint that was asked or told something: final games expected, seen and missing."""
    final = games.filter(dates.is_in(), pl.col("status") == "final")
    expected = final.group_by("game_date").agg(
        pl.len().cast(pl.Int64).alias("games_expected"),
        pl.col("home_team").is_in(WEST_COAST).sum().cast(pl.Int64).alias("west_coast_games"),
    )
    told = game_availability.join(final.select("game_id"), on="game_id", how="semi")
    counted = told.group_by("game_date", "source", "endpoint").agg(
        pl.len().cast(pl.Int64).alias("games_seen"),
        pl.col("minutes_after_tip_off").quantile(0.5).alias("latency_p50_minutes"),
        pl.col("minutes_after_tip_off").quantile(0.9).alias("latency_p90_minutes"),
    )
    asked = pl.LazyFrame(
        [(source, endpoint, first) for (source, endpoint), first in sorted(asked_since.items())],
        schema={"source": pl.String, "endpoint": pl.String, "asked_since": pl.Date},
        orient="row",
    )
    owing = expected.join(asked, how="cross").filter(pl.col("game_date") >= pl.col("asked_since"))
    named = ["game_date", "source", "endpoint"]
    return (
        pl.concat([owing.select(named), counted.select(named)])
        .unique()
        .join(expected, on="game_date")
        .join(counted, on=named, how="left")
        .with_columns(pl.col("games_seen").fill_null(0))
        .with_columns(games_missing=pl.col("games_expected") - pl.col("games_seen"))
        .select(SOURCE_AVAILABILITY_DAILY.schema.names())
        .sort(SOURCE_AVAILABILITY_DAILY.key)
        .collect()
    )

"""Raw steps: one an upstream, made from the registry; adding an upstream needs nothing here."""

from __future__ import annotations

from functools import partial

import polars as pl

from nba_props.conformed import games
from nba_props.contracts import raw
from nba_props.game_calendar import DateRange
from nba_props.orchestration.step import Frames, Made, Step, Surroundings
from nba_props.upstreams import nba_com, raw_tables
from nba_props.upstreams.registry import UPSTREAMS
from nba_props.upstreams.upstream import Upstream


def _raw(upstream: Upstream, dates: DateRange, read: Frames, around: Surroundings) -> Made:
    payloads = {
        endpoint: list(around.archive.payloads(endpoint.source, endpoint.name, dates))
        for endpoint in upstream.endpoints
    }
    return raw_tables.build(dates, payloads, upstream.quarantine, around.archive.readings)


def _games_of_schedule(dates: DateRange, made: Made) -> pl.LazyFrame:
    return games.build(
        dates,
        nbac_schedule=made[raw.NBAC_SCHEDULE.full_name].lazy(),
        nbac_player_boxscore=made[raw.NBAC_PLAYER_BOXSCORE.full_name].lazy(),
    ).lazy()


def step_of(upstream: Upstream) -> Step:
    """The step that makes an upstream's raw tables."""
    return Step(
        upstream.source,
        upstream.tables,
        partial(_raw, upstream),
        pool=upstream.source,
        kinds=frozenset({upstream.kind, "polars"}),
        games_of=_games_of_schedule if upstream is nba_com.UPSTREAM else None,
    )


STEPS = tuple(step_of(upstream) for upstream in UPSTREAMS)

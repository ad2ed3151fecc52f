"""What is wrong with the collection right now: sources that bring nothing, quotas that run out, games that never end.

Pure: the same tries, games and ``now`` give the same problems; ``operations.alerts`` opens and closes one alert each.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import polars as pl

from nba_props.operations.alerts import Problem

SOURCE_SCOPE, QUOTA_SCOPE, GAME_SCOPE = "source:", "quota:", "game:"

LOOKED_AT = timedelta(hours=6)
"""Tries older than this say nothing about how a source is now."""

FAILED_TRIES = 6
"""So many tries in a row that brought nothing, on whatever route, make a source degraded: two routes of three tries."""

GAME_HOURS = timedelta(hours=5)
"""A game that is not final so long after its tip-off is stuck."""

STUCK_FOR = timedelta(days=3)
"""After so long a stuck game is an old hole, which health tells of."""

NO_FAULT = ("ok", "absent")
"""Outcomes that speak for a source; absent is the answer of one that has not got the thing yet."""


def degraded_sources(
    collection_attempts: pl.DataFrame, now: datetime, standing: Iterable[Problem] = ()
) -> list[Problem]:
    """Sources whose last tries all failed, and those of which this is told already and that have not answered since.

    A source that is not asked for some hours, as lines are not by night, has not healed by that.
    """
    recent = collection_attempts.filter(pl.col("asked_at").is_between(now - LOOKED_AT, now))
    last = recent.sort("asked_at", "sequence").group_by("source", maintain_order=True).tail(FAILED_TRIES)
    judged = last.group_by("source").agg(
        pl.len().alias("tries"),
        (~pl.col("outcome").is_in(NO_FAULT)).all().alias("is_failing"),
        pl.col("route").unique().sort().str.join(", ").alias("routes"),
        pl.col("detail").last(),
    )
    healed = set(judged.filter(~pl.col("is_failing"))["source"])
    failing = judged.filter((pl.col("tries") >= FAILED_TRIES) & pl.col("is_failing")).sort("source")
    found = [
        Problem(
            f"{SOURCE_SCOPE}{row['source']}",
            "error",
            row["source"],
            f"its last {row['tries']} tries brought nothing, on {row['routes']}; the last one: {row['detail']}. What it"
            " lacks is asked for again by itself; other sources stand in. See operations.route_health.",
        )
        for row in failing.iter_rows(named=True)
    ]
    told = {problem.alert_id for problem in found}
    return [*found, *(each for each in standing if each.alert_id not in told and each.subject not in healed)]


def short_quotas(newest: pl.DataFrame, warning_share: float) -> list[Problem]:
    """Sources that have used more than a share of their quota (source, quota_used, quota_remaining)."""
    total = pl.col("quota_used") + pl.col("quota_remaining")
    used = newest.filter(total > 0).with_columns(share=pl.col("quota_used") / total)
    return [
        Problem(
            f"{QUOTA_SCOPE}{row['source']}",
            "warning",
            row["source"],
            f"{row['share']:.0%} of its quota is used, {row['quota_remaining']} requests remain; under the floor only"
            " closing lines are asked for",
        )
        for row in used.filter(pl.col("share") >= warning_share).sort("source").iter_rows(named=True)
    ]


def stuck_games(games: pl.DataFrame, now: datetime) -> list[Problem]:
    """Games that should have ended and are not final."""
    age = now - pl.col("tip_off_at")
    stuck = games.filter(
        ~pl.col("status").is_in(["final", "postponed"]), age > GAME_HOURS, age < STUCK_FOR, pl.col("tip_off_at") < now
    )
    return [
        Problem(
            f"{GAME_SCOPE}{row['game_id']}",
            "warning",
            row["game_id"],
            f"{row['away_team']} at {row['home_team']} of {row['game_date']} is {row['status']} more than"
            f" {GAME_HOURS // timedelta(hours=1)} h after its tip-off; its status and box score are read until final",
        )
        for row in stuck.sort("game_id").iter_rows(named=True)
    ]

"""operations.api_quota: what is left of the quotas of upstreams that have one, from what their answers said."""

from __future__ import annotations

import polars as pl

from nba_props.contracts.operations import API_QUOTA
from nba_props.game_calendar import DateRange, game_date_expression


def build(dates: DateRange, *, collection_attempts: pl.LazyFrame) -> pl.DataFrame:
    """The last word of each hour and source; hours in which a source said nothing have no row.

    Args:
        dates: New York dates of the hours.
        collection_attempts: operations.collection_attempts of the dates.
    """
    return API_QUOTA.conform(
        _told(collection_attempts)
        .with_columns(collected_on=game_date_expression(pl.col("asked_at")), hour=pl.col("asked_at").dt.truncate("1h"))
        .filter(dates.is_in("collected_on"))
        .group_by("collected_on", "source", "hour")
        .agg(pl.col("used", "remaining").last())
        .with_columns(share_used=_share_used())
    )


def scarce_sources(newest: pl.DataFrame, floor_share: float) -> frozenset[str]:
    """Sources that have less than a share of their whole quota left.

    Args:
        newest: what each source said last (source, quota_used, quota_remaining).
        floor_share: the share under which little is left.
    """
    total = pl.col("quota_used") + pl.col("quota_remaining")
    return frozenset(newest.filter(pl.col("quota_remaining") < floor_share * total)["source"])


def spent_sources(newest: pl.DataFrame) -> frozenset[str]:
    """Sources that have nothing left of their quota, from what each said last (source, quota_remaining)."""
    return frozenset(newest.filter(pl.col("quota_remaining") <= 0)["source"])


def _told(collection_attempts: pl.LazyFrame) -> pl.LazyFrame:
    """Tries whose answers tell of a quota, oldest first."""
    return (
        collection_attempts.filter(pl.col("quota_remaining").is_not_null())
        .sort("asked_at", "attempt_id", "sequence")
        .select("source", "asked_at", used="quota_used", remaining="quota_remaining")
    )


def _share_used() -> pl.Expr:
    """Null where the quota is not known, or is nothing."""
    total = pl.col("used") + pl.col("remaining")
    return pl.when(total > 0).then((pl.col("used") / total).clip(0.0, 1.0))

"""operations.quarantined_payloads: everything that could not be stored, of all upstreams."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from nba_props.game_calendar import DateRange


def build(dates: DateRange, quarantines: Sequence[pl.LazyFrame]) -> pl.DataFrame:
    """The quarantines of the upstreams, one below the other."""
    return pl.concat(quarantines).filter(dates.is_in()).collect()

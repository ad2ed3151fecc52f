"""operations.quarantined_payloads: everything that could not be stored, of all upstreams."""

from __future__ import annotations

import polars as pl

from nba_props.game_calendar import DateRange


def build(dates: DateRange, *, nbac_quarantine: pl.LazyFrame, odds_quarantine: pl.LazyFrame) -> pl.DataFrame:
    """The quarantines of the upstreams, one below the other."""
    return pl.concat([nbac_quarantine, odds_quarantine]).filter(dates.is_in()).collect()

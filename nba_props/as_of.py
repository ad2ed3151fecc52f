"""Facts as of a moment: which moment a game's row stands for, which facts were knowable by then.

Only what was knowable is joined; a later fact in a result is an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import polars as pl

from nba_props.game_calendar import LEAGUE_TIME_ZONE

MORNING = timedelta(hours=6)
"""What is made once a game date stands as of this time in New York: all games of the night before have ended."""


class LaterFactError(ValueError):
    """A row rests on a fact that was not knowable at the moment that the row stands for."""


def facts_known(
    facts: pl.LazyFrame, moments: pl.LazyFrame, *, on: Sequence[str], knowable_at: str, as_of: str = "as_of"
) -> pl.LazyFrame:
    """The facts that were knowable at their key's moment.

    Args:
        facts: any columns, with ``on`` and the UTC time ``knowable_at``.
        moments: one row a key: the columns ``on`` and ``as_of``.
        on: the key that both share, such as date and game; not the game alone, as a postponed game keeps its
            id.
        knowable_at: the column of ``facts`` that says from when a fact counts as known.
        as_of: the column of ``moments`` that says which time is asked for.

    Returns:
        Rows of ``facts`` whose key has a moment that is not before ``knowable_at``, with the columns of
        ``facts``.
    """
    asked = moments.select(*on, pl.col(as_of).alias("_asked_as_of"))
    return (
        facts.join(asked, on=on, how="inner").filter(pl.col(knowable_at) <= pl.col("_asked_as_of")).drop("_asked_as_of")
    )


def require_known(rows: pl.DataFrame, *, table: str, knowable_at: str, as_of: str = "as_of") -> pl.DataFrame:
    """The rows themselves, if none rests on a fact that came later than its moment; no fact (null) is fine.

    Raises:
        LaterFactError: some do; the message names the table and the first one's date, game and times.
    """
    named = [name for name in ("game_date", "game_id", "player_id") if name in rows.columns]
    later = rows.select(*named, knowable_at, as_of).filter(pl.col(knowable_at) > pl.col(as_of))
    if later.is_empty():
        return rows
    first = later.row(0, named=True)
    where = ", ".join(f"{name} {first[name]}" for name in named)
    raise LaterFactError(
        f"{table}: {later.height} rows rest on facts later than their moment; the first ({where}) stands as"
        f" of {first[as_of]} but used what was known from {first[knowable_at]}; join with as_of.facts_known"
    )


def morning_of(day: pl.Expr) -> pl.Expr:
    """The UTC moment at which a game date's morning stands, of a date column."""
    morning = day.cast(pl.Datetime("us")) + MORNING
    return morning.dt.replace_time_zone(LEAGUE_TIME_ZONE).dt.convert_time_zone("UTC")


def known_on(knowable_at: pl.Expr) -> pl.Expr:
    """The first game date on whose morning a fact was known, of the UTC moment from which it counts as known."""
    local = knowable_at.dt.convert_time_zone(LEAGUE_TIME_ZONE).dt.replace_time_zone(None)
    return (local - MORNING - timedelta(microseconds=1)).dt.date() + timedelta(days=1)


def game_as_of(*, now: datetime, lead: timedelta) -> pl.Expr:
    """The UTC moment for which a row of a game stands, of the columns ``tip_off_at`` and ``game_date``.

    Before the tip-off it is ``now``, but not before the game date's morning, for which a row made days ahead stands;
    once the game has tipped off it is ``lead`` before the tip-off, the same whenever it is made.
    """
    tip_off = pl.col("tip_off_at")
    live = pl.min_horizontal(pl.max_horizontal(pl.lit(now), morning_of(pl.col("game_date"))), tip_off)
    return pl.when(tip_off > now).then(live).otherwise(tip_off - lead)

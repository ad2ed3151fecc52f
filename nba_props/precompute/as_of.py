"""Facts as of a moment: only what was knowable by then is joined; a later fact in a result is an error."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl


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

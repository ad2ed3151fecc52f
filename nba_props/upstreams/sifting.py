"""Sorting rows into those that can be stored and those that cannot, in expressions over whole columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

REASON = "reason"


Fault = tuple[pl.Expr, pl.Expr | str]
"""A condition of which null counts as no, and the reason, a text or a text expression."""


def sift(frame: pl.DataFrame, faults: Sequence[Fault]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows without a fault, and the others with the ``reason`` of their first fault."""
    conditions = [condition.fill_null(False) for condition, _ in faults]
    faulty = frame.select(pl.any_horizontal(conditions).alias("faulty"))["faulty"]
    if not faulty.any():
        return frame, frame.clear().with_columns(pl.lit(None, pl.String).alias(REASON))
    reasons = pl.coalesce(
        pl.when(condition).then(pl.lit(reason) if isinstance(reason, str) else reason) for condition, reason in faults
    )
    # Text is formatted from columns in one piece: polars panics where filtering left an empty piece at the front.
    return frame.filter(~faulty), frame.filter(faulty).rechunk().with_columns(reasons.alias(REASON))


def absent_text(column: str) -> pl.Expr:
    """Whether a text column holds nothing to read."""
    return pl.col(column).is_null() | (pl.col(column).str.strip_chars() == "")


def repeated(frame: pl.DataFrame, key: Sequence[str]) -> pl.Series:
    """Which rows may share their key with another row.

    Keys are compared by a 64-bit hash, which takes a third of the time: a row that shares its key is always told, one
    that does not may be, once in millions of batches, so that a reader has to compare the keys of what is told.
    """
    return frame.select(key).hash_rows().is_duplicated()


def latest_of_key(frame: pl.DataFrame, key: Sequence[str], beside: Iterable[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows with each key once: its last row; and the earlier rows of a key that say something else.

    Earlier rows that say the same as the last one are the same row sent again and are in neither result.
    Columns ``beside`` the content, such as a row number, are not compared.
    """
    if not repeated(frame, key).any():
        return frame, frame.clear()
    content = [name for name in frame.columns if name not in set(beside)]
    position = "position_in_payload"
    numbered = frame.with_row_index(position)
    last = numbered.unique(key, keep="last", maintain_order=True)
    others = numbered.join(last.select(position), on=position, how="anti", maintain_order="left")
    contradicting = others.join(last.select(content), on=content, how="anti", nulls_equal=True, maintain_order="left")
    return last.drop(position), contradicting.drop(position)


CONTRADICTED = "a later row of the same payload with the same key says something else"

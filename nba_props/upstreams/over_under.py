"""Quotes of one side each, an over or an under, into rows of both: for line sources that send the sides apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from nba_props.prices import decimal_from_american
from nba_props.upstreams.sifting import CONTRADICTED, Fault, latest_of_key, sift

SIDES = ("over", "under")

LONGEST_LINE = 200
HIGHEST_PRICE = 1001
"""Decimal; what a source lists above is no offer."""


def decimal_price(american: pl.Expr) -> pl.Expr:
    """Decimal price of an American one; null where it is none, or none that anybody offers."""
    price = decimal_from_american(american)
    return pl.when((price > 1) & (price <= HIGHEST_PRICE)).then(price)


def quote_faults(told_side: str, told_price: str) -> list[Fault]:
    """What can be wrong with a quote's side, line and price; the arguments are the columns that hold them as sent."""
    side, line = pl.col("side"), pl.col("line")
    return [
        (~side.is_in(SIDES).fill_null(False), pl.format("neither over nor under: {}", pl.col(told_side).fill_null(""))),
        (line.is_null(), "no line"),
        ((line <= 0) | (line >= LONGEST_LINE), pl.format("impossible line: {}", line)),
        (pl.col(told_price).is_null(), "no price"),
        (pl.col("price").is_null(), pl.format("no valid price: {}", told_price)),
    ]


def paired(
    quotes: pl.DataFrame,
    key: Sequence[str],
    faults: Sequence[Fault],
    facts: Iterable[pl.Expr],
    beside: Iterable[str],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One row for each key, and the refused quotes with their ``reason``.

    A quote is thus in a row, refused, or the repetition of another one.

    Args:
        quotes: one row a side, with the key, ``side`` and ``price`` (decimal, null where what was sent is none).
        key: what makes two sides the sides of one line; the line is part of it.
        faults: why a quote is refused.
        facts: what a row tells beside its key and its ``over_price`` and ``under_price``, from its one or two quotes.
        beside: columns in which repetitions may differ.
    """
    good, bad = sift(quotes, faults)
    good, orphaned = _without_priceless_other_side(good, bad, key)
    latest, contradicted = latest_of_key(good, [*key, "side"], beside)
    rows = latest.group_by(key, maintain_order=True).agg(*facts, _price_of("over"), _price_of("under"))
    return rows, pl.concat([bad, orphaned, contradicted.with_columns(reason=pl.lit(CONTRADICTED))])


def _price_of(side: str) -> pl.Expr:
    return pl.col("price").filter(pl.col("side") == side).last().alias(f"{side}_price")


def _without_priceless_other_side(
    good: pl.DataFrame, bad: pl.DataFrame, key: Sequence[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Quotes without those whose other side has no valid price, which would look one-sided; and those."""
    priceless = bad.filter(pl.col("side").is_in(SIDES), pl.col("price").is_null())
    if priceless.is_empty():
        return good, bad.clear()
    numbered = good.with_row_index("place")
    orphaned = numbered.join(priceless.select(key).unique(), on=key, how="semi", maintain_order="left")
    kept = numbered.join(orphaned.select("place"), on="place", how="anti", maintain_order="left")
    return kept.drop("place"), orphaned.drop("place").with_columns(reason=pl.lit("the other side has no valid price"))

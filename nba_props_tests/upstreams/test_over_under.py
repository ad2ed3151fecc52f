"""Quotes of one side each into rows: nothing is lost, nothing is made up, whatever the order."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from nba_props.upstreams.over_under import HIGHEST_PRICE, decimal_price, paired, quote_faults

QUOTE = st.tuples(
    st.sampled_from(["A", "B"]),
    st.sampled_from([1.5, 2.5, 0.0, None]),
    st.sampled_from(["over", "under", "yes", None]),
    st.sampled_from([-110.0, 100.0, 50.0, 1e7, None]),
)
Quote = tuple[str, float | None, str | None, float | None]
SCHEMA = {"player": pl.String, "line": pl.Float64, "side": pl.String, "cost": pl.Float64}


def pair(quotes: list[Quote]) -> tuple[pl.DataFrame, pl.DataFrame]:
    frame = pl.DataFrame(quotes, schema=SCHEMA, orient="row").with_row_index("row")
    priced = frame.with_columns(price=decimal_price(pl.col("cost")))
    return paired(priced, ["player", "line"], quote_faults("side", "cost"), [pl.len().alias("sides")], ("row",))


@given(st.lists(QUOTE, max_size=14))
def test_every_quote_is_in_a_row_or_refused_or_the_repetition_of_another_one(quotes: list[Quote]) -> None:
    rows, refused = pair(quotes)
    stored = {
        (player, line, side, round(price, 9))
        for player, line, over, under in rows.select("player", "line", "over_price", "under_price").iter_rows()
        for side, price in (("over", over), ("under", under))
        if price is not None
    }
    assert sum(rows["sides"]) == len(stored)
    assert rows.select("player", "line").is_unique().all()
    refused_rows = set(refused["row"])
    assert len(refused_rows) == refused.height
    prices = pl.DataFrame(quotes, schema=SCHEMA, orient="row").select(decimal_price(pl.col("cost")))["cost"]
    left = {
        (player, line, side, round(price, 9))
        for number, ((player, line, side, _), price) in enumerate(zip(quotes, prices, strict=True))
        if number not in refused_rows
    }
    assert left == stored


def test_no_price_above_the_highest_is_an_offer() -> None:
    prices = pl.DataFrame({"american": [(HIGHEST_PRICE - 1) * 100.0, HIGHEST_PRICE * 100.0, -1e20, 99.0, float("nan")]})
    assert prices.select(decimal_price(pl.col("american")).is_null())["american"].to_list() == [
        False, True, True, True, True,
    ]  # fmt: skip

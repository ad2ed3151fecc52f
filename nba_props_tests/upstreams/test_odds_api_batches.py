"""Odds are read the same alone and among others, and in whatever order a bookmaker sends his outcomes."""

from __future__ import annotations

from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_props.upstreams.odds_api import EVENT_ODDS
from nba_props.upstreams.sifting import sift
from nba_props_tests.upstreams.exchanges import EVENT_ODDS_URL, event_odds, market, offer, payload

PROPS = "raw.odds_player_props"
OUTCOME = st.builds(
    offer,
    st.sampled_from(["Over", "Under"]),
    st.sampled_from([-110, 105, 50]),
    st.sampled_from([1.5, 2.5]),
    st.sampled_from(["A", "B"]),
)
MARKET = st.builds(
    lambda key, outcomes, update: market(key, *outcomes, last_update=f"2025-01-05T22:{update:02d}:00Z"),
    st.sampled_from(["player_points", "player_points_alternate", "player_assists"]),
    st.lists(OUTCOME, max_size=7),
    st.integers(0, 59),
)
BODY = st.lists(MARKET, max_size=3).map(lambda markets: event_odds(*markets))


@settings(deadline=None)
@given(st.lists(BODY, min_size=1, max_size=4))
def test_a_body_is_read_the_same_alone_and_among_others(bodies: list[dict[str, Any]]) -> None:
    payloads = [payload(f"{EVENT_ODDS_URL}&number={number}", body) for number, body in enumerate(bodies)]
    together = EVENT_ODDS.parse_many(payloads)
    alone = [EVENT_ODDS.parse(each) for each in payloads]
    assert together.frames[PROPS].equals(pl.concat([each.frames[PROPS] for each in alone]), null_equal=True)
    rejects = pl.concat([each.rejects for each in alone])
    columns = rejects.columns
    assert together.rejects.sort(columns).equals(rejects.sort(columns), null_equal=True)


def test_what_is_refused_of_a_later_body_costs_nothing_of_an_earlier_one() -> None:
    prices = (-110, 50)
    bodies = [event_odds(market("player_points", offer("Over", price, 1.5, "A"))) for price in prices]
    parsed = EVENT_ODDS.parse_many([payload(f"{EVENT_ODDS_URL}&number={n}", body) for n, body in enumerate(bodies)])
    assert parsed.frames[PROPS].height == 1
    assert parsed.rejects["reason"].to_list() == ["no valid price: 50.0"]


def test_rows_of_a_frame_in_pieces_are_refused_with_their_reasons() -> None:
    names = pl.concat([pl.Series(["good"]), pl.Series(["bad", "worse"])], rechunk=False)
    prices = pl.concat([pl.Series([1.5]), pl.Series([None, None], dtype=pl.Float64)], rechunk=False)
    pieces = pl.DataFrame({"number": [1, 2, 3], "name": names, "price": prices})
    good, bad = sift(pieces, [(pl.col("price").is_null(), pl.format("no price: {}", "name"))])
    assert good["name"].to_list() == ["good"]
    assert bad["reason"].to_list() == ["no price: bad", "no price: worse"]


@settings(deadline=None)
@given(st.lists(st.sampled_from([1.5, 2.5, 3.5, 4.5]), unique=True, min_size=1), st.randoms(use_true_random=False))
def test_pairs_do_not_depend_on_the_order_of_their_sides(lines: list[float], random: Any) -> None:
    outcomes = [offer(side, price, line, "A") for line in lines for side, price in (("Over", -110), ("Under", 100))]
    shuffled = random.sample(outcomes, len(outcomes))
    frames = [
        EVENT_ODDS.parse(payload(EVENT_ODDS_URL, event_odds(market("player_points", *sent)))).frames[PROPS]
        for sent in (outcomes, shuffled)
    ]
    facts = ["line", "over_price", "under_price"]
    assert frames[0].select(facts).sort("line").equals(frames[1].select(facts).sort("line"))
    assert frames[1]["under_price"].null_count() == 0

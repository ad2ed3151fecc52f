"""Markets: each settles on columns that the box score has, under a key of its own."""

from __future__ import annotations

import polars as pl
import pytest

from nba_props.contracts.conformed import PLAYER_BOXSCORES
from nba_props.markets import ALTERNATE_SUFFIX, GAME_LINE_MARKETS, MARKETS, PREDICTED_MARKETS

LINE = {"points": 20, "rebounds": 7, "assists": 5, "threes": 3, "blocks": 2, "steals": 1, "turnovers": 4}


@pytest.mark.parametrize(
    ("market", "actual"),
    [
        ("points", 20),
        ("threes", 3),
        ("points_rebounds_assists", 32),
        ("points_rebounds", 27),
        ("points_assists", 25),
        ("rebounds_assists", 12),
    ],
)
def test_a_market_settles_on_the_sum_of_its_statistics(market: str, actual: float) -> None:
    settled = pl.DataFrame(LINE).select(MARKETS[market].actual())
    assert settled.to_dict(as_series=False) == {market: [actual]}
    assert settled.schema == {market: pl.Float64}


def test_box_scores_have_every_statistic() -> None:
    settled = {statistic for market in MARKETS.values() for statistic in market.statistics}
    assert settled <= set(PLAYER_BOXSCORES.schema)


def test_upstream_keys_are_told_apart() -> None:
    keys = [market.odds_api_key for market in MARKETS.values()]
    assert len(set(keys)) == len(keys)
    assert not any(key.endswith(ALTERNATE_SUFFIX) for key in keys)
    assert not set(keys) & set(GAME_LINE_MARKETS)
    assert set(PREDICTED_MARKETS) <= set(MARKETS)

"""Results of the predicted markets against their closing lines."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings

from nba_props.analytics import player_market_results
from nba_props.contracts.analytics import PLAYER_MARKET_RESULTS
from nba_props.game_calendar import DateRange
from nba_props_tests.precompute.league import (
    RANDOM_LEAGUES,
    SEEDS,
    League,
    consensus,
    days_from,
    empty_inputs,
    game,
    played,
    random_league,
    same_bits,
)
from nba_props_tests.precompute.recomputed import PREDICTED

DAY = date(2025, 1, 20)
GAME = game("0022400001", DAY, "BOS", "NYK")
TABLES = ("player_boxscores", "prop_consensus")


def results(league: League, dates: DateRange | None = None) -> pl.DataFrame:
    """The table of a league."""
    inputs = league.frames()
    return player_market_results.build(dates or DateRange.of(DAY), **{name: inputs[name] for name in TABLES})


@settings(RANDOM_LEAGUES, max_examples=6)
@given(seed=SEEDS)
def test_every_row_is_what_the_contract_says(seed: int) -> None:
    days = days_from(date(2024, 10, 22), 8)
    league = random_league(seed, days=days)
    made = results(league, DateRange(days[0], days[-1]))
    PLAYER_MARKET_RESULTS.require(made)
    closing = {
        (row["game_id"], row["player_id"], row["market"]): row
        for row in league.prop_consensus
        if row["kind"] == "closing"
    }
    expected = []
    for row in league.boxscores:
        for market, parts in PREDICTED.items():
            actual = float(sum(row[part] for part in parts))
            line = closing.get((row["game_id"], row["player_id"], market), {})
            at = line.get("line")
            result = None if at is None else "OVER" if actual > at else "UNDER" if actual < at else "PUSH"
            key = (row["game_id"], row["game_date"], row["player_id"], market)
            expected.append((*key, actual, at, line.get("over_probability"), result))
    assert made.rows() == sorted(expected, key=lambda row: (row[1], row[0], row[2], row[3]))
    for day in days[::3]:
        assert same_bits(results(league, DateRange.of(day)), made.filter(pl.col("game_date") == day))


@pytest.mark.parametrize(("points", "result"), [(19, "UNDER"), (20, "PUSH"), (21, "OVER")])
def test_a_result_is_over_under_or_push(points: int, result: str) -> None:
    lines = [consensus(GAME, 1, "points", kind="closing", line=20.0)]
    made = results(League([GAME], [played(GAME, 1, "BOS", points=points)], lines))
    assert made.filter(pl.col("market") == "points")["result"].to_list() == [result]
    assert made.filter(pl.col("market") != "points")["result"].null_count() == len(PREDICTED) - 1


def test_only_the_closing_line_of_the_same_date_is_used() -> None:
    earlier = {**GAME, "game_date": DAY - timedelta(days=1)}
    lines = [consensus(GAME, 1, "points", kind="current"), consensus(earlier, 1, "points", kind="closing")]
    made = results(League([GAME], [played(GAME, 1, "BOS")], lines), DateRange(DAY - timedelta(days=1), DAY))
    assert made["closing_line"].null_count() == made.height == len(PREDICTED)


def test_no_input_gives_a_typed_frame_of_no_rows() -> None:
    inputs = empty_inputs()
    made = player_market_results.build(DateRange.of(DAY), **{name: inputs[name] for name in TABLES})
    assert made.schema == PLAYER_MARKET_RESULTS.schema
    assert made.is_empty()

"""Circuit breakers: what the recorded tries of a route and host say about taking it now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nba_props.archive.index import PastTry
from nba_props.contracts.operations import ATTEMPT_OUTCOMES
from nba_props.settings import Settings
from nba_props.upstreams.breakers import CLOSED, FAILED, HALF_OPEN, OPEN, Breaker, Limits, breaker_of, state_expression
from nba_props_tests.upstreams.waiting import START

LIMITS = Limits(failures=3, cool_down=timedelta(seconds=60), longest_cool_down=timedelta(seconds=200))


def tries(outcomes: Sequence[str], took: float = 0) -> list[PastTry]:
    """Newest first; the newest is asked at the start."""
    return [
        PastTry("direct", START - timedelta(seconds=number), took, None, outcome)
        for number, outcome in enumerate(outcomes)
    ]


def after(outcomes: Sequence[str], seconds: float = 0) -> Breaker:
    return breaker_of(tries(outcomes), START + timedelta(seconds=seconds), LIMITS)


def test_a_route_that_was_never_tried_may_be_taken() -> None:
    assert breaker_of([], START, LIMITS) == Breaker(CLOSED)


@pytest.mark.parametrize("outcome", FAILED)
def test_so_many_failures_in_a_row_open_it(outcome: str) -> None:
    assert after([outcome] * 2).state == CLOSED
    assert after([outcome] * 3).state == OPEN
    assert after([outcome] * 2 + ["ok", outcome]).state == CLOSED


@pytest.mark.parametrize("outcome", sorted(set(ATTEMPT_OUTCOMES) - set(FAILED)))
def test_an_answer_closes_it_whatever_the_host_made_of_the_request(outcome: str) -> None:
    assert after([outcome, *["blocked"] * 30]) == Breaker(CLOSED)


def test_it_may_be_probed_when_its_rest_is_over() -> None:
    assert after(["blocked"] * 3, 59.9).state == OPEN
    assert after(["blocked"] * 3, 60) == Breaker(HALF_OPEN, START + timedelta(seconds=60))


def test_each_failed_probe_doubles_the_rest_up_to_the_longest() -> None:
    rests = [after(["blocked"] * number).probe_at for number in (3, 4, 5, 6, 500)]
    assert [(rest - START).total_seconds() for rest in rests if rest] == [60, 120, 200, 200, 200]


def test_the_rest_begins_when_the_last_failure_ended() -> None:
    late = breaker_of(tries(["blocked"] * 3, took=45), START, LIMITS)
    assert late.probe_at == START + timedelta(seconds=105)


def test_a_longest_rest_below_the_first_does_not_shorten_it() -> None:
    limits = Limits(1, timedelta(seconds=60), timedelta(seconds=10))
    assert breaker_of(tries(["blocked"] * 9), START, limits).probe_at == START + timedelta(seconds=60)


def test_its_limits_are_settings() -> None:
    assert Limits.of(Settings(breaker_failures=7, breaker_cool_down_seconds=5)) == Limits(
        7, timedelta(seconds=5), timedelta(seconds=900)
    )


@given(st.lists(st.sampled_from(ATTEMPT_OUTCOMES), max_size=40), st.floats(0, 1e5))
def test_no_more_tries_than_the_limits_say_are_needed_to_tell(outcomes: list[str], seconds: float) -> None:
    now = START + timedelta(seconds=seconds)
    whole = tries(outcomes)
    assert breaker_of(whole, now, LIMITS) == breaker_of(whole[: LIMITS.tries_needed], now, LIMITS)


@given(
    st.lists(st.tuples(st.integers(0, 60), st.floats(0, 100), st.floats(-10, 5000)), min_size=1, max_size=20),
    st.integers(1, 6),
    st.floats(0.5, 5000),
    st.floats(0.5, 5000),
)
def test_over_columns_it_is_the_same(
    cases: list[tuple[int, float, float]], failures: int, cool_down: float, longest: float
) -> None:
    limits = Limits(failures, timedelta(seconds=cool_down), timedelta(seconds=longest))
    moments: list[tuple[int, datetime, datetime]] = []
    for in_a_row, took, later in cases:
        ended = tries(["blocked"], took)[0].ended_at
        moments.append((in_a_row, ended, ended + timedelta(seconds=later)))
    frame = pl.DataFrame(
        moments,
        schema={"failures": pl.UInt32(), "ended_at": pl.Datetime("us", "UTC"), "now": pl.Datetime("us", "UTC")},
        orient="row",
    )
    states = frame.select(state_expression(pl.col("failures"), pl.col("ended_at"), pl.col("now"), limits))
    expected = [
        breaker_of(tries(["blocked"] * in_a_row, took), now, limits).state
        for (in_a_row, took, _), (_, _, now) in zip(cases, moments, strict=True)
    ]
    assert states.to_series().to_list() == expected

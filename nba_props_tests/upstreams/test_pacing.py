"""Pacing: the least interval holds whatever the order of events, complaints widen it, a new process goes on with it."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nba_props.archive.index import PastTry
from nba_props.settings import Settings
from nba_props.upstreams.pacing import TRIES_NEEDED, Interval, Pacing, Turns, rests_until
from nba_props_tests.upstreams.waiting import START, Time

USUAL = Interval.of(Settings())

ANSWERS = st.sampled_from(
    [(200, "ok"), (429, "retry later"), (503, "retry later"), (404, "permanent"), (None, "blocked")]
)


def past(
    seconds: float = 0, status: int | None = 200, outcome: str = "ok", rest: float | None = None, took: float = 0
) -> PastTry:
    return PastTry("direct", START + timedelta(seconds=seconds), took, status, outcome, rest)


def complaint(seconds: float = 0, rest: float | None = None, **told: Any) -> PastTry:
    return past(seconds, 429, "retry later", rest, **told)


def pacing(moment: Time, interval: Interval = USUAL, turns: Turns | None = None) -> Pacing:
    return Pacing(interval, moment.clock, moment.timer, moment.sleep, turns)


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 30), ANSWERS, st.none() | st.floats(0, 50)), max_size=30),
)
def test_no_host_is_asked_before_its_interval_or_its_rest_is_over(events: list[tuple[str, float, Any, Any]]) -> None:
    moment = Time()
    paced = pacing(moment)
    told: dict[str, list[PastTry]] = {"a": [], "b": []}
    for host, idle, (status, outcome), rest in events:
        moment.passed += idle
        tries = told[host]
        assert paced.wait(host, tries, at_most=1000) == 0
        if tries:
            assert moment.clock() >= tries[0].asked_at + timedelta(seconds=USUAL.narrowest - 1e-5)
        for earlier in tries:
            rested = earlier.asked_at + timedelta(seconds=(earlier.retry_after_seconds or 0) - 1e-5)
            assert moment.clock() >= rested
        tries.insert(0, PastTry("direct", moment.clock(), 0, status, outcome, rest if status in (429, 503) else None))


@given(st.lists(ANSWERS, max_size=60))
def test_the_interval_stays_within_its_bounds(answers: list[tuple[int | None, str]]) -> None:
    tries = [past(0, status, outcome) for status, outcome in answers]
    assert 2.5 <= USUAL.after(tries) <= 20
    assert Interval(0, 20).after(tries) == 0


def test_complaints_widen_the_interval_to_twenty_seconds_and_answers_narrow_it_again() -> None:
    widened = [USUAL.after([complaint()] * number) for number in range(6)]
    assert widened == [2.5, 5, 10, 20, 20, 20]
    narrowed = [USUAL.after([*[past()] * number, *[complaint()] * 3]) for number in range(9)]
    assert narrowed == sorted(narrowed, reverse=True)
    assert narrowed[:2] == [20, 15]
    assert narrowed[-1] == 2.5
    assert len(narrowed) < TRIES_NEEDED / 2


@pytest.mark.parametrize("status", [None, 403, 404, 500])
def test_other_failures_neither_widen_nor_narrow(status: int | None) -> None:
    assert USUAL.after([past(0, status, "retry later")] * 5) == 2.5
    assert USUAL.after([past(0, status, "retry later"), complaint()]) == 5


def test_a_widest_interval_below_the_narrowest_is_none() -> None:
    assert Interval.of(Settings(pacing_seconds=30)) == Interval(30, 30)


def test_a_new_process_goes_on_where_the_last_one_stopped() -> None:
    """It has had no turn yet, but the record tells of a complaint and of a try just made."""
    moment = Time()
    moment.passed = 100
    assert pacing(moment).wait("a", [past(99), complaint(90), complaint(80)], at_most=60) == 0
    assert moment.waits == [pytest.approx(7.5 - 1)]


def test_a_rest_counts_from_the_end_of_the_try_and_the_latest_holds() -> None:
    assert rests_until([past(5), complaint(3, rest=10, took=2), complaint(1, rest=60)]) == START + timedelta(seconds=61)
    assert rests_until([past(5), complaint(3)]) is None
    assert rests_until([complaint(0, rest=1e12)]) == START + timedelta(hours=6)


def test_a_host_that_is_resting_is_not_waited_for_longer_than_allowed() -> None:
    moment = Time()
    paced = pacing(moment, Interval(1, 20))
    assert paced.wait("a", [complaint(rest=60)], at_most=30) == 60
    assert moment.waits == []
    assert paced.wait("b", [], at_most=30) == 0
    moment.passed = 60
    assert paced.wait("a", [complaint(rest=60)], at_most=30) == 0
    assert moment.waits == []


def test_a_clock_that_was_set_back_costs_one_interval_at_most() -> None:
    moment = Time()
    assert pacing(moment).wait("a", [past(3600)], at_most=60) == 0
    assert moment.waits == [2.5]


def test_threads_and_clients_that_share_turns_get_moments_of_their_own() -> None:
    waits: list[float] = []
    turns = Turns()

    def ask() -> None:
        Pacing(Interval(1, 20), lambda: START, lambda: 0.0, waits.append, turns).wait("a", [], 100)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(waits) == [1, 2, 3, 4, 5]


def test_clients_of_one_process_share_their_turns_unless_they_have_a_time_of_their_own() -> None:
    waits: list[float] = []
    for _ in range(2):
        Pacing(Interval(3600, 3600), lambda: START, sleep=waits.append).wait("only this test asks it", [], 7200)
    assert waits == [pytest.approx(3600, abs=1)]
    for _ in range(2):
        moment = Time()
        pacing(moment).wait("only this test asks it", [], 7200)
        assert moment.waits == []

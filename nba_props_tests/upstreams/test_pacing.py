"""Pacing: the least interval holds whatever the order of events, and complaints widen it."""

from __future__ import annotations

import threading

from hypothesis import given
from hypothesis import strategies as st

from nba_props.upstreams.pacing import Pacing


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def __call__(self) -> float:
        return self.now


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("ask"), st.sampled_from(["a", "b"]), st.floats(0, 20)),
        st.tuples(st.just("complain"), st.sampled_from(["a", "b"]), st.floats(0, 50)),
        st.tuples(st.just("answer"), st.sampled_from(["a", "b"]), st.just(0.0)),
    ),
    max_size=40,
)


@given(EVENTS)
def test_no_host_is_asked_before_its_interval_or_its_rest_is_over(
    events: list[tuple[str, str, float]],
) -> None:
    time = Time()
    pacing = Pacing(2.5, time, time.sleep)
    last: dict[str, float] = {}
    rest: dict[str, float] = {}
    for what, host, seconds in events:
        if what == "ask":
            time.now += seconds
            assert pacing.wait(host, at_most=1000) == 0
            assert time.now >= last.get(host, -10) + 2.5 - 1e-9
            assert time.now >= rest.get(host, 0) - 1e-9
            last[host] = time.now
        elif what == "complain":
            pacing.throttled(host, seconds)
            rest[host] = max(rest.get(host, 0), time.now + seconds)
        else:
            pacing.answered(host)


def test_a_host_that_is_resting_is_not_waited_for_longer_than_asked() -> None:
    time = Time()
    pacing = Pacing(1, time, time.sleep)
    pacing.throttled("a", 60)
    assert pacing.wait("a", at_most=30) == 60
    assert time.now == 0
    assert pacing.wait("b", at_most=30) == 0
    time.now = 60
    assert pacing.wait("a", at_most=30) == 0


def test_complaints_widen_the_interval_and_answers_narrow_it_again() -> None:
    time = Time()
    pacing = Pacing(1, time, time.sleep)

    def gap() -> float:
        pacing.wait("a", at_most=1000)
        before = time.now
        pacing.wait("a", at_most=1000)
        return time.now - before

    assert gap() == 1
    pacing.throttled("a", None)
    assert gap() == 2
    pacing.throttled("a", None)
    assert gap() == 4
    for _ in range(3):
        pacing.answered("a")
    assert gap() == 1


def test_threads_get_moments_of_their_own() -> None:
    waits: list[float] = []
    pacing = Pacing(1, lambda: 0.0, waits.append)
    threads = [threading.Thread(target=pacing.wait, args=("a", 100)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(waits) == [1, 2, 3, 4, 5]

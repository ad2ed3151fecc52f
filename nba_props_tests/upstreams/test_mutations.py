"""Mutated bodies of every upstream: no crash, no hang, no row that breaks its contract, no payload lost."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nba_props.contracts.registry import table_named
from nba_props.upstreams.asking import FileDrop
from nba_props.upstreams.registry import ENDPOINTS, SOURCES, endpoint_of
from nba_props_tests.upstreams.fuzzing import all_examples, assert_keeps_contract, assert_survives

EXAMPLES = all_examples()
MUTANTS = 60


@pytest.mark.parametrize("name", EXAMPLES)
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(seed=st.integers(0, 2**32))
def test_a_mutated_body_is_read_within_its_contract_or_refused(name: str, seed: int) -> None:
    assert_survives(EXAMPLES[name], seed, MUTANTS)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_body_that_is_mutated_is_itself_read_and_holds_rows(name: str) -> None:
    payload = EXAMPLES[name]
    endpoint = endpoint_of(payload.url)
    assert endpoint is not None
    parsed = endpoint.parse(payload)
    assert any(frame.height for frame in parsed.frames.values())
    for table, frame in parsed.frames.items():
        assert_keeps_contract(table_named(table), frame)


def test_every_endpoint_that_is_asked_or_laid_is_mutated() -> None:
    mutated = {endpoint_of(payload.url) for payload in EXAMPLES.values()}
    asked = {each for each in ENDPOINTS if each.request is not None or isinstance(each.rule, FileDrop)}
    assert asked <= mutated
    assert {endpoint.source for endpoint in mutated if endpoint} == set(SOURCES)

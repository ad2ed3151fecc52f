"""The rule table: whatever happens has a rule, and every rule is one that the rest of the platform knows."""

from __future__ import annotations

from collections.abc import Iterator

import httpx

from nba_props.contracts.operations import ATTEMPT_OUTCOMES
from nba_props.upstreams.verdicts import (
    BODY_RULES,
    EXCEPTION_RULES,
    FAILURES,
    STATUS_RULES,
    Flaw,
    Then,
    rule_of_failure,
    rule_of_status,
)


def test_every_outcome_is_one_of_the_contract_and_every_consequence_is_used() -> None:
    rules = [rule for _, rule in (*STATUS_RULES, *EXCEPTION_RULES)] + list(BODY_RULES.values())
    rules += [rule_of_status(status) for status in range(100, 600)]
    assert {rule.outcome for rule in rules} == set(ATTEMPT_OUTCOMES)
    assert {rule.then for rule in rules} == set(Then)
    assert set(BODY_RULES) == set(Flaw)
    assert all(rule.keeps_body for rule in rules if rule.then in (Then.ARCHIVE, Then.QUARANTINE))


def test_every_failure_of_the_http_library_has_a_rule() -> None:
    def kinds(of: type[Exception]) -> Iterator[type[Exception]]:
        yield of
        for kind in of.__subclasses__():
            yield from kinds(kind)

    for kind in (*kinds(httpx.HTTPError), httpx.InvalidURL):
        assert issubclass(kind, FAILURES), kind
        assert rule_of_failure(kind.__new__(kind)).outcome in ATTEMPT_OUTCOMES

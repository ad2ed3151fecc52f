"""The predictive distribution: its laws, and the numbers of textbooks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from nba_props.contracts.predictions import QUANTILES
from nba_props.predictions import distributions

PATIENTLY = settings(deadline=None, max_examples=60)

MEANS = st.floats(0.02, 60)
RATIOS = st.floats(0.5, 6)
LINES = st.integers(1, 120).map(lambda halves: halves / 2)


@PATIENTLY
@given(LINES, MEANS, RATIOS)
def test_over_push_and_under_sum_to_one(line: float, mean: float, ratio: float) -> None:
    over, push, under = distributions.over_push_under(line, mean, ratio)
    assert over + push + under == pytest.approx(1, abs=1e-12)
    assert min(over, push, under) >= 0


@PATIENTLY
@given(LINES, MEANS, RATIOS)
def test_only_a_whole_number_line_can_push(line: float, mean: float, ratio: float) -> None:
    _, push, _ = distributions.over_push_under(line, mean, ratio)
    if line != int(line):
        assert push == 0
    else:
        assert push == pytest.approx(
            float(distributions.at_most(line, mean, ratio) - distributions.at_most(line - 1, mean, ratio)), abs=1e-12
        )


@PATIENTLY
@given(MEANS, st.floats(1.001, 6), st.integers(0, 80))
def test_probabilities_are_those_of_scipys_negative_binomial(mean: float, ratio: float, value: int) -> None:
    reference = stats.nbinom(mean / (ratio - 1), 1 / ratio)
    assert distributions.at_most(value, mean, ratio) == pytest.approx(float(reference.cdf(value)), abs=1e-10)
    assert distributions.more_than(value, mean, ratio) == pytest.approx(float(reference.sf(value)), abs=1e-10)
    assert distributions.exactly(value, mean, ratio) == pytest.approx(float(reference.pmf(value)), abs=1e-9)


@PATIENTLY
@given(MEANS, st.floats(0.1, 1.0), st.integers(0, 80))
def test_without_overdispersion_the_distribution_is_poissons(mean: float, ratio: float, value: int) -> None:
    assert distributions.family(ratio) == distributions.POISSON
    reference = stats.poisson(mean)
    assert distributions.at_most(value, mean, ratio) == pytest.approx(float(reference.cdf(value)), abs=1e-12)
    assert distributions.exactly(value, mean, ratio) == pytest.approx(float(reference.pmf(value)), abs=1e-12)
    assert distributions.standard_deviation(mean, ratio) == pytest.approx(mean**0.5)


@PATIENTLY
@given(st.floats(0.1, 40), st.floats(1.0, 4))
def test_mean_and_variance_are_those_asked_for(mean: float, ratio: float) -> None:
    values = np.arange(0, 600)
    mass = distributions.exactly(values, mean, ratio)
    found = float(values @ mass)
    assert found == pytest.approx(mean, rel=1e-8)
    assert float(values**2 @ mass) - found**2 == pytest.approx(ratio * mean, rel=1e-6)
    assert distributions.standard_deviation(mean, ratio) == pytest.approx((ratio * mean) ** 0.5)


@PATIENTLY
@given(MEANS, RATIOS)
def test_quantiles_are_the_least_values_that_reach_their_probability(mean: float, ratio: float) -> None:
    found = distributions.quantiles(mean, ratio)
    assert sorted(found.values()) == list(found.values())
    for name, probability in QUANTILES.items():
        assert distributions.at_most(found[name], mean, ratio) >= probability - 1e-12
        assert distributions.at_most(found[name] - 1, mean, ratio) < probability + 1e-12


@PATIENTLY
@given(LINES, st.floats(0.02, 0.98), RATIOS)
def test_a_mean_found_from_a_probability_gives_that_probability_back(
    line: float, probability: float, ratio: float
) -> None:
    mean = distributions.mean_from_over_probability(line, probability, ratio)
    assert distributions.over_given_no_push(line, mean, ratio) == pytest.approx(probability, abs=1e-9)


def test_certain_probabilities_have_a_mean_all_the_same() -> None:
    means = distributions.mean_from_over_probability([0.5, 30.5], [0.0, 1.0], [1.1, 3.2])
    assert np.all(np.isfinite(means))
    assert means[0] < 1e-8
    assert means[1] > 60


def test_a_value_does_not_depend_on_its_neighbours() -> None:
    """A range of dates must give what its single dates give, bit for bit."""
    random = np.random.default_rng(5)
    mean, ratio, line = random.uniform(0.1, 50, 257), random.uniform(0.8, 5, 257), random.integers(1, 90, 257) / 2
    together = distributions.mean_from_over_probability(line, random.uniform(0.1, 0.9, 257), ratio)
    random = np.random.default_rng(5)
    random.uniform(0.1, 50, 257), random.uniform(0.8, 5, 257), random.integers(1, 90, 257)
    probability = random.uniform(0.1, 0.9, 257)
    quantiles = distributions.quantiles(mean, ratio)
    over = distributions.more_than(line, mean, ratio)
    for place in (0, 3, 100, 256):
        one = slice(place, place + 1)
        assert distributions.mean_from_over_probability(line[one], probability[one], ratio[one])[0] == together[place]
        assert distributions.more_than(line[one], mean[one], ratio[one])[0] == over[place]
        for name, values in distributions.quantiles(mean[one], ratio[one]).items():
            assert values[0] == quantiles[name][place]


def test_no_rows_give_no_rows() -> None:
    nothing = np.zeros(0)
    assert distributions.mean_from_over_probability(nothing, nothing, nothing).size == 0
    assert all(values.size == 0 for values in distributions.quantiles(nothing, nothing).values())


def test_a_player_who_never_does_it_stays_under() -> None:
    over, push, under = distributions.over_push_under(0.5, 0.0, 1.1)
    assert over < 1e-11
    assert push == 0
    assert under > 1 - 1e-11

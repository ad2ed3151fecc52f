from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from nba_props.markets import MARKET_NAMES
from nba_props.simulator import League
from nba_props.simulator.distributions import at_least, probabilities
from nba_props.simulator.players import MARKET_WEIGHTS
from nba_props_tests.simulator.leagues import shared_league


@pytest.fixture(scope="module")
def league() -> League:
    return shared_league()


def test_every_market_of_the_tables_has_a_truth() -> None:
    assert set(MARKET_WEIGHTS) == set(MARKET_NAMES)


@pytest.mark.parametrize("market", ["points", "assists", "blocks", "points_rebounds_assists"])
def test_distributions_sum_to_one_and_have_the_declared_mean(league: League, market: str) -> None:
    latents = league.current.latents[:40, 0, :9]
    plays = latents.weight.sum(axis=-1) > 0
    probability = probabilities(latents, market)
    mean = probability @ np.arange(probability.shape[-1])
    assert probability.sum(axis=-1)[plays] == pytest.approx(1)
    assert mean[plays] == pytest.approx(latents.expectation(market)[plays])
    assert at_least(probability)[..., 0][plays] == pytest.approx(1)


def test_outcomes_of_a_season_agree_with_the_expectations(league: League) -> None:
    truth = league.truth("2025-26")
    for market, rows in truth.group_by("market"):
        error = (rows["outcome"] - rows["expectation"]).to_numpy()
        assert abs(error.mean()) < 4.5 * error.std() / np.sqrt(len(error)), market


@pytest.mark.parametrize("market", ["points", "rebounds", "threes", "points_assists"])
def test_probabilities_are_calibrated_over_a_season(league: League, market: str) -> None:
    truth = league.truth("2025-26", [market]).with_columns(
        line=(pl.col("expectation") * pl.col("player_id").hash(1).mod(11).cast(pl.Float64) / 5).floor() + 0.5
    )
    judged = league.probability_over(truth).with_columns(
        bin=(pl.col("probability_over") * 10).floor().clip(0, 9), over=pl.col("outcome") > pl.col("line")
    )
    bins = judged.group_by("bin").agg(pl.len(), pl.col("over").mean(), pl.col("probability_over").mean().alias("said"))
    for _, size, over, said in bins.iter_rows():
        spread = np.sqrt(max(said * (1 - said), 0.002) / size)
        assert abs(over - said) < 4.5 * spread + 0.004


def test_whole_lines_push_with_the_probability_of_the_value(league: League) -> None:
    row = league.truth("2026-27", ["points"], first=date(2027, 1, 5), last=date(2027, 1, 5)).head(1)
    lines = pl.concat([row.with_columns(line=pl.lit(line)) for line in (11.5, 12.0, 12.5)])
    judged = league.probability_over(lines)
    game_id, player_id = row["game_id"][0], row["player_id"][0]
    exact = league.distribution(game_id, player_id, "points")[12]
    assert judged["probability_push"].to_list() == pytest.approx([0, exact, 0])
    assert judged["probability_over"][0] - judged["probability_over"][2] == pytest.approx(exact)
    total = judged.select(pl.sum_horizontal(pl.col("^probability_.*$"))).to_series()
    assert total.to_list() == pytest.approx([1, 1, 1])


def test_who_is_out_has_no_probability(league: League) -> None:
    season = league.current
    game, side, slot = (axis[0] for axis in np.nonzero(season.absences.out))
    player = int(season.pool.player_id[season.setting.players[game, side, slot]])
    asked = {"game_id": [season.game_ids[game]], "player_id": [player], "market": ["points"], "line": [9.5]}
    judged = league.probability_over(pl.DataFrame(asked))
    assert judged["probability_over"].to_list() == [None]
    with pytest.raises(KeyError, match="does not take part"):
        league.distribution(season.game_ids[game], player, "points")


def test_truth_is_cut_to_the_dates_asked_for(league: League) -> None:
    truth = league.truth(first=date(2026, 4, 10), last=date(2026, 10, 25))
    assert truth["season"].unique().sort().to_list() == ["2025-26", "2026-27"]
    assert truth["game_date"].min() == date(2026, 4, 10)
    assert truth["game_date"].max() == date(2026, 10, 25)

"""Training and its guards: the same bytes again, no game of the season predicted, no other features."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from nba_props.contracts.conformed import PLAYER_BOXSCORES
from nba_props.contracts.precompute import FEATURE_STORE, FEATURES
from nba_props.contracts.predictions import MODELS
from nba_props.markets import PREDICTED_MARKETS
from nba_props.predictions import models
from nba_props.predictions.gradient_boosting import forecasts
from nba_props.predictions.models import (
    FeaturesMismatch,
    ModelSawTheSeason,
    features_hash,
    predict,
    train,
    training_rows,
)
from nba_props_tests.predictions.rows import frame, history

SEASON = "2024-25"
EARLIER = date(2023, 11, 1)
NEXT = date(2024, 11, 1)


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    stored, played = history(EARLIER, days=40, players=40)
    return training_rows(stored.lazy(), played.lazy())


@pytest.fixture(scope="module")
def trained(rows: pl.DataFrame) -> pl.DataFrame:
    return train(SEASON, rows, minimum_rows=100)


@pytest.fixture(scope="module")
def tonight() -> pl.DataFrame:
    return history(NEXT, days=1, players=40, seed=8)[0]


def model_of(trained: pl.DataFrame, market: str) -> dict[str, Any]:
    return trained.filter(pl.col("market") == market).row(0, named=True)


def test_one_model_a_market_as_the_registry_wants_it(trained: pl.DataFrame, rows: pl.DataFrame) -> None:
    MODELS.require(trained)
    assert sorted(trained["market"]) == sorted(PREDICTED_MARKETS)
    assert trained["rows"].unique().to_list() == [rows.height]
    assert trained["trained_to"].unique().to_list() == [rows["game_date"].max()]
    assert 0.2 <= trained["holdout_rows"][0] / rows.height < 0.25
    assert trained["model_id"].n_unique() == len(PREDICTED_MARKETS)


def test_market_features_are_not_among_what_a_model_sees(trained: pl.DataFrame) -> None:
    seen = set(trained["features"][0].split(","))
    assert seen.isdisjoint(FEATURES["market"])
    assert seen == {name for group in FEATURES if group != "market" for name in FEATURES[group]}


def test_training_again_gives_the_same_bytes_whatever_the_order_and_the_workers(
    trained: pl.DataFrame, rows: pl.DataFrame
) -> None:
    again = train(SEASON, rows.sample(fraction=1.0, shuffle=True, seed=1), minimum_rows=100, workers=1)
    assert again.equals(trained)


def test_a_model_learns_what_the_form_tells(trained: pl.DataFrame, tonight: pl.DataFrame) -> None:
    """In the made-up league a player's outcome varies about his mean and nothing else does."""
    mean = predict(model_of(trained, "points"), tonight)
    form = tonight["points_mean_last_20"].to_numpy()
    assert np.corrcoef(mean, form)[0, 1] > 0.9
    assert abs(float(np.mean(mean - form))) < 1.5
    assert 0.8 < model_of(trained, "points")["dispersion"] < 1.6


def test_no_game_of_the_season_predicted_or_later_has_any_part(trained: pl.DataFrame, rows: pl.DataFrame) -> None:
    """Rows of the season, with outcomes that would turn every model upside down, change not one byte."""
    stored, played = history(NEXT, days=20, players=40, seed=9)
    absurd = played.with_columns(points=pl.lit(90, pl.Int64), rebounds=pl.lit(40, pl.Int64))
    leaking = pl.concat([rows, training_rows(stored.lazy(), absurd.lazy())])
    assert train(SEASON, leaking, minimum_rows=100).equals(trained)
    later = train("2025-26", leaking, minimum_rows=100)
    assert later["trained_to"].unique().to_list() == [leaking["game_date"].max()]
    assert set(later["model_id"]).isdisjoint(trained["model_id"])


def test_a_model_that_saw_the_season_refuses_to_predict_it(trained: pl.DataFrame) -> None:
    inside, _ = history(date(2024, 2, 1), days=1, players=3)
    with pytest.raises(ModelSawTheSeason, match="not before the season of 2024-02-01"):
        predict(model_of(trained, "points"), inside)


def test_other_features_are_refused(trained: pl.DataFrame, tonight: pl.DataFrame) -> None:
    model = model_of(trained, "points")
    with pytest.raises(FeaturesMismatch, match="train the season's models again"):
        predict({**model, "features_hash": "0" * 32}, tonight)
    with pytest.raises(FeaturesMismatch):
        predict(model, tonight.with_columns(feature_version=pl.lit(99, pl.Int64)))
    assert features_hash(["a", "b"], 1) != features_hash(["b", "a"], 1)
    assert features_hash(["a", "b"], 1) != features_hash(["a", "b"], 2)


def test_an_unusable_model_excludes_its_market_with_the_reason(trained: pl.DataFrame, tonight: pl.DataFrame) -> None:
    is_points, is_threes = pl.col("market") == "points", pl.col("market") == "threes"
    damaged = trained.filter(~is_threes).with_columns(
        features_hash=pl.when(is_points).then(pl.lit("0" * 32)).otherwise("features_hash")
    )
    said = forecasts(tonight, pl.DataFrame(), damaged)
    reasons = said.exclusions.select("market", "reason").unique().sort("market").rows()
    assert reasons == [
        ("points", "features hash differs from the model's"),
        ("threes", "no model for the season"),
    ]
    assert said.exclusions.height == 2 * tonight.height
    assert set(said.forecasts["market"]) == set(PREDICTED_MARKETS) - {"points", "threes"}
    assert said.forecasts["model_id"].null_count() == 0


def test_each_season_is_predicted_by_its_own_model(trained: pl.DataFrame, tonight: pl.DataFrame) -> None:
    other = trained.with_columns(season=pl.lit("2025-26"), model_id=pl.lit("another"))
    next_year, _ = history(date(2025, 11, 1), days=1, players=40, seed=8)
    said = forecasts(pl.concat([tonight, next_year]), pl.DataFrame(), pl.concat([trained, other]))
    used = said.forecasts.group_by("game_date").agg((pl.col("model_id") == "another").any().alias("other"))
    assert used.sort("game_date")["other"].to_list() == [False, True]


def test_a_prediction_does_not_depend_on_who_else_is_predicted(trained: pl.DataFrame, tonight: pl.DataFrame) -> None:
    model = model_of(trained, "assists")
    assert predict(model, tonight)[7] == predict(model, tonight[7:8])[0]


def test_too_few_rows_train_nothing(rows: pl.DataFrame) -> None:
    assert train(SEASON, rows, minimum_rows=rows.height + 1).equals(MODELS.empty())
    assert train(SEASON, rows.clear(), minimum_rows=1).is_empty()
    assert train("2021-22", rows, minimum_rows=1).is_empty()
    one_date = rows.filter(pl.col("game_date") == pl.col("game_date").min())
    assert train(SEASON, one_date, minimum_rows=1).is_empty()


def test_training_rows_are_of_players_who_played_and_could_have_been_predicted() -> None:
    stored, played = history(EARLIER, days=1, players=4)
    number = pl.col("player_id")
    stored = stored.with_columns(
        games_played_recently=pl.when(number == 100).then(4).otherwise("games_played_recently"),
        team=pl.when(number == 101).then(None).otherwise("team"),
    )
    played = played.filter(number != 102).with_columns(points=pl.lit(21, pl.Int64), assists=pl.lit(4, pl.Int64))
    rows = training_rows(
        frame(FEATURE_STORE, stored.to_dicts()).lazy(), frame(PLAYER_BOXSCORES, played.to_dicts()).lazy()
    )
    assert rows["player_id"].to_list() == [103]
    row = rows.row(0, named=True)
    rebounds = played.filter(number == 103)["rebounds"][0]
    assert (row["actual_points"], row["actual_assists"]) == (21.0, 4.0)
    assert row["actual_points_rebounds_assists"] == 25.0 + rebounds


def test_the_holdout_is_the_newest_seasons_last_dates() -> None:
    stored, played = history(EARLIER, days=10, players=4)
    older, older_played = history(date(2022, 11, 1), days=10, players=4)
    rows = training_rows(pl.concat([older, stored]).lazy(), pl.concat([older_played, played]).lazy())
    held_out = rows.filter(pl.Series(models._is_held_out(rows)))
    assert sorted(held_out["game_date"].unique()) == [date(2023, 11, 9), date(2023, 11, 10)]

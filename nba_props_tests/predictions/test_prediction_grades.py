"""How predictions are graded: a hand-worked row for every way that a bet can end."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from nba_props.contracts.conformed import GAMES, PLAYER_BOXSCORES, PROP_CONSENSUS
from nba_props.contracts.predictions import PLAYER_PROP_PREDICTIONS, PREDICTION_GRADES
from nba_props.game_calendar import DateRange
from nba_props.predictions import prediction_grades
from nba_props_tests.predictions.rows import (
    DATES,
    DAY,
    GAME,
    PLAYER,
    Row,
    box_score,
    consensus,
    game,
    lazy,
    prediction,
)

ANOTHER = box_score(player_id=999)


def graded(
    predictions: list[Row],
    played: list[Row],
    closing: list[Row] | None = None,
    dates: DateRange = DATES,
    **of_game: Any,
) -> pl.DataFrame:
    rows = prediction_grades.build(
        dates,
        player_prop_predictions=lazy(PLAYER_PROP_PREDICTIONS, predictions),
        player_boxscores=lazy(PLAYER_BOXSCORES, played),
        prop_consensus=lazy(PROP_CONSENSUS, closing or []),
        games=lazy(GAMES, [game(**{"status": "final", **of_game})]),
    )
    return PREDICTION_GRADES.require(rows)


def grade_of(points: int | None, **given: Any) -> Row:
    played = [ANOTHER] if points is None else [ANOTHER, box_score(points=points)]
    return graded([prediction(**given)], played).row(0, named=True)


@pytest.mark.parametrize(
    ("points", "given", "outcome", "hit", "log_loss", "brier", "profit"),
    [
        (25, {}, "OVER", True, -math.log(0.6), 0.16, 0.9),
        (20, {}, "UNDER", False, -math.log(0.4), 0.36, -1.0),
        (25, {"recommendation": "UNDER", "offer_side": "UNDER"}, "OVER", True, -math.log(0.6), 0.16, -1.0),
        (20, {"recommendation": "UNDER", "offer_side": "UNDER"}, "UNDER", False, -math.log(0.4), 0.36, 0.9),
        (25, {"recommendation": "PASS"}, "OVER", True, -math.log(0.6), 0.16, None),
        (20, {"over_probability": 0.5}, "UNDER", None, -math.log(0.5), 0.25, -1.0),
        (20, {"over_probability": 0.3}, "UNDER", True, -math.log(0.7), 0.09, -1.0),
        (20, {"line": 20.0, "offer_line": 20.0}, "PUSH", None, None, None, 0.0),
        (21, {"offer_line": 21.0}, "OVER", True, -math.log(0.6), 0.16, 0.0),
        (21, {"offer_line": 21.5}, "OVER", True, -math.log(0.6), 0.16, -1.0),
        (20, {"line": 20.0, "offer_line": 19.5}, "PUSH", None, None, None, 0.9),
        (None, {}, "VOID", None, None, None, None),
        (0, {}, "UNDER", False, -math.log(0.4), 0.36, -1.0),
        (20, {"over_probability": 1.0}, "UNDER", False, -math.log(1e-6), 1.0, -1.0),
        (25, {"over_probability": 0.0}, "OVER", False, -math.log(1e-6), 1.0, 0.9),
    ],
)
def test_every_outcome_as_worked_by_hand(
    points: int | None,
    given: Row,
    outcome: str,
    hit: bool | None,
    log_loss: float | None,
    brier: float | None,
    profit: float | None,
) -> None:
    row = grade_of(points, **given)
    assert (row["outcome"], row["hit"]) == (outcome, hit)
    assert row["log_loss"] == (None if log_loss is None else pytest.approx(log_loss))
    assert row["brier"] == (None if brier is None else pytest.approx(brier))
    assert row["profit"] == (None if profit is None else pytest.approx(profit))


def test_errors_are_prediction_less_outcome_and_line_less_outcome() -> None:
    row = grade_of(25)
    assert (row["actual"], row["error"], row["line_error"]) == (25.0, -3.0, -4.5)
    void = grade_of(None)
    assert (void["actual"], void["error"], void["line_error"]) == (None, None, None)


NO_LINE: Row = {
    "line": None,
    "over_probability": None,
    "market_over_probability": None,
    "offer_line": None,
    "offer_side": None,
    "offer_price": None,
    "recommendation": "NO_LINE",
}


def test_without_a_line_only_the_mean_is_graded() -> None:
    row = grade_of(25, **NO_LINE)
    assert (row["outcome"], row["error"]) == ("NO_LINE", -3.0)
    for column in ("line_error", "log_loss", "market_log_loss", "brier", "hit", "profit", "closing_line_value"):
        assert row[column] is None
    assert grade_of(None, **NO_LINE)["outcome"] == "VOID"


def test_the_markets_terms_are_of_its_own_probability_on_the_same_row() -> None:
    row = grade_of(25, market_over_probability=0.45)
    assert row["market_log_loss"] == pytest.approx(-math.log(0.45))
    assert row["market_brier"] == pytest.approx(0.55**2)
    push = grade_of(20, line=20.0)
    assert (push["market_log_loss"], push["market_brier"]) == (None, None)


def test_the_market_itself_scores_minus_the_log_of_what_happened() -> None:
    chances = [0.1 + 0.08 * number for number in range(10)]
    rows = [
        prediction(
            prediction_id=str(player), player_id=player, system="market", over_probability=p, market_over_probability=p
        )
        for player, p in enumerate(chances, start=1)
    ]
    played = [box_score(player_id=player, points=30 if player % 3 else 10) for player in range(1, 11)]
    losses = graded(rows, played)["log_loss"].to_list()
    expected = [-math.log(p if player % 3 else 1 - p) for player, p in enumerate(chances, start=1)]
    assert losses == pytest.approx(expected)
    assert graded(rows, played)["market_log_loss"].to_list() == losses


@pytest.mark.parametrize(
    ("recommendation", "taken", "closing", "value"),
    [("OVER", 20.5, 21.5, 1.0), ("OVER", 20.5, 19.5, -1.0), ("UNDER", 20.5, 19.5, 1.0), ("PASS", 20.5, 19.5, None)],
)
def test_closing_line_value_is_what_the_line_taken_was_better_by(
    recommendation: str, taken: float, closing: float, value: float | None
) -> None:
    bet = prediction(recommendation=recommendation, offer_line=taken)
    lines = [consensus(kind="closing", line=closing, over_probability=0.47), consensus(kind="current", line=3.5)]
    row = graded([bet], [box_score(points=30)], lines).row(0, named=True)
    assert row["closing_line_value"] == value
    assert (row["closing_line"], row["closing_over_probability"]) == (closing, 0.47)


def test_only_active_predictions_of_final_games_are_graded() -> None:
    rows = [prediction(), prediction(prediction_id="old", is_active=False, superseded_by="first")]
    assert graded(rows, [box_score()])["prediction_id"].to_list() == ["first"]
    for status in ("scheduled", "in_progress", "postponed"):
        assert graded(rows, [box_score()], status=status).is_empty()


def test_a_final_game_without_any_box_score_waits_instead_of_voiding_everyone() -> None:
    assert graded([prediction()], []).is_empty()
    assert graded([prediction()], [ANOTHER])["outcome"].to_list() == ["VOID"]


def test_each_market_settles_on_its_own_statistics() -> None:
    markets = ["points", "rebounds", "threes", "points_rebounds_assists"]
    rows = [prediction(prediction_id=market, market=market) for market in markets]
    played = box_score(points=20, rebounds=7, assists=5, threes=3)
    found = graded(rows, [played])
    actual = dict(zip(found["market"], found["actual"], strict=True))
    assert actual == {"points": 20.0, "rebounds": 7.0, "threes": 3.0, "points_rebounds_assists": 32.0}


def test_other_dates_are_left_alone() -> None:
    tomorrow = DAY + timedelta(days=1)
    assert graded([prediction()], [box_score()], dates=DateRange.of(tomorrow)).is_empty()
    assert graded([prediction()], [box_score()]).select("game_id", "player_id").rows() == [(GAME, PLAYER)]

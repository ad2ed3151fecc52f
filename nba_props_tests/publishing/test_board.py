"""The board: active predictions with a line, bets first, best offer first, prices as books quote them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest

from nba_props.contracts.predictions import PLAYER_PROP_PREDICTIONS
from nba_props.publishing import board
from nba_props_tests.conformed import rows as r
from nba_props_tests.conformed.rows import DATES, DAY, GAME_ID


def predicted(player_id: int, value: float | None = 0.05, recommendation: str = "OVER", **changes: Any) -> r.Row:
    return {
        "prediction_id": f"p{player_id}",
        "game_id": GAME_ID,
        "game_date": DAY,
        "player_id": player_id,
        "market": "points_rebounds_assists",
        "system": "market",
        "mean": 25.0,
        "q10": 18.0,
        "q90": 33.0,
        "line": 24.5,
        "over_probability": 0.55,
        "bookmaker": "draftkings",
        "offer_line": 24.5,
        "offer_side": "OVER",
        "offer_price": 1 + 100 / 110,
        "offer_fair_price": 1.8,
        "edge": 0.03,
        "expected_value": value,
        "recommendation": recommendation,
        "reason": "edge",
        "is_active": True,
    } | changes


def player(player_id: int, name: str, days_before: int = 2) -> r.Row:
    day = DAY - timedelta(days=days_before)
    return {"player_id": player_id, "game_date": day, "player_name": name, "name_key": name.lower(), "team": "NYK"}


def build(*predictions: r.Row, known: list[r.Row] | None = None, not_before: datetime | None = None) -> pl.DataFrame:
    return board.build(
        DATES,
        player_prop_predictions=r.frame(PLAYER_PROP_PREDICTIONS, predictions),
        games=r.games(),
        players=r.players(*(known or [])),
        not_before=not_before,
    )


def test_bets_come_before_the_others_and_the_best_offer_first() -> None:
    made = build(
        predicted(1, 0.02),
        predicted(2, 0.30, "PASS"),
        predicted(3, 0.08, "UNDER"),
        predicted(4, None, "PASS"),
        predicted(5, 0.05),
    )
    assert made["player_id"].to_list() == [3, 5, 1, 2, 4]


def test_what_is_superseded_or_has_no_line_is_not_shown() -> None:
    made = build(
        predicted(1),
        predicted(2, is_active=False),
        predicted(3, line=None),
        predicted(4, game_date=DAY + timedelta(days=1)),
    )
    assert made["player_id"].to_list() == [1]


def test_prices_are_american_and_the_chance_is_the_fair_prices() -> None:
    told = build(predicted(1)).row(0, named=True)
    assert (told["price"], told["fair_price"]) == (-110, -125)
    assert told["win_probability"] == pytest.approx(1 / 1.8)
    assert (told["low"], told["high"]) == (18, 33)
    assert told["market"] == "PRA"
    assert told["game"] == "NYK @ CHI"


def test_names_are_the_last_known_and_never_missing() -> None:
    known = [player(1, "New Name", 1), player(1, "Old Name", 9), player(1, "Later Name", -1)]
    made = build(predicted(1), predicted(2, 0.01), known=known)
    assert made["player"].to_list() == ["New Name", "player 2"]


def test_an_empty_board_has_its_columns() -> None:
    assert build().is_empty()
    assert build().schema == build(predicted(1)).schema


@pytest.mark.parametrize(("minutes", "shown"), [(-1, True), (0, False), (1, False)])
def test_a_game_that_has_tipped_off_is_not_shown_when_only_open_ones_are_asked_for(minutes: int, shown: bool) -> None:
    now = r.TIP_OFF + timedelta(minutes=minutes)
    assert build(predicted(1), not_before=now).is_empty() is not shown
    assert build(predicted(1)).height == 1

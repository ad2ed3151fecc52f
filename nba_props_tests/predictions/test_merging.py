"""Freezing, superseding and backfilling, each rule with its story."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_props.contracts.conformed import GAMES, PROP_CONSENSUS, PROP_LINES
from nba_props.contracts.precompute import FEATURE_STORE
from nba_props.contracts.predictions import PLAYER_PROP_PREDICTIONS, PROP_OFFERS
from nba_props.predictions.merging import merge
from nba_props.predictions.prediction_tables import build_all
from nba_props_tests.predictions.rows import (
    AFTER,
    AS_OF,
    DATES,
    MORNING,
    PLAYER,
    TIP_OFF,
    Row,
    consensus,
    features,
    frame,
    game,
    inputs,
    lazy,
    prediction,
    prop_line,
)

NOON = MORNING + timedelta(hours=3)


def merged(new: list[Row], previous: list[Row], now: datetime = NOON, **of_game: Any) -> pl.DataFrame:
    games = frame(GAMES, [game(**of_game)])
    stored = frame(PLAYER_PROP_PREDICTIONS, previous)
    rows = merge(frame(PLAYER_PROP_PREDICTIONS, new), stored, games, now)
    return PLAYER_PROP_PREDICTIONS.require(rows)


def by_id(rows: pl.DataFrame) -> dict[str, Row]:
    return {row["prediction_id"]: row for row in rows.iter_rows(named=True)}


def test_the_same_prediction_made_again_stays_as_it_was_first_made() -> None:
    """Every ten minutes the odds are read; a prediction that did not change keeps the time at which it was made."""
    first = prediction(as_of=MORNING)
    rows = merged([prediction(as_of=NOON)], [first])
    assert rows.rows() == frame(PLAYER_PROP_PREDICTIONS, [first]).rows()


def test_a_different_prediction_supersedes_the_one_that_stands() -> None:
    """The line moves at noon: the morning's prediction is kept, with what replaced it."""
    rows = by_id(merged([prediction(prediction_id="second", line=21.5, as_of=NOON)], [prediction()]))
    assert (rows["first"]["is_active"], rows["first"]["superseded_by"]) == (False, "second")
    assert (rows["second"]["is_active"], rows["second"]["superseded_by"]) == (True, None)
    third = by_id(merged([prediction(prediction_id="third")], list(rows.values())))
    assert third["first"]["superseded_by"] == "second"
    assert third["second"]["superseded_by"] == "third"


def test_superseding_stays_inside_player_market_and_system() -> None:
    others = [
        prediction(prediction_id="player", player_id=PLAYER + 1),
        prediction(prediction_id="market", market="threes"),
        prediction(prediction_id="system", system="market"),
    ]
    rows = by_id(merged([prediction(prediction_id="second"), *others], [prediction(), *others]))
    assert {name for name, row in rows.items() if row["is_active"]} == {"second", "player", "market", "system"}


def test_a_line_that_goes_and_comes_back_stands_again() -> None:
    """21.5 for an hour, then 20.5 as before: the first prediction stands again and superseded the second."""
    after_move = merged([prediction(prediction_id="second", as_of=NOON)], [prediction()])
    back = NOON + timedelta(hours=1)
    rows = by_id(merged([prediction(as_of=back)], after_move.to_dicts(), now=back))
    assert (rows["first"]["is_active"], rows["first"]["superseded_by"], rows["first"]["as_of"]) == (True, None, back)
    assert (rows["second"]["is_active"], rows["second"]["superseded_by"]) == (False, "first")


def test_a_prediction_that_is_not_made_again_is_withdrawn() -> None:
    """The book took the player down: nothing replaces what was predicted, and it does not stand any more."""
    rows = by_id(merged([], [prediction()]))
    assert (rows["first"]["is_active"], rows["first"]["superseded_by"]) == (False, None)


def test_after_tip_off_what_was_predicted_live_is_kept_to_the_letter() -> None:
    """A late correction of the box scores changes features; the prediction of a game under way must not follow."""
    stored = [
        prediction(),
        prediction(prediction_id="old", is_active=False, superseded_by="first"),
        prediction(prediction_id="rebounds", market="rebounds"),
    ]
    new = [prediction(prediction_id="second", mean=1.0), prediction(prediction_id="other", player_id=PLAYER + 1)]
    for now in (TIP_OFF, AFTER):
        assert merged(new, stored, now=now).equals(frame(PLAYER_PROP_PREDICTIONS, stored))


def test_a_game_starts_at_its_tip_off_and_not_a_second_before() -> None:
    new = [prediction(prediction_id="second")]
    before = merged(new, [prediction()], now=TIP_OFF - timedelta(seconds=1))
    assert set(before["prediction_id"]) == {"first", "second"}
    assert set(merged(new, [prediction()], now=TIP_OFF)["prediction_id"]) == {"first"}


def test_a_game_that_nobody_predicted_in_time_is_backfilled_and_may_be_made_again() -> None:
    first = merged([prediction()], [], now=AFTER)
    assert first["is_backfilled"].to_list() == [True]
    again = merged([prediction(prediction_id="better")], first.to_dicts(), now=AFTER)
    assert again.select("prediction_id", "is_backfilled", "is_active").rows() == [("better", True, True)]


def test_what_was_backfilled_under_a_wrong_tip_off_time_gives_way_to_live_predictions() -> None:
    """Until the league set a time, noon was assumed; by the evening tip-off the game is still to come."""
    stored = [prediction(prediction_id="assumed", is_backfilled=True)]
    rows = merged([prediction()], stored)
    assert rows.select("prediction_id", "is_backfilled").rows() == [("first", False)]


def test_nothing_is_active_in_a_postponed_game() -> None:
    for now in (NOON, AFTER):
        rows = merged([prediction(prediction_id="second")], [prediction()], now=now, status="postponed")
        assert rows.select("prediction_id", "is_active", "superseded_by").rows() == [("first", False, None)]


def test_nothing_is_active_in_a_game_that_moved_to_another_date() -> None:
    rows = merged([], [prediction()], game_id="0022400999")
    assert rows["is_active"].to_list() == [False]


IDS = st.sampled_from(["a", "b", "c"])
KEYS = st.sampled_from([101, 102])
ROUNDS = st.lists(st.dictionaries(KEYS, IDS), min_size=1, max_size=6)


@settings(max_examples=25, deadline=None)
@given(ROUNDS)
def test_over_any_rounds_one_prediction_at_most_stands_and_it_is_the_newest(rounds: list[dict[int, str]]) -> None:
    stored = frame(PLAYER_PROP_PREDICTIONS, [])
    games = frame(GAMES, [game()])
    for number, made in enumerate(rounds):
        now = MORNING + timedelta(minutes=10 * number)
        new = frame(
            PLAYER_PROP_PREDICTIONS,
            [prediction(player_id=player, prediction_id=f"{player}{name}", as_of=now) for player, name in made.items()],
        )
        stored = merge(new, stored, games, now)
        assert merge(new, stored, games, now).equals(stored)
        active = stored.filter("is_active")
        assert dict(zip(active["player_id"], active["prediction_id"], strict=True)) == {
            player: f"{player}{name}" for player, name in made.items()
        }
        assert active["superseded_by"].null_count() == active.height
        assert stored.select("prediction_id").is_duplicated().sum() == 0
    ever = {f"{player}{name}" for made in rounds for player, name in made.items()}
    assert set(stored["prediction_id"]) == ever


def test_a_whole_day_from_morning_to_box_score() -> None:
    """Made at ten, changed by a move before tip-off; after it neither lines nor features change anything."""
    given = inputs()
    name, offers = PLAYER_PROP_PREDICTIONS.full_name, PROP_OFFERS.full_name

    def round_of(now: datetime, tables: dict[str, pl.DataFrame], **changed: pl.LazyFrame) -> dict[str, pl.DataFrame]:
        stored = {"previous": tables[name].lazy(), "previous_offers": tables[offers].lazy()} if tables else {}
        return build_all(DATES, **{**given, **stored, **changed, "now": now})

    morning = round_of(MORNING, {})
    moved = {
        "prop_consensus": lazy(PROP_CONSENSUS, [consensus(line=21.5, snapshot_at=AS_OF)]),
        "prop_lines": lazy(PROP_LINES, [prop_line(line=21.5, snapshot_at=AS_OF)]),
    }
    evening = round_of(AS_OF, morning, **moved)
    points = evening[name].filter(pl.col("market") == "points", pl.col("system") == "market")
    assert sorted(points.select("line", "is_active").rows()) == [(20.5, False), (21.5, True)]
    assert evening[offers]["line"].unique().to_list() == [21.5]
    later = {
        "prop_consensus": lazy(PROP_CONSENSUS, [consensus(line=19.5, snapshot_at=MORNING)]),
        "prop_lines": lazy(PROP_LINES, [prop_line(line=19.5, snapshot_at=MORNING)]),
        "feature_store": lazy(FEATURE_STORE, [features(points_mean_last_5=1.0)]),
    }
    night = round_of(AFTER, evening, **later)
    assert night[name].equals(evening[name])
    assert night[offers].equals(evening[offers])
    unseen = round_of(AFTER, {}, **later)
    assert unseen[name]["is_backfilled"].all()
    assert unseen[name]["as_of"].unique().to_list() == [AS_OF]
    assert unseen[offers]["line"].unique().to_list() == [19.5]


def test_offers_and_exclusions_follow_the_predictions_that_stand() -> None:
    """A player frozen with a prediction is not excluded, though without games he would be now."""
    given = inputs()
    first = build_all(DATES, **given)
    name, offers = PLAYER_PROP_PREDICTIONS.full_name, PROP_OFFERS.full_name
    gone = {**given, "previous": first[name].lazy(), "previous_offers": first[offers].lazy()}
    gone["feature_store"] = lazy(FEATURE_STORE, [features(games_played_recently=1)])
    frozen = build_all(DATES, **{**gone, "now": AFTER})
    assert frozen[offers].equals(first[offers])
    excluded = frozen["predictions.prediction_exclusions"]
    assert excluded["system"].unique().to_list() == ["gradient_boosting"]
    postponed = build_all(DATES, **{**gone, "games": lazy(GAMES, [game(status="postponed")])})
    assert postponed[offers].is_empty()
    assert not postponed[name]["is_active"].any()

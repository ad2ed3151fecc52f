"""What is predicted, priced and recommended, on hand-worked lines; and who is left out."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from nba_props.contracts.conformed import GAMES, PROP_CONSENSUS, PROP_LINES, UNRESOLVED_PLAYERS
from nba_props.contracts.precompute import FEATURE_STORE
from nba_props.contracts.raw import ODDS_PLAYER_PROPS
from nba_props.contracts.registry import table_named
from nba_props.game_calendar import DateRange
from nba_props.markets import PREDICTED_MARKETS
from nba_props.predictions import player_prop_predictions, prediction_exclusions, prop_offers
from nba_props.predictions.distributions import over_push_under
from nba_props.predictions.forecasts import VARIANCE_RATIOS
from nba_props.predictions.prediction_tables import build_all
from nba_props_tests.predictions.rows import (
    AS_OF,
    DATES,
    DAY,
    GAME,
    MORNING,
    PLAYER,
    TIP_OFF,
    consensus,
    features,
    game,
    inputs,
    lazy,
    prop_line,
)

PREDICTIONS = "predictions.player_prop_predictions"
OFFERS = "predictions.prop_offers"
EXCLUSIONS = "predictions.prediction_exclusions"


def made(**given: Any) -> dict[str, pl.DataFrame]:
    tables = build_all(DATES, **inputs(**given))
    for name, rows in tables.items():
        table_named(name).require(rows)
    return tables


def one(rows: pl.DataFrame, **where: Any) -> dict[str, Any]:
    found = rows.filter(pl.col(name) == value for name, value in where.items())
    assert found.height == 1, found
    return found.row(0, named=True)


def market_lines(probability: float, *books: tuple[str, float, float, float], line: float = 20.5) -> dict[str, Any]:
    """A consensus and books: name, line, over price, under price."""
    return {
        "prop_consensus": lazy(
            PROP_CONSENSUS, [consensus(line=line, over_probability=probability, snapshot_at=MORNING)]
        ),
        "prop_lines": lazy(
            PROP_LINES,
            [
                prop_line(
                    bookmaker=book,
                    line=book_line,
                    over_price=over,
                    under_price=under,
                    over_probability=(1 / over) / (1 / over + 1 / under),
                    snapshot_at=MORNING,
                )
                for book, book_line, over, under in books
            ],
        ),
    }


def test_the_market_system_says_what_the_consensus_says_to_the_last_bit() -> None:
    probability = 0.5123456789012345
    tables = made(**market_lines(probability, ("fanduel", 20.5, 1.9, 1.9)))
    row = one(tables[PREDICTIONS], system="market")
    assert row["over_probability"] == probability
    assert row["market_over_probability"] == probability
    assert one(tables[OFFERS], system="market")["over_probability"] == probability
    assert row["edge"] == 0


def test_a_market_prediction_exists_only_where_there_is_a_line() -> None:
    tables = made()
    assert tables[PREDICTIONS].filter(pl.col("system") == "market")["market"].to_list() == ["points"]
    assert tables[EXCLUSIONS].filter(pl.col("system") == "market").is_empty()


def test_the_market_prices_another_line_by_its_distribution() -> None:
    tables = made(**market_lines(0.5, ("betmgm", 22.5, 2.1, 1.75), ("fanduel", 20.5, 1.9, 1.9)))
    other = one(tables[OFFERS], system="market", bookmaker="betmgm")
    mean = one(tables[PREDICTIONS], system="market")["mean"]
    over, _, under = over_push_under(22.5, mean, VARIANCE_RATIOS["points"])
    assert other["over_probability"] == pytest.approx(float(over))
    assert other["under_probability"] == pytest.approx(float(under))
    assert 0.3 < other["over_probability"] < 0.5


def test_an_offer_is_priced_as_worked_by_hand() -> None:
    """Over 40% at 2.6: 0.4 * 1.6 - 0.6 = 0.04; fair price 1 / 0.4; under 60% at 1.5: 0.6 * 0.5 - 0.4 = -0.1."""
    tables = made(**market_lines(0.4, ("fanduel", 20.5, 2.6, 1.5)))
    offer = one(tables[OFFERS], system="market")
    assert offer["over_expected_value"] == pytest.approx(0.04)
    assert offer["under_expected_value"] == pytest.approx(-0.1)
    assert offer["over_fair_price"] == pytest.approx(2.5)
    assert offer["under_fair_price"] == pytest.approx(1 / 0.6)
    row = one(tables[PREDICTIONS], system="market")
    assert (row["recommendation"], row["offer_side"], row["offer_price"]) == ("OVER", "OVER", 2.6)
    assert row["reason"] == "expected value 4.0% at fanduel +160"


def test_at_a_whole_number_line_the_push_is_taken_out_of_both_sides() -> None:
    tables = made(**market_lines(0.55, ("fanduel", 20.0, 1.9, 1.9), line=20.0))
    offer, row = one(tables[OFFERS], system="market"), one(tables[PREDICTIONS], system="market")
    push = offer["push_probability"]
    assert 0.03 < push < 0.07
    assert offer["over_probability"] == pytest.approx(0.55 * (1 - push))
    assert offer["over_probability"] + push + offer["under_probability"] == pytest.approx(1)
    assert offer["over_expected_value"] == pytest.approx((1 - push) * (0.55 * 0.9 - 0.45))
    assert offer["over_fair_price"] == pytest.approx(1 / 0.55)
    assert row["over_probability"] == 0.55
    assert row["push_probability"] == pytest.approx(push)


@pytest.mark.parametrize(
    ("over_price", "under_price", "recommendation", "reason"),
    [
        (2.06, 1.8, "OVER", "expected value 3.0% at fanduel +106"),
        (2.0598, 1.8, "PASS", "best expected value 2.9% is under 3.0%"),
        (1.9, 2.2, "UNDER", "expected value 10.0% at fanduel +120"),
        (1.96, 1.9, "PASS", "best expected value -2.0% is under 3.0%"),
        (1.999, 1.9, "PASS", "best expected value -0.1% is under 3.0%"),
    ],
)
def test_a_bet_is_recommended_from_the_least_edge_on(
    over_price: float, under_price: float, recommendation: str, reason: str
) -> None:
    tables = made(**market_lines(0.5, ("fanduel", 20.5, over_price, under_price)))
    row = one(tables[PREDICTIONS], system="market")
    assert (row["recommendation"], row["reason"]) == (recommendation, reason)


def test_the_best_offer_is_the_best_over_books_and_sides_and_ties_go_by_name() -> None:
    books = [("zeta", 20.5, 2.1, 1.7), ("beta", 20.5, 2.1, 1.7), ("alpha", 20.5, 1.7, 2.05)]
    row = one(made(**market_lines(0.5, *books))[PREDICTIONS], system="market")
    assert (row["bookmaker"], row["offer_side"], row["offer_price"]) == ("beta", "OVER", 2.1)
    even = one(made(**market_lines(0.5, ("beta", 20.5, 1.9, 1.9)))[PREDICTIONS], system="market")
    assert even["offer_side"] == "OVER"


def test_edge_is_measured_against_the_consensus_on_its_line_and_against_the_book_elsewhere() -> None:
    on_line = one(
        made(**market_lines(0.48, ("fanduel", 20.5, 5.0, 1.1)))[PREDICTIONS], system=BASELINE, market="points"
    )
    assert on_line["edge"] == pytest.approx(on_line["over_probability"] - 0.48)
    tables = made(**market_lines(0.48, ("fanduel", 18.5, 1.9, 2.5)))
    elsewhere = one(tables[PREDICTIONS], system=BASELINE, market="points")
    offer = one(tables[OFFERS], system=BASELINE)
    book_under = (1 / 2.5) / (1 / 1.9 + 1 / 2.5)
    over_edge = offer["over_probability"] - (1 - book_under)
    expected = over_edge if elsewhere["offer_side"] == "OVER" else -over_edge
    assert elsewhere["edge"] == pytest.approx(expected)


BASELINE = "moving_average_baseline"


def test_without_a_line_a_player_is_predicted_but_not_recommended() -> None:
    row = one(made()[PREDICTIONS], system=BASELINE, market="rebounds")
    assert (row["recommendation"], row["reason"]) == ("NO_LINE", "no line")
    assert row["mean"] == pytest.approx(6.0)
    for column in ("line", "over_probability", "push_probability", "bookmaker", "edge", "expected_value"):
        assert row[column] is None


def test_the_baseline_leaves_out_windows_without_games_and_shrinks_the_spread() -> None:
    """Season mean unknown: (0.15 * 30 + 0.15 * 24 + 0.35 * 20) / 0.65; ratio (10 * 5 + 40 * 3.2) / 50."""
    player = features(
        points_mean_last_5=30.0,
        points_mean_last_10=24.0,
        points_mean_last_20=20.0,
        points_mean_season=None,
        points_sd_last_20=10.0,
        games_played_recently=10,
    )
    row = one(made(feature_store=lazy(FEATURE_STORE, [player]))[PREDICTIONS], system=BASELINE, market="points")
    mean = (0.15 * 30 + 0.15 * 24 + 0.35 * 20) / 0.65
    assert row["mean"] == pytest.approx(mean)
    assert row["standard_deviation"] == pytest.approx(math.sqrt(mean * (10 * 5 + 40 * 3.2) / 50))
    assert row["q05"] < row["q25"] < row["q50"] < row["q75"] < row["q95"]


def test_a_line_read_after_the_prediction_stands_is_not_seen() -> None:
    late = AS_OF + timedelta(seconds=1)
    lines = {
        "prop_consensus": lazy(PROP_CONSENSUS, [consensus(snapshot_at=late)]),
        "prop_lines": lazy(PROP_LINES, [prop_line(snapshot_at=late)]),
    }
    tables = made(now=TIP_OFF - timedelta(minutes=1), **lines)
    assert tables[PREDICTIONS]["recommendation"].unique().to_list() == ["NO_LINE"]
    assert tables[OFFERS].is_empty()


def test_of_a_day_still_to_come_only_what_is_known_now_is_used() -> None:
    """The features stand for half an hour before tip-off, the prediction for the moment at which it is made."""
    later_today = {"prop_consensus": lazy(PROP_CONSENSUS, [consensus()]), "prop_lines": lazy(PROP_LINES, [prop_line()])}
    early = made(now=MORNING, **later_today)[PREDICTIONS]
    assert early["as_of"].unique().to_list() == [MORNING]
    assert early["line"].null_count() == early.height
    in_time = made(now=AS_OF, **later_today)[PREDICTIONS]
    assert in_time["line"].drop_nulls().to_list() != []


def test_a_prediction_keeps_its_id_when_only_the_snapshot_is_newer_and_changes_it_with_the_price() -> None:
    def ids(**given: Any) -> dict[str, str]:
        rows = made(now=AS_OF, prop_lines=lazy(PROP_LINES, [prop_line(**given)]))[PREDICTIONS]
        points = rows.filter(pl.col("market") == "points")
        return dict(zip(points["system"], points["prediction_id"], strict=True))

    assert ids(snapshot_at=MORNING) == ids(snapshot_at=AS_OF)
    before, after = ids(over_price=1.95, under_price=1.9), ids(over_price=2.0, under_price=1.95)
    assert before.keys() == after.keys()
    assert all(before[system] != after[system] for system in before)


def test_players_without_team_history_or_model_are_listed_with_the_reason() -> None:
    players = [
        features(),
        features(player_id=102, games_played_recently=4),
        features(player_id=103, team=None, opponent=None, games_played_recently=None),
    ]
    excluded = made(feature_store=lazy(FEATURE_STORE, players))[EXCLUSIONS]
    reasons = {(row["player_id"], row["system"]): row["reason"] for row in excluded.iter_rows(named=True)}
    assert reasons == {
        (PLAYER, "gradient_boosting"): "no model for the season",
        (102, BASELINE): "fewer than 5 games in the window",
        (102, "gradient_boosting"): "fewer than 5 games in the window",
        (103, BASELINE): "team not known",
        (103, "gradient_boosting"): "team not known",
    }
    assert excluded.height == len(reasons) * len(PREDICTED_MARKETS)


def test_every_player_game_market_and_form_system_is_either_predicted_or_excluded() -> None:
    players = [features(player_id=number, games_played_recently=number % 8) for number in range(100, 130)]
    tables = made(feature_store=lazy(FEATURE_STORE, players))
    key = ["player_id", "market", "system"]
    both = pl.concat([tables[PREDICTIONS].select(key), tables[EXCLUSIONS].select(key)])
    both = both.filter(pl.col("system") != "market")
    assert both.height == both.unique().height == 30 * len(PREDICTED_MARKETS) * 2


def test_a_spelling_that_did_not_resolve_is_listed_once_in_the_markets_that_it_has_lines_in() -> None:
    """Two books' events of one game spell him alike; he is one spelling all the same."""
    names = [
        {
            "event_id": event,
            "game_date": DAY,
            "source_name": "G. Nobody",
            "reason": "unknown",
            "candidates": "",
            "lines": 3,
        }
        for event in ("one", "two")
    ]
    raw = [
        {"event_id": "one", "game_date": DAY, "market": market, "player_name": "G. Nobody", "bookmaker": "fanduel"}
        for market in ("points", "threes", "points_rebounds")
    ]
    unresolved = lazy(UNRESOLVED_PLAYERS, names)
    everywhere = made(unresolved_players=unresolved)[EXCLUSIONS].filter(pl.col("source_name").is_not_null())
    assert everywhere.height == len(PREDICTED_MARKETS) * 3
    listed = made(unresolved_players=unresolved, odds_player_props=lazy(ODDS_PLAYER_PROPS, raw))[EXCLUSIONS]
    named = listed.filter(pl.col("source_name").is_not_null())
    assert set(named["market"]) == {"points", "threes"}
    assert named.height == 2 * 3
    assert named["reason"].unique().to_list() == ["unresolved name: unknown"]
    assert named["player_id"].null_count() == named.height


def test_an_empty_date_makes_empty_tables() -> None:
    empty = {
        "feature_store": lazy(FEATURE_STORE, []),
        "games": lazy(GAMES, []),
        "prop_consensus": lazy(PROP_CONSENSUS, []),
        "prop_lines": lazy(PROP_LINES, []),
    }
    for name, rows in made(**empty).items():
        assert rows.is_empty(), name
        assert rows.schema == table_named(name).schema


def test_a_range_of_dates_gives_what_its_dates_give() -> None:
    days = [DAY + timedelta(days=offset) for offset in range(3)]
    rows: dict[str, list[dict[str, Any]]] = {"games": [], "features": [], "consensus": [], "lines": []}
    for number, day in enumerate(days):
        key = {"game_id": f"00224000{number:02d}", "game_date": day}
        tip_off = TIP_OFF + timedelta(days=number)
        rows["games"].append(game(**key, tip_off_at=tip_off))
        for player in range(101, 140):
            mine = {**key, "player_id": player}
            rows["features"].append(features(**mine, as_of=tip_off, points_mean_last_5=player / 9))
            rows["consensus"].append(consensus(**mine, line=player / 4, over_probability=40 / player))
            rows["lines"].append(prop_line(**mine, line=player / 4 + 0.5, over_price=1 + player / 100))
    given = inputs(
        games=lazy(GAMES, rows["games"]),
        feature_store=lazy(FEATURE_STORE, rows["features"]),
        prop_consensus=lazy(PROP_CONSENSUS, rows["consensus"]),
        prop_lines=lazy(PROP_LINES, rows["lines"]),
    )
    given["now"] = TIP_OFF + timedelta(days=9)
    together = build_all(DateRange(days[0], days[-1]), **given)
    single = [build_all(DateRange.of(day), **given) for day in days]
    for name, whole in together.items():
        assert whole.equals(pl.concat([part[name] for part in single])), name
    assert together[OFFERS].height == 3 * 39 * 2


def test_the_tables_made_alone_are_those_made_together() -> None:
    given = inputs()
    together = made()
    unresolved, offers = given.pop("unresolved_players"), given.pop("previous_offers")
    assert player_prop_predictions.build(DATES, **given).equals(together[PREDICTIONS])
    assert prop_offers.build(DATES, **given, previous_offers=offers).equals(together[OFFERS])
    excluded = prediction_exclusions.build(DATES, **given, unresolved_players=unresolved)
    assert excluded.equals(together[EXCLUSIONS])
    assert together[PREDICTIONS]["game_id"].unique().to_list() == [GAME]

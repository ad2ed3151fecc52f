"""The feature store: every column against a slow recomputation, and the rules one by one."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings

from nba_props.contracts.precompute import FEATURE_STORE, FEATURES
from nba_props.game_calendar import DateRange
from nba_props.precompute import feature_store
from nba_props.precompute.as_of import LaterFactError
from nba_props_tests.precompute.league import (
    LEAD,
    RANDOM_LEAGUES,
    SEEDS,
    League,
    Row,
    consensus,
    days_from,
    empty_inputs,
    game,
    game_line,
    made,
    played,
    random_league,
    same_bits,
)
from nba_props_tests.precompute.recomputed import PREDICTED, Recomputed, differences

DAY = date(2025, 1, 20)
TONIGHT = game("0022499999", DAY, "BOS", "NYK", status="scheduled")
LAST = game("0022400001", DAY - timedelta(days=2), "BOS", "NYK")
INPUTS = ("games", "player_daily_cache", "team_daily_cache", "prop_consensus", "game_lines")


def features(league: League, day: date = DAY) -> dict[tuple[str, int], Row]:
    """The rows of a date by game and player."""
    rows = made(league, DateRange.of(day))["feature_store"].to_dicts()
    return {(row["game_id"], row["player_id"]): row for row in rows}


def tonight(player: int, league: League) -> Row:
    """A player's row for tonight's game."""
    return features(league)[TONIGHT["game_id"], player]


@settings(RANDOM_LEAGUES, max_examples=4)
@given(seed=SEEDS)
def test_every_column_is_what_the_contract_says(seed: int) -> None:
    days = days_from(date(2024, 4, 1), 12) + days_from(date(2024, 10, 22), 28)
    league = random_league(seed, days=days)
    slow = Recomputed(league)
    store = made(league, DateRange(days[0], days[-1]))["feature_store"]
    FEATURE_STORE.require(store)
    for day in days[1::8]:
        rows = store.filter(pl.col("game_date") == day).to_dicts()
        expected = slow.features(day)
        assert [(row["game_id"], row["player_id"]) for row in rows] == [
            (row["game_id"], row["player_id"]) for row in expected
        ]
        for row, wanted in zip(rows, expected, strict=True):
            assert differences(row, wanted) == []


@settings(RANDOM_LEAGUES, max_examples=3)
@given(seed=SEEDS)
def test_a_range_is_its_dates_bit_for_bit(seed: int) -> None:
    days = days_from(date(2024, 10, 22), 24)
    league = random_league(seed, days=days)
    tables = {
        **league.frames(),
        **{name: table.lazy() for name, table in made(league, spanned(days)).items()},
    }
    whole = tables["feature_store"].collect()
    for day in days[::4]:
        only = pl.col("game_date") == day
        alone = feature_store.build(
            DateRange.of(day), **{name: tables[name].filter(only) for name in INPUTS}, lead=LEAD
        )
        assert same_bits(alone, whole.filter(only))


def spanned(days: list[date]) -> DateRange:
    """From the first to the last of the dates."""
    return DateRange(days[0], days[-1])


def test_the_lines_of_a_postponed_game_do_not_reach_the_date_on_which_the_same_game_is_played() -> None:
    first = game("0022499999", DAY - timedelta(days=3), "BOS", "NYK", status="postponed")
    league = League(
        [LAST, first, TONIGHT],
        [played(LAST, 1, "BOS")],
        [consensus(first, 1, "points", line=9.5)],
        [game_line(first)],
    )
    rows = made(league, DateRange(DAY - timedelta(days=3), DAY))["feature_store"].to_dicts()
    assert [(row["game_date"], row["points_line"], row["market_quality"]) for row in rows] == [(DAY, None, "defaulted")]


def test_a_player_with_a_line_and_no_recent_game_has_a_row_without_team_and_form() -> None:
    league = League([TONIGHT], [], [consensus(TONIGHT, 5, "points", line=12.5)], [game_line(TONIGHT)])
    row = tonight(5, league)
    assert (row["team"], row["opponent"], row["points_line"], row["team_implied_total"]) == (
        None,
        None,
        12.5,
        None,
    )
    qualities = {group: row[f"{group}_quality"] for group in FEATURES}
    assert qualities == {**dict.fromkeys(FEATURES, "defaulted"), "market": "partial"}


def test_a_line_for_a_market_that_is_not_predicted_brings_no_row() -> None:
    assert features(League([TONIGHT], [], [consensus(TONIGHT, 5, "turnovers")])) == {}


@pytest.mark.parametrize(("minutes", "is_known"), [(31, True), (30, True), (29, False)])
def test_a_line_counts_only_if_its_snapshot_is_not_later_than_the_moment(minutes: int, is_known: bool) -> None:
    snapshot_at = TONIGHT["tip_off_at"] - timedelta(minutes=minutes)
    league = League(
        [LAST, TONIGHT],
        [played(LAST, 1, "BOS")],
        [consensus(TONIGHT, player, "points", snapshot_at=snapshot_at) for player in (1, 5)],
        [game_line(TONIGHT, snapshot_at=snapshot_at)],
    )
    rows = {player: row for (_, player), row in features(league).items()}
    assert (rows[1]["points_line"] is not None) is is_known
    assert (rows[1]["team_spread"] is not None) is is_known
    assert (5 in rows) is is_known


def test_only_current_lines_are_read() -> None:
    league = League(
        [LAST, TONIGHT],
        [played(LAST, 1, "BOS")],
        [consensus(TONIGHT, 1, "points", kind=kind) for kind in ("opening", "closing")],
        [game_line(TONIGHT, kind="closing")],
    )
    assert tonight(1, league)["market_quality"] == "defaulted"


def test_game_lines_are_seen_from_the_side_of_his_team() -> None:
    league = League(
        [LAST, TONIGHT],
        [played(LAST, 1, "BOS"), played(LAST, 2, "NYK")],
        [],
        [game_line(TONIGHT, home_spread=-3.5)],
    )
    names = ("is_home", "team_spread", "team_implied_total", "opponent_implied_total")
    assert [tonight(1, league)[name] for name in names] == [True, -3.5, 114.5, 111.0]
    assert [tonight(2, league)[name] for name in names] == [False, 3.5, 111.0, 114.5]


def test_the_market_group_is_complete_with_every_line_and_the_game_lines() -> None:
    lines = [consensus(TONIGHT, 1, market) for market in PREDICTED]
    league = League([LAST, TONIGHT], [played(LAST, 1, "BOS")], lines, [game_line(TONIGHT)])
    assert tonight(1, league)["market_quality"] == "complete"
    league.prop_consensus.pop()
    assert tonight(1, league)["market_quality"] == "partial"


def test_rest_and_back_to_backs_are_told_apart_for_player_and_teams() -> None:
    yesterday = game("0022400002", DAY - timedelta(days=1), "NYK", "MIA")
    league = League([LAST, yesterday, TONIGHT], [played(LAST, 1, "BOS"), played(yesterday, 2, "NYK")])
    rows = [tonight(player, league) for player in (1, 2)]
    names = ("days_rest", "is_back_to_back", "opponent_is_back_to_back")
    assert [[row[name] for name in names] for row in rows] == [[1, False, True], [0, True, False]]


@pytest.mark.parametrize(("days", "rest"), [(31, 30), (32, None)])
def test_rest_beyond_thirty_days_is_not_known(days: int, rest: int | None) -> None:
    last = game("0022400001", DAY - timedelta(days=days), "BOS", "NYK")
    assert tonight(1, League([last, TONIGHT], [played(last, 1, "BOS")]))["days_rest"] == rest


def test_a_player_of_a_team_with_two_games_has_one_row_for_each() -> None:
    late = game("0022499998", DAY, "MIA", "BOS", status="scheduled")
    league = League([LAST, TONIGHT, late], [played(LAST, 1, "BOS")], [consensus(late, 1, "points")])
    store = made(league, DateRange.of(DAY))["feature_store"]
    FEATURE_STORE.require(store)
    assert store.select("game_id", "opponent", "points_line").rows() == [
        ("0022499998", "MIA", 20.5),
        ("0022499999", "NYK", None),
    ]


def test_a_traded_player_whose_lines_are_for_his_new_team_has_a_row_there_with_the_market_only() -> None:
    other = game("0022499998", DAY, "MIA", "LAL", status="scheduled")
    league = League([LAST, TONIGHT, other], [played(LAST, 1, "BOS")], [consensus(other, 1, "points")])
    rows = features(league)
    assert set(rows) == {(TONIGHT["game_id"], 1), (other["game_id"], 1)}
    new = rows[other["game_id"], 1]
    assert (new["team"], new["form_quality"], new["points_line"]) == (None, "defaulted", 20.5)
    assert rows[TONIGHT["game_id"], 1]["points_line"] is None


def test_a_postponed_game_has_no_rows() -> None:
    off = {**TONIGHT, "status": "postponed"}
    league = League([LAST, off], [played(LAST, 1, "BOS")], [consensus(off, 1, "points")])
    assert features(league) == {}


def test_nothing_outside_the_market_group_is_computed_from_lines() -> None:
    days = days_from(date(2024, 10, 22), 20)
    league = random_league(3, days=days)
    with_lines = made(league, spanned(days))["feature_store"].filter(pl.col("team").is_not_null())
    without = made(League(league.games, league.boxscores), spanned(days))["feature_store"]
    market = [*FEATURES["market"], "market_quality"]
    assert with_lines["points_line"].count() > 0
    assert same_bits(with_lines.drop(market), without.drop(market))


def test_feature_names_are_those_of_the_contract_by_group() -> None:
    names = [name for group in feature_store.FEATURE_NAMES.values() for name in group]
    assert list(feature_store.FEATURE_NAMES) == list(FEATURES)
    assert names == [name for name in FEATURE_STORE.schema if name in set(names)]


def test_a_later_line_that_slips_in_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    league = League([TONIGHT], [], [consensus(TONIGHT, 5, "points", snapshot_at=TONIGHT["tip_off_at"] - LEAD / 2)])
    monkeypatch.setattr(
        feature_store,
        "facts_known",
        lambda facts, moments, *, on, knowable_at: facts.join(moments, on=on, how="semi"),
    )
    with pytest.raises(LaterFactError, match=r"precompute\.feature_store: 1 rows.*game_id 0022499999"):
        features(league)


def test_no_input_gives_a_typed_frame_of_no_rows() -> None:
    inputs = empty_inputs()
    store = feature_store.build(DateRange.of(DAY), **{name: inputs[name] for name in INPUTS}, lead=LEAD)
    assert store.schema == FEATURE_STORE.schema
    assert store.is_empty()

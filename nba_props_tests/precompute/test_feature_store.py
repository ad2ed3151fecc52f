"""The feature store: every column against a slow recomputation, and the rules one by one."""

from __future__ import annotations

from datetime import date, time, timedelta

import polars as pl
import pytest
from hypothesis import given, settings

from nba_props.as_of import LaterFactError
from nba_props.contracts.precompute import FEATURE_STORE, FEATURE_VERSION, FEATURES
from nba_props.contracts.precompute.features import DEFINITIONS, FEATURE_GROUPS, definitions_hash
from nba_props.game_calendar import DateRange, eastern_moment
from nba_props.precompute import feature_quality
from nba_props_tests.precompute.chain import made, made_of, rebuilt
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
    injury,
    played,
    random_league,
    same_bits,
)
from nba_props_tests.precompute.recomputed import PREDICTED, differences
from nba_props_tests.precompute.recomputed_features import Stored

DAY = date(2025, 1, 20)
TONIGHT = game("0022499999", DAY, "BOS", "NYK", status="scheduled")
LAST = game("0022400001", DAY - timedelta(days=2), "BOS", "NYK")


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
    tables = made(random_league(seed, days=days), spanned(days))
    slow, store = Stored(tables), tables["feature_store"]
    FEATURE_STORE.require(store)
    rows = {(row["game_date"], row["game_id"], row["player_id"]): row for row in store.to_dicts()}
    assert list(rows) == sorted(slow.players)
    for key, row in rows.items():
        reasons = {group: row.pop(f"{group}_reason") for group in FEATURES}
        assert differences(row, slow.feature_row(key)) == []
        assert {group for group, reason in reasons.items() if reason} == {
            group for group in FEATURES if row[f"{group}_quality"] != "complete"
        }


@settings(RANDOM_LEAGUES, max_examples=3)
@given(seed=SEEDS)
def test_a_range_is_its_dates_bit_for_bit(seed: int) -> None:
    days = days_from(date(2024, 10, 22), 24)
    league = random_league(seed, days=days)
    whole = made(league, spanned(days))
    for day in days[::6]:
        alone = made(league, DateRange.of(day))
        assert all(same_bits(alone[name], table.filter(pl.col("game_date") == day)) for name, table in whole.items())


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
    assert {group: row[f"{group}_quality"] for group in ("form", "matchup", "team_context", "market")} == {
        "form": "defaulted",
        "matchup": "defaulted",
        "team_context": "defaulted",
        "market": "partial",
    }
    assert (row["form_reason"], row["matchup_reason"]) == (feature_quality.NO_GAME, feature_quality.NO_TEAM)
    assert (row["role"], row["is_newcomer"]) == ("newcomer", True)


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


def test_a_newcomers_form_is_null_and_the_prior_of_newcomers_stands_beside_it() -> None:
    debut = game("0022400003", DAY - timedelta(days=4), "MIA", "LAL")
    rows = [played(debut, player, "MIA", points=points) for player, points in ((11, 4), (12, 10))]
    league = League([debut, TONIGHT], rows, [consensus(TONIGHT, 5, "points")])
    row = tonight(5, league)
    assert (row["points_mean_last_5"], row["form_quality"], row["points_prior"]) == (None, "defaulted", 7.0)


def test_absences_are_unknown_without_a_report_and_known_with_one() -> None:
    league = League([LAST, TONIGHT], [played(LAST, player, "BOS") for player in (1, 2)])
    silent = tonight(1, league)
    assert (silent["teammates_out"], silent["absences_reason"]) == (None, feature_quality.NO_REPORT)
    league.injuries.append(injury(TONIGHT, 2, "BOS"))
    told = tonight(1, league)
    assert (told["teammates_out"], told["minutes_out"], told["injury_severity"]) == (1, 30.0, 0.0)
    assert tonight(2, league)["injury_severity"] == 1.0


def test_a_row_that_stands_before_its_mornings_form_goes_without_it() -> None:
    early = {**TONIGHT, "tip_off_at": eastern_moment(DAY, time(6, 15))}
    row = tonight(1, League([LAST, early], [played(LAST, 1, "BOS", points=10)]))
    assert (row["points_mean_last_5"], row["form_quality"]) == (None, "defaulted")


def test_a_game_to_come_stands_now_and_once_it_has_tipped_off_a_lead_before() -> None:
    league = League([LAST, TONIGHT], [played(LAST, 1, "BOS")])
    five_minutes = TONIGHT["tip_off_at"] - timedelta(minutes=5)
    moments = {}
    for now in (five_minutes, TONIGHT["tip_off_at"] + timedelta(days=1)):
        moments[now] = made(league, DateRange.of(DAY), now=now)["feature_store"]["as_of"].to_list()
    assert list(moments.values()) == [[five_minutes], [TONIGHT["tip_off_at"] - LEAD]]


def test_a_postponed_game_has_no_rows() -> None:
    off = {**TONIGHT, "status": "postponed"}
    league = League([LAST, off], [played(LAST, 1, "BOS")], [consensus(off, 1, "points")])
    assert features(league) == {}


def test_nothing_outside_the_market_group_is_computed_from_lines() -> None:
    days = days_from(date(2024, 10, 22), 20)
    league = random_league(3, days=days)
    with_lines = made(league, spanned(days))["feature_store"].filter(pl.col("team").is_not_null())
    bare = League(league.games, league.boxscores, injuries=league.injuries, shots=league.shots)
    without = made(bare, spanned(days))["feature_store"].filter(pl.col("team").is_not_null())
    market = [*FEATURES["market"], "market_quality", "market_reason"]
    assert with_lines["points_line"].count() > 0
    both = with_lines.join(without, on=FEATURE_STORE.key, how="semi")
    assert both.height == without.height
    assert same_bits(both.drop(market), without.drop(market))


def test_a_later_line_that_slips_in_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    league = League([LAST, TONIGHT], [played(LAST, 1, "BOS")], [consensus(TONIGHT, 1, "points")])
    tables = made(league, DateRange.of(DAY))
    later = tables["upcoming_player_game_context"].with_columns(props_at=pl.col("as_of") + timedelta(minutes=1))
    with pytest.raises(LaterFactError, match=r"precompute\.feature_store: 1 rows.*game_id 0022499999"):
        rebuilt({**tables, "upcoming_player_game_context": later}, DateRange.of(DAY))


def test_every_feature_is_defined_once_and_a_changed_definition_is_a_new_version() -> None:
    names = [name for group in FEATURES.values() for name in group]
    assert len(names) == len(set(names)) >= 80
    assert names == [name for name in FEATURE_STORE.schema if name in set(names)]
    assert max(DEFINITIONS) == FEATURE_VERSION
    assert DEFINITIONS[FEATURE_VERSION] == definitions_hash(), "a changed definition is a new FEATURE_VERSION"
    for each in (feature for features in FEATURE_GROUPS.values() for feature in features):
        assert all((each.definition, each.window, each.unit, each.sources, each.knowable)), each.name
        assert each.name in FEATURE_STORE.descriptions


def test_no_input_gives_a_typed_frame_of_no_rows() -> None:
    store = made_of(empty_inputs(), DateRange.of(DAY))["feature_store"]
    assert store.schema == FEATURE_STORE.schema
    assert store.is_empty()

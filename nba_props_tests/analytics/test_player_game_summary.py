"""What a player did in a game, or that he did not play: every column once more, and the rules one by one."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings

from nba_props.analytics import player_game_summary, player_market_results
from nba_props.contracts.analytics import PLAYER_GAME_SUMMARY, PLAYER_MARKET_RESULTS
from nba_props.contracts.conformed import DID_NOT_PLAY, PROP_CONSENSUS, SHOTS
from nba_props.contracts.conformed.shots import SHOT_ZONES
from nba_props.game_calendar import DateRange
from nba_props_tests.analytics.random_games import DELAY, Games, absence, line, random_games, shot
from nba_props_tests.analytics.recomputed_summaries import Recomputed, differences
from nba_props_tests.conformed import simulated_games
from nba_props_tests.conformed.real_seasons import season_tables
from nba_props_tests.precompute.league import RANDOM_LEAGUES, SEEDS, Row, days_from, game, same_bits

DAY = date(2025, 1, 20)
GAME = game("0022400001", DAY, "BOS", "NYK")
TABLES = ("games", "player_boxscores", "did_not_play", "shots", "player_market_results")
ZONE_COLUMNS = [f"{zone}_{name}" for zone in SHOT_ZONES for name in ("attempted", "made", "assisted")]


def summaries(told: Games, dates: DateRange | None = None) -> pl.DataFrame:
    """The table of the rows told."""
    frames = told.frames()
    inputs = {name: frames[name] for name in TABLES}
    return PLAYER_GAME_SUMMARY.require(player_game_summary.build(dates or DateRange.of(DAY), **inputs))


def summary(lines: list[Row], **told: Any) -> Row:
    """The first row of a game of the lines."""
    row: Row = summaries(Games([GAME], lines, **told)).row(0, named=True)
    return row


def assert_recomputed(made: pl.DataFrame, told: Games) -> None:
    expected = Recomputed(told).players()
    assert made.columns == PLAYER_GAME_SUMMARY.schema.names()
    rows = {(row["game_date"], row["game_id"], row["player_id"]): row for row in made.to_dicts()}
    assert list(rows) == sorted(expected)
    for key, row in rows.items():
        assert differences(row, expected[key]) == []


@settings(RANDOM_LEAGUES, max_examples=8)
@given(seed=SEEDS)
def test_every_column_is_what_the_contract_says(seed: int) -> None:
    days = days_from(date(2024, 10, 22), 10)
    told = random_games(seed, days=days)
    assert_recomputed(summaries(told, DateRange(days[0], days[-1])), told)


@settings(RANDOM_LEAGUES, max_examples=4)
@given(seed=SEEDS)
def test_a_range_is_its_dates_bit_for_bit(seed: int) -> None:
    days = days_from(date(2024, 10, 22), 10)
    told = random_games(seed, days=days)
    whole = summaries(told, DateRange(days[0], days[-1]))
    for day in days[::3]:
        today = told.on(day)
        alone = summaries(today, DateRange.of(day))
        assert same_bits(alone, whole.filter(pl.col("game_date") == day))
        assert same_bits(summaries(told, DateRange.of(day)), alone)


@settings(RANDOM_LEAGUES, max_examples=4)
@given(seed=SEEDS)
def test_a_game_rests_on_nothing_but_its_own_facts(seed: int) -> None:
    days = days_from(date(2024, 10, 22), 6)
    told = random_games(seed, days=days)
    game_id = random.Random(seed).choice(told.games)["game_id"]
    alone = told.where(lambda row: bool(row["game_id"] == game_id))
    dates = DateRange(days[0], days[-1])
    assert same_bits(summaries(alone, dates), summaries(told, dates).filter(pl.col("game_id") == game_id))


def test_a_real_season_is_what_the_contract_says() -> None:
    """Box scores of 2024-25, with play-offs and overtimes; no recording has its shots, absences or closing lines."""
    tables = season_tables("2024-25")
    dates = DateRange(date(2024, 10, 22), date(2025, 6, 22))
    boxes, games = tables["player_boxscores"], tables["games"]
    results = player_market_results.build(
        dates, player_boxscores=boxes.lazy(), prop_consensus=PROP_CONSENSUS.empty().lazy()
    )
    inputs = {"games": games.lazy(), "player_boxscores": boxes.lazy(), "player_market_results": results.lazy()}
    empty = {"did_not_play": DID_NOT_PLAY.empty().lazy(), "shots": SHOTS.empty().lazy()}
    made = PLAYER_GAME_SUMMARY.require(player_game_summary.build(dates, **inputs, **empty))
    assert made.height == boxes.height == 28_110
    chosen = games.sample(40, seed=5)["game_id"].implode()
    own = pl.col("game_id").is_in(chosen)
    sampled = made.filter(own)
    assert sampled.height > 800
    rows = {name: frame.filter(own).to_dicts() for name, frame in (("games", games), ("player_boxscores", boxes))}
    assert_recomputed(sampled, Games(**rows))
    day = DateRange.of(date(2025, 3, 14))
    assert same_bits(player_game_summary.build(day, **inputs, **empty), made.filter(day.is_in()))


def test_the_simulated_leagues_bodies_give_what_the_contract_says() -> None:
    """Shots, starters and reasons of who did not play included."""
    tables = simulated_games.conformed()
    names = ("games", "player_boxscores", "did_not_play", "shots")
    told = Games(**{name: tables[name].to_dicts() for name in names})
    made = summaries(told, simulated_games.DATES)
    assert_recomputed(made, told)
    assert made.filter("has_shots").height == tables["player_boxscores"].height > 500
    assert made.filter("did_not_play").height == tables["did_not_play"].height > 100


def test_usage_is_the_share_of_the_teams_plays_while_on_the_floor() -> None:
    mates = [line(GAME, number, "BOS", minutes=48.0, field_goals_attempted=20) for number in range(2, 6)]
    star = line(GAME, 1, "BOS", minutes=48.0, field_goals_attempted=15, free_throws_attempted=10, turnovers=4)
    opponent = line(GAME, 9, "NYK", minutes=240.0 / 5, field_goals_attempted=999)
    made = summary([star, *mates, opponent])
    assert made["usage"] == pytest.approx((15 + 4.4 + 4) / (80 + 15 + 4.4 + 4), rel=1e-12)
    assert made["team_possessions"] == pytest.approx(103.4)


def test_percentages_follow_their_formulas() -> None:
    shooting = {"points": 30, "field_goals_made": 10, "threes": 4, "field_goals_attempted": 20}
    made = summary([line(GAME, 1, "BOS", minutes=40.0, free_throws_attempted=8, **shooting)])
    assert made["true_shooting"] == pytest.approx(30 / (2 * (20 + 0.44 * 8)))
    assert made["effective_field_goal"] == pytest.approx(12 / 20)
    assert made["points_per_minute"] == 0.75


def test_what_has_no_divisor_is_null() -> None:
    idle = [line(GAME, 1, "BOS", minutes=0.0), line(GAME, 2, "NYK", minutes=12.0, offensive_rebounds=2)]
    made = summaries(Games([GAME], idle))
    names = ["true_shooting", "effective_field_goal", "usage", "team_possessions"]
    assert made.select(names).null_count().row(0) == (2, 2, 2, 2)
    assert made["points_per_minute"].to_list() == [None, 0.0]


def test_who_did_not_play_has_a_row_without_statistics_never_with_zeros() -> None:
    missing = absence(GAME, 2, "NYK", kind="NWT", reason="Personal reasons")
    made = summaries(Games([GAME], [line(GAME, 1, "BOS")], [missing]))
    assert {name: value for name, value in made.row(1, named=True).items() if value is not None} == {
        **_key(2),
        "season": "2024-25",
        "game_type": "regular_season",
        "player_name": "Player 2",
        "team": "NYK",
        "opponent": "BOS",
        "is_home": False,
        "did_not_play": True,
        "not_playing_kind": "NWT",
        "not_playing_reason": "Personal reasons",
        "has_shots": False,
        "knowable_at": GAME["tip_off_at"] + DELAY,
    }


def _key(player_id: int) -> Row:
    return {"game_id": GAME["game_id"], "game_date": DAY, "player_id": player_id}


def test_who_is_told_as_playing_and_as_absent_played() -> None:
    made = summaries(Games([GAME], [line(GAME, 1, "BOS", points=9)], [absence(GAME, 1, "BOS")]))
    assert made.select("did_not_play", "points").rows() == [(False, 9)]


def test_shots_are_counted_by_zone_made_and_assisted() -> None:
    shots = [
        shot(GAME, 1, 1, "BOS", shot_zone="paint"),
        shot(GAME, 2, 1, "BOS", shot_zone="paint", is_assisted=False),
        shot(GAME, 3, 1, "BOS", shot_zone="corner_three", is_made=False, is_assisted=False),
        shot(GAME, 4, 1, "BOS", shot_zone="backcourt", is_made=False, is_assisted=False),
    ]
    made = summary([line(GAME, 1, "BOS", field_goals_attempted=4)], shots=shots)
    counts = {name: made[name] for name in ZONE_COLUMNS if made[name]}
    assert counts == {"paint_attempted": 2, "paint_made": 2, "paint_assisted": 1, "corner_three_attempted": 1}
    assert made["has_shots"] and made["mid_range_attempted"] == 0


@pytest.mark.parametrize("fault", ["lacks one", "one too many", "no zone", "none"])
def test_shots_that_are_not_all_told_are_null_not_fewer(fault: str) -> None:
    shots = [shot(GAME, number, 1, "BOS") for number in (1, 2)]
    if fault == "lacks one":
        shots.pop()
    elif fault == "one too many":
        shots.append(shot(GAME, 3, 1, "BOS"))
    elif fault == "no zone":
        shots[0]["shot_zone"] = None
    else:
        shots = []
    made = summary([line(GAME, 1, "BOS", field_goals_attempted=2)], shots=shots)
    assert not made["has_shots"]
    assert {made[name] for name in ZONE_COLUMNS} == {None}


def test_a_players_shots_are_known_only_if_his_teams_are_and_his_own_count_agrees() -> None:
    lines = [line(GAME, number, "BOS", field_goals_attempted=1) for number in (1, 2)]
    idle = line(GAME, 3, "BOS")
    opponent = line(GAME, 4, "NYK", field_goals_attempted=5)
    taken_for_another = [shot(GAME, number, 1, "BOS") for number in (1, 2)]
    made = summaries(Games([GAME], [*lines, idle, opponent], shots=taken_for_another))
    assert made["has_shots"].to_list() == [False, False, True, False]
    assert made["paint_attempted"].to_list() == [None, None, 0, None]


def test_assists_that_the_source_does_not_tell_are_null_beside_known_shots() -> None:
    lines = [line(GAME, number, "BOS", field_goals_attempted=1) for number in (1, 2)]
    shots = [
        shot(GAME, 1, 1, "BOS", is_assisted=None),
        shot(GAME, 2, 2, "BOS", is_made=False, is_assisted=False),
    ]
    made = summaries(Games([GAME], lines, shots=shots))
    assert made["has_shots"].to_list() == [True, True]
    assert made["restricted_area_assisted"].to_list() == [None, 0]


def test_results_of_every_predicted_market_stand_beside_the_line() -> None:
    told = {"closing_line": 20.5, "closing_over_probability": 0.55, "result": "OVER", "actual": 25.0}
    results = [{**_key(1), "market": "points", **told}, {**_key(1), "market": "turnovers", **told}]
    made = summary([line(GAME, 1, "BOS", points=25)], player_market_results=results)
    assert (made["points_closing_line"], made["points_closing_over_probability"], made["points_result"]) == (
        20.5,
        0.55,
        "OVER",
    )
    assert made["rebounds_closing_line"] is None


def test_only_the_dates_asked_for_are_made() -> None:
    other = game("0022400002", DAY - timedelta(days=1), "BOS", "NYK")
    told = Games([GAME, other], [line(GAME, 1, "BOS"), line(other, 1, "BOS")], [absence(other, 2, "BOS")])
    assert summaries(told)["game_date"].to_list() == [DAY]


def test_no_input_gives_a_typed_frame_of_no_rows() -> None:
    made = summaries(Games())
    assert made.schema == PLAYER_GAME_SUMMARY.schema
    assert made.is_empty()
    assert PLAYER_MARKET_RESULTS.key[:-1] == PLAYER_GAME_SUMMARY.key

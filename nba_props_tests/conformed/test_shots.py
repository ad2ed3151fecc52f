"""Shots: one source a game, the one that agrees with the box score, whatever it leaves untold left null."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_props.conformed import shots
from nba_props.contracts.conformed import GAMES, PLAYER_BOXSCORES, SHOTS
from nba_props.contracts.raw.bigdataball import BIGDATABALL_PLAY_BY_PLAY
from nba_props.contracts.raw.nba_live import NBAC_PLAY_BY_PLAY, NBAC_SHOTS
from nba_props.game_calendar import DateRange
from nba_props.upstreams.nba_live import UPSTREAM
from nba_props_tests.conformed import simulated_games
from nba_props_tests.conformed.real_seasons import parsed, season_tables
from nba_props_tests.conformed.recomputed_shots import BEST_FIRST, CHARTS, FILES, PLAYS, recomputed
from nba_props_tests.conformed.rows import DAY, FETCHED, TIP_OFF, Row, game
from nba_props_tests.conformed.shot_rows import (
    DATA,
    DATES,
    LIVE,
    V2,
    V3,
    boxed,
    charted,
    filed,
    frame,
    random_inputs,
    shot,
)
from nba_props_tests.precompute.league import RANDOM_LEAGUES, SEEDS, same_bits
from nba_props_tests.upstreams.examples_nba_live import genuine, read

DELAY = timedelta(hours=6)


BOX = [boxed(1, "CHI", 2), boxed(2, "NYK", 1)]
"""Two shots of CHI, one of NYK."""


def both(endpoint: str = LIVE, **changes: Any) -> list[Row]:
    """As many shots as in ``BOX``."""
    return [shot(1, 1, "CHI", endpoint, **changes), shot(2, 1, "CHI", endpoint), shot(3, 2, "NYK", endpoint)]


def build(
    plays: Sequence[Row] = (),
    charts: Sequence[Row] = (),
    files: Sequence[Row] = (),
    *,
    games: Sequence[Row] | None = None,
    boxes: Sequence[Row] = BOX,
    dates: DateRange = DATES,
) -> pl.DataFrame:
    made = shots.build(
        dates,
        games=frame(GAMES, [game()] if games is None else games),
        player_boxscores=frame(PLAYER_BOXSCORES, boxes),
        delay=DELAY,
        nbac_play_by_play=frame(NBAC_PLAY_BY_PLAY, plays),
        nbac_shots=frame(NBAC_SHOTS, charts),
        bigdataball_play_by_play=frame(BIGDATABALL_PLAY_BY_PLAY, files),
    )
    return SHOTS.require(made)


def build_from(told: dict[str, list[Row]], dates: DateRange = DATES) -> pl.DataFrame:
    """The table of random inputs."""
    about = {"games": told["games"], "boxes": told["boxes"]}
    return build(told["plays"], told["charts"], told["files"], **about, dates=dates)


def sources(made: pl.DataFrame) -> set[tuple[str, str | None]]:
    return set(made.select("source", "endpoint").rows())


def test_of_sources_that_agree_with_the_box_score_the_first_in_order_counts() -> None:
    charts = [charted(1, 1, "CHI"), charted(2, 1, "CHI"), charted(3, 2, "NYK")]
    files = [filed(1, 1, "CHI"), filed(2, 1, "CHI"), filed(3, 2, "NYK")]
    plays = {endpoint: both(endpoint) for endpoint in (LIVE, V3, DATA, V2)}
    for source, endpoint in BEST_FIRST:
        made = build([row for rows in plays.values() for row in rows], charts, files)
        assert sources(made) == {(source, endpoint)}
        if source == CHARTS:
            charts = []
        elif source == FILES:
            files = []
        else:
            assert endpoint is not None
            del plays[endpoint]


def test_a_source_that_lacks_a_shot_gives_way_to_one_that_has_them_all() -> None:
    assert sources(build([*both(LIVE)[:2], *both(V2)])) == {(PLAYS, V2)}


def test_a_surplus_of_one_team_does_not_make_up_for_the_others_lack() -> None:
    """Three shots in all, as the box score has, but two of the wrong side."""
    wrong = [shot(1, 1, "CHI"), shot(2, 2, "NYK"), shot(3, 2, "NYK")]
    assert sources(build([*wrong, *both(DATA)])) == {(PLAYS, DATA)}


def test_where_none_has_them_all_the_nearest_counts() -> None:
    assert sources(build([*both(LIVE)[:1], *both(V2)[:2]])) == {(PLAYS, V2)}
    assert build(both(LIVE)[:1])["shot_number"].to_list() == [1]


def test_of_equals_the_one_that_tells_every_zone_comes_first() -> None:
    zoneless = {"shot_zone": None, "x": None, "y": None}
    assert sources(build([*both(LIVE, **zoneless), *both(DATA)])) == {(PLAYS, DATA)}


def test_a_zone_that_is_not_told_is_found_by_its_place_and_one_that_is_told_stands() -> None:
    plays = [
        shot(1, 1, "CHI", shot_zone=None, x=0.0, y=10.0, shot_value=2),
        shot(2, 1, "CHI", shot_zone="mid_range", x=0.0, y=10.0, shot_value=2),
        shot(3, 2, "NYK", shot_zone=None, x=None, y=None),
    ]
    assert build(plays)["shot_zone"].to_list() == ["restricted_area", "mid_range", None]


def test_a_miss_is_not_assisted_and_a_chart_does_not_tell_assists() -> None:
    plays = [shot(1, 1, "CHI", shot_made=False, is_assisted=None), shot(2, 1, "CHI", is_assisted=False)]
    assert build([*plays, shot(3, 2, "NYK")])["is_assisted"].to_list() == [False, False, True]
    charts = [charted(1, 1, "CHI"), charted(2, 1, "CHI", shot_made=False), charted(3, 2, "NYK")]
    assert build(charts=charts)["is_assisted"].to_list() == [None, False, None]


def test_a_reading_that_no_longer_tells_a_shot_takes_it_back() -> None:
    struck_out = shot(4, 2, "NYK", fetched_at=FETCHED - timedelta(hours=1))
    assert build([*both(), struck_out])["shot_number"].to_list() == [1, 2, 3]
    assert build(files=[filed(1, 1, "CHI"), filed(9, 2, "NYK", fetched_at=FETCHED - timedelta(days=1))]).height == 1


def test_an_action_struck_out_of_a_newer_reading_counts_neither_if_the_newest_action_is_no_shot() -> None:
    newer = shot(9, 1, "CHI", is_field_goal=False, fetched_at=FETCHED + timedelta(hours=1))
    assert build([*both(), newer]).is_empty()


def test_shots_are_numbered_in_order_of_play_not_of_their_numbers() -> None:
    plays = [
        shot(30, 2, "NYK", action_order=2),
        shot(7, 1, "CHI", action_order=3, shot_value=2, shot_zone="paint"),
        shot(99, 1, "CHI", action_order=1),
        shot(5, 1, "CHI", action_order=0, is_field_goal=False),
    ]
    made = build(plays)
    assert made.select("shot_number", "team", "shot_value").rows() == [(1, "CHI", 3), (2, "NYK", 3), (3, "CHI", 2)]
    late = charted(1, 1, "CHI", period=2, clock_seconds=719.0)
    early = charted(2, 2, "NYK", period=1, clock_seconds=0.0)
    assert build(charts=[late, early])["team"].to_list() == ["NYK", "CHI"]


def test_names_of_bigdataball_are_those_of_the_box_score_however_spelt() -> None:
    boxes = [
        boxed(1, "CHI", 2, player_name="Nikola Vučević"),
        boxed(2, "NYK", 1, player_name="Jalen Brunson"),
        boxed(3, "NYK", 0, player_name="OG Anunoby"),
    ]
    files = [
        filed(1, 0, "CHI", player_name="Nikola Vucevic"),
        filed(2, 0, "CHI", player_name="nikola vucevic Jr.", result="missed", points=0, event_subtype="hook shot"),
        filed(3, 0, "NYK", player_name="O.G. Anunoby", event_type="miss", result="missed", points=0),
        filed(4, 0, "NYK", player_name="Nikola Vucevic"),
        filed(5, 0, "NYK", player_name="Nobody Known"),
    ]
    made = build(files=files, boxes=boxes)
    assert made.select("player_id", "shot_value", "is_made").rows() == [(1, 3, True), (1, 2, False), (3, 3, False)]


def test_a_name_that_two_team_mates_share_is_given_to_neither() -> None:
    boxes = [*BOX, boxed(3, "CHI", 0, player_name="Player 1")]
    assert build(files=[filed(1, 1, "CHI"), filed(2, 2, "NYK")], boxes=boxes)["player_id"].to_list() == [2]


@pytest.mark.parametrize("status", ["scheduled", "in_progress", "postponed"])
def test_a_game_that_is_not_over_has_no_shots(status: str) -> None:
    assert build(both(), games=[game(status=status)]).is_empty()


def test_a_game_without_a_box_score_has_no_shots() -> None:
    assert build(both(), boxes=[]).is_empty()


def test_shots_of_another_team_date_or_worth_are_left_out() -> None:
    strange = [
        shot(4, 1, "BOS"),
        shot(5, 1, "CHI", shot_value=None),
        shot(6, 1, "CHI", game_date=DAY + timedelta(days=1)),
        shot(7, 1, "CHI", game_id="0022400999"),
    ]
    assert build([*both(), *strange])["shot_number"].to_list() == [1, 2, 3]


def test_a_shot_counts_as_known_a_set_time_after_the_tip_off_whenever_it_was_fetched() -> None:
    made = build([row | {"fetched_at": TIP_OFF + timedelta(days=99)} for row in both()])
    assert made["knowable_at"].unique().to_list() == [TIP_OFF + DELAY]


def test_no_input_gives_a_typed_frame_of_no_rows() -> None:
    games, boxes = GAMES.empty().lazy(), PLAYER_BOXSCORES.empty().lazy()
    made = shots.build(DATES, games=games, player_boxscores=boxes, delay=DELAY)
    assert made.schema == SHOTS.schema
    assert made.is_empty()


@settings(RANDOM_LEAGUES, max_examples=25)
@given(seed=SEEDS)
def test_every_row_is_what_the_contract_says(seed: int) -> None:
    told = random_inputs(seed)
    made = build_from(told)
    assert made.to_dicts() == recomputed(**told, delay=DELAY)


@settings(RANDOM_LEAGUES, max_examples=5)
@given(seed=SEEDS)
def test_a_range_is_its_dates_bit_for_bit(seed: int) -> None:
    told = random_inputs(seed)
    whole = build_from(told)
    for day in DATES:
        today = {name: [row for row in rows if row["game_date"] == day] for name, rows in told.items()}
        assert same_bits(build_from(today, DateRange.of(day)), whole.filter(pl.col("game_date") == day))


@settings(RANDOM_LEAGUES, max_examples=5)
@given(seed=SEEDS, chosen=st.integers(0, 7))
def test_what_is_told_of_other_games_changes_nothing_of_a_game(seed: int, chosen: int) -> None:
    told = random_inputs(seed)
    game_id = f"00224{chosen:05d}"
    own = pl.col("game_id") == game_id
    alone = {name: [row for row in rows if row["game_id"] == game_id] for name, rows in told.items()}
    assert same_bits(build_from(alone).filter(own), build_from(told).filter(own))


def test_the_simulated_leagues_bodies_give_every_shot_of_its_box_scores() -> None:
    """Exactly as many by player as the box scores count; rows once more from the raw rows."""
    raw, tables = simulated_games.raw(), simulated_games.conformed()
    made = SHOTS.require(tables["shots"])
    assert made.height > 10_000
    expected = recomputed(
        tables["games"].to_dicts(),
        tables["player_boxscores"].to_dicts(),
        delay=DELAY,
        plays=raw["nbac_play_by_play"].filter("is_field_goal").to_dicts(),
    )
    assert made.to_dicts() == expected
    player = ["game_id", "player_id"]
    counted = made.group_by(player).agg(
        pl.len().cast(pl.Int64).alias("field_goals_attempted"),
        pl.col("is_made").sum().cast(pl.Int64).alias("field_goals_made"),
        (pl.col("is_made") & (pl.col("shot_value") == 3)).sum().cast(pl.Int64).alias("threes"),
    )
    box = tables["player_boxscores"].filter(pl.col("field_goals_attempted") > 0)
    assert counted.sort(player).equals(box.select(counted.columns).sort(player))


REAL = {
    "0042400407": (date(2025, 6, 22), "2024-25", FILES, None),
    "0022400500": (date(2025, 1, 6), "2024-25", PLAYS, LIVE),
    "0022400001": (date(2024, 11, 12), "2024-25", PLAYS, V3),
    "0022100732": (date(2022, 1, 26), "2021-22", CHARTS, None),
}
"""Genuine games with a recorded log: date, season, and the source that has to be chosen."""


def genuine_rows(game_id: str) -> dict[str, pl.LazyFrame]:
    """The raw rows of a genuine game; an archived body that tells no date belongs to the date of its game."""
    told = {"bigdataball_play_by_play": parsed("samples/bigdataball.warc.gz", FILES)}
    plays = [(name, each) for name in (LIVE, V3, DATA, V2) for each in genuine(UPSTREAM, name)]
    told["nbac_play_by_play"] = pl.concat(read(UPSTREAM, name, each).frames[PLAYS] for name, each in plays)
    told["nbac_shots"] = read(UPSTREAM, "shot_chart", *genuine(UPSTREAM, "shot_chart")).frames[CHARTS]
    day = REAL[game_id][0]
    return {
        name: rows.filter(game_id=game_id).with_columns(game_date=pl.lit(day)).lazy() for name, rows in told.items()
    }


@pytest.mark.parametrize("game_id", REAL)
def test_a_genuine_game_has_the_shots_of_its_genuine_box_score(game_id: str) -> None:
    day, season, source, endpoint = REAL[game_id]
    dates, told = DateRange.of(day), genuine_rows(game_id)
    tables = season_tables(season, dates)
    box = tables["player_boxscores"].filter(game_id=game_id)
    made = shots.build(dates, games=tables["games"].lazy(), player_boxscores=box.lazy(), delay=DELAY, **told)
    assert sources(SHOTS.require(made)) == {(source, endpoint)}
    assert made["shot_zone"].null_count() == 0
    made_one, is_three = pl.col("is_made"), pl.col("shot_value") == 3
    counted = {
        player: (tried, scored, threes, threes_tried)
        for player, tried, scored, threes, threes_tried in made.group_by("player_id")
        .agg(pl.len(), made_one.sum(), (made_one & is_three).sum().alias("threes"), is_three.sum())
        .iter_rows()
    }
    columns = ("field_goals_attempted", "field_goals_made", "threes", "threes_attempted")
    expected = {row["player_id"]: tuple(row[name] for name in columns) for row in box.to_dicts()}
    assert counted == {player: numbers for player, numbers in expected.items() if numbers[0]}
    if source != CHARTS:
        assert made["is_assisted"].sum() == box["assists"].sum()

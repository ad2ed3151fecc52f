"""P1: predictions were made before the lines arrived and stayed without one. Here they are made again when lines arrive
and whenever they move, and what stood at the tip-off stays to the letter, whatever is told afterwards.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from nba_props.collection import Upstreams
from nba_props.game_calendar import DateRange, eastern_moment
from nba_props.orchestration.graph import STEPS
from nba_props.predictions import merging
from nba_props.simulator import League, event_id
from nba_props.simulator.faults import Fault, Kind, changed
from nba_props.simulator.mishaps import with_game_moved
from nba_props.upstreams.odds_api_requests import SOURCE, event_odds_request
from nba_props_tests.drills.judging import drill_over, make
from nba_props_tests.drills.leagues import games_of, whole_league
from nba_props_tests.drills.platform import Drill, World, world

DAY = timedelta(days=1)
FIRST = date(2025, 1, 6)
HISTORY = 5
"""So many games a player must have played to be predicted without a line."""

TONIGHT = FIRST + HISTORY * DAY
PREDICTIONS, OFFERS, PROPS = "predictions.player_prop_predictions", "predictions.prop_offers", "raw.odds_player_props"
SYSTEM = "moving_average_baseline"
TABLES = (PREDICTIONS,)


def at(hour: int, minute: int = 0) -> datetime:
    return eastern_moment(TONIGHT, time(hour, minute))


MORNING = (at(6), at(6, 10))
"""The schedule; then the games so far."""

ARRIVE = at(7, 5)
"""Lines open twelve hours before the tip-off."""

MOVES, MOVED = at(18, 50), at(18, 56)
IN_PLAY, OVER = at(19, 20), at(23)
BY = {MOVES: 2.0, at(19): 7.0}
"""By how much lines are higher than they were in the morning, from when on."""


@cache
def league() -> League:
    """A team that has a game on each of six evenings at seven, and no other game around them."""
    league = whole_league()
    season = league.current
    team = season.teams[0].tolist()[0]
    ids = [season.game_ids[game] for game, pair in enumerate(season.teams.tolist()) if team in pair]
    wanted = dict(zip(ids, (FIRST + number * DAY for number in range(HISTORY + 1)), strict=False))
    around = DateRange(FIRST - 3 * DAY, TONIGHT + 3 * DAY)
    cleared = [season.game_ids[game] for game, day in enumerate(season.dates) if day in around]
    far_off = eastern_moment(season.dates[-1], time(13))
    for game_id in cleared:
        league = with_game_moved(league, game_id, far_off)
    for game_id, day in wanted.items():
        league = with_game_moved(league, game_id, eastern_moment(day, time(19)))
    return league


def raised(by: float) -> Any:
    """All lines of players so much higher."""

    def change(body: Any, _: str) -> Any:
        for outcome in (
            outcome for book in body["bookmakers"] for market in book["markets"] for outcome in market["outcomes"]
        ):
            if "description" in outcome:
                outcome["point"] += by
        return body

    return changed(change)


def moves() -> list[Fault]:
    since = list(BY)
    until = [*since[1:], None]
    return [
        Fault(Kind.REWRITTEN, "/events/.*/odds", since=start, until=end, rewrite=raised(by))
        for (start, by), end in zip(BY.items(), until, strict=True)
    ]


def drill_in(told: World, home: Path) -> Drill:
    return drill_over(told, home, FIRST, tables=TABLES, sources=("nba_com", SOURCE), ODDS_API_REGIONS="us")


def game() -> str:
    (found,) = games_of(league(), TONIGHT)
    return found


def tick_at(drill: Drill, *moments: datetime) -> None:
    for moment in moments:
        drill.told.clock.move_to(moment)
        drill.tick()


def ask_at(drill: Drill, moment: datetime) -> None:
    """What comes in, before anything is made of it."""
    drill.told.clock.move_to(moment)
    drill.collect()
    drill.bring_in()


def ask_in_play(drill: Drill) -> None:
    """Lines of a running game are not asked for; here they come all the same."""
    ask_at(drill, IN_PLAY)
    settings, archive = drill.platform.settings, drill.platform.archive
    request = event_odds_request(settings, event_id(league().seed, game()), TONIGHT)
    assert Upstreams(settings, archive, drill.told.clock).collect([request]).answered == 1
    drill.bring_in()
    assert drill.table(PROPS)["snapshot_at"].max() == IN_PLAY
    drill.settle()


def predicted(drill: Drill) -> pl.DataFrame:
    """All predictions of tonight's game, those that do not stand any more included."""
    found = drill.table(PREDICTIONS, DateRange.of(TONIGHT))
    return found.sort("player_id", "market", "system", "prediction_id")


def standing(drill: Drill) -> pl.DataFrame:
    return predicted(drill).filter("is_active")


def have_no_line(drill: Drill) -> None:
    told = standing(drill)
    assert told.filter(pl.col("system") == SYSTEM).height > 0, "nothing is predicted before the lines arrive"
    assert told["line"].null_count() == told.height
    assert set(told["recommendation"]) == {"NO_LINE"}


def have_the_line_of(drill: Drill, moment: datetime) -> None:
    """Every prediction that stands of what has a line was made against the newest one, and says so; one a system."""
    consensus = drill.table("conformed.prop_consensus", DateRange.of(TONIGHT)).filter(pl.col("kind") == "current")
    newest = {(row["player_id"], row["market"]): row["line"] for row in consensus.iter_rows(named=True)}
    told = standing(drill)
    assert told.select("player_id", "market", "system").is_duplicated().sum() == 0
    against = told.filter(pl.col("line").is_not_null())
    assert against.height > 0, "the predictions have no line"
    assert set(against["line_snapshot_at"]) == {moment}, f"the lines are not those of {moment}"
    for row in told.iter_rows(named=True):
        assert row["line"] == newest.get((row["player_id"], row["market"])), "a prediction has another line"


def lines_of(drill: Drill) -> dict[tuple[int, str], float]:
    against = standing(drill).filter(pl.col("line").is_not_null(), pl.col("system") == SYSTEM)
    return {
        (player, market): line for player, market, line in against.select("player_id", "market", "line").iter_rows()
    }


def have_superseded(drill: Drill, before: pl.DataFrame) -> None:
    """What stood before is kept, and names what stands in its place."""
    told = {row["prediction_id"]: row for row in predicted(drill).iter_rows(named=True)}
    active = {row["prediction_id"] for row in told.values() if row["is_active"]}
    for row in before.iter_rows(named=True):
        now = told[row["prediction_id"]]
        assert now["is_active"] or now["superseded_by"] in active or now["superseded_by"] is None
    assert not active & set(before.filter(pl.col("line").is_not_null())["prediction_id"])


def is_frozen(drill: Drill, at_tip_off: pl.DataFrame, offers: pl.DataFrame) -> None:
    assert predicted(drill).equals(at_tip_off), "what stood at the tip-off is not what stands"
    assert drill.table(OFFERS, DateRange.of(TONIGHT)).equals(offers), "the offers are others"


@dataclass
class Scene:
    """The evening after the tip-off: what stood then, and a copy of the home as it was in the game."""

    home: Path
    told: World
    at_tip_off: pl.DataFrame
    offers: pl.DataFrame


@contextmanager
def evening(home: Path) -> Iterator[Drill]:
    with world(league(), MORNING[0], *moves()) as told, drill_in(told, home) as drill:
        yield drill


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """The whole story, with what must hold on the way."""
    home, kept = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("kept") / "home"
    with evening(home) as drill:
        tick_at(drill, *MORNING)
        have_no_line(drill)
        ask_at(drill, ARRIVE)
        with pytest.raises(AssertionError, match="the predictions have no line"):
            have_the_line_of(drill, ARRIVE)  # control: nobody makes them again
        drill.settle()
        have_the_line_of(drill, ARRIVE)
        before, lines = standing(drill), lines_of(drill)
        ask_at(drill, MOVED)
        with pytest.raises(AssertionError, match="the lines are not those of"):
            have_the_line_of(drill, MOVED)  # control
        drill.settle()
        have_the_line_of(drill, MOVED)
        have_superseded(drill, before)
        moved = lines_of(drill)
        assert sum(moved[key] > line for key, line in lines.items()) > len(lines) / 2
        at_tip_off, offers = predicted(drill), drill.table(OFFERS, DateRange.of(TONIGHT))
        assert at_tip_off.height > 0
        assert offers.height > 0
        ask_in_play(drill)
        is_frozen(drill, at_tip_off, offers)
        shutil.copytree(home, kept)
        tick_at(drill, OVER)
        status = drill.table("conformed.games", DateRange.of(TONIGHT))["status"].to_list()
        assert status == ["final"]
        is_frozen(drill, at_tip_off, offers)
        assert (drill.failed_runs, drill.failed_steps) == ([], [])
        yield Scene(kept, drill.told, at_tip_off, offers)


@contextmanager
def made_again_in_play(scene: Scene, home: Path) -> Iterator[Drill]:
    """Another platform over the same tables, on which predictions are made again while the game runs."""
    told = World(scene.told.league, scene.told.clock, scene.told.url, scene.told.scenario, scene.told.quota)
    with drill_in(told, shutil.copytree(scene.home, home / "home")) as drill:
        make(drill, next(step for step in STEPS if step.name == "player_prop_predictions"), DateRange.of(TONIGHT))
        assert drill.failed_steps == []
        yield drill


def test_predictions_follow_the_lines_until_the_tip_off_and_then_stay_for_ever(scene: Scene, tmp_path: Path) -> None:
    with made_again_in_play(scene, tmp_path) as drill:
        is_frozen(drill, scene.at_tip_off, scene.offers)


def test_if_a_game_that_runs_counts_as_one_to_come_its_predictions_are_others(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: nothing is frozen."""
    states = merging.game_states

    def to_come(games: pl.DataFrame, now: datetime) -> pl.DataFrame:
        return states(games, now).with_columns(state=pl.lit(merging.TO_COME))

    monkeypatch.setattr(merging, "game_states", to_come)
    with (
        made_again_in_play(scene, tmp_path) as drill,
        pytest.raises(AssertionError, match="what stood at the tip-off is not what stands"),
    ):
        is_frozen(drill, scene.at_tip_off, scene.offers)

"""C6: windows that looked at today's games missed those of yesterday, noon games at Christmas, days with another hour.

What is due follows each game's own tip-off in New York game dates, and a missed tick is caught up by the next one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from nba_props.game_calendar import EASTERN, eastern_moment, game_date_of
from nba_props.operations import planner
from nba_props.operations.planner import Due
from nba_props.operations.subjects import CLOSING_LEAD, Game, games_by_date
from nba_props.orchestration import collecting
from nba_props.orchestration.platform import Platform
from nba_props.simulator import League, event_id
from nba_props.upstreams.nba_com import FINAL_WHISTLE
from nba_props.upstreams.odds_api import LINES_OPEN
from nba_props_tests.drills.judging import drill_over
from nba_props_tests.drills.leagues import arranged, games_of, tip_off_of
from nba_props_tests.drills.platform import Drill, world

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
CHRISTMAS = date(2024, 12, 25)
CLOCKS_GO_BACK, CLOCKS_GO_FORWARD = date(2024, 11, 3), date(2025, 3, 9)
SOURCES = ("nba_com", "odds_api")


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return eastern_moment(day, time(hour, minute))


@cache
def christmas() -> League:
    """A game at noon, one on the west coast at half past ten, and one just after midnight, which is of the next date.

    At midnight itself the league's schedule lists games whose hour is not known yet.
    """
    return arranged({CHRISTMAS: [(0, time(12)), (1, time(22, 30))], CHRISTMAS + DAY: [(2, time(0, 5))]})


@cache
def sunday(day: date) -> League:
    """Two games of a Sunday, the first at noon, so that its lines open before the clocks change at 2 AM."""
    return arranged({day: [(0, time(12)), (1, time(21, 30))]})


@contextmanager
def platform(league: League, home: Path, start: datetime, **changes: str) -> Iterator[Drill]:
    """Schedule, box scores and odds of a league, from a moment on."""
    tables = ("conformed.games",)
    with (
        world(league, start) as told,
        drill_over(told, home, game_date_of(start), tables=tables, sources=SOURCES, **changes) as drill,
    ):
        yield drill


def tick_at(drill: Drill, moments: Sequence[datetime]) -> None:
    for moment in moments:
        drill.told.clock.move_to(moment)
        drill.tick()


def lines_follow_the_tip_off(drill: Drill, game_ids: Sequence[str]) -> None:
    """Asked for twelve hours before the date's first game, and shortly before the game itself; never while it runs."""
    league, rows = drill.told.league, drill.table("raw.odds_player_props")
    answered = drill.attempts().filter(pl.col("endpoint") == "event_odds", pl.col("outcome") == "ok")
    for game_id in game_ids:
        season, game = league.games[game_id]
        event, tip_off = event_id(league.seed, game_id), tip_off_of(league, game_id)
        opening = min(tip_off_of(league, each) for each in games_of(league, season.dates[game])) + LINES_OPEN
        asked = answered.filter(pl.col("url").str.contains(event))["asked_at"].to_list()
        is_opening_there = bool(asked) and opening <= asked[0] <= opening + 5 * MINUTE
        assert is_opening_there, f"{game_id}: its lines were not asked for as they opened"
        assert asked[-1] < tip_off, f"{game_id}: asked for odds in play"
        told = rows.filter(pl.col("event_id") == event)["snapshot_at"].to_list()
        assert tip_off - CLOSING_LEAD <= max(told) < tip_off, f"{game_id}: its closing lines were missed"


def box_scores_follow_the_tip_off(drill: Drill, game_ids: Sequence[str]) -> None:
    """Asked for when the game can be over, under its own date, and there: the game is final."""
    league = drill.told.league
    games, boxes = drill.table("conformed.games"), drill.table("raw.nbac_player_boxscore")
    asked = drill.attempts().filter(pl.col("endpoint") == "box_score_v3", pl.col("outcome") == "ok")
    for game_id in game_ids:
        season, game = league.games[game_id]
        of_game = asked.filter(pl.col("url").str.contains(game_id))
        assert of_game.height > 0, f"{game_id}: its box score was never asked for"
        assert min(of_game["asked_at"].to_list()) >= tip_off_of(league, game_id) + FINAL_WHISTLE
        assert set(of_game["game_date"]) == {season.dates[game]}, f"{game_id}: asked for under another date"
        assert set(boxes.filter(pl.col("game_id") == game_id)["game_date"]) == {season.dates[game]}
        assert games.filter(pl.col("game_id") == game_id)["status"].to_list() == ["final"]


NOON, LATE, MIDNIGHT = range(3)
CHRISTMAS_TICKS = (
    at(CHRISTMAS - DAY, 23, 30),
    at(CHRISTMAS, 0),
    at(CHRISTMAS, 0, 1),
    at(CHRISTMAS, 11, 57),
    at(CHRISTMAS, 12, 5),
    at(CHRISTMAS, 14, 31),
    at(CHRISTMAS, 22, 27),
    at(CHRISTMAS + DAY, 0, 2),
    at(CHRISTMAS + DAY, 1, 15),
    at(CHRISTMAS + DAY, 2, 45),
)


def christmas_games() -> list[str]:
    return [*games_of(christmas(), CHRISTMAS), *games_of(christmas(), CHRISTMAS + DAY)]


def test_noon_late_and_midnight_games_are_collected_by_their_own_tip_off(tmp_path: Path) -> None:
    with platform(christmas(), tmp_path, CHRISTMAS_TICKS[0]) as drill:
        tick_at(drill, CHRISTMAS_TICKS)
        lines_follow_the_tip_off(drill, christmas_games())
        box_scores_follow_the_tip_off(drill, christmas_games())
        assert (drill.failed_runs, drill.failed_steps) == ([], [])


def test_a_planner_that_looks_at_todays_games_misses_the_late_one_and_the_one_at_midnight(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: the incident as it was."""
    with platform(christmas(), tmp_path, CHRISTMAS_TICKS[0]) as drill:

        def todays(games: pl.DataFrame) -> dict[date, list[Game]]:
            return games_by_date(games.filter(pl.col("game_date") == game_date_of(drill.told.clock())))

        monkeypatch.setattr(planner, "games_by_date", todays)
        tick_at(drill, CHRISTMAS_TICKS)
        games = christmas_games()
        box_scores_follow_the_tip_off(drill, games[:1])
        with pytest.raises(AssertionError, match=f"{games[LATE]}: its box score was never asked for"):
            box_scores_follow_the_tip_off(drill, games)
        with pytest.raises(AssertionError, match=f"{games[MIDNIGHT]}: its lines were not asked for as they opened"):
            lines_follow_the_tip_off(drill, games[MIDNIGHT:])


def test_windows_at_fixed_hours_miss_the_noon_game(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: lines are asked for from the afternoon on, whatever is played when."""
    ask = collecting.due_now

    def in_the_afternoon(platform: Platform) -> list[Due]:
        is_open = platform.clock().astimezone(EASTERN).hour >= 15
        return [due for due in ask(platform) if is_open or due.source != "odds_api"]

    monkeypatch.setattr(collecting, "due_now", in_the_afternoon)
    with platform(christmas(), tmp_path, CHRISTMAS_TICKS[0]) as drill:
        tick_at(drill, CHRISTMAS_TICKS[:5])
        games = christmas_games()
        with pytest.raises(AssertionError, match=f"{games[NOON]}: its lines were not asked for as they opened"):
            lines_follow_the_tip_off(drill, games)


def changing(day: date) -> list[datetime]:
    """From an hour before lines open, twelve hours of real time before noon, to the end of the noon game."""
    opening = at(day, 12) + LINES_OPEN
    before = [opening - 70 * MINUTE, opening - 10 * MINUTE]
    return [*before, opening, opening + MINUTE, at(day, 11, 57), at(day, 21, 27), at(day + DAY, 0, 15)]


def go_through(drill: Drill, day: date, until: int | None = None) -> None:
    """The day, on which nothing is asked of the odds before they open, and everything from then on."""
    ticks, games = changing(day), games_of(sunday(day), day)
    tick_at(drill, ticks[:2])
    assert "odds_api" not in set(drill.attempts()["source"]), "lines were asked for before they open"
    tick_at(drill, ticks[2:until])
    lines_follow_the_tip_off(drill, games if until is None else games[:1])


@pytest.mark.parametrize("day", [CLOCKS_GO_BACK, CLOCKS_GO_FORWARD], ids=["back", "forward"])
def test_on_days_of_23_and_25_hours_lines_open_twelve_hours_before_the_first_game(day: date, tmp_path: Path) -> None:
    with platform(sunday(day), tmp_path, changing(day)[0]) as drill:
        go_through(drill, day)
        box_scores_follow_the_tip_off(drill, games_of(sunday(day), day))


@pytest.mark.parametrize(
    ("day", "reason"),
    [(CLOCKS_GO_BACK, "asked for before they open"), (CLOCKS_GO_FORWARD, "were not asked for as they opened")],
    ids=["back", "forward"],
)
def test_hours_counted_on_the_wall_clock_are_wrong_on_these_days(
    day: date, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: the planner reckons with tip-offs as New York's clocks show them."""

    def on_the_wall(games: pl.DataFrame) -> dict[date, list[Game]]:
        return {
            played: [replace(game, tip_off_at=game.tip_off_at.astimezone(EASTERN)) for game in slate]
            for played, slate in games_by_date(games).items()
        }

    monkeypatch.setattr(planner, "games_by_date", on_the_wall)
    with (
        platform(sunday(day), tmp_path, changing(day)[0]) as drill,
        pytest.raises(AssertionError, match=reason),
    ):
        go_through(drill, day, until=5)

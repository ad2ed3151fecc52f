"""Games: which count, whether they are over, and when they tip off."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from nba_props.conformed import games
from nba_props.contracts.conformed import GAMES
from nba_props.game_calendar import DateRange
from nba_props_tests.conformed.rows import (
    DATES,
    DAY,
    TIP_OFF,
    Row,
    accepted,
    box_line,
    box_scores,
    listed,
    odds_events,
    schedule,
    scheduled,
)

BOTH_TEAMS = [box_line(1, "CHI"), box_line(2, "NYK")]


def build(
    *rows: Row, box: list[Row] | None = None, events: list[Row] | None = None, dates: DateRange = DATES
) -> pl.DataFrame:
    made = games.build(
        dates,
        nbac_schedule=schedule(*rows),
        nbac_player_boxscore=box_scores(*(box or [])),
        odds_events=odds_events(*(events or [])),
    )
    return accepted(GAMES, made)


@pytest.mark.parametrize(
    ("told", "box", "status"),
    [
        ({"game_status": 1}, [], "scheduled"),
        ({"game_status": 2}, [], "in_progress"),
        ({"game_status": 3}, [], "final"),
        ({"game_status": 1}, BOTH_TEAMS, "final"),
        ({"game_status": 2}, BOTH_TEAMS, "final"),
        ({"game_status": 2}, BOTH_TEAMS[:1], "in_progress"),
        ({"game_status": 1, "is_postponed": True}, [], "postponed"),
        ({"game_status": 1, "is_postponed": True}, BOTH_TEAMS, "final"),
        (
            {"game_status": 1},
            [box_line(1, "CHI", game_id="0022400999"), box_line(2, "NYK", game_id="0022400999")],
            "scheduled",
        ),
    ],
)
def test_the_status_is_the_schedules_unless_both_box_scores_are_there(told: Row, box: list[Row], status: str) -> None:
    assert build(scheduled(**told), box=box)["status"].to_list() == [status]


def test_the_leagues_tip_off_comes_first() -> None:
    told = build(events=[listed()]).row(0, named=True)
    assert (told["tip_off_at"], told["tip_off_source"]) == (TIP_OFF, "schedule")


def test_without_it_the_newest_start_that_an_odds_source_expects() -> None:
    events = [
        listed(snapshot_at=TIP_OFF - timedelta(hours=1), commence_at=TIP_OFF + timedelta(minutes=30)),
        listed(snapshot_at=TIP_OFF - timedelta(hours=9), commence_at=TIP_OFF),
        listed("e2", home_team_name="Boston Celtics", commence_at=TIP_OFF + timedelta(hours=2)),
        listed("e3", home_team_name="Chicago Wolves", commence_at=TIP_OFF + timedelta(hours=2)),
    ]
    told = build(scheduled(tip_off_at=None), events=events).row(0, named=True)
    assert (told["tip_off_at"], told["tip_off_source"]) == (TIP_OFF + timedelta(minutes=30), "odds_events")


@pytest.mark.parametrize(("day", "hour"), [(date(2025, 1, 5), 17), (date(2025, 6, 5), 16)])
def test_else_noon_in_new_york(day: date, hour: int) -> None:
    told = build(scheduled(tip_off_at=None, game_date=day), dates=DateRange.of(day)).row(0, named=True)
    assert told["tip_off_at"] == datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    assert told["tip_off_source"] == "assumed"


def test_a_start_expected_for_another_date_is_not_this_games() -> None:
    event = listed(game_date=DAY + timedelta(days=1), commence_at=TIP_OFF + timedelta(days=1))
    assert build(scheduled(tip_off_at=None), events=[event])["tip_off_source"].to_list() == ["assumed"]


@pytest.mark.parametrize(
    "left_out",
    [
        {"game_type": "preseason"},
        {"game_type": "all_star"},
        {"game_type": "preseason", "away_team": "RMD"},
        {"away_team": None, "away_team_id": 0},
        {"home_team": "FLA"},
        {"game_date": date(2025, 1, 6)},
    ],
)
def test_games_that_do_not_count_are_left_out(left_out: dict[str, Any]) -> None:
    other = scheduled(game_id="0022400481") | left_out
    assert build(scheduled(), other)["game_id"].to_list() == ["0022400480"]


def test_the_cup_final_and_the_play_in_count() -> None:
    kinds = ["regular_season", "play_in", "cup_final", "playoffs"]
    rows = [scheduled(game_id=f"00{number}2400001", game_type=kind) for number, kind in enumerate(kinds)]
    assert sorted(build(*rows)["game_type"]) == sorted(kinds)

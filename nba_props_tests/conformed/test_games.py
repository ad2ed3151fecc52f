"""Games: which count, whether they are over, and when they tip off."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from nba_props.conformed import games
from nba_props.contracts.conformed import GAMES
from nba_props.contracts.raw.balldontlie import BDL_GAMES
from nba_props.contracts.raw.bettingpros import BETTINGPROS_EVENTS
from nba_props.contracts.raw.espn import ESPN_SCOREBOARD
from nba_props.contracts.raw.nba_gamebook import NBAC_GAMEBOOK
from nba_props.contracts.raw.nba_live import NBAC_SCOREBOARD
from nba_props.game_calendar import DateRange
from nba_props_tests.conformed.rows import (
    DATES,
    DAY,
    FETCHED,
    GAME_ID,
    PROVENANCE,
    TIP_OFF,
    Row,
    accepted,
    box_line,
    box_scores,
    frame,
    listed,
    named_box,
    named_line,
    odds_events,
    schedule,
    scheduled,
    whole_box,
)

BOTH_TEAMS = [box_line(1, "CHI"), box_line(2, "NYK")]
TEAMS = {"home_team": "CHI", "away_team": "NYK"}


def build(
    *rows: Row,
    box: list[Row] | None = None,
    events: list[Row] | None = None,
    dates: DateRange = DATES,
    **tables: pl.LazyFrame,
) -> pl.DataFrame:
    made = games.build(
        dates,
        nbac_schedule=schedule(*rows),
        nbac_player_boxscore=box_scores(*(box or [])),
        odds_events=odds_events(*(events or [])),
        **tables,
    )
    return accepted(GAMES, made)


def board(**changes: Any) -> pl.LazyFrame:
    row = {
        "game_date": DAY,
        "game_id": GAME_ID,
        "endpoint": "scoreboard",
        "game_status": 1,
        "is_postponed": False,
        **TEAMS,
        **PROVENANCE,
    }
    return frame(NBAC_SCOREBOARD, [row | changes])


def espn(**changes: Any) -> pl.LazyFrame:
    told = {"game_date": DAY, "event_id": "40", "status": "pre", "is_final": False, "is_postponed": False}
    return frame(ESPN_SCOREBOARD, [told | TEAMS | PROVENANCE | changes])


def balldontlie(**changes: Any) -> pl.LazyFrame:
    told = {"game_date": DAY, "event_id": "18", "game_status": 1, "is_postponed": False}
    return frame(BDL_GAMES, [told | TEAMS | PROVENANCE | changes])


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


@pytest.mark.parametrize(
    ("box", "status"),
    [
        (whole_box("live_box_score"), "final"),
        (whole_box("live_box_score", game_status=2), "in_progress"),
        (whole_box("live_box_score")[:5], "in_progress"),
        (whole_box("player_box_scores", won=None), "in_progress"),
        (whole_box("box_score_v3"), "final"),
        (whole_box("box_score_v3", minutes=53.0), "final"),
        (whole_box("box_score_v3", minutes=47.0), "final"),
        (whole_box("box_score_v3", minutes=47.5), "in_progress"),
        (whole_box("box_score_v3", minutes=36.0), "in_progress"),
        (whole_box("box_score_v3", minutes=43.0), "in_progress"),
        (whole_box("box_score_v3", minutes=50.5), "in_progress"),
        (whole_box("box_score_v3", points=20), "in_progress"),
        (whole_box("box_score_v2", minutes=0.5), "in_progress"),
        (whole_box("box_score_v3", did_not_play=True), "in_progress"),
    ],
)
def test_only_the_box_score_of_a_game_that_is_over_ends_it(box: list[Row], status: str) -> None:
    """Live boxes tell the status; a traditional one read too early is short of a game's minutes, or level at the end
    of regulation."""
    assert build(scheduled(game_status=2), box=box)["status"].to_list() == [status]


def test_a_game_stuck_in_progress_is_ended_by_its_gamebook_or_by_any_scoreboard() -> None:
    stuck = scheduled(game_status=2)
    written = [named_line("A", "CHI"), named_line("B", "NYK")]
    assert build(stuck, nbac_gamebook=named_box(NBAC_GAMEBOOK, written))["status"].item() == "final"
    assert build(stuck, nbac_gamebook=named_box(NBAC_GAMEBOOK, written[:1]))["status"].item() == "in_progress"
    assert build(stuck, nbac_scoreboard=board(game_status=3))["status"].item() == "final"
    assert build(stuck, bdl_games=balldontlie(game_status=3))["status"].item() == "final"
    assert build(stuck, espn_scoreboard=espn(status="post", is_final=True))["status"].item() == "final"
    assert build(stuck, espn_scoreboard=espn(status="post"))["status"].item() == "in_progress"


def test_a_game_runs_as_soon_as_any_source_has_seen_it_run() -> None:
    assert build(scheduled(), nbac_scoreboard=board(game_status=2))["status"].item() == "in_progress"
    assert build(scheduled(), espn_scoreboard=espn(status="in"))["status"].item() == "in_progress"


@pytest.mark.parametrize(
    "told",
    [
        {"nbac_scoreboard": board(is_postponed=True)},
        {"nbac_scoreboard": board(is_postponed=True, game_status=3)},
        {"espn_scoreboard": espn(status="post", is_postponed=True)},
        {"bdl_games": balldontlie(is_postponed=True)},
    ],
)
def test_any_source_may_tell_a_postponement(told: dict[str, Any]) -> None:
    assert build(scheduled(), **told)["status"].item() == "postponed"
    assert build(scheduled(), box=BOTH_TEAMS, **told)["status"].item() == "final"


@pytest.mark.parametrize(("later", "status"), [(1, "in_progress"), (-1, "postponed")])
def test_a_postponement_stands_unless_play_was_seen_after_it_was_told(later: int, status: str) -> None:
    seen = board(game_status=2, fetched_at=FETCHED + timedelta(hours=later))
    told = build(scheduled(), nbac_scoreboard=seen, espn_scoreboard=espn(is_postponed=True))
    assert told["status"].item() == status


def test_a_game_moved_to_another_date_is_where_the_newest_schedule_has_it() -> None:
    """The scoreboard of the first date still shows it as postponed."""
    moved = scheduled(game_date=DAY + timedelta(days=9), tip_off_at=TIP_OFF + timedelta(days=9))
    both = DateRange(DAY, DAY + timedelta(days=9))
    told = build(moved, dates=both, nbac_scoreboard=board(is_postponed=True))
    assert told.select("game_date", "status").rows() == [(DAY + timedelta(days=9), "scheduled")]


def test_what_is_told_of_one_date_says_nothing_of_the_same_game_on_another() -> None:
    """A range must give what its dates give; the box of a game that was abandoned is not that of its repetition."""
    moved = scheduled(game_date=DAY + timedelta(days=1))
    both = DateRange(DAY, DAY + timedelta(days=1))
    assert build(moved, box=whole_box(), dates=both)["status"].to_list() == ["scheduled"]


def test_scores_are_final_ones_wherever_they_are_told() -> None:
    stale = scheduled(game_status=2, home_score=50, away_score=60)
    assert build(stale).select("home_score", "away_score").row(0) == (50, 60)
    running = board(game_status=2, home_score=70, away_score=65)
    live = whole_box("live_box_score", game_status=2, points=1)
    boxed = build(stale, box=[*whole_box(), *live], nbac_scoreboard=running)
    assert boxed.select("home_score", "away_score").row(0) == (105, 100)
    told = board(game_status=3, home_score=110, away_score=101)
    assert build(stale, box=whole_box(), nbac_scoreboard=told).select("home_score", "away_score").row(0) == (110, 101)
    known = scheduled(game_status=3, home_score=120, away_score=111)
    assert build(known, nbac_scoreboard=told).select("home_score", "away_score").row(0) == (120, 111)


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


def test_every_source_of_a_start_is_used_in_order() -> None:
    def at(minutes: int) -> datetime:
        return TIP_OFF + timedelta(minutes=minutes)

    tables = {
        "nbac_scoreboard": board(tip_off_at=at(1)),
        "odds_events": odds_events(listed(commence_at=at(2))),
        "espn_scoreboard": espn(tip_off_at=at(3)),
        "bdl_games": balldontlie(tip_off_at=at(4)),
        "bettingpros_events": frame(
            BETTINGPROS_EVENTS, [{"game_date": DAY, "event_id": "9", "commence_at": at(5), **TEAMS, **PROVENANCE}]
        ),
    }
    expected = ["scoreboard", "odds_events", "espn_scoreboard", "bdl_games", "bettingpros_events", "assumed"]
    told = []
    for source in expected:
        made = accepted(GAMES, games.build(DATES, nbac_schedule=schedule(scheduled(tip_off_at=None)), **tables))
        told.append((made["tip_off_source"].item(), made["tip_off_at"].item()))
        tables.pop("nbac_scoreboard" if source == "scoreboard" else source, None)
    assert [source for source, _ in told] == expected
    assert [moment for _, moment in told[:-1]] == [at(minutes) for minutes in range(1, 6)]


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

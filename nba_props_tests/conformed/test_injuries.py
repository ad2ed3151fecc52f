"""Injuries: what was told of whom for which game, and when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_props.conformed import injuries
from nba_props.contracts.conformed import INJURIES
from nba_props.contracts.raw.balldontlie import BDL_INJURIES
from nba_props.contracts.raw.espn import ESPN_INJURIES
from nba_props.contracts.raw.nba_injury_report import NBAC_INJURY_REPORT, STATUSES
from nba_props.game_calendar import DateRange
from nba_props_tests.conformed.rows import (
    DATES,
    DAY,
    GAME_ID,
    TIP_OFF,
    Row,
    accepted,
    frame,
    game,
    games,
    named_players,
    source_players,
)

YESTERDAY = DAY - timedelta(days=1)
BRUNSON, HART = ("Jalen Brunson", "NYK", 1), ("Josh Hart", "NYK", 2)
KNOWN = source_players(
    *(
        row
        for source in ("nba_injury_report", "balldontlie", "espn")
        for day in (YESTERDAY, DAY)
        for row in named_players(source, BRUNSON, HART, day=day)
    )
)


def before(hours: float) -> datetime:
    return TIP_OFF - timedelta(hours=hours)


def reported(hours: float, name: str = "Jalen Brunson", status: str | None = "Out", **changes: Any) -> Row:
    """A row of the league's report so many hours before the tip-off."""
    told = {"game_date": DAY, "report_at": before(hours), "home_team": "CHI", "away_team": "NYK", "team": "NYK"}
    return told | {"player_name": name, "status": status, "reason": "Knee", "is_submitted": True} | changes


def on_list(hours: float, name: str = "Jalen Brunson", status: str = "Out", **changes: Any) -> Row:
    """A row of a list of the day that was read so many hours before the tip-off."""
    told = {"game_date": DAY, "team": "NYK", "player_name": name, "status": status, "source_player_id": name}
    at = before(hours)
    return told | {"snapshot_at": at, "reported_at": at, "fetched_at": at, "description": "News."} | changes


def build(dates: DateRange = DATES, known: pl.LazyFrame = KNOWN, **rows: list[Row]) -> pl.DataFrame:
    tables = {"nbac_injury_report": NBAC_INJURY_REPORT, "bdl_injuries": BDL_INJURIES, "espn_injuries": ESPN_INJURIES}
    told = {name: frame(table, rows[name]) for name, table in tables.items() if name in rows}
    return accepted(INJURIES, injuries.build(dates, games=games(), source_players=known, **told))


def history(made: pl.DataFrame, player: int = 1) -> list[tuple[float, str]]:
    hours = (pl.lit(TIP_OFF, pl.Datetime("us", "UTC")) - pl.col("report_at")).dt.total_minutes() / 60
    return made.filter(player_id=player).select(hours, "status").rows()


def test_a_row_is_a_change_of_status_with_when_it_was_told() -> None:
    rows = [reported(30), reported(24), reported(6, status="Questionable"), reported(5, status="Questionable")]
    made = build(nbac_injury_report=[*rows, reported(1)])
    assert history(made) == [(30, "out"), (6, "questionable"), (1, "out")]
    assert made["first_seen_at"].to_list() == [before(30), before(6), before(30)]
    first = made.row(0, named=True)
    assert (first["game_id"], first["team"], first["source"]) == (GAME_ID, "NYK", "raw.nbac_injury_report")
    assert (first["status_text"], first["reason"]) == ("Out", "Knee")


def test_what_was_told_after_the_tip_off_is_no_news_of_the_game() -> None:
    assert history(build(nbac_injury_report=[reported(0), reported(-0.5, status="Available")])) == [(0, "out")]
    assert history(build(bdl_injuries=[on_list(-0.5)])) == []


def test_who_is_left_out_of_a_later_report_of_his_team_is_told_as_listed_no_longer() -> None:
    rows = [reported(hours, "Josh Hart") for hours in (30, 20, 10, 5)]
    made = build(nbac_injury_report=[*rows, reported(20), reported(5)])
    assert history(made) == [(20, "out"), (10, "not_listed"), (5, "out")]
    assert history(made, 2) == [(30, "out")]
    assert made.filter(status="not_listed").select("status_text", "reason").row(0) == (None, None)


def test_a_team_that_lists_nobody_has_cleared_everybody_but_one_that_has_not_submitted_has_not() -> None:
    nobody: dict[str, Any] = {"name": "", "status": None, "reason": None}
    cleared = [reported(20), reported(10, **nobody)]
    assert history(build(nbac_injury_report=cleared)) == [(20, "out"), (10, "not_listed")]
    silent = [reported(20), reported(10, **nobody, is_submitted=False)]
    assert history(build(nbac_injury_report=silent)) == [(20, "out")]


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("Out", "out"),
        ("OUT ", "out"),
        ("Day-To-Day", "day_to_day"),
        ("Questionable", "questionable"),
        ("Suspension", "suspended"),
        ("Game Time Decision", "unknown"),
    ],
)
def test_words_of_all_sources_become_one_vocabulary(told: str, status: str) -> None:
    made = build(espn_injuries=[on_list(5, status=told)])
    assert made.select("status", "status_text").rows() == [(status, told)]


def test_every_status_of_the_league_is_known() -> None:
    assert {status.lower() for status in STATUSES} <= set(injuries.STATUSES)


def test_a_list_speaks_of_the_games_of_its_date_and_the_next() -> None:
    for days, is_told in ((0, True), (1, True), (2, False), (-1, False)):
        listed = [on_list(40, game_date=DAY - timedelta(days=days))]
        known = source_players(*named_players("balldontlie", BRUNSON, day=DAY - timedelta(days=days)))
        assert (build(bdl_injuries=listed, known=known).height > 0) is is_told
        elsewhere = [listed[0] | {"team": "BOS"}]
        assert build(bdl_injuries=elsewhere, known=known).is_empty()


def test_pages_of_one_reading_are_one_list_and_the_next_reading_tells_who_is_gone() -> None:
    second = 1 / 3600
    rows = [on_list(9), on_list(9 - 5 * second, "Josh Hart"), on_list(8 - 5 * second, "Josh Hart")]
    made = build(bdl_injuries=rows)
    assert [(round(hours, 1), status) for hours, status in history(made)] == [(9, "out"), (8, "not_listed")]
    assert [status for _, status in history(made, 2)] == ["out"]


def test_the_list_of_the_day_before_counts_until_there_is_one_of_the_day_where_readings_are_not_kept() -> None:
    old = on_list(26, "Josh Hart", game_date=YESTERDAY)
    assert history(build(espn_injuries=[old]), 2) == [(26, "out")]
    made = build(espn_injuries=[old, on_list(50), on_list(3, status="Probable")])
    assert history(made, 2) == []
    assert history(made) == [(50, "out"), (3, "probable")]


def test_what_espn_gives_no_time_counts_from_when_it_was_read() -> None:
    assert history(build(espn_injuries=[on_list(4, reported_at=None)])) == [(4, "out")]
    assert history(build(espn_injuries=[on_list(4, reported_at=before(3))])) == [(4, "out")]


def test_sources_are_kept_apart() -> None:
    made = build(nbac_injury_report=[reported(9)], bdl_injuries=[on_list(8)], espn_injuries=[on_list(7)])
    assert made["source"].to_list() == ["raw.bdl_injuries", "raw.espn_injuries", "raw.nbac_injury_report"]
    assert made["first_seen_at"].to_list() == [before(8), before(7), before(9)]


def test_names_that_are_not_resolved_are_left_to_the_list_of_unresolved_ones() -> None:
    assert build(nbac_injury_report=[reported(9, "Nobody")], bdl_injuries=[on_list(9, "Nobody")]).is_empty()


TOLD = st.lists(
    st.tuples(
        st.integers(0, 2), st.sampled_from([0.5, 3.0, 9.0, 20.0]), st.sampled_from(["Jalen Brunson", "Josh Hart", ""]),
        st.sampled_from(["Out", "Probable"]),
    ),
    max_size=14,
    unique_by=lambda told: told[:3],
)  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(TOLD)
def test_a_range_gives_the_same_as_its_days(told: list[tuple[int, float, str, str]]) -> None:
    days = [DAY + timedelta(days=number) for number in range(3)]
    moved = [
        (timedelta(days=number), (hours, name, status), {"game_date": days[number]})
        for number, hours, name, status in told
    ]
    reports, lists = [], []
    for by, (hours, name, status), date in moved:
        reports.append(reported(hours, name, status, **date, **{"report_at": before(hours) + by}))
        if name:
            at = dict.fromkeys(("snapshot_at", "reported_at", "fetched_at"), before(hours) + by)
            lists.append(on_list(hours, name, status, **date, **at))
    tables = {
        "games": games(
            *(game(game_id=f"002240000{n}", game_date=d, tip_off_at=TIP_OFF + (d - DAY)) for n, d in enumerate(days))
        ),
        "source_players": source_players(
            *(
                row
                for source in ("nba_injury_report", "balldontlie", "espn")
                for day in days
                for row in named_players(source, BRUNSON, HART, day=day)
            )
        ),
        "nbac_injury_report": frame(NBAC_INJURY_REPORT, reports),
        "bdl_injuries": frame(BDL_INJURIES, lists),
        "espn_injuries": frame(ESPN_INJURIES, lists),
    }
    together = accepted(INJURIES, injuries.build(DateRange(days[0], days[-1]), **tables))
    apart = [accepted(INJURIES, injuries.build(DateRange.of(day), **tables)) for day in days]
    assert together.equals(pl.concat(apart))

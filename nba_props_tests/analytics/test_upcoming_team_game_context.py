"""Teams before their games: each rule by example; every column is recomputed in ``test_upcoming_recomputed``."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import polars as pl
import pytest

from nba_props.contracts.analytics import UPCOMING_TEAM_GAME_CONTEXT
from nba_props.game_calendar import DateRange
from nba_props_tests.analytics.upcoming_league import (
    BALLDONTLIE,
    ESPN,
    LONG_AFTER,
    UpcomingLeague,
    eastern,
    report,
    seen,
    team_contexts,
)
from nba_props_tests.precompute.league import LEAD, Row, game, game_line, played

DAY = date(2025, 1, 20)
GAME = game("0022400600", DAY, "BOS", "NYK")


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


def meeting(number: int, day: date, home: str, away: str, **changes: Any) -> Row:
    return {**game(f"00224{number:05d}", day, home, away), **changes}


def row_of(league: UpcomingLeague, team: str = "BOS", of: Row = GAME, now: datetime = LONG_AFTER) -> Row:
    """The row of a team and game, made with those of other dates, so that more history and later facts are read."""
    dates = DateRange.of(of["game_date"]).widened(before=10, after=1)
    made = UPCOMING_TEAM_GAME_CONTEXT.require(team_contexts(league, dates, now=now))
    is_asked = (pl.col("team") == team) & (pl.col("game_id") == of["game_id"])
    row: Row = made.row(by_predicate=is_asked, named=True)
    return row


def scheduled(*games: Row) -> UpcomingLeague:
    return UpcomingLeague(games=[*games, GAME])


def test_rest_is_counted_in_days_without_a_game() -> None:
    league = scheduled(
        meeting(1, ago(1), "BOS", "MIA"), meeting(2, ago(4), "NYK", "MIA"), meeting(3, ago(7), "BOS", "LAL")
    )
    boston, knicks = row_of(league), row_of(league, "NYK")
    assert (boston["days_rest"], boston["is_back_to_back"], boston["opponent_days_rest"]) == (0, True, 3)
    assert (knicks["days_rest"], knicks["is_back_to_back"], knicks["opponent_days_rest"]) == (3, False, 0)
    assert (boston["games_last_4_days"], boston["games_last_7_days"]) == (1, 2)
    assert (knicks["games_last_4_days"], knicks["games_last_7_days"]) == (1, 1)


def test_the_first_game_of_a_season_has_no_rest_and_no_journey() -> None:
    """Also if the season before ended late, as none of these did."""
    of = game("0022400001", date(2024, 8, 4), "BOS", "NYK")
    last_season = meeting(9, date(2024, 7, 31), "MIA", "BOS")
    assert (of["season"], last_season["season"]) == ("2024-25", "2023-24")
    row = row_of(UpcomingLeague(games=[of, last_season]), of=of)
    names = ("days_rest", "opponent_days_rest", "travel_km", "time_zones_crossed")
    assert [row[name] for name in names] == [None] * 4
    assert (row["is_back_to_back"], row["games_last_7_days"], row["travel_km_last_7_days"]) == (False, 0, 0.0)


@pytest.mark.parametrize(("days", "rest"), [(30, 29), (31, None)])
def test_a_last_game_of_more_than_thirty_days_ago_is_none(days: int, rest: int | None) -> None:
    row = row_of(scheduled(meeting(1, ago(days), "LAL", "BOS")))
    assert row["days_rest"] == rest
    assert (row["travel_km"] is None) == (row["time_zones_crossed"] is None) == (rest is None)
    assert (row["travel_km_last_7_days"] == 0) == (rest is None)


def test_a_postponed_game_has_no_row_and_was_no_game_and_its_new_date_has_one() -> None:
    put_off = meeting(1, ago(1), "BOS", "MIA", status="postponed")
    moved = {**GAME, "game_date": DAY + timedelta(days=2), "tip_off_at": GAME["tip_off_at"] + timedelta(days=2)}
    league = UpcomingLeague(games=[put_off, meeting(2, ago(2), "BOS", "MIA"), {**GAME, "status": "postponed"}, moved])
    made = team_contexts(league, DateRange(ago(1), moved["game_date"]))
    assert made["game_date"].unique().to_list() == [moved["game_date"]]
    assert row_of(league, of=moved)["days_rest"] == 3


def test_playoffs_play_in_and_cup_games_count_as_games() -> None:
    kinds = ("cup_final", "play_in", "playoffs")
    before = [meeting(number, ago(number), "BOS", "MIA", game_type=kind) for number, kind in enumerate(kinds, start=1)]
    league = UpcomingLeague(games=[*before, {**GAME, "game_type": "playoffs"}])
    row = row_of(league)
    assert (row["game_type"], row["games_last_4_days"], row["days_rest"]) == ("playoffs", 3, 0)


def test_travel_leads_from_the_arena_of_the_last_game_to_this_one() -> None:
    league = scheduled(meeting(1, ago(2), "LAL", "BOS"), meeting(2, ago(2), "NYK", "MIA"))
    boston, knicks = row_of(league), row_of(league, "NYK")
    assert boston["travel_km"] == pytest.approx(4170, rel=0.01)
    assert (boston["time_zones_crossed"], knicks["time_zones_crossed"]) == (3.0, 0.0)
    assert knicks["travel_km"] == pytest.approx(306, rel=0.01)
    stay = row_of(scheduled(meeting(1, ago(2), "BOS", "MIA")))
    assert (stay["travel_km"], stay["time_zones_crossed"]) == (0.0, 0.0)


def test_the_weeks_travel_holds_every_journey_to_a_game_of_the_week() -> None:
    west = [meeting(1, ago(12), "BOS", "MIA"), meeting(2, ago(7), "LAL", "BOS"), meeting(3, ago(5), "LAC", "BOS")]
    one_way = row_of(scheduled(meeting(1, ago(2), "LAL", "BOS")))["travel_km"]
    row = row_of(scheduled(*west))
    across = row["travel_km_last_7_days"] - row["travel_km"]
    assert row["travel_km"] == pytest.approx(one_way, rel=0.01)
    assert across == pytest.approx(one_way + 13, abs=1)
    later = row_of(scheduled(*west[:1], {**west[1], "game_date": ago(8)}, west[2]))
    assert later["travel_km_last_7_days"] == pytest.approx(row["travel_km"] + 13, abs=1)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2024, 11, 1), 0.0), (date(2024, 11, 5), 1.0), (date(2025, 3, 12), 0.0)]
)
def test_arizona_keeps_its_clock_while_the_others_change_theirs(day: date, hours: float) -> None:
    of = meeting(2, day, "PHX", "LAL")
    league = UpcomingLeague(games=[meeting(1, day - timedelta(days=2), "LAL", "MIA"), of])
    assert row_of(league, "LAL", of)["time_zones_crossed"] == hours


def test_a_team_that_plays_late_and_again_at_noon_has_two_rows_and_no_rest() -> None:
    late = meeting(1, ago(1), "LAL", "BOS", tip_off_at=eastern(ago(1), 22, 30))
    noon = {**GAME, "tip_off_at": eastern(DAY, 12)}
    night = meeting(2, DAY, "NYK", "BOS", tip_off_at=eastern(DAY, 21))
    league = UpcomingLeague(games=[night, late, noon])
    first, second = row_of(league, of=noon), row_of(league, of=night)
    assert (first["days_rest"], first["is_back_to_back"]) == (0, True)
    assert (second["days_rest"], second["is_back_to_back"], second["games_last_4_days"]) == (0, True, 1)
    assert second["travel_km"] == pytest.approx(306, rel=0.01)
    assert second["travel_km_last_7_days"] == pytest.approx(first["travel_km_last_7_days"] + second["travel_km"])


def test_a_row_stands_a_lead_before_the_tip_off_also_when_the_tip_off_is_assumed_and_the_clocks_change() -> None:
    day = date(2024, 11, 3)
    noon = meeting(1, day, "BOS", "NYK", tip_off_at=eastern(day, 12), tip_off_source="assumed")
    told = [report(noon, 1, "BOS", minutes=31), report(noon, 2, "NYK", minutes=29)]
    league = UpcomingLeague(games=[noon], injuries=told)
    row = row_of(league, of=noon)
    assert row["as_of"] == datetime.combine(day, time(16, 30), tzinfo=row["as_of"].tzinfo)
    assert row["injuries_at"] == told[0]["report_at"]


def test_a_row_made_before_the_game_stands_now_and_knows_no_later_report() -> None:
    now = eastern(DAY, 15)
    league = UpcomingLeague(
        games=[GAME], injuries=[report(GAME, 1, "BOS", minutes=300), report(GAME, 1, "BOS", "available", minutes=60)]
    )
    league.boxscores = [played(meeting(1, ago(3), "BOS", "MIA"), 1, "BOS")]
    before, after = row_of(league, now=now), row_of(league)
    assert (before["as_of"], before["players_out"]) == (now, 1)
    assert (after["as_of"], after["players_out"]) == (GAME["tip_off_at"] - LEAD, 0)


def test_lines_are_told_from_the_side_of_the_team() -> None:
    league = UpcomingLeague(games=[GAME], game_lines=[game_line(GAME), game_line(GAME, kind="closing", total=1.0)])
    boston, knicks = row_of(league), row_of(league, "NYK")
    names = ("team_spread", "total", "team_implied_total", "opponent_implied_total", "win_probability")
    assert [boston[name] for name in names] == [-3.5, 225.5, 114.5, 111.0, 0.6]
    assert [knicks[name] for name in names] == [3.5, 225.5, 111.0, 114.5, 0.4]
    assert boston["lines_at"] == GAME["tip_off_at"] - timedelta(hours=1)
    late = UpcomingLeague(
        games=[GAME], game_lines=[game_line(GAME, snapshot_at=GAME["tip_off_at"] - timedelta(minutes=29))]
    )
    assert [row_of(late)[name] for name in (*names, "lines_at")] == [None] * 6


def rotation() -> UpcomingLeague:
    """Boston's players 1 to 3 and New York's player 9 have played 30, 20, 10 and 40 minutes; 4 is new."""
    league = UpcomingLeague(games=[GAME])
    before = meeting(1, ago(3), "BOS", "NYK")
    lines = [played(before, number, "BOS", minutes=40 - 10.0 * number, points=1) for number in (1, 2, 3)]
    for line, plays in zip(lines, (30, 20, 10), strict=True):
        line["field_goals_attempted"] = plays
    league.play(before, *lines, played(before, 9, "NYK", minutes=40.0, turnovers=8))
    league.players.append(seen(ago(2), 4, "BOS", source="raw.espn_rosters"))
    return league


def test_the_absent_leave_their_minutes_and_their_share_of_the_plays() -> None:
    league = rotation()
    league.injuries = [report(GAME, 1, "BOS"), report(GAME, 3, "BOS", "suspended"), report(GAME, 2, "BOS", "doubtful")]
    boston, knicks = row_of(league), row_of(league, "NYK")
    assert (boston["players_out"], boston["minutes_out"]) == (2, 40.0)
    # Usage while on the floor: a player's share of 60 plays, times a fifth of 60 team minutes by his own.
    usages = {1: 30 / 60 * (60 / 5) / 30, 3: 10 / 60 * (60 / 5) / 10}
    assert boston["usage_out"] == pytest.approx(usages[1] * 30 / 48 + usages[3] * 10 / 48, abs=1e-9)
    names = ("injuries_known", "players_out", "minutes_out", "usage_out")
    assert [knicks[name] for name in names] == [False, None, None, None], "its own report may be still to come"
    league.injuries.append(report(GAME, 9, "NYK", "probable"))
    assert [row_of(league, "NYK")[name] for name in names] == [True, 0, 0, 0]


def test_without_a_report_of_the_game_absences_are_unknown_not_zero() -> None:
    row = row_of(rotation())
    assert row["injuries_known"] is False
    assert [row[name] for name in ("players_out", "minutes_out", "usage_out", "injuries_at")] == [None] * 4


def test_a_newcomer_who_is_out_leaves_nothing_and_is_not_counted() -> None:
    league = rotation()
    league.injuries = [report(GAME, 4, "BOS")]
    assert row_of(league)["players_out"] == 0


@pytest.mark.parametrize(
    ("told", "out"),
    [
        ([("out", 300, ESPN), ("questionable", 60, BALLDONTLIE)], 0),
        ([("questionable", 300, ESPN), ("out", 60, BALLDONTLIE)], 1),
        ([("out", 60, ESPN), ("available", 60, BALLDONTLIE)], 1),
        ([("available", 60, ESPN), ("out", 60, BALLDONTLIE)], 0),
        ([("out", 60, "raw.nbac_injury_report"), ("available", 60, ESPN), ("available", 60, BALLDONTLIE)], 1),
        ([("out", 300, ESPN), ("not_listed", 60, ESPN)], 0),
        ([("questionable", 300, ESPN), ("out", 20, ESPN)], 0),
    ],
)
def test_the_newest_status_counts_and_of_one_moment_the_leagues_report_comes_first(
    told: list[tuple[str, float, str]], out: int
) -> None:
    league = rotation()
    league.injuries = [
        report(GAME, 1, "BOS", status, minutes=minutes, source=source) for status, minutes, source in told
    ]
    for rows in (league.injuries, league.injuries[::-1]):
        league.injuries = rows
        assert row_of(league)["players_out"] == out


def test_who_was_traded_is_missed_by_his_team_of_now() -> None:
    league = rotation()
    league.players.append(seen(ago(1), 1, "NYK", source="raw.nbac_player_movement"))
    league.injuries = [report(GAME, 1, "BOS")]
    assert (row_of(league)["players_out"], row_of(league, "NYK")["minutes_out"]) == (None, 30.0)

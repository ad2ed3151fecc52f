"""Players before their games: each rule by example; every column is recomputed in ``test_upcoming_recomputed``."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from nba_props.contracts.analytics import UPCOMING_PLAYER_GAME_CONTEXT
from nba_props.game_calendar import DateRange
from nba_props_tests.analytics.upcoming_league import (
    LONG_AFTER,
    UpcomingLeague,
    eastern,
    player_contexts,
    report,
    seen,
    team_contexts,
)
from nba_props_tests.precompute.league import Row, consensus, game, game_line, played

DAY = date(2025, 1, 20)
GAME = game("0022400600", DAY, "BOS", "NYK")
LIST, MOVE = "raw.espn_rosters", "raw.nbac_player_movement"


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


def rows_of(league: UpcomingLeague, of: Row = GAME) -> dict[int, Row]:
    """The rows of a game by player, made with those of other dates, so that more history and later facts are read."""
    dates = DateRange.of(of["game_date"]).widened(before=10, after=1)
    made = UPCOMING_PLAYER_GAME_CONTEXT.require(player_contexts(league, dates, now=LONG_AFTER))
    return {row["player_id"]: row for row in made.to_dicts() if row["game_id"] == of["game_id"]}


def league_of(*lines: tuple[int, str, int, float], of: Row = GAME) -> UpcomingLeague:
    """A league whose players have played: player, team, days ago, minutes; one game a line, against Miami."""
    league = UpcomingLeague(games=[of])
    for number, (player, team, days, minutes) in enumerate(lines):
        before = game(f"00224{number:05d}", of["game_date"] - timedelta(days=days), team, "MIA")
        league.play(before, played(before, player, team, minutes=minutes, field_goals_attempted=10))
    return league


def values(row: Row, *names: str) -> list[Any]:
    return [row[name] for name in names]


def test_rows_are_the_players_whose_last_known_team_plays() -> None:
    league = league_of((1, "BOS", 3, 30.0), (2, "NYK", 3, 30.0), (3, "LAL", 3, 30.0))
    rows = rows_of(league)
    assert sorted(rows) == [1, 2]
    assert values(rows[1], "team", "opponent", "is_home") == ["BOS", "NYK", True]
    assert values(rows[2], "team", "opponent", "is_home") == ["NYK", "BOS", False]


def test_who_changes_team_is_with_the_new_one_before_he_has_played_for_it() -> None:
    league = league_of((1, "BOS", 3, 30.0), (2, "LAL", 3, 30.0), (3, "BOS", 3, 30.0))
    league.players += [seen(ago(1), 1, "NYK", source=MOVE), seen(ago(2), 2, "BOS", source=LIST)]
    league.players.append(seen(DAY, 3, "NYK", source=MOVE))
    rows = rows_of(league)
    assert values(rows[1], "team", "changed_team", "minutes_mean_last_10") == ["NYK", True, 30.0]
    assert values(rows[2], "team", "changed_team", "days_rest") == ["BOS", True, 2]
    assert values(rows[3], "team", "changed_team") == ["BOS", False]


def test_a_rookie_on_a_list_is_a_newcomer_whose_form_is_unknown() -> None:
    league = league_of()
    league.players.append(seen(ago(5), 1, "BOS", source=LIST))
    row = rows_of(league)[1]
    assert values(row, "is_newcomer", "role", "games_last_7_days", "minutes_last_7_days") == [True, "newcomer", 0, 0.0]
    unknown = ("minutes_mean_last_10", "usage_mean_last_10", "days_rest", "changed_team", "minutes_last_3_games")
    assert values(row, *unknown) == [None] * 5


@pytest.mark.parametrize(("days", "expected"), [(3 + 45, True), (3 + 46, False)])
def test_who_was_not_seen_for_long_before_his_teams_last_game_is_expected_no_more(days: int, expected: bool) -> None:
    league = league_of((1, "BOS", days, 12.0), (2, "BOS", 3, 30.0))
    assert (1 in rows_of(league)) == expected
    league.prop_consensus = [consensus(GAME, 1, "points")]
    assert values(rows_of(league)[1], "team", "days_rest", "role") == ["BOS", days - 1, "bench"]
    seen_with_them = seen(ago(20), 1, "BOS", source=LIST)
    league.prop_consensus, league.players = [], [*league.players, seen_with_them]
    assert 1 in rows_of(league)


def test_a_season_opens_with_those_who_ended_the_one_before() -> None:
    opening = game("0022400001", date(2024, 10, 22), "BOS", "NYK")
    spring = (opening["game_date"] - date(2024, 4, 14)).days
    league = league_of((1, "BOS", spring, 33.0), (2, "BOS", spring + 50, 33.0), (3, "BOS", spring, 10.0), of=opening)
    league.players.append(seen(date(2024, 7, 6), 3, "NYK", source=MOVE))
    rows = rows_of(league, opening)
    assert sorted(rows) == [1, 3]
    assert values(rows[1], "team", "role", "days_rest", "games_last_7_days") == ["BOS", "starter", spring - 1, 0]
    assert values(rows[3], "team", "changed_team", "team_days_rest") == ["NYK", True, None]


def test_games_of_a_year_ago_are_forgotten() -> None:
    league = league_of((1, "BOS", 365, 33.0), (2, "BOS", 364, 33.0))
    league.players += [seen(ago(9), player, "BOS", source=LIST) for player in (1, 2)]
    rows = rows_of(league)
    assert values(rows[1], "is_newcomer", "last_game_date") == [True, None]
    assert values(rows[2], "is_newcomer", "last_game_date") == [False, ago(364)]


@pytest.mark.parametrize(("days", "expected"), [(364, True), (365, False)])
def test_who_was_not_seen_for_a_year_is_nobodys_player(days: int, expected: bool) -> None:
    league = league_of()
    league.players.append(seen(ago(days), 1, "BOS", source=LIST))
    assert (1 in rows_of(league)) == expected
    league.prop_consensus = [consensus(GAME, 1, "points")]
    assert rows_of(league)[1]["team"] == ("BOS" if expected else None)


def test_who_has_only_a_line_has_no_team_and_of_the_lines_only_what_is_nobodys() -> None:
    league = league_of((1, "BOS", 3, 30.0))
    league.prop_consensus = [consensus(GAME, 77, "points", line=9.5), consensus(GAME, 78, "turnovers")]
    league.game_lines, league.injuries = [game_line(GAME)], [report(GAME, 1, "BOS")]
    rows = rows_of(league)
    assert sorted(rows) == [1, 77]
    names = ("team", "opponent", "is_home", "changed_team", "team_days_rest", "team_spread", "team_implied_total")
    assert values(rows[77], *names, "players_out", "minutes_out", "usage_out") == [None] * 10
    assert values(rows[77], "total", "points_line", "injuries_known") == [225.5, 9.5, False]
    assert rows[77]["game_lines_at"] == GAME["tip_off_at"] - timedelta(hours=1)
    assert values(rows[1], "total", "team_spread", "points_line") == [225.5, -3.5, None]


def test_a_report_tells_the_team_of_whom_nobody_else_does_and_of_whom_was_last_seen_elsewhere() -> None:
    league = league_of((1, "LAL", 3, 30.0), (2, "BOS", 3, 30.0))
    league.injuries = [report(GAME, 77, "NYK", "questionable"), report(GAME, 1, "NYK"), report(GAME, 2, "NYK")]
    rows = rows_of(league)
    assert values(rows[77], "team", "opponent", "injury_status") == ["NYK", "BOS", "questionable"]
    assert values(rows[1], "team", "changed_team") == ["NYK", True]
    assert rows[2]["team"] == "BOS"


def test_the_newest_report_is_told_with_its_reason_and_time() -> None:
    league = league_of((1, "BOS", 3, 30.0))
    told = [report(GAME, 1, "BOS", "questionable", minutes=minutes, reason=f"{minutes}") for minutes in (600, 45, 20)]
    league.injuries = told
    row = rows_of(league)[1]
    assert values(row, "injury_status", "injury_reason") == ["questionable", "45"]
    assert row["injury_report_at"] == told[1]["report_at"]


def test_a_player_does_not_miss_himself() -> None:
    league = league_of((1, "BOS", 3, 30.0), (2, "BOS", 3, 20.0), (3, "BOS", 3, 10.0))
    league.injuries = [report(GAME, 1, "BOS"), report(GAME, 2, "BOS")]
    rows = rows_of(league)
    assert {player: values(row, "players_out", "minutes_out") for player, row in rows.items()} == {
        1: [1, 20.0],
        2: [1, 30.0],
        3: [2, 50.0],
    }
    team = team_contexts(league, DateRange.of(DAY)).row(0, named=True)
    assert values(team, "team", "players_out", "minutes_out") == ["BOS", 2, 50.0]
    assert rows[1]["usage_out"] + rows[2]["usage_out"] == pytest.approx(team["usage_out"])


@pytest.mark.parametrize(
    ("minutes", "role"),
    [(28.0, "starter"), (27.99, "rotation"), (15.0, "rotation"), (14.99, "bench"), (0.0, "bench")],
)
def test_the_role_is_that_of_the_mean_minutes_of_ten_games(minutes: float, role: str) -> None:
    ten = [(1, "BOS", days, minutes) for days in range(2, 12)]
    row = rows_of(league_of((1, "BOS", 20, 48.0), *ten))[1]
    assert values(row, "role", "minutes_mean_last_10") == [role, minutes]


def test_overtime_minutes_count_as_they_were_played() -> None:
    row = rows_of(league_of((1, "BOS", 6, 53.0), (1, "BOS", 4, 58.5), (1, "BOS", 1, 44.0)))[1]
    names = ("minutes_mean_last_10", "minutes_last_3_games", "minutes_last_7_days", "games_last_7_days", "days_rest")
    assert values(row, *names) == [155.5 / 3, 155.5, 155.5, 3, 0]


def test_load_counts_days_of_the_week_and_games_of_any_time() -> None:
    games = [(1, "BOS", days, float(minutes)) for days, minutes in ((40, 1), (30, 2), (8, 4), (7, 8), (2, 16))]
    row = rows_of(league_of(*games))[1]
    assert values(row, "minutes_last_3_games", "minutes_last_7_days", "games_last_7_days") == [28.0, 24.0, 2]
    assert rows_of(league_of(*games[:2]))[1]["minutes_last_3_games"] == 3.0


def test_starts_are_a_share_of_the_games_for_which_they_are_told() -> None:
    league = league_of(*((1, "BOS", days, 30.0) for days in (2, 4, 6, 8)), (2, "BOS", 3, 30.0))
    for line, is_starter in zip(league.boxscores, (True, False, None, True), strict=False):
        line["is_starter"] = is_starter
    rows = rows_of(league)
    assert rows[1]["starts_share_last_10"] == 2 / 3
    assert rows[2]["starts_share_last_10"] is None


def test_usage_is_the_mean_of_the_games_that_have_one() -> None:
    league = league_of((1, "BOS", 4, 30.0), (1, "BOS", 2, 0.0), (2, "BOS", 2, 0.0))
    rows = rows_of(league)
    # Alone in his box score he had every play of a fifth of his own minutes.
    assert values(rows[1], "usage_mean_last_10", "minutes_mean_last_10") == [0.2, 15.0]
    assert values(rows[2], "usage_mean_last_10", "minutes_mean_last_10") == [None, 0.0]
    league.injuries = [report(GAME, 2, "BOS")]
    assert values(rows_of(league)[1], "players_out", "minutes_out", "usage_out") == [1, 0.0, 0.0]


def test_a_late_game_counts_from_the_morning_on_which_its_box_score_is_known() -> None:
    late = game("0022400590", ago(1), "BOS", "MIA")
    league = league_of((1, "BOS", 3, 30.0))
    league.play(late, {**played(late, 1, "BOS", minutes=40.0), "knowable_at": eastern(DAY, 6, 1)})
    row = rows_of(league)[1]
    assert values(row, "last_game_date", "games_last_7_days", "team_days_rest") == [ago(3), 1, 0]
    league.boxscores[-1]["knowable_at"] = eastern(DAY, 6)
    assert values(rows_of(league)[1], "last_game_date", "games_last_7_days") == [ago(1), 2]


def test_a_player_of_a_team_that_plays_twice_on_a_date_has_a_row_for_each_game() -> None:
    league = league_of((1, "BOS", 3, 30.0))
    second = {**game("0022400601", DAY, "MIA", "BOS"), "tip_off_at": GAME["tip_off_at"] + timedelta(hours=3)}
    league.games.append(second)
    league.injuries = [report(second, 1, "BOS", minutes=200)]
    first, other = rows_of(league)[1], rows_of(league, second)[1]
    assert values(first, "opponent", "injury_status", "team_days_rest") == ["NYK", None, 2]
    assert values(other, "opponent", "injury_status", "team_days_rest") == ["MIA", "out", 0]


def test_a_postponed_game_has_no_row_and_lines_of_its_first_date_are_not_those_of_its_new_one() -> None:
    moved = {**GAME, "game_date": DAY + timedelta(days=1), "tip_off_at": GAME["tip_off_at"] + timedelta(days=1)}
    league = league_of((1, "BOS", 3, 30.0))
    league.games = [{**GAME, "status": "postponed"}, moved, *league.games[1:]]
    league.prop_consensus, league.injuries = [consensus(GAME, 1, "points")], [report(GAME, 1, "BOS")]
    made = player_contexts(league, DateRange(DAY, moved["game_date"]))
    assert made["game_date"].to_list() == [moved["game_date"]]
    assert made.select("points_line", "injury_status").row(0) == (None, None)


def test_only_current_lines_known_at_the_moment_are_told() -> None:
    at = GAME["tip_off_at"]
    league = league_of((1, "BOS", 3, 30.0))
    league.prop_consensus = [
        consensus(GAME, 1, "points", line=20.5, over_probability=0.4, snapshot_at=at - timedelta(hours=3)),
        consensus(GAME, 1, "rebounds", line=7.5, snapshot_at=at - timedelta(minutes=30)),
        consensus(GAME, 1, "assists", line=4.5, snapshot_at=at - timedelta(minutes=29)),
        consensus(GAME, 1, "threes", kind="closing", line=2.5),
        consensus(GAME, 1, "turnovers", line=1.5, snapshot_at=at - timedelta(minutes=31)),
    ]
    row = rows_of(league)[1]
    lines = values(row, "points_line", "points_over_probability", "rebounds_line", "assists_line", "threes_line")
    assert lines == [20.5, 0.4, 7.5, None, None]
    assert row["props_at"] == at - timedelta(minutes=30)

"""Verdicts: complete, partial, missing, pending or empty as scheduled, for every kind of table."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache

import polars as pl
import pytest

from nba_props.contracts.operations import EXPECTED_OUTPUTS
from nba_props.contracts.registry import table_named
from nba_props.game_calendar import DateRange
from nba_props.operations import expected_outputs
from nba_props.operations.coverage import BOXES_OF_PLAYERS
from nba_props.operations.expected_outputs import JUDGED, Stored
from nba_props.teams import TEAMS
from nba_props_tests.conformed import rows as r
from nba_props_tests.conformed.rows import DAY, TIP_OFF

FLOOR = 0.6
NAMES = {team.tricode: team.full_name for team in TEAMS}
LATER = TIP_OFF + timedelta(days=3)
REST_DAY = DAY + timedelta(days=1)
DATES = DateRange(DAY, REST_DAY)
PAIRS = [("CHI", "NYK"), ("BOS", "MIA"), ("DEN", "UTA")]


def three_games(status: str = "final") -> list[r.Row]:
    """Three games of the date, whose teams played each other the week before."""
    week_ago = timedelta(days=7)
    games = []
    for number, (home, away) in enumerate(PAIRS):
        sides = {"home_team": home, "away_team": away}
        games.append(r.game(game_id=f"002240000{number}", status=status, **sides))
        before = {"game_date": DAY - week_ago, "tip_off_at": TIP_OFF - week_ago}
        games.append(r.game(game_id=f"002240010{number}", **sides, **before))
    return games


def stored(name: str, games: int, days: frozenset[date]) -> Stored:
    table = table_named(name)
    columns = set(table.schema)
    rows: list[r.Row] = []
    for number in range(games):
        home, away = PAIRS[number]
        if name in BOXES_OF_PLAYERS:
            rows += [
                r.box_line(team, side, game_id=f"002240000{number}", minutes=240.0)
                for team, side in enumerate((home, away))
            ]
        elif "game_id" in columns:
            rows.append({"game_id": f"002240000{number}"})
        elif "home_team_name" in columns:
            rows.append(r.listed(home_team_name=NAMES[home], away_team_name=NAMES[away]))
        else:
            rows += [{"team": home}, {"team": away}]
    known = [{key: value for key, value in row.items() if key in columns} | {"game_date": DAY} for row in rows]
    return Stored(r.frame(table, known), days)


OWING = [
    "raw.nbac_schedule",
    "raw.nbac_player_boxscore",
    "raw.odds_events",
    "raw.odds_player_props",
    "conformed.games",
    "conformed.players",
    "conformed.prop_lines",
    "precompute.team_daily_cache",
    "precompute.feature_store",
    "predictions.player_prop_predictions",
    "predictions.prediction_grades",
]


def verdicts(
    name: str, games: int = 0, days: set[date] | None = None, now: datetime = LATER, status: str = "final"
) -> dict[date, str]:
    """Outcomes by date of one table, where every table that owes games has so many."""
    made = judged(games, frozenset({DAY, REST_DAY} if days is None else days), now, status)
    return dict(made.filter(table=name).select("game_date", "outcome").rows())


@cache
def judged(games: int, days: frozenset[date], now: datetime, status: str) -> pl.DataFrame:
    told = {
        table.full_name: stored(table.full_name, games if table.full_name in OWING else 0, days) for table in JUDGED
    }
    calendar = r.games(*three_games(status))
    made = expected_outputs.build(DATES, stored=told, games=calendar, now=now, floor=FLOOR)
    assert made.height == len(JUDGED) * len(DATES)
    return EXPECTED_OUTPUTS.require(EXPECTED_OUTPUTS.conform(made))


@pytest.mark.parametrize("name", OWING)
def test_a_table_that_owes_games_is_judged_by_how_many_it_has(name: str) -> None:
    outcomes = [verdicts(name, games)[DAY] for games in range(4)]
    assert outcomes == ["missing", "partial", "complete", "complete"]


@pytest.mark.parametrize("name", OWING)
def test_a_date_without_games_is_empty_as_scheduled_once_its_partition_is_there(name: str) -> None:
    assert verdicts(name)[REST_DAY] == "empty as scheduled"
    assert verdicts(name, days={DAY})[REST_DAY] == "missing"


@pytest.mark.parametrize("name", OWING)
def test_what_is_not_due_yet_is_pending(name: str) -> None:
    early = TIP_OFF - timedelta(hours=3)
    assert verdicts(name, 1, now=early)[DAY] == "pending"
    assert verdicts(name, 3, now=early)[DAY] == "complete"


@pytest.mark.parametrize(
    ("name", "due"),
    [
        ("raw.odds_player_props", TIP_OFF - timedelta(hours=1)),
        ("conformed.games", TIP_OFF - timedelta(hours=1)),
        ("raw.nbac_player_boxscore", TIP_OFF + timedelta(hours=6)),
    ],
)
def test_lines_are_due_before_the_tip_off_and_box_scores_after_it(name: str, due: datetime) -> None:
    assert verdicts(name, now=due - timedelta(seconds=1))[DAY] == "pending"
    assert verdicts(name, now=due)[DAY] == "missing"


def test_box_scores_are_not_owed_before_the_game_is_final() -> None:
    assert verdicts("raw.nbac_player_boxscore", status="in_progress")[DAY] == "complete"
    assert verdicts("raw.nbac_player_boxscore", status="postponed")[DAY] == "complete"
    assert verdicts("raw.odds_events", status="scheduled")[DAY] == "missing"


@pytest.mark.parametrize("name", ["raw.nbac_quarantine", "conformed.unresolved_players", "conformed.prop_line_moves"])
def test_a_table_that_owes_nothing_needs_a_partition_only(name: str) -> None:
    assert verdicts(name)[DAY] == "complete"
    assert verdicts(name)[REST_DAY] == "empty as scheduled"
    assert verdicts(name, days=set()) == {DAY: "missing", REST_DAY: "missing"}


def whole_teams() -> list[tuple[int, str]]:
    """Players, and so little as makes a game of two teams."""
    return [(number, PAIRS[0][number > 5]) for number in range(1, 11)]


def test_some_players_of_every_game_are_not_the_games() -> None:
    """One of many players of each game is there: the date is partial, not complete."""
    table = table_named("raw.nbac_player_boxscore")
    box = [r.box_line(number, PAIRS[number][0], game_id=f"002240000{number}", minutes=38.0) for number in range(3)]
    told = {each.full_name: Stored(each.empty().lazy(), frozenset()) for each in JUDGED}
    told[table.full_name] = Stored(r.box_scores(*box), frozenset({DAY}))
    made = expected_outputs.build(DateRange.of(DAY), stored=told, games=r.games(*three_games()), now=LATER, floor=FLOOR)
    row = made.filter(pl.col("table") == table.full_name).row(0, named=True)
    assert (row["expected_games"], row["stored_games"], row["stored_rows"], row["outcome"]) == (3, 0, 3, "partial")


def test_counts_are_of_the_date_and_of_expected_games_only() -> None:
    table = table_named("raw.nbac_player_boxscore")
    box = [r.box_line(number, team, game_id="0022400000", minutes=48.0) for number, team in whole_teams()]
    box += [r.box_line(11, "CHI", game_id="0012400000", minutes=240.0)]
    told = {each.full_name: Stored(each.empty().lazy(), frozenset()) for each in JUDGED}
    told[table.full_name] = Stored(r.box_scores(*box), frozenset({DAY}))
    made = expected_outputs.build(
        DateRange.of(DAY), stored=told, games=r.games(*three_games()), now=datetime(2025, 2, 1, tzinfo=UTC), floor=FLOOR
    )
    row = made.filter(pl.col("table") == table.full_name).row(0, named=True)
    assert (row["expected_games"], row["stored_games"], row["stored_rows"]) == (3, 1, 11)

"""Coverage: which games a table owes rows for, and which of them it has, counted anew in plain Python."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_props.contracts.registry import TABLES, table_named
from nba_props.operations.coverage import OWES, Coverage, Owes, expected_games, missing_games, stored_games
from nba_props.teams import TEAMS
from nba_props_tests.conformed import rows as r

NAMES = {team.tricode: team.full_name for team in TEAMS}
TEAMS_PLAYING = [team.tricode for team in TEAMS[:6]]
GAMES = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.permutations(TEAMS_PLAYING).map(lambda teams: (teams[0], teams[1])),
        st.sampled_from(["scheduled", "in_progress", "final", "postponed"]),
    ),
    max_size=8,
)


def calendar(told: list[tuple[int, tuple[str, str], str]]) -> list[r.Row]:
    """Games in which no team plays twice on a date."""
    made: list[r.Row] = []
    taken: set[tuple[int, str]] = set()
    for number, (day, (home, away), status) in enumerate(told):
        if {(day, home), (day, away)} & taken:
            continue
        taken |= {(day, home), (day, away)}
        made.append(
            r.game(
                game_id=f"00224{number:05d}",
                game_date=r.DAY + timedelta(days=day),
                home_team=home,
                away_team=away,
                status=status,
            )
        )
    return made


def owed(games: list[r.Row], owes: Owes) -> set[tuple[date, str]]:
    def has_played(team: str, day: date) -> bool:
        return any(
            game["status"] == "final" and game["game_date"] < day and team in (game["home_team"], game["away_team"])
            for game in games
        )

    def is_owed(game: r.Row) -> bool:
        if owes is Owes.NOTHING:
            return False
        if owes is Owes.PLAYED:
            return bool(game["status"] == "final")
        both = all(has_played(game[side], game["game_date"]) for side in ("home_team", "away_team"))
        return bool(game["status"] != "postponed") and (owes is not Owes.FORECAST or both)

    return {(game["game_date"], game["game_id"]) for game in games if is_owed(game)}


@settings(max_examples=20, deadline=None)
@given(GAMES)
def test_owed_games_are_those_of_a_plain_reckoning(told: list[tuple[int, tuple[str, str], str]]) -> None:
    games = calendar(told)
    for owes in Owes:
        made = expected_games(r.frame(TABLES["conformed.games"], games), owes).collect()
        assert sorted(made.select("game_date", "game_id").rows()) == sorted(owed(games, owes)), owes


@settings(max_examples=20, deadline=None)
@given(GAMES, st.lists(st.booleans(), min_size=8, max_size=8))
def test_games_are_found_in_every_table_whatever_it_names_them_by(
    told: list[tuple[int, tuple[str, str], str]], is_stored: list[bool]
) -> None:
    games = calendar(told)
    stored = [game for game, there in zip(games, is_stored, strict=False) if there]
    known = r.frame(TABLES["conformed.games"], games)
    for name in ("conformed.games", "raw.odds_events", "precompute.team_daily_cache"):
        table = table_named(name)
        made = missing_games(table, r.frame(table, rows_of(name, stored)), known)
        expected = owed(games, OWES[name])
        there = {(game["game_date"], game["game_id"]) for game in stored}
        missing = {(day, game) for day, _, missed in made.rows() for game in missed}
        assert missing == expected - there, name
        assert dict(made.select("game_date", "expected").rows()) == {
            day: sum(each == day for each, _ in expected) for day, _ in expected
        }


def rows_of(name: str, games: list[r.Row]) -> list[dict[str, Any]]:
    if name == "raw.odds_events":
        # Sources may have home and away turned round.
        return [
            {
                "game_date": game["game_date"],
                "home_team_name": NAMES[game["away_team"]],
                "away_team_name": NAMES[game["home_team"]],
            }
            for game in games
        ]
    if name == "precompute.team_daily_cache":
        return [
            {"game_date": game["game_date"], "team": game[side]}
            for game in games
            for side in ("home_team", "away_team")
        ]
    return games


def test_a_game_with_rows_of_one_team_only_is_not_there() -> None:
    table = table_named("precompute.team_daily_cache")
    one_side = r.frame(table, [{"game_date": r.DAY, "team": "CHI"}])
    assert stored_games(table, one_side, r.games()).collect().is_empty()


def test_many_rows_of_a_game_are_one_game() -> None:
    props = r.props(*(r.offered(minutes) for minutes in range(5)))
    found = stored_games(table_named("raw.odds_player_props"), props, r.games()).collect()
    assert found.rows() == [(r.DAY, r.GAME_ID)]


@pytest.mark.parametrize("name", [name for name, owes in OWES.items() if owes is not Owes.NOTHING])
def test_every_table_that_owes_games_can_be_judged(name: str) -> None:
    table = table_named(name)
    assert missing_games(table, table.empty().lazy(), r.games()).columns == ["game_date", "expected", "missing"]


def test_every_table_has_a_rule() -> None:
    assert set(OWES) == set(TABLES)


@pytest.mark.parametrize(("expected", "missing", "share"), [(0, 0, 1.0), (4, 0, 1.0), (4, 1, 0.75), (4, 4, 0.0)])
def test_the_share_is_of_the_expected_games(expected: int, missing: int, share: float) -> None:
    assert Coverage(expected, expected, ("x",) * missing).share == share


def test_no_games_owe_nothing() -> None:
    nothing = pl.DataFrame(schema=TABLES["conformed.games"].schema).lazy()
    assert missing_games(table_named("conformed.games"), nothing, nothing).is_empty()

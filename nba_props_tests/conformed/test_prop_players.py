"""Who is meant: resolved by rules that leave exactly one player, never by a guess."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_props.conformed import prop_players
from nba_props.conformed.player_names import name_key
from nba_props.contracts.conformed import PROP_PLAYERS, UNRESOLVED_PLAYERS
from nba_props.game_calendar import DateRange
from nba_props_tests.conformed.rows import (
    DATES,
    DAY,
    Row,
    accepted,
    event_games,
    game,
    games,
    known_event,
    offered,
    players,
    props,
)


def seen(player_id: int, name: str, team: str, days_before: int = 3) -> Row:
    key = pl.select(name_key(pl.lit(name))).item()
    day = DAY - timedelta(days=days_before)
    return {"player_id": player_id, "game_date": day, "player_name": name, "name_key": key, "team": team}


def build(names: list[str], known: list[Row]) -> tuple[dict[str, tuple[int, str]], pl.DataFrame]:
    told: dict[str, Any] = {
        "odds_player_props": props(*(offered(player_name=name) for name in names)),
        "event_games": event_games(),
        "games": games(),
        "players": players(*known),
    }
    made = accepted(PROP_PLAYERS, prop_players.build(DATES, **told))
    unresolved = accepted(UNRESOLVED_PLAYERS, prop_players.build_unresolved(DATES, **told))
    matched = {
        name: (player, rule) for name, player, rule in made.select("source_name", "player_id", "matched_by").rows()
    }
    assert sorted([*matched, *unresolved["source_name"]]) == sorted(set(names))
    return matched, unresolved


@pytest.mark.parametrize("name", ["Jalen Brunson", "JALEN BRUNSON", "Brunson Jalen", "Jalen Brunson Jr."])
def test_a_name_on_either_roster_is_resolved_however_spelt(name: str) -> None:
    matched, _ = build([name], [seen(1, "Jalen Brunson", "NYK"), seen(2, "Jalen Green", "HOU")])
    assert matched == {name: (1, "roster")}


def test_an_initial_is_resolved_on_the_rosters_only() -> None:
    matched, unresolved = build(
        ["J. Brunson", "J. Green"], [seen(1, "Jalen Brunson", "NYK"), seen(2, "Jalen Green", "HOU")]
    )
    assert matched == {"J. Brunson": (1, "roster_initial")}
    assert unresolved["reason"].to_list() == ["unknown"]


def test_an_initial_that_two_players_share_is_refused() -> None:
    known = [seen(1, "Jalen Williams", "NYK"), seen(2, "Jaylin Williams", "CHI")]
    matched, unresolved = build(["J. Williams"], known)
    assert matched == {}
    assert unresolved["reason"].to_list() == ["ambiguous"]
    assert "(1, NYK)" in unresolved["candidates"].item()
    assert "(2, CHI)" in unresolved["candidates"].item()


def test_the_roster_comes_before_the_league() -> None:
    matched, _ = build(["Justin Jackson"], [seen(1, "Justin Jackson", "BOS"), seen(2, "Justin Jackson", "CHI")])
    assert matched == {"Justin Jackson": (2, "roster")}


def test_two_of_one_name_on_the_rosters_are_refused() -> None:
    known = [seen(1, "Justin Jackson", "NYK"), seen(2, "Justin Jackson", "CHI")]
    matched, unresolved = build(["Justin Jackson"], known)
    assert matched == {}
    assert unresolved["reason"].to_list() == ["ambiguous"]


def test_two_of_one_name_elsewhere_are_refused_and_one_is_taken() -> None:
    """A player just traded plays for a team that no box score has shown him with."""
    assert build(["Jalen Green"], [seen(2, "Jalen Green", "HOU")])[0] == {"Jalen Green": (2, "league")}
    known = [seen(2, "Jalen Green", "HOU"), seen(3, "Jalen Green", "BOS")]
    assert build(["Jalen Green"], known)[0] == {}


def test_the_roster_is_that_of_the_last_game() -> None:
    known = [
        seen(1, "Justin Jackson", "NYK", days_before=40),
        seen(1, "Justin Jackson", "BOS", days_before=2),
        seen(2, "Justin Jackson", "CHI"),
    ]
    assert build(["Justin Jackson"], known)[0] == {"Justin Jackson": (2, "roster")}


@pytest.mark.parametrize(("days", "is_known"), [(0, True), (400, True), (401, False), (-1, False)])
def test_a_player_is_known_for_400_days_and_not_before_he_played(days: int, is_known: bool) -> None:
    matched, _ = build(["Jalen Brunson"], [seen(1, "Jalen Brunson", "NYK", days_before=days)])
    assert bool(matched) is is_known


def test_the_alias_table_comes_first() -> None:
    alias, player = prop_players.aliases().row(0)
    matched, _ = build([alias.title()], [seen(1, alias.title(), "NYK")])
    assert matched == {alias.title(): (player, "alias")}


def test_what_nobody_is_called_is_listed_with_its_rows_and_likely_players() -> None:
    known = [seen(1, "Jalen Brunson", "NYK"), seen(2, "Nikola Jokic", "DEN")]
    _, unresolved = build(["Jalen Bronson", "Jalen Bronson"], known)
    told = unresolved.row(0, named=True)
    assert (told["reason"], told["lines"]) == ("unknown", 2)
    assert told["candidates"].startswith("jalen brunson (1, NYK)")


def test_with_nobody_known_nothing_breaks() -> None:
    matched, unresolved = build(["Jalen Brunson"], [])
    assert matched == {}
    assert unresolved["candidates"].to_list() == [""]


def test_spellings_of_events_without_a_game_are_left_to_the_events() -> None:
    told: dict[str, Any] = {
        "odds_player_props": props(offered(event_id="elsewhere")),
        "event_games": event_games(),
        "games": games(),
        "players": players(seen(1, "Jalen Brunson", "NYK")),
    }
    assert prop_players.build(DATES, **told).is_empty()
    assert prop_players.build_unresolved(DATES, **told).is_empty()


FEW_NAMES = st.sampled_from(["Jalen Brunson", "J. Brunson", "Jalen Green", "Jaylin Green", "Green Jalen", "Nobody"])
APPEARANCES = st.lists(
    st.tuples(st.integers(1, 4), FEW_NAMES, st.sampled_from(["NYK", "CHI", "BOS"]), st.integers(-3, 5)),
    max_size=10,
    unique_by=lambda seen: (seen[0], seen[3]),
)


@settings(max_examples=12, deadline=None)
@given(APPEARANCES, st.lists(st.tuples(FEW_NAMES, st.integers(0, 2)), min_size=1, max_size=6, unique=True))
def test_a_range_gives_the_same_as_its_days(
    appearances: list[tuple[int, str, str, int]], spelt: list[tuple[str, int]]
) -> None:
    def day(number: int) -> date:
        return DAY + timedelta(days=number)

    told: dict[str, Any] = {
        "odds_player_props": props(
            *(offered(player_name=name, event_id=f"e{number}", game_date=day(number)) for name, number in spelt)
        ),
        "event_games": event_games(
            *(
                known_event(event_id=f"e{number}", game_date=day(number), game_id=f"002240000{number}")
                for number in range(3)
            )
        ),
        "games": games(*(game(game_id=f"002240000{number}", game_date=day(number)) for number in range(3))),
        "players": players(*(seen(player, name, team, days_before=ago) for player, name, team, ago in appearances)),
    }
    dates = DateRange(DAY, day(2))
    for table, make in ((PROP_PLAYERS, prop_players.build), (UNRESOLVED_PLAYERS, prop_players.build_unresolved)):
        together = accepted(table, make(dates, **told))
        apart = pl.concat([accepted(table, make(DateRange.of(each), **told)) for each in dates])
        assert together.equals(apart)

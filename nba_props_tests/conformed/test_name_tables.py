"""Who is meant: resolved by rules that leave exactly one player, never by a guess; everybody else is listed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_props.conformed import name_resolution, name_tables
from nba_props.conformed.player_names import name_key, nicknames
from nba_props.conformed.source_players import NAMING_TABLES
from nba_props.contracts.conformed import PROP_PLAYERS, SOURCE_PLAYERS, UNRESOLVED_PLAYERS
from nba_props.contracts.raw.basketball_reference import BR_ROSTERS
from nba_props.contracts.raw.bettingpros import BETTINGPROS_PLAYER_PROPS
from nba_props.contracts.raw.espn import ESPN_BOXSCORES, ESPN_ROSTERS
from nba_props.contracts.raw.nba_gamebook import NBAC_GAMEBOOK
from nba_props.contracts.raw.nba_injury_report import NBAC_INJURY_REPORT
from nba_props.game_calendar import DateRange
from nba_props.upstreams.registry import SOURCES
from nba_props_tests.conformed.rows import (
    DATES,
    DAY,
    PROVENANCE,
    Row,
    accepted,
    event_games,
    frame,
    game,
    games,
    known_event,
    named_box,
    named_line,
    offered,
    players,
    props,
)

TABLES = (PROP_PLAYERS, SOURCE_PLAYERS, UNRESOLVED_PLAYERS)


def seen(player_id: int, name: str, team: str, days_before: int = 3) -> Row:
    key = pl.select(name_key(pl.lit(name))).item()
    day = DAY - timedelta(days=days_before)
    return {"player_id": player_id, "game_date": day, "player_name": name, "name_key": key, "team": team}


def made(dates: DateRange, **told: Any) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    tables = name_tables.build_all(dates, **({"event_games": event_games(), "games": games()} | told))
    in_events, in_teams, unresolved = (accepted(table, tables[table.full_name]) for table in TABLES)
    return in_events, in_teams, unresolved


def build(names: list[str], known: list[Row]) -> tuple[dict[str, tuple[int, str]], pl.DataFrame]:
    """What becomes of spellings in an event of The Odds API."""
    told = props(*(offered(player_name=name) for name in names))
    in_events, in_teams, unresolved = made(DATES, odds_player_props=told, players=players(*known))
    matched = {
        name: (player, rule) for name, player, rule in in_events.select("source_name", "player_id", "matched_by").rows()
    }
    assert in_teams.is_empty()
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


@pytest.mark.parametrize(
    ("told", "known"),
    [("Lu Dort", "Luguentz Dort"), ("Luguentz Dort", "Lu Dort"), ("Dort Luguentz", "Lu Dort")],
)
def test_a_public_nickname_is_the_name(told: str, known: str) -> None:
    assert build([told], [seen(1, known, "NYK"), seen(2, "Luka Doncic", "CHI")])[0] == {told: (1, "roster_nickname")}
    assert build([told], [seen(1, known, "BOS")])[0] == {told: (1, "league_nickname")}


def test_who_has_the_very_name_comes_before_who_has_it_as_a_nickname() -> None:
    known = [seen(1, "Cam Payne", "NYK"), seen(2, "Cameron Payne", "CHI")]
    assert build(["Cam Payne", "Cameron Payne"], known)[0] == {
        "Cam Payne": (1, "roster"),
        "Cameron Payne": (2, "roster"),
    }


def test_two_whom_a_nickname_fits_are_refused() -> None:
    known = [seen(1, "Luguentz Dort", "NYK"), seen(2, "Luguentz Dort", "CHI")]
    assert build(["Lu Dort"], known)[1]["reason"].to_list() == ["ambiguous"]


def test_the_nicknames_are_keys_that_lead_to_one_name_each() -> None:
    told = nicknames()
    for column in told.columns:
        assert told.select(name_key(pl.col(column))).to_series().equals(told[column])
    assert told["nickname"].is_unique().all()
    assert set(told["nickname"]).isdisjoint(told["name"])


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


def test_the_roster_is_where_each_was_last_seen() -> None:
    known = [
        seen(1, "Justin Jackson", "NYK", days_before=40),
        seen(1, "Justin Jackson", "BOS", days_before=2),
        seen(2, "Justin Jackson", "CHI"),
    ]
    assert build(["Justin Jackson"], known)[0] == {"Justin Jackson": (2, "roster")}


@pytest.mark.parametrize(("days", "is_known"), [(0, True), (400, True), (401, False), (-1, False)])
def test_a_player_is_known_for_400_days_and_not_before_he_was_seen(days: int, is_known: bool) -> None:
    matched, _ = build(["Jalen Brunson"], [seen(1, "Jalen Brunson", "NYK", days_before=days)])
    assert bool(matched) is is_known


def test_the_alias_table_comes_first() -> None:
    alias, player = name_resolution.aliases().row(0)
    matched, _ = build([alias.title()], [seen(1, alias.title(), "NYK")])
    assert matched == {alias.title(): (player, "alias")}


def test_what_nobody_is_called_is_listed_with_its_rows_and_likely_players() -> None:
    known = [seen(1, "Jalen Brunson", "NYK"), seen(2, "Nikola Jokic", "DEN")]
    _, unresolved = build(["Jalen Bronson", "Jalen Bronson"], known)
    told = unresolved.row(0, named=True)
    assert (told["source"], told["event_id"], told["team"], told["reason"], told["lines"]) == (
        "odds_api",
        "e1",
        None,
        "unknown",
        2,
    )
    assert told["candidates"].startswith("jalen brunson (1, NYK)")


def test_with_nobody_known_nothing_breaks() -> None:
    matched, unresolved = build(["Jalen Brunson"], [])
    assert matched == {}
    assert unresolved["candidates"].to_list() == [""]


def test_spellings_of_events_without_a_game_are_left_to_the_events() -> None:
    told = props(offered(event_id="elsewhere"))
    tables = made(DATES, odds_player_props=told, players=players(seen(1, "Jalen Brunson", "NYK")))
    assert all(table.is_empty() for table in tables)


def test_an_event_of_one_source_says_nothing_of_the_same_id_at_another() -> None:
    told = frame(BETTINGPROS_PLAYER_PROPS, [offered()])
    known = players(seen(1, "Jalen Brunson", "NYK"))
    assert made(DATES, bettingpros_player_props=told, players=known)[0].is_empty()
    events = event_games(known_event(), known_event(source="bettingpros"))
    resolved, _, _ = made(DATES, bettingpros_player_props=told, event_games=events, players=known)
    assert resolved.select("source", "event_id", "player_id").rows() == [("bettingpros", "e1", 1)]


def test_names_of_box_scores_rosters_and_injury_lists_are_placed_on_their_team() -> None:
    known = players(seen(1, "Jalen Williams", "NYK"), seen(2, "Jalen Williams", "CHI"), seen(3, "Alex Sarr", "BOS"))
    rostered = {"game_date": DAY, "season": "2024-25", **PROVENANCE}
    reported = {"game_date": DAY, "home_team": "CHI", "away_team": "NYK", "is_submitted": True, **PROVENANCE}
    tables = {
        "espn_boxscores": named_box(ESPN_BOXSCORES, [named_line("Jalen Williams", "CHI")]),
        "espn_rosters": frame(ESPN_ROSTERS, [{"team": "CHI", "player_name": "Jalen Williams", "game_date": DAY}]),
        "br_rosters": frame(BR_ROSTERS, [{"team": "BOS", "player_name": "Alexandre Sarr", **rostered}]),
        "nbac_injury_report": frame(
            NBAC_INJURY_REPORT,
            [
                {"team": "NYK", "player_name": "Jalen Williams", **reported},
                {"team": "CHI", "player_name": "", **reported},
                {"team": "CHI", "player_name": "Jay Williams", **reported},
            ],
        ),
    }
    _, resolved, unresolved = made(DATES, players=known, **tables)
    assert resolved.select("source", "team", "player_id", "matched_by").rows() == [
        ("basketball_reference", "BOS", 3, "roster_nickname"),
        ("espn", "CHI", 2, "roster"),
        ("nba_injury_report", "NYK", 1, "roster"),
    ]
    assert unresolved.select("source", "event_id", "team", "source_name", "lines").rows() == [
        ("nba_injury_report", None, "CHI", "Jay Williams", 1)
    ]


def test_the_gamebook_may_write_the_last_name_alone() -> None:
    known = players(
        seen(1, "Shai Gilgeous-Alexander", "NYK"),
        seen(2, "Lonzo Ball", "CHI"),
        seen(3, "LaMelo Ball", "CHA"),
        seen(4, "Jalen Smith", "CHI"),
        seen(5, "Dru Smith", "CHI"),
        seen(6, "Ball Smithson", "NYK"),
    )
    lines = [named_line("Gilgeous-Alexander", "NYK"), named_line("Ball", "CHI"), named_line("Smith", "CHI")]
    _, resolved, unresolved = made(DATES, players=known, nbac_gamebook=named_box(NBAC_GAMEBOOK, lines))
    assert set(resolved.select("source_name", "player_id", "matched_by").rows()) == {
        ("Gilgeous-Alexander", 1, "roster_last_name"),
        ("Ball", 2, "roster_last_name"),
    }
    assert unresolved.select("source_name", "reason").rows() == [("Smith", "ambiguous")]
    _, elsewhere, _ = made(DATES, players=known, espn_boxscores=named_box(ESPN_BOXSCORES, lines))
    assert elsewhere.is_empty()


def test_a_table_that_names_nobody_is_refused() -> None:
    with pytest.raises(TypeError, match="espn_roster"):
        made(DATES, players=players(), espn_roster=players())


def test_spellings_are_listed_under_the_names_of_upstreams() -> None:
    assert {source for source, _ in NAMING_TABLES} <= set(SOURCES)


FEW_NAMES = st.sampled_from(
    ["Jalen Brunson", "J. Brunson", "Jalen Green", "Jaylin Green", "Green Jalen", "Nobody", "Lu Dort", "Luguentz Dort"]
)
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

    lines = [named_line(name, "CHI", game_date=day(number)) for name, number in spelt]
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
        "nbac_gamebook": named_box(NBAC_GAMEBOOK, lines),
    }
    days = [day(number) for number in range(3)]
    together = made(DateRange(days[0], days[-1]), **told)
    apart = [made(DateRange.of(each), **told) for each in days]
    for number, whole in enumerate(together):
        assert whole.equals(pl.concat([each[number] for each in apart]))
    assert together[1].height + together[2].filter(pl.col("event_id").is_null()).height == len(spelt)

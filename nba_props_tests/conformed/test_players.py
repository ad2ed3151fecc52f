"""Who is who and where: box scores, lists, rosters and transactions in their order."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_props.conformed import players
from nba_props.contracts.conformed import PLAYER_TEAMS, PLAYERS
from nba_props.contracts.raw.balldontlie import BDL_ACTIVE_PLAYERS
from nba_props.contracts.raw.basketball_reference import BR_ROSTERS
from nba_props.contracts.raw.espn import ESPN_ROSTERS
from nba_props.contracts.raw.nba_league import NBAC_PLAYER_LIST, NBAC_PLAYER_MOVEMENT
from nba_props.game_calendar import DateRange
from nba_props_tests.conformed import rows as r
from nba_props_tests.conformed.rows import DATES, DAY, Row, accepted, box_line, box_scores, frame, game, games

YESTERDAY = DAY - timedelta(days=1)


def build(dates: DateRange = DATES, **tables: Any) -> pl.DataFrame:
    return accepted(PLAYERS, players.build(dates, **({"games": games()} | tables)))


def listed(player_id: int, name: str, team: str | None, day: date = DAY, **changes: Any) -> Row:
    told = {"game_date": day, "endpoint": "player_list", "player_id": player_id, "player_name": name, "team": team}
    return told | {"is_on_roster": True} | changes


def moved(player_id: int | None, team: str, kind: str = "Trade", day: date = DAY) -> Row:
    told = {"game_date": day, "transaction_group": "1", "transaction_type": kind, "team": team}
    return told | {"player_id": player_id, "description": "A trade."}


def on_roster(name: str, team: str | None, day: date = DAY) -> Row:
    return {"game_date": day, "team": team, "source_player_id": name, "player_name": name}


def test_a_player_is_who_the_later_of_two_games_says() -> None:
    two = games(game(game_id="0022400001"), game(game_id="0022400002", home_team="BOS", away_team="UTA"))
    rows = [
        box_line(1, "BOS", game_id="0022400002", player_name="Nikola Jokić"),
        box_line(1, "CHI", game_id="0022400001"),
    ]
    made = build(nbac_player_boxscore=box_scores(*rows), games=two)
    assert made.select("player_id", "team", "name_key").rows() == [(1, "BOS", "nikola jokic")]


def test_players_of_games_that_do_not_count_are_left_out() -> None:
    assert build(nbac_player_boxscore=box_scores(box_line(1, "CHI", game_id="0012400001"))).is_empty()


def test_every_form_of_a_box_score_tells_who_was_there_and_each_player_is_told_once() -> None:
    forms = ["player_box_scores", "box_score_v3", "box_score_v2", "live_box_score"]
    rows = [box_line(1, "CHI", endpoint=form, player_name=form) for form in forms]
    absent = box_line(2, "CHI", endpoint="live_box_score", did_not_play=True)
    made = build(nbac_player_boxscore=box_scores(*rows[::-1], absent))
    assert made.select("player_id", "player_name").rows() == [(1, "player_box_scores"), (2, "Player 2")]


def test_the_box_score_comes_before_the_transaction_and_that_before_the_lists() -> None:
    """A list that was read in the morning does not know of the trade of the day."""
    tables = {
        "nbac_player_boxscore": box_scores(box_line(1, "CHI", player_name="Jalen Green")),
        "nbac_player_movement": frame(NBAC_PLAYER_MOVEMENT, [moved(1, "BOS"), moved(2, "BOS"), moved(None, "BOS")]),
        "nbac_player_list": frame(NBAC_PLAYER_LIST, [listed(n, f"Name {n}", "MIA") for n in (1, 2, 3)]),
        "espn_rosters": frame(ESPN_ROSTERS, [on_roster(f"Name {n}", "UTA") for n in (2, 3)]),
    }
    made = build(DATES, **tables)
    assert made.select("player_id", "team", "source").rows() == [
        (1, "CHI", "raw.nbac_player_boxscore"),
        (2, "BOS", "raw.nbac_player_movement"),
        (3, "MIA", "raw.nbac_player_list"),
    ]


@pytest.mark.parametrize(
    ("kind", "team"),
    [
        ("Signing", "BOS"),
        ("Trade", "BOS"),
        ("AwardOnWaivers", "BOS"),
        ("ContractConverted", "BOS"),
        ("Waive", "MIA"),
    ],
)
def test_only_an_arrival_makes_him_a_player_of_the_team_that_acted(kind: str, team: str) -> None:
    tables = {
        "nbac_player_movement": frame(NBAC_PLAYER_MOVEMENT, [moved(1, "BOS", kind)]),
        "nbac_player_list": frame(NBAC_PLAYER_LIST, [listed(1, "Jalen Green", "MIA")]),
    }
    assert build(DATES, **tables)["team"].to_list() == [team]


def test_a_transaction_of_somebody_nobody_has_named_is_left_out() -> None:
    assert build(nbac_player_movement=frame(NBAC_PLAYER_MOVEMENT, [moved(1, "BOS")])).is_empty()


def test_who_is_on_no_roster_is_left_out() -> None:
    rows = [listed(1, "A B", None), listed(2, "C D", "CHI", is_on_roster=False), listed(3, "E F", "CHI")]
    assert build(nbac_player_list=frame(NBAC_PLAYER_LIST, rows))["player_id"].to_list() == [3]


def test_where_the_league_says_nothing_other_rosters_tell_who_plays_where() -> None:
    """Their names are placed among the players whose ids the league has told before."""
    earlier = box_scores(
        box_line(1, "CHI", game_date=YESTERDAY, player_name="Nikola Vučević"),
        box_line(2, "CHI", game_date=YESTERDAY, player_name="Alex Sarr"),
        box_line(3, "CHI", game_date=YESTERDAY, player_name="Zach LaVine"),
    )
    tables: dict[str, Any] = {
        "espn_rosters": frame(ESPN_ROSTERS, [on_roster("Nikola Vucevic", "BOS"), on_roster("Some Rookie", "BOS")]),
        "bdl_active_players": frame(
            BDL_ACTIVE_PLAYERS,
            [on_roster("Alexandre Sarr", "WAS"), on_roster("Nikola Vucevic", "MIA"), on_roster("Zach LaVine", None)],
        ),
        "br_rosters": frame(BR_ROSTERS, [on_roster("Alex Sarr", "UTA"), on_roster("Zach LaVine", "SAC")]),
    }
    made = build(nbac_player_boxscore=earlier, **tables)
    assert made.select("player_id", "player_name", "team", "source").rows() == [
        (1, "Nikola Vučević", "BOS", "raw.espn_rosters"),
        (2, "Alex Sarr", "WAS", "raw.bdl_active_players"),
        (3, "Zach LaVine", "SAC", "raw.br_rosters"),
    ]


def seen(player_id: int, team: str, day: date) -> Row:
    return {
        "player_id": player_id,
        "game_date": day,
        "player_name": "A B",
        "name_key": "a b",
        "team": team,
        "source": "raw.nbac_player_list",
    }


def test_a_change_of_team_is_told_on_the_date_on_which_it_is_first_seen() -> None:
    days = [DAY + timedelta(days=number) for number in range(5)]
    rows = [seen(1, team, day) for team, day in zip(["CHI", "CHI", "BOS", "BOS", "CHI"], days, strict=True)]
    made = accepted(PLAYER_TEAMS, players.build_teams(DateRange(days[0], days[-1]), players=r.players(*rows)))
    assert made.select("game_date", "team_before", "team").rows() == [
        (days[0], None, "CHI"),
        (days[2], "CHI", "BOS"),
        (days[4], "BOS", "CHI"),
    ]


@pytest.mark.parametrize(("days", "before"), [(400, "CHI"), (401, None)])
def test_who_was_not_seen_for_400_days_is_new(days: int, before: str | None) -> None:
    rows = r.players(seen(1, "CHI", DAY - timedelta(days=days)), seen(1, "BOS", DAY))
    for dates in (DATES, DateRange(YESTERDAY, DAY)):
        assert players.build_teams(dates, players=rows)["team_before"].to_list() == [before]


DAYS = [DAY + timedelta(days=number) for number in range(3)]
SPOKEN = st.tuples(
    st.integers(1, 3),
    st.sampled_from(["Lu Dort", "A B", "C D"]),
    st.sampled_from(["CHI", "NYK"]),
    st.sampled_from(DAYS),
)


@settings(max_examples=12, deadline=None)
@given(
    st.lists(SPOKEN, max_size=6, unique_by=lambda told: (told[0], told[3])),
    st.lists(SPOKEN, max_size=6, unique_by=lambda told: (told[0], told[3])),
    st.lists(SPOKEN, max_size=6),
)
def test_a_range_gives_the_same_as_its_days(boxed: list[Any], named: list[Any], rostered: list[Any]) -> None:
    tables = {
        "games": games(*(game(game_id=f"002240000{number}", game_date=day) for number, day in enumerate(DAYS))),
        "nbac_player_boxscore": box_scores(
            *(
                box_line(player, team, player_name=name, game_date=day, game_id=f"002240000{DAYS.index(day)}")
                for player, name, team, day in boxed
            )
        ),
        "nbac_player_list": frame(
            NBAC_PLAYER_LIST, [listed(player, name, team, day) for player, name, team, day in named]
        ),
        "nbac_player_movement": frame(
            NBAC_PLAYER_MOVEMENT, [moved(player, team, day=day) for player, _, team, day in named]
        ),
        "espn_rosters": frame(ESPN_ROSTERS, [on_roster(name, team, day) for _, name, team, day in rostered]),
    }
    together = build(DateRange(DAYS[0], DAYS[-1]), **tables)
    assert together.equals(pl.concat([build(DateRange.of(day), **tables) for day in DAYS]))
    teams = players.build_teams(DateRange(DAYS[0], DAYS[-1]), players=together.lazy())
    apart = [players.build_teams(DateRange.of(day), players=together.lazy()) for day in DAYS]
    assert accepted(PLAYER_TEAMS, teams).equals(accepted(PLAYER_TEAMS, pl.concat(apart)))

"""Events of line sources: matched to a game by both teams and the date, or listed with the reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from nba_props.conformed import event_games
from nba_props.contracts.conformed import EVENT_GAMES, UNRESOLVED_EVENTS
from nba_props.contracts.raw.bettingpros import BETTINGPROS_EVENTS
from nba_props.contracts.raw.draftkings import DRAFTKINGS_PLAYER_PROPS
from nba_props_tests.conformed.rows import (
    DATES,
    DAY,
    GAME_ID,
    PROVENANCE,
    TIP_OFF,
    Row,
    accepted,
    frame,
    game,
    games,
    listed,
    odds_events,
)


def build(events: list[Row], *of: Row, **tables: pl.LazyFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    told = {"odds_events": odds_events(*events), "games": games(*of)} | tables
    matched = accepted(EVENT_GAMES, event_games.build(DATES, **told))
    return matched, accepted(UNRESOLVED_EVENTS, event_games.build_unresolved(DATES, **told))


def by_tricodes(event_id: str = "e1", home: str = "CHI", away: str = "NYK", **changes: Any) -> Row:
    told = {"event_id": event_id, "game_date": DAY, "home_team": home, "away_team": away, "snapshot_at": TIP_OFF}
    return told | PROVENANCE | changes


@pytest.mark.parametrize(
    "names",
    [
        ("Los Angeles Clippers", "New York Knicks"),
        ("LA Clippers", "New York Knicks"),
        ("New York Knicks", "Los Angeles Clippers"),
    ],
)
def test_both_teams_decide_however_spelt_and_whoever_is_at_home(names: tuple[str, str]) -> None:
    """At a neutral site sources disagree on who is the home team."""
    event = listed(home_team_name=names[0], away_team_name=names[1])
    matched, unresolved = build([event], game(home_team="LAC"), game(game_id="0022400481", away_team="BOS"))
    assert matched.select("event_id", "game_id").rows() == [("e1", GAME_ID)]
    assert unresolved.is_empty()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"home_team_name": "Chicago Wolves"}, "unknown team"),
        ({"away_team_name": "Real Madrid"}, "unknown team"),
        ({"home_team_name": "Boston Celtics"}, "no such game on this date"),
    ],
)
def test_what_matches_no_game_is_listed_with_the_reason(changes: Row, reason: str) -> None:
    matched, unresolved = build([listed(**changes), listed("e2")])
    assert matched["event_id"].to_list() == ["e2"]
    assert unresolved.select("event_id", "reason").rows() == [("e1", reason)]


def test_a_game_of_another_date_does_not_match() -> None:
    matched, unresolved = build([listed()], game(game_date=DAY + timedelta(days=1)))
    assert matched.is_empty()
    assert unresolved["reason"].to_list() == ["no such game on this date"]


def test_of_two_games_of_a_pair_on_a_date_none_is_guessed() -> None:
    matched, unresolved = build([listed()], game(), game(game_id="0022400999"))
    assert matched.is_empty()
    assert unresolved["reason"].to_list() == ["several such games on this date"]


def test_the_newest_snapshot_tells_the_start() -> None:
    events = [
        listed(snapshot_at=TIP_OFF - timedelta(hours=1), commence_at=TIP_OFF + timedelta(minutes=12)),
        listed(snapshot_at=TIP_OFF - timedelta(hours=5), commence_at=TIP_OFF),
    ]
    matched, _ = build(events)
    assert matched["commence_at"].to_list() == [TIP_OFF + timedelta(minutes=12)]


def test_every_source_has_its_own_events_and_one_that_is_dark_costs_the_others_nothing() -> None:
    start = TIP_OFF + timedelta(minutes=7)
    tables = {
        "bettingpros_events": frame(BETTINGPROS_EVENTS, [by_tricodes(), by_tricodes("e2", "BOS")]),
        "draftkings_player_props": frame(
            DRAFTKINGS_PLAYER_PROPS,
            [
                by_tricodes(commence_at=start),
                by_tricodes(commence_at=TIP_OFF, snapshot_at=TIP_OFF - timedelta(hours=1)),
            ],
        ),
    }
    matched, unresolved = build([listed()], **tables)
    assert matched.select("source", "event_id", "game_id").rows() == [
        ("bettingpros", "e1", GAME_ID),
        ("draftkings", "e1", GAME_ID),
        ("odds_api", "e1", GAME_ID),
    ]
    assert matched["commence_at"].to_list()[:2] == [TIP_OFF, start]
    assert unresolved.select("source", "event_id", "home_team_name").rows() == [("bettingpros", "e2", "BOS")]
    assert build([], **tables)[0]["source"].to_list() == ["bettingpros", "draftkings"]


def test_every_event_is_either_matched_or_listed() -> None:
    events = [
        listed(f"e{number}", home_team_name=name) for number, name in enumerate(["Chicago Bulls", "x", "Utah Jazz"])
    ]
    matched, unresolved = build(events)
    assert sorted([*matched["event_id"], *unresolved["event_id"]]) == ["e0", "e1", "e2"]

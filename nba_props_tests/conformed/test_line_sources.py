"""Lines of several sources: one book told once, nothing lost when a source goes dark, openings, and the consensus."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_props.conformed import pregame_lines, prop_lines
from nba_props.contracts.conformed import (
    LINE_SOURCES,
    PROP_CONSENSUS,
    PROP_LINE_ALTERNATES,
    PROP_LINE_MOVES,
    PROP_LINES,
)
from nba_props.contracts.raw.bettingpros import BETTINGPROS_PLAYER_PROPS
from nba_props.contracts.raw.draftkings import DRAFTKINGS_PLAYER_PROPS
from nba_props.contracts.raw.odds_api import ODDS_PLAYER_PROPS
from nba_props.upstreams.registry import SOURCES
from nba_props_tests.conformed.rows import (
    DATES,
    TIP_OFF,
    Row,
    accepted,
    event_games,
    frame,
    game,
    games,
    known_event,
    offered,
    prop_players,
    resolved,
)

NOW = datetime(2100, 1, 1, tzinfo=UTC)
LEAD = timedelta(minutes=30)
TABLES = {
    "odds_api": ODDS_PLAYER_PROPS,
    "draftkings": DRAFTKINGS_PLAYER_PROPS,
    "bettingpros": BETTINGPROS_PLAYER_PROPS,
}


def told(minutes: float = 60, line: float = 20.5, **changes: Any) -> Row:
    """A row of BettingPros or DraftKings so many minutes before the tip-off."""
    return offered(minutes, line, is_active=True, is_main=None) | changes


def before(minutes: float) -> datetime:
    return TIP_OFF - timedelta(minutes=minutes)


def opening(minutes: float, line: float, **changes: Any) -> Row:
    row = {"opening_at": before(minutes), "opening_line": line, "opening_bookmaker": "draftkings"}
    return row | {"opening_over_price": 1.9, "opening_under_price": 1.9} | changes


def pregame(**rows: list[Row]) -> pl.LazyFrame:
    tables = {
        TABLES[source].name: frame(
            TABLES[source], [{name: row.get(name) for name in TABLES[source].schema} for row in rows.get(source, [])]
        )
        for source in LINE_SOURCES
    }
    return pregame_lines.pregame_lines(
        DATES,
        prop_players=prop_players(*(resolved(source=source) for source in LINE_SOURCES)),
        event_games=event_games(*(known_event(source=source) for source in LINE_SOURCES)),
        games=games(game()),
        greatest_hold=0.2,
        **tables,
    )


def lines(**rows: list[Row]) -> pl.DataFrame:
    return accepted(PROP_LINES, prop_lines.build(pregame(**rows), now=NOW, lead=LEAD))


def seen(made: pl.DataFrame, kind: str) -> list[tuple[str, float, str]]:
    return made.filter(kind=kind).select("bookmaker", "line", "source").rows()


def test_line_sources_are_upstreams() -> None:
    assert set(LINE_SOURCES) <= set(SOURCES)


def test_a_book_that_several_sources_tell_at_one_moment_is_told_once_by_the_best() -> None:
    rows = {"odds_api": [offered(60, 20.5)], "draftkings": [told(60, 21.5)], "bettingpros": [told(60, 22.5)]}
    for place, source in enumerate(LINE_SOURCES):
        left = {name: rows[name] for name in LINE_SOURCES[place:]}
        assert seen(lines(**left), "closing") == [("draftkings", 20.5 + place, source)]
        assert accepted(PROP_LINE_ALTERNATES, prop_lines.build_alternates(pregame(**left))).is_empty()
        assert accepted(PROP_LINE_MOVES, prop_lines.build_moves(pregame(**left))).is_empty()


def test_books_that_only_one_source_has_stand_beside_each_other() -> None:
    made = lines(odds_api=[offered(60, bookmaker="fanduel")], bettingpros=[told(60, bookmaker="bet365")])
    assert seen(made, "closing") == [("bet365", 20.5, "bettingpros"), ("fanduel", 20.5, "odds_api")]


@pytest.mark.parametrize(("silent", "source"), [(30, "odds_api"), (31, "bettingpros")])
def test_a_source_that_goes_dark_is_replaced_within_the_hour(silent: float, source: str) -> None:
    made = lines(odds_api=[offered(300, 20.5), offered(100, 21.5)], bettingpros=[told(100 - silent, 23.5)])
    assert made.filter(kind="closing")["source"].to_list() == [source]
    assert seen(made, "opening") == [("draftkings", 20.5, "odds_api")]


def test_what_is_told_later_changes_nothing_that_was_told_before() -> None:
    """Else a feature as of then would know of a snapshot that was still to come."""
    early = lines(bettingpros=[told(60, 22.5)])
    later = lines(bettingpros=[told(60, 22.5)], odds_api=[offered(59, 20.5)])
    assert seen(early, "opening") == seen(later, "opening") == [("draftkings", 22.5, "bettingpros")]
    assert seen(later, "closing") == [("draftkings", 20.5, "odds_api")]


def test_what_is_off_the_board_or_an_alternate_by_the_sources_word_is_no_main_line() -> None:
    off = {"draftkings": [told(60, 20.5, is_active=False)], "bettingpros": [told(61, 20.5, is_active=False)]}
    assert lines(**off).is_empty()
    for rows in (
        {"bettingpros": [told(60, 20.5, is_main=False), told(60, 24.5, is_main=True, over_price=1.7)]},
        {"draftkings": [told(60, 20.5, is_alternate_market=True), told(60, 24.5, over_price=1.7)]},
    ):
        assert [line for _, line, _ in seen(lines(**rows), "closing")] == [24.5]
        made = accepted(PROP_LINE_ALTERNATES, prop_lines.build_alternates(pregame(**rows)))
        assert made["line"].to_list() == [20.5]


def test_a_consensus_is_the_line_only_where_no_book_has_one() -> None:
    blend = [told(200, 22.5, bookmaker="consensus"), told(60, 23.5, bookmaker="consensus")]
    alone = lines(bettingpros=blend)
    assert seen(alone, "closing") == [("consensus", 23.5, "bettingpros")]
    assert (
        accepted(PROP_CONSENSUS, prop_lines.build_consensus(alone.lazy())).filter(kind="closing")["line"].item() == 23.5
    )
    both = lines(bettingpros=blend, odds_api=[offered(20, 20.5, bookmaker="fanduel")])
    assert seen(both, "closing") == [("fanduel", 20.5, "odds_api")]
    assert seen(both, "current") == [("consensus", 23.5, "bettingpros")]
    agreed = accepted(PROP_CONSENSUS, prop_lines.build_consensus(both.lazy())).filter(kind="closing")
    assert agreed.select("line", "books").rows() == [(20.5, 1)]


def test_a_told_opening_before_the_first_snapshot_is_the_opening_line_and_nothing_else() -> None:
    rows = [told(60, 20.5, **opening(600, 17.5)), told(40, 21.5, **opening(600, 17.5))]
    made = lines(bettingpros=rows)
    assert seen(made, "opening") == [("draftkings", 17.5, "bettingpros")]
    first = made.filter(kind="opening").row(0, named=True)
    assert (first["snapshot_at"], first["minutes_before_tip_off"]) == (before(600), 600)
    assert {line for _, line, _ in [*seen(made, "current"), *seen(made, "closing")]} == {21.5}
    moves = accepted(PROP_LINE_MOVES, prop_lines.build_moves(pregame(bettingpros=rows)))
    assert moves.select("line_before", "line").rows() == [(20.5, 21.5)]
    assert accepted(PROP_LINE_ALTERNATES, prop_lines.build_alternates(pregame(bettingpros=rows))).is_empty()


@pytest.mark.parametrize(
    "told_opening",
    [
        {},
        opening(600, 17.5, opening_under_price=None),
        opening(600, 17.5, opening_at=None),
        opening(600, 17.5, opening_bookmaker=None),
        opening(600, 17.5, opening_bookmaker="fanduel"),
        opening(600, 17.5, opening_over_price=1.2, opening_under_price=1.2),
        opening(50, 17.5),
    ],
)
def test_an_opening_without_time_book_or_fair_prices_or_not_before_the_first_snapshot_is_not_used(
    told_opening: Row,
) -> None:
    made = lines(bettingpros=[told(60, 20.5, **told_opening)], odds_api=[offered(70, 19.5)])
    assert seen(made, "opening") == [("draftkings", 19.5, "odds_api")]


def test_the_opening_that_one_source_tells_serves_the_book_whoever_tells_its_lines() -> None:
    made = lines(odds_api=[offered(100, 20.5)], bettingpros=[told(80, 20.5, **opening(600, 17.5))])
    assert seen(made, "opening") == [("draftkings", 17.5, "bettingpros")]
    assert seen(made, "closing") == [("draftkings", 20.5, "odds_api")]


def test_an_answer_after_the_tip_off_tells_the_line_that_each_book_closed_at() -> None:
    """Past dates can only be asked about afterwards; the line counts from when the book set it."""
    late = {"is_active": False}
    rows = [
        told(-300, 22.5, updated_at=before(45), is_main=True, **late),
        told(-300, 23.5, updated_at=before(5), is_main=False, **late),
        told(-300, 24.5, updated_at=before(90), is_main=False, **late),
        told(-300, 30.5, updated_at=before(-20), bookmaker="fanduel", **late),
        told(-300, 31.5, updated_at=None, bookmaker="betmgm", **late),
    ]
    made = lines(bettingpros=rows)
    assert seen(made, "closing") == [("draftkings", 22.5, "bettingpros")]
    assert made["snapshot_at"].unique().to_list() == [before(45)]
    others = accepted(PROP_LINE_ALTERNATES, prop_lines.build_alternates(pregame(bettingpros=rows)))
    assert others["line"].to_list() == [23.5, 24.5]
    without_marks = [row | {"is_main": None} for row in rows]
    assert seen(lines(bettingpros=without_marks), "closing") == [("draftkings", 22.5, "bettingpros")]
    beaten = lines(bettingpros=rows, odds_api=[offered(10, 25.5)])
    assert seen(beaten, "closing") == [("draftkings", 25.5, "odds_api")]


SNAPSHOTS = st.lists(
    st.tuples(
        st.sampled_from(LINE_SOURCES),
        st.sampled_from([-5, 1, 5, 20, 35, 60, 61, 90, 91, 200]),
        st.sampled_from([19.5, 20.5, 21.5]),
        st.sampled_from(["draftkings", "fanduel", "consensus"]),
    ),
    max_size=25,
    unique_by=lambda row: (row[0], row[1], row[3]),
)


@settings(max_examples=25, deadline=None)
@given(SNAPSHOTS)
def test_what_stands_is_what_a_plain_reckoning_gives(snapshots: list[tuple[str, int, float, str]]) -> None:
    rows: dict[str, list[Row]] = {source: [] for source in LINE_SOURCES}
    for source, minutes, line, book in snapshots:
        rows[source].append(told(minutes, line, bookmaker=book))
    closing = {}
    for book in ("draftkings", "fanduel", "consensus"):
        standing = [
            (minutes, LINE_SOURCES.index(source), line)
            for source, minutes, line, of in snapshots
            if of == book
            and minutes > 0
            and not any(
                other == book and LINE_SOURCES.index(better) < LINE_SOURCES.index(source) and 0 <= at - minutes <= 30
                for better, at, _, other in snapshots
            )
        ]
        if standing:
            closing[book] = min(standing)[2]
    if len(closing) > 1:
        closing.pop("consensus", None)
    assert {book: line for book, line, _ in seen(lines(**rows), "closing")} == closing

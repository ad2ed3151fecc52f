"""Prop lines: which line of a book is the main one, when, and what the books together say."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from statistics import fmean
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_props.conformed import pregame_lines, prop_lines
from nba_props.contracts.conformed import PROP_CONSENSUS, PROP_LINE_ALTERNATES, PROP_LINE_MOVES, PROP_LINES
from nba_props.game_calendar import DateRange
from nba_props_tests.conformed.rows import (
    DATES,
    DAY,
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
    props,
    resolved,
)

NOW = datetime(2100, 1, 1, tzinfo=UTC)
LEAD = timedelta(minutes=30)
GREATEST_HOLD = 0.2
TOO_DEAR = 1.2
"""Two such prices have a hold far above the greatest."""


def pregame(rows: list[Row], **tables: pl.LazyFrame) -> pl.LazyFrame:
    told = {"prop_players": prop_players(), "event_games": event_games(), "games": games()} | tables
    return pregame_lines.pregame_lines(DATES, odds_player_props=props(*rows), greatest_hold=GREATEST_HOLD, **told)


def lines(rows: list[Row], **tables: pl.LazyFrame) -> dict[str, dict[str, Any]]:
    """Main lines by their kind, of one book."""
    made = accepted(PROP_LINES, prop_lines.build(pregame(rows, **tables), now=NOW, lead=LEAD))
    assert made["kind"].is_unique().all()
    return {row["kind"]: row for row in made.iter_rows(named=True)}


def alternates(rows: list[Row]) -> list[float]:
    made = accepted(PROP_LINE_ALTERNATES, prop_lines.build_alternates(pregame(rows)))
    return made["line"].to_list()


def test_opening_current_and_closing_are_the_first_the_last_in_time_and_the_last() -> None:
    told = lines([offered(minutes, line=minutes + 0.5) for minutes in (5, 29, 30, 45, 180, 170)])
    assert {kind: row["line"] for kind, row in told.items()} == {"opening": 180.5, "current": 30.5, "closing": 5.5}
    assert {kind: row["minutes_before_tip_off"] for kind, row in told.items()} == {
        "opening": 180,
        "current": 30,
        "closing": 5,
    }


@pytest.mark.parametrize("status", ["scheduled", "in_progress", "postponed"])
def test_there_is_no_closing_line_until_the_game_is_final(status: str) -> None:
    assert set(lines([offered(60)], games=games(game(status=status)))) == {"opening", "current"}


def test_snapshots_from_the_tip_off_on_are_never_used() -> None:
    assert lines([offered(0), offered(-1), offered(-60)]) == {}
    told = lines([offered(0, line=30.5), offered(-5, line=31.5), offered(40, line=20.5)])
    assert {row["line"] for row in told.values()} == {20.5}


def test_the_tip_off_counts_not_the_start_that_the_snapshot_expected() -> None:
    late = games(game(tip_off_at=TIP_OFF - timedelta(minutes=50)))
    assert set(lines([offered(40), offered(90, line=19.5)], games=late)) == {"opening", "current", "closing"}
    assert {row["line"] for row in lines([offered(40), offered(90, line=19.5)], games=late).values()} == {19.5}


def test_a_snapshot_in_the_last_second_before_the_tip_off_is_before_it() -> None:
    """Live snapshots have microseconds; whole seconds would call it zero minutes, which the contract refuses."""
    told = lines([offered(0.25 / 60)])
    assert told["closing"]["minutes_before_tip_off"] == pytest.approx(0.25 / 60)


def test_the_main_line_is_the_one_nearest_an_even_chance() -> None:
    rows = [
        offered(line=18.5, over=1.5, under=2.6),
        offered(line=20.5, over=1.95, under=1.87),
        offered(line=22.5, over=2.5, under=1.55),
    ]
    told = lines(rows)["closing"]
    assert told["line"] == 20.5
    assert told["over_probability"] == pytest.approx((1 / 1.95) / (1 / 1.95 + 1 / 1.87))
    assert told["hold"] == pytest.approx(1 / 1.95 + 1 / 1.87 - 1)
    assert alternates(rows) == [18.5, 22.5]


def test_of_two_as_near_the_lower_is_the_main_line() -> None:
    """0.4375 and 0.5625 are as near, though their floating-point distances differ in the last digit."""
    for rows in (
        [offered(line=21.5), offered(line=20.5), offered(line=22.5)],
        [offered(line=20.5, over=2.1, under=1.65), offered(line=21.5, over=1.65, under=2.1)],
    ):
        assert lines(rows)["closing"]["line"] == 20.5
        assert lines(rows[::-1])["closing"]["line"] == 20.5


@pytest.mark.parametrize(
    "odd",
    [
        {"under": None},
        {"over": None},
        {"is_alternate_market": True},
        {"over": TOO_DEAR, "under": TOO_DEAR},
        {"over": 2.1, "under": 2.1},
    ],
)
def test_what_is_one_sided_an_alternate_or_of_impossible_hold_is_no_main_line(odd: Row) -> None:
    rows = [offered(line=19.5, **odd), offered(line=20.5, over=1.6, under=2.4)]
    assert lines(rows)["closing"]["line"] == 20.5
    assert alternates(rows) == [19.5]
    assert lines(rows[:1]) == {}
    assert alternates(rows[:1]) == [19.5]


def test_the_main_line_listed_again_among_alternates_is_not_an_alternate() -> None:
    assert alternates([offered(line=20.5), offered(line=20.5, is_alternate_market=True)]) == []


def test_alternates_are_those_of_the_last_snapshot() -> None:
    rows = [
        offered(90, line=20.5),
        offered(90, line=25.5, under=None),
        offered(10, line=20.5),
        offered(10, line=30.5, under=None),
    ]
    assert alternates([*rows, offered(-5, line=40.5, under=None)]) == [30.5]


def test_books_markets_and_players_are_kept_apart() -> None:
    rows = [
        offered(line=20.5),
        offered(line=21.5, bookmaker="fanduel"),
        offered(line=5.5, market="assists"),
        offered(line=9.5, player_name="Josh Hart"),
        offered(line=99.5, player_name="Nobody"),
        offered(line=98.5, event_id="e9"),
    ]
    two = prop_players(resolved(), resolved("Josh Hart", 1628404))
    made = accepted(PROP_LINES, prop_lines.build(pregame(rows, prop_players=two), now=NOW, lead=LEAD))
    closing = made.filter(kind="closing").select("player_id", "market", "bookmaker", "line").rows()
    assert sorted(closing) == [
        (1628404, "points", "draftkings", 9.5),
        (1628973, "assists", "draftkings", 5.5),
        (1628973, "points", "draftkings", 20.5),
        (1628973, "points", "fanduel", 21.5),
    ]


def test_two_spellings_of_one_player_are_one_line_of_the_book() -> None:
    both = prop_players(resolved(), resolved("J. Brunson"))
    rows = [offered(), offered(player_name="J. Brunson")]
    assert accepted(PROP_LINES, prop_lines.build(pregame(rows, prop_players=both), now=NOW, lead=LEAD)).height == 3


def test_moves_are_changes_of_line_or_price_and_nothing_else() -> None:
    rows = [
        offered(100, line=20.5),
        offered(90, line=20.5),
        offered(80, line=21.5),
        offered(70, line=21.5, over=1.8, under=2.0),
        offered(60, line=21.5, over=1.8, under=2.0),
        offered(50, line=20.5),
        offered(-5, line=30.5),
        offered(95, line=9.5, bookmaker="fanduel"),
    ]
    made = accepted(PROP_LINE_MOVES, prop_lines.build_moves(pregame(rows)))
    told = made.select("minutes_before_tip_off", "line_before", "line").rows()
    assert told == [(80, 20.5, 21.5), (70, 21.5, 21.5), (50, 21.5, 20.5)]
    assert made["over_probability_before"].to_list()[1:] == made["over_probability"].to_list()[:-1]


def consensus(*of: tuple[str, float, float]) -> Row:
    rows = [
        {
            "game_id": "0022400480",
            "game_date": DAY,
            "player_id": 1,
            "market": "points",
            "bookmaker": book,
            "kind": "closing",
            "line": line,
            "over_probability": probability,
            "snapshot_at": TIP_OFF - timedelta(minutes=number + 1),
            "minutes_before_tip_off": float(number + 1),
        }
        for number, (book, line, probability) in enumerate(of)
    ]
    made = accepted(PROP_CONSENSUS, prop_lines.build_consensus(frame(PROP_LINES, rows)))
    return made.row(0, named=True)


def test_the_consensus_is_the_line_that_most_books_have_with_their_mean_probability() -> None:
    told = consensus(("a", 20.5, 0.5), ("b", 21.5, 0.9), ("c", 20.5, 0.54))
    assert (told["line"], told["books"], told["books_on_line"]) == (20.5, 3, 2)
    assert told["over_probability"] == pytest.approx(0.52)
    assert told["minutes_before_tip_off"] == 1


@pytest.mark.parametrize(
    ("offers", "line"),
    [
        (((20.5, 0.6), (21.5, 0.49), (24.5, 0.3)), 21.5),
        (((20.5, 0.5), (21.5, 0.5)), 20.5),
        (((20.5, 0.4375), (21.5, 0.5625)), 20.5),
        (((20.5, 0.58), (20.5, 0.56), (23.5, 0.4), (23.5, 0.62), (24.5, 0.5)), 23.5),
    ],
)
def test_among_equals_the_line_priced_nearest_one_half_counts_then_the_lower(
    offers: tuple[tuple[float, float], ...], line: float
) -> None:
    books = [(f"book {number}", each, chance) for number, (each, chance) in enumerate(offers)]
    assert consensus(*books)["line"] == consensus(*books[::-1])["line"] == line


PRICES = st.sampled_from([None, 1.2, 1.55, 1.8, 1.87, 1.9, 1.91, 2.0, 2.4, 3.3])
OFFERS = st.fixed_dictionaries(
    {
        "minutes": st.sampled_from([-30, 0, 1, 10, 30, 61, 200, 700]),
        "line": st.sampled_from([0.5, 4.5, 20.0, 20.5, 21.5]),
        "over": PRICES,
        "under": PRICES,
        "bookmaker": st.sampled_from(["draftkings", "fanduel", "betmgm", "betrivers", "espnbet"]),
        "is_alternate_market": st.booleans(),
        "day": st.integers(0, 2),
    }
)
SNAPSHOTS = st.lists(
    OFFERS,
    max_size=40,
    unique_by=lambda row: (row["minutes"], row["line"], row["bookmaker"], row["is_alternate_market"], row["day"]),
)


def three_days(rows: list[Row]) -> dict[str, pl.LazyFrame]:
    days = [DAY + timedelta(days=number) for number in range(3)]
    made = []
    for row in rows:
        number = row["day"]
        told = offered(**{name: value for name, value in row.items() if name != "day"}, event_id=f"e{number}")
        moved = timedelta(days=number)
        made.append(told | {"game_date": days[number], "snapshot_at": told["snapshot_at"] + moved})
    return {
        "odds_player_props": props(*made),
        "event_games": event_games(
            *(known_event(event_id=f"e{n}", game_date=day, game_id=f"002240000{n}") for n, day in enumerate(days))
        ),
        "games": games(
            *(
                game(game_id=f"002240000{n}", game_date=day, tip_off_at=TIP_OFF + timedelta(days=n))
                for n, day in enumerate(days)
            )
        ),
        "prop_players": prop_players(*(resolved(event_id=f"e{n}", game_date=day) for n, day in enumerate(days))),
    }


def everything(dates: DateRange, tables: dict[str, pl.LazyFrame]) -> list[pl.DataFrame]:
    told = pregame_lines.pregame_lines(dates, greatest_hold=GREATEST_HOLD, **tables)
    main = accepted(PROP_LINES, prop_lines.build(told, now=NOW, lead=LEAD))
    return [
        main,
        accepted(PROP_LINE_ALTERNATES, prop_lines.build_alternates(told)),
        accepted(PROP_LINE_MOVES, prop_lines.build_moves(told)),
        accepted(PROP_CONSENSUS, prop_lines.build_consensus(main.lazy())),
    ]


@settings(max_examples=12, deadline=None)
@given(SNAPSHOTS)
def test_a_range_gives_the_same_bits_as_its_days(rows: list[Row]) -> None:
    tables = three_days(rows)
    dates = DateRange(DAY, DAY + timedelta(days=2))
    together = everything(dates, tables)
    apart = [everything(DateRange.of(day), tables) for day in dates]
    for number, whole in enumerate(together):
        assert whole.equals(pl.concat([day[number] for day in apart]))


@settings(max_examples=12, deadline=None)
@given(SNAPSHOTS)
def test_lines_and_consensus_are_those_of_a_plain_reckoning(rows: list[Row]) -> None:
    tables = three_days(rows)
    main, _, _, agreed = everything(DateRange(DAY, DAY + timedelta(days=2)), tables)
    closing: dict[tuple[int, str], tuple[float, tuple[float, float], float]] = {}
    for row in sorted(rows, key=lambda row: -row["minutes"]):
        if row["minutes"] <= 0 or row["is_alternate_market"] or row["over"] is None or row["under"] is None:
            continue
        over, under = 1 / row["over"], 1 / row["under"]
        if not 0 <= over + under - 1 <= GREATEST_HOLD:
            continue
        book, rank = (row["day"], row["bookmaker"]), (round(abs(over / (over + under) - 0.5), 9), row["line"])
        standing = closing.get(book)
        if standing is None or standing[0] > row["minutes"] or rank < standing[1]:
            closing[book] = (row["minutes"], rank, over / (over + under))
    told = main.filter(kind="closing").with_columns(day=(pl.col("game_date") - DAY).dt.total_days())
    assert {(day, book): line for day, book, line in told.select("day", "bookmaker", "line").rows()} == {
        book: rank[1] for book, (_, rank, _) in closing.items()
    }
    for row in agreed.filter(kind="closing").iter_rows(named=True):
        books = [
            (rank[1], chance) for (day, _), (_, rank, chance) in closing.items() if day == (row["game_date"] - DAY).days
        ]
        votes = Counter(line for line, _ in books)
        assert votes[row["line"]] == max(votes.values()) == row["books_on_line"]
        assert row["over_probability"] == pytest.approx(fmean(chance for line, chance in books if line == row["line"]))
        assert row["books"] == len(books)

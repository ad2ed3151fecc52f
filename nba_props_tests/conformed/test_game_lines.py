"""Game lines: medians over the books, from the home team's side, before the tip-off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_props.conformed import game_lines
from nba_props.contracts.conformed import GAME_LINES
from nba_props.game_calendar import DateRange
from nba_props_tests.conformed import rows as r
from nba_props_tests.conformed.rows import DATES, DAY, TIP_OFF, Row, accepted, quoted

NOW = datetime(2100, 1, 1, tzinfo=UTC)
LEAD = timedelta(minutes=30)


def build(quotes: list[Row], games: pl.LazyFrame | None = None) -> dict[str, Row]:
    made = game_lines.build(
        DATES,
        odds_game_lines=r.game_lines(*quotes),
        event_games=r.event_games(),
        games=r.games() if games is None else games,
        now=NOW,
        lead=LEAD,
    )
    return {row["kind"]: row for row in accepted(GAME_LINES, made).iter_rows(named=True)}


def whole(minutes: float = 60, spread: float = -4.5, total: float = 220.5, book: str = "draftkings") -> list[Row]:
    told: dict[str, Any] = {"minutes": minutes, "bookmaker": book}
    return [
        quoted("spreads", "home", spread, 1.9, **told),
        quoted("spreads", "away", -spread, 1.9, **told),
        quoted("totals", "over", total, 1.9, **told),
        quoted("totals", "under", total, 1.9, **told),
        quoted("h2h", "home", None, 1.5, **told),
        quoted("h2h", "away", None, 3.0, **told),
    ]


def test_a_line_is_the_median_over_the_books() -> None:
    told = build(
        [*whole(spread=-4.5), *whole(spread=-5.5, total=222.5, book="fanduel"), *whole(spread=-9.5, book="betmgm")]
    )
    closing = told["closing"]
    assert (closing["home_spread"], closing["total"], closing["books"]) == (-5.5, 220.5, 3)
    assert closing["home_win_probability"] == pytest.approx(2 / 3)
    assert closing["home_implied_total"] == 113
    assert closing["away_implied_total"] == 107.5


def test_the_kinds_are_the_first_the_last_in_time_and_the_last_before_the_tip_off() -> None:
    quotes = [quote for minutes in (600, 30, 5, 0, -10) for quote in whole(minutes, spread=-minutes - 0.5)]
    told = build(quotes)
    assert {kind: row["home_spread"] for kind, row in told.items()} == {
        "opening": -600.5,
        "current": -30.5,
        "closing": -5.5,
    }
    assert set(build(quotes, r.games(r.game(status="scheduled")))) == {"opening", "current"}


def test_a_source_that_has_the_sides_turned_round_is_read_the_right_way() -> None:
    turned = [
        quote | {"home_team_name": "New York Knicks", "away_team_name": "Chicago Bulls"} for quote in whole(spread=-4.5)
    ]
    closing = build(turned)["closing"]
    assert closing["home_spread"] == 4.5
    assert closing["home_win_probability"] == pytest.approx(1 / 3)


def test_what_a_book_does_not_offer_is_null_not_made_up() -> None:
    closing = build(
        [quoted("totals", "over", 220.5, 1.9), quoted("h2h", "home", None, None), quoted("h2h", "away", None, 3.0)]
    )
    told = closing["closing"]
    assert told["total"] == 220.5
    assert [told[name] for name in ("home_spread", "home_implied_total", "home_win_probability")] == [None] * 3


QUOTES = st.lists(
    st.tuples(
        st.sampled_from(["draftkings", "fanduel", "betmgm", "espnbet"]),
        st.sampled_from([1, 30, 200]),
        st.sampled_from([-7.5, -3.0, 1.5]),
        st.sampled_from([1.31, 1.9, 2.37]),
        st.integers(0, 2),
    ),
    max_size=25,
    unique_by=lambda quote: (quote[0], quote[1], quote[4]),
)


@settings(max_examples=25, deadline=None)
@given(QUOTES)
def test_a_range_gives_the_same_bits_as_its_days(quotes: list[tuple[str, int, float, float, int]]) -> None:
    days = [DAY + timedelta(days=number) for number in range(3)]
    made = []
    for book, minutes, spread, price, number in quotes:
        for quote in [
            *whole(minutes, spread, book=book)[:-1],
            quoted("h2h", "away", None, price, minutes, bookmaker=book),
        ]:
            moved = {"game_date": days[number], "snapshot_at": quote["snapshot_at"] + timedelta(days=number)}
            made.append(quote | moved | {"event_id": f"e{number}"})
    tables = {
        "odds_game_lines": r.game_lines(*made),
        "event_games": r.event_games(
            *(r.known_event(event_id=f"e{n}", game_date=day, game_id=f"002240000{n}") for n, day in enumerate(days))
        ),
        "games": r.games(
            *(
                r.game(game_id=f"002240000{n}", game_date=day, tip_off_at=TIP_OFF + timedelta(days=n))
                for n, day in enumerate(days)
            )
        ),
    }
    together = accepted(GAME_LINES, game_lines.build(DateRange(days[0], days[2]), now=NOW, lead=LEAD, **tables))
    apart = [accepted(GAME_LINES, game_lines.build(DateRange.of(day), now=NOW, lead=LEAD, **tables)) for day in days]
    assert together.equals(pl.concat(apart))


def test_an_event_of_another_source_with_the_same_id_says_nothing_of_these_lines() -> None:
    events = r.event_games(r.known_event(source="bettingpros"))
    made = game_lines.build(
        DATES, odds_game_lines=r.game_lines(*whole()), event_games=events, games=r.games(), now=NOW, lead=LEAD
    )
    assert made.is_empty()

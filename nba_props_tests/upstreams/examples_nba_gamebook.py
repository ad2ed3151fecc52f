"""A small gamebook, as the simulated league renders it; not compressed, so that a change in it changes a text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from nba_props.archive.payload import Payload
from nba_props.simulator.gamebooks_rendering import Book, Player, Team, render_gamebook
from nba_props_tests.upstreams.exchanges import payload

URL = "https://statsdmz.nba.com/pdfs/20260313/20260313_MEMDET.pdf"
NUMBERS = (4, 10, 1, 4, 4, 4, 1, 5, 6, 5, 3, 0, 3, 2, -3, 13)
NOTHING = (0,) * 16

VISITOR = Team(
    name="Memphis Grizzlies",
    nickname="Grizzlies",
    record="27-53",
    players=(
        Player("45", "GG Jackson", "F", "35:42", NUMBERS),
        Player("0", "Olivier-Maxence O'Neal III", "G", "14:18", (0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 3, 0)),
        Player("8", "Bub Carrington", "", "00:00", NOTHING),
        Player("7", "Santi Aldama", absence="NWT - Injury/Illness - Right Foot; Strain"),
        Player("5", "Vince Williams Jr.", absence="DND - Rest"),
    ),
    periods=(3, 4, 2, 4),
    inactive=(("Morant", "Injury/Illness - Right Shoulder; Labral Repair"), ("Jackson Jr.", "Rest"), ("Rose", "")),
)
HOME = Team(
    name="Detroit Pistons",
    nickname="Pistons",
    record="51-19",
    players=(
        Player("9", "Ausar Thompson", "F", "48:00", (8, 12, 0, 0, 7, 9, 2, 4, 6, 1, 5, 1, 2, 0, 14, 23)),
        Player("24", "Daniss Jenkins", absence="DNP - Coach's Decision"),
    ),
    periods=(5, 6, 7, 5),
    inactive=(("Harris", "G League - Two-Way"),),
)
BOOK = Book(
    day=date(2026, 3, 13),
    arena="Little Caesars Arena, Detroit, MI",
    officials=(("24", "Kevin Scott"), ("36", "Brent Barnaky"), ("", "J.T. Orr")),
    duration="2:10",
    attendance=19432,
    visitor=VISITOR,
    home=HOME,
    made_at=datetime(2026, 3, 14, 4, tzinfo=UTC),
)


def book(url: str = URL, **changes: Any) -> Payload:
    """The example with other facts."""
    return payload(url, render_gamebook(Book(**(vars(BOOK) | changes))))


def team(of: Team, **changes: Any) -> Team:
    return Team(**(vars(of) | changes))


def examples() -> dict[str, Payload]:
    """A gamebook of the one endpoint, no row refused."""
    return {"gamebook": payload(URL, render_gamebook(BOOK, is_compressed=False))}

"""The NBA's gamebook as a PDF: the official scorer's final box. The same book gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from fpdf import FPDF

STATISTICS = (
    *("FG", "FGA", "3P", "3PA", "FT", "FTA", "OR", "DR"),
    *("TOT", "A", "PF", "ST", "TO", "BS", "+/-", "PTS"),
)

_WIDTH, _HEIGHT, _MARGIN = 612.0, 792.0, 30.0
_SIZE, _LINE = 7.0, 11.0
_NAME, _POSITION, _MINUTES, _FIRST, _STEP = 46.0, 178.0, 208.0, 240.0, 22.2


@dataclass(frozen=True)
class Player:
    """A line of the box: minutes as ``MM:SS`` and the numbers in order of ``STATISTICS``, or why he did not play."""

    jersey: str
    name: str
    position: str = ""
    minutes: str = ""
    numbers: tuple[int, ...] = ()
    absence: str = ""


@dataclass(frozen=True)
class Team:
    """A team's box, the score of its periods, and its inactive players: last names with reasons."""

    name: str
    nickname: str
    record: str
    players: tuple[Player, ...]
    periods: tuple[int, ...]
    inactive: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Book:
    """What a gamebook tells."""

    day: date
    arena: str
    officials: tuple[tuple[str, str], ...]
    duration: str
    attendance: int
    visitor: Team
    home: Team
    made_at: datetime


def render_gamebook(book: Book, *, is_compressed: bool = True) -> bytes:
    """The PDF of a book; a page if it fits on one."""
    page = _Page(book.made_at, is_compressed)
    page.write("NATIONAL BASKETBALL ASSOCIATION OFFICIAL SCORER'S REPORT", bold=True)
    page.write("FINAL BOX", bold=True)
    page.write(f"{book.day:%A, %B} {book.day.day}, {book.day.year} {book.arena}")
    page.wrap("Officials: " + ", ".join(f"#{number} {name}" if number else name for number, name in book.officials))
    page.write(f"Game Duration: {book.duration}")
    page.write(f"Attendance: {book.attendance}")
    _box(page, f"VISITOR: {book.visitor.name} ({book.visitor.record})", book.visitor)
    _box(page, f"HOME: {book.home.name.upper()} ({book.home.record})", book.home)
    _score(page, book)
    for team in (book.visitor, book.home):
        if team.inactive:
            names = ", ".join(f"{name} ({reason})" if reason else name for name, reason in team.inactive)
            page.wrap(f"Inactive: {team.nickname} - {names}")
    page.write("Technical fouls - Individual: NONE")
    page.write(f"Copyright (c) {book.day.year} NBA Properties, Inc. All Rights Reserved")
    return page.finished()


def _box(page: _Page, heading: str, team: Team) -> None:
    page.write(heading, bold=True)
    page.columns([("POS", _POSITION), ("MIN", _MINUTES), *zip(STATISTICS, _places(), strict=True)], bold=True)
    for player in team.players:
        names = [(player.jersey, _MARGIN), (player.name, _NAME)]
        if player.absence:
            page.columns([], [*names, (player.absence, _POSITION)])
        else:
            numbers = zip(map(str, player.numbers), _places(), strict=True)
            page.columns([(player.position, _POSITION), (player.minutes, _MINUTES), *numbers], names)
    played = [player for player in team.players if not player.absence]
    sums = [sum(player.numbers[place] for player in played) for place in range(len(STATISTICS))]
    sums[STATISTICS.index("+/-")] //= 5
    minutes = sum(_seconds(player.minutes) for player in played)
    totals = (f"{minutes // 60}:{minutes % 60:02d}", *map(str, sums))
    page.columns(list(zip(totals, (_MINUTES, *_places()), strict=True)), bold=True)
    made = [f"{100 * one / two:.1f}%" if two else "0%" for one, two in zip(sums[0:6:2], sums[1:6:2], strict=True)]
    page.columns(list(zip(made, list(_places())[0:6:2], strict=True)))


def _score(page: _Page, book: Book) -> None:
    count = len(book.home.periods)
    overtimes = [f"OT{number}" if count > 5 else "OT" for number in range(1, count - 3)]
    page.write(" ".join(["SCORE BY PERIOD", "1", "2", "3", "4", *overtimes, "FINAL"]), bold=True)
    for team in (book.visitor, book.home):
        page.write(" ".join([team.nickname, *map(str, team.periods), str(sum(team.periods))]))


def _places() -> Iterable[float]:
    return (_FIRST + _STEP * number for number in range(len(STATISTICS)))


def _seconds(clock: str) -> int:
    minutes, seconds = clock.split(":")
    return 60 * int(minutes) + int(seconds)


class _Page:
    """The document while it grows."""

    def __init__(self, made_at: datetime, is_compressed: bool) -> None:
        self._pdf = FPDF(unit="pt", format=(_WIDTH, _HEIGHT))
        self._pdf.set_auto_page_break(False)
        self._pdf.set_compression(is_compressed)
        self._pdf.set_creation_date(made_at)
        self._y = _HEIGHT

    def write(self, text: str, *, bold: bool = False) -> None:
        """A line from the left margin."""
        self.columns([], [(text, _MARGIN)], bold=bold)

    def wrap(self, text: str) -> None:
        """A text in as many lines as it needs."""
        line = ""
        for word in text.split():
            longer = f"{line} {word}".strip()
            if line and self._pdf.get_string_width(longer) > _WIDTH - 2 * _MARGIN:
                self.write(line)
                longer = word
            line = longer
        self.write(line)

    def columns(
        self,
        centred: Sequence[tuple[str, float]],
        left: Sequence[tuple[str, float]] = (),
        *,
        bold: bool = False,
    ) -> None:
        """A line of texts that are centred on their places, and of texts that begin at theirs."""
        if self._y + _LINE > _HEIGHT - _MARGIN:
            self._pdf.add_page()
            self._y = _MARGIN
        self._pdf.set_font("Helvetica", "B" if bold else "", _SIZE)
        self._y += _LINE
        for text, place in centred:
            self._pdf.text(place - self._pdf.get_string_width(text) / 2, self._y, text)
        for text, place in left:
            self._pdf.text(place, self._y, text)

    def finished(self) -> bytes:
        """The whole document."""
        return bytes(self._pdf.output())

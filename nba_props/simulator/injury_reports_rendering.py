"""The NBA's injury report as a PDF: one table over many pages, in the layouts of its seasons.

Cells that repeat the one above are blank; a text that is too long for its cell stands in several lines, all cells of a
row centred; a row whose reason does not fit on a page goes on on the next one. The same rows give the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from fpdf import FPDF

from nba_props.game_calendar import EASTERN

HEADERS = ("Game Date", "Game Time", "Matchup", "Team", "Player Name", "Current Status", "Reason")
NOT_YET_SUBMITTED = "NOT YET SUBMITTED"

_WIDTH, _HEIGHT = 841.95, 595.35
_LINE, _PADDING = 14.0, 4.0
_BASELINE = 10.0
_INSET = 5.0


class Cells(NamedTuple):
    """One row as printed, repeated cells written out; a team without a player has the mark as its reason, or none."""

    game_date: str
    game_time: str
    matchup: str
    team: str
    player: str = ""
    status: str = ""
    reason: str = NOT_YET_SUBMITTED


@dataclass(frozen=True)
class Layout:
    """Where things stand on a page, in points.

    Attributes:
        edges: left edges of the columns, and the right edge of the last one.
        title: baseline of the title; its size.
        first: top of the table on the first page.
        other: top of the table on the others.
        bottom: where rows end.
        footer: baseline of the page's number.
        size: of letters.
    """

    edges: tuple[float, ...]
    title: tuple[float, float]
    first: float
    other: float
    bottom: float
    footer: float
    size: float


UNTIL_MAY_2023 = Layout(
    edges=(1.0, 83.6, 157.2, 230.9, 360.4, 483.5, 590.9, 841.0),
    title=(26.0, 18.0),
    first=36.0,
    other=36.0,
    bottom=566.0,
    footer=584.0,
    size=8.0,
)
SINCE_MAY_2023 = Layout(
    edges=(19.1, 115.6, 196.0, 260.2, 421.0, 581.7, 662.1, 822.8),
    title=(63.0, 22.0),
    first=100.4,
    other=75.9,
    bottom=516.0,
    footer=546.0,
    size=9.0,
)
_CHANGE = datetime(2023, 5, 2, 17, tzinfo=EASTERN)


def layout_at(moment: datetime) -> Layout:
    """The layout that was used at a moment."""
    return SINCE_MAY_2023 if moment >= _CHANGE else UNTIL_MAY_2023


def render_injury_report(
    at: datetime, rows: Sequence[Cells], layout: Layout | None = None, *, is_compressed: bool = True
) -> bytes:
    """The report of a moment; ``rows`` in order of the table."""
    pages = _Pages(at, layout or layout_at(at), is_compressed)
    above = Cells("", "", "", "", reason="")
    for row in rows:
        pages.add(_without_repetition(row, above))
        above = row
    return pages.finished()


def _without_repetition(row: Cells, above: Cells) -> Cells:
    blank: dict[str, str] = {}
    for name in ("game_date", "game_time", "matchup", "team"):
        if getattr(row, name) != getattr(above, name):
            break
        blank[name] = ""
    return row._replace(**blank)


class _Pages:
    """The document while it grows."""

    def __init__(self, at: datetime, layout: Layout, is_compressed: bool) -> None:
        self._layout = layout
        self._title = f"Injury Report: {at.astimezone(EASTERN):%m/%d/%y %I:%M %p}"
        self._pdf = FPDF(unit="pt", format=(_WIDTH, _HEIGHT))
        self._pdf.set_auto_page_break(False)
        self._pdf.set_compression(is_compressed)
        self._pdf.set_creation_date(at)
        self._y = 0.0
        self._turn(layout.first)
        self._draw([[header] for header in HEADERS], bold=True)

    def add(self, row: Cells) -> None:
        """Add a row, in two parts if its reason does not fit."""
        cells = [self._wrapped(text, place) for place, text in enumerate(row)]
        room = int((self._layout.bottom - self._y - 2 * _PADDING) // _LINE)
        *others, reason = cells
        if max(map(len, cells)) <= room:
            self._draw(cells)
        elif 0 < room < len(reason) and all(len(lines) <= room for lines in others):
            self._draw([*others, reason[:room]])
            self._turn(self._layout.other)
            self._draw([*([] for _ in others), reason[room:]])
        else:
            self._turn(self._layout.other)
            self._draw(cells)

    def finished(self) -> bytes:
        """The whole document; now that it is whole, its pages get their numbers."""
        pages = self._pdf.pages_count
        for number in range(1, pages + 1):
            self._pdf.page = number
            self._pdf.set_font("Helvetica", "", self._layout.size)
            self._centred(f"Page {number} of {pages}", self._layout.footer)
        return bytes(self._pdf.output())

    def _turn(self, top: float) -> None:
        self._pdf.add_page()
        baseline, size = self._layout.title
        self._pdf.set_font("Helvetica", "B", size)
        self._centred(self._title, baseline)
        self._pdf.set_font("Helvetica", "", self._layout.size)
        self._y = top

    def _centred(self, text: str, baseline: float) -> None:
        self._pdf.text((_WIDTH - self._pdf.get_string_width(text)) / 2, baseline, text)

    def _wrapped(self, text: str, place: int) -> list[str]:
        edges = self._layout.edges
        room = edges[place + 1] - edges[place] - 2 * _INSET
        lines: list[str] = []
        for word in text.split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self._pdf.get_string_width(longer) <= room:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def _draw(self, cells: Sequence[Sequence[str]], *, bold: bool = False) -> None:
        height = _LINE * max(map(len, cells)) + 2 * _PADDING
        edges = self._layout.edges
        self._pdf.set_font("Helvetica", "B" if bold else "", self._layout.size)
        for left, lines in zip(edges, cells, strict=False):
            top = self._y + (height - _LINE * len(lines)) / 2
            for number, line in enumerate(lines):
                self._pdf.text(left + _INSET, top + _LINE * number + _BASELINE, line)
        self._y += height
        self._pdf.line(edges[0], self._y, edges[-1], self._y)

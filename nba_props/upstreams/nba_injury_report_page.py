"""Reading the NBA's injury report: from words and their places to the rows of its table.

The report is one table over many pages: game date, game time, matchup, team, player, status, reason. Its columns begin
where their headers begin, whatever the season's layout. A cell that repeats the one above is blank, on the next page
too. A row is where a player, a status or "NOT YET SUBMITTED" stands; a reason of several lines stands around it, and
its last lines may stand on the next page. What a cell means is for ``nba_injury_report``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from msgspec import Struct

from nba_props.archive.payload import MalformedPayload
from nba_props.game_calendar import eastern_moment
from nba_props.upstreams.pdf_pages import Line, Word, lines_of

COLUMNS = {
    "Game Date": "game_date",
    "Game Time": "game_time",
    "Matchup": "matchup",
    "Team": "team",
    "Player Name": "player",
    "Current Status": "status",
    "Reason": "reason",
}
"""Header and field of every column."""

CARRIED = ("game_date", "game_time", "matchup", "team")
"""Cells that hold until a row tells another; one that is told anew ends those that follow it here."""

NOT_YET_SUBMITTED = "NOT YET SUBMITTED"

HEADER_TOLERANCE = 3.0
"""Points by which a cell may begin before its header does."""

LINE_REACH = 1.8
"""Lines of one cell are apart by less than so many times the height of their letters, rows by more."""

_TITLE = re.compile(r"Injury Report: ?(\d{1,2}/\d{1,2}/(?:\d{2}|\d{4})) (\d{1,2}:\d{2}) ?([AP]M)", re.IGNORECASE)
_FOOTER = re.compile(r"Page ?\d+ ?of ?\d+", re.IGNORECASE)


class Row(Struct, frozen=True):
    """One row of the table as printed, blank cells filled from above; ``page`` counts from 1."""

    page: int
    game_date: str
    game_time: str
    matchup: str
    team: str
    player: str
    status: str
    reason: str


class InjuryReport(Struct, frozen=True):
    """A whole report.

    Attributes:
        reported_at: the time in its title, UTC.
        rows: in order.
        strays: texts that belong to no row.
    """

    reported_at: datetime
    rows: list[Row]
    strays: list[str]


@dataclass(frozen=True)
class _Cells:
    """One line of a page by field."""

    by_field: dict[str, str]
    top: float
    height: float

    @property
    def is_row(self) -> bool:
        """Whether it can but be a row: a status never wraps."""
        return "status" in self.by_field or self.by_field.get("reason", "").upper().startswith(NOT_YET_SUBMITTED)

    @property
    def may_be_row(self) -> bool:
        """Whether it is a row unless it stands close to one: a player without a status, or a team that lists nobody."""
        return "player" in self.by_field or ("team" in self.by_field and "reason" not in self.by_field)

    @property
    def is_reason_alone(self) -> bool:
        return self.by_field.keys() == {"reason"}


@dataclass
class _Table:
    """The rows read so far: each the cells of its lines, with its page."""

    rows: list[tuple[int, list[_Cells]]] = field(default_factory=list)
    ahead: list[_Cells] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)

    def take(self, page: int, lines: Sequence[_Cells]) -> None:
        """Read a page's lines: the end of a reason from before, rows, the beginning of a reason of the next page."""
        before, rows, after = _split(lines)
        for line in before:
            if line.is_reason_alone and self.rows and not self.ahead:
                self.rows[-1][1].append(line)
            else:
                self._stray(line)
        for row in rows:
            self.rows.append((page, [*self.ahead, *row]))
            self.ahead = []
        self.end()
        for line in after:
            if line.is_reason_alone:
                self.ahead.append(line)
            else:
                self._stray(line)

    def end(self) -> None:
        """What was kept for a row to come belongs to none."""
        for line in self.ahead:
            self._stray(line)
        self.ahead = []

    def _stray(self, line: _Cells) -> None:
        self.strays.append(" ".join(line.by_field.values()))


def read_injury_report(pages: Sequence[Sequence[Word]]) -> InjuryReport:
    """The table of a report, and its time.

    Raises:
        MalformedPayload: no text, no title, titles that disagree, or headers that are absent or unknown.
    """
    if not any(pages):
        raise MalformedPayload("the PDF holds no text")
    table, titles, columns = _Table(), set[datetime](), list[tuple[float, str]]()
    for number, words in enumerate(pages, start=1):
        lines = []
        for line in lines_of(words):
            if title := _TITLE.search(line.text):
                titles.add(_moment(*title.groups()))
            elif _FOOTER.fullmatch(line.text):
                continue
            elif not columns or all(header in line.text for header in COLUMNS):
                columns = _columns(line)
            else:
                lines.append(_cells(line, columns))
        table.take(number, lines)
    table.end()
    if len(titles) != 1:
        raise MalformedPayload(f"the pages tell {len(titles)} times of the report instead of one")
    if not columns:
        raise MalformedPayload("the report has no table")
    return InjuryReport(titles.pop(), list(_filled(table.rows)), table.strays)


def _moment(day: str, clock: str, half: str) -> datetime:
    year = "%Y" if len(day.rsplit("/", 1)[1]) == 4 else "%y"
    try:
        local = datetime.strptime(f"{day} {clock} {half.upper()}", f"%m/%d/{year} %I:%M %p")
        return eastern_moment(local.date(), local.time())
    except (ValueError, OverflowError):
        raise MalformedPayload(f"the title tells no time: {day} {clock} {half}") from None


def _columns(line: Line) -> list[tuple[float, str]]:
    """Where each column begins, and its field, from left to right.

    Raises:
        MalformedPayload: a header is absent or unknown.
    """
    found: dict[str, float] = {}
    unknown: list[str] = []
    words = list(line.words)
    while words:
        length = next((n for n in (2, 1) if " ".join(word.text for word in words[:n]) in COLUMNS), 0)
        if length:
            found[" ".join(word.text for word in words[:length])] = words[0].left - HEADER_TOLERANCE
        else:
            unknown.append(words[0].text)
        del words[: length or 1]
    absent = [header for header in COLUMNS if header not in found]
    if unknown or absent:
        raise MalformedPayload(
            f"unexpected column headers; unknown: {' '.join(unknown)[:100] or 'none'};"
            f" absent: {', '.join(absent) or 'none'}"
        )
    return [(left, COLUMNS[header]) for header, left in found.items()]


def _cells(line: Line, columns: Sequence[tuple[float, str]]) -> _Cells:
    """A line's words by the column that begins last before them."""
    edges = [left for left, _ in columns]
    texts: dict[str, list[str]] = {}
    for word in line.words:
        texts.setdefault(columns[max(bisect_right(edges, word.left) - 1, 0)][1], []).append(word.text)
    return _Cells({name: " ".join(parts) for name, parts in texts.items()}, line.top, line.height)


def _split(lines: Sequence[_Cells]) -> tuple[Sequence[_Cells], list[Sequence[_Cells]], Sequence[_Cells]]:
    """Lines before the first row of a page, the lines of each row, and lines after the last one."""
    anchors = _anchors(lines)
    if not anchors:
        return lines, [], ()
    start, stop = anchors[0], anchors[-1] + 1
    while start > 0 and _touch(lines[start - 1], lines[start]):
        start -= 1
    while stop < len(lines) and _touch(lines[stop - 1], lines[stop]):
        stop += 1
    cuts = [start, *(_cut(lines, one, two) for one, two in pairwise(anchors)), stop]
    return lines[:start], [lines[one:two] for one, two in pairwise(cuts)], lines[stop:]


def _anchors(lines: Sequence[_Cells]) -> list[int]:
    """The lines that each stand for a row."""
    rows = [line.top for line in lines if line.is_row]

    def is_anchor(line: _Cells) -> bool:
        return line.is_row or (line.may_be_row and all(abs(line.top - top) > LINE_REACH * line.height for top in rows))

    return [number for number, line in enumerate(lines) if is_anchor(line)]


def _touch(above: _Cells, below: _Cells) -> bool:
    return below.top - above.top <= LINE_REACH * below.height


def _cut(lines: Sequence[_Cells], one: int, two: int) -> int:
    """The first line of the second row: after the widest gap between two anchors."""
    return max(range(one + 1, two + 1), key=lambda number: lines[number].top - lines[number - 1].top)


def _filled(rows: Sequence[tuple[int, list[_Cells]]]) -> Iterator[Row]:
    carried = dict.fromkeys(CARRIED, "")
    for page, lines in rows:
        told = {
            name: " ".join(line.by_field[name] for line in lines if name in line.by_field) for name in COLUMNS.values()
        }
        for place, name in enumerate(CARRIED):
            if told[name]:
                carried |= dict.fromkeys(CARRIED[place:], "")
                break
        carried |= {name: told[name] for name in CARRIED if told[name]}
        yield Row(page=page, **told | carried)

"""Reading the NBA's gamebook (the official scorer's report): from words and their places to its final box.

No genuine gamebook could be read when this was written: the two that were had are damaged, their pages are empty. The
layout is that of the official report as it is publicly described, and as the simulated league renders it: the date and
the arena, officials, attendance, a box of each team under ``VISITOR:`` and ``HOME:`` with columns under their headers,
the score by period, and the inactive players, last names alone, under ``Inactive:``. The long form, whose name ends in
``_book``, goes on with boxes of single periods; they are not read. What a cell means is for ``nba_gamebook``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from msgspec import Struct

from nba_props.archive.payload import MalformedPayload
from nba_props.upstreams.pdf_pages import Line, Word, lines_of

HEADERS = (
    *("POS", "MIN", "FG", "FGA", "3P", "3PA", "FT", "FTA", "OR", "DR"),
    *("TOT", "A", "PF", "ST", "TO", "BS", "+/-", "PTS"),
)
INACTIVE = "inactive"

_SIDE = re.compile(r"(VISITOR|HOME) ?: ?(.+?)(?: ?\( ?\d+ ?- ?\d+ ?\))?")
_DAY = re.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, ([A-Z][a-z]+ \d{1,2}, \d{4})")
_POSITION = re.compile(r"[FCG](?:-[FCG])?")
_CLOCK = re.compile(r"\d{1,3}:\d{2}")
_NOT_PLAYING = re.compile(r"(?:(\d{1,2}) )?(.+?) (DNP|DND|NWT)\b ?-? ?(.*)")
_LABEL = re.compile(r"[A-Z0-9][\w' ]{1,30}:|SCORE BY|Points in the Paint|Technical|Flagrant|MEMO|Copyright")
_LIST = re.compile(r"(Officials|Referees|Inactive) ?: ?(.*)")
_OUTSIDE_PARENTHESES = re.compile(r",(?![^()]*\))")
_ENTRY = re.compile(r"([^()]+?) ?(?:\(([^()]*)\))?")
_OFFICIAL = re.compile(r"(?:#? ?(\d+) )?([^\d#]+)")


class BoxLine(Struct, frozen=True):
    """A player's line as printed, or his entry in a list of inactive players.

    Attributes:
        team: the team as printed above the box or before the list.
        kind: DNP, DND, NWT or inactive; empty for who played.
        cells: text by header, ``POS`` apart.
        fault: why it cannot be stored, empty if nothing is wrong so far.
    """

    team: str
    name: str
    jersey: str = ""
    position: str = ""
    kind: str = ""
    reason: str = ""
    cells: dict[str, str] = {}
    fault: str = ""


class Official(Struct, frozen=True):
    """An official as printed; ``fault`` is why the entry cannot be stored."""

    name: str
    number: str = ""
    fault: str = ""


class Gamebook(Struct, frozen=True):
    """A gamebook's final box; teams as printed."""

    day: date
    visitor: str
    home: str
    players: list[BoxLine]
    officials: list[Official]


@dataclass
class _Box:
    """One team's box while it is read."""

    team: str
    centres: dict[str, float] = field(default_factory=dict)
    lines: list[BoxLine] = field(default_factory=list)
    totals: dict[str, str] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return not self.totals

    def read(self, line: Line) -> None:
        if {"MIN", "PTS"} <= {word.text for word in line.words}:
            self.centres = _centres(line)
        elif not self.centres:
            raise MalformedPayload(f"the box of {self.team} has no column headers")
        else:
            self._read_player(line)

    def _read_player(self, line: Line) -> None:
        words = line.words
        clock = next((number for number, word in enumerate(words) if self._is_minutes(word)), None)
        if clock == 0:
            self.totals = _by_header(words, self.centres)[0]
        elif clock is not None:
            self.lines.append(self._played(words[:clock], words[clock:]))
        elif absent := _NOT_PLAYING.fullmatch(line.text):
            jersey, name, kind, reason = absent.groups()
            self.lines.append(BoxLine(self.team, name, jersey=jersey or "", kind=kind, reason=reason))
        else:
            self.lines.append(BoxLine(self.team, line.text, fault="no line of a box score"))

    def _played(self, before: Sequence[Word], after: Sequence[Word]) -> BoxLine:
        names = [word.text for word in before]
        has_position = bool(_POSITION.fullmatch(names[-1])) and _nearest(before[-1], self.centres) == "POS"
        position = names.pop() if has_position else ""
        jersey = names.pop(0) if len(names) > 1 and names[0].isdigit() else ""
        cells, fault = _by_header(after, self.centres)
        return BoxLine(self.team, " ".join(names), jersey=jersey, position=position, cells=cells, fault=fault)

    def _is_minutes(self, word: Word) -> bool:
        return bool(_CLOCK.fullmatch(word.text)) and _nearest(word, self.centres) == "MIN"

    def check(self) -> None:
        """Compare the players' points with the totals.

        Raises:
            MalformedPayload: there are no totals, or the points differ although every line could be read.
        """
        if self.is_open:
            raise MalformedPayload(f"the box of {self.team} has no totals")
        points = [line.cells.get("PTS", "") for line in self.lines if not line.kind]
        if any(line.fault for line in self.lines) or not all(text.isdecimal() for text in points):
            return
        told = self.totals.get("PTS", "")
        if told != str(sum(map(int, points))):
            raise MalformedPayload(f"the players of {self.team} have {sum(map(int, points))} points, not {told or '?'}")


def read_gamebook(pages: Sequence[Sequence[Word]]) -> Gamebook:
    """The final box of a gamebook.

    Raises:
        MalformedPayload: no text, no date, a box that is absent, cut or without a header, or points that do not add up.
    """
    if not any(pages):
        raise MalformedPayload("the PDF holds no text")
    boxes: dict[str, _Box] = {}
    current: _Box | None = None
    outside: list[str] = []
    for line in _final_box(pages):
        if side := _SIDE.fullmatch(line.text):
            current = boxes[side[1]] = _Box(side[2])
        elif current is not None and current.is_open:
            current.read(line)
        else:
            outside.append(line.text)
    if absent := {"VISITOR", "HOME"} - boxes.keys():
        raise MalformedPayload(f"the gamebook has no box of {' and '.join(sorted(absent))}")
    for box in boxes.values():
        box.check()
    day = next((found[1] for text in outside if (found := _DAY.search(text))), "")
    inactive, officials = _lists(outside)
    players = [line for side in ("VISITOR", "HOME") for line in boxes[side].lines]
    return Gamebook(_date(day), boxes["VISITOR"].team, boxes["HOME"].team, [*players, *inactive], officials)


def _final_box(pages: Sequence[Sequence[Word]]) -> Iterator[Line]:
    """The lines up to the page where a second box begins."""
    has_begun = False
    for words in pages:
        lines = lines_of(words)
        begins = any(line.text.startswith("VISITOR") for line in lines)
        if begins and has_begun:
            return
        has_begun |= begins
        yield from lines


def _centres(line: Line) -> dict[str, float]:
    """The centre of every header, unknown ones too.

    Raises:
        MalformedPayload: a header is absent.
    """
    centres = {word.text: (word.left + word.right) / 2 for word in line.words}
    if absent := [header for header in HEADERS if header not in centres]:
        raise MalformedPayload(f"column headers are absent or renamed: {', '.join(absent)}")
    return centres


def _nearest(word: Word, centres: dict[str, float]) -> str:
    return min(centres, key=lambda header: abs(centres[header] - (word.left + word.right) / 2))


def _by_header(words: Sequence[Word], centres: dict[str, float]) -> tuple[dict[str, str], str]:
    """Words by the header above them, and what is wrong with that."""
    cells: dict[str, str] = {}
    fault = ""
    for word in words:
        header = _nearest(word, centres)
        if header in cells:
            fault = f"two values under {header}: {cells[header]} and {word.text}"
        cells.setdefault(header, word.text)
    return cells, fault


def _lists(texts: Sequence[str]) -> tuple[list[BoxLine], list[Official]]:
    """Inactive players and officials of the texts outside the boxes; a list goes on until the next label."""
    paragraphs: list[str] = []
    for text in texts:
        if not paragraphs or _LABEL.match(text):
            paragraphs.append(text)
        else:
            paragraphs[-1] += f" {text}"
    inactive: list[BoxLine] = []
    officials: list[Official] = []
    for paragraph in paragraphs:
        if found := _LIST.fullmatch(paragraph):
            if found[1] == "Inactive":
                inactive.extend(_inactive(found[2]))
            else:
                officials.extend(_official(entry) for entry in _entries(found[2]))
    return inactive, officials


def _inactive(text: str) -> Iterator[BoxLine]:
    team, dash, names = text.partition(" - ")
    if not dash:
        yield BoxLine("", text, kind=INACTIVE, fault="no list of inactive players")
        return
    for entry in _entries(names):
        if found := _ENTRY.fullmatch(entry):
            yield BoxLine(team, found[1], kind=INACTIVE, reason=(found[2] or "").strip())
        else:
            yield BoxLine(team, entry, kind=INACTIVE, fault="no name with a reason in parentheses")


def _official(entry: str) -> Official:
    if found := _OFFICIAL.fullmatch(entry):
        return Official(found[2].strip(), number=found[1] or "")
    return Official(entry, fault="no number and name of an official")


def _entries(text: str) -> list[str]:
    """What stands between the commas of a list, commas in parentheses apart."""
    entries = [entry.strip() for entry in _OUTSIDE_PARENTHESES.split(text)]
    return [entry for entry in entries if entry and entry.lower() != "none"]


def _date(text: str) -> date:
    try:
        return datetime.strptime(text, "%B %d, %Y").date()
    except ValueError:
        raise MalformedPayload("the gamebook tells no date") from None

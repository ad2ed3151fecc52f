"""Pages of gamebooks: what the simulated league renders is what is read; and pages laid out otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nba_props.archive.payload import MalformedPayload
from nba_props.contracts.raw.nba_gamebook import NBAC_GAMEBOOK, NBAC_GAMEBOOK_OFFICIALS
from nba_props.simulator.gamebooks_rendering import Book, Player, Team, render_gamebook
from nba_props.teams import TEAMS
from nba_props.upstreams.nba_gamebook import STATISTICS, build_gamebooks
from nba_props.upstreams.nba_gamebook_page import HEADERS, read_gamebook
from nba_props.upstreams.pdf_pages import Word, read_pages
from nba_props_tests.upstreams.examples_nba_gamebook import BOOK, NUMBERS, book

PLAYERS = NBAC_GAMEBOOK.full_name
FREELY = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
EXAMPLE_PAGES = read_pages(book().body)

REASONS = st.lists(
    st.sampled_from(
        ["Injury/Illness", "-", "Left", "Knee;", "Surgery", "Return to", "Coach's", "Decision", "G", "Two-Way,"]
    ),
    min_size=1,
    max_size=9,
).map(" ".join)
NAMES = st.builds(
    lambda parts, suffix: " ".join(parts) + suffix,
    st.lists(st.text("abcdefghijkéñöÇÁ'-.", min_size=2, max_size=9), min_size=2, max_size=3),
    st.sampled_from(["", "", " Jr.", " III"]),
)
LAST_NAMES = st.text("abcdefghijkéñöÇÁ'-.", min_size=2, max_size=12).filter(lambda name: name.strip(".-'"))


@st.composite
def lines(draw: st.DrawFn, name: str) -> Player:
    jersey = str(draw(st.integers(0, 99)))
    if draw(st.booleans()):
        kind = draw(st.sampled_from(["DNP", "DND", "NWT"]))
        return Player(jersey, name, absence=f"{kind} - {draw(REASONS)}")
    threes, twos, frees, offensive, defensive = (draw(st.integers(0, 19)) for _ in range(5))
    others = [draw(st.integers(0, 29)) for _ in range(5)]
    counts = (
        *(threes + twos, threes + twos + draw(st.integers(0, 9)), threes, threes + draw(st.integers(0, 5))),
        *(frees, frees + draw(st.integers(0, 5)), offensive, defensive, offensive + defensive, *others),
        *(draw(st.integers(-60, 60)), 3 * threes + 2 * twos + frees),
    )
    return Player(
        jersey,
        name,
        draw(st.sampled_from(["", "", "F", "C", "G", "F-C"])),
        f"{draw(st.integers(0, 65)):02d}:{draw(st.integers(0, 59)):02d}",
        (*counts[:1], max(counts[1], counts[3]), *counts[2:]),
    )


@st.composite
def sides(draw: st.DrawFn, of: int) -> Team:
    names = draw(st.lists(NAMES, min_size=1, max_size=15, unique=True))
    inactive = draw(st.lists(st.tuples(LAST_NAMES, st.just("") | REASONS), max_size=9, unique_by=lambda each: each[0]))
    return Team(
        TEAMS[of].full_name,
        TEAMS[of].name,
        f"{draw(st.integers(0, 82))}-{draw(st.integers(0, 82))}",
        tuple(draw(lines(name)) for name in names),
        tuple(draw(st.lists(st.integers(0, 50), min_size=4, max_size=8))),
        tuple(inactive),
    )


@FREELY
@given(data=st.data())
def test_what_was_rendered_is_what_is_read(data: st.DataObject) -> None:
    away, home = data.draw(st.lists(st.integers(0, len(TEAMS) - 1), min_size=2, max_size=2, unique=True))
    made = Book(**(vars(BOOK) | {"visitor": data.draw(sides(away)), "home": data.draw(sides(home))}))
    found = read_gamebook(read_pages(render_gamebook(made)))
    assert (found.day, found.visitor, found.home) == (made.day, made.visitor.name, made.home.name.upper())
    told = [
        (line.jersey, line.name, line.position, line.cells.get("MIN", ""), f"{line.kind} - {line.reason}")
        for line in found.players
        if line.kind != "inactive"
    ]
    played = [each for side in (made.visitor, made.home) for each in side.players]
    assert told == [(each.jersey, each.name, each.position, each.minutes, each.absence or " - ") for each in played]
    assert [tuple(int(line.cells[header]) for header in STATISTICS) for line in found.players if not line.kind] == [
        each.numbers for each in played if not each.absence
    ]
    inactive = [(line.team, line.name, line.reason) for line in found.players if line.kind == "inactive"]
    assert inactive == [(side.nickname, *each) for side in (made.visitor, made.home) for each in side.inactive]
    assert [(official.number, official.name) for official in found.officials] == list(made.officials)
    assert not any(line.fault for line in found.players)
    assert not any(official.fault for official in found.officials)


PLACES = dict(zip(HEADERS, range(180, 180 + 25 * len(HEADERS), 25), strict=True))


def row(top: float, cells: Mapping[str, str], *, name: str = "") -> list[Word]:
    words = [Word(text, 30 + 30 * at, 58 + 30 * at, top, top + 7) for at, text in enumerate(name.split())]
    return words + [Word(text, PLACES[header] - 6, PLACES[header] + 6, top, top + 7) for header, text in cells.items()]


def sheet(*boxes: Sequence[list[Word]]) -> list[Word]:
    texts = ["Friday, March 13, 2026 Arena, Detroit, MI", "VISITOR: Memphis Grizzlies (1-1)", "HOME: DETROIT PISTONS"]
    words = row(10, {}, name=texts[0])
    for number, box in enumerate(boxes):
        start = 100.0 + 200 * number
        words += row(start, {}, name=texts[number + 1])
        words += [
            msgspec.structs.replace(word, top=word.top + start, bottom=word.bottom + start)
            for line in box
            for word in line
        ]
    return words


CELLS = {"MIN": "10:00", **{header: str(number) for header, number in zip(STATISTICS, NUMBERS, strict=True)}}
GOOD = [row(12, {header: header for header in HEADERS}), row(24, {"POS": "G", **CELLS}, name="7 A B"), row(36, CELLS)]


def test_columns_are_found_by_their_headers_wherever_they_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    for place, header in enumerate(reversed(STATISTICS)):
        monkeypatch.setitem(PLACES, header, 240 + 25 * place)
    turned = [row(12, {header: header for header in HEADERS}), row(24, CELLS, name="7 A B"), row(36, CELLS)]
    found = read_gamebook([sheet(turned, turned)])
    assert [line.cells for line in found.players] == [CELLS, CELLS]


def test_an_added_column_is_ignored() -> None:
    extra = {"EFF": 190 + 25 * len(HEADERS)}
    more = [
        [*line, Word(text, extra["EFF"], extra["EFF"] + 12, line[0].top, line[0].bottom)]
        for line, text in zip(GOOD, ("EFF", "25", "25"), strict=True)
    ]
    built = build_gamebooks([(book(), read_gamebook([sheet(more, GOOD)]))])
    assert not built.rejects
    assert built.frames[PLAYERS]["points"].to_list() == [13, 13]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"PTS": "\u00b2"}, "no number under PTS: \u00b2"),
        ({"PTS": "1.5"}, "no number under PTS: 1.5"),
        ({"A": "\u0667"}, "no number under A: \u0667"),
        ({"MIN": "1\u0667:00"}, "no minutes: 1\u0667:00"),
    ],
)
def test_what_is_no_number_of_plain_digits_is_refused(cells: dict[str, str], expected: str) -> None:
    odd = [GOOD[0], row(24, CELLS | cells, name="7 A B"), GOOD[2]]
    built = build_gamebooks([(book(), read_gamebook([sheet(odd, GOOD)]))])
    assert [reject.reason for reject in built.rejects] == [expected]
    assert built.frames[PLAYERS].height == 1


def test_two_values_under_one_header_and_blank_cells_are_refused() -> None:
    doubled = [
        GOOD[0],
        [*row(24, CELLS, name="7 A B"), Word("9", PLACES["PTS"] + 8, PLACES["PTS"] + 12, 24, 31)],
        GOOD[2],
    ]
    blank = [
        GOOD[0],
        row(24, {header: text for header, text in CELLS.items() if header != "ST"}, name="7 C D"),
        GOOD[2],
    ]
    found = read_gamebook([sheet(doubled, blank)])
    assert found.players[0].fault == "two values under PTS: 13 and 9"
    built = build_gamebooks([(book(), found)])
    assert [reject.reason for reject in built.rejects] == [
        "two values under PTS: 13 and 9",
        "no number under ST: blank",
    ]


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.data())
def test_words_that_were_moved_lost_or_changed_bring_rows_within_the_contract_or_a_reason(data: st.DataObject) -> None:
    words = list(EXAMPLE_PAGES[0])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(words) - 1))
        word = words[at]
        match data.draw(st.sampled_from(["move", "lose", "change", "double"])):
            case "move":
                by = data.draw(st.floats(-600, 600))
                words[at] = msgspec.structs.replace(word, left=word.left + by, top=word.top - by / 3)
            case "lose":
                del words[at]
            case "change":
                words[at] = msgspec.structs.replace(word, text=data.draw(st.text(min_size=1, max_size=9)))
            case _:
                words.append(word)
    try:
        found = read_gamebook([words])
    except MalformedPayload:
        return
    built = build_gamebooks([(book(), found)])
    for table in (NBAC_GAMEBOOK, NBAC_GAMEBOOK_OFFICIALS):
        frame = built.frames[table.full_name]
        assert frame.schema == table.schema
        assert table.violations(frame).is_empty()

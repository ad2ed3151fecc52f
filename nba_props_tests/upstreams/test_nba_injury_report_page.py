"""Pages of injury reports laid out in other ways than the ones that are known, and pages that are none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nba_props.archive.payload import MalformedPayload
from nba_props.contracts.raw.nba_injury_report import NBAC_INJURY_REPORT
from nba_props.upstreams.nba_injury_report import TABLE, build_injury_reports
from nba_props.upstreams.nba_injury_report_page import COLUMNS, InjuryReport, read_injury_report
from nba_props.upstreams.pdf_pages import Word, read_pages
from nba_props_tests.upstreams.examples_nba_injury_report import ROWS, report

LEFT = dict(zip(COLUMNS, (19.0, 115.0, 196.0, 260.0, 421.0, 581.0, 662.0), strict=True))
HEADER: Mapping[str, str] = {header: header for header in COLUMNS}
PLAYER = {"Player Name": "Allen, Grayson", "Current Status": "Out"}
EXAMPLE_PAGES = read_pages(report(*ROWS).body)
GAME = {"Game Date": "01/13/2026", "Game Time": "07:30 (ET)", "Matchup": "PHX@MIA", "Team": "Phoenix Suns"}


def line(top: float, cells: Mapping[str, str], places: Mapping[str, float] = LEFT) -> list[Word]:
    words = []
    for header, text in cells.items():
        left = places[header]
        for word in text.split():
            words.append(Word(word, left, left + 5 * len(word), top, top + 10))
            left += 5 * len(word) + 3
    return words


def page(*lines: tuple[float, Mapping[str, str]], title: str = "Injury Report: 01/13/26 05:15 PM") -> list[Word]:
    heading = line(10, {"Matchup": title})
    return heading + [word for top, cells in lines for word in line(top, cells)]


def printed(found: InjuryReport) -> list[tuple[str, ...]]:
    return [tuple(getattr(row, name) for name in COLUMNS.values()) for row in found.rows]


def read(*pages: list[Word]) -> InjuryReport:
    return read_injury_report(pages)


def test_columns_are_found_by_their_headers_wherever_they_stand() -> None:
    turned = dict(zip(COLUMNS, reversed(LEFT.values()), strict=True))
    row = {**GAME, **PLAYER, "Reason": "Rest"}
    words = [*page(), *line(40, HEADER, turned), *line(60, row, turned)]
    assert printed(read(words)) == [(*GAME.values(), "Allen, Grayson", "Out", "Rest")]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ({**HEADER, "Reason": "Cause"}, "unknown: Cause; absent: Reason"),
        ({name: name for name in COLUMNS if name != "Team"}, "unknown: none; absent: Team"),
        ({**HEADER, "Current Status": "Previous Status"}, "unknown: Previous Status; absent: Current Status"),
    ],
)
def test_a_renamed_or_absent_header_makes_the_report_malformed_and_is_named(
    header: Mapping[str, str], expected: str
) -> None:
    with pytest.raises(MalformedPayload, match=expected):
        read(page((40, header), (60, GAME | PLAYER)))


def test_a_reason_may_stand_beside_its_player_or_around_him_or_below_him() -> None:
    lines = [
        *[(60.0, {**GAME, **PLAYER, "Reason": "one"})],
        *[(82.0, {"Reason": "two a"}), (89.0, PLAYER), (96.0, {"Reason": "two b"})],
        *[(118.0, {"Reason": "three a"}), (132.0, {**PLAYER, "Reason": "three b"}), (146.0, {"Reason": "three c"})],
        *[(168.0, {**PLAYER, "Reason": "four a"}), (182.0, {"Reason": "four b"})],
        *[(204.0, PLAYER)],
        *[(226.0, {"Team": "Miami Heat", "Reason": "NOT YET SUBMITTED"})],
    ]
    found = read(page((40, HEADER), *lines))
    told = ["one", "two a two b", "three a three b three c", "four a four b", "", "NOT YET SUBMITTED"]
    assert [row.reason for row in found.rows] == told
    assert found.strays == []


def test_a_name_in_two_lines_is_one_player() -> None:
    lines = [
        *[(60.0, {**GAME, **PLAYER})],
        *[(82.0, {"Player Name": "Antetokounmpo,", "Reason": "a"}), (89.0, {"Current Status": "Out"})],
        *[(96.0, {"Player Name": "Thanasis", "Reason": "b"})],
    ]
    found = read(page((40, HEADER), *lines))
    assert [(row.player, row.status, row.reason) for row in found.rows][1] == ("Antetokounmpo, Thanasis", "Out", "a b")


def test_a_team_that_lists_nobody_keeps_to_itself() -> None:
    nobody = {"Matchup": "BOS@LAL", "Team": "Boston Celtics"}
    lines = [(60.0, {**GAME, **PLAYER}), (82.0, nobody), (104.0, {"Team": "Los Angeles Lakers", **PLAYER})]
    found = read(page((40, HEADER), *lines))
    assert [(row.team, row.player) for row in found.rows] == [
        ("Phoenix Suns", "Allen, Grayson"),
        ("Boston Celtics", ""),
        ("Los Angeles Lakers", "Allen, Grayson"),
    ]


def test_a_game_that_is_told_anew_ends_the_team_above_it() -> None:
    found = read(page((40, HEADER), (60, {**GAME, **PLAYER}), (82, {"Matchup": "BOS@LAL", **PLAYER})))
    assert [(row.game_date, row.matchup, row.team) for row in found.rows] == [
        ("01/13/2026", "PHX@MIA", "Phoenix Suns"),
        ("01/13/2026", "BOS@LAL", ""),
    ]


def test_cells_hold_over_pages_with_or_without_a_header() -> None:
    first = page((40, HEADER), (60, {**GAME, **PLAYER}), (500, {"Matchup": "Page 1 of 3"}))
    plain = page((40, PLAYER), (500, {"Matchup": "Page 2 of 3"}))
    headed = page((40, HEADER), (60, PLAYER), (500, {"Matchup": "Page3of3"}))
    found = read(first, plain, headed)
    assert [(row.page, row.team) for row in found.rows] == [(number, "Phoenix Suns") for number in (1, 2, 3)]


def test_a_reason_may_begin_on_the_page_before_its_player() -> None:
    first = page((40, HEADER), (60, {**GAME, **PLAYER, "Reason": "Rest"}), (90, {"Reason": "Stress"}))
    found = read(first, page((40, {**PLAYER, "Reason": "Reaction"})))
    assert [row.reason for row in found.rows] == ["Rest", "Stress Reaction"]


def test_a_text_that_belongs_to_no_row_is_refused_by_itself() -> None:
    stray = (500.0, {"Game Date": "*", "Game Time": "subject to change"})
    assert read(page((40, HEADER), (60, {**GAME, **PLAYER}), stray)).strays == ["* subject to change"]
    last = read(page((40, HEADER), (60, {**GAME, **PLAYER}), (90, {"Reason": "Stress"})))
    assert last.strays == ["Stress"]


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ([], "no text"),
        ([[]], "no text"),
        ([line(10, HEADER)], "0 times"),
        ([page()], "no table"),
        ([page((40, HEADER)), page(title="Injury Report: 01/13/26 05:30 PM")], "2 times"),
        ([page((40, HEADER), title="Injury Report: 13/13/26 05:30 PM")], "tells no time"),
        ([page((40, HEADER), title="Injury Report: 12/31/9999 11:30 PM")], "tells no time"),
    ],
)
def test_pages_that_are_no_report_are_malformed(pages: Sequence[list[Word]], expected: str) -> None:
    with pytest.raises(MalformedPayload, match=expected):
        read(*pages)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.data())
def test_words_that_were_moved_lost_or_changed_bring_rows_within_the_contract_or_a_reason(data: st.DataObject) -> None:
    pages = [list(words) for words in EXAMPLE_PAGES]
    for _ in range(data.draw(st.integers(1, 6))):
        words = pages[0]
        at = data.draw(st.integers(0, len(words) - 1))
        word = words[at]
        match data.draw(st.sampled_from(["move", "lose", "change", "double"])):
            case "move":
                by = data.draw(st.floats(-900, 900))
                words[at] = msgspec.structs.replace(word, left=word.left + by, top=word.top - by / 3)
            case "lose":
                del words[at]
            case "change":
                words[at] = msgspec.structs.replace(word, text=data.draw(st.text(min_size=1, max_size=9)))
            case _:
                words.append(word)
    try:
        found = read_injury_report(pages)
    except MalformedPayload:
        return
    sent = report()
    built = build_injury_reports([(sent, found)])
    frame = built.frames[TABLE]
    assert frame.schema == NBAC_INJURY_REPORT.schema
    assert NBAC_INJURY_REPORT.violations(frame).is_empty()
    assert frame.height + len(built.rejects) <= len(found.rows) + len(found.strays)

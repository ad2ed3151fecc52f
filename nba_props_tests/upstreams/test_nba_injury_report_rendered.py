"""The injury report as the simulated league renders it, in either layout: what was rendered is what is read."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nba_props.game_calendar import EASTERN
from nba_props.simulator.injury_reports_rendering import (
    SINCE_MAY_2023,
    UNTIL_MAY_2023,
    Cells,
    Layout,
    render_injury_report,
)
from nba_props.teams import TEAMS
from nba_props.upstreams.nba_injury_report import INJURY_REPORT
from nba_props.upstreams.nba_injury_report_page import read_injury_report
from nba_props.upstreams.pdf_pages import read_pages
from nba_props_tests.upstreams.examples_nba_injury_report import AT, LONG, ROWS, TONIGHT, report
from nba_props_tests.upstreams.test_nba_injury_report import STATUSES, stored
from nba_props_tests.upstreams.test_nba_injury_report_page import printed

FREELY = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)

WORDS = st.sampled_from(
    [
        *("Injury/Illness", "-", "Left", "Right", "Knee;", "Ankle;", "Soreness", "Management", "Return", "to"),
        *(
            "Competition",
            "Reconditioning",
            "G",
            "League",
            "Two-Way",
            "N/A;",
            "(Bilateral)",
            "Rest",
            "Œdema'",
            "Ac Joint",
        ),
    ]
)
NAMES = st.text("abcdefghijklmnopqrstuvwxyzéñöüçÁŠ'-.", min_size=2, max_size=11).filter(
    lambda name: name.encode("latin-1", "ignore").decode("latin-1") == name
)
SUFFIXES = st.sampled_from(["", "", "", " Jr.", " Sr.", " II", " III", " IV"])


@st.composite
def players(draw: st.DrawFn) -> tuple[str, str, str]:
    last = " ".join(draw(st.lists(NAMES, min_size=1, max_size=2)))
    reason = " ".join(draw(st.lists(WORDS, max_size=18)))
    reason = reason.encode("latin-1", "ignore").decode("latin-1")
    return f"{last}{draw(SUFFIXES)}, {draw(NAMES)}", draw(st.sampled_from(STATUSES)), reason


@st.composite
def tables(draw: st.DrawFn) -> list[Cells]:
    teams = draw(st.permutations(TEAMS))
    rows: list[Cells] = []
    clocks = sorted(draw(st.lists(st.sampled_from(["12:00", "03:30", "07:00", "07:30", "10:00"]), max_size=7)))
    for number, clock in enumerate(clocks):
        away, home = teams[2 * number], teams[2 * number + 1]
        day = "01/13/2026" if number < len(clocks) // 2 else "01/14/2026"
        for team in (away, home):
            told = (day, f"{clock} (ET)", f"{away.tricode}@{home.tricode}", team.full_name)
            listed = draw(st.lists(players(), max_size=6, unique_by=lambda player: player[0]))
            empty = Cells(*told, reason=draw(st.sampled_from(["NOT YET SUBMITTED", ""])))
            rows += [Cells(*told, *player) for player in listed] or [empty]
    return rows


@pytest.mark.parametrize("layout", [UNTIL_MAY_2023, SINCE_MAY_2023], ids=["until May 2023", "since May 2023"])
@FREELY
@given(rows=tables())
def test_what_was_rendered_is_what_is_read(layout: Layout, rows: list[Cells]) -> None:
    found = read_injury_report(read_pages(render_injury_report(AT, rows, layout)))
    assert printed(found) == [tuple(row) for row in rows]
    assert (found.reported_at, found.strays) == (AT, [])


@FREELY
@given(rows=tables())
def test_every_rendered_row_is_stored_with_its_meaning(rows: list[Cells]) -> None:
    frame = stored(report(*rows))
    tricode = {team.full_name: team.tricode for team in TEAMS}
    assert frame["team"].to_list() == [tricode[row.team] for row in rows]
    assert frame["status"].to_list() == [row.status or None for row in rows]
    assert frame["is_submitted"].to_list() == [row.reason != "NOT YET SUBMITTED" for row in rows]
    turned = [" ".join(reversed(row.player.split(", "))).strip() for row in rows]
    assert frame["player_name"].to_list() == turned
    assert frame["reason"].to_list() == [(row.reason if row.player else "") or None for row in rows]
    days = [datetime.strptime(row.game_date, "%m/%d/%Y").date() for row in rows]
    assert frame["game_date"].to_list() == days
    hours = {"12": 12, "03": 15, "07": 19, "10": 22}
    tip_offs = [
        datetime(day.year, day.month, day.day, hours[row.game_time[:2]], int(row.game_time[3:5]), tzinfo=EASTERN)
        for day, row in zip(days, rows, strict=True)
    ]
    assert frame["tip_off_at"].to_list() == tip_offs


def test_a_reason_goes_on_on_the_next_page_wherever_the_page_breaks() -> None:
    split = 0
    for before in range(11, 20):
        rest = [Cells(*TONIGHT, "Miami Heat", f"Player, No{number:02d}", "Out", "Rest") for number in range(before)]
        rows = [*rest, *(row._replace(player=f"{row.player}{number}") for number, row in enumerate([ROWS[0]] * 3))]
        pages = read_pages(render_injury_report(AT, rows))
        found = read_injury_report(pages)
        assert [row.reason for row in found.rows] == [row.reason for row in rows]
        first = Counter(word.text for word in pages[0])
        split += first["Injury/Illness"] > first["Reconditioning"]
    assert split


def test_the_example_holds_what_it_says() -> None:
    frame = stored(report(*ROWS))
    told = frame.select("team", "player_name", "status", "reason", "is_submitted").rows()
    assert told == [
        ("PHX", "Grayson Allen", "Questionable", LONG, True),
        ("PHX", "Royce O'Neale", "Probable", "Rest", True),
        ("MIA", "Jaime Jaquez Jr.", "Out", "Injury/Illness - Left Groin; Strain", True),
        ("MIA", "Nikola Jovic", "Available", "G League - On Assignment", True),
        ("LAC", "", None, None, False),
        ("GSW", "Gary Payton II", "Doubtful", "Injury/Illness - Back; Spasms", True),
    ]
    assert frame["tip_off_at"].unique(maintain_order=True).to_list() == [
        datetime(2026, 1, 14, 0, 30, tzinfo=UTC),
        datetime(2026, 1, 14, 17, 0, tzinfo=UTC),
    ]


def test_an_empty_report_is_valid_and_speaks_of_its_date_and_the_next() -> None:
    empty = report()
    assert stored(empty).is_empty()
    assert INJURY_REPORT.covers(empty).game_dates == (date(2026, 1, 13), date(2026, 1, 14))

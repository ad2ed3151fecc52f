"""The injury report: the genuine one, rows that make no sense, names and times of reports, requests."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import msgspec
import pdfplumber
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.game_calendar import EASTERN
from nba_props.settings import Settings
from nba_props.simulator.injury_reports_rendering import (
    Cells,
    render_injury_report,
)
from nba_props.upstreams import nba_injury_report
from nba_props.upstreams.asking import Subject
from nba_props.upstreams.endpoint import Parsed
from nba_props.upstreams.nba_injury_report import INJURY_REPORT, TABLE, report_name, report_times
from nba_props.upstreams.nba_injury_report_page import InjuryReport
from nba_props_tests.upstreams.examples_nba_injury_report import AT, FOLDER, ROWS, TOMORROW, TONIGHT, URL, report
from nba_props_tests.upstreams.exchanges import assert_keeps_contracts, payload, recordings

STATUSES = ("Out", "Doubtful", "Questionable", "Probable", "Available")
GENUINE_URL = f"{FOLDER}/Injury-Report_2024-01-04_12PM.pdf"
FREELY = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def genuine(name: str) -> list[Payload]:
    """The exchanges of a sample file."""
    iterator = pytest.importorskip("warcio.archiveiterator").ArchiveIterator
    with (recordings() / "samples" / name).open("rb") as stream:
        return [
            payload(
                record.rec_headers.get_header("WARC-Target-URI"),
                record.content_stream().read(),
                fetched_at=datetime.fromisoformat(record.rec_headers.get_header("WARC-Date")),
            )
            for record in iterator(stream)
            if record.rec_type == "response"
        ]


def parsed(sent: Payload) -> Parsed:
    result = INJURY_REPORT.parse(sent)
    assert_keeps_contracts(result)
    return result


def stored(sent: Payload) -> pl.DataFrame:
    result = parsed(sent)
    assert result.rejects.is_empty(), result.rejects["reason"]
    return result.frames[TABLE]


def reasons(*rows: Cells) -> list[str]:
    """Why rows are refused; a good one beside them is stored."""
    result = parsed(report(ROWS[0], *rows))
    assert "Grayson Allen" in result.frames[TABLE]["player_name"].to_list()
    assert result.frames[TABLE].height + result.rejects.height == 1 + len(rows)
    return result.rejects["reason"].to_list()


def test_the_genuine_report_is_stored_whole_as_counted_in_its_text() -> None:
    (sent,) = genuine("nba_injury_report.warc.gz")
    frame = stored(sent)
    with pdfplumber.open(io.BytesIO(sent.body)) as pdf:
        pages = [page.extract_text() for page in pdf.pages]
    text = "\n".join(pages)
    counts = Counter(re.findall(rf" ({'|'.join(STATUSES)})(?: |$)", text, re.MULTILINE))
    assert counts == Counter(Out=10, Questionable=2, Doubtful=1, Probable=1)
    assert Counter(frame["status"].drop_nulls().to_list()) == counts
    marks = text.count("NOTYETSUBMITTED")
    assert marks == 29
    assert frame.filter(~pl.col("is_submitted")).height == marks
    assert frame.height == counts.total() + marks
    names = sorted(re.findall(r"(\S+,\S+) (?:" + "|".join(STATUSES) + ")", text))
    turned = ["{},{}".format(*reversed(name.split(" ", 1))).replace(" ", "") for name in frame["player_name"] if name]
    assert sorted(turned) == names
    by_page = Counter(row.page for row in INJURY_REPORT.decode(sent).rows)
    assert by_page == {
        number: len(re.findall(rf"NOTYETSUBMITTED|,\S+ (?:{'|'.join(STATUSES)})", page))
        for number, page in enumerate(pages, start=1)
    }


def test_the_genuine_report_tells_what_was_read_by_eye() -> None:
    (sent,) = genuine("nba_injury_report.warc.gz")
    frame = stored(sent)
    assert frame["report_at"].unique().to_list() == [datetime(2024, 1, 4, 17, 30, tzinfo=UTC)]
    assert Counter(frame["game_date"]) == {date(2024, 1, 4): 15, date(2024, 1, 5): 28}
    mcdermott = frame.row(by_predicate=pl.col("player_name") == "Doug McDermott", named=True)
    assert (mcdermott["team"], mcdermott["status"], mcdermott["reason"]) == (
        *("SAS", "Out"),
        "Injury/Illness - Right Forearm; Contusion",
    )
    assert (mcdermott["away_team"], mcdermott["home_team"]) == ("MIL", "SAS")
    assert mcdermott["tip_off_at"] == datetime(2024, 1, 5, 0, 30, tzinfo=UTC)
    duke = frame.row(by_predicate=pl.col("player_name") == "David Duke Jr.", named=True)
    assert (duke["status"], duke["reason"]) == ("Out", "G League - Two-Way")
    payton = frame.row(by_predicate=pl.col("player_name") == "Gary Payton II", named=True)
    assert (payton["team"], payton["tip_off_at"]) == ("GSW", datetime(2024, 1, 5, 3, 0, tzinfo=UTC))
    jazz = frame.row(by_predicate=pl.col("team") == "UTA", named=True)
    assert (jazz["home_team"], jazz["player_name"], jazz["is_submitted"], jazz["status"]) == ("BOS", "", False, None)
    assert jazz["tip_off_at"] == datetime(2024, 1, 6, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (Cells("13/01/2026", *TONIGHT[1:], "Miami Heat", "A, B", "Out", "Rest"), "no game date: 13/01/2026"),
        (Cells("01/15/2026", *TONIGHT[1:], "Miami Heat", "A, B", "Out", "Rest"), "the game is on 2026-01-15"),
        (Cells("01/12/2026", *TONIGHT[1:], "Miami Heat", "A, B", "Out", "Rest"), "the game is on 2026-01-12"),
        (Cells(*TONIGHT[:2], "PHX@XYZ", "Phoenix Suns", "A, B", "Out", "Rest"), "unknown teams: PHX@XYZ"),
        (Cells(*TONIGHT[:2], "PHX-MIA", "Phoenix Suns", "A, B", "Out", "Rest"), "unknown teams: PHX-MIA"),
        (Cells(*TONIGHT, "Seattle SuperSonics", "A, B", "Out", "Rest"), "unknown team: Seattle SuperSonics"),
        (Cells(*TONIGHT, "Boston Celtics", "A, B", "Out", "Rest"), "BOS does not play in PHX@MIA"),
        (Cells(*TONIGHT, "Miami Heat", "A, B", "Maybe", "Rest"), "unknown status: Maybe"),
        (Cells(*TONIGHT, "Miami Heat", "A, B", "", "Rest"), "unknown status: "),
        (Cells(*TONIGHT, "Miami Heat", "", "Out", "Rest"), "a status of no player"),
        (Cells(*TONIGHT, "Miami Heat", ",", "Out", "Rest"), "no player name"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused_and_the_others_survive(row: Cells, expected: str) -> None:
    (reason,) = reasons(row)
    assert reason.startswith(expected)


def test_a_refused_row_is_kept_as_printed() -> None:
    result = parsed(report(*ROWS, Cells(*TOMORROW, "Golden State Warriors", "Green, Draymond", "Hurt", "Rest")))
    refused = result.rejects.row(0, named=True)
    assert refused["game_date"] == date(2026, 1, 14)
    assert json.loads(refused["row"]) == {
        **{"page": 1, "game_date": "01/14/2026", "game_time": "12:00 (ET)", "matchup": "LAC@GSW"},
        **{"team": "Golden State Warriors", "player": "Green, Draymond", "status": "Hurt", "reason": "Rest"},
    }


def test_a_player_who_is_told_twice_is_stored_once_and_a_contradicted_row_is_refused() -> None:
    assert stored(report(ROWS[0], ROWS[0])).height == 1
    result = parsed(report(ROWS[0], ROWS[0]._replace(status="Out")))
    assert result.frames[TABLE]["status"].to_list() == ["Out"]
    assert result.rejects.height == 1


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("12:30 (ET)", (13, 17, 30)),
        ("01:00 (ET)", (13, 18, 0)),
        ("11:00 (ET)", (13, 16, 0)),
        ("10:30 (ET)", (14, 3, 30)),
        ("07:30 PM (ET)", (14, 0, 30)),
        ("11:30 PM", (14, 4, 30)),
        ("09:30 AM (ET)", (13, 14, 30)),
        ("TBD", None),
        ("19:30 (ET)", None),
        ("07:30 (CT)", None),
    ],
)
def test_a_clock_without_the_half_of_the_day_is_of_an_hour_at_which_games_begin(
    clock: str, expected: tuple[int, int, int] | None
) -> None:
    frame = stored(report(Cells(TONIGHT[0], clock, TONIGHT[2], "Phoenix Suns")))
    tip_off = datetime(2026, 1, *expected, tzinfo=UTC) if expected else None
    assert frame["tip_off_at"].to_list() == [tip_off]


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("Injury-Report_2026-01-13_05_15PM.pdf", datetime(2026, 1, 13, 22, 15, tzinfo=UTC)),
        ("Injury-Report_2026-01-13_12_00AM.pdf", datetime(2026, 1, 13, 5, 0, tzinfo=UTC)),
        ("Injury-Report_2024-01-04_12PM.pdf", datetime(2024, 1, 4, 17, 30, tzinfo=UTC)),
        ("Injury-Report_2024-04-04_01AM.pdf", datetime(2024, 4, 4, 5, 30, tzinfo=UTC)),
        ("Injury-Report_2025-12-21_11PM.pdf", datetime(2025, 12, 22, 4, 30, tzinfo=UTC)),
        ("Injury-Report_2025-12-22_12_00AM.pdf", datetime(2025, 12, 22, 5, 0, tzinfo=UTC)),
    ],
)
def test_a_report_is_asked_for_by_the_name_that_it_had_at_its_time(name: str, at: datetime) -> None:
    request = nba_injury_report.request_injury_report(Settings(), Subject(date(2026, 1, 13), date(2026, 1, 13), at=at))
    assert request.url == f"https://ak-static.cms.nba.com/referee/injury/{name}"
    assert INJURY_REPORT.recognises(request.url)
    assert INJURY_REPORT.covers(payload(request.url, b"", 403)).game_dates[0] == at.astimezone(EASTERN).date()


def test_a_report_without_a_time_is_not_asked_for() -> None:
    with pytest.raises(ValueError, match="by its time"):
        nba_injury_report.request_injury_report(Settings(), Subject(date(2026, 1, 13), date(2026, 1, 13)))


def test_the_name_and_the_pages_may_differ_by_the_hour_that_the_name_tells_and_no_more() -> None:
    rows = [row._replace(game_date="01/13/2026") for row in ROWS]
    body = render_injury_report(AT, rows)
    for name in ("2026-01-13_05PM", "2026-01-13_05_15PM", "2026-01-13_06_15PM", "2026-01-13_04_15PM"):
        frame = stored(payload(f"{FOLDER}/Injury-Report_{name}.pdf", body))
        assert frame["report_at"].unique().to_list() == [AT]
    for name in ("2026-01-13_04PM", "2026-01-13_06_30PM", "2026-01-12_05_15PM", "2026-01-13_05_15AM"):
        with pytest.raises(MalformedPayload, match=r"the name tells 2026-01-1\dT.*, the pages tell 2026-01-13T22:15Z"):
            INJURY_REPORT.parse(payload(f"{FOLDER}/Injury-Report_{name}.pdf", body))


@pytest.mark.parametrize(
    "name", ["2026-13-13_05_15PM", "2026-01-13_25_15PM", "2026-01-13_05_75PM", "9999-12-31_11_45PM"]
)
def test_a_name_that_tells_no_time_is_refused_and_speaks_of_the_day_it_was_fetched(name: str) -> None:
    sent = payload(f"{FOLDER}/Injury-Report_{name}.pdf", report(*ROWS).body)
    with pytest.raises(MalformedPayload, match="the name tells no time"):
        INJURY_REPORT.parse(sent)
    assert INJURY_REPORT.covers(sent).game_dates == (date(2025, 1, 5),)


@pytest.mark.parametrize("status", [301, 403, 404, 500])
def test_an_error_status_makes_even_a_good_report_malformed(status: int) -> None:
    with pytest.raises(MalformedPayload, match=str(status)):
        INJURY_REPORT.parse(payload(URL, report(*ROWS).body, status))


def test_a_denial_is_not_a_report() -> None:
    denial = payload(URL, b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>')
    with pytest.raises(MalformedPayload, match="HTML or XML"):
        INJURY_REPORT.parse(denial)


def test_reports_are_due_from_the_afternoon_before_until_the_last_tip_off() -> None:
    first, last = datetime(2026, 1, 14, 0, 0, tzinfo=UTC), datetime(2026, 1, 14, 3, 0, tzinfo=UTC)
    times = report_times(first, last)
    assert (times[0], times[-1]) == (datetime(2026, 1, 12, 22, 0, tzinfo=UTC), last)
    assert {two - one for one, two in pairwise(times)} == {timedelta(minutes=15)}
    hourly = report_times(first - timedelta(days=730), last - timedelta(days=730))
    assert hourly[0] == datetime(2024, 1, 13, 22, 30, tzinfo=UTC)
    assert hourly[-1] == datetime(2024, 1, 15, 2, 30, tzinfo=UTC)
    assert {two - one for one, two in pairwise(hourly)} == {timedelta(hours=1)}


def test_reports_become_quarterly_in_the_middle_of_a_date() -> None:
    noon = datetime(2025, 12, 22, 17, 0, tzinfo=UTC)
    names = [report_name(at) for at in report_times(noon, noon)]
    assert names[:7] == [f"Injury-Report_2025-12-21_{hour:02d}PM.pdf" for hour in range(5, 12)]
    assert names[7:9] == ["Injury-Report_2025-12-22_12_00AM.pdf", "Injury-Report_2025-12-22_12_15AM.pdf"]
    assert names[-1] == "Injury-Report_2025-12-22_12_00PM.pdf"


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    first=st.datetimes(datetime(2021, 10, 1), datetime(2027, 6, 30)).map(lambda at: at.replace(tzinfo=UTC)),
    hours=st.floats(0, 11),
)
def test_report_times_ascend_have_names_and_speak_of_the_date(first: datetime, hours: float) -> None:
    times = report_times(first, first + timedelta(hours=hours))
    assert list(times) == sorted(set(times))
    assert times
    game_date = first.astimezone(EASTERN).date()
    for at in times:
        sent = payload(f"{FOLDER}/{report_name(at)}", b"", 404)
        assert INJURY_REPORT.recognises(sent.url)
        local = at.astimezone(EASTERN)
        is_next_night = local.date() > game_date
        assert game_date in INJURY_REPORT.covers(sent).game_dates or is_next_night
        assert timedelta(0) <= local.replace(tzinfo=None) - datetime.combine(
            game_date - timedelta(days=1), datetime.min.time().replace(hour=17)
        )


def test_a_decoded_report_survives_its_keeping() -> None:
    found = INJURY_REPORT.decode(report(*ROWS))
    assert INJURY_REPORT.kept is InjuryReport
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=InjuryReport) == found


def test_reports_of_many_times_are_read_together_and_damaged_ones_cost_no_other() -> None:
    bodies = [render_injury_report(AT + timedelta(minutes=15 * number), ROWS[: number + 1]) for number in range(3)]
    sent = [
        payload(f"{FOLDER}/Injury-Report_2026-01-13_05_{15 * (number + 1)}PM.pdf", body)
        for number, body in enumerate(bodies)
    ]
    broken = payload(f"{FOLDER}/Injury-Report_2026-01-13_06_00PM.pdf", bodies[0][:700])
    result = INJURY_REPORT.parse_many([*sent, broken])
    assert [each.url for each, _ in result.malformed] == [broken.url]
    counts = result.frames[TABLE].group_by("report_at", maintain_order=True).len()["len"].to_list()
    assert counts == [1, 2, 3]
    quarantined: Any = INJURY_REPORT.quarantine(*result.malformed[0])
    assert quarantined["game_date"].to_list() == [date(2026, 1, 13), date(2026, 1, 14)]

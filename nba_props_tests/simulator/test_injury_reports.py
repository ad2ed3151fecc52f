"""The simulated injury reports: what is public when, files as they appear, the same bytes every time, read whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache

import httpx
import numpy as np
import pytest
from starlette.applications import Starlette

from nba_props.game_calendar import EASTERN
from nba_props.simulator import ManualClock
from nba_props.simulator.injury_reports import InjuryReports, last_name_first, listed, report_time
from nba_props.simulator.injury_reports_rendering import NOT_YET_SUBMITTED, Cells, layout_at, render_injury_report
from nba_props.simulator.names import without_accents
from nba_props.simulator.season import Season
from nba_props.simulator.server import serve_app
from nba_props.upstreams.nba_injury_report import INJURY_REPORT, TABLE, report_name, report_times
from nba_props_tests.simulator.leagues import games_on, moment, shared_league
from nba_props_tests.upstreams.exchanges import assert_keeps_contracts, payload

DAY = datetime(2027, 1, 12, 23, 0, tzinfo=UTC)
FOLDER = "/referee/injury"


@cache
def reports() -> InjuryReports:
    return InjuryReports(shared_league(), ManualClock(DAY))


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[httpx.Client, ManualClock]]:
    clock = ManualClock(DAY)
    app = Starlette(routes=InjuryReports(shared_league(), clock).routes)
    with serve_app(app) as url, httpx.Client(base_url=url) as client:
        yield client, clock


def season() -> Season:
    return shared_league().current


def sides() -> list[tuple[int, int]]:
    """Games with their sides of a fortnight."""
    dates = {DAY.date() + timedelta(days=number) for number in range(14)}
    return [(game, side) for day in sorted(dates) for game in games_on(season(), day) for side in (0, 1)]


def hours_before(game: int, hours: float) -> datetime:
    return moment(int(season().fixtures.tipoff[game])) - timedelta(hours=hours)


def statuses(game: int, side: int, hours: float) -> dict[str, str] | None:
    found = listed(season(), game, side, hours_before(game, hours))
    return None if found is None else {each.name: each.status for each in found}


def report_names_of(game: int, side: int, out: bool) -> dict[str, float]:
    """Names as listed of those who are out, or not, with the hours ahead at which an absence is announced."""
    absences, pool = season().absences, season().pool
    slots = np.flatnonzero(absences.out[game, side] == out).tolist()
    players = season().setting.players[game, side]
    return {
        last_name_first(pool.name[int(players[slot])]): float(absences.announced_hours[game, side, slot])
        for slot in slots
    }


def test_who_is_out_is_listed_as_out_from_the_announcement_on_and_nobody_else_ever_is() -> None:
    seen = 0
    for game, side in sides():
        absent = report_names_of(game, side, out=True)
        for hours in (30, 20, 12, 6, 3, 1, 0):
            told = statuses(game, side, hours)
            if told is None:
                continue
            out = {name for name, status in told.items() if status == "Out"}
            assert out == {name for name, announced in absent.items() if hours <= announced}
            seen += len(out)
    assert seen > 100


def test_every_status_occurs_and_those_who_play_are_available_in_the_end() -> None:
    early, late = set(), set()
    for game, side in sides():
        playing = report_names_of(game, side, out=False)
        early |= set((statuses(game, side, 4) or {}).values())
        told = statuses(game, side, 1) or {}
        late |= {status for name, status in told.items() if name in playing}
    assert early == {"Out", "Doubtful", "Questionable", "Probable"}
    assert late == {"Available"}


def test_a_team_submits_once_and_for_good_before_its_deadline() -> None:
    for game, side in sides()[::4]:
        told = [statuses(game, side, hours) is not None for hours in np.arange(60, 0, -0.5)]
        assert told == sorted(told)
        assert not told[0] and told[-4]
        back_to_back = season().fixtures.rest_days[game, side] == 1
        day_before = datetime.combine(season().dates[game] - timedelta(days=1), datetime.min.time(), EASTERN)
        late_evening = day_before + timedelta(hours=21)
        assert (listed(season(), game, side, late_evening) is not None) == (not back_to_back)


def test_a_report_is_about_its_date_and_the_next() -> None:
    rows = reports().rows(DAY)
    today = DAY.astimezone(EASTERN).date()
    days = {datetime.strptime(row.game_date, "%m/%d/%Y").date() for row in rows}
    assert days == {today, today + timedelta(days=1)}
    teams = len({(row.game_date, row.team) for row in rows})
    assert teams == 2 * sum(len(games_on(season(), day)) for day in days)
    assert reports().rows(datetime(2027, 8, 1, tzinfo=UTC)) == []


def test_the_same_report_has_the_same_bytes_whoever_renders_it() -> None:
    other = InjuryReports(shared_league(), ManualClock(DAY))
    assert render_injury_report(DAY, reports().rows(DAY)) == render_injury_report(DAY, other.rows(DAY))


@pytest.mark.parametrize("hours", range(-31, 4, 5))
def test_what_is_listed_is_what_the_platform_reads(hours: int) -> None:
    at = DAY.replace(minute=15 * (hours % 4)) + timedelta(hours=hours)
    rows = reports().rows(at)
    url = f"https://ak-static.cms.nba.com{FOLDER}/{report_name(at)}"
    parsed = INJURY_REPORT.parse(payload(url, render_injury_report(at, rows)))
    assert_keeps_contracts(parsed)
    assert parsed.rejects.is_empty()
    frame = parsed.frames[TABLE]
    told = frame.select("player_name", "status", "reason", "is_submitted", "report_at").rows()
    assert told == [
        (
            " ".join(reversed(row.player.split(", "))),
            row.status or None,
            row.reason if row.player else None,
            row.reason != NOT_YET_SUBMITTED,
            at,
        )
        for row in rows
    ]
    tip_offs = {moment(int(seconds)) for seconds in season().fixtures.tipoff}
    assert set(frame["tip_off_at"]) <= tip_offs


def test_names_are_those_of_the_league_in_plain_letters() -> None:
    assert last_name_first("Žiga Dragić-Novak III") == "Dragic-Novak III, Ziga"
    assert last_name_first("K.C. D'Alessandro") == "D'Alessandro, K.C."
    known = {without_accents(name) for name in season().pool.name}
    frame_names = {" ".join(reversed(row.player.split(", "))) for row in reports().rows(DAY) if row.player}
    assert frame_names <= known


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("Injury-Report_2027-01-12_05_15PM.pdf", datetime(2027, 1, 12, 22, 15, tzinfo=UTC)),
        ("Injury-Report_2025-12-21_05PM.pdf", datetime(2025, 12, 21, 22, 30, tzinfo=UTC)),
        ("Injury-Report_2027-01-12_05PM.pdf", None),
        ("Injury-Report_2025-12-21_05_30PM.pdf", None),
        ("Injury-Report_2027-01-12_05_20PM.pdf", None),
        ("Injury-Report_2027-13-12_05_15PM.pdf", None),
        ("Injury-Report_2027-01-12_13_15PM.pdf", None),
        ("schedule.pdf", None),
    ],
)
def test_files_bear_the_names_of_their_time(name: str, at: datetime | None) -> None:
    assert report_time(name) == at


def test_every_report_that_the_platform_asks_for_exists_in_the_end() -> None:
    for day in (datetime(2027, 1, 12, tzinfo=EASTERN), datetime(2025, 11, 20, tzinfo=EASTERN)):
        first = day + timedelta(hours=19)
        for at in report_times(first, first + timedelta(hours=3, minutes=30)):
            assert report_time(report_name(at)) == at


def test_a_file_is_denied_until_it_appears_and_when_there_are_no_games(
    served: tuple[httpx.Client, ManualClock],
) -> None:
    client, clock = served
    clock.move_to(DAY - timedelta(seconds=1))
    path = f"{FOLDER}/{report_name(DAY)}"
    denied = client.get(path)
    assert (denied.status_code, denied.headers["content-type"]) == (403, "application/xml")
    clock.move_to(DAY)
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content == render_injury_report(DAY, reports().rows(DAY))
    summer = datetime(2026, 8, 1, 16, 0, tzinfo=UTC)
    assert client.get(f"{FOLDER}/{report_name(summer)}").status_code == 403
    assert client.get(f"{FOLDER}/Injury-Report_yesterday.pdf").status_code == 403


def test_the_layout_changed_in_may_2023() -> None:
    before, after = (datetime(2023, 5, 2, hour, tzinfo=EASTERN) for hour in (16, 17))
    assert layout_at(before) != layout_at(after)
    rows = [Cells("05/02/2023", "07:30 (ET)", "PHX@MIA", "Phoenix Suns")]
    assert render_injury_report(before, rows) != render_injury_report(before, rows, layout_at(after))

"""PDFs: pages of injury reports and gamebooks to checked rows, beside taking out their text alone."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import date, time, timedelta
from io import BytesIO
from pathlib import Path

import httpx
import pdfplumber

from nba_props.archive.payload import Payload
from nba_props.archive.readings import Readings
from nba_props.game_calendar import eastern_moment
from nba_props.operations.planner import request_of
from nba_props.settings import Settings
from nba_props.simulator import League, ManualClock, serve
from nba_props.simulator.league import League as SimulatedLeague
from nba_props.teams import TEAMS
from nba_props.upstreams import nba_gamebook, nba_injury_report
from nba_props.upstreams.asking import Subject
from nba_props.upstreams.endpoint import Endpoint
from nba_props_tests.benchmarks.measuring import Measurement, Section, best_of, times

DAY = date(2026, 12, 16)
REPORTS = 24


def documents() -> Section:
    """A day of hourly injury reports and a night of gamebooks."""
    clock = ManualClock(eastern_moment(DAY + timedelta(days=1), time(12)))
    league = League(seed=5, today=DAY, history_seasons=0)
    with serve(league, clock) as url:
        settings = Settings(nba_injury_report_url=url, nba_gamebook_url=url)
        reports = _answers(nba_injury_report.UPSTREAM.endpoints[0], _report_subjects(), settings)
        books = _answers(nba_gamebook.UPSTREAM.endpoints[0], _game_subjects(league), settings)
    kinds = {"injury reports": (nba_injury_report.UPSTREAM.endpoints[0], reports)}
    kinds["gamebooks"] = (nba_gamebook.UPSTREAM.endpoints[0], books)
    measured = [one for what, (endpoint, payloads) in kinds.items() for one in _measured(what, endpoint, payloads)]
    return Section(f"PDFs: {len(reports)} injury reports, {len(books)} gamebooks (simulated)", tuple(measured))


def _measured(what: str, endpoint: Endpoint, payloads: Sequence[Payload]) -> list[Measurement]:
    pages = sum(_page_count(payload.body) for payload in payloads)
    own, parsed = best_of(lambda: endpoint.parse_many(payloads), repeats=2)
    text, _ = best_of(lambda: [_text(payload.body) for payload in payloads], repeats=2)
    with tempfile.TemporaryDirectory() as folder:
        readings = Readings(Path(folder))
        endpoint.parse_many(payloads, readings)
        kept, _ = best_of(lambda: endpoint.parse_many(payloads, readings))
    rows = sum(frame.height for frame in parsed.frames.values())
    return [
        Measurement(
            f"{what}: {len(payloads)} files, {pages} pages, {rows:,} rows",
            own,
            f"{pages / own:,.1f} pages/s",
            times(own, text, "pdfplumber's text alone"),
        ),
        Measurement("  the same once read", kept, f"{pages / kept:,.0f} pages/s", times(kept, own, "reading them")),
        Measurement("  pdfplumber's text alone", text, f"{pages / text:,.1f} pages/s"),
    ]


def _report_subjects() -> list[Subject]:
    last = eastern_moment(DAY, time(19))
    return [Subject(DAY, DAY, at=last - timedelta(hours=hours)) for hours in range(REPORTS)]


def _game_subjects(league: SimulatedLeague) -> list[Subject]:
    season = league.current
    teams = [tuple(TEAMS[team].tricode for team in pair) for pair in season.teams.tolist()]
    games = [number for number, day in enumerate(season.dates) if day == DAY]
    return [
        Subject(DAY, DAY, game_id=season.game_ids[game], home_team=teams[game][0], away_team=teams[game][1])
        for game in games
    ]


def _answers(endpoint: Endpoint, subjects: Sequence[Subject], settings: Settings) -> list[Payload]:
    answers = []
    for number, subject in enumerate(subjects):
        request = request_of(endpoint, subject, settings)
        response = httpx.get(request.url)
        if response.status_code == 200:
            moment = eastern_moment(DAY, time(23))
            answers.append(Payload(f"{number:040d}", request.url, moment, 200, response.content, asked_for=DAY))
    return answers


def _page_count(body: bytes) -> int:
    with pdfplumber.open(BytesIO(body)) as document:
        return len(document.pages)


def _text(body: bytes) -> str:
    with pdfplumber.open(BytesIO(body)) as document:
        return "\n".join(page.extract_text() for page in document.pages)

"""ESPN's injury list into ``raw.espn_injuries``. A row is a report on a player.

No genuine list was had. The layout rests on genuine rosters, whose ``injuries`` have the same fields (status, date,
type, details, shortComment), and on public clients and notes of this endpoint: reports are grouped by team, with ESPN's
team id and full name, and name their player; some lists leave the player's own id out, which then stands in the links
to his page. The list tells no date: its rows belong to the date in New York on which it was fetched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec
import polars as pl
from msgspec import Raw, Struct

from nba_props.archive.payload import Payload
from nba_props.contracts.raw.espn import ESPN_INJURIES
from nba_props.game_calendar import game_date_of
from nba_props.upstreams.bodies import date_of, decode, moment_of
from nba_props.upstreams.endpoint import Built, Coverage
from nba_props.upstreams.espn_bodies import PAYLOAD_NUMBER, ROW_NUMBER, Rows, build_table, misfit_rejects
from nba_props.upstreams.espn_teams import tricode_of_team
from nba_props.upstreams.sifting import Fault, absent_text

_PLAYER_PAGE = re.compile(r"/player/(?:[a-z]+/)?_/id/([0-9]+)")


class Link(Struct):
    """A link to a page on the player."""

    href: str | None = None


class Athlete(Struct):
    """The player that a report is on."""

    displayName: str
    id: str | None = None
    links: list[Link] = []


class StatusType(Struct):
    """ESPN's own name of a status."""

    name: str | None = None


class Details(Struct):
    """What is hurt, and how."""

    type: str | None = None
    location: str | None = None
    side: str | None = None
    detail: str | None = None
    returnDate: str | None = None


class Report(Struct):
    """One report."""

    athlete: Athlete
    status: str
    date: str | None = None
    type: StatusType | None = None
    details: Details | None = None
    shortComment: str | None = None


class Team(Struct):
    """The reports on a team's players."""

    injuries: list[Raw]
    id: str | None = None
    displayName: str | None = None


class Body(Struct):
    """The whole answer."""

    injuries: list[Team]


@dataclass(frozen=True, slots=True)
class TeamReport:
    """A report with the team as ESPN names it, and its tricode."""

    team_name: str | None
    team: str | None
    report: Report


BODY = msgspec.json.Decoder(Body)
REPORT = msgspec.json.Decoder(Report)


def decode_injuries(payload: Payload) -> Rows[TeamReport]:
    """The reports of all teams; none where nobody is hurt.

    Raises:
        MalformedPayload: the body is no injury list, or not one report fits.
    """
    rows: Rows[TeamReport] = Rows()
    for team in decode(payload, BODY).injuries:
        rows.add(team.injuries, REPORT, _of_team(team))
    rows.require()
    return rows


def build_injuries(lists: Sequence[tuple[Payload, Rows[TeamReport]]]) -> Built:
    """Rows and rejects of decoded lists."""
    payloads = [payload for payload, _ in lists]
    sent = [row for _, rows in lists for _, row in rows.read]
    built = build_table(ESPN_INJURIES, payloads, _frame(lists), sent, _faults())
    for payload, rows in lists:
        built.rejects.extend(misfit_rejects(ESPN_INJURIES, payload, rows))
    return built


def injuries_coverage(payload: Payload) -> Coverage:
    """The date on which it was fetched."""
    return Coverage((game_date_of(payload.fetched_at),))


def _of_team(team: Team) -> Callable[[Report], TeamReport]:
    tricode = tricode_of_team(team.id, team.displayName)
    return lambda report: TeamReport(team.displayName or team.id, tricode, report)


def _frame(lists: Sequence[tuple[Payload, Rows[TeamReport]]]) -> pl.DataFrame:
    told = [(owner, row) for owner, (_, rows) in enumerate(lists) for row, _ in rows.read]
    days = [game_date_of(payload.fetched_at) for payload, _ in lists]
    reports = [row.report for _, row in told]
    details = [report.details or Details() for report in reports]
    columns = {
        PAYLOAD_NUMBER: [owner for owner, _ in told],
        "game_date": [days[owner] for owner, _ in told],
        "team_name": [row.team_name for _, row in told],
        "team": [row.team for _, row in told],
        "source_player_id": [_player_id(report.athlete) for report in reports],
        "player_name": [report.athlete.displayName for report in reports],
        "reported_at": [moment_of(report.date) for report in reports],
        "date_sent": [report.date for report in reports],
        "status": [report.status for report in reports],
        "status_name": [report.type.name if report.type else None for report in reports],
        "injury": [each.type for each in details],
        "injury_location": [each.location for each in details],
        "injury_side": [each.side for each in details],
        "injury_detail": [each.detail for each in details],
        "expected_return_date": [date_of(each.returnDate) for each in details],
        "comment": [report.shortComment for report in reports],
    }
    schema = {name: ESPN_INJURIES.schema.get(name, pl.String()) for name in columns} | {PAYLOAD_NUMBER: pl.Int64()}
    return pl.DataFrame(columns, schema=schema).with_row_index(ROW_NUMBER)


def _player_id(athlete: Athlete) -> str | None:
    if athlete.id:
        return athlete.id
    found = (_PLAYER_PAGE.search(link.href or "") for link in athlete.links)
    return next((match[1] for match in found if match), None)


def _faults() -> list[Fault]:
    return [
        (pl.col("team").is_null(), pl.format("unknown team: {}", pl.col("team_name").fill_null(""))),
        (absent_text("source_player_id"), "no player id"),
        (absent_text("player_name"), "empty player name"),
        (absent_text("status"), "empty status"),
        (
            pl.col("date_sent").is_not_null() & pl.col("reported_at").is_null(),
            pl.format("the date of the report is none: {}", "date_sent"),
        ),
    ]

"""The NBA's injury report: its endpoint, when it appears, and its rows into ``raw.nbac_injury_report``.

Until 2025-12-21 a report appeared at half past every hour under a name that tells the hour alone, since then every
quarter of an hour under a name that tells the minute (on the first day there were both). The title on its pages tells
the minute in both, so it is the time of the report; the name must agree with it within the hour.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import msgspec
import polars as pl

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.contracts.raw.nba_injury_report import NBAC_INJURY_REPORT, NBAC_INJURY_REPORT_QUARANTINE, STATUSES
from nba_props.game_calendar import EASTERN, LEAGUE_TIME_ZONE, eastern_moment, game_date_of
from nba_props.settings import Settings
from nba_props.teams import TRICODE_BY_NAME, TRICODES
from nba_props.upstreams.asking import Per, Rule, Subject
from nba_props.upstreams.bodies import date_of, path_of, readable_body
from nba_props.upstreams.endpoint import Built, Coverage, Endpoint, Reject
from nba_props.upstreams.nba_injury_report_page import (
    COLUMNS,
    NOT_YET_SUBMITTED,
    InjuryReport,
    Row,
    read_injury_report,
)
from nba_props.upstreams.pdf_pages import read_pages
from nba_props.upstreams.requests import BROWSER_HEADERS, Request
from nba_props.upstreams.sifting import CONTRADICTED, Fault, latest_of_key, sift
from nba_props.upstreams.upstream import Upstream

SOURCE = "nba_injury_report"
TABLE = NBAC_INJURY_REPORT.full_name

QUARTERLY_SINCE = date(2025, 12, 22)
"""New York date from which there is a report every quarter of an hour, under a name that tells the minute."""

HALF_PAST = 30
"""Minute at which the hourly reports appeared, whatever their names tell."""

FIRST_DEADLINE = time(17)
"""Wall-clock time in New York on the day before a game by which the first teams must have reported."""

QUARTER_HOUR = timedelta(minutes=15)
LONGEST_DISAGREEMENT = timedelta(hours=1)

_TEAMS = {name.lower(): tricode for name, tricode in TRICODE_BY_NAME.items()}
_STATUSES = {status.lower(): status for status in STATUSES}
_NAME = re.compile(r"Injury-Report_(\d{4}-\d{2}-\d{2})_(\d{2})(?:_(\d{2}))?([AP]M)\.pdf$")


def report_times(first_tip_off: datetime, last_tip_off: datetime) -> tuple[datetime, ...]:
    """The times of all reports of a game date, UTC: from 5 PM in New York on the day before until the last tip-off.

    Args:
        first_tip_off: of the game date.
        last_tip_off: of the game date.
    """
    moment = eastern_moment(game_date_of(first_tip_off) - timedelta(days=1), FIRST_DEADLINE)
    times = []
    while moment <= last_tip_off:
        if _is_quarterly(moment) or moment.minute == HALF_PAST:
            times.append(moment)
        moment += QUARTER_HOUR
    return tuple(times)


def request_injury_report(settings: Settings, subject: Subject) -> Request:
    """The report of the subject's moment.

    Raises:
        ValueError: the subject has no moment.
    """
    if subject.at is None:
        raise ValueError("an injury report is asked for by its time")
    return Request(
        source=SOURCE,
        endpoint=INJURY_REPORT.name,
        game_date=subject.game_date,
        base_url=settings.nba_injury_report_url,
        path=f"/referee/injury/{report_name(subject.at)}",
        headers=BROWSER_HEADERS,
    )


def report_name(at: datetime) -> str:
    """The file name of the report of a moment."""
    local = at.astimezone(EASTERN)
    minute = f"_{local:%M}" if _is_quarterly(at) else ""
    return f"Injury-Report_{local:%Y-%m-%d}_{local:%I}{minute}{'AM' if local.hour < 12 else 'PM'}.pdf"


def decode_injury_report(payload: Payload) -> InjuryReport:
    """A report's rows as printed.

    Raises:
        MalformedPayload: no readable PDF, no injury report, or its pages and its name tell times that are more than an
            hour apart.
    """
    named = _time_in_name(payload.url)
    report = read_injury_report(read_pages(readable_body(payload)))
    if abs(report.reported_at - named) > LONGEST_DISAGREEMENT:
        raise MalformedPayload(
            f"the name tells {named:%Y-%m-%dT%H:%MZ}, the pages tell {report.reported_at:%Y-%m-%dT%H:%MZ}"
        )
    return report


def build_injury_reports(reports: Sequence[tuple[Payload, InjuryReport]]) -> Built:
    """Rows and rejects of decoded reports; a row is a row of the printed table, or a text that belongs to none."""
    rows = [row for _, report in reports for row in report.rows]
    owners = [number for number, (_, report) in enumerate(reports) for _ in report.rows]
    good, bad = sift(_frame(reports, rows, owners), _faults())
    good = good.select("position", "owner", *NBAC_INJURY_REPORT.schema.names())
    good, contradicted = latest_of_key(good, ("owner", *NBAC_INJURY_REPORT.key), beside=("position",))
    refused = ["position", "owner", "reason", "game_date"]
    bad = pl.concat([bad.select(refused), contradicted.with_columns(reason=pl.lit(CONTRADICTED)).select(refused)])
    rejects = [
        Reject(reports[owner][0], TABLE, msgspec.json.encode(rows[position]), reason, day)
        for position, owner, reason, day in bad.iter_rows()
    ]
    strays = [
        Reject(payload, TABLE, text, "a text that belongs to no row")
        for payload, report in reports
        for text in report.strays
    ]
    return Built({TABLE: good.select(NBAC_INJURY_REPORT.schema.names())}, rejects + strays)


def injury_report_coverage(payload: Payload) -> Coverage:
    """The dates that a report is about: its own in New York and the next, by its name."""
    day = game_date_of(_time_in_name(payload.url))
    return Coverage((day, day + timedelta(days=1)))


def _is_quarterly(at: datetime) -> bool:
    return at.astimezone(EASTERN).date() >= QUARTERLY_SINCE


def _time_in_name(url: str) -> datetime:
    match = _NAME.search(path_of(url))
    told, hour, minute, half = match.groups() if match else ("", "", "", "")
    day = date_of(told)
    try:
        clock = datetime.strptime(f"{hour}:{minute or '00'} {half}", "%I:%M %p").time()
    except ValueError:
        day = None
    if day is None:
        raise MalformedPayload(f"the name tells no time: {path_of(url)[-60:]}")
    return eastern_moment(day, clock)


def _frame(reports: Sequence[tuple[Payload, InjuryReport]], rows: Sequence[Row], owners: Sequence[int]) -> pl.DataFrame:
    """The table's columns and, beside them, what is printed and what else a row is judged by."""
    printed = {f"printed_{name}": [getattr(row, name) for row in rows] for name in COLUMNS.values()}
    of_report = pl.DataFrame(
        {
            "owner": range(len(reports)),
            "report_at": [report.reported_at for _, report in reports],
            "first_date": [injury_report_coverage(payload).game_dates[0] for payload, _ in reports],
            "payload_id": [payload.payload_id for payload, _ in reports],
            "fetched_at": [payload.fetched_at for payload, _ in reports],
        },
        schema_overrides={name: NBAC_INJURY_REPORT.schema[name] for name in ("report_at", "fetched_at")},
    )
    frame = pl.DataFrame(printed, schema=dict.fromkeys(printed, pl.String)).with_columns(
        owner=pl.Series(owners, dtype=pl.Int64)
    )
    teams = pl.col("printed_matchup").str.extract_groups(r"^([A-Z]{3})@([A-Z]{3})$")
    listed, reason = pl.col("printed_player") != "", pl.col("printed_reason")
    return (
        frame.with_row_index("position")
        .join(of_report, on="owner", how="left", maintain_order="left")
        .with_columns(
            game_date=pl.col("printed_game_date").str.to_date("%m/%d/%Y", strict=False),
            away_team=teams.struct[0],
            home_team=teams.struct[1],
            team=pl.col("printed_team").str.to_lowercase().replace_strict(_TEAMS, default=None, return_dtype=pl.String),
            player_name=_first_name_first(pl.col("printed_player")),
            status=pl.col("printed_status")
            .str.to_lowercase()
            .replace_strict(_STATUSES, default=None, return_dtype=pl.String),
            is_submitted=listed | ~reason.str.to_uppercase().str.starts_with(NOT_YET_SUBMITTED),
            reason=pl.when(listed & (reason != "")).then(reason),
        )
        .with_columns(tip_off_at=_tip_off(pl.col("game_date"), pl.col("printed_game_time")))
    )


def _first_name_first(name: pl.Expr) -> pl.Expr:
    """``Payton II, Gary`` as ``Gary Payton II``; a name without a comma as it is."""
    parts = name.str.extract_groups(r"^(.*),([^,]*)$")
    turned = pl.concat_str(parts.struct[1], pl.lit(" "), parts.struct[0].str.replace_all(",", ""))
    return pl.coalesce(turned, name).str.replace_all(r"\s+", " ").str.strip_chars()


def _tip_off(game_date: pl.Expr, clock: pl.Expr) -> pl.Expr:
    """The UTC moment of a clock time in New York, null if none is told.

    The report prints ``07:30 (ET)`` without the half of the day. No game of a season begins between 11 PM and 11 AM.
    """
    parts = clock.str.extract_groups(r"^([0-9]{1,2}):([0-5][0-9]) ?(?:([AaPp])[Mm])? ?(?:\(ET\))?$")
    hour, half = parts.struct[0].cast(pl.Int64), parts.struct[2].str.to_uppercase()
    is_evening = pl.when(half.is_null()).then(hour.is_between(1, 10) | (hour == 12)).otherwise(half == "P")
    since_midnight = pl.duration(
        hours=hour % 12 + 12 * is_evening.cast(pl.Int64), minutes=parts.struct[1].cast(pl.Int64)
    )
    local = game_date.cast(pl.Datetime("us")) + since_midnight
    told = local.dt.replace_time_zone(LEAGUE_TIME_ZONE, ambiguous="earliest", non_existent="null")
    return pl.when(hour.is_between(1, 12)).then(told.dt.convert_time_zone("UTC"))


def _faults() -> list[Fault]:
    day, first = pl.col("game_date"), pl.col("first_date")
    listed = pl.col("printed_player") != ""
    either = (pl.col("team") == pl.col("home_team")) | (pl.col("team") == pl.col("away_team"))
    known = pl.col("home_team").is_in(TRICODES) & pl.col("away_team").is_in(TRICODES)
    return [
        (day.is_null(), pl.format("no game date: {}", "printed_game_date")),
        (
            ~day.is_between(first, first + timedelta(days=1)),
            pl.format("the game is on {}, neither on the day of the report nor on the next", day),
        ),
        (~known.fill_null(False), pl.format("unknown teams: {}", "printed_matchup")),
        (pl.col("team").is_null(), pl.format("unknown team: {}", "printed_team")),
        (~either, pl.format("{} does not play in {}", "team", "printed_matchup")),
        (listed & pl.col("status").is_null(), pl.format("unknown status: {}", "printed_status")),
        (listed & (pl.col("player_name") == ""), "no player name"),
        (~listed & (pl.col("printed_status") != ""), "a status of no player"),
        (~listed & pl.col("is_submitted") & (pl.col("printed_reason") != ""), "a reason of no player"),
    ]


INJURY_REPORT = Endpoint(
    source=SOURCE,
    name="injury_report",
    path=r"/referee/injury/Injury-Report_\d{4}-\d{2}-\d{2}_\d{2}(?:_\d{2})?[AP]M\.pdf",
    tables=(TABLE,),
    parser_version=1,
    decode=decode_injury_report,
    build=build_injury_reports,
    speaks_of=injury_report_coverage,
    rule=Rule(Per.REPORT, every="reports_interval_minutes", report_times=report_times),
    request=request_injury_report,
    kept=InjuryReport,
)

UPSTREAM = Upstream(SOURCE, (INJURY_REPORT,), NBAC_INJURY_REPORT_QUARANTINE, kind="pdf")

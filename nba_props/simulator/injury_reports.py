"""The NBA's injury reports: who is listed at a moment, and the files as they appear.

A report is about the games of its New York date and of the next. A team has not submitted until shortly before its
deadline: 5 PM local time on the day before a game, 1 PM on the day itself if it plays the day before, too. Who is out
is listed as out once that is announced, some as questionable or doubtful before; a few who play are listed as well and
become available in the last hours. Files are hourly until 2025-12-21, every quarter of an hour since.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from nba_props.game_calendar import EASTERN, Clock
from nba_props.simulator.game_sheet import score_sheets
from nba_props.simulator.injury_reports_rendering import NOT_YET_SUBMITTED, Cells, render_injury_report
from nba_props.simulator.league import League
from nba_props.simulator.names import split_suffix, without_accents
from nba_props.simulator.season import Season
from nba_props.simulator.venues import VENUES
from nba_props.teams import TEAMS

_STREAM = 731
_QUARTERLY_SINCE = date(2025, 12, 22)
_HOUR = 3600.0
_DEADLINE, _BACK_TO_BACK_DEADLINE = time(17), time(13)
_LEAST_NOTICE_HOURS = 2.0
_DOUBT_SHARE, _LONGEST_DOUBT_HOURS = 0.6, 20.0
_ALARM_SHARE, _ALARM_ENDS_HOURS = 0.06, 2.0
_ALARMS = (
    "Left Ankle; Soreness",
    "Right Low Back; Lumbar Disc Herniation Injury Management",
    "Nasal Fracture; Facemask",
    "Right Great Toe; Bilateral Sesamoiditis Return to Competition Reconditioning",
    "Left Quadriceps; Contusion",
    "N/A; Illness",
)
_NAME = re.compile(r"Injury-Report_(\d{4}-\d{2}-\d{2})_(\d{2})(?:_(\d{2}))?([AP]M)\.pdf")
_DENIED = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>'
)


@dataclass(frozen=True)
class Listing:
    """One listed player; ``order`` sorts a team's players as the report does."""

    name: str
    status: str
    reason: str

    @property
    def order(self) -> str:
        """By last name."""
        return self.name.casefold()


class InjuryReports:
    """Handlers over a league; reports are rendered when asked for and some are kept."""

    def __init__(self, league: League, clock: Clock) -> None:
        self._league, self._clock = league, clock
        self._rendered = lru_cache(maxsize=128)(self._render)

    @property
    def routes(self) -> list[Route]:
        """The real path."""
        return [Route("/referee/injury/{name}", self.report)]

    async def report(self, request: Request) -> Response:
        """A report's file; files that do not exist, or not yet, are denied as on the real host."""
        at = report_time(request.path_params["name"])
        body = self._rendered(at) if at is not None and at <= self._clock() else b""
        if not body:
            return Response(_DENIED, status_code=403, media_type="application/xml")
        return Response(body, media_type="application/pdf")

    def _render(self, at: datetime) -> bytes:
        rows = self.rows(at)
        return render_injury_report(at, rows) if rows else b""

    def rows(self, at: datetime) -> list[Cells]:
        """The table of the report of a moment; empty if no team plays on its date or the next."""
        today = at.astimezone(EASTERN).date()
        dates = (today, today + timedelta(days=1))
        return [
            row
            for season in self._league.seasons.values()
            for game, day in enumerate(season.dates)
            if day in dates
            for row in _game_rows(season, game, at)
        ]


def report_time(name: str) -> datetime | None:
    """When the file of a name appears, UTC; None if no report bears it."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    day, hour, minute, half = match.groups()
    try:
        local = datetime.strptime(f"{day} {hour}:{minute or '30'} {half}", "%Y-%m-%d %I:%M %p")
    except ValueError:
        return None
    is_quarterly = local.date() >= _QUARTERLY_SINCE
    if is_quarterly != (minute is not None) or local.minute % 15:
        return None
    return local.replace(tzinfo=EASTERN).astimezone(UTC)


def listed(season: Season, game: int, side: int, at: datetime) -> list[Listing] | None:
    """A team's listed players at a moment; None if it has not submitted yet."""
    rng = season.generator(_STREAM, game, side)
    hours_ahead = (int(season.fixtures.tipoff[game]) - at.timestamp()) / _HOUR
    if at < _submission(season, game, side, float(rng.random())):
        return None
    doubt, alarm, kind = rng.random((3, season.setting.players.shape[2]))
    ailments = _ailments(season, game, side)
    found = []
    for slot, player in enumerate(season.setting.players[game, side].tolist()):
        if season.absences.out[game, side, slot]:
            announced = float(season.absences.announced_hours[game, side, slot])
            status = _status_of_absence(hours_ahead, announced, float(doubt[slot]))
        else:
            status = _status_of_alarm(hours_ahead, float(alarm[slot]), float(kind[slot]))
        if status:
            ailment = ailments.get(slot) or _ALARMS[int(kind[slot] * 1000) % len(_ALARMS)]
            name = last_name_first(season.pool.name[player])
            found.append(Listing(name, status, f"Injury/Illness - {ailment}"))
    return sorted(found, key=lambda listing: listing.order)


def last_name_first(name: str) -> str:
    """``Gary Payton II`` as ``Payton II, Gary``, in plain letters as the league's reports have it."""
    plain, suffix = split_suffix(without_accents(name))
    first, _, last = plain.partition(" ")
    return f"{last} {suffix}".rstrip() + f", {first}"


def _game_rows(season: Season, game: int, at: datetime) -> list[Cells]:
    tip_off = datetime.fromtimestamp(int(season.fixtures.tipoff[game]), EASTERN)
    home, away = (TEAMS[int(season.teams[game, side])] for side in (0, 1))
    rows: list[Cells] = []
    for side, team in ((1, away), (0, home)):
        told = (f"{season.dates[game]:%m/%d/%Y}", f"{tip_off:%I:%M} (ET)", f"{away.tricode}@{home.tricode}")
        players = listed(season, game, side, at)
        if players is None:
            rows.append(Cells(*told, team.full_name, reason=NOT_YET_SUBMITTED))
        elif not players:
            rows.append(Cells(*told, team.full_name, reason=""))
        else:
            rows += [Cells(*told, team.full_name, each.name, each.status, each.reason) for each in players]
    return rows


def _submission(season: Season, game: int, side: int, share: float) -> datetime:
    """When a team submits: up to three hours before its deadline, and early enough before the tip-off."""
    day = season.dates[game]
    zone = VENUES[int(season.teams[game, side])].time_zone
    if season.fixtures.rest_days[game, side] == 1:
        deadline = datetime.combine(day, _BACK_TO_BACK_DEADLINE, tzinfo=zone)
    else:
        deadline = datetime.combine(day - timedelta(days=1), _DEADLINE, tzinfo=zone)
    tip_off = datetime.fromtimestamp(int(season.fixtures.tipoff[game]), UTC)
    latest = min(deadline, tip_off - timedelta(hours=_LEAST_NOTICE_HOURS))
    return latest - timedelta(hours=3 * share)


def _ailments(season: Season, game: int, side: int) -> dict[int, str]:
    """What ails those who are out, by slot."""
    sheet = score_sheets(season, game, 1)[side]
    by_id = {entry.player_id: entry.absence.description for entry in sheet.entries if entry.absence is not None}
    ids = season.pool.player_id[season.setting.players[game, side]].tolist()
    return {slot: by_id[player_id] for slot, player_id in enumerate(ids) if by_id.get(player_id)}


def _status_of_absence(hours_ahead: float, announced: float, doubt: float) -> str:
    if hours_ahead <= announced:
        return "Out"
    if doubt < _DOUBT_SHARE and hours_ahead <= announced + _LONGEST_DOUBT_HOURS * doubt / _DOUBT_SHARE:
        return "Doubtful" if doubt < _DOUBT_SHARE / 3 else "Questionable"
    return ""


def _status_of_alarm(hours_ahead: float, alarm: float, kind: float) -> str:
    if alarm >= _ALARM_SHARE:
        return ""
    if hours_ahead <= _ALARM_ENDS_HOURS:
        return "Available"
    return "Probable" if kind < 0.7 else "Questionable"

"""What is asked of an endpoint and when: the rule that the planner reads, and the subject that a request is made for.

A rule is data. It knows no request, no table's content and no clock; ``operations.planner`` turns rules, games and what
was asked so far into subjects, and each endpoint turns a subject into its request.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum


class Per(Enum):
    """What one request is about."""

    SEASON = "a season"
    DAY = "the present"
    DATE = "a game date"
    SEASON_TYPE = "a game date and kind of game"
    GAME = "a game"
    TEAM = "a team"
    REPORT = "the time of a report"
    NEVER = "nothing: archived bodies are read, none is asked for"


class Past(Enum):
    """How a past date can be asked about."""

    SAME = "by the same request"
    MOMENTS = "as of a moment: once as lines opened, once as they closed"
    NOTHING = "not at all"


@dataclass(frozen=True)
class Listing:
    """A raw table whose rows tell the source's own ids of games.

    Attributes:
        table: its full name; it has a game date and both teams, as tricodes (``home_team``) or names
            (``home_team_name``).
        column: the column of the id.
    """

    table: str
    column: str = "event_id"


@dataclass(frozen=True)
class Rule:
    """When an endpoint is asked.

    Attributes:
        per: what one request is about.
        every: the setting that holds the least time between two requests about the same, minutes.
        opens: from when. Not negative: after the game's tip-off (of a date: its first); negative: before the first
            tip-off of the date, for a single game too, since a date's lines open together.
        closes: until when, relative to the tip-off (of a date: its last).
        until_complete: not any more once every game concerned is final and stored, and until then, whatever ``closes``
            says.
        past: how past dates that lack something can be asked about.
        listed_by: where the source's own ids of games are told; a game without one is not asked about.
        variants: the request is made once for each, such as a market; empty for one request.
        key: the setting of the key without which nothing is due.
        report_times: of ``Per.REPORT``: all report times of a date whose first and last tip-off are given, ascending.
        is_closing_line: whether the last request before the tip-off brings the closing line, which is asked for at the
            right moment and even when little is left of a quota.
        is_free: whether asking about the present costs nothing of a quota.
        corrected_after: of ``until_complete``, how long after the tip-off (of a date: its last) what was complete is
            asked for once more, ascending, as the source may have corrected it.
    """

    per: Per
    every: str
    opens: timedelta = timedelta(0)
    closes: timedelta = timedelta(0)
    until_complete: bool = False
    past: Past = Past.SAME
    listed_by: Listing | None = None
    variants: tuple[str, ...] = ()
    key: str | None = None
    report_times: Callable[[datetime, datetime], tuple[datetime, ...]] | None = None
    is_closing_line: bool = False
    is_free: bool = False
    corrected_after: tuple[timedelta, ...] = ()


@dataclass(frozen=True)
class FileDrop:
    """Files that somebody lays into a folder; nothing is asked for.

    Attributes:
        folder: the setting that names the folder.
        pattern: glob of the files.
        url: prefix of the URL under which a file is archived.
    """

    folder: str
    pattern: str
    url: str


@dataclass(frozen=True)
class Subject:
    """What one request is for.

    Attributes:
        game_date: the game date that it is made for; of ``Per.DAY`` and ``Per.TEAM`` today.
        today: the game date of the present.
        season_type: of ``Per.SEASON_TYPE``, a key of ``game_calendar.GAME_TYPES``' values.
        game_id: of ``Per.GAME``.
        home_team: of ``Per.GAME``, tricode.
        away_team: of ``Per.GAME``, tricode.
        listed_ids: the source's own ids: of ``Per.GAME`` one, of ``Per.DATE`` those of all its games, in order.
        team: of ``Per.TEAM``, tricode.
        variant: one of the rule's variants.
        at: the past moment to ask about, or the time of a report; None for the present.
    """

    game_date: date
    today: date
    season_type: str | None = None
    game_id: str | None = None
    home_team: str | None = None
    away_team: str | None = None
    listed_ids: tuple[str, ...] = ()
    team: str | None = None
    variant: str | None = None
    at: datetime | None = None

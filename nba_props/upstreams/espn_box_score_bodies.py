"""The two bodies that hold ESPN's box scores, decoded into one: the site API's summary of a game, and the page.

The page's layout rests on genuine pages: its columns are named by ``keys``, who did not play has no statistics and a
``dnpRsn``. No genuine summary was had. Its layout rests on public clients and on notes of bodies that others saw:
columns named by ``keys``, ``names`` or ``labels``, the flags ``starter`` and ``didNotPlay``, and the reason in
``reason``, which is filled for players who played as well and then means nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.upstreams.bodies import decode
from nba_props.upstreams.espn_bodies import Rows, decode_page
from nba_props.upstreams.espn_scoreboard import Status, Team

STATISTICS: dict[str, tuple[str, ...]] = {
    "minutes": ("minutes",),
    "fieldGoalsMade-fieldGoalsAttempted": ("field_goals_made", "field_goals_attempted"),
    "threePointFieldGoalsMade-threePointFieldGoalsAttempted": ("threes", "threes_attempted"),
    "freeThrowsMade-freeThrowsAttempted": ("free_throws_made", "free_throws_attempted"),
    "offensiveRebounds": ("offensive_rebounds",),
    "defensiveRebounds": ("defensive_rebounds",),
    "rebounds": ("rebounds",),
    "assists": ("assists",),
    "steals": ("steals",),
    "blocks": ("blocks",),
    "turnovers": ("turnovers",),
    "fouls": ("fouls",),
    "plusMinus": ("plus_minus",),
    "points": ("points",),
}
"""Key of a statistic to its columns; a key of two has values such as 7-15, made and attempted."""

KEY_BY_LABEL = {
    "MIN": "minutes",
    "FG": "fieldGoalsMade-fieldGoalsAttempted",
    "3PT": "threePointFieldGoalsMade-threePointFieldGoalsAttempted",
    "FT": "freeThrowsMade-freeThrowsAttempted",
    "OREB": "offensiveRebounds",
    "DREB": "defensiveRebounds",
    "REB": "rebounds",
    "AST": "assists",
    "STL": "steals",
    "BLK": "blocks",
    "TO": "turnovers",
    "PF": "fouls",
    "+/-": "plusMinus",
    "PTS": "points",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One player of a box score; ``team`` is ESPN's code of his team, ``statistics`` are texts by key, none if he has
    none, and ``told_out`` is whether ESPN says that he did not play."""

    player_id: str
    player_name: str | None
    team: str | None
    is_starter: bool | None
    told_out: bool | None
    reason: str | None
    keys: tuple[str, ...]
    statistics: list[str | None]


@dataclass(frozen=True)
class BoxScore:
    """A game's box score as told: ESPN's codes of the teams, the start as text, and the lines."""

    event_id: str
    date: str
    status: str
    home_code: str | None
    away_code: str | None
    rows: Rows[Line]


class Athlete(Struct):
    """A player in the summary."""

    id: str
    displayName: str | None = None


class SummaryLine(Struct):
    """A player's line in the summary."""

    athlete: Athlete
    stats: list[str | None]
    starter: bool | None = None
    didNotPlay: bool | None = None
    reason: str | None = None


class SummaryGroup(Struct):
    """Players whose statistics have the same names."""

    athletes: list[Raw]
    keys: list[str] | None = None
    names: list[str] | None = None
    labels: list[str] | None = None


class SummaryTeam(Struct):
    """The players of one team."""

    team: Team
    statistics: list[SummaryGroup]


class SummaryBox(Struct):
    """The box score in the summary; before the game it has no players."""

    players: list[SummaryTeam] | UnsetType = UNSET


class SummarySide(Struct):
    """One side of the game in the summary."""

    homeAway: str
    team: Team


class SummaryGame(Struct):
    """The game in the summary's header."""

    date: str
    competitors: list[SummarySide]
    status: Status


class Header(Struct):
    """The summary's header."""

    id: str
    competitions: list[SummaryGame]


class Summary(Struct):
    """The whole summary."""

    header: Header
    boxscore: SummaryBox


class PageAthlete(Struct):
    """A player on the page."""

    id: str
    dspNm: str | None = None


class PageLine(Struct):
    """A player's line on the page."""

    athlt: PageAthlete
    stats: list[str | None]
    dnpRsn: str | None = None


class PageGroup(Struct):
    """Starters, bench or totals of a team."""

    type: str
    athlts: list[Raw] = []
    keys: list[str] | None = None
    lbls: list[str] | None = None


class PageTeam(Struct):
    """A team on the page."""

    abbrev: str | None = None


class PageSide(Struct):
    """A team of the game on the page."""

    isHome: bool
    abbrev: str | None = None


class PageStatus(Struct):
    """How the game stands on the page."""

    state: str


class PageBox(Struct):
    """A team's box score on the page."""

    tm: PageTeam
    stats: list[PageGroup]


class Strip(Struct):
    """The head of the page."""

    gid: str
    dt: str
    tms: list[PageSide]
    status: PageStatus


class Game(Struct):
    """Everything about the game on the page."""

    gmStrp: Strip
    bxscr: list[PageBox]


class Content(Struct):
    """The page's content."""

    gamepackage: Game


class Page(Struct):
    """What the page is about."""

    content: Content


class PageData(Struct):
    """The page's data."""

    page: Page


SUMMARY = msgspec.json.Decoder(Summary)
SUMMARY_LINE = msgspec.json.Decoder(SummaryLine)
PAGE = msgspec.json.Decoder(PageData)
PAGE_LINE = msgspec.json.Decoder(PageLine)


def decode_summary(payload: Payload) -> BoxScore:
    """The box score of the site API's summary; without lines before the game.

    Raises:
        MalformedPayload: the body is no summary, a finished game has no players, a statistic's name is absent or given
            twice, or not one line fits.
    """
    body = decode(payload, SUMMARY)
    if not body.header.competitions:
        raise MalformedPayload("the summary is of no game")
    game = body.header.competitions[0]
    teams = body.boxscore.players
    if teams is UNSET and game.status.type.completed:
        raise MalformedPayload("the box score of a finished game has no players")
    codes = {side.homeAway: side.team.abbreviation for side in game.competitors}
    rows: Rows[Line] = Rows()
    for team in teams if teams is not UNSET else []:
        for group in team.statistics:
            keys = _keys(group.keys, group.names, group.labels)
            rows.add(group.athletes, SUMMARY_LINE, _summary_line(team.team.abbreviation, keys))
    rows.require()
    state = game.status.type.state
    return BoxScore(body.header.id, game.date, state, codes.get("home"), codes.get("away"), rows)


def decode_page_box_score(payload: Payload) -> BoxScore:
    """The box score of a page of www.espn.com; rows are players, not the totals.

    Raises:
        MalformedPayload: the page is no box score, a statistic's name is absent or given twice, or not one line fits.
    """
    game = decode_page(payload, PAGE).page.content.gamepackage
    codes = {side.isHome: side.abbrev for side in game.gmStrp.tms}
    rows: Rows[Line] = Rows()
    for team in game.bxscr:
        for group in team.stats:
            if group.athlts:
                keys = _keys(group.keys, group.lbls)
                rows.add(group.athlts, PAGE_LINE, _page_line(team.tm.abbrev, group.type == "starters", keys))
    rows.require()
    strip = game.gmStrp
    return BoxScore(strip.gid, strip.dt, strip.status.state, codes.get(True), codes.get(False), rows)


def _summary_line(team: str | None, keys: tuple[str, ...]) -> Callable[[SummaryLine], Line]:
    def line(told: SummaryLine) -> Line:
        player = told.athlete
        return Line(player.id, player.displayName, team, told.starter, told.didNotPlay, told.reason, keys, told.stats)

    return line


def _page_line(team: str | None, is_starter: bool, keys: tuple[str, ...]) -> Callable[[PageLine], Line]:
    def line(told: PageLine) -> Line:
        player = told.athlt
        told_out = True if told.dnpRsn else None
        return Line(player.id, player.dspNm, team, is_starter, told_out, told.dnpRsn, keys, told.stats)

    return line


def _keys(*namings: Sequence[str] | None) -> tuple[str, ...]:
    """Keys of the statistics, from the first naming that there is."""
    names = next((naming for naming in namings if naming), ())
    keys = tuple(KEY_BY_LABEL.get(name, name) for name in names)
    absent = [key for key in STATISTICS if key not in keys]
    if absent:
        raise MalformedPayload(f"statistics are absent or renamed: {', '.join(absent)}")
    if len(set(keys)) < len(keys):
        raise MalformedPayload("a statistic is given twice")
    return keys

"""Basketball Reference's team pages: the roster of a team in a season, as HTML."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from html import escape

import numpy as np
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from nba_props.game_calendar import Clock, game_date_of
from nba_props.simulator.league import League
from nba_props.simulator.names import split_suffix, without_accents
from nba_props.simulator.rosters import ROLES
from nba_props.simulator.season import Season
from nba_props.teams import TEAMS

OWN_CODES = {"BKN": "BRK", "CHA": "CHO", "PHX": "PHO"}
CODES = tuple(OWN_CODES.get(team.tricode, team.tricode) for team in TEAMS)

_POSITIONS = ("PG", "SG", "SF", "PF", "C")
_HEIGHTS = (74, 77, 79, 81, 83)
_COLLEGES = ("Duke", "Kentucky", "Kansas", "Texas A&M", "Gonzaga", "", "Arizona", "UNC")
_COUNTRIES = ("us", "us", "us", "us", "ca", "fr", "rs", "au")
_ROOKIE_AGE = 20
_HEADINGS = {
    "number": "No.",
    "player": "Player",
    "pos": "Pos",
    "height": "Ht",
    "weight": "Wt",
    "birth_date": "Birth Date",
    "birth_country": "&nbsp;",
    "years_experience": "Exp",
    "college": "College",
}


class BasketballReferenceApi:
    """Pages over a league."""

    def __init__(self, league: League, clock: Clock) -> None:
        self._league, self._clock = league, clock
        self._ids: list[str] = []
        self._initials: Counter[str] = Counter()

    @property
    def routes(self) -> list[Route]:
        """The site's real paths."""
        return [Route("/teams/{code}/{year:int}.html", self.team_page)]

    async def team_page(self, request: Request) -> Response:
        """A team's page in the season that ends in a year; its roster as of now."""
        code, year = request.path_params["code"], int(request.path_params["year"])
        season = next((one for one in self._league.seasons.values() if one.start_year == year - 1), None)
        if code not in CODES or season is None:
            return HTMLResponse("<!DOCTYPE html><html><body><h1>Page Not Found (404 error)</h1></body></html>", 404)
        team = CODES.index(code)
        day = (game_date_of(self._clock()) - season.fixtures.first_date).days
        members = season.setting.rosters.on_day(np.array(day))[team].tolist()
        return HTMLResponse(
            _page(season, team, "\n".join(self._line(season, one, row) for row, one in enumerate(members)))
        )

    def _line(self, season: Season, player: int, row: int) -> str:
        name, position = season.pool.name[player], int(season.pool.position[player])
        identity, inches = self._player_id(player), _HEIGHTS[position] + player % 3
        first, _, last = split_suffix(name)[0].partition(" ")
        debut = self._debut_year(player)
        born, experience = _born(debut, player), season.start_year - debut
        is_two_way = ROLES[int(season.setting.rosters.role[player])] == "two_way"
        link = f'<a href="/players/{identity[0]}/{identity}.html">{escape(name)}</a>'
        note = '&nbsp;&nbsp;<span class="note"><small>(TW)</small></span>' if is_two_way else ""
        college, country = _COLLEGES[player % len(_COLLEGES)], _COUNTRIES[player // 3 % len(_COUNTRIES)]
        cells = {
            "player": (link + note, f"{last},{first}"),
            "pos": (_POSITIONS[position], str(position + 1)),
            "height": (f"{inches // 12}-{inches % 12}", f"{inches}.0"),
            "weight": (str(185 + 12 * position + player % 11), None),
            "birth_date": (f"{born:%B} {born.day}, {born.year}", f"{born:%Y%m%d}"),
            "birth_country": (f'<span class="f-i f-{country}" style="">{country}</span>', None),
            "years_experience": (str(experience or "R"), str(experience or 0.5)),
            "college": (f'<a href="/friv/colleges.fcgi">{escape(college)}</a>' if college else "", None),
        }
        number = f'<th scope="row" class="center " data-stat="number">{player % 56}</th>'
        return f'<tr data-row="{row}">{number}{"".join(_cell(name, *told) for name, told in cells.items())}</tr>'

    def _player_id(self, player: int) -> str:
        """Five letters of the last name, two of the first and a number, counted in the order of arrival."""
        for name in self._league.pool.name[len(self._ids) : player + 1]:
            first, _, last = without_accents(split_suffix(name)[0]).lower().partition(" ")
            initials = re.sub("[^a-z]", "", last)[:5] + re.sub("[^a-z]", "", first)[:2]
            self._initials[initials] += 1
            self._ids.append(f"{initials}{self._initials[initials]:02d}")
        return self._ids[player]

    def _debut_year(self, player: int) -> int:
        """The year in which his first season began; newcomers are behind everyone else in the pool."""
        seasons = list(self._league.seasons.values())
        newcomer_of = [season.start_year for season in seasons[1:] if player > _last_known(season, seasons)]
        return newcomer_of[-1] if newcomer_of else seasons[0].start_year - player % 12


def _last_known(season: Season, seasons: Sequence[Season]) -> int:
    """The last player in the pool who was on a roster before a season."""
    before = seasons[seasons.index(season) - 1]
    return int(before.setting.players.max())


def _born(debut_year: int, player: int) -> date:
    return date(debut_year - _ROOKIE_AGE - player % 3, 1 + player % 12, 1 + player % 28)


def _cell(name: str, content: str, key: str | None) -> str:
    sortable = f' csk="{escape(key)}"' if key is not None else ""
    return f'<td class="left " data-stat="{name}"{sortable}>{content}</td>'


def _page(season: Season, team: int, lines: str) -> str:
    title = f"{season.name} {TEAMS[team].full_name} Roster and Stats"
    headings = "".join(
        f'<th aria-label="{text}" data-stat="{name}" scope="col" class=" poptip center">{text}</th>'
        for name, text in _HEADINGS.items()
    )
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body class="bbr"><div id="wrap"><h1>{title}</h1>
<div id="all_roster" class="table_wrapper">
<ul><li><span class="note">(TW) - Signed to two-way contract w/ G-League affiliate</span></li></ul>
<div class="table_container" id="div_roster">
<table class="sortable stats_table" id="roster" data-cols-to-freeze=",2">
<caption>Roster Table</caption>
<thead><tr>{headings}</tr></thead>
<tbody>
{lines}
</tbody></table>
</div></div>
<table class="stats_table" id="per_game"><tbody><tr><td data-stat="player">-</td></tr></tbody></table>
</div></body></html>
"""

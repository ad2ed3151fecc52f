"""The NBA's gamebooks: the final box of every game, two hours after its end."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import numpy as np
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from nba_props.game_calendar import Clock
from nba_props.simulator.game_sheet import COURT, Entry, Sheet, score_sheets
from nba_props.simulator.gamebooks_rendering import STATISTICS, Book, Player, Team, render_gamebook
from nba_props.simulator.league import League
from nba_props.simulator.names import split_suffix, without_accents
from nba_props.simulator.nba_league_people import jersey_number, referees
from nba_props.simulator.progress import score_so_far
from nba_props.simulator.season import Season
from nba_props.simulator.venues import VENUES
from nba_props.teams import TEAMS

PUBLISHED_AFTER = timedelta(hours=2)
"""After the final whistle."""

_COLUMNS = dict(zip(STATISTICS, ("FGM", "FGA", "FG3M", "FG3A", "FTM", "FTA", "OREB", "DREB"), strict=False)) | dict(
    zip(STATISTICS[8:], ("REB", "AST", "PF", "STL", "TOV", "BLK", "", "PTS"), strict=True)
)
"""Header to the game log's name; plus-minus is kept apart."""

_POSITIONS = dict(zip(COURT, ("G", "G", "F", "F", "C"), strict=True))
_OFFICIALS_A_GAME = 3
_TWO_WAY = "G League - Two-Way"
_STREAM = 733
_NAME = re.compile(r"(\d{8})_([A-Z]{3})([A-Z]{3})\.pdf")


class Gamebooks:
    """Handlers over a league; books are rendered when asked for and some are kept."""

    def __init__(self, league: League, clock: Clock) -> None:
        self._league, self._clock = league, clock
        self._rendered = lru_cache(maxsize=64)(self._render)

    @property
    def routes(self) -> list[Route]:
        """The real path."""
        return [Route("/pdfs/{day}/{name}", self.gamebook)]

    async def gamebook(self, request: Request) -> Response:
        """A game's book, once it is published."""
        match = _NAME.fullmatch(request.path_params["name"])
        if match is not None and match[1] == request.path_params["day"]:
            for season in self._league.seasons.values():
                game = find_game(season, *match.groups())
                if game is not None and published_at(season, game) <= self._clock():
                    return Response(self._rendered(season.name, game), media_type="application/pdf")
        return PlainTextResponse("Not Found", status_code=404)

    def _render(self, season: str, game: int) -> bytes:
        return render_gamebook(gamebook(self._league.seasons[season], game))


def find_game(season: Season, day: str, away: str, home: str) -> int | None:
    """The position of a game in its season by date (``yyyymmdd``) and teams; None if there is none."""
    tricodes = [team.tricode for team in TEAMS]
    if away not in tricodes or home not in tricodes:
        return None
    pair = (season.fixtures.home == tricodes.index(home)) & (season.fixtures.away == tricodes.index(away))
    return next((game for game in np.flatnonzero(pair).tolist() if f"{season.dates[game]:%Y%m%d}" == day), None)


def published_at(season: Season, game: int) -> datetime:
    """When a game's book appears."""
    return datetime.fromtimestamp(int(season.finished[game]), UTC) + PUBLISHED_AFTER


def gamebook(season: Season, game: int) -> Book:
    """What a game's book tells."""
    home, away = score_sheets(season, game, 1)
    venue = VENUES[home.team]
    rng = season.generator(_STREAM, game)
    minutes = (int(season.finished[game]) - int(season.started[game])) // 60
    officials = referees(season.seed)
    crew = [officials[number] for number in rng.permutation(len(officials))[:_OFFICIALS_A_GAME].tolist()]
    return Book(
        day=season.dates[game],
        arena=f"{venue.arena}, {venue.arena_city}, {venue.arena_state}",
        officials=tuple((number, without_accents(name)) for _, name, number in crew),
        duration=f"{minutes // 60}:{minutes % 60:02d}",
        attendance=int(rng.integers(15_500, 19_800)),
        visitor=_team(season, game, 1, away),
        home=_team(season, game, 0, home),
        made_at=published_at(season, game),
    )


def _team(season: Season, game: int, side: int, sheet: Sheet) -> Team:
    team = TEAMS[sheet.team]
    pool = season.pool.player_id
    jerseys = {int(pool[player]): jersey_number(player) for player in season.setting.players[game, side].tolist()}
    active = [entry for entry in sheet.entries if entry.absence is None or entry.absence.is_active]
    return Team(
        name=team.full_name,
        nickname=team.name,
        record=_record(season, game, sheet.team),
        players=tuple(_player(entry, jerseys[entry.player_id]) for entry in active),
        periods=_periods(season, game, side),
        inactive=tuple(_inactive(entry) for entry in sheet.entries if entry not in active),
    )


def _player(entry: Entry, jersey: str) -> Player:
    name = without_accents(entry.name)
    if entry.absence is not None:
        ailment = f" - {entry.absence.description}" if entry.absence.description else ""
        return Player(jersey, name, absence=f"{entry.absence.comment}{ailment}")
    numbers = tuple(entry.numbers[column] if column else entry.plus_minus for column in _COLUMNS.values())
    minutes = f"{entry.seconds // 60:02d}:{entry.seconds % 60:02d}"
    return Player(jersey, name, _POSITIONS.get(entry.position, ""), minutes, numbers)


def _inactive(entry: Entry) -> tuple[str, str]:
    """The last name, with its suffix, and why."""
    plain, suffix = split_suffix(without_accents(entry.name))
    last = plain.partition(" ")[2]
    ailment = entry.absence.description if entry.absence is not None else ""
    return f"{last} {suffix}".rstrip(), f"Injury/Illness - {ailment}" if ailment else _TWO_WAY


def _record(season: Season, game: int, team: int) -> str:
    """Games won and lost up to and with this one."""
    mine = season.teams[: game + 1] == team
    margin = season.box_scores.score[: game + 1] - season.box_scores.score[: game + 1, ::-1]
    return f"{int((mine & (margin > 0)).sum())}-{int((mine & (margin < 0)).sum())}"


def _periods(season: Season, game: int, side: int) -> tuple[int, ...]:
    """Points of each period."""
    lengths = [12] * 4 + [5] * int(season.box_scores.overtimes[game])
    ends = np.cumsum(lengths) / sum(lengths)
    totals = [score_so_far(season, game, float(end))[side] for end in ends]
    return tuple(np.diff([0, *totals]).tolist())

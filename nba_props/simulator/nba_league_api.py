"""The NBA's endpoints about the league: player list, player movement, referee assignments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time, timedelta
from functools import cached_property
from typing import Any

import msgspec
import numpy as np
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from nba_props.game_calendar import Clock, eastern_moment, game_date_of, season_of
from nba_props.simulator import nba_league_people as people
from nba_props.simulator.league import League
from nba_props.simulator.rosters import Trade
from nba_props.simulator.season import Season
from nba_props.simulator.venues import VENUES
from nba_props.teams import TEAMS

ASSIGNED_AT = time(9)
"""New York time of the game's day at which its officials are named."""

_STREAM = 952
_OFFICIALS_A_GAME, _REPLAY_CENTER = 3, 3
_KINDS = ("guard", "guard", "forward", "forward", "center")
_SEASON = re.compile(r"\d{4}-\d{2}")
_HEADERS = (
    "PERSON_ID PLAYER_LAST_NAME PLAYER_FIRST_NAME PLAYER_SLUG TEAM_ID TEAM_SLUG IS_DEFUNCT TEAM_CITY TEAM_NAME "
    "TEAM_ABBREVIATION JERSEY_NUMBER POSITION HEIGHT WEIGHT COLLEGE COUNTRY DRAFT_YEAR DRAFT_ROUND DRAFT_NUMBER "
    "ROSTER_STATUS FROM_YEAR TO_YEAR PTS REB AST STATS_TIMEFRAME"
)
_INDEX_HEADERS = _HEADERS.split()
_INDEX_PARAMETERS = (
    "TeamID",
    *("Country", "College", "DraftYear", "DraftPick", "PlayerPosition", "Height", "Weight", "Active", "AllStar"),
)
_MOVEMENT_COLUMNS = (
    ("Transaction_Type", "String"),
    ("TRANSACTION_DATE", "DateTime"),
    ("TRANSACTION_DESCRIPTION", "String"),
    ("TEAM_ID", "Decimal"),
    ("TEAM_SLUG", "String"),
    ("PLAYER_ID", "Decimal"),
    ("PLAYER_SLUG", "String"),
    ("Additional_Sort", "Decimal"),
    ("GroupSort", "String"),
)
_OFFICIALS_COLUMNS = (
    *(("game_id", "String"), ("game_date", "String"), ("season", "String"), ("game_code", "String")),
    *(("home_team_id", "Int32"), ("home_team", "String"), ("home_team_abbr", "String")),
    *(("away_team_id", "Int32"), ("away_team", "String"), ("away_team_abbr", "String")),
    *(("official1", "String"), ("official1_code", "Int32"), ("official1_JNum", "String")),
    *(("official2", "String"), ("official2_code", "Int32"), ("official2_JNum", "String")),
    *(("official3", "String"), ("official3_code", "Int32"), ("official3_JNum", "String")),
    *(("official4", "String"), ("official4_code", "Int32"), ("official4_JNum", "String")),
)
_REPLAY_COLUMNS = (("game_date", "String"), ("official_code", "Int32"), ("replaycenter_official", "String"))


class NbaLeagueApi:
    """Handlers over a league."""

    def __init__(self, league: League, clock: Clock) -> None:
        self._league, self._clock = league, clock

    @property
    def routes(self) -> list[Route]:
        """Real paths of both hosts."""
        return [
            Route("/stats/playerindex", self.player_index),
            Route("/js/data/playermovement/NBA_Player_Movement.json", self.player_movement),
            Route("/wp-json/api/v1/get-game-officials", self.game_officials),
        ]

    async def player_index(self, request: Request) -> Response:
        """Everybody on a roster of the season asked for, as the rosters are today."""
        name = request.query_params.get("Season", "")
        if not _SEASON.fullmatch(name):
            return PlainTextResponse("The field Season is missing or invalid.", status_code=400)
        season = self._league.seasons.get(name)
        rows = list(self._index_rows(season)) if season else []
        parameters = {"LeagueID": "00", "Season": name, "Historical": 0} | dict.fromkeys(_INDEX_PARAMETERS)
        table = {"name": "PlayerIndex", "headers": _INDEX_HEADERS, "rowSet": rows}
        return _json({"resource": "playerindex", "parameters": parameters | {"TeamID": 0}, "resultSets": [table]})

    async def player_movement(self, request: Request) -> Response:
        """Every trade up to today, the newest first."""
        today = self._today()
        dated = [
            (_date_of(season, trade), part)
            for season in self._league.seasons.values()
            for number, trade in enumerate(season.setting.rosters.trades, start=1)
            if _date_of(season, trade) <= today
            for part in _parts(season, trade, number)
        ]
        rows = [part for _, part in sorted(dated, key=lambda entry: entry[0], reverse=True)]
        return _json({"NBA_Player_Movement": _table(rows, _MOVEMENT_COLUMNS)})

    async def game_officials(self, request: Request) -> Response:
        """The officials of a date, from the morning of that day."""
        try:
            day = date.fromisoformat(request.query_params.get("date", "") or str(self._today()))
        except ValueError:
            return PlainTextResponse("Invalid date", status_code=400)
        season = self._league.seasons.get(season_of(day))
        named = season is not None and self._clock() >= eastern_moment(day, ASSIGNED_AT)
        games = [game for game, played in enumerate(season.dates) if played == day] if season and named else []
        crews = self._crews(season, day, len(games)) if season and games else []
        rows = [_assignment(season, game, crew) for game, crew in zip(games, crews, strict=False)] if season else []
        replay = [
            {"game_date": f"{day:%m/%d/%Y}", "official_code": code, "replaycenter_official": name}
            for code, name, _ in (crews[-1] if crews else [])
        ]
        league = {"Table": _table(rows, _OFFICIALS_COLUMNS), "Table1": _table(replay, _REPLAY_COLUMNS)}
        nobody = {"Table": _table([], _OFFICIALS_COLUMNS)}
        return _json({"nba": league, "gl": nobody, "wnba": {**nobody, "Table1": league["Table1"]}})

    def _crews(self, season: Season, day: date, games: int) -> list[list[tuple[int, str, str]]]:
        """Crews of three for so many games, then those in the replay center; nobody has two places."""
        chosen = season.generator(_STREAM, day.toordinal()).permutation(people.REFEREES)
        count = _OFFICIALS_A_GAME
        crews = [[self._referees[one] for one in chosen[count * game : count * (game + 1)]] for game in range(games)]
        return [*crews, [self._referees[one] for one in chosen[-_REPLAY_CENTER:]]]

    @cached_property
    def _referees(self) -> list[tuple[int, str, str]]:
        return people.referees(self._league.seed)

    def _index_rows(self, season: Season) -> Iterator[list[Any]]:
        day = (self._today() - season.fixtures.first_date).days
        teams = season.setting.rosters.on_day(np.array(max(day, 0)))
        placed = [(player, team) for team, slots in enumerate(teams.tolist()) for player in slots]
        pool = season.pool
        for player, team in sorted(placed, key=lambda entry: pool.name[entry[0]].partition(" ")[2]):
            first, _, last = pool.name[player].partition(" ")
            position = int(pool.position[player])
            yield [
                *(int(pool.player_id[player]), last, first, people.slug(pool.name[player])),
                *(TEAMS[team].team_id, VENUES[team].slug, 0, TEAMS[team].city, TEAMS[team].name, TEAMS[team].tricode),
                *(people.jersey_number(player), people.position_letters(position)),
                *(people.height(player, position), people.weight(player, position)),
                *(people.college(player), people.country(player), None, None, None, 1.0),
                *(str(self._first_year(player)), str(season.start_year), None, None, None, "Season"),
            ]

    def _first_year(self, player: int) -> int:
        """The first season of the league in which he is on a roster."""
        return next(
            season.start_year
            for season in self._league.seasons.values()
            if player in season.setting.rosters.occupant[0]
        )

    def _today(self) -> date:
        return game_date_of(self._clock())


def _date_of(season: Season, trade: Trade) -> date:
    return season.fixtures.first_date + timedelta(days=trade.day)


def _parts(season: Season, trade: Trade, number: int) -> Iterator[dict[str, Any]]:
    """Both players of a trade, each with the team that receives him."""
    for player, gave, received in zip(trade.players, trade.teams, trade.teams[::-1], strict=True):
        name, kind = season.pool.name[player], _KINDS[int(season.pool.position[player])]
        words = f"{TEAMS[received].full_name} received {kind} {name} from {TEAMS[gave].full_name}."
        yield {
            "Transaction_Type": "Trade",
            "TRANSACTION_DATE": f"{_date_of(season, trade)}T00:00:00",
            "TRANSACTION_DESCRIPTION": words,
            "TEAM_ID": float(TEAMS[received].team_id),
            "TEAM_SLUG": VENUES[received].slug,
            "PLAYER_ID": float(season.pool.player_id[player]),
            "PLAYER_SLUG": people.slug(name),
            "Additional_Sort": float(TEAMS[gave].team_id),
            "GroupSort": f"Trade {season.start_year}{number:03d}",
        }


def _assignment(season: Season, game: int, crew: list[tuple[int, str, str]]) -> dict[str, Any]:
    home, away = (TEAMS[team] for team in season.teams[game])
    day = season.dates[game]
    officials: dict[str, Any] = {}
    for number in range(1, 5):
        code, name, jersey = crew[number - 1] if number <= len(crew) else (None, None, None)
        officials |= {f"official{number}": name, f"official{number}_code": code, f"official{number}_JNum": jersey}
    return {
        "game_id": season.game_ids[game],
        "game_date": f"{day:%m/%d/%Y}",
        "season": f"2{season.start_year}",
        "game_code": f"{day:%Y%m%d}/{away.tricode}{home.tricode}",
        "home_team_id": home.team_id,
        "home_team": home.city,
        "home_team_abbr": home.tricode,
        "away_team_id": away.team_id,
        "away_team": away.city,
        "away_team_abbr": away.tricode,
        **officials,
    }


def _table(rows: list[dict[str, Any]], columns: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    return {"rows": rows, "columns": [{"Name": name, "DataType": kind} for name, kind in columns]}


def _json(body: Any) -> Response:
    return Response(msgspec.json.encode(body), media_type="application/json; charset=utf-8")

"""What goes wrong in the league itself, as its upstreams then tell it: games moved, stuck or told late, corrections,
stale answers, names spelt otherwise.

A game that is moved is moved for every upstream at once; the others change the bodies of the NBA's own endpoints.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from nba_props.game_calendar import Clock, game_date_of
from nba_props.simulator.faults import App, Fault, Kind, Receive, Scope, Send, changed
from nba_props.simulator.league import League
from nba_props.simulator.season import Season

SCHEDULES = r"scheduleLeagueV2|scheduleleaguev2"
GAME_LOG = r"/stats/leaguegamelog"
BOX_SCORE_V3 = r"/stats/boxscoretraditionalv3.*GameID="
LIVE_BOX_SCORE = r"/liveData/boxscore/boxscore_"
IN_PROGRESS = 2


def with_game_moved(league: League, game_id: str, tip_off: datetime) -> League:
    """The league with one game played at another time; whatever happens in it stays the same."""
    season, game = league.games[game_id]
    moved = _season_with_game_moved(season, game, tip_off)
    other = copy.copy(league)
    other.__dict__.pop("games", None)
    other.seasons = {**league.seasons, season.name: moved}
    other.current = moved if league.current is season else league.current
    return other


def _season_with_game_moved(season: Season, game: int, tip_off: datetime) -> Season:
    fixtures, seconds = season.fixtures, int(tip_off.timestamp())
    delay = seconds - int(fixtures.tipoff[game])
    tipoff, day = fixtures.tipoff.copy(), fixtures.day.copy()
    tipoff[game] = seconds
    day[game] = (game_date_of(tip_off) - fixtures.first_date).days
    started, finished = season.started.copy(), season.finished.copy()
    started[game] += delay
    finished[game] += delay
    dates = list(season.dates)
    dates[game] = game_date_of(tip_off)
    return replace(
        season,
        fixtures=replace(fixtures, tipoff=tipoff, day=day),
        started=started,
        finished=finished,
        dates=tuple(dates),
    )


class Turning:
    """One world until a moment, another from then on."""

    def __init__(self, before: App, after: App, at: datetime, clock: Clock) -> None:
        self._before, self._after, self._at, self._clock = before, after, at, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        app = self._before if self._clock() < self._at else self._after
        await app(scope, receive, send)


def postponed(game_id: str, announced_at: datetime, moved_at: datetime | None = None) -> Fault:
    """The schedule marks a game as postponed, until it is moved."""

    def mark(game: dict[str, Any]) -> None:
        game.update(gameStatus=1, gameStatusText="PPD", postponedStatus="Y")

    return Fault(
        Kind.REWRITTEN, SCHEDULES, since=announced_at, until=moved_at, rewrite=changed(_in_schedule(game_id, mark))
    )


def stuck(game_id: str, since: datetime, until: datetime | None = None) -> Fault:
    """The schedule says that a game goes on although it is over."""

    def mark(game: dict[str, Any]) -> None:
        game.update(gameStatus=IN_PROGRESS, gameStatusText="Q4 0:00")

    return Fault(Kind.REWRITTEN, SCHEDULES, since=since, until=until, rewrite=changed(_in_schedule(game_id, mark)))


def late_box_score(game_id: str, until: datetime) -> tuple[Fault, ...]:
    """The NBA's own endpoints have no box score of a game until a moment."""

    def without(body: Any, _: str) -> Any:
        for result in body["resultSets"]:
            at = result["headers"].index("GAME_ID")
            result["rowSet"] = [row for row in result["rowSet"] if row[at] != game_id]
        return body

    return (
        Fault(Kind.REWRITTEN, GAME_LOG, until=until, rewrite=changed(without)),
        Fault(Kind.NOT_FOUND, f"{BOX_SCORE_V3}{game_id}", until=until),
        Fault(Kind.NOT_FOUND, f"{LIVE_BOX_SCORE}{game_id}", until=until),
    )


def corrected_box_score(game_id: str, player_id: int, since: datetime, *, rebounds: int = 1) -> tuple[Fault, ...]:
    """From a moment on a player has so many more offensive rebounds in the NBA's own endpoints."""

    def correct_log(body: Any, _: str) -> Any:
        for result in body["resultSets"]:
            headers = result["headers"]
            if "PLAYER_ID" not in headers:
                continue
            game, player = headers.index("GAME_ID"), headers.index("PLAYER_ID")
            for row in result["rowSet"]:
                if (row[game], row[player]) == (game_id, player_id):
                    for name in ("OREB", "REB"):
                        row[headers.index(name)] += rebounds
        return body

    def correct_game(body: Any, _: str) -> Any:
        box = body.get("boxScoreTraditional") or body.get("game")
        for side in ("homeTeam", "awayTeam"):
            for player in box[side]["players"]:
                if player["personId"] == player_id:
                    for name in ("reboundsOffensive", "reboundsTotal"):
                        player["statistics"][name] += rebounds
        return body

    log, game = changed(correct_log), changed(correct_game)
    paths = {GAME_LOG: log, f"{BOX_SCORE_V3}{game_id}": game, f"{LIVE_BOX_SCORE}{game_id}": game}
    return tuple(Fault(Kind.REWRITTEN, path, since=since, rewrite=rewrite) for path, rewrite in paths.items())


def stale_answers(path: str, since: datetime, until: datetime | None = None) -> Fault:
    """A cache in between: every second answer to the same question is the one given before, so that they come doubled
    and out of order."""
    kept: dict[str, bytes] = {}
    is_stale: dict[str, bool] = {}

    def answer(body: bytes, target: str) -> bytes:
        if is_stale.get(target):
            is_stale[target] = False
            return kept[target]
        kept[target], is_stale[target] = body, True
        return body

    return Fault(Kind.REWRITTEN, path, since=since, until=until, rewrite=answer)


def spelt_otherwise(path: str, name: str, spelling: str) -> Fault:
    """A player is called otherwise in the answers of some path."""

    def respelt(body: bytes, _: str) -> bytes:
        return body.replace(f'"{name}"'.encode(), f'"{spelling}"'.encode())

    return Fault(Kind.REWRITTEN, path, rewrite=respelt)


def _in_schedule(game_id: str, mark: Callable[[dict[str, Any]], None]) -> Callable[[Any, str], Any]:
    def change(body: Any, _: str) -> Any:
        for day in body["leagueSchedule"]["gameDates"]:
            for game in day["games"]:
                if game["gameId"] == game_id:
                    mark(game)
        return body

    return change

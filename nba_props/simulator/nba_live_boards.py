"""The NBA's scoreboard of a date (stats scoreboardv3) as it stands at a moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

import numpy as np

from nba_props.game_calendar import EASTERN
from nba_props.simulator.nba_league_people import jersey_number, position_letters, slug
from nba_props.simulator.nba_live_clock import REGULATION_PERIODS, GameTime, duration
from nba_props.simulator.players import Ints, market_weights
from nba_props.simulator.progress import counts_so_far, score_so_far
from nba_props.simulator.season import FINAL, IN_PLAY, SCHEDULED, Season
from nba_props.simulator.venues import VENUES
from nba_props.teams import TEAMS

_LEADER_MARKETS = ("points", "rebounds", "assists")
_NOBODY: dict[str, Any] = {
    "personId": 0,
    "name": "",
    "playerSlug": None,
    "jerseyNum": "",
    "position": "",
    "teamTricode": None,
    "points": 0,
    "rebounds": 0,
    "assists": 0,
}
_BROADCASTERS = (
    *("nationalBroadcasters", "nationalRadioBroadcasters", "nationalOttBroadcasters", "homeTvBroadcasters"),
    *("homeRadioBroadcasters", "homeOttBroadcasters", "awayTvBroadcasters", "awayRadioBroadcasters"),
    "awayOttBroadcasters",
)


class Boards:
    """The boards of one season."""

    def __init__(self, season: Season) -> None:
        self._season = season

    def body(self, day: date, now: int) -> dict[str, Any]:
        """The board of a date at an epoch second."""
        games = [game for game, played in enumerate(self._season.dates) if played == day]
        return board_body(day, [self._game(game, now) for game in games], now)

    @cached_property
    def _records(self) -> Ints:
        """Wins and losses of both teams before and after each game, shape (games, before or after, 2, 2)."""
        score = self._season.box_scores.score
        won = score > score[:, ::-1]
        records = np.zeros((len(won), 2, 2, 2), dtype=np.int64)
        running = np.zeros((len(TEAMS), 2), dtype=np.int64)
        for game in np.argsort(self._season.finished, kind="stable"):
            for side, team in enumerate(self._season.teams[game]):
                records[game, 0, side] = running[team]
                running[team, 0 if won[game, side] else 1] += 1
                records[game, 1, side] = running[team]
        return records

    def _game(self, game: int, now: int) -> dict[str, Any]:
        season, time = self._season, GameTime(self._season, game)
        status, share = time.status_at(now), time.share_at(now)
        period, left = time.period_at(share) if status == IN_PLAY else (len(time.minutes), 0.0)
        home, away = (TEAMS[team].tricode for team in season.teams[game])
        tip_off = datetime.fromtimestamp(int(season.fixtures.tipoff[game]), UTC)
        leaders, nobody = self._leaders(game, status, share), {"homeLeaders": _NOBODY, "awayLeaders": _NOBODY}
        return {
            "gameId": season.game_ids[game],
            "gameCode": f"{season.dates[game]:%Y%m%d}/{away}{home}",
            "gameStatus": status,
            "gameStatusText": _status_text(time, status, now),
            "period": 0 if status == SCHEDULED else period,
            "gameClock": duration(left) if status == IN_PLAY else "",
            "gameTimeUTC": f"{tip_off:%Y-%m-%dT%H:%M:%SZ}",
            "gameEt": f"{tip_off.astimezone(EASTERN):%Y-%m-%dT%H:%M:%SZ}",
            "regulationPeriods": REGULATION_PERIODS,
            "seriesGameNumber": "",
            "gameLabel": "",
            "gameSubLabel": "",
            "seriesText": "",
            "ifNecessary": False,
            "seriesConference": "",
            "poRoundDesc": "",
            "gameSubtype": "",
            "isNeutral": False,
            "gameLeaders": leaders,
            "teamLeaders": {**nobody, "seasonLeadersFlag": 0},
            "broadcasters": {name: [] for name in _BROADCASTERS},
            "homeTeam": self._team(game, 0, time, status, share),
            "awayTeam": self._team(game, 1, time, status, share),
        }

    def _team(self, game: int, side: int, time: GameTime, status: int, share: float) -> dict[str, Any]:
        team = int(self._season.teams[game, side])
        wins, losses = self._records[game, int(status == FINAL), side].tolist()
        gone = [score_so_far(self._season, game, min(end, share))[side] for end in time.boundaries]
        shown = gone if status == FINAL else gone[: max(REGULATION_PERIODS, time.period_at(share)[0])]
        return {
            "teamId": TEAMS[team].team_id,
            "teamName": TEAMS[team].name,
            "teamCity": TEAMS[team].city,
            "teamTricode": TEAMS[team].tricode,
            "teamSlug": VENUES[team].slug,
            "wins": wins,
            "losses": losses,
            "score": gone[-1],
            "seed": 0,
            "inBonus": None,
            "timeoutsRemaining": 0,
            "periods": _periods(shown),
        }

    def _leaders(self, game: int, status: int, share: float) -> dict[str, Any]:
        if status == SCHEDULED:
            return {"homeLeaders": _NOBODY, "awayLeaders": _NOBODY}
        counts = counts_so_far(self._season, game, share)
        home, away = (self._leader(game, side, counts[side]) for side in (0, 1))
        return {"homeLeaders": home, "awayLeaders": away}

    def _leader(self, game: int, side: int, counts: Ints) -> dict[str, Any]:
        """Who has most points so far, and his other numbers."""
        numbers = {market: counts @ market_weights(market).astype(np.int64) for market in _LEADER_MARKETS}
        slot = int(np.argmax(numbers["points"]))
        player = int(self._season.setting.players[game, side, slot])
        pool = self._season.pool
        return {
            "personId": int(pool.player_id[player]),
            "name": pool.name[player],
            "playerSlug": slug(pool.name[player]),
            "jerseyNum": jersey_number(player),
            "position": position_letters(int(pool.position[player])),
            "teamTricode": TEAMS[self._season.teams[game, side]].tricode,
            **{market: int(values[slot]) for market, values in numbers.items()},
        }


def board_body(day: date, games: Sequence[dict[str, Any]], now: int) -> dict[str, Any]:
    """A board with given games."""
    return {
        "meta": {
            "version": 1,
            "request": f"http://nba.cloud/league/00/{day:%Y/%m/%d}/scoreboard?Format=json",
            "time": f"{datetime.fromtimestamp(now, UTC):%Y-%m-%dT%H:%M:%S}.000Z",
        },
        "scoreboard": {
            "gameDate": str(day),
            "leagueId": "00",
            "leagueName": "National Basketball Association",
            "games": list(games),
        },
    }


def _status_text(time: GameTime, status: int, now: int) -> str:
    if status == IN_PLAY:
        return time.clock_text(now)
    if status == FINAL:
        overtimes = len(time.minutes) - REGULATION_PERIODS
        return "Final" + ("" if overtimes == 0 else "/OT" if overtimes == 1 else f"/OT{overtimes}")
    eastern = datetime.fromtimestamp(int(time.season.fixtures.tipoff[time.game]), EASTERN)
    return f"{eastern.hour % 12 or 12}:{eastern:%M} {'am' if eastern.hour < 12 else 'pm'} ET"


def _periods(gone: Sequence[int]) -> list[dict[str, Any]]:
    """Points by period from those at the end of each."""
    return [
        {
            "period": number,
            "periodType": "REGULAR" if number <= REGULATION_PERIODS else "OVERTIME",
            "score": points - before,
        }
        for number, (points, before) in enumerate(zip(gone, (0, *gone), strict=False), start=1)
    ]

"""The NBA's season schedule as it stands at a moment: statuses, scores and records follow the games."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import numpy as np

from nba_props.game_calendar import EASTERN
from nba_props.simulator.players import Ints
from nba_props.simulator.progress import game_clock, score_so_far
from nba_props.simulator.season import FINAL, IN_PLAY, Season
from nba_props.simulator.venues import VENUES
from nba_props.teams import TEAMS

_BROADCASTER_KINDS = (
    *("nationalTv", "nationalRadio", "nationalOtt", "homeTv", "homeRadio", "homeOtt"),
    *("awayTv", "awayRadio", "awayOtt", "intlRadio", "intlTv", "intlOtt"),
)
_NOTHING_BROADCAST: dict[str, list[Any]] = {f"{kind}Broadcasters": [] for kind in _BROADCASTER_KINDS}
_NATIONAL = {
    "broadcasterScope": "natl",
    "broadcasterMedia": "tv",
    "broadcasterId": 10,
    "broadcasterDisplay": "ESPN",
    "broadcasterAbbreviation": "ESPN",
    "broadcasterDescription": "",
    "tapeDelayComments": "",
    "broadcasterVideoLink": "",
    "regionId": 1,
    "broadcasterTeamId": -1,
    "broadcasterRanking": None,
    "localizationRegion": "",
}
_BROADCASTERS = [
    {
        "broadcasterId": 10,
        "broadcasterDisplay": "ESPN",
        "broadcasterAbbreviation": "ESPN",
        "broadcasterDescription": "",
        "regionId": 1,
    }
]


class ScheduleBodies:
    """The schedule of one season at any moment; games not in play are encoded once and kept."""

    def __init__(self, season: Season) -> None:
        self._season = season
        self._scores = season.box_scores.score
        self._points = season.box_scores.market("points")
        self._records = _records(season, self._scores)
        self._weeks = _weeks(season)
        self._kept: dict[tuple[int, int], msgspec.Raw] = {}
        played: Counter[date] = Counter()
        self._sequence = []
        for day in season.dates:
            played[day] += 1
            self._sequence.append(played[day])

    def body(self, now: int) -> dict[str, Any]:
        """The body at an epoch second, in the layout of scheduleLeagueV2 and scheduleleaguev2int."""
        season = self._season
        by_date: dict[date, list[Any]] = {}
        for game, status in enumerate(season.status(now).tolist()):
            by_date.setdefault(season.dates[game], []).append(self._game(game, status, now))
        dates = [{"gameDate": f"{day:%m/%d/%Y} 00:00:00", "games": by_date[day]} for day in sorted(by_date)]
        return {
            "meta": {
                "version": 1,
                "request": f"http://nba.cloud/league/00/{season.name}/scheduleleaguev2?Format=json",
                "time": f"{datetime.fromtimestamp(now, UTC):%Y-%m-%dT%H:%M:%S}.000Z",
            },
            "leagueSchedule": {
                "seasonYear": season.name,
                "leagueId": "00",
                "gameDates": dates,
                "weeks": self._weeks,
                "broadcasterList": _BROADCASTERS,
            },
        }

    def _game(self, game: int, status: int, now: int) -> dict[str, Any] | msgspec.Raw:
        if status == IN_PLAY:
            clock = game_clock(self._season, game, now)
            score = score_so_far(self._season, game, clock.share)
            return self._game_object(game, status, clock.text, score)
        if (game, status) not in self._kept:
            score, text = (0, 0), _tipoff_text(self._season, game)
            if status == FINAL:
                score, text = tuple(self._scores[game].tolist()), _final_text(self._season, game)
            self._kept[game, status] = msgspec.Raw(msgspec.json.encode(self._game_object(game, status, text, score)))
        return self._kept[game, status]

    def _game_object(self, game: int, status: int, text: str, score: tuple[int, int]) -> dict[str, Any]:
        season, sequence, day = self._season, self._sequence[game], self._season.dates[game]
        home, away = season.teams[game].tolist()
        venue, week = VENUES[home], _week_number(season, day)
        records = self._records[game].tolist() if status == FINAL else [(0, 0), (0, 0)]
        return {
            "gameId": season.game_ids[game],
            "gameCode": f"{day:%Y%m%d}/{TEAMS[away].tricode}{TEAMS[home].tricode}",
            "gameStatus": status,
            "gameStatusText": text,
            "gameSequence": sequence,
            **_schedule_times(season, game),
            "day": f"{day:%a}",
            "monthNum": day.month,
            "weekNumber": week,
            "weekName": f"Week {week}",
            "ifNecessary": False,
            "seriesGameNumber": "",
            "gameLabel": "",
            "gameSubLabel": "",
            "seriesText": "",
            "arenaName": venue.arena,
            "arenaState": venue.arena_state,
            "arenaCity": venue.arena_city,
            "postponedStatus": "N",
            "branchLink": "",
            "gameSubtype": "",
            "isNeutral": False,
            "broadcasters": _NOTHING_BROADCAST | ({"nationalTvBroadcasters": [_NATIONAL]} if sequence == 1 else {}),
            "homeTeam": _schedule_team(home, score[0], records[0]),
            "awayTeam": _schedule_team(away, score[1], records[1]),
            "pointsLeaders": _points_leaders(season, game, self._points[game]) if status == FINAL else [],
        }


def _records(season: Season, scores: Ints) -> Ints:
    """Wins and losses of both teams after each game, shape (games, 2, 2)."""
    won = scores > scores[:, ::-1]
    records = np.zeros((*won.shape, 2), dtype=np.int64)
    running: dict[int, list[int]] = {}
    for game, pair in enumerate(season.teams.tolist()):
        for side, team in enumerate(pair):
            record = running.setdefault(team, [0, 0])
            record[0 if won[game, side] else 1] += 1
            records[game, side] = record
    return records


def _schedule_times(season: Season, game: int) -> dict[str, str]:
    moment = datetime.fromtimestamp(int(season.fixtures.tipoff[game]), UTC)
    eastern = moment.astimezone(EASTERN)
    midnight = eastern.replace(hour=0, minute=0).astimezone(UTC)
    home, away = (VENUES[team].time_zone for team in season.teams[game].tolist())
    stamp = "%Y-%m-%dT%H:%M:%SZ"
    return {
        "gameDateEst": f"{eastern:%Y-%m-%d}T00:00:00Z",
        "gameTimeEst": f"1900-01-01T{eastern:%H:%M:%S}Z",
        "gameDateTimeEst": eastern.strftime(stamp),
        "gameDateUTC": midnight.strftime(stamp),
        "gameTimeUTC": f"1900-01-01T{moment:%H:%M:%S}Z",
        "gameDateTimeUTC": moment.strftime(stamp),
        "awayTeamTime": moment.astimezone(away).strftime(stamp),
        "homeTeamTime": moment.astimezone(home).strftime(stamp),
    }


def _tipoff_text(season: Season, game: int) -> str:
    eastern = datetime.fromtimestamp(int(season.fixtures.tipoff[game]), EASTERN)
    return f"{eastern.hour % 12 or 12}:{eastern:%M} {'am' if eastern.hour < 12 else 'pm'} ET"


def _final_text(season: Season, game: int) -> str:
    overtimes = int(season.box_scores.overtimes[game])
    return "Final" + ("" if overtimes == 0 else "/OT" if overtimes == 1 else f"/OT{overtimes}")


def _schedule_team(team: int, score: int, record: Sequence[int]) -> dict[str, Any]:
    return {
        "teamId": TEAMS[team].team_id,
        "teamName": TEAMS[team].name,
        "teamCity": TEAMS[team].city,
        "teamTricode": TEAMS[team].tricode,
        "teamSlug": VENUES[team].slug,
        "wins": record[0],
        "losses": record[1],
        "score": score,
        "seed": 0,
    }


def _points_leaders(season: Season, game: int, points: Ints) -> list[dict[str, Any]]:
    side, slot = np.unravel_index(int(np.argmax(points)), points.shape)
    player = int(season.setting.players[game, side, slot])
    team = TEAMS[season.teams[game, side]]
    first, _, last = season.pool.name[player].partition(" ")
    return [
        {
            "personId": int(season.pool.player_id[player]),
            "firstName": first,
            "lastName": last,
            "teamId": team.team_id,
            "teamCity": team.city,
            "teamName": team.name,
            "teamTricode": team.tricode,
            "points": float(points[side, slot]),
        }
    ]


def _week_number(season: Season, day: date) -> int:
    first = season.fixtures.first_date
    return (day - (first - timedelta(days=first.weekday()))).days // 7 + 1


def _weeks(season: Season) -> list[dict[str, Any]]:
    first, last = season.fixtures.first_date, season.dates[-1]
    monday = first - timedelta(days=first.weekday())
    return [
        {
            "weekNumber": number,
            "weekName": f"Week {number}",
            "startDate": f"{max(first, monday + timedelta(days=7 * number - 7))}T00:00:00Z",
            "endDate": f"{min(last, monday + timedelta(days=7 * number - 1))}T00:00:00Z",
        }
        for number in range(1, _week_number(season, last) + 1)
    ]

"""Play by play as the NBA's CDN sends it (liveData playbyplay), growing as the game goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from nba_props.simulator.nba_league_people import initial_and_last
from nba_props.simulator.nba_live_clock import REGULATION_PERIODS, GameTime, duration
from nba_props.simulator.nba_live_floor import Spot, spot_of
from nba_props.simulator.nba_live_play import Event, events_of
from nba_props.simulator.season import Season
from nba_props.teams import TEAMS

_STREAM = 941
_DRAWN_A_SHOT = 5
_DUNK_FEET, _DUNK_SHARE = 3.0, 0.3


@dataclass(frozen=True)
class Action:
    """An action as it is sent, and the epoch second from when it is told."""

    at: float
    body: msgspec.Raw


def actions_of(season: Season, game: int) -> list[Action]:
    """Every action of a game, in order."""
    events = events_of(season, game)
    drawn = season.generator(_STREAM, game).random((len(events), _DRAWN_A_SHOT)).tolist()
    teller = _Teller(season, game, GameTime(season, game), iter(drawn))
    return [teller.told(event) for event in events]


def play_body(season: Season, game: int, actions: list[Action], now: int) -> dict[str, Any]:
    """The answer at an epoch second."""
    game_id = season.game_ids[game]
    return {
        "meta": {
            "version": 1,
            "code": 200,
            "request": f"http://nba.cloud/games/{game_id}/playbyplay?Format=json",
            "time": f"{datetime.fromtimestamp(now, UTC):%Y-%m-%d %H:%M:%S.%f}",
        },
        "game": {"gameId": game_id, "actions": [action.body for action in actions if action.at <= now]},
    }


@dataclass
class _Teller:
    """Tells events in order; keeps score and everybody's totals."""

    season: Season
    game: int
    time: GameTime
    drawn: Iterator[list[float]]
    score: list[int] = field(default_factory=lambda: [0, 0])
    totals: Counter[tuple[str, int, int]] = field(default_factory=Counter)
    number: int = 1
    period: int = 1
    shot_number: int = 0
    possession: int = 0

    def told(self, event: Event) -> Action:
        """One event as an action."""
        self.number += 1
        if event.kind == "period":
            self.period, left = event.value, self.time.minutes[event.value - 1] if event.detail == "start" else 0.0
        else:
            self.period, left = self.time.period_at(event.share)
        details = self._details(event)
        at = self.time.real_time(event.share, self.period)
        if event.side >= 0:
            self.possession = TEAMS[self.season.teams[self.game, event.side]].team_id
        stamp = datetime.fromtimestamp(at, UTC)
        body = {
            "actionNumber": self.number,
            "clock": duration(left),
            "timeActual": f"{stamp:%Y-%m-%dT%H:%M:%S}.{stamp.microsecond // 100_000}Z",
            "period": self.period,
            "periodType": "REGULAR" if self.period <= REGULATION_PERIODS else "OVERTIME",
            **self._actor(event),
            "qualifiers": [],
            "x": None,
            "y": None,
            "side": None,
            "possession": self.possession,
            "scoreHome": str(self.score[0]),
            "scoreAway": str(self.score[1]),
            "edited": f"{stamp:%Y-%m-%dT%H:%M:%SZ}",
            "orderNumber": self.number * 10_000,
            "isTargetScoreLastPeriod": False,
            "xLegacy": None,
            "yLegacy": None,
            "isFieldGoal": 0,
            **details,
        }
        return Action(at, msgspec.Raw(msgspec.json.encode(body)))

    def _details(self, event: Event) -> dict[str, Any]:
        tellers: dict[str, Callable[[Event], dict[str, Any]]] = {
            "period": self._period,
            "game": self._game,
            "shot": self._shot,
            "freethrow": self._freethrow,
            "rebound": self._rebound,
            "turnover": self._turnover,
            "steal": lambda steal: self._counted(steal, "STL"),
            "block": lambda block: self._counted(block, "BLK"),
            "foul": self._foul,
        }
        return tellers[event.kind](event)

    def _actor(self, event: Event) -> dict[str, Any]:
        if event.side < 0:
            return {"personId": 0, "personIdsFilter": []}
        team = TEAMS[self.season.teams[self.game, event.side]]
        acting = {"teamId": team.team_id, "teamTricode": team.tricode}
        if event.slot < 0:
            return {**acting, "personId": 0, "personIdsFilter": []}
        others = [self._id(*other) for other in self._others(event)]
        own = self._id(event.side, event.slot)
        name = self._name(event.side, event.slot)
        return {
            **acting,
            "personId": own,
            "playerName": name.partition(" ")[2],
            "playerNameI": initial_and_last(name),
            "personIdsFilter": [own, *others],
        }

    def _others(self, event: Event) -> list[tuple[int, int]]:
        if event.partner < 0:
            return []
        return [(event.side if event.kind == "shot" and event.made else 1 - event.side, event.partner)]

    def _id(self, side: int, slot: int) -> int:
        return int(self.season.pool.player_id[self.season.setting.players[self.game, side, slot]])

    def _name(self, side: int, slot: int) -> str:
        return self.season.pool.name[int(self.season.setting.players[self.game, side, slot])]

    def _total(self, what: str, side: int, slot: int, more: int = 1) -> int:
        self.totals[what, side, slot] += more
        return self.totals[what, side, slot]

    def _period(self, event: Event) -> dict[str, Any]:
        return {"actionType": "period", "subType": event.detail, "description": f"Period {event.detail.title()}"}

    def _game(self, event: Event) -> dict[str, Any]:
        return {"actionType": "game", "subType": "end", "possession": 0, "description": "Game End"}

    def _shot(self, event: Event) -> dict[str, Any]:
        self.shot_number = self.number
        drawn = next(self.drawn)
        spot = spot_of(event.value, drawn)
        side = "left" if (event.side == 0) == (self.period <= 2) else "right"
        x, y = spot.on_court(side)
        who = initial_and_last(self._name(event.side, event.slot))
        sub_type = _sub_type(spot, drawn[-1])
        words = f"{who} {int(spot.feet)}' " + ("3PT" if event.value == 3 else sub_type)
        details: dict[str, Any] = {
            "actionType": f"{event.value}pt",
            "subType": sub_type,
            "qualifiers": ["pointsinthepaint"] if spot.is_paint else [],
            "x": x,
            "y": y,
            "area": spot.area,
            "areaDetail": spot.area_detail,
            "side": side,
            "shotDistance": spot.feet,
            "xLegacy": spot.across,
            "yLegacy": spot.along,
            "isFieldGoal": 1,
        }
        if not event.made:
            return details | self._miss(event, words)
        return details | self._basket(event, words)

    def _miss(self, event: Event, words: str) -> dict[str, Any]:
        missed = {"shotResult": "Missed", "description": f"MISS {words}"}
        if event.partner < 0:
            return missed
        blocker = self._name(1 - event.side, event.partner)
        return {
            "shotResult": "Missed",
            "description": f"MISS {words} - blocked",
            "blockPlayerName": blocker.partition(" ")[2],
            "blockPersonId": self._id(1 - event.side, event.partner),
        }

    def _basket(self, event: Event, words: str) -> dict[str, Any]:
        points = self._scored(event)
        made = {"shotResult": "Made", "pointsTotal": points, **self._scores()}
        if event.partner < 0:
            return made | {"description": f"{words} ({points} PTS)"}
        assists = self._total("assist", event.side, event.partner)
        helper = initial_and_last(self._name(event.side, event.partner))
        return made | {
            "description": f"{words} ({points} PTS) ({helper} {assists} AST)",
            "assistPlayerNameInitial": helper,
            "assistPersonId": self._id(event.side, event.partner),
            "assistTotal": assists,
        }

    def _freethrow(self, event: Event) -> dict[str, Any]:
        self.shot_number = self.number
        words = f"{initial_and_last(self._name(event.side, event.slot))} Free Throw 1 of 1"
        told: dict[str, Any] = {"actionType": "freethrow", "subType": "1 of 1"}
        if not event.made:
            return told | {"shotResult": "Missed", "description": f"MISS {words}"}
        points = self._scored(event)
        return told | {
            "shotResult": "Made",
            "pointsTotal": points,
            "description": f"{words} ({points} PTS)",
            **self._scores(),
        }

    def _scored(self, event: Event) -> int:
        self.score[event.side] += event.value
        return self._total("points", event.side, event.slot, event.value)

    def _scores(self) -> dict[str, str]:
        return {"scoreHome": str(self.score[0]), "scoreAway": str(self.score[1])}

    def _rebound(self, event: Event) -> dict[str, Any]:
        kind = "offensive" if event.offensive else "defensive"
        told: dict[str, Any] = {"actionType": "rebound", "subType": kind, "shotActionNumber": self.shot_number}
        if event.slot < 0:
            return told | {"qualifiers": ["team"], "description": f"TEAM {kind} REBOUND"}
        self._total(kind, event.side, event.slot)
        offensive, defensive = (self._total(each, event.side, event.slot, 0) for each in ("offensive", "defensive"))
        who = initial_and_last(self._name(event.side, event.slot))
        return told | {
            "reboundTotal": offensive + defensive,
            "reboundDefensiveTotal": defensive,
            "reboundOffensiveTotal": offensive,
            "description": f"{who} REBOUND (Off:{offensive} Def:{defensive})",
        }

    def _turnover(self, event: Event) -> dict[str, Any]:
        total = self._total("turnover", event.side, event.slot)
        kind = "bad pass" if event.partner >= 0 else "traveling"
        who = initial_and_last(self._name(event.side, event.slot))
        told: dict[str, Any] = {
            "actionType": "turnover",
            "subType": kind,
            "turnoverTotal": total,
            "description": f"{who} {kind} TURNOVER ({total} TO)",
        }
        if event.partner < 0:
            return told
        return told | {
            "stealPlayerName": self._name(1 - event.side, event.partner).partition(" ")[2],
            "stealPersonId": self._id(1 - event.side, event.partner),
        }

    def _counted(self, event: Event, short: str) -> dict[str, Any]:
        total = self._total(event.kind, event.side, event.slot)
        who = initial_and_last(self._name(event.side, event.slot))
        words = f"{who} {event.kind.upper()} ({total} {short})"
        return {"actionType": event.kind, "subType": "", "description": words}

    def _foul(self, event: Event) -> dict[str, Any]:
        total = self._total("foul", event.side, event.slot)
        who = initial_and_last(self._name(event.side, event.slot))
        told: dict[str, Any] = {
            "actionType": "foul",
            "subType": "personal",
            "foulPersonalTotal": total,
            "foulTechnicalTotal": 0,
            "description": f"{who} personal FOUL ({total} PF)",
        }
        if event.partner < 0:
            return told
        drawn = self._name(1 - event.side, event.partner)
        return told | {
            "descriptor": "shooting",
            "qualifiers": ["1freethrow"],
            "description": f"{who} shooting personal FOUL ({total} PF) ({drawn.partition(' ')[2]} 1 FT)",
            "foulDrawnPlayerName": drawn.partition(" ")[2],
            "foulDrawnPersonId": self._id(1 - event.side, event.partner),
        }


def _sub_type(spot: Spot, drawn: float) -> str:
    if spot.area != "Restricted Area":
        return "Jump Shot"
    return "DUNK" if spot.feet < _DUNK_FEET and drawn < _DUNK_SHARE else "Layup"

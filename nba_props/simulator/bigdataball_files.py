"""A finished game as a play-by-play file of BigDataBall: events drawn so that they add up to the box score."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from nba_props.simulator.bigdataball_rotation import LANES, period_seconds, rotation
from nba_props.simulator.names import without_accents
from nba_props.simulator.players import POSITION
from nba_props.simulator.season import Season
from nba_props.teams import TEAMS

_HEADERS = (
    "game_id data_set date a1 a2 a3 a4 a5 h1 h2 h3 h4 h5 period away_score home_score remaining_time elapsed "
    "play_length play_id team event_type assist away home block entered left num opponent outof player points "
    "possession reason result steal type shot_distance original_x original_y converted_x converted_y description"
)
HEADER = _HEADERS.split()
"""Columns in the order of the files."""

Fields = dict[str, str | int | float]
"""Values of a row by header."""

HOME, AWAY = 0, 1
NOBODY = -1
_STREAM = 921
_TWOS = ("jump shot", "layup", "driving layup", "dunk", "hook shot", "driving floating jump shot")
_TURNOVERS = (("bad pass", "bad pass"), ("lost ball", ""), ("traveling", ""))


@dataclass
class Event:
    """One event of a team: when (second of playing time), what, by whom, and its further fields by header."""

    second: int
    side: int
    kind: str
    slot: int = NOBODY
    fields: Fields = field(default_factory=dict)

    @property
    def points(self) -> int:
        """What it adds to the team's score."""
        return int(self.fields.get("points", 0))


def file_name(season: Season, game: int) -> str:
    """Such as ``[2027-01-12]-0022600563-ATL@CHI.csv``."""
    home, away = (TEAMS[index].tricode for index in season.teams[game].tolist())
    return f"[{season.dates[game]}]-{season.game_ids[game]}-{away}@{home}.csv"


def file_bytes(season: Season, game: int) -> bytes:
    """The file's content; the same for the same league and game."""
    return _GameFile(season, game).content()


class _GameFile:
    """One game: its rotations and names, its events in order, its rows."""

    def __init__(self, season: Season, game: int) -> None:
        self._season, self._game = season, game
        self._rng = season.generator(_STREAM, game)
        self._counts = season.box_scores.counts[game]
        self._rotations = [rotation(season, game, side) for side in (HOME, AWAY)]
        self._names = [
            [without_accents(season.pool.name[player]) for player in season.setting.players[game, side].tolist()]
            for side in (HOME, AWAY)
        ]
        self._tricodes = [TEAMS[index].tricode for index in season.teams[game].tolist()]

    def content(self) -> bytes:
        text = io.StringIO()
        writer = csv.DictWriter(text, HEADER, lineterminator="\r\n", restval="")
        writer.writeheader()
        writer.writerows(self._rows())
        return text.getvalue().encode()

    # What happens

    def _events(self) -> list[Event]:
        """Everything that happens but for substitutions and periods, by time."""
        events = []
        for side in (HOME, AWAY):
            shots = self._shots(side)
            turnovers = self._each(side, "turnovers", "turnover")
            frees = self._free_throws(side)
            fouls = self._each(1 - side, "fouls", "foul")
            extra = [
                *self._credit(side, "assists", "assist", [shot for shot in shots if shot.fields["result"] == "made"]),
                *self._credit(1 - side, "blocks", "block", [shot for shot in shots if shot.fields["result"] != "made"]),
                *self._credit(1 - side, "steals", "steal", turnovers),
            ]
            misses = [shot for shot in shots if shot.fields["result"] == "missed"]
            rebounds = [
                *self._rebounds(side, "offensive", misses),
                *self._rebounds(1 - side, "defensive", misses),
            ]
            self._describe_fouls(fouls)
            self._describe_turnovers(turnovers)
            events += [*shots, *turnovers, *fouls, *frees, *extra, *rebounds]
        return sorted(events, key=lambda event: event.second)

    def _shots(self, side: int) -> list[Event]:
        shots = []
        for points, made, missed in ((2, "two_made", "two_missed"), (3, "three_made", "three_missed")):
            for name, result in ((made, "made"), (missed, "missed")):
                for shot in self._each(side, name, "shot"):
                    shot.fields |= {"points": points if result == "made" else 0, "result": result}
                    shot.fields |= self._place(side, points)
                    shots.append(shot)
        return shots

    def _place(self, side: int, points: int) -> Fields:
        """Kind and place of a shot: tenths of feet from the basket, and feet on the whole court."""
        distance = self._rng.uniform(0, 220) if points == 2 else self._rng.uniform(238, 275)
        corner = 0.1 if points == 2 else 0.45  # nearer to the baseline a three would lie outside of the court
        angle = self._rng.uniform(corner, np.pi - corner)
        x, y = round(distance * np.cos(angle)), round(distance * np.sin(angle))
        kind = _TWOS[int(self._rng.integers(len(_TWOS)))] if points == 2 else "3pt jump shot"
        return {
            "type": kind,
            "shot_distance": int(np.hypot(x, y) / 10),
            "original_x": x,
            "original_y": y,
            "converted_x": 25 + x / 10 if side == HOME else 25 - x / 10,
            "converted_y": 89 - y / 10 if side == HOME else 5 + y / 10,
        }

    def _free_throws(self, side: int) -> list[Event]:
        """Trips of two, an odd one alone."""
        throws = []
        for slot in range(self._counts.shape[1]):
            made, missed = (int(self._counts[side, slot, POSITION[name]]) for name in ("free_made", "free_missed"))
            results = ["made"] * made + ["missed"] * missed
            self._rng.shuffle(results)
            while results:
                trip, results = results[:2], results[2:]
                second = self._moment([(side, slot)])
                for number, result in enumerate(trip, start=1):
                    told: Fields = {"num": number, "outof": len(trip), "result": result}
                    told |= {"points": int(result == "made"), "type": f"free throw {number}/{len(trip)}"}
                    throws.append(Event(second, side, "free throw", slot, told))
        return throws

    def _each(self, side: int, statistic: str, kind: str) -> list[Event]:
        """One event for each count of a statistic, at a moment when its player is on the floor."""
        counts = self._counts[side, :, POSITION[statistic]]
        slots = np.repeat(np.arange(len(counts)), counts).tolist()
        return [Event(self._moment([(side, slot)]), side, kind, slot) for slot in slots]

    def _credit(self, side: int, statistic: str, header: str, events: Sequence[Event]) -> list[Event]:
        """Name whom a statistic is credited to in the events that it belongs to, moved to when both are on the floor.

        What fits no event is told by one of an unknown kind, so that sums stay right.
        """
        counts = self._counts[side, :, POSITION[statistic]]
        slots = sorted(np.repeat(np.arange(len(counts)), counts).tolist(), key=lambda slot: -int(counts[slot]))
        free, extra = [events[place] for place in self._rng.permutation(len(events)).tolist()], []
        for slot in slots:
            event = next((each for each in free if self._can_be(each, side, slot)), None)
            if event is None:
                event = Event(self._moment([(side, slot)]), side, "", NOBODY, {"type": "unknown"})
                extra.append(event)
            else:
                free.remove(event)
                event.second = self._moment([(event.side, event.slot), (side, slot)])
            event.fields[header] = self._names[side][slot]
        return extra

    def _can_be(self, event: Event, side: int, slot: int) -> bool:
        together = self._floor(event.side, event.slot) & self._floor(side, slot)
        return (event.side, event.slot) != (side, slot) and bool(together.any())

    def _rebounds(self, side: int, kind: str, misses: list[Event]) -> list[Event]:
        """Rebounds, each after a miss while he is on the floor as long as there are any; those misses are used up."""
        rebounds = self._each(side, f"{kind}_rebounds", "rebound")
        for rebound in rebounds:
            rebound.fields["type"] = f"rebound {kind}"
            floor = self._floor(side, rebound.slot)
            miss = next((each for each in misses if floor[each.second]), None)
            if miss is not None:
                misses.remove(miss)
                rebound.second = miss.second
        return rebounds

    def _describe_fouls(self, fouls: Sequence[Event]) -> None:
        for foul in fouls:
            opponents = self._rotations[1 - foul.side].lineups[foul.second]
            opponent = self._names[1 - foul.side][int(opponents[self._rng.integers(LANES)])]
            foul.fields |= {"type": "personal", "reason": "p.foul", "opponent": opponent}

    def _describe_turnovers(self, turnovers: Sequence[Event]) -> None:
        for turnover in turnovers:
            choices = 2 if "steal" in turnover.fields else 3
            kind, reason = _TURNOVERS[int(self._rng.integers(choices))]
            turnover.fields |= {"type": kind, "reason": reason}

    def _moment(self, people: Sequence[tuple[int, int]]) -> int:
        """A second at which all of them are on the floor."""
        together = np.logical_and.reduce([self._floor(side, slot) for side, slot in people])
        return int(self._rng.choice(np.flatnonzero(together)))

    def _floor(self, side: int, slot: int) -> npt.NDArray[np.bool_]:
        return np.asarray(self._rotations[side].on_floor[slot])

    # How it is written

    def _rows(self) -> Iterator[Fields]:
        events, score, number, start = self._events(), [0, 0], 0, 0
        for period, length in enumerate(period_seconds(self._season, self._game), start=1):
            inside = [event for event in events if start <= event.second < start + length]
            told = [*self._substitutions(start, length), *inside]
            told.sort(key=lambda event: event.second)  # stable: substitutions come first in their second
            edges = [Event(start + at, HOME, f"{name} of period") for at, name in ((0, "start"), (length, "end"))]
            before = start
            for event in (edges[0], *told, edges[1]):
                number += 1
                score[event.side] += event.points
                elapsed = event.second - start
                yield {
                    **self._frame(min(event.second, start + length - 1)),
                    "period": period,
                    "away_score": score[AWAY],
                    "home_score": score[HOME],
                    "remaining_time": _clock(length - elapsed),
                    "elapsed": _clock(elapsed),
                    "play_length": _clock(event.second - before),
                    "play_id": number,
                    **self._told(event),
                }
                before = event.second
            start += length

    def _frame(self, second: int) -> Fields:
        """What every row of a second has: the game and the ten players."""
        floor: Fields = {
            f"{letter}{lane + 1}": self._names[side][int(slot)]
            for letter, side in (("a", AWAY), ("h", HOME))
            for lane, slot in enumerate(self._rotations[side].lineups[second])
        }
        years = f"{self._season.start_year}-{self._season.start_year + 1}"
        identity: Fields = {
            "game_id": int(self._season.game_ids[self._game]),
            "data_set": f"NBA {years} Regular Season",
            "date": str(self._season.dates[self._game]),
        }
        return identity | floor

    def _told(self, event: Event) -> Fields:
        if event.kind.endswith("of period"):
            return {"event_type": event.kind, "type": event.kind}
        team = {"team": self._tricodes[event.side]} if event.kind else {}
        player = self._names[event.side][event.slot] if event.slot != NOBODY else ""
        told = {**team, "event_type": event.kind, "player": player, **event.fields}
        return told | {"description": _description(told)}

    def _substitutions(self, start: int, length: int) -> list[Event]:
        found = []
        for side in (HOME, AWAY):
            lineups = self._rotations[side].lineups[start : start + length]
            for second, lane in np.argwhere(lineups[1:] != lineups[:-1]).tolist():
                left, entered = (self._names[side][int(lineups[second + at, lane])] for at in (0, 1))
                told: Fields = {"type": "sub", "player": left, "entered": entered, "left": left}
                found.append(Event(start + second + 1, side, "substitution", NOBODY, told))
        return found


def _clock(seconds: int) -> str:
    return f"0:{seconds // 60:02d}:{seconds % 60:02d}"


def _description(told: Fields) -> str:
    kind, player = str(told["event_type"]), str(told.get("player", ""))
    last = player.partition(" ")[2] or player
    if kind == "substitution":
        return f"SUB: {told['entered']} FOR {told['left']}"
    if kind in ("shot", "free throw"):
        miss = "" if told["result"] == "made" else "MISS "
        where = f" {told['shot_distance']}'" if kind == "shot" else ""
        return f"{miss}{last}{where} {str(told['type']).title()}"
    return f"{last} {kind.upper()}" if kind else ""

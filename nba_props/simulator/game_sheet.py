"""A game's score sheet: who started, what everybody has done up to a share of the game, who does not play and why."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from nba_props.simulator.game_log import box_score_numbers
from nba_props.simulator.progress import counts_so_far
from nba_props.simulator.rosters import ROLES
from nba_props.simulator.season import Season

COURT = ("PG", "SG", "SF", "PF", "C")
"""Positions of five starters, smallest first."""

_LISTED = ("SF", "PF", "C", "SG", "PG")
_STARTERS = 5
_LATE_HOURS = 2.0
_AILMENTS = (
    "Left Ankle; Sprain",
    "Right Knee; Soreness",
    "Lower Back; Tightness",
    "Left Hamstring; Strain",
    "Right Calf; Strain",
    "Illness",
    "Left Knee; Injury Management",
    "Right Wrist; Sprain",
)


@dataclass(frozen=True)
class Absence:
    """Why somebody on the roster does not play.

    Attributes:
        is_active: whether he is on the team's list of active players all the same.
        code: the reason as the live box score words it.
        description: what ails him, empty if nothing does.
        comment: the reason as the other box scores word it; who is not active is not in them.
    """

    is_active: bool
    code: str
    description: str
    comment: str


COACH = Absence(True, "INACTIVE_COACH", "", "DNP - Coach's Decision")
TWO_WAY = Absence(False, "INACTIVE_GLEAGUE_TWOWAY", "", "")


@dataclass(frozen=True)
class Entry:
    """One player of one team.

    Attributes:
        position: of a starter, one of ``COURT``; empty for everybody else.
        has_played: whether he has been on the floor so far.
        seconds: how long.
        numbers: the columns of a box score by the game log's names.
        plus_minus: points of his team less the opponent's meanwhile.
        absence: why he does not play; None if he does, be it later.
    """

    player_id: int
    name: str
    position: str
    has_played: bool
    seconds: int
    numbers: dict[str, int]
    plus_minus: int
    absence: Absence | None


@dataclass(frozen=True)
class Sheet:
    """One team: its players, starters first, those who do not play last, and its sums."""

    team: int
    entries: tuple[Entry, ...]
    seconds: int
    numbers: dict[str, int]


def score_sheets(season: Season, game: int, share: float) -> tuple[Sheet, Sheet]:
    """The sheets of the home and the away team when a share of the game is over; 1 for all of it."""
    counts = counts_so_far(season, game, share)
    home, away = (_sheet(season, game, side, counts[side], share) for side in (0, 1))
    return home, away


def _sheet(season: Season, game: int, side: int, counts: np.ndarray, share: float) -> Sheet:
    columns = box_score_numbers(counts)
    box, players = season.box_scores, season.setting.players[game, side]
    positions = _starting_positions(season, game, side)
    entries = []
    for slot in _order(season, game, side, positions):
        plays = bool(box.plays[game, side, slot])
        player = int(players[slot])
        entry = Entry(
            player_id=int(season.pool.player_id[player]),
            name=season.pool.name[player],
            position=positions.get(slot, ""),
            has_played=plays and share > 0,
            seconds=math.ceil(share * 60 * int(box.minutes[game, side, slot])),
            numbers={name: int(values[slot]) for name, values in columns.items() if name != "FANTASY_PTS"},
            plus_minus=round(share * int(box.plus_minus[game, side, slot])),
            absence=None if plays else _absence(season, game, side, slot),
        )
        entries.append(entry)
    sums = {name: sum(entry.numbers[name] for entry in entries) for name in entries[0].numbers}
    return Sheet(int(season.teams[game, side]), tuple(entries), sum(entry.seconds for entry in entries), sums)


def _starting_positions(season: Season, game: int, side: int) -> dict[int, str]:
    """The first five of the roster who play, by slot, the smallest at the point."""
    slots = np.flatnonzero(season.box_scores.plays[game, side])[:_STARTERS]
    natural = season.pool.position[season.setting.players[game, side, slots]]
    by_size = slots[np.argsort(natural, kind="stable")].tolist()
    return dict(zip(by_size, COURT, strict=True))


def _order(season: Season, game: int, side: int, positions: dict[int, str]) -> list[int]:
    plays, minutes = season.box_scores.plays[game, side], season.box_scores.minutes[game, side]

    def place(slot: int) -> tuple[int, int, int]:
        if slot in positions:
            return (0, _LISTED.index(positions[slot]), slot)
        if plays[slot]:
            return (1, -int(minutes[slot]), slot)
        return (2 if _absence(season, game, side, slot).is_active else 3, 0, slot)

    return sorted(range(len(plays)), key=place)


def _absence(season: Season, game: int, side: int, slot: int) -> Absence:
    absences, player = season.absences, int(season.setting.players[game, side, slot])
    if not absences.out[game, side, slot]:
        return TWO_WAY if ROLES[season.setting.rosters.role[player]] == "two_way" else COACH
    ailment = _AILMENTS[int(season.pool.player_id[player]) % len(_AILMENTS)]
    if absences.announced_hours[game, side, slot] < _LATE_HOURS:
        return Absence(True, "DND_INJURY", ailment, "DND - Injury/Illness")
    return Absence(False, "INACTIVE_INJURY", ailment, "")

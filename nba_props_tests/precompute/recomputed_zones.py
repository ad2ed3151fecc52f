"""Shooting by zone once more, slowly and in plain Python with fractions, from the words of the contracts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from nba_props_tests.precompute.league import Row

ZONES = ("restricted_area", "paint", "mid_range", "corner_three", "above_the_break_three")
NEW_YORK = ZoneInfo("America/New_York")
YEAR = timedelta(days=365)

Defense = tuple[Fraction | None, Fraction | None]
"""Shots a game that are allowed from a zone, and the share of them that is made."""


class Recomputed:
    """The zone analyses of games and of the summaries before them, one row at a time."""

    def __init__(self, games: Iterable[Row], players: Iterable[Row] = (), defenses: Iterable[Row] = ()) -> None:
        self.due = [row for row in games if row["status"] != "postponed"]
        self.of_player: dict[int, list[Row]] = {}
        for row in sorted(players, key=_when):
            if not row["did_not_play"]:
                self.of_player.setdefault(row["player_id"], []).append(row)
        self.defenses = sorted(defenses, key=_when)

    def players(self, day: date) -> dict[int, Row]:
        """The rows of ``player_shot_zone_analysis`` of a date."""
        if not any(row["game_date"] == day for row in self.due):
            return {}
        rows = {player: self.player(player, day) for player in sorted(self.of_player)}
        return {player: row for player, row in rows.items() if row}

    def player(self, player: int, day: date) -> Row | None:
        """The row of a player and date with games, if there is one."""
        known = [row for row in self.of_player[player] if _is_known(row, day)]
        if not any(day - row["game_date"] <= YEAR for row in known):
            return None
        shot = [row for row in known if row["has_shots"] and day - row["game_date"] < YEAR]
        columns: Row = {"player_id": player, "game_date": day}
        for games in (10, 20):
            columns |= {f"{name}_last_{games}": value for name, value in _shooting(shot[-games:]).items()}
        return columns

    def teams(self, day: date) -> dict[str, Row]:
        """The rows of ``team_defense_zone_analysis`` of a date."""
        sides = {row[side] for row in self.due if row["game_date"] == day for side in ("home_team", "away_team")}
        season = [row for row in self.defenses if _is_known(row, day) and row["has_shots"] and _is_of(row, day)]
        usual = {zone: _defense(season, zone) for zone in ZONES}
        return {team: {"team": team, "game_date": day, **_allowed(season, team, usual)} for team in sorted(sides)}


def _when(row: Row) -> tuple[date, datetime, str]:
    return row["game_date"], row["knowable_at"], row["game_id"]


def _is_known(row: Row, day: date) -> bool:
    """Played before the date, and known at six in the morning in New York."""
    morning = datetime.combine(day, time(6), tzinfo=NEW_YORK).astimezone(UTC)
    return bool(row["game_date"] < day and row["knowable_at"] <= morning)


def _is_of(row: Row, day: date) -> bool:
    """Whether a game is of the date's season, which begins in August."""
    start = day.year if day.month >= 8 else day.year - 1
    return bool(row["game_date"] >= date(start, 8, 1))


def _ratio(numerator: Fraction | int, divisor: Fraction | int) -> Fraction | None:
    return Fraction(numerator) / divisor if divisor else None


def _total(rows: Sequence[Row], name: str) -> int:
    return sum(row[name] for row in rows)


def _shooting(rows: Sequence[Row]) -> Row:
    everything = sum(_total(rows, f"{zone}_attempted") for zone in ZONES)
    told: Row = {"games_with_shots": len(rows)}
    for zone in ZONES:
        attempted, made = _total(rows, f"{zone}_attempted"), _total(rows, f"{zone}_made")
        told[f"{zone}_attempts_per_game"] = _ratio(attempted, len(rows))
        told[f"{zone}_share"] = _ratio(attempted, everything)
        told[f"{zone}_percentage"] = _ratio(made, attempted)
    with_assists = [row for row in rows if all(row[f"{zone}_assisted"] is not None for zone in ZONES)]
    assisted = sum(_total(with_assists, f"{zone}_assisted") for zone in ZONES)
    made = sum(_total(with_assists, f"{zone}_made") for zone in ZONES)
    return told | {"assisted_share": _ratio(assisted, made)}


def _allowed(season: Sequence[Row], team: str, usual: dict[str, Defense]) -> Row:
    own = [row for row in season if row["team"] == team][-15:]
    told: Row = {"games_with_shots": len(own)}
    for zone in ZONES:
        per_game, share = _defense(own, zone)
        usual_per_game, usual_share = usual[zone]
        told[f"{zone}_attempts_allowed_per_game"] = per_game
        told[f"{zone}_percentage_allowed"] = share
        told[f"{zone}_attempts_allowed_ratio"] = _relation(per_game, usual_per_game)
        told[f"{zone}_percentage_allowed_ratio"] = _relation(share, usual_share)
    return told


def _defense(rows: Sequence[Row], zone: str) -> Defense:
    attempted, made = _total(rows, f"{zone}_attempted_allowed"), _total(rows, f"{zone}_made_allowed")
    return _ratio(attempted, len(rows)), _ratio(made, attempted)


def _relation(value: Fraction | None, usual: Fraction | None) -> Fraction | None:
    return None if value is None or not usual else value / usual


def differences(made: Row, expected: Row) -> list[str]:
    """Where a stored row differs in any bit from the nearest float of the exact value."""
    assert set(made) == set(expected), set(made) ^ set(expected)
    return [
        f"{name}: {made[name]!r} is not {expected[name]!r}" for name in made if not _same(made[name], expected[name])
    ]


def _same(value: Any, expected: Any) -> bool:
    return bool(value == (float(expected) if isinstance(expected, Fraction) else expected))

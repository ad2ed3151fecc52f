"""Rows of the tables that shots are made from: hand-made ones, and random games told by sources that disagree."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import polars as pl

from nba_props.contracts.conformed.shots import BACKCOURT, SHOT_ZONES
from nba_props.contracts.table import Table
from nba_props.game_calendar import DateRange
from nba_props_tests.conformed.rows import DAY, FETCHED, GAME_ID, PROVENANCE, TIP_OFF, Row, game

DATES = DateRange(DAY, DAY + timedelta(days=3))
LIVE, V3, V2, DATA = "play_by_play", "play_by_play_v3", "play_by_play_v2", "data_play_by_play"


def frame(table: Table, rows: Sequence[Row]) -> pl.LazyFrame:
    """Typed rows; columns that the table lacks are left out, those that are not given are null."""
    return pl.DataFrame([{name: row.get(name) for name in table.schema} for row in rows], schema=table.schema).lazy()


def boxed(player_id: int, team: str, tried: int, **changes: Any) -> Row:
    named = {"player_name": f"Player {player_id}", "field_goals_attempted": tried}
    return {"game_id": GAME_ID, "game_date": DAY, "player_id": player_id, "team": team} | named | changes


def shot(number: int, player_id: int, team: str, endpoint: str = LIVE, **changes: Any) -> Row:
    """A field goal of a play by play; a made assisted three from the corner without changes."""
    told = {
        "game_id": GAME_ID,
        "game_date": DAY,
        "endpoint": endpoint,
        "action_number": number,
        "action_order": number,
        "is_field_goal": True,
        "player_id": player_id,
        "team": team,
        "shot_value": 3,
        "shot_made": True,
        "is_assisted": True,
        "x": 230.0,
        "y": 10.0,
        "shot_zone": "corner_three",
    }
    return told | PROVENANCE | changes


def charted(number: int, player_id: int, team: str, **changes: Any) -> Row:
    return shot(number, player_id, team, event_number=number, period=1, clock_seconds=700.0 - number) | changes


def filed(number: int, player_id: int, team: str, **changes: Any) -> Row:
    """A field goal of a BigDataBall file."""
    told = {
        "game_id": GAME_ID,
        "game_date": DAY,
        "play_number": number,
        "event_type": "shot",
        "event_subtype": "3pt jump shot",
        "result": "made",
        "points": 3,
        "player_name": f"Player {player_id}",
        "team": team,
        "original_x": 230.0,
        "original_y": 10.0,
    }
    return told | PROVENANCE | changes


def random_inputs(seed: int) -> dict[str, list[Row]]:
    """Games of four dates, each told by several sources that lack, invent, or do not place some of the shots."""
    chance = random.Random(seed)
    told: dict[str, list[Row]] = {name: [] for name in ("games", "boxes", "plays", "charts", "files")}
    for number, day in enumerate(day for day in DATES for _ in range(2)):
        status = "final" if chance.random() < 0.9 else "postponed"
        of = game(
            game_id=f"00224{number:05d}", game_date=day, status=status, tip_off_at=TIP_OFF + timedelta(hours=number)
        )
        told["games"].append(of)
        players = [(100 * number + slot + 1, ("CHI", "NYK")[slot % 2]) for slot in range(6)]
        tries = [chance.choice(players) for _ in range(chance.randint(6, 25))]
        if chance.random() < 0.9:
            told["boxes"] += [_boxed(of, player, tries.count(player)) for player in players]
        for endpoint in (LIVE, V3, DATA, V2):
            told["plays"] += _random_plays(chance, of, tries, endpoint)
        told["charts"] += [charted(**one) for one in _random_shots(chance, of, tries)]
        told["files"] += _random_files(chance, of, tries)
    for rows in told.values():
        chance.shuffle(rows)
    return told


def _boxed(of: Row, player: tuple[int, str], tried: int) -> Row:
    return boxed(*player, tried, game_id=of["game_id"], game_date=of["game_date"])


def _random_shots(chance: random.Random, of: Row, tries: list[tuple[int, str]]) -> list[Row]:
    """Keyword arguments of shots, not always all of them, now and then from the reading before."""
    if chance.random() < 0.4:
        return []
    complete = chance.random() < 0.6
    shots_told = tries if complete else [one for one in tries if chance.random() < 0.95]
    return [
        {
            "number": number,
            "player_id": player,
            "team": team,
            "game_id": of["game_id"],
            "game_date": of["game_date"],
            "shot_value": chance.choice([2, 3]),
            "shot_made": (made := chance.random() < 0.5),
            "is_assisted": chance.random() < 0.5 if made else None,
            "x": float(chance.randint(-250, 250)),
            "y": float(chance.randint(-50, 450)),
            "shot_zone": chance.choice([None, *SHOT_ZONES, BACKCOURT]),
            "fetched_at": FETCHED,
        }
        for number, (player, team) in enumerate(shots_told)
    ]


def _random_plays(chance: random.Random, of: Row, tries: list[tuple[int, str]], endpoint: str) -> list[Row]:
    rows = [shot(endpoint=endpoint, **one) for one in _random_shots(chance, of, tries)]
    for row in rows:
        row["action_order"] = chance.randint(0, 9)
        if endpoint == V2 or chance.random() < 0.01:
            row |= {"x": None, "y": None, "shot_zone": None}
    if rows and chance.random() < 0.3:
        older = {"action_number": 999, "fetched_at": FETCHED - timedelta(hours=1)}
        rows.append(rows[0] | older)
    return rows


def _random_files(chance: random.Random, of: Row, tries: list[tuple[int, str]]) -> list[Row]:
    rows = []
    for one in _random_shots(chance, of, tries):
        result = "made" if one["shot_made"] else "missed"
        placed = {
            "original_x": one["x"],
            "original_y": one["y"],
            "game_id": of["game_id"],
            "game_date": of["game_date"],
        }
        value = {"points": one["shot_value"] if one["shot_made"] else 0}
        kind = {"event_subtype": "3pt jump shot" if one["shot_value"] == 3 else chance.choice(["dunk", None])}
        helper = {"assist_player_name": "Helper" if one["is_assisted"] else None, "result": result}
        rows.append(filed(one["number"] + 1, one["player_id"], one["team"], **placed, **value, **kind, **helper))
    return rows

"""conformed.shots once more, slowly and in plain Python, from the words of its module and contract."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]
Game = tuple[date, str]
Source = tuple[str, str | None]

PLAYS, CHARTS, FILES = "raw.nbac_play_by_play", "raw.nbac_shots", "raw.bigdataball_play_by_play"
BEST_FIRST: list[Source] = [
    (PLAYS, "play_by_play"),
    (PLAYS, "play_by_play_v3"),
    (PLAYS, "data_play_by_play"),
    (CHARTS, None),
    (FILES, None),
    (PLAYS, "play_by_play_v2"),
]


def zone(across: float | None, along: float | None, value: int) -> str | None:
    """A shot's part of the floor, in feet of the rule book's court."""
    if across is None or along is None:
        return None
    from_baseline, aside = along / 10 + 5.25, abs(across) / 10
    if from_baseline > 47:
        return "backcourt"
    if value == 3:
        return "corner_three" if from_baseline <= 14 else "above_the_break_three"
    if math.hypot(across, along) <= 40:
        return "restricted_area"
    return "paint" if aside <= 8 and from_baseline <= 19 else "mid_range"


def recomputed(
    games: Sequence[Row],
    boxes: Sequence[Row],
    *,
    delay: timedelta,
    plays: Sequence[Row] = (),
    charts: Sequence[Row] = (),
    files: Sequence[Row] = (),
) -> list[Row]:
    """The rows of the table; names of ``files`` are those of the box scores, letter by letter."""
    rows: list[Row] = []
    for of in games:
        if of["status"] != "final":
            continue
        game = (of["game_date"], of["game_id"])
        box = [row for row in boxes if _game(row) == game]
        told = _told(game, plays, charts, files, box)
        sides = {of["home_team"]: of["away_team"], of["away_team"]: of["home_team"]}
        believed = {
            source: [shot for shot in shots if shot["team"] in sides and shot["player_id"] and shot["shot_value"]]
            for source, shots in told.items()
        }
        candidates = [source for source in BEST_FIRST if believed.get(source)]
        if not box or not candidates:
            continue
        best = min(candidates, key=lambda source: _badness(believed[source], box, source))
        for number, shot in enumerate(sorted(believed[best], key=lambda shot: shot["when"]), start=1):
            rows.append(_row(of, number, shot, sides, best, delay))
    return sorted(rows, key=lambda row: (row["game_date"], row["game_id"], row["shot_number"]))


def _row(of: Row, number: int, shot: Row, sides: dict[str, str], source: Source, delay: timedelta) -> Row:
    return {
        "game_id": of["game_id"],
        "game_date": of["game_date"],
        "shot_number": number,
        "player_id": shot["player_id"],
        "team": shot["team"],
        "opponent": sides[shot["team"]],
        "shot_zone": shot["shot_zone"],
        "shot_value": shot["shot_value"],
        "is_made": shot["is_made"],
        "is_assisted": shot["is_assisted"] if shot["is_made"] else False,
        "knowable_at": of["tip_off_at"] + delay,
        "source": source[0],
        "endpoint": source[1],
    }


def _badness(shots: list[Row], box: list[Row], source: Source) -> tuple[int, int, int]:
    difference = 0
    for team in {row["team"] for row in box}:
        tried = sum(row["field_goals_attempted"] for row in box if row["team"] == team)
        difference += abs(tried - sum(shot["team"] == team for shot in shots))
    return difference, sum(shot["shot_zone"] is None for shot in shots), BEST_FIRST.index(source)


def _game(row: Row) -> Game:
    return row["game_date"], row["game_id"]


def _newest(rows: Iterable[Row]) -> list[Row]:
    rows = list(rows)
    last = max((row["fetched_at"] for row in rows), default=None)
    return [row for row in rows if row["fetched_at"] == last]


def _told(
    game: Game, plays: Sequence[Row], charts: Sequence[Row], files: Sequence[Row], box: list[Row]
) -> dict[Source, list[Row]]:
    told: dict[Source, list[Row]] = defaultdict(list)
    for endpoint in {row["endpoint"] for row in plays}:
        for row in _newest(row for row in plays if _game(row) == game and row["endpoint"] == endpoint):
            if row["is_field_goal"]:
                in_order = (row["action_order"], row["action_number"])
                told[PLAYS, endpoint].append(_shot(row, in_order, row["shot_made"], row["is_assisted"]))
    for row in charts:
        if _game(row) == game:
            in_time = (row["period"], -row["clock_seconds"], row["event_number"])
            told[CHARTS, None].append(_shot(row, in_time, row["shot_made"], None))
    for row in _newest(row for row in files if _game(row) == game):
        ids = [
            one["player_id"] for one in box if (one["team"], one["player_name"]) == (row["team"], row["player_name"])
        ]
        if row["event_type"] in ("shot", "miss") and row["result"] and len(ids) == 1:
            made = row["result"] == "made"
            value = row["points"] if made else 3 if (row["event_subtype"] or "").startswith("3pt") else 2
            placed = {**row, "player_id": ids[0], "shot_value": value, "x": row["original_x"], "y": row["original_y"]}
            told[FILES, None].append(_shot(placed, (row["play_number"],), made, bool(row["assist_player_name"])))
    return told


def _shot(row: Row, when: tuple[float, ...], made: bool, assisted: bool | None) -> Row:
    value = row["shot_value"]
    return {
        "when": when,
        "player_id": row["player_id"],
        "team": row["team"],
        "shot_value": value if value in (2, 3) else None,
        "shot_zone": row.get("shot_zone") or zone(row["x"], row["y"], value),
        "is_made": made,
        "is_assisted": assisted,
    }

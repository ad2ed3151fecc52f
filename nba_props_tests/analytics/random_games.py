"""Random games whose box scores, shots and lines hang together, with everything that may be missing now and then."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import polars as pl

from nba_props.contracts.analytics import PLAYER_MARKET_RESULTS
from nba_props.contracts.conformed import (
    DID_NOT_PLAY,
    GAMES,
    NOT_PLAYING_KINDS,
    PLAYER_BOXSCORES,
    SHOTS,
    TEAM_BOXSCORES,
)
from nba_props.contracts.conformed.shots import BACKCOURT, SHOT_ZONES
from nba_props.contracts.table import Table
from nba_props.game_calendar import eastern_moment
from nba_props.markets import PREDICTED_MARKETS
from nba_props.teams import TRICODES
from nba_props_tests.precompute.league import COUNTS, Row, game, played

DELAY = timedelta(hours=6)
TIP_OFFS = (time(12), time(15, 30), time(19), time(19, 30), time(22), time(22, 30))

PARTS = {
    "points": ("points",),
    "rebounds": ("rebounds",),
    "assists": ("assists",),
    "threes": ("threes",),
    "points_rebounds_assists": ("points", "rebounds", "assists"),
    "steals": ("steals",),
    "blocks": ("blocks",),
}


@dataclass
class Games:
    """Rows of the tables that the summaries are made from, in any order."""

    games: list[Row] = field(default_factory=list)
    player_boxscores: list[Row] = field(default_factory=list)
    did_not_play: list[Row] = field(default_factory=list)
    shots: list[Row] = field(default_factory=list)
    player_market_results: list[Row] = field(default_factory=list)
    team_boxscores: list[Row] = field(default_factory=list)

    def frames(self) -> dict[str, pl.LazyFrame]:
        """The tables by the names of the inputs."""
        tables: tuple[Table, ...] = (
            GAMES,
            PLAYER_BOXSCORES,
            DID_NOT_PLAY,
            SHOTS,
            PLAYER_MARKET_RESULTS,
            TEAM_BOXSCORES,
        )
        return {table.name: frame(table, getattr(self, table.name)).lazy() for table in tables}

    def on(self, day: date) -> Games:
        """Only the rows of one game date."""
        return self.where(lambda row: row["game_date"] == day)

    def where(self, wanted: Callable[[Row], bool]) -> Games:
        """Only the rows that are wanted, of every table."""
        return Games(**{name: [row for row in rows if wanted(row)] for name, rows in vars(self).items()})


def frame(table: Table, rows: Iterable[Row]) -> pl.DataFrame:
    """The rows as a frame of the table's schema; columns that are not given are null."""
    return pl.DataFrame([{name: row.get(name) for name in table.schema} for row in rows], schema=table.schema)


def line(of: Row, player_id: int, team: str, **counts: Any) -> Row:
    """A row of ``conformed.player_boxscores``."""
    minutes = counts.pop("minutes", 30.0)
    changes = {name: counts.pop(name) for name in list(counts) if name not in COUNTS}
    return played(of, player_id, team, minutes=minutes, **counts) | {"knowable_at": of["tip_off_at"] + DELAY} | changes


def absence(of: Row, player_id: int, team: str, **changes: Any) -> Row:
    """A row of ``conformed.did_not_play``."""
    named = {
        "player_id": player_id,
        "player_name": f"Player {player_id}",
        "team": team,
        "kind": "DNP",
        "reason": "Rest",
    }
    return _key(of) | named | {"knowable_at": of["tip_off_at"] + DELAY} | changes


def shot(of: Row, number: int, player_id: int, team: str, **changes: Any) -> Row:
    """A row of ``conformed.shots``: a made and assisted shot from the restricted area without changes."""
    told = {
        "shot_number": number,
        "player_id": player_id,
        "team": team,
        "opponent": other(of, team),
        "shot_zone": "restricted_area",
        "shot_value": 2,
        "is_made": True,
        "is_assisted": True,
        "knowable_at": of["tip_off_at"] + DELAY,
        "source": "raw.nbac_play_by_play",
        "endpoint": "play_by_play",
    }
    return _key(of) | told | changes


def team_line(of: Row, team: str, **counts: Any) -> Row:
    """A row of ``conformed.team_boxscores``; 240 minutes, and counts of zero unless told."""
    told = {
        "season": of["season"],
        "game_type": of["game_type"],
        "team": team,
        "opponent": other(of, team),
        "is_home": team == of["home_team"],
        "minutes": 240.0,
        "is_sum_of_players": True,
        "knowable_at": of["tip_off_at"] + DELAY,
        "source": "conformed.player_boxscores",
    }
    return _key(of) | told | dict.fromkeys(COUNTS, 0) | counts


def other(of: Row, team: str) -> str:
    """The opponent."""
    return str(of["away_team"] if team == of["home_team"] else of["home_team"])


def _key(of: Row) -> Row:
    return {"game_id": of["game_id"], "game_date": of["game_date"]}


def random_games(seed: int, *, days: Iterable[date], teams: int = 4, roster: int = 5) -> Games:
    """Games of ``days`` with trades, absences, box scores cut off, and shots that are complete or not."""
    chance = random.Random(seed)
    tricodes = TRICODES[:teams]
    team_of = {100 + number: tricodes[number % teams] for number in range(teams * roster)}
    made = Games()
    for day in days:
        for player in team_of:
            if chance.random() < 0.03:
                team_of[player] = chance.choice(tricodes)
        order = chance.sample(tricodes, teams)
        for home, away in zip(order[::2], order[1::2], strict=True):
            if chance.random() < 0.65:
                status = "postponed" if chance.random() < 0.07 else "final"
                of = game(f"00225{len(made.games):05d}", day, home, away, status=status)
                made.games.append(of | {"tip_off_at": _tip_off(chance, day)})
                if status == "final":
                    _play(made, chance, made.games[-1], team_of)
    for rows in vars(made).values():
        chance.shuffle(rows)
    return made


def _tip_off(chance: random.Random, day: date) -> datetime:
    return eastern_moment(day, chance.choice(TIP_OFFS))


def _play(made: Games, chance: random.Random, of: Row, team_of: dict[int, str]) -> None:
    fault = chance.choice(["", "", "", "", "lacks one", "zoneless", "no shots", "no assists", "no assists"])
    for team in (of["home_team"], of["away_team"]):
        players = [player for player, own in team_of.items() if own == team]
        lines = [_line(chance, of, player, team) for player in players if chance.random() < 0.8]
        there = {row["player_id"] for row in lines}
        made.player_boxscores += lines
        made.did_not_play += [
            absence(
                of, player, team, kind=chance.choice([None, *NOT_PLAYING_KINDS]), reason=chance.choice([None, "Knee"])
            )
            for player in players
            if player not in there and chance.random() < 0.7
        ]
        made.shots += _shots(chance, of, team, lines, fault, 1000 * (team == of["home_team"]))
        made.player_market_results += [row for one in lines for row in _results(chance, one)]
        if lines and chance.random() < 0.95:
            made.team_boxscores.append(_team_line(chance, of, team, lines))


def _line(chance: random.Random, of: Row, player: int, team: str) -> Row:
    threes_attempted, twos_attempted = chance.randint(0, 5), chance.randint(0, 7)
    threes, twos = chance.randint(0, threes_attempted), chance.randint(0, twos_attempted)
    frees_attempted = chance.randint(0, 5)
    frees = chance.randint(0, frees_attempted)
    offensive, defensive = chance.randint(0, 2), chance.randint(0, 6)
    minutes = 0.0 if chance.random() < 0.05 else chance.randint(30, 2880) / 60
    return line(
        of,
        player,
        team,
        minutes=minutes,
        points=3 * threes + 2 * twos + frees,
        rebounds=offensive + defensive,
        offensive_rebounds=offensive,
        defensive_rebounds=defensive,
        field_goals_made=threes + twos,
        field_goals_attempted=threes_attempted + twos_attempted,
        threes=threes,
        threes_attempted=threes_attempted,
        free_throws_made=frees,
        free_throws_attempted=frees_attempted,
        **{name: chance.randint(0, 6) for name in ("assists", "steals", "blocks", "turnovers", "fouls")},
        plus_minus=chance.choice([None, chance.randint(-20, 20)]),
        is_starter=chance.choice([None, True, False]),
    )


def _shots(chance: random.Random, of: Row, team: str, lines: list[Row], fault: str, first: int) -> list[Row]:
    if fault == "no shots":
        return []
    rows: list[Row] = []
    for one in lines:
        for number in range(one["field_goals_attempted"]):
            is_three = number < one["threes_attempted"]
            within = number if is_three else number - one["threes_attempted"]
            is_made = within < (one["threes"] if is_three else one["field_goals_made"] - one["threes"])
            zones = (*SHOT_ZONES[3:], BACKCOURT) if is_three else SHOT_ZONES[:3]
            told = {
                "shot_value": 3 if is_three else 2,
                "shot_zone": chance.choice(zones),
                "is_made": is_made,
                "is_assisted": is_made and chance.random() < 0.6,
            }
            if fault == "no assists" and is_made and chance.random() < 0.8:
                told["is_assisted"] = None
            rows.append(shot(of, first + len(rows), one["player_id"], team, **told))
    if rows and fault == "lacks one" and chance.random() < 0.7:
        rows.pop(chance.randrange(len(rows)))
    if rows and fault == "zoneless" and chance.random() < 0.7:
        rows[chance.randrange(len(rows))]["shot_zone"] = None
    if len(rows) > 1 and chance.random() < 0.05:
        rows[0]["player_id"] = rows[-1]["player_id"]
    return rows


def _results(chance: random.Random, of: Row) -> list[Row]:
    rows = []
    for market in PREDICTED_MARKETS:
        actual = float(sum(of[part] for part in PARTS[market]))
        at = chance.choice([None, 0.5, 4.0, 9.5])
        result = None if at is None else "OVER" if actual > at else "UNDER" if actual < at else "PUSH"
        told = {"closing_line": at, "closing_over_probability": None if at is None else chance.random()}
        key = {name: of[name] for name in ("game_id", "game_date", "player_id")}
        rows.append(key | {"market": market, "actual": actual, "result": result} | told)
    return rows


def _team_line(chance: random.Random, of: Row, team: str, lines: list[Row]) -> Row:
    counts = {name: sum(row[name] for row in lines) for name in COUNTS}
    minutes = float(240 + 25 * chance.choice([0, 0, 0, 1, 2]) + chance.choice([0, 0, 1, -2, 4, -60]))
    if chance.random() < 0.05:
        counts["field_goals_attempted"] += 1
    return team_line(of, team, minutes=minutes, **counts)

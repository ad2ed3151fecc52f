"""Small leagues for tests: hand-made box scores and random ones, as typed frames."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import polars as pl
from hypothesis import Phase, settings
from hypothesis import strategies as st

from nba_props.conformed.player_names import name_key
from nba_props.contracts.conformed import (
    DID_NOT_PLAY,
    GAME_LINES,
    GAMES,
    INJURIES,
    INJURY_STATUSES,
    PLAYER_BOXSCORES,
    PLAYERS,
    PROP_CONSENSUS,
    SHOT_ZONES,
    SHOTS,
    TEAM_BOXSCORES,
)
from nba_props.contracts.table import Table
from nba_props.game_calendar import season_of
from nba_props.markets import MARKET_NAMES
from nba_props.teams import TRICODES

Row = dict[str, Any]

COUNTS = (
    "points",
    "rebounds",
    "offensive_rebounds",
    "defensive_rebounds",
    "assists",
    "steals",
    "blocks",
    "turnovers",
    "fouls",
    "field_goals_made",
    "field_goals_attempted",
    "threes",
    "threes_attempted",
    "free_throws_made",
    "free_throws_attempted",
)

LEAD = timedelta(minutes=30)

SEEDS = st.integers(0, 10**6)
RANDOM_LEAGUES = settings(deadline=None, phases=(Phase.explicit, Phase.generate))
"""For tests over seeds of random leagues; a smaller seed is no simpler league, so nothing is shrunk."""


def tip_off(day: date) -> datetime:
    """Seven in the evening in New York, winter time."""
    return datetime.combine(day, time(0), tzinfo=UTC) + timedelta(days=1)


def game(game_id: str, day: date, home: str, away: str, *, status: str = "final") -> Row:
    """One row of ``conformed.games``."""
    return {
        "game_id": game_id,
        "game_date": day,
        "season": season_of(day),
        "game_type": "regular_season",
        "status": status,
        "tip_off_at": tip_off(day),
        "tip_off_source": "schedule",
        "home_team": home,
        "away_team": away,
        "home_score": None,
        "away_score": None,
        "label": None,
    }


def played(of: Row, player_id: int, team: str, *, minutes: float = 30.0, **counts: int) -> Row:
    """One row of ``conformed.player_boxscores``; counts that are not given are zero."""
    home, away = of["home_team"], of["away_team"]
    return {
        "game_id": of["game_id"],
        "game_date": of["game_date"],
        "season": of["season"],
        "game_type": "regular_season",
        "player_id": player_id,
        "player_name": f"Player {player_id}",
        "team": team,
        "opponent": away if team == home else home,
        "is_home": team == home,
        "minutes": minutes,
        **dict.fromkeys(COUNTS, 0),
        **counts,
        "plus_minus": None,
        "knowable_at": of["tip_off_at"] + timedelta(hours=6),
        "source": "raw.nbac_player_boxscore",
    }


def consensus(of: Row, player_id: int, market: str, *, kind: str = "current", **values: Any) -> Row:
    """One row of ``conformed.prop_consensus``, known an hour before tip-off unless told."""
    snapshot_at = values.pop("snapshot_at", of["tip_off_at"] - timedelta(hours=1))
    return {
        "game_id": of["game_id"],
        "game_date": of["game_date"],
        "player_id": player_id,
        "market": market,
        "kind": kind,
        "line": 20.5,
        "over_probability": 0.5,
        "books": 5,
        "books_on_line": 3,
        "snapshot_at": snapshot_at,
        "minutes_before_tip_off": (of["tip_off_at"] - snapshot_at).total_seconds() / 60,
        **values,
    }


def game_line(of: Row, *, kind: str = "current", **values: Any) -> Row:
    """One row of ``conformed.game_lines``, known an hour before tip-off unless told."""
    return {
        "game_id": of["game_id"],
        "game_date": of["game_date"],
        "kind": kind,
        "home_spread": -3.5,
        "total": 225.5,
        "home_implied_total": 114.5,
        "away_implied_total": 111.0,
        "home_win_probability": 0.6,
        "books": 4,
        "snapshot_at": of["tip_off_at"] - timedelta(hours=1),
        **values,
    }


def injury(of: Row, player_id: int, team: str, *, status: str = "out", **values: Any) -> Row:
    """One row of ``conformed.injuries``, told two hours before tip-off unless told otherwise."""
    report_at = values.pop("report_at", of["tip_off_at"] - timedelta(hours=2))
    return {
        "game_id": of["game_id"],
        "game_date": of["game_date"],
        "player_id": player_id,
        "team": team,
        "source": "raw.nbac_injury_report",
        "report_at": report_at,
        "status": status,
        "status_text": status.title(),
        "reason": "Injury/Illness - Right Ankle; Sprain",
        "first_seen_at": report_at,
        **values,
    }


def shot(of: Row, number: int, *, zone: str | None = "mid_range", made: bool = True, assisted: bool = False) -> Row:
    """One row of ``conformed.shots`` of the player of a box-score row."""
    return {
        "game_id": of["game_id"],
        "game_date": of["game_date"],
        "shot_number": number,
        "player_id": of["player_id"],
        "team": of["team"],
        "opponent": of["opponent"],
        "shot_zone": zone,
        "shot_value": 3 if zone is not None and zone.endswith("three") else 2,
        "is_made": made,
        "is_assisted": made and assisted,
        "knowable_at": of["knowable_at"],
        "source": "raw.nbac_play_by_play",
        "endpoint": "play_by_play",
    }


@dataclass
class League:
    """Rows of the conformed tables, in any order."""

    games: list[Row] = field(default_factory=list)
    boxscores: list[Row] = field(default_factory=list)
    prop_consensus: list[Row] = field(default_factory=list)
    game_lines: list[Row] = field(default_factory=list)
    injuries: list[Row] = field(default_factory=list)
    shots: list[Row] = field(default_factory=list)

    def frames(self) -> dict[str, pl.LazyFrame]:
        """The tables by the names of the inputs."""
        boxscores = frame(PLAYER_BOXSCORES, self.boxscores)
        return {
            "games": frame(GAMES, self.games).lazy(),
            "player_boxscores": boxscores.lazy(),
            "team_boxscores": team_boxscores(boxscores).lazy(),
            "players": players(boxscores).lazy(),
            "injuries": frame(INJURIES, self.injuries).lazy(),
            "shots": frame(SHOTS, self.shots).lazy(),
            "did_not_play": DID_NOT_PLAY.empty().lazy(),
            "prop_consensus": frame(PROP_CONSENSUS, self.prop_consensus).lazy(),
            "game_lines": frame(GAME_LINES, self.game_lines).lazy(),
        }


def frame(table: Table, rows: Sequence[Row]) -> pl.DataFrame:
    """The rows as a frame of the table's schema."""
    return pl.DataFrame(rows, schema=table.schema, orient="row")


def team_boxscores(of_players: pl.DataFrame) -> pl.DataFrame:
    """Rows of ``conformed.team_boxscores`` as the sums of the players' rows."""
    key = ("game_date", "game_id", "team", "opponent", "is_home", "season", "game_type")
    sums = of_players.group_by(key).agg(pl.col("minutes", *COUNTS).sum(), pl.col("knowable_at").max())
    return TEAM_BOXSCORES.conform(
        sums.with_columns(
            is_sum_of_players=pl.lit(value=True), source=pl.lit(PLAYER_BOXSCORES.full_name), endpoint=pl.lit(None)
        )
    )


def players(of_boxscores: pl.DataFrame) -> pl.DataFrame:
    """Rows of ``conformed.players`` as the box scores tell them."""
    seen = of_boxscores.sort("game_id").unique(["game_date", "player_id"], keep="last", maintain_order=True)
    return PLAYERS.conform(
        seen.with_columns(name_key(pl.col("player_name")).alias("name_key"), source=pl.lit("raw.nbac_player_boxscore"))
    )


def random_league(seed: int, *, days: Iterable[date], teams: int = 4, roster: int = 4) -> League:
    """A league with trades, missed games, postponed games and lines that come at any time."""
    chance = random.Random(seed)
    tricodes = TRICODES[:teams]
    team_of = {100 + number: tricodes[number % teams] for number in range(teams * roster)}
    league = League()
    for day in days:
        for player in team_of:
            if chance.random() < 0.02:
                team_of[player] = chance.choice(tricodes)
        order = chance.sample(tricodes, teams)
        for home, away in zip(order[::2], order[1::2], strict=True):
            if chance.random() < 0.65:
                status = "postponed" if chance.random() < 0.05 else "final"
                number = len(league.games)
                _add_game(league, chance, game(f"00225{number:05d}", day, home, away, status=status), team_of)
    for rows in (
        league.games,
        league.boxscores,
        league.prop_consensus,
        league.game_lines,
        league.injuries,
        league.shots,
    ):
        chance.shuffle(rows)
    return league


def _add_game(league: League, chance: random.Random, of: Row, team_of: dict[int, str]) -> None:
    league.games.append(of)
    for player, team in team_of.items():
        if team in (of["home_team"], of["away_team"]) and of["status"] == "final" and chance.random() < 0.75:
            league.boxscores.append(random_line(chance, of, player, team))
    if chance.random() < 0.7:
        league.shots += random_shots(chance, [row for row in league.boxscores if row["game_id"] == of["game_id"]])
    if chance.random() < 0.7:
        league.injuries += random_reports(chance, of, team_of)
    with_lines = [player for player in team_of if chance.random() < 0.15] + [999]
    for player in with_lines:
        for market in chance.sample(MARKET_NAMES, chance.randint(1, len(MARKET_NAMES))):
            for kind in ("current", "closing"):
                league.prop_consensus.append(
                    consensus(
                        of,
                        player,
                        market,
                        kind=kind,
                        line=chance.randint(0, 40) + 0.5,
                        over_probability=chance.random(),
                        snapshot_at=of["tip_off_at"] - timedelta(minutes=chance.randint(5, 300)),
                    )
                )
    if chance.random() < 0.7:
        league.game_lines.append(
            game_line(
                of,
                home_spread=chance.choice([None, -4.5, 0.0, 2.5]),
                snapshot_at=of["tip_off_at"] - timedelta(minutes=chance.choice([10, 30, 120])),
            )
        )


def random_line(chance: random.Random, of: Row, player: int, team: str) -> Row:
    """A box-score line; minutes have seconds, and are now and then zero."""
    minutes = 0.0 if chance.random() < 0.05 else chance.randint(30, 2880) / 60
    counts = {name: chance.randint(0, 12) for name in COUNTS}
    return played(of, player, team, minutes=minutes, **counts)


def random_shots(chance: random.Random, lines: list[Row]) -> list[Row]:
    """As many shots as the lines tell, in any zone; one that is missing makes a game's shots unknown."""
    tries = [row for row in lines for _ in range(row["field_goals_attempted"])]
    zones = [*SHOT_ZONES, "backcourt", None]
    told = [
        shot(row, number, zone=chance.choice(zones), made=chance.random() < 0.5, assisted=chance.random() < 0.5)
        for number, row in enumerate(tries)
    ]
    return told[1:] if chance.random() < 0.1 else told


def random_reports(chance: random.Random, of: Row, team_of: dict[int, str]) -> list[Row]:
    """Statuses of a few players of both teams, at two moments, one perhaps after the lead."""
    return [
        injury(
            of,
            player,
            team,
            status=chance.choice(INJURY_STATUSES),
            report_at=of["tip_off_at"] - timedelta(minutes=minutes),
        )
        for player, team in team_of.items()
        if team in (of["home_team"], of["away_team"]) and chance.random() < 0.3
        for minutes in (chance.randint(200, 400), chance.randint(5, 100))
    ]


def days_from(first: date, number: int) -> list[date]:
    """So many dates in a row."""
    return [first + timedelta(days=offset) for offset in range(number)]


def empty_inputs() -> dict[str, pl.LazyFrame]:
    """Every conformed table that is read here, without rows."""
    return League().frames()


def same_bits(left: pl.DataFrame, right: pl.DataFrame) -> bool:
    """Whether two frames are equal in schema, rows, nulls and every bit of every float."""
    return left.schema == right.schema and left.equals(right, null_equal=True) and _signs(left) == _signs(right)


def _signs(of: pl.DataFrame) -> list[tuple[Any, ...]]:
    """What equality of floats does not see: the sign of zero."""
    return of.select(pl.selectors.float().cast(pl.String)).rows()

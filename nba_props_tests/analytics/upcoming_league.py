"""Leagues of games to come: sightings of players, injury reports and odd schedules beside what every league has."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from nba_props.analytics import upcoming_player_game_context, upcoming_team_game_context
from nba_props.contracts.conformed import GAME_LINES, GAMES, INJURIES, INJURY_STATUSES, PLAYER_BOXSCORES, PLAYERS
from nba_props.contracts.conformed.lines import PROP_CONSENSUS
from nba_props.game_calendar import DateRange, season_of
from nba_props_tests.precompute.league import LEAD, Row, frame, random_league

NEW_YORK = ZoneInfo("America/New_York")
LONG_AFTER = datetime(2100, 1, 1, tzinfo=UTC)
REPORT, ESPN, BALLDONTLIE = "raw.nbac_injury_report", "raw.espn_injuries", "raw.bdl_injuries"
BOX_SCORES = "raw.nbac_player_boxscore"

NEWS = ("The report says so.", "The list says so.", None)
DELAYS = (timedelta(hours=6), timedelta(hours=9))
"""From tip-off to when a box score counts; with the longer one late games are not known on the next morning."""


FAR_APART = {"ATL": "PHX", "BOS": "LAC", "BKN": "DEN", "CHA": "MIA"}
"""Teams of the random leagues, as teams of other clocks, one of which moved, and one of which plays abroad."""

TEAM_COLUMNS = ("team", "opponent", "home_team", "away_team")


def eastern(day: date, hour: int, minute: int = 0) -> datetime:
    """A wall-clock time in New York, in UTC."""
    return datetime.combine(day, time(hour, minute), tzinfo=NEW_YORK).astimezone(UTC)


def seen(day: date, player_id: int, team: str, *, source: str = BOX_SCORES) -> Row:
    """One row of ``conformed.players``."""
    names = {"player_name": f"Player {player_id}", "name_key": f"player {player_id}"}
    return {"player_id": player_id, "game_date": day, "team": team, "source": source, **names}


def report(
    of: Row,
    player_id: int,
    team: str,
    status: str = "out",
    *,
    minutes: float = 120,
    source: str = REPORT,
    reason: str | None = "Knee",
) -> Row:
    """One row of ``conformed.injuries``, told so many minutes before the tip-off."""
    told_at = of["tip_off_at"] - timedelta(minutes=minutes)
    game = {"game_id": of["game_id"], "game_date": of["game_date"]}
    who = {"player_id": player_id, "team": team, "source": source}
    what = {"status": status, "status_text": status, "reason": reason}
    return {**game, **who, **what, "report_at": told_at, "first_seen_at": told_at}


@dataclass
class UpcomingLeague:
    """Rows of the tables that the upcoming contexts read, in any order."""

    games: list[Row] = field(default_factory=list)
    boxscores: list[Row] = field(default_factory=list)
    players: list[Row] = field(default_factory=list)
    injuries: list[Row] = field(default_factory=list)
    prop_consensus: list[Row] = field(default_factory=list)
    game_lines: list[Row] = field(default_factory=list)

    def frames(self) -> dict[str, pl.LazyFrame]:
        """The tables by the names of the inputs."""
        tables = {
            GAMES: self.games,
            PLAYER_BOXSCORES: self.boxscores,
            PLAYERS: self.players,
            INJURIES: self.injuries,
            PROP_CONSENSUS: self.prop_consensus,
            GAME_LINES: self.game_lines,
        }
        return {table.name: frame(table, rows).lazy() for table, rows in tables.items()}

    def play(self, of: Row, *lines: Row) -> None:
        """Add a game and its box score, whose players are seen in it."""
        self.games.append(of)
        self.boxscores += lines
        self.players += [seen(line["game_date"], line["player_id"], line["team"]) for line in lines]


def team_contexts(
    league: UpcomingLeague, dates: DateRange, *, now: datetime = LONG_AFTER, lead: timedelta = LEAD
) -> pl.DataFrame:
    """``analytics.upcoming_team_game_context`` of a league."""
    inputs = {name: rows for name, rows in league.frames().items() if name != "prop_consensus"}
    return upcoming_team_game_context.build(dates, **inputs, now=now, lead=lead)


def player_contexts(
    league: UpcomingLeague, dates: DateRange, *, now: datetime = LONG_AFTER, lead: timedelta = LEAD
) -> pl.DataFrame:
    """``analytics.upcoming_player_game_context`` of a league."""
    return upcoming_player_game_context.build(dates, **league.frames(), now=now, lead=lead)


def random_upcoming(seed: int, *, days: Iterable[date]) -> UpcomingLeague:
    """A random league with trades told between games, reports of several sources, overtimes, odd tip-offs, two games
    of a team on one date, and games of all kinds."""
    chance = random.Random(seed)
    base = random_league(seed, days=days)
    for row in (*base.games, *base.boxscores):
        row.update({name: FAR_APART[row[name]] for name in TEAM_COLUMNS if name in row})
    delay = chance.choice(DELAYS)
    games = {(of["game_date"], of["game_id"]): _oddly_timed(chance, of) for of in base.games}
    games |= {(of["game_date"], of["game_id"]): of for of in _second_games(chance, list(games.values()))}
    boxscores = [_known_after(chance, row, games[row["game_date"], row["game_id"]], delay) for row in base.boxscores]
    league = UpcomingLeague(list(games.values()), boxscores)
    league.players = _sightings(chance, boxscores)
    for of in league.games:
        league.injuries += _reports(chance, of)
    moved = {key: of["tip_off_at"] for key, of in games.items()}
    for rows, kept in ((base.prop_consensus, league.prop_consensus), (base.game_lines, league.game_lines)):
        for row in rows:
            before = timedelta(minutes=chance.choice([10, 30, 90]))
            kept.append({**row, "snapshot_at": moved[row["game_date"], row["game_id"]] - before})
    for rows in (league.games, league.boxscores, league.players, league.injuries):
        chance.shuffle(rows)
    return league


def _oddly_timed(chance: random.Random, of: Row) -> Row:
    hour = chance.choice([12, 13, 15, 19, 20, 22])
    kind = chance.choice(["regular_season"] * 6 + ["cup_final", "play_in", "playoffs"])
    source = "assumed" if hour == 12 else "schedule"
    tip_off_at = eastern(of["game_date"], hour, 30 if hour == 22 else 0)
    return {
        **of,
        "season": season_of(of["game_date"]),
        "game_type": kind,
        "tip_off_at": tip_off_at,
        "tip_off_source": source,
    }


def _second_games(chance: random.Random, games: list[Row]) -> list[Row]:
    """Now and then the same teams meet again hours later, or the next day in the early afternoon."""
    added = []
    for number, of in enumerate(chance.sample(games, len(games) // 10)):
        later = chance.choice([0, 1])
        day = of["game_date"] + timedelta(days=later)
        tip_off_at = of["tip_off_at"] + timedelta(hours=4) if later == 0 else eastern(day, 12)
        added.append({**of, "game_id": f"00426{number:05d}", "game_date": day, "tip_off_at": tip_off_at})
    return added


def _known_after(chance: random.Random, row: Row, of: Row, delay: timedelta) -> Row:
    minutes = row["minutes"] + chance.choice([0, 0, 5, 10]) if row["minutes"] > 40 else row["minutes"]
    return {
        **row,
        "minutes": minutes,
        "is_starter": chance.choice([None, True, False]),
        "knowable_at": of["tip_off_at"] + delay,
    }


def _sightings(chance: random.Random, boxscores: list[Row]) -> list[Row]:
    """One row a player and date: of box scores, and now and then of a list or transaction that has him elsewhere."""
    rows = {(row["game_date"], row["player_id"]): row["team"] for row in boxscores if chance.random() < 0.95}
    teams = sorted(set(rows.values()))
    for day, player in sorted(rows):
        if chance.random() < 0.05:
            rows.setdefault((day + timedelta(days=1), player), chance.choice(teams))
    return [seen(day, player, team) for (day, player), team in rows.items()]


def _reports(chance: random.Random, of: Row) -> list[Row]:
    """Several reports of a third of the teams' players and of one whom nobody else knows; of a fifth of the games
    none."""
    if chance.random() < 0.2:
        return []
    told: dict[tuple[int, str, float], Row] = {}
    players = [number for number in range(100, 116) if chance.random() < 0.3] + [888]
    for player in players:
        team = chance.choice([of["home_team"], of["away_team"]])
        for _ in range(chance.randint(1, 4)):
            source, minutes = chance.choice([REPORT, ESPN, BALLDONTLIE]), chance.choice([5.0, 30.0, 60.0, 300.0])
            status = chance.choice(["out", "out", "suspended", *INJURY_STATUSES])
            row = report(of, player, team, status, minutes=minutes, source=source, reason=chance.choice(NEWS))
            told[player, source, minutes] = row
    return list(told.values())

"""How much of what the schedule makes a table owe is there: games expected against games stored, date by date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

import polars as pl

from nba_props.conformed.box_wholeness import covered_boxes, minutes_together
from nba_props.contracts.registry import TABLES, table_named
from nba_props.contracts.table import Table
from nba_props.teams import TRICODE_BY_NAME


class Owes(Enum):
    """For which games a table owes rows."""

    SCHEDULED = "every game that is not postponed"
    FORECAST = "every game that is not postponed of two teams that have played before"
    PLAYED = "every game that is final"
    LINED = "every game that is not postponed, from when lines are due"
    DATED = "something on every date with a game that is not postponed"
    NOTHING = "nothing: rows come as they come"


PLAYED_WITHIN_DAYS = 400
"""A team that has ever played before a date has done so within so many days before it."""

_PLAYED = (
    "raw.nbac_player_boxscore",
    "conformed.players",
    "conformed.player_boxscores",
    "conformed.team_boxscores",
    "analytics.player_game_summary",
    "analytics.player_market_results",
    "analytics.team_offense_game_summary",
    "predictions.prediction_grades",
)
_LINED = (
    "raw.odds_events",
    "raw.odds_player_props",
    "conformed.event_games",
    "conformed.prop_lines",
    "conformed.prop_consensus",
)
_SCHEDULED = (
    "raw.nbac_schedule",
    "conformed.games",
    "analytics.upcoming_team_game_context",
    "precompute.team_daily_cache",
    "precompute.team_defense_zone_analysis",
)
_FORECAST = (
    "analytics.upcoming_player_game_context",
    "precompute.player_daily_cache",
    "precompute.player_opponent_history",
    "precompute.player_composite_factors",
    "precompute.feature_store",
    "predictions.player_prop_predictions",
)

_SINCE_ASKED: Mapping[str, Owes] = {
    "raw.nbac_team_boxscore": Owes.PLAYED,
    "raw.nbac_scoreboard": Owes.SCHEDULED,
    "raw.nbac_play_by_play": Owes.PLAYED,
    "raw.nbac_referee_assignments": Owes.DATED,
    "raw.nbac_injury_report": Owes.DATED,
    "raw.nbac_gamebook": Owes.PLAYED,
    "raw.bettingpros_events": Owes.LINED,
    "raw.bettingpros_player_props": Owes.DATED,
    "raw.draftkings_player_props": Owes.LINED,
    "raw.bdl_games": Owes.SCHEDULED,
    "raw.bdl_player_boxscores": Owes.PLAYED,
    "raw.espn_scoreboard": Owes.SCHEDULED,
    "raw.espn_boxscores": Owes.PLAYED,
}
"""Tables of sources that others stand in for: owed from the first game date that the source was asked about."""

_COMES_WITH_THEM = ("raw.odds_game_lines", "raw.nbac_quarantine", "raw.odds_quarantine")

OWED_SINCE_ASKED = frozenset(
    name
    for name in TABLES
    if name.startswith("raw.") and name not in (*_PLAYED, *_LINED, *_SCHEDULED, *_COMES_WITH_THEM)
)
"""Raw tables that are owed nothing for dates before their source was first asked."""

NEVER_AWAITED = OWED_SINCE_ASKED | {*_COMES_WITH_THEM, *(name for name in _LINED if name.startswith("raw."))}
"""Raw tables that hold nothing back where they are not there: others stand in for their source, or, as with odds and
quarantines, every row stands for itself."""

OWES: Mapping[str, Owes] = {
    **dict.fromkeys(TABLES, Owes.NOTHING),
    **dict.fromkeys(_PLAYED, Owes.PLAYED),
    **dict.fromkeys(_LINED, Owes.LINED),
    **dict.fromkeys(_SCHEDULED, Owes.SCHEDULED),
    **dict.fromkeys(_FORECAST, Owes.FORECAST),
    **_SINCE_ASKED,
    "precompute.role_priors": Owes.DATED,
}

BOXES_OF_PLAYERS = frozenset(
    {
        "raw.nbac_player_boxscore",
        "raw.nbac_gamebook",
        "raw.bdl_player_boxscores",
        "raw.espn_boxscores",
        "conformed.player_boxscores",
    }
)
"""Tables of players' box scores: some players of a game are not yet the game."""

_OF_A_GAME = ("game_date", "game_id", "home_team", "away_team", "home_team_name", "away_team_name", "team")
_OF_A_BOX = ("endpoint", "did_not_play", "minutes")

for _name in (*OWES, *BOXES_OF_PLAYERS):
    table_named(_name)


@dataclass(frozen=True)
class Coverage:
    """Games expected and stored of one table and date."""

    expected: int
    stored: int
    missing: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """Share of the expected games that are there; 1 if none is expected."""
        return 1.0 if self.expected == 0 else (self.expected - len(self.missing)) / self.expected


def expected_games(games: pl.LazyFrame, owes: Owes) -> pl.LazyFrame:
    """The games (game_date, game_id, home_team, away_team) for which a table owes rows.

    ``games`` holds the dates in question and, to judge who has played before, the calendar before them.
    """
    wanted = {
        Owes.SCHEDULED: pl.col("status") != "postponed",
        Owes.LINED: pl.col("status") != "postponed",
        Owes.DATED: pl.col("status") != "postponed",
        Owes.FORECAST: (pl.col("status") != "postponed") & _has_played("home_team") & _has_played("away_team"),
        Owes.PLAYED: pl.col("status") == "final",
        Owes.NOTHING: pl.lit(False),
    }[owes]
    return (
        games.join(_first_games(games, "home_team"), on="home_team", how="left")
        .join(_first_games(games, "away_team"), on="away_team", how="left")
        .filter(wanted)
        .select("game_date", "game_id", "home_team", "away_team")
    )


def _first_games(games: pl.LazyFrame, side: str) -> pl.LazyFrame:
    played = games.filter(pl.col("status") == "final")
    sides = [played.select("game_date", pl.col(column).alias(side)) for column in ("home_team", "away_team")]
    return pl.concat(sides).group_by(side).agg(pl.col("game_date").min().alias(f"{side}_first_game"))


def _has_played(side: str) -> pl.Expr:
    return (pl.col(f"{side}_first_game") < pl.col("game_date")).fill_null(False)


def telling_columns(table: Table) -> list[str]:
    """The columns of a table that ``stored_games`` reads."""
    names = (*_OF_A_GAME, *_OF_A_BOX) if table.full_name in BOXES_OF_PLAYERS else _OF_A_GAME
    return [name for name in names if name in table.schema]


def stored_games(table: Table, frame: pl.LazyFrame, games: pl.LazyFrame) -> pl.LazyFrame:
    """The distinct games (game_date, game_id) for which a table has rows, whatever it names games by.

    A game of ``BOXES_OF_PLAYERS`` is there where one box of it has nine tenths of both teams' minutes.
    """
    columns = table.schema
    if table.full_name in BOXES_OF_PLAYERS:
        frame = _of_covered_games(table, frame)
    if OWES[table.full_name] is Owes.DATED:
        return games.join(frame, on="game_date", how="semi").select("game_date", "game_id")
    if "game_id" in columns:
        return frame.select("game_date", "game_id").unique()
    keys = games.select("game_date", "game_id", "home_team", "away_team")
    if "home_team_name" in columns:
        return _paired(frame.select("game_date", _team("home_team_name"), _team("away_team_name")).unique(), keys)
    if "home_team" in columns:
        return _paired(frame.select("game_date", "home_team", "away_team").unique(), keys)
    teams = frame.select("game_date", "team").unique()
    home = keys.join(teams, left_on=["game_date", "home_team"], right_on=["game_date", "team"], how="semi")
    away = keys.join(teams, left_on=["game_date", "away_team"], right_on=["game_date", "team"], how="semi")
    return home.join(away, on=["game_date", "game_id"], how="semi").select("game_date", "game_id")


def _of_covered_games(table: Table, frame: pl.LazyFrame) -> pl.LazyFrame:
    """Rows of the boxes that cover their game: each form of a raw table is one, what is conformed is one together."""
    forms = ("endpoint",) if table.layer == "raw" else ()
    box = [name for name in ("game_date", "game_id", "home_team", "away_team", *forms) if name in table.schema]
    played = frame.filter(~pl.col("did_not_play")) if "did_not_play" in table.schema else frame
    minutes = played.group_by(*box, "team").agg(minutes_together(pl.col("minutes")).alias("team_minutes"))
    return frame.join(covered_boxes(minutes, box), on=box, how="semi")


def with_games(table: Table, frame: pl.LazyFrame, games: pl.LazyFrame) -> pl.LazyFrame:
    """Rows of a table that names games by id or by tricodes, with the ``game_id`` of ``games``; others are left out."""
    keys = games.select("game_date", "game_id", "home_team", "away_team")
    if "game_id" in table.schema:
        return frame.join(keys.select("game_id"), on="game_id", how="semi")
    teams = ["game_date", "home_team", "away_team"]
    turned = frame.rename({"home_team": "away_team", "away_team": "home_team"}).join(keys, on=teams)
    return pl.concat([frame.join(keys, on=teams), turned], how="diagonal")


def _paired(named: pl.LazyFrame, keys: pl.LazyFrame) -> pl.LazyFrame:
    """The games of pairs of teams, whichever is told to be at home."""
    teams = ["game_date", "home_team", "away_team"]
    straight = named.join(keys, on=teams)
    turned = named.rename({"home_team": "away_team", "away_team": "home_team"}).join(keys, on=teams)
    return pl.concat([straight, turned], how="diagonal").select("game_date", "game_id").unique()


def missing_games(table: Table, frame: pl.LazyFrame, games: pl.LazyFrame) -> pl.DataFrame:
    """Per date the games expected of the table, and those it has no row of (game_date, expected, missing: list)."""
    expected = expected_games(games, OWES[table.full_name])
    there = stored_games(table, frame, games).with_columns(is_there=True)
    return (
        expected.join(there, on=["game_date", "game_id"], how="left")
        .sort("game_date", "game_id")
        .group_by("game_date", maintain_order=True)
        .agg(
            pl.len().cast(pl.Int64).alias("expected"),
            pl.col("game_id").filter(pl.col("is_there").is_null()).alias("missing"),
        )
        .collect()
    )


def _team(column: str) -> pl.Expr:
    name = column.removesuffix("_name")
    return pl.col(column).replace_strict(TRICODE_BY_NAME, default=None, return_dtype=pl.String).alias(name)

"""conformed.games: one truth from the schedule, scoreboards, box scores and the starts that other sources expect."""

from __future__ import annotations

from datetime import time

import polars as pl

from nba_props.conformed import game_status
from nba_props.conformed.inputs import optional, pair, read_once, tricode
from nba_props.contracts.raw.balldontlie import BDL_GAMES
from nba_props.contracts.raw.bettingpros import BETTINGPROS_EVENTS
from nba_props.contracts.raw.espn import ESPN_SCOREBOARD
from nba_props.contracts.raw.nba_com import NBAC_PLAYER_BOXSCORE
from nba_props.contracts.raw.nba_gamebook import NBAC_GAMEBOOK
from nba_props.contracts.raw.nba_live import NBAC_SCOREBOARD
from nba_props.contracts.raw.odds_api import ODDS_EVENTS
from nba_props.game_calendar import COUNTED_GAME_TYPES, LEAGUE_TIME_ZONE, DateRange
from nba_props.teams import TRICODES

ASSUMED_TIP_OFF = time(12)
"""New York time at which a game of unknown tip-off counts as tipping off: earlier than nearly every real one, so that
nothing of the game can count as known before it."""

_GAME = ["game_date", "game_id"]
_BOX = [*_GAME, "endpoint", "team", "did_not_play", "minutes", "points", "won", "game_status"]
_FINAL = 3


def build(
    dates: DateRange,
    *,
    nbac_schedule: pl.LazyFrame,
    nbac_player_boxscore: pl.LazyFrame | None = None,
    odds_events: pl.LazyFrame | None = None,
    nbac_scoreboard: pl.LazyFrame | None = None,
    nbac_gamebook: pl.LazyFrame | None = None,
    bdl_games: pl.LazyFrame | None = None,
    espn_scoreboard: pl.LazyFrame | None = None,
    bettingpros_events: pl.LazyFrame | None = None,
) -> pl.DataFrame:
    """Games of the dates that count, one row each: those that the newest schedule has on the date.

    The status is that of ``game_status``. The tip-off is the league's, else the start that a source expects for the
    same teams and date, else noon in New York. Scores are those of the first source that has them final.
    """
    scoreboard = read_once(optional(nbac_scoreboard, NBAC_SCOREBOARD))
    espn, bdl = read_once(optional(espn_scoreboard, ESPN_SCOREBOARD)), read_once(optional(bdl_games, BDL_GAMES))
    box = read_once(optional(nbac_player_boxscore, NBAC_PLAYER_BOXSCORE).filter(dates.is_in()).select(_BOX))
    both_known = pl.col("home_team").is_in(TRICODES) & pl.col("away_team").is_in(TRICODES)
    counts = pl.col("game_type").is_in(COUNTED_GAME_TYPES)
    scheduled = read_once(nbac_schedule.filter(dates.is_in(), counts, both_known).with_columns(pair()))
    played = game_status.games_with_box_score(dates, scheduled, box, optional(nbac_gamebook, NBAC_GAMEBOOK))
    said = game_status.judged(
        dates, scheduled, nbac_schedule=scheduled, nbac_scoreboard=scoreboard, bdl_games=bdl, espn_scoreboard=espn
    )
    starts = {
        "odds_events": _odds_starts(optional(odds_events, ODDS_EVENTS)),
        "espn_scoreboard": _starts(espn, "tip_off_at"),
        "bdl_games": _starts(bdl, "tip_off_at"),
        "bettingpros_events": _starts(optional(bettingpros_events, BETTINGPROS_EVENTS), "commence_at"),
    }
    told = (
        scheduled.join(said, on=_GAME, how="left")
        .join(played.with_columns(is_played=True), on=_GAME, how="left")
        .join(_board(scoreboard), on=_GAME, how="left")
        .join(_box_scores(box), on=[*_GAME, "home_team", "away_team"], how="left")
    )
    for source, frame in starts.items():
        told = told.join(frame.rename({"start": source}), on=["game_date", "pair"], how="left")
    times = {"schedule": pl.col("tip_off_at"), "scoreboard": pl.col("board_tip_off_at")}
    times |= {source: pl.col(source) for source in starts} | {"assumed": _assumed_tip_off()}
    return told.select(
        "game_id",
        "game_date",
        "season",
        "game_type",
        pl.when("is_played").then(pl.lit("final")).otherwise("status").alias("status"),
        pl.coalesce(times.values()).alias("tip_off_at"),
        pl.coalesce(pl.when(at.is_not_null()).then(pl.lit(source)) for source, at in times.items()).alias(
            "tip_off_source"
        ),
        "home_team",
        "away_team",
        _score("home"),
        _score("away"),
        "label",
    ).collect()


def _score(side: str) -> pl.Expr:
    """Final points: the schedule's, the scoreboard's, the sum of a finished box score; of a running game so far."""
    name = f"{side}_score"
    of_schedule = pl.when(pl.col("game_status") == _FINAL).then(pl.col(name))
    return pl.coalesce(of_schedule, f"board_{name}", f"box_{name}", name).alias(name)


def _board(scoreboard: pl.LazyFrame) -> pl.LazyFrame:
    """Of each game the tip-off, and the score if it is final, of the board read last."""
    is_final = (pl.col("game_status") == _FINAL) & ~pl.col("is_postponed")
    return (
        scoreboard.sort("fetched_at", "endpoint", descending=[False, True])
        .group_by(_GAME)
        .agg(
            pl.col("tip_off_at").drop_nulls().last().alias("board_tip_off_at"),
            pl.col("home_score", "away_score").filter(is_final).last().name.prefix("board_"),
        )
    )


def _box_scores(box: pl.LazyFrame) -> pl.LazyFrame:
    """Points of both sides by the sum of their players, of games with a finished box score of the NBA."""
    finished = game_status.finished_boxes(box).sort("endpoint").unique(_GAME, keep="first", maintain_order=True)
    points = (
        box.filter(~pl.col("did_not_play"))
        .join(finished, on=[*_GAME, "endpoint"], how="semi")
        .group_by(*_GAME, "team")
        .agg(pl.col("points").sum())
    )
    home = points.rename({"team": "home_team", "points": "box_home_score"})
    away = points.rename({"team": "away_team", "points": "box_away_score"})
    return home.join(away, on=_GAME).filter(pl.col("home_team") != pl.col("away_team"))


def _odds_starts(events: pl.LazyFrame) -> pl.LazyFrame:
    named = events.with_columns(
        tricode("home_team_name").alias("home_team"), tricode("away_team_name").alias("away_team")
    )
    return _newest_start(
        named.with_columns(pl.col("commence_at").alias("start"), pl.col("snapshot_at").alias("told_at"))
    )


def _starts(events: pl.LazyFrame, start: str) -> pl.LazyFrame:
    return _newest_start(events.with_columns(pl.col(start).alias("start"), pl.col("fetched_at").alias("told_at")))


def _newest_start(events: pl.LazyFrame) -> pl.LazyFrame:
    """The start that the newest telling expects for a date and pair of teams."""
    return (
        events.with_columns(pair())
        .drop_nulls(["pair", "start"])
        .sort("told_at", "fetched_at", "event_id")
        .group_by("game_date", "pair")
        .agg(pl.col("start").last())
    )


def _assumed_tip_off() -> pl.Expr:
    noon = pl.col("game_date").dt.combine(ASSUMED_TIP_OFF, time_unit="us")
    return noon.dt.replace_time_zone(LEAGUE_TIME_ZONE).dt.convert_time_zone("UTC")

"""conformed.injuries: what was told of a player's availability for a game before its tip-off, change by change.

The league's report speaks of a game. The lists of balldontlie and ESPN speak of the day: of the team's games on the
date of the list and on the next one.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from nba_props.conformed.inputs import optional, with_game_id
from nba_props.conformed.source_players import BALLDONTLIE, ESPN, INJURY_REPORT
from nba_props.contracts.conformed import INJURIES
from nba_props.contracts.raw.balldontlie import BDL_INJURIES
from nba_props.contracts.raw.espn import ESPN_INJURIES
from nba_props.contracts.raw.nba_injury_report import NBAC_INJURY_REPORT
from nba_props.contracts.table import Table
from nba_props.game_calendar import DateRange

LISTED_DAYS_BEFORE = 1
"""A list counts for games of its own date and so many days after it."""

READING_GAP = timedelta(minutes=5)
"""Pages of a list fetched within so long of each other are one reading."""

STATUSES = {
    "available": "available",
    "active": "available",
    "probable": "probable",
    "questionable": "questionable",
    "doubtful": "doubtful",
    "out": "out",
    "out for season": "out",
    "injured reserve": "out",
    "day-to-day": "day_to_day",
    "day to day": "day_to_day",
    "suspension": "suspended",
    "suspended": "suspended",
}
_GAME = ["game_date", "game_id"]
_SUBJECT = [*_GAME, "player_id", "source"]
_TOLD = [*_SUBJECT, "team", "report_at", "status_text", "reason"]


def build(
    dates: DateRange,
    *,
    games: pl.LazyFrame,
    source_players: pl.LazyFrame,
    nbac_injury_report: pl.LazyFrame | None = None,
    bdl_injuries: pl.LazyFrame | None = None,
    espn_injuries: pl.LazyFrame | None = None,
) -> pl.DataFrame:
    """One row a player, game, source and change of status, told not later than the tip-off.

    ``source_players``, ``bdl_injuries`` and ``espn_injuries`` hold the dates and ``LISTED_DAYS_BEFORE`` them. Who was
    listed and is not in a later reading of the source has a row ``not_listed`` at that reading.
    """
    slate, lists = games.filter(dates.is_in()), dates.widened(before=LISTED_DAYS_BEFORE)
    told = [
        _of_report(optional(nbac_injury_report, NBAC_INJURY_REPORT), source_players, slate, dates),
        _of_balldontlie(optional(bdl_injuries, BDL_INJURIES).filter(lists.is_in()), source_players, _sides(slate)),
        _of_espn(optional(espn_injuries, ESPN_INJURIES).filter(lists.is_in()), source_players, _sides(slate)),
    ]
    words = pl.col("status_text").str.to_lowercase().str.strip_chars()
    status = words.replace_strict(STATUSES, default="unknown", return_dtype=pl.String)
    history = (
        pl.concat(frame.select(*_TOLD, "is_listed") for frame in told)
        .join(slate.select(*_GAME, "tip_off_at"), on=_GAME)
        .filter(pl.col("report_at") <= pl.col("tip_off_at"))
        .with_columns(pl.when("is_listed").then(status).otherwise(pl.lit("not_listed")).alias("status"))
        .sort(*_SUBJECT, "report_at", "is_listed", "status", "status_text", "reason", "team", nulls_last=True)
        .unique([*_SUBJECT, "report_at"], keep="last", maintain_order=True)
    )
    before = pl.col("status").shift().over(_SUBJECT)
    return (
        history.with_columns(pl.col("report_at").min().over(*_SUBJECT, "status").alias("first_seen_at"))
        .filter(pl.col("status").ne_missing(before))
        .select(INJURIES.schema.names())
        .collect()
    )


def _of_report(
    report: pl.LazyFrame, source_players: pl.LazyFrame, games: pl.LazyFrame, dates: DateRange
) -> pl.LazyFrame:
    """A reading of a team is a report for which it had submitted, whether it lists somebody or nobody."""
    rows = with_game_id(report, games, dates)
    listed = _identified(rows, INJURY_REPORT, source_players).select(
        *_GAME, "player_id", "team", "report_at", pl.col("status").alias("status_text"), "reason"
    )
    readings = rows.filter("is_submitted").select(*_GAME, "team", "report_at").unique()
    return _with_source(_with_absences(listed, readings), NBAC_INJURY_REPORT)


def _of_balldontlie(rows: pl.LazyFrame, source_players: pl.LazyFrame, sides: pl.LazyFrame) -> pl.LazyFrame:
    """The pages of a list are fetched seconds apart; all of a reading are as of its last one."""
    starts_reading = (pl.col("snapshot_at").diff() > READING_GAP).fill_null(False)
    times = (
        rows.select("snapshot_at")
        .unique()
        .sort("snapshot_at")
        .with_columns(starts_reading.cum_sum().alias("reading"))
        .select("snapshot_at", pl.col("snapshot_at").max().over("reading").alias("report_at"))
    )
    read = rows.join(times, on="snapshot_at")
    listed = _of_games(_identified(read, BALLDONTLIE, source_players), sides, ["game_date", "team"]).select(
        *_GAME,
        "player_id",
        "team",
        "report_at",
        pl.col("status").alias("status_text"),
        pl.col("description").alias("reason"),
    )
    readings = _of_games(read.select("game_date", "report_at").unique(), sides, ["game_date"])
    return _with_source(_with_absences(listed, readings.select(*_GAME, "team", "report_at").unique()), BDL_INJURIES)


def _of_espn(rows: pl.LazyFrame, source_players: pl.LazyFrame, sides: pl.LazyFrame) -> pl.LazyFrame:
    """Reports count from when ESPN says that they were made. When a list was read first is not kept, so nobody is told
    as listed no longer; instead the list of the day before counts only until there is one of the game's own date."""
    own_dates = rows.select(pl.col("game_date").alias("list_date")).unique().with_columns(game_date=pl.col("list_date"))
    listed = _of_games(_identified(rows, ESPN, source_players), sides, ["game_date", "team"])
    is_superseded = (pl.col("list_date") < pl.col("game_date")) & pl.col("list_date_own").is_not_null()
    return _with_source(
        listed.join(own_dates, on="game_date", how="left", suffix="_own")
        .filter(~is_superseded)
        .select(
            *_GAME,
            "player_id",
            "team",
            pl.min_horizontal("reported_at", "fetched_at").alias("report_at"),
            pl.col("status").alias("status_text"),
            pl.coalesce("comment", "injury_detail", "injury").alias("reason"),
            pl.lit(True).alias("is_listed"),
        ),
        ESPN_INJURIES,
    )


def _sides(games: pl.LazyFrame) -> pl.LazyFrame:
    return pl.concat(games.select(*_GAME, pl.col(side).alias("team")) for side in ("home_team", "away_team"))


def _of_games(rows: pl.LazyFrame, sides: pl.LazyFrame, on: list[str]) -> pl.LazyFrame:
    """Rows of a list for the games on its date and the ``LISTED_DAYS_BEFORE`` after it; ``list_date`` is the list's."""
    dated = rows.with_columns(list_date=pl.col("game_date"))
    days = [dated.with_columns(pl.col("game_date").dt.offset_by(f"{n}d")) for n in range(LISTED_DAYS_BEFORE + 1)]
    return pl.concat(days).join(sides, on=on)


def _identified(rows: pl.LazyFrame, source: str, source_players: pl.LazyFrame) -> pl.LazyFrame:
    names = source_players.filter(pl.col("source") == source).select(
        "game_date", "team", pl.col("source_name").alias("player_name"), "player_id"
    )
    return rows.join(names, on=["game_date", "team", "player_name"])


def _with_absences(listed: pl.LazyFrame, readings: pl.LazyFrame) -> pl.LazyFrame:
    """The rows, and one without status for every later reading of his team that does not list a listed player."""
    subject = [*_GAME, "player_id", "team"]
    first = listed.group_by(subject).agg(pl.col("report_at").min().alias("first_at"))
    absent = (
        first.join(readings, on=[*_GAME, "team"])
        .filter(pl.col("report_at") > pl.col("first_at"))
        .join(listed, on=[*subject, "report_at"], how="anti")
        .drop("first_at")
        .with_columns(status_text=pl.lit(None, pl.String), reason=pl.lit(None, pl.String), is_listed=pl.lit(False))
    )
    return pl.concat([listed.with_columns(is_listed=pl.lit(True)), absent], how="diagonal")


def _with_source(rows: pl.LazyFrame, table: Table) -> pl.LazyFrame:
    return rows.with_columns(source=pl.lit(table.full_name))

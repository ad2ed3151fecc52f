"""The planner: what is due to be collected now, computed from games, odds events and the attempts so far.

Everything follows from each game's own tip-off, so that midnight, daylight saving and noon games are nothing
special. It is pure: the same tables and the same ``now`` give the same list. Nothing is remembered between
ticks; a missed tick is made good by the next one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl

from nba_props.contracts.raw import (
    NBAC_PLAYER_BOXSCORE,
    NBAC_SCHEDULE,
    ODDS_EVENTS,
    ODDS_GAME_LINES,
    ODDS_PLAYER_PROPS,
)
from nba_props.game_calendar import game_date_of, season_expression
from nba_props.settings import Settings
from nba_props.teams import TRICODE_BY_NAME

NBA, ODDS = "nba_com", "odds_api"
SCHEDULE, BOX_SCORES, EVENTS, EVENT_ODDS = "schedule", "player_box_scores", "events", "event_odds"
TABLES_FED = {
    SCHEDULE: (NBAC_SCHEDULE.full_name,),
    BOX_SCORES: (NBAC_PLAYER_BOXSCORE.full_name,),
    EVENTS: (ODDS_EVENTS.full_name,),
    EVENT_ODDS: (ODDS_PLAYER_PROPS.full_name, ODDS_GAME_LINES.full_name),
}

CLOSING_LEAD = timedelta(minutes=5)
"""A closing snapshot is taken at most so long before tip-off, live and from the historical endpoint."""

ROUTINE_AGE = timedelta(hours=24)
"""So long after tip-off a game without a box score is routine; later its date is an old hole."""

ROUTINE, CLOSING, HOLE = "routine", "closing", "hole"

SEASON_TYPES = {
    "regular_season": "Regular Season",
    "playoffs": "Playoffs",
    "play_in": "PlayIn",
    "cup_final": "IST",
}

MOMENT = pl.Datetime("us", "UTC")
CANDIDATES = pl.Schema(
    [
        ("source", pl.String()),
        ("endpoint", pl.String()),
        ("game_date", pl.Date()),
        ("reason", pl.String()),
        ("season_type", pl.String()),
        ("game_id", pl.String()),
        ("event_id", pl.String()),
        ("at", MOMENT),
        ("tip_off_at", MOMENT),
    ]
)
IDENTITY = ["endpoint", "season", "game_date", "season_type", "event_id", "at"]
"""What makes two requests the same question; columns that do not matter to an endpoint are null."""


@dataclass(frozen=True)
class Due:
    """One thing to ask of an upstream now.

    Attributes:
        source: the upstream.
        endpoint: its endpoint, as in the registry.
        game_date: the date that it is asked for.
        reason: routine, closing (the last odds before tip-off) or hole (a past date that lacks something).
        season_type: of box scores, the stats API's SeasonType.
        game_id: of event odds, the game.
        event_id: of event odds, the event.
        at: the past moment to ask about; None for the present.
    """

    source: str
    endpoint: str
    game_date: date
    reason: str
    season_type: str | None = None
    game_id: str | None = None
    event_id: str | None = None
    at: datetime | None = None

    @property
    def tables(self) -> tuple[str, ...]:
        """Full names of the raw tables that the answer feeds."""
        return TABLES_FED[self.endpoint]


def plan(
    settings: Settings,
    now: datetime,
    *,
    games: pl.DataFrame,
    odds_events: pl.DataFrame,
    collection_attempts: pl.DataFrame,
    box_score_games: Collection[str],
    expected_outputs: pl.DataFrame,
) -> list[Due]:
    """What to collect now: the routine by source, endpoint, date and game, then old holes, newest date first.

    Args:
        settings: intervals and windows; without an odds key no odds are due.
        now: the present.
        games: conformed.games of the dates around now and of the holes; may be empty.
        odds_events: raw.odds_events of the same dates.
        collection_attempts: operations.collection_attempts, all that there are: a past moment that was
            answered is never asked about again.
        box_score_games: ids of the games that have stored box scores.
        expected_outputs: operations.expected_outputs; its missing and partial past dates are the holes.
    """
    unfinished = _unfinished(games, box_score_games)
    holes = _holes(expected_outputs, game_date_of(now))
    candidates = [
        _candidates(pl.DataFrame({"game_date": [game_date_of(now)]}), NBA, SCHEDULE, ROUTINE),
        _routine_box_scores(unfinished, settings, now),
        _schedule_holes(holes),
        _box_score_holes(holes, unfinished, now),
    ]
    if settings.odds_api_key is not None:
        scheduled = games.filter(pl.col("status") != "postponed")
        candidates += _pre_game_odds(scheduled, odds_events, settings, now)
        candidates += _odds_holes(holes, scheduled, odds_events, settings)
    waiting = _waiting(pl.concat(candidates), collection_attempts, settings, now)
    return [Due(**row) for row in _in_order(waiting, settings).iter_rows(named=True)]


def _candidates(rows: pl.DataFrame, source: str, endpoint: str, reason: str) -> pl.DataFrame:
    """Rows as candidates of one kind; columns that they lack are null."""
    told = rows.with_columns(
        source=pl.lit(source),
        endpoint=pl.lit(endpoint),
        reason=pl.col("reason") if "reason" in rows.columns else pl.lit(reason),
    )
    return told.select(
        pl.col(name).cast(dtype) if name in told.columns else pl.lit(None, dtype).alias(name)
        for name, dtype in CANDIDATES.items()
    )


def _unfinished(games: pl.DataFrame, box_score_games: Collection[str]) -> pl.DataFrame:
    """Games that still owe a box score: not final, or final by the schedule alone."""
    has_box_score = pl.col("game_id").is_in(sorted(box_score_games))
    complete = (pl.col("status") == "final") & has_box_score
    return games.filter((pl.col("status") != "postponed") & ~complete).with_columns(
        season_type=pl.col("game_type").replace_strict(SEASON_TYPES, return_dtype=pl.String)
    )


def _routine_box_scores(unfinished: pl.DataFrame, settings: Settings, now: datetime) -> pl.DataFrame:
    age = now - pl.col("tip_off_at")
    first = timedelta(minutes=settings.box_score_first_minutes)
    owing = unfinished.filter((age >= first) & (age < ROUTINE_AGE))
    asked = owing.select("game_date", "season_type").unique()
    return _candidates(asked, NBA, BOX_SCORES, ROUTINE)


def _holes(expected_outputs: pl.DataFrame, today: date) -> pl.DataFrame:
    """Past dates (game_date, table) that lack something."""
    lacking = pl.col("outcome").is_in(["missing", "partial"]) & (pl.col("game_date") < today)
    return expected_outputs.filter(lacking).select("game_date", "table")


def _dates_lacking(holes: pl.DataFrame, endpoints: Collection[str]) -> pl.DataFrame:
    tables = [table for endpoint in endpoints for table in TABLES_FED[endpoint]]
    return holes.filter(pl.col("table").is_in(tables)).select("game_date").unique()


def _schedule_holes(holes: pl.DataFrame) -> pl.DataFrame:
    """One request a season: its schedule is a snapshot of the whole of it."""
    dates = _dates_lacking(holes, [SCHEDULE]).sort("game_date")
    newest = dates.group_by(season_expression(pl.col("game_date")).alias("season")).agg(pl.col("game_date").max())
    return _candidates(newest, NBA, SCHEDULE, HOLE)


def _box_score_holes(holes: pl.DataFrame, unfinished: pl.DataFrame, now: datetime) -> pl.DataFrame:
    old = unfinished.filter(now - pl.col("tip_off_at") >= ROUTINE_AGE)
    asked = old.join(_dates_lacking(holes, [BOX_SCORES]), on="game_date", how="semi")
    return _candidates(asked.select("game_date", "season_type").unique(), NBA, BOX_SCORES, HOLE)


def _pre_game_odds(
    scheduled: pl.DataFrame, odds_events: pl.DataFrame, settings: Settings, now: datetime
) -> list[pl.DataFrame]:
    """Events of dates with games to come, and odds of each of those games until it tips off."""
    opens_at = pl.col("tip_off_at").min().over("game_date") - timedelta(hours=settings.odds_opening_hours)
    has_tipped_off = (pl.col("tip_off_at") <= now) | (pl.col("status") != "scheduled")
    to_come = scheduled.filter(opens_at <= now).filter(~has_tipped_off)
    closes = pl.col("tip_off_at") - _closing_lead(settings) <= now
    odds = _with_events(to_come, odds_events).with_columns(
        reason=pl.when(closes).then(pl.lit(CLOSING)).otherwise(pl.lit(ROUTINE))
    )
    return [
        _candidates(to_come.select("game_date").unique(), ODDS, EVENTS, ROUTINE),
        _candidates(odds, ODDS, EVENT_ODDS, ROUTINE),
    ]


def _odds_holes(
    holes: pl.DataFrame, scheduled: pl.DataFrame, odds_events: pl.DataFrame, settings: Settings
) -> list[pl.DataFrame]:
    """A past opening and closing snapshot of each game of dates that lack odds."""
    dates = _dates_lacking(holes, [EVENTS, EVENT_ODDS])
    opening = pl.col("tip_off_at") - timedelta(hours=settings.odds_opening_hours)
    closing = pl.col("tip_off_at") - CLOSING_LEAD
    moments = (
        scheduled.join(dates, on="game_date", how="semi")
        .with_columns(at=pl.concat_list(opening, closing))
        .explode("at")
    )
    odds = _with_events(moments, odds_events)
    return [
        _candidates(moments.select("game_date", "at").unique(), ODDS, EVENTS, HOLE),
        _candidates(odds, ODDS, EVENT_ODDS, HOLE),
    ]


def _with_events(games: pl.DataFrame, odds_events: pl.DataFrame) -> pl.DataFrame:
    """Games of which an odds event is known, with it: the one that starts nearest; either team at home."""
    latest = odds_events.sort("event_id", "snapshot_at").unique("event_id", keep="last", maintain_order=True)
    teams = [
        pl.col(f"{side}_team_name").replace_strict(TRICODE_BY_NAME, default=None, return_dtype=pl.String)
        for side in ("home", "away")
    ]
    known = latest.select("game_date", "event_id", "commence_at", _pairing(*teams))
    nearest = (pl.col("commence_at") - pl.col("tip_off_at")).abs()
    once = [name for name in ("game_id", "at") if name in games.columns]
    return (
        games.with_columns(_pairing(pl.col("home_team"), pl.col("away_team")))
        .join(known, on=["game_date", "pairing"], how="inner")
        .sort(nearest, "event_id")
        .unique(once, keep="first", maintain_order=True)
    )


def _pairing(home: pl.Expr, away: pl.Expr) -> pl.Expr:
    return pl.concat_list(home, away).list.sort().list.join("-").alias("pairing")


def _asked(collection_attempts: pl.DataFrame) -> pl.DataFrame:
    """What was asked so far: each question once, when it was last asked, and whether it was ever answered."""
    url = pl.col("url")
    moment = url.str.extract(r"[?&]date=([^&]*)").str.to_datetime(
        "%Y-%m-%dT%H:%M:%SZ", strict=False, time_unit="us", time_zone="UTC"
    )
    questions = collection_attempts.select(
        "endpoint",
        "game_date",
        "asked_at",
        "outcome",
        season_type=url.str.extract(r"[?&]SeasonType=([^&]*)").str.replace_all("+", " ", literal=True),
        event_id=url.str.extract(r"/events/([^/?]+)/odds"),
        at=moment,
    )
    return (
        questions.with_columns(_identity())
        .group_by(IDENTITY)
        .agg(last_asked_at=pl.col("asked_at").max(), is_answered=(pl.col("outcome") == "ok").any())
    )


def _identity() -> list[pl.Expr]:
    endpoint = pl.col("endpoint")
    return [
        pl.when(endpoint == SCHEDULE).then(season_expression(pl.col("game_date"))).alias("season"),
        pl.when(endpoint.is_in([BOX_SCORES, EVENTS])).then("game_date").alias("game_date"),
        pl.when(endpoint == BOX_SCORES).then("season_type").alias("season_type"),
        pl.when(endpoint == EVENT_ODDS).then("event_id").alias("event_id"),
        pl.when(endpoint.is_in([EVENTS, EVENT_ODDS])).then("at").alias("at"),
    ]


def _waiting(
    candidates: pl.DataFrame, collection_attempts: pl.DataFrame, settings: Settings, now: datetime
) -> pl.DataFrame:
    """Candidates whose interval has passed since they were last asked."""
    asked = _asked(collection_attempts)
    told = candidates.with_columns(for_date=pl.col("game_date"), at=pl.col("at").dt.truncate("1s"))
    known = told.with_columns(_identity()).join(asked, on=IDENTITY, how="left", nulls_equal=True)
    since = now - pl.col("last_asked_at")
    rested = (since >= _interval(settings)).fill_null(True)
    settled = pl.col("at").is_not_null() & pl.col("is_answered").fill_null(False)
    kept = _kept_for_closing(settings, now, since).fill_null(False)
    due = known.filter(rested & ~settled & ~kept)
    return due.with_columns(game_date=pl.col("for_date")).drop("for_date")


def _interval(settings: Settings) -> pl.Expr:
    """Least time between two tries of a candidate."""
    routine = {
        SCHEDULE: settings.schedule_interval_minutes,
        BOX_SCORES: settings.box_score_interval_minutes,
        EVENTS: settings.odds_interval_minutes,
        EVENT_ODDS: settings.odds_interval_minutes,
    }
    minutes = (
        pl.when(pl.col("reason") == HOLE)
        .then(settings.sweep_interval_minutes)
        .otherwise(pl.col("endpoint").replace_strict(routine, return_dtype=pl.Float64))
    )
    return (minutes * 60_000_000).cast(pl.Int64).cast(pl.Duration("us"))


def _kept_for_closing(settings: Settings, now: datetime, since: pl.Expr) -> pl.Expr:
    """Whether odds asked now would leave no time to ask again shortly before tip-off.

    A game that was asked about recently then waits for its closing snapshot; any other is asked at once.
    """
    interval, lead = timedelta(minutes=settings.odds_interval_minutes), _closing_lead(settings)
    too_late_after = now + interval > pl.col("tip_off_at") - lead / 2
    before_closing = now < pl.col("tip_off_at") - lead
    is_live = (pl.col("endpoint") == EVENT_ODDS) & pl.col("at").is_null()
    return is_live & too_late_after & before_closing & (since < 2 * interval)


def _closing_lead(settings: Settings) -> timedelta:
    """How long before tip-off the live closing snapshot is taken; always less than the interval."""
    return min(CLOSING_LEAD, timedelta(minutes=settings.odds_interval_minutes) / 2)


def _in_order(waiting: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """The routine, then the holes of as many dates as one tick may ask for."""
    order = ["source", "endpoint", "game_date", "season_type", "at", "tip_off_at", "game_id"]
    routine = waiting.filter(pl.col("reason") != HOLE).sort(order, nulls_last=True)
    swept = waiting.filter(pl.col("reason") == HOLE)
    dates = swept.select(pl.col("game_date").unique().sort(descending=True)).head(settings.sweep_dates_per_tick)
    holes = swept.join(dates, on="game_date", how="semi").sort(
        "game_date",
        *[name for name in order if name != "game_date"],
        descending=[True, *[False] * (len(order) - 1)],
        nulls_last=True,
    )
    return pl.concat([routine, holes]).select(name for name in CANDIDATES if name != "tip_off_at")

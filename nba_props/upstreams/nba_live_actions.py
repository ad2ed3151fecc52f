"""The last steps of every play by play: actions of any endpoint in common columns, into ``raw.nbac_play_by_play``.

A row is an action; each ends as a stored row or as a reject. ``ACTION_COLUMNS`` are the common columns. What an
endpoint calls its fields, and what it leaves to words, is for the endpoint's own module.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import polars as pl

from nba_props.archive.payload import Payload
from nba_props.contracts.raw.nba_live import (
    FARTHEST_FEET,
    FARTHEST_TENTHS,
    LONGEST_PERIOD_SECONDS,
    MOST_PERIODS,
    MOST_POINTS,
    NBAC_PLAY_BY_PLAY,
)
from nba_props.game_calendar import game_date_of
from nba_props.teams import TRICODE_BY_ID
from nba_props.upstreams.endpoint import Built, Reject
from nba_props.upstreams.nba_rows import (
    PAYLOAD,
    PLACE,
    bad_game_id,
    season_of_game,
    store,
    team_of,
    text_or_null,
    unknown_team,
)
from nba_props.upstreams.sifting import Fault, absent_text

TABLE = NBAC_PLAY_BY_PLAY.full_name

ACTION_COLUMNS = pl.Schema(
    {
        PAYLOAD: pl.Int64,
        PLACE: pl.UInt32,
        "game_id": pl.String,
        "game_date": pl.Date,
        "endpoint": pl.String,
        "action_number": pl.Int64,
        "action_order": pl.Int64,
        "period": pl.Int64,
        "clock": pl.String,
        "team_id": pl.Int64,
        "person_id": pl.Int64,
        "player_name": pl.String,
        "action_type": pl.String,
        "sub_type": pl.String,
        "descriptor": pl.String,
        "description": pl.String,
        "is_field_goal": pl.Boolean,
        "shot_value": pl.Int64,
        "shot_made": pl.Boolean,
        "is_assisted": pl.Boolean,
        "assist_player_id": pl.Int64,
        "x": pl.Float64,
        "y": pl.Float64,
        "shot_distance": pl.Float64,
        "area": pl.String,
        "score_home_text": pl.String,
        "score_away_text": pl.String,
    }
)
"""``person_id`` is whoever the endpoint names, which may be a team; ``clock`` the time left as sent; ``area`` the zone
in the league's words; scores as texts, empty or null where not told."""

ZONES = {
    "Restricted Area": "restricted_area",
    "In The Paint (Non-RA)": "paint",
    "Mid-Range": "mid_range",
    "Left Corner 3": "corner_three",
    "Right Corner 3": "corner_three",
    "Above the Break 3": "above_the_break_three",
    "Backcourt": "backcourt",
}
TEXTS = ("player_name", "action_type", "sub_type", "descriptor", "description")

REGULATION_PERIODS = 4
OVERTIME_SECONDS = 300
FREE_THROW = "freethrow"
ASSIST_IN_WORDS = r" AST\)"

_CLOCK = r"^(?:PT)?([0-9]{1,2})(?:M|:)([0-9]{1,2}(?:\.[0-9]+)?)S?$"


def game_date_or_asked(told: date | None, payload: Payload) -> date:
    """The game date that a body tells, else the one asked for, else that of the fetching."""
    return told or payload.asked_for or game_date_of(payload.fetched_at)


def seconds_left(clock: str) -> pl.Expr:
    """Seconds of a column of clock texts, ``PT11M58.00S`` or ``11:58``; null for any other text."""
    minutes, seconds = (pl.col(clock).str.extract(_CLOCK, group).cast(pl.Float64) for group in (1, 2))
    return minutes * 60 + seconds


def seconds_of_period(period: pl.Expr) -> pl.Expr:
    """Length of a period."""
    return pl.when(period <= REGULATION_PERIODS).then(LONGEST_PERIOD_SECONDS).otherwise(OVERTIME_SECONDS)


def seconds_gone(period: pl.Expr, left: pl.Expr) -> pl.Expr:
    """Seconds of play since the tip-off, given the period and the seconds left in it."""
    before = pl.min_horizontal(period - 1, pl.lit(REGULATION_PERIODS)) * LONGEST_PERIOD_SECONDS
    overtimes = pl.max_horizontal(period - 1 - REGULATION_PERIODS, pl.lit(0))
    return before + overtimes * OVERTIME_SECONDS + seconds_of_period(period) - left


def shot_kind(value: pl.Expr) -> pl.Expr:
    """The live endpoint's word for a field goal worth so much."""
    return pl.when(value == 3).then(pl.lit("3pt")).otherwise(pl.lit("2pt"))


def zone_of(area: str) -> pl.Expr:
    """Our name of a zone in the league's words; null for one that is not known."""
    return pl.col(area).replace_strict(ZONES, default=None, return_dtype=pl.String)


def build_actions(
    payloads: Sequence[Payload],
    actions: pl.DataFrame,
    misfits: Sequence[tuple[Payload, date, bytes, str]],
    as_sent: Callable[[int], bytes],
) -> Built:
    """Rows and rejects of actions in ``ACTION_COLUMNS``.

    Args:
        payloads: the batch.
        actions: of all its payloads.
        misfits: what is no action of the endpoint's format: payload, game date, as sent, reason.
        as_sent: an action as JSON by its ``place``.
    """
    told = actions.select(pl.col(name).cast(dtype) for name, dtype in ACTION_COLUMNS.items())
    frame, rejects = store(NBAC_PLAY_BY_PLAY, payloads, _derived(told), _faults(), as_sent)
    unfit = [Reject(payload, TABLE, sent, reason, day) for payload, day, sent, reason in misfits]
    return Built({TABLE: frame}, unfit + rejects)


def _derived(told: pl.DataFrame) -> pl.DataFrame:
    person_is_team = pl.col("person_id").is_in(list(TRICODE_BY_ID))
    named = told.with_columns(
        *(text_or_null(name) for name in TEXTS),
        team_id=pl.when(person_is_team).then("person_id").when(pl.col("team_id") != 0).then("team_id"),
        clock_seconds=seconds_left("clock"),
        score_home=pl.col("score_home_text").str.to_integer(strict=False),
        score_away=pl.col("score_away_text").str.to_integer(strict=False),
        shot_zone=pl.when("is_field_goal").then(zone_of("area")),
    )
    # The older endpoints put an event's number where a person's id belongs when nobody acted: such have no team.
    is_player = ~person_is_team & pl.col("team_id").is_not_null() & (pl.col("person_id") != 0)
    return named.with_columns(
        season=season_of_game(),
        team=team_of("team_id"),
        player_id=pl.when(is_player).then("person_id"),
        elapsed_seconds=seconds_gone(pl.col("period"), pl.col("clock_seconds")),
        points=pl.when("shot_made").then("shot_value").when(~pl.col("shot_made")).then(0),
        assist_player_id=pl.when(pl.col("assist_player_id") != 0).then("assist_player_id"),
    )


def _faults() -> list[Fault]:
    is_shot = pl.col("is_field_goal") | (pl.col("action_type") == FREE_THROW)
    scored = pl.col("shot_made").fill_null(False)
    says_assist = scored & pl.col("is_field_goal") & pl.col("description").str.contains(ASSIST_IN_WORDS)
    faults: list[Fault] = [
        bad_game_id(),
        (pl.min_horizontal("action_number", "action_order") < 0, "negative action number"),
        (~pl.col("period").is_between(1, MOST_PERIODS), pl.format("impossible period: {}", "period")),
        (pl.col("clock_seconds").is_null(), pl.format("the clock is no time: {}", pl.col("clock").fill_null(""))),
        (
            pl.col("clock_seconds") > seconds_of_period(pl.col("period")),
            pl.format("more time left than the period has: {}", "clock"),
        ),
        unknown_team("team_id", "team"),
        (pl.col("player_id") < 0, pl.format("bad player id: {}", "player_id")),
        (pl.col("assist_player_id") < 0, pl.format("bad player id: {}", "assist_player_id")),
        (absent_text("action_type"), "no kind of action"),
        (is_shot & pl.col("shot_made").is_null(), "a shot without a result"),
        (is_shot & pl.col("player_id").is_null(), "a shot by nobody"),
        (scored & ~pl.col("shot_value").is_between(1, 3).fill_null(False), "a shot made of unknown worth"),
        (says_assist & ~pl.col("is_assisted"), "an assist that only the words tell"),
        (pl.col("shot_distance").is_between(0, FARTHEST_FEET).not_(), "impossible distance"),
    ]
    for side in ("home", "away"):
        text, score = f"score_{side}_text", f"score_{side}"
        sent = pl.col(text).str.strip_chars() != ""
        faults.append((sent & pl.col(score).is_null(), pl.format("the score is no number: {}", text)))
        faults.append((~pl.col(score).is_between(0, MOST_POINTS), pl.format("impossible score: {}", score)))
    faults += [
        (~pl.col(axis).is_between(-FARTHEST_TENTHS, FARTHEST_TENTHS), pl.format("off the court: {}", axis))
        for axis in ("x", "y")
    ]
    return faults

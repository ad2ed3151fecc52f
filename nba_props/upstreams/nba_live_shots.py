"""Shot charts of stats.nba.com shotchartdetail, for archived bodies, into ``raw.nbac_shots``.

A row is a field goal tried; each ends as a stored row or as a reject. The league averages beside them are no rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from nba_props.archive.payload import Payload
from nba_props.contracts.raw.nba_live import FARTHEST_FEET, FARTHEST_TENTHS, MOST_PERIODS, NBAC_SHOTS
from nba_props.teams import TRICODES
from nba_props.upstreams.endpoint import Built, Coverage, Reject
from nba_props.upstreams.nba_live_actions import seconds_of_period, zone_of
from nba_props.upstreams.nba_result_sets import Rows, Wanted, as_sent, decode_result_sets, frame_of, rows_of, sent_rows
from nba_props.upstreams.nba_rows import Whole, bad_game_id, season_of_game, store, team_of, text_or_null
from nba_props.upstreams.sifting import Fault

TABLE = NBAC_SHOTS.full_name
RESULT_SET = "Shot_Chart_Detail"
VALUES = {"2PT Field Goal": 2, "3PT Field Goal": 3}

HEADERS: Wanted = {
    "GAME_ID": ("game_id", str),
    "GAME_EVENT_ID": ("event_number", Whole),
    "PLAYER_ID": ("player_id", Whole),
    "PLAYER_NAME": ("player_name", str | None),
    "TEAM_ID": ("team_id", Whole),
    "PERIOD": ("period", Whole),
    "MINUTES_REMAINING": ("minutes", Whole),
    "SECONDS_REMAINING": ("seconds", Whole),
    "ACTION_TYPE": ("action_type", str | None),
    "SHOT_TYPE": ("shot_type", str | None),
    "SHOT_ZONE_BASIC": ("area", str | None),
    "SHOT_DISTANCE": ("shot_distance", float),
    "LOC_X": ("x", float),
    "LOC_Y": ("y", float),
    "SHOT_MADE_FLAG": ("made_flag", Whole),
    "GAME_DATE": ("date_text", str | None),
    "HTM": ("home_team", str | None),
    "VTM": ("away_team", str | None),
}


def decode_shots(payload: Payload) -> Rows:
    """The shots of a chart.

    Raises:
        MalformedPayload: the body is no chart, a header is absent or given twice, or not one row fits.
    """
    return rows_of(decode_result_sets(payload), RESULT_SET, HEADERS)


def shot_coverage(payload: Payload) -> Coverage:
    """The dates of its shots."""
    frame = frame_of([decode_shots(payload)], HEADERS)
    return Coverage(tuple(frame.select(_game_date().alias("day"))["day"].drop_nulls().unique().sort().to_list()))


def build_shots(charts: Sequence[tuple[Payload, Rows]]) -> Built:
    """Rows and rejects of decoded charts."""
    payloads = [payload for payload, _ in charts]
    many = [rows for _, rows in charts]
    sent = sent_rows(many)
    frame = frame_of(many, HEADERS).with_columns(
        game_date=_game_date(),
        season=season_of_game(),
        team=team_of("team_id"),
        clock_seconds=(pl.col("minutes") * 60 + pl.col("seconds")).cast(pl.Float64),
        action_type=text_or_null("action_type"),
        player_name=text_or_null("player_name"),
        shot_value=pl.col("shot_type").replace_strict(VALUES, default=None, return_dtype=pl.Int64),
        shot_made=pl.col("made_flag").replace_strict({1: True, 0: False}, default=None, return_dtype=pl.Boolean),
        shot_zone=zone_of("area"),
    )
    misfits = [Reject(payload, TABLE, row, reason) for payload, rows in charts for row, reason in rows.misfits]
    stored, rejects = store(NBAC_SHOTS, payloads, frame, _faults(), lambda place: as_sent(*sent[place]))
    return Built({TABLE: stored}, misfits + rejects)


def _game_date() -> pl.Expr:
    day = pl.col("date_text").str.to_date("%Y%m%d", strict=False, exact=True)
    return pl.when(day.is_between(date(1946, 1, 1), date(2100, 12, 31))).then(day)


def _faults() -> list[Fault]:
    left = pl.col("clock_seconds")
    faults: list[Fault] = [
        bad_game_id(),
        (pl.col("game_date").is_null(), "GAME_DATE is no date"),
        (pl.col("event_number") < 0, "negative event number"),
        (pl.col("player_id") <= 0, pl.format("bad player id: {}", "player_id")),
        (pl.col("team").is_null(), pl.format("unknown team: {}", "team_id")),
        (~pl.col("period").is_between(1, MOST_PERIODS), pl.format("impossible period: {}", "period")),
        (~left.is_between(0, seconds_of_period(pl.col("period"))), "impossible time left"),
        (pl.col("shot_value").is_null(), "a shot of unknown worth"),
        (pl.col("shot_made").is_null(), "a shot without a result"),
        (~pl.col("shot_distance").is_between(0, FARTHEST_FEET), "impossible distance"),
    ]
    faults += [
        (~pl.col(axis).is_between(-FARTHEST_TENTHS, FARTHEST_TENTHS), pl.format("off the court: {}", axis))
        for axis in ("x", "y")
    ]
    faults += [
        (~pl.col(side).is_in(TRICODES).fill_null(False), pl.format("unknown team: {}", pl.col(side).fill_null("")))
        for side in ("home_team", "away_team")
    ]
    return faults

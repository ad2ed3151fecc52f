"""Player box scores of stats.nba.com leaguegamelog, into ``raw.nbac_player_boxscore``.

A payload's rows are those of its result set: one a player who played; who did not has none.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from nba_props.archive.payload import Payload
from nba_props.contracts.raw import NBAC_PLAYER_BOXSCORE
from nba_props.contracts.raw.nba_com import PLAYER_BOX_SCORES
from nba_props.upstreams.bodies import date_of
from nba_props.upstreams.endpoint import Built, Coverage, Reject, dates_asked
from nba_props.upstreams.nba_box_lines import (
    PLAYER_MINUTES,
    AsSent,
    game_faults,
    lines_of,
    number_faults,
    player_faults,
    settled,
    statistic_headers,
    team_faults,
)
from nba_props.upstreams.nba_result_sets import Rows, Wanted, decode_result_sets, rows_of
from nba_props.upstreams.nba_rows import Whole
from nba_props.upstreams.sifting import Fault

TABLE = NBAC_PLAYER_BOXSCORE.full_name
RESULT_SET = "LeagueGameLog"

LOG_HEADERS: Wanted = {
    "SEASON_ID": ("season_id", str),
    "TEAM_ID": ("team_id", Whole),
    "TEAM_ABBREVIATION": ("team", str | None),
    "GAME_ID": ("game_id", str),
    "GAME_DATE": ("game_date", str | None),
    "MATCHUP": ("matchup", str),
    "WL": ("result", str | None),
    "MIN": ("minutes", float | None),
    "TOV": ("turnovers", Whole),
    "PLUS_MINUS": ("plus_minus", Whole | None),
    **statistic_headers(Whole),
}
"""What is read of the logs of players and of teams alike."""

HEADERS: Wanted = {
    **LOG_HEADERS,
    "PLAYER_ID": ("player_id", Whole),
    "PLAYER_NAME": ("player_name", str | None),
    "FANTASY_PTS": ("fantasy_points", float | None),
    "VIDEO_AVAILABLE": ("video_available", Whole | None),
}


def decode_box_scores(payload: Payload) -> Rows:
    """A log's rows, typed.

    Raises:
        MalformedPayload: the body is no player log, a header is absent or given twice, or not one row fits.
    """
    return rows_of(decode_result_sets(payload), RESULT_SET, HEADERS)


def build_box_scores(logs: Sequence[tuple[Payload, Rows]]) -> Built:
    """Rows and rejects of decoded logs."""
    payloads = [payload for payload, _ in logs]
    lines, sent = log_lines([log for _, log in logs], HEADERS)
    faults = [*log_faults(), *player_faults(), *team_faults(), *minutes_faults(), *number_faults(PLAYER_MINUTES)]
    rows, rejects = settled(lines, NBAC_PLAYER_BOXSCORE, PLAYER_BOX_SCORES, faults, payloads, sent)
    misfits = [Reject(payload, TABLE, row, reason) for payload, log in logs for row, reason in log.misfits]
    return Built({TABLE: rows}, misfits + rejects)


def box_score_coverage(payload: Payload) -> Coverage:
    """The dates of a log's rows and those it was asked about, as an empty answer speaks of them too."""
    return log_coverage(payload, decode_box_scores(payload))


def log_coverage(payload: Payload, log: Rows) -> Coverage:
    """The dates of a log's rows and those it was asked about."""
    position = log.headers.index("GAME_DATE")
    dates = {day for row in log.rows if (day := date_of(row[position]))}
    return Coverage(tuple(sorted(dates | set(dates_asked(payload.url)))))


def log_lines(logs: Sequence[Rows], headers: Wanted) -> tuple[pl.DataFrame, AsSent]:
    """The lines of logs, and what was sent of each.

    Their season is that of SEASON_ID: a digit for the kind of game, then the season's first year.
    """
    year = pl.col("season_id").str.extract(r"^[0-9]([0-9]{4})$").cast(pl.Int32)
    lines, sent = lines_of(logs, headers)
    told = lines.with_columns(
        pl.col("game_date").str.to_date("%Y-%m-%d", strict=False, exact=True),
        season=pl.format("{}-{}", year, ((year + 1) % 100).cast(pl.String).str.zfill(2)),
        won=pl.col("result").replace_strict({"W": True, "L": False}, default=None, return_dtype=pl.Boolean),
        did_not_play=pl.lit(False),
    )
    return told, sent


def log_faults() -> list[Fault]:
    """What is wrong with a line's game."""
    return [
        *game_faults(),
        (pl.col("game_date").is_null(), "GAME_DATE is no date"),
        (pl.col("season").is_null(), pl.format("bad season id: {}", "season_id")),
    ]


def minutes_faults() -> list[Fault]:
    """A log tells the minutes of every line."""
    return [(pl.col("minutes").is_null(), "no minutes")]

"""Team box scores of stats.nba.com leaguegamelog, into ``raw.nbac_team_boxscore``.

A payload's rows are those of its result set: one a team and game.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.contracts.raw import NBAC_TEAM_BOXSCORE
from nba_props.contracts.raw.nba_com import TEAM_BOX_SCORES
from nba_props.teams import TRICODES
from nba_props.upstreams.endpoint import Built, Coverage, Reject
from nba_props.upstreams.nba_box_lines import TEAM_MINUTES, number_faults, settled, team_faults
from nba_props.upstreams.nba_box_scores import (
    LOG_HEADERS,
    RESULT_SET,
    log_coverage,
    log_faults,
    log_lines,
    minutes_faults,
)
from nba_props.upstreams.nba_result_sets import Rows, decode_result_sets, rows_of
from nba_props.upstreams.nba_rows import PAYLOAD

TABLE = NBAC_TEAM_BOXSCORE.full_name
AWAY_MARK = " @ "


def decode_team_box_scores(payload: Payload) -> Rows:
    """A log's rows, typed.

    Raises:
        MalformedPayload: the body is no team log, a header is absent or given twice, or not one row fits.
    """
    log = rows_of(decode_result_sets(payload), RESULT_SET, LOG_HEADERS)
    if "PLAYER_ID" in log.headers:
        raise MalformedPayload("a log of players came instead of one of teams")
    return log


def build_team_box_scores(logs: Sequence[tuple[Payload, Rows]]) -> Built:
    """Rows and rejects of decoded logs."""
    payloads = [payload for payload, _ in logs]
    lines, sent = log_lines([log for _, log in logs], LOG_HEADERS)
    faults = [*log_faults(), *team_faults(), *minutes_faults(), *number_faults(TEAM_MINUTES)]
    rows, rejects = settled(_with_opponents(lines), NBAC_TEAM_BOXSCORE, TEAM_BOX_SCORES, faults, payloads, sent)
    misfits = [Reject(payload, TABLE, row, reason) for payload, log in logs for row, reason in log.misfits]
    return Built({TABLE: rows}, misfits + rejects)


def team_box_score_coverage(payload: Payload) -> Coverage:
    """The dates of a log's rows and those it was asked about, as an empty answer speaks of them too."""
    return log_coverage(payload, decode_team_box_scores(payload))


def _with_opponents(lines: pl.DataFrame) -> pl.DataFrame:
    """Opponent and home side as MATCHUP tells them: 'BOS vs. NYK' at home, 'BOS @ NYK' away.

    On neutral ground both teams are told as away; then neither is known to be.
    """
    is_away = pl.col("matchup").str.contains(AWAY_MARK, literal=True)
    nobody_is_home = is_away.sum().over(PAYLOAD, "game_id") > 1
    opponent = pl.col("matchup").str.extract(r"(?: @ | vs\. )([A-Z]{3})$")
    return lines.with_columns(
        opponent=pl.when(opponent.is_in(TRICODES)).then(opponent),
        is_home=pl.when(is_away & ~nobody_is_home)
        .then(False)
        .when(pl.col("matchup").str.contains(" vs. ", literal=True))
        .then(True),
    )

"""Box scores of stats.nba.com boxscoretraditionalv2, into ``raw.nbac_player_boxscore`` and ``raw.nbac_team_boxscore``.

A payload's rows are those of its result sets PlayerStats, who did not play included, and TeamStats; starters and bench
as sums are not read. The body tells neither the game's date nor the home team.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from msgspec import Struct

from nba_props.archive.payload import Payload
from nba_props.contracts.raw import NBAC_PLAYER_BOXSCORE, NBAC_TEAM_BOXSCORE
from nba_props.contracts.raw.nba_com import BOX_SCORE_V2
from nba_props.teams import TRICODES
from nba_props.upstreams.endpoint import Built, Reject
from nba_props.upstreams.nba_box_lines import (
    PLAYER_MINUTES,
    TEAM_MINUTES,
    circumstance_faults,
    game_faults,
    identity_faults,
    lines_of,
    minutes_of,
    number_faults,
    player_faults,
    presence_faults,
    settled,
    statistic_headers,
    with_circumstances,
)
from nba_props.upstreams.nba_result_sets import Rows, Wanted, decode_result_sets, rows_of
from nba_props.upstreams.nba_rows import PAYLOAD, Whole, season_of_game, text_or_null
from nba_props.upstreams.sifting import Fault, absent_text

PLAYERS, TEAMS = "PlayerStats", "TeamStats"

TEAM_HEADERS: Wanted = {
    "GAME_ID": ("game_id", str),
    "TEAM_ID": ("team_id", Whole),
    "TEAM_ABBREVIATION": ("team", str | None),
    "MIN": ("told_minutes", str | None),
    "TO": ("turnovers", Whole | None),
    "PLUS_MINUS": ("plus_minus", float | None),
    **statistic_headers(Whole | None),
}
PLAYER_HEADERS: Wanted = {
    **TEAM_HEADERS,
    "PLAYER_ID": ("player_id", Whole),
    "PLAYER_NAME": ("player_name", str | None),
    "START_POSITION": ("start_position", str | None),
    "COMMENT": ("comment", str | None),
}


class BoxScore(Struct):
    """A decoded answer."""

    players: Rows
    teams: Rows


def decode_box_score_v2(payload: Payload) -> BoxScore:
    """Lines of players and teams, typed.

    Raises:
        MalformedPayload: the body is no box score, a header is absent or given twice, or not one row of a set fits.
    """
    results = decode_result_sets(payload)
    return BoxScore(rows_of(results, PLAYERS, PLAYER_HEADERS), rows_of(results, TEAMS, TEAM_HEADERS))


def build_box_scores_v2(boxes: Sequence[tuple[Payload, BoxScore]]) -> Built:
    """Rows and rejects of decoded box scores."""
    payloads = [payload for payload, _ in boxes]
    players, sent = lines_of([box.players for _, box in boxes], PLAYER_HEADERS)
    faults = [*_game_faults(), *player_faults(), *presence_faults(), *number_faults(PLAYER_MINUTES)]
    lines = _player_lines(with_circumstances(players, payloads))
    player_rows, player_rejects = settled(lines, NBAC_PLAYER_BOXSCORE, BOX_SCORE_V2, faults, payloads, sent)
    teams, sent = lines_of([box.teams for _, box in boxes], TEAM_HEADERS)
    faults = [*_game_faults(), *presence_faults(), *number_faults(TEAM_MINUTES)]
    lines = _team_lines(with_circumstances(teams, payloads))
    team_rows, team_rejects = settled(lines, NBAC_TEAM_BOXSCORE, BOX_SCORE_V2, faults, payloads, sent)
    frames = {NBAC_PLAYER_BOXSCORE.full_name: player_rows, NBAC_TEAM_BOXSCORE.full_name: team_rows}
    misfits = [
        Reject(payload, table.full_name, row, reason)
        for payload, box in boxes
        for table, rows in ((NBAC_PLAYER_BOXSCORE, box.players), (NBAC_TEAM_BOXSCORE, box.teams))
        for row, reason in rows.misfits
    ]
    return Built(frames, misfits + player_rejects + team_rejects)


def _player_lines(players: pl.DataFrame) -> pl.DataFrame:
    did_not_play = absent_text("told_minutes")
    return players.with_columns(
        season=season_of_game(),
        minutes=minutes_of(pl.col("told_minutes")),
        did_not_play=did_not_play,
        is_starter=~absent_text("start_position"),
        position=text_or_null("start_position"),
        not_playing_reason=pl.when(did_not_play).then(text_or_null("comment")),
    )


def _team_lines(teams: pl.DataFrame) -> pl.DataFrame:
    other = pl.coalesce(pl.col("team").shift(offset).over(PAYLOAD, "game_id") for offset in (1, -1))
    is_pair = pl.len().over(PAYLOAD, "game_id") == 2
    return teams.with_columns(
        season=season_of_game(),
        minutes=minutes_of(pl.col("told_minutes")),
        did_not_play=pl.lit(False),
        opponent=pl.when(is_pair, other.is_in(TRICODES), other != pl.col("team")).then(other),
    )


def _game_faults() -> list[Fault]:
    return [*game_faults(), *circumstance_faults(), *identity_faults()]

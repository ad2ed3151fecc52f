"""The tables of box scores, made together from one pass over every source's rows."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from nba_props.conformed import box_rows, boxscore_discrepancies, player_boxscores, team_boxscores
from nba_props.contracts.conformed import BOXSCORE_DISCREPANCIES, DID_NOT_PLAY, PLAYER_BOXSCORES, TEAM_BOXSCORES
from nba_props.game_calendar import DateRange


def build_all(
    dates: DateRange,
    *,
    games: pl.LazyFrame,
    delay: timedelta,
    nbac_player_boxscore: pl.LazyFrame | None = None,
    nbac_team_boxscore: pl.LazyFrame | None = None,
    nbac_gamebook: pl.LazyFrame | None = None,
    bdl_player_boxscores: pl.LazyFrame | None = None,
    espn_boxscores: pl.LazyFrame | None = None,
    source_players: pl.LazyFrame | None = None,
) -> dict[str, pl.DataFrame]:
    """conformed.player_boxscores, did_not_play, boxscore_discrepancies and team_boxscores, by full table name.

    All inputs hold the dates; ``delay`` after the tip-off a row counts as known.
    """
    rows = (
        box_rows.build(
            dates,
            games=games,
            nbac_player_boxscore=nbac_player_boxscore,
            nbac_gamebook=nbac_gamebook,
            bdl_player_boxscores=bdl_player_boxscores,
            espn_boxscores=espn_boxscores,
            source_players=source_players,
        )
        .collect()
        .lazy()
    )
    played = player_boxscores.who_played(dates, rows, games=games, delay=delay)
    return {
        PLAYER_BOXSCORES.full_name: played,
        DID_NOT_PLAY.full_name: player_boxscores.who_did_not(dates, rows, games=games, delay=delay),
        BOXSCORE_DISCREPANCIES.full_name: boxscore_discrepancies.build(rows),
        TEAM_BOXSCORES.full_name: team_boxscores.build(
            dates, games=games, player_boxscores=played.lazy(), nbac_team_boxscore=nbac_team_boxscore, delay=delay
        ),
    }

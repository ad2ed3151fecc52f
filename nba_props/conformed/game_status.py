"""Whether a game is to come, runs, is over or postponed, from all that sources say of it.

A whole box score ends a game, whatever else is said. Else a postponement stands unless a source has told of play since
it was told. Else the furthest state that any source has seen counts.
"""

from __future__ import annotations

import polars as pl

from nba_props.conformed.box_wholeness import whole_boxes
from nba_props.conformed.inputs import with_game_id
from nba_props.contracts.raw.nba_com import BOX_SCORE_V2, BOX_SCORE_V3, GAME_DETAIL, LIVE_BOX_SCORE, PLAYER_BOX_SCORES
from nba_props.game_calendar import DateRange

_GAME = ["game_date", "game_id"]
_STATES = {1: "scheduled", 2: "in_progress", 3: "final"}
_FINAL = 3


def finished_boxes(nbac_player_boxscore: pl.LazyFrame) -> pl.LazyFrame:
    """The boxes (game_date, game_id, endpoint) of the NBA whose game is over.

    The game log tells who won, the live box score and the game detail the game's status; the other forms are believed
    if they are whole.
    """
    box = [*_GAME, "endpoint"]
    played = nbac_player_boxscore.filter(~pl.col("did_not_play"))
    has_both = pl.col("team").n_unique() == 2
    is_final = has_both & (pl.col("game_status") == _FINAL).fill_null(False).all()
    told = {
        PLAYER_BOX_SCORES: has_both & pl.col("won").is_not_null().all(),
        LIVE_BOX_SCORE: is_final,
        GAME_DETAIL: is_final,
    }
    said = [
        played.filter(pl.col("endpoint") == endpoint).group_by(box).agg(is_over.alias("is_over")).filter("is_over")
        for endpoint, is_over in told.items()
    ]
    others = whole_boxes(played.filter(pl.col("endpoint").is_in([BOX_SCORE_V3, BOX_SCORE_V2])), box)
    return pl.concat([*(frame.select(box) for frame in said), others])


def games_with_box_score(
    dates: DateRange, games: pl.LazyFrame, nbac_player_boxscore: pl.LazyFrame, nbac_gamebook: pl.LazyFrame
) -> pl.LazyFrame:
    """The games (game_date, game_id) of the dates that a box score shows to be over.

    ``games`` tells date, id and teams. A gamebook is written after the game.
    """
    finished = finished_boxes(nbac_player_boxscore.filter(dates.is_in())).select(_GAME)
    written = (
        with_game_id(nbac_gamebook.filter(~pl.col("did_not_play")), games, dates)
        .group_by(_GAME)
        .agg((pl.col("team").n_unique() == 2).alias("has_both"))
        .filter("has_both")
        .select(_GAME)
    )
    return pl.concat([finished, written]).unique()


def judged(
    dates: DateRange,
    games: pl.LazyFrame,
    *,
    nbac_schedule: pl.LazyFrame,
    nbac_scoreboard: pl.LazyFrame,
    bdl_games: pl.LazyFrame,
    espn_scoreboard: pl.LazyFrame,
) -> pl.LazyFrame:
    """The status (game_date, game_id, status) of the games of the dates by what schedules and scoreboards say."""
    espn_state = (
        pl.when("is_final")
        .then(_FINAL)
        .otherwise(pl.col("status").replace_strict({"pre": 1, "in": 2, "post": 1}, return_dtype=pl.Int32))
    )
    told = [
        _said(nbac_schedule.filter(dates.is_in())),
        _said(nbac_scoreboard.filter(dates.is_in())),
        _said(with_game_id(bdl_games, games, dates)),
        _said(with_game_id(espn_scoreboard, games, dates).with_columns(espn_state.alias("game_status"))),
    ]
    by_game = pl.concat(told).group_by(_GAME)
    seen = pl.col("fetched_at").filter(~pl.col("is_postponed") & (pl.col("game_status") > 1)).max()
    postponed = pl.col("fetched_at").filter("is_postponed").max()
    furthest = pl.col("game_status").filter(~pl.col("is_postponed")).max()
    return by_game.agg(
        (postponed.is_not_null() & (seen.is_null() | (seen <= postponed))).alias("is_postponed"),
        furthest.alias("furthest"),
    ).select(
        *_GAME,
        pl.when("is_postponed")
        .then(pl.lit("postponed"))
        .otherwise(pl.col("furthest").replace_strict(_STATES, default="scheduled", return_dtype=pl.String))
        .alias("status"),
    )


def _said(rows: pl.LazyFrame) -> pl.LazyFrame:
    return rows.select(*_GAME, pl.col("game_status").cast(pl.Int64), "is_postponed", "fetched_at")

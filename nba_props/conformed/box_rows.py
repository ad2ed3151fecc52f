"""Every row of every box score that can be believed: game and player found, its source ranked.

Sources in order: the NBA's traditional forms (minutes to the second), its game log, its live box score once the game is
over, the gamebook, balldontlie, ESPN. Rows of a game that still runs, and of a form that does not say so and is not
whole, are left out.
"""

from __future__ import annotations

import polars as pl

from nba_props.conformed.box_wholeness import are_whole_minutes
from nba_props.conformed.game_status import finished_boxes
from nba_props.conformed.inputs import optional, read_once, with_game_id
from nba_props.conformed.source_players import BALLDONTLIE, ESPN, GAMEBOOK
from nba_props.contracts.conformed import SOURCE_PLAYERS
from nba_props.contracts.conformed.box_scores import BOX_COUNTS
from nba_props.contracts.raw.balldontlie import BDL_PLAYER_BOXSCORES
from nba_props.contracts.raw.espn import ESPN_BOXSCORES
from nba_props.contracts.raw.nba_com import (
    BOX_SCORE_V2,
    BOX_SCORE_V3,
    GAME_DETAIL,
    LIVE_BOX_SCORE,
    NBAC_PLAYER_BOXSCORE,
    PLAYER_BOX_SCORES,
)
from nba_props.contracts.raw.nba_gamebook import NBAC_GAMEBOOK
from nba_props.game_calendar import DateRange

COUNTS = BOX_COUNTS
"""Statistics that every row of a player who played must tell, beside his minutes."""

ORDER = (
    (NBAC_PLAYER_BOXSCORE.full_name, BOX_SCORE_V3),
    (NBAC_PLAYER_BOXSCORE.full_name, BOX_SCORE_V2),
    (NBAC_PLAYER_BOXSCORE.full_name, PLAYER_BOX_SCORES),
    (NBAC_PLAYER_BOXSCORE.full_name, LIVE_BOX_SCORE),
    (NBAC_PLAYER_BOXSCORE.full_name, GAME_DETAIL),
    (NBAC_GAMEBOOK.full_name, None),
    (BDL_PLAYER_BOXSCORES.full_name, "stats"),
    (BDL_PLAYER_BOXSCORES.full_name, "box_scores"),
    (ESPN_BOXSCORES.full_name, "box_scores"),
    (ESPN_BOXSCORES.full_name, "box_score_pages"),
)
"""Raw table and endpoint of every source of box scores, best first."""

RANKS = pl.LazyFrame(
    [(*source, rank) for rank, source in enumerate(ORDER)],
    schema={"source": pl.String, "endpoint": pl.String, "rank": pl.Int64},
    orient="row",
)
BOX = ["game_date", "game_id", "rank"]
_FINAL = 3
_STATEMENT = ("is_starter", "did_not_play", "not_playing_kind", "not_playing_reason", "minutes", *COUNTS, "plus_minus")
_COLUMNS = ("game_date", "game_id", "player_id", "player_name", "team", "source", "endpoint", *_STATEMENT)


def build(
    dates: DateRange,
    *,
    games: pl.LazyFrame,
    nbac_player_boxscore: pl.LazyFrame | None = None,
    nbac_gamebook: pl.LazyFrame | None = None,
    bdl_player_boxscores: pl.LazyFrame | None = None,
    espn_boxscores: pl.LazyFrame | None = None,
    source_players: pl.LazyFrame | None = None,
) -> pl.LazyFrame:
    """One row a game that is over, player and source: what the source says of him, with its ``rank``.

    Of who played all ``COUNTS`` and the minutes are told; of who did not they are null. ``are_whole_minutes`` tells
    whether the source rounds the minutes of this game. ``games`` and ``source_players`` hold the dates at least.
    """
    over = read_once(games.filter(dates.is_in(), pl.col("status") == "final"))
    names = read_once(optional(source_players, SOURCE_PLAYERS).filter(dates.is_in()))
    espn_is_over = (pl.col("status") == "post").alias("is_over")
    bdl_is_over = (pl.col("game_status") == _FINAL).alias("is_over")
    told = [
        _of_nba(optional(nbac_player_boxscore, NBAC_PLAYER_BOXSCORE).filter(dates.is_in()), over),
        *(
            _of_names(optional(frame, table).filter(is_over), table.full_name, source, names, over, dates)
            for frame, table, source, is_over in (
                (nbac_gamebook, NBAC_GAMEBOOK, GAMEBOOK, pl.lit(True)),
                (bdl_player_boxscores, BDL_PLAYER_BOXSCORES, BALLDONTLIE, bdl_is_over),
                (espn_boxscores, ESPN_BOXSCORES, ESPN, espn_is_over),
            )
        ),
    ]
    is_told = pl.all_horizontal(pl.col("minutes", *COUNTS).is_not_null())
    sides = over.select(*BOX[:2], pl.concat_list("home_team", "away_team").alias("sides"))
    return (
        pl.concat(told)
        .join(sides, on=BOX[:2])
        .filter(pl.col("team").is_in(pl.col("sides")), pl.col("did_not_play") | is_told)
        .join(RANKS, on=["source", "endpoint"], nulls_equal=True)
        .sort(*BOX, "player_id", "did_not_play", "team", "player_name", "minutes", *COUNTS)
        .unique([*BOX, "player_id"], keep="first", maintain_order=True)
        .with_columns(are_whole_minutes(pl.col("minutes")).over(BOX).alias("are_whole_minutes"))
        .drop("sides")
    )


def _of_nba(stored: pl.LazyFrame, over: pl.LazyFrame) -> pl.LazyFrame:
    added = ("source", "not_playing_kind")
    rows = read_once(stored.select(*(name for name in _COLUMNS if name not in added), "won", "game_status"))
    finished = finished_boxes(rows)
    log = rows.filter(pl.col("endpoint") == PLAYER_BOX_SCORES).group_by(*BOX[:2], "endpoint")
    log_is_over = log.agg(pl.col("won").is_not_null().all()).filter("won").drop("won")
    believed = pl.concat([finished, log_is_over]).unique()
    return (
        rows.join(over.select(BOX[:2]), on=BOX[:2], how="semi")
        .join(believed, on=[*BOX[:2], "endpoint"], how="semi")
        .with_columns(source=pl.lit(NBAC_PLAYER_BOXSCORE.full_name), not_playing_kind=pl.lit(None, pl.String))
        .select(_COLUMNS)
    )


def _of_names(
    rows: pl.LazyFrame, table: str, source: str, names: pl.LazyFrame, over: pl.LazyFrame, dates: DateRange
) -> pl.LazyFrame:
    """Rows of a source without the NBA's ids: the game by date and teams, the player as his spelling was resolved."""
    resolved = names.filter(pl.col("source") == source).select(
        "game_date", "team", pl.col("source_name").alias("player_name"), "player_id"
    )
    told = with_game_id(rows, over, dates).join(resolved, on=["game_date", "team", "player_name"])
    absent = [name for name in ("endpoint", "not_playing_kind") if name not in told.collect_schema()]
    told = told.with_columns(pl.lit(None, pl.String).alias(name) for name in absent)
    return told.with_columns(source=pl.lit(table)).select(_COLUMNS)

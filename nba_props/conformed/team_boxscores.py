"""conformed.team_boxscores: the team's line of each game as the league tells it, else the sum of its players."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from nba_props.conformed.box_rows import COUNTS
from nba_props.conformed.box_wholeness import SECONDS_TOLERANCE, is_whole, minutes_together
from nba_props.conformed.inputs import optional
from nba_props.contracts.conformed import PLAYER_BOXSCORES, TEAM_BOXSCORES
from nba_props.contracts.raw.nba_com import (
    BOX_SCORE_V2,
    BOX_SCORE_V3,
    GAME_DETAIL,
    LIVE_BOX_SCORE,
    NBAC_TEAM_BOXSCORE,
    TEAM_BOX_SCORES,
)
from nba_props.game_calendar import DateRange

ORDER = (BOX_SCORE_V3, BOX_SCORE_V2, TEAM_BOX_SCORES, LIVE_BOX_SCORE, GAME_DETAIL)
_GAME = ["game_date", "game_id"]
_TEAM = [*_GAME, "team"]
_FINAL = 3


def build(
    dates: DateRange,
    *,
    games: pl.LazyFrame,
    player_boxscores: pl.LazyFrame,
    delay: timedelta,
    nbac_team_boxscore: pl.LazyFrame | None = None,
) -> pl.DataFrame:
    """One row a team and game that is over and of which its own line or its players' lines are there.

    ``player_boxscores`` is ``conformed.player_boxscores``; ``delay`` after the tip-off a row counts as known.
    """
    over = games.filter(dates.is_in(), pl.col("status") == "final")
    of_team: list[str | pl.Expr] = [*_GAME, "season", "game_type", (pl.col("tip_off_at") + delay).alias("knowable_at")]
    sides = pl.concat(
        over.select(
            *of_team,
            pl.col(side).alias("team"),
            pl.col(other).alias("opponent"),
            pl.lit(side == "home_team").alias("is_home"),
        )
        for side, other in (("home_team", "away_team"), ("away_team", "home_team"))
    )
    told = _told(optional(nbac_team_boxscore, NBAC_TEAM_BOXSCORE).filter(dates.is_in()))
    summed = (
        player_boxscores.filter(dates.is_in())
        .group_by(_TEAM)
        .agg(minutes_together(pl.col("minutes")).alias("minutes"), pl.col(COUNTS).sum())
    )
    is_told, has_players = pl.col("source").is_not_null(), pl.col("minutes_of_players").is_not_null()
    agrees = pl.all_horizontal(pl.col(name) == pl.col(f"{name}_of_players") for name in COUNTS)
    return (
        sides.join(told, on=_TEAM, how="left")
        .join(summed.rename({name: f"{name}_of_players" for name in ("minutes", *COUNTS)}), on=_TEAM, how="left")
        .filter(is_told | has_players)
        .with_columns(
            *(pl.coalesce(name, f"{name}_of_players").alias(name) for name in ("minutes", *COUNTS)),
            pl.when(has_players).then(agrees | ~is_told).alias("is_sum_of_players"),
            pl.col("source").fill_null(PLAYER_BOXSCORES.full_name),
        )
        .select(TEAM_BOXSCORES.schema.names())
        .collect()
    )


def _told(lines: pl.LazyFrame) -> pl.LazyFrame:
    """The first line, in order, of each team and game that is whole: all counts told, and of a game that is over."""
    endpoint = pl.col("endpoint")
    is_level = (pl.len() == 2) & (pl.col("points").n_unique() == 1)
    is_over = (
        pl.when(endpoint.is_in([LIVE_BOX_SCORE, GAME_DETAIL]))
        .then(pl.col("game_status") == _FINAL)
        .when(endpoint == TEAM_BOX_SCORES)
        .then(pl.col("won").is_not_null())
        .otherwise(is_whole(pl.col("minutes"), SECONDS_TOLERANCE) & ~is_level.over(*_GAME, "endpoint"))
    )
    order = endpoint.replace_strict({name: place for place, name in enumerate(ORDER)}, return_dtype=pl.Int64)
    return (
        lines.filter(is_over, pl.all_horizontal(pl.col("minutes", *COUNTS).is_not_null()))
        .sort(*_TEAM, order)
        .unique(_TEAM, keep="first", maintain_order=True)
        .select(*_TEAM, "minutes", *COUNTS, pl.lit(NBAC_TEAM_BOXSCORE.full_name).alias("source"), "endpoint")
    )

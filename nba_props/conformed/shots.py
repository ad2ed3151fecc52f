"""conformed.shots: every field goal tried, of one source a game.

Of a game's sources the one whose number of field goals tried differs least from the box score counts; among equals the
one that leaves the fewest shots without a zone, then the first in ``ORDER``. So a source that tells exactly as many as
the box score comes before any that does not, and a cut-off reading is used only where there is nothing better: who
reads the shots has to hold their number against the box score. A game without a box score has none, as nothing would
tell whether they are all.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from nba_props.conformed.court import zone_of_place
from nba_props.conformed.inputs import optional
from nba_props.conformed.player_names import name_key
from nba_props.contracts.conformed import SHOTS
from nba_props.contracts.raw.bigdataball import BIGDATABALL_PLAY_BY_PLAY
from nba_props.contracts.raw.nba_live import LONGEST_PERIOD_SECONDS, NBAC_PLAY_BY_PLAY, NBAC_SHOTS
from nba_props.game_calendar import DateRange

ORDER = (
    (NBAC_PLAY_BY_PLAY.full_name, "play_by_play"),
    (NBAC_PLAY_BY_PLAY.full_name, "play_by_play_v3"),
    (NBAC_PLAY_BY_PLAY.full_name, "data_play_by_play"),
    (NBAC_SHOTS.full_name, None),
    (BIGDATABALL_PLAY_BY_PLAY.full_name, None),
    (NBAC_PLAY_BY_PLAY.full_name, "play_by_play_v2"),
)
"""Raw table and endpoint of every source of shots, best first: zones and assists told, then no assists (shot charts),
then players by name only (BigDataBall), then no zones."""

_RANKS = pl.LazyFrame(
    [(*source, rank) for rank, source in enumerate(ORDER)],
    schema={"source": pl.String, "endpoint": pl.String, "rank": pl.Int64},
    orient="row",
)
_GAME = ["game_date", "game_id"]
_TOLD = (
    *_GAME,
    "source",
    "endpoint",
    "order",
    "number",
    "player_id",
    "team",
    "shot_zone",
    "shot_value",
    "is_made",
    "is_assisted",
)
_SHOT_EVENTS = ("shot", "miss")
"""Kinds of event of BigDataBall that are field goals; older files call those that missed a miss."""


def build(
    dates: DateRange,
    *,
    games: pl.LazyFrame,
    player_boxscores: pl.LazyFrame,
    delay: timedelta,
    nbac_play_by_play: pl.LazyFrame | None = None,
    nbac_shots: pl.LazyFrame | None = None,
    bigdataball_play_by_play: pl.LazyFrame | None = None,
) -> pl.DataFrame:
    """Field goals tried in the games of ``dates`` that are over and have a box score: one row a shot.

    Args:
        dates: the game dates to make; all inputs hold them.
        games: ``conformed.games``.
        player_boxscores: ``conformed.player_boxscores``, whose sums tell how many shots each team tried, and by whose
            names BigDataBall's players are found.
        delay: so long after the tip-off a row counts as known.
        nbac_play_by_play, nbac_shots, bigdataball_play_by_play: the raw tables of those names.

    Returns:
        Rows with the columns of the contract, ordered by its key.
    """
    over = games.filter(dates.is_in(), pl.col("status") == "final")
    sides = _sides(over, delay)
    box = player_boxscores.filter(dates.is_in())
    told = pl.concat(
        [
            _of_play_by_play(optional(nbac_play_by_play, NBAC_PLAY_BY_PLAY).filter(dates.is_in())),
            _of_charts(optional(nbac_shots, NBAC_SHOTS).filter(dates.is_in())),
            _of_bigdataball(optional(bigdataball_play_by_play, BIGDATABALL_PLAY_BY_PLAY).filter(dates.is_in()), box),
        ]
    )
    shots = (
        told.filter(pl.col("player_id").is_not_null(), pl.col("shot_value").is_between(2, 3))
        .join(sides, on=[*_GAME, "team"])
        .join(_RANKS, on=["source", "endpoint"], nulls_equal=True)
        .collect()
        .lazy()
    )
    chosen = shots.join(_best_sources(shots, box), on=[*_GAME, "rank"], how="semi")
    in_order = chosen.sort(*_GAME, "order", "number")
    return SHOTS.conform(in_order.with_columns(shot_number=pl.int_range(1, pl.len() + 1).over(_GAME)))


def _sides(games: pl.LazyFrame, delay: timedelta) -> pl.LazyFrame:
    """Both teams of every game, with opponent and the moment from which its rows count as known."""
    known = (pl.col("tip_off_at") + delay).alias("knowable_at")
    return pl.concat(
        games.select(*_GAME, pl.col(team).alias("team"), pl.col(opponent).alias("opponent"), known)
        for team, opponent in (("home_team", "away_team"), ("away_team", "home_team"))
    )


def _best_sources(shots: pl.LazyFrame, box: pl.LazyFrame) -> pl.LazyFrame:
    """The rank of the source of each game that has a box score."""
    tried = box.group_by(*_GAME, "team").agg(pl.col("field_goals_attempted").sum().alias("tried"))
    told = shots.group_by(*_GAME, "rank", "team").agg(pl.len().cast(pl.Int64).alias("told"))
    without_zone = shots.group_by(*_GAME, "rank").agg(pl.col("shot_zone").null_count().alias("without_zone"))
    return (
        without_zone.join(tried, on=_GAME)
        .join(told, on=[*_GAME, "rank", "team"], how="left")
        .group_by(*_GAME, "rank", "without_zone")
        .agg((pl.col("tried") - pl.col("told").fill_null(0)).abs().sum().alias("difference"))
        .sort(*_GAME, "difference", "without_zone", "rank")
        .unique(_GAME, keep="first", maintain_order=True)
    )


def _newest(rows: pl.LazyFrame, source: list[str]) -> pl.LazyFrame:
    """The rows of the last reading of each game: what an older one alone tells was struck out since."""
    last = rows.group_by(source).agg(pl.col("fetched_at").max())
    return rows.join(last, on=[*source, "fetched_at"], how="semi", nulls_equal=True)


def _of_play_by_play(actions: pl.LazyFrame) -> pl.LazyFrame:
    return (
        _newest(actions, [*_GAME, "endpoint"])
        .filter("is_field_goal")
        .with_columns(
            source=pl.lit(NBAC_PLAY_BY_PLAY.full_name),
            order="action_order",
            number="action_number",
            shot_zone=_zone(pl.col("x"), pl.col("y")),
            is_made="shot_made",
            is_assisted=_assisted(pl.col("shot_made"), pl.col("is_assisted")),
        )
        .select(_TOLD)
    )


def _of_charts(shots: pl.LazyFrame) -> pl.LazyFrame:
    """Charts are of a player, team or game, so that a game's shots may come from many; none tells assists."""
    moment = pl.col("period") * LONGEST_PERIOD_SECONDS - pl.col("clock_seconds").cast(pl.Int64)
    return shots.with_columns(
        source=pl.lit(NBAC_SHOTS.full_name),
        endpoint=pl.lit(None, pl.String),
        order=moment,
        number="event_number",
        shot_zone=_zone(pl.col("x"), pl.col("y")),
        is_made="shot_made",
        is_assisted=_assisted(pl.col("shot_made"), pl.lit(None, pl.Boolean)),
    ).select(_TOLD)


def _of_bigdataball(plays: pl.LazyFrame, box: pl.LazyFrame) -> pl.LazyFrame:
    """Players are told by name: each is the one of that name in his team's box score; others are left out."""
    named = (
        box.select(*_GAME, "team", "player_id", name_key(pl.col("player_name")).alias("name"))
        .group_by(*_GAME, "team", "name")
        .agg(pl.len().alias("namesakes"), pl.col("player_id").first())
        .filter(pl.col("namesakes") == 1)
    )
    is_made = pl.col("result") == "made"
    value = pl.when(pl.col("event_subtype").str.starts_with("3pt").fill_null(False)).then(3).otherwise(2)
    return (
        _newest(plays, _GAME)
        .filter(pl.col("event_type").is_in(_SHOT_EVENTS), pl.col("result").is_not_null())
        .with_columns(name=name_key(pl.col("player_name")))
        .join(named, on=[*_GAME, "team", "name"])
        .with_columns(
            source=pl.lit(BIGDATABALL_PLAY_BY_PLAY.full_name),
            endpoint=pl.lit(None, pl.String),
            order="play_number",
            number=pl.lit(0, pl.Int64),
            shot_value=pl.when(is_made).then("points").otherwise(value).cast(pl.Int64),
            is_made=is_made,
            is_assisted=_assisted(is_made, pl.col("assist_player_name").is_not_null()),
        )
        .with_columns(shot_zone=zone_of_place(pl.col("original_x"), pl.col("original_y"), pl.col("shot_value")))
        .select(_TOLD)
    )


def _zone(across: pl.Expr, along: pl.Expr) -> pl.Expr:
    """The zone in the source's own words, else by the place that it tells."""
    return pl.coalesce("shot_zone", zone_of_place(across, along, pl.col("shot_value")))


def _assisted(is_made: pl.Expr, is_assisted: pl.Expr) -> pl.Expr:
    return pl.when(is_made).then(is_assisted).otherwise(pl.lit(False))

"""Prop lines of every kind from the raw snapshots: main lines, alternates, moves, and the consensus of the books.

Only snapshots before the tip-off count. Of a book's lines for a player and market at one snapshot the main one is the
one with both prices, a hold in range, and a no-vig probability nearest one half; the others are alternates. Distances
from one half are compared to nine digits; of two lines equally near, as at 0.4375 and 0.5625, the lower counts.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from nba_props.contracts.conformed import PROP_LINES
from nba_props.game_calendar import DateRange
from nba_props.prices import hold, no_vig_over

_OFFER = ["game_date", "game_id", "player_id", "market", "bookmaker"]
PROBABILITY_UNITS = 10**15
"""Units of a probability of one, for sums that are exact."""

_PROP = ["game_date", "game_id", "player_id", "market"]


def pregame_lines(
    dates: DateRange,
    *,
    odds_player_props: pl.LazyFrame,
    prop_players: pl.LazyFrame,
    event_games: pl.LazyFrame,
    games: pl.LazyFrame,
    greatest_hold: float,
) -> pl.LazyFrame:
    """Every line of a resolved player in a known game before its tip-off, with its no-vig probability and whether it is
    the main one of its book and snapshot."""
    tip_offs = games.filter(dates.is_in()).select("game_id", "tip_off_at", "status")
    resolved = prop_players.filter(dates.is_in()).select(
        "event_id", "game_date", pl.col("source_name").alias("player_name"), "player_id"
    )
    known = event_games.filter(dates.is_in()).select("event_id", "game_date", "game_id")
    priced = (
        odds_player_props.filter(dates.is_in())
        .join(known, on=["event_id", "game_date"])
        .join(tip_offs, on="game_id")
        .filter(pl.col("snapshot_at") < pl.col("tip_off_at"))
        .join(resolved, on=["event_id", "game_date", "player_name"])
        .with_columns(
            hold(pl.col("over_price"), pl.col("under_price")).alias("hold"),
            no_vig_over(pl.col("over_price"), pl.col("under_price")).alias("over_probability"),
            _minutes_before().alias("minutes_before_tip_off"),
        )
    )
    eligible = (
        pl.col("over_probability").is_not_null()
        & ~pl.col("is_alternate_market")
        & pl.col("hold").is_between(0, greatest_hold)
    )
    distance = pl.when(eligible).then(_distance(pl.col("over_probability")))
    return (
        priced.with_columns(distance.alias("distance"))
        .sort(*_OFFER, "snapshot_at", "distance", "line", "event_id", "player_name", nulls_last=True)
        .with_columns(
            (pl.int_range(pl.len()).over(*_OFFER, "snapshot_at") == 0).alias("is_first"),
        )
        .with_columns((pl.col("is_first") & pl.col("distance").is_not_null()).alias("is_main"))
    )


def build(lines: pl.LazyFrame, *, lead: timedelta) -> pl.DataFrame:
    """Rows of conformed.prop_lines from ``pregame_lines``.

    ``current`` is the last snapshot not later than tip-off less ``lead``; ``closing`` exists once the game is final.
    """
    main = lines.filter("is_main")
    known_in_time = pl.col("snapshot_at") <= pl.col("tip_off_at") - lead
    kinds = [
        main.group_by(_OFFER).first().with_columns(kind=pl.lit("opening")),
        main.filter(known_in_time).group_by(_OFFER).last().with_columns(kind=pl.lit("current")),
        main.filter(pl.col("status") == "final").group_by(_OFFER).last().with_columns(kind=pl.lit("closing")),
    ]
    return pl.concat(frame.select(PROP_LINES.schema.names()) for frame in kinds).collect()


def build_alternates(lines: pl.LazyFrame) -> pl.DataFrame:
    """Rows of conformed.prop_line_alternates: the lines beside the main one at a book's last pre-game snapshot."""
    last = lines.filter(pl.col("snapshot_at") == pl.col("snapshot_at").max().over(_OFFER))
    main = last.filter("is_main").select(*_OFFER, "line")
    return (
        last.join(main, on=[*_OFFER, "line"], how="anti")
        .sort(*_OFFER, "line", "is_alternate_market", "event_id", "player_name")
        .unique([*_OFFER, "line"], keep="first", maintain_order=True)
        .select(
            *_OFFER,
            "line",
            "over_price",
            "under_price",
            "over_probability",
            "snapshot_at",
            "event_id",
        )
        .collect()
    )


def build_moves(lines: pl.LazyFrame) -> pl.DataFrame:
    """Rows of conformed.prop_line_moves: snapshots at which a book's main line or its probability changed."""
    before = [pl.col(name).shift().over(_OFFER).alias(f"{name}_before") for name in ("line", "over_probability")]
    has_moved = (pl.col("line") != pl.col("line_before")) | (
        pl.col("over_probability") != pl.col("over_probability_before")
    )
    return (
        lines.filter("is_main")
        .sort(*_OFFER, "snapshot_at")
        .with_columns(before)
        .filter(has_moved)
        .select(
            *_OFFER,
            "snapshot_at",
            "line_before",
            "line",
            "over_probability_before",
            "over_probability",
            "minutes_before_tip_off",
        )
        .collect()
    )


def build_consensus(prop_lines: pl.LazyFrame) -> pl.DataFrame:
    """Rows of conformed.prop_consensus: the line most books have, with the mean no-vig probability of the books on it.

    Among lines that equally many books have, the one priced nearest one half counts, then the lower one.
    """
    prop = [*_PROP, "kind"]
    by_line = (
        prop_lines.sort(*prop, "bookmaker")
        .with_columns(pl.len().over(prop).alias("books"))
        .group_by(*prop, "line", maintain_order=True)
        .agg(
            _exact_mean("over_probability"),
            pl.len().alias("books_on_line"),
            pl.col("books").first().cast(pl.Int64),
            pl.col("snapshot_at").max(),
            pl.col("minutes_before_tip_off").min(),
        )
    )
    return (
        by_line.with_columns(_distance(pl.col("over_probability")).alias("distance"))
        .sort(*prop, -pl.col("books_on_line").cast(pl.Int64), "distance", "line")
        .unique(prop, keep="first", maintain_order=True)
        .select(
            *_PROP,
            "kind",
            "line",
            "over_probability",
            "books",
            pl.col("books_on_line").cast(pl.Int64),
            "snapshot_at",
            "minutes_before_tip_off",
        )
        .collect()
    )


def _exact_mean(probability: str) -> pl.Expr:
    """Mean in whole units, whose sum does not depend on the order in which threads add."""
    units = (pl.col(probability) * PROBABILITY_UNITS).round().cast(pl.Int64)
    return (units.sum() / (pl.len() * PROBABILITY_UNITS)).alias(probability)


def _distance(probability: pl.Expr) -> pl.Expr:
    return (probability - 0.5).abs().round(9)


def _minutes_before() -> pl.Expr:
    return (pl.col("tip_off_at") - pl.col("snapshot_at")).dt.total_seconds(fractional=True) * (1 / 60)

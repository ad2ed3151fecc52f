"""Prop lines of every kind from the lines before the tip-off: main lines, alternates, moves, the books' consensus.

BettingPros tells a consensus of books beside the books. It is no book: its line stands only where no book has one.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl

from nba_props.as_of import game_as_of
from nba_props.conformed.pregame_lines import OFFER, distance_from_even
from nba_props.contracts.conformed import PROP_LINES

PROBABILITY_UNITS = 10**15
"""Units of a probability of one, for sums that are exact."""

CONSENSUS = "consensus"
"""The bookmaker's key under which BettingPros tells its own blend of the books."""

_PROP = ["game_date", "game_id", "player_id", "market"]


def build(lines: pl.LazyFrame, *, now: datetime, lead: timedelta) -> pl.DataFrame:
    """Rows of conformed.prop_lines from ``pregame_lines``.

    ``opening`` is the first snapshot, or what a source told of an earlier time; ``current`` is the last snapshot not
    later than ``as_of.game_as_of``; ``closing`` exists once the game is final.
    """
    main = lines.filter("is_main", ~pl.col("is_told_opening"))
    known_in_time = pl.col("snapshot_at") <= game_as_of(now=now, lead=lead)
    first = main.group_by(OFFER).first()
    kinds = [
        _with_told_openings(first, lines).with_columns(kind=pl.lit("opening")),
        main.filter(known_in_time).group_by(OFFER).last().with_columns(kind=pl.lit("current")),
        main.filter(pl.col("status") == "final").group_by(OFFER).last().with_columns(kind=pl.lit("closing")),
    ]
    told = pl.concat(frame.select(PROP_LINES.schema.names()) for frame in kinds)
    has_books = (pl.col("bookmaker") != CONSENSUS).any().over(*_PROP, "kind")
    return told.filter((pl.col("bookmaker") != CONSENSUS) | ~has_books).collect()


def _with_told_openings(first: pl.LazyFrame, lines: pl.LazyFrame) -> pl.LazyFrame:
    """The first snapshots, each replaced by the opening that a source tells of an earlier time."""
    told = (
        lines.filter("is_main", "is_told_opening")
        .join(first.select(*OFFER, pl.col("snapshot_at").alias("first_at")), on=OFFER)
        .filter(pl.col("snapshot_at") < pl.col("first_at"))
        .drop("first_at")
        .group_by(OFFER)
        .first()
    )
    return pl.concat([told, first.join(told, on=OFFER, how="anti")], how="diagonal")


def build_alternates(lines: pl.LazyFrame) -> pl.DataFrame:
    """Rows of conformed.prop_line_alternates: the lines beside the main one at a book's last pre-game snapshot."""
    snapshots = lines.filter(~pl.col("is_told_opening"))
    last = snapshots.filter(pl.col("told_at") == pl.col("told_at").max().over(OFFER))
    main = last.filter("is_main").select(*OFFER, "line")
    return (
        last.join(main, on=[*OFFER, "line"], how="anti")
        .sort(*OFFER, "line", "is_alternate_market", "event_id", "player_name")
        .unique([*OFFER, "line"], keep="first", maintain_order=True)
        .select(
            *OFFER,
            "line",
            "over_price",
            "under_price",
            "over_probability",
            "snapshot_at",
            "source",
            "event_id",
        )
        .collect()
    )


def build_moves(lines: pl.LazyFrame) -> pl.DataFrame:
    """Rows of conformed.prop_line_moves: snapshots at which a book's main line or its probability changed."""
    before = [pl.col(name).shift().over(OFFER).alias(f"{name}_before") for name in ("line", "over_probability")]
    has_moved = (pl.col("line") != pl.col("line_before")) | (
        pl.col("over_probability") != pl.col("over_probability_before")
    )
    return (
        lines.filter("is_main", ~pl.col("is_told_opening"))
        .sort(*OFFER, "snapshot_at")
        .with_columns(before)
        .filter(has_moved)
        .select(
            *OFFER,
            "snapshot_at",
            "line_before",
            "line",
            "over_probability_before",
            "over_probability",
            "minutes_before_tip_off",
            "source",
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
        by_line.with_columns(distance_from_even(pl.col("over_probability")).alias("distance"))
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

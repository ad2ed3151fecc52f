"""Every line of every source before the tip-off, its game and player found, the main one of each book and snapshot
marked.

Only snapshots before the tip-off count. Of a book's lines for a player and market at one snapshot the main one is the
one with both prices, a hold in range, and a no-vig probability nearest one half; the others are alternates. Distances
from one half are compared to nine digits; of two lines equally near, as at 0.4375 and 0.5625, the lower counts.

Several sources tell the lines of one book. The Odds API comes first, then DraftKings itself, then BettingPros: a
snapshot of a source is left out if a better one told of the same book, player and market within ``ONE_MOMENT`` before
it. So a source that goes dark is replaced after that time, and no row depends on what was told later.

Of BettingPros an answer read after the tip-off (``told_at``) tells the line that each book closed at: it counts as of
when the book set it (``snapshot_at``). BettingPros also tells the line that a market opened at, and the book. Such a
row is marked ``is_told_opening``: it is no snapshot, and can only be that book's opening line. Lines that a source
calls off the board are left out.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from nba_props.conformed.inputs import optional
from nba_props.contracts.conformed import LINE_SOURCES
from nba_props.contracts.raw.bettingpros import BETTINGPROS_PLAYER_PROPS
from nba_props.contracts.raw.draftkings import DRAFTKINGS_PLAYER_PROPS
from nba_props.contracts.raw.odds_api import ODDS_PLAYER_PROPS
from nba_props.game_calendar import DateRange
from nba_props.prices import hold, no_vig_over

ONE_MOMENT = timedelta(minutes=30)
"""What a source tells of a book's line stands for so long against worse sources: three missed snapshots."""

OFFER = ["game_date", "game_id", "player_id", "market", "bookmaker"]
_OPENING = ("bookmaker", "line", "over_price", "under_price")
_EVENT = ["source", "event_id", "game_date"]
_TOLD = [
    *_EVENT,
    "snapshot_at",
    "bookmaker",
    "market",
    "is_alternate_market",
    "player_name",
    "line",
    "over_price",
    "under_price",
    "is_told_opening",
    "is_active",
    "set_at",
]


def pregame_lines(
    dates: DateRange,
    *,
    prop_players: pl.LazyFrame,
    event_games: pl.LazyFrame,
    games: pl.LazyFrame,
    greatest_hold: float,
    odds_player_props: pl.LazyFrame | None = None,
    draftkings_player_props: pl.LazyFrame | None = None,
    bettingpros_player_props: pl.LazyFrame | None = None,
) -> pl.LazyFrame:
    """Every line of a resolved player in a known game before its tip-off, with its no-vig probability and whether it is
    the main one (``is_main``) of its book and snapshot."""
    tip_offs = games.filter(dates.is_in()).select("game_id", "tip_off_at", "status")
    resolved = prop_players.filter(dates.is_in()).select(
        *_EVENT, pl.col("source_name").alias("player_name"), "player_id"
    )
    known = event_games.filter(dates.is_in()).select(*_EVENT, "game_id")
    bettingpros = optional(bettingpros_player_props, BETTINGPROS_PLAYER_PROPS)
    told = pl.concat(
        [
            _of_odds_api(optional(odds_player_props, ODDS_PLAYER_PROPS)),
            _of_draftkings(optional(draftkings_player_props, DRAFTKINGS_PLAYER_PROPS)),
            _of_bettingpros(bettingpros),
            _openings(bettingpros),
        ]
    )
    is_late = pl.col("snapshot_at") >= pl.col("tip_off_at")
    priced = (
        told.filter(dates.is_in())
        .join(known, on=_EVENT)
        .join(tip_offs, on="game_id")
        .filter(pl.col("is_active") | is_late)
        .with_columns(
            pl.col("snapshot_at").alias("told_at"),
            pl.when(is_late).then("set_at").otherwise("snapshot_at").alias("snapshot_at"),
        )
        .filter(pl.col("snapshot_at") < pl.col("tip_off_at"))
        .join(resolved, on=[*_EVENT, "player_name"])
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
    distance = pl.when(eligible).then(distance_from_even(pl.col("over_probability")))
    answer = [*OFFER, "told_at", "is_told_opening"]
    return (
        _best_told(priced)
        .with_columns(distance.alias("distance"))
        .sort(*answer, "distance", "line", "event_id", "player_name", nulls_last=True)
        .with_columns((pl.int_range(pl.len()).over(answer) == 0).alias("is_first"))
        .with_columns((pl.col("is_first") & pl.col("distance").is_not_null()).alias("is_main"))
        .sort(*OFFER, "snapshot_at", maintain_order=True)
    )


def distance_from_even(probability: pl.Expr) -> pl.Expr:
    """Distance of a probability from one half, to nine digits."""
    return (probability - 0.5).abs().round(9)


def _of_odds_api(props: pl.LazyFrame) -> pl.LazyFrame:
    return _told(props, "odds_api", set_at=pl.lit(None, pl.Datetime("us", "UTC")), is_active=pl.lit(True))


def _of_draftkings(props: pl.LazyFrame) -> pl.LazyFrame:
    return _told(props, "draftkings", set_at=pl.lit(None, pl.Datetime("us", "UTC")))


def _of_bettingpros(props: pl.LazyFrame) -> pl.LazyFrame:
    is_alternate = ~pl.col("is_main").fill_null(True)
    return _told(props, "bettingpros", set_at=pl.col("updated_at"), is_alternate_market=is_alternate)


def _told(props: pl.LazyFrame, source: str, **columns: pl.Expr) -> pl.LazyFrame:
    return props.with_columns(source=pl.lit(source), is_told_opening=pl.lit(False), **columns).select(_TOLD)


def _openings(bettingpros: pl.LazyFrame) -> pl.LazyFrame:
    """What BettingPros tells of openings: of each player and market the earliest with its book and both prices."""
    is_whole = pl.all_horizontal(pl.col(f"opening_{name}").is_not_null() for name in ("at", *_OPENING))
    return (
        bettingpros.filter(is_whole)
        .sort("opening_at", "snapshot_at", *(f"opening_{name}" for name in _OPENING))
        .unique(["game_date", "event_id", "market", "player_name"], keep="first", maintain_order=True)
        .with_columns(pl.col(f"opening_{name}").alias(name) for name in _OPENING)
        .with_columns(
            source=pl.lit("bettingpros"),
            is_told_opening=pl.lit(True),
            is_alternate_market=pl.lit(False),
            is_active=pl.lit(True),
            snapshot_at=pl.col("opening_at"),
            set_at=pl.lit(None, pl.Datetime("us", "UTC")),
        )
        .select(_TOLD)
    )


def _best_told(priced: pl.LazyFrame) -> pl.LazyFrame:
    """The rows without those that a better source's word of the same moment stands against."""
    rank = pl.col("source").replace_strict(
        {source: rank for rank, source in enumerate(LINE_SOURCES)}, return_dtype=pl.Int8
    )
    is_snapshot = ~pl.col("is_told_opening")
    better_at = {
        place: pl.when(is_snapshot & (pl.col("rank") < place)).then("snapshot_at").forward_fill().over(OFFER)
        for place in range(1, len(LINE_SOURCES))
    }
    stands = [
        (pl.col("rank") == place) & (pl.col("snapshot_at") - at <= ONE_MOMENT).fill_null(False)
        for place, at in better_at.items()
    ]
    ordered = priced.with_columns(rank.alias("rank")).sort(*OFFER, "snapshot_at", "rank")
    return ordered.filter(~(is_snapshot & pl.any_horizontal(stands)))


def _minutes_before() -> pl.Expr:
    return (pl.col("tip_off_at") - pl.col("snapshot_at")).dt.total_seconds(fractional=True) * (1 / 60)

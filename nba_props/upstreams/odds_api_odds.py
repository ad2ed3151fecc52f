"""The Odds API's outcomes into ``raw.odds_player_props`` and ``raw.odds_game_lines``."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.contracts.raw import ODDS_GAME_LINES, ODDS_PLAYER_PROPS
from nba_props.contracts.table import Table
from nba_props.upstreams.endpoint import Built, Coverage, Reject
from nba_props.upstreams.odds_api_bodies import Offered, Snapshot, decode_event_of_odds
from nba_props.upstreams.odds_api_columns import Offers, event_date, table_of, uncarried
from nba_props.upstreams.over_under import LONGEST_LINE
from nba_props.upstreams.sifting import CONTRADICTED, Fault, absent_text, latest_of_key, repeated, sift

LEAST_POINT, GREATEST_POINT = -100, 400
PAIR_KEY = ["offer_key", "player_name", "point"]
PAIR_COLUMNS = ["offer", *PAIR_KEY, "over_price", "under_price"]


def build_event_odds(snapshots: Sequence[tuple[Payload, Snapshot[Offered]]]) -> Built:
    """Rows and rejects of decoded odds.

    A player-prop row is the over and the under of a bookmaker, market, player and point; a game-line row is
    an outcome. An outcome is thus in a row, in a reject, or the repetition of another one.
    """
    props, rejects = _player_props(Offers(ODDS_PLAYER_PROPS.full_name, snapshots))
    lines, line_rejects = _game_lines(Offers(ODDS_GAME_LINES.full_name, snapshots))
    misfits = [
        Reject(payload, table_of(misfit.market), misfit.row, misfit.reason, day)
        for payload, snapshot in snapshots
        for day in [event_date(snapshot.data.commence_time)]
        for misfit in snapshot.misfits
    ]
    frames = {ODDS_PLAYER_PROPS.full_name: props, ODDS_GAME_LINES.full_name: lines}
    return Built(frames, [*rejects, *line_rejects, *misfits, *uncarried(snapshots)])


def event_odds_coverage(payload: Payload) -> Coverage:
    """The date of the event."""
    day = event_date(decode_event_of_odds(payload).commence_time)
    if day is None:
        raise MalformedPayload("the event's commence_time is absent or naive")
    return Coverage((day,))


def _player_props(offers: Offers) -> tuple[pl.DataFrame, list[Reject]]:
    good, bad = sift(offers.outcomes, _prop_faults())
    good, orphaned = _without_faulty_pairs(good, bad)
    pairs, contradicted = _pairs(good)
    refused = [bad, orphaned, contradicted]
    rejects = [
        offers.reject(row, reason) for frame in refused for row, reason in frame.select("row", "reason").iter_rows()
    ]
    return _stored(offers.placed(pairs.rename({"point": "line"})), ODDS_PLAYER_PROPS), rejects


def _prop_faults() -> list[Fault]:
    point, name = pl.col("point"), pl.col("name")
    return [
        ((name != "Over") & (name != "Under"), pl.format("neither Over nor Under: {}", name)),
        (absent_text("player_name"), "empty player name"),
        (point.is_null(), "no line"),
        ((point <= 0) | (point >= LONGEST_LINE), pl.format("impossible line: {}", point)),
        (pl.col("price_as_sent").is_null(), "no price"),
        (pl.col("price").is_null(), pl.format("no valid price: {}", "price_as_sent")),
        (pl.col("offer_fault").is_not_null(), pl.col("offer_fault")),
    ]


def _without_faulty_pairs(good: pl.DataFrame, bad: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Outcomes without those whose other side has no valid price, which would look one-sided; and those."""
    priceless = bad.filter(pl.col("name").is_in(["Over", "Under"]), pl.col("price").is_null())
    if priceless.is_empty():
        return good, bad.clear()
    orphaned = good.join(priceless.select(PAIR_KEY), on=PAIR_KEY, how="semi", maintain_order="left")
    kept = good.join(orphaned.select("row"), on="row", how="anti", maintain_order="left")
    return kept, orphaned.with_columns(reason=pl.lit("the other side has no valid price"))


def _pairs(outcomes: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One row for each bookmaker's market, player and point; and outcomes that a later one contradicts."""
    numbered = outcomes.with_row_index("place")
    adjacent = _adjacent_pairs(numbered)
    is_scattered = repeated(adjacent, PAIR_KEY)
    if not is_scattered.any():
        return adjacent.select(PAIR_COLUMNS), outcomes.clear().with_columns(reason=pl.lit(None, pl.String))
    scattered = adjacent.filter(is_scattered)
    places = pl.concat([scattered["place"], scattered.filter("leads")["place"] + 1]).sort()
    joined, contradicted = _joined_pairs(numbered[places])
    pairs = pl.concat([adjacent.filter(~is_scattered).drop("leads"), joined.select(adjacent.drop("leads").columns)])
    return pairs.sort("place").select(PAIR_COLUMNS), contradicted.select(*outcomes.columns, "reason")


def _adjacent_pairs(numbered: pl.DataFrame) -> pl.DataFrame:
    """Rows of an over followed by its under, as the source sends them, and one-sided rows of all others."""
    is_over = pl.col("name") == "Over"
    next_is_other_side = is_over & ~is_over.shift(-1)
    same_line = pl.all_horizontal(pl.col(name) == pl.col(name).shift(-1) for name in PAIR_KEY)
    leads = (next_is_other_side & same_line).fill_null(False)
    return (
        numbered.with_columns(leads=leads)
        .select(
            "place",
            "leads",
            "offer",
            *PAIR_KEY,
            pl.when(is_over).then("price").alias("over_price"),
            pl.when("leads").then(pl.col("price").shift(-1)).when(~is_over).then("price").alias("under_price"),
            pl.col("leads").shift(1, fill_value=False).alias("follows"),
        )
        .filter(~pl.col("follows"))
        .drop("follows")
    )


def _joined_pairs(numbered: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Pairs of outcomes that stand anywhere, each at the place of its first one; and contradicted outcomes."""
    latest, contradicted = latest_of_key(numbered, [*PAIR_KEY, "name"], ("place", "row", "offer", "offer_fault"))
    pairs = latest.group_by(PAIR_KEY, maintain_order=True).agg(
        pl.col("place").first(),
        pl.col("offer").last(),
        pl.col("price").filter(pl.col("name") == "Over").last().alias("over_price"),
        pl.col("price").filter(pl.col("name") == "Under").last().alias("under_price"),
    )
    return pairs, contradicted.with_columns(reason=pl.lit(CONTRADICTED))


def _game_lines(offers: Offers) -> tuple[pl.DataFrame, list[Reject]]:
    named = offers.placed(offers.outcomes).with_columns(_outcome().alias("outcome"))
    good, bad = sift(named, _line_faults())
    good = good.with_columns(pl.when(pl.col("market") != "h2h").then("point").alias("point"))
    key = ("offer_key", "outcome", "point")
    beside = [name for name in good.columns if name not in (*key, "price_as_sent")]
    good, contradicted = latest_of_key(good, key, beside)
    contradicted = contradicted.with_columns(reason=pl.lit(CONTRADICTED))
    rejects = [
        offers.reject(row, reason)
        for frame in (bad, contradicted)
        for row, reason in frame.select("row", "reason").iter_rows()
    ]
    return _stored(good, ODDS_GAME_LINES), rejects


def _outcome() -> pl.Expr:
    name, is_total = pl.col("name"), pl.col("market") == "totals"
    return (
        pl.when(is_total & (name == "Over"))
        .then(pl.lit("over"))
        .when(is_total & (name == "Under"))
        .then(pl.lit("under"))
        .when(~is_total & (name == pl.col("home_team_name")))
        .then(pl.lit("home"))
        .when(~is_total & (name == pl.col("away_team_name")))
        .then(pl.lit("away"))
    )


def _line_faults() -> list[Fault]:
    has_point = pl.col("market") != "h2h"
    possible = pl.col("point").is_between(LEAST_POINT, GREATEST_POINT)
    return [
        (pl.col("outcome").is_null(), pl.format("no outcome of the market {}: {}", "market", "name")),
        (has_point & pl.col("point").is_null(), "no line"),
        (has_point & ~possible, pl.format("impossible line: {}", "point")),
        (pl.col("offer_fault").is_not_null(), pl.col("offer_fault")),
    ]


def _stored(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    return frame.select(pl.col(name).cast(dtype) for name, dtype in table.schema.items())

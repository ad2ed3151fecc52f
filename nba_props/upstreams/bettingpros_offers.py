"""BettingPros' offers into ``raw.bettingpros_player_props``.

A row of a payload is a line of a book on one side. Over and under of a player, market, book and line become one stored
row. An offer that cannot be read is refused as one row. Offers tell nothing of their game but the event's id: the game
date is the one that was asked for, of a recording the New York date of its capture.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from nba_props.archive.payload import Payload
from nba_props.contracts.raw.bettingpros import BETTINGPROS_PLAYER_PROPS
from nba_props.game_calendar import game_date_of
from nba_props.upstreams.bettingpros_bodies import (
    Book,
    Line,
    Offer,
    Offers,
    OpeningLine,
    Selection,
    opening_line_of,
    quote_as_sent,
)
from nba_props.upstreams.bettingpros_events import source_moment
from nba_props.upstreams.bettingpros_requests import MARKET_IDS
from nba_props.upstreams.endpoint import Built, Coverage, Reject
from nba_props.upstreams.over_under import LONGEST_LINE, SIDES, decimal_price, paired, quote_faults
from nba_props.upstreams.sifting import Fault, absent_text

TABLE = BETTINGPROS_PLAYER_PROPS.full_name

BOOKMAKERS = {
    0: "consensus",
    2: "pinnacle",
    10: "fanduel",
    12: "draftkings",
    13: "williamhill_us",
    14: "fanatics",
    15: "sugarhouse",
    18: "betrivers",
    19: "betmgm",
    20: "foxbet",
    24: "bet365",
    25: "wynnbet",
    26: "tipico_us",
    27: "partycasino",
    28: "unibet_us",
    29: "twinspires",
    30: "betway",
    33: "espnbet",
    36: "underdog",
    37: "prizepicks",
    38: "prophetx",
    39: "fliff",
    45: "betr_us_dfs",
    49: "hardrockbet",
    60: "novig",
    68: "kalshi",
    73: "polymarket",
}
"""Books by their id at BettingPros, as several public clients read its list of books between 2022 and 2026.

13 is Caesars and 33 theScore Bet, once ESPN BET, under their keys at The Odds API. 14 was PointsBet's, whom Fanatics
bought in 2023. Only 0 is in the recordings.
"""

KEY = ["payload", "event_id", "market", "player_name", "bookmaker", "line"]
OFFER_SCHEMA = pl.Schema(
    {
        "payload": pl.Int64(),
        "event_id": pl.String(),
        "market": pl.String(),
        "market_id": pl.String(),
        "player_name": pl.String(),
        "players": pl.Int64(),
        "source_player_id": pl.String(),
        "opening_over_line": pl.Float64(),
        "opening_over_cost": pl.Float64(),
        "opening_under_line": pl.Float64(),
        "opening_under_cost": pl.Float64(),
        "opening_bookmaker": pl.String(),
        "opening_at": pl.Datetime("us", "UTC"),
    }
)
QUOTE_SCHEMA = pl.Schema(
    {
        "offer": pl.Int64(),
        "told_side": pl.String(),
        "bookmaker": pl.String(),
        "line": pl.Float64(),
        "cost": pl.Float64(),
        "is_main": pl.Boolean(),
        "is_active": pl.Boolean(),
        "updated": pl.String(),
        "updated_at": pl.Datetime("us", "UTC"),
    }
)
OPENING = ("opening_line", "opening_over_price", "opening_under_price", "opening_bookmaker", "opening_at")

Quote = tuple[int, Selection, Book, Line]


def build_offers(answers: Sequence[tuple[Payload, Offers]]) -> Built:
    """Rows and rejects of decoded offers."""
    offers = [(owner, offer) for owner, (_, answer) in enumerate(answers) for offer in answer.offers]
    quotes: list[Quote] = [
        (number, selection, book, line)
        for number, (_, offer) in enumerate(offers)
        for selection in offer.selections
        for book in selection.books
        for line in book.lines
    ]
    rows, refused = paired(_quote_frame(offers, quotes), KEY, _faults(), _facts(), beside=("row", "offer"))
    rejects = []
    for row, reason in refused.select("row", "reason").iter_rows():
        number, selection, book, line = quotes[row]
        owner, offer = offers[number]
        content = quote_as_sent(offer, selection, book, line)
        rejects.append(Reject(answers[owner][0], TABLE, content, reason, _game_date(answers[owner][0])))
    rejects += [
        Reject(payload, TABLE, row, reason, _game_date(payload))
        for payload, answer in answers
        for row, reason in answer.misfits
    ]
    return Built({TABLE: _with_payload(rows, [payload for payload, _ in answers])}, rejects)


def offers_coverage(payload: Payload) -> Coverage:
    """The date that was asked for, else that of the capture: the offers themselves tell none."""
    return Coverage((_game_date(payload),))


def bookmaker_of(book_id: int | None) -> str | None:
    """The book's key; None if it has no id."""
    return None if book_id is None else BOOKMAKERS.get(book_id, f"bettingpros_{book_id}")


def _game_date(payload: Payload) -> date:
    return payload.asked_for or game_date_of(payload.fetched_at)


def _quote_frame(offers: Sequence[tuple[int, Offer]], quotes: Sequence[Quote]) -> pl.DataFrame:
    told = pl.DataFrame([_offer_row(owner, offer) for owner, offer in offers], schema=OFFER_SCHEMA, orient="row")
    rows = [_quote_row(offers[quote[0]][1], *quote) for quote in quotes]
    frame = pl.DataFrame(rows, schema=QUOTE_SCHEMA, orient="row").with_row_index("row")
    frame = pl.concat([frame, _with_opening(told)[frame["offer"]]], how="horizontal")
    return frame.with_columns(side=pl.col("told_side").str.to_lowercase(), price=decimal_price(pl.col("cost")))


def _offer_row(owner: int, offer: Offer) -> tuple[Any, ...]:
    player = offer.participants[0] if offer.participants else None
    player_id = offer.player_id if offer.player_id is not None else player and player.id
    opening = {(side.selection or "").lower(): opening_line_of(side) for side in offer.selections}
    over, under = (opening.get(side, OpeningLine()) for side in SIDES)
    first = over if over.line is not None else under
    return (
        owner,
        str(offer.event_id),
        MARKET_IDS.get(str(offer.market_id)),
        str(offer.market_id),
        player.name if player else None,
        len(offer.participants),
        None if player_id is None else str(player_id),
        over.line,
        over.cost,
        under.line,
        under.cost,
        bookmaker_of(first.book_id),
        source_moment(first.created),
    )


def _quote_row(offer: Offer, number: int, selection: Selection, book: Book, line: Line) -> tuple[Any, ...]:
    is_active = not (offer.active is False or selection.active is False or line.active is False or line.is_off is True)
    return (
        number,
        selection.selection,
        bookmaker_of(book.id),
        line.line,
        line.cost,
        line.main,
        is_active,
        line.updated,
        source_moment(line.updated),
    )


def _with_opening(offers: pl.DataFrame) -> pl.DataFrame:
    """Offers with the columns of ``OPENING``, null together where no possible line is told.

    The line is the over's; the under's price is told only if it is of the same line. What is wrong with an opening line
    costs nothing but itself.
    """
    line = pl.coalesce("opening_over_line", "opening_under_line")
    is_line = (line > 0) & (line < LONGEST_LINE)
    return offers.with_columns(
        opening_line=line,
        opening_over_price=pl.when(pl.col("opening_over_line") == line).then(
            decimal_price(pl.col("opening_over_cost"))
        ),
        opening_under_price=pl.when(pl.col("opening_under_line") == line).then(
            decimal_price(pl.col("opening_under_cost"))
        ),
    ).with_columns(pl.when(is_line).then(pl.col(name)).alias(name) for name in OPENING)


def _faults() -> list[Fault]:
    return [
        (pl.col("market").is_null(), pl.format("market not carried: {}", "market_id")),
        (absent_text("event_id"), "empty event id"),
        (pl.col("players") != 1, pl.format("an offer on {} players", "players")),
        (absent_text("player_name"), "empty player name"),
        (pl.col("bookmaker").is_null(), "no book id"),
        *quote_faults("told_side", "cost"),
        (
            (pl.col("updated").fill_null("") != "") & pl.col("updated_at").is_null(),
            pl.format("updated is no time: {}", "updated"),
        ),
    ]


def _facts() -> list[pl.Expr]:
    return [
        pl.col("source_player_id").last(),
        pl.col("is_main").max(),
        pl.col("is_active").all(),
        pl.col("updated_at").max(),
        *(pl.col(name).last() for name in OPENING),
    ]


def _with_payload(rows: pl.DataFrame, payloads: Sequence[Payload]) -> pl.DataFrame:
    told = pl.DataFrame(
        {
            "game_date": [_game_date(payload) for payload in payloads],
            "snapshot_at": [payload.fetched_at for payload in payloads],
            "payload_id": [payload.payload_id for payload in payloads],
            "fetched_at": [payload.fetched_at for payload in payloads],
        }
    )
    schema = BETTINGPROS_PLAYER_PROPS.schema
    stored = pl.concat([rows, told[rows["payload"]]], how="horizontal")
    return stored.select(pl.col(name).cast(dtype) for name, dtype in schema.items())

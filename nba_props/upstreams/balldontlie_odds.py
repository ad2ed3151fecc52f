"""balldontlie's game lines into ``raw.bdl_odds``. A payload row is a vendor's line of one market.

The layout is that of the source's documentation and of its public clients: the one genuine body is an empty list, and
no genuine row was seen. Numbers come as texts; a price comes both as a decimal and as an American one, of which the
decimal one counts and the American one stands in for it. A line tells no date.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter

import polars as pl
from msgspec import Struct

from nba_props.archive.payload import Payload
from nba_props.contracts.raw.balldontlie import BDL_ODDS
from nba_props.prices import decimal_from_american
from nba_props.upstreams.balldontlie_bodies import Id, Layout, Page, Reader, dated_coverage, text_or_null
from nba_props.upstreams.endpoint import Built, Coverage
from nba_props.upstreams.over_under import HIGHEST_PRICE
from nba_props.upstreams.sifting import Fault

MARKET_OF_TYPE = {"2way": "h2h", "spread": "spreads", "over/under": "totals"}
"""The source's type of a line, and the market as it is named here."""

SIDES = {"home": "home", "visitor": "away", "over": "over", "under": "under"}
"""The source's name of a side of a bet, and ours."""

NUMBER = r"^\+?(-?\d{1,9}(?:\.\d{1,9})?)$"
WIDEST_SPREAD, HIGHEST_TOTAL = 100, 400

Number = float | str | None


class Line(Struct, gc=False):
    """A vendor's line of one market of a game; which numbers there are depends on the market."""

    type: str
    vendor: str
    live: bool
    game_id: Id
    odds_decimal_home: Number = None
    odds_decimal_visitor: Number = None
    odds_decimal_over: Number = None
    odds_decimal_under: Number = None
    odds_american_home: Number = None
    odds_american_visitor: Number = None
    odds_american_over: Number = None
    odds_american_under: Number = None
    away_spread: Number = None
    over_under: Number = None


READER = Reader(Line)
NUMBERS = tuple(name for name in Line.__struct_fields__ if name not in ("type", "vendor", "live", "game_id"))


def decode_odds(payload: Payload) -> Page[Line]:
    """The lines of a page.

    Raises:
        MalformedPayload: the body is no list of lines, or not one of them is readable.
    """
    return READER.read(payload)


def build_odds(pages: Sequence[tuple[Payload, Page[Line]]]) -> Built:
    """Rows and rejects of decoded lines."""
    return LAYOUT.build(pages)


def odds_coverage(payload: Payload) -> Coverage:
    """The date it was asked about: lines tell none."""
    return dated_coverage(payload, lambda _: ())


def _as_text(name: str) -> Callable[[Line], str | None]:
    """A number as sent, as text; null if there is none."""

    def text(line: Line) -> str | None:
        value = getattr(line, name)
        return None if value is None else str(value).strip() or None

    return text


def _number(column: str) -> pl.Expr:
    return pl.col(f"{column}_text").str.extract(NUMBER, 1).cast(pl.Float64)


def _price(side: str) -> pl.Expr:
    american = decimal_from_american(pl.col(f"odds_american_{side}"))
    return pl.coalesce(f"odds_decimal_{side}", american)


def _price_faults(side: str) -> list[Fault]:
    """No price though one was sent, and one that no book has."""
    price, american = pl.col(f"{SIDES[side]}_price"), pl.col(f"odds_american_{side}")
    return [
        (price.is_null() & american.is_not_null(), pl.format(f"no American price of {side}: {{}}", american)),
        ((price <= 1) | (price > HIGHEST_PRICE), pl.format(f"impossible price of {side}: {{}}", price)),
    ]


def _faults() -> list[Fault]:
    spread, total = pl.col("away_spread"), pl.col("total")
    unreadable: list[Fault] = [
        (
            pl.col(f"{name}_text").is_not_null() & pl.col(name).is_null(),
            pl.format(f"{name} is no number: {{}}", pl.col(f"{name}_text").str.slice(0, 100)),
        )
        for name in NUMBERS
    ]
    offered = [*(f"{side}_price" for side in SIDES.values()), "away_spread", "total"]
    return [
        (pl.col("market").is_null(), pl.format("unknown type: {}", "type")),
        (pl.col("vendor").is_null(), "no vendor"),
        *unreadable,
        *(fault for side in SIDES for fault in _price_faults(side)),
        (spread.abs() > WIDEST_SPREAD, pl.format("impossible spread: {}", spread)),
        ((total <= 0) | (total > HIGHEST_TOTAL), pl.format("impossible total: {}", total)),
        (pl.all_horizontal(pl.col(name).is_null() for name in offered), "neither a price nor a line"),
    ]


LAYOUT = Layout[Line](
    table=BDL_ODDS,
    told={
        "event_id": (lambda line: str(line.game_id), pl.String),
        "type": (attrgetter("type"), pl.String),
        "vendor": (attrgetter("vendor"), pl.String),
        "is_live": (attrgetter("live"), pl.Boolean),
        **{f"{name}_text": (_as_text(name), pl.String) for name in NUMBERS},
    },
    derived=(
        {
            "game_date": pl.col("asked_about"),
            "snapshot_at": pl.col("fetched_at"),
            "vendor": text_or_null("vendor"),
            "market": pl.col("type").replace_strict(MARKET_OF_TYPE, default=None, return_dtype=pl.String),
            **{name: _number(name) for name in NUMBERS},
        },
        {"total": pl.col("over_under"), **{f"{ours}_price": _price(side) for side, ours in SIDES.items()}},
    ),
    faults=_faults(),
)

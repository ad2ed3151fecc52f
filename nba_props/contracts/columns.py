"""Columns that mean the same in every table, declared once."""

from __future__ import annotations

from typing import Annotated, Any

import pandera.polars as pa
import polars as pl

from nba_props.markets import MARKET_NAMES
from nba_props.teams import TRICODES

Moment = Annotated[pl.Datetime, "us", "UTC"]

LINE_KINDS = ("opening", "current", "closing")
SYSTEMS = ("market", "moving_average_baseline", "gradient_boosting")


def text(description: str, *, nullable: bool = False, **checks: Any) -> Any:
    """A text column."""
    return pa.Field(description=description, nullable=nullable, **checks)


def number(description: str, *, nullable: bool = False, **checks: Any) -> Any:
    """A numeric column; checks as in ``pandera.Field`` (ge, le, gt, lt)."""
    return pa.Field(description=description, nullable=nullable, **checks)


def flag(description: str, *, nullable: bool = False) -> Any:
    """A yes/no column."""
    return pa.Field(description=description, nullable=nullable)


def moment(description: str, *, nullable: bool = False) -> Any:
    """A UTC time column."""
    return pa.Field(description=description, nullable=nullable)


def game_id(*, nullable: bool = False) -> Any:
    """The NBA's game id."""
    return text("The NBA's 10-character game id.", nullable=nullable, str_matches=r"^\d{10}$")


def game_date() -> Any:
    """The partition."""
    return pa.Field(description="Calendar date of the tip-off in New York; the partition.")


def season() -> Any:
    """The season's name."""
    return text("Season, such as 2025-26.", str_matches=r"^\d{4}-\d{2}$")


def player_id() -> Any:
    """The NBA's player id."""
    return number("The NBA's player id.", gt=0)


def team(description: str = "Tricode of his team.", *, nullable: bool = False) -> Any:
    """A team's tricode."""
    return text(description, nullable=nullable, isin=TRICODES)


def market() -> Any:
    """A prop market."""
    return text("Prop market, by the statistic it settles on.", isin=MARKET_NAMES)


def bookmaker(*, nullable: bool = False) -> Any:
    """A bookmaker's key."""
    return text("Bookmaker, by its key at The Odds API.", nullable=nullable, str_length={"min_value": 1})


def kind() -> Any:
    """Which of a game's lines."""
    return text(
        "opening: the first pre-game snapshot, or an earlier one that a source tells of later; current: the last one"
        " known at the moment that the game stands for; closing: the last one before tip-off, once the game is final.",
        isin=LINE_KINDS,
    )


def system() -> Any:
    """A prediction system."""
    return text("Prediction system.", isin=SYSTEMS)


def line(description: str = "The line.", *, nullable: bool = False) -> Any:
    """A prop line."""
    return number(description, nullable=nullable, gt=0, lt=200)


def price(description: str, *, nullable: bool = False) -> Any:
    """A decimal price."""
    return number(f"{description} Decimal price: total return per unit staked.", nullable=nullable, gt=1, le=1001)


def probability(description: str, *, nullable: bool = False) -> Any:
    """A probability."""
    return number(description, nullable=nullable, ge=0, le=1)


def payload_id() -> Any:
    """Where the row came from."""
    return text("Archived payload that the row came from.", str_matches=r"^[0-9a-f]{40}$")


def fetched_at() -> Any:
    """When the payload was fetched."""
    return moment("When the payload was fetched.")

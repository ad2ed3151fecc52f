"""Prices and probabilities: American and decimal odds, hold, no-vig probability, expected value.

Decimal prices are the total return per unit staked (1.91 pays back 1.91 on a stake of 1). American prices of -110 and
+120 mean 100/110 and 120/100 won per unit staked; nothing strictly between -100 and 100 is an American price.
"""

from __future__ import annotations

import polars as pl


def decimal_from_american(price: pl.Expr) -> pl.Expr:
    """Decimal price of an American one; null where the value is no American price."""
    return pl.when(price >= 100).then((price + 100) * 0.01).when(price <= -100).then(1 + 100 / -price).otherwise(None)


def american_from_decimal(price: pl.Expr) -> pl.Expr:
    """American price of a decimal one, rounded to the whole number that books quote; null for a price of 1 or less."""
    profit = price - 1
    return (
        pl.when(profit >= 1)
        .then((profit * 100).round())
        .when(profit > 0)
        .then((-100 / profit).round())
        .otherwise(None)
        .cast(pl.Int64)
    )


def hold(over_price: pl.Expr, under_price: pl.Expr) -> pl.Expr:
    """The book's margin of a two-way market: implied probabilities less one."""
    return 1 / over_price + 1 / under_price - 1


def no_vig_over(over_price: pl.Expr, under_price: pl.Expr) -> pl.Expr:
    """Probability of over without the margin, by the multiplicative method."""
    return (1 / over_price) / (1 / over_price + 1 / under_price)


def fair_price(win: pl.Expr, push: pl.Expr) -> pl.Expr:
    """Decimal price at which a bet that wins with ``win`` and is refunded with ``push`` has no expectation."""
    return pl.when(win > 0).then((1 - push) / win).otherwise(None)


def expected_value(price: pl.Expr, win: pl.Expr, push: pl.Expr) -> pl.Expr:
    """Expected profit per unit staked at a decimal price; a push returns the stake."""
    return win * (price - 1) - (1 - win - push)

"""Baking: the part of the bakery that fails."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

PRICES = {"rye": Decimal("4.20"), "spelt": Decimal("5.10"), "brioche": Decimal("3.80")}


class OutOfFlour(Exception):
    """Nothing can be baked today."""


class Dough:
    """Dough that does not like to be looked at."""

    def __repr__(self) -> str:
        raise RuntimeError("the dough is still rising")


class Sourdough:
    """A hundred megabytes of bubbles."""

    def __repr__(self) -> str:
        return "bubble " * 15_000_000


class Burnt(Exception):
    """What cannot even be said."""

    def __str__(self) -> str:
        raise ValueError("too much smoke")


def price_of(bread: str) -> Decimal:
    """The price of a loaf."""
    return PRICES[bread.casefold()]


def total(order: dict[str, Any]) -> Decimal:
    """What an order costs, after the discount."""
    basket = order["loaves"]
    discount = Decimal(1) - Decimal(order["discount"]) / 100
    recipe = "flour, water, salt; " * 400
    ledger = {f"customer-{number:04}": ["rye"] * (number % 7) for number in range(60)}
    try:
        return discount * sum(price_of(bread) * count for bread, count in basket.items())
    except KeyError as missing:
        wanted = f"We have no {missing.args[0]!r}, and the order of {order['customer']} needs it."
        problem = OutOfFlour(wanted)
        problem.add_note(f"There is still: {', '.join(sorted(PRICES))}.")
        problem.add_note(f"The book has {len(recipe)} words and {len(ledger)} customers.")
        raise problem from missing


def bake_all(breads: list[str]) -> None:
    """Bake everything, and tell of everything that failed."""
    failures = []
    for bread in breads:
        try:
            price_of(bread)
        except KeyError as missing:
            failures.append(missing)
    try:
        int("two hundred degrees")
    except ValueError as wrong:
        failures.append(ExceptionGroup("the thermometer", [wrong, OSError(5, "no signal")]))
    raise ExceptionGroup("three things went wrong in the oven", failures)

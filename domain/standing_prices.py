"""Which moves of a price matter: a price that hardly moved stands as it was recorded.

Pages show distances and changes with two decimals of a percent. Moves of less than MOVED show there as one or two of
the last decimal at most, and would fill the database with digits that nobody reads.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from domain.prices import Price

# The smallest recorded move, as a fraction of the price. A change over 24 hours is a fraction already.
MOVED = Decimal("0.0002")


def standing_prices(recorded: Mapping[str, Price], seen: Iterable[Price]) -> tuple[Price, ...]:
    """The prices to record: each as it was recorded if it hardly moved since, else as it was seen.

    The error never adds up, because the distance is counted from the recorded price.
    """
    return tuple(_standing(recorded.get(price.symbol), without_idle_book(price)) for price in seen)


def without_idle_book(price: Price) -> Price:
    """The price without bid and ask, if the last trade decides it. Nothing shows them."""
    bookless = replace(price, bid=None, ask=None)
    return bookless if bookless.best == price.best and bookless.is_halted == price.is_halted else price


def _standing(recorded: Price | None, price: Price) -> Price:
    if recorded is None or not _has_same_form(recorded, price):
        return price
    if any(_has_moved(getattr(recorded, name), getattr(price, name)) for name in ("last", "bid", "ask", "mark")):
        return price
    if (recorded.best is None) != (price.best is None):
        return price
    before, now = recorded.change_24h, price.change_24h
    return price if before is not None and now is not None and abs(now - before) >= MOVED else recorded


def _has_same_form(recorded: Price, price: Price) -> bool:
    """True if the same fields are known, of an equally active market with the same volume."""
    numbers = ("last", "bid", "ask", "mark", "change_24h")
    return (recorded.base, recorded.quote, recorded.is_active, recorded.volume) == (
        price.base, price.quote, price.is_active, price.volume,
    ) and all((getattr(recorded, name) is None) == (getattr(price, name) is None) for name in numbers)  # fmt: skip


def _has_moved(recorded: Decimal | None, number: Decimal | None) -> bool:
    return recorded is not None and number is not None and abs(number - recorded) >= MOVED * abs(recorded)

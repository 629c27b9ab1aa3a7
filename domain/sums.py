"""Sums of amounts that may be unknown. An unknown amount is no zero: it makes the sum unknown."""

from collections.abc import Iterable
from decimal import Decimal


def sum_if_known(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of amounts, zero without any. None if one of them is unknown."""
    total = Decimal(0)
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total

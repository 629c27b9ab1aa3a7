"""Fields of Crypto.com's rows: ids that may be none, words, and numbers that cannot be negative."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from domain.markets import Side
from exchanges.connection.exact import Garbled, amount, quoted, text

# Ids that are none: as identity they would make one order of many.
NO_IDS = frozenset({"", "0", "null", "none", "undefined", "nan"})


def id_in(row: Mapping[str, Any], field: str) -> str | None:
    """The id in a field. None if it is absent or a placeholder."""
    value = (text(row, field) or "").strip()
    return None if value.lower() in NO_IDS else value


def word(row: Mapping[str, Any], field: str) -> str:
    """The word in a field, in capitals. "" if there is none."""
    return (text(row, field) or "").strip().upper()


def side_of(row: Mapping[str, Any]) -> Side:
    """The side of an order. Raises Garbled if it is not plainly stated."""
    try:
        return Side(word(row, "side").lower())
    except ValueError:
        raise Garbled(f"side is neither BUY nor SELL: {quoted(row.get('side'))}") from None


def positive(row: Mapping[str, Any], field: str) -> Decimal | None:
    """The number in a field, zero included. None if there is none. Raises Garbled for a negative one."""
    number = amount(row, field)
    if number is not None and number < 0:
        raise Garbled(f"{field} is negative: {quoted(str(number))}")
    return number


def price_in(row: Mapping[str, Any], field: str) -> Decimal | None:
    """The price in a field. "0" means no price."""
    return positive(row, field) or None


def needed(number: Decimal | None, field: str) -> Decimal:
    """Return a required number. Raises Garbled if it is missing or zero."""
    if not number:
        raise Garbled(f"{field} is {'missing' if number is None else 'zero'}")
    return number

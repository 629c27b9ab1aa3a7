"""Fields of Crypto.com's rows: ids that may be none, words, and numbers that cannot be negative."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from domain.markets import Side
from exchanges.connection.exact import Garbled, amount, quoted, text

# Ids that are none: as identity they would make one order of many.
NO_IDS = frozenset({"", "0", "null", "none", "undefined", "nan"})


def id_in(row: Mapping[str, Any], field: str) -> str | None:
    """The id in a field; None where it is absent or one of the words that mean none."""
    said = (text(row, field) or "").strip()
    return None if said.lower() in NO_IDS else said


def word(row: Mapping[str, Any], field: str) -> str:
    """The word in a field, in capitals; empty where there is none."""
    return (text(row, field) or "").strip().upper()


def side_of(row: Mapping[str, Any]) -> Side:
    """Which way; raises Garbled where that is not plainly said."""
    try:
        return Side(word(row, "side").lower())
    except ValueError:
        raise Garbled(f"side is neither BUY nor SELL: {quoted(row.get('side'))}") from None


def positive(row: Mapping[str, Any], field: str) -> Decimal | None:
    """The number in a field, zero included; None where there is none. Raises Garbled for a negative one."""
    number = amount(row, field)
    if number is not None and number < 0:
        raise Garbled(f"{field} is negative: {quoted(str(number))}")
    return number


def price_in(row: Mapping[str, Any], field: str) -> Decimal | None:
    """A price; "0" says that there is none."""
    return positive(row, field) or None


def needed(number: Decimal | None, field: str) -> Decimal:
    """A number without which a row says nothing; raises Garbled where it is missing or zero."""
    if not number:
        raise Garbled(f"{field} is {'missing' if number is None else 'zero'}")
    return number

"""Crypto.com's mark prices of held contracts.

Documentation: exchange-docs.crypto.com/exchange/v1. Rows of private/get-positions and public/get-tickers hold no mark
price. public/get-valuations with valuation_type=mark_price lists the mark prices of one instrument.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from domain.positions import Position
from exchanges.connection.errors import BadPayload, ExchangeError
from exchanges.connection.exact import Garbled, amount
from exchanges.connection.payload_rows import read_each, rows_of

PATH = "public/get-valuations"

# (path, params) -> the payload, None where the exchange does not know the instrument
Find = Callable[[str, Mapping[str, Any]], Any]


def with_mark_prices(positions: tuple[Position, ...], find: Find) -> tuple[Position, ...]:
    """The same positions with the mark prices of their contracts, one request for each contract.

    A mark that cannot be read stays unknown. After a failed request no other contract is asked, so that a fault of the
    endpoint costs the time of one request.
    """
    marks: dict[str, Decimal | None] = {}
    for name in dict.fromkeys(position.exchange_symbol for position in positions if position.mark_price is None):
        try:
            payload = find(PATH, {"instrument_name": name, "valuation_type": "mark_price", "count": 1})
            marks[name] = None if payload is None else _mark_in(payload)
        except BadPayload:
            continue
        except ExchangeError:
            break
    return tuple(
        replace(position, mark_price=position.mark_price or marks.get(position.exchange_symbol))
        for position in positions
    )


def _mark_in(payload: Any) -> Decimal | None:
    """The newest mark price of public/get-valuations. None without one above zero."""

    def point(row: Mapping[str, Any]) -> tuple[Decimal, Decimal]:
        at, value = amount(row, "t"), amount(row, "v")
        if at is None or value is None:
            raise Garbled("the time or the value is missing")
        return at, value

    points, _ = read_each(rows_of(payload, "mark prices"), point, lambda p: str(p[0]))
    value = max(points)[1] if points else None
    return value if value is not None and value > 0 else None

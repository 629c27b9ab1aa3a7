"""Position rows: what a venue reads from the exchange's own row of a position."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from domain.positions import PositionSide
from exchanges.connection.exact import EXACT, Garbled, amount, quoted
from exchanges.connection.listed_markets import QUOTIENT

_SIDES = {"long": PositionSide.LONG, "buy": PositionSide.LONG, "short": PositionSide.SHORT, "sell": PositionSide.SHORT}
_ONE_WAY = frozenset({"net", "both"})
# The words of exchanges for the margin modes, of positions and of orders.
MARGIN_WORDS = {"cross": "cross", "crossed": "cross", "isolated": "isolated", "fixed": "isolated"}


@dataclass(frozen=True, slots=True)
class PositionRow:
    """One position by the fields of the exchange's row. None: the row does not state the field.

    `size` is in contracts, in the exchange's own unit (in base units with `is_in_base`), and never negative. Profits
    are in the settlement currency of the contract. `open_profit` covers the time since the position was opened.
    `session_profit` is the part of it that the wallet balance does not hold yet, if an exchange settles by session
    (None: all of it). It is zero for an option whose market value is in the wallet balance. A size of zero
    means a closed position. `split_id` distinguishes several positions of one market, side and margin mode.
    `position_id` is the id by which orders name the position.
    """

    size: Decimal
    side: PositionSide
    entry_price: Decimal | None = None
    mark_price: Decimal | None = None
    open_profit: Decimal | None = None
    session_profit: Decimal | None = None
    realised_profit: Decimal | None = None
    liquidation_price: Decimal | None = None
    leverage: Decimal | None = None
    margin_mode: str | None = None
    is_in_base: bool = False
    split_id: str | None = None
    position_id: str | None = None


@dataclass(frozen=True, slots=True)
class PositionFields:
    """The meaning of a row's fields by the exchange's documentation. The first field with a value counts.

    Without `side` the sign of the size decides. Size and side are required. Any other field with an odd or missing
    value is unknown.
    """

    size: str
    side: str | None = None
    entry: tuple[str, ...] = ()
    mark: tuple[str, ...] = ()
    profit: tuple[str, ...] = ()
    realised: tuple[str, ...] = ()
    liquidation: tuple[str, ...] = ()
    leverage: tuple[str, ...] = ()
    mode: str | None = None
    modes: Mapping[str, str] | None = None

    def row_of(self, row: Mapping[str, Any], _unified: Mapping[str, Any] | None = None) -> PositionRow:
        """The row as declared. Raises Garbled where the size or the side is missing."""
        size = amount(row, self.size)
        if size is None:
            raise Garbled(f"{self.size}: the size is missing")
        return PositionRow(
            size=size.copy_abs(),
            side=side_of(row, self.side, size),
            entry_price=price_or_unknown(row, *self.entry),
            mark_price=price_or_unknown(row, *self.mark),
            open_profit=amount_or_unknown(row, *self.profit),
            realised_profit=amount_or_unknown(row, *self.realised),
            liquidation_price=price_or_unknown(row, *self.liquidation),
            leverage=price_or_unknown(row, *self.leverage),
            margin_mode=None
            if self.mode is None
            else (self.modes or MARGIN_WORDS).get(str(row.get(self.mode)).strip().lower()),
        )


# (the exchange's own row, ccxt's unified position) -> the position. Raises Garbled.
PositionParser = Callable[[Mapping[str, Any], Mapping[str, Any]], PositionRow]


def side_of(row: Mapping[str, Any], field: str | None, size: Decimal) -> PositionSide:
    """The side of an open position: the word in a field, or the sign of its size.

    The sign decides without a field, and in one-way mode ("net", "BOTH"). A negative size alone means a short position.
    Raises Garbled where the side is missing, and for a long position of negative size.
    """
    word = "net" if field is None else str(row.get(field)).strip().lower()
    side = _SIDES.get(word)
    if side is PositionSide.LONG and size < 0:
        raise Garbled(f"{field} says long, and the size is negative")
    if side is None and size > 0 and word not in _ONE_WAY:
        raise Garbled(f"{field} is neither long nor short: {quoted(row.get(field or ''))}")
    return side or (PositionSide.SHORT if size < 0 else PositionSide.LONG)


def profit_since(
    entry: Decimal | None, mark: Decimal | None, size: Decimal, side: PositionSide | None, market: Mapping[str, Any]
) -> Decimal | None:
    """The profit of so many contracts since a price, in their settlement currency. `market` is as ccxt lists it.

    None without one of the prices or the size of a contract.
    """
    contract = amount_or_unknown(market, "contractSize")
    if entry is None or mark is None or contract is None:
        return None
    held = EXACT.multiply(size.copy_abs(), contract)
    if market.get("inverse") is True:
        gain = EXACT.subtract(QUOTIENT.divide(held, entry), QUOTIENT.divide(held, mark))
    else:
        gain = EXACT.multiply(held, EXACT.subtract(mark, entry))
    return gain.copy_negate() if side is PositionSide.SHORT else gain


def price_or_unknown(row: Mapping[str, Any], *fields: str) -> Decimal | None:
    """The first positive number in these fields. Words ("--"), zero and negative numbers are unknown."""
    return next((value for field in fields if (value := amount_or_unknown(row, field)) is not None and value > 0), None)


def amount_or_unknown(row: Mapping[str, Any], *fields: str) -> Decimal | None:
    """The first number in these fields. Any other content is unknown."""
    for field in fields:
        try:
            value = amount(row, field)
        except Garbled:
            continue
        if value is not None:
            return value
    return None

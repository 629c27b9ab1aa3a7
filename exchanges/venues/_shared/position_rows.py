"""Position rows: what a venue reads from the exchange's own row of a position."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from domain.positions import PositionSide
from exchanges.connection.exact import Garbled, amount

_SIDES = {"long": PositionSide.LONG, "buy": PositionSide.LONG, "short": PositionSide.SHORT, "sell": PositionSide.SHORT}
_MODES = {"cross": "cross", "crossed": "cross", "isolated": "isolated", "fixed": "isolated"}


@dataclass(frozen=True, slots=True)
class PositionRow:
    """One position as the exchange's row states it. None: the row does not state it.

    `size` is in contracts, in the exchange's own count (in base units with `is_in_base`), and never negative.
    Profits are in the currency in which the contract settles. `open_profit` runs since the position was opened.
    `session_profit` is the part of it that the wallet balance does not hold yet, where an exchange settles by session
    (None: all of it). It is zero for an option whose market value stands in the wallet balance.
    `last_price` only converts amounts where no mark price is stated. A size of zero means a closed position.
    `position_id` tells several positions of one market and side apart.
    """

    size: Decimal
    side: PositionSide
    entry_price: Decimal | None = None
    mark_price: Decimal | None = None
    last_price: Decimal | None = None
    open_profit: Decimal | None = None
    session_profit: Decimal | None = None
    realised_profit: Decimal | None = None
    liquidation_price: Decimal | None = None
    leverage: Decimal | None = None
    margin_mode: str | None = None
    is_in_base: bool = False
    position_id: str | None = None


@dataclass(frozen=True, slots=True)
class PositionFields:
    """Which fields of a row hold what, by the exchange's documentation. The first field with a value counts.

    The sign of the size tells the side where `side` names neither. Only the size must be there: any other field that is
    odd or missing is unknown.
    """

    size: str
    side: str | None = None
    entry: tuple[str, ...] = ()
    mark: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    profit: tuple[str, ...] = ()
    realised: tuple[str, ...] = ()
    liquidation: tuple[str, ...] = ()
    leverage: tuple[str, ...] = ()
    mode: str | None = None
    modes: Mapping[str, str] | None = None

    def row_of(self, row: Mapping[str, Any], _unified: Mapping[str, Any] | None = None) -> PositionRow:
        """The row as declared. Raises Garbled where the size is missing."""
        size = amount(row, self.size)
        if size is None:
            raise Garbled(f"{self.size}: the size is missing")
        side = None if self.side is None else _SIDES.get(str(row.get(self.side)).strip().lower())
        return PositionRow(
            size=size.copy_abs(),
            side=side or (PositionSide.SHORT if size < 0 else PositionSide.LONG),
            entry_price=price_or_unknown(row, *self.entry),
            mark_price=price_or_unknown(row, *self.mark),
            last_price=price_or_unknown(row, *self.last),
            open_profit=amount_or_unknown(row, *self.profit),
            realised_profit=amount_or_unknown(row, *self.realised),
            liquidation_price=price_or_unknown(row, *self.liquidation),
            leverage=price_or_unknown(row, *self.leverage),
            margin_mode=None
            if self.mode is None
            else (self.modes or _MODES).get(str(row.get(self.mode)).strip().lower()),
        )


# (the exchange's own row, ccxt's unified position) -> the position. Raises Garbled.
PositionParser = Callable[[Mapping[str, Any], Mapping[str, Any]], PositionRow]


def price_or_unknown(row: Mapping[str, Any], *fields: str) -> Decimal | None:
    """The first positive number in these fields. Words ("--"), zero and negative numbers are unknown."""
    return next((value for field in fields if (value := amount_or_unknown(row, field)) is not None and value > 0), None)


def amount_or_unknown(row: Mapping[str, Any], *fields: str) -> Decimal | None:
    """The first number in these fields. A field that holds anything else is unknown."""
    for field in fields:
        try:
            value = amount(row, field)
        except Garbled:
            continue
        if value is not None:
            return value
    return None

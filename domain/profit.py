"""Profit: what each fill of a book gained, fees included, by average cost or first in first out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, localcontext
from typing import Any

from domain.cost_method import CostMethod
from domain.fills import Fill
from domain.lots import EXACT, ZERO, Lot, Lots, share_of
from domain.markets import MarketType, Side

_CONTRACTS = frozenset({MarketType.PERPETUAL, MarketType.FUTURE, MarketType.OPTION})


class OutOfOrder(ValueError):
    """A fill from before the last one that the book took, or that one again: the book has to be built anew."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one fill did to its book. Money in the book's quote currency; None is unknown, never zero (Lesson 13).

    The fee of a fill that opens becomes part of the cost, and that of a fill that closes is deducted from what it
    realises; a fill that closes and opens splits its fee by quantity. So a fill that only opens realises exactly zero.
    A fee that was taken in the coin itself is in the quantity already and is not deducted again.

    Of a fill that sold more than the book explains, `realised` is the profit of the explained part, None if there is
    none; `sold_unexplained` is the part whose profit nobody knows. A total over such fills is a part, and says so.
    """

    key: str  # of the fill
    realised: Decimal | None  # fees deducted, those of opening too
    realised_before_fees: Decimal | None  # comparable with what exchanges state; known where only a fee is unknown
    fee_value: Decimal | None  # the whole fee at the fill's time; negative for a rebate
    held_after: Decimal  # what the fills explain; negative for a short
    cost_after: Decimal | None  # what that cost in total, fees included; negative for a short: what it brought in
    sold_unexplained: Decimal  # never negative

    @property
    def is_whole(self) -> bool:
        """Whether `realised` is the profit of the whole fill."""
        return self.realised is not None and not self.sold_unexplained


@dataclass(frozen=True, slots=True)
class _Movement:
    """What a fill moves: quantity and cash are positive where they come in. `fee` is what is left to be deducted."""

    quantity: Decimal
    cash: Decimal
    fee: Decimal | None

    def split(self, quantity: Decimal) -> tuple["_Movement", "_Movement"]:
        """The part of this quantity, and the rest; together they are exactly this movement."""
        if quantity == self.quantity:
            return self, _Movement(ZERO, ZERO, ZERO)
        if not quantity:
            return _Movement(ZERO, ZERO, ZERO), self
        cash = share_of(self.cash, quantity, self.quantity)
        fee = rest = None
        if self.fee is not None:
            fee = share_of(self.fee, quantity, self.quantity)
            rest = self.fee - fee
        return _Movement(quantity, cash, fee), _Movement(self.quantity - quantity, self.cash - cash, rest)


class Book:
    """The running state of one book: one symbol in one account. USD, USDT and USDC books stay apart (Lesson 10).

    Fills are to be taken in the order of `in_order`. A book that does not allow shorts never holds less than nothing:
    selling what fills do not explain (a deposit, an older past) has an unknown profit and opens no short (Lesson 11).
    Inverse contracts gain in the coin, not in the quote currency: what they realise and cost stays unknown.
    """

    def __init__(
        self,
        method: CostMethod,
        allows_short: bool,
        lots: Iterable[Lot] = (),
        last: tuple[datetime, str] | None = None,
    ) -> None:
        self.method = method
        self.allows_short = allows_short
        self.last = last  # time and key of the last fill that was taken
        with localcontext(EXACT):
            self._lots = Lots(method is CostMethod.AVERAGE, lots)

    def take(self, fill: Fill, fee_rate: Decimal | None) -> Result:
        """Count one fill in. `fee_rate` is quote for one `fee_currency` at the fill's time, None if nobody knows it.

        It only matters for a fee in a third currency: one in base is valued at the fill's own price. Raises OutOfOrder.
        """
        if self.last is not None and (fill.at < self.last[0] or (fill.at, fill.key) == self.last):
            raise OutOfOrder(f"fill {fill.key} of {fill.at.isoformat()} does not follow {self.last[1]}")
        self.last = fill.at, fill.key
        with localcontext(EXACT):
            fee = _fee_value(fill, fee_rate)
            before, realised, unexplained = self._move(_movement(fill, fee))
            inverse = is_inverse(fill)
            return Result(
                key=fill.key,
                realised=None if inverse else realised,
                realised_before_fees=None if inverse else before,
                fee_value=fee,
                held_after=self._lots.quantity,
                cost_after=None if inverse else self._lots.cost,
                sold_unexplained=min(unexplained, fill.amount),
            )

    def _move(self, movement: _Movement) -> tuple[Decimal | None, Decimal | None, Decimal]:
        """What was realised before fees and after them, and how much was sold that nothing explains."""
        closing, opening = movement.split(_closed(self._lots.quantity, movement.quantity))
        taken = self._lots.take(-closing.quantity)
        before = closing.cash - taken.cost
        realised = None
        if closing.fee is not None and taken.fees is not None:
            realised = before - closing.fee - taken.fees
        if opening.quantity < 0 and not self.allows_short:
            explained = bool(closing.quantity)
            return before if explained else None, realised if explained else None, -opening.quantity
        if opening.quantity:
            self._lots.add(Lot(opening.quantity, -opening.cash, opening.fee))
        return before, realised, ZERO

    def state(self) -> Mapping[str, Any]:
        """All of it, for JSON: a long past need not be counted again."""
        return {
            "method": self.method.value,
            "allows_short": self.allows_short,
            "last": None if self.last is None else [self.last[0].isoformat(), self.last[1]],
            "lots": [
                [str(lot.quantity), str(lot.cost), None if lot.fees is None else str(lot.fees)] for lot in self._lots
            ],
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> "Book":
        """The book that `state` was taken of."""
        last = state["last"]
        return cls(
            CostMethod(state["method"]),
            state["allows_short"],
            (Lot(Decimal(q), Decimal(c), None if f is None else Decimal(f)) for q, c, f in state["lots"]),
            None if last is None else (datetime.fromisoformat(last[0]), last[1]),
        )


def in_order(fills: Iterable[Fill]) -> list[Fill]:
    """Fills as a book takes them: by time, and by the characters of their keys where times are equal."""
    return sorted(fills, key=lambda fill: (fill.at, fill.key))


def results_of(
    fills: Iterable[Fill],
    method: CostMethod,
    fee_rates: Mapping[str, Decimal | None],
    allows_short: bool | None = None,
) -> tuple[Result, ...]:
    """What each fill of one book did, in order. `fee_rates` are by fill key, as Book.take wants them.

    Whether the book may go short follows from its market where it is not said.
    """
    ordered = in_order(fills)
    if allows_short is None:
        allows_short = bool(ordered) and may_go_short(ordered[0])
    book = Book(method, allows_short)
    return tuple(book.take(fill, fee_rates.get(fill.key)) for fill in ordered)


def may_go_short(fill: Fill) -> bool:
    """Whether the book of a fill may hold less than nothing: contracts and margin may, spot may not."""
    return is_contract(fill) or fill.market_type is MarketType.MARGIN


def is_contract(fill: Fill) -> bool:
    """Whether a contract was traded rather than the coin; unified symbols name its settlement after a colon."""
    return fill.market_type in _CONTRACTS or (fill.market_type is MarketType.UNKNOWN and ":" in fill.symbol)


def is_inverse(fill: Fill) -> bool:
    """Whether a contract is settled in the coin that it is about."""
    settled = fill.symbol.partition(":")[2].partition("-")[0]
    return is_contract(fill) and bool(settled) and settled == fill.base


def _closed(held: Decimal, quantity: Decimal) -> Decimal:
    """The part of a movement that reduces what is held, signed like the movement; all of one that moves nothing."""
    if held * quantity >= 0:
        return ZERO
    return quantity if abs(quantity) <= abs(held) else -held


def _fee_value(fill: Fill, fee_rate: Decimal | None) -> Decimal | None:
    """The fee in the quote currency at the fill's time; negative for a rebate (Lesson 14)."""
    if fill.fee is None or not fill.fee:
        return fill.fee
    if fill.fee_currency is None:
        return None
    if fill.fee_currency == fill.quote:
        return fill.fee
    if fill.fee_currency == fill.base:
        return fill.fee * fill.price
    return None if fee_rate is None else fill.fee * fee_rate


def _movement(fill: Fill, fee_value: Decimal | None) -> _Movement:
    """What a fill moves. A fee in the coin itself is in the quantity: less is bought, more leaves; no cash for it."""
    sign = 1 if fill.side is Side.BUY else -1
    quantity, fee = sign * fill.amount, fee_value
    in_coin = fill.fee_currency is not None and fill.fee_currency == fill.base and not is_contract(fill)
    if fill.fee is not None and in_coin:
        quantity, fee = quantity - fill.fee, ZERO
    return _Movement(quantity, -sign * fill.value, fee)

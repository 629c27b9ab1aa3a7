"""Profit: what each fill of a book gained, fees included, by average cost or first in first out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, localcontext
from types import MappingProxyType
from typing import Any

from domain.cost_method import CostMethod
from domain.fills import Fill
from domain.lots import EXACT, ZERO, Lot, Lots, share_of
from domain.markets import Side
from domain.movements import Movement, fee_value_of, is_gain_computable, is_inverse, movement_of
from domain.positions import PositionSide


class OutOfOrder(ValueError):
    """A fill from before the last one that the book took, or that one again: the book has to be built anew."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one fill did to its book. None is unknown, never zero.

    Money is in the quote currency, and of inverse contracts in their coin.

    The fee of a fill that opens becomes part of the cost, and that of a fill that closes is deducted from what it
    realises; a fill that closes and opens splits its fee by quantity. So a fill that only opens realises exactly zero.
    A fee that was taken in the coin itself is in the quantity already and is not deducted again.

    Of a fill that closed more than the book explains, `realised` is the profit of the explained part, None if there is
    none; `sold_unexplained` is the part whose profit nobody knows. A total over such fills is a part, and says so.

    Quantities are in the base asset; what an inverse book holds is in the quote currency, which its contracts are of.
    In hedge mode it is what the side of the fill holds.
    """

    key: str  # of the fill
    realised: Decimal | None  # fees deducted, those of opening too
    realised_before_fees: Decimal | None  # comparable with what exchanges state; known where only a fee is unknown
    fee_value: Decimal | None  # the whole fee at the fill's time; negative for a rebate
    held_after: Decimal  # what the fills explain; negative for a short
    cost_after: Decimal | None  # what that cost in total, fees included; negative for a short: what it brought in
    sold_unexplained: Decimal  # never negative

    @property
    def is_complete(self) -> bool:
        """Whether `realised` is the profit of the whole fill."""
        return self.realised is not None and not self.sold_unexplained


class Book:
    """The running state of one book: one symbol in one account. USD, USDT and USDC books stay apart.

    Fills are to be taken in the order of `in_order`. A book that does not allow shorts never holds less than nothing:
    selling what fills do not explain (a deposit, an older past) has an unknown profit and opens no short.

    In hedge mode it is a long and a short book side by side, and each fill moves the one it names: a sale of the long
    one closes it and never opens a short. Where an account is known to hold both (`is_hedged`) and a fill names none,
    it is told by whether the fill closed. A fill that tells neither, or not how many contracts of which size, makes the
    book blind: from there on nobody knows what it holds, and every profit is unknown.

    An inverse book holds quote currency, and its cash is the coin, which comes in when the book goes long. So what it
    gains, N x (1/entry - 1/exit), adds up as all gains do, and the average entry is the harmonic mean. The coin of a
    fill is its amount: N / price, as the adapter rounded it. From there on nothing is lost.
    """

    def __init__(
        self,
        method: CostMethod,
        allows_short: bool,
        lots: Iterable[Lot] = (),
        last: tuple[datetime, str] | None = None,
        sides: Mapping[PositionSide, Iterable[Lot]] = MappingProxyType({}),
        is_hedged: bool = False,
        is_blind: bool = False,
    ) -> None:
        self.method = method
        self.allows_short = allows_short
        self.is_hedged = is_hedged
        self.is_blind = is_blind
        self.last = last  # time and key of the last fill that was taken
        with localcontext(EXACT):
            pooled = method is CostMethod.AVERAGE
            self._net = Lots(pooled, lots)
            self._sides = {side: Lots(pooled, sides.get(side, ())) for side in PositionSide}

    def apply(self, fill: Fill, fee_rate: Decimal | None) -> Result:
        """Count one fill in. `fee_rate` is quote for one `fee_currency` at the fill's time, None if nobody knows it.

        It only matters for a fee in a third currency: one in base is valued at the fill's own price. Raises OutOfOrder.
        """
        if self.last is not None and (fill.at < self.last[0] or (fill.at, fill.key) == self.last):
            raise OutOfOrder(f"fill {fill.key} of {fill.at.isoformat()} does not follow {self.last[1]}")
        self.last = fill.at, fill.key
        with localcontext(EXACT):
            fee, side = fee_value_of(fill, fee_rate), self._side_of(fill)
            lots = self._net if side is None else self._sides[side]
            movement = movement_of(fill, fee)
            before, realised, unexplained = self._move(movement, lots, side)
            self.is_blind |= not is_gain_computable(fill) or (side is None and self.is_hedged)
            return Result(
                key=fill.key,
                realised=None if self.is_blind else realised,
                realised_before_fees=None if self.is_blind else before,
                fee_value=fee,
                held_after=lots.quantity,
                cost_after=None if self.is_blind else lots.cost,
                sold_unexplained=ZERO if self.is_blind else _in_base(unexplained, movement, fill),
            )

    def _side_of(self, fill: Fill) -> PositionSide | None:
        """Which of two positions a fill moved; one that opened or closed tells it of an account that holds both."""
        if fill.position_side is not None or fill.closes is None or not self.is_hedged:
            return fill.position_side
        return PositionSide.LONG if (fill.side is Side.BUY) is not fill.closes else PositionSide.SHORT

    def _move(
        self, movement: Movement, lots: Lots, side: PositionSide | None
    ) -> tuple[Decimal | None, Decimal | None, Decimal]:
        """What was realised before fees and after them, and how much was closed that nothing explains."""
        closing, opening = movement.split(_closed(lots.quantity, movement.quantity))
        taken = lots.take(-closing.quantity)
        before = closing.cash - taken.cost
        realised = None
        if closing.fee is not None and taken.fees is not None:
            realised = before - closing.fee - taken.fees
        if opening.quantity and not self._may_open(opening.quantity, side):
            explained = bool(closing.quantity)
            return before if explained else None, realised if explained else None, abs(opening.quantity)
        if opening.quantity:
            lots.add(Lot(opening.quantity, -opening.cash, opening.fee))
        return before, realised, ZERO

    def _may_open(self, quantity: Decimal, side: PositionSide | None) -> bool:
        if side is None:
            return quantity > 0 or self.allows_short
        return (quantity > 0) is (side is PositionSide.LONG)

    def state(self) -> Mapping[str, Any]:
        """All of it, for JSON: a long past need not be counted again."""
        return {
            "method": self.method.value,
            "allows_short": self.allows_short,
            "is_hedged": self.is_hedged,
            "is_blind": self.is_blind,
            "last": None if self.last is None else [self.last[0].isoformat(), self.last[1]],
            "lots": _told(self._net),
            "sides": {side.value: _told(lots) for side, lots in self._sides.items() if lots.quantity},
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> "Book":
        """The book that `state` was taken of."""
        last = state["last"]
        return cls(
            CostMethod(state["method"]),
            state["allows_short"],
            _lots_in(state["lots"]),
            None if last is None else (datetime.fromisoformat(last[0]), last[1]),
            {PositionSide(side): _lots_in(lots) for side, lots in state.get("sides", {}).items()},
            is_hedged=state.get("is_hedged", False),
            is_blind=state.get("is_blind", False),
        )


def _told(lots: Lots) -> list[list[str | None]]:
    return [[str(lot.quantity), str(lot.cost), None if lot.fees is None else str(lot.fees)] for lot in lots]


def _lots_in(told: Iterable[Any]) -> list[Lot]:
    return [Lot(Decimal(q), Decimal(c), None if f is None else Decimal(f)) for q, c, f in told]


def in_order(fills: Iterable[Fill]) -> list[Fill]:
    """Fills as a book takes them: by time, and by the characters of their keys where times are equal."""
    return sorted(fills, key=lambda fill: (fill.at, fill.key))


def _closed(held: Decimal, quantity: Decimal) -> Decimal:
    """The part of a movement that reduces what is held, signed like the movement; all of one that moves nothing."""
    if held * quantity >= 0:
        return ZERO
    return quantity if abs(quantity) <= abs(held) else -held


def _in_base(quantity: Decimal, movement: Movement, fill: Fill) -> Decimal:
    """A part of what a fill moved, in units of the base asset; no more than its amount."""
    if is_inverse(fill) and quantity:
        return share_of(fill.amount, quantity, abs(movement.quantity))
    return min(quantity, fill.amount)

"""Profit: the realised profit of each fill of a book, fees included, by average cost or first in, first out."""

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
from domain.movements import Movement, closes_position, fee_value_of, is_gain_computable, is_inverse, movement_of
from domain.positions import PositionSide


class OutOfOrder(ValueError):
    """The fill is older than the last applied one, or is that one again. The book must be rebuilt."""


@dataclass(frozen=True, slots=True)
class Result:
    """The effect of one fill on its book. None is unknown, never zero.

    Money is in the quote currency. Money of an inverse contract is in its coin.

    The fee of an opening fill is added to the cost. The fee of a closing fill is deducted from its profit. A fill that
    closes and opens splits its fee by quantity. So a fill that only opens realises exactly zero. A fee taken in the
    coin itself is in the quantity already and is not deducted again.

    If a fill closes more than the book holds, `realised` is the profit of the part that it holds, None if it holds
    nothing. `sold_unexplained` is the quantity of unknown profit. A total over such fills is incomplete.

    Quantities are in the base asset. `held_after` of an inverse book is in the quote currency, like its contracts. In
    hedge mode it is the quantity of the side that the fill moved.
    """

    key: str  # of the fill
    realised: Decimal | None  # less the fees of opening and closing
    realised_before_fees: Decimal | None  # comparable with the exchange's figure, known even if a fee is not
    fee_value: Decimal | None  # the whole fee at the time of the fill, negative for a rebate
    held_after: Decimal  # the quantity by fills, negative for a short
    cost_after: Decimal | None  # its total cost, fees included, negative for a short (its proceeds)
    sold_unexplained: Decimal  # never negative

    @property
    def is_complete(self) -> bool:
        """True if `realised` is the profit of the entire fill."""
        return self.realised is not None and not self.sold_unexplained


class Book:
    """The running state of one book: one symbol in one account. USD, USDT and USDC have separate books.

    Apply fills in the order of `in_order`. A book that does not allow shorts never goes below zero. Selling coins that
    no fill explains (a deposit, or bought before the first known fill) has an unknown profit and opens no short.

    In hedge mode the book has a long and a short side, and each fill moves the side that it names. A sale on the long
    side closes it and never opens a short. If the account is known to hold both sides (`is_hedged`) and a fill names
    none, its `closes` decides. A fill without side and `closes`, or without the number and size of its contracts, makes
    the book *blind*: from then on its holding and every profit are unknown.

    An inverse book holds quote currency, and its cash is the coin, received when the book goes long. So its gain,
    N * (1/entry - 1/exit), adds up like any other, and its average entry is the harmonic mean. The coins of a fill are
    its `amount`, N / price as the adapter rounded it. The book itself rounds nothing.
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
        counts_from_settlement: bool = False,
    ) -> None:
        self.method = method
        self.allows_short = allows_short
        self.is_hedged = is_hedged
        self.is_blind = is_blind
        self.counts_from_settlement = counts_from_settlement  # the stated profits
        self.last = last  # time and key of the last applied fill
        with localcontext(EXACT):
            pooled = method is CostMethod.AVERAGE
            self._net = Lots(pooled, lots)
            self._sides = {side: Lots(pooled, sides.get(side, ())) for side in PositionSide}

    def apply(self, fill: Fill, fee_rate: Decimal | None) -> Result:
        """Count one fill. `fee_rate` is units of the quote for one `fee_currency` at the fill's time, None if unknown.

        It is used for a fee in a third currency only. A fee in the base asset is valued at the fill's own price. Raises
        OutOfOrder.
        """
        if self.last is not None and (fill.at < self.last[0] or (fill.at, fill.key) == self.last):
            raise OutOfOrder(f"fill {fill.key} of {fill.at.isoformat()} does not follow {self.last[1]}")
        self.last = fill.at, fill.key
        with localcontext(EXACT):
            fee, side = fee_value_of(fill, fee_rate), self._side_of(fill)
            lots = self._net if side is None else self._sides[side]
            movement = movement_of(fill, fee)
            before, realised, unexplained = self._move(fill, movement, lots, side)
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
        """The side that a fill moved, as stated, else by `closes` if the account holds both sides. None: no side."""
        if fill.position_side is not None or fill.closes is None or not self.is_hedged:
            return fill.position_side
        return PositionSide.LONG if (fill.side is Side.BUY) is not fill.closes else PositionSide.SHORT

    def _move(
        self, fill: Fill, movement: Movement, lots: Lots, side: PositionSide | None
    ) -> tuple[Decimal | None, Decimal | None, Decimal]:
        """Returns the profit before fees, the profit after fees, and the quantity closed beyond the book's holding.

        A fill that closes more than the book holds is from before its first fill: it opens nothing. The profit that the
        exchange states for it then counts. One since the last settlement is only a part of it, so it does not.
        """
        closing, opening = movement.split(_closed(lots.quantity, movement.quantity))
        taken = lots.take(-closing.quantity)
        before = closing.cash - taken.cost
        realised = None
        if closing.fee is not None and taken.fees is not None:
            realised = before - closing.fee - taken.fees
        stated = None if self.counts_from_settlement else fill.realised_pnl
        if opening.quantity and closes_position(fill) and stated is not None:
            fees = None if movement.fee is None or taken.fees is None else movement.fee + taken.fees
            return stated, None if fees is None else stated - fees, ZERO
        if opening.quantity and (closes_position(fill) or not self._may_open(opening.quantity, side)):
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
        """The state as JSON values, so that old fills need not be counted again."""
        return {
            "method": self.method.value,
            "allows_short": self.allows_short,
            "is_hedged": self.is_hedged,
            "is_blind": self.is_blind,
            "counts_from_settlement": self.counts_from_settlement,
            "last": None if self.last is None else [self.last[0].isoformat(), self.last[1]],
            "lots": _json_of(self._net),
            "sides": {side.value: _json_of(lots) for side, lots in self._sides.items() if lots.quantity},
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> "Book":
        """Restore a book from `state`."""
        last = state["last"]
        return cls(
            CostMethod(state["method"]),
            state["allows_short"],
            _lots_in(state["lots"]),
            None if last is None else (datetime.fromisoformat(last[0]), last[1]),
            {PositionSide(side): _lots_in(lots) for side, lots in state.get("sides", {}).items()},
            is_hedged=state.get("is_hedged", False),
            is_blind=state.get("is_blind", False),
            counts_from_settlement=state.get("counts_from_settlement", False),
        )


def _json_of(lots: Lots) -> list[list[str | None]]:
    return [[str(lot.quantity), str(lot.cost), None if lot.fees is None else str(lot.fees)] for lot in lots]


def _lots_in(rows: Iterable[Any]) -> list[Lot]:
    return [Lot(Decimal(q), Decimal(c), None if f is None else Decimal(f)) for q, c, f in rows]


def in_order(fills: Iterable[Fill]) -> list[Fill]:
    """Fills in the order for Book.apply: by time, then by id. Ids count as numbers: 999 before 1000."""
    return sorted(fills, key=lambda fill: (fill.at, len(fill.key), fill.key))


def _closed(held: Decimal, quantity: Decimal) -> Decimal:
    """The part of `quantity` that reduces the holding, with the sign of `quantity`."""
    if held * quantity >= 0:
        return ZERO
    return quantity if abs(quantity) <= abs(held) else -held


def _in_base(quantity: Decimal, movement: Movement, fill: Fill) -> Decimal:
    """A quantity of a fill's movement in units of the base asset, at most the fill's amount."""
    if is_inverse(fill) and quantity:
        return share_of(fill.amount, quantity, abs(movement.quantity))
    return min(quantity, fill.amount)

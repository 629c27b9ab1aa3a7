"""Coin books: what one account gained with each coin, over all its markets, fees and transfers, in the base currency.

Everything that moves a coin is an event of that coin: it came in or left, at its value of that moment. So one book
holds a coin whatever it was bought with. Paying with a coin disposes of it:

    1 BTC bought for 1,000 USD                BTC  +1   value 1,000
    10 ETH bought for 0.5 BTC worth 2,000     ETH  +10  value 2,000      BTC  -0.5  value 2,000: gained 1,500

Money (fiat currencies and coins pegged to them) and the base currency itself have no book: they are carried at the
value of the day. Values never change afterwards, so neither does what was gained.

An event whose coins nobody can explain (sold, but never seen coming in) has an unknown gain for that part, never zero.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, localcontext
from enum import StrEnum
from typing import Any

from domain.coin_lots import CoinLot, CoinLots, LotMethod, lots_in, newest_of, rows_of
from domain.lots import EXACT, ZERO, exact, share_of

# A difference of this share of what is held is rounding, by the exchange or by us: it closes a lot.
DUST = Decimal("1e-12")


class Role(StrEnum):
    """Why a coin came in or left."""

    TRADED = "traded"  # it was bought or sold
    PAID = "paid"  # another coin was bought with it, or sold for it
    FEE = "fee"
    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"
    INCOME = "income"  # interest, rebates, funding, or what a contract gained: negative was paid
    # These two move no coin. They carry the gain of a fill of contracts, and the zero of a trade of money for money.
    CONTRACT = "contract"
    MONEY = "money"


# Marks a state whose lots have the days of their costs.
DATED = "dated"
# Lots come in and leave by these without a gain.
_MOVES_LOTS = frozenset({Role.DEPOSIT, Role.WITHDRAWAL})
_SALES = frozenset({Role.TRADED, Role.PAID})


@dataclass(frozen=True, slots=True)
class CoinEvent:
    """One coin came in (positive quantity) or left (negative), at `value` in the base currency of that moment.

    `value` is never negative, and None is unknown. `fees` are what was paid beside it in other assets: a part of the
    cost of what comes in, deducted from what leaves. `lots` are those that a deposit brings along from another account.
    With `may_open_short` more may leave than is held (margin).
    """

    key: str
    coin: str
    at: datetime
    role: Role
    quantity: Decimal
    value: Decimal | None
    fees: Decimal | None = ZERO
    may_open_short: bool = False
    lots: tuple[CoinLot, ...] = ()
    is_assumed: bool = False  # the value rests on a dollar coin that counted as one dollar

    def with_lots(self, lots: tuple[CoinLot, ...]) -> "CoinEvent":
        """This event, bringing these lots along."""
        return replace(self, lots=lots) if lots else self


@dataclass(frozen=True, slots=True)
class Closed:
    """A part of a lot that an event closed, in the base currency. None is unknown."""

    quantity: Decimal  # signed like the lot: negative for a short that was bought back
    acquired_at: datetime | None
    cost: Decimal | None  # fees of opening included
    proceeds: Decimal | None  # fees of closing deducted

    @property
    def gain(self) -> Decimal | None:
        """The gain of closing it, all fees deducted."""
        return None if self.proceeds is None or self.cost is None else self.proceeds - self.cost


@dataclass(frozen=True, slots=True)
class CoinResult:
    """The effect of one event on the book of its coin. Money in the base currency. None is unknown, never zero.

    `realised` is of the lots whose gain is known, None if that is none. `unexplained` is the quantity that was closed
    at an unknown gain. If all of it lacks only a fee, `realised` is None and `unexplained` zero. Lots that a withdrawal
    took out stand in `moved`.
    """

    event: CoinEvent
    realised: Decimal | None  # fees deducted, those of opening too
    realised_before_fees: Decimal | None
    unexplained: Decimal  # never negative
    quantity_after: Decimal
    known_after: Decimal  # how much of it has a known cost
    cost_after: Decimal | None  # of that part, fees included
    cost_before_fees_after: Decimal = ZERO  # of that part, fees apart
    closed: tuple[Closed, ...] = ()
    moved: tuple[CoinLot, ...] = ()


class CoinBook:
    """The running book of one coin in one account. Events are to be applied in the order of their time."""

    def __init__(self, method: LotMethod, lots: Iterable[CoinLot] = ()) -> None:
        self._method = method
        with localcontext(EXACT):
            self._lots = CoinLots(method, lots)

    @property
    def lots(self) -> Sequence[CoinLot]:
        """The present holding."""
        return tuple(self._lots)

    @property
    def dated(self) -> Sequence[CoinLot]:
        """The present holding, with the days of its costs."""
        with localcontext(EXACT):
            return tuple(self._lots.dated)

    def apply(self, event: CoinEvent, unit: Decimal | None = None) -> CoinResult:
        """Count one event in. `unit` is the smallest quantity of the coin that can be sold, where that is known."""
        with exact():
            closing = self._closing(event, unit)
            taken = self._lots.take(-closing, dated=event.role is Role.WITHDRAWAL) if closing else []
            opening = event.quantity - closing
            if event.role in _MOVES_LOTS:
                return self._moved(event, taken, opening)
            if closing and _is_dust(abs(opening), closing, event, unit):
                closing, opening = event.quantity, ZERO  # rounding: the event closed all
            unexplained = ZERO
            if opening and (opening > 0 or event.may_open_short):
                self._open(event, opening)
            elif opening:
                unexplained = -opening
            return self._result(event, closing, taken, unexplained)

    def _closing(self, event: CoinEvent, unit: Decimal | None) -> Decimal:
        """The part of a movement that closes the held quantity, signed like the movement. All, if only dust stays."""
        held, quantity = self._lots.quantity, event.quantity
        if held * quantity >= 0:
            return ZERO
        return -held if _is_dust(abs(held) - abs(quantity), held, event, unit) else quantity

    def _open(self, event: CoinEvent, quantity: Decimal) -> None:
        """Add a lot of known or unknown cost."""
        value = None if event.value is None else share_of(event.value, quantity, event.quantity)
        fees = None if event.fees is None else share_of(event.fees, quantity, event.quantity)
        cost = value if value is None or quantity > 0 else -value
        self._lots.add(CoinLot(quantity, cost, fees, event.at))

    def _moved(self, event: CoinEvent, taken: list[CoinLot], rest: Decimal) -> CoinResult:
        """A transfer: lots change their place, and nothing is gained. A short that it pays back has an unknown gain."""
        if event.quantity > 0:
            for lot in _incoming(event, rest):
                self._lots.add(lot)
            unexplained = abs(_quantity(taken))
            realised = None if taken else ZERO
            return self._state(event, realised, realised, unexplained)
        is_more = rest < 0 and not _is_dust(-rest, event.quantity, event, None)
        unknown = [CoinLot(-rest, None, None)] if is_more else []
        return self._state(event, ZERO, ZERO, ZERO, moved=(*taken, *unknown))

    def _result(self, event: CoinEvent, closing: Decimal, taken: Sequence[CoinLot], unexplained: Decimal) -> CoinResult:
        """The gain of closing these lots. `unexplained` left beyond the held quantity."""
        if not closing:
            nothing = None if unexplained else ZERO
            return self._state(event, nothing, nothing, unexplained)
        total = _quantity(taken)
        value = None if event.value is None else _share(event.value, closing, event)
        fees = None if event.fees is None else _share(event.fees, closing, event)
        cash = [None if value is None else _cash(value, lot, total) for lot in taken]
        closed = [_closed(lot, came_in, fees, total) for lot, came_in in zip(taken, cash, strict=True)]
        of_known_cost = [row for row in zip(taken, cash, closed, strict=True) if row[0].cost is not None]
        unexplained += sum((abs(lot.quantity) for lot in taken if lot.cost is None), ZERO)
        if event.value is None or not of_known_cost:
            unexplained += sum((abs(lot.quantity) for lot, _, _ in of_known_cost), ZERO)
            return self._state(event, None, None, unexplained, closed=tuple(closed))
        before = sum(((came_in or ZERO) - (lot.cost or ZERO) for lot, came_in, _ in of_known_cost), ZERO)
        gains = [closed_lot.gain for _, _, closed_lot in of_known_cost if closed_lot.gain is not None]
        if not gains:
            return self._state(event, None, before, unexplained, closed=tuple(closed))
        # A lot with an unknown fee of opening keeps no other lot's gain from being counted.
        unexplained += sum((abs(lot.quantity) for lot, _, closed_lot in of_known_cost if closed_lot.gain is None), ZERO)
        return self._state(event, sum(gains, ZERO), before, unexplained, closed=tuple(closed))

    def _state(
        self,
        event: CoinEvent,
        realised: Decimal | None,
        before_fees: Decimal | None,
        unexplained: Decimal,
        closed: tuple[Closed, ...] = (),
        moved: tuple[CoinLot, ...] = (),
    ) -> CoinResult:
        lots = self._lots
        return CoinResult(
            event,
            realised,
            before_fees,
            unexplained,
            quantity_after=lots.quantity,
            known_after=lots.known_quantity,
            cost_after=lots.cost,
            cost_before_fees_after=lots.cost_before_fees,
            closed=closed,
            moved=moved,
        )

    def state(self) -> Mapping[str, Any]:
        """All of it, for JSON."""
        return {"method": self._method.value, "lots": rows_of(self.dated), DATED: True}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> "CoinBook":
        """The book that `state` was taken of."""
        return cls(LotMethod(state["method"]), lots_in(state["lots"]))


def _is_dust(rest: Decimal, total: Decimal, event: CoinEvent, unit: Decimal | None) -> bool:
    """True if a rest of a quantity is rounding, or too small to be sold after a sale of at least one unit.

    A fee or a withdrawal may use what cannot be sold, so it leaves such a rest where it is.
    """
    if rest <= abs(total) * DUST:
        return True
    return unit is not None and event.role in _SALES and abs(event.quantity) >= unit > rest


def _incoming(event: CoinEvent, quantity: Decimal) -> Iterable[CoinLot]:
    """The lots that a deposit adds: the newest of those it brings along, and one of unknown cost for the rest."""
    lots = newest_of(event.lots, quantity)
    return (*lots, CoinLot(quantity - _quantity(lots), None, None)) if quantity > 0 else ()


def _cash(value: Decimal, lot: CoinLot, quantity: Decimal) -> Decimal:
    """The part of a value, for all of a quantity, that belongs to a lot: positive where it came in."""
    share = share_of(value, lot.quantity, quantity)
    return share if lot.quantity > 0 else -share


def _closed(lot: CoinLot, cash: Decimal | None, fees: Decimal | None, quantity: Decimal) -> Closed:
    """A lot that was closed. `fees` are those of the whole `quantity` that was closed."""
    cost = None if lot.cost is None or lot.fees is None else lot.cost + lot.fees
    proceeds = None if cash is None or fees is None else cash - share_of(fees, lot.quantity, quantity)
    return Closed(lot.quantity, lot.acquired_at, cost, proceeds)


def _share(total: Decimal, quantity: Decimal, event: CoinEvent) -> Decimal:
    return share_of(total, quantity, event.quantity)


def _quantity(lots: Iterable[CoinLot]) -> Decimal:
    return sum((lot.quantity for lot in lots), ZERO)

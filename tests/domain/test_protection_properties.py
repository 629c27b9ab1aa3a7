"""Protection against a model without roles, which tries a move against the position in every possible world."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.markets import Side
from domain.order_groups import merge_duplicates
from domain.orders import Contingency, Order, OrderKind
from domain.positions import PositionSide
from domain.protection import ProtectionState, protection_of, protection_of_positions
from tests.factories import balance, position, snapshot, stop

CONTRACT = "BTC/USD:USD"
RISE, FALL = "rise", "fall"
KINDS = {
    (Side.SELL, FALL): OrderKind.STOP,
    (Side.SELL, RISE): OrderKind.TAKE_PROFIT,
    (Side.BUY, RISE): OrderKind.STOP,
    (Side.BUY, FALL): OrderKind.TAKE_PROFIT,
}
TRIGGERS = {RISE: "72000", FALL: "55000"}


@dataclass(frozen=True)
class Waiting:
    """An order as a trader would describe it. None: the exchange does not state it. `size` is in tenths."""

    side: Side
    waits_for: str | None  # a rise or a fall
    trails: bool
    is_active: bool | None
    size: int | None
    closes: Fraction | None  # a fraction of the position, in place of a size
    of_position: PositionSide | None
    may_open: bool | None
    is_leg: bool  # of one OCO

    def order(self, key: str, symbol: str) -> Order:
        kind = KINDS[self.side, self.waits_for or FALL]
        values: dict[str, Any] = {
            "side": self.side,
            "kind": OrderKind.TRAILING_STOP if self.trails else kind,
            "symbol": symbol,
            "position_side": self.of_position,
            "reduce_only": None if self.may_open is None else not self.may_open,
        }
        if self.is_leg:
            values |= {"group_id": "g", "contingency": Contingency.OCO}
        if self.trails:
            values |= {"activation_price": Decimal(66000), "is_active": self.is_active}
        elif self.waits_for is None:
            values["trigger_direction"] = None
        size = None if self.closes is not None or self.size is None else Decimal(self.size) / 10
        fraction = None if self.closes is None else Decimal(self.closes.numerator) / Decimal(self.closes.denominator)
        order = stop(key, TRIGGERS[self.waits_for or FALL], **values)
        return replace(order, amount=size, remaining=size, close_fraction=fraction)


def orders(sides: list[Side], positions: list[PositionSide | None]) -> st.SearchStrategy[list[Waiting]]:
    order = st.builds(
        Waiting,
        side=st.sampled_from(sides),
        waits_for=st.sampled_from([RISE, FALL, RISE, FALL, None]),
        trails=st.sampled_from([False, False, True]),
        is_active=st.sampled_from([True, True, False, None]),
        size=st.sampled_from([0, 1, 2, 3, 4, 10, None]),
        closes=st.sampled_from([None, None, None, Fraction(1, 4), Fraction(1)]),
        of_position=st.sampled_from(positions),
        may_open=st.sampled_from([True, False, None]),
        is_leg=st.booleans(),
    )
    return st.lists(order, max_size=4)


def worlds(order: Waiting, adverse: str) -> Iterator[tuple[bool, Fraction]]:
    """The shares that the order may close when the market turns, over all values of its unknown properties."""
    if order.trails:
        acts = [order.is_active] if order.is_active is not None else [True, False]
    else:
        acts = [order.waits_for == adverse] if order.waits_for is not None else [True, False]
    opens = order.may_open is None and order.closes is None and not order.is_leg
    if order.side is Side.BUY and order.of_position is None and opens:
        acts = [*acts, False]  # it may be about another position, which it opens
    if order.closes is not None:
        sizes = [order.closes]
    else:
        sizes = [Fraction(order.size, 10)] if order.size is not None else [Fraction(0), Fraction(1)]
    yield from product(acts, sizes)


def covered(listed: list[Waiting], closing: Side, held: PositionSide, adverse: str) -> set[Fraction]:
    """The share closed when the market turns, in each possible world."""
    about = [o for o in listed if o.side is closing and o.of_position in (None, held)]
    shares = set()
    for world in product(*(worlds(order, adverse) for order in about)):
        alone, legs = Fraction(0), [Fraction(0)]
        for order, (acts, size) in zip(about, world, strict=True):
            if acts and order.is_leg:
                legs.append(size)
            elif acts:
                alone += size
        shares.add(min(alone + max(legs), Fraction(1)))
    return shares


def agrees(state: ProtectionState, share: Decimal | None, possible: set[Fraction]) -> bool:
    if len(possible) > 1:
        return (state, share) == (ProtectionState.UNKNOWN, None)
    (exact,) = possible
    words = {0: ProtectionState.UNPROTECTED, 1: ProtectionState.PROTECTED}
    return state is words.get(int(exact) if exact in (0, 1) else -1, ProtectionState.PARTLY) and share == exact


@settings(max_examples=600)
@given(st.sampled_from(list(PositionSide)), orders(list(Side), [None, *PositionSide]))
def test_a_position_is_covered_by_orders_that_close_it_when_the_market_turns_against_it(held, listed):
    contract = position(CONTRACT, "1", side=held)
    waiting = merge_duplicates(order.order(str(n), CONTRACT) for n, order in enumerate(listed))
    (shown,) = protection_of_positions(snapshot(positions=[contract], orders=waiting)).values()
    closing, adverse = (Side.SELL, FALL) if held is PositionSide.LONG else (Side.BUY, RISE)
    assert agrees(shown.state, shown.share, covered(listed, closing, held, adverse))


@settings(max_examples=300)
@given(orders(list(Side), [None]))
def test_a_coin_is_covered_by_orders_that_sell_it_when_its_price_falls(listed):
    waiting = merge_duplicates(order.order(str(n), "BTC/USD") for n, order in enumerate(listed))
    shown = protection_of(snapshot(balances=[balance("BTC", "1")], orders=waiting))["BTC"]
    assert agrees(shown.state, shown.share, covered(listed, Side.SELL, PositionSide.LONG, FALL))

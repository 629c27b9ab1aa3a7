"""Inferred groups: brackets on exchanges that do not state groups. They are always marked as inferred."""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from domain.markets import Side
from domain.orders import INFERRED_GROUP, Contingency, Order, OrderKind, order_with

# Bots and order forms place the orders of a bracket directly one after the other.
PLACED_WITHIN = timedelta(seconds=5)
_TAKE_PROFITS = frozenset({OrderKind.TAKE_PROFIT, OrderKind.TAKE_PROFIT_LIMIT})

# Account, symbol, side and amount. The orders of one bracket share it, except that the entry has the other side.
_Like = tuple[str, str, Side, Decimal]


def with_inferred_groups(orders: Iterable[Order]) -> tuple[Order, ...]:
    """The same orders, with inferred groups for orders without a stated one.

    A stop and a take profit of the same size, placed within seconds of each other, are a bracket. An entry of that size
    with a price between them belongs to it. Exactly one order must fit each place, so a grid of equal orders is no
    bracket. A plain limit order counts as the take profit if it can only reduce, or if there is an entry.
    """
    orders = tuple(orders)
    singles = [o for o in orders if o.group_id is None and o.created_at is not None and o.amount is not None]
    sizes = {_size_of(order) for order in singles if order.is_stop}  # without a stop there is no bracket
    alone: defaultdict[_Like, list[Order]] = defaultdict(list)
    for order in sorted((order for order in singles if _size_of(order) in sizes), key=_created):
        assert order.amount is not None
        alone[order.account, order.symbol, order.side, order.amount].append(order)
    # A stop and its take profit have one side and size, so a single order is in no bracket.
    pairs = [(like, placed) for like, placed in alone.items() if len(placed) > 1]
    candidates = [_bracket_of(o, like, alone) for like, placed in pairs for o in _single_stops(placed)]
    brackets = [bracket for bracket in candidates if len(bracket) > 1]
    uses = Counter(_name(leg) for bracket in brackets for leg in bracket)
    named = {
        _name(leg): f"{INFERRED_GROUP}{bracket[-1].key}"
        for bracket in brackets
        for leg in bracket
        if all(uses[_name(other)] == 1 for other in bracket)
    }
    if not named:
        return orders
    return tuple(
        order
        if (group := named.get(_name(order))) is None
        else order_with(order, group_id=group, contingency=Contingency.BRACKET)
        for order in orders
    )


def _size_of(order: Order) -> tuple[str, str, Decimal | None]:
    return order.account, order.symbol, order.amount


def _name(order: Order) -> tuple[str, str, str]:
    return order.account, order.source, order.key


def _single_stops(placed: Sequence[Order]) -> list[Order]:
    """The stops of like orders with no other stop placed together with them. `placed` are in order of time."""
    stops = [order for order in placed if order.is_stop]
    near_next = [_are_placed_together(order, after) for order, after in pairwise(stops)]
    return [
        stop
        for stop, near_before, near_after in zip(stops, [False, *near_next], [*near_next, False], strict=False)
        if not near_before and not near_after
    ]


def _placed_with(stop: Order, placed: Sequence[Order]) -> Sequence[Order]:
    """The orders that were placed together with a stop. A ladder of thousands of like orders is searched by time."""
    first = bisect_left(placed, _created(stop) - PLACED_WITHIN, key=_created)
    last = bisect_right(placed, _created(stop) + PLACED_WITHIN, key=_created)
    return placed[first:last]


def _bracket_of(stop: Order, like: _Like, alone: Mapping[_Like, Sequence[Order]]) -> tuple[Order, ...]:
    """The orders of a stop's bracket, the stop last. The stop alone if no order fits, or too many."""
    account, symbol, side, amount = like
    other = Side.BUY if side is Side.SELL else Side.SELL
    profits = [o for o in _placed_with(stop, alone[like]) if _takes_profit(o) and _is_beyond(o, stop)]
    if len(profits) != 1:
        return (stop,)
    profit = profits[0]
    opposite = _placed_with(stop, alone.get((account, symbol, other, amount), ()))
    entries = [o for o in opposite if _enters(o, stop, profit)]
    if len(entries) > 1 or (not entries and profit.kind is OrderKind.LIMIT and not profit.reduce_only):
        return (stop,)
    return (*entries, profit, stop)


def _takes_profit(order: Order) -> bool:
    return (order.kind in _TAKE_PROFITS and not order.is_undirected) or order.kind is OrderKind.LIMIT


def _is_beyond(profit: Order, stop: Order) -> bool:
    """True if the take profit is on the other side of the market: a selling one is above its stop."""
    if profit.price is None or stop.price is None:
        return False
    return profit.price > stop.price if stop.side is Side.SELL else profit.price < stop.price


def _enters(order: Order, stop: Order, profit: Order) -> bool:
    """True if an order of the other side opens the position that these two close: its price is between theirs."""
    prices = (order.price, stop.price, profit.price)
    if order.reduce_only or order.close_position or None in prices:
        return False
    low, high = sorted(price for price in prices[1:] if price is not None)
    return order.price is not None and low < order.price < high


def _created(order: Order) -> datetime:
    assert order.created_at is not None
    return order.created_at


def _are_placed_together(order: Order, other: Order) -> bool:
    return abs(_created(order) - _created(other)) <= PLACED_WITHIN

"""Stops of a coin by what they close: the coins held, a long position or a short one. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum

from domain.markets import Side
from domain.order_distance import NearOrder, nearest_among, nearest_of
from domain.orders import Order
from domain.positions import PositionSide
from domain.snapshot import Snapshot
from pages.coin.view import CoinFacts
from pages.open_orders.tabs import Tab, tab_of


class Closes(StrEnum):
    """What a stop closes, in words."""

    HELD = "coins held"
    LONG = "long"
    SHORT = "short"


Stops = Mapping[Closes, NearOrder]


def closes_of(stop: Order) -> Closes:
    """A stop that buys closes a short. One that sells contracts closes a long position, any other the coins held."""
    if stop.side is Side.BUY:
        return Closes.SHORT
    return Closes.LONG if ":" in stop.symbol else Closes.HELD


def closest_stops(snapshots: Sequence[Snapshot], coin: str) -> Stops:
    """The stop of a coin with the shortest way to its trigger, of each kind that has one of known distance."""
    stops = [(s, [o for o in s.orders if o.base == coin and tab_of(o) is Tab.STOPS]) for s in snapshots]
    nearest = {
        kind: nearest_among(nearest_of((o for o in orders if closes_of(o) is kind), s.prices) for s, orders in stops)
        for kind in Closes
    }
    return {kind: near for kind, near in nearest.items() if near is not None}


def kinds_by_size(facts: CoinFacts) -> Sequence[Closes]:
    """What there is to close or has a stop, the largest first. All of it is the same coin, so quantities compare."""
    held = {
        Closes.HELD: facts.quantity,
        Closes.LONG: _amount(facts, PositionSide.LONG),
        Closes.SHORT: _amount(facts, PositionSide.SHORT) - min(facts.quantity, Decimal(0)),
    }
    with_stop = {closes_of(order) for order in stops_of(facts.orders)}
    return sorted((kind for kind in Closes if held[kind] > 0 or kind in with_stop), key=lambda kind: -held[kind])


def stops_of(orders: Iterable[Order]) -> Sequence[Order]:
    """The stops among orders, also those of unknown distance."""
    return [order for order in orders if tab_of(order) is Tab.STOPS]


def _amount(facts: CoinFacts, side: PositionSide) -> Decimal:
    return sum((position.amount for position in facts.positions if position.side is side), Decimal(0))

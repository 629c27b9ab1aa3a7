"""Order distance: how far the market of an order must move until the order acts.

It is measured from the price of the order's market alone, in its quote currency: the mark if the trigger follows the
mark, else the best price (`reference_price`). The price of the coin in another currency plays no role. So a stop of
LINK/USDT has one distance on every page, in the API and in rules, whatever USDT costs.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from domain.markets import Side
from domain.orders import Order, TriggerDirection, TriggerKind, reference_price
from domain.prices import Price


@dataclass(frozen=True, slots=True)
class NearOrder:
    """The nearest of several orders. `distance` is a signed fraction of the price of its market, None is unknown.

    `price` is the one it acts at, in the currency of whoever lists it, None if it cannot be converted.
    """

    order: Order
    distance: Decimal | None
    price: Decimal | None


def distance_of(order: Order, prices: Mapping[str, Price]) -> Decimal | None:
    """The move of its market to reach an order, as a signed fraction. `prices` are by symbol. None is unknown."""
    return order.distance_to(reference_price(order, prices.get(order.symbol)))


def nearest_of(orders: Iterable[Order], prices: Mapping[str, Price]) -> NearOrder | None:
    """The order with the shortest way of its market. Orders of unknown distance come last. None without an order."""
    by_market: dict[tuple[str, bool], list[Order]] = defaultdict(list)
    for order in orders:
        by_market[order.symbol, order.trigger_kind is TriggerKind.MARK].append(order)
    nearest = [_nearest_of_market(listed, prices) for listed in by_market.values()]
    return nearest_among(nearest) or next(iter(nearest), None)


def nearest_among(orders: Iterable[NearOrder | None]) -> NearOrder | None:
    """The order of shortest known distance, such as the nearest of several accounts. None without one."""
    nearest: NearOrder | None = None
    shortest: Decimal | None = None
    for near in orders:
        if near is not None and near.distance is not None and (shortest is None or abs(near.distance) < shortest):
            nearest, shortest = near, abs(near.distance)
    return nearest


def _nearest_of_market(orders: Sequence[Order], prices: Mapping[str, Price]) -> NearOrder:
    """The nearest of orders that compare with one price. If it is unknown, the market has reached none of them yet."""
    market = reference_price(orders[0], prices.get(orders[0].symbol))
    priced = [(price, order) for order in orders if (price := order.price) is not None]
    if not priced:
        return NearOrder(orders[0], None, None)
    if market is None:
        price, order = min(priced, key=lambda pair: -pair[0] if _waits_for_a_fall(pair[1]) else pair[0])
    else:
        price, order = min(priced, key=lambda pair: abs(pair[0] - market))  # much quicker than fractions
    return NearOrder(order, distance_of(order, prices), price)


def _waits_for_a_fall(order: Order) -> bool:
    if order.waits_for_trigger:
        return order.trigger_direction is TriggerDirection.FALLS
    return order.side is Side.BUY

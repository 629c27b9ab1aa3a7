"""Closing prices: the prices of the orders that close a holding, in one currency, and the nearest of these orders."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from domain.currency_graph import Rate
from domain.order_distance import NearOrder, nearest_of
from domain.orders import Order
from domain.prices import Price, Rates

_SAME = Rate(Decimal(1))


@dataclass(frozen=True, slots=True)
class ClosingPrices:
    """Converts prices of orders to `currency` by `rates`. Without them a price stays in the quote of its order."""

    rates: Rates | None = None
    currency: str | None = None

    def of(self, order: Order) -> Decimal | None:
        """The price that an order acts at, else its limit price. None if it cannot be converted."""
        price = order.price if order.price is not None else order.limit_price
        rate = self._rate(order)
        if price is None or rate is None:
            return None
        return price if rate.value == 1 else price * rate.value

    def ascending(self, orders: Iterable[Order]) -> tuple[Decimal, ...]:
        """The distinct prices of these orders. One that cannot be converted is left out."""
        return tuple(sorted({price for order in orders if (price := self.of(order)) is not None}))

    def nearest(self, orders: Iterable[Order], prices: Mapping[str, Price]) -> NearOrder | None:
        """The order nearest to its own market, with its price in the currency."""
        nearest = nearest_of(orders, prices)
        return None if nearest is None else replace(nearest, price=self.of(nearest.order))

    def assumed(self, orders: Iterable[Order]) -> tuple[str, ...]:
        """The dollar coins without a price that count as one dollar in the prices of these orders."""
        used = (rate for order in orders if (rate := self._rate(order)) is not None)
        return tuple(sorted({coin for rate in used for coin in rate.assumed}))

    def _rate(self, order: Order) -> Rate | None:
        """Units of the currency for one of the order's quote currency."""
        if self.rates is None or self.currency is None or order.quote == self.currency:
            return _SAME
        return self.rates.find(order.quote, self.currency) if order.quote is not None else None

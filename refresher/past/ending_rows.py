"""Ending rows: the exchange's rows about ended orders that one run has read."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from domain.endings import EndedOrder
from domain.open_orders import OrderKey
from domain.orders import Order
from domain.outcomes import is_same_market


def order_key(order: Order) -> OrderKey:
    """The source and key of an order."""
    return order.source, order.key


@dataclass(slots=True)
class EndingRows:
    """Rows from the lists of ended orders, and from look-ups of single orders."""

    listed: dict[tuple[str, str | None], list[EndedOrder]] = field(default_factory=dict)  # by order id and leg id
    details: dict[OrderKey, EndedOrder] = field(default_factory=dict)

    def add(self, rows: Iterable[EndedOrder]) -> None:
        """Add rows of a list. A later row replaces an earlier one of the same market."""
        for row in rows:
            same_id = self.listed.setdefault((row.order_id, row.leg_id), [])
            same_id[:] = [earlier for earlier in same_id if _market(earlier) != _market(row)] + [row]

    def rows_of(self, order: Order) -> tuple[EndedOrder, ...]:
        """The listed rows about an order and about the book order that it became."""
        rows = [*self._listed(order, order.order_id, order.leg_id), *self._listed(order, order.order_id, None)]
        book_ids = {row.book_order_id for row in (order, self.details.get(order_key(order)), *rows) if row is not None}
        rows += [row for book_id in book_ids - {None} for row in self._listed(order, str(book_id), None)]
        return tuple({id(row): row for row in rows}.values())

    def order_ids_of(self, order: Order) -> set[str]:
        """The ids under which an order may have executed: its own, and that of the book order it became."""
        rows = (order, self.details.get(order_key(order)), *self.rows_of(order))
        return {order.order_id, *(row.book_order_id for row in rows if row is not None and row.book_order_id)}

    def _listed(self, order: Order, order_id: str, leg_id: str | None) -> list[EndedOrder]:
        return [row for row in self.listed.get((order_id, leg_id), ()) if is_same_market(row, order)]


def _market(row: EndedOrder) -> tuple[str, str | None]:
    return row.exchange_symbol, row.symbol

"""Private methods about orders: open orders, ended orders, and their trades."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from simulator.clock import DAY
from simulator.exchange import Exchange
from simulator.orders import Order
from simulator.wire.errors import bad_dates, bad_request, unknown_order
from simulator.wire.public import moment, number
from simulator.wire.rows import encoded_order, entry_row, order_row, trade_row

T = TypeVar("T")
Params = Mapping[str, Any]
_MOST_ROWS = 100
_LONGEST = 7 * DAY


def open_orders(exchange: Exchange, params: Params) -> bytes:
    """private/get-open-orders: all of them at once, for every `page`."""
    return _encoded(exchange, params, is_advanced=False)


def advanced_open_orders(exchange: Exchange, params: Params) -> bytes:
    """private/advanced/get-open-orders: conditional orders and the legs of groups."""
    return _encoded(exchange, params, is_advanced=True)


def _encoded(exchange: Exchange, params: Params, *, is_advanced: bool) -> bytes:
    instrument = params.get("instrument_name")
    rows = b",".join(
        order.encoded or encoded_order(order)
        for order in exchange.engine.open.values()
        if order.is_advanced is is_advanced and instrument in (None, order.ticket.instrument.name)
    )
    return b'{"data":[' + rows + b"]}"


def order_history(exchange: Exchange, params: Params) -> dict[str, Any]:
    """private/get-order-history: ended orders by the time they ended, newest first."""
    return _ended(exchange, params, is_advanced=False)


def advanced_order_history(exchange: Exchange, params: Params) -> dict[str, Any]:
    """private/advanced/get-order-history."""
    return _ended(exchange, params, is_advanced=True)


def _ended(exchange: Exchange, params: Params, *, is_advanced: bool) -> dict[str, Any]:
    def fits(order: Order) -> bool:
        return order.is_advanced is is_advanced

    orders = _window(
        exchange, params, exchange.engine.ended, lambda order: order.updated,
        lambda order: order.ticket.instrument.name, fits,
    )  # fmt: skip
    return {"data": [order_row(order) for order in orders]}


def trades(exchange: Exchange, params: Params) -> dict[str, Any]:
    """private/get-trades, newest first."""
    rows = _window(
        exchange, params, exchange.engine.booker.trades, lambda trade: trade.at_ns // 1_000_000,
        lambda trade: trade.instrument.name,
    )  # fmt: skip
    return {"data": [trade_row(trade) for trade in rows]}


def transactions(exchange: Exchange, params: Params) -> dict[str, Any]:
    """private/get-transactions, newest first."""
    kind = params.get("journal_type")
    rows = _window(
        exchange, params, exchange.ledger.entries, lambda entry: entry.at_ns // 1_000_000, lambda entry: entry.name,
        lambda entry: kind in (None, entry.kind),
    )  # fmt: skip
    return {"data": [entry_row(entry) for entry in rows]}


def _window(
    exchange: Exchange,
    params: Params,
    records: Sequence[T],
    at: Callable[[T], int],
    name: Callable[[T], str],
    fits: Callable[[T], bool] = lambda _record: True,
) -> list[T]:
    """The newest records of a time window, 100 at most. The window spans 7 days at most. `page` is ignored."""
    until = moment(params, "end_time", exchange.at)
    since = moment(params, "start_time", until - DAY)
    if until - since > _LONGEST:
        raise bad_dates("The time window is longer than 7 days")
    limit = max(1, min(number(params, "limit", _MOST_ROWS), _MOST_ROWS))
    instrument = params.get("instrument_name")
    rows: list[T] = []
    for record in reversed(records):
        if at(record) < since or len(rows) == limit:
            break
        if at(record) <= until and instrument in (None, name(record)) and fits(record):
            rows.append(record)
    return rows


def order_detail(exchange: Exchange, params: Params) -> dict[str, Any]:
    """private/get-order-detail."""
    return order_row(_order(exchange, params, is_advanced=False))


def advanced_order_detail(exchange: Exchange, params: Params) -> dict[str, Any]:
    """private/advanced/get-order-detail."""
    return order_row(_order(exchange, params, is_advanced=True))


def _order(exchange: Exchange, params: Params, *, is_advanced: bool) -> Order:
    order_id, client_oid = params.get("order_id"), params.get("client_oid")
    if order_id is None and client_oid is None:
        raise bad_request("order_id or client_oid is missing")
    candidates: Iterable[Order] = exchange.engine.by_id.get(str(order_id), ())
    if order_id is None:
        candidates = (o for orders in exchange.engine.by_id.values() for o in orders if o.client_oid == client_oid)
    for order in candidates:
        if order.is_advanced is is_advanced:
            return order
    raise unknown_order()

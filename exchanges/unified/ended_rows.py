"""Ended orders from ccxt's rows and the venue's own reading of the exchange's fields."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from domain.endings import EndedOrder, Ending
from domain.orders import OrderKind
from domain.sources import Source, Unreadable
from exchanges.connection.exact import Garbled, amount, moment, quoted, text
from exchanges.connection.listed_markets import Listed, in_base_units
from exchanges.connection.payload_rows import read_several
from exchanges.unified.fills import parsed, raw_of
from exchanges.unified.generic_orders import generic_row
from exchanges.venues._shared.order_rows import AttachedOrder, EndedRow, OrderRow, id_in, price_in
from exchanges.venues._shared.venue import Venue

_ENDINGS = {
    "closed": Ending.FILLED,
    "triggered": Ending.TRIGGERED,  # stated by venues only
    "canceled": Ending.CANCELLED,
    "cancelled": Ending.CANCELLED,
    "expired": Ending.EXPIRED,
    "rejected": Ending.REJECTED,
}
_LIVE = frozenset({"open", "canceling"})
# Names for the executed amount, on exchanges where a trigger keeps its id in the order book.
_EXECUTED = (
    *("executedQty", "cumExecQty", "cumQty", "cumQtyRq", "vol_exec", "executed"),
    *("filled_amount", "filled_size", "filledSize", "dealSize", "accFillSz"),
)


def read_ended(
    rows: Iterable[Any], venue: Venue, listed: Listed, is_trigger: bool = False
) -> tuple[tuple[EndedOrder, ...], tuple[Unreadable, ...]]:
    """The ended orders of ccxt's rows. `is_trigger`: the rows come from a trigger list.

    A row with several orders gives one ended order for each.
    """
    return read_several(
        rows,
        partial(ended_orders, venue=venue, listed=listed, is_trigger=is_trigger),
        lambda order: f"{order.symbol}/{order.order_id}/{order.leg_id}",
    )


def ended_orders(
    row: Mapping[str, Any], venue: Venue, listed: Listed, is_trigger: bool = False
) -> Iterator[EndedOrder]:
    """The ended orders of one row. Raises Garbled."""
    parsed(row)
    raw = raw_of(row)
    ended, stated = venue.ended_row(raw, row), _stated(venue, raw, row, is_trigger=is_trigger)
    order = _ended(row, raw, ended, stated, listed, is_trigger)
    if ended.came_of is not None and ended.came_of != order.order_id:
        yield _came_of(order, ended.came_of)
    if len(stated.legs) < 2:
        yield order
        return
    for leg in stated.legs:
        yield _leg(order, leg, ended.leg)


def _ended(
    row: Mapping[str, Any], raw: Mapping[str, Any], ended: EndedRow, stated: OrderRow, listed: Listed, is_trigger: bool
) -> EndedOrder:
    symbol, identity, status = _required_fields(row, ended, stated)
    market = listed.as_contract(listed.named(symbol)) if stated.is_contract else listed.named(symbol)
    size = None if stated.in_quote else stated.amount or _unified(row, "amount", stated)
    average = ended.average or _unified(row, "average", stated)
    price = average or price_in(row, "price") or price_in(row, "triggerPrice")
    filled = _filled(row, ended, stated)
    if ended.status is not None and row.get("status") == "closed":
        filled, average = ended.filled, ended.average  # ccxt concluded them of a word that it misunderstood
    ending, book_id = _ENDINGS.get(status), None
    is_trigger = is_trigger or stated.trigger_price is not None or price_in(row, "triggerPrice") is not None
    if ending in (Ending.FILLED, Ending.TRIGGERED) and (is_trigger or ending is Ending.TRIGGERED):
        book_id = _book_order_id(ended, stated, identity)
        if book_id is not None or ending is Ending.TRIGGERED or not (ended.filled or price_in(raw, *_EXECUTED)):
            # The trigger's work ended when it fired. ccxt counts it as fully filled, without a statement of the
            # exchange.
            ending, filled, average = Ending.TRIGGERED, ended.filled, ended.average
    if ending is Ending.FILLED and filled is not None and size is not None and 0 <= filled < size:
        ending = None  # ccxt's "closed" may also mean cancelled, expired or still open
    return EndedOrder(
        order_id=identity,
        exchange_symbol=market.exchange_symbol,
        symbol=market.symbol,
        ending=ending,
        client_order_id=id_in(row, "clientOrderId"),
        book_order_id=book_id,
        amount=in_base_units(size, market, price),
        filled=filled if filled == 0 else in_base_units(filled, market, price),
        average_price=average,
        ended_at=None if ending is None else ended.ended_at or _ended_at(row),
        reason=ended.reason,
    )


def _required_fields(row: Mapping[str, Any], ended: EndedRow, stated: OrderRow) -> tuple[str, str, str]:
    """Symbol, id and status of an ended order. Raises Garbled without one of them."""
    symbol, identity = text(row, "symbol"), stated.order_id or id_in(row, "id")
    status = ended.status or text(row, "status")
    if symbol is None or identity is None:
        raise Garbled("the market or the id is missing")
    if status is None or status not in _ENDINGS.keys() | _LIVE:
        raise Garbled(f"the status states no ending: {quoted(status)}")
    return symbol, identity, status


def _filled(row: Mapping[str, Any], ended: EndedRow, stated: OrderRow) -> Decimal | None:
    """The executed amount by the venue's parsers, else by ccxt."""
    filled = next((number for number in (ended.filled, stated.filled) if number is not None), None)
    if filled is None and "filled" not in stated.leaves_out:
        return amount(row, "filled")
    return filled


def _came_of(book: EndedOrder, trigger: str) -> EndedOrder:
    """The triggered order behind an order in the book. The book order's row states nothing else of it."""
    return EndedOrder(trigger, book.exchange_symbol, Ending.TRIGGERED, book.symbol, book_order_id=book.order_id)


def _unified(row: Mapping[str, Any], field: str, stated: OrderRow) -> Decimal | None:
    """A number from ccxt's row. None if the field holds something else on this exchange."""
    return None if field in stated.leaves_out else price_in(row, field)


def _leg(row: EndedOrder, attached: AttachedOrder, acted: str | None) -> EndedOrder:
    """One order of a row with several, where one cancels the others.

    The row does not say which leg executed. A limit leg in the book may have filled partly before the other acted. A
    waiting leg has filled nothing.
    """
    leg, of_other = attached.leg, None if attached.kind is OrderKind.LIMIT else Decimal(0)
    if row.ending not in (Ending.TRIGGERED, Ending.FILLED):
        if not row.filled or leg == acted:
            return replace(row, leg_id=leg)
        return replace(row, leg_id=leg, filled=None if acted is None else of_other, average_price=None)
    if acted is None:  # it triggered, but the acting leg is unknown
        return replace(row, leg_id=leg, ending=None, book_order_id=None, filled=None, average_price=None, ended_at=None)
    if leg == acted:
        return replace(row, leg_id=leg)
    reason = f"its sibling {row.order_id}/{acted} triggered"
    return replace(
        row,
        leg_id=leg,
        ending=Ending.CANCELLED,
        book_order_id=None,
        filled=of_other,
        average_price=None,
        reason=reason,
    )


def _stated(venue: Venue, raw: Mapping[str, Any], row: Mapping[str, Any], *, is_trigger: bool) -> OrderRow:
    try:
        stated = venue.order_row(raw, row)
        if stated.kind is not None or stated.legs:
            return stated
        source = Source.TRIGGERS if is_trigger else Source.ORDERS
        return replace(stated, legs=generic_row(stated, raw, row, source).legs)
    except Garbled:  # the ending is still readable without the venue's fields
        return OrderRow()


def _book_order_id(ended: EndedRow, stated: OrderRow, order_id: str) -> str | None:
    """The id of the book order created by a trigger, if the row names it."""
    book_order_id = ended.book_order_id or stated.book_order_id
    return book_order_id if book_order_id != order_id else None


def _ended_at(row: Mapping[str, Any]) -> datetime | None:
    return moment(row, "lastUpdateTimestamp") or moment(row, "lastTradeTimestamp")

"""EndedRow rows: what ccxt's orders say of how they ended, with what the exchange's own row says besides."""

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
    "triggered": Ending.TRIGGERED,  # said by an exchange's own file alone
    "canceled": Ending.CANCELLED,
    "cancelled": Ending.CANCELLED,
    "expired": Ending.EXPIRED,
    "rejected": Ending.REJECTED,
}
_LIVE = frozenset({"open", "canceling"})
# What exchanges call the amount that executed, where a trigger keeps its id in the book.
_EXECUTED = (
    *("executedQty", "cumExecQty", "cumQty", "cumQtyRq", "vol_exec", "executed"),
    *("filled_amount", "filled_size", "filledSize", "dealSize", "accFillSz"),
)


def read_ended(
    rows: Iterable[Any], venue: Venue, listed: Listed, is_trigger: bool = False
) -> tuple[tuple[EndedOrder, ...], tuple[Unreadable, ...]]:
    """What ccxt's orders say of how they ended; `is_trigger` where a list of triggers told them. A row that is several
    orders at once is one for each of them."""
    return read_several(
        rows,
        partial(ended_orders, venue=venue, listed=listed, is_trigger=is_trigger),
        lambda order: f"{order.symbol}/{order.order_id}/{order.leg_id}",
    )


def ended_orders(
    row: Mapping[str, Any], venue: Venue, listed: Listed, is_trigger: bool = False
) -> Iterator[EndedOrder]:
    """What one row says. Raises Garbled."""
    parsed(row)
    raw = raw_of(row)
    said, stated = venue.ended_row(raw, row), _stated(venue, raw, row, is_trigger=is_trigger)
    order = _ended(row, raw, said, stated, listed, is_trigger)
    if said.came_of is not None and said.came_of != order.order_id:
        yield _came_of(order, said.came_of)
    if len(stated.legs) < 2:
        yield order
        return
    for leg in stated.legs:
        yield _leg(order, leg, said.leg)


def _ended(
    row: Mapping[str, Any], raw: Mapping[str, Any], told: EndedRow, stated: OrderRow, listed: Listed, is_trigger: bool
) -> EndedOrder:
    symbol, own, said = text(row, "symbol"), stated.order_id or id_in(row, "id"), told.status or text(row, "status")
    if symbol is None or own is None:
        raise Garbled("the market or the id is missing")
    if said is None or said not in _ENDINGS.keys() | _LIVE:
        raise Garbled(f"the status tells no ending: {quoted(said)}")
    market = listed.as_contract(listed.named(symbol)) if stated.is_contract else listed.named(symbol)
    size = None if stated.in_quote else stated.amount or _unified(row, "amount", stated)
    average = told.average or _unified(row, "average", stated)
    price = average or price_in(row, "price") or price_in(row, "triggerPrice")
    filled = next((one for one in (told.filled, stated.filled) if one is not None), None)
    if filled is None and "filled" not in stated.leaves_out:
        filled = amount(row, "filled")
    if told.status is not None and row.get("status") == "closed":
        filled, average = told.filled, told.average  # ccxt concluded them of a word that it misunderstood
    ending, book_id = _ENDINGS.get(said), None
    is_trigger = is_trigger or stated.trigger_price is not None or price_in(row, "triggerPrice") is not None
    if ending in (Ending.FILLED, Ending.TRIGGERED) and (is_trigger or ending is Ending.TRIGGERED):
        book_id = _book_order_id(told, stated, own)
        if book_id is not None or ending is Ending.TRIGGERED or not (told.filled or price_in(raw, *_EXECUTED)):
            # It did its work when it triggered: ccxt takes the whole of it for filled, which nobody said.
            ending, filled, average = Ending.TRIGGERED, told.filled, told.average
    if ending is Ending.FILLED and filled is not None and size is not None and 0 <= filled < size:
        ending = None  # ccxt's "closed" says only that it is over: cancelled, or expired, or listed while it rests
    return EndedOrder(
        order_id=own,
        exchange_symbol=market.exchange_symbol,
        symbol=market.symbol,
        ending=ending,
        client_order_id=id_in(row, "clientOrderId"),
        book_order_id=book_id,
        amount=in_base_units(size, market, price),
        filled=filled if filled == 0 else in_base_units(filled, market, price),
        average_price=average,
        ended_at=None if ending is None else told.ended_at or _ended_at(row),
        reason=told.reason,
    )


def _came_of(book: EndedOrder, trigger: str) -> EndedOrder:
    """The trigger order that became one in the book, of which the other's row tells nothing more."""
    return EndedOrder(trigger, book.exchange_symbol, Ending.TRIGGERED, book.symbol, book_order_id=book.order_id)


def _unified(row: Mapping[str, Any], field: str, stated: OrderRow) -> Decimal | None:
    """A number of ccxt's, unless its field holds something else on this exchange."""
    return None if field in stated.leaves_out else price_in(row, field)


def _leg(row: EndedOrder, one: AttachedOrder, acted: str | None) -> EndedOrder:
    """One order of a row that is several, of which one cancels the others. What the row filled is not told apart: one
    that rests in the book may have filled a part before the other acted, one that waits has filled nothing."""
    leg, of_other = one.leg, None if one.kind is OrderKind.LIMIT else Decimal(0)
    if row.ending not in (Ending.TRIGGERED, Ending.FILLED):
        if not row.filled or leg == acted:
            return replace(row, leg_id=leg)
        return replace(row, leg_id=leg, filled=None if acted is None else of_other, average_price=None)
    if acted is None:  # it triggered, and nothing says which of them did
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
    except Garbled:  # how it ended is told without the rest of the row
        return OrderRow()


def _book_order_id(told: EndedRow, stated: OrderRow, own: str) -> str | None:
    """The order in the book that a trigger became, where its row plainly names it."""
    said = told.book_order_id or stated.book_order_id
    return said if said != own else None


def _ended_at(row: Mapping[str, Any]) -> datetime | None:
    return moment(row, "lastUpdateTimestamp") or moment(row, "lastTradeTimestamp")

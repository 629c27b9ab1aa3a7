"""Parsers for Crypto.com's ended orders, from its lists and its order details, as domain/endings."""

from collections.abc import Mapping
from typing import Any

from domain.endings import EndedOrder, Ending
from domain.sources import Success
from exchanges.connection.errors import BadPayload
from exchanges.connection.exact import Garbled, moment, text
from exchanges.connection.payload_rows import read_each, rows_of
from exchanges.cryptocom.fields import id_in, positive, price_in, word
from exchanges.cryptocom.orders import identity_of

_ENDINGS = {
    "FILLED": Ending.FILLED,
    "CANCELED": Ending.CANCELLED,
    "CANCELLED": Ending.CANCELLED,
    "EXPIRED": Ending.EXPIRED,
    "REJECTED": Ending.REJECTED,
}
_LIVE = frozenset({"NEW", "PENDING", "ACTIVE"})
# The exchange's numbers for why an order ended, in its own terms.
_REASONS = {
    "306": "insufficient balance",
    "43003": "could not be filled whole at once",
    "43004": "could not be filled at once",
    "43005": "post-only, and would have executed at once",
    "43012": "would have traded with an order of the same account",
}


def normalise_ended_orders(payload: Any) -> Success[EndedOrder]:
    """The orders of private/get-order-history or private/advanced/get-order-history."""
    ended, unreadable = read_each(rows_of(payload, "endings"), _ended, _key)
    return Success(ended, unreadable=unreadable)


def normalise_order_detail(payload: Any) -> EndedOrder:
    """Parse one order from private/get-order-detail or private/advanced/get-order-detail. Raises BadPayload."""
    row = payload.get("result") if isinstance(payload, Mapping) else None
    if not isinstance(row, Mapping):
        raise BadPayload("endings: the response holds no order")
    try:
        return _ended(row)
    except Garbled as error:
        raise BadPayload(f"endings: {error}") from None


def _key(ended: EndedOrder) -> str:
    return f"{ended.exchange_symbol}:{ended.order_id}/{ended.leg_id}"


def _ended(row: Mapping[str, Any]) -> EndedOrder:
    name, status = text(row, "instrument_name"), word(row, "status")
    if name is None or (status not in _ENDINGS and status not in _LIVE):
        raise Garbled("instrument_name is missing, or the status is none that is known")
    identity = identity_of(row)
    return EndedOrder(
        order_id=identity["order_id"],
        exchange_symbol=name,
        ending=_ENDINGS.get(status),
        leg_id=identity["leg_id"],
        client_order_id=identity["client_order_id"],
        group_id=identity["group_id"],
        book_order_id=id_in(row, "exchange_order_id"),
        amount=positive(row, "quantity"),
        filled=positive(row, "cumulative_quantity"),
        average_price=price_in(row, "avg_price"),
        ended_at=moment(row, "update_time"),
        reason=_reason(row),
    )


def _reason(row: Mapping[str, Any]) -> str | None:
    """The reason of the ending, if the exchange states one by number or word."""
    reason = id_in(row, "reason") or id_in(row, "reject_reason")
    if reason is None or word(row, "status") == "FILLED":
        return None  # a filled order has been seen to carry a reason all the same
    return _REASONS.get(reason, f"reason {reason}" if reason.isdigit() else reason)

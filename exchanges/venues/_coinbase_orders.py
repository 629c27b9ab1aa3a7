"""Coinbase's rows of open and ended orders: resting and waiting ones, brackets of a limit and a stop.

Documentation: docs.cdp.coinbase.com, Advanced Trade. Create Order has no instruction to only reduce, and a row of List
Orders has no field of it. List Perpetuals Positions and Get US Derivatives Position have one net position of a product,
so an order on the other side reduces it first.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from domain.orders import Contingency, OrderKind, OrderStatus, TriggerDirection, TriggerKind
from exchanges.connection.exact import EXACT, amount, text
from exchanges.venues._shared.order_rows import (
    AttachedOrder,
    EndedRow,
    OrderRow,
    attached_order,
    flag_in,
    id_in,
    price_in,
    word_in,
)

_DIRECTIONS = {
    "STOP_DIRECTION_STOP_UP": TriggerDirection.RISES,
    "STOP_DIRECTION_STOP_DOWN": TriggerDirection.FALLS,
}
_BRACKET = "trigger_bracket"
# Accepted, and not in the book yet.
_ACCEPTED = frozenset({"PENDING", "QUEUED"})
# ccxt calls both cancelled.
_ENDINGS = {"EXPIRED": "expired", "FAILED": "rejected"}
_ACTED = {"STOP_TRIGGERED": "sl", "STOP_PENDING": "tp"}


def order_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> OrderRow:
    """Parse a row of orders/historical/batch."""
    name, terms = _configuration(row, "order_configuration")
    common: dict[str, Any] = {
        "order_id": id_in(row, "order_id"),
        "amount": price_in(terms, "base_size"),
        "in_quote": price_in(terms, "quote_size") is not None,
        "reduce_only": _reduce_only(row),
        "post_only": flag_in(terms, "post_only"),
        "status": OrderStatus.PENDING if word_in(row, "status") in _ACCEPTED else None,
    }
    if name.startswith(_BRACKET):
        return _bracket(row, terms, common)
    parent, limit = id_in(row, "originating_order_id"), price_in(terms, "limit_price")
    common |= {
        "limit_price": limit,
        "group_id": parent,
        "contingency": Contingency.ATTACHED if parent else None,
        "attached": _attached(row),
    }
    if not name.startswith("stop_limit"):
        # For unknown configurations the type and the limit are enough.
        is_limit = name.startswith(("limit_", "sor_limit", "twap_limit", "scaled_limit")) or limit is not None
        kind = OrderKind.LIMIT if is_limit else OrderKind.MARKET if name.startswith("market_") else OrderKind.UNKNOWN
        return OrderRow(kind=kind, **common)
    direction = _DIRECTIONS.get(word_in(terms, "stop_direction"))
    # A stop that waits for a better price is what other exchanges call a take profit.
    against = TriggerDirection.FALLS if word_in(row, "side") == "SELL" else TriggerDirection.RISES
    is_stop = direction in (None, against)
    return OrderRow(
        kind=OrderKind.STOP_LIMIT if is_stop else OrderKind.TAKE_PROFIT_LIMIT,
        trigger_price=price_in(terms, "stop_price"),
        trigger_kind=TriggerKind.LAST,
        trigger_direction=direction,
        **common,
    )


def _reduce_only(row: Mapping[str, Any]) -> bool | None:
    """The row's own flag. Without one, an order of a contract may open a position."""
    flag = flag_in(row, "reduce_only")
    return False if flag is None and word_in(row, "product_type") == "FUTURE" else flag


def _configuration(row: Mapping[str, Any], field: str) -> tuple[str, Mapping[str, Any]]:
    """The name of an order's configuration ("limit_limit_gtc") and its fields."""
    stated = row.get(field)
    if isinstance(stated, Mapping):
        for name, values in stated.items():
            if isinstance(values, Mapping):
                return str(name), values
    return "", {}


def _bracket(row: Mapping[str, Any], terms: Mapping[str, Any], common: dict[str, Any]) -> OrderRow:
    """Parse one row with two orders: a limit in the book, and a stop that can replace it."""
    order_id, size, done = common["order_id"], common["amount"], amount(row, "filled_size")
    left = EXACT.subtract(size, done) if size is not None and done is not None and done <= size else size
    parent = id_in(row, "originating_order_id")
    legs = _sides(terms, left)
    kind = None if legs else OrderKind.UNKNOWN
    return OrderRow(kind=kind, legs=legs, group_id=parent or order_id, contingency=Contingency.OCO, **common)


def _attached(row: Mapping[str, Any]) -> tuple[AttachedOrder, ...]:
    """Both sides of the attached bracket, placed once this order fills."""
    name, terms = _configuration(row, "attached_order_configuration")
    return _sides(terms, None) if name.startswith(_BRACKET) else ()


def _sides(terms: Mapping[str, Any], left: Decimal | None) -> tuple[AttachedOrder, ...]:
    """The take profit as a limit, and the stop for the remaining amount."""
    profit, stop = price_in(terms, "limit_price"), price_in(terms, "stop_trigger_price")
    limit = attached_order("tp", profit, limit_price=profit, kind=OrderKind.LIMIT)
    return (
        *(replace(leg, trigger_price=None) for leg in limit),
        *attached_order("sl", stop, trigger_kind=TriggerKind.LAST, amount=left),
    )


def ended_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> EndedRow:
    """Parse the ending. In a bracket the stop acted once it triggered, else the limit."""
    state, name = word_in(row, "status"), _configuration(row, "order_configuration")[0]
    return EndedRow(
        status=_ENDINGS.get(state),
        leg=_ACTED.get(word_in(row, "trigger_status")) if name.startswith(_BRACKET) else None,
        ended_at=_moment(row, "last_fill_time") if state == "FILLED" else _moment(row, "last_update_time"),
        reason=text(row, "reject_message") or text(row, "cancel_message"),
    )


def _moment(row: Mapping[str, Any], field: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text(row, field) or "")
    except ValueError:
        return None
    return None if at.tzinfo is None else at.astimezone(UTC)

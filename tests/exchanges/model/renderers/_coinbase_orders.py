"""Coinbase: rows of open orders, as coinbase.py serves them. The documented pages are named there."""

from typing import Any

from tests.exchanges.model.account import ZERO, Account, Kind, Order, Relation
from tests.exchanges.model.renderers import first, plain
from tests.exchanges.payload_server import Request

KINDS = frozenset({Kind.LIMIT, Kind.STOP_LIMIT, Kind.TAKE_PROFIT_LIMIT})
AT = "2025-11-24T16:00:00.000Z"


def orders(account: Account, request: Request) -> Any:
    """A bracket is one order."""
    status = request.query.get("order_status", [])
    rows = [_order(account, order) for order in account.orders if _is_row(order)]
    wanted = rows if not status or "OPEN" in status else []
    start, size = int(first(request, "cursor") or 0), int(first(request, "limit") or 100)
    end = start + size
    has_next = end < len(wanted)
    return {"orders": wanted[start:end], "sequence": "0", "has_next": has_next, "cursor": str(end) if has_next else ""}


def _is_row(order: Order) -> bool:
    return order.relation is not Relation.ATTACHED and not (order.relation is Relation.OCO and order.kind.is_stop)


# Fields without a figure of the account.
_SAME_IN_EACH_ORDER: dict[str, Any] = {
    "pending_cancel": False,
    "size_in_quote": False,
    "fee": "",
    "total_fees": "0",
    "size_inclusive_of_fees": False,
    "reject_reason": "REJECT_REASON_UNSPECIFIED",
    "settled": False,
    "reject_message": "",
    "cancel_message": "",
    "order_placement_source": "RETAIL_ADVANCED",
    "outstanding_hold_amount": "0",
    "is_liquidation": False,
    "edit_history": [],
    "leverage": "",
    "margin_type": "UNKNOWN_MARGIN_TYPE",
    "originating_order_id": "",
    "attached_order_id": "",
}


def _order(account: Account, order: Order) -> dict[str, Any]:
    """Sizes of futures count contracts."""
    name, kind, configuration = _configuration(account, order)
    filled_value = order.filled * (order.limit or ZERO)
    attached = order.relation is Relation.PARENT
    return {
        "order_id": order.id,
        "product_id": order.market.exchange_symbol,
        "user_id": "5",
        "client_order_id": f"client-{order.id}",
        "order_configuration": {name: configuration},
        "side": order.side.value.upper(),
        "status": "OPEN",
        "time_in_force": "GOOD_UNTIL_CANCELLED",
        "created_time": AT,
        "completion_percentage": plain(order.filled / order.size * 100),
        "filled_size": plain(order.market.contracts(order.filled)),
        "average_filled_price": plain(order.limit) if order.filled and order.limit else "0",
        "number_of_fills": "1" if order.filled else "0",
        "filled_value": plain(filled_value),
        "total_value_after_fees": plain(filled_value),
        "trigger_status": "STOP_PENDING" if kind == "STOP_LIMIT" else "INVALID_ORDER_TYPE",
        "order_type": kind,
        "product_type": "FUTURE" if order.market.is_contract else "SPOT",
        "last_fill_time": AT if order.filled else None,
        "attached_order_configuration": {"trigger_bracket_gtc": _bracket(account, order)} if attached else None,
        **_SAME_IN_EACH_ORDER,
    }


def _configuration(account: Account, order: Order) -> tuple[str, str, dict[str, Any]]:
    """The name of an order's configuration, its type, and its values."""
    size = {"base_size": plain(order.market.contracts(order.size))}
    if order.relation is Relation.OCO:
        return "trigger_bracket_gtc", "BRACKET", size | _bracket(account, order)
    limit = {"limit_price": plain(order.limit or ZERO)}
    if not order.kind.waits:
        return "limit_limit_gtc", "LIMIT", size | limit | {"post_only": False}
    up = "UP" if order.acts_when_price_rises else "DOWN"
    stop = {"stop_price": plain(order.trigger or ZERO), "stop_direction": f"STOP_DIRECTION_STOP_{up}"}
    return "stop_limit_stop_limit_gtc", "STOP_LIMIT", size | limit | stop


def _bracket(account: Account, order: Order) -> dict[str, Any]:
    """The limit price takes the profit, the trigger price stops the loss. An attached bracket has no size."""
    legs = [order, *account.legs(order)]
    stop = next(leg for leg in legs if leg.kind.is_stop)
    limit = next(leg for leg in legs if leg.kind is Kind.LIMIT and leg.relation is not Relation.PARENT)
    return {"limit_price": plain(limit.limit or ZERO), "stop_trigger_price": plain(stop.trigger or ZERO)}

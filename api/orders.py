"""Orders: every open order, normal and trigger, in one shape, with groups and totals."""

from collections.abc import Iterable, Sequence
from typing import Any

from domain.order_groups import OrderGroup, groups_of, summary_of
from domain.orders import Order, reference_price
from domain.snapshot import Snapshot, rates_by_account
from domain.sources import order_sources

ORDER_FIELDS = (
    "account",
    "exchange",
    "source",
    "key",
    "order_id",
    "leg_id",
    "client_order_id",
    "group_id",
    "contingency",
    "book_order_id",
    "symbol",
    "exchange_symbol",
    "base",
    "quote",
    "market_type",
    "side",
    "kind",
    "role",
    "role_origin",
    "role_rule",
    "status",
    "trigger_price",
    "trigger_kind",
    "trigger_direction",
    "limit_price",
    "trailing_distance",
    "trailing_unit",
    "activation_price",
    "amount",
    "filled",
    "remaining",
    "average_price",
    "value",
    "reduce_only",
    "post_only",
    "close_position",
    "close_fraction",
    "is_active",
    "position_name",
    "time_in_force",
    "created_at",
    "updated_at",
)


def orders_response(snapshots: Sequence[Snapshot], currency: str) -> dict[str, Any]:
    """The orders of several accounts, their groups and a summary in `currency`."""
    orders = [order for snapshot in snapshots for order in snapshot.orders]
    return {
        "summary": counts_response(snapshots, currency),
        "orders": [_order_response(order, snapshot) for snapshot in snapshots for order in snapshot.orders],
        "groups": [_group_response(group) for group in groups_of(orders)],
    }


def counts_response(snapshots: Iterable[Snapshot], currency: str) -> dict[str, Any]:
    """The number of orders and their value.

    `complete` is false if an order source was never seen or not requested. Then there may be more orders ("at least").
    `carried` names the sources with orders older than the refresh.
    """
    snapshots = tuple(snapshots)
    rates = rates_by_account(snapshots)
    summary = summary_of((order for snapshot in snapshots for order in snapshot.orders), rates, currency)
    return {
        "count": summary.count,
        "normal": summary.normal,
        "trigger": summary.trigger,
        "groups": summary.groups,
        "by_role": {str(role): count for role, count in sorted(summary.by_role.items())},
        "currency": currency,
        "buy_value": summary.buy_value,
        "sell_value": summary.sell_value,
        "unvalued": summary.unvalued,
        "assumed": summary.assumed,
        "complete": all(knows_orders(snapshot) for snapshot in snapshots),
        "carried": [
            {"account": snapshot.account.name, "source": source, "as_of": state.as_of}
            for snapshot in snapshots
            for source in order_sources(snapshot.sources)
            if (state := snapshot.sources[source]).carried
        ],
    }


def knows_orders(snapshot: Snapshot) -> bool:
    """True if every order source was seen, every row was parsed and the key can read every order type."""
    sources = order_sources(snapshot.sources)
    are_whole = all(snapshot.sources[source].is_complete for source in sources)
    return bool(sources) and are_whole and not snapshot.account.hides_orders


def _order_response(order: Order, snapshot: Snapshot) -> dict[str, Any]:
    """One order. `limit_price` null on one that `waits_for_trigger` means that it executes at market."""
    market = reference_price(order, snapshot.prices.get(order.symbol))
    state = snapshot.sources.get(order.source)
    return {
        **{name: getattr(order, name) for name in ORDER_FIELDS},
        "waits_for_trigger": order.waits_for_trigger,
        "market_price": market,
        "distance": order.distance_to(market),
        "as_of": None if state is None else state.as_of,
        "carried": state is not None and state.carried,
    }


def _group_response(group: OrderGroup) -> dict[str, Any]:
    return {
        "account": group.account,
        "group_id": group.group_id,
        "contingency": group.contingency,
        "orders": [order.key for order in group.orders],
    }
